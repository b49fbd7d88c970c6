//! How numbers come from another carrier, as users write it.

use secrecy::SecretString;

use super::rules::{telephone_number, text};
use crate::framework::schema::{boolean, number, object, string};
use crate::framework::{Attribute, Field, Rule, Value};
use crate::lumen::voice::{Date, LetterOfAuthorization, LosingCarrier, TelephoneNumber};
use crate::{lumen, model};

model! {
    /// How numbers come from another carrier.
    pub(crate) struct PortIn {
        pub(super) billing_telephone_number: Field<TelephoneNumber>,
        pub(super) losing_carrier_account_number: Field<String>,
        pub(super) losing_carrier_pin_wo: Field<String>,
        pub(super) losing_carrier_pin_wo_version: Field<i64>,
        pub(super) losing_carrier_pin: Field<String>,
        pub(super) wireless: Field<bool>,
        pub(super) loa: Field<LoaBlock>,
    }
}

model! {
    /// The letter of authorization.
    pub(crate) struct LoaBlock {
        pub(super) name: Field<String>,
        pub(super) received: Field<bool>,
        pub(super) date_time: Field<Date>,
    }
}

/// The rule for a date.
pub(super) fn date() -> Rule {
    Rule::reads_as::<Date>(
        "a date in RFC 3339 format without fractions, such as `2026-12-07T17:00:00Z`",
    )
}

/// The `port_in` attribute.
pub(super) fn port_in() -> Attribute {
    object([
        ("billing_telephone_number", string().required().rule(telephone_number()).about("Main number of the account at the losing carrier.")),
        ("losing_carrier_account_number", text::<64>().sensitive().about("Account number at the losing carrier. Required if `wireless` is `true`.")),
        (
            "losing_carrier_pin_wo",
            text::<32>().write_only().about("PIN of the account at the losing carrier. It is stored nowhere. It needs Terraform 1.11 or later, and `losing_carrier_pin_wo_version`. It or `losing_carrier_pin` is required if `wireless` is `true`."),
        ),
        (
            "losing_carrier_pin_wo_version",
            number().rule(Rule::integer(1, i64::from(i32::MAX))).about("Version of `losing_carrier_pin_wo`. Set it exactly if `losing_carrier_pin_wo` is set."),
        ),
        ("losing_carrier_pin", text::<32>().sensitive().about("PIN of the account at the losing carrier. It is stored in the state: use `losing_carrier_pin_wo` if you can.")),
        ("wireless", boolean().default(Value::Bool(false)).about("Whether the losing carrier is a mobile carrier.")),
        (
            "loa",
            object([
                ("name", text::<255>().required().about("Name of its signer.")),
                ("received", boolean().required().rule(must_be_true()).about("Whether you hold it. It must be `true`.")),
                ("date_time", string().required().rule(date()).about("Date since when you hold it, such as `2026-11-20T15:00:00Z`.")),
            ])
            .required()
            .about("Letter of authorization, with which the owner of the numbers permits the port. Lumen processes no port without one."),
        ),
    ])
}

fn must_be_true() -> Rule {
    Rule::new("`true`, once you hold the letter", |value| match value {
        Value::Bool(false) => {
            Err("Lumen processes no port without a letter of authorization".to_owned())
        }
        _ => Ok(()),
    })
}

impl PortIn {
    /// The terms that can't change while the port is in progress. Neither the number that can change nor the PIN
    /// that is stored nowhere is among them.
    pub(super) fn into_terms(self) -> Self {
        let (billing_telephone_number, losing_carrier_pin_wo) = (Field::Null, Field::Null);
        Self { billing_telephone_number, losing_carrier_pin_wo, ..self }
    }

    /// The port as an order has it, or `None` if a required part is missing.
    pub(super) fn for_order(&self) -> Option<lumen::voice::PortIn> {
        let Self { billing_telephone_number, wireless, loa, .. } = self;
        let secret =
            |field: &Field<String>| field.known().map(|text| SecretString::from(text.as_str()));
        let loa = loa.known()?;
        let losing_carrier = match wireless {
            Field::Known(true) => LosingCarrier::Wireless,
            _ => LosingCarrier::Wireline,
        };
        Some(lumen::voice::PortIn {
            billing_telephone_number: *billing_telephone_number.known()?,
            losing_carrier_account_number: secret(&self.losing_carrier_account_number),
            losing_carrier_pin: secret(&self.losing_carrier_pin_wo)
                .or_else(|| secret(&self.losing_carrier_pin)),
            losing_carrier,
            authorization: LetterOfAuthorization {
                name: loa.name.known()?.clone(),
                date_time: *loa.date_time.known()?,
            },
        })
    }
}
