//! The functions, which convert between notations and count days. They are pure.

mod bandwidth;
mod business_days;
mod telephone_number;

pub use bandwidth::{BandwidthMbps, FormatBandwidth};
pub use business_days::AddBusinessDays;
pub use telephone_number::{E164, TnRange};
