//! Lenient members: what Lumen sends as a string here, it sends as a number there.

use std::str::FromStr;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A member that may be a string, a number, a boolean, null or absent; blank text counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scalar(Option<String>);

impl Scalar {
    pub(super) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(super) fn into_text(self) -> Option<String> {
        self.0
    }

    /// The member as a `T`; none if it is absent or doesn't read as one.
    pub(super) fn parse<T: FromStr>(&self) -> Option<T> {
        self.as_str()?.parse().ok()
    }

    /// `true` and `false` in any case, and the `Y` and `N` of older parts of the API.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self.as_str()?.to_ascii_lowercase().as_str() {
            "true" | "y" | "yes" => Some(true),
            "false" | "n" | "no" => Some(false),
            _ => None,
        }
    }
}

impl From<&Value> for Scalar {
    fn from(value: &Value) -> Self {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return Self(None),
        };
        Self((!text.is_empty()).then_some(text))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self::from(&value))
    }
}

/// A list that may also be null, absent, or one object where a list of one was meant.
#[derive(Debug, Clone)]
pub(super) struct Many<T>(pub(super) Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> IntoIterator for Many<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = match Value::deserialize(deserializer)? {
            Value::Null => Vec::new(),
            Value::Array(items) => items,
            one => vec![one],
        };
        let read =
            items.into_iter().map(|item| serde_json::from_value(item).map_err(D::Error::custom));
        read.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn a_scalar_reads_the_same_from_a_string_and_a_number() {
        for (sent, read) in [
            (json!("1799"), Some("1799")),
            (json!(1799), Some("1799")),
            (json!(1_692_817_140_000_000_000_u64), Some("1692817140000000000")),
            (json!("  "), None),
            (json!(null), None),
            (json!({"id": 1}), None),
        ] {
            assert_eq!(from_value::<Scalar>(sent).unwrap_or_default().as_str(), read);
        }
    }

    #[test]
    fn a_list_may_be_null_or_a_single_object() {
        let count = |sent| from_value::<Many<Scalar>>(sent).map(|many| many.0.len()).ok();
        assert_eq!(count(json!(null)), Some(0));
        assert_eq!(count(json!(["a", "b"])), Some(2));
        assert_eq!(count(json!("a")), Some(1));
        let objects = from_value::<Many<std::collections::BTreeMap<String, u32>>>(json!("text"));
        assert!(objects.is_err(), "text in place of an object is not understood");
    }
}
