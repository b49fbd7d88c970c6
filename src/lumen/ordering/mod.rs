//! Internet On-Demand as real clients use it: five families of endpoints, one file each.
//!
//! What Lumen documents nowhere is marked ASSUMED and stays in `wire`, to be replaced in one place.

mod account;
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

/// What a run has found out here: asked for once, and good as long as the client lives.
#[derive(Default)]
pub(super) struct Known {
    accounts: SingleFlight<BillingAccountQuery, Vec<BillingAccount>>,
    partners: SingleFlight<(), Vec<Partner>>,
    locations: SingleFlight<LocationQuery, Vec<Location>>,
    offers: SingleFlight<(SiteId, Option<PortServiceId>), Vec<Offer>>,
    services: ListCache<ServiceList>,
    /// The list of all services, for those who look at it again and again.
    glance: SingleFlight<(), Vec<Service>>,
    /// The names of services that this run has ordered.
    named: Mutex<HashSet<String>>,
    /// Found out while following an order: nothing is there to ask about its status.
    has_no_status_endpoint: AtomicBool,
}

/// The product code of Internet On-Demand.
const PRODUCT_CODE: &str = "718";
const PRODUCT_NAME: &str = "Internet On-Demand";

/// How Lumen wants to know callers of its API, in quotes as `sourceSystem`, in orders as channel.
const CHANNEL_ID: &str = "99";
const CHANNEL_NAME: &str = "NaaS ExternalAPI";

/// A postal address, as far as Lumen gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Street and number.
    pub street_address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Country: `US` or `USA`, depending on the endpoint.
    pub country: Option<String>,
    /// Post code (ZIP code), without its extension.
    pub post_code: Option<String>,
}

/// An account as orders and services name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingAccountRef {
    /// Such as `5-RHQBGCGK`.
    pub id: BillingAccountId,
    /// The account's or the company's name.
    pub name: String,
}
