//! Generated configuration for an existing object, such as one that `terraform query` found.

use super::schema::{Attributes, Block, Kind, Nesting, Visibility};
use super::{Attribute, Name, Schema, Value};

/// The configuration that describes the object as it is. It leaves out attributes that only the
/// provider sets, and values that are the default.
#[must_use]
pub(super) fn configuration(schema: &Schema, state: &Value) -> Value {
    let Value::Map(mut written) = attributes(&schema.attributes, state) else {
        return Value::Null;
    };
    for (name, Block { nesting, body }) in &schema.blocks {
        let block = |state: &Value| configuration(body, state);
        written.insert(Name::Borrowed(name), each(*nesting, state.get(name), block));
    }
    Value::Map(written)
}

fn attributes(described: &Attributes, state: &Value) -> Value {
    if state.is_null() {
        return Value::Null;
    }
    let written = described.iter().map(|(name, described)| {
        let state = state.get(name);
        (
            Name::Borrowed(name),
            if is_generated(described, state) { attribute(described, state) } else { Value::Null },
        )
    });
    Value::Map(written.collect())
}

fn is_generated(described: &Attribute, state: &Value) -> bool {
    let is_default =
        described.default.as_ref().is_some_and(|value| described.means_the_same(value, state));
    described.is_settable() && described.visibility != Visibility::WriteOnly && !is_default
}

fn attribute(described: &Attribute, state: &Value) -> Value {
    match &described.kind {
        Kind::Plain(_) => state.clone(),
        Kind::Nested(nesting, inner) => each(*nesting, state, |state| attributes(inner, state)),
    }
}

/// Generates the configuration of each nested object.
fn each(nesting: Nesting, state: &Value, write: impl Fn(&Value) -> Value) -> Value {
    match (nesting, state) {
        (Nesting::Single, state) => write(state),
        (_, Value::List(elements)) => Value::List(elements.iter().map(write).collect()),
        (_, Value::Set(elements)) => Value::set(elements.iter().map(write).collect()),
        (_, Value::Map(elements)) => {
            Value::Map(elements.iter().map(|(key, value)| (key.clone(), write(value))).collect())
        }
        (_, unknown_or_null) => unknown_or_null.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Type;
    use super::super::schema::{list, number, object, string};
    use super::*;

    #[test]
    fn only_what_users_would_write_is_generated() {
        let schema = Schema::new("A thing.")
            .attribute("id", string().computed())
            .attribute("name", string().required())
            .attribute("size", string().default(Value::text("small")))
            .attribute("colour", string().default(Value::text("red")))
            .attribute("account", string().optional_computed())
            .attribute("secret", string().write_only())
            .attribute("tags", list(Type::String))
            .attribute(
                "owner",
                object([("name", string().required()), ("rank", number().computed())]),
            )
            .timeout("create", "60m", "How long to wait for it.");
        let text = Value::text;
        let owner = |rank| Value::object([("name", text("Ada")), ("rank", rank)]);
        let state = Value::object([
            ("id", text("7")),
            ("name", text("ball")),
            ("size", text("small")),
            ("colour", text("blue")),
            ("account", text("A1")),
            ("secret", Value::Null),
            ("tags", Value::List(vec![text("round")])),
            ("owner", owner(Value::Null)),
            ("timeouts", Value::Null),
        ]);

        let written = Value::object([
            ("id", Value::Null),
            ("name", text("ball")),
            ("size", Value::Null),
            ("colour", text("blue")),
            ("account", text("A1")),
            ("secret", Value::Null),
            ("tags", Value::List(vec![text("round")])),
            ("owner", owner(Value::Null)),
            ("timeouts", Value::Null),
        ]);
        assert_eq!(configuration(&schema, &state), written);
    }
}
