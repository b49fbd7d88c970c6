//! The real machine.

use std::path::PathBuf;
use std::sync::Arc;
use std::{env, fs};

use async_trait::async_trait;
use jiff::Timestamp;
use object_store::ObjectStore;
use reqwest::{Request, Response, Url};

use super::files::Disks;
use super::{Files, Machine, NetworkError};

/// The machine that this process runs on.
#[derive(Debug)]
pub struct ThisMachine;

#[async_trait]
impl Machine for ThisMachine {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn variable(&self, name: &str) -> Option<String> {
        env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn folder(&self) -> Option<PathBuf> {
        env::current_dir().ok()
    }

    /// Only Linux shows when a process started. Without that, a process ID is not enough, because containers
    /// use the same IDs again and again.
    #[cfg(target_os = "linux")]
    fn terraform(&self) -> Option<String> {
        let parent = std::os::unix::process::parent_id();
        let stat = fs::read_to_string(format!("/proc/{parent}/stat")).ok()?;
        // The name of the program is in parentheses, and may contain spaces.
        let (_, fields) = stat.rsplit_once(')')?;
        let began = fields.split_whitespace().nth(19)?;
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(format!("{}-{parent}-{began}", boot.trim()))
    }

    /// Other systems don't show it reliably.
    #[cfg(not(target_os = "linux"))]
    fn terraform(&self) -> Option<String> {
        None
    }

    /// If connecting fails, no byte of the request was sent.
    async fn send(
        &self,
        client: &reqwest::Client,
        request: Request,
    ) -> Result<Response, NetworkError> {
        client.execute(request).await.map_err(|error| {
            let error = error.without_url();
            NetworkError { may_be_sent: !error.is_connect(), cause: Arc::new(error) }
        })
    }

    fn files(&self) -> Arc<dyn Files> {
        Arc::new(Disks)
    }

    fn objects(&self, _: &Url) -> Option<Box<dyn ObjectStore>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_process_that_started_this_one_is_shown() {
        let shown = ThisMachine.terraform();

        assert!(shown.as_ref().is_some_and(|text| text.matches('-').count() == 6));
        assert_eq!(shown, ThisMachine.terraform());
    }
}
