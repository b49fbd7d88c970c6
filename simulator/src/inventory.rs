//! `/ProductInventory`: the services of the customer.
//!
//! Clients read dozens of pages with a hundred services each, so an answer is serialized directly
//! instead of being built as a JSON tree first.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Value, json};

use crate::catalogue::{BILLING_ACCOUNTS, InventoryAddress, Site, speed};
use crate::paging::{Page, Parameters};
use crate::problem::Problem;
use crate::services::{ACTIVE, Service};
use crate::state::{Shared, Simulation};

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/ProductInventory/v1/inventory", get(inventory))
}

/// Lists the active services, or returns one service by its id, whatever its status.
async fn inventory(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Problem> {
    let lumen = shared.lock();
    let service_type = parameters.get("serviceType").map(String::as_str);
    if !matches!(service_type, None | Some("Internet" | "Port")) {
        let (status, reason) = (StatusCode::INTERNAL_SERVER_ERROR, "Internal error");
        return Err(Problem::new(status, "internalError", reason, reason));
    }
    let services = &lumen.iod.services;
    let now = lumen.clock.now();
    let is_wanted = |service: &&Service| service_type.is_none_or(|it| service.service_type == it);
    let found: Vec<&Service> = match parameters.get("serviceId").filter(|id| !id.is_empty()) {
        Some(id) => {
            services.get(id).filter(|service| service.is_visible(now)).into_iter().collect()
        }
        None => services.all().iter().filter(|service| service.status == ACTIVE).collect(),
    };
    let found: Vec<&Service> = found.into_iter().filter(is_wanted).collect();
    let page = Page::of(&found, &parameters, &lumen.settings)?;
    let answer = Inventory {
        service_inventory: page.items.iter().map(|service| Item::of(&lumen, service)).collect(),
        counts: page.flat_count(json!({})),
    };
    Ok(Json(answer).into_response())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inventory<'l> {
    service_inventory: Vec<Item<'l>>,
    #[serde(flatten)]
    counts: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'l> {
    service_id: &'l str,
    service_name: &'l str,
    service_type: &'l str,
    product_code: &'l str,
    product_name: &'l str,
    status: &'l str,
    customer_number: &'l str,
    billing_account: BillingAccount<'l>,
    location: Option<InventoryAddress<'l>>,
    location_profile: Option<LocationProfile<'l>>,
    product_characteristic: [Characteristic<'l>; 1],
    product: Product<'l>,
    product_price: [Price; 1],
}

#[derive(Serialize)]
struct BillingAccount<'l> {
    id: &'l str,
    name: Option<&'l str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationProfile<'l> {
    data_center: bool,
    naas_enabled: bool,
    market: &'l str,
    related_party: Option<RelatedParty<'l>>,
}

#[derive(Serialize)]
struct RelatedParty<'l> {
    id: &'l str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Product<'l> {
    id: &'l str,
    status: &'l str,
    product_characteristic: [Characteristic<'l>; 2],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Characteristic<'l> {
    name: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_type: Option<&'l str>,
    value: String,
}

/// Lumen's example has a price whose members are empty.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Price {
    price_type: &'static str,
    price: &'static str,
    unit: &'static str,
}

impl<'l> Item<'l> {
    fn of(lumen: &'l Simulation, service: &'l Service) -> Item<'l> {
        let site = lumen.iod.site(&service.master_site_id);
        let is_port = service.service_type == "Port";
        let account =
            BILLING_ACCOUNTS.iter().find(|account| account.id == service.billing_account_id);
        let (outer_bandwidth, inner_bandwidth) = bandwidth_spellings(service);
        let inner = |name, value| Characteristic { name, value_type: None, value };
        Item {
            service_id: &service.service_id,
            service_name: &service.name,
            service_type: &service.service_type,
            product_code: if is_port { "720" } else { "718" },
            product_name: if is_port { "NaaS Port" } else { "Internet On-Demand" },
            status: &service.status,
            customer_number: &lumen.settings.customer_number,
            billing_account: BillingAccount {
                id: &service.billing_account_id,
                name: account.map(|account| account.name),
            },
            location: site.map(Site::inventory_address),
            location_profile: site.map(LocationProfile::of),
            product_characteristic: [Characteristic {
                name: "Bandwidth",
                value_type: Some("String"),
                value: outer_bandwidth,
            }],
            product: Product {
                id: &service.service_id,
                status: &service.status,
                product_characteristic: [
                    inner("Bandwidth", inner_bandwidth),
                    inner("UNI Service ID", service.uni_service_id.clone()),
                ],
            },
            product_price: [Price::default()],
        }
    }
}

impl<'l> LocationProfile<'l> {
    fn of(site: &'l Site) -> LocationProfile<'l> {
        LocationProfile {
            data_center: site.partner_id.is_some(),
            naas_enabled: site.naas_enabled,
            market: &site.market,
            related_party: site.partner_id.map(|id| RelatedParty { id }),
        }
    }
}

/// The bandwidth in the two spellings that Lumen uses. The members swap spellings from one service to
/// the next, because Lumen is not consistent either.
fn bandwidth_spellings(service: &Service) -> (String, String) {
    let upper = speed(service.bandwidth_mbps);
    let lower = upper.to_lowercase();
    let odd = service.service_id.ends_with(['1', '3', '5', '7', '9']);
    if odd { (lower, upper) } else { (upper, lower) }
}
