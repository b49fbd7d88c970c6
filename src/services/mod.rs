//! What users write in a `.tf` file: one file or folder per object, and the list of all objects.

pub mod access_token;
mod contact;
mod explain;
pub mod functions;
pub(crate) mod identity;
pub mod iod;
mod matching;
mod orders;
pub mod providers;
mod session;
mod texts;
pub mod voice;

pub use contact::{Contact, contact};
pub use orders::{Replacements, Sightings};
pub use session::{LocalJournal, Session, price_limit};

use self::orders::Ordered;
use crate::framework::{Provider, RegistryBuilder};

/// Registers every object that the provider offers. Add new ones here.
#[must_use]
pub fn all<P: Provider<Session = Session>>(objects: RegistryBuilder<P>) -> RegistryBuilder<P> {
    objects
        .resource::<Ordered<iod::connection::IodConnection>>()
        .resource::<Ordered<voice::tn_reservation::TnReservation>>()
        .resource::<Ordered<voice::tn_subscription::TnSubscription>>()
        .data_source::<providers::Providers>()
        .data_source::<providers::OneProvider>()
        .data_source::<iod::locations::Locations>()
        .data_source::<iod::locations::OneLocation>()
        .data_source::<iod::billing_accounts::BillingAccounts>()
        .data_source::<iod::billing_accounts::OneBillingAccount>()
        .data_source::<iod::price::IodPrice>()
        .data_source::<iod::connection::data_sources::OneConnection>()
        .data_source::<iod::connection::data_sources::Connections>()
        .data_source::<iod::order::IodOrder>()
        .data_source::<voice::rate_centers::VoiceRateCenters>()
        .data_source::<voice::coverage::VoiceCoverage>()
        .data_source::<voice::utilization::VoiceUtilization>()
        .data_source::<voice::inventory::VoiceInventory>()
        .data_source::<voice::order::VoiceOrder>()
        .data_source::<voice::notifications::VoiceNotifications>()
        .data_source::<voice::subscribed_numbers::SubscribedNumbers>()
        .list_resource::<iod::connection::ConnectionList>()
        .list_resource::<voice::tn_reservation::ReservationList>()
        .list_resource::<voice::tn_subscription::SubscriptionList>()
        .action::<voice::order_approval::VoiceOrderApproval>()
        .action::<voice::order_cancel::VoiceOrderCancel>()
        .ephemeral_resource::<access_token::Token>()
        .function::<functions::BandwidthMbps>()
        .function::<functions::FormatBandwidth>()
        .function::<functions::E164>()
        .function::<functions::TnRange>()
        .function::<functions::AddBusinessDays>()
}
