//! The types that attributes hold as text: `FromStr` reads what users write, `Display` writes it.
//!
//! They belong to `lumen` and `journal`, which know nothing of attributes; so the connection is
//! made here. A type is missing in this list when the compiler asks for its [`Convert`].
//!
//! [`Convert`]: crate::framework::Convert

use crate::convert_text;
use crate::journal::JournalLocation;
use crate::lumen::voice::{Product, ShortageAnswer, TelephoneNumber};
use crate::lumen::{
    ApiUrl, Bandwidth, BillingAccountId, CustomerNumber, Environment, ExternalId, HourlyPrice,
    MonthlyPrice, OrderId, OrderRequestId, PartnerId, PortServiceId, QuoteId, ServiceId, SiteId,
    VoiceOrderId,
};

convert_text!(
    ApiUrl,
    Bandwidth,
    BillingAccountId,
    CustomerNumber,
    Environment,
    ExternalId,
    HourlyPrice,
    JournalLocation,
    MonthlyPrice,
    OrderId,
    OrderRequestId,
    PartnerId,
    PortServiceId,
    Product,
    QuoteId,
    ServiceId,
    ShortageAnswer,
    SiteId,
    TelephoneNumber,
    VoiceOrderId,
);
