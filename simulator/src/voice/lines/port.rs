//! What only a port has: the member `lnp`, and what the losing carrier makes of the port.

use super::dates;
use super::members::Members;
use super::tn_list;
use crate::voice::catalogue::{Sales, rate_center_of};
use crate::voice::error::VoiceError;
use crate::voice::numbers::Number;

/// The last four digits of numbers whose ports don't go the usual way. The documentation of
/// `VoiceSettings` lists them.
const REFUSED: u64 = 9_001;
const NOT_PORTABLE: u64 = 9_003;
const WITH_ACCOUNT_NUMBER: u64 = 9_004;
const WITH_PIN: u64 = 9_005;
const IN_JEOPARDY: u64 = 9_006;
const LATE: u64 = 9_007;
const WIRELESS: u64 = 9_008;
const SLOW: u64 = 9_009;

const ACCOUNT_NUMBER: &str = "12345";
const PIN: &str = "0000";

/// The terms of a port that the losing carrier decides about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct PortTerms {
    pub(crate) billing_number: Number,
    /// Whether the request says that the losing carrier is a mobile carrier.
    pub(crate) wireless: bool,
}

/// What the losing carrier makes of a port.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It agrees, this many business days after the requested date.
    Agrees { business_days_late: u32 },
    /// It can't find the address.
    Jeopardy,
    /// It refuses because the name does not match.
    Refuses,
}

impl PortTerms {
    /// Reads the member `lnp` of an order line.
    pub(crate) fn read(line: Members, numbers: &[Number]) -> Result<PortTerms, VoiceError> {
        let lnp = line.object("lnp").ok_or_else(|| VoiceError::new(20_026))?;
        check_letter_of_authorization(lnp)?;
        let billing_number = billing_number(lnp)?.ok_or_else(|| VoiceError::new(20_025))?;
        let wireless = check_carrier(lnp, numbers)?;
        if lnp.find("workingTN").is_some_and(|value| tn_list::number(value).is_none()) {
            return Err(VoiceError::new(20_204));
        }
        Ok(PortTerms { billing_number, wireless })
    }

    /// What the losing carrier makes of a port of these numbers, if Lumen's own orders are this many
    /// business days late.
    pub(crate) fn reply(self, numbers: &[Number], business_days_late: u32) -> Reply {
        if any(numbers, REFUSED) || (any(numbers, WIRELESS) && !self.wireless) {
            Reply::Refuses
        } else if any(numbers, IN_JEOPARDY) {
            Reply::Jeopardy
        } else if any(numbers, LATE) {
            Reply::Agrees { business_days_late: business_days_late + 5 }
        } else {
            Reply::Agrees { business_days_late }
        }
    }
}

/// The main number of the account at the losing carrier.
pub(crate) fn billing_number(members: Members) -> Result<Option<Number>, VoiceError> {
    let Some(value) = members.find("billingTN") else { return Ok(None) };
    let number = tn_list::number(value);
    number.map(Some).ok_or_else(|| VoiceError::new(20_025).detail(value.to_string()))
}

/// Whether Lumen can take a number over, if the customer does not have it yet.
pub(crate) fn is_portable(number: Number) -> bool {
    let is_covered =
        |number| rate_center_of(number).is_some_and(|center| center.sales != Sales::NotCovered);
    is_covered(number) && !any(&[number], NOT_PORTABLE)
}

/// Whether a number belongs to a mobile carrier.
pub(crate) fn is_wireless(number: Number) -> bool {
    any(&[number], WIRELESS)
}

/// Whether the losing carrier of a number answers after a week.
pub(crate) fn is_slow(numbers: &[Number]) -> bool {
    any(numbers, SLOW)
}

fn any(numbers: &[Number], last_digits: u64) -> bool {
    numbers.iter().any(|number| number % 10_000 == last_digits)
}

fn check_letter_of_authorization(lnp: Members) -> Result<(), VoiceError> {
    if !lnp.has("loaName") {
        return Err(VoiceError::new(20_026));
    }
    if lnp.yes_or_no("loaReceived") != Some(true) {
        return Err(VoiceError::new(20_027));
    }
    let date = lnp.text("loaDateTime").ok_or_else(|| VoiceError::new(20_028))?;
    dates::read(&date).ok_or_else(|| VoiceError::new(20_047).detail(date))?;
    Ok(())
}

/// Checks the account at the losing carrier. Returns whether it is a mobile carrier.
fn check_carrier(lnp: Members, numbers: &[Number]) -> Result<bool, VoiceError> {
    let wireless = lnp.yes_or_no("losingCarrierWirelessLNP");
    let wireless = wireless.ok_or_else(|| VoiceError::new(20_114))?;
    for (member, fixture, right, code) in [
        ("losingCarrierAccountNumber", WITH_ACCOUNT_NUMBER, ACCOUNT_NUMBER, 20_112),
        ("losingCarrierPin", WITH_PIN, PIN, 20_113),
    ] {
        let given = lnp.text(member);
        let is_wrong = any(numbers, fixture) && given.as_deref() != Some(right);
        if is_wrong || (wireless && given.is_none()) {
            return Err(VoiceError::new(code));
        }
    }
    Ok(wireless)
}
