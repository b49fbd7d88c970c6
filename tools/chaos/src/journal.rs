//! The order journal of one case: its location, what goes wrong there, and how its entries age.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lumen_report::failure::{Context, Failure};
use serde_json::Value;

use crate::s3_server::S3Server;

/// How much entries are aged: more than the provider's search time for an order without an answer.
const AGED_BY: SignedDuration = SignedDuration::from_hours(1);
/// The provider still searches for an order without an answer if its entry is not older than this.
const SEARCHED_FOR: SignedDuration = SignedDuration::from_mins(16);

const INTENT: &str = "-intent.json";
const DONE: &str = "-done.json";
const ANSWERED: [&str; 2] = ["-accepted.json", DONE];

/// The location of the journal, and what goes wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Condition {
    /// On the local disk, in the folder that the provider chooses.
    Local,
    /// On a read-only disk.
    ReadOnly,
    /// On a disk that is full.
    Full,
    /// On a disk that has room for one entry.
    AlmostFull,
    /// On the local disk, but it is deleted after the first run.
    Deleted,
    /// In S3.
    S3,
    /// In S3, which refuses connections during the first run.
    S3Refuses,
    /// In S3, which hangs during the first run.
    S3Hangs(HangPoint),
}

/// When S3 starts to hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum HangPoint {
    BeforeOrder,
    WhileOrdering,
    WhilePolling,
}

impl Condition {
    /// Its name in `--only`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::ReadOnly => "read-only",
            Self::Full => "full",
            Self::AlmostFull => "almost-full",
            Self::Deleted => "deleted",
            Self::S3 => "s3",
            Self::S3Refuses => "s3-refuses",
            Self::S3Hangs(HangPoint::BeforeOrder) => "s3-hangs-before",
            Self::S3Hangs(HangPoint::WhileOrdering) => "s3-hangs-during",
            Self::S3Hangs(HangPoint::WhilePolling) => "s3-hangs-after",
        }
    }

    /// Its row in the table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Local => "local disk",
            Self::ReadOnly => "read-only disk",
            Self::Full => "full disk",
            Self::AlmostFull => "disk with room for one entry",
            Self::Deleted => "deleted after the first run",
            Self::S3 => "S3",
            Self::S3Refuses => "S3, refuses connections during the first run",
            Self::S3Hangs(HangPoint::BeforeOrder) => "S3, hangs before the order",
            Self::S3Hangs(HangPoint::WhileOrdering) => "S3, hangs while Lumen processes the order",
            Self::S3Hangs(HangPoint::WhilePolling) => "S3, hangs while the order status is polled",
        }
    }

    /// Whether it needs a disk that is mounted for this case.
    pub(crate) fn needs_mounts(self) -> bool {
        matches!(self, Self::ReadOnly | Self::Full | Self::AlmostFull)
    }

    /// Whether it needs an S3 server.
    pub(crate) fn needs_s3(self) -> bool {
        matches!(self, Self::S3 | Self::S3Refuses | Self::S3Hangs(_))
    }

    /// Whether that server fails, so that it can't be shared with other cases.
    pub(crate) fn needs_own_s3(self) -> bool {
        matches!(self, Self::S3Refuses | Self::S3Hangs(_))
    }
}

/// The journal of one case.
pub(crate) struct Journal {
    pub(crate) condition: Condition,
    folder: PathBuf,
    pub(crate) s3: Option<Arc<S3Server>>,
    /// The prefix of its objects in S3, which separates the journals that share a server.
    prefix: String,
}

impl Journal {
    /// The journal of the module in a folder.
    pub(crate) fn new(
        condition: Condition,
        folder: &Path,
        s3: Option<Arc<S3Server>>,
    ) -> Result<Self, Failure> {
        let prefix = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let own = folder.join("journal");
        let folder = if condition.needs_mounts() {
            fs::create_dir(&own).context("the journal's folder can't be created")?;
            own
        } else {
            folder.join("module").join(".terraform").join("lumen").join("orders")
        };
        Ok(Self { condition, folder, s3, prefix })
    }

