//! The identity of an object: the customer number and Lumen's ID of the object.

use std::fmt::Display;
use std::str::FromStr;

use crate::framework::{Diagnostic, Field, IdentityAttribute, ImportKey, Model, Type};
use crate::lumen::CustomerNumber;
use crate::services::Session;

/// The identity of an object. The [`identity!`](crate::identity) macro implements it.
pub(crate) trait ObjectIdentity: Model {
    /// The type of Lumen's ID of the object.
    type Id: Clone + FromStr + Display + Send + Sync;
    /// What `terraform import` gets: the ID, or also something else that names what to import.
    type ImportId: From<Self::Id> + Send + Sync;
    /// The attribute that holds the ID.
    const ID: &'static str;
    /// The description of that attribute.
    const ABOUT: &'static str;
    /// What is imported, in lower case, such as `service`.
    const WHAT: &'static str;
    /// The kind of ID, such as `service id`.
    const KIND: &'static str;
    /// An import command, such as `terraform import lumen_iod_connection.example 77133831778`.
    const EXAMPLE: &'static str;

    fn new(customer_number: Field<CustomerNumber>, id: Field<Self::Id>) -> Self;

    fn into_parts(self) -> (Field<CustomerNumber>, Field<Self::Id>);

    /// Reads what users give to `terraform import`, or says why that is not possible.
    fn import_id(text: &str) -> Result<Self::ImportId, String>;

    /// The attributes of the identity, in the order of its schema.
    fn attributes() -> Vec<IdentityAttribute> {
        vec![
            IdentityAttribute {
                name: "customer_number",
                kind: Type::String,
                required_for_import: false,
                about: "Lumen customer number. Default: the provider's `customer_number`.",
            },
            IdentityAttribute {
                name: Self::ID,
                kind: Type::String,
                required_for_import: true,
                about: Self::ABOUT,
            },
        ]
    }

    /// Returns the identity of an object in this session, or `None` while the object has no ID.
    fn of(session: &Session, id: &Field<Self::Id>) -> Option<Self> {
        let is_known = session.customer_number.known().is_some() && id.known().is_some();
        is_known.then(|| Self::new(session.customer_number.clone(), id.clone()))
    }

    /// Returns what to import, which must belong to the customer of this session.
    fn imported(session: &Session, key: ImportKey<Self>) -> Result<Self::ImportId, Diagnostic> {
        let identity = match key {
            ImportKey::Id(text) => {
                return Self::import_id(&text).map_err(|why| not_an_id::<Self>(&why));
            }
            ImportKey::Identity(identity) => identity,
        };
        let (customer_number, id) = identity.into_parts();
        match customer_number.known() {
            Some(theirs) if Some(theirs) != session.customer_number.known() => {
                Err(another_customer::<Self>(theirs))
            }
            _ => match id.known() {
                Some(id) => Ok(id.clone().into()),
                None => Err(not_an_id::<Self>(&is_not_a::<Self>(""))),
            },
        }
    }
}

/// Why a text is not an ID.
pub(crate) fn is_not_a<I: ObjectIdentity>(text: &str) -> String {
    format!("{text:?} is not a {}", I::KIND)
}

/// The text given as an ID is not a valid one.
fn not_an_id<I: ObjectIdentity>(why: &str) -> Diagnostic {
    Diagnostic::error(format!("The ID of the {} to import is not valid", I::WHAT))
        .because(why)
        .remedy(format!("Give the {}, such as `terraform import {}`.", I::KIND, I::EXAMPLE))
}

/// The identity belongs to an object of another customer.
fn another_customer<I: ObjectIdentity>(number: &CustomerNumber) -> Diagnostic {
    Diagnostic::error(format!("The {} belongs to customer `{number}`", I::WHAT))
        .because("the provider is configured for another customer number")
        .remedy("Set `customer_number` (`LUMEN_CUSTOMER_NUMBER`) to that number, or import with a provider alias that has it.")
}

/// Declares the identity of an object: its struct and how the object is imported. An object that is not only
/// imported by its ID names the type of what it is imported by, after `or`.
#[macro_export]
macro_rules! identity {
    ($(#[$doc:meta])* $id:ident: $kind:ty, $about:literal,
     $what:literal by $kind_name:literal, $example:literal) => {
        $crate::identity! {
            @declare $(#[$doc])* $id: $kind, $about, $what by $kind_name, $example;
            $kind, |text: &str| text.parse().map_err(|_| {
                $crate::services::identity::is_not_a::<Identity>(text)
            })
        }
    };
    ($(#[$doc:meta])* $id:ident: $kind:ty, $about:literal,
     $what:literal by $kind_name:literal or $import_id:ty, $example:literal) => {
        $crate::identity! {
            @declare $(#[$doc])* $id: $kind, $about, $what by $kind_name, $example;
            $import_id, |text: &str| {
                let read: Result<$import_id, _> = text.parse();
                read.map_err(|why| why.to_string())
            }
        }
    };
    (@declare $(#[$doc:meta])* $id:ident: $kind:ty, $about:literal,
     $what:literal by $kind_name:literal, $example:literal;
     $import_id:ty, $read:expr) => {
        $crate::model! {
            $(#[$doc])*
            pub(crate) struct Identity {
                customer_number: Field<$crate::lumen::CustomerNumber>,
                $id: Field<$kind>,
            }
        }

        impl $crate::services::identity::ObjectIdentity for Identity {
            type Id = $kind;
            type ImportId = $import_id;
            const ID: &'static str = stringify!($id);
            const ABOUT: &'static str = $about;
            const WHAT: &'static str = $what;
            const KIND: &'static str = $kind_name;
            const EXAMPLE: &'static str = $example;

            fn new(
                customer_number: $crate::framework::Field<$crate::lumen::CustomerNumber>,
                $id: $crate::framework::Field<$kind>,
            ) -> Self {
                Self { customer_number, $id }
            }

            fn into_parts(
                self,
            ) -> (
                $crate::framework::Field<$crate::lumen::CustomerNumber>,
                $crate::framework::Field<$kind>,
            ) {
                (self.customer_number, self.$id)
            }

            fn import_id(text: &str) -> Result<Self::ImportId, String> {
                ($read)(text)
            }
        }
    };
}
