//! The trait of a provider: its block in a configuration, and the session that it creates.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::decode::{check_rules, decode, one};
use super::schema_check::schema_errors;
use super::session::{Session, SharedSession};
use super::{Context, Diagnostic, Model, Schema, Value};

/// The time limit of configuring the provider. The provider's own limits are shorter, so no user ever reaches
/// it.
const CONFIGURE_TIMEOUT: Duration = Duration::from_mins(1);

/// A provider: its block in a configuration, and the session that it creates.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The prefix of all names, such as `toy`.
    const NAME: &'static str;
    /// The session that every object of the configured provider shares.
    type Session: Session;
    /// The provider block.
    type Model: Model;

    /// The arguments of the provider block.
    fn schema() -> Schema;

    /// Creates a session from the provider block. Values may be unknown during a plan.
    ///
    /// # Errors
    ///
    /// All mistakes in the provider block and the environment.
    async fn configure(
        &self,
        config: Self::Model,
        context: &Context,
    ) -> Result<Self::Session, Vec<Diagnostic>>;
}

/// A [`Provider`] with its types erased, as the registry holds it.
#[async_trait]
pub(super) trait AnyProvider: Send + Sync {
    fn schema(&self) -> &Schema;
    async fn configure(&self, config: Value, stop: CancellationToken) -> Vec<Diagnostic>;
    fn schema_errors(&self, name: &str) -> Vec<String>;
}

pub(super) struct TypedProvider<P: Provider> {
    provider: P,
    schema: OnceLock<Schema>,
    session: SharedSession<P::Session>,
}

impl<P: Provider> TypedProvider<P> {
    pub(super) fn new(provider: P, session: SharedSession<P::Session>) -> Self {
        Self { provider, schema: OnceLock::new(), session }
    }
}

#[async_trait]
impl<P: Provider> AnyProvider for TypedProvider<P> {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(P::schema)
    }

    async fn configure(&self, config: Value, stop: CancellationToken) -> Vec<Diagnostic> {
        let context = Context::new(stop, CONFIGURE_TIMEOUT);
        let checked = check_rules(self.schema(), &config);
        let session = match checked.and_then(|()| decode(&config).map_err(one)) {
            Ok(config) => self.provider.configure(config, &context).await,
            Err(errors) => Err(errors),
        };
        let (session, diagnostics) = context.conclude(session);
        if let Some(session) = session {
            self.session.set(session);
        }
        diagnostics
    }

    fn schema_errors(&self, name: &str) -> Vec<String> {
        schema_errors::<P::Model>(name, self.schema())
    }
}
