//! The ledger: the accepted orders and the number of requests, for the assertions of tests.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::voice::{LineOrder, VoiceOrder};

/// The accepted orders and the requests since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ledger {
    /// Accepted orders, oldest first. Each is listed once; refused orders are not listed.
    pub orders: Vec<Order>,
    /// Accepted orders for telephone numbers, oldest first, with one entry per rate center.
    pub voice_orders: Vec<VoiceOrder>,
    /// Accepted orders about active numbers, oldest first.
    pub line_orders: Vec<LineOrder>,
    /// The number of requests by method and path, including failed ones. Ids are replaced by
    /// `{id}`: `GET /Customer/v3/Ordering/orderRequest/{id}`.
    pub requests: BTreeMap<String, u64>,
}

/// An accepted order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Order {
    /// The UUID in the answer to the order request.
    pub order_request_id: String,
    /// The customer's own reference.
    pub external_id: String,
    /// The action that was ordered.
    pub action: Action,
    /// The current state.
    pub state: OrderState,
    /// Lumen's order id (88...), once the customer can see it.
    pub order_id: Option<String>,
    /// The service id (77...). For an add, it is set once the customer can see it.
    pub service_id: Option<String>,
    /// The quote that was ordered.
    pub quote_id: Option<String>,
    /// The customer's purchase order number from the price request.
    pub purchase_order_number: Option<String>,
    /// The customer's note.
    pub note: Option<String>,
    /// The new name of the service, if the order sets it.
    pub customer_service_name: Option<String>,
    /// The site of a new service.
    pub master_site_id: Option<String>,
    /// The new speed, if the order sets it.
    pub bandwidth_mbps: Option<u32>,
    /// The billing account.
    pub billing_account_id: String,
    /// The order contact.
    pub contact: Contact,
    /// When it was accepted, on the simulated calendar.
    pub accepted_at: Timestamp,
}

/// The action of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A new service.
    Add,
    /// A new speed or name for a service.
    Modify,
    /// The disconnect of a service.
    Delete,
}

/// The state of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// It is in progress.
    Running,
    /// It has been completed.
    Succeeded,
    /// It has failed and changed nothing.
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

/// Replaces the ids in a path: the segments of more than five characters that contain a digit.
pub(crate) fn without_ids(path: &str) -> String {
    let is_id =
        |segment: &&str| segment.len() > 5 && segment.contains(|c: char| c.is_ascii_digit());
    path.split('/')
        .map(|segment| if is_id(&segment) { "{id}" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}
