//! What the files of an entry say.

use std::fmt;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{EntryKey, JournalError};
use crate::lumen::ExternalId;

/// Identifies the files of this journal.
const FORMAT: &str = "terraform-provider-lumen order journal";

/// Increased when an older provider would misunderstand what a newer one writes.
const VERSION: u64 = 1;

/// The steps of an order, one file each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step {
    Intent,
    Accepted,
    Done,
}

impl Step {
    pub(super) const ALL: [Self; 3] = [Self::Intent, Self::Accepted, Self::Done];

    /// The end of the file's name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Intent => "-intent.json",
            Self::Accepted => "-accepted.json",
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
    /// What following it needs.
    pub(super) receipt: Value,
}

/// Why an entry is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Terraform's state has it.
    InState,
    /// What it was for is done, and shows in the inventory.
    Reached,
    /// Lumen certainly never accepted it.
    NotAccepted,
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
    /// Whether Lumen is known to have accepted it.
    pub is_accepted: bool,
}

impl OpenOrder {
    pub(super) fn new(key: EntryKey, intent: Intent, is_accepted: bool) -> Self {
        let Intent { reference, what, written_at, written_by: _, receipt: _ } = intent;
        Self { key, reference, what, written_at, is_accepted }
    }
}

/// One line: `tf-5b… accepted 2026-05-04T12:00:00Z connection …`.
impl fmt::Display for OpenOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key: _, reference, what, written_at, is_accepted } = self;
        let state = if *is_accepted { "accepted" } else { "unanswered" };
        write!(formatter, "{reference:20}  {state:10}  {written_at:.0}  {what}")
    }
}

pub(super) fn intent(intent: &Intent) -> Value {
    framed(serde_json::to_value(intent).unwrap_or_default())
}

pub(super) fn accepted(receipt: &Value) -> Value {
    framed(json!({ "written_at": Timestamp::now(), "receipt": receipt }))
}

pub(super) fn done(ending: Ending) -> Value {
    framed(json!({ "written_at": Timestamp::now(), "ending": ending }))
}

pub(super) fn replaces() -> Value {
    framed(json!({ "written_at": Timestamp::now() }))
}

fn framed(mut record: Value) -> Value {
    record["format"] = FORMAT.into();
    record["version"] = VERSION.into();
    record
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

fn unframed(file: &str, bytes: &[u8]) -> Result<Value, JournalError> {
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
