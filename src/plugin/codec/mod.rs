//! Conversions between `DynamicValue` and [`Value`], guided by the type in the schema. Terraform
//! sends `MessagePack`, and stores states as JSON.
//!
//! The input is not trusted. A value that does not have its type is an error with a path, the depth
//! of nesting is limited, and no memory is reserved for a length before its bytes have arrived.

mod json;
mod msgpack;
#[cfg(test)]
mod tests;

use std::fmt::{self, Display, Formatter};

use crate::framework::{Diagnostic, Path, Step, Type, Value};

use super::proto::tfplugin6::DynamicValue;

pub use json::decode as decode_json;

/// The largest depth of nesting that is accepted. No schema comes near it.
const MAX_DEPTH: u32 = 128;

/// Decodes a value of this type. A missing value is null.
///
/// # Errors
///
/// The bytes are not a value of the type.
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

/// Encodes a value of this type.
///
/// # Errors
///
/// The value is not of the type.
pub fn encode(value: &Value, kind: &Type) -> Result<DynamicValue, Malformed> {
    Ok(DynamicValue { msgpack: msgpack::encode(value, kind)?.into(), ..DynamicValue::default() })
}

/// The error of a value that does not have its type, or of bytes that are not a value.
#[derive(Debug, thiserror::Error)]
pub struct Malformed {
    /// The path to the place, with the innermost step first.
    steps: Vec<Step>,
    problem: String,
}

impl Malformed {
    fn new(problem: impl Display) -> Self {
        Self { steps: Vec::new(), problem: problem.to_string() }
    }

    fn mismatch(kind: &Type, found: impl Display) -> Self {
        Self::new(format_args!("a value of type {} can't be {found}", kind.to_json()))
    }

    /// The same error with a path that starts one level further out.
    fn within(mut self, step: impl FnOnce() -> Step) -> Self {
        self.steps.push(step());
        self
    }

    fn path(&self) -> Path {
        Path(self.steps.iter().rev().cloned().collect())
    }
}

impl Display for Malformed {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if !self.steps.is_empty() {
            write!(formatter, "{}: ", self.path())?;
        }
        formatter.write_str(&self.problem)
    }
}

/// Such an error is a defect: Terraform and the provider disagree about a schema, or one of them encodes
/// values incorrectly.
impl From<Malformed> for Diagnostic {
    fn from(malformed: Malformed) -> Self {
        let bug = Self::bug(&malformed);
        // Terraform can't resolve a path into a set, so the path ends at the attribute.
        let steps = malformed.steps.into_iter().rev();
        let attributes: Vec<Step> =
            steps.take_while(|step| matches!(step, Step::Attribute(_))).collect();
        if attributes.is_empty() { bug } else { bug.at(Path(attributes)) }
    }
}

/// The step to an element, by its position in the bytes. Even the elements of a set have a position there.
fn element(position: usize) -> Step {
    Step::Index(i64::try_from(position).unwrap_or(i64::MAX))
}

/// Descends one level of nesting.
fn descend(depth: u32) -> Result<u32, Malformed> {
    depth.checked_sub(1).ok_or_else(|| Malformed::new("the value is nested too deeply"))
}
