//! `GET /inventory/details`: the report of the numbers in service.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::active::Shown;
use super::ledger::LineOrderKind;
use super::record::{E911Option, Line, ServiceAddress, Subscriber};
use crate::paging::Parameters;
use crate::problem::Problem;
use crate::settings::StatusEndpoint;
use crate::state::{Shared, Simulation};
use crate::voice::catalogue::rate_center_of;
use crate::voice::error::{METHOD_NOT_ALLOWED, NOT_FOUND, VoiceError};
use crate::voice::numbers::{Number, exchange_filter, number_members};
use crate::voice::settings::{NumberForm, ReportSettings};
use crate::voice::{answer, page};

pub(crate) async fn details(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Response {
    if shared.lock().settings.voice.report.endpoint == StatusEndpoint::NotImplemented {
        let reason = "Not implemented yet";
        return Problem::gateway(StatusCode::NOT_IMPLEMENTED, reason).into_response();
    }
    answer(&shared, |lumen| report(lumen, &parameters)).into_response()
}

fn report(lumen: &Simulation, parameters: &Parameters) -> Result<Value, VoiceError> {
    let settings = &lumen.settings.voice.report;
    match settings.endpoint {
        StatusEndpoint::On | StatusEndpoint::NotImplemented => {}
        StatusEndpoint::NotFound => return Err(VoiceError::new(NOT_FOUND)),
        StatusEndpoint::MethodNotAllowed => return Err(VoiceError::new(METHOD_NOT_ALLOWED)),
    }
    let is_wanted = exchange_filter(parameters)?;
    let mut rows = rows(lumen, lumen.clock.now(), is_wanted);
    if settings.empty {
        rows.clear();
    }
    let page = page(&rows, parameters, &lumen.settings)?;
    let items: Vec<Value> = page.items.iter().map(|row| row.to_json(settings)).collect();
    Ok(json!({ "pagination": page.pagination(), "tns": items }))
}

/// Consecutive numbers with the same record.
#[derive(Clone)]
struct Row<'l> {
    first: Number,
    last: Number,
    line: &'l Line,
    status: &'static str,
}

fn rows(lumen: &Simulation, now: Duration, is_wanted: impl Fn(Number) -> bool) -> Vec<Row<'_>> {
    let lines = &lumen.voice.lines;
    let is_single = lumen.settings.voice.report.number_form != NumberForm::Ranges;
    let mut rows: Vec<Row> = Vec::new();
    for Shown { number, line, pending } in lines.active.shown(now) {
        if !is_wanted(number) {
            continue;
        }
        let status = match lines.order_in_progress(number).or(pending) {
            Some(LineOrderKind::Change) => "Pending Change",
            Some(LineOrderKind::Disconnect) => "Pending Disconnect",
            _ => "Active",
        };
        match rows.last_mut() {
            Some(row)
                if !is_single
                    && row.last + 1 == number
                    && row.status == status
                    && row.line == line =>
            {
                row.last = number;
            }
            _ => rows.push(Row { first: number, last: number, line, status }),
        }
    }
    rows
}

impl Row<'_> {
    fn to_json(&self, settings: &ReportSettings) -> Value {
        let Row { first, last, line, status } = self;
        let spell = |text: &str| {
            Value::from(if settings.capitals { text.to_uppercase() } else { text.to_owned() })
        };
        let center = rate_center_of(*first);
        let mut row = number_members(*first, *last, settings.number_form);
        row["status"] = (*status).into();
        row["productID"] = line.product_id.as_str().into();
        row["customerServiceName"] = line.customer_service_name.as_str().into();
        row["rateCenter"] = center.map(|center| center.name).into();
        row["state"] = center.map(|center| center.state).into();
        match &line.subscriber {
            Some(Subscriber::Business { business_name }) => {
                row["customerType"] = "B".into();
                row["businessName"] = spell(business_name);
            }
            Some(Subscriber::Residence { first_name, last_name, middle_initial }) => {
                row["customerType"] = "R".into();
                row["firstName"] = spell(first_name);
                row["lastName"] = spell(last_name);
                if let Some(initial) = middle_initial {
                    row["middleInitial"] = spell(initial);
                }
            }
            None => {}
        }
        if let Some(address) = &line.service_address {
            row["serviceAddress"] = address_to_json(address, spell);
            if line.e911_option == Some(E911Option::Static) {
                row["e911Address"] = address_to_json(address, spell);
            }
        }
        for (name, id) in
            [("voiceOrderId", &line.voice_order_id), ("externalOrderID", &line.external_order_id)]
        {
            if let Some(id) = id {
                row[name] = id.as_str().into();
            }
        }
        row
    }
}

fn address_to_json(address: &ServiceAddress, spell: impl Fn(&str) -> Value) -> Value {
    let ServiceAddress {
        street_number,
        street_pre_directional,
        street_name,
        street_suffix,
        street_post_directional,
        secondary_location,
        city,
        state,
        zip,
    } = address;
    let mut json = json!({
        "streetNumber": street_number,
        "streetName": spell(street_name),
        "city": spell(city),
        "state": state,
        "zip": zip,
    });
    for (name, value) in [
        ("streetPreDirectional", street_pre_directional),
        ("streetSuffix", street_suffix),
        ("streetPostDirectional", street_post_directional),
        ("secondaryLocation", secondary_location),
    ] {
        if let Some(value) = value {
            json[name] = spell(value);
        }
    }
    json
}
