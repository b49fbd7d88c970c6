//! A folder on this machine: files are written differently than to an object store, and looked up
//! faster.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::store::Created;

/// Where files are created, in folders of their own.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Whether it has a file or a folder. The check blocks, because it takes less time than handing it
    /// over to a thread that may wait for the disk.
    pub(super) fn has(&self, name: &str) -> io::Result<bool> {
        self.0.join(name).try_exists()
    }

    /// Creates a file if it does not exist. It is complete and durable when this returns, so this waits
    /// for the disk.
    ///
    /// The draft is renamed into place, without replacing anything, and then the folders are synced:
    /// one sync less for each order than linking and unlinking it, as the object store's client does.
    pub(super) fn create(&self, name: &str, text: &[u8]) -> io::Result<Created> {
        let path = self.0.join(name);
        let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
        let known = folder.ancestors().find(|folder| folder.exists()).map(Path::to_owned);
        fs::create_dir_all(folder)?;
        let mut draft = draft(&path)?;
        draft.write_all(text)?;
        draft.as_file().sync_all()?;
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

    /// Creates a file if it does not exist, in a folder that does, and does not wait for the disk: a
    /// power cut may lose the file or its contents.
    pub(super) fn create_soon(&self, name: &str, text: &[u8]) -> io::Result<Created> {
        match File::create_new(self.0.join(name)) {
            Ok(mut file) => file.write_all(text).map(|()| Created::Now),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Created::Before),
            Err(error) => Err(error),
        }
    }
}

/// A draft, which is removed when it is dropped. A draft that survives a crash is harmless: names with
/// `#` are skipped when the folder is listed.
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
    use super::*;

    #[test]
    fn of_many_writers_one_creates_a_file_and_all_of_it() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        let folder = Folder::new(root.path().join("deep").join("orders"));
        let texts: Vec<String> = (0..8).map(|writer| writer.to_string().repeat(50_000)).collect();

        let created: Vec<_> = std::thread::scope(|scope| {
            let write = |text: &String| folder.create("a/0-intent.json", text.as_bytes());
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

        Folder::new(root.path().to_owned()).create("a/0-intent.json", b"{}")?;

        let mode = |path: &Path| path.metadata().map(|it| it.permissions().mode() & 0o777);
        assert_eq!(mode(&root.path().join("a/0-intent.json"))?, mode(&plain)?);
        Ok(())
    }
}
