//! `DynamicValue` <-> [`Value`], directed by the schema's type: Terraform sends `MessagePack`, and
//! keeps states as JSON.
//!
//! Nothing that arrives is trusted: whatever does not fit is an error that says where, nesting has
//! an end, and no length is believed before its bytes are there.

mod json;
mod msgpack;
#[cfg(test)]
mod tests;

use std::fmt::{self, Display, Formatter};

use crate::framework::{Diagnostic, Path, Step, Type, Value};

use super::proto::tfplugin6::DynamicValue;

pub use json::decode as decode_json;

/// Deeper values are refused; no schema comes near it.
const DEEPEST: u32 = 128;

/// Reads a value of that type; what was not sent is null.
///
/// # Errors
///
/// Where the bytes are no value of the type.
pub fn decode(wire: Option<&DynamicValue>, kind: &Type) -> Result<Value, Malformed> {
    match wire {
        Some(wire) if !wire.msgpack.is_empty() => msgpack::decode(&wire.msgpack, kind),
        Some(wire) if !wire.json.is_empty() => json::decode(&json::parse(&wire.json)?, kind),
        _ => Ok(Value::Null),
    }
}

/// Whether a message holds no value, or null. The rest of it is not read.
#[must_use]
pub fn is_null(wire: Option<&DynamicValue>) -> bool {
    match wire {
        Some(wire) if !wire.msgpack.is_empty() => msgpack::is_null(&wire.msgpack),
        Some(wire) => wire.json.is_empty() || wire.json.trim_ascii() == b"null",
        None => true,
    }
}

/// Writes a value of that type.
///
/// # Errors
///
/// Where the value is none of the type.
pub fn encode(value: &Value, kind: &Type) -> Result<DynamicValue, Malformed> {
    Ok(DynamicValue { msgpack: msgpack::encode(value, kind)?.into(), ..DynamicValue::default() })
}

/// A value that does not fit its type, or bytes that are no value.
#[derive(Debug, thiserror::Error)]
pub struct Malformed {
    /// The way to the place, innermost step first.
    inside: Vec<Step>,
    problem: String,
}

impl Malformed {
    fn new(problem: impl Display) -> Self {
        Self { inside: Vec::new(), problem: problem.to_string() }
    }

    fn mismatch(kind: &Type, found: impl Display) -> Self {
        Self::new(format_args!("a value of type {} can't be {found}", kind.to_json()))
    }

    /// The same, seen from one level further out.
    fn inside(mut self, step: impl FnOnce() -> Step) -> Self {
        self.inside.push(step());
        self
    }

    fn path(&self) -> Path {
        Path(self.inside.iter().rev().cloned().collect())
    }
}

impl Display for Malformed {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if !self.inside.is_empty() {
            write!(formatter, "{}: ", self.path())?;
        }
        formatter.write_str(&self.problem)
    }
}

/// Terraform and the provider disagree about a schema, or one of them can't write values.
impl From<Malformed> for Diagnostic {
    fn from(malformed: Malformed) -> Self {
        let bug = Self::bug(&malformed);
        // Terraform finds nothing inside of a set; the attribute is near enough.
        let steps = malformed.inside.into_iter().rev();
        let attributes: Vec<Step> =
            steps.take_while(|step| matches!(step, Step::Attribute(_))).collect();
        if attributes.is_empty() { bug } else { bug.at(Path(attributes)) }
    }
}

/// The step to an element, counted as it was read: a set has no order, but its bytes do.
fn element(position: usize) -> Step {
    Step::Index(i64::try_from(position).unwrap_or(i64::MAX))
}

/// One level deeper.
fn deeper(depth: u32) -> Result<u32, Malformed> {
    depth.checked_sub(1).ok_or_else(|| Malformed::new("the value is nested too deeply"))
}
