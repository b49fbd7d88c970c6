//! The eleven federal holidays of the United States, computed by their rules (5 U.S.C. 6103).

use jiff::civil::{Date, Weekday};

/// On which day of its year a holiday is.
enum Rule {
    /// The month and the day of the month.
    On(i8, i8),
    /// The month, the week and the day of the week. Week -1 is the last one.
    Nth(i8, i8, Weekday),
}

const HOLIDAYS: [Rule; 11] = [
    Rule::On(1, 1),                      // New Year's Day
    Rule::Nth(1, 3, Weekday::Monday),    // Birthday of Martin Luther King, Jr.
    Rule::Nth(2, 3, Weekday::Monday),    // Washington's Birthday
    Rule::Nth(5, -1, Weekday::Monday),   // Memorial Day
    Rule::On(6, 19),                     // Juneteenth
    Rule::On(7, 4),                      // Independence Day
    Rule::Nth(9, 1, Weekday::Monday),    // Labor Day
    Rule::Nth(10, 2, Weekday::Monday),   // Columbus Day
    Rule::On(11, 11),                    // Veterans Day
    Rule::Nth(11, 4, Weekday::Thursday), // Thanksgiving Day
    Rule::On(12, 25),                    // Christmas Day
];

/// Whether a federal holiday is observed on this day. A holiday on a Saturday is observed on the Friday
/// before it, and one on a Sunday on the Monday after it.
pub(super) fn is_observed(day: Date) -> bool {
    match day.weekday() {
        Weekday::Friday => is_holiday(day) || day.tomorrow().is_ok_and(is_holiday),
        Weekday::Monday => is_holiday(day) || day.yesterday().is_ok_and(is_holiday),
        Weekday::Saturday | Weekday::Sunday => false,
        _ => is_holiday(day),
    }
}

fn is_holiday(day: Date) -> bool {
    HOLIDAYS.iter().any(|rule| match *rule {
        Rule::On(month, day_of_month) => (day.month(), day.day()) == (month, day_of_month),
        Rule::Nth(month, week, weekday) => {
            day.month() == month
                && day.nth_weekday_of_month(week, weekday).is_ok_and(|nth| nth == day)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observed(year: i16) -> Vec<String> {
        let first = Date::new(year, 1, 1).unwrap_or_default();
        let days = first.series(jiff::Span::new().days(1)).take_while(|day| day.year() == year);
        days.filter(|day| is_observed(*day)).map(|day| day.strftime("%m-%d").to_string()).collect()
    }

    /// The dates that the Office of Personnel Management publishes for these years.
    #[test]
    fn holidays_are_observed_as_published() {
        for (year, expected) in [
            (2025, "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25"),
            (2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"),
            // Juneteenth is a Saturday, Independence Day a Sunday, and Christmas Day a Saturday. New
            // Year's Day of 2028 is a Saturday, and is observed in 2027.
            (2027, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"),
            (2028, "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25"),
            (2029, "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25"),
        ] {
            assert_eq!(observed(year).join(" "), expected, "{year}");
        }
    }
}
