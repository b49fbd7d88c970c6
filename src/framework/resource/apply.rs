//! Applying a plan: which kind of change it is, and whether its result is consistent with the plan.

use crate::framework::path::Trail;
use crate::framework::schema::{Attributes, Kind, Nesting, Visibility};
use crate::framework::{Path, Schema, Value};

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The object is created.
    Create,
    /// The object is updated in place.
    Update,
    /// The object is deleted.
    Delete,
}

impl Change {
    /// The change from one state to another; `None` if the object exists in neither.
    #[must_use]
    pub fn between(prior: &Value, planned: &Value) -> Option<Self> {
        match (prior.is_null(), planned.is_null()) {
            (true, false) => Some(Self::Create),
            (false, false) => Some(Self::Update),
            (false, true) => Some(Self::Delete),
            (true, true) => None,
        }
    }

    /// The name of the operation in a `timeouts` block.
    #[must_use]
    pub fn operation(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// Replaces each value with that of `reference`, the plan or the prior state, if the two are equivalent.
/// Users may write `1000 Mbps` where the API returns `1 Gbps`, and Terraform would otherwise show a change.
#[must_use]
pub fn keep_wording(schema: &Schema, reference: &Value, value: Value) -> Value {
    keep_wording_of(&schema.attributes, reference, value)
}

fn keep_wording_of(attributes: &Attributes, reference: &Value, value: Value) -> Value {
    let Value::Map(mut values) = value else { return value };
    for (name, attribute) in attributes {
        let Some(value) = values.get_mut(*name) else { continue };
        let reference = reference.get(name);
        if value == reference {
            continue;
        }
        if attribute.means_the_same(reference, value) {
            *value = reference.clone();
        } else if let Kind::Nested(Nesting::Single, attributes) = &attribute.kind {
            *value = keep_wording_of(attributes, reference, std::mem::take(value));
        }
    }
    Value::Map(values)
}

/// The object with the write-only attributes of `config`. Only the configuration has their values;
/// with a null `config` they become null, as they must be in a state.
#[must_use]
pub fn with_write_only(attributes: &Attributes, object: Value, config: &Value) -> Value {
    let Value::Map(mut values) = object else { return object };
    for (name, attribute) in attributes {
        let Some(value) = values.get_mut(*name) else { continue };
        let config = config.get(name);
        if attribute.visibility == Visibility::WriteOnly {
            *value = config.clone();
        } else if let Kind::Nested(Nesting::Single, inner) = &attribute.kind {
            *value = with_write_only(inner, std::mem::take(value), config);
        }
    }
    Value::Map(values)
}

/// The paths at which the result of an apply is inconsistent with the plan: a known value that changed, or a
/// value that is still unknown. Terraform reports each as a bug in the provider. The provider reports it
/// first, because it knows the path.
#[must_use]
pub fn inconsistencies(planned: &Value, applied: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    compare(planned, applied, Trail::default(), &mut found);
    found
}

fn compare(planned: &Value, applied: &Value, trail: Trail<'_>, found: &mut Vec<Path>) {
    match (planned, applied) {
        (Value::Unknown(_), applied) if applied.is_wholly_known() => {}
        (Value::Map(planned), Value::Map(applied)) if planned.keys().eq(applied.keys()) => {
            for (name, planned) in planned {
                let applied = applied.get(name).unwrap_or(&Value::Null);
                compare(planned, applied, trail.attribute(name), found);
            }
        }
        (Value::List(planned), Value::List(applied)) if planned.len() == applied.len() => {
            for (index, (planned, applied)) in (0_i64..).zip(planned.iter().zip(applied)) {
                compare(planned, applied, trail.index(index), found);
            }
        }
        // The elements of a set can't be matched with unknown ones, so only their number is
        // checked.
        (Value::Set(planned), Value::Set(applied))
            if !planned.iter().all(Value::is_wholly_known) && applied.len() <= planned.len() => {}
        (planned, applied) if planned == applied && applied.is_wholly_known() => {}
        _ => found.push(trail.path()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{object as nested_object, string};
    use crate::framework::{Rule, Span};

    fn object(name: Value) -> Value {
        Value::object([("name", name)])
    }

    fn paths(planned: &Value, applied: &Value) -> Vec<String> {
        inconsistencies(planned, applied).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_known_value_must_come_out_as_planned() {
        assert_eq!(paths(&object(Value::text("a")), &object(Value::text("b"))), ["name"]);
        assert!(paths(&object(Value::text("a")), &object(Value::text("a"))).is_empty());
        assert_eq!(paths(&object(Value::Null), &object(Value::text("a"))), ["name"]);
    }

    #[test]
    fn an_unknown_value_may_become_anything_that_is_known() {
        assert!(paths(&object(Value::unknown()), &object(Value::Null)).is_empty());
        assert_eq!(paths(&object(Value::unknown()), &object(Value::unknown())), ["name"]);
    }

    #[test]
    fn lists_keep_their_length() {
        let list = |length: usize| object(Value::List(vec![Value::Null; length]));
        assert_eq!(paths(&list(2), &list(1)), ["name"]);
        let planned = object(Value::List(vec![Value::unknown()]));
        assert_eq!(paths(&planned, &object(Value::List(vec![Value::unknown()]))), ["name[0]"]);
    }

    #[test]
    fn an_object_keeps_its_attributes() {
        let (one, none) = (object(Value::Null), Value::object::<&str>([]));
        assert_eq!(inconsistencies(&one, &none).len(), 1);
        assert_eq!(inconsistencies(&none, &one).len(), 1);
    }

    #[test]
    fn the_elements_of_a_set_are_compared_unless_one_is_unknown() {
        let (a, b, c, unknown) =
            (Value::text("a"), Value::text("b"), Value::text("c"), Value::unknown());
        for (planned, applied, is_consistent) in [
            (vec![&a], vec![&a], true),
            (vec![&a], vec![&b], false),
            (vec![&a, &b], vec![&c], false),
            (vec![&a], vec![&a, &b], false),
            (vec![&unknown], vec![&a], true),
            // Two unknown elements may turn out to be the same one.
            (vec![&a, &unknown], vec![&a], true),
            (vec![&unknown], vec![&a, &b], false),
        ] {
            let set = |elements: &[&Value]| {
                object(Value::set(elements.iter().copied().cloned().collect()))
            };
            let found = inconsistencies(&set(&planned), &set(&applied));
            assert_eq!(found.is_empty(), is_consistent, "{planned:?} {applied:?}");
        }
    }

    #[test]
    fn an_equivalent_value_keeps_its_wording_and_another_one_does_not() {
        let span = || string().rule(Rule::reads_as::<Span>("a duration"));
        let schema = Schema::new("A thing.")
            .attribute("patience", span())
            .attribute("inner", nested_object([("patience", span())]));
        let thing = |outer: &str, inner: &str| {
            let inner = Value::object([("patience", Value::text(inner))]);
            Value::object([("patience", Value::text(outer)), ("inner", inner)])
        };

        let kept = keep_wording(&schema, &thing("90s", "2m"), thing("1m30s", "120s"));
        let changed = keep_wording(&schema, &thing("90s", "2m"), thing("80s", "121s"));

        assert_eq!(kept, thing("90s", "2m"));
        assert_eq!(changed, thing("80s", "121s"));
    }
}
