//! The disk of a machine, with the operations that the order journal needs. They block.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, DirEntry, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::time::SystemTime;

use async_trait::async_trait;

/// A disk.
#[async_trait]
pub trait Files: fmt::Debug + Send + Sync + 'static {
    /// Waits until an operation may run on the caller's thread. Returns `false` if it needs its own thread
    /// because it may block.
    async fn may_run_here(&self) -> bool;

    /// Whether this file or folder exists.
    ///
    /// # Errors
    /// Errors of the operating system.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// The contents of a file.
    ///
    /// # Errors
    /// See [`Self::exists`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Removes a file.
    ///
    /// # Errors
    /// See [`Self::exists`].
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// When a file was written.
    ///
    /// # Errors
    /// See [`Self::exists`].
    fn modified(&self, path: &Path) -> io::Result<SystemTime>;

    /// Lists the contents of a folder.
    ///
    /// # Errors
    /// See [`Self::exists`].
    fn entries(&self, folder: &Path) -> io::Result<Vec<FolderEntry>>;

    /// Creates a folder and its missing parents.
    ///
    /// # Errors
    /// See [`Self::exists`].
    fn create_folders(&self, folder: &Path) -> io::Result<()>;

    /// Writes a file under a name that nothing else uses, without waiting for the disk. The file is removed
    /// unless it is published.
    ///
    /// # Errors
    /// See [`Self::exists`].
    fn draft(&self, folder: &Path, name: &str, text: &[u8]) -> io::Result<Box<dyn Draft>>;

    /// Creates a file that must not exist yet, without waiting for the disk. A power failure may lose the
    /// file or its contents.
    ///
    /// # Errors
    /// See [`Self::exists`].
    fn create_new(&self, path: &Path, text: &[u8]) -> io::Result<()>;

    /// Waits until the names in a folder are durable.
    ///
    /// # Errors
    /// See [`Self::exists`].
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
}

/// A file that does not have its final name yet.
pub trait Draft {
    /// Waits until its contents are durable.
    ///
    /// # Errors
    /// Errors of the operating system.
    fn sync(&self) -> io::Result<()>;

    /// Gives the file its final name, if no other file has that name.
    ///
    /// # Errors
    /// Errors of the operating system, such as [`ErrorKind::AlreadyExists`] if another file has the name.
    fn publish(self: Box<Self>, path: &Path) -> io::Result<()>;
}

/// A file or folder in a folder.
#[derive(Clone, Debug)]
pub struct FolderEntry {
    /// Its name in the folder.
    pub name: OsString,
    /// Whether it is a folder, or a link to one.
    pub is_folder: bool,
}

/// The disks of this machine.
#[derive(Debug)]
pub(super) struct Disks;

#[async_trait]
impl Files for Disks {
    /// A network disk whose server is gone blocks every caller, and the call can't be interrupted.
    async fn may_run_here(&self) -> bool {
        false
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        fs::metadata(path)?.modified()
    }

    /// Reads only names and types: one call returns those of many files, while anything else would need a
    /// call for each file.
    fn entries(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Some(is_folder) = is_folder(&entry)? else { continue };
            entries.push(FolderEntry { name: entry.file_name(), is_folder });
        }
        Ok(entries)
    }

    fn create_folders(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    fn draft(&self, folder: &Path, name: &str, text: &[u8]) -> io::Result<Box<dyn Draft>> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(name).rand_bytes(0);
        // Other users of a shared journal may read it, as far as the umask allows.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut draft = builder.tempfile_in(folder)?;
        draft.write_all(text)?;
        Ok(Box::new(DraftFile(draft)))
    }

    fn create_new(&self, path: &Path, text: &[u8]) -> io::Result<()> {
        File::create_new(path)?.write_all(text)
    }

    #[cfg(unix)]
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    /// Windows has no way to sync a folder.
    #[cfg(windows)]
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// A draft. Its file is removed when this is dropped.
struct DraftFile(tempfile::NamedTempFile);

impl Draft for DraftFile {
    fn sync(&self) -> io::Result<()> {
        self.0.as_file().sync_all()
    }

    fn publish(self: Box<Self>, path: &Path) -> io::Result<()> {
        self.0.persist_noclobber(path).map(drop).map_err(|refused| refused.error)
    }
}

/// Whether an entry of a folder is a folder, or a link to one. `None` if it no longer exists, or is a broken
/// link.
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
