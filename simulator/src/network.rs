//! `/Network`: partners and sites.

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::catalogue::{PARTNERS, Site, display_speed, speed};
use crate::paging::{Page, Parameters};
use crate::problem::Answer;
use crate::state::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/Network/v1/provider", get(providers))
        .route("/Network/v1/location", get(locations))
}

async fn providers(State(shared): State<Shared>, Query(parameters): Query<Parameters>) -> Answer {
    let partners = PARTNERS.map(|partner| {
        json!({
            "id": partner.id,
            "name": partner.name,
            "datacenterFabricUrl": partner.fabric_url,
            "partnerType": "CLOUD_PARTNER",
        })
    });
    let page = Page::of(&partners, &parameters, &shared.lock().settings)?;
    Ok(Json(json!({ "pagination": page.pagination(), "listPartners": page.items })))
}

/// Lists the sites. The only filter is `partnerId`. Other filters are not documented reliably, so
/// they are ignored: a client must not depend on them.
async fn locations(State(shared): State<Shared>, Query(parameters): Query<Parameters>) -> Answer {
    let lumen = shared.lock();
    let partner = parameters.get("partnerId").map(String::as_str);
    let sites: Vec<&Site> = lumen
        .iod
        .sites
        .iter()
        .filter(|site| partner.is_none() || site.partner_id == partner)
        .collect();
    let page = Page::of(&sites, &parameters, &lumen.settings)?;

    // In Lumen's example, the attributes of a site are next to the list instead of in its items.
    // That can only be correct for a list of one site, so the simulator sends them in both places:
    // in every item and, for the first site, next to the list.
    let mut answer = page.items.first().map_or_else(|| json!({}), |site| attributes(site));
    let items: Vec<Value> = page.items.iter().map(|site| location(site)).collect();
    answer["pagination"] = page.pagination();
    answer["location"] = items.into();
    Ok(Json(answer))
}

fn location(site: &Site) -> Value {
    let mut item = site.address();
    if let (Value::Object(item), Value::Object(attributes)) = (&mut item, attributes(site)) {
        item.extend(attributes);
    }
    item
}

fn attributes(site: &Site) -> Value {
    let circuit_type = match site.partner_id {
        Some(_) => "Hosted-NNI Internet",
        None => "UNI Internet",
    };
    let capabilities: Vec<Value> = site
        .offers()
        .map(|(mbps, _)| {
            json!({
                "speed": speed(mbps).to_lowercase(),
                "displayValue": display_speed(mbps).to_lowercase(),
                "circuitType": circuit_type,
            })
        })
        .collect();
    json!({
        "networkStatus": "ON_NET",
        "naasEnabled": site.naas_enabled,
        "partner": site.building,
        "market": site.market,
        "productFamily": {
            "productFamily": "Internet On-Demand",
            "accessCapabilities": [{ "accessCapability": capabilities }],
        },
    })
}
