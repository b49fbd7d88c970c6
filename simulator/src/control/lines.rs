//! `/_simulator/voice/lines` and `/_simulator/voice/ports`: telephone numbers in service, and ports.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{answer, invalid_body, parse, with_changes};
use crate::problem::{Answer, Problem};
use crate::state::Shared;
use crate::voice::Line;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/_simulator/voice/lines", get(lines).post(add_lines))
        .route("/_simulator/voice/lines/{tn}", patch(change_line).delete(remove_line))
        .route("/_simulator/voice/ports/{id}/foc", post(schedule_foc))
        .route("/_simulator/voice/ports/{id}/reject", post(reject_port))
        .route("/_simulator/voice/ports/{id}/complete", post(complete_port))
}

async fn lines(State(shared): State<Shared>) -> Answer {
    answer(shared.lock().lines())
}

#[derive(Deserialize)]
struct NewLines {
    telephone_numbers: Vec<u64>,
}

/// Adds lines. The body has the record of all of them, and the list of their numbers.
async fn add_lines(State(shared): State<Shared>, body: Bytes) -> Result<StatusCode, Problem> {
    let NewLines { telephone_numbers } = parse(&body)?;
    let mut record: Value = parse(&body)?;
    if let Some(members) = record.as_object_mut() {
        members.remove("telephone_numbers");
    }
    let line: Line = serde_json::from_value(record).map_err(|error| invalid_body(&error))?;
    shared.lock().add_lines(&telephone_numbers, &line);
    Ok(StatusCode::NO_CONTENT)
}

async fn change_line(State(shared): State<Shared>, Path(tn): Path<u64>, body: Bytes) -> Answer {
    let mut lumen = shared.lock();
    let line = lumen.lines().remove(&tn).ok_or_else(|| not_in_service(tn))?;
    let changed: Line = with_changes(&line, &body)?;
    lumen.change_line(tn, |line| line.clone_from(&changed));
    answer(changed)
}

async fn remove_line(
    State(shared): State<Shared>,
    Path(tn): Path<u64>,
) -> Result<StatusCode, Problem> {
    done(shared.lock().remove_line(tn), || not_in_service(tn))
}

fn not_in_service(tn: u64) -> Problem {
    Problem::not_found(&format!("{tn} is not in service"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Foc {
    #[serde(default)]
    date: Option<Timestamp>,
}

async fn schedule_foc(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let Foc { date } = parse(&body)?;
    done(shared.lock().schedule_foc(&id, date), || no_port(&id))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rejection {
    #[serde(default)]
    reason: Option<String>,
}

async fn reject_port(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let Rejection { reason } = parse(&body)?;
    done(shared.lock().reject_port(&id, reason.as_deref()), || no_port(&id))
}

async fn complete_port(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    done(shared.lock().complete_port(&id), || no_port(&id))
}

fn no_port(id: &str) -> Problem {
    Problem::not_found(&format!("There is no port {id} in progress"))
}

fn done(is_done: bool, missing: impl FnOnce() -> Problem) -> Result<StatusCode, Problem> {
    if is_done { Ok(StatusCode::NO_CONTENT) } else { Err(missing()) }
}
