//! The context of one operation: its deadline, its stop signal, and the warnings that it collects.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::session::Session;
use super::{Diagnostic, Schema, Span, Value};

/// The time limit of an operation that the schema's timeouts do not name.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_mins(5);

/// The context of one operation that Terraform requested.
pub struct Context {
    /// Canceled when the user presses Ctrl-C. The operation then finishes only what must not be left
    /// unfinished, and returns.
    pub stop: CancellationToken,
    /// The end of the time that the `timeouts` block allows.
    pub deadline: Instant,
    warnings: Mutex<Vec<Diagnostic>>,
    session: Option<Arc<dyn Session>>,
}

impl Context {
    /// The context of an operation that ends after `timeout` or when `stop` is canceled.
    #[must_use]
    pub fn new(stop: CancellationToken, timeout: Duration) -> Self {
        Self { stop, deadline: Instant::now() + timeout, warnings: Mutex::default(), session: None }
    }

    /// The same context, which also takes over the warnings of the session when the operation ends.
    #[must_use]
    pub(super) fn with_session(self, session: Option<Arc<dyn Session>>) -> Self {
        Self { session, ..self }
    }

    /// Adds a warning to the result of the operation.
    pub fn warn(&self, warning: Diagnostic) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
    }

    /// Ends the operation. Returns its result and all diagnostics, warnings first.
    #[must_use]
    pub fn conclude<T>(self, result: Result<T, Vec<Diagnostic>>) -> (Option<T>, Vec<Diagnostic>) {
        let mut diagnostics = self.into_warnings();
        match result {
            Ok(yielded) => (Some(yielded), diagnostics),
            Err(errors) => {
                diagnostics.extend(errors);
                (None, diagnostics)
            }
        }
    }

    /// Ends the operation. Returns its warnings, followed by those of the session.
    #[must_use]
    pub fn into_warnings(self) -> Vec<Diagnostic> {
        let mut warnings = self.warnings.into_inner().unwrap_or_else(PoisonError::into_inner);
        warnings.extend(self.session.iter().flat_map(|session| session.warnings()));
        warnings
    }
}

/// The time limit of an operation: the one in the object's `timeouts` block, or the schema's
/// default.
pub(super) fn timeout(schema: &Schema, operation: &str, value: &Value) -> Duration {
    let default =
        schema.timeouts.iter().find(|(name, _)| *name == operation).map(|(_, span)| *span);
    let chosen = value.get("timeouts").get(operation).as_str().or(default);
    chosen.and_then(|text| text.parse().ok()).map_or(DEFAULT_TIMEOUT, Span::duration)
}
