//! Voice orders that reserve numbers: placing one, asking how it fares, answering, cancelling.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{OrderPart, Product, assumed, get};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::http::request::{Host, Request};
use crate::lumen::http::retry::Effect;
use crate::lumen::{Client, Error, ExternalId, VoiceOrderId};

/// Numbers to reserve in one rate center, before they are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservationRequest<'a> {
    /// What the numbers are for.
    pub product: Product,
    /// The caller's own reference.
    pub external_order_id: &'a ExternalId,
    /// Such as `DENVER`.
    pub rate_center: &'a str,
    /// The state of the rate center, of two letters.
    pub state: &'a str,
    /// How many: 1 to 399.
    pub quantity: u32,
    /// Whether the numbers are to follow each other.
    pub sequential: bool,
    /// A digit that the numbers must not have at one place.
    pub pbx: Option<Pbx>,
    /// By which name Lumen routes the numbers (the route plan).
    pub customer_service_name: Option<&'a str>,
}

/// A digit that numbers must not have at one place, because a telephone system (PBX) takes it for
/// something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pbx {
    /// The place in the ten digits: 1 to 10 from the left.
    pub index: u8,
    /// The digit: 0 to 9.
    pub value: u8,
}

/// What to do where Lumen has fewer numbers than ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortageAnswer {
    /// Reserve none.
    #[default]
    Reject,
    /// Reserve those that there are.
    AcceptAvailable,
    /// Reserve those that there are, and the others when there are more.
    AcceptWithBackorder,
}

/// How a voice order fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceOrderReport {
    /// Where it stands.
    pub state: VoiceOrderState,
    /// When Lumen wants to be asked again.
    pub retry_after: Option<Duration>,
}

/// Where a voice order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceOrderState {
    /// Lumen has it.
    Created,
    /// Lumen is at work.
    InProgress,
    /// Lumen looks at the customer's credit first.
    PendingCreditCheck,
    /// The customer's credit is not good enough.
    CreditCheckRejected,
    /// It won't be done.
    Rejected,
    /// It was called off.
    Cancelled,
    /// Done, which inventory may show a little later.
    Completed,
    /// A word that Lumen documents nowhere: take it for "not yet", and tell the user.
    Unrecognized(String),
}

impl VoiceOrderState {
    /// Whether nothing more will be done, and not all that was ordered was.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::CreditCheckRejected | Self::Rejected | Self::Cancelled)
    }
}

impl Client {
    /// Orders numbers: they count as the customer's from then on, and no call gives them back. Sent
    /// at most once. `POST /Voice/v1/Numbers/orderInventory`
    ///
    /// # Errors
    /// Whoever gets an error for which [`Error::may_have_arrived`] is true must look for the
    /// reference with [`Client::reserved_numbers`] before ordering again. Many refusals come later,
    /// as notifications.
    pub async fn reserve(&self, request: &ReservationRequest<'_>) -> Result<VoiceOrderId, Error> {
        let body = assumed::order_inventory_body(request);
        let post = Request::post("Voice/v1/Numbers/orderInventory", body, Effect::Once);
        // Reserved numbers are not in use yet, so the order changes the utilization: before its answer,
        // or after it, if somebody asks meanwhile.
        self.0.voice.utilization.clear();
        let answer = self.send(&post.to(Host::Voice)).await;
        self.0.voice.utilization.clear();
        let answer = answer?;
        match assumed::voice_order_id(&answer.json()) {
            Some(id) => Ok(id),
            None => Err(answer.nonsense("it has no voice order id by which to follow the order")),
        }
    }

    /// How a voice order fares. `GET /Voice/v1/Numbers/orderStatus?voiceOrderId=`
    ///
    /// # Errors
    /// [`Error::NotFound`] also soon after the order was placed.
    pub async fn voice_order_status(&self, id: &VoiceOrderId) -> Result<VoiceOrderReport, Error> {
        let request = get("Voice/v1/Numbers/orderStatus")
            .class(RequestClass::Order)
            .query("voiceOrderId", id);
        let answer = self.send(&request).await?;
        match assumed::voice_order_state(&answer.json()) {
            Some(state) => Ok(VoiceOrderReport { state, retry_after: answer.retry_after }),
            None => Err(answer.nonsense("it doesn't describe an order")),
        }
    }

    /// Says what to do about a shortage, within four hours of notification 10001.
    /// `POST /Voice/v1/Numbers/customerApproval`
    ///
    /// # Errors
    /// [`Error::Rejected`] with the code 20107 where nothing waits for an answer, which is also how
    /// a second answer ends: repeating one does no harm.
    pub async fn answer_shortage(
        &self,
        id: &VoiceOrderId,
        part: &OrderPart,
        answer: ShortageAnswer,
    ) -> Result<(), Error> {
        let body = assumed::customer_approval_body(id, part, answer);
        let path = "Voice/v1/Numbers/customerApproval";
        let post = Request::post(path, body, Effect::Repeatable).to(Host::Voice);
        self.send(&post).await.map(drop)
    }

    /// Calls off an order that has not ended, with all its numbers.
    /// `POST /Voice/v1/Numbers/order/{id}/cancel`, ASSUMED: Lumen prints the path nowhere.
    ///
    /// # Errors
    /// [`Error::Rejected`] with the code 20065 or 20238 if the order is complete, 20108 if it was
    /// cancelled before: repeating does no harm.
    pub async fn cancel_voice_order(&self, id: &VoiceOrderId) -> Result<(), Error> {
        let path = "Voice/v1/Numbers/order/{id}/cancel";
        let post = Request::post(path, json!({}), Effect::Repeatable).to(Host::Voice).id(id);
        self.send(&post).await.map(drop)
    }
}

/// `created`, `in progress`, `pending credit check`, `credit check rejected`, `rejected`,
/// `cancelled`, `completed`, or Lumen's word in lower case.
impl fmt::Display for VoiceOrderState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Created => "created",
            Self::InProgress => "in progress",
            Self::PendingCreditCheck => "pending credit check",
            Self::CreditCheckRejected => "credit check rejected",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Completed => "completed",
            Self::Unrecognized(word) => return formatter.write_str(&word.to_lowercase()),
        })
    }
}

/// `reject`, `accept_available` or `accept_with_backorder`.
impl fmt::Display for ShortageAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Reject => "reject",
            Self::AcceptAvailable => "accept_available",
            Self::AcceptWithBackorder => "accept_with_backorder",
        })
    }
}

impl FromStr for ShortageAnswer {
    type Err = InvalidShortageAnswer;

    fn from_str(text: &str) -> Result<Self, InvalidShortageAnswer> {
        match text {
            "reject" => Ok(Self::Reject),
            "accept_available" => Ok(Self::AcceptAvailable),
            "accept_with_backorder" => Ok(Self::AcceptWithBackorder),
            _ => Err(InvalidShortageAnswer),
        }
    }
}

/// Why a text is no [`ShortageAnswer`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is neither `reject` nor `accept_available` nor `accept_with_backorder`")]
pub struct InvalidShortageAnswer;
