//! Histories in files: violations that were found, and violations that were fixed and must not return.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::history::History;
use crate::trial::{Verdict, try_history};
use crate::{story, violation};

/// A history in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regression {
    /// A sentence that says what must hold.
    title: String,
    /// The seed of the original history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    /// The violation when it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    violation: Option<String>,
    /// Texts that no message may contain, in addition to the invariants of every history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    never_told: Vec<String>,
    history: History,
}

impl Regression {
    pub(crate) fn found(seed: u64, violation: &str, history: History) -> Self {
        let title = format!(
            "Describe here what must hold. The violation was: {}",
            violation::kind(violation)
        );
        Self {
            title,
            seed: Some(seed),
            violation: Some(violation.to_owned()),
            never_told: Vec::new(),
            history,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Fails if the file can't be read or is not a history.
    pub fn read(file: &Path) -> Result<Self, String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = fs::read_to_string(file).map_err(|error| told(&error))?;
        serde_json::from_str(&text).map_err(|error| told(&error))
    }

    /// Writes it to a folder, and returns the file.
    pub(crate) fn keep(&self, folder: &Path) -> io::Result<PathBuf> {
        let kind = self.kind();
        let seed = self.seed.map(|seed| format!("-{seed}")).unwrap_or_default();
        let file = folder.join(format!("{}{seed}.json", violation::slug(&kind)));
        fs::create_dir_all(folder)?;
        fs::write(&file, serde_json::to_string_pretty(self)? + "\n")?;
        Ok(file)
    }

    /// What must hold.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The history in plain English, with its outcome.
    #[must_use]
    pub fn story(&self, verdict: &Verdict) -> String {
        story::tell(&self.history, verdict)
    }

    pub(crate) fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// The kind of its violation.
    pub(crate) fn kind(&self) -> String {
        self.violation.as_deref().map(violation::kind).unwrap_or_default()
    }

    /// Tries the history, and records every effect if requested.
    #[must_use]
    pub fn replay(&self, notes_effects: bool) -> Verdict {
        let mut verdict = try_history(&self.history, notes_effects);
        let told = |text: &&String| verdict.log.iter().flatten().any(|it| it.contains(*text));
        let told = self.never_told.iter().filter(told);
        let violations: Vec<String> =
            told.map(|text| format!("a message contains \"{text}\"")).collect();
        verdict.violations.extend(violations);
        verdict
    }
}

/// The histories in a folder, or in one file.
///
/// # Errors
/// Fails if the file or folder can't be read.
pub fn files(place: &Path) -> Result<Vec<PathBuf>, String> {
    if place.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let read = |error: io::Error| format!("{}: {error}", place.display());
    let mut files = Vec::new();
    for entry in place.read_dir().map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate;

    #[test]
    fn every_history_is_the_same_after_it_was_written_and_read() -> Result<(), serde_json::Error> {
        for seed in 0..300 {
            let regression = Regression::found(seed, "", generate::history(seed));

            let text = serde_json::to_string(&regression)?;
            let read: Regression = serde_json::from_str(&text)?;

            assert_eq!(read.history, regression.history);
        }
        Ok(())
    }
}
