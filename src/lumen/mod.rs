//! Lumen's API, without Terraform.
//!
//! `http/` sends requests and shares their answers. The endpoints are in `ordering/` (Internet
//! On-Demand) and `voice/` (telephone numbers). `long_running` follows an order until it ends.

mod bandwidth;
mod decimal;
mod http;
mod ids;
pub mod long_running;
pub mod ordering;
mod price;
mod scalar;
pub mod voice;
mod word;

pub use bandwidth::{Bandwidth, InvalidBandwidth};
pub use http::auth::AccessToken;
pub use http::client::Client;
pub use http::error::{Cause, Error};
#[cfg(feature = "fuzzing")]
pub use http::fuzzing;
pub use http::notices::Notice;
pub use http::problem::Problem;
pub use http::settings::{OrderStatusSource, Poll, Settings};
pub use http::url::{ApiUrl, Environment, InvalidApiUrl, SameApi, UnknownEnvironment};
pub use ids::{
    BillingAccountId, CustomerNumber, ExternalId, InvalidId, ObjectId, OrderId, OrderRequestId,
    PartnerId, PortServiceId, QuoteId, ServiceId, SiteId, VoiceOrderId,
};
pub use price::{HourlyPrice, InvalidPrice, MonthlyPrice};
