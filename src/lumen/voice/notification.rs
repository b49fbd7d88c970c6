//! What Lumen tells about a voice order while it works on it: the codes, and `/notifications`.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{OrderPart, assumed, get};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::{Client, Error, VoiceOrderId};
use NotificationClass::{Failed, NeedsAnswer, Running, Success};

/// Every code that Lumen documents, what it means for the order, and Lumen's text.
#[rustfmt::skip]
const CODES: [(&str, NotificationClass, &str); 31] = [
    ("901", Running, "Order successfully submitted. Please refer to Voice Order ID for reference number."),
    ("902", Success, "Order successfully installed. Please refer to Voice Order ID for reference number."),
    ("903", Running, "LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided."),
    ("904", Running, "Your LNP (porting) order action has been updated."),
    ("906", Success, "Disconnect order is complete. Please refer to Voice Order ID for reference number."),
    ("1302", Failed, "Rate Center is not open for orders, or future rate center is not available. Please select a different rate center."),
    ("1303", Failed, "Coverage is not available for this rate center. This order is rejected. Please use the /coverage API to find a rate center. Then place a new order. If you require further assistance log into the servicer portal and create a ticket."),
    ("1304", Failed, "The rate center provided cannot be found, check the rate center name and resubmit."),
    ("1403", Failed, "Customer number / Master BusOrg can not be found. Only the customer number(s) that has been associated to your credentials is valid for this transaction. Contact your account manager or log a help ticket in API marketplace."),
    ("1429", Failed, "Customer number / Master BusOrg can not be found. You must have a valid and active customer number in order to use this API. Contact your account manager or log a help ticket in API marketplace."),
    ("1616", Failed, "No active service found for the telephone number(s) entered. Please verify the telephone number(s) or customer number and try again."),
    ("1648", Failed, "Account has utilized less than 75% of current telephone number inventory at the given rate center. The order cannot be processed at this time. Please use telephone numbers from your existing inventory. If you need further assistance log into the service portal and create a ticket, or contact your account manager."),
    ("1807", Running, "Order has been put on credit hold. Please contact CreditCheck.Finance@centurylink.com to inquire about your account status."),
    ("1921", Failed, "Order is rejected due to expired approval time. Please resubmit your order and respond to approval notification within 4 hours. If you require further assistance log into the servicer portal and create a ticket."),
    ("4011", Running, "Orders are already in progress or in backorder. This could be due to multiple orders submitted. This order cannot be processed at this time. If you require further assistance log into the service portal and create a ticket."),
    ("10001", NeedsAnswer, "Requested amount exceeds the {ORDER_Telephone number_QTY} telephone numbers available. Please select one of the following actions to proceed: \"Reject\" - do not reserve any telephone numbers at this time. \"Accept with backorder\" - Reserve the available telephone numbers and place the remaining balance on backorder. \"Accept available only\" - Only reserve the telephone number quantity available, and do not create a backorder."),
    ("10002", Success, "Voice order is complete. Please refer to Voice Order ID for reference number."),
    ("10004", Failed, "Your back order cannot be fulfilled and has been cancelled. Please contact LEUOrders@Lumen.com for more assistance."),
    ("10005", Failed, "Your back order has been cancelled per your request."),
    ("10006", Running, "Reclamation. Back order with same customer reclaim is being done. Please contact LEUOrders@Lumen.com for more assistance."),
    ("10008", Running, "System issue. Back orders cycling due to issue with inventory. Please contact LEUOrders@Lumen.com for more assistance."),
    ("10009", Failed, "Backorder has been cancelled. The rate center you selected is invalid or was consolidated into another rate center. Please place the order using a different rate center or log into the portal and create a service ticket."),
    ("10010", Failed, "Backorder has been cancelled. The rate center you selected is not available for native telephone number ordering. Please select a different rate center and place the order again."),
    ("10012", Failed, "Order exceeds available inventory and cannot be processed at this time. Back orders are not supported in this region. If you require further assistance log into the service portal and create a ticket."),
    ("10013", Failed, "We did not receive your confirmation of back orders. Back orders have been cancelled for your voice order. If you wish to place the back order create a new reservation order and confirm back order within 4 hours of placing the order."),
    ("10015", Failed, "Order exceeds available inventory and cannot be processed at this time. Backorders are not supported for PBX Restricted Telephone numbers. Please contact LEUOrders@Lumen.com for more assistance."),
    ("20020", Failed, "For a residential customer, the directory listing first name and last name is required."),
    ("20063", Failed, "Invalid Customer Service name."),
    ("20066", Failed, "Unable to complete LNP (porting) cancel. Cancellations are allowed up to one business day before FOC (Firm Order Commitment) date. Once LNP order completes you may issue a change order. If you require further assistance log into the service portal and create a ticket."),
    ("20107", Failed, "The order information you provided is not for an active backorder."),
    ("20217", Failed, "<telephone Number> is not valid telephone number. Please resubmit your request"),
];

/// Running, and yet a user should hear of it: credit hold, another order in the way, reclamation,
/// backorders in trouble.
const WORTH_TELLING: [&str; 4] = ["1807", "4011", "10006", "10008"];

/// What a notification means for the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationClass {
    /// The order is complete.
    Success,
    /// Lumen is at work.
    Running,
    /// Lumen has fewer numbers than ordered, and waits four hours for an answer.
    NeedsAnswer,
    /// Lumen won't do it.
    Failed,
}

/// One of Lumen's codes, such as `10002`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotificationCode(String);

