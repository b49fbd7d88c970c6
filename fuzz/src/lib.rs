//! Code that several targets share: JSON as a server may send it.

pub mod provider;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use serde_json::{Map, Number, Value};

/// Numbers that parsers tend to get wrong.
const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1",
    "2",
    "75",
    "10001",
    "13035550100",
    "4294967295",
    "4294967296",
    "1e400",
    "-0.0",
    "0.1",
    "18446744073709551615",
    "99999999999999999999999",
];

/// Texts that parsers tend to get wrong, or that reach deeper into them.
const TEXTS: [&str; 32] = [
    "",
    " ",
    "0",
    "-1",
    "true",
    "Y",
    "Active",
    "pendingTerminate",
    "RUNNING",
    "rejected.validated",
    "Completed",
    "In Progress",
    "10001",
    "901",
    "+13035550100",
    "303-555-0100",
    "3035550199",
    "100 Mbps",
    "1.5 Gbps",
    "$0.46",
    "74.9%",
    "DENVER",
    "CO",
    "US",
    "2026-01-02T03:04:05Z",
    "4294967296",
    "notFound",
    "invalidValue",
    "Bad Gateway",
    "\u{1b}[2Jboo",
    "\u{0}",
    "ſtate \u{130}",
];

/// The JSON of an input: either its text as it is, or, after a byte that can't begin JSON, a value with
/// these member names. `None` if it is neither.
pub fn input(bytes: &[u8], names: &[&str]) -> Option<Value> {
    match bytes.split_first() {
        Some((1, rest)) => json(&mut Unstructured::new(rest), names, 5).ok(),
        _ => serde_json::from_slice(bytes).ok(),
    }
}

/// A value with these member names, nested at most this deep.
pub fn json(u: &mut Unstructured<'_>, names: &[&str], depth: u8) -> Result<Value> {
    let kinds = if depth == 0 { 6 } else { 10 };
    Ok(match u.int_in_range(0..=kinds - 1)? {
        0 => Value::Null,
        1 => Value::Bool(u.arbitrary()?),
        2 => Value::from(u.arbitrary::<i32>()?),
        3 => u.choose(&NUMBERS)?.parse::<Number>().map_or(Value::Null, Value::Number),
        4 => Value::from(*u.choose(&TEXTS)?),
        5 => Value::from(u.arbitrary::<&str>()?),
        6 => {
            (0..u.int_in_range(0..=4)?).map(|_| json(u, names, depth - 1)).collect::<Result<_>>()?
        }
        _ => {
            let members = (0..u.int_in_range(0..=6)?).map(|_| {
                let name = if u.ratio(15, 16)? { *u.choose(names)? } else { u.arbitrary()? };
                Ok((name.to_owned(), json(u, names, depth - 1)?))
            });
            Value::Object(members.collect::<Result<Map<_, _>>>()?)
        }
    })
}
