//! Voice orders as a test asks for them afterwards.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::order_form::Pbx;

/// One rate center of an accepted order for telephone numbers. An order for several rate centers
/// is here once for each, under the same voice order id.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VoiceOrder {
    /// Lumen's number of the order.
    pub voice_order_id: String,
    /// The customer's own reference, if the order had one.
    pub external_order_id: Option<String>,
    /// 2036 or 2042.
    pub product_id: String,
    /// The route that was asked for.
    pub customer_service_name: Option<String>,
    /// Where the numbers are.
    pub rate_center: String,
    /// Its state, as two letters.
    pub state: String,
    /// How many numbers were ordered.
    pub quantity: usize,
    /// Whether they must follow each other.
    pub sequential: bool,
    /// The digit that must not be in them.
    pub pbx: Option<Pbx>,
    /// The answers to notification 10001.
    pub approvals: Vec<Approval>,
    /// Where it stands now.
    pub status: VoiceStatus,
    /// How many numbers have been reserved by now; some may have been reclaimed since.
    pub telephone_numbers: usize,
    /// When it was accepted, on the simulated calendar.
    pub accepted_at: Timestamp,
}

/// What the customer wants when there are too few numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Those that are there.
    AcceptAvailable,
    /// Those that are there, and the others later.
    AcceptWithBackorder,
    /// None.
    Reject,
}

impl Approval {
    /// Reads an action. Lumen's guide and its notification word them differently.
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

/// Where a voice order stands. Of an order for several rate centers, the first that applies to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceStatus {
    /// It has arrived.
    Created,
    /// It waits for the customer's credit.
    PendingCreditCheck,
    /// It is worked on, awaits approval, or is on backorder.
    InProgress,
    /// It is done.
    Completed,
    /// It was called off.
    Cancelled,
    /// The customer's credit was not good enough.
    CreditCheckRejected,
    /// Lumen refused it.
    Rejected,
}

impl VoiceStatus {
    pub(crate) fn is_final(self) -> bool {
        VoiceStatus::Completed <= self
    }

    /// Lumen's word.
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
