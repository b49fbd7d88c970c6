//! The files of a folder, accessed with blocking operations.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use super::store::Created;
use crate::machine::Files;

/// The folder of a journal on a disk. Each target has its own folder in it.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    path: PathBuf,
    files: Arc<dyn Files>,
    /// Whether this process has made the folders above the journal durable.
    is_rooted: Arc<AtomicBool>,
}

impl Disk {
    pub(super) fn new(path: PathBuf, files: Arc<dyn Files>) -> Self {
        Self { path, files, is_rooted: Arc::default() }
    }

    /// See [`Files::may_run_here`].
    pub(super) async fn may_run_here(&self) -> bool {
        self.files.may_run_here().await
    }

    pub(super) fn exists(&self) -> io::Result<bool> {
        self.files.exists(&self.path)
    }

    /// Whether this file exists.
    pub(super) fn has(&self, name: &str) -> io::Result<bool> {
        self.files.exists(&self.path.join(name))
    }

    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.files.read(&self.path.join(name))
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        self.files.remove(&self.path.join(name))
    }

    /// When a file was written, if it exists.
    pub(super) fn modified(&self, name: &str) -> io::Result<Option<SystemTime>> {
        match self.files.modified(&self.path.join(name)) {
            Ok(modified) => Ok(Some(modified)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The names of all files below one of its folders, except drafts.
    pub(super) fn files(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = match self.files.entries(&self.path.join(&folder)) {
                Ok(entries) => entries,
                // A target without orders has no folder yet, and another process may remove a folder.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                if !entry.is_folder && is_draft(&entry.name) {
                    continue;
                }
                let name = entry.name.to_string_lossy();
                let path = if folder.is_empty() { name.into() } else { format!("{folder}/{name}") };
                if entry.is_folder { &mut folders } else { &mut names }.push(path);
            }
        }
        Ok(names)
    }

    /// Creates a file if it does not exist. This waits for the disk: the file is complete and durable when it
    /// returns.
    ///
    /// The draft is renamed into place without replacing anything, and then the folders are synced. This
    /// needs one sync per order less than the usual way, which is to link the draft and unlink it.
    ///
    /// After `until`, the caller no longer waits and has given up the order. The file must then not be
    /// created, because a later run would search for the order.
    pub(super) fn create(&self, name: &str, text: &[u8], until: Instant) -> io::Result<Created> {
        let path = self.path.join(name);
        let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
        self.files.create_folders(folder)?;
        let file = path.file_name().and_then(OsStr::to_str).ok_or(ErrorKind::InvalidInput)?;
        // A draft that survives a crash is harmless: it is skipped when the folder is listed.
        let draft = self.files.draft(folder, &format!("{file}#{}", fastrand::u64(..)), text)?;
        draft.sync()?;
        if until <= Instant::now() {
            return Err(ErrorKind::TimedOut.into());
        }
        match draft.publish(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Created::Before),
            Err(error) => return Err(error),
        }
        self.make_durable(name).map(|()| Created::Now)
    }

    /// Makes the name of a file durable. An existing folder may not be durable: the process that created it
    /// may have been killed before syncing it.
    pub(super) fn make_durable(&self, name: &str) -> io::Result<()> {
        let path = self.path.join(name);
        for folder in path.ancestors().skip(1) {
            if folder.starts_with(&self.path) {
                self.files.sync_folder(folder)?;
                continue;
            }
            if self.is_rooted.load(Ordering::Relaxed) {
                return Ok(());
            }
            match self.files.sync_folder(folder) {
                Err(error) if !is_out_of_reach(&error) => return Err(error),
                _ => {}
            }
        }
        self.is_rooted.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Creates a file if it does not exist, without waiting for the disk. A power failure may lose the file
    /// or its contents.
    pub(super) fn create_soon(
        &self,
        name: &str,
        text: &[u8],
        until: Instant,
    ) -> io::Result<Created> {
        match self.files.create_new(&self.path.join(name), text) {
            Ok(()) => Ok(Created::Now),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Created::Before),
            // The folder has been removed.
            Err(error) if error.kind() == ErrorKind::NotFound => self.create(name, text, until),
            Err(error) => Err(error),
        }
    }
}

/// Whether a folder above the journal can't be synced, either because no run can have created it or because
/// its file system can't sync folders. Neither must stop an order.
fn is_out_of_reach(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::InvalidInput
            | ErrorKind::Unsupported
    )
}

