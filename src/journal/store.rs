//! The store of the entries: a folder of this machine, or a bucket of an object store.

use jiff::Timestamp;
use serde_json::Value;

use super::bucket::Bucket;
use super::credentials::Variables;
use super::folder::Folder;
use super::{JournalError, JournalLocation};
use crate::machine::Machine;

/// An open store.
pub(super) enum Store {
    Folder(Folder),
    Bucket(Bucket),
}

/// A file of the journal.
pub(super) struct StoredFile {
    /// The name, below the journal's place.
    pub(super) name: String,
    /// Known only if the listing returns it anyway. A bucket's listing does, while a folder would need a call
    /// for each file. See [`Store::modified`].
    pub(super) modified: Option<Timestamp>,
}

/// Whether a file was created, or already existed.
#[derive(Debug)]
pub(super) enum Created {
    Now,
    Before,
}

impl Store {
    pub(super) async fn open(
        location: &JournalLocation,
        machine: &dyn Machine,
    ) -> Result<Self, JournalError> {
        Self::open_with(location, machine, &Variables::of_process()).await
    }

    /// Opens a store with the credentials in these variables.
    pub(super) async fn open_with(
        location: &JournalLocation,
        machine: &dyn Machine,
        variables: &Variables,
    ) -> Result<Self, JournalError> {
        Ok(match location {
            JournalLocation::Folder(folder) => Self::Folder(Folder::open(folder, machine)?),
            JournalLocation::Bucket(url) => {
                Self::Bucket(Bucket::open(url, machine, variables).await?)
            }
        })
    }

    /// Whether the place exists. A bucket has no folders, so its prefix exists if the bucket does.
    pub(super) async fn exists(&self) -> Result<bool, JournalError> {
        match self {
            Self::Folder(folder) => folder.exists().await,
            Self::Bucket(bucket) => bucket.exists().await,
        }
    }

    /// Makes sure that if two writers create the same file, only one of them succeeds. Orders rely on that,
    /// so this runs before the first one.
    pub(super) async fn check_exclusive(&self) -> Result<(), JournalError> {
        match self {
            // The operating system guarantees it.
            Self::Folder(_) => Ok(()),
            Self::Bucket(bucket) => bucket.check_exclusive().await,
        }
    }

    /// Creates a file if it does not exist. It is durable when this returns.
    pub(super) async fn create(&self, name: &str, record: Value) -> Result<Created, JournalError> {
        let text = text(&record)?;
        match self {
            Self::Folder(folder) => folder.create(name, text).await,
            Self::Bucket(bucket) => bucket.create(name, text).await,
        }
    }

    /// Makes a file durable if its creation was interrupted after the file got its name.
    pub(super) async fn make_durable(&self, name: &str) -> Result<(), JournalError> {
        match self {
            Self::Folder(folder) => folder.make_durable(name).await,
            // What an object store shows is durable.
            Self::Bucket(_) => Ok(()),
        }
    }

    /// Creates a file without waiting for the disk. A power failure may lose the file.
    pub(super) async fn create_soon(&self, name: &str, record: Value) -> Result<(), JournalError> {
        let text = text(&record)?;
        match self {
            Self::Folder(folder) => folder.create_soon(name, text).await.map(drop),
            Self::Bucket(bucket) => bucket.create(name, text).await.map(drop),
        }
    }

    pub(super) async fn has(&self, name: &str) -> Result<bool, JournalError> {
        match self {
            Self::Folder(folder) => folder.has(name).await,
            Self::Bucket(bucket) => bucket.has(name).await,
        }
    }

    pub(super) async fn read(&self, name: &str) -> Result<Vec<u8>, JournalError> {
        match self {
            Self::Folder(folder) => folder.read(name).await,
            Self::Bucket(bucket) => bucket.read(name).await,
        }
    }

    /// Lists all files, or those of a folder. A place that does not exist has no files.
    pub(super) async fn list(&self, folder: Option<&str>) -> Result<Vec<StoredFile>, JournalError> {
        match self {
            Self::Folder(place) => place.list(folder).await,
            Self::Bucket(bucket) => bucket.list(folder).await,
        }
    }

    /// When a file was written, if it exists.
    pub(super) async fn modified(&self, name: &str) -> Result<Option<Timestamp>, JournalError> {
        match self {
            Self::Folder(folder) => folder.modified(name).await,
            Self::Bucket(bucket) => bucket.modified(name).await,
        }
    }

    /// Removes a file, if that is possible now.
    pub(super) async fn remove(&self, name: &str) {
        match self {
            Self::Folder(folder) => folder.remove(name).await,
            Self::Bucket(bucket) => bucket.remove(name).await,
        }
    }
}

fn text(record: &Value) -> Result<Vec<u8>, JournalError> {
    serde_json::to_vec_pretty(record).map_err(|error| JournalError::Unavailable(error.to_string()))
}
