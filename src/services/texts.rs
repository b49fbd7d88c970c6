//! The types that attributes hold as text: `FromStr` parses what users write, and `Display` formats it.
//!
//! The types belong to `lumen` and `journal`, which do not know about attributes, so the conversions are
//! declared here. If the compiler requires [`Convert`] for a type, add the type to this list.
//!
//! [`Convert`]: crate::framework::Convert

use crate::convert_text;
use crate::journal::JournalLocation;
use crate::lumen::voice::{Date, EmergencyOption, Product, ShortageAnswer, TelephoneNumber};
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
    Date,
    EmergencyOption,
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
