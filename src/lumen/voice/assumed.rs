//! The bodies of Voice: what is sent, and where the members of an answer are expected.
//!
//! Lumen documents the names of endpoints and of some fields, but no bodies. Everything here is ASSUMED,
//! except for the names that are marked as Lumen's. It is in one place, so that it is easy to correct.
//! Answers are read leniently: members may be strings or numbers, in several spellings and places.

mod bodies;
mod details;
mod report;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Coverage, CoverageQuery, Notification, NotificationCode, OrderPart, Percent, Place, Product,
    RateCenter, ReservationRequest, ReservedNumber, ShortageAnswer, TelephoneNumber, Utilization,
    VoiceOrderState, is_same_name,
};
use crate::lumen::VoiceOrderId;
use crate::lumen::http::request::Request;
use crate::lumen::scalar::Scalar;
use crate::lumen::word::plain;

pub(super) use bodies::{
    cancel_body, change_body, disconnect_body, line_order_body, supplement_body,
};
pub(super) use details::order_details;
pub(super) use report::active_numbers;

/// The body of `POST /orderInventory`: a list with one item, because Lumen's limits are "per rate center per
/// order". `sequentialIndicator`, `pbxIndex`, `pbxValue` and `customerServiceName` are Lumen's names, and
/// Lumen writes the values of the first three as strings. ASSUMED: the other names; and that
/// `sequentialIndicator` is `"Y"`, as the release notes say, and not a count, as error 20084 says.
pub(super) fn order_inventory_body(request: &ReservationRequest<'_>) -> Value {
    let ReservationRequest {
        product,
        external_order_id,
        rate_center,
        state,
        quantity,
        sequential,
        pbx,
        customer_service_name,
    } = request;
    let mut numbers = json!({ "rateCenter": rate_center, "state": state, "quantity": quantity });
    if *sequential {
        numbers["sequentialIndicator"] = json!("Y");
    }
    if let Some(pbx) = pbx {
        numbers["pbxIndex"] = json!(pbx.index.to_string());
        numbers["pbxValue"] = json!(pbx.value.to_string());
    }
    let mut body = json!({
        "productID": product.id(),
        "externalOrderID": external_order_id,
        "rateCenters": [numbers],
    });
    if let Some(name) = customer_service_name {
        body["customerServiceName"] = json!(name);
    }
    body
}

/// Reads the voice order ID from the answer of `POST /orderInventory`.
pub(super) fn voice_order_id(answer: &Value) -> Option<VoiceOrderId> {
    text(only(answer), &["voiceOrderId", "voiceOrderNumber", "orderNumber", "id"])?.parse().ok()
}

