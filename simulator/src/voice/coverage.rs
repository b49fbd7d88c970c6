//! `/coverage`: whether Lumen covers a location, and whether a number can be ported.

use axum::body::Bytes;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::catalogue::{RATE_CENTERS, RateCenter, Sales, rate_center_of};
use super::error::{METHOD_NOT_ALLOWED, VoiceError};
use super::lines::{Standing, is_portable, is_wireless};
use super::settings::CoverageMethods;
use super::{answer, json_object};
use crate::paging::Parameters;
use crate::payload::Payload;
use crate::problem::Answer;
use crate::state::{Shared, Simulation};

/// The carrier of every number that is not the customer's.
const LOSING_CARRIER: &str = "EXAMPLE TELEPHONE";

const LOCATION: [&str; 5] = ["tnLocNpa", "tnLocNxx", "tnLocCity", "tnLocState", "tnLocZip"];

pub(crate) async fn get(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Answer {
    answer(&shared, |lumen| {
        if lumen.settings.voice.coverage_methods == CoverageMethods::Post {
            return Err(VoiceError::new(METHOD_NOT_ALLOWED));
        }
        let mut question = json!(parameters);
        // In a query, a list is separated by commas.
        if let Some(list) = parameters.get("tnList") {
            question["tnList"] = list.split(',').collect();
        }
        coverage(lumen, &Payload::from(question))
    })
}

pub(crate) async fn post(State(shared): State<Shared>, body: Bytes) -> Answer {
    answer(&shared, |lumen| {
        if lumen.settings.voice.coverage_methods == CoverageMethods::Get {
            return Err(VoiceError::new(METHOD_NOT_ALLOWED));
        }
        coverage(lumen, &Payload::from(json_object(&body)?))
    })
}

fn coverage(lumen: &Simulation, question: &Payload) -> Result<Value, VoiceError> {
    let by_location = LOCATION.iter().any(|name| question.optional_text(name).is_some());
    let found = match (question.find("tnList"), by_location) {
        (Some(_), true) => return Err(VoiceError::new(20_090)),
        (Some(_), false) => of_numbers(lumen, question.list("tnList"))?,
        (None, true) => of_location(question)?,
        (None, false) => return Err(VoiceError::new(20_093)),
    };
    Ok(json!({ "coverage": found }))
}

fn of_numbers(lumen: &Simulation, list: &[Value]) -> Result<Vec<Value>, VoiceError> {
    if list.is_empty() {
        return Err(VoiceError::new(20_015));
    }
    list.iter().map(|tn| of_number(lumen, tn)).collect()
}

fn of_number(lumen: &Simulation, tn: &Value) -> Result<Value, VoiceError> {
    let number = national(tn).ok_or_else(|| VoiceError::new(20_016).detail(tn.to_string()))?;
    let number = 10_000_000_000 + number;
    let center = rate_center_of(number);
    let mut item = json!({ "tn": number });
    describe(&mut item, center);
    let is_portable = is_portable(number) && lumen.standing(number) == Standing::Elsewhere;
    item["portable"] = is_portable.into();
    if is_portable {
        item["losingCarrier"] = LOSING_CARRIER.into();
        item["wireless"] = is_wireless(number).into();
    }
    Ok(item)
}

/// The ten digits of a number in E.164, with or without the plus sign, or in NPA-NXX-line format.
pub(crate) fn national(tn: &Value) -> Option<u64> {
    let text = match tn {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_separator = |c: char| matches!(c, '+' | '-' | '/' | ' ' | '(' | ')');
    let digits: String = text.chars().filter(|c| !is_separator(*c)).collect();
    let national = match digits.len() {
        11 => digits.strip_prefix('1')?,
        10 => digits.as_str(),
        _ => return None,
    };
    national.parse().ok().filter(|number| 2_000_000_000 <= *number)
}

fn of_location(question: &Payload) -> Result<Vec<Value>, VoiceError> {
    let [npa, nxx, city, state, zip] = LOCATION.map(|name| question.optional_text(name));
    let three_digits = |text: &String| text.len() == 3 && text.parse::<u16>().is_ok();
    if ![&npa, &nxx].into_iter().flatten().all(three_digits) || (nxx.is_some() && npa.is_none()) {
        return Err(VoiceError::new(20_091));
    }
    let is_zip = |text: &String| text.len() == 5 && text.parse::<u32>().is_ok();
    if state.as_ref().is_some_and(|text| text.len() != 2) || !zip.iter().all(is_zip) {
        return Err(VoiceError::new(20_092));
    }
    let is = |wanted: &Option<String>, value: &str| {
        wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
    };
    let found = RATE_CENTERS.iter().filter(|center| {
        is(&npa, &center.npa.to_string())
            && is(&nxx, &center.nxx.to_string())
            && is(&city, center.name)
            && is(&state, center.state)
            && is(&zip, &center.zip)
    });
    Ok(found
        .map(|center| {
            let mut item = json!({
                "npa": center.npa.to_string(),
                "nxx": center.nxx.to_string(),
                "city": center.name,
                "zip": center.zip,
            });
            describe(&mut item, Some(center));
            item
        })
        .collect())
}

fn describe(item: &mut Value, center: Option<&RateCenter>) {
    let covered = center.is_some_and(|center| center.sales != Sales::NotCovered);
    item["rateCenter"] = center.map(|center| center.name).into();
    item["state"] = center.map(|center| center.state).into();
    item["covered"] = covered.into();
    item["portable"] = covered.into();
}
