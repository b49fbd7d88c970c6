//! The record of a soak: the measurements, and the messages that people saw.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use terraform_provider_lumen::plugin::proto::tfplugin6::diagnostic::Severity;

use crate::pipeline::Told;
use crate::violation;

/// Texts that must never appear: the client secret, and the beginning of every token.
const SECRETS: [&str; 2] = ["simulator-secret", "eyJzaW11bGF0b3Ii"];

/// Texts that appear only in errors caused by 429.
const LIMITED: [&str; 3] = ["HTTP 429", "is limiting the request rate", "lower `-parallelism`"];

/// The minimum length of Lumen's ids and of the provider's references.
const SHORTEST_ID: usize = 8;

/// What happened so far.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) runs: u64,
    /// Runs in which Terraform was killed.
    pub(super) killed: u64,
    /// Runs that ended in an error.
    pub(super) failed: u64,
    pub(super) edits: u64,
    pub(super) fulfilled: u64,
    /// How often a person settled an order, imported an object, or removed one from a state.
    pub(super) decisions: u64,
    pub(super) longest_run: Longest,
    pub(super) longest_wish: Longest,
    /// The number of errors, by heading without names and numbers.
    pub(super) errors: BTreeMap<String, u64>,
    /// Everything in a diagnostic that may be an id.
    pub(super) named: HashSet<String>,
    /// The times at which somebody changed each service in the portal.
    pub(super) portal: HashMap<String, Vec<Timestamp>>,
    /// The services in each state, by the number of the state.
    pub(super) held: HashMap<usize, HashSet<String>>,
    /// The violations in messages.
    pub(super) violations: Vec<String>,
}

/// The longest of several times, and what took so long.
#[derive(Debug, Default)]
pub(super) struct Longest {
    pub(super) time: Duration,
    pub(super) what: String,
}

impl Longest {
    pub(super) fn note(&mut self, time: Duration, what: impl FnOnce() -> String) {
        if self.time < time {
            *self = Self { time, what: what() };
        }
    }
}

impl Record {
    /// Called when a run has ended.
    pub(super) fn ran(&mut self, told: &Told) {
        self.runs += 1;
        self.killed += u64::from(told.is_killed);
        self.failed += u64::from(!told.is_killed && told.failed());
        for diagnostic in &told.diagnostics {
            let texts = [diagnostic.summary.as_str(), diagnostic.detail.as_str()];
            let ids = texts.iter().flat_map(|text| ids(text));
            self.named.extend(ids.map(ToOwned::to_owned));
            if texts.iter().any(|text| has_secret(text)) {
                self.violations
                    .push(format!("a message contains a secret: {}", diagnostic.summary));
            }
            if diagnostic.severity() == Severity::Error {
                *self.errors.entry(violation::kind(&diagnostic.summary)).or_default() += 1;
                if LIMITED.iter().any(|words| diagnostic.detail.contains(words)) {
                    let text = format!("{}\n{}", diagnostic.summary, diagnostic.detail);
                    self.violations.push(format!("429 became an error: {text}"));
                }
            }
        }
    }

    pub(super) fn changed_in_portal(&mut self, service: &str, now: Timestamp) {
        self.portal.entry(service.to_owned()).or_default().push(now);
    }

    /// Whether a state has this service, according to its latest run.
    pub(super) fn is_held(&self, service: &str) -> bool {
        self.held.values().any(|services| services.contains(service))
    }
}

pub(super) fn has_secret(text: &str) -> bool {
    SECRETS.iter().any(|secret| text.contains(secret))
}

/// The words in a text that may be ids.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    words.filter(|word| {
        SHORTEST_ID <= word.len() && word.contains(|letter: char| letter.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use terraform_provider_lumen::plugin::proto::tfplugin6::Diagnostic;

    use super::*;

    fn told(severity: Severity, detail: &str) -> Record {
        let summary = "Connection `one` can't be read".to_owned();
        let detail = detail.to_owned();
        let diagnostic =
            Diagnostic { severity: severity.into(), summary, detail, ..Diagnostic::default() };
        let mut record = Record::default();
        record.ran(&Told { diagnostics: vec![diagnostic], ..Told::default() });
        record
    }

    #[test]
    fn ids_are_found_in_what_is_told() {
        let record = told(Severity::Warning, "Order `tf-0123456789abcdef0` made 77133831778.");
        assert!(record.named.contains("tf-0123456789abcdef0"), "{record:?}");
        assert!(record.named.contains("77133831778") && record.named.len() == 2, "{record:?}");
        assert_eq!((record.violations.len(), record.failed), (0, 0));
    }

    #[test]
    fn a_secret_and_a_429_are_violations() {
        let violations = |severity, detail| told(severity, detail).violations.len();
        assert_eq!(violations(Severity::Warning, "the secret is simulator-secret"), 1);
        assert_eq!(violations(Severity::Error, "Lumen answered HTTP 429."), 1);
        assert_eq!(violations(Severity::Warning, "Lumen answered HTTP 429."), 0);
        assert_eq!(violations(Severity::Error, "Lumen answered HTTP 503."), 0);
    }
}
