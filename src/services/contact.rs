//! The contact of an order, to which Lumen emails the result.

use crate::framework::schema::{object, string};
use crate::framework::{Attribute, Rule};
use crate::{lumen, model};

model! {
    /// The contact of an order.
    pub struct Contact {
        /// First and last name.
        pub name: Field<String>,
        /// The address to which Lumen emails the result of an order.
        pub email: Field<String>,
        /// A telephone number in the United States.
        pub phone: Field<String>,
        /// The company.
        pub organization: Field<String>,
        /// The extension of the telephone number.
        pub phone_extension: Field<String>,
    }
}

/// The `contact` attribute.
#[must_use]
pub fn contact() -> Attribute {
    object([
        (
            "name",
            string()
                .required()
                .rule(first_and_last_name())
                .about("First and last name, such as `Ada Lovelace`."),
        ),
        (
            "email",
            string().required().rule(email()).about(
                "Email address that Lumen sends order results to, such as `noc@example.com`.",
            ),
        ),
        (
            "phone",
            string()
                .required()
                .rule(us_phone())
                .about("Telephone number in the United States, such as `+16157691234`."),
        ),
        ("organization", string().required().rule(Rule::length_up_to(255)).about("Company name.")),
        ("phone_extension", string().about("Extension of the telephone number.")),
    ])
}

impl Contact {
    /// Returns the contact in the form that the API expects, or `None` while part of it is unknown.
    pub(super) fn for_order(&self) -> Option<lumen::ordering::Contact> {
        let Self { name, email, phone, organization, phone_extension } = self;
        Some(lumen::ordering::Contact {
            name: name.known()?.clone(),
            email: email.known()?.clone(),
            phone: phone.known()?.clone(),
            organization: organization.known()?.clone(),
            phone_extension: phone_extension.known().cloned(),
        })
    }
}

/// Lumen refuses an order contact that has no last name.
fn first_and_last_name() -> Rule {
    Rule::new("a first and a last name, such as `Ada Lovelace`", |value| match value.as_str() {
        Some(name) if name.split_whitespace().count() < 2 => {
            Err("Lumen requires a first and a last name".to_owned())
        }
        _ => Ok(()),
    })
}

fn email() -> Rule {
    Rule::new("an email address, such as `noc@example.com`", |value| match value.as_str() {
        Some(text) => match text.split_once('@') {
            Some((name, host)) if !name.is_empty() && !host.is_empty() && !text.contains(' ') => {
                Ok(())
            }
            _ => Err("it is not an email address".to_owned()),
        },
        None => Ok(()),
    })
}

/// Lumen supports only telephone numbers in the United States.
fn us_phone() -> Rule {
    Rule::new("a telephone number in the United States, such as `+16157691234`", |value| {
        let Some(text) = value.as_str() else { return Ok(()) };
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let strange =
            text.chars().any(|letter| !letter.is_ascii_digit() && !"+-.() ".contains(letter));
        let national = digits.strip_prefix('1').unwrap_or(&digits);
        if strange || national.len() != 10 {
            return Err("it is not a telephone number of ten digits".to_owned());
        }
        Ok(())
    })
}
