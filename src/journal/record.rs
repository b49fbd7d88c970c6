//! The contents of the files of an entry.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Author, EntryId, EntryKey, JournalError, Likeness};
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
    /// Lumen has accepted it.
    Accepted,
    /// It was returned to Terraform.
    Returned,
    /// What it built is gone, which was found out after the entry was closed.
    Gone,
    /// A person has settled it.
    Settled,
    /// Its entry is closed. This step is the last one, so that an entry whose removal is interrupted still
    /// counts as done.
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
    /// The reference with which it is placed.
    pub(super) reference: ExternalId,
    /// What it is for, in words.
    pub(super) what: String,
    pub(super) written_at: Timestamp,
    /// Identifies the writer, so that it recognizes its own intent if the store's answer was lost.
    pub(super) written_by: String,
    /// The Terraform state that it is for, and the process that wrote it.
    #[serde(default)]
    pub(super) author: Author,
    /// What identifies a duplicate of it, if it makes something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) likeness: Option<Likeness>,
    /// What is needed to follow it.
    pub(super) receipt: Value,
}

/// Why an entry is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Terraform's state has its object.
    InState,
    /// Its goal is reached, and inventory shows the result.
    Reached,
    /// Lumen certainly never accepted it.
    NotAccepted,
    /// There is no trace of it, and sending it a second time does no harm.
    Untraced,
    /// Lumen accepted it, but did not carry it out.
    Failed,
    /// What it built is gone.
    Gone,
    /// A person settled it.
    Settled,
}

/// An order whose entry is not closed.
#[derive(Debug, Clone)]
pub struct OpenOrder {
    /// The key of its entry.
    pub key: EntryKey,
    /// The reference with which it was placed.
    pub reference: ExternalId,
    /// What it is for, in words.
    pub what: String,
    /// When it was written down, just before it was sent.
    pub written_at: Timestamp,
    /// Its last known progress.
    pub progress: Progress,
    /// Its author.
    pub author: Author,
    /// What identifies a duplicate of it, if it makes something.
    pub likeness: Option<Likeness>,
}

/// The last known progress of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// It was about to be sent, and Lumen's answer is not written down.
    Unanswered,
    /// Lumen has accepted it, and it was not returned to Terraform.
    Accepted,
    /// It was returned to Terraform, which has it in its state unless Terraform was killed at that moment.
    /// The next plan or apply that reads the object closes the entry.
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
    /// Identifies the order for a state.
    #[must_use]
    pub fn id(&self) -> EntryId {
        EntryId::new(self.key.clone(), self.written_at)
    }

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

/// The contents of a file whose name is all that matters.
pub(super) fn mark(now: Timestamp) -> Value {
    framed(json!({ "written_at": now }))
}

fn framed(mut record: Value) -> Value {
    record["format"] = FORMAT.into();
    record["version"] = VERSION.into();
    record
}

/// Reads why an entry is closed. After a power failure, a file that was not synced may be empty, filled with
/// zeros, or truncated. Only files about objects that a state has are written that way.
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

/// Reads what is needed to follow an order.
pub(super) fn receipt<Receipt: DeserializeOwned>(
    file: &str,
    value: Value,
) -> Result<Receipt, JournalError> {
    serde_json::from_value(value).map_err(|error| {
        unreadable(file, format!("is damaged, or this provider did not write it: {error}"))
    })
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
                format!("has version {version}: a newer version of this provider wrote it"),
            ))
        }
        _ => Err(foreign(file)),
    }
}

/// The error for a file that the provider does not write.
pub(super) fn foreign(file: &str) -> JournalError {
    JournalError::Foreign { file: file.to_owned() }
}

pub(super) fn unreadable(file: &str, why: impl Into<String>) -> JournalError {
    let folder = file.rsplit_once('/').map_or(file, |(folder, _)| folder).to_owned();
    JournalError::Unreadable { file: file.to_owned(), folder, why: why.into() }
}
