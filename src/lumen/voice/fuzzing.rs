//! The functions that read answers of Voice, for `fuzz/`.

use serde_json::Value;

use super::{
    ActiveNumber, Coverage, Notification, OrderDetails, RateCenter, ReservedNumber, Utilization,
    VoiceOrderState, assumed,
};
use crate::lumen::VoiceOrderId;

/// Reads the answer to an order.
#[must_use]
pub fn voice_order_id(answer: &Value) -> Option<VoiceOrderId> {
    assumed::voice_order_id(answer)
}

/// Reads the status of an order.
#[must_use]
pub fn voice_order_state(answer: &Value) -> Option<VoiceOrderState> {
    assumed::voice_order_state(answer)
}

/// Reads what else is reported about an order.
#[must_use]
pub fn order_details(answer: &Value) -> OrderDetails {
    assumed::order_details(answer)
}

/// Reads one item of the report of active numbers.
///
/// # Errors
/// If it is about neither a telephone number nor a range of them.
pub fn active_numbers(item: &Value) -> Result<Vec<ActiveNumber>, String> {
    assumed::active_numbers(item)
}

/// Reads the notifications about an order.
#[must_use]
pub fn notifications(answer: &Value) -> Option<Vec<Notification>> {
    assumed::notifications(answer)
}

/// Reads one rate center.
#[must_use]
pub fn rate_center(item: &Value, asked_for: Option<&str>) -> Option<RateCenter> {
    assumed::rate_center(item, asked_for)
}

/// Reads which numbers or places are covered.
#[must_use]
pub fn coverage(answer: &Value) -> Option<Vec<Coverage>> {
    assumed::coverage(answer)
}

/// Reads which share of the numbers in a rate center is in use.
#[must_use]
pub fn utilization(answer: &Value, rate_center: &str, state: &str) -> Option<Utilization> {
    assumed::utilization(answer, rate_center, state)
}

/// Reads one item of the inventory.
///
/// # Errors
/// If it is about neither a telephone number nor a range of them.
pub fn reserved_numbers(item: &Value) -> Result<Vec<ReservedNumber>, String> {
    assumed::reserved_numbers(item)
}
