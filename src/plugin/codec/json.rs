//! The JSON of stored states. It is wholly known, and may follow an older version of the schema.

use serde_json::Value as Json;

use crate::framework::{Members, Number, Step, Type, Value};

use super::{MAX_DEPTH, Malformed, descend, element};

/// Parses JSON. Numbers keep all of their digits.
pub(super) fn parse(text: &[u8]) -> Result<Json, Malformed> {
    serde_json::from_slice(text).map_err(Malformed::new)
}

/// Decodes a value of this type. Attributes that the type does not have are ignored, because a state may
/// follow an older schema. Missing attributes are null.
///
/// # Errors
///
/// The JSON is not a value of the type.
pub fn decode(json: &Json, kind: &Type) -> Result<Value, Malformed> {
    value(json, kind, MAX_DEPTH)
}

fn value(json: &Json, kind: &Type, depth: u32) -> Result<Value, Malformed> {
    let depth = descend(depth)?;
    match (kind, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(*truth)),
        (Type::Number, Json::Number(digits)) => number(&digits.to_string()),
        (Type::Number, Json::String(digits)) => number(digits),
        (Type::String, Json::String(text)) => Ok(Value::text(text.as_str())),
        (Type::List(kind), Json::Array(items)) => elements(items, kind, depth).map(Value::List),
        (Type::Set(kind), Json::Array(items)) => elements(items, kind, depth).map(Value::set),
        (Type::Tuple(kinds), Json::Array(items)) if items.len() == kinds.len() => {
            let pairs = items.iter().zip(kinds).enumerate();
            pairs
                .map(|(at, (item, kind))| {
                    value(item, kind, depth).map_err(|error| error.within(|| element(at)))
                })
                .collect::<Result<_, _>>()
                .map(Value::List)
        }
        (Type::Map(kind), Json::Object(items)) => {
            let mut values = Members::default();
            for (key, item) in items {
                let found = value(item, kind, depth)
                    .map_err(|error| error.within(|| Step::Key(key.clone())))?;
                if let Value::String(key) = Value::text(key.as_str()) {
                    values.insert(key.into(), found);
                }
            }
            Ok(Value::Map(values))
        }
        (Type::Object(kinds), Json::Object(items)) => kinds
            .iter()
            .map(|(name, kind)| {
                let item = items.get(name.as_ref()).unwrap_or(&Json::Null);
                let found = value(item, kind, depth)
                    .map_err(|error| error.within(|| Step::Attribute(name.to_string())))?;
                Ok((name.clone(), found))
            })
            .collect::<Result<_, _>>()
            .map(Value::Map),
        (Type::Dynamic, Json::Object(typed)) => dynamic(typed, depth),
        (kind, json) => Err(Malformed::mismatch(kind, name(json))),
    }
}

fn elements(items: &[Json], kind: &Type, depth: u32) -> Result<Vec<Value>, Malformed> {
    items
        .iter()
        .enumerate()
        .map(|(at, item)| value(item, kind, depth).map_err(|error| error.within(|| element(at))))
        .collect()
}

fn number(digits: &str) -> Result<Value, Malformed> {
    let number = Number::parse(digits);
    number.map(Value::Number).ok_or_else(|| Malformed::new("the number is out of range"))
}

fn dynamic(typed: &serde_json::Map<String, Json>, depth: u32) -> Result<Value, Malformed> {
    let (Some(kind), Some(json)) = (typed.get("type"), typed.get("value")) else {
        return Err(Malformed::new("a value of any type has a `type` and a `value`"));
    };
    let kind =
        Type::from_json(kind).ok_or_else(|| Malformed::new(format_args!("{kind} is no type")))?;
    let found = value(json, &kind, depth)?;
    Ok(Value::Dynamic(Box::new((kind, found))))
}

fn name(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array of this length",
        Json::Object(_) => "an object",
    }
}
