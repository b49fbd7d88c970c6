//! Orders of lines: installs, ports, supplements of a port, changes and disconnections.
//!
//! Each is sent at most once. The bodies are ASSUMED and are in `assumed`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    CallerName, Date, DirectoryListing, EmergencyOption, Product, ServiceAddress, Subscriber,
    TelephoneNumber, VoiceOrderSnapshot, VoicePath, assumed,
};
use crate::lumen::http::request::{Answer, Host, Request};
use crate::lumen::http::retry::Effect;
use crate::lumen::{Client, Error, ExternalId, VoiceOrderId};

/// How many numbers one order can have. Error 10007 says so.
pub const MOST_NUMBERS: usize = 399;

/// How many numbers one port can have. Lumen's guide says that this is the present limit.
pub const MOST_PORTED_NUMBERS: usize = 49;

/// An order to put numbers into service: reserved numbers, or numbers from another carrier.
#[derive(Debug, Clone)]
pub struct LineOrder {
    /// What the numbers are for.
    pub product: Product,
    /// The caller's own reference.
    pub external_order_id: ExternalId,
    /// The numbers: at most [`MOST_NUMBERS`], or [`MOST_PORTED_NUMBERS`] of a port.
    pub telephone_numbers: BTreeSet<TelephoneNumber>,
    /// The route of the numbers.
    pub customer_service_name: String,
    /// When to put them into service. A port requires it. Without it, Lumen installs at once.
    pub request_date: Option<Date>,
    /// The subscriber. Enhanced Local Service and ports require it.
    pub subscriber: Option<Subscriber>,
    /// The address. Enhanced Local Service and ports require it.
    pub service_address: Option<ServiceAddress>,
    /// The 911 option. Enhanced Local Service requires it, and Local Inbound has none.
    pub emergency_option: Option<EmergencyOption>,
    /// The entry in the directory. Only Enhanced Local Service has one.
    pub directory_listing: Option<DirectoryListing>,
    /// The name that is shown when the numbers call.
    pub caller_name: Option<CallerName>,
    /// How the numbers come from another carrier. Without it, they are reserved numbers.
    pub port_in: Option<PortIn>,
}

/// How numbers come from another carrier. Printing it reveals neither the account nor the PIN.
#[derive(Debug, Clone)]
pub struct PortIn {
    /// The main number of the account at the losing carrier.
    pub billing_telephone_number: TelephoneNumber,
    /// The account at the losing carrier. A wireless carrier requires it.
    pub losing_carrier_account_number: Option<SecretString>,
    /// The PIN of that account. A wireless carrier requires it.
    pub losing_carrier_pin: Option<SecretString>,
    /// Which kind of carrier the numbers come from.
    pub losing_carrier: LosingCarrier,
    /// The letter with which the owner of the numbers permits the port. The customer must have it.
    pub authorization: LetterOfAuthorization,
}

/// The kind of the carrier that loses a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LosingCarrier {
    /// A carrier of landlines.
    Wireline,
    /// A mobile carrier.
    Wireless,
}

/// A letter of authorization that the customer has received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterOfAuthorization {
    /// The name of the person that signed it.
    pub name: String,
    /// When it was received.
    pub date_time: Date,
}

/// A change of a port that is in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplement {
    /// The caller's own reference.
    pub external_order_id: ExternalId,
    /// When to port the numbers, changed or not.
    pub request_date: Date,
    /// What else it sets. Only the date can change after the FOC date is set.
    pub before_foc: Option<SupplementBeforeFoc>,
}

/// What a supplement sets before the FOC date is set. Lumen requires one of these members, so all are sent,
/// changed or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplementBeforeFoc {
    /// The subscriber.
    pub subscriber: Subscriber,
    /// The main number of the account at the losing carrier.
    pub billing_telephone_number: TelephoneNumber,
    /// The address, only if it changes: Lumen's documents disagree whether a supplement can have one.
    pub service_address: Option<ServiceAddress>,
}

/// What was known about a port before a supplement was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortBefore {
    /// The date that was requested.
    pub request_date: Date,
    /// How many updates Lumen had reported: see [`VoiceOrderSnapshot::port_updates`].
    pub updates: usize,
}

impl Supplement {
    /// Whether Lumen has processed the supplement. If the date changes, and the status of the port has a date,
    /// that date decides. Otherwise, a new update does.
    #[must_use]
    pub fn has_arrived(&self, before: PortBefore, now: &VoiceOrderSnapshot) -> bool {
        match now.details.request_date {
            Some(date) if before.request_date != self.request_date => date == self.request_date,
            _ => before.updates < now.port_updates(),
        }
    }
}

/// A change of active numbers. Members that are not set stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeOrder {
    /// The caller's own reference.
    pub external_order_id: ExternalId,
    /// The numbers: at most [`MOST_NUMBERS`].
    pub telephone_numbers: BTreeSet<TelephoneNumber>,
    /// The subscriber. It is required if the listing changes.
    pub subscriber: Option<Subscriber>,
    /// The whole address.
    pub service_address: Option<ServiceAddress>,
    /// The 911 option.
    pub emergency_option: Option<EmergencyOption>,
    /// What happens to the entry in the directory.
    pub directory_listing: Option<ListingChange>,
    /// The name that is shown when the numbers call.
    pub caller_name: Option<CallerName>,
    /// The route of the numbers.
    pub customer_service_name: Option<String>,
}

/// What a change order does to the entry in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingChange {
    /// Adds it, or replaces it.
    Set(DirectoryListing),
    /// Removes it.
    Remove,
}

