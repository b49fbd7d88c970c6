//! Dates of voice orders: instants in whole seconds, and business days.

mod holidays;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The time in Denver, where Lumen counts business days. It is written out, because the machine may have no
/// database of time zones, or an old one. ASSUMED: that Lumen counts them in Denver.
const DENVER: &str = "MST7MDT,M3.2.0,M11.1.0";

/// The pattern of a date and its time. A `0` stands for any digit.
const PATTERN: &[u8] = b"0000-00-00T00:00:00";

/// The pattern of an offset from UTC without its sign.
const OFFSET: &[u8] = b"00:00";

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How much later than planned an order may arrive at Lumen.
const DELAY: SignedDuration = SignedDuration::from_mins(10);

/// An instant in whole seconds, such as `2026-12-07T17:00:00Z`. Lumen calls it a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(Timestamp);

impl Date {
    /// The instant.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// Whether it is a business day in Denver: Monday to Friday, and neither a US federal holiday nor the day
    /// on which one is observed.
    #[must_use]
    pub fn is_business_day(self) -> bool {
        let day = denver().to_datetime(self.0).date();
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        !is_weekend && !holidays::is_observed(day)
    }

    /// The date that is `days` business days later, at the same time of day in UTC. With 0 days, this is the
    /// first business day that is not before this date. From a Saturday, the first business day is Monday.
    ///
    /// Returns `None` after the year 9999.
    #[must_use]
    pub fn add_business_days(self, days: u32) -> Option<Self> {
        // Daylight saving time begins and ends on Sundays, so steps of 24 hours don't skip a business day.
        let mut date = self;
        if days == 0 {
            while !date.is_business_day() {
                date = date.next()?;
            }
        }
        for _ in 0..days {
            date = date.next()?;
            while !date.is_business_day() {
                date = date.next()?;
            }
        }
        Some(date)
    }

    /// The date of a disconnect order that is placed now: 17:00 UTC, `notice_days` business days after today in
    /// Denver. Lumen accepts dates from the next business day and 24 hours ahead to 30 days ahead. A date
    /// outside of these limits is moved to the nearest business day inside of them. The order may arrive some
    /// minutes later.
    ///
    /// Returns `None` after the year 9999.
    #[must_use]
    pub fn of_disconnection(now: Timestamp, notice_days: u32) -> Option<Self> {
        let today = denver().to_datetime(now).date().at(17, 0, 0, 0);
        let today = Self(today.to_zoned(TimeZone::UTC).ok()?.timestamp());
        let earliest = Self(now.checked_add(DAY + DELAY).ok()?);
        let latest = Self(now.checked_add(DAY * 30).ok()?);
        let mut date = today.add_business_days(notice_days.max(1))?;
        while date < earliest {
            date = date.add_business_days(1)?;
        }
        while latest < date || !date.is_business_day() {
            date = Self(date.0.checked_sub(DAY).ok()?);
        }
        Some(date)
    }

    fn next(self) -> Option<Self> {
        self.0.checked_add(DAY).ok().map(Self)
    }
}

fn denver() -> TimeZone {
    TimeZone::posix(DENVER).unwrap_or(TimeZone::UTC)
}

/// Drops fractions of a second.
impl From<Timestamp> for Date {
    fn from(instant: Timestamp) -> Self {
        Self(Timestamp::from_second(instant.as_second()).unwrap_or(instant))
    }
}

/// `2026-12-07T17:00:00Z`, the only form that Lumen accepts.
impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Parses RFC 3339 with an offset from UTC, and without fractions of a second.
impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let (time, offset) = text.split_at_checked(PATTERN.len()).ok_or(InvalidDate)?;
        let is_offset = offset == "Z"
            || offset.strip_prefix(['+', '-']).is_some_and(|offset| fits(offset, OFFSET));
        if !fits(time, PATTERN) || !is_offset {
            return Err(InvalidDate);
        }
        text.parse().map(Self).map_err(|_| InvalidDate)
    }
}

/// Whether a text has a digit wherever the pattern has one, and is otherwise the pattern.
fn fits(text: &str, pattern: &[u8]) -> bool {
    let fits = |(letter, expected): (u8, &u8)| match expected {
        b'0' => letter.is_ascii_digit(),
        expected => letter == *expected,
    };
    text.len() == pattern.len() && text.bytes().zip(pattern).all(fits)
}

