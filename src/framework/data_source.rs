//! The trait of a data source.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::context::timeout;
use super::decode::{check_rules, decode, one, validate};
use super::schema_check::schema_errors;
use super::session::{Session, SharedSession};
use super::{Context, Convert, Diagnostic, Model, Schema, Value, resource::apply};

/// A data source: it reads something and changes nothing.
#[async_trait]
pub trait DataSource: Send + Sync + Sized + 'static {
    /// The name without the provider's prefix, such as `locations`.
    const NAME: &'static str;
    /// The session that configuring the provider creates.
    type Session: Session;
    /// The arguments and the results.
    type Model: Model;

    /// The attributes: arguments that users may set, and results.
    fn schema() -> Schema;

    /// Creates the data source for a configured provider.
    fn new(session: Arc<Self::Session>) -> Self;

    /// Checks rules that span several attributes. It runs offline, and values may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Reads the results.
    ///
    /// # Errors
    ///
    /// Nothing matches, several things match where one is wanted, or the API can't be reached.
    async fn read(&self, config: Self::Model, context: &Context)
    -> Result<Self::Model, Diagnostic>;
}

/// A [`DataSource`] with its types erased, as the registry holds it.
#[async_trait]
pub(super) trait AnyDataSource: Send + Sync {
    fn schema(&self) -> &Schema;
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    async fn read(&self, config: Value, stop: &CancellationToken) -> (Value, Vec<Diagnostic>);
    fn schema_errors(&self, name: &str) -> Vec<String>;
}

pub(super) struct TypedDataSource<D: DataSource> {
    schema: OnceLock<Schema>,
    session: SharedSession<D::Session>,
}

impl<D: DataSource> TypedDataSource<D> {
    pub(super) fn new(session: SharedSession<D::Session>) -> Self {
        Self { schema: OnceLock::new(), session }
    }

    async fn look_up(&self, config: Value, context: &Context) -> Result<D::Model, Vec<Diagnostic>> {
        check_rules(self.schema(), &config)?;
        let source = self.session.get().map(D::new).map_err(one)?;
        source.read(decode(&config).map_err(one)?, context).await.map_err(one)
    }
}

#[async_trait]
impl<D: DataSource> AnyDataSource for TypedDataSource<D> {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(D::schema)
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        validate(self.schema(), config, D::validate)
    }

    async fn read(&self, config: Value, stop: &CancellationToken) -> (Value, Vec<Diagnostic>) {
        let context = self.session.context(stop.clone(), timeout(self.schema(), "read", &config));
        let result = self.look_up(config.clone(), &context).await;
        let (model, diagnostics) = context.conclude(result);
        let keep_wording =
            |model: D::Model| apply::keep_wording(self.schema(), &config, model.into_value());
        (model.map_or(Value::Null, keep_wording), diagnostics)
    }

    fn schema_errors(&self, name: &str) -> Vec<String> {
        schema_errors::<D::Model>(name, self.schema())
    }
}
