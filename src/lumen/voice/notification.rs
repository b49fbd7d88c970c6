//! `/notifications`: what Lumen reports about a voice order while it works on it.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::codes::{Meaning, OrderKind, notification_class, notification_text};
use super::{Date, OrderPart, assumed, get};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::{Client, Error, VoiceOrderId};

/// What a notification says about its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationClass {
    /// The order is complete.
    Success,
    /// The order is in progress.
    Running,
    /// Lumen has fewer numbers than ordered, and waits for an answer for four hours.
    NeedsAnswer,
    /// The order has failed.
    Failed,
}

/// One of Lumen's codes, such as `10002`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotificationCode(String);

impl NotificationCode {
    /// What the code says about a reservation. See [`NotificationCode::class_for`].
    #[must_use]
    pub fn class(&self) -> Option<NotificationClass> {
        self.class_for(OrderKind::Reservation)
    }

    /// What the code says about an order of this kind, or `None` if Lumen does not document it.
    #[must_use]
    pub fn class_for(&self, kind: OrderKind) -> Option<NotificationClass> {
        notification_class(&self.0, kind)
    }

    /// What the code says about an order whose kind is not known, or `None` if Lumen does not document it, or if
    /// that depends on the kind.
    #[must_use]
    pub fn class_for_any(&self) -> Option<NotificationClass> {
        let mut classes = OrderKind::ALL.into_iter().filter_map(|kind| self.class_for(kind));
        let first = classes.next()?;
        classes.all(|class| class == first).then_some(first)
    }

    /// The meaning of the code, or `None` for a code that Lumen does not document.
    #[must_use]
    pub fn meaning(&self) -> Option<Meaning> {
        Meaning::of(&self.0)
    }

    /// Whether it says that the losing carrier has agreed to a date for a port (FOC).
    #[must_use]
    pub fn is_commitment(&self) -> bool {
        self.meaning() == Some(Meaning::CommitmentScheduled)
    }

    /// Lumen's text, as documented.
    #[must_use]
    pub fn text(&self) -> Option<&'static str> {
        notification_text(&self.0)
    }

    /// The code as Lumen writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NotificationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for NotificationCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let text = text.trim();
        let is_code = (1..=8).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        is_code.then(|| Self(text.to_owned())).ok_or(InvalidCode)
    }
}

/// The error for a string that is not a [`NotificationCode`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a notification code is a number")]
pub struct InvalidCode;

/// A notification about a voice order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Lumen's code.
    pub code: NotificationCode,
    /// Lumen's text. If Lumen sent none, this is the documented text.
    pub message: String,
    /// The rate center, unless the notification is about the whole order.
    pub rate_center: Option<String>,
    /// The state of the rate center.
    pub state: Option<String>,
    /// When Lumen sent it.
    pub at: Option<Timestamp>,
    /// When Lumen takes over the numbers of a port, if the notification says so (FOC date).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foc_date: Option<Date>,
}

impl Notification {
    /// What to report about a notification that does not end an order of this kind, if anything.
    #[must_use]
    pub fn unexpected(&self, kind: OrderKind) -> Option<String> {
        let Self { code, message, .. } = self;
        match (code.class_for(kind), code.meaning()) {
            (Some(_), Some(meaning)) => meaning.is_worth_reporting(kind).then(|| self.quoted()),
            _ => Some(format!(
                "Lumen sent notification {code}, which the provider doesn't know: \"{message}\""
            )),
        }
    }

    /// Quotes it, as in `Lumen says: "Order has been put on credit hold." (notification 1807)`.
    #[must_use]
    pub fn quoted(&self) -> String {
        let Self { code, message, .. } = self;
        // The rest of the text of 10001 explains the choice that `on_shortage` or the action makes.
        let first_sentence = message.split_once(". ").map_or(message.as_str(), |(first, _)| first);
        let said = if self.is_shortage() { first_sentence } else { message };
        format!("Lumen says: \"{said}\" (notification {code})")
    }

    /// Whether it says that an order of this kind has ended without delivering what was ordered.
    #[must_use]
    pub fn is_failure(&self, kind: OrderKind) -> bool {
        self.code.class_for(kind) == Some(NotificationClass::Failed)
    }

    /// Whether it says that a port was updated, and not why.
    #[must_use]
    pub fn is_usual_update(&self) -> bool {
        let is_update = self.code.meaning() == Some(Meaning::PortUpdated);
        is_update && self.code.text().is_some_and(|text| text == self.message)
    }

