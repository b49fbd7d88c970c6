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

    /// Returns the ID to import, which must belong to the customer of this session.
    fn imported(session: &Session, key: ImportKey<Self>) -> Result<Self::Id, Diagnostic> {
        let identity = match key {
            ImportKey::Id(text) => return text.parse().map_err(|_| not_an_id::<Self>(&text)),
            ImportKey::Identity(identity) => identity,
        };
        let (customer_number, id) = identity.into_parts();
        match customer_number.known() {
            Some(theirs) if Some(theirs) != session.customer_number.known() => {
                Err(another_customer::<Self>(theirs))
            }
            _ => id.known().cloned().ok_or_else(|| not_an_id::<Self>("")),
        }
    }
}

/// The text given as an ID is not a valid one.
fn not_an_id<I: ObjectIdentity>(text: &str) -> Diagnostic {
    Diagnostic::error(format!("The ID of the {} to import is not valid", I::WHAT))
        .because(format!("{text:?} is not a {}", I::KIND))
        .remedy(format!("Give the {}, such as `terraform import {}`.", I::KIND, I::EXAMPLE))
}

/// The identity belongs to an object of another customer.
fn another_customer<I: ObjectIdentity>(number: &CustomerNumber) -> Diagnostic {
    Diagnostic::error(format!("The {} belongs to customer `{number}`", I::WHAT))
        .because("the provider is configured for another customer number")
        .remedy("Set `customer_number` (`LUMEN_CUSTOMER_NUMBER`) to that number, or import with a provider alias that has it.")
}

/// Declares the identity of an object: its struct and how the object is imported.
#[macro_export]
macro_rules! identity {
    ($(#[$doc:meta])* $id:ident: $kind:ty, $about:literal,
     $what:literal by $kind_name:literal, $example:literal) => {
        $crate::model! {
            $(#[$doc])*
            pub(crate) struct Identity {
                customer_number: Field<$crate::lumen::CustomerNumber>,
                $id: Field<$kind>,
            }
        }

        impl $crate::services::identity::ObjectIdentity for Identity {
            type Id = $kind;
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
        }
    };
}
