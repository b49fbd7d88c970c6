//! The telephone numbers of a request: `tnList`, and single numbers.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::members::Members;
use crate::voice::coverage::national;
use crate::voice::error::VoiceError;
use crate::voice::numbers::Number;

/// How many numbers a request may contain.
pub(crate) const MOST: usize = 399;
/// How many numbers a port may contain. Lumen's guide gives no code for more.
pub(crate) const MOST_OF_A_PORT: usize = 49;
/// The longest range that is read. Longer ones are refused because of the limits above.
const LONGEST_RANGE: u64 = 10_000;

/// Reads `tnList`, and sorts it. Ranges, numbers as texts, and numbers in three parts are accepted as well.
///
/// # Errors
///
/// 20015 if there is no number, 10007 if there are more than `most`, and `invalid` for a number that can't be
/// read.
pub(crate) fn telephone_numbers(
    members: Members,
    most: usize,
    invalid: u32,
) -> Result<Vec<Number>, VoiceError> {
    let items = members.list("tnList").unwrap_or_default();
    if items.is_empty() {
        return Err(VoiceError::new(20_015));
    }
    let mut numbers = BTreeSet::new();
    for item in items {
        let range = range(item).ok_or_else(|| VoiceError::new(invalid).detail(item.to_string()))?;
        numbers.extend(range);
    }
    if numbers.len() > most {
        return Err(VoiceError::new(10_007));
    }
    Ok(numbers.into_iter().collect())
}

/// A number in E.164 without the plus sign; `None` if it can't be read.
pub(crate) fn number(value: &Value) -> Option<Number> {
    national(value).map(|national| 10_000_000_000 + national)
}

fn range(item: &Value) -> Option<RangeInclusive<Number>> {
    let Some(members) = Members::of(item) else {
        let number = number(item)?;
        return Some(number..=number);
    };
    let named = |name: &str| members.find(name).and_then(number);
    if let (Some(first), Some(last)) = (named("startTN"), named("endTN")) {
        return (first <= last && last - first < LONGEST_RANGE).then_some(first..=last);
    }
    let number = named("tn").or_else(|| in_three_parts(members))?;
    Some(number..=number)
}

fn in_three_parts(members: Members) -> Option<Number> {
    let part = |name: &str, digits: usize| {
        members
            .text(name)
            .filter(|text| text.len() <= digits)
            .map(|text| format!("{text:0>digits$}"))
    };
    let digits = [part("npa", 3)?, part("nxx", 3)?, part("line", 4)?].concat();
    number(&Value::String(digits))
}
