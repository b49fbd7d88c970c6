//! Runs Terraform's calls, and responds with a diagnostic if a call fails or panics.

use std::any::Any;

use futures::stream;
use tokio::sync::mpsc;
use tokio::task::JoinError;
use tokio_util::task::TaskTracker;
use tonic::codegen::BoxStream;

use crate::framework::Diagnostic;

use super::convert;
use super::proto::tfplugin6::{
    self as wire, apply_resource_change, call_function, close_ephemeral_resource,
    configure_provider, generate_resource_config, get_provider_schema,
    get_resource_identity_schemas, import_resource_state, invoke_action, list_resource,
    move_resource_state, open_ephemeral_resource, plan_action, plan_resource_change,
    read_data_source, read_resource, renew_ephemeral_resource, upgrade_resource_identity,
    upgrade_resource_state, validate_action_config, validate_data_resource_config,
    validate_ephemeral_resource_config, validate_list_resource_config, validate_provider_config,
    validate_resource_config,
};
use invoke_action::event::{Completed, Type};

/// How many events of a stream may wait until Terraform reads them.
const EVENT_BUFFER: usize = 16;

/// A response that can carry a diagnostic.
pub(super) trait Answer: Default + Send + 'static {
    /// Adds a diagnostic.
    fn add_diagnostic(&mut self, diagnostic: wire::Diagnostic);
}

macro_rules! answers {
    ($($rpc:ident),* $(,)?) => {
        $(impl Answer for $rpc::Response {
            fn add_diagnostic(&mut self, diagnostic: wire::Diagnostic) {
                self.diagnostics.push(diagnostic);
            }
        })*
    };
}

answers!(
    apply_resource_change,
    close_ephemeral_resource,
    configure_provider,
    generate_resource_config,
    get_provider_schema,
    get_resource_identity_schemas,
    import_resource_state,
    move_resource_state,
    open_ephemeral_resource,
    plan_action,
    plan_resource_change,
    read_data_source,
    read_resource,
    renew_ephemeral_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_action_config,
    validate_data_resource_config,
    validate_ephemeral_resource_config,
    validate_list_resource_config,
    validate_provider_config,
    validate_resource_config,
);

/// The response of a function has an error instead of diagnostics.
impl Answer for call_function::Response {
    fn add_diagnostic(&mut self, diagnostic: wire::Diagnostic) {
        let text = format!("{}: {}", diagnostic.summary, diagnostic.detail);
        self.error = Some(wire::FunctionError { text, function_argument: None });
    }
}

impl Answer for list_resource::Event {
    fn add_diagnostic(&mut self, diagnostic: wire::Diagnostic) {
        self.diagnostic.push(diagnostic);
    }
}

/// A diagnostic ends the event stream of an action, so it is sent in `Completed`.
impl Answer for invoke_action::Event {
    fn add_diagnostic(&mut self, diagnostic: wire::Diagnostic) {
        self.r#type = Some(Type::Completed(Completed { diagnostics: vec![diagnostic] }));
    }
}

/// Runs a call to its end. If it fails, the response is `otherwise` with a diagnostic.
///
/// The call runs in its own task for two reasons. If Terraform is killed and the connection breaks, a change
/// that is in progress still runs to its end. And a panic becomes a diagnostic, where Terraform would only
/// show "Request cancelled".
pub(super) async fn answer<A: Answer>(
    calls: &TaskTracker,
    mut otherwise: A,
    call: impl Future<Output = Result<A, Diagnostic>> + Send + 'static,
) -> A {
    let why = match calls.spawn(call).await {
        Ok(Ok(answer)) => return answer,
        Ok(Err(why)) => why,
        Err(aborted) => aborted_call(aborted),
    };
    otherwise.add_diagnostic(convert::diagnostic(why));
    otherwise
}

/// Runs a call that responds with a stream of events. If it fails, the last event has a diagnostic.
pub(super) fn stream<Event: Answer, Call>(
    calls: &TaskTracker,
    call: impl FnOnce(mpsc::Sender<Event>) -> Call,
) -> BoxStream<Event>
where
    Call: Future<Output = Result<(), Diagnostic>> + Send + 'static,
{
    let (events, mut answered) = mpsc::channel(EVENT_BUFFER);
    let (tracker, call) = (calls.clone(), call(events.clone()));
    calls.spawn(async move {
        let why = match tracker.spawn(call).await {
            Ok(Ok(())) => return,
            Ok(Err(why)) => why,
            Err(aborted) => aborted_call(aborted),
        };
        let mut end = Event::default();
        end.add_diagnostic(convert::diagnostic(why));
        drop(events.send(end).await);
    });
    Box::pin(stream::poll_fn(move |context| answered.poll_recv(context).map(|event| event.map(Ok))))
}

fn aborted_call(error: JoinError) -> Diagnostic {
    match error.try_into_panic() {
        Ok(panic) => {
            Diagnostic::bug(format_args!("it panicked: {}", panic_message(panic.as_ref())))
        }
        Err(_) => Diagnostic::error("The provider was stopped during an operation")
            .remedy("Run the same command again."),
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without saying why")
}
