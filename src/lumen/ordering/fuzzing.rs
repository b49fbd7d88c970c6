//! The functions that read answers about orders and services, for `fuzz/`.

use std::time::Duration;

use serde_json::Value;

use super::inventory::item::ServiceItem;
use super::{OrderReport, Service, ServiceStatus, wire};

/// Reads the answer of the status endpoint.
#[must_use]
pub fn order_report(body: &Value, retry_after: Option<Duration>) -> Option<OrderReport> {
    wire::order_report(body, retry_after)
}

/// Reads one item of the inventory.
#[must_use]
pub fn service(item: &Value) -> Option<Service> {
    ServiceItem::read(serde_json::from_value(item.clone()).ok()?)
}

/// Reads Lumen's word for the status of a service.
#[must_use]
pub fn service_status(word: &str) -> ServiceStatus {
    ServiceStatus::from_word(word)
}