/// An order to take active numbers out of service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisconnectOrder {
    /// The caller's own reference.
    pub external_order_id: ExternalId,
    /// When to do it: at least one business day and 24 hours, and at most 30 days from now. See
    /// [`Date::of_disconnection`].
    pub request_date: Date,
    /// The numbers: at most [`MOST_NUMBERS`].
    pub telephone_numbers: BTreeSet<TelephoneNumber>,
}

impl Client {
    /// Orders an install or a port. The order is sent at most once, and never after `until`.
    /// `POST /Voice/v1/Numbers/order`
    ///
    /// # Errors
    /// After an error for which [`Error::may_have_arrived`] is true, the caller must find out what happened
    /// before ordering again: the active numbers show an install, and [`Client::find_voice_order`] may find a
    /// port. Lumen sends many refusals later, as notifications.
    ///
    /// A refusal for which `is_busy` is true did nothing: the same order may be accepted later.
    pub async fn order_lines(
        &self,
        order: &LineOrder,
        until: Timestamp,
    ) -> Result<VoiceOrderId, Error> {
        if let Some(port) = &order.port_in {
            self.0.voice.sent_secrets.record(port);
        }
        let body = assumed::line_order_body(order);
        let post = Request::post("Voice/v1/Numbers/order", body, Effect::Once);
        let answer = self.order(post.until(until)).await?;
        match assumed::voice_order_id(&answer.json()) {
            Some(id) => Ok(id),
            None => Err(answer.nonsense("it has no voice order ID to follow the order by")),
        }
    }

    /// Changes a port that is in progress. The supplement is sent at most once, and never after `until`.
    /// `POST /Voice/v1/Numbers/order/{id}/supplement`
    ///
    /// Returns the ID of the supplement if Lumen returns one, which may be the ID of the port.
    /// [`Supplement::has_arrived`] reports whether Lumen has processed it.
    ///
    /// # Errors
    /// As [`Client::order_lines`], except that an answer without an ID is no error. A refusal for which
    /// `is_busy` is true is final, because it means that the FOC date is set.
    pub async fn supplement(
        &self,
        port: &VoiceOrderId,
        supplement: &Supplement,
        until: Timestamp,
    ) -> Result<Option<VoiceOrderId>, Error> {
        let body = assumed::supplement_body(supplement);
        let path = "Voice/v1/Numbers/order/{id}/supplement";
        let request = Request::post(path, body, Effect::Once).id(port);
        self.order(request.until(until)).await.map(|answer| assumed::voice_order_id(&answer.json()))
    }

    /// Changes active numbers. The order is sent at most once, and never after `until`.
    /// `POST /Voice/v1/Numbers/order/change`, or another path: see [`VoicePaths`](super::VoicePaths).
    ///
    /// Returns the ID of the order if Lumen returns one.
    ///
    /// # Errors
    /// As [`Client::order_lines`], except that an answer without an ID is no error.
    pub async fn change_lines(
        &self,
        order: &ChangeOrder,
        until: Timestamp,
    ) -> Result<Option<VoiceOrderId>, Error> {
        let path = &self.settings().voice_paths.change;
        let request = write(path, assumed::change_body(order), Effect::Once).until(until);
        self.order(request).await.map(|answer| assumed::voice_order_id(&answer.json()))
    }

    /// Takes active numbers out of service. The order is sent at most once, and never after `until`.
    /// `POST /Voice/v1/Numbers/order/disconnect`, or another path: see [`VoicePaths`](super::VoicePaths).
    ///
    /// Returns the ID of the order if Lumen returns one.
    ///
    /// # Errors
    /// As [`Client::order_lines`], except that an answer without an ID is no error.
    pub async fn disconnect_lines(
        &self,
        order: &DisconnectOrder,
        until: Timestamp,
    ) -> Result<Option<VoiceOrderId>, Error> {
        let path = &self.settings().voice_paths.disconnect;
        let request = write(path, assumed::disconnect_body(order), Effect::Once).until(until);
        self.order(request).await.map(|answer| assumed::voice_order_id(&answer.json()))
    }

    /// Cancels an order that is in progress, with all its numbers, or the part of it that a transaction order
    /// ID names. Numbers of a port stay with their carrier.
    /// `POST /Voice/v1/Numbers/order/{id}/cancel`, or another path: see [`VoicePaths`](super::VoicePaths).
    ///
    /// # Errors
    /// [`Error::Rejected`]: its `is_complete` is true if the order is complete, its `is_cancelled_before` if
    /// the order was canceled before, and its `is_too_late_to_cancel` if a port continues. Lumen may also
    /// refuse later, with a notification. Repeating the call does no harm.
    pub async fn cancel_voice_order(&self, id: &VoiceOrderId) -> Result<(), Error> {
        let path = &self.settings().voice_paths.cancel;
        let body = assumed::cancel_body(id, path.has_id());
        let request = write(path, body, Effect::Repeatable).id(id);
        self.order(request).await.map(drop)
    }

    /// Sends an order. It changes what the report of active numbers shows, which is read again from then on. What
    /// Lumen returns about it doesn't have the secrets of a port, even if Lumen repeats the body.
    async fn order(&self, request: Request) -> Result<Answer, Error> {
        let answer = self.send(&request.to(Host::Voice)).await;
        self.0.voice.active_numbers.forget();
        self.0.voice.sent_secrets.strike_answer(answer)
    }
}

fn write(
    VoicePath { method, path }: &VoicePath,
    body: serde_json::Value,
    effect: Effect,
) -> Request {
    Request::write(method.clone(), path.clone(), body, effect)
}
