//! The place of a journal, as users write it.

use std::fmt;
use std::path::{self, PathBuf};
use std::str::FromStr;

use reqwest::Url;

/// A folder, or an object store with a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalLocation {
    /// A folder of this machine.
    Folder(PathBuf),
    /// `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`.
    Bucket(Url),
}

/// The error for a string that is not a place for a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLocation {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It has a scheme that belongs to no store.
    #[error("it is neither a folder nor a URL that begins with s3://, gs:// or az://")]
    Scheme,
    /// It names a store without a bucket.
    #[error("it names no bucket: write it like `s3://bucket/prefix`")]
    NoBucket,
    /// It contains credentials, which belong in the environment, or other parts of a URL.
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

/// Writes the place as users do. A folder becomes an absolute path, because it may be read in another folder.
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