    /// The variables that set the location of the journal for the provider.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        match &self.s3 {
            Some(s3) => s3.environment(&self.prefix),
            None if self.condition.needs_mounts() => {
                vec![("LUMEN_ORDER_JOURNAL", self.folder.display().to_string())]
            }
            None => Vec::new(),
        }
    }

    /// The shell commands that mount the disk. Only the first run sees the disk.
    pub(crate) fn mount_script(&self) -> Option<String> {
        let folder = self.folder.display();
        match self.condition {
            Condition::ReadOnly => Some(format!("mount -t tmpfs -o ro tmpfs '{folder}'")),
            Condition::AlmostFull => Some(format!("mount -t tmpfs -o size=4k tmpfs '{folder}'")),
            Condition::Full => Some(format!(
                "mount -t tmpfs -o size=4k tmpfs '{folder}'\n\
                 head -c 8192 /dev/zero > '{folder}/everything' 2> /dev/null || true"
            )),
            _ => None,
        }
    }

    /// Deletes the journal.
    pub(crate) fn delete(&self) -> Result<(), Failure> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Failure::new(format!("the journal can't be deleted: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// The text of all entries.
    pub(crate) fn text(&self) -> Result<String, Failure> {
        let texts = self.entries()?.into_iter().map(|(_, text)| text);
        Ok(texts.collect::<Vec<_>>().join("\n"))
    }

    /// Ages the entries of orders without an answer by an hour. Returns false if the provider no longer
    /// searches for any of them.
    pub(crate) fn age_unanswered(&self) -> Result<bool, Failure> {
        let mut aged = false;
        for (name, text) in without(&self.entries()?, &ANSWERED) {
            if let Some(entry) = aged_entry(text) {
                self.put(name, &entry)?;
                aged = true;
            }
        }
        Ok(aged)
    }

    /// Whether the journal has an order that it does not record as done.
    pub(crate) fn has_open_orders(&self) -> Result<bool, Failure> {
        Ok(without(&self.entries()?, &[DONE]).next().is_some())
    }

    /// Every entry, with its path or key.
    fn entries(&self) -> Result<Vec<(String, String)>, Failure> {
        if let Some(s3) = &self.s3 {
            return s3.objects(&self.prefix);
        }
        let mut found = Vec::new();
        files(&self.folder, &mut found).context("the journal can't be read")?;
        Ok(found)
    }

    fn put(&self, name: &str, text: &str) -> Result<(), Failure> {
        match &self.s3 {
            Some(s3) => s3.put(name, text),
            None => fs::write(name, text).context("the journal can't be written"),
        }
    }
}

/// The intents that are not followed by an entry with one of these endings.
fn without<'a>(
    entries: &'a [(String, String)],
    followers: &[&str],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    entries.iter().filter_map(move |(name, text)| {
        let stem = name.strip_suffix(INTENT)?;
        let is_there = |follower: &&str| {
            entries.iter().any(|(other, _)| other.strip_suffix(*follower) == Some(stem))
        };
        (!followers.iter().any(is_there)).then_some((name.as_str(), text.as_str()))
    })
}

/// The entry as if it had been written an hour earlier. `None` if the provider no longer searches for its
/// order, or if the entry can't be parsed.
fn aged_entry(text: &str) -> Option<String> {
    let mut entry: Value = serde_json::from_str(text).ok()?;
    let written_at: Timestamp = entry.get("written_at")?.as_str()?.parse().ok()?;
    if Timestamp::now().duration_since(written_at) > SEARCHED_FOR {
        return None;
    }
    entry["written_at"] = written_at.checked_sub(AGED_BY).ok()?.to_string().into();
    Some(entry.to_string())
}

fn files(folder: &Path, found: &mut Vec<(String, String)>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap_or_default()));
        }
    }
    Ok(())
}
