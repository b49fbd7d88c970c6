//! The rules for the texts of a subscription. They also say which spellings mean the same to Lumen, which
//! returns texts in capitals.

use std::fmt;
use std::str::FromStr;

use crate::framework::schema::string;
use crate::framework::{Attribute, Rule, Value};
use crate::lumen::voice::{MOST_NUMBERS, TelephoneNumber};

/// The United States and the District of Columbia.
const STATES: [&str; 51] = [
    "AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "IA", "ID", "IL", "IN",
    "KS", "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ",
    "NM", "NV", "NY", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VT", "WA",
    "WI", "WV", "WY",
];

/// An attribute with a text of at most this many characters. Texts that differ only in their case and in runs
/// of spaces mean the same.
pub(super) fn text<const LONGEST: usize>() -> Attribute {
    string().rule(Rule::reads_as::<PlainText<LONGEST>>(format!(
        "text of 1 to {LONGEST} printable ASCII characters"
    )))
}

/// A text that Lumen accepts. It is displayed in the one spelling that all equivalent texts share.
struct PlainText<const LONGEST: usize>(String);

impl<const LONGEST: usize> FromStr for PlainText<LONGEST> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if plain.is_empty() {
            Err("it is empty".to_owned())
        } else if !text.bytes().all(|sign| sign == b' ' || sign.is_ascii_graphic()) {
            Err("it has characters other than printable ASCII".to_owned())
        } else if LONGEST < plain.len() {
            Err(format!("it has {} characters", plain.len()))
        } else {
            Ok(Self(plain.to_ascii_uppercase()))
        }
    }
}

impl<const LONGEST: usize> fmt::Display for PlainText<LONGEST> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The name of a person. Lumen decides about hyphens, apostrophes and periods.
pub(super) fn personal_name() -> Attribute {
    const ALLOWED: &str = "letters, spaces, hyphens, apostrophes and periods";
    let is_allowed = |sign: u8| sign.is_ascii_alphabetic() || b" -'.".contains(&sign);
    text::<64>().rule(Rule::new(ALLOWED, move |value| match value.as_str() {
        Some(text) if !text.bytes().all(is_allowed) => {
            Err("it has other characters than a name".to_owned())
        }
        _ => Ok(()),
    }))
}

/// One letter.
pub(super) fn initial() -> Attribute {
    text::<1>().rule(Rule::new("one letter", |value| match value.as_str() {
        Some(text) if !text.bytes().all(|sign| sign.is_ascii_alphabetic()) => {
            Err("it is not a letter".to_owned())
        }
        _ => Ok(()),
    }))
}

/// A state of the United States, or the District of Columbia.
pub(super) fn state() -> Attribute {
    string().rule(Rule::new("a state or `DC`, as two capital letters", |value| {
        match value.as_str() {
            Some(text) if !STATES.contains(&text) => {
                Err("it is not a US state as two capital letters".to_owned())
            }
            _ => Ok(()),
        }
    }))
}

/// A ZIP code.
pub(super) fn zip() -> Attribute {
    string().rule(Rule::new("five digits, such as `80021`", |value| match value.as_str() {
        Some(text) if text.len() != 5 || !text.bytes().all(|sign| sign.is_ascii_digit()) => {
            Err("it is not five digits".to_owned())
        }
        _ => Ok(()),
    }))
}

/// The rule for a set of telephone numbers: elements of a set can't mean the same in two spellings.
pub(super) fn telephone_numbers() -> Rule {
    let allowed = format!("1 to {MOST_NUMBERS} telephone numbers such as `+13035550100`");
    Rule::new(allowed, |value| {
        let Value::Set(elements) = value else { return Ok(()) };
        if elements.is_empty() {
            return Err("it is empty".to_owned());
        }
        if MOST_NUMBERS < elements.len() {
            return Err(format!("it has {} numbers", elements.len()));
        }
        elements.iter().filter_map(Value::as_str).try_for_each(check_e164)
    })
}

/// The rule for a telephone number.
pub(super) fn telephone_number() -> Rule {
    Rule::new("a telephone number in E.164 format, such as `+13035559100`", |value| {
        value.as_str().map_or(Ok(()), check_e164)
    })
}

fn check_e164(text: &str) -> Result<(), String> {
    let number = text.parse::<TelephoneNumber>().ok();
    let is_e164 = number.is_some_and(|number| number.npa().is_some() && number.to_string() == text);
    if is_e164 {
        return Ok(());
    }
    Err(format!(
        "{text:?} is not a North American number in E.164 format, which `provider::lumen::e164` returns"
    ))
}
