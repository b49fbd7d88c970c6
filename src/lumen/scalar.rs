//! Lenient parsing of JSON members: Lumen sends the same member as a string in one place and as a
//! number in another.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A member that may be a string, a number, a boolean, null or absent. Blank text counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scalar(Option<String>);

impl Scalar {
    pub(super) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(super) fn into_text(self) -> Option<String> {
        self.0
    }

    /// Parses the member as a `T`. Returns `None` if it is absent or is not a valid `T`.
    pub(super) fn parse<T: FromStr>(&self) -> Option<T> {
        self.as_str()?.parse().ok()
    }

    /// Reads `true` and `false` in any case, and the `Y` and `N` of older parts of the API.
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
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// Reads the text directly, because building a tree first makes a page of services more expensive.
struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
        let text = text.trim();
        Ok(Scalar((!text.is_empty()).then(|| text.to_owned())))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Scalar, E> {
        let is_plain = !text.is_empty() && text.trim().len() == text.len();
        if is_plain { Ok(Scalar(Some(text))) } else { self.visit_str(&text) }
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Scalar, E> {
        Ok(Scalar::from(&Value::from(flag)))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::from(&Value::from(number)))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::from(&Value::from(number)))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::from(&Value::from(number)))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Scalar, E> {
        Ok(Scalar(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Scalar, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar(None))
    }

    /// An object, or a number: `serde_json` represents numbers as a map so that all digits are
    /// kept.
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Scalar, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(members))?;
        Ok(Scalar::from(&value))
    }
}

/// A list that may also be null, absent, or a single object instead of a list of one.
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

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ManyVisitor(PhantomData))
    }
}

struct ManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
    type Value = Many<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many<T>, A::Error> {
        let mut many = Vec::new();
        while let Some(item) = items.next_element()? {
            many.push(item);
        }
        Ok(Many(many))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Many<T>, E> {
        Ok(Many::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Many<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(|one| Many(vec![one]))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Many<T>, E> {
        one(text)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Many<T>, E> {
        one(flag)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Many<T>, E> {
        one(number)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Many<T>, E> {
        one(number)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Many<T>, E> {
        one(number)
    }
}

fn one<'de, T: Deserialize<'de>, E: de::Error>(
    item: impl IntoDeserializer<'de, E>,
) -> Result<Many<T>, E> {
    T::deserialize(item.into_deserializer()).map(|one| Many(vec![one]))
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, from_value, json};

    use super::*;

    #[test]
    fn a_scalar_reads_the_same_from_a_string_and_a_number() {
        for (sent, read) in [
            (json!("1799"), Some("1799")),
            (json!(1799), Some("1799")),
            (json!(1_692_817_140_000_000_000_u64), Some("1692817140000000000")),
            (json!("  "), None),
            (json!(true), Some("true")),
            (json!(-1.50), Some("-1.5")),
            (json!(" a "), Some("a")),
            (json!(null), None),
            (json!({"id": 1}), None),
            (json!([1, [2]]), None),
        ] {
            let text = sent.to_string();
            assert_eq!(from_str::<Scalar>(&text).unwrap_or_default().as_str(), read, "{text}");
            assert_eq!(from_value::<Scalar>(sent).unwrap_or_default().as_str(), read, "{text}");
        }
    }

    #[test]
    fn a_list_may_be_null_or_a_single_object() {
        for (sent, count) in
            [("null", 0), (r#"["a", 2]"#, 2), (r#""a""#, 1), ("7", 1), (r#"{"id": 1}"#, 1)]
        {
            let many = from_str::<Many<Scalar>>(sent).map(|many| many.0.len());
            assert_eq!(many.ok(), Some(count), "{sent}");
        }
        let objects = from_value::<Many<std::collections::BTreeMap<String, u32>>>(json!("text"));
        assert!(objects.is_err(), "text in place of an object is not understood");
    }
}
