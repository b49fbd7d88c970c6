//! A disk that has a file, but can't guarantee that it will keep it.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::SystemTime;

use async_trait::async_trait;
use jiff::Timestamp;
use object_store::ObjectStore;
use reqwest::Url;

use super::*;
use crate::machine::{Draft, Files, FolderEntry, NetworkError};

/// A machine with a disk on which the next syncs of folders fail.
#[derive(Debug)]
struct FailingMachine(Arc<FailingDisk>);

#[derive(Debug)]
struct FailingDisk {
    disk: Arc<dyn Files>,
    syncs_to_fail: AtomicU32,
    syncs: AtomicU32,
    /// Whether nothing more can be written.
    is_full: AtomicBool,
    /// Why folders outside this one can't be synced.
    outside: Option<(PathBuf, ErrorKind)>,
}

fn given_failures(world: &World, syncs_to_fail: u32) -> (Journal, Arc<FailingDisk>) {
    given_disk(world, syncs_to_fail, None)
}

fn given_disk(
    world: &World,
    syncs_to_fail: u32,
    outside: Option<(PathBuf, ErrorKind)>,
) -> (Journal, Arc<FailingDisk>) {
    let (disk, syncs_to_fail) = (ThisMachine.files(), AtomicU32::new(syncs_to_fail));
    let (syncs, is_full) = (AtomicU32::default(), AtomicBool::default());
    let disk = Arc::new(FailingDisk { disk, syncs_to_fail, syncs, is_full, outside });
    let place = JournalLocation::Folder(world.folder.path().join("deep").join("orders"));
    let machine = Arc::new(FailingMachine(disk.clone()));
    (Journal::of(Some(place), Author::default(), machine), disk)
}

#[async_trait]
impl Machine for FailingMachine {
    fn now(&self) -> Timestamp {
        ThisMachine.now()
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn folder(&self) -> Option<PathBuf> {
        None
    }

    fn terraform(&self) -> Option<String> {
        None
    }

    async fn send(
        &self,
        client: &reqwest::Client,
        request: reqwest::Request,
    ) -> Result<reqwest::Response, NetworkError> {
        ThisMachine.send(client, request).await
    }

    fn files(&self) -> Arc<dyn Files> {
        self.0.clone()
    }

    fn objects(&self, _: &Url) -> Option<Box<dyn ObjectStore>> {
        None
    }
}

#[async_trait]
impl Files for FailingDisk {
    async fn may_run_here(&self) -> bool {
        true
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.disk.exists(path)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.disk.read(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        self.disk.modified(path)
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        self.disk.entries(folder)
    }

    fn create_folders(&self, folder: &Path) -> io::Result<()> {
        self.disk.create_folders(folder)
    }

    fn draft(&self, folder: &Path, name: &str, text: &[u8]) -> io::Result<Box<dyn Draft>> {
        if self.is_full.load(Ordering::Relaxed) {
            return Err(ErrorKind::StorageFull.into());
        }
        self.disk.draft(folder, name, text)
    }

    fn create_new(&self, path: &Path, text: &[u8]) -> io::Result<()> {
        self.disk.create_new(path, text)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        if let Some((inside, why)) = &self.outside
            && !folder.starts_with(inside)
        {
            return Err((*why).into());
        }
        let fails = |left: u32| left.checked_sub(1);
        match self.syncs_to_fail.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fails) {
            Ok(_) => Err(ErrorKind::TimedOut.into()),
            Err(_) => self.disk.sync_folder(folder),
        }
    }
}

#[tokio::test]
async fn what_may_be_lost_in_a_power_cut_is_not_ordered() -> Tested {
    let world = given()?;
    let (journal, _) = given_failures(&world, u32::MAX);

    let refused = world.written(&journal).await;

    assert_eq!(refused.err().map(|error| error.to_string()).as_deref(), Some("timed out"));
    assert_eq!(world.names(), [""; 0], "no run has to search for it");
    Ok(())
}

#[tokio::test]
async fn what_was_interrupted_after_it_had_its_name_is_made_durable() -> Tested {
    let world = given()?;
    let (journal, disk) = given_failures(&world, 1);

    world.written(&journal).await?;

    assert_eq!(world.names(), ["0-intent.json"]);
    let folders = world.folder.path().join("deep/orders/of-a-target").ancestors().count();
    let folders = u32::try_from(folders)?;
    assert_eq!(disk.syncs.load(Ordering::Relaxed), 1 + folders, "from its folder to the root");
    Ok(())
}

#[tokio::test]
async fn folders_that_a_killed_process_has_made_are_made_durable_once() -> Tested {
    let world = given()?;
    let place = world.folder.path().join("deep/orders");
    fs::create_dir_all(place.join(world.target.folder()))?;
    let (journal, disk) = given_failures(&world, 0);
    let syncs = || disk.syncs.load(Ordering::Relaxed);

    let first = world.written(&journal).await?;
    let before = syncs();
    journal.close(first.key(), Ending::NotAccepted).await?;
    let closing = syncs() - before;

    assert_eq!(usize::try_from(before)?, place.ancestors().count() + 1);
    assert_eq!(closing, 2, "the folder of the target, and that of the journal");
    Ok(())
}

#[tokio::test]
async fn a_folder_above_the_journal_that_no_run_can_have_made_stops_no_order() -> Tested {
    for (why, is_written) in [
        (ErrorKind::PermissionDenied, true),
        (ErrorKind::ReadOnlyFilesystem, true),
        (ErrorKind::InvalidInput, true),
        (ErrorKind::Unsupported, true),
        (ErrorKind::StorageFull, false),
    ] {
        let world = given()?;
        let (journal, _) = given_disk(&world, 0, Some((world.folder.path().to_owned(), why)));

        assert_eq!(world.written(&journal).await.is_ok(), is_written, "{why}");
    }
    Ok(())
}

/// If a power cut loses such a file, the entry stays open for longer than necessary.
#[tokio::test]
async fn nothing_waits_for_the_disk_when_a_state_has_what_was_ordered() -> Tested {
    for (ending, waits) in [
        (Ending::InState, false),
        (Ending::Reached, false),
        (Ending::NotAccepted, true),
        (Ending::Gone, true),
    ] {
        let world = given()?;
        let (journal, disk) = given_failures(&world, 0);
        let entry = world.written(&journal).await?;
        let before = disk.syncs.load(Ordering::Relaxed);

        journal.close(entry.key(), ending).await?;

        assert_eq!(disk.syncs.load(Ordering::Relaxed) > before, waits, "{ending:?}");
        assert_eq!(world.names(), ["0-done.json", "0-intent.json"]);
    }
    Ok(())
}

#[tokio::test]
async fn an_order_of_another_process_is_not_taken_for_what_could_not_be_written_down() -> Tested {
    let world = given()?;
    let (journal, disk) = given_failures(&world, 0);
    let free = world.free(&journal).await?;
    let reference = free.reference().ok_or("no reference")?;
    world.written(&world.journal()).await?;
    disk.is_full.store(true, Ordering::Relaxed);

    let written = free.write_down(&reference, "a thing", None, &"mine").await;

    assert!(matches!(written, Err(JournalError::Unavailable(_))));
    assert_eq!(world.names(), ["0-intent.json"], "that of the other process stays");
    Ok(())
}
