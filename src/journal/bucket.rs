//! A bucket of an object store, and the prefix of the journal in it.

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use reqwest::Url;
use tokio::sync::OnceCell;

use super::JournalError;
use super::access::{Access, is_not_found};
use super::credentials::Variables;
use super::store::{Created, StoredFile};
use crate::machine::Machine;

/// The beginning of the name of a file that is written to check the store, and then removed. If the process
/// dies in between, the file stays behind. It is not an entry.
const CHECK: &str = "conditional-write-check-";

/// An open bucket.
pub(super) struct Bucket {
    objects: Box<dyn ObjectStore>,
    prefix: Path,
    /// The place as users write it.
    place: Url,
    access: Access,
    /// Set once the store has refused to create a file twice.
    exclusive: OnceCell<()>,
}

impl Bucket {
    pub(super) async fn open(
        place: &Url,
        machine: &dyn Machine,
        variables: &Variables,
    ) -> Result<Self, JournalError> {
        let (access, objects) = if let Some(objects) = machine.objects(place) {
            (Access::given(place), objects)
        } else {
            let access = Access::find(place, variables).await?;
            let objects = access.open(place, variables)?;
            (access, objects)
        };
        let prefix = Path::from_url_path(place.path())
            .map_err(|error| JournalError::Unavailable(error.to_string()))?;
        let (place, exclusive) = (place.clone(), OnceCell::new());
        Ok(Self { objects, prefix, place, access, exclusive })
    }

    pub(super) async fn exists(&self) -> Result<bool, JournalError> {
        match self.objects.list(Some(&self.prefix)).next().await {
            None | Some(Ok(_)) => Ok(true),
            Some(Err(error)) if is_not_found(&error) => Ok(false),
            Some(Err(error)) => Err(self.unavailable(&error)),
        }
    }

    /// Creates a file twice, and demands that the store refuse the second attempt. This runs once per
    /// process, because two processes may use different stores.
    pub(super) async fn check_exclusive(&self) -> Result<(), JournalError> {
        self.exclusive.get_or_try_init(async || self.try_twice().await).await.copied()
    }

    async fn try_twice(&self) -> Result<(), JournalError> {
        // Every process uses a different name. Otherwise, the first attempt might be refused because of
        // another process.
        let name = format!("{CHECK}{:032x}", fastrand::u128(..));
        let text = || b"The provider checks that this store creates a file only once.".to_vec();
        // If the store fails, removing the file would fail too. The file does no harm.
        let created = match self.create(&name, text()).await? {
            Created::Now => self.create(&name, text()).await?,
            // The answer to the request was lost, and the retry was refused.
            Created::Before => Created::Before,
        };
        self.remove(&name).await;
        match created {
            Created::Before => Ok(()),
            Created::Now => Err(JournalError::Unavailable(format!(
                "the object store ignores conditional writes: it created the file `{name}` in `{}` twice. Two runs at once could each record the same order there, and both would place it. Use another object store (Amazon S3, Google Cloud Storage, Azure Blob Storage, or one that honors `If-None-Match`), or a shared folder",
                self.place
            ))),
        }
    }

    /// Creates a file if it does not exist.
    pub(super) async fn create(&self, name: &str, text: Vec<u8>) -> Result<Created, JournalError> {
        let (path, text) = (self.path(name)?, PutPayload::from(text));
        match self.objects.put_opts(&path, text, PutMode::Create.into()).await {
            Ok(_) => Ok(Created::Now),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Created::Before),
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    pub(super) async fn has(&self, name: &str) -> Result<bool, JournalError> {
        Ok(self.head(name).await?.is_some())
    }

    pub(super) async fn modified(&self, name: &str) -> Result<Option<Timestamp>, JournalError> {
        Ok(self.head(name).await?.as_ref().and_then(modified))
    }

    async fn head(&self, name: &str) -> Result<Option<ObjectMeta>, JournalError> {
        match self.objects.head(&self.path(name)?).await {
            Ok(object) => Ok(Some(object)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    pub(super) async fn read(&self, name: &str) -> Result<Vec<u8>, JournalError> {
        let path = self.path(name)?;
        let read = async || self.objects.get(&path).await?.bytes().await;
        Ok(read().await.map_err(|error| self.unavailable(&error))?.to_vec())
    }

    /// Lists all files, or those of a folder.
    pub(super) async fn list(&self, folder: Option<&str>) -> Result<Vec<StoredFile>, JournalError> {
        let prefix = folder.map_or_else(|| Ok(self.prefix.clone()), |folder| self.path(folder))?;
        let found: Result<Vec<_>, _> = self.objects.list(Some(&prefix)).try_collect().await;
        let found = found.map_err(|error| self.unavailable(&error))?;
        let files = found.into_iter().filter_map(|object| {
            if object.location.filename().is_some_and(|name| name.starts_with(CHECK)) {
                return None;
            }
            let parts = object.location.prefix_match(&self.prefix)?;
            let name = parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/");
            Some(StoredFile { name, modified: modified(&object) })
        });
        Ok(files.collect())
    }

    /// Removes a file, if possible.
    pub(super) async fn remove(&self, name: &str) {
        if let Ok(path) = self.path(name) {
            // Another process may already have removed it. If removing it fails, the next process tries
            // again.
            let _ = self.objects.delete(&path).await;
        }
    }

    fn path(&self, name: &str) -> Result<Path, JournalError> {
        let below =
            Path::parse(name).map_err(|error| JournalError::Unavailable(error.to_string()))?;
        Ok(self.prefix.parts().chain(below.parts()).collect())
    }

    fn unavailable(&self, error: &Error) -> JournalError {
        JournalError::Unavailable(self.access.explain(error))
    }
}

fn modified(object: &ObjectMeta) -> Option<Timestamp> {
    Timestamp::from_second(object.last_modified.timestamp()).ok()
}
