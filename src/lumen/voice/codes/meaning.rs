//! The meanings of Lumen's voice codes, and what a notification means for each kind of order.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::NotificationClass;
use NotificationClass::{Failed, NeedsAnswer, Running, Success};

/// What a voice order is for. Some codes mean different things for different kinds of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// Reserves numbers that Lumen has.
    Reservation,
    /// Puts reserved numbers into service.
    Install,
    /// Moves numbers from another carrier to Lumen.
    #[serde(rename = "port_in")]
    Port,
    /// Changes numbers that are in service.
    Change,
    /// Takes numbers out of service.
    Disconnect,
}

impl OrderKind {
    /// All kinds.
    pub(in crate::lumen::voice) const ALL: [Self; 5] =
        [Self::Reservation, Self::Install, Self::Port, Self::Change, Self::Disconnect];
}

/// `reservation`, `install`, `port_in`, `change` or `disconnect`.
impl fmt::Display for OrderKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Reservation => "reservation",
            Self::Install => "install",
            Self::Port => "port_in",
            Self::Change => "change",
            Self::Disconnect => "disconnect",
        })
    }
}

/// What a code means, whether it refuses a request or arrives as a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A member of the request is missing or invalid.
    Invalid(Member),
    /// A text contains characters that Lumen does not support.
    UnsupportedCharacters,
    /// Another order for these numbers is in progress.
    Busy,
    /// The numbers are not in service.
    NotActive,
    /// The numbers are not in service for this customer.
    NotTheCustomers,
    /// The order changes nothing.
    NothingToChange,
    /// Lumen has no such order under this customer number.
    UnknownOrder,
    /// The order is not a port that is in progress.
    NotAPort,
    /// The order is complete: it can't be canceled.
    AlreadyComplete,
    /// The order was canceled before.
    AlreadyCancelled,
    /// It is too late to cancel the port, which continues.
    TooLateToCancel,
    /// The order is a supplement that can't be canceled.
    NotCancellable,
    /// The order does not wait for an answer to a shortage.
    NotWaitingForAnswer,
    /// The access token is invalid or has expired: a new one may be accepted.
    StaleToken,
    /// The credentials are not accepted.
    CredentialsRefused,
    /// The credentials do not permit this method.
    MethodNotPermitted,
    /// There is no such resource, or no such path.
    UnknownResource,
    /// The path requires another HTTP method.
    WrongMethod,
    /// Lumen can't answer in the form that the request accepts.
    NotAcceptable,
    /// Lumen had an internal error.
    ServerFailed,
    /// Lumen is not available.
    Unavailable,
    /// A server behind Lumen's gateway did not answer in time.
    TimedOut,

    /// Lumen has the order.
    Submitted,
    /// The numbers are in service.
    Installed,
    /// The other carrier has agreed to a date for the port (firm order commitment).
    CommitmentScheduled,
    /// There is an update about the port.
    PortUpdated,
    /// The numbers are out of service.
    Disconnected,
    /// The order is complete.
    Completed,
    /// The rate center accepts no orders.
    RateCenterClosed,
    /// Lumen does not serve the rate center.
    NotCovered,
    /// There is no such rate center.
    UnknownRateCenter,
    /// Lumen does not know the customer number.
    UnknownCustomer,
    /// The numbers have no active service.
    NoActiveService,
    /// Less than 75 percent of the customer's numbers in the rate center are in use.
    TooLittleUsed,
    /// The order waits for a credit check.
    CreditHold,
    /// A shortage was not answered within four hours.
    ApprovalExpired,
    /// Another order is in progress. Lumen may or may not refuse this order for that reason: its status
    /// decides.
    OrderInTheWay,
    /// Lumen has fewer numbers than ordered, and waits for an answer.
    Shortage,
    /// The backorder can't be fulfilled.
    BackorderUnfulfilled,
    /// The backorder was canceled at the customer's request.
    BackorderCancelledAsAsked,
    /// Lumen is reclaiming numbers for the backorder.
    BackorderReclaimed,
    /// The backorder makes no progress because of Lumen's inventory.
    BackorderStuck,
    /// The backorder was canceled because its rate center no longer accepts orders.
    BackorderRateCenterEnded,
    /// There are too few numbers, and this region has no backorders.
    BackorderNotOffered,
    /// A backorder was not confirmed within four hours.
    BackorderNotConfirmed,
    /// Too few numbers satisfy the PBX rule, and numbers with such a rule can't be backordered.
    BackorderNotOfferedForPbx,
}

