//! What an operation must know beside its object: how long it may take, and when to stop.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Diagnostic;

/// One operation that Terraform asked for.
#[derive(Debug)]
pub struct Context {
    /// Cancelled when the user presses Ctrl-C: finish what must be known, then return.
    pub stop: CancellationToken,
    /// When the user's patience ends, as the `timeouts` block says.
    pub deadline: Instant,
    warnings: Mutex<Vec<Diagnostic>>,
}

impl Context {
    /// An operation that may take so long, and no longer than until `stop`.
    #[must_use]
    pub fn new(stop: CancellationToken, timeout: Duration) -> Self {
        Self { stop, deadline: Instant::now() + timeout, warnings: Mutex::default() }
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
        self.warnings.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
