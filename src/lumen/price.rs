//! Prices in US dollars. They are exact decimals, never floating-point numbers.

use std::fmt;
use std::str::FromStr;

use bigdecimal::{BigDecimal, RoundingMode, Signed};

use super::decimal;

/// No price comes close to this, so a larger number is not a price.
const CEILING: u32 = 1_000_000_000;

/// Lumen counts a month as 30 days of 24 hours.
const HOURS_PER_MONTH: u32 = 30 * 24;

/// US dollars per hour, as Lumen gave it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HourlyPrice(BigDecimal);

impl HourlyPrice {
    /// What Lumen charges for a month of 30 days.
    #[must_use]
    pub fn per_month(&self) -> MonthlyPrice {
        MonthlyPrice::rounded(&(&self.0 * HOURS_PER_MONTH))
    }
}

/// US dollars per month of 30 days, rounded half up to the cent. Lumen computes it in floating
/// point, and sends texts such as `$331.20000000000005`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthlyPrice(BigDecimal);

impl MonthlyPrice {
    fn rounded(amount: &BigDecimal) -> Self {
        Self(amount.with_scale_round(2, RoundingMode::HalfUp))
    }
}

/// The error for a string that is not a price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a price must be a decimal number of US dollars, 0 or more, such as `0.46`")]
pub struct InvalidPrice;

/// Reads `$0.46`, `0.46`, `$1,036.80` and `0.46 USD`.
fn dollars(text: &str) -> Result<BigDecimal, InvalidPrice> {
    let text = text.trim().trim_end_matches("USD").trim_start_matches('$').trim();
    // A comma separates thousands. `1,5` may mean one and a half, and must not be read as 15.
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    if cents.contains(',') || whole.split(',').skip(1).any(|group| group.len() != 3) {
        return Err(InvalidPrice);
    }
    let amount = decimal::parse(&text.replace(',', "")).ok_or(InvalidPrice)?;
    let is_price = !amount.is_negative() && amount < CEILING;
    if is_price { Ok(amount) } else { Err(InvalidPrice) }
}

impl FromStr for HourlyPrice {
    type Err = InvalidPrice;

    fn from_str(text: &str) -> Result<Self, InvalidPrice> {
        dollars(text).map(|amount| Self(amount.normalized()))
    }
}

impl FromStr for MonthlyPrice {
    type Err = InvalidPrice;

    fn from_str(text: &str) -> Result<Self, InvalidPrice> {
        dollars(text).map(|amount| Self::rounded(&amount))
    }
}

impl fmt::Display for HourlyPrice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.to_plain_string())
    }
}

impl fmt::Display for MonthlyPrice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.to_plain_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hourly(text: &str) -> Option<String> {
        text.parse::<HourlyPrice>().ok().map(|price| price.to_string())
    }

    fn monthly(text: &str) -> Option<String> {
        text.parse::<MonthlyPrice>().ok().map(|price| price.to_string())
    }

    #[test]
    fn an_hourly_price_stays_as_given() {
        for (given, read) in [
            ("$0.46", "0.46"),
            ("0.4600", "0.46"),
            ("$1,036.125", "1036.125"),
            ("0", "0"),
            ("0.00", "0"),
            ("1200", "1200"),
            ("0.0000001", "0.0000001"),
            ("0.46 USD", "0.46"),
        ] {
            assert_eq!(hourly(given).as_deref(), Some(read), "{given}");
        }
    }

    #[test]
    fn a_monthly_price_is_rounded_half_up_to_the_cent() {
        for (given, read) in [
            ("$331.20000000000005", "331.20"),
            ("$0.005", "0.01"),
            ("331.2", "331.20"),
            ("7", "7.00"),
            ("0", "0.00"),
            ("0.004", "0.00"),
            ("$1,000,000", "1000000.00"),
        ] {
            assert_eq!(monthly(given).as_deref(), Some(read), "{given}");
        }
        let per_month = "$0.46".parse::<HourlyPrice>().map(|price| price.per_month());
        assert_eq!(per_month, "$331.20000000000005".parse());
    }

    #[test]
    fn what_is_not_a_price_is_refused() {
        for text in ["", "$", "free", "-1", "$-0.46", "79228162514264337593543950335", "NaN"] {
            assert_eq!(hourly(text), None, "{text}");
        }
    }

    #[test]
    fn the_dearest_price_has_a_month() {
        assert_eq!(
            "999999999.99".parse::<HourlyPrice>().map(|price| price.per_month().to_string()),
            Ok("719999999992.80".to_owned())
        );
    }
}
