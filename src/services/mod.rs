//! What users write in a `.tf` file: one file or folder per object, and the list of them all.

pub mod access_token;
mod at_most_once;
pub mod billing_accounts;
mod contact;
mod explain;
pub mod functions;
pub mod iod_connection;
pub mod iod_connections;
pub mod iod_order;
pub mod iod_price;
pub mod locations;
mod matching;
mod ordered;
pub mod providers;
mod session;
mod voice;
pub mod voice_coverage;
pub mod voice_inventory;
pub mod voice_order;
pub mod voice_order_approval;
pub mod voice_order_cancel;
pub mod voice_rate_centers;
pub mod voice_tn_reservation;
pub mod voice_utilization;
mod watched_order;

pub use contact::{Contact, contact};
pub use session::{Session, price_limit};

use crate::convert_text;
use crate::framework::{Provider, RegistryBuilder};
use crate::lumen::journal::Place;
use crate::lumen::voice::{Product, ShortageAnswer, TelephoneNumber};
use crate::lumen::{
    ApiUrl, Bandwidth, BillingAccountId, CustomerNumber, Environment, ExternalId, HourlyPrice,
    MonthlyPrice, OrderId, OrderRequestId, PartnerId, PortServiceId, QuoteId, ServiceId, SiteId,
    VoiceOrderId,
};

/// The one list to extend.
#[must_use]
pub fn all<P: Provider<Session = Session>>(objects: RegistryBuilder<P>) -> RegistryBuilder<P> {
    objects
        .resource::<iod_connection::IodConnection>()
        .resource::<voice_tn_reservation::TnReservation>()
        .data_source::<providers::Providers>()
        .data_source::<providers::OneProvider>()
        .data_source::<locations::Locations>()
        .data_source::<locations::OneLocation>()
        .data_source::<billing_accounts::BillingAccounts>()
        .data_source::<billing_accounts::OneBillingAccount>()
        .data_source::<iod_price::IodPrice>()
        .data_source::<iod_connections::OneConnection>()
        .data_source::<iod_connections::Connections>()
        .data_source::<iod_order::IodOrder>()
        .data_source::<voice_rate_centers::VoiceRateCenters>()
        .data_source::<voice_coverage::VoiceCoverage>()
        .data_source::<voice_utilization::VoiceUtilization>()
        .data_source::<voice_inventory::VoiceInventory>()
        .data_source::<voice_order::VoiceOrder>()
        .list_resource::<iod_connection::ConnectionList>()
        .list_resource::<voice_tn_reservation::ReservationList>()
        .action::<voice_order_approval::VoiceOrderApproval>()
        .action::<voice_order_cancel::VoiceOrderCancel>()
        .ephemeral_resource::<access_token::Token>()
        .function::<functions::BandwidthMbps>()
        .function::<functions::FormatBandwidth>()
        .function::<functions::E164>()
}

convert_text!(
    Place,
    ApiUrl,
    Bandwidth,
    BillingAccountId,
    CustomerNumber,
    Environment,
    ExternalId,
    HourlyPrice,
    MonthlyPrice,
    OrderId,
    OrderRequestId,
    PartnerId,
    PortServiceId,
    QuoteId,
    ServiceId,
    SiteId,
    VoiceOrderId,
    Product,
    ShortageAnswer,
    TelephoneNumber,
);
