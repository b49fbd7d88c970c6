//! Conversions between values and typed models. Values are checked before they are decoded, and
//! private data are stored as JSON.

use super::resource::validate;
use super::{Convert as _, Diagnostic, ImportKey, Model, Private, Resource, Schema, Value};

/// Checks the rules of the schema again, because values that were unknown during validation are
/// known now. Returns only errors: the warnings were shown before.
pub(super) fn check_rules(schema: &Schema, config: &Value) -> Result<(), Vec<Diagnostic>> {
    let errors: Vec<_> =
        validate::violations(schema, config).into_iter().filter(Diagnostic::is_error).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks every rule of the schema. If all hold, it also runs the checks across attributes, which
/// may then rely on them.
pub(super) fn validate<M: Model>(
    schema: &Schema,
    config: &Value,
    across: fn(&M) -> Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let mut found = validate::violations(schema, config);
    if !found.iter().any(Diagnostic::is_error) {
        found.extend(decode(config).map_or_else(one, |config| across(&config)));
    }
    found
}

/// The typed form of a value.
pub(super) fn decode<M: Model>(value: &Value) -> Result<M, Diagnostic> {
    M::from_value(value).map_err(|mismatch| Diagnostic::bug(&mismatch).at(mismatch.path.clone()))
}

/// The typed form of a stored value, which somebody may have edited.
pub(super) fn decode_stored<M: Model>(value: &Value) -> Result<M, Diagnostic> {
    M::from_value(value).map_err(|mismatch| {
        let place = mismatch.path;
        let why = format!("the value of `{place}` is not one that this provider writes");
        Diagnostic::unreadable_state(why).at(place)
    })
}

/// The typed form of a value. An absent object becomes an empty model.
pub(super) fn decode_present<M: Model>(value: &Value) -> Result<M, Diagnostic> {
    if value.is_null() { Ok(M::default()) } else { decode(value) }
}

/// The typed form of an import key.
pub(super) fn decode_key<R: Resource>(
    key: ImportKey<Value>,
) -> Result<ImportKey<R::Identity>, Diagnostic> {
    match key {
        ImportKey::Id(id) => Ok(ImportKey::Id(id)),
        ImportKey::Identity(identity) => match R::Identity::from_value(&identity) {
            Ok(identity) => Ok(ImportKey::Identity(identity)),
            Err(mismatch) => Err(Diagnostic::error("The identity to import is not valid")
                .because(mismatch)
                .remedy("Correct `identity` in the `import` block.")),
        },
    }
}

/// Reads private data. A new object has none.
pub(super) fn decode_private<P: Private>(bytes: &[u8]) -> Result<P, Diagnostic> {
    if bytes.is_empty() {
        return Ok(P::default());
    }
    serde_json::from_slice(bytes).map_err(|error| {
        Diagnostic::error("The private data of a resource can't be read")
            .because(format!("another version of the provider wrote it: {error}"))
            .remedy("Run `terraform init -upgrade` to get the provider version that wrote it, or a later one.")
    })
}

/// Encodes private data. It can't fail, because they are plain structs of the provider.
pub(super) fn encode_private<P: Private>(private: &P) -> Vec<u8> {
    serde_json::to_vec(private).unwrap_or_default()
}

/// Wraps a single diagnostic where several are expected.
pub(super) fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}
