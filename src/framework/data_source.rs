//! The trait of something that is only looked up.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::context::timeout;
use super::decode::{decode, one, refuse, validate};
use super::schema_check::schema_errors;
use super::session::{Session, SharedSession};
use super::{Context, Convert, Diagnostic, Model, Schema, Value, resource::apply};

/// Something that is only looked up.
#[async_trait]
pub trait DataSource: Send + Sync + Sized + 'static {
    /// Its name without the provider's: `locations`.
    const NAME: &'static str;
    /// What configuring the provider yields.
    type Session: Session;
    /// What users ask and what they get.
    type Model: Model;

    /// What users may write and what they get.
    fn schema() -> Schema;

    /// The data source of a configured provider.
    fn new(session: Arc<Self::Session>) -> Self;

    /// Checks that no single attribute can, offline, with values that may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Looks it up.
    ///
    /// # Errors
    ///
    /// Where nothing fits, too much fits, or Lumen can't be asked.
    async fn read(&self, config: Self::Model, context: &Context)
    -> Result<Self::Model, Diagnostic>;
}

/// A [`DataSource`] without its types.
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
        refuse(self.schema(), &config)?;
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
