//! An object as Terraform stores it.

use serde_json::{Map, Number};
use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::ResourceIdentityData;

/// An object in the state, with what is stored beside it.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) value: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Option<ResourceIdentityData>,
    pub(crate) status: Status,
}

/// What Terraform thinks of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Ready,
    /// Creating it ended in an error, or a user said so: the next plan replaces it.
    Tainted,
}

impl Object {
    /// The text of an attribute; empty where it is none.
    pub(crate) fn text(&self, attribute: &str) -> &str {
        self.value.get(attribute).as_str().unwrap_or_default()
    }
}

/// A value as a state file has it.
pub(crate) fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => number.to_string().parse::<Number>().unwrap().into(),
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
