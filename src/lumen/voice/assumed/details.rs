//! Reads what `GET /orderStatus` reports about an order in addition to its status, and FOC dates. ASSUMED: all
//! of it.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use serde_json::Value;

use super::super::{Date, NotificationCode, OrderDetails, OrderKind, OrderPart, TransactionOrder};
use super::{members, numbers_of, only, state_of, text};
use crate::lumen::word::plain;

/// The names of the FOC date.
const FOC_DATES: [&str; 3] = ["focDate", "focDateTime", "firmOrderCommitmentDate"];

/// Reads the answer of `GET /orderStatus`. What it lacks is left out.
pub(in super::super) fn order_details(answer: &Value) -> OrderDetails {
    let order = only(answer);
    let date = |names: &[&str]| text(order, names).and_then(|text| date(&text));
    let transaction_orders: Vec<_> = members(order, &["transactionOrders", "transactionOrder"])
        .filter_map(Value::as_array)
        .flatten()
        .map(transaction_order)
        .collect();
    let own = numbers_of(order);
    let of_parts = transaction_orders.iter().flat_map(|part| &part.telephone_numbers).copied();
    let telephone_numbers = own.into_iter().chain(of_parts).collect();
    OrderDetails {
        voice_order_id: text(order, &["voiceOrderId", "voiceOrderNumber", "orderNumber"])
            .and_then(|id| id.parse().ok()),
        external_order_id: text(order, &["externalOrderId"]).and_then(|id| id.parse().ok()),
        kind: text(order, &["orderType"]).and_then(|word| kind(&word)),
        request_date: date(&["customerRequestDate", "customerRequestedDate", "requestDate"]),
        foc_date: date(&FOC_DATES),
        telephone_numbers,
        transaction_orders,
    }
}

fn transaction_order(item: &Value) -> TransactionOrder {
    let id = text(item, &["transactionOrderId", "parentTransactionOrderId", "pon"]);
    let part = OrderPart {
        rate_center: text(item, &["rateCenter", "rateCenterName"]),
        state: text(item, &["state"]),
    };
    let state = text(item, &["status", "orderStatus"]).map(state_of);
    TransactionOrder {
        id: id.and_then(|id| id.parse().ok()),
        part,
        state,
        telephone_numbers: numbers_of(item),
    }
}

fn kind(word: &str) -> Option<OrderKind> {
    let word = plain(word);
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    Some(match () {
        () if has(&["lnp", "port"]) => OrderKind::Port,
        () if has(&["reserv", "inventory"]) => OrderKind::Reservation,
        () if has(&["disconnect"]) => OrderKind::Disconnect,
        () if has(&["change"]) => OrderKind::Change,
        () if has(&["new", "install"]) => OrderKind::Install,
        () => return None,
    })
}

/// Reads the FOC date of a notification that has one: a member of the notification, or of an object in it, or
/// a date in its text. Lumen says "Please see FOC data provided", and not where.
pub(super) fn foc_date(item: &Value, code: &NotificationCode, message: &str) -> Option<Date> {
    if !code.is_commitment() {
        return None;
    }
    let inner = item.as_object().into_iter().flat_map(|members| members.values());
    let mut objects = std::iter::once(item).chain(inner.filter(|value| value.is_object()));
    let member = objects.find_map(|object| text(object, &FOC_DATES).and_then(|text| date(&text)));
    member.or_else(|| message.split_whitespace().find_map(date_in_text))
}

/// Reads the time of a notification from any member with a date in its name, except for the FOC date.
pub(super) fn other_date(item: &Value) -> Option<Timestamp> {
    let is_time = |name: &str| {
        plain(name).contains("date") && !FOC_DATES.iter().any(|foc| plain(foc) == plain(name))
    };
    let mut members = item.as_object()?.iter().filter(|(name, _)| is_time(name));
    members.find_map(|(_, value)| value.as_str()?.trim().parse().ok())
}

fn date_in_text(word: &str) -> Option<Date> {
    date(word.trim_matches(|sign: char| !sign.is_ascii_alphanumeric()))
}

/// Reads an instant, or a day, which is its midnight in UTC.
fn date(text: &str) -> Option<Date> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.into());
    }
    let day = text.parse::<civil::Date>().ok()?;
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().into())
}
