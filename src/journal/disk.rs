//! The files of a folder, by operations that block.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use super::store::Created;

/// Where files are created, in folders of their own.
#[derive(Clone, Debug)]
pub(super) struct Disk(PathBuf);

impl Disk {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn exists(&self) -> io::Result<bool> {
        self.0.try_exists()
    }

    /// Whether it has a file.
    pub(super) fn has(&self, name: &str) -> io::Result<bool> {
        self.0.join(name).try_exists()
    }

    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(name))
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// When a file was written, if it exists.
    pub(super) fn modified(&self, name: &str) -> io::Result<Option<SystemTime>> {
        match fs::metadata(self.0.join(name)) {
            Ok(file) => file.modified().map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The names of all files below a folder of it, without drafts. Reading the names of a folder is
    /// one call for many files; asking for more would be a call for each.
    pub(super) fn files(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(self.0.join(&folder)) {
                Ok(entries) => entries,
                // What is ordered for the first time has no folder, and another process may remove one.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                let entry = entry?;
                let Some(is_folder) = is_folder(&entry)? else { continue };
                let name = entry.file_name();
                if !is_folder && is_draft(&name) {
                    continue;
                }
                let name = name.to_string_lossy();
                let path = if folder.is_empty() { name.into() } else { format!("{folder}/{name}") };
                if is_folder { &mut folders } else { &mut names }.push(path);
            }
        }
        Ok(names)
    }

    /// Creates a file if it does not exist. It is complete and durable when this returns, so this waits
    /// for the disk.
    ///
    /// The draft is renamed into place, without replacing anything, and then the folders are synced:
    /// one sync less for each order than linking and unlinking it, as it is usually done.
    ///
    /// After `until`, nobody waits for this any more and the order was given up: then it must not come
    /// to be, because a later run would search for it.
    pub(super) fn create(&self, name: &str, text: &[u8], until: Instant) -> io::Result<Created> {
        let path = self.0.join(name);
        let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
        let known = folder.ancestors().find(|folder| folder.exists()).map(Path::to_owned);
        fs::create_dir_all(folder)?;
        let mut draft = draft(&path)?;
        draft.write_all(text)?;
        draft.as_file().sync_all()?;
        if until <= Instant::now() {
            return Err(ErrorKind::TimedOut.into());
        }
        match draft.persist_noclobber(&path) {
            Ok(_) => {}
            Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => {
                return Ok(Created::Before);
            }
            Err(refused) => return Err(refused.error),
        }
        for folder in folder.ancestors() {
            sync(folder)?;
            if known.as_deref() == Some(folder) {
                break;
            }
        }
        Ok(Created::Now)
    }

    /// Creates a file if it does not exist, and does not wait for the disk: a power cut may lose the file
    /// or its contents.
    pub(super) fn create_soon(
        &self,
        name: &str,
        text: &[u8],
        until: Instant,
    ) -> io::Result<Created> {
        match File::create_new(self.0.join(name)) {
            Ok(mut file) => file.write_all(text).map(|()| Created::Now),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Created::Before),
            // Somebody has removed the folder.
            Err(error) if error.kind() == ErrorKind::NotFound => self.create(name, text, until),
            Err(error) => Err(error),
        }
    }
}

/// Whether an entry of a folder is a folder, also by a link. `None` if it has gone meanwhile, or is a
/// link to nothing.
fn is_folder(entry: &DirEntry) -> io::Result<Option<bool>> {
    let is_folder = entry.file_type().and_then(|kind| {
        if kind.is_symlink() {
            fs::metadata(entry.path()).map(|it| it.is_dir())
        } else {
            Ok(kind.is_dir())
        }
    });
    match is_folder {
        Ok(is_folder) => Ok(Some(is_folder)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a file is a draft that a process left behind: its name ends with `#` and a number.
fn is_draft(name: &OsStr) -> bool {
    let number = name.to_str().and_then(|name| name.rsplit_once('#')).map(|(_, number)| number);
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A draft, which is removed when it is dropped. A draft that survives a crash is harmless: it is
/// skipped when the folder is listed.
fn draft(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|it| it.to_str()))
    else {
        return Err(ErrorKind::InvalidInput.into());
    };
    let prefix = format!("{name}#{}", fastrand::u64(..));
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).rand_bytes(0);
    // Other users who share the journal may read it, as far as the umask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Makes the entries of a folder durable.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows has no way to sync a folder.
#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    #[test]
    fn what_was_given_up_is_not_created_later() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        let disk = Disk::new(root.path().to_owned());

        let created = disk.create("a/0-intent.json", b"{}", Instant::now());

        assert_eq!(created.err().map(|error| error.kind()), Some(ErrorKind::TimedOut));
        assert_eq!(root.path().join("a").read_dir()?.count(), 0);
        Ok(())
    }

    #[test]
    fn of_many_writers_one_creates_a_file_and_all_of_it() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        let folder = Disk::new(root.path().join("deep").join("orders"));
        let texts: Vec<String> = (0..8).map(|writer| writer.to_string().repeat(50_000)).collect();

        let created: Vec<_> = std::thread::scope(|scope| {
            let write = |text: &String| folder.create("a/0-intent.json", text.as_bytes(), soon());
            let writers: Vec<_> =
                texts.iter().map(|text| scope.spawn(move || write(text))).collect();
            writers.into_iter().flat_map(std::thread::ScopedJoinHandle::join).collect()
        });

        let now = created.iter().filter(|it| matches!(it, Ok(Created::Now))).count();
        let before = created.iter().filter(|it| matches!(it, Ok(Created::Before))).count();
        assert_eq!((now, before), (1, 7), "one writes, the others are told");
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

        Disk::new(root.path().to_owned()).create("a/0-intent.json", b"{}", soon())?;

        let mode = |path: &Path| path.metadata().map(|it| it.permissions().mode() & 0o777);
        assert_eq!(mode(&root.path().join("a/0-intent.json"))?, mode(&plain)?);
        Ok(())
    }
}
