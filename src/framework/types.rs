//! The types of values, and their notation in Terraform's JSON.

use litemap::LiteMap;
use serde_json::json;

use super::Name;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// Any type. The type is sent along with the value. No schema of this provider uses it.
    Dynamic,
    /// `list(…)`
    List(Box<Type>),
    /// `set(…)`
    Set(Box<Type>),
    /// `map(…)`
    Map(Box<Type>),
    /// `object({…})`
    Object(LiteMap<Name, Type>),
    /// `tuple([…])`. No schema of this provider uses it.
    Tuple(Vec<Type>),
}

impl Type {
    /// The type of an object with these attributes.
    pub fn object<N: Into<Name>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, kind)| (name.into(), kind)).collect())
    }

    /// The type in Terraform's JSON notation, such as `["list","string"]`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Object(attributes) => {
                let attributes: serde_json::Map<_, _> = attributes
                    .iter()
                    .map(|(name, kind)| (name.to_string(), kind.to_json()))
                    .collect();
                json!(["object", attributes])
            }
            Self::Tuple(elements) => {
                json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()])
            }
        }
    }

    /// Parses Terraform's JSON notation. Returns `None` if it is not valid, or nested deeper than
    /// 64 levels.
    #[must_use]
    pub fn from_json(json: &serde_json::Value) -> Option<Self> {
        Self::from_json_within(json, 64)
    }

    fn from_json_within(json: &serde_json::Value, depth: u32) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let inner = |json| Self::from_json_within(json, depth);
        if let Some(name) = json.as_str() {
            return match name {
                "bool" => Some(Self::Bool),
                "number" => Some(Self::Number),
                "string" => Some(Self::String),
                "dynamic" => Some(Self::Dynamic),
                _ => None,
            };
        }
        // The third element of an object's notation lists its optional attributes. Values don't
        // need it.
        let (kind, argument) = match json.as_array()?.as_slice() {
            [kind, argument] | [kind, argument, _] => (kind.as_str()?, argument),
            _ => return None,
        };
        match kind {
            "list" => Some(Self::List(Box::new(inner(argument)?))),
            "set" => Some(Self::Set(Box::new(inner(argument)?))),
            "map" => Some(Self::Map(Box::new(inner(argument)?))),
            "tuple" => {
                argument.as_array()?.iter().map(inner).collect::<Option<_>>().map(Self::Tuple)
            }
            "object" => argument
                .as_object()?
                .iter()
                .map(|(name, json)| Some((name.clone().into(), inner(json)?)))
                .collect::<Option<_>>()
                .map(Self::Object),
            _ => None,
        }
    }
}
