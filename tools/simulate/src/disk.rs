//! A disk that can lose power: data that was not synced may be lost.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use terraform_provider_lumen::machine::FolderEntry;

/// A disk. Names and contents become durable one by one.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    /// The content that processes see.
    seen: BTreeMap<PathBuf, Node>,
    /// The content that certainly survives a power cut.
    durable: BTreeMap<PathBuf, Node>,
}

#[derive(Clone, Debug)]
enum Node {
    Folder,
    File { text: Vec<u8>, modified: SystemTime, is_synced: bool },
}

impl Disk {
    pub(crate) fn exists(&self, path: &Path) -> bool {
        self.seen.contains_key(path)
    }

    pub(crate) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.seen.get(path) {
            Some(Node::File { text, .. }) => Ok(text.clone()),
            Some(Node::Folder) => Err(ErrorKind::IsADirectory.into()),
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    pub(crate) fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        match self.seen.get(path) {
            Some(Node::File { modified, .. }) => Ok(*modified),
            Some(Node::Folder) => Err(ErrorKind::IsADirectory.into()),
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    pub(crate) fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.seen.remove(path).map(drop).ok_or_else(|| ErrorKind::NotFound.into())
    }

    pub(crate) fn entries(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        if !matches!(self.seen.get(folder), Some(Node::Folder)) {
            return Err(ErrorKind::NotFound.into());
        }
        let entries = self.inside(folder).map(|(path, node)| FolderEntry {
            name: path.file_name().map(OsString::from).unwrap_or_default(),
            is_folder: matches!(node, Node::Folder),
        });
        Ok(entries.collect())
    }

    /// The direct content of a folder. Paths are sorted by their components, so that it is contiguous.
    fn inside(&self, folder: &Path) -> impl Iterator<Item = (&PathBuf, &Node)> {
        let below = self.seen.range(folder.to_owned()..);
        let below = below.take_while(move |(path, _)| path.starts_with(folder));
        below.filter(move |(path, _)| path.parent() == Some(folder))
    }

    pub(crate) fn create_folders(&mut self, folder: &Path) {
        for folder in folder.ancestors() {
            self.seen.entry(folder.to_owned()).or_insert(Node::Folder);
        }
    }

    pub(crate) fn create(&mut self, path: &Path, text: &[u8], now: SystemTime) -> io::Result<()> {
        if self.exists(path) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        if !path.parent().is_some_and(|folder| self.exists(folder)) {
            return Err(ErrorKind::NotFound.into());
        }
        let node = Node::File { text: text.to_vec(), modified: now, is_synced: false };
        self.seen.insert(path.to_owned(), node);
        Ok(())
    }

    /// Makes the content of a file durable, whatever its names are.
    pub(crate) fn sync(&mut self, path: &Path) {
        if let Some(Node::File { is_synced, .. }) = self.seen.get_mut(path) {
            *is_synced = true;
        }
    }

    pub(crate) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        if self.exists(to) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let node = self.seen.remove(from).ok_or(ErrorKind::NotFound)?;
        self.seen.insert(to.to_owned(), node);
        Ok(())
    }

    /// Makes the names in a folder durable.
    pub(crate) fn sync_folder(&mut self, folder: &Path) -> io::Result<()> {
        if !self.exists(folder) {
            return Err(ErrorKind::NotFound.into());
        }
        self.durable.retain(|path, _| path.parent() != Some(folder));
        let inside: Vec<_> =
            self.inside(folder).map(|(path, node)| (path.clone(), node.clone())).collect();
        self.durable.extend(inside);
        Ok(())
    }

    /// Removes a folder with everything in it, durably.
    pub(crate) fn lose(&mut self, folder: &Path) {
        self.seen.retain(|path, _| !path.starts_with(folder));
        self.durable.retain(|path, _| !path.starts_with(folder));
    }

    /// The names and contents of the files below a folder.
    pub(crate) fn files(&self, folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let below = self.seen.iter().filter(|(path, _)| path.starts_with(folder));
        let files = below.filter_map(|(path, node)| match node {
            Node::Folder => None,
            Node::File { text, .. } => Some((path.clone(), text.clone())),
        });
        files.collect()
    }

    /// Applies a power cut to a folder. Durable content survives. Of the rest, a random part survives,
    /// because the disk may have written it in any order.
    pub(crate) fn cut_power(&mut self, folder: &Path, chance: &mut fastrand::Rng) {
        let mut left = BTreeMap::new();
        let paths = self.seen.keys().chain(self.durable.keys());
        let paths: Vec<PathBuf> = paths.filter(|path| path.starts_with(folder)).cloned().collect();
        for path in paths {
            let (seen, durable) = (self.seen.get(&path), self.durable.get(&path));
            let is_the_same = matches!(
                (seen, durable),
                (Some(Node::Folder), Some(Node::Folder))
                    | (Some(Node::File { .. }), Some(Node::File { .. }))
            );
            let node = if is_the_same || chance.bool() { seen } else { durable };
            // A name can't exist without its folder.
            let has_folder =
                path == folder || path.parent().is_some_and(|above| left.contains_key(above));
            if let Some(node) = node.filter(|_| has_folder || path.parent() == Some(folder)) {
                left.insert(path, survived(node, chance));
            }
        }
        self.lose(folder);
        self.seen.extend(left.clone());
        self.durable.extend(left);
    }
}

/// A file that was not synced may lose its content.
fn survived(node: &Node, chance: &mut fastrand::Rng) -> Node {
    match node {
        Node::File { text, modified, is_synced: false } => {
            let length = [0, text.len() / 2, text.len()][chance.usize(0..3)];
            Node::File { text: text[..length].to_vec(), modified: *modified, is_synced: true }
        }
        node => node.clone(),
    }
}
