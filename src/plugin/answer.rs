//! How a call ends that did not go well: with a diagnostic, also when the code behind it panicked.

use std::any::Any;

use tokio::task::JoinError;
use tokio_util::task::TaskTracker;

use crate::framework::Diagnostic;

use super::convert;
use super::proto::tfplugin6::{
    self as wire, apply_resource_change, configure_provider, get_functions, get_provider_schema,
    get_resource_identity_schemas, import_resource_state, move_resource_state,
    plan_resource_change, read_data_source, read_resource, upgrade_resource_identity,
    upgrade_resource_state, validate_data_resource_config, validate_provider_config,
    validate_resource_config,
};

/// A response that can say what went wrong.
pub(super) trait Answer: Default + Send + 'static {
    fn diagnostics(&mut self) -> &mut Vec<wire::Diagnostic>;
}

macro_rules! answers {
    ($($rpc:ident),* $(,)?) => {
        $(impl Answer for $rpc::Response {
            fn diagnostics(&mut self) -> &mut Vec<wire::Diagnostic> {
                &mut self.diagnostics
            }
        })*
    };
}

answers!(
    apply_resource_change,
    configure_provider,
    get_functions,
    get_provider_schema,
    get_resource_identity_schemas,
    import_resource_state,
    move_resource_state,
    plan_resource_change,
    read_data_source,
    read_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_data_resource_config,
    validate_provider_config,
    validate_resource_config,
);

/// Runs a call to its end; where that is an error, answers `otherwise` with a diagnostic.
///
/// The call runs as a task of its own. A connection that breaks, because Terraform was killed, then
/// does not cut off an order in the middle; and a panic, of which Terraform would only show
/// "Request cancelled", can be told.
pub(super) async fn answer<A: Answer>(
    calls: &TaskTracker,
    mut otherwise: A,
    call: impl Future<Output = Result<A, Diagnostic>> + Send + 'static,
) -> A {
    let why = match calls.spawn(call).await {
        Ok(Ok(answer)) => return answer,
        Ok(Err(why)) => why,
        Err(cut_off) => unfinished(cut_off),
    };
    otherwise.diagnostics().push(convert::diagnostic(why));
    otherwise
}

fn unfinished(cut_off: JoinError) -> Diagnostic {
    match cut_off.try_into_panic() {
        Ok(panic) => Diagnostic::bug(format_args!("it panicked: {}", message(panic.as_ref()))),
        Err(_) => Diagnostic::error("The provider was stopped in the middle of an operation")
            .remedy("Run the same command again."),
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without saying why")
}
