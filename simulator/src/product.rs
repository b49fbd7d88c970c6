//! `/Product`: prices and quotes.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::catalogue::{Site, display_speed, parse_speed, speed};
use crate::clock::seconds;
use crate::iod::Quote;
use crate::paging::Parameters;
use crate::payload::Payload;
use crate::problem::{Answer, Problem};
use crate::state::{Shared, Simulation};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/Product/v1/price", get(price))
        .route("/Product/v1/priceRequest", post(quote))
}

async fn price(State(shared): State<Shared>, Query(parameters): Query<Parameters>) -> Answer {
    let lumen = shared.lock();
    if parameters.contains_key("partnerId") {
        let reason = "partnerId is not expected here";
        return Err(Problem::unprocessable("unexpectedProperty", "partnerId", reason));
    }
    let product_code = required(&parameters, "productCode")?;
    let master_site_id = required(&parameters, "masterSiteId")?;
    if product_code != "718" {
        return Err(Problem::invalid_value("productCode", "The only product here is 718"));
    }
    let site = orderable_site(&lumen, master_site_id)?;
    if site.partner_id.is_none() {
        let port = parameters.get("serviceId").map(String::as_str);
        check_port(&lumen, site, port)?;
    }

    let prices: Vec<Value> = site
        .offers()
        .map(|(mbps, list_price)| {
            json!({
                "speed": speed(mbps),
                "price": hourly_rate(hourly_price(&lumen, list_price)),
                "term": "Hourly Rate",
                "displayValue": display_speed(mbps),
            })
        })
        .collect();
    Ok(Json(json!({ "location": [site.address()], "pricePerSpeed": prices })))
}

async fn quote(State(shared): State<Shared>, body: Bytes) -> Answer {
    let mut lumen = shared.lock();
    let body = Payload::parse(&body)?;
    body.constant("sourceSystem", "NaaS ExternalAPI")?;
    body.constant("customerNumber", &lumen.settings.customer_number)?;
    body.constant("currencyCode", "USD")?;
    body.constant("productCode", "718")?;
    let master_site_id = body.text("masterSiteId")?;
    let wanted_speed = body.text("speed")?;
    let site = orderable_site(&lumen, &master_site_id)?;
    let uni_service_id = check_access(&lumen, site, &body)?;
    let not_sold = || {
        let reason = format!("The speed {wanted_speed} is not available at {master_site_id}");
        Problem::invalid_value("speed", &reason)
    };
    let mbps = parse_speed(&wanted_speed).ok_or_else(not_sold)?;
    let hourly = hourly_price(&lumen, site.hourly_price(mbps).ok_or_else(not_sold)?);

    let expires_at = lumen.clock.now() + seconds(lumen.settings.quote_seconds);
    let quote = Quote {
        master_site_id,
        mbps,
        purchase_order_number: body.optional_text("customerPurchaseOrderNumber"),
        uni_service_id,
        expires_at,
        used: false,
    };
    let id = lumen.iod.add_quote(quote);
    Ok(Json(json!({
        "id": id,
        "priceRequest": body.into_value(),
        "price": [
            { "speed": speed(mbps), "price": hourly_rate(hourly), "term": "Hourly Rate" },
            { "speed": speed(mbps), "price": monthly_rate(hourly), "term": "Monthly Rate" },
        ],
    })))
}

/// Checks how the site is reached: a data center through its partner, a customer's own site through
/// the customer's port. Returns that port.
fn check_access(
    lumen: &Simulation,
    site: &Site,
    body: &Payload,
) -> Result<Option<String>, Problem> {
    let partner_id = body.optional_text("partnerId");
    let port = body.optional_text("serviceId");
    if site.partner_id.is_none() {
        if partner_id.is_some() {
            let reason = "The partner is not present at this location";
            return Err(Problem::invalid_value("partnerId", reason));
        }
        check_port(lumen, site, port.as_deref())?;
        return Ok(port);
    }
    if port.is_some() {
        let reason = "No matching rule found for portSpeed=0 and deviceCode=null";
        return Err(Problem::unprocessable("otherIssue", "serviceId", reason));
    }
    let partner_id = partner_id.ok_or_else(|| Problem::missing_property("partnerId"))?;
    if site.partner_id != Some(partner_id.as_str()) {
        let reason = "The partner is not present at this location";
        return Err(Problem::invalid_value("partnerId", reason));
    }
    Ok(None)
}

/// Checks that the port exists at the site. Lumen does not say that the port is missing: it reports
/// that the site is not enabled.
fn check_port(lumen: &Simulation, site: &Site, port: Option<&str>) -> Result<(), Problem> {
    port.and_then(|uni_service_id| lumen.iod.port(uni_service_id))
        .filter(|port| port.master_site_id == site.id)
        .map(|_| ())
        .ok_or_else(Problem::not_naas_enabled)
}

fn orderable_site<'l>(lumen: &'l Simulation, id: &str) -> Result<&'l Site, Problem> {
    if lumen.settings.naas_transient {
        return Err(Problem::not_naas_enabled());
    }
    lumen.iod.site(id).filter(|site| site.naas_enabled).ok_or_else(Problem::not_naas_enabled)
}

fn required<'p>(parameters: &'p Parameters, name: &str) -> Result<&'p str, Problem> {
    match parameters.get(name).map(String::as_str) {
        Some(value) if !value.is_empty() => Ok(value),
        _ => {
            let reason = format!("The query parameter {name} is required");
            Err(Problem::bad_request("missingQueryParameter", &reason).about(name))
        }
    }
}

/// The current price per hour in USD, in whole cents.
fn hourly_price(lumen: &Simulation, list_price: f64) -> f64 {
    (list_price * lumen.settings.price_factor * 100.0).round() / 100.0
}

fn hourly_rate(hourly: f64) -> String {
    format!("${hourly:.2}")
}

/// The price per month. Lumen calculates it in doubles and does not round: $0.46 an hour is
/// $331.20000000000005 a month.
fn monthly_rate(hourly: f64) -> String {
    format!("${}", hourly * 24.0 * 30.0)
}
