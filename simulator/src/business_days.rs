//! Business days: Monday to Friday in Denver, without the federal holidays of the United States.
//! Lumen does not publish its calendar, so the time zone and the holidays are assumed.

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The rules of the Mountain time zone, so that no time zone database is needed.
static DENVER: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix("MST7MDT,M3.2.0,M11.1.0").unwrap_or(TimeZone::UTC));

/// The calendar day in Denver.
pub(crate) fn day(at: Timestamp) -> Date {
    DENVER.to_datetime(at).date()
}

/// The same time of day (UTC), this many business days later.
pub(crate) fn after(at: Timestamp, days: u32) -> Timestamp {
    (0..days).fold(at, |at, _| on_or_after(next_day(at)))
}

/// The same time of day (UTC) on this day if it is a business day, or on the next one.
pub(crate) fn on_or_after(mut at: Timestamp) -> Timestamp {
    // No more than four days in a row are free, and the end of the calendar stops the search.
    while !is_business_day(day(at)) && at < Timestamp::MAX {
        at = next_day(at);
    }
    at
}

fn next_day(at: Timestamp) -> Timestamp {
    at.saturating_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX)
}

fn is_business_day(day: Date) -> bool {
    !is_weekend(day) && !is_observed_holiday(day)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Whether a working day is free. A holiday on a Saturday is observed on the Friday before it, and one
/// on a Sunday on the Monday after it.
fn is_observed_holiday(day: Date) -> bool {
    let observed = match day.weekday() {
        Weekday::Friday => day.tomorrow().ok(),
        Weekday::Monday => day.yesterday().ok(),
        _ => None,
    };
    is_holiday(day) || observed.is_some_and(is_fixed_holiday)
}

fn is_holiday(day: Date) -> bool {
    let week = (day.day() - 1) / 7 + 1;
    let is_last = day.day() + 7 > day.days_in_month();
    is_fixed_holiday(day)
        || match (day.month(), day.weekday()) {
            // Birthday of Martin Luther King, Jr., and Washington's Birthday.
            (1 | 2, Weekday::Monday) => week == 3,
            // Memorial Day.
            (5, Weekday::Monday) => is_last,
            // Labor Day.
            (9, Weekday::Monday) => week == 1,
            // Columbus Day.
            (10, Weekday::Monday) => week == 2,
            // Thanksgiving Day.
            (11, Weekday::Thursday) => week == 4,
            _ => false,
        }
}

/// New Year's Day, Juneteenth, Independence Day, Veterans Day, and Christmas Day.
fn is_fixed_holiday(day: Date) -> bool {
    matches!((day.month(), day.day()), (1, 1) | (6, 19) | (7, 4) | (11, 11) | (12, 25))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holidays_of_two_years_are_free() {
        let free = |year: i16| -> Vec<String> {
            let first = Date::constant(year, 1, 1);
            let days = first.series(jiff::ToSpan::days(1)).take_while(|day| day.year() == year);
            let free = days.filter(|day| !is_weekend(*day) && !is_business_day(*day));
            free.map(|day| day.strftime("%m-%d").to_string()).collect()
        };

        assert_eq!(
            free(2026).join(" "),
            "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"
        );
        assert_eq!(
            free(2027).join(" "),
            "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"
        );
    }

    #[test]
    fn the_time_of_day_is_kept() {
        let later =
            |at: &str, days| -> Option<String> { Some(after(at.parse().ok()?, days).to_string()) };

        let friday = "2026-11-20T17:00:00Z";
        assert_eq!(later(friday, 0).as_deref(), Some(friday));
        assert_eq!(later(friday, 1).as_deref(), Some("2026-11-23T17:00:00Z"));
        assert_eq!(later(friday, 4).as_deref(), Some("2026-11-27T17:00:00Z"), "after Thanksgiving");
        assert_eq!(
            later("2026-11-21T03:00:00Z", 1).as_deref(),
            Some("2026-11-24T03:00:00Z"),
            "it is still Friday in Denver"
        );
    }
}
