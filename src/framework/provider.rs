//! The trait of a provider block, and the session that configuring it yields.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::decode::decode;
use super::schema_check::schema_errors;
use super::session::{Session, SharedSession};
use super::{Context, Diagnostic, Model, Schema, Value};

/// How long configuring may take; it asks nobody, so this is never seen.
const CONFIGURE_TIMEOUT: Duration = Duration::from_mins(1);

/// The provider block, and what configuring it yields.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The prefix of all names: `lumen`.
    const NAME: &'static str;
    /// What every object of a configured provider is given.
    type Session: Session;
    /// The provider block.
    type Model: Model;

    /// What users may write in the provider block.
    fn schema() -> Schema;

    /// Makes a session of the provider block; values may be unknown while planning.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the provider block and the environment.
    async fn configure(
        config: Self::Model,
        context: &Context,
    ) -> Result<Self::Session, Vec<Diagnostic>>;
}

/// A [`Provider`] without its types.
#[async_trait]
pub(super) trait AnyProvider: Send + Sync {
    fn schema(&self) -> &Schema;
    async fn configure(&self, config: Value, stop: CancellationToken) -> Vec<Diagnostic>;
    fn schema_errors(&self, name: &str) -> Vec<String>;
}

pub(super) struct TypedProvider<P: Provider> {
    schema: OnceLock<Schema>,
    session: SharedSession<P::Session>,
}

impl<P: Provider> TypedProvider<P> {
    pub(super) fn new(session: SharedSession<P::Session>) -> Self {
        Self { schema: OnceLock::new(), session }
    }
}

#[async_trait]
impl<P: Provider> AnyProvider for TypedProvider<P> {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(P::schema)
    }

    async fn configure(&self, config: Value, stop: CancellationToken) -> Vec<Diagnostic> {
        let context = Context::new(stop, CONFIGURE_TIMEOUT);
        let session = match decode::<P::Model>(&config) {
            Ok(config) => P::configure(config, &context).await,
            Err(bug) => Err(vec![bug]),
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
