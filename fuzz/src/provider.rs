//! A provider as Terraform calls it: values of its types, and the rules for its diagnostics.

use serde_json::Value as Json;
use terraform_provider_lumen::framework::{Type, Value};
use terraform_provider_lumen::plugin::codec;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    Diagnostic, DynamicValue, diagnostic::Severity,
};

/// An object whose members are null.
#[must_use]
pub fn null(kind: &Type) -> Value {
    let Type::Object(kinds) = kind else { return Value::Null };
    Value::Map(kinds.keys().map(|name| (name.clone(), Value::Null)).collect())
}

/// JSON as a value of this type, if it is one.
#[must_use]
pub fn plain(json: &Json, kind: &Type) -> Option<Value> {
    let wire = DynamicValue { json: json.to_string().into_bytes().into(), ..Default::default() };
    codec::decode(Some(&wire), kind).ok()
}

/// Whether one of them is an error. Checks that each one says what to do, that none reports a bug in the
/// provider, and that a terminal can display them.
#[must_use]
pub fn is_refused(diagnostics: &[Diagnostic]) -> bool {
    for told in diagnostics {
        assert!(!told.summary.contains("The provider has a bug"), "{told:?}");
        assert!(!told.summary.is_empty() && !told.detail.is_empty(), "{told:?}");
        let is_obeyed = |c: char| c.is_control() && c != '\n';
        assert!(!told.summary.contains(is_obeyed) && !told.detail.contains(is_obeyed), "{told:?}");
    }
    diagnostics.iter().any(|told| told.severity() == Severity::Error)
}