/// The body of `POST /customerApproval`. ASSUMED: all names. The words come from notification 10001, in
/// which Lumen offers the choice.
pub(super) fn customer_approval_body(
    id: &VoiceOrderId,
    part: &OrderPart,
    answer: ShortageAnswer,
) -> Value {
    let action = match answer {
        ShortageAnswer::Reject => "Reject",
        ShortageAnswer::AcceptAvailable => "Accept available only",
        ShortageAnswer::AcceptWithBackorder => "Accept with backorder",
    };
    let mut body = json!({ "voiceOrderId": id, "action": action });
    let OrderPart { rate_center, state } = part;
    for (name, value) in [("rateCenter", rate_center), ("state", state)] {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    body
}

/// Reads the status in the answer of `GET /orderStatus`. Returns `None` if it is not an object. ASSUMED: the
/// member.
pub(super) fn voice_order_state(answer: &Value) -> Option<VoiceOrderState> {
    let order = only(answer);
    order.as_object()?;
    let word = text(order, &["orderStatus", "voiceOrderStatus", "status", "state"]);
    Some(state_of(word.unwrap_or_default()))
}

/// The words are Lumen's, which documents them in several spellings.
fn state_of(word: String) -> VoiceOrderState {
    match plain(&word).as_str() {
        "created" | "submitted" => VoiceOrderState::Created,
        "inprogress" => VoiceOrderState::InProgress,
        "pendingcreditcheck" => VoiceOrderState::PendingCreditCheck,
        "creditcheckrejected" | "creditrejected" => VoiceOrderState::CreditCheckRejected,
        "rejected" => VoiceOrderState::Rejected,
        "cancelled" | "canceled" => VoiceOrderState::Cancelled,
        "completed" | "complete" => VoiceOrderState::Completed,
        _ => VoiceOrderState::Unrecognized(word),
    }
}

/// Reads the answer of `GET /notifications`: every object in it that has a code, in order. Returns `None` if
/// there is neither such an object nor an empty list. `notificationCode`, `notificationMessage`,
/// `rateCenter` and `state` are Lumen's names, from the notifications that it pushes. ASSUMED: the rest.
pub(super) fn notifications(answer: &Value) -> Option<Vec<Notification>> {
    let mut found = Vec::new();
    collect_notifications(answer, &Around::default(), &mut found);
    (!found.is_empty() || has_empty_list(answer)).then_some(found)
}

/// The members of an object that apply to everything inside it.
#[derive(Clone, Default)]
struct Around {
    rate_center: Option<String>,
    state: Option<String>,
    at: Option<Timestamp>,
}

fn collect_notifications(value: &Value, around: &Around, found: &mut Vec<Notification>) {
    const TIMES: [&str; 6] =
        ["notificationDate", "notificationTime", "timestamp", "createdDate", "createdAt", "date"];
    for item in value.as_array().into_iter().flatten() {
        collect_notifications(item, around, found);
    }
    let Value::Object(members) = value else { return };
    let Around { rate_center, state, at } = around.clone();
    let rate_center = text(value, &["rateCenter"]).or(rate_center);
    let state = text(value, &["state"]).or(state);
    let at = text(value, &TIMES).and_then(|time| time.parse().ok()).or(at);
    let code = text(value, &["notificationCode", "code"]);
    if let Some(code) = code.and_then(|code| code.parse::<NotificationCode>().ok()) {
        let message = text(value, &["notificationMessage", "message"]);
        let message = message.or(code.text().map(ToOwned::to_owned)).unwrap_or_default();
        let at = at.or_else(|| details::other_date(value));
        let foc_date = details::foc_date(value, &code, &message);
        let (rate_center, state) = (rate_center.clone(), state.clone());
        found.push(Notification { code, message, rate_center, state, at, foc_date });
    }
    let around = Around { rate_center, state, at };
    for member in members.values() {
        collect_notifications(member, &around, found);
    }
}

fn has_empty_list(answer: &Value) -> bool {
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    is_empty(answer) || answer.as_object().is_some_and(|members| members.values().any(is_empty))
}

/// Reads one item of `GET /rateCenters`. Returns `None` if it has no name. ASSUMED: all names except `state`.
pub(super) fn rate_center(item: &Value, asked_for: Option<&str>) -> Option<RateCenter> {
    Some(RateCenter {
        rate_center: text(item, &["rateCenter", "rateCenterName", "name"])?,
        state: text(item, &["state", "stateCode"]).or(asked_for.map(ToOwned::to_owned))?,
        static_911: flag(item, &["static911", "static 911", "static911Indicator"]),
    })
}

/// Adds the query of `GET /coverage`. The names are Lumen's. ASSUMED: numbers are separated by commas.
pub(super) fn coverage_query(request: Request, query: &CoverageQuery) -> Request {
    match query {
        CoverageQuery::TelephoneNumbers(numbers) => {
            let numbers: Vec<_> = numbers.iter().map(|each| each.digits().to_string()).collect();
            request.query("tnList", &numbers.join(","))
        }
        CoverageQuery::Location(Place { npa, nxx, city, state, zip }) => request
            .query_if("tnLocNpa", npa.as_ref())
            .query_if("tnLocNxx", nxx.as_ref())
            .query_if("tnLocCity", city.as_ref())
            .query_if("tnLocState", state.as_ref())
            .query_if("tnLocZip", zip.as_ref()),
    }
}

/// The body of `POST /coverage`. The names are Lumen's. Telephone numbers are JSON numbers, as in Lumen's
/// documentation.
pub(super) fn coverage_body(query: &CoverageQuery) -> Value {
    match query {
        CoverageQuery::TelephoneNumbers(numbers) => {
            json!({ "tnList": numbers.iter().map(|each| each.digits()).collect::<Vec<_>>() })
        }
        CoverageQuery::Location(Place { npa, nxx, city, state, zip }) => {
            let members = [
                ("tnLocNpa", npa),
                ("tnLocNxx", nxx),
                ("tnLocCity", city),
                ("tnLocState", state),
                ("tnLocZip", zip),
            ];
            let given =
                members.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
            given.map(|(name, value)| (name.to_owned(), json!(value))).collect::<Map<_, _>>().into()
        }
    }
}

/// Reads the answer of `/coverage`: the items of its only list, or the answer itself. ASSUMED: all of it.
pub(super) fn coverage(answer: &Value) -> Option<Vec<Coverage>> {
    let items = list(answer).or_else(|| answer.is_object().then(|| vec![answer]))?;
    let read = |item| Coverage {
        telephone_number: number(item),
        rate_center: text(item, &["rateCenter", "rateCenterName"]),
        state: text(item, &["state", "tnLocState"]),
        losing_carrier: text(
            item,
            &["losingCarrier", "currentCarrier", "carrier", "serviceProvider"],
        ),
        wireless: flag(item, &["wireless", "isWireless", "wirelessIndicator"]),
        covered: flag(
            item,
            &["covered", "coverage", "coverageAvailable", "serviceable", "available"],
        ),
        portable: flag(item, &["portable", "portability", "isPortable", "portabilityIndicator"]),
    };
    Some(items.into_iter().map(read).collect())
}

/// The body of `POST /rateCenters/utilization`. ASSUMED: all of it except `productID` and `state`.
pub(super) fn utilization_body(product: Product, rate_center: &str, state: &str) -> Value {
    json!({
        "productID": product.id(),
        "rateCenters": [{ "rateCenter": rate_center, "state": state }],
    })
}

/// Reads the answer of `POST /rateCenters/utilization`: the first item that names this rate center, or names
/// none. ASSUMED: all of it. A member is a percentage if its name says so.
pub(super) fn utilization(answer: &Value, rate_center: &str, state: &str) -> Option<Utilization> {
    let items = list(answer).unwrap_or_else(|| vec![answer]);
    let is_asked_for = |item: &&Value| {
        text(item, &["rateCenter", "rateCenterName"])
            .is_none_or(|name| is_same_name(&name, rate_center))
            && text(item, &["state"]).is_none_or(|name| is_same_name(&name, state))
    };
    let item = items.into_iter().find(is_asked_for)?;
    let mut percentages = item.as_object()?.iter().filter(|(name, _)| {
        let name = plain(name);
        name.contains("percent") || name.contains("utilization")
    });
    let percent = percentages.find_map(|(_, value)| Scalar::from(value).parse::<Percent>());
    let has_none = text(item, &["total", "totalTNs", "totalQuantity", "inventory", "reserved"])
        .is_some_and(|total| total == "0");
    let by_rule = percent.as_ref().map(|percent| percent.is_enough() || has_none);
    Some(Utilization {
        percent,
        orderable: flag(item, &["orderable", "eligible", "orderAllowed"]).or(by_rule),
    })
}

/// Reads one item of `GET /inventory`. `startTN` and `endTN` are Lumen's names, and so are those of the order
/// IDs, which are documented as parameters. ASSUMED: that the order IDs are in the answer, and all other
/// names.
pub(super) fn reserved_numbers(item: &Value) -> Result<Vec<ReservedNumber>, String> {
    let numbers = range(item)?;
    let id = |names: &[&str]| text(item, names);
    let reserved = |number| ReservedNumber {
        number,
        rate_center: text(item, &["rateCenter", "rateCenterName"]),
        state: text(item, &["state"]),
        voice_order_id: id(&["voiceOrderId"]).and_then(|id| id.parse().ok()),
        external_order_id: id(&["externalOrderId"]).and_then(|id| id.parse().ok()),
        status: text(item, &["status", "tnStatus"]),
    };
    Ok(numbers.map(reserved).collect())
}

/// Reads the numbers of an item: one number, or a range of them.
fn range(item: &Value) -> Result<impl Iterator<Item = TelephoneNumber> + use<>, String> {
    let ends = match (end(item, "startTN")?, end(item, "endTN")?) {
        (Some(start), end) => Some((start, end.unwrap_or(start))),
        (None, _) => number(item).map(|only| (only, only)),
    };
    let (start, end) = ends.ok_or("one of its items has no telephone number")?;
    TelephoneNumber::range(start, end).map_err(|error| error.to_string())
}

/// Reads the numbers in a list of an object. Items that can't be read are left out.
fn numbers_of(item: &Value) -> BTreeSet<TelephoneNumber> {
    let lists = members(item, &["tns", "tnList", "telephoneNumbers"]).filter_map(Value::as_array);
    lists.flatten().filter_map(|item| range(item).ok()).flatten().collect()
}

fn end(item: &Value, name: &str) -> Result<Option<TelephoneNumber>, String> {
    let Some(text) = text(item, &[name]) else { return Ok(None) };
    let number = text.parse().map_err(|error| format!("`{name}` is \"{text}\", and {error}"))?;
    Ok(Some(number))
}

/// Reads one telephone number: from the item itself if it is a string or a JSON number, from a member of it,
/// or from its parts NPA, NXX and line.
fn number(item: &Value) -> Option<TelephoneNumber> {
    if let Some(text) = Scalar::from(item).into_text() {
        return text.parse().ok();
    }
    if let Some(whole) = text(item, &["tn", "telephoneNumber", "number"]) {
        return whole.parse().ok();
    }
    let part = |names: &[&str]| text(item, names);
    let (npa, nxx) = (part(&["npa"])?, part(&["nxx"])?);
    TelephoneNumber::from_parts(&npa, &nxx, &part(&["line", "lineNumber", "xxxx"])?).ok()
}

/// Returns the answer itself, or the first item of its only list.
fn only(answer: &Value) -> &Value {
    let answer = answer.as_array().and_then(|items| items.first()).unwrap_or(answer);
    let mut lists = answer.as_object().into_iter().flat_map(Map::values);
    match (answer.as_object().map(Map::len), lists.next()) {
        (Some(1), Some(Value::Array(items))) => items.first().unwrap_or(answer),
        (Some(1), Some(inner @ Value::Object(_))) => inner,
        _ => answer,
    }
}

/// Returns the answer if it is a list, or its only list.
fn list(answer: &Value) -> Option<Vec<&Value>> {
    if let Some(items) = answer.as_array() {
        return Some(items.iter().collect());
    }
    let mut lists = answer.as_object()?.values().filter_map(Value::as_array);
    let only = lists.next()?;
    lists.next().is_none().then(|| only.iter().collect())
}

/// Returns a member as text.
fn text(item: &Value, names: &[&str]) -> Option<String> {
    members(item, names).find_map(|value| Scalar::from(value).into_text())
}

/// Returns the members of these names, in the order of the names.
fn members<'a>(item: &'a Value, names: &[&str]) -> impl Iterator<Item = &'a Value> {
    let members = item.as_object();
    names
        .iter()
        .flat_map(move |name| {
            members.into_iter().flatten().filter(|(own, _)| is_same_member(own, name))
        })
        .map(|(_, value)| value)
}

/// Compares names of members, ignoring case and everything that is not a letter or a digit: Lumen writes
/// `voiceOrderID`, `voiceOrderId` and `E911_Option`.
fn is_same_member(own: &str, name: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase())
    }
    letters(own).eq(letters(name))
}

fn flag(item: &Value, names: &[&str]) -> Option<bool> {
    Scalar::from(&json!(text(item, names)?)).as_bool()
}

#[cfg(test)]
pub(super) mod tests;