/// A member of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// The product id.
    Product,
    /// The quantity of numbers.
    Quantity,
    /// The rate center and its state.
    RateCenter,
    /// Whether the numbers must be consecutive.
    Sequential,
    /// The position of the digit that a PBX rule excludes.
    PbxIndex,
    /// The digit that a PBX rule excludes.
    PbxValue,
    /// The route of the numbers.
    CustomerServiceName,
    /// A telephone number, or the list of them.
    TelephoneNumber,
    /// The area code, exchange, city or ZIP code of the numbers.
    Place,
    /// The customer number.
    CustomerNumber,
    /// The number of a page.
    PageNumber,
    /// The size of a page.
    PageSize,
    /// Business or residence.
    CustomerType,
    /// The name of a residential subscriber.
    PersonalName,
    /// The name of a business subscriber.
    BusinessName,
    /// The street number of an address.
    StreetNumber,
    /// The street name of an address.
    StreetName,
    /// The street suffix of an address.
    StreetSuffix,
    /// The city of an address.
    City,
    /// The state of an address or of a place.
    State,
    /// The ZIP code of an address.
    Zip,
    /// The secondary location of an address.
    SecondaryLocation,
    /// The name in a directory listing.
    ListingName,
    /// Whether a directory listing is published.
    ListingType,
    /// What an order does to a directory listing.
    ListingAction,
    /// Whether the name of a caller is hidden.
    CallerNameBlocking,
    /// The name of a caller as it is shown.
    CallerName,
    /// The option for emergency calls.
    EmergencyOption,
    /// The date that the customer requests.
    RequestDate,
    /// The line of a subscriber.
    SubscriberLine,
    /// The billing number at the other carrier.
    BillingNumber,
    /// The name in the letter of authorization.
    LoaName,
    /// Whether the letter of authorization was received.
    LoaReceived,
    /// The date of the letter of authorization.
    LoaDate,
    /// The account at the other carrier.
    LosingCarrierAccount,
    /// The PIN at the other carrier.
    LosingCarrierPin,
    /// Whether the other carrier is a wireless one.
    LosingCarrierWireless,
    /// The working telephone number.
    WorkingNumber,
}

impl Meaning {
    /// Returns what Lumen's notification with this meaning says about an order of this kind, or `None` if
    /// Lumen documents nothing. Then the order is still followed, and the notification is reported.
    pub(in crate::lumen::voice) fn class(self, kind: OrderKind) -> Option<NotificationClass> {
        match self {
            Self::Submitted | Self::CreditHold | Self::OrderInTheWay => Some(Running),
            Self::NoActiveService
            | Self::UnknownCustomer
            | Self::RateCenterClosed
            | Self::NotCovered
            | Self::UnknownRateCenter
            | Self::Invalid(_) => Some(Failed),
            _ if kind == OrderKind::Reservation => Some(self.class_for_reservation()),
            Self::Installed | Self::Completed => (kind != OrderKind::Disconnect).then_some(Success),
            Self::Disconnected => (kind == OrderKind::Disconnect).then_some(Success),
            // If a cancellation comes too late, the port stays in progress.
            Self::CommitmentScheduled | Self::PortUpdated | Self::TooLateToCancel => {
                (kind == OrderKind::Port).then_some(Running)
            }
            _ => None,
        }
    }

    fn class_for_reservation(self) -> NotificationClass {
        match self {
            Self::Installed | Self::Disconnected | Self::Completed => Success,
            Self::CommitmentScheduled
            | Self::PortUpdated
            | Self::BackorderReclaimed
            | Self::BackorderStuck => Running,
            Self::Shortage => NeedsAnswer,
            _ => Failed,
        }
    }

    /// Whether to report it to the user although the order continues.
    pub(in crate::lumen::voice) fn is_worth_reporting(self, kind: OrderKind) -> bool {
        match self {
            Self::CreditHold
            | Self::OrderInTheWay
            | Self::BackorderReclaimed
            | Self::BackorderStuck => true,
            Self::PortUpdated | Self::TooLateToCancel => kind == OrderKind::Port,
            _ => false,
        }
    }
}
