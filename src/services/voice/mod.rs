//! The attributes that the objects for telephone numbers share.

mod checks;
pub mod coverage;
pub mod inventory;
pub mod notifications;
pub mod order;
mod order_action;
pub mod order_approval;
pub mod order_cancel;
pub mod rate_centers;
pub mod subscribed_numbers;
pub mod tn_reservation;
pub mod tn_subscription;
pub mod utilization;

use crate::framework::schema::{list, string};
use crate::framework::{Attribute, Diagnostic, Field, Rule, Type, Value};
use crate::lumen::VoiceOrderId;
use crate::lumen::voice::TelephoneNumber;
use crate::{lumen, model};

model! {
    /// Lumen's notification about a voice order.
    pub(super) struct Notification {
        code: Field<String>,
        message: Field<String>,
    }
}

impl From<&lumen::voice::Notification> for Notification {
    fn from(told: &lumen::voice::Notification) -> Self {
        Self {
            code: Field::Known(told.code.to_string()),
            message: Field::Known(told.message.clone()),
        }
    }
}

/// The attributes of a notification.
pub(super) fn notification() -> [(&'static str, Attribute); 2] {
    [
        ("code", string().computed().about("Notification code, such as `10002`.")),
        ("message", string().computed().about("Text of the notification.")),
    ]
}

/// The ID of a voice order.
pub(super) fn voice_order_id() -> Attribute {
    string().rule(Rule::reads_as::<VoiceOrderId>("a voice order ID, such as `600184201`"))
}

/// The `product` attribute: the product that the numbers are for.
pub(super) fn product() -> Attribute {
    string().rule(Rule::one_of(&["local_inbound", "enhanced_local_service"]))
}

/// The `telephone_numbers` argument of a data source.
pub(super) fn telephone_numbers() -> Attribute {
    let rule = Rule::new("telephone numbers such as `+13035550100`", |value| {
        let Value::List(numbers) = value else { return Ok(()) };
        if numbers.is_empty() {
            return Err("it is empty".to_owned());
        }
        let wrong = numbers.iter().filter_map(Value::as_str).find_map(|text| {
            text.parse::<TelephoneNumber>().err().map(|why| format!("{text:?}: {why}"))
        });
        wrong.map_or(Ok(()), Err)
    });
    list(Type::String).rule(rule)
}

/// The name of a rate center.
pub(super) fn rate_center() -> Attribute {
    string().rule(Rule::length_up_to(64))
}

/// A US state, as two letters.
pub(super) fn state() -> Attribute {
    string().rule(Rule::new("a state as two capital letters, such as `CO`", |value| {
        match value.as_str() {
            Some(text)
                if text.len() != 2 || !text.bytes().all(|letter| letter.is_ascii_uppercase()) =>
            {
                Err("it is not two capital letters".to_owned())
            }
            _ => Ok(()),
        }
    }))
}

/// The rule for an area code or an exchange.
pub(super) fn three_digits() -> Rule {
    Rule::new("three digits, such as `303`", |value| match value.as_str() {
        Some(text) if text.len() != 3 || !text.bytes().all(|letter| letter.is_ascii_digit()) => {
            Err("it is not three digits".to_owned())
        }
        _ => Ok(()),
    })
}

/// Lumen looks up an exchange only within an area code.
pub(super) fn nxx_needs_npa(no_npa: bool, no_nxx: bool) -> Vec<Diagnostic> {
    if no_nxx || !no_npa {
        return Vec::new();
    }
    vec![
        Diagnostic::error("`nxx` is set without `npa`")
            .at("nxx")
            .because("Lumen looks up an exchange only within an area code")
            .remedy("Set `npa` to the area code, such as `303`."),
    ]
}
