//! Terraform's values as a tree. A value is known, null or unknown.
//!
//! A `Value` does not carry its type. A [`Type`](super::Type) defines how to decode it.

use std::borrow::Cow;

use bigdecimal::{BigDecimal, FromPrimitive, ToPrimitive};
use litemap::LiteMap;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::Type;

/// One value of a configuration, a plan or a state.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// The value is unknown until the apply.
    Unknown(Refinement),
    /// The value is absent.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number of any size and precision.
    Number(Number),
    /// Text in Unicode's normal form C. Create it with [`Value::text`].
    String(String),
    /// A list or a tuple.
    List(Vec<Value>),
    /// A set, sorted and without duplicates. Create it with [`Value::set`].
    Set(Vec<Value>),
    /// A map or an object.
    Map(Members),
    /// A value that carries its type. No schema of this provider uses it.
    Dynamic(Box<(Type, Value)>),
}

/// The name of an attribute, or the key of a map. The names of attributes are constants of the
/// program and are never copied.
pub type Name = Cow<'static, str>;

/// Values by name, in one sorted vector. This makes plans much cheaper than a tree map would: objects are
/// small, and most of the work is walking through two of them in parallel.
pub type Members = LiteMap<Name, Value>;

/// What Terraform already knows about an unknown value, such as "not null", a prefix or bounds. It
/// stays encoded as it was sent, because planning passes it on and never reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refinement(pub Vec<u8>);

impl Value {
    /// An unknown value without a refinement.
    #[must_use]
    pub fn unknown() -> Self {
        Self::Unknown(Refinement::default())
    }

    /// Text in normal form C, the form in which Terraform compares text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        // Nearly all texts are ASCII, which is always in normal form C.
        if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
            Self::String(text)
        } else {
            Self::String(text.nfc().collect())
        }
    }

    /// A set. Duplicates are merged, except for elements that are not wholly known, because those may turn
    /// out to differ.
    #[must_use]
    pub fn set(mut elements: Vec<Value>) -> Self {
        elements.sort();
        elements.dedup_by(|one, other| one == other && one.is_wholly_known());
        Self::Set(elements)
    }

    /// An object with these attributes.
    pub fn object<N: Into<Name>>(attributes: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Map(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// Whether the value is absent.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value itself is unknown until the apply.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether the value and everything nested in it is known.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::List(elements) | Self::Set(elements) => {
                elements.iter().all(Self::is_wholly_known)
            }
            Self::Map(attributes) => attributes.values().all(Self::is_wholly_known),
            Self::Dynamic(typed) => typed.1.is_wholly_known(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
        }
    }

    /// The text, if the value is a known string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The attributes, if the value is a known object or map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Members> {
        if let Self::Map(attributes) = self { Some(attributes) } else { None }
    }

    /// The attribute with this name, or null if there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value {
        match self {
            Self::Map(attributes) => find(attributes, name).unwrap_or(&Self::Null),
            _ => &Self::Null,
        }
    }
}

/// The value with this name. It first compares addresses: values are mostly read with the names of
/// the schema and then looked up with the same names, and this is cheaper than comparing text.
pub(super) fn find<'a>(members: &'a Members, name: &str) -> Option<&'a Value> {
    let same = members.iter().find(|(own, _)| std::ptr::eq(own.as_ref(), name));
    same.map(|(_, value)| value).or_else(|| members.get(name))
}

/// A decimal number of any size and precision, as in Terraform. Two numbers are equal if their
/// values are, whatever their notation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(BigDecimal);

impl Number {
    /// The largest exponent that is accepted. Writing out a number with a much larger one would exhaust
    /// memory.
    const LARGEST_EXPONENT: i64 = 10_000;

    /// Parses decimal or scientific notation. Returns `None` if it is not valid, or far too large.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (_, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        if exponent.trim_start_matches(['+', '-']).len() > 6 || text.len() > 20_000 {
            return None;
        }
        let number: BigDecimal = text.parse().ok()?;
        let (_, scale) = number.as_bigint_and_exponent();
        (scale.abs() <= Self::LARGEST_EXPONENT).then(|| Self(number.normalized()))
    }

    /// The exact value of this double; `None` for infinities and not-a-number.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        BigDecimal::from_f64(number).map(|exact| Self(exact.normalized()))
    }

    /// The number as an integer, if it is one and fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        self.0.is_integer().then(|| self.0.to_i64()).flatten()
    }

    /// The nearest double; `None` if it is out of range.
    #[must_use]
    pub fn to_f64(&self) -> Option<f64> {
        self.0.to_f64().filter(|double| double.is_finite())
    }

    /// The number as a double, if a double can hold it exactly.
    #[must_use]
    pub fn to_exact_f64(&self) -> Option<f64> {
        let double = self.to_f64()?;
        (Self::from_f64(double).as_ref() == Some(self)).then_some(double)
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.to_plain_string())
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(BigDecimal::from(number).normalized())
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(BigDecimal::from(number).normalized())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_when_their_value_is() {
        assert_eq!(Number::parse("1e3"), Some(Number::from(1000_i64)));
        assert_eq!(Number::parse("0.50"), Number::from_f64(0.5));
        assert_ne!(Number::parse("0.1"), Number::from_f64(0.1), "a double is not one tenth");
    }

    #[test]
    fn numbers_that_would_fill_the_memory_are_refused() {
        assert_eq!(Number::parse("1e999999999"), None);
        assert_eq!(Number::parse("1e-99999"), None);
        assert!(Number::parse("1e30").is_some());
    }

    #[test]
    fn sets_forget_order_and_merge_what_is_known_to_be_the_same() {
        let set =
            |texts: &[&str]| Value::set(texts.iter().map(|text| Value::text(*text)).collect());

        assert_eq!(set(&["b", "a", "b"]), set(&["a", "b"]));
        let Value::Set(unknown) = Value::set(vec![Value::unknown(), Value::unknown()]) else {
            panic!("a set was made")
        };
        assert_eq!(unknown.len(), 2);
    }

    #[test]
    fn text_is_compared_in_normal_form_c() {
        assert_eq!(Value::text("Cafe\u{301}"), Value::text("Café"));
    }
}
