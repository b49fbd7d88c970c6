//! The function `add_business_days`, which counts days as the dates of voice orders require.

use crate::framework::{Function, FunctionError, Number, Parameter, Signature, Type};
use crate::lumen::voice::Date;

/// The highest count, about four years.
const MOST_DAYS: u32 = 1000;

/// `add_business_days("2026-12-04T17:00:00Z", 1) = "2026-12-07T17:00:00Z"`
pub struct AddBusinessDays;

impl Function for AddBusinessDays {
    const NAME: &'static str = "add_business_days";
    type Arguments = (String, Number);
    type Returned = String;

    fn signature() -> Signature {
        Signature {
            summary: "Add business days to a date",
            about: "Returns the date that is a number of business days after another date, at the same time of day in UTC. Business days are the days from Monday to Friday in Denver that are not US federal holidays. If a holiday is on a Saturday or a Sunday, the Friday before it or the Monday after it is not a business day either.",
            parameters: vec![
                Parameter {
                    name: "date",
                    kind: Type::String,
                    about: "Date in RFC 3339 format, such as `2026-12-07T17:00:00Z`. It does not have to be a business day.",
                },
                Parameter {
                    name: "days",
                    kind: Type::Number,
                    about: "Number of business days: a whole number from 0 to 1000. 0 returns the date itself if it is a business day, and otherwise the next business day.",
                },
            ],
            returns: Type::String,
            about_returned: "Returns a date in UTC, such as `2026-12-08T17:00:00Z`.",
        }
    }

    fn call((date, days): (String, Number)) -> Result<String, FunctionError> {
        let read = date
            .parse::<Date>()
            .map_err(|error| FunctionError::at(0, format!("`{date}` is not a date: {error}.")))?;
        let count = days.to_i64().and_then(|days| u32::try_from(days).ok());
        let count = count.filter(|days| *days <= MOST_DAYS).ok_or_else(|| {
            let text = format!(
                "{days} is not a number of business days: give a whole number from 0 to {MOST_DAYS}."
            );
            FunctionError::at(1, text)
        })?;
        let later = read.add_business_days(count).ok_or_else(|| {
            FunctionError::at(0, format!("`{date}` is too late: the year 9999 is the last one."))
        })?;
        Ok(later.to_string())
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn added(date: &str, days: i64) -> Result<String, FunctionError> {
        AddBusinessDays::call((date.to_owned(), Number::from(days)))
    }

    #[test]
    fn weekends_and_holidays_are_skipped() {
        for (date, days, expected) in [
            ("2026-12-04T17:00:00Z", 0, "2026-12-04T17:00:00Z"),
            ("2026-12-04T17:00:00Z", 1, "2026-12-07T17:00:00Z"),
            ("2026-12-05T17:00:00Z", 0, "2026-12-07T17:00:00Z"),
            ("2026-12-05T17:00:00Z", 1, "2026-12-07T17:00:00Z"),
            ("2026-11-25T17:00:00Z", 1, "2026-11-27T17:00:00Z"),
            ("2026-12-31T10:00:00-07:00", 1, "2027-01-04T17:00:00Z"),
        ] {
            assert_eq!(added(date, days), Ok(expected.to_owned()), "{date} + {days}");
        }
    }

    #[test]
    fn what_can_t_be_counted_is_refused_at_its_argument() {
        let mut refused: Vec<_> = [
            ("2026-12-07", 1),
            ("2026-12-07T17:00:00", 1),
            ("2026-12-07T17:00:00.5Z", 1),
            ("2026-02-30T17:00:00Z", 1),
            ("9999-12-30T17:00:00Z", 9),
            ("2026-12-07T17:00:00Z", -1),
            ("2026-12-07T17:00:00Z", 1001),
        ]
        .into_iter()
        .filter_map(|(date, days)| added(date, days).err())
        .collect();
        let half = Number::from_f64(0.5);
        let half =
            half.map(|half| AddBusinessDays::call(("2026-12-07T17:00:00Z".to_owned(), half)));
        refused.extend(half.and_then(Result::err));
        let told: Vec<_> = refused
            .into_iter()
            .map(|FunctionError { argument, text }| format!("{argument:?} {text}"))
            .collect();
        expect![[r#"
            Some(0) `2026-12-07` is not a date: a date must exist, and look like `2026-12-07T17:00:00Z`.
            Some(0) `2026-12-07T17:00:00` is not a date: a date must exist, and look like `2026-12-07T17:00:00Z`.
            Some(0) `2026-12-07T17:00:00.5Z` is not a date: a date must exist, and look like `2026-12-07T17:00:00Z`.
            Some(0) `2026-02-30T17:00:00Z` is not a date: a date must exist, and look like `2026-12-07T17:00:00Z`.
            Some(0) `9999-12-30T17:00:00Z` is too late: the year 9999 is the last one.
            Some(1) -1 is not a number of business days: give a whole number from 0 to 1000.
            Some(1) 1001 is not a number of business days: give a whole number from 0 to 1000.
            Some(1) 0.5 is not a number of business days: give a whole number from 0 to 1000."#]].assert_eq(&told.join("\n"));
    }
}
