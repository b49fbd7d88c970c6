//! What a page says of one attribute.

use crate::framework::schema::{Kind, Nesting, Visibility};
use crate::framework::{Attribute, Type, Value};

/// What stands in parentheses: the type, and who gets to see the value.
pub(super) fn marks(attribute: &Attribute) -> Vec<String> {
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

/// What is to be known of an attribute, one sentence each.
pub(super) fn sentences(attribute: &Attribute) -> Vec<String> {
    let mut sentences = vec![attribute.about.to_owned()];
    let allowed = attribute.rules.iter().map(|rule| &rule.allowed);
    let untold = allowed.filter(|allowed| !tells_all(attribute.about, allowed));
    sentences.extend(untold.map(|allowed| format!("Must be {allowed}.")));
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

/// Whether a description names every value that a rule names, and so needs no second sentence.
fn tells_all(about: &str, allowed: &str) -> bool {
    let mut values = allowed.split('`').skip(1).step_by(2).peekable();
    values.peek().is_some() && values.all(|value| about.contains(&format!("`{value}`")))
}

fn documented_default(attribute: &Attribute) -> Option<String> {
    match (&attribute.documented_default, &attribute.default) {
        // Several words are a description, one is a value.
        (Some(words), _) if words.contains(' ') => Some((*words).to_owned()),
        (Some(value), _) => Some(format!("`{value}`")),
        (None, Some(value)) => literal(value).map(|value| format!("`{value}`")),
        (None, None) => None,
    }
}

/// A default as users would write it, without the quotation marks of texts.
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

/// A type as the Registry names it.
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
