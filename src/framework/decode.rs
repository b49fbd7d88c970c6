//! Between values and typed models: what comes in is checked and decoded, what is stored beside an
//! object is JSON.

use super::resource::plan;
use super::{Convert as _, Diagnostic, ImportKey, Model, Private, Resource, Schema, Value};

/// Values that were unknown when they were validated are known by now.
pub(super) fn refuse(schema: &Schema, config: &Value) -> Result<(), Vec<Diagnostic>> {
    let errors: Vec<_> =
        plan::validate(schema, config).into_iter().filter(Diagnostic::is_error).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Every rule of the schema, and where they hold, the checks across attributes.
pub(super) fn validate<M: Model>(
    schema: &Schema,
    config: &Value,
    across: fn(&M) -> Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let mut found = plan::validate(schema, config);
    if !found.iter().any(Diagnostic::is_error) {
        found.extend(decode(config).map_or_else(one, |config| across(&config)));
    }
    found
}

/// The typed form of a value.
pub(super) fn decode<M: Model>(value: &Value) -> Result<M, Diagnostic> {
    M::from_value(value).map_err(|mismatch| Diagnostic::bug(&mismatch).at(mismatch.path.clone()))
}

/// The typed form of a value; an absent object is an empty model.
pub(super) fn decode_present<M: Model>(value: &Value) -> Result<M, Diagnostic> {
    if value.is_null() { Ok(M::default()) } else { decode(value) }
}

pub(super) fn typed_key<R: Resource>(
    key: ImportKey<Value>,
) -> Result<ImportKey<R::Identity>, Diagnostic> {
    match key {
        ImportKey::Id(id) => Ok(ImportKey::Id(id)),
        ImportKey::Identity(identity) => match R::Identity::from_value(&identity) {
            Ok(identity) => Ok(ImportKey::Identity(identity)),
            Err(mismatch) => Err(Diagnostic::error("The identity to import by is not valid")
                .because(mismatch)
                .remedy("Correct `identity` of the `import` block.")),
        },
    }
}

pub(super) fn decode_private<P: Private>(bytes: &[u8]) -> Result<P, Diagnostic> {
    if bytes.is_empty() {
        return Ok(P::default());
    }
    serde_json::from_slice(bytes).map_err(|error| {
        Diagnostic::error("The private data of a resource can't be read")
            .because(format!("it was written by another version of the provider: {error}"))
            .remedy("Run `terraform init -upgrade` to get the provider version that wrote it, or a later one.")
    })
}

/// Private data are plain structs of ours, which always have a JSON form.
pub(super) fn encode_private<P: Private>(private: &P) -> Vec<u8> {
    serde_json::to_vec(private).unwrap_or_default()
}

pub(super) fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}
