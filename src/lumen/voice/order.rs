//! Voice orders that reserve numbers: placing one, its status, and the answer to a shortage.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Date, OrderKind, OrderPart, Product, TelephoneNumber, assumed, get};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::http::request::{Host, Request};
use crate::lumen::http::retry::Effect;
use crate::lumen::{Client, Error, ExternalId, VoiceOrderId};

/// An order to reserve numbers in one rate center.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservationRequest<'a> {
    /// What the numbers are for.
    pub product: Product,
    /// The caller's own reference.
    pub external_order_id: &'a ExternalId,
    /// The rate center, such as `DENVER`.
    pub rate_center: &'a str,
    /// The two-letter state code of the rate center.
    pub state: &'a str,
    /// The quantity of numbers, from 1 to 399.
    pub quantity: u32,
    /// Whether the numbers must be consecutive.
    pub sequential: bool,
    /// A digit that the numbers must not have in one position.
    pub pbx: Option<Pbx>,
    /// The route of the numbers, which Lumen calls route plan.
    pub customer_service_name: Option<&'a str>,
}

/// A digit that numbers must not have in one position, because a telephone system (PBX) uses it for
/// something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pbx {
    /// The position in the ten digits, from 1 to 10 starting at the left.
    pub index: u8,
    /// The digit, from 0 to 9.
    pub value: u8,
}

/// What to do if Lumen has fewer numbers than ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortageAnswer {
    /// Reserve none.
    #[default]
    Reject,
    /// Reserve the available numbers.
    AcceptAvailable,
    /// Reserve the available numbers now, and the others when Lumen has them.
    AcceptWithBackorder,
}

/// The status of a voice order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceOrderReport {
    /// The progress of the order.
    pub state: VoiceOrderState,
    /// How long Lumen asks to wait before the next check.
    pub retry_after: Option<Duration>,
    /// What else the answer says about the order.
    pub details: OrderDetails,
}

/// What Lumen reports about a voice order in addition to its status. Whatever the answer lacks is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderDetails {
    /// The ID of the order.
    pub voice_order_id: Option<VoiceOrderId>,
    /// The caller's own reference.
    pub external_order_id: Option<ExternalId>,
    /// What the order is for.
    pub kind: Option<OrderKind>,
    /// The date that the customer requested.
    pub request_date: Option<Date>,
    /// When Lumen takes over the numbers of a port.
    pub foc_date: Option<Date>,
    /// The numbers of the order and of its transaction orders.
    pub telephone_numbers: BTreeSet<TelephoneNumber>,
    /// The parts of the order.
    pub transaction_orders: Vec<TransactionOrder>,
}

/// The part of a voice order that is about one rate center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionOrder {
    /// Its ID. [`Client::cancel_voice_order`] cancels only this part.
    pub id: Option<VoiceOrderId>,
    /// The rate center.
    pub part: OrderPart,
    /// Its progress.
    pub state: Option<VoiceOrderState>,
    /// Its numbers.
    pub telephone_numbers: BTreeSet<TelephoneNumber>,
}

/// The progress of a voice order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceOrderState {
    /// Lumen has received the order.
    Created,
    /// The order is in progress.
    InProgress,
    /// The order is waiting for a credit check.
    PendingCreditCheck,
    /// The credit check has failed.
    CreditCheckRejected,
    /// Lumen has rejected it.
    Rejected,
    /// It was canceled.
    Cancelled,
    /// It is complete. Inventory may show the numbers a little later.
    Completed,
    /// A word that Lumen does not document. It is treated as "not yet" and reported.
    Unrecognized(String),
}

impl VoiceOrderState {
    /// Whether the order has ended without delivering everything that was ordered.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::CreditCheckRejected | Self::Rejected | Self::Cancelled)
    }
}

impl Client {
    /// Orders numbers. They then belong to the customer, and no API call returns them to Lumen. The order is
    /// sent at most once, and never after `until`. `POST /Voice/v1/Numbers/orderInventory`
    ///
    /// # Errors
    /// After an error for which [`Error::may_have_arrived`] is true, the caller must search for the reference
    /// with [`Client::reserved_numbers`] before ordering again. Lumen sends many refusals later, as
    /// notifications.
    pub async fn reserve(
        &self,
        request: &ReservationRequest<'_>,
        until: Timestamp,
    ) -> Result<VoiceOrderId, Error> {
        let body = assumed::order_inventory_body(request);
        let post = Request::post("Voice/v1/Numbers/orderInventory", body, Effect::Once);
        // Reserved numbers are not in use yet, so the order changes the utilization. The cache is cleared
        // again after the answer, because another caller may have read the utilization in the meantime.
        self.0.voice.utilization.clear();
        let answer = self.send(&post.until(until).to(Host::Voice)).await;
        self.0.voice.utilization.clear();
        let answer = answer?;
        match assumed::voice_order_id(&answer.json()) {
            Some(id) => Ok(id),
            None => Err(answer.nonsense("it has no voice order ID to follow the order by")),
        }
    }

    /// Reads the status of a voice order. `GET /Voice/v1/Numbers/orderStatus?voiceOrderId=`
    ///
    /// # Errors
    /// [`Error::NotFound`] is possible soon after the order was placed.
    pub async fn voice_order_status(&self, id: &VoiceOrderId) -> Result<VoiceOrderReport, Error> {
        let request = get("Voice/v1/Numbers/orderStatus")
            .class(RequestClass::Order)
            .query("voiceOrderId", id);
        let answer = self.send(&request).await?;
        let json = answer.json();
        let Some(state) = assumed::voice_order_state(&json) else {
            return Err(answer.nonsense("it doesn't describe an order"));
        };
        let (details, retry_after) = (assumed::order_details(&json), answer.retry_after);
        Ok(VoiceOrderReport { state, retry_after, details })
    }

    /// Searches for a voice order by the caller's own reference, if the answer to it was lost.
    /// `GET /Voice/v1/Numbers/orderStatus?externalOrderID=`. ASSUMED: the parameter.
    ///
    /// Returns `None` if Lumen does not answer with an order of this reference. This does not prove that there
    /// is no such order.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn find_voice_order(
        &self,
        reference: &ExternalId,
    ) -> Result<Option<VoiceOrderId>, Error> {
        let request = get("Voice/v1/Numbers/orderStatus")
            .class(RequestClass::Order)
            .query("externalOrderID", reference);
        let details = match self.send(&request).await {
            Ok(answer) => assumed::order_details(&answer.json()),
            Err(Error::Rejected(_) | Error::NotFound(_) | Error::NotImplemented(_)) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let is_ours = details.external_order_id.as_ref() == Some(reference);
        Ok(details.voice_order_id.filter(|_| is_ours))
    }

    /// Answers a shortage. Lumen accepts the answer for four hours after notification 10001.
    /// `POST /Voice/v1/Numbers/customerApproval`
    ///
    /// # Errors
    /// If the order does not wait for an answer: [`Error::Rejected`], for which
    /// `is_not_waiting_for_an_answer` is true. A second answer is refused in the same way, so repeating an
    /// answer does no harm.
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

/// The error for a string that is not a [`ShortageAnswer`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is neither `reject` nor `accept_available` nor `accept_with_backorder`")]
pub struct InvalidShortageAnswer;
