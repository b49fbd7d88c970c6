//! Terraform's values as a tree: known, null, or not known yet.
//!
//! A `Value` says nothing about its type; a [`Type`](super::Type) says how to read it from the wire.

use std::borrow::Cow;

use bigdecimal::{BigDecimal, FromPrimitive, ToPrimitive};
use litemap::LiteMap;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::Type;

/// One value of a configuration, a plan or a state.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Decided only at apply.
    Unknown(Refinement),
    /// Absent.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number of any size and precision.
    Number(Number),
    /// Text in Unicode's normal form C: make it with [`Value::text`].
    String(String),
    /// A list or a tuple.
    List(Vec<Value>),
    /// A set: sorted, without duplicates. Make it with [`Value::set`].
    Set(Vec<Value>),
    /// A map or an object.
    Map(Members),
    /// A value whose type travels with it.
    Dynamic(Box<(Type, Value)>),
}

/// The name of an attribute, or the key of a map. The names of attributes are part of the program, and
/// are never copied.
pub type Name = Cow<'static, str>;

/// Values by name, in a sorted list. Trees that owned their names made a plan much more expensive;
/// `design/measurements.md` has the figures.
pub type Members = LiteMap<Name, Value>;

/// What Terraform already knows about an unknown value ("not null", a prefix, bounds), kept as it
/// was sent: planning passes it on and never looks inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refinement(pub Vec<u8>);

impl Value {
    /// A value about which nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self::Unknown(Refinement::default())
    }

    /// Text as Terraform compares it: in normal form C.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        // Nearly every text is ASCII, which has no other form.
        if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
            Self::String(text)
        } else {
            Self::String(text.nfc().collect())
        }
    }

    /// A set: order is meaningless and duplicates merge. Elements not wholly known stay apart,
    /// because they may turn out to differ.
    #[must_use]
    pub fn set(mut elements: Vec<Value>) -> Self {
        elements.sort();
        elements.dedup_by(|one, other| one == other && one.is_wholly_known());
        Self::Set(elements)
    }

    /// An object of the given attributes.
    pub fn object<N: Into<Name>>(attributes: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Map(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// Whether the value is absent.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value itself is decided only at apply.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether nothing in it, however deep, is decided only at apply.
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

    /// The text, where the value is a known string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The attributes, where the value is a known object or map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Members> {
        if let Self::Map(attributes) = self { Some(attributes) } else { None }
    }

    /// The attribute of that name, or null where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value {
        match self {
            Self::Map(attributes) => find(attributes, name).unwrap_or(&Self::Null),
            _ => &Self::Null,
        }
    }
}

/// The value of that name. A name from the schema is usually the one with which the value was read, so
/// comparing addresses first makes a plan cheaper.
pub(super) fn find<'a>(members: &'a Members, name: &str) -> Option<&'a Value> {
    let same = members.iter().find(|(own, _)| std::ptr::eq(own.as_ref(), name));
    same.map(|(_, value)| value).or_else(|| members.get(name))
}

/// A number as Terraform means it: decimal, of any size, equal when the value is equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(BigDecimal);

impl Number {
    /// Larger exponents are refused: written out, such a number would fill the memory.
    const LARGEST_EXPONENT: i64 = 10_000;

    /// Reads a decimal or scientific notation; `None` where it is none, or absurdly large.
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

    /// The number that this double stands for, exactly; `None` for infinities and not-a-number.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        BigDecimal::from_f64(number).map(|exact| Self(exact.normalized()))
    }

    /// The number as an integer, where it is one and fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        self.0.is_integer().then(|| self.0.to_i64()).flatten()
    }

    /// The nearest double; `None` where it is out of range.
    #[must_use]
    pub fn to_f64(&self) -> Option<f64> {
        self.0.to_f64().filter(|double| double.is_finite())
    }

    /// The number as a double, where that loses nothing.
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
