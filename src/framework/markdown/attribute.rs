//! The description of one attribute on a page.

use crate::framework::schema::{Kind, Nesting, Visibility};
use crate::framework::{Attribute, Type, Value};

/// The labels in parentheses: the type, and whether the value is hidden or deprecated.
pub(super) fn labels(attribute: &Attribute) -> Vec<String> {
    let kind = match &attribute.kind {
        Kind::Plain(kind) => type_name(kind),
        Kind::Nested(Nesting::Single, _) => "Attributes".to_owned(),
        Kind::Nested(Nesting::List, _) => "Attributes List".to_owned(),
        Kind::Nested(Nesting::Set, _) => "Attributes Set".to_owned(),
        Kind::Nested(Nesting::Map, _) => "Attributes Map".to_owned(),
    };
    let visibility = match attribute.visibility {
        Visibility::Shown => None,
        Visibility::Sensitive => Some("Sensitive"),
        Visibility::WriteOnly => Some(
            "[Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)",
        ),
    };
    let deprecated = attribute.deprecated.map(|_| "Deprecated");
    [Some(kind), visibility.map(str::to_owned), deprecated.map(str::to_owned)]
        .into_iter()
        .flatten()
        .collect()
}

/// The sentences that describe an attribute.
pub(super) fn sentences(attribute: &Attribute) -> Vec<String> {
    let mut sentences = vec![attribute.about.to_owned()];
    let allowed = attribute.rules.iter().map(|rule| &rule.allowed);
    let unnamed = allowed.filter(|allowed| !names_all_values(attribute.about, allowed));
    sentences.extend(unnamed.map(|allowed| format!("Must be {allowed}.")));
    if let Some(default) = documented_default(attribute) {
        sentences.push(format!("Default: {default}."));
    }
    if attribute.replaces {
        sentences.push("Changing this creates a new resource.".to_owned());
    }
    if let Some(instead) = attribute.deprecated {
        sentences.push(format!("**Deprecated**: {instead}"));
    }
    sentences
}

/// Whether a description names every value that the rule allows. The rule then needs no sentence of
/// its own.
fn names_all_values(about: &str, allowed: &str) -> bool {
    let mut values = allowed.split('`').skip(1).step_by(2).peekable();
    values.peek().is_some() && values.all(|value| about.contains(&format!("`{value}`")))
}

fn documented_default(attribute: &Attribute) -> Option<String> {
    match (&attribute.documented_default, &attribute.default) {
        // A default of several words is a description, a default of one word is a value.
        (Some(words), _) if words.contains(' ') => Some((*words).to_owned()),
        (Some(value), _) => Some(format!("`{value}`")),
        (None, Some(value)) => literal(value).map(|value| format!("`{value}`")),
        (None, None) => None,
    }
}

/// A default value as users would write it, but text without quotation marks.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::List(elements) | Value::Set(elements) => {
            let elements: Option<Vec<String>> = elements.iter().map(literal).collect();
            elements.map(|elements| format!("[{}]", elements.join(", ")))
        }
        Value::Unknown(_) | Value::Null | Value::Map(_) | Value::Dynamic(_) => None,
    }
}

/// The name of a type on the pages of the Registry.
pub(super) fn type_name(kind: &Type) -> String {
    match kind {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Object(_) => "Object".to_owned(),
        Type::Tuple(_) => "Tuple".to_owned(),
    }
}
