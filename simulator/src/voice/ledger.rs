//! The voice orders in the ledger.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::order_request::Pbx;

/// One rate center of an accepted order for telephone numbers. An order for several rate centers
/// has one entry for each, with the same voice order id.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VoiceOrder {
    /// Lumen's id of the order.
    pub voice_order_id: String,
    /// The customer's own reference, if the order has one.
    pub external_order_id: Option<String>,
    /// 2036 or 2042.
    pub product_id: String,
    /// The customer's route.
    pub customer_service_name: Option<String>,
    /// The rate center of the numbers.
    pub rate_center: String,
    /// The state of the rate center, as two letters.
    pub state: String,
    /// How many numbers were ordered.
    pub quantity: usize,
    /// Whether the numbers must be consecutive.
    pub sequential: bool,
    /// The digit that the numbers must not contain at a position.
    pub pbx: Option<Pbx>,
    /// The answers to notification 10001.
    pub approvals: Vec<Approval>,
    /// The current status.
    pub status: VoiceStatus,
    /// How many numbers have been reserved so far, including numbers that were reclaimed later.
    pub telephone_numbers: usize,
    /// When it was accepted, on the simulated calendar.
    pub accepted_at: Timestamp,
}

/// The customer's answer when there are too few numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Reserve the available numbers.
    AcceptAvailable,
    /// Reserve the available numbers and put the others on backorder.
    AcceptWithBackorder,
    /// Reserve nothing.
    Reject,
}

impl Approval {
    /// Parses an action. Lumen's guide and its notification have different words for the same
    /// action.
    pub(crate) fn parse(action: &str) -> Option<Approval> {
        let letters: String = action.chars().filter(char::is_ascii_alphabetic).collect();
        match letters.to_ascii_lowercase().as_str() {
            "acceptavailableonly" | "acceptavailable" | "approveavailable" => {
                Some(Approval::AcceptAvailable)
            }
            "acceptwithbackorder"
            | "approveavailableandbackorder"
            | "approveavailableandbackorders" => Some(Approval::AcceptWithBackorder),
            "reject" | "cancel" | "cancelorder" => Some(Approval::Reject),
            _ => None,
        }
    }
}

/// The status of a voice order. An order for several rate centers has the earliest status of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceStatus {
    /// It was received.
    Created,
    /// It is on credit hold.
    PendingCreditCheck,
    /// It is being processed, awaits approval, or is on backorder.
    InProgress,
    /// It was completed.
    Completed,
    /// It was canceled.
    Cancelled,
    /// It was rejected after a credit check.
    CreditCheckRejected,
    /// It was rejected for another reason.
    Rejected,
}

impl VoiceStatus {
    pub(crate) fn is_final(self) -> bool {
        VoiceStatus::Completed <= self
    }

    /// Lumen's status word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            VoiceStatus::Created => "created",
            VoiceStatus::PendingCreditCheck => "pending credit check",
            VoiceStatus::InProgress => "in progress",
            VoiceStatus::Completed => "completed",
            VoiceStatus::Cancelled => "cancelled",
            VoiceStatus::CreditCheckRejected => "credit check rejected",
            VoiceStatus::Rejected => "rejected",
        }
    }
}