/// Whether a file is a draft that a process left behind: its name ends with `#` and a number.
fn is_draft(name: &OsStr) -> bool {
    let number = name.to_str().and_then(|name| name.rsplit_once('#')).map(|(_, number)| number);
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    #[cfg(unix)]
    use std::fs::File;
    use std::path::Path;
    use std::time::Duration;

    use async_trait::async_trait;

    use super::*;
    use crate::machine::{Draft, FolderEntry, Machine as _, ThisMachine};

    /// A disk on which everything that concerns a file fails, but for a draft that may get its name.
    #[derive(Debug)]
    struct Failing {
        why: ErrorKind,
        publishes: bool,
    }

    struct FailingDraft(Option<ErrorKind>);

    impl Draft for FailingDraft {
        fn sync(&self) -> io::Result<()> {
            Ok(())
        }

        fn publish(self: Box<Self>, _: &Path) -> io::Result<()> {
            self.0.map_or(Ok(()), |why| Err(why.into()))
        }
    }

    #[async_trait]
    impl Files for Failing {
        async fn may_run_here(&self) -> bool {
            true
        }

        fn exists(&self, _: &Path) -> io::Result<bool> {
            Err(self.why.into())
        }

        fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
            Err(self.why.into())
        }

        fn remove(&self, _: &Path) -> io::Result<()> {
            Err(self.why.into())
        }

        fn modified(&self, _: &Path) -> io::Result<SystemTime> {
            Err(self.why.into())
        }

        fn entries(&self, _: &Path) -> io::Result<Vec<FolderEntry>> {
            Err(self.why.into())
        }

        fn create_folders(&self, _: &Path) -> io::Result<()> {
            Ok(())
        }

        fn draft(&self, _: &Path, _: &str, _: &[u8]) -> io::Result<Box<dyn Draft>> {
            Ok(Box::new(FailingDraft((!self.publishes).then_some(self.why))))
        }

        fn create_new(&self, _: &Path, _: &[u8]) -> io::Result<()> {
            Err(self.why.into())
        }

        fn sync_folder(&self, _: &Path) -> io::Result<()> {
            Ok(())
        }
    }

    fn failing(why: ErrorKind, publishes: bool) -> Disk {
        Disk::new(PathBuf::from("orders"), Arc::new(Failing { why, publishes }))
    }

    fn disk(path: PathBuf) -> Disk {
        Disk::new(path, ThisMachine.files())
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    #[test]
    fn what_was_given_up_is_not_created_later() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        let disk = disk(root.path().to_owned());

        let created = disk.create("a/0-intent.json", b"{}", Instant::now());

        assert_eq!(created.err().map(|error| error.kind()), Some(ErrorKind::TimedOut));
        assert_eq!(root.path().join("a").read_dir()?.count(), 0);
        Ok(())
    }

    #[test]
    fn of_many_writers_one_creates_a_file_and_all_of_it() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        let folder = disk(root.path().join("deep").join("orders"));
        let texts: Vec<String> = (0..8).map(|writer| writer.to_string().repeat(50_000)).collect();

        let created: Vec<_> = std::thread::scope(|scope| {
            let write = |text: &String| folder.create("a/0-intent.json", text.as_bytes(), soon());
            let writers: Vec<_> =
                texts.iter().map(|text| scope.spawn(move || write(text))).collect();
            writers.into_iter().flat_map(std::thread::ScopedJoinHandle::join).collect()
        });

        let now = created.iter().filter(|it| matches!(it, Ok(Created::Now))).count();
        let before = created.iter().filter(|it| matches!(it, Ok(Created::Before))).count();
        assert_eq!((now, before), (1, 7), "one writes, the others find its entry");
        let orders = root.path().join("deep/orders/a");
        assert!(texts.contains(&fs::read_to_string(orders.join("0-intent.json"))?));
        assert_eq!(orders.read_dir()?.count(), 1, "no draft stays behind");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_the_journal_as_the_user_s_mask_allows() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;

        let root = tempfile::tempdir()?;
        let plain = root.path().join("plain");
        File::create_new(&plain)?;

        disk(root.path().to_owned()).create("a/0-intent.json", b"{}", soon())?;

        let mode = |path: &Path| path.metadata().map(|it| it.permissions().mode() & 0o777);
        assert_eq!(mode(&root.path().join("a/0-intent.json"))?, mode(&plain)?);
        Ok(())
    }

    #[tokio::test]
    async fn the_machine_says_whether_an_operation_needs_a_thread() {
        assert!(failing(ErrorKind::StorageFull, false).may_run_here().await);
        assert!(!disk(PathBuf::from("orders")).may_run_here().await);
    }

    #[test]
    fn only_what_does_not_exist_has_no_time_and_no_files() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        fs::write(root.path().join("a"), "")?;
        let (missing, broken) = (ErrorKind::NotFound, ErrorKind::StaleNetworkFileHandle);
        let modified = |why| failing(why, false).modified("a").map_err(|error| error.kind());
        let files = |why| failing(why, false).files("a").map_err(|error| error.kind());

        assert!(disk(root.path().to_owned()).modified("a")?.is_some());
        assert_eq!((modified(missing), modified(broken)), (Ok(None), Err(broken)));
        assert_eq!((files(missing), files(broken)), (Ok(Vec::new()), Err(broken)));
        Ok(())
    }

    /// A failure that is taken for the file of another process hides that nothing was written down.
    #[test]
    fn a_file_was_there_before_only_if_the_disk_says_so() {
        let (there, full, missing) =
            (ErrorKind::AlreadyExists, ErrorKind::StorageFull, ErrorKind::NotFound);
        let kind = |created: io::Result<Created>| match created {
            Ok(Created::Now) => Ok("now"),
            Ok(Created::Before) => Ok("before"),
            Err(error) => Err(error.kind()),
        };
        let create = |why| kind(failing(why, false).create("a", b"{}", soon()));
        let create_soon = |why| kind(failing(why, true).create_soon("a", b"{}", soon()));

        assert_eq!((create(there), create(full)), (Ok("before"), Err(full)));
        assert_eq!((create_soon(there), create_soon(full)), (Ok("before"), Err(full)));
        assert_eq!(create_soon(missing), Ok("now"), "the folder is made again");
    }
}
