//! What a user is told: what happened, why, what exists by now, and what to do.

use std::fmt::Display;

use super::Path;

/// An error or a warning, in the order in which it is read.
///
/// The summary is in the user's words, without "Error:" and without a period. A diagnostic without
/// a remedy is a bug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops the operation.
    pub severity: Severity,
    /// What could not be done, or what the user should know, and to which object.
    pub summary: String,
    /// The attribute at fault, where it is one.
    pub path: Option<Path>,
    paragraphs: Box<Paragraphs>,
}

/// Boxed: diagnostics travel in the error half of results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Paragraphs {
    cause: Option<String>,
    outcome: Option<String>,
    remedy: Option<String>,
    command: Option<String>,
}

/// How much a [`Diagnostic`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation went on.
    Warning,
}

impl Diagnostic {
    /// An error, named by its summary.
    pub fn error(summary: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary.into())
    }

    /// A warning, named by its summary.
    pub fn warning(summary: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary.into())
    }

    /// Something that only a mistake of ours can cause.
    pub fn bug(what: impl Display) -> Self {
        Self::error("The provider made a mistake")
            .because(what)
            .remedy("This is a bug in the provider: please report it, with the output of the same command under `TF_LOG=debug`.")
    }

    fn new(severity: Severity, summary: String) -> Self {
        Self { severity, summary, path: None, paragraphs: Box::default() }
    }

    /// Names the attribute at fault.
    #[must_use]
    pub fn at(mut self, path: impl Into<Path>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Says why, in a sentence or in Lumen's words.
    #[must_use]
    pub fn because(mut self, cause: impl Display) -> Self {
        self.paragraphs.cause = Some(sentence(&cause.to_string()));
        self
    }

    /// Says what exists, or was bought, by now.
    #[must_use]
    pub fn outcome(mut self, outcome: impl Display) -> Self {
        self.paragraphs.outcome = Some(outcome.to_string());
        self
    }

    /// Says what to do next: an imperative sentence naming an attribute, a variable or a command.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Display) -> Self {
        self.paragraphs.remedy = Some(remedy.to_string());
        self
    }

    /// Gives the command of which the remedy speaks, to be pasted.
    #[must_use]
    pub fn command(mut self, command: impl Display) -> Self {
        // Terraform breaks no line that is indented.
        self.paragraphs.command = Some(format!("    {command}"));
        self
    }

    /// The paragraphs below the summary: why, what exists, what to do.
    #[must_use]
    pub fn detail(&self) -> String {
        let Paragraphs { cause, outcome, remedy, command } = self.paragraphs.as_ref();
        let paragraphs: Vec<&str> =
            [cause, outcome, remedy, command].into_iter().flatten().map(String::as_str).collect();
        paragraphs.join("\n\n")
    }

    /// Whether it stops the operation.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Causes are often lower-case fragments: here they become sentences.
fn sentence(fragment: &str) -> String {
    let fragment = fragment.trim();
    let mut characters = fragment.chars();
    let first = characters.next().map(char::to_uppercase).into_iter().flatten();
    let sentence: String = first.chain(characters).collect();
    if sentence.ends_with(['.', '!', '?', ':']) { sentence } else { sentence + "." }
}
