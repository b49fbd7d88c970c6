//! Typed models: structs whose fields are the attributes of an object.

use super::value::find;
use super::{Convert, Diagnostic, Members, Mismatch, Step, Value};

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
        Some(value) if T::is_unknown(value) => Ok(Field::Unknown),
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

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
    fn a_collection_with_an_unknown_element_is_unknown() {
        model! {
            struct Things {
                names: Field<BTreeSet<String>>,
                sizes: Field<BTreeMap<String, i64>>,
                things: Field<Vec<Thing>>,
            }
        }
        let some = || vec![Value::text("a"), Value::unknown()];
        let member = Value::object([("a", Value::unknown())]);
        let thing = Value::object([("type", Value::unknown())]);
        let value = |things| {
            let sizes = ("sizes", member.clone());
            Value::object([("names", Value::set(some())), sizes, ("things", Value::List(things))])
        };

        let read = Things::from_value(&value(vec![thing.clone()])).unwrap_or_default();
        assert!(read.names.is_unknown() && read.sizes.is_unknown());
        let known = read.things.known().and_then(|things| things.first());
        assert!(known.is_some_and(|thing| thing.r#type.is_unknown()));
        let read = Things::from_value(&value(vec![thing, Value::unknown()])).unwrap_or_default();
        assert!(read.things.is_unknown());
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
