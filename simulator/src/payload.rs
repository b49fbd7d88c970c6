//! The JSON payload of a request, read by property paths. Error messages use the same paths.

use axum::body::Bytes;
use serde_json::Value;

use crate::problem::Problem;

/// A JSON object. In a path such as `quote.id`, a list means its first element, as in Lumen's
/// tables of properties.
pub(crate) struct Payload(Value);

impl From<Value> for Payload {
    fn from(value: Value) -> Payload {
        Payload(value)
    }
}

impl Payload {
    pub(crate) fn parse(bytes: &Bytes) -> Result<Payload, Problem> {
        match serde_json::from_slice(bytes) {
            Ok(body @ Value::Object(_)) => Ok(Payload(body)),
            _ => Err(Problem::bad_request("invalidBody", "The body is not a JSON object")),
        }
    }

    pub(crate) fn into_value(self) -> Value {
        self.0
    }

    pub(crate) fn find(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.0, |value, key| match value {
            Value::Array(items) => items.first()?.get(key),
            other => other.get(key),
        })
    }

    /// The elements of a list; empty if the list is absent.
    pub(crate) fn list(&self, path: &str) -> &[Value] {
        self.find(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A text that may be absent or blank. Numbers are accepted as texts, because Lumen accepts
    /// them.
    pub(crate) fn optional_text(&self, path: &str) -> Option<String> {
        let text = match self.find(path)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.trim().is_empty()).then_some(text)
    }

    pub(crate) fn text(&self, path: &str) -> Result<String, Problem> {
        self.optional_text(path).ok_or_else(|| Problem::missing_property(path))
    }

    /// Checks that a text has this value, ignoring case.
    pub(crate) fn constant(&self, path: &str, wanted: &str) -> Result<(), Problem> {
        let text = self.text(path)?;
        if text.eq_ignore_ascii_case(wanted) {
            return Ok(());
        }
        Err(Problem::invalid_value(path, &format!("{path} must be \"{wanted}\", not \"{text}\"")))
    }
}
