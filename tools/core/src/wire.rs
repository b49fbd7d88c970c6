//! Values as they are sent, and answers as they arrive.

use terraform_provider_lumen::framework::{Type, Value};
use terraform_provider_lumen::plugin::codec;
use terraform_provider_lumen::plugin::proto::tfplugin6::diagnostic::Severity;
use terraform_provider_lumen::plugin::proto::tfplugin6::{Diagnostic, DynamicValue};
use tonic::{Response, Status};

/// The summary of the diagnostic for a call that ended with a status instead of an answer.
pub const NO_ANSWER: &str = "Plugin error";

pub(crate) fn encode(value: &Value, kind: &Type) -> DynamicValue {
    codec::encode(value, kind)
        .unwrap_or_else(|error| panic!("{value:?} can't be sent as {kind:?}: {error}"))
}

pub(crate) fn decode(wire: Option<&DynamicValue>, kind: &Type) -> Value {
    codec::decode(wire, kind)
        .unwrap_or_else(|error| panic!("rule broken: an answer matches its type: {error}"))
}

/// Whether one of them is an error.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
}

/// The answer to a call, or the diagnostic that Terraform creates from a status. This is the only place
/// where a call can fail, so an operation reports a failed call like an error from the provider.
pub(crate) fn answered<A>(
    call: &str,
    answer: Result<Response<A>, Status>,
) -> Result<A, Diagnostic> {
    answer.map(Response::into_inner).map_err(|status| Diagnostic {
        severity: Severity::Error.into(),
        summary: NO_ANSWER.to_owned(),
        detail: format!(
            "The plugin returned an unexpected error from {call}: {:?}: {}",
            status.code(),
            status.message()
        ),
        attribute: None,
    })
}

/// The answer to a call that can't return diagnostics.
pub(crate) fn answered_always<A>(call: &str, answer: Result<Response<A>, Status>) -> A {
    answered(call, answer).unwrap_or_else(|why| panic!("rule broken: {}", why.detail))
}
