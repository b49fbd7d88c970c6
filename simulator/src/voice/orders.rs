//! `/orderInventory`, `/customerApproval`, `/orderStatus`, `/notifications` and
//! `/order/{voiceOrderId}/cancel`: orders for telephone numbers.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::error::{BAD_REQUEST, VoiceError};
use super::ledger::{Approval, VoiceStatus};
use super::lines::PlacedOrder;
use super::notifications::{KEPT, Notification};
use super::order_request::OrderRequest;
use super::reservation::Reservation;
use super::settings::VoiceSettings;
use super::{answer, is_foreign_order, is_order_id, json_object};
use crate::paging::Parameters;
use crate::payload::Payload;
use crate::problem::{Answer, Problem};
use crate::state::{Shared, Simulation};

pub(crate) async fn place(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let accepted = answer(&shared, |lumen| {
        let request = OrderRequest::read(json_object(&body)?)?;
        check_route(&request, &lumen.settings.voice)?;
        let id = accept(lumen, &request);
        Ok(json!({ "voiceOrderId": id }))
    })?;
    // The status is 202, because the available quantity is checked later.
    Ok((StatusCode::ACCEPTED, accepted))
}

fn check_route(request: &OrderRequest, settings: &VoiceSettings) -> Result<(), VoiceError> {
    match (&request.customer_service_name, &settings.customer_service_names) {
        (Some(name), Some(routes)) if !routes.contains(name) => {
            Err(VoiceError::new(1_405).detail(name))
        }
        _ => Ok(()),
    }
}

fn accept(lumen: &mut Simulation, request: &OrderRequest) -> String {
    let accepted = lumen.acceptance();
    let now = accepted.at;
    for line in &request.lines {
        let reservation = Reservation::begin(accepted.clone(), request, line);
        lumen.voice.record(reservation);
    }
    // If the settings make orders instantaneous, the order has already ended.
    lumen.voice.advance_to(now);
    accepted.voice_order_id
}

pub(crate) async fn approve(State(shared): State<Shared>, body: Bytes) -> Answer {
    answer(&shared, |lumen| {
        let body = Payload::from(json_object(&body)?);
        let id = body.optional_text("voiceOrderId").ok_or_else(|| VoiceError::new(20_049))?;
        let action = body.optional_text("action").unwrap_or_default();
        let approval = Approval::parse(&action).ok_or_else(|| {
            VoiceError::new(BAD_REQUEST).detail(format!("There is no action \"{action}\""))
        })?;
        let (rate_center, state) = (body.optional_text("rateCenter"), body.optional_text("state"));
        let now = lumen.clock.now();
        let (parts, numbers) = lumen.voice.order_mut(&id);
        if parts.is_empty() {
            return Err(VoiceError::new(20_049));
        }
        let is = |wanted: &Option<String>, name: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
        };
        let mut answered = false;
        for part in parts.iter_mut().filter(|part| {
            part.awaits_approval()
                && is(&rate_center, &part.line.rate_center)
                && is(&state, &part.line.state)
        }) {
            part.approve(numbers, approval, now);
            answered = true;
        }
        if !answered {
            return Err(VoiceError::new(20_107));
        }
        lumen.voice.advance_to(now);
        Ok(json!({ "voiceOrderId": id }))
    })
}

/// The status of a whole order; `None` if there is no such order.
fn status_of(lumen: &Simulation, parts: &[Reservation]) -> Option<VoiceStatus> {
    let now = lumen.clock.now();
    parts.iter().map(|part| part.status(now)).min()
}

