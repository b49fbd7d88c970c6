//! `/_simulator`: the control API, for people and for tests in other processes. Its requests need
//! no token, are not counted, and no faults are injected into them.

mod lines;

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, patch, post};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clock::seconds;
use crate::faults::Fault;
use crate::problem::{Answer, Problem};
use crate::state::Shared;
use crate::voice::Hold;

/// The path prefix of the control API.
pub(crate) const PREFIX: &str = "/_simulator";

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/_simulator/ledger", get(ledger))
        .route("/_simulator/requests", get(requests))
        .route("/_simulator/services", get(services).post(add_service))
        .route("/_simulator/services/{id}", patch(change_service))
        .route("/_simulator/faults", post(add_fault).delete(clear_faults))
        .route("/_simulator/time", post(advance))
        .route("/_simulator/settings", get(settings).patch(change_settings))
        .route("/_simulator/voice/orders", post(add_voice_order))
        .route("/_simulator/voice/numbers/{tn}", delete(reclaim))
        .route("/_simulator/voice/credit/release", post(release_credit_hold))
        .route("/_simulator/voice/credit/reject", post(reject_credit_hold))
        .route("/_simulator/voice/resume", post(resume_voice_orders))
        .merge(lines::routes())
        .route("/_simulator/tokens/revoke", post(revoke_tokens))
        .route("/_simulator/reset", post(reset))
}

async fn ledger(State(shared): State<Shared>) -> Answer {
    answer(shared.lock().ledger())
}

/// Returns the ledger without its orders, because there may be thousands of them.
async fn requests(State(shared): State<Shared>) -> Answer {
    answer(shared.lock().requests.counts())
}

async fn services(State(shared): State<Shared>) -> Answer {
    answer(shared.lock().iod.services.all())
}

#[derive(Deserialize)]
struct NewService {
    name: String,
    master_site_id: String,
    bandwidth_mbps: u32,
}

async fn add_service(State(shared): State<Shared>, body: Bytes) -> Answer {
    let NewService { name, master_site_id, bandwidth_mbps } = parse(&body)?;
    let id = shared.lock().iod.add_service(&name, &master_site_id, bandwidth_mbps);
    answer(json!({ "service_id": id }))
}

async fn change_service(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let mut lumen = shared.lock();
    let missing = || Problem::not_found(&format!("There is no service {id}"));
    let service = with_changes(lumen.iod.services.get(&id).ok_or_else(missing)?, &body)?;
    answer(lumen.change_service(&id, |old| *old = service))
}

async fn add_fault(State(shared): State<Shared>, body: Bytes) -> Result<StatusCode, Problem> {
    let fault: Fault = parse(&body)?;
    if !fault.is_valid() {
        return Err(Problem::bad_request("invalidBody", "The code is not an HTTP status"));
    }
    shared.lock().faults.add(fault);
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_faults(State(shared): State<Shared>) -> StatusCode {
    shared.lock().faults.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Advance {
    advance_seconds: f64,
}

async fn advance(State(shared): State<Shared>, body: Bytes) -> Answer {
    let Advance { advance_seconds } = parse(&body)?;
    let by: Duration = seconds(advance_seconds);
    let mut lumen = shared.lock();
    lumen.clock.advance(by);
    answer(json!({ "now": lumen.clock.date(lumen.clock.now()) }))
}

async fn settings(State(shared): State<Shared>) -> Answer {
    answer(&shared.lock().settings)
}

async fn change_settings(State(shared): State<Shared>, body: Bytes) -> Answer {
    let mut lumen = shared.lock();
    lumen.settings = with_changes(&lumen.settings, &body)?;
    answer(&lumen.settings)
}

#[derive(Deserialize)]
struct NewVoiceOrder {
    product_id: String,
    rate_center: String,
    state: String,
    quantity: usize,
}

async fn add_voice_order(State(shared): State<Shared>, body: Bytes) -> Answer {
    let NewVoiceOrder { product_id, rate_center, state, quantity } = parse(&body)?;
    let id = shared
        .lock()
        .add_voice_order(&product_id, &rate_center, &state, quantity)
        .ok_or_else(|| Problem::not_found(&format!("There is no {rate_center}, {state}")))?;
    answer(json!({ "voice_order_id": id }))
}

async fn reclaim(State(shared): State<Shared>, Path(tn): Path<u64>) -> Result<StatusCode, Problem> {
    if shared.lock().voice.reclaim(tn) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::not_found(&format!("The customer does not hold {tn}")))
}

async fn release_credit_hold(State(shared): State<Shared>) -> StatusCode {
    shared.lock().release_voice(Hold::Credit);
    StatusCode::NO_CONTENT
}

async fn reject_credit_hold(State(shared): State<Shared>) -> StatusCode {
    shared.lock().voice.reject_credit();
    StatusCode::NO_CONTENT
}

async fn resume_voice_orders(State(shared): State<Shared>) -> StatusCode {
    shared.lock().release_voice(Hold::Other);
    StatusCode::NO_CONTENT
}

async fn revoke_tokens(State(shared): State<Shared>) -> StatusCode {
    shared.lock().tokens.revoke();
    StatusCode::NO_CONTENT
}

async fn reset(State(shared): State<Shared>) -> StatusCode {
    shared.lock().reset();
    StatusCode::NO_CONTENT
}

fn answer(value: impl Serialize) -> Answer {
    serde_json::to_value(value).map(Json).map_err(|error| invalid_body(&error))
}

fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| invalid_body(&error))
}

/// Returns `current`, with the members that the body contains replaced.
fn with_changes<T: Serialize + DeserializeOwned>(current: &T, body: &Bytes) -> Result<T, Problem> {
    let Value::Object(changes) = parse(body)? else {
        return Err(Problem::bad_request("invalidBody", "The body is not a JSON object"));
    };
    let mut merged = serde_json::to_value(current).map_err(|error| invalid_body(&error))?;
    merge(&mut merged, changes);
    serde_json::from_value(merged).map_err(|error| invalid_body(&error))
}

fn merge(current: &mut Value, changes: Map<String, Value>) {
    for (name, change) in changes {
        match (change, &mut current[&name]) {
            // These settings are groups: only the members in the body are replaced.
            (Value::Object(changes), group) if name == "voice" || name == "report" => {
                merge(group, changes);
            }
            (change, member) => *member = change,
        }
    }
}

fn invalid_body(error: &serde_json::Error) -> Problem {
    Problem::bad_request("invalidBody", &error.to_string())
}
