//! The result of an operation.

use terraform_provider_lumen::plugin::proto::tfplugin6::Diagnostic;

use super::{Action, show, wire};

/// The result of a command: its action, and what the user saw.
#[derive(Debug)]
pub struct Run {
    /// The planned action.
    pub action: Action,
    /// The diagnostics that the user saw.
    pub diagnostics: Vec<Diagnostic>,
}

impl Run {
    /// An operation that changed nothing.
    pub(crate) fn without_change(diagnostics: Vec<Diagnostic>) -> Self {
        Self { action: Action::Nothing, diagnostics }
    }

    /// The diagnostics that the user saw, as text.
    #[must_use]
    pub fn shown(&self) -> String {
        show::diagnostics(&self.diagnostics)
    }

    /// Whether it ended in an error.
    #[must_use]
    pub fn failed(&self) -> bool {
        wire::has_errors(&self.diagnostics)
    }

    /// Removes an expected warning, whose summary begins with this text, from the run. Panics if the run
    /// failed.
    #[track_caller]
    #[must_use]
    pub fn expecting(mut self, warning: &str) -> Self {
        assert!(!self.failed(), "{}", self.shown());
        self.diagnostics.retain(|diagnostic| !diagnostic.summary.starts_with(warning));
        self
    }

    /// Checks that the run has no diagnostics. Panics if it has any.
    #[track_caller]
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "most stories only need to know that it succeeded"
    )]
    pub fn quietly(self) -> Self {
        assert!(self.diagnostics.is_empty(), "{}", self.shown());
        self
    }
}
