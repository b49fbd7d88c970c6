//! An object as Terraform stores it.

use serde_json::{Map, Number};
use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::ResourceIdentityData;

/// An object in the state, with the data that is stored with it.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its attributes.
    pub value: Value,
    /// The private data that the provider stores with it.
    pub private: Vec<u8>,
    /// Its identity.
    pub identity: Option<ResourceIdentityData>,
    /// Its status in the state.
    pub status: Status,
}

/// The status of an object in the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is usable.
    Ready,
    /// Creating it failed, or a user tainted it. The next plan replaces it.
    Tainted,
}

impl Object {
    /// The text of an attribute. It is empty if the value is not a text.
    #[must_use]
    pub fn text(&self, attribute: &str) -> &str {
        self.value.get(attribute).as_str().unwrap_or_default()
    }
}

/// A value in the format of a state file.
pub(crate) fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => match number.to_string().parse::<Number>() {
            Ok(number) => number.into(),
            Err(error) => panic!("JSON can't represent {number}: {error}"),
        },
        Value::String(text) => text.as_str().into(),
        Value::List(elements) | Value::Set(elements) => elements.iter().map(to_json).collect(),
        Value::Map(attributes) => attributes
            .iter()
            .map(|(name, value)| (name.to_string(), to_json(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Unknown(_) | Value::Dynamic(_) => panic!("a state can't contain {value:?}"),
    }
}
