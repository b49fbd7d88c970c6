//! `/rateCenters` and `/rateCenters/utilization`: the rate centers and their utilization.

use axum::body::Bytes;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::catalogue::{RATE_CENTERS, rate_center};
use super::error::{NOT_FOUND, VoiceError};
use super::order_request::{product, rate_center_and_state};
use super::reservation::utilization;
use super::{answer, json_object, matches_filter, page};
use crate::paging::Parameters;
use crate::payload::Payload;
use crate::problem::Answer;
use crate::state::Shared;

const ENHANCED_LOCAL_SERVICE: &str = "2042";

pub(crate) async fn list(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Answer {
    answer(&shared, |lumen| {
        let product = product(parameters.get("productID").cloned())?;
        if parameters.get("state").is_some_and(|state| state.len() != 2) {
            return Err(VoiceError::new(20_011));
        }
        let found: Vec<Value> = RATE_CENTERS
            .iter()
            .filter(|center| matches_filter(&parameters, "state", Some(center.state)))
            .map(|center| {
                let mut item = json!({ "rateCenter": center.name, "state": center.state });
                if product == ENHANCED_LOCAL_SERVICE {
                    item["static911"] = center.static_911.into();
                }
                item
            })
            .collect();
        let page = page(&found, &parameters, &lumen.settings)?;
        Ok(json!({ "pagination": page.pagination(), "rateCenters": page.items }))
    })
}

pub(crate) async fn utilizations(State(shared): State<Shared>, body: Bytes) -> Answer {
    answer(&shared, |lumen| {
        let body = Payload::from(json_object(&body)?);
        let product = product(body.optional_text("productID"))?;
        let lines = body.list("rateCenters");
        if lines.is_empty() {
            return Err(VoiceError::new(20_088));
        }
        let utilizations = lines
            .iter()
            .map(|line| {
                let (name, state) = rate_center_and_state(&Payload::from(line.clone()))?;
                let center = rate_center(&name, &state)
                    .ok_or_else(|| VoiceError::new(NOT_FOUND).detail(format!("{name}, {state}")))?;
                Ok(json!({
                    "rateCenter": center.name,
                    "state": center.state,
                    "utilizationPercentage": utilization(center, &lumen.settings.voice),
                }))
            })
            .collect::<Result<Vec<_>, VoiceError>>()?;
        Ok(json!({ "productID": product, "rateCenters": utilizations }))
    })
}
