//! Conversions between the values of attributes and Rust types.

use std::collections::{BTreeMap, BTreeSet};

use super::{Members, Name, Number, Path, Step, Value};

/// A lossless conversion between a [`Value`] and a Rust type.
pub trait Convert: Sized {
    /// Reads a value that is neither null nor unknown.
    ///
    /// # Errors
    ///
    /// The value is not of this type. Then schema and model disagree, or the schema lacks a rule.
    fn from_value(value: &Value) -> Result<Self, Mismatch>;

    /// Writes the value.
    fn into_value(self) -> Value;

    /// Whether the value is unknown until the apply. A list, set or map is unknown if one of its elements is,
    /// because this type has no place for such an element.
    #[must_use]
    fn is_unknown(value: &Value) -> bool {
        value.is_unknown()
    }
}

/// The error of a value that has another type than the model expects.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not {expected}")]
pub struct Mismatch {
    /// The path of the value within the model.
    pub path: Path,
    /// What the model expects.
    pub expected: String,
}

impl Mismatch {
    /// A mismatch of the value itself.
    pub fn new(expected: impl Into<String>) -> Self {
        Self { path: Path::default(), expected: expected.into() }
    }

    /// The same mismatch with a path that starts at the object around the value.
    #[must_use]
    pub fn within(mut self, step: Step) -> Self {
        self.path.0.insert(0, step);
        self
    }
}

impl Convert for () {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Map(attributes) if attributes.is_empty() => Ok(()),
            _ => Err(Mismatch::new("an object without attributes")),
        }
    }

    fn into_value(self) -> Value {
        Value::Map(Members::default())
    }
}

impl Convert for String {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        value.as_str().map(str::to_owned).ok_or_else(|| Mismatch::new("text"))
    }

    fn into_value(self) -> Value {
        Value::text(self)
    }
}

impl Convert for bool {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        if let Value::Bool(truth) = value { Ok(*truth) } else { Err(Mismatch::new("a bool")) }
    }

    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl Convert for i64 {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Number(number) => number.to_i64().ok_or_else(|| Mismatch::new("a whole number")),
            _ => Err(Mismatch::new("a number")),
        }
    }

    fn into_value(self) -> Value {
        Value::Number(Number::from(self))
    }
}

impl Convert for Number {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        if let Value::Number(number) = value {
            Ok(number.clone())
        } else {
            Err(Mismatch::new("a number"))
        }
    }

    fn into_value(self) -> Value {
        Value::Number(self)
    }
}

crate::convert_text!(super::Span);

impl<T: Convert> Convert for Vec<T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let (Value::List(elements) | Value::Set(elements)) = value else {
            return Err(Mismatch::new("a list or a set"));
        };
        (0_i64..)
            .zip(elements)
            .map(|(index, element)| {
                T::from_value(element).map_err(|mismatch| mismatch.within(Step::Index(index)))
            })
            .collect()
    }

    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(Convert::into_value).collect())
    }

    fn is_unknown(value: &Value) -> bool {
        match value {
            Value::List(elements) | Value::Set(elements) => elements.iter().any(T::is_unknown),
            _ => value.is_unknown(),
        }
    }
}

impl<T: Convert + Ord> Convert for BTreeSet<T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        Vec::from_value(value).map(|elements| elements.into_iter().collect())
    }

    fn into_value(self) -> Value {
        Value::set(self.into_iter().map(Convert::into_value).collect())
    }

    fn is_unknown(value: &Value) -> bool {
        Vec::<T>::is_unknown(value)
    }
}

impl<T: Convert> Convert for BTreeMap<String, T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let Value::Map(members) = value else { return Err(Mismatch::new("a map")) };
        members
            .iter()
            .map(|(key, member)| match T::from_value(member) {
                Ok(member) => Ok((key.clone().into_owned(), member)),
                Err(mismatch) => Err(mismatch.within(Step::Key(key.clone().into_owned()))),
            })
            .collect()
    }

    fn into_value(self) -> Value {
        let members = self.into_iter();
        Value::Map(members.map(|(key, member)| (Name::Owned(key), member.into_value())).collect())
    }

    fn is_unknown(value: &Value) -> bool {
        match value {
            Value::Map(members) => members.values().any(T::is_unknown),
            _ => value.is_unknown(),
        }
    }
}

/// Implements [`Convert`] for types that attributes hold as text. `FromStr` reads the text, and
/// `Display` writes it.
#[macro_export]
macro_rules! convert_text {
    ($($kind:ty),* $(,)?) => {$(
        impl $crate::framework::Convert for $kind {
            fn from_value(
                value: &$crate::framework::Value,
            ) -> Result<Self, $crate::framework::Mismatch> {
                value
                    .as_str()
                    .and_then(|text| text.parse().ok())
                    .ok_or_else(|| $crate::framework::Mismatch::new(stringify!($kind)))
            }

            fn into_value(self) -> $crate::framework::Value {
                $crate::framework::Value::text(self.to_string())
            }
        }
    )*};
}
