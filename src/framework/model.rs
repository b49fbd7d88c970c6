//! Typed models: structs whose fields are the attributes of an object.

use std::collections::{BTreeMap, BTreeSet};

use super::value::find;
use super::{Diagnostic, Members, Name, Number, Path, Step, Value};

/// One attribute of a model. "Unknown" and "not set" are variants of their own, so that no code can
/// mistake them for an empty value.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Field<T> {
    /// The value is unknown until the apply.
    Unknown,
    /// The attribute is not set.
    #[default]
    Null,
    /// The attribute has this value.
    Known(T),
}

impl<T> Field<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }

    /// Changes the value if it is known. An unknown field stays unknown, and a null one null.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Unknown => Field::Unknown,
            Self::Null => Field::Null,
            Self::Known(value) => Field::Known(change(value)),
        }
    }

    /// Returns this field if it is set, and the other one otherwise.
    #[must_use]
    pub fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_null() { other() } else { self }
    }

    /// Replaces an unknown value with the one that is known now, or with null if none is.
    pub fn fill_unknown(&mut self, now: &Self)
    where
        T: Clone,
    {
        if self.is_unknown() {
            *self = now.known().cloned().into();
        }
    }

    /// The value of the attribute `name`, in an operation that Terraform starts only when every
    /// argument is known.
    ///
    /// # Errors
    ///
    /// A defect of the provider: the schema does not require the attribute, or the operation is one
    /// that Terraform starts earlier, such as a plan.
    pub fn require(&self, name: &'static str) -> Result<&T, Diagnostic> {
        let lacks = match self {
            Self::Known(value) => return Ok(value),
            Self::Unknown => "is not known yet",
            Self::Null => "is not set",
        };
        Err(Diagnostic::bug(format_args!("`{name}` is needed, and it {lacks}")).at(name))
    }

    /// Whether the attribute is not set.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value is unknown until the apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

/// `Some` becomes known, and `None` becomes null.
impl<T> From<Option<T>> for Field<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

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

/// The typed form of an object. The macro [`model!`](crate::model) declares one.
pub trait Model: Convert + Clone + Default + Send + Sync + 'static {
    /// The names of its attributes.
    const ATTRIBUTES: &'static [&'static str];

    /// Replaces unknown values with those that are known now. Values that are still unknown become null.
    fn fill_unknown(&mut self, now: &Self);
}

/// A model without attributes, for resources without an identity.
impl Model for () {
    const ATTRIBUTES: &'static [&'static str] = &[];

    fn fill_unknown(&mut self, (): &Self) {}
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

/// Declares a [`Model`]: a struct whose fields are attributes of the same names.
#[macro_export]
macro_rules! model {
    ($(#[$about:meta])* $vis:vis struct $name:ident {
        $($(#[$field_about:meta])* $field_vis:vis $field:ident: Field<$kind:ty>),* $(,)?
    }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq)]
        $vis struct $name {
            $($(#[$field_about])* $field_vis $field: $crate::framework::Field<$kind>),*
        }

        impl $crate::framework::Convert for $name {
            fn from_value(
                value: &$crate::framework::Value,
            ) -> Result<Self, $crate::framework::Mismatch> {
                let attributes = $crate::framework::model::attributes(value)?;
                Ok(Self {
                    $($field: $crate::framework::model::field(
                        attributes,
                        $crate::framework::model::attribute_name(stringify!($field)),
                    )?),*
                })
            }

            fn into_value(self) -> $crate::framework::Value {
                $crate::framework::Value::object([
                    $((
                        $crate::framework::model::attribute_name(stringify!($field)),
                        $crate::framework::model::field_value(self.$field),
                    )),*
                ])
            }
        }

        impl $crate::framework::Model for $name {
            const ATTRIBUTES: &'static [&'static str] =
                &[$($crate::framework::model::attribute_name(stringify!($field))),*];

            fn fill_unknown(&mut self, now: &Self) {
                $(self.$field.fill_unknown(&now.$field);)*
            }
        }
    };
}

/// The name of the attribute in a field, which is a raw identifier if the name is a keyword of Rust, such as
/// `r#type`. For [`model!`](crate::model).
#[must_use]
pub const fn attribute_name(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Returns the attributes of an object. For [`model!`](crate::model).
///
/// # Errors
///
/// The value is not an object.
pub fn attributes(value: &Value) -> Result<&Members, Mismatch> {
    value.as_map().ok_or_else(|| Mismatch::new("an object"))
}

/// Reads one field. For [`model!`](crate::model).
///
/// # Errors
///
/// The attribute is not of the field's type.
pub fn field<T: Convert>(attributes: &Members, name: &str) -> Result<Field<T>, Mismatch> {
    match find(attributes, name) {
        None | Some(Value::Null) => Ok(Field::Null),
        Some(Value::Unknown(_)) => Ok(Field::Unknown),
        Some(value) => T::from_value(value)
            .map(Field::Known)
            .map_err(|mismatch| mismatch.within(Step::Attribute(name.to_owned()))),
    }
}

/// Writes one field. For [`model!`](crate::model).
pub fn field_value<T: Convert>(field: Field<T>) -> Value {
    match field {
        Field::Unknown => Value::unknown(),
        Field::Null => Value::Null,
        Field::Known(value) => value.into_value(),
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
}

impl<T: Convert + Ord> Convert for BTreeSet<T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        Vec::from_value(value).map(|elements| elements.into_iter().collect())
    }

    fn into_value(self) -> Value {
        Value::set(self.into_iter().map(Convert::into_value).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    model! {
        struct Thing {
            r#type: Field<String>,
            sizes: Field<BTreeMap<String, i64>>,
        }
    }

    #[test]
    fn a_model_has_keywords_and_maps() {
        let sizes = Value::object([("a", Value::Number(1_i64.into()))]);
        let thing = Value::object([("sizes", sizes), ("type", Value::text("small"))]);

        let read = Thing::from_value(&thing);

        assert_eq!(Thing::ATTRIBUTES, ["type", "sizes"]);
        assert_eq!(read.map(Convert::into_value), Ok(thing));
        let wrong = BTreeMap::<String, i64>::from_value(&Value::object([("a", Value::Null)]));
        assert_eq!(wrong.err().map(|wrong| wrong.path.to_string()).as_deref(), Some("[\"a\"]"));
    }

    #[test]
    fn a_value_that_is_needed_and_missing_names_its_attribute() {
        let missing = |field: Field<String>| {
            let bug = field.require("site").err()?;
            Some((bug.path.clone()?.to_string(), bug.detail()))
        };

        assert_eq!(Field::Known(7).require("site"), Ok(&7));
        for (field, why) in [
            (Field::Unknown, "`site` is needed, and it is not known yet."),
            (Field::Null, "`site` is needed, and it is not set."),
        ] {
            let (path, detail) = missing(field).unwrap_or_default();
            assert_eq!(path, "site");
            assert!(detail.starts_with(why), "{detail}");
        }
    }
}
