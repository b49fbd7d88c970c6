//! The machine that a process of the provider runs on: its clock, environment, network and disk.
//!
//! Orders, and everything that they rest on, ask nothing else for the time, and write and send by nothing
//! else. So the whole provider also runs on a machine that does not exist, where time is virtual and
//! everything fails as planned: `cargo xtask simulate` does that.

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
    /// The time, by the clock of this machine. Clocks of machines differ.
    fn now(&self) -> Timestamp;

    /// An environment variable. Empty ones count as not set.
    fn variable(&self, name: &str) -> Option<String>;

    /// The working directory.
    fn folder(&self) -> Option<PathBuf>;

    /// The process of Terraform that started this one, in a text that no other process ever has; unknown
    /// where the operating system does not show it.
    fn terraform(&self) -> Option<String>;

    /// Sends a request once, and returns when the head of its answer is there.
    ///
    /// # Errors
    /// Where there is no answer.
    async fn send(
        &self,
        client: &reqwest::Client,
        request: reqwest::Request,
    ) -> Result<reqwest::Response, NetworkError>;

    /// The disk.
    fn files(&self) -> Arc<dyn Files>;

    /// Opens an object store in another way than by the credentials of the environment.
    fn objects(&self, place: &Url) -> Option<Box<dyn ObjectStore>>;
}

/// Why a request has no answer.
#[derive(Debug)]
pub struct NetworkError {
    /// Whether something of the request may have been sent.
    pub may_be_sent: bool,
    /// What happened.
    pub cause: Arc<dyn std::error::Error + Send + Sync>,
}
