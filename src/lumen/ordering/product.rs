//! `/Product`: offers at a site, and quotes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::{CHANNEL_NAME, PRODUCT_CODE, PRODUCT_NAME};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::http::request::Request;
use crate::lumen::http::retry::Effect;
use crate::lumen::scalar::{Many, Scalar};
use crate::lumen::{
    Bandwidth, Client, Error, HourlyPrice, MonthlyPrice, PartnerId, PortServiceId, QuoteId, SiteId,
};

/// A bandwidth that Lumen sells at a site, with its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The bandwidth offered.
    pub bandwidth: Bandwidth,
    /// Its price per hour, if Lumen returned a valid one.
    pub hourly: Option<HourlyPrice>,
    /// Its price per month: the one that Lumen returned, or else 720 times the price per hour.
    pub monthly: Option<MonthlyPrice>,
}

/// What to request a price for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRequest {
    /// The site.
    pub site: SiteId,
    /// The bandwidth.
    pub bandwidth: Bandwidth,
    /// The partner, for a data-center connection.
    pub partner_id: Option<PartnerId>,
    /// The port, for a customer port.
    pub port: Option<PortServiceId>,
    /// The caller's purchase order number.
    pub purchase_order_number: Option<String>,
}

/// A price that Lumen holds for 15 minutes, for one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The ID that an order refers to.
    pub id: QuoteId,
    /// The price per hour.
    pub hourly: HourlyPrice,
    /// The price per month: the one that Lumen returned, or else 720 times the price per hour.
    pub monthly: MonthlyPrice,
    /// The bandwidth that was priced.
    pub bandwidth: Bandwidth,
    /// When it was requested. Its lifetime is counted from this time, not from Lumen's answer.
    pub made_at: Instant,
}

impl Quote {
    /// How long Lumen holds a price.
    pub const VALID_FOR: Duration = Duration::from_mins(15);

    /// Whether Lumen no longer holds this price.
    #[must_use]
    pub fn is_expired(&self, now: Instant) -> bool {
        Self::VALID_FOR <= now.saturating_duration_since(self.made_at)
    }
}

impl Client {
    /// Lists the offers at a site, lowest bandwidth first. They are requested once per run.
    /// `GET /Product/v1/price`
    ///
    /// The request does not name the partner, because Lumen refuses requests that do.
    ///
    /// # Errors
    /// [`Error::Rejected`] with the words `Not a NaaS Enabled Location` may be permanent or temporary. The
    /// request is not repeated here.
    pub async fn offers(
        &self,
        site: &SiteId,
        port: Option<&PortServiceId>,
    ) -> Result<Arc<Vec<Offer>>, Error> {
        let question = (site.clone(), port.cloned());
        let fetch = || self.clone().list_offers(question.clone());
        self.0.ordering.offers.get_or_fetch(&question, fetch).await
    }

    async fn list_offers(
        self,
        (site, port): (SiteId, Option<PortServiceId>),
    ) -> Result<Vec<Offer>, Error> {
        let request = Request::get("Product/v1/price")
            .class(RequestClass::Plan)
            .query("productCode", PRODUCT_CODE)
            .query("masterSiteId", &site)
            .query_if("serviceId", port.as_ref());
        let answer: OffersAnswer = self.send(&request).await?.decode()?;
        Ok(offers(answer.price_per_speed))
    }

    /// Requests a price that Lumen holds for 15 minutes. `POST /Product/v1/priceRequest`
    ///
    /// # Errors
    /// [`Error::Rejected`] for a site, port or bandwidth that is not sold. [`Error::Nonsense`] for
    /// a quote without a valid price per hour.
    pub async fn quote(&self, request: &QuoteRequest) -> Result<Quote, Error> {
        let body = quote_body(request, self.settings().customer_number.as_str());
        let made_at = Instant::now();
        let post = Request::post("Product/v1/priceRequest", body, Effect::Repeatable);
        let answer = self.send(&post).await?;
        let receipt = answer.receipt.clone();
        let quoted: QuoteAnswer = answer.decode()?;
        quoted.read(request.bandwidth, made_at).map_err(|what| Error::nonsense(what, receipt))
    }
}

