//! Where a cell's orders are written down, what goes wrong there, and how time passes there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lumen_report::failure::{Context, Failure};
use serde_json::Value;

use crate::store::Store;

/// Longer than anybody waits for a lost answer to settle.
const AGES: SignedDuration = SignedDuration::from_hours(1);
/// What is older has settled.
const YOUNG: SignedDuration = SignedDuration::from_mins(16);

const INTENT: &str = "-intent.json";
const DONE: &str = "-done.json";
const ANSWERS: [&str; 2] = ["-accepted.json", DONE];

/// How the journal fares while something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Condition {
    /// On the local disk, where the provider keeps it by itself.
    Local,
    /// Nothing can be written.
    ReadOnly,
    /// The disk is full.
    Full,
    /// The disk has room for one entry.
    AlmostFull,
    /// Somebody deletes it after the first run.
    Deleted,
    /// In an object store.
    Store,
    /// In an object store that is not there.
    StoreRefuses,
    /// In an object store that hangs.
    StoreHangs(When),
}

/// When an object store hangs, as seen from the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum When {
    Before,
    During,
    After,
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
            Self::Store => "s3",
            Self::StoreRefuses => "s3-refuses",
            Self::StoreHangs(When::Before) => "s3-hangs-before",
            Self::StoreHangs(When::During) => "s3-hangs-during",
            Self::StoreHangs(When::After) => "s3-hangs-after",
        }
    }

    /// Its row in the table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Local => "local disk",
            Self::ReadOnly => "read-only disk",
            Self::Full => "full disk",
            Self::AlmostFull => "disk that is full after the first entry",
            Self::Deleted => "deleted after the first run",
            Self::Store => "S3",
            Self::StoreRefuses => "S3 that refuses connections until the run is over",
            Self::StoreHangs(When::Before) => "S3 that hangs before the order",
            Self::StoreHangs(When::During) => "S3 that hangs while Lumen answers the order",
            Self::StoreHangs(When::After) => "S3 that hangs while the order is followed",
        }
    }

    /// Whether it takes a disk of its own.
    pub(crate) fn needs_mounts(self) -> bool {
        matches!(self, Self::ReadOnly | Self::Full | Self::AlmostFull)
    }

    /// Whether it takes an object store.
    pub(crate) fn needs_store(self) -> bool {
        matches!(self, Self::Store | Self::StoreRefuses | Self::StoreHangs(_))
    }

    /// Whether that store is struck, and so can't be shared.
    pub(crate) fn strikes_store(self) -> bool {
        matches!(self, Self::StoreRefuses | Self::StoreHangs(_))
    }
}

/// The journal of one cell.
pub(crate) struct Journal {
    pub(crate) condition: Condition,
    folder: PathBuf,
    pub(crate) store: Option<Arc<Store>>,
    /// Tells the journals apart that share a store.
    prefix: String,
}

impl Journal {
    /// The journal of the module in a folder.
    pub(crate) fn new(
        condition: Condition,
        folder: &Path,
        store: Option<Arc<Store>>,
    ) -> Result<Self, Failure> {
        let prefix = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let own = folder.join("journal");
        let folder = if condition.needs_mounts() {
            fs::create_dir(&own).context("the journal's folder can't be made")?;
            own
        } else {
            folder.join("module").join(".terraform").join("lumen").join("orders")
        };
        Ok(Self { condition, folder, store, prefix })
    }

    /// What tells the provider where it is.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        match &self.store {
            Some(store) => store.environment(&self.prefix),
            None if self.condition.needs_mounts() => {
                vec![("LUMEN_ORDER_JOURNAL", self.folder.display().to_string())]
            }
            None => Vec::new(),
        }
    }

    /// What is done to the disk, as only the first run sees it.
    pub(crate) fn script(&self) -> Option<String> {
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

    /// Somebody deletes it.
    pub(crate) fn delete(&self) -> Result<(), Failure> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Failure::new(format!("the journal can't be deleted: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Everything that is written down.
    pub(crate) fn text(&self) -> Result<String, Failure> {
        let texts = self.entries()?.into_iter().map(|(_, text)| text);
        Ok(texts.collect::<Vec<_>>().join("\n"))
    }

    /// Lets an hour pass for orders that have no answer; false if none is young.
    pub(crate) fn age(&self) -> Result<bool, Failure> {
        let mut aged = false;
        for (name, text) in without(&self.entries()?, &ANSWERS) {
            if let Some(older) = older(text) {
                self.put(name, &older)?;
                aged = true;
            }
        }
        Ok(aged)
    }

    /// Whether there is an order of which it is not written down how it ended.
    pub(crate) fn has_open_orders(&self) -> Result<bool, Failure> {
        Ok(without(&self.entries()?, &[DONE]).next().is_some())
    }

    /// Every entry with its name, which tells where it is.
    fn entries(&self) -> Result<Vec<(String, String)>, Failure> {
        if let Some(store) = &self.store {
            return store.objects(&self.prefix);
        }
        let mut found = Vec::new();
        files(&self.folder, &mut found).context("the journal can't be read")?;
        Ok(found)
    }

    fn put(&self, name: &str, text: &str) -> Result<(), Failure> {
        match &self.store {
            Some(store) => store.put(name, text),
            None => fs::write(name, text).context("the journal can't be written"),
        }
    }
}

/// The intents that none of these followed.
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

/// An entry as if it had been written an hour ago; none if it is old already, or unreadable.
fn older(text: &str) -> Option<String> {
    let mut entry: Value = serde_json::from_str(text).ok()?;
    let written_at: Timestamp = entry.get("written_at")?.as_str()?.parse().ok()?;
    if Timestamp::now().duration_since(written_at) > YOUNG {
        return None;
    }
    entry["written_at"] = written_at.checked_sub(AGES).ok()?.to_string().into();
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