impl NotificationCode {
    /// What the code means for the order; none for a code that Lumen doesn't document.
    #[must_use]
    pub fn class(&self) -> Option<NotificationClass> {
        self.row().map(|(_, class, _)| *class)
    }

    /// Lumen's text, as documented.
    #[must_use]
    pub fn text(&self) -> Option<&'static str> {
        self.row().map(|(_, _, text)| *text)
    }

    /// The code as Lumen writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn row(&self) -> Option<&'static (&'static str, NotificationClass, &'static str)> {
        CODES.iter().find(|(code, ..)| *code == self.0)
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

/// Why a text is not a [`NotificationCode`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a notification code is a number")]
pub struct InvalidCode;

/// What Lumen told about a voice order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Lumen's code.
    pub code: NotificationCode,
    /// Lumen's words; those that it documents where it sent none.
    pub message: String,
    /// The rate center, if it is about one and not about the whole order.
    pub rate_center: Option<String>,
    /// The state of the rate center.
    pub state: Option<String>,
    /// When Lumen told it.
    pub at: Option<Timestamp>,
}

impl Notification {
    /// What a user should hear of a notification that decides nothing.
    #[must_use]
    pub fn oddity(&self) -> Option<String> {
        let Self { code, message, .. } = self;
        match code.class() {
            None => Some(format!(
                "Lumen sent the notification {code}, a code without a known meaning: \"{message}\""
            )),
            Some(_) if WORTH_TELLING.contains(&code.as_str()) => Some(self.quoted()),
            Some(_) => None,
        }
    }

    /// `Lumen says: "Order has been put on credit hold." (notification 1807)`
    #[must_use]
    pub fn quoted(&self) -> String {
        let Self { code, message, .. } = self;
        // The choice that 10001 goes on to explain is not the reader's any more.
        let first_sentence = message.split_once(". ").map_or(message.as_str(), |(first, _)| first);
        let said = if code.class() == Some(NeedsAnswer) { first_sentence } else { message };
        format!("Lumen says: \"{said}\" (notification {code})")
    }

    /// Whether it ends what it is about without what was ordered.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.code.class() == Some(Failed)
    }

    /// What it is about.
    #[must_use]
    pub fn part(&self) -> OrderPart {
        OrderPart { rate_center: self.rate_center.clone(), state: self.state.clone() }
    }

    /// How many numbers Lumen has, as 10001 tells: `Requested amount exceeds the 5 telephone
    /// numbers available.` The documented text has a placeholder there.
    #[must_use]
    pub fn available(&self) -> Option<u32> {
        let (_, rest) = self.message.split_once("exceeds the ")?;
        rest.split_whitespace().next()?.replace(',', "").parse().ok()
    }
}

impl Client {
    /// What Lumen told about a voice order, in the last 180 days, in the order of its answer.
    /// `GET /Voice/v1/Numbers/notifications?voiceOrderId=`
    ///
    /// # Errors
    /// As [`Error`] lists them; reading has no side effect.
    pub async fn notifications(&self, id: &VoiceOrderId) -> Result<Vec<Notification>, Error> {
        let request = get("Voice/v1/Numbers/notifications")
            .among(RequestClass::Order)
            .query("voiceOrderId", id);
        let answer = self.send(&request).await?;
        match assumed::notifications(&answer.json()) {
            Some(notifications) => Ok(notifications),
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
    fn every_documented_code_has_one_row() {
        let mut codes: Vec<_> = CODES.iter().map(|(code, ..)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
        let of = |class| -> Vec<_> {
            CODES.iter().filter(|row| row.1 == class).map(|row| row.0).collect()
        };
        assert_eq!(of(Success), ["902", "906", "10002"]);
        assert_eq!(of(Running), ["901", "903", "904", "1807", "4011", "10006", "10008"]);
        assert_eq!(of(NeedsAnswer), ["10001"]);
        assert_eq!(of(Failed).len(), 20);
        assert_eq!(code("4242").class(), None);
    }

    #[test]
    fn a_code_is_a_number() {
        assert_eq!("10002".parse(), Ok(code("10002")));
        for text in ["", "ERR", "-1", "123456789"] {
            assert_eq!(text.parse::<NotificationCode>(), Err(InvalidCode), "{text}");
        }
    }

    #[test]
    fn users_hear_of_holds_and_of_the_unknown() {
        let told = |text: &str, message: &str| {
            let message = message.to_owned();
            let (rate_center, state, at) = (None, None, None);
            Notification { code: code(text), message, rate_center, state, at }.oddity()
        };
        assert_eq!(
            told("1807", "On hold.").as_deref(),
            Some("Lumen says: \"On hold.\" (notification 1807)")
        );
        assert_eq!(
            told("4242", "Hm.").as_deref(),
            Some("Lumen sent the notification 4242, a code without a known meaning: \"Hm.\"")
        );
        assert_eq!(told("901", "Order successfully submitted."), None);
    }

    #[test]
    fn a_shortage_tells_what_there_is() {
        let available = |message: &str| {
            let (code, message) = (code("10001"), message.to_owned());
            let (rate_center, state, at) = (None, None, None);
            Notification { code, message, rate_center, state, at }.available()
        };
        let text = code("10001").text().unwrap_or_default();
        assert_eq!(available(text), None, "the documented text has a placeholder");
        let told = text.replace("{ORDER_Telephone number_QTY}", "1,005");
        assert_eq!(available(&told), Some(1005));
    }
}
