//! The trait of an action: an operation that users invoke and that leaves no object in the state.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::context::{DEFAULT_TIMEOUT, timeout};
use super::decode::{check_rules, decode, one, validate};
use super::schema_check::schema_errors;
use super::session::{Session, SharedSession};
use super::{Context, Diagnostic, Model, Schema, Value};

/// An operation that leaves no object in the state. Users start it with `terraform apply -invoke`,
/// or a resource triggers it when it changes.
#[async_trait]
pub trait Action: Send + Sync + Sized + 'static {
    /// The name without the provider's prefix, such as `order_cancel`.
    const NAME: &'static str;
    /// The session that configuring the provider creates.
    type Session: Session;
    /// The configuration as users write it.
    type Model: Model;

    /// The arguments that users may set.
    fn schema() -> Schema;

    /// Creates the action for a configured provider.
    fn new(session: Arc<Self::Session>) -> Self;

    /// Checks rules that span several attributes. It runs offline, and values may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Checks during the plan whether the action is possible. Values may be unknown.
    ///
    /// # Errors
    ///
    /// The reasons that stop the plan.
    async fn review(&self, config: &Self::Model, context: &Context) -> Result<(), Vec<Diagnostic>>;

    /// Runs the action and reports its progress.
    ///
    /// # Errors
    ///
    /// The error says what was done and what was not.
    async fn invoke(
        &self,
        config: Self::Model,
        progress: &Progress,
        context: &Context,
    ) -> Result<(), Diagnostic>;
}

/// Reports the progress of an action to users.
#[derive(Clone, Debug)]
pub struct Progress {
    messages: mpsc::UnboundedSender<String>,
    stop: CancellationToken,
}

impl Progress {
    /// Sends each message through the channel.
    #[must_use]
    pub fn new(messages: mpsc::UnboundedSender<String>) -> Self {
        Self { messages, stop: CancellationToken::new() }
    }

    /// Shows a message to users.
    pub fn tell(&self, message: impl Into<String>) {
        // Terraform 1.14 and 1.15 crash on progress that arrives after Ctrl-C. The diagnostics at
        // the end of the action still say what happened.
        if !self.stop.is_cancelled() {
            // If the receiver is gone, the message is not shown, and the action continues.
            drop(self.messages.send(message.into()));
        }
    }
}

/// An [`Action`] with its types erased, as the registry holds it.
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
        check_rules(self.schema(), config)?;
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
