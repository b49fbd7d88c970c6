//! `/rateCenters`: the places where Lumen has telephone numbers.

use serde_json::Value;

use std::sync::Arc;

use super::{Product, assumed, get, listing};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::{Client, Error};

/// A rate center: an area in which calls are local. Each number belongs to a rate center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateCenter {
    /// The rate center, such as `DENVER`.
    pub rate_center: String,
    /// The two-letter state code, such as `CO`.
    pub state: String,
    /// Whether Lumen provides static 911 for Enhanced Local Service there, if the answer says so.
    pub static_911: Option<bool>,
}

/// Which rate centers to list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RateCenterQuery {
    /// Only rate centers that have numbers for this product.
    pub product: Product,
    /// Only rate centers in this state, by its two-letter code. If it is not set, all states are listed.
    pub state: Option<String>,
}

impl Client {
    /// Lists the rate centers in which numbers can be reserved.
    /// `GET /Voice/v1/Numbers/rateCenters?productID=&state=`
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn rate_centers(
        &self,
        query: &RateCenterQuery,
    ) -> Result<Arc<Vec<RateCenter>>, Error> {
        let fetch = || self.clone().list_rate_centers(query.clone());
        self.0.voice.rate_centers.get_or_fetch(query, fetch).await
    }

    async fn list_rate_centers(self, query: RateCenterQuery) -> Result<Vec<RateCenter>, Error> {
        let RateCenterQuery { product, state } = query;
        let request = get("Voice/v1/Numbers/rateCenters")
            .class(RequestClass::Plan)
            .query("productID", product.id())
            .query_if("state", state.as_ref());
        let listing = listing("rateCenters", &["rateCenter", "state"]);
        let items = self.list::<Value>(request, listing).await?;
        let asked_for = state.as_deref();
        Ok(items.iter().filter_map(|item| assumed::rate_center(item, asked_for)).collect())
    }
}
