//! Telephone numbers in E.164 format, and the ranges in which Lumen lists them.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::lumen::scalar::Scalar;

/// The numbers of the North American numbering plan, with its country code 1.
const NORTH_AMERICA: RangeInclusive<u64> = 10_000_000_000..=19_999_999_999;

/// All numbers that are accepted: seven to fifteen digits, including the country code.
const ANYWHERE: RangeInclusive<u64> = 1_000_000..=999_999_999_999_999;

/// A telephone number, such as `+13035550100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TelephoneNumber(u64);

/// The error for a string that is not a telephone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number must look like `+13035550100` or `303-555-0100`")]
pub struct InvalidTelephoneNumber;

/// Why two numbers are not the ends of a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the telephone numbers {start} and {end} are not the ends of a range of one NPA and NXX")]
pub struct InvalidRange {
    start: TelephoneNumber,
    end: TelephoneNumber,
}

impl TelephoneNumber {
    /// Creates a number from its digits with the country code, such as 13035550100. This is how Lumen writes
    /// numbers in JSON.
    ///
    /// # Errors
    /// If no telephone number has these digits.
    pub fn from_digits(digits: u64) -> Result<Self, InvalidTelephoneNumber> {
        // North American area codes and exchanges begin with 2 to 9.
        let begins_well = |digit: u64| 2 <= digit % 10;
        let is_valid = if digits.to_string().starts_with('1') {
            NORTH_AMERICA.contains(&digits)
                && begins_well(digits / 1_000_000_000)
                && begins_well(digits / 1_000_000)
        } else {
            ANYWHERE.contains(&digits)
        };
        is_valid.then_some(Self(digits)).ok_or(InvalidTelephoneNumber)
    }

    /// Creates a number from its area code (NPA), exchange (NXX) and line, such as `303`, `555` and `0100`.
    ///
    /// # Errors
    /// If these are not three, three and four digits of a North American number.
    pub fn from_parts(npa: &str, nxx: &str, line: &str) -> Result<Self, InvalidTelephoneNumber> {
        // A line that Lumen sends as a JSON number has lost its leading zeros.
        let lines = format!("{line:0>4}");
        if (npa.len(), nxx.len(), lines.len()) == (3, 3, 4) {
            format!("{npa}{nxx}{lines}").parse()
        } else {
            Err(InvalidTelephoneNumber)
        }
    }

    /// All numbers from `start` to `end`, inclusive.
    ///
    /// # Errors
    /// If they are in the wrong order, or don't have the same NPA and NXX. A range therefore has at most
    /// 10,000 numbers.
    pub fn range(start: Self, end: Self) -> Result<impl Iterator<Item = Self>, InvalidRange> {
        if start.0 / 10_000 != end.0 / 10_000 || end < start {
            return Err(InvalidRange { start, end });
        }
        Ok((start.0..=end.0).map(Self))
    }

    /// The digits with the country code, without a plus.
    #[must_use]
    pub fn digits(self) -> u64 {
        self.0
    }

    /// The area code (NPA) of a North American number.
    #[must_use]
    pub fn npa(self) -> Option<String> {
        NORTH_AMERICA.contains(&self.0).then(|| format!("{:03}", self.0 / 10_000_000 % 1000))
    }

    /// The exchange (NXX) of a North American number.
    #[must_use]
    pub fn nxx(self) -> Option<String> {
        NORTH_AMERICA.contains(&self.0).then(|| format!("{:03}", self.0 / 10_000 % 1000))
    }
}

/// `+13035550100`
impl fmt::Display for TelephoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "+{}", self.0)
    }
}

/// Parses E.164 with or without the plus sign, and ten-digit North American numbers. Both may contain the
/// usual separators.
impl FromStr for TelephoneNumber {
    type Err = InvalidTelephoneNumber;

    fn from_str(text: &str) -> Result<Self, InvalidTelephoneNumber> {
        let text = text.trim();
        let (international, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let digits: String =
            rest.chars().filter(|sign| !matches!(sign, ' ' | '-' | '.' | '(' | ')')).collect();
        if digits.starts_with('0') || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(InvalidTelephoneNumber);
        }
        let digits = match digits.len() {
            10 if !international => format!("1{digits}"),
            11 if digits.starts_with('1') => digits,
            _ if international => digits,
            _ => return Err(InvalidTelephoneNumber),
        };
        Self::from_digits(digits.parse().map_err(|_| InvalidTelephoneNumber)?)
    }
}

impl Serialize for TelephoneNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TelephoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let scalar = Scalar::deserialize(deserializer)?;
        scalar.as_str().unwrap_or_default().parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        text.parse::<TelephoneNumber>().ok().map(|number| number.to_string())
    }

    #[test]
    fn every_usual_form_is_one_number() {
        for text in [
            "+13035550100",
            "13035550100",
            "3035550100",
            "303-555-0100",
            "(303) 555-0100",
            " +1 303.555.0100 ",
            "1-303-555-0100",
        ] {
            assert_eq!(read(text).as_deref(), Some("+13035550100"), "{text}");
        }
        assert_eq!(read("+442079460958").as_deref(), Some("+442079460958"));
    }

    #[test]
    fn what_no_telephone_has_is_refused() {
        for text in [
            "",
            "+",
            "555-0100",
            "103-555-0100",
            "303-155-0100",
            "303555010",
            "30355501000",
            "+1303555010",
            "+0303555010",
            "303-555-010x",
            "+1234567890123456",
            "++13035550100",
            "٣٠٣٥٥٥٠١٠٠",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_put_together_from_its_parts() {
        let from = |npa, nxx, line| {
            TelephoneNumber::from_parts(npa, nxx, line).map(|number| number.to_string())
        };
        assert_eq!(from("303", "555", "0100").as_deref(), Ok("+13035550100"));
        assert_eq!(from("303", "555", "100").as_deref(), Ok("+13035550100"));
        assert_eq!(from("303", "5550", "100"), Err(InvalidTelephoneNumber));
        let number = "+13035550100".parse::<TelephoneNumber>();
        let parts = number.map(|number| (number.npa(), number.nxx()));
        assert_eq!(parts, Ok((Some("303".to_owned()), Some("555".to_owned()))));
    }

    #[test]
    fn a_range_has_both_its_ends_and_stays_in_one_exchange() {
        let count = |start: &str, end: &str| {
            let range = TelephoneNumber::range(start.parse().ok()?, end.parse().ok()?);
            Some(range.ok()?.count())
        };
        assert_eq!(count("18008719244", "18008719254"), Some(11));
        assert_eq!(count("18008719244", "18008719244"), Some(1));
        assert_eq!(count("13035550000", "13035559999"), Some(10_000));
        assert_eq!(count("13035550001", "13035560000"), None);
        assert_eq!(count("18008719254", "18008719244"), None);
    }

    #[test]
    fn a_number_survives_json() {
        let read = |json| serde_json::from_str::<TelephoneNumber>(json).ok();
        assert_eq!(read("13035550100"), read("\"+13035550100\""));
        let written = read("13035550100").and_then(|number| serde_json::to_string(&number).ok());
        assert_eq!(written.as_deref(), Some("\"+13035550100\""));
    }
}
