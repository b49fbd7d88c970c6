//! The trait of something that is done once and leaves no object behind.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::context::{DEFAULT_TIMEOUT, timeout};
use super::decode::{decode, one, refuse, validate};
use super::schema_check::schema_errors;
use super::session::{Session, SharedSession};
use super::{Context, Diagnostic, Model, Schema, Value};

/// Something that is done once and leaves no object behind: by `terraform apply -invoke`, or when a
/// resource changes that triggers it.
#[async_trait]
pub trait Action: Send + Sync + Sized + 'static {
    /// Its name without the provider's: `voice_order_cancel`.
    const NAME: &'static str;
    /// What configuring the provider yields.
    type Session: Session;
    /// What users write.
    type Model: Model;

    /// What users may write.
    fn schema() -> Schema;

    /// The action of a configured provider.
    fn new(session: Arc<Self::Session>) -> Self;

    /// Checks that no single attribute can, offline, with values that may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Checks at plan whether it can be done; values may be unknown.
    ///
    /// # Errors
    ///
    /// What stops the plan.
    async fn review(&self, config: &Self::Model, context: &Context) -> Result<(), Vec<Diagnostic>>;

    /// Does it, and tells how far it is.
    ///
    /// # Errors
    ///
    /// What was not done, and what was.
    async fn invoke(
        &self,
        config: Self::Model,
        progress: &Progress,
        context: &Context,
    ) -> Result<(), Diagnostic>;
}

/// Tells users how far an action is.
#[derive(Clone, Debug)]
pub struct Progress {
    reader: mpsc::UnboundedSender<String>,
    stop: CancellationToken,
}

impl Progress {
    /// Hands what is told to whoever reads it.
    #[must_use]
    pub fn new(reader: mpsc::UnboundedSender<String>) -> Self {
        Self { reader, stop: CancellationToken::new() }
    }

    /// Tells users this.
    pub fn tell(&self, message: impl Into<String>) {
        // Terraform 1.14 and 1.15 crash on progress that comes after Ctrl-C; the end still tells all.
        if !self.stop.is_cancelled() {
            // Who has gone away does not want to know; the action goes on.
            drop(self.reader.send(message.into()));
        }
    }
}

/// An [`Action`] without its types.
#[async_trait]
pub(super) trait AnyAction: Send + Sync {
    fn schema(&self) -> &Schema;
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    async fn review(&self, config: Value, stop: CancellationToken) -> Vec<Diagnostic>;
    async fn invoke(
        &self,
        config: Value,
        progress: Progress,
        stop: CancellationToken,
    ) -> Vec<Diagnostic>;
    fn schema_errors(&self, name: &str) -> Vec<String>;
}

pub(super) struct TypedAction<A: Action> {
    schema: OnceLock<Schema>,
    session: SharedSession<A::Session>,
}

impl<A: Action> TypedAction<A> {
    pub(super) fn new(session: SharedSession<A::Session>) -> Self {
        Self { schema: OnceLock::new(), session }
    }

    fn prepared(&self, config: &Value) -> Result<(A, A::Model), Vec<Diagnostic>> {
        refuse(self.schema(), config)?;
        let action = self.session.get().map(A::new).map_err(one)?;
        Ok((action, decode(config).map_err(one)?))
    }
}

#[async_trait]
impl<A: Action> AnyAction for TypedAction<A> {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(A::schema)
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        validate(self.schema(), config, A::validate)
    }

    async fn review(&self, config: Value, stop: CancellationToken) -> Vec<Diagnostic> {
        let context = self.session.context(stop, DEFAULT_TIMEOUT);
        let result = match self.prepared(&config) {
            Ok((action, config)) => action.review(&config, &context).await,
            Err(errors) => Err(errors),
        };
        context.conclude(result).1
    }

    async fn invoke(
        &self,
        config: Value,
        progress: Progress,
        stop: CancellationToken,
    ) -> Vec<Diagnostic> {
        let progress = Progress { stop: stop.clone(), ..progress };
        let context = self.session.context(stop, timeout(self.schema(), "invoke", &config));
        let result = match self.prepared(&config) {
            Ok((action, config)) => action.invoke(config, &progress, &context).await.map_err(one),
            Err(errors) => Err(errors),
        };
        context.conclude(result).1
    }

    fn schema_errors(&self, name: &str) -> Vec<String> {
        schema_errors::<A::Model>(name, self.schema())
    }
}