fn quote_body(request: &QuoteRequest, customer_number: &str) -> serde_json::Value {
    let QuoteRequest { site, bandwidth, partner_id, port, purchase_order_number } = request;
    let mut body = json!({
        "sourceSystem": CHANNEL_NAME,
        "customerNumber": customer_number,
        "currencyCode": "USD",
        "masterSiteId": site,
        "productCode": PRODUCT_CODE,
        "productName": PRODUCT_NAME,
        "speed": bandwidth.to_wire(),
    });
    let optional = [
        ("partnerId", partner_id.as_ref().map(PartnerId::as_str)),
        ("serviceId", port.as_ref().map(PortServiceId::as_str)),
        ("customerPurchaseOrderNumber", purchase_order_number.as_deref()),
    ];
    for (name, value) in optional {
        if let (Some(value), Some(members)) = (value, body.as_object_mut()) {
            members.insert(name.to_owned(), value.into());
        }
    }
    body
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OffersAnswer {
    price_per_speed: Many<PriceItem>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct QuoteAnswer {
    id: Scalar,
    price: Many<PriceItem>,
}

/// One price of one speed: per hour or per month, as its term says.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
struct PriceItem {
    speed: Scalar,
    price: Scalar,
    term: Scalar,
}

impl PriceItem {
    fn hourly(&self) -> Option<HourlyPrice> {
        if self.is_per("hour") { self.price.parse() } else { None }
    }

    fn monthly(&self) -> Option<MonthlyPrice> {
        if self.is_per("month") { self.price.parse() } else { None }
    }

    /// Whether the term names this period, as in `Hourly Rate` and `Monthly Rate`.
    fn is_per(&self, period: &str) -> bool {
        self.term.as_str().is_some_and(|term| term.to_ascii_lowercase().contains(period))
    }
}

fn offers(prices: Many<PriceItem>) -> Vec<Offer> {
    let mut offers: BTreeMap<Bandwidth, Offer> = BTreeMap::new();
    for price in prices {
        let Some(bandwidth) = price.speed.parse() else { continue };
        let offer =
            offers.entry(bandwidth).or_insert(Offer { bandwidth, hourly: None, monthly: None });
        offer.hourly = offer.hourly.take().or_else(|| price.hourly());
        offer.monthly = offer.monthly.take().or_else(|| price.monthly());
    }
    offers
        .into_values()
        .map(|offer| Offer {
            monthly: offer.monthly.or(offer.hourly.as_ref().map(HourlyPrice::per_month)),
            ..offer
        })
        .collect()
}

impl QuoteAnswer {
    /// A price for a bandwidth that was not requested is an error, because it could be lower.
    fn read(self, bandwidth: Bandwidth, made_at: Instant) -> Result<Quote, String> {
        let is_for_us = |price: &&PriceItem| {
            price.speed.parse().is_none_or(|speed: Bandwidth| speed == bandwidth)
        };
        let prices: Vec<_> = self.price.0.iter().filter(is_for_us).collect();
        let hourly = prices
            .iter()
            .find_map(|price| price.hourly())
            .ok_or_else(|| format!("it has no price per hour of {bandwidth}"))?;
        let monthly = prices.iter().find_map(|price| price.monthly());
        Ok(Quote {
            id: self.id.parse().ok_or("it has no `id`")?,
            monthly: monthly.unwrap_or_else(|| hourly.per_month()),
            hourly,
            bandwidth,
            made_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value};

    use super::*;

    fn read(answer: Value) -> Result<String, String> {
        let bandwidth = "100 Mbps".parse().map_err(|_| "bandwidth")?;
        let answer: QuoteAnswer = from_value(answer).map_err(|error| error.to_string())?;
        let quote = answer.read(bandwidth, Instant::now())?;
        Ok(format!("{}: {} / {}", quote.id, quote.hourly, quote.monthly))
    }

    #[test]
    fn a_quote_holds_both_prices() {
        let hourly = json!({"speed": "100 Mbps", "price": "$0.46", "term": "Hourly Rate"});
        let monthly =
            json!({"speed": "100 Mbps", "price": "$331.20000000000005", "term": "Monthly Rate"});
        let full = json!({"id": "NaaS-1466", "price": [hourly, monthly]});
        assert_eq!(read(full).as_deref(), Ok("NaaS-1466: 0.46 / 331.20"));
        let hourly_only = json!({"id": 1466, "price": {"price": 0.46, "term": "HOURLY"}});
        assert_eq!(read(hourly_only).as_deref(), Ok("1466: 0.46 / 331.20"));
    }

    #[test]
    fn a_quote_that_can_t_be_held_against_a_limit_is_not_understood() {
        for prices in [
            json!([]),
            json!([{"speed": "100 Mbps", "price": "331.20", "term": "Monthly Rate"}]),
            json!([{"speed": "10 Mbps", "price": "$0.05", "term": "Hourly Rate"}]),
            json!([{"speed": "100 Mbps", "price": "on request", "term": "Hourly Rate"}]),
        ] {
            assert_eq!(
                read(json!({"id": "NaaS-1", "price": prices})),
                Err("it has no price per hour of 100 Mbps".to_owned())
            );
        }
    }

    #[test]
    fn offers_are_sorted_and_completed() {
        let prices = from_value(json!([
            {"speed": "1000 mbps", "price": "$1.50", "term": "Hourly Rate"},
            {"speed": "100 Mbps", "price": "$0.46", "term": "Hourly Rate"},
            {"speed": "100 Mbps", "price": "$300", "term": "Monthly Rate"},
            {"speed": "fast", "price": "$9", "term": "Hourly Rate"},
        ]));
        let shown = offers(prices.unwrap_or_default()).into_iter().map(
            |Offer { bandwidth, hourly, monthly }| {
                let hourly = hourly.map(|price| price.to_string());
                let monthly = monthly.map(|price| price.to_string());
                format!("{bandwidth} {hourly:?} {monthly:?}")
            },
        );
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [r#"100 Mbps Some("0.46") Some("300.00")"#, r#"1 Gbps Some("1.5") Some("1080.00")"#]
        );
    }

    #[test]
    fn a_quote_is_asked_for_in_lumen_s_units() {
        let parsed = || {
            Some(QuoteRequest {
                site: "PL0001247634".parse().ok()?,
                bandwidth: "1 Gbps".parse().ok()?,
                partner_id: "43558".parse().ok(),
                port: None,
                purchase_order_number: Some("PO-12345".to_owned()),
            })
        };
        let body = parsed().map(|request| quote_body(&request, "1-ABCDE"));
        let expected = json!({
            "sourceSystem": "NaaS ExternalAPI", "customerNumber": "1-ABCDE", "currencyCode": "USD",
            "masterSiteId": "PL0001247634", "productCode": "718", "productName": "Internet On-Demand",
            "speed": "1000 Mbps", "partnerId": "43558", "customerPurchaseOrderNumber": "PO-12345",
        });
        assert_eq!(body, Some(expected));
    }

    #[test]
    fn a_quote_expires_after_a_quarter_of_an_hour() {
        let answer: QuoteAnswer =
            from_value(json!({"id": 1, "price": {"price": 1, "term": "hourly"}}))
                .unwrap_or_default();
        let made_at = Instant::now();
        let quote =
            "1 Gbps".parse().ok().and_then(|bandwidth| answer.read(bandwidth, made_at).ok());
        let expired = |minutes| {
            quote.as_ref().map(|quote| quote.is_expired(made_at + Duration::from_mins(minutes)))
        };
        assert_eq!((expired(14), expired(15)), (Some(false), Some(true)));
    }
}
