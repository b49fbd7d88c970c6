//! An object as Terraform stores it.

use serde_json::{Map, Number};
use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::ResourceIdentityData;

/// An object in the state, with what is stored beside it.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its attributes.
    pub value: Value,
    /// What the provider keeps beside it.
    pub private: Vec<u8>,
    /// What tells it apart.
    pub identity: Option<ResourceIdentityData>,
    /// What Terraform thinks of it.
    pub status: Status,
}

/// What Terraform thinks of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is as it should be.
    Ready,
    /// Creating it ended in an error, or a user said so: the next plan replaces it.
    Tainted,
}

impl Object {
    /// The text of an attribute; empty where it is none.
    #[must_use]
    pub fn text(&self, attribute: &str) -> &str {
        self.value.get(attribute).as_str().unwrap_or_default()
    }
}

/// A value as a state file has it.
pub(crate) fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => match number.to_string().parse::<Number>() {
            Ok(number) => number.into(),
            Err(error) => panic!("JSON has no {number}: {error}"),
        },
        Value::String(text) => text.as_str().into(),
        Value::List(elements) | Value::Set(elements) => elements.iter().map(to_json).collect(),
        Value::Map(attributes) => attributes
            .iter()
            .map(|(name, value)| (name.to_string(), to_json(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Unknown(_) | Value::Dynamic(_) => panic!("no state holds {value:?}"),
    }
}
