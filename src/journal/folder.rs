//! A folder of this machine, which may be on a network disk.
//!
//! No file operation runs on the thread that serves Terraform: a network disk whose server is gone blocks
//! every caller, and the call can't be interrupted. `disk` has the operations, and this file gives each of
//! them a thread and a time limit.

use std::io;
use std::path::{self, Path};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::JournalError;
use super::disk::Disk;
use super::store::{Created, StoredFile};
use crate::machine::Machine;

/// How long a disk operation may take: as long as a request to a bucket, including retries.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many operations may run at once. Operations that hang occupy their threads. The runtime has a limited
/// number of threads, and name resolution needs some of them.
const OPERATIONS: usize = 16;

/// An open folder.
pub(super) struct Folder {
    disk: Disk,
    operations: Arc<Semaphore>,
}

impl Folder {
    pub(super) fn open(path: &Path, machine: &dyn Machine) -> Result<Self, JournalError> {
        let path = path::absolute(path).map_err(|error| unavailable(&error))?;
        let disk = Disk::new(path, machine.files());
        Ok(Self { disk, operations: Arc::new(Semaphore::new(OPERATIONS)) })
    }

    pub(super) async fn exists(&self) -> Result<bool, JournalError> {
        self.run(Disk::exists).await
    }

    pub(super) async fn has(&self, name: &str) -> Result<bool, JournalError> {
        let name = name.to_owned();
        self.run(move |disk| disk.has(&name)).await
    }

    pub(super) async fn create(&self, name: &str, text: Vec<u8>) -> Result<Created, JournalError> {
        let (name, until) = (name.to_owned(), Instant::now() + PATIENCE);
        self.run(move |disk| disk.create(&name, &text, until)).await
    }

    pub(super) async fn make_durable(&self, name: &str) -> Result<(), JournalError> {
        let name = name.to_owned();
        self.run(move |disk| disk.make_durable(&name)).await
    }

    pub(super) async fn create_soon(
        &self,
        name: &str,
        text: Vec<u8>,
    ) -> Result<Created, JournalError> {
        let (name, until) = (name.to_owned(), Instant::now() + PATIENCE);
        self.run(move |disk| disk.create_soon(&name, &text, until)).await
    }

    pub(super) async fn read(&self, name: &str) -> Result<Vec<u8>, JournalError> {
        let name = name.to_owned();
        self.run(move |disk| disk.read(&name)).await
    }

    pub(super) async fn list(&self, folder: Option<&str>) -> Result<Vec<StoredFile>, JournalError> {
        let folder = folder.unwrap_or_default().to_owned();
        let names = self.run(move |disk| disk.files(&folder)).await?;
        Ok(names.into_iter().map(|name| StoredFile { name, modified: None }).collect())
    }

    pub(super) async fn modified(&self, name: &str) -> Result<Option<Timestamp>, JournalError> {
        let name = name.to_owned();
        let modified = self.run(move |disk| disk.modified(&name)).await?;
        Ok(modified.and_then(|time| time.try_into().ok()))
    }

    pub(super) async fn remove(&self, name: &str) {
        let name = name.to_owned();
        // Another process may have removed it already, and the next one tries again.
        let _ = self.run(move |disk| disk.remove(&name)).await;
    }

    /// Runs an operation, on its own thread if it may block. An operation that does not end in time continues
    /// on that thread, because nothing can interrupt it. The process does not wait for it when it exits.
    async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Disk) -> io::Result<T> + Send + 'static,
    ) -> Result<T, JournalError> {
        if self.disk.may_run_here().await {
            return operation(&self.disk).map_err(|error| unavailable(&error));
        }
        let (disk, operations) = (self.disk.clone(), self.operations.clone());
        let running = async {
            let permit = operations.acquire_owned().await;
            let operation = move || {
                let done = operation(&disk);
                drop(permit);
                done
            };
            spawn_blocking(operation).await
        };
        match timeout(PATIENCE, running).await {
            Ok(Ok(done)) => done.map_err(|error| unavailable(&error)),
            Ok(Err(panicked)) => Err(JournalError::Unavailable(panicked.to_string())),
            Err(_) => Err(JournalError::Unavailable(format!(
                "the disk has not answered for {} seconds; if it is a network disk, check its server and its mount",
                PATIENCE.as_secs()
            ))),
        }
    }
}

/// Reports the operating system's message, which users can act on.
fn unavailable(error: &io::Error) -> JournalError {
    match error.raw_os_error() {
        // Omit the prefix that a crate adds, such as the path of a draft.
        Some(code) => JournalError::Unavailable(io::Error::from_raw_os_error(code).to_string()),
        None => JournalError::Unavailable(error.to_string()),
    }
}
