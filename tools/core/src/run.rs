//! What an operation did, and what it told the user.

use terraform_provider_lumen::plugin::proto::tfplugin6::Diagnostic;

use super::{Action, show, wire};

/// What a command did, and what it told the user.
#[derive(Debug)]
pub struct Run {
    /// What was to be done.
    pub action: Action,
    /// What the user was told.
    pub diagnostics: Vec<Diagnostic>,
}

impl Run {
    /// An operation that changed nothing.
    pub(crate) fn without_change(diagnostics: Vec<Diagnostic>) -> Self {
        Self { action: Action::Nothing, diagnostics }
    }

    /// What the user reads.
    #[must_use]
    pub fn shown(&self) -> String {
        show::diagnostics(&self.diagnostics)
    }

    /// Whether it ended in an error.
    #[must_use]
    pub fn failed(&self) -> bool {
        wire::has_errors(&self.diagnostics)
    }

    /// The run, without a warning that is expected, whose summary begins with this. Panics if the run
    /// failed.
    #[track_caller]
    #[must_use]
    pub fn expecting(mut self, warning: &str) -> Self {
        assert!(!self.failed(), "{}", self.shown());
        self.diagnostics.retain(|diagnostic| !diagnostic.summary.starts_with(warning));
        self
    }

    /// The run, which must have gone well without a word. Panics if it did not.
    #[track_caller]
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "most stories need no more than that it went well"
    )]
    pub fn quietly(self) -> Self {
        assert!(self.diagnostics.is_empty(), "{}", self.shown());
        self
    }
}