/// The error for a string that is not a [`Date`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a date must exist, and look like `2026-12-07T17:00:00Z`")]
pub struct InvalidDate;

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_date_has_an_offset_and_whole_seconds() {
        assert_eq!(date("2026-12-07T10:00:00-07:00"), date("2026-12-07T17:00:00Z"));
        assert_eq!(date("2026-12-07T10:00:00-07:00").to_string(), "2026-12-07T17:00:00Z");
        for text in [
            "",
            "2026-12-07",
            "2026-12-07T17:00:00",
            "2026-12-07T17:00:00z",
            "2026-12-07 17:00:00Z",
            "2026-12-07T17:00Z",
            "2026-12-07T17:00:00.000Z",
            "2026-12-07T17:00:00+01",
            "2026-12-07T17:00:00Z[UTC]",
            "2026-02-29T17:00:00Z",
            "2026-12-07T17:00:00ä",
            "+002026-12-07T17:00:00Z",
        ] {
            assert_eq!(text.parse::<Date>(), Err(InvalidDate), "{text}");
        }
        let exact = "2026-12-07T17:00:00.9Z".parse::<Timestamp>().map(Date::from);
        assert_eq!(exact.ok(), Some(date("2026-12-07T17:00:00Z")));
    }

    #[test]
    fn a_day_is_one_of_denver() {
        // Friday evening and Monday morning in Denver are Saturday and Monday in UTC.
        for (text, is_business_day) in [
            ("2026-12-05T06:59:59Z", true),
            ("2026-12-05T07:00:00Z", false),
            ("2026-12-07T06:59:59Z", false),
            ("2026-12-07T07:00:00Z", true),
            // In summer, Denver is six hours behind UTC.
            ("2026-07-11T05:59:59Z", true),
            ("2026-07-11T06:00:00Z", false),
        ] {
            assert_eq!(date(text).is_business_day(), is_business_day, "{text}");
        }
    }

    #[test]
    fn business_days_are_counted_across_weekends_holidays_and_daylight_saving_time() {
        for (from, days, expected) in [
            ("2026-12-04T17:00:00Z", 1, "2026-12-07T17:00:00Z"),
            ("2026-12-05T17:00:00Z", 1, "2026-12-07T17:00:00Z"),
            ("2026-12-05T17:00:00Z", 2, "2026-12-08T17:00:00Z"),
            ("2026-12-06T17:00:00Z", 0, "2026-12-07T17:00:00Z"),
            // Thanksgiving, and Christmas on a Friday.
            ("2026-11-25T17:00:00Z", 1, "2026-11-27T17:00:00Z"),
            ("2026-12-24T17:00:00Z", 1, "2026-12-28T17:00:00Z"),
            // New Year's Day of 2028 is a Saturday, and observed in 2027.
            ("2027-12-30T17:00:00Z", 1, "2028-01-03T17:00:00Z"),
            // Independence Day of 2026 is a Saturday, of 2027 a Sunday.
            ("2026-07-02T17:00:00Z", 1, "2026-07-06T17:00:00Z"),
            ("2027-07-02T17:00:00Z", 1, "2027-07-06T17:00:00Z"),
            // Daylight saving time ends on 2026-11-01 and begins on 2027-03-14.
            ("2026-10-30T06:30:00Z", 1, "2026-11-03T06:30:00Z"),
            ("2026-10-31T05:30:00Z", 1, "2026-11-03T05:30:00Z"),
            ("2027-03-13T06:30:00Z", 1, "2027-03-15T06:30:00Z"),
            ("2026-12-07T17:00:00Z", 250, "2027-12-07T17:00:00Z"),
        ] {
            let later = date(from).add_business_days(days).map(|later| later.to_string());
            assert_eq!(later.as_deref(), Some(expected), "{from} + {days}");
        }
        assert_eq!(date("9999-12-30T17:00:00Z").add_business_days(9), None);
    }

    #[test]
    fn a_disconnection_is_a_business_day_ahead_and_at_most_thirty_days() {
        for (now, notice_days, expected) in [
            ("2026-12-07T16:50:00Z", 1, "2026-12-08T17:00:00Z"),
            // Less than 24 hours would remain when the order arrives.
            ("2026-12-07T16:50:01Z", 1, "2026-12-09T17:00:00Z"),
            ("2026-12-07T16:00:00Z", 0, "2026-12-08T17:00:00Z"),
            // A Friday, a Friday evening that is a Saturday in UTC, and a Saturday.
            ("2026-12-04T16:00:00Z", 1, "2026-12-07T17:00:00Z"),
            ("2026-12-05T03:00:00Z", 1, "2026-12-07T17:00:00Z"),
            ("2026-12-05T16:00:00Z", 1, "2026-12-07T17:00:00Z"),
            // Thanksgiving, and Christmas on a Friday.
            ("2026-11-25T16:00:00Z", 1, "2026-11-27T17:00:00Z"),
            ("2026-12-24T18:00:00Z", 1, "2026-12-28T17:00:00Z"),
            // With two holidays, 20 business days are 30 days.
            ("2026-12-07T17:00:00Z", 20, "2027-01-06T17:00:00Z"),
            ("2026-12-07T16:59:59Z", 20, "2027-01-05T17:00:00Z"),
            ("2026-12-04T17:00:00Z", 30, "2026-12-31T17:00:00Z"),
        ] {
            let at = Date::of_disconnection(date(now).timestamp(), notice_days);
            assert_eq!(
                at.map(|at| at.to_string()).as_deref(),
                Some(expected),
                "{now} {notice_days}"
            );
        }
    }
}
