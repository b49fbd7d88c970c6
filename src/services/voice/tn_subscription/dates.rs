//! The dates in an order, which Lumen accepts only in a window.

use jiff::{SignedDuration, Timestamp};

use super::diagnostics;
use super::model::Subscription;
use super::order::LineAction;
use super::port_in::PortIn;
use crate::framework::{Context, Diagnostic};
use crate::lumen::voice::Date;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The days between an order and the date on which Lumen puts its numbers into service.
const INSTALL_DAYS: (i32, i32) = (7, 30);

/// The days between an order and the date of a port.
const PORT_DAYS: (i32, i32) = (1, 30);

/// Checks the date on which numbers are to be put into service.
pub(super) fn check_date(action: LineAction, date: Date, now: Timestamp) -> Result<(), Diagnostic> {
    let (first, last) = match action {
        LineAction::Port | LineAction::Supplement => PORT_DAYS,
        _ => INSTALL_DAYS,
    };
    let (earliest, latest) = (now + DAY * first, now + DAY * last);
    let what = match date.timestamp() {
        at if at < now => "in the past",
        at if at < earliest => "too early",
        at if latest < at => "too late",
        _ => return Ok(()),
    };
    Err(diagnostics::wrong_date(action, what, date, first, earliest, latest))
}

/// Checks that the letter of authorization has been received.
pub(super) fn check_letter(port_in: &PortIn, now: Timestamp) -> Result<(), Diagnostic> {
    let received = port_in.loa.known().and_then(|loa| loa.date_time.known());
    match received.filter(|date| now < date.timestamp()) {
        Some(date) => Err(diagnostics::letter_in_future(*date)),
        None => Ok(()),
    }
}

/// Warns about a date on which carriers port no numbers.
pub(super) fn warn_of_free_day(planned: &Subscription, context: &Context) {
    if let Some(date) = planned.request_date.known()
        && !date.is_business_day()
    {
        context.warn(diagnostics::no_business_day(*date));
    }
}
