//! `/ProductInventory`: the services that a customer has.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::catalogue::{BILLING_ACCOUNTS, Site, speed};
use crate::paging::{Page, Parameters};
use crate::problem::{Answer, Problem};
use crate::services::{ACTIVE, Service};
use crate::state::{Shared, Simulation};

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/ProductInventory/v1/inventory", get(inventory))
}

/// A list holds what is active; a question by id is answered whatever the status.
async fn inventory(State(shared): State<Shared>, Query(parameters): Query<Parameters>) -> Answer {
    let lumen = shared.lock();
    let service_type = parameters.get("serviceType").map(String::as_str);
    if !matches!(service_type, None | Some("Internet" | "Port")) {
        let (status, reason) = (StatusCode::INTERNAL_SERVER_ERROR, "Internal error");
        return Err(Problem::new(status, "internalError", reason, reason));
    }
    let services = &lumen.world.services;
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
    let items: Vec<Value> = page.items.iter().map(|service| item(&lumen, service)).collect();
    Ok(Json(page.flat_count(json!({ "serviceInventory": items }))))
}

fn item(lumen: &Simulation, service: &Service) -> Value {
    let site = lumen.world.site(&service.master_site_id);
    let is_port = service.service_type == "Port";
    let account_name = BILLING_ACCOUNTS
        .iter()
        .find(|account| account.id == service.billing_account_id)
        .map(|account| account.name);
    let (outer_bandwidth, inner_bandwidth) = bandwidth_spellings(service);
    json!({
        "serviceId": service.service_id,
        "serviceName": service.name,
        "serviceType": service.service_type,
        "productCode": if is_port { "720" } else { "718" },
        "productName": if is_port { "NaaS Port" } else { "Internet On-Demand" },
        "status": service.status,
        "customerNumber": lumen.settings.customer_number,
        "billingAccount": { "id": service.billing_account_id, "name": account_name },
        "location": site.map(Site::inventory_address),
        "locationProfile": site.map(profile),
        "productCharacteristic": [
            { "name": "Bandwidth", "valueType": "String", "value": outer_bandwidth },
        ],
        "product": {
            "id": service.service_id,
            "status": service.status,
            "productCharacteristic": [
                { "name": "Bandwidth", "value": inner_bandwidth },
                { "name": "UNI Service ID", "value": service.uni_service_id },
            ],
        },
        "productPrice": [{ "priceType": "", "price": "", "unit": "" }],
    })
}

/// Lumen spells the unit now this way, now that way; so here both, differing from one service to
/// the next.
fn bandwidth_spellings(service: &Service) -> (String, String) {
    let upper = speed(service.bandwidth_mbps);
    let lower = upper.to_lowercase();
    let odd = service.service_id.ends_with(['1', '3', '5', '7', '9']);
    if odd { (lower, upper) } else { (upper, lower) }
}

fn profile(site: &Site) -> Value {
    json!({
        "dataCenter": site.partner_id.is_some(),
        "naasEnabled": site.naas_enabled,
        "market": site.market,
        "relatedParty": site.partner_id.map(|id| json!({ "id": id })),
    })
}
