//! Where entries are: a folder of this machine, or an object store.

use std::error::Error;
use std::path::{self, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use std::{fmt, io};

use futures::TryStreamExt;
use jiff::Timestamp;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, PutMode, PutPayload, RetryConfig,
};
use reqwest::Url;
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::JournalError;
use super::folder::Folder;
use crate::lumen::ApiUrl;

/// How long an object store may take: an order waits for it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(20);

/// Addresses of object stores that users may set, which must not lead over an open network.
const ENDPOINTS: [&str; 3] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"];

/// A folder, or an object store with a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalLocation {
    /// A folder of this machine.
    Folder(PathBuf),
    /// `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`.
    Bucket(Url),
}

/// Why a text names no place for a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLocation {
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
    /// A scheme that no store has.
    #[error("it is neither a folder nor a URL that begins with s3://, gs:// or az://")]
    Scheme,
    /// A store without a bucket.
    #[error("it names no bucket: write it like `s3://bucket/prefix`")]
    NoBucket,
    /// Credentials come from the environment.
    #[error("it must not contain credentials, a query or a fragment")]
    NotOnlyAPlace,
}

impl FromStr for JournalLocation {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidLocation::Empty);
        }
        if !text.contains("://") {
            return Ok(Self::Folder(text.into()));
        }
        let url = Url::parse(text).map_err(|_| InvalidLocation::Scheme)?;
        match url.scheme() {
            "s3" | "gs" | "az" => {}
            _ => return Err(InvalidLocation::Scheme),
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(InvalidLocation::NoBucket);
        }
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if plain { Ok(Self::Bucket(url)) } else { Err(InvalidLocation::NotOnlyAPlace) }
    }
}

/// As users write it; a folder as an absolute path, because it is read in another folder.
impl fmt::Display for JournalLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => {
                path::absolute(folder).unwrap_or_else(|_| folder.clone()).display().fmt(formatter)
            }
            Self::Bucket(url) => url.fmt(formatter),
        }
    }
}

/// An open store, and where in it the journal is.
pub(super) struct Store {
    objects: Box<dyn ObjectStore>,
    prefix: Path,
    /// The same place, if it is a folder of this machine.
    folder: Option<Folder>,
}

/// A file of the journal.
pub(super) struct StoredFile {
    /// Below the journal's place.
    pub(super) name: String,
    pub(super) modified: Timestamp,
}

/// Whether a file was created, or was there before.
pub(super) enum Created {
    Now,
    Before,
}

impl Store {
    pub(super) fn open(location: &JournalLocation) -> Result<Self, JournalError> {
        match location {
            JournalLocation::Folder(folder) => {
                let folder = path::absolute(folder).map_err(unavailable)?;
                let prefix = Path::from_absolute_path(&folder).map_err(unavailable)?;
                let objects = Box::new(LocalFileSystem::new());
                Ok(Self { objects, prefix, folder: Some(Folder::new(folder)) })
            }
            JournalLocation::Bucket(url) => {
                let objects = open_bucket(url)?;
                let prefix = Path::from_url_path(url.path()).map_err(unavailable)?;
                Ok(Self { objects, prefix, folder: None })
            }
        }
    }

