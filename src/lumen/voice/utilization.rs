//! `/rateCenters/utilization`: how much of what was reserved is used.

use rust_decimal::Decimal;

use super::{Product, assumed};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::http::request::{Host, Request};
use crate::lumen::http::retry::Effect;
use crate::lumen::{Client, Error};

/// Who uses less than this share of the numbers reserved in a rate center gets no more of them.
pub(super) const REQUIRED_PERCENT: Decimal = Decimal::from_parts(75, 0, 0, false, 0);

/// How much of what was reserved in a rate center is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utilization {
    /// Percent, from 0 to 100; none if Lumen doesn't say.
    pub percent: Option<Decimal>,
    /// Whether more may be reserved: from 75 percent on, or where nothing is reserved yet. None if
    /// that can't be told.
    pub orderable: Option<bool>,
}

impl Client {
    /// How much of what was reserved in a rate center is used.
    /// `POST /Voice/v1/Numbers/rateCenters/utilization`
    ///
    /// # Errors
    /// As [`Error`] lists them; asking has no side effect.
    pub async fn utilization(
        &self,
        product: Product,
        rate_center: &str,
        state: &str,
    ) -> Result<Utilization, Error> {
        let place = (product, rate_center.to_owned(), state.to_owned());
        let ask = || self.clone().ask_utilization(place.clone());
        self.0.voice.utilization.ask(&place, ask).await.map(|utilization| *utilization)
    }

    async fn ask_utilization(
        self,
        (product, rate_center, state): (Product, String, String),
    ) -> Result<Utilization, Error> {
        let (rate_center, state) = (rate_center.as_str(), state.as_str());
        let body = assumed::utilization_body(product, rate_center, state);
        let path = "Voice/v1/Numbers/rateCenters/utilization";
        let request =
            Request::post(path, body, Effect::Repeatable).to(Host::Voice).among(RequestClass::Plan);
        let answer = self.send(&request).await?;
        match assumed::utilization(&answer.json(), rate_center, state) {
            Some(utilization) => Ok(utilization),
            None => Err(answer.nonsense("it does not describe this rate center")),
        }
    }
}
