//! The dates in a request: their format, and how early and how late they may be.

use jiff::{SignedDuration, Timestamp};

use super::members::Members;
use crate::business_days;
use crate::voice::error::VoiceError;

/// The only format, in which every date has this length: `2026-12-07T17:00:00Z`.
const FORMAT_LENGTH: usize = 20;
/// How far ahead a date may be.
const LONGEST_NOTICE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How far ahead the date of an install order must be.
const NOTICE_OF_AN_INSTALL: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far ahead any other date must be.
const NOTICE: SignedDuration = SignedDuration::from_hours(24);

/// The date of an install order. Without a date, Lumen installs at once.
pub(crate) fn of_install(
    members: Members,
    now: Timestamp,
) -> Result<Option<Timestamp>, VoiceError> {
    if request_date(members).is_none() {
        return Ok(None);
    }
    let date = within_limits(members, now, 20_215)?;
    if date.duration_since(now) < NOTICE_OF_AN_INSTALL {
        return Err(VoiceError::new(20_231));
    }
    Ok(Some(date))
}

/// The date of a port.
pub(crate) fn of_port(members: Members, now: Timestamp) -> Result<Timestamp, VoiceError> {
    a_day_ahead(within_limits(members, now, 20_050)?, now)
}

/// The date of a supplement.
pub(crate) fn of_supplement(members: Members, now: Timestamp) -> Result<Timestamp, VoiceError> {
    a_day_ahead(within_limits(members, now, 20_069)?, now)
}

/// The date of a disconnect order, which is not before the next business day.
pub(crate) fn of_disconnect(members: Members, now: Timestamp) -> Result<Timestamp, VoiceError> {
    let date = a_day_ahead(within_limits(members, now, 20_069)?, now)?;
    let earliest = business_days::day(business_days::after(now, 1));
    if business_days::day(date) < earliest {
        let detail = format!("The next business day is {earliest}");
        return Err(VoiceError::new(20_068).detail(detail));
    }
    Ok(date)
}

/// Reads a date in Lumen's format.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let is_formatted = text.len() == FORMAT_LENGTH && text.ends_with('Z');
    text.parse().ok().filter(|_| is_formatted)
}

/// The requested date. Lumen's guides spell its name in two ways.
fn request_date(members: Members) -> Option<String> {
    members.text("customerRequestDate").or_else(|| members.text("customerRequestedDate"))
}

fn within_limits(members: Members, now: Timestamp, format: u32) -> Result<Timestamp, VoiceError> {
    let text = request_date(members).ok_or_else(|| VoiceError::new(20_067))?;
    let date = read(&text).ok_or_else(|| VoiceError::new(format).detail(text))?;
    if date < now {
        return Err(VoiceError::new(20_214));
    }
    if date.duration_since(now) > LONGEST_NOTICE {
        return Err(VoiceError::new(20_213));
    }
    Ok(date)
}

fn a_day_ahead(date: Timestamp, now: Timestamp) -> Result<Timestamp, VoiceError> {
    if date.duration_since(now) < NOTICE { Err(VoiceError::new(20_068)) } else { Ok(date) }
}
