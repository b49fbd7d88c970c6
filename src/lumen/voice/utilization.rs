//! `/rateCenters/utilization`: the share of the reserved numbers that are in use.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use bigdecimal::BigDecimal;

use super::{Product, assumed};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::http::request::{Host, Request};
use crate::lumen::http::retry::Effect;
use crate::lumen::{Client, Error, decimal};

/// Lumen accepts new reservations in a rate center only if at least this share of the numbers reserved there
/// is in use.
const REQUIRED_PERCENT: u32 = 75;

/// A share in percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Percent(BigDecimal);

impl Percent {
    /// Whether Lumen accepts new reservations if this share of the reserved numbers is in use.
    pub(super) fn is_enough(&self) -> bool {
        self.0 >= REQUIRED_PERCENT
    }
}

/// The error for a string that is not a percentage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a percentage must be a decimal number, such as `74.9`")]
pub struct InvalidPercent;

/// Reads `74.9` and `74.9%`.
impl FromStr for Percent {
    type Err = InvalidPercent;

    fn from_str(text: &str) -> Result<Self, InvalidPercent> {
        let number = decimal::parse(text.trim_end_matches('%').trim());
        number.map(|number| Self(number.normalized())).ok_or(InvalidPercent)
    }
}

/// Writes the number without trailing zeros and without `%`.
impl Display for Percent {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.to_plain_string())
    }
}

/// The share of the numbers reserved in a rate center that are in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utilization {
    /// The share in percent, from 0 to 100, if the answer has it.
    pub percent: Option<Percent>,
    /// Whether more numbers can be reserved: at 75 percent or more, or if none are reserved yet. `None` if
    /// this is unknown.
    pub orderable: Option<bool>,
}

impl Client {
    /// The share of the numbers reserved in a rate center that are in use.
    /// `POST /Voice/v1/Numbers/rateCenters/utilization`
    ///
    /// # Errors
    /// See [`Error`]. The request has no side effects.
    pub async fn utilization(
        &self,
        product: Product,
        rate_center: &str,
        state: &str,
    ) -> Result<Utilization, Error> {
        let place = (product, rate_center.to_owned(), state.to_owned());
        let fetch = || self.clone().ask_utilization(place.clone());
        let found = self.0.voice.utilization.get_or_fetch(&place, fetch).await?;
        Ok((*found).clone())
    }

    async fn ask_utilization(
        self,
        (product, rate_center, state): (Product, String, String),
    ) -> Result<Utilization, Error> {
        let (rate_center, state) = (rate_center.as_str(), state.as_str());
        let body = assumed::utilization_body(product, rate_center, state);
        let path = "Voice/v1/Numbers/rateCenters/utilization";
        let request =
            Request::post(path, body, Effect::Repeatable).to(Host::Voice).class(RequestClass::Plan);
        let answer = self.send(&request).await?;
        match assumed::utilization(&answer.json(), rate_center, state) {
            Some(utilization) => Ok(utilization),
            None => Err(answer.nonsense("it does not describe this rate center")),
        }
    }
}
