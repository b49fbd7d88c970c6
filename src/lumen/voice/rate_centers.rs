//! `/rateCenters`: the places in which Lumen has telephone numbers.

use serde_json::Value;

use std::sync::Arc;

use super::{Product, assumed, get, listing};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::{Client, Error};

/// A rate center: the area within which calls are local, and to which a number belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateCenter {
    /// Such as `DENVER`.
    pub rate_center: String,
    /// Two letters, such as `CO`.
    pub state: String,
    /// Whether Lumen provides static 911 for Enhanced Local Service there, if Lumen says.
    pub static_911: Option<bool>,
}

/// Which rate centers to list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RateCenterQuery {
    /// Those that have numbers for this product.
    pub product: Product,
    /// Those of this state, of two letters. Without it, those of all states.
    pub state: Option<String>,
}

impl Client {
    /// The rate centers in which numbers can be reserved.
    /// `GET /Voice/v1/Numbers/rateCenters?productID=&state=`
    ///
    /// # Errors
    /// As [`Error`] lists them; reading has no side effect.
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
