//! The identity of an object: the customer, and Lumen's id of the object.

use std::fmt::Display;
use std::str::FromStr;

use crate::framework::{Diagnostic, Field, IdentityAttribute, ImportKey, Model, Type};
use crate::lumen::CustomerNumber;
use crate::services::Session;

/// The identity of an object, made with [`identity!`](crate::identity).
pub(crate) trait ObjectIdentity: Model {
    /// Lumen's id of the object.
    type Id: Clone + FromStr + Display + Send + Sync;
    /// The attribute that holds it.
    const ID: &'static str;
    /// The sentence that users read about it.
    const ABOUT: &'static str;
    /// What is imported, with a small letter: service.
    const WHAT: &'static str;
    /// The kind of id: service id.
    const KIND: &'static str;
    /// How it is imported: `terraform import lumen_iod_connection.example 77133831778`.
    const EXAMPLE: &'static str;

    fn new(customer_number: Field<CustomerNumber>, id: Field<Self::Id>) -> Self;

    fn into_parts(self) -> (Field<CustomerNumber>, Field<Self::Id>);

    /// Its attributes, as the schema of the identity lists them.
    fn attributes() -> Vec<IdentityAttribute> {
        vec![
            IdentityAttribute {
                name: "customer_number",
                kind: Type::String,
                required_for_import: false,
                about: "The Lumen customer number; the provider's where it is left out.",
            },
            IdentityAttribute {
                name: Self::ID,
                kind: Type::String,
                required_for_import: true,
                about: Self::ABOUT,
            },
        ]
    }

    /// The identity of an object of this session; `None` as long as it has no id.
    fn of(session: &Session, id: &Field<Self::Id>) -> Option<Self> {
        let is_known = session.customer_number.known().is_some() && id.known().is_some();
        is_known.then(|| Self::new(session.customer_number.clone(), id.clone()))
    }

    /// The id to import, which must be one of this session's customer.
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

/// What was given as an id is none.
fn not_an_id<I: ObjectIdentity>(text: &str) -> Diagnostic {
    Diagnostic::error(format!("The {} to import is not named", I::WHAT))
        .because(format!("{text:?} is not a {}", I::KIND))
        .remedy(format!("Give the {}, such as `terraform import {}`.", I::KIND, I::EXAMPLE))
}

/// The identity is that of another customer's object.
fn another_customer<I: ObjectIdentity>(number: &CustomerNumber) -> Diagnostic {
    Diagnostic::error(format!("The {} belongs to customer `{number}`", I::WHAT))
        .because("the provider is configured for another customer number")
        .remedy("Set `customer_number` (`LUMEN_CUSTOMER_NUMBER`) to that number, or import with a provider alias that has it.")
}

/// Declares the identity of an object: its struct, and how it is imported.
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
