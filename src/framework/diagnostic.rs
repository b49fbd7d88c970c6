//! Errors and warnings for users: what happened, why, what exists now, and what to do.

use std::fmt::Display;

use super::Path;

/// An error or a warning. Its parts are in the order in which users read them.
///
/// The summary uses the user's terms, without "Error:" and without a period. Every diagnostic needs
/// a remedy: a message that does not say what to do next is a bug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The severity: an error stops the operation, and a warning does not.
    pub severity: Severity,
    /// What failed, or what the user should know, and which object is concerned.
    pub summary: String,
    /// The attribute that caused it, if there is one.
    pub path: Option<Path>,
    paragraphs: Box<Paragraphs>,
}

/// The paragraphs below the summary. They are boxed to keep results small, because a diagnostic is
/// the error type of many of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Paragraphs {
    cause: Option<String>,
    outcome: Option<String>,
    remedy: Option<String>,
    command: Option<String>,
}

/// How serious a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation continued.
    Warning,
}

impl Diagnostic {
    /// Creates an error with this summary.
    pub fn error(summary: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary.into())
    }

    /// Creates a warning with this summary.
    pub fn warning(summary: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary.into())
    }

    /// Creates an error that only a defect of the provider can cause.
    pub fn bug(what: impl Display) -> Self {
        Self::error("The provider has a bug")
            .because(what)
            .remedy("This is a bug in the provider: please report it, with the output of the same command under `TF_LOG=debug`.")
    }

    /// Creates an error about a stored state, which somebody may have edited or damaged.
    pub fn unreadable_state(why: impl Display) -> Self {
        Self::error("The stored state can't be read")
            .because(why)
            .remedy("Restore a backup of the state with `terraform state push`.")
    }

    fn new(severity: Severity, summary: String) -> Self {
        Self { severity, summary, path: None, paragraphs: Box::default() }
    }

    /// Names the attribute that caused it.
    #[must_use]
    pub fn at(mut self, path: impl Into<Path>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Says why, in a sentence or in the words of the API.
    #[must_use]
    pub fn because(mut self, cause: impl Display) -> Self {
        self.paragraphs.cause = Some(sentence(&cause.to_string()));
        self
    }

    /// Says what exists now, or what was bought.
    #[must_use]
    pub fn outcome(mut self, outcome: impl Display) -> Self {
        self.paragraphs.outcome = Some(outcome.to_string());
        self
    }

    /// Says what exists now, unless the diagnostic already says something more specific.
    #[must_use]
    pub fn outcome_unless_told(mut self, outcome: impl FnOnce() -> String) -> Self {
        self.paragraphs.outcome.get_or_insert_with(outcome);
        self
    }

    /// Says what to do next, in an imperative sentence that names an attribute, a variable or a
    /// command.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Display) -> Self {
        self.paragraphs.remedy = Some(remedy.to_string());
        self
    }

    /// Says what else to do next, after the remedy.
    #[must_use]
    pub fn add_remedy(mut self, remedy: impl Display) -> Self {
        let before = self.paragraphs.remedy.take();
        let before = before.map(|before| format!("{before} ")).unwrap_or_default();
        self.paragraphs.remedy = Some(format!("{before}{remedy}"));
        self
    }

    /// Says what to do next in numbered steps, each of them an imperative sentence.
    #[must_use]
    pub fn steps(self, steps: impl IntoIterator<Item = String>) -> Self {
        let numbered = steps.into_iter().zip(1..).map(|(step, number)| format!("{number}. {step}"));
        self.remedy(numbered.collect::<Vec<_>>().join("\n"))
    }

    /// Adds the command that the remedy mentions, ready to be copied.
    #[must_use]
    pub fn command(mut self, command: impl Display) -> Self {
        // Terraform wraps long lines, but leaves indented ones as they are.
        self.paragraphs.command = Some(format!("    {command}"));
        self
    }

    /// The text below the summary: why, what exists, what to do.
    #[must_use]
    pub fn detail(&self) -> String {
        let Paragraphs { cause, outcome, remedy, command } = self.paragraphs.as_ref();
        let paragraphs: Vec<&str> =
            [cause, outcome, remedy, command].into_iter().flatten().map(String::as_str).collect();
        paragraphs.join("\n\n")
    }

    /// Whether this is an error, which stops the operation.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Turns a cause into a sentence. Error messages in Rust are lowercase fragments without a period, but users
/// read full sentences.
fn sentence(fragment: &str) -> String {
    let fragment = fragment.trim();
    let mut characters = fragment.chars();
    let first = characters.next().map(char::to_uppercase).into_iter().flatten();
    let sentence: String = first.chain(characters).collect();
    if sentence.ends_with(['.', '!', '?', ':']) { sentence } else { sentence + "." }
}