    /// Durable when this returns.
    pub(super) async fn create(&self, name: &str, record: Value) -> Result<Created, JournalError> {
        let text = serde_json::to_vec_pretty(&record).map_err(unavailable)?;
        if let Some(folder) = &self.folder {
            let (folder, name) = (folder.clone(), name.to_owned());
            let created = spawn_blocking(move || folder.create(&name, &text));
            return created.await.map_err(unavailable)?.map_err(unavailable);
        }
        let (path, text) = (self.path(name)?, PutPayload::from(text));
        match self.objects.put_opts(&path, text, PutMode::Create.into()).await {
            Ok(_) => Ok(Created::Now),
            Err(
                object_store::Error::AlreadyExists { .. }
                | object_store::Error::Precondition { .. },
            ) => Ok(Created::Before),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Durable soon: for what may be lost in a power cut, which saves waiting for the disk.
    pub(super) async fn create_soon(&self, name: &str, record: Value) -> Result<(), JournalError> {
        if let Some(folder) = &self.folder {
            let text = serde_json::to_vec_pretty(&record).map_err(unavailable)?;
            match folder.create_soon(name, &text) {
                // Somebody has removed the folder, which is created again below.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                created => return created.map(drop).map_err(unavailable),
            }
        }
        self.create(name, record).await.map(drop)
    }

    pub(super) async fn has(&self, name: &str) -> Result<bool, JournalError> {
        if let Some(folder) = &self.folder {
            return folder.has(name).map_err(unavailable);
        }
        match self.objects.head(&self.path(name)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(unavailable(error)),
        }
    }

    pub(super) async fn read(&self, name: &str) -> Result<Vec<u8>, JournalError> {
        let answer = self.objects.get(&self.path(name)?).await.map_err(unavailable)?;
        Ok(answer.bytes().await.map_err(unavailable)?.to_vec())
    }

    /// All files, or those of a folder.
    pub(super) async fn list(&self, folder: Option<&str>) -> Result<Vec<StoredFile>, JournalError> {
        let prefix = match folder {
            // Whatever is ordered for the first time has none.
            Some(folder) if self.lacks(folder) => return Ok(Vec::new()),
            Some(folder) => self.path(folder)?,
            None => self.prefix.clone(),
        };
        let found: Vec<_> =
            self.objects.list(Some(&prefix)).try_collect().await.map_err(unavailable)?;
        let files = found.into_iter().filter_map(|object| {
            let parts = object.location.prefix_match(&self.prefix)?;
            let name = parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/");
            let modified = Timestamp::from_second(object.last_modified.timestamp()).ok()?;
            Some(StoredFile { name, modified })
        });
        Ok(files.collect())
    }

    /// Removes a file, if that is possible now.
    pub(super) async fn remove(&self, name: &str) {
        if let Ok(path) = self.path(name) {
            // Another process may have removed it already, and the next one tries again.
            let _ = self.objects.delete(&path).await;
        }
    }

    /// Whether a folder is certainly not there.
    fn lacks(&self, name: &str) -> bool {
        self.folder.as_ref().is_some_and(|folder| matches!(folder.has(name), Ok(false)))
    }

    fn path(&self, name: &str) -> Result<Path, JournalError> {
        let below = Path::parse(name).map_err(unavailable)?;
        Ok(self.prefix.parts().chain(below.parts()).collect())
    }
}

/// Credentials and endpoints come from the environment, as the tools of each store read them.
fn open_bucket(url: &Url) -> Result<Box<dyn ObjectStore>, JournalError> {
    let options =
        ClientOptions::new().with_connect_timeout(REQUEST_TIMEOUT).with_timeout(REQUEST_TIMEOUT);
    let retry =
        RetryConfig { backoff: BackoffConfig::default(), max_retries: 5, retry_timeout: PATIENCE };
    Ok(match url.scheme() {
        "gs" => {
            let builder = GoogleCloudStorageBuilder::from_env().with_url(url.as_str());
            let builder = builder.with_client_options(options).with_retry(retry);
            Box::new(builder.build().map_err(unavailable)?)
        }
        "az" => {
            let builder = MicrosoftAzureBuilder::from_env().with_url(url.as_str());
            let builder = builder.with_client_options(options).with_retry(retry);
            Box::new(builder.build().map_err(unavailable)?)
        }
        _ => {
            let insecure = insecure_endpoint()?;
            let builder = AmazonS3Builder::from_env().with_url(url.as_str());
            let builder = builder.with_client_options(options.with_allow_http(insecure));
            Box::new(builder.with_retry(retry).build().map_err(unavailable)?)
        }
    })
}

/// Whether the endpoint that users set is plain http, which is fine for this machine itself only.
fn insecure_endpoint() -> Result<bool, JournalError> {
    let Some((name, url)) =
        ENDPOINTS.iter().find_map(|name| Some((name, std::env::var(name).ok()?)))
    else {
        return Ok(false);
    };
    match url.parse::<ApiUrl>() {
        Ok(_) => Ok(url.starts_with("http://")),
        Err(why) => Err(JournalError::Unavailable(format!("`{name}` can't be used: {why}"))),
    }
}

/// What the operating system says is what users can act on; a store's own words where there is none.
fn unavailable(error: impl Error) -> JournalError {
    let mut source = error.source();
    while let Some(below) = source {
        if let Some(system) =
            below.downcast_ref::<io::Error>().filter(|it| it.raw_os_error().is_some())
        {
            return JournalError::Unavailable(system.to_string());
        }
        source = below.source();
    }
    JournalError::Unavailable(error.to_string())
}
