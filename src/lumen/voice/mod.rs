//! Voice: telephone numbers of Local Inbound and Enhanced Local Service.
//!
//! Lumen documents endpoints, names of fields, rules and codes, but no bodies of requests or answers. All
//! bodies are ASSUMED. They are in `assumed`, so that they can be corrected in one place. The codes are in
//! `codes`.

mod active_number;
mod assumed;
mod codes;
mod coverage;
mod date;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod inventory;
mod line_order;
mod notification;
mod order;
mod order_status;
mod paths;
mod pending_line_order;
mod rate_centers;
mod reservation;
mod sent_secrets;
mod street_suffix;
mod subscriber;
mod telephone_number;
#[cfg(test)]
mod tests;
mod utilization;

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::AtomicBool;

use crate::lumen::Problem;
use crate::lumen::http::list_cache::ListCache;
use crate::lumen::http::page::{Listing, Otherwise, Smaller};
use crate::lumen::http::request::{Host, Request};
use crate::lumen::http::single_flight::SingleFlight;

pub use active_number::{
    ActiveNumber, ActiveNumbers, ActiveStatus, ReportedAddress, ReportedSubscriber,
};
pub use codes::{Meaning, Member, OrderKind};
pub use coverage::{Coverage, CoverageQuery, Place};
pub use date::{Date, InvalidDate};
pub use inventory::{NumberPages, NumberQuery, ReservedNumber};
pub use line_order::{
    ChangeOrder, DisconnectOrder, LetterOfAuthorization, LineOrder, ListingChange, LosingCarrier,
    MOST_NUMBERS, MOST_PORTED_NUMBERS, PortBefore, PortIn, Supplement, SupplementBeforeFoc,
};
pub use notification::{Notification, NotificationClass, NotificationCode};
pub use order::{
    InvalidShortageAnswer, OrderDetails, Pbx, ReservationRequest, ShortageAnswer, TransactionOrder,
    VoiceOrderReport, VoiceOrderState,
};
pub use order_status::{OrderPart, PartStatus, VoiceOrderSnapshot};
pub use paths::{InvalidVoicePath, VoicePath, VoicePaths};
pub use pending_line_order::{LineGoal, LineOutcome, PendingLineOrder};
pub use rate_centers::{RateCenter, RateCenterQuery};
pub use reservation::{Reservation, Reserved};
pub use street_suffix::{StreetSuffix, UnknownStreetSuffix};
pub use subscriber::{
    CallerName, CallerNameDisplay, Direction, DirectoryListing, EmergencyOption, ListingKind,
    ListingName, ServiceAddress, Subscriber, SubscriberKind, UnknownDirection,
    UnknownEmergencyOption, UnknownListingKind, is_same_text,
};
pub use telephone_number::{InvalidRange, InvalidTelephoneNumber, TelephoneNumber};
pub use utilization::{InvalidPercent, Percent, Utilization};

/// What this run has read from these endpoints, kept as long as the client lives.
#[derive(Default)]
pub(super) struct Known {
    rate_centers: SingleFlight<RateCenterQuery, Vec<RateCenter>>,
    coverage: SingleFlight<CoverageQuery, Vec<Coverage>>,
    /// Kept until numbers are ordered, which changes it.
    utilization: SingleFlight<(Product, String, String), Utilization>,
    numbers: ListCache<inventory::NumberList>,
    references: ListCache<inventory::ReferenceList>,
    active_numbers: active_number::LatestReport,
    sent_secrets: sent_secrets::SentSecrets,
    /// Whether a request has shown that Lumen accepts only POST for coverage.
    coverage_takes_post: AtomicBool,
}

/// The product that telephone numbers are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Product {
    /// Incoming calls.
    LocalInbound,
    /// Incoming and outgoing calls.
    EnhancedLocalService,
}

impl Product {
    /// Lumen's product id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::LocalInbound => "2036",
            Self::EnhancedLocalService => "2042",
        }
    }
}

/// `local_inbound` or `enhanced_local_service`.
impl fmt::Display for Product {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::LocalInbound => "local_inbound",
            Self::EnhancedLocalService => "enhanced_local_service",
        })
    }
}

impl FromStr for Product {
    type Err = UnknownProduct;

    fn from_str(text: &str) -> Result<Self, UnknownProduct> {
        match text {
            "local_inbound" => Ok(Self::LocalInbound),
            "enhanced_local_service" => Ok(Self::EnhancedLocalService),
            _ => Err(UnknownProduct),
        }
    }
}

/// The error for a string that is not a [`Product`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is neither `local_inbound` nor `enhanced_local_service`")]
pub struct UnknownProduct;

fn get(path: &'static str) -> Request {
    Request::get(path).to(Host::Voice)
}

/// If Lumen refuses the usual page size, the page size of its only example is used. The limit is not
/// documented.
const IF_TOO_LONG: Smaller = Smaller { is_refusal: Problem::is_invalid_page_size, page_size: 10 };

/// A list whose place in the answer is not documented.
const fn listing(items: &'static str, identity: &'static [&'static str]) -> Listing {
    let (otherwise, if_too_long) = (Otherwise::AnyList, Some(IF_TOO_LONG));
    Listing { otherwise, if_too_long, ..Listing::of(items, identity) }
}

/// Whether two names mean the same rate center or state, ignoring case. Lumen writes them in capitals.
fn is_same_name(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}