    /// Whether Lumen has fewer numbers than ordered, and waits for an answer.
    #[must_use]
    pub fn is_shortage(&self) -> bool {
        self.code.meaning() == Some(Meaning::Shortage)
    }

    /// Whether the order was canceled at the customer's request.
    #[must_use]
    pub fn is_cancellation_as_asked(&self) -> bool {
        self.code.meaning() == Some(Meaning::BackorderCancelledAsAsked)
    }

    /// Whether Lumen will add numbers to the order later.
    #[must_use]
    pub fn is_backorder_in_progress(&self) -> bool {
        let meaning = self.code.meaning();
        matches!(meaning, Some(Meaning::BackorderReclaimed | Meaning::BackorderStuck))
    }

    /// The part of the order that it is about.
    #[must_use]
    pub fn part(&self) -> OrderPart {
        OrderPart { rate_center: self.rate_center.clone(), state: self.state.clone() }
    }

    /// How many numbers Lumen has, according to the text of 10001: `Requested amount exceeds the 5 telephone
    /// numbers available.` The documented text has a placeholder for the number.
    #[must_use]
    pub fn available(&self) -> Option<u32> {
        let (_, rest) = self.message.split_once("exceeds the ")?;
        rest.split_whitespace().next()?.replace(',', "").parse().ok()
    }
}

impl Client {
    /// Lists the notifications about a voice order from the last 180 days, in the order of Lumen's answer.
    /// `GET /Voice/v1/Numbers/notifications?voiceOrderId=`
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn notifications(&self, id: &VoiceOrderId) -> Result<Vec<Notification>, Error> {
        let request = get("Voice/v1/Numbers/notifications")
            .class(RequestClass::Order)
            .query("voiceOrderId", id);
        let answer = self.send(&request).await?;
        match assumed::notifications(&answer.json()) {
            Some(mut notifications) => {
                for told in &mut notifications {
                    self.0.voice.sent_secrets.strike(&mut told.message);
                }
                Ok(notifications)
            }
            None => Err(answer.nonsense("it has no notifications, nor an empty list of them")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> NotificationCode {
        NotificationCode(text.to_owned())
    }

    #[test]
    fn a_code_is_a_number() {
        assert_eq!("10002".parse(), Ok(code("10002")));
        for text in ["", "ERR", "-1", "123456789"] {
            assert_eq!(text.parse::<NotificationCode>(), Err(InvalidCode), "{text}");
        }
    }

    #[test]
    fn some_codes_mean_the_same_for_all_kinds_of_orders() {
        for (text, class) in [
            ("901", Some(NotificationClass::Running)),
            ("902", Some(NotificationClass::Success)),
            ("10001", Some(NotificationClass::NeedsAnswer)),
            ("1616", Some(NotificationClass::Failed)),
            ("20066", None),
            ("4242", None),
        ] {
            assert_eq!(code(text).class_for_any(), class, "{text}");
        }
    }

    #[test]
    fn users_hear_of_holds_and_of_the_unknown() {
        let told = |text: &str, message: &str| {
            let message = message.to_owned();
            let (rate_center, state, at, foc_date) = (None, None, None, None);
            Notification { code: code(text), message, rate_center, state, at, foc_date }
                .unexpected(OrderKind::Reservation)
        };
        assert_eq!(
            told("1807", "On hold.").as_deref(),
            Some("Lumen says: \"On hold.\" (notification 1807)")
        );
        assert_eq!(
            told("4242", "Hm.").as_deref(),
            Some("Lumen sent notification 4242, which the provider doesn't know: \"Hm.\"")
        );
        assert_eq!(told("901", "Order successfully submitted."), None);
    }

    #[test]
    fn a_shortage_tells_what_there_is() {
        let available = |message: &str| {
            let (code, message) = (code("10001"), message.to_owned());
            let (rate_center, state, at, foc_date) = (None, None, None, None);
            Notification { code, message, rate_center, state, at, foc_date }.available()
        };
        let text = code("10001").text().unwrap_or_default();
        assert_eq!(available(text), None, "the documented text has a placeholder");
        let told = text.replace("{ORDER_Telephone number_QTY}", "1,005");
        assert_eq!(available(&told), Some(1005));
    }
}
