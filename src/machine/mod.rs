//! The machine that a provider process runs on: its clock, environment, network and disk.
//!
//! Orders, and everything that they depend on, get the time only from here, and write and send only through
//! it. The whole provider can therefore also run on a simulated machine with virtual time and planned
//! failures, as `cargo xtask simulate` does.

mod files;
mod this;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use object_store::ObjectStore;
use reqwest::Url;

pub use files::{Draft, Files, FolderEntry};
pub use this::ThisMachine;

/// A machine.
#[async_trait]
pub trait Machine: fmt::Debug + Send + Sync + 'static {
    /// The time according to the clock of this machine. The clocks of different machines differ.
    fn now(&self) -> Timestamp;

    /// Reads an environment variable. An empty variable counts as not set.
    fn variable(&self, name: &str) -> Option<String>;

    /// The working directory.
    fn folder(&self) -> Option<PathBuf>;

    /// Identifies the Terraform process that started this one, in a string that no other process ever has.
    /// Unknown if the operating system does not show it.
    fn terraform(&self) -> Option<String>;

    /// Sends a request once, and returns when the head of the answer has arrived.
    ///
    /// # Errors
    /// If there is no answer.
    async fn send(
        &self,
        client: &reqwest::Client,
        request: reqwest::Request,
    ) -> Result<reqwest::Response, NetworkError>;

    /// The disk.
    fn files(&self) -> Arc<dyn Files>;

    /// Opens an object store without the credentials in the environment. `None` means to use those
    /// credentials.
    fn objects(&self, place: &Url) -> Option<Box<dyn ObjectStore>>;
}

/// Why a request has no answer.
#[derive(Debug)]
pub struct NetworkError {
    /// Whether any part of the request may have been sent.
    pub may_be_sent: bool,
    /// What happened.
    pub cause: Arc<dyn std::error::Error + Send + Sync>,
}
