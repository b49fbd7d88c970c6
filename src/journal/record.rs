//! What the files of an entry say.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Author, EntryKey, JournalError, Likeness};
use crate::lumen::ExternalId;

/// Identifies the files of this journal.
const FORMAT: &str = "terraform-provider-lumen order journal";

/// Increased when an older provider would misunderstand what a newer one writes.
const VERSION: u64 = 1;

/// The steps of an order, one file each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryStep {
    /// It is about to be sent.
    Intent,
    /// Lumen has it.
    Accepted,
    /// Terraform was told of it.
    Returned,
    /// What it built is no more, as was learnt after the entry was closed.
    Gone,
    /// A person said that it has ended.
    Settled,
    /// The last one: whatever is left when removing an entry breaks off is still done.
    Done,
}

impl EntryStep {
    pub(super) const ALL: [Self; 6] =
        [Self::Intent, Self::Accepted, Self::Returned, Self::Gone, Self::Settled, Self::Done];

    /// The end of the file's name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Intent => "-intent.json",
            Self::Accepted => "-accepted.json",
            Self::Returned => "-returned.json",
            Self::Gone => "-gone.json",
            Self::Settled => "-settled.json",
            Self::Done => "-done.json",
        }
    }
}

/// An order before it is sent.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Intent {
    /// The reference under which it is placed.
    pub(super) reference: ExternalId,
    /// What it is for, in words.
    pub(super) what: String,
    pub(super) written_at: Timestamp,
    /// Identifies the writer, so that it recognises its own intent when the store lost the answer.
    pub(super) written_by: String,
    /// For which state, and in which process.
    #[serde(default)]
    pub(super) author: Author,
    /// What it is like, if it makes something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) likeness: Option<Likeness>,
    /// What following it needs.
    pub(super) receipt: Value,
}

/// Why an entry is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Terraform's state has it.
    InState,
    /// What it was for is done, and shows in the inventory.
    Reached,
    /// Lumen certainly never accepted it.
    NotAccepted,
    /// Nothing shows that it arrived, and sending it a second time does no harm.
    Untraced,
    /// Lumen accepted it, and did not do it.
    Failed,
    /// What it built is no more.
    Gone,
    /// A person decided.
    Settled,
}

/// An order whose entry is not closed.
#[derive(Debug, Clone)]
pub struct OpenOrder {
    /// Where it is written down.
    pub key: EntryKey,
    /// The reference under which it was placed.
    pub reference: ExternalId,
    /// What it is for, in words.
    pub what: String,
    /// When it was about to be sent.
    pub written_at: Timestamp,
    /// How far it is known to have come.
    pub progress: Progress,
    /// Who placed it.
    pub author: Author,
    /// What it is like, if it makes something.
    pub likeness: Option<Likeness>,
}

/// How far an order is known to have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// It was about to be sent, and Lumen's answer is not written down.
    Unanswered,
    /// Lumen has accepted it, and Terraform was not told.
    Accepted,
    /// Terraform was told of it, and has it in its state unless it was killed then. The next plan or apply
    /// that reads the object closes the entry.
    Returned,
}

impl fmt::Display for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Unanswered => "unanswered",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
        })
    }
}

impl Progress {
    pub(super) fn of<T>(steps: &BTreeMap<EntryStep, T>) -> Self {
        match (steps.contains_key(&EntryStep::Returned), steps.contains_key(&EntryStep::Accepted)) {
            (true, _) => Self::Returned,
            (false, true) => Self::Accepted,
            (false, false) => Self::Unanswered,
        }
    }
}

impl OpenOrder {
    pub(super) fn new(key: EntryKey, intent: Intent, progress: Progress) -> Self {
        let Intent { reference, what, written_at, author, likeness, .. } = intent;
        Self { key, reference, what, written_at, progress, author, likeness }
    }
}

pub(super) fn intent(intent: &Intent) -> Value {
    framed(serde_json::to_value(intent).unwrap_or_default())
}

pub(super) fn accepted(receipt: &Value, now: Timestamp) -> Value {
    framed(json!({ "written_at": now, "receipt": receipt }))
}

pub(super) fn done(ending: Ending, now: Timestamp) -> Value {
    framed(json!({ "written_at": now, "ending": ending }))
}

/// A file that says all it has to say by its name.
pub(super) fn mark(now: Timestamp) -> Value {
    framed(json!({ "written_at": now }))
}

fn framed(mut record: Value) -> Value {
    record["format"] = FORMAT.into();
    record["version"] = VERSION.into();
    record
}

/// Why an entry is closed. A power cut can take the contents of a file that nobody waited for, which leaves
/// none, zeros, or a part: such files are written of what a state has.
pub(super) fn read_ending(file: &str, bytes: &[u8]) -> Result<Ending, JournalError> {
    if serde_json::from_slice::<IgnoredAny>(bytes).is_err() {
        return Ok(Ending::InState);
    }
    receipt(file, unframed(file, bytes)?["ending"].take())
}

pub(super) fn read_intent(file: &str, bytes: &[u8]) -> Result<Intent, JournalError> {
    receipt(file, unframed(file, bytes)?)
}

pub(super) fn read_accepted<Receipt: DeserializeOwned>(
    file: &str,
    bytes: &[u8],
) -> Result<Receipt, JournalError> {
    receipt(file, unframed(file, bytes)?["receipt"].take())
}

/// Reads what following an order needs.
pub(super) fn receipt<Receipt: DeserializeOwned>(
    file: &str,
    value: Value,
) -> Result<Receipt, JournalError> {
    serde_json::from_value(value)
        .map_err(|error| unreadable(file, format!("is damaged, or not of this provider: {error}")))
}

pub(super) fn unframed(file: &str, bytes: &[u8]) -> Result<Value, JournalError> {
    let record: Value = serde_json::from_slice(bytes)
        .map_err(|error| unreadable(file, format!("is damaged: {error}")))?;
    match (record["format"].as_str(), record["version"].as_u64()) {
        (Some(FORMAT), Some(VERSION)) => Ok(record),
        (Some(FORMAT), version) => {
            let version = version.map_or_else(|| "unknown".to_owned(), |number| number.to_string());
            Err(unreadable(
                file,
                format!("is of version {version}: a newer version of this provider wrote it"),
            ))
        }
        _ => Err(foreign(file)),
    }
}

/// A file that the provider does not write.
pub(super) fn foreign(file: &str) -> JournalError {
    JournalError::Foreign { file: file.to_owned() }
}

pub(super) fn unreadable(file: &str, why: impl Into<String>) -> JournalError {
    let folder = file.rsplit_once('/').map_or(file, |(folder, _)| folder).to_owned();
    JournalError::Unreadable { file: file.to_owned(), folder, why: why.into() }
}
