//! What a test asks afterwards: which orders were accepted, which requests came.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::voice::VoiceOrder;

/// Everything that Lumen was asked and has accepted since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ledger {
    /// Accepted orders, oldest first, each once. Refused ones are not here.
    pub orders: Vec<Order>,
    /// Accepted orders for telephone numbers, likewise, by rate center.
    pub voice_orders: Vec<VoiceOrder>,
    /// How many requests came per method and path, failed ones included, ids replaced by `{id}`:
    /// `GET /Customer/v3/Ordering/orderRequest/{id}`.
    pub requests: BTreeMap<String, u64>,
}

/// An accepted order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Order {
    /// The UUID that the request was answered with.
    pub order_request_id: String,
    /// The customer's own reference.
    pub external_id: String,
    /// What was asked for.
    pub action: Action,
    /// Where it stands now.
    pub state: OrderState,
    /// Lumen's order number (88...), once known to the customer.
    pub order_id: Option<String>,
    /// The service (77...): of an add, once known to the customer.
    pub service_id: Option<String>,
    /// The quote that was ordered.
    pub quote_id: Option<String>,
    /// The customer's purchase order, given with the quote.
    pub purchase_order_number: Option<String>,
    /// The customer's note.
    pub note: Option<String>,
    /// The name of the service from this order on, where the order sets it.
    pub customer_service_name: Option<String>,
    /// The speed from this order on, where the order sets it.
    pub bandwidth_mbps: Option<u32>,
    /// Who pays.
    pub billing_account_id: String,
    /// Whom Lumen writes to.
    pub contact: Contact,
    /// When it was accepted, on the simulated calendar.
    pub accepted_at: Timestamp,
}

/// What an order asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A new service.
    Add,
    /// Another speed or name for a service.
    Modify,
    /// The end of a service.
    Delete,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Lumen works on it.
    Running,
    /// It is done.
    Succeeded,
    /// It is given up; nothing has changed.
    Failed,
}

/// The order contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// US telephone number.
    pub phone: String,
    /// Company.
    pub organization: String,
}

/// Replaces the segments that name one thing: long ones with a digit.
pub(crate) fn without_ids(path: &str) -> String {
    let is_id =
        |segment: &&str| segment.len() > 5 && segment.contains(|c: char| c.is_ascii_digit());
    path.split('/')
        .map(|segment| if is_id(&segment) { "{id}" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}
