//! What applying is, decided once, and whether its result keeps the promise of the plan.

use crate::framework::path::Trail;
use crate::framework::schema::{Attributes, Kind, Nesting, Visibility};
use crate::framework::{Path, Schema, Value};

/// What is to be done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It does not exist, and shall.
    Create,
    /// It exists, and shall be different.
    Update,
    /// It exists, and shall not.
    Delete,
}

impl Change {
    /// The change between two states; `None` where neither exists.
    #[must_use]
    pub fn between(prior: &Value, planned: &Value) -> Option<Self> {
        match (prior.is_null(), planned.is_null()) {
            (true, false) => Some(Self::Create),
            (false, false) => Some(Self::Update),
            (false, true) => Some(Self::Delete),
            (true, true) => None,
        }
    }

    /// The operation's name in a `timeouts` block.
    #[must_use]
    pub fn operation(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// Where a value means the same as the reference (the plan, the prior state), takes the reference's
/// wording: users wrote `1000 Mbps`, the API answers `1 Gbps`.
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

/// The same object with these values of its write-only attributes: those of the configuration, which
/// alone holds them, or none.
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

/// Where the result of applying breaks the plan: a known value that came out different, or one that
/// is still unknown. Terraform would report each as a bug; so do we, with the path.
#[must_use]
pub fn breaches(planned: &Value, applied: &Value) -> Vec<Path> {
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
        // Which element answers to which unknown one can't be told: their number must fit.
        (Value::Set(planned), Value::Set(applied))
            if !planned.iter().all(Value::is_wholly_known) && applied.len() <= planned.len() => {}
        (planned, applied) if planned == applied && applied.is_wholly_known() => {}
        _ => found.push(trail.path()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(name: Value) -> Value {
        Value::object([("name", name)])
    }

    fn broken(planned: &Value, applied: &Value) -> Vec<String> {
        breaches(planned, applied).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_known_value_must_come_out_as_planned() {
        assert_eq!(broken(&object(Value::text("a")), &object(Value::text("b"))), ["name"]);
        assert!(broken(&object(Value::text("a")), &object(Value::text("a"))).is_empty());
        assert_eq!(broken(&object(Value::Null), &object(Value::text("a"))), ["name"]);
    }

    #[test]
    fn an_unknown_value_may_become_anything_that_is_known() {
        assert!(broken(&object(Value::unknown()), &object(Value::Null)).is_empty());
        assert_eq!(broken(&object(Value::unknown()), &object(Value::unknown())), ["name"]);
    }

    #[test]
    fn lists_keep_their_length() {
        let list = |length: usize| object(Value::List(vec![Value::Null; length]));
        assert_eq!(broken(&list(2), &list(1)), ["name"]);
        let planned = object(Value::List(vec![Value::unknown()]));
        assert_eq!(broken(&planned, &object(Value::List(vec![Value::unknown()]))), ["name[0]"]);
    }
}