pub(crate) async fn status(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Answer {
    answer(&shared, |lumen| {
        let id = match parameters.get("externalOrderID") {
            Some(reference) if lumen.settings.voice.order_lookup_by_reference => {
                Some(id_by_reference(lumen, reference)?)
            }
            _ => parameters.get("voiceOrderId").cloned(),
        };
        status_by_id(lumen, id.as_ref())
    })
}

pub(crate) async fn status_by_path(State(shared): State<Shared>, Path(id): Path<String>) -> Answer {
    answer(&shared, |lumen| status_by_id(lumen, Some(&id)))
}

/// The id of the newest order about active numbers with this reference of the customer.
fn id_by_reference(lumen: &Simulation, reference: &str) -> Result<String, VoiceError> {
    let order = lumen.voice.lines.order_by_reference(reference);
    let order = order.ok_or_else(|| VoiceError::new(20_060).detail(reference))?;
    Ok(order.accepted.voice_order_id.clone())
}

fn status_by_id(lumen: &Simulation, id: Option<&String>) -> Result<Value, VoiceError> {
    let now = lumen.clock.now();
    let parts = match order(lumen, id)? {
        Order::Reservations(parts) => parts,
        Order::Lines(order) => return Ok(order.to_json(now)),
    };
    let lines: Vec<_> = parts
        .iter()
        .map(|part| {
            json!({
                "rateCenter": part.line.rate_center,
                "state": part.line.state,
                "status": part.status(now).word(),
            })
        })
        .collect();
    Ok(json!({
        "voiceOrderId": id,
        "externalOrderID": parts.first().and_then(|part| part.request.external_order_id.as_ref()),
        "status": status_of(lumen, parts).map(VoiceStatus::word),
        "rateCenters": lines,
    }))
}

pub(crate) async fn notifications(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Answer {
    answer(&shared, |lumen| {
        let id = parameters.get("voiceOrderId");
        let mut sent: Vec<(&Notification, Option<&Reservation>)> = match order(lumen, id)? {
            Order::Reservations(parts) => parts.iter().flat_map(of_rate_center).collect(),
            Order::Lines(order) => order.notifications.iter().map(|sent| (sent, None)).collect(),
        };
        let now = lumen.clock.now();
        let shown = now.saturating_sub(KEPT)..=now;
        sent.retain(|(notification, _)| shown.contains(&notification.at));
        sent.sort_by_key(|(notification, _)| notification.at);
        let latest = parameters.get("latest").map(|latest| latest.to_ascii_lowercase());
        if matches!(latest.as_deref(), Some("true" | "y" | "1")) {
            sent.drain(..sent.len().saturating_sub(1));
        }
        let items: Vec<_> =
            sent.into_iter().map(|(notification, part)| item(lumen, notification, part)).collect();
        Ok(json!({ "voiceOrderId": id, "notifications": items }))
    })
}

fn of_rate_center(
    part: &Reservation,
) -> impl Iterator<Item = (&Notification, Option<&Reservation>)> {
    part.notifications.iter().map(move |notification| (notification, Some(part)))
}

/// A notification in the answer. Those of reservations name their rate center.
fn item(lumen: &Simulation, notification: &Notification, part: Option<&Reservation>) -> Value {
    let mut item = json!({
        "notificationCode": notification.code.to_string(),
        "notificationMessage": notification.message,
        "notificationDate": lumen.clock.date(notification.at),
    });
    if let Some(part) = part {
        item["rateCenter"] = part.line.rate_center.as_str().into();
        item["state"] = part.line.state.as_str().into();
    }
    if let Some(date) = notification.foc_date {
        item["focDate"] = date.to_string().into();
    }
    item
}

/// An order of either kind.
enum Order<'l> {
    /// The rate centers of an order that reserves numbers.
    Reservations(&'l [Reservation]),
    /// An order about active numbers.
    Lines(&'l PlacedOrder),
}

/// The order with this id, or an error if there is no such order.
fn order<'l>(lumen: &'l Simulation, id: Option<&String>) -> Result<Order<'l>, VoiceError> {
    let id = id.filter(|id| is_order_id(id)).ok_or_else(|| VoiceError::new(20_049))?;
    let voice = &lumen.voice;
    match voice.lines.order(id) {
        Some(order) => Ok(Order::Lines(order)),
        None if voice.is_reservation(id) => Ok(Order::Reservations(voice.order(id))),
        None => Err(VoiceError::new(20_060).detail(id)),
    }
}

pub(crate) async fn cancel(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let mut status = StatusCode::OK;
    let cancelled = answer(&shared, |lumen| {
        if !is_order_id(&id) {
            return Err(VoiceError::new(20_064));
        }
        if is_foreign_order(&id) {
            return Err(VoiceError::new(20_055));
        }
        if let Some(outcome) = lumen.cancel_line_order(&id) {
            status = outcome?;
        } else {
            cancel_reservations(lumen, &id)?;
        }
        let word =
            if status == StatusCode::OK { VoiceStatus::Cancelled } else { VoiceStatus::InProgress };
        Ok(json!({ "voiceOrderId": id, "status": word.word() }))
    })?;
    Ok((status, cancelled))
}

fn cancel_reservations(lumen: &mut Simulation, id: &str) -> Result<(), VoiceError> {
    match status_of(lumen, lumen.voice.order(id)) {
        None => return Err(VoiceError::new(20_054)),
        Some(VoiceStatus::Cancelled) => return Err(VoiceError::new(20_108)),
        Some(status) if status.is_final() => return Err(VoiceError::new(20_065)),
        Some(_) => {}
    }
    let now = lumen.clock.now();
    let (parts, numbers) = lumen.voice.order_mut(id);
    for part in parts {
        part.cancel(numbers, now);
    }
    Ok(())
}
