//! `/order`, `/order/change`, `/order/disconnect` and `/order/{voiceOrderId}/supplement`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::members::Members;
use super::request::{self, LineRequest};
use crate::problem::Problem;
use crate::state::{Shared, Simulation};
use crate::voice::error::{BAD_REQUEST, VoiceError};
use crate::voice::{answer, is_foreign_order, is_order_id, json_object};

/// An answer with the status 202, because the order is carried out later.
type Accepted = Result<(StatusCode, Json<Value>), Problem>;

pub(crate) async fn place(State(shared): State<Shared>, body: Bytes) -> Accepted {
    accept(&shared, &body, request::new_order)
}

pub(crate) async fn change(State(shared): State<Shared>, body: Bytes) -> Accepted {
    accept(&shared, &body, request::change)
}

pub(crate) async fn disconnect(State(shared): State<Shared>, body: Bytes) -> Accepted {
    accept(&shared, &body, request::disconnect)
}

pub(crate) async fn supplement(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Accepted {
    let accepted = answer(&shared, |lumen| {
        let body = json_object(&body)?;
        if !is_order_id(&id) {
            return Err(VoiceError::new(20_049));
        }
        if is_foreign_order(&id) {
            return Err(VoiceError::new(20_055));
        }
        if lumen.voice.is_reservation(&id) {
            return Err(VoiceError::new(20_109));
        }
        let accepted_id = lumen.accept_supplement(&id, members(&body)?)?;
        let now = lumen.clock.now();
        lumen.voice.advance_to(now);
        Ok(accepted_order(lumen, &accepted_id))
    })?;
    Ok((StatusCode::ACCEPTED, accepted))
}

fn accept(
    shared: &Shared,
    body: &Bytes,
    read: impl FnOnce(Members, &Simulation) -> Result<LineRequest, VoiceError>,
) -> Accepted {
    let accepted = answer(shared, |lumen| {
        let body = json_object(body)?;
        let request = read(members(&body)?, lumen)?;
        let id = lumen.accept_line_order(request);
        Ok(accepted_order(lumen, &id))
    })?;
    Ok((StatusCode::ACCEPTED, accepted))
}

fn members(body: &Value) -> Result<Members<'_>, VoiceError> {
    Members::of(body).ok_or_else(|| VoiceError::new(BAD_REQUEST))
}

fn accepted_order(lumen: &Simulation, id: &str) -> Value {
    let order = lumen.voice.lines.order(id);
    let mut accepted = json!({ "voiceOrderId": id });
    if let Some(order) = order {
        accepted["orderStatus"] = order.status(lumen.clock.now()).word().into();
        if let Some(reference) = &order.request.external_order_id {
            accepted["externalOrderID"] = reference.as_str().into();
        }
    }
    accepted
}
