//! Internet On-Demand, with one file for each family of endpoints.
//!
//! Everything that Lumen does not document is marked ASSUMED. It is in `wire`, so that it can be corrected
//! in one place.

mod account;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod inventory;
mod network;
mod order;
mod pending_order;
mod product;
mod refusals;
mod wire;

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::ids::{BillingAccountId, PortServiceId, SiteId};
use crate::lumen::http::list_cache::ListCache;
use crate::lumen::http::single_flight::SingleFlight;
use inventory::ServiceList;

pub use account::{BillingAccount, BillingAccountQuery};
pub use inventory::{Service, ServicePages, ServiceQuery};
pub use network::{Location, LocationQuery, Partner};
pub use order::{Contact, OrderAction, OrderReport, OrderRequest, OrderState};
pub use pending_order::{Goal, Outcome, PendingOrder};
pub use product::{Offer, Quote, QuoteRequest};
pub use wire::ServiceStatus;

/// What this run has read from these endpoints, kept as long as the client lives.
#[derive(Default)]
pub(super) struct Known {
    accounts: SingleFlight<BillingAccountQuery, Vec<BillingAccount>>,
    partners: SingleFlight<(), Vec<Partner>>,
    locations: SingleFlight<LocationQuery, Vec<Location>>,
    offers: SingleFlight<(SiteId, Option<PortServiceId>), Vec<Offer>>,
    services: ListCache<ServiceList>,
    /// The list of all services, for orders that are polled.
    recent: SingleFlight<(), Vec<Service>>,
    /// The names of services that this run has ordered.
    named: Mutex<HashSet<String>>,
    /// Whether a request has shown that Lumen does not offer the status endpoint.
    has_no_status_endpoint: AtomicBool,
}

/// The product code of Internet On-Demand.
const PRODUCT_CODE: &str = "718";
const PRODUCT_NAME: &str = "Internet On-Demand";

/// The channel that callers of the API send: as `sourceSystem` in quotes, and as `channel` in orders.
const CHANNEL_ID: &str = "99";
const CHANNEL_NAME: &str = "NaaS ExternalAPI";

/// A postal address, with the parts that Lumen returns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Street and number.
    pub street_address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Country. It is `US` or `USA`, depending on the endpoint.
    pub country: Option<String>,
    /// Post code (ZIP code), without its extension.
    pub post_code: Option<String>,
}

/// The billing account of an order or a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingAccountRef {
    /// The account ID, such as `5-RHQBGCGK`.
    pub id: BillingAccountId,
    /// The account's or the company's name.
    pub name: String,
}
