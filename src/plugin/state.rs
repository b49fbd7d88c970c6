//! Encodes and decodes the data that Terraform stores for an object: state, private data and identity.

use crate::framework::schema::{Block, Nesting};
use crate::framework::{
    Diagnostic, IdentityAttribute, Members, Name, Schema, StateResponse, Type, Value,
};

use super::codec;
use super::proto::tfplugin6::{DynamicValue, RawState, ResourceIdentityData};

/// The result of an operation in wire format.
pub(super) struct EncodedState {
    pub(super) state: DynamicValue,
    pub(super) private: Vec<u8>,
    pub(super) identity: Option<ResourceIdentityData>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl EncodedState {
    /// Encodes as much of the result as possible, because the object may have been bought, and would be lost
    /// with its state. Values that can't be encoded are reported.
    pub(super) fn of(
        outcome: StateResponse,
        schema: &Schema,
        attributes: &[IdentityAttribute],
    ) -> Result<Self, Diagnostic> {
        let StateResponse { stored, mut diagnostics } = outcome;
        let kind = schema.implied_type();
        let value = with_empty_blocks(stored.value, schema);
        let state = match codec::encode(&value, kind) {
            Ok(state) => state,
            Err(malformed) => {
                diagnostics.push(malformed.into());
                encode_state(without_mismatches(value, kind), schema)?
            }
        };
        let identity = encode_identity(stored.identity.as_ref(), attributes);
        let identity = identity.map_err(|bug| diagnostics.push(bug)).ok().flatten();
        Ok(Self { state, private: stored.private, identity, diagnostics })
    }
}

/// Encodes a state.
pub(super) fn encode_state(value: Value, schema: &Schema) -> Result<DynamicValue, Diagnostic> {
    Ok(codec::encode(&with_empty_blocks(value, schema), schema.implied_type())?)
}

/// Replaces null with an empty list, set or map of blocks. Terraform does not accept null there.
fn with_empty_blocks(value: Value, schema: &Schema) -> Value {
    let Value::Map(mut values) = value else { return value };
    for (name, Block { nesting, body }) in &schema.blocks {
        let found = values.get_mut(*name).map(std::mem::take).unwrap_or_default();
        let inner = |value| with_empty_blocks(value, body);
        let blocks = match (nesting, found) {
            (Nesting::Single, found) => inner(found),
            (Nesting::List, Value::Null) => Value::List(Vec::new()),
            (Nesting::Set, Value::Null) => Value::Set(Vec::new()),
            (Nesting::Map, Value::Null) => Value::Map(Members::default()),
            (_, Value::List(found)) => Value::List(found.into_iter().map(inner).collect()),
            (_, Value::Set(found)) => Value::set(found.into_iter().map(inner).collect()),
            (_, Value::Map(found)) => {
                Value::Map(found.into_iter().map(|(key, value)| (key, inner(value))).collect())
            }
            (_, unknown) => unknown,
        };
        values.insert(Name::Borrowed(name), blocks);
    }
    Value::Map(values)
}

/// The value without the attributes that don't have the right type. These become null.
fn without_mismatches(value: Value, kind: &Type) -> Value {
    let (Value::Map(values), Type::Object(kinds)) = (value, kind) else { return Value::Null };
    let fits = |(name, value): &(Name, Value)| {
        kinds.get(name).is_some_and(|kind| codec::encode(value, kind).is_ok())
    };
    Value::Map(values.into_iter().filter(fits).collect())
}

/// Decodes an identity; `None` if the object has none.
pub(super) fn decode_identity(
    identity: Option<&ResourceIdentityData>,
    attributes: &[IdentityAttribute],
) -> Result<Option<Value>, Diagnostic> {
    let data = identity.and_then(|identity| identity.identity_data.as_ref());
    let value = codec::decode(data, &IdentityAttribute::object_type(attributes))?;
    Ok((!value.is_null()).then_some(value))
}

/// Encodes an identity. For a resource without an identity schema, this drops what an earlier version may
/// have stored, because Terraform accepts no identity there.
pub(super) fn encode_identity(
    identity: Option<&Value>,
    attributes: &[IdentityAttribute],
) -> Result<Option<ResourceIdentityData>, Diagnostic> {
    let identity = identity.filter(|identity| !identity.is_null() && !attributes.is_empty());
    let Some(identity) = identity else { return Ok(None) };
    let data = codec::encode(identity, &IdentityAttribute::object_type(attributes))?;
    Ok(Some(ResourceIdentityData { identity_data: Some(data) }))
}

/// Parses a stored state or identity, which may follow an older version of its schema.
pub(super) fn parse_raw(stored: Option<&RawState>) -> Result<serde_json::Value, Diagnostic> {
    match stored {
        Some(stored) if !stored.json.is_empty() => {
            serde_json::from_slice(&stored.json).map_err(|error| {
                Diagnostic::unreadable_state(format_args!("it is not valid JSON: {error}"))
            })
        }
        Some(stored) if !stored.flatmap.is_empty() => {
            Err(Diagnostic::error("The stored state is too old")
                .because("Terraform 0.11 or earlier wrote it, before this provider existed")
                .remedy("Restore a backup of the state with `terraform state push`."))
        }
        _ => Ok(serde_json::Value::Null),
    }
}

/// Decodes a stored state or identity, which somebody may have edited.
pub(super) fn decode_stored(stored: &serde_json::Value, kind: &Type) -> Result<Value, Diagnostic> {
    codec::decode_json(stored, kind).map_err(Diagnostic::unreadable_state)
}

#[cfg(test)]
mod tests {
    use crate::framework::StoredValue;
    use crate::framework::schema::string;

    use super::*;

    fn read(state: &DynamicValue, schema: &Schema) -> Option<Value> {
        codec::decode(Some(state), schema.implied_type()).ok()
    }

    #[test]
    fn an_attribute_of_the_wrong_type_does_not_cost_the_others() -> Result<(), Diagnostic> {
        let schema = Schema::new("A thing.").attribute("id", string()).attribute("name", string());
        let value = Value::object([("id", Value::text("7")), ("name", Value::Bool(true))]);
        let outcome = StateResponse { stored: StoredValue::bare(value), diagnostics: Vec::new() };

        let sent = EncodedState::of(outcome, &schema, &[])?;

        let kept = Value::object([("id", Value::text("7")), ("name", Value::Null)]);
        assert_eq!(read(&sent.state, &schema), Some(kept));
        assert_eq!(sent.diagnostics.len(), 1);
        Ok(())
    }

    #[test]
    fn no_blocks_are_an_empty_list_of_blocks() -> Result<(), Diagnostic> {
        let part = Schema::new("A part.").block("screw", Nesting::Set, Schema::new("A screw."));
        let schema = Schema::new("A thing.").block("part", Nesting::List, part.clone()).block(
            "lid",
            Nesting::Single,
            part,
        );
        let value =
            Value::object([("part", Value::List(vec![Value::object([("screw", Value::Null)])]))]);

        let sent = encode_state(value, &schema)?;

        let part = Value::object([("screw", Value::Set(Vec::new()))]);
        let expected = Value::object([("part", Value::List(vec![part])), ("lid", Value::Null)]);
        assert_eq!(read(&sent, &schema), Some(expected));
        Ok(())
    }
}
