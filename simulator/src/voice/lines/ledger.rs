//! The orders about active numbers in the ledger.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::order::PlacedOrder;
use super::request::Task;
use super::supplement::Supplement;
use crate::voice::VoiceStatus;

/// An accepted order that puts telephone numbers into service, changes them, or disconnects them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineOrder {
    /// Lumen's id of the order.
    pub voice_order_id: String,
    /// The customer's own reference, if the order has one.
    pub external_order_id: Option<String>,
    /// What was ordered.
    pub kind: LineOrderKind,
    /// 2036 or 2042; only of orders for new numbers.
    pub product_id: Option<String>,
    /// The numbers, such as 13035550100, sorted.
    pub telephone_numbers: Vec<u64>,
    /// The names of the members in the request, such as `subscriberLines.lnp.billingTN`. The ledger has
    /// no values, because some of them are secrets of the customer.
    pub sent: Vec<String>,
    /// The supplements of a port, oldest first.
    pub supplements: Vec<Supplemented>,
    /// The date that was requested, if there is one. A supplement changes it.
    pub request_date: Option<Timestamp>,
    /// When the losing carrier releases the numbers of a port, once it has agreed.
    pub foc_date: Option<Timestamp>,
    /// The current status.
    pub status: VoiceStatus,
    /// When it was accepted, on the simulated calendar.
    pub accepted_at: Timestamp,
}

/// A supplement of a port.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Supplemented {
    /// When it was accepted, on the simulated calendar.
    pub accepted_at: Timestamp,
    /// The names of the members in the request.
    pub sent: Vec<String>,
}

/// The kind of an order about active numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineOrderKind {
    /// Puts reserved numbers into service.
    Install,
    /// Takes numbers over from another carrier.
    PortIn,
    /// Changes what Lumen knows about active numbers.
    Change,
    /// Ends the service of active numbers.
    Disconnect,
}

impl PlacedOrder {
    /// The order in the ledger.
    pub(crate) fn ledger_entry(&self, now: Duration) -> LineOrder {
        let supplemented = |supplement: &Supplement| Supplemented {
            accepted_at: supplement.accepted_at,
            sent: supplement.sent.clone(),
        };
        LineOrder {
            voice_order_id: self.accepted.voice_order_id.clone(),
            external_order_id: self.request.external_order_id.clone(),
            kind: self.kind(),
            product_id: match &self.request.task {
                Task::Install(line) | Task::PortIn(line, _) => Some(line.product_id.clone()),
                Task::Change(_) | Task::Disconnect => None,
            },
            telephone_numbers: self.request.numbers.clone(),
            sent: self.request.sent.clone(),
            supplements: self.supplements.iter().map(supplemented).collect(),
            request_date: self.request.request_date,
            foc_date: self.foc_date,
            status: self.status(now),
            accepted_at: self.accepted.date,
        }
    }
}
