//! Validation: checks a configuration against the rules of its schema.

use crate::framework::path::Trail;
use crate::framework::schema::{Attributes, Kind, Nesting, Presence, Visibility};
use crate::framework::{Diagnostic, Path, Schema, Value};

/// The violations of the rules of the schema in a configuration. Unknown values pass until they are
/// known.
#[must_use]
pub fn violations(schema: &Schema, config: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !config.is_null() {
        validate_body(schema, config, Trail::default(), &mut found);
    }
    found
}

/// The write-only attributes that a configuration sets. Terraform before 1.11 doesn't support them: it would
/// store their values.
#[must_use]
pub fn write_only_violations(schema: &Schema, config: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !config.is_null() {
        find_write_only(&schema.attributes, config, Trail::default(), &mut found);
    }
    found
}

fn find_write_only(
    attributes: &Attributes,
    config: &Value,
    trail: Trail<'_>,
    found: &mut Vec<Diagnostic>,
) {
    for (name, attribute) in attributes {
        let (trail, value) = (trail.attribute(name), config.get(name));
        if attribute.visibility == Visibility::WriteOnly && !value.is_null() {
            let stored = name.strip_suffix("_wo").unwrap_or(name);
            let instead = attributes.iter().any(|(other, _)| *other == stored && stored != *name);
            let instead = if instead {
                format!("set `{stored}` instead, which is stored in the state")
            } else {
                "remove it".to_owned()
            };
            let path = trail.path();
            found.push(
                Diagnostic::error(format!("`{path}` needs Terraform 1.11 or later"))
                    .because("this version of Terraform doesn't support write-only arguments, and would store the value")
                    .remedy(format!("Update Terraform, or {instead}."))
                    .at(path),
            );
        }
        if let Kind::Nested(nesting, attributes) = &attribute.kind {
            for_each(value, *nesting, trail, |config, trail| {
                find_write_only(attributes, config, trail, found);
            });
        }
    }
}

fn validate_body(schema: &Schema, config: &Value, trail: Trail<'_>, found: &mut Vec<Diagnostic>) {
    validate_attributes(&schema.attributes, config, trail, found);
    for (name, block) in &schema.blocks {
        for_each(config.get(name), block.nesting, trail.block(name), |config, trail| {
            validate_body(&block.body, config, trail, found);
        });
    }
}

fn validate_attributes(
    attributes: &Attributes,
    config: &Value,
    trail: Trail<'_>,
    found: &mut Vec<Diagnostic>,
) {
    for (name, attribute) in attributes {
        let (trail, value) = (trail.attribute(name), config.get(name));
        if let (Some(instead), false) = (attribute.deprecated, value.is_null()) {
            let path = trail.path();
            found.push(
                Diagnostic::warning(format!("`{path}` is deprecated")).at(path).remedy(instead),
            );
        }
        if attribute.presence == Presence::Required && value.is_null() {
            found.push(missing(trail.path()));
            continue;
        }
        found.extend(
            attribute
                .rules
                .iter()
                .find_map(|rule| rule.violation(trail, value, attribute.visibility)),
        );
        if let Kind::Nested(nesting, attributes) = &attribute.kind {
            for_each(value, *nesting, trail, |config, trail| {
                validate_attributes(attributes, config, trail, found);
            });
        }
    }
}

/// The error for a required argument that is null. Terraform itself finds arguments that are not
/// written, but not those that evaluate to `null`.
fn missing(path: Path) -> Diagnostic {
    Diagnostic::error(format!("`{path}` has no value"))
        .because("the argument is required, and it is set to `null`")
        .remedy(format!(
            "Set `{path}`. If its value comes from a variable or another object, check that."
        ))
        .at(path)
}

/// Visits the nested objects of a value. The elements of a set share the path of the set.
fn for_each(
    value: &Value,
    nesting: Nesting,
    trail: Trail<'_>,
    mut visit: impl FnMut(&Value, Trail<'_>),
) {
    match (nesting, value) {
        (Nesting::Single, Value::Map(_)) => visit(value, trail),
        (Nesting::Map, Value::Map(objects)) => {
            for (key, object) in objects {
                visit(object, trail.key(key));
            }
        }
        (_, Value::List(objects)) => {
            for (index, object) in (0_i64..).zip(objects) {
                visit(object, trail.index(index));
            }
        }
        (_, Value::Set(objects)) => {
            for object in objects {
                visit(object, trail);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{nested, number, string};
    use crate::framework::{Rule, Span};

    #[test]
    fn rules_are_held_against_every_known_value_and_say_where() {
        let schema = Schema::new("A thing.").attribute(
            "owners",
            nested(
                Nesting::Map,
                [
                    ("patience", string().rule(Rule::reads_as::<Span>("a duration"))),
                    ("age", number().rule(Rule::integer(0, 9))),
                ],
            ),
        );
        let owner = |patience: Value| Value::object([("patience", patience), ("age", Value::Null)]);
        let owners =
            Value::object([("a", owner(Value::text("soon"))), ("b", owner(Value::unknown()))]);

        let found = violations(&schema, &Value::object([("owners", owners)]));

        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(only.summary, "`owners[\"a\"].patience` is not valid");
        assert_eq!(
            only.detail(),
            "\"soon\" can't be used: it is not a duration.\n\nSet `owners[\"a\"].patience` to a duration."
        );
    }
}
