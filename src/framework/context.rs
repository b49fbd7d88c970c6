//! What an operation must know beside its object: how long it may take, and when to stop.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::session::Session;
use super::{Diagnostic, Schema, Span, Value};

/// How long an operation may take that has no entry in the schema's timeouts.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_mins(5);

/// One operation that Terraform asked for.
pub struct Context {
    /// Cancelled when the user presses Ctrl-C: finish what must be known, then return.
    pub stop: CancellationToken,
    /// When the user's patience ends, as the `timeouts` block says.
    pub deadline: Instant,
    warnings: Mutex<Vec<Diagnostic>>,
    session: Option<Arc<dyn Session>>,
}

impl Context {
    /// An operation that may take so long, and no longer than until `stop`.
    #[must_use]
    pub fn new(stop: CancellationToken, timeout: Duration) -> Self {
        Self { stop, deadline: Instant::now() + timeout, warnings: Mutex::default(), session: None }
    }

    /// The same, which also ends with the warnings of this session.
    #[must_use]
    pub(super) fn with_session(self, session: Option<Arc<dyn Session>>) -> Self {
        Self { session, ..self }
    }

    /// Tells the user something beside the result.
    pub fn warn(&self, warning: Diagnostic) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
    }

    /// What an operation yielded, and everything that the user is to be told.
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

    /// Whatever the user is to be told beside the result.
    #[must_use]
    pub fn into_warnings(self) -> Vec<Diagnostic> {
        let mut warnings = self.warnings.into_inner().unwrap_or_else(PoisonError::into_inner);
        warnings.extend(self.session.iter().flat_map(|session| session.warnings()));
        warnings
    }
}

/// How long an operation on an object may take: as its `timeouts` say, or else the schema.
pub(super) fn timeout(schema: &Schema, operation: &str, value: &Value) -> Duration {
    let default =
        schema.timeouts.iter().find(|(name, _)| *name == operation).map(|(_, span)| *span);
    let chosen = value.get("timeouts").get(operation).as_str().or(default);
    chosen.and_then(|text| text.parse().ok()).map_or(DEFAULT_TIMEOUT, Span::duration)
}
