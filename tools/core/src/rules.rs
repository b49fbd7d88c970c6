//! Terraform's rules for a provider, and this project's rules for diagnostics. A broken rule fails the
//! story with the name of the rule.

use terraform_provider_lumen::framework::schema::{Attributes, Kind, Nesting, Visibility};
use terraform_provider_lumen::framework::{Schema, Value};
use terraform_provider_lumen::plugin::proto::tfplugin6::Diagnostic;
use terraform_provider_lumen::plugin::proto::tfplugin6::diagnostic::Severity;

use super::show;

/// Texts that must never appear: the secret, and the beginning of every access token.
const SECRETS: [&str; 2] = ["simulator-secret", "eyJzaW11bGF0b3Ii"];

/// Every diagnostic says why and what to do. None contains a secret or reports a bug in the provider.
pub(crate) fn diagnostics(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let Diagnostic { summary, detail, .. } = diagnostic;
        let shown = show::diagnostics(std::slice::from_ref(diagnostic));
        let rule = |holds: bool, rule: &str| assert!(holds, "rule broken: {rule}\n\n{shown}");
        rule(diagnostic.severity() != Severity::Invalid, "a diagnostic is an error or a warning");
        rule(
            !summary.is_empty() && !summary.ends_with('.') && !summary.contains("Error:"),
            "a summary has no period and no \"Error:\"",
        );
        let paragraphs: Vec<&str> = detail.split("\n\n").collect();
        rule(paragraphs.len() >= 2, "a diagnostic says why and what to do");
        rule(
            paragraphs
                .iter()
                .all(|text| text.starts_with("    ") || text.ends_with(['.', '?', '!'])),
            "paragraphs are sentences, or a command to paste",
        );
        rule(
            !detail.contains("This is a bug in the provider"),
            "no story reveals a bug in the provider",
        );
        no_secrets("a diagnostic", summary);
        no_secrets("a diagnostic", detail);
    }
}

/// If a destroy fails, its error says what still exists and what it costs. No diagnostic of a destroy
/// suggests an apply.
pub(crate) fn destroyed(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let shown = show::diagnostics(std::slice::from_ref(diagnostic));
        let rule = |holds: bool, rule: &str| assert!(holds, "rule broken: {rule}\n\n{shown}");
        let speaks_of_an_apply = ["pply again", "apply` again", "Nothing was ordered."];
        rule(
            !speaks_of_an_apply.iter().any(|words| shown.contains(words)),
            "a diagnostic of a destroy does not suggest an apply",
        );
        let says_what_it_costs = ["billed", "reserved"].iter().any(|word| shown.contains(word));
        rule(
            diagnostic.severity() != Severity::Error || says_what_it_costs,
            "a failed destroy says what is still billed or reserved",
        );
        let ways_on = [" again", "apply that first", "terraform untaint"];
        let says_how_it_goes_on = ways_on.iter().any(|way| shown.contains(way));
        rule(
            diagnostic.severity() != Severity::Error || says_how_it_goes_on,
            "a failed destroy says what to do next",
        );
    }
}

/// No text that leaves the provider contains a secret.
pub(crate) fn no_secrets(what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "rule broken: {what} contains no secret\n\n{text}");
    }
}

/// Private data is JSON. Terraform itself accepts anything.
pub(crate) fn private(private: &[u8]) -> serde_json::Value {
    if private.is_empty() {
        return serde_json::Value::Null;
    }
    let text = String::from_utf8_lossy(private);
    no_secrets("private data", &text);
    serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("rule broken: private data is JSON: {error}\n\n{text}"))
}

/// A plan that changes nothing keeps an order that has not ended. Other private data may contain notes
/// for a second plan, such as the one of a replacement on demand. Terraform does not store these notes.
pub(crate) fn nothing_forgotten(stored: &[u8], planned: &[u8]) {
    assert_eq!(
        private(stored).get("pending"),
        private(planned).get("pending"),
        "rule broken: a plan that changes nothing keeps an order that has not ended"
    );
}

/// The plan follows the configuration. An argument that is set has its configured value, or its prior value
/// if both mean the same. An attribute that is neither set nor computed is null, and so is a write-only one.
pub(crate) fn plan(schema: &Schema, config: &Value, prior: &Value, planned: &Value) {
    attributes(&schema.attributes, config, prior, planned, "");
    assert_eq!(
        planned.get("timeouts"),
        config.get("timeouts"),
        "rule broken: a block is planned as configured"
    );
}

fn attributes(attributes: &Attributes, config: &Value, prior: &Value, planned: &Value, path: &str) {
    for (name, attribute) in attributes {
        let (config, prior, planned) = (config.get(name), prior.get(name), planned.get(name));
        let path = format!("{path}{name}");
        if attribute.visibility == Visibility::WriteOnly {
            assert!(
                planned.is_null(),
                "rule broken: a write-only attribute is not planned: {path}"
            );
            continue;
        }
        match (&attribute.kind, config) {
            (_, Value::Null) => assert!(
                planned.is_null() || attribute.is_computed(),
                "rule broken: an attribute neither set nor computed is null: {path} is {planned:?}"
            ),
            (Kind::Nested(Nesting::Single, nested), Value::Map(_))
                if planned.as_map().is_some() =>
            {
                self::attributes(nested, config, prior, planned, &format!("{path}."));
            }
            _ => assert!(
                planned == config || (planned == prior && !prior.is_null()),
                "rule broken: the plan follows the configuration: {path} is {planned:?}, not {config:?}"
            ),
        }
    }
}

/// The places where a later value breaks the promise of an earlier one. A known value must not change.
#[must_use]
pub fn broken_promises(promised: &Value, kept: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    compare(promised, kept, "", &mut broken);
    broken
}

fn compare(promised: &Value, kept: &Value, path: &str, broken: &mut Vec<String>) {
    match (promised, kept) {
        (Value::Unknown(_), _) => {}
        (Value::Map(promised), Value::Map(_)) => {
            for (name, promised) in promised {
                compare(promised, kept.get(name), &format!("{path}.{name}"), broken);
            }
        }
        (promised, kept) if promised == kept => {}
        _ => broken.push(format!(
            "{path}: was {}, but now {}",
            show::value(promised),
            show::value(kept)
        )),
    }
}

/// The result of an apply matches the plan, and is wholly known.
pub(crate) fn applied(planned: &Value, applied: &Value) {
    assert!(applied.is_wholly_known(), "rule broken: a state is wholly known: {applied:?}");
    let broken = broken_promises(planned, applied);
    assert!(broken.is_empty(), "rule broken: the result matches the plan: {broken:?}");
    no_secrets("a state", &show::object(applied));
}
