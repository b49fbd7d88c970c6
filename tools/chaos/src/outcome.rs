//! The outcome of a case.

use std::path::PathBuf;
use std::time::Duration;

use crate::case::Case;
use crate::operator::Question;

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Applying again was enough.
    Recovered,
    /// An error asked the operator this question. After the answer, applying again was enough.
    AskedOperator(Question),
    /// The order was placed twice, because the journal was deleted, and only it had the first order.
    JournalLost,
    /// An invariant does not hold.
    Broken(String),
    /// This machine can't run the case.
    NotRun(String),
}

/// A case that was run.
pub(crate) struct Outcome {
    pub(crate) case: Case,
    pub(crate) verdict: Verdict,
    pub(crate) duration: Duration,
    /// The folder of a broken case, with the configuration, the state and the output of every command.
    pub(crate) folder: Option<PathBuf>,
}

impl Verdict {
    /// Its sign in the table.
    pub(crate) fn sign(&self) -> &'static str {
        match self {
            Self::Recovered => "✓",
            Self::AskedOperator(_) => "?",
            Self::JournalLost => "‼",
            Self::Broken(_) => "✗",
            Self::NotRun(_) => "–",
        }
    }
}
