//! A bucket of an object store: its objects, and how they are listed.

use std::collections::BTreeMap;
use std::ops::Bound;

use chrono::{DateTime, Utc};
use object_store::ObjectMeta;
use object_store::path::Path;

/// The objects of a bucket.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    pub(crate) objects: BTreeMap<Path, Object>,
}

/// The maximum number of objects in a page of a list.
pub(crate) const LONGEST_PAGE: usize = 1000;

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) text: Vec<u8>,
    pub(crate) modified: DateTime<Utc>,
}

impl Object {
    /// The metadata that a list shows.
    pub(crate) fn meta(&self, path: &Path) -> ObjectMeta {
        ObjectMeta {
            location: path.clone(),
            last_modified: self.modified,
            size: self.text.len() as u64,
            e_tag: None,
            version: None,
        }
    }
}

impl Bucket {
    /// Writes an object, unless it must be new and already exists.
    pub(crate) fn put(&mut self, path: &Path, object: Object, must_be_new: bool) -> bool {
        if must_be_new && self.objects.contains_key(path) {
            return false;
        }
        self.objects.insert(path.clone(), object);
        true
    }

    /// A page of the objects with a prefix and after a path, sorted by path.
    pub(crate) fn page(&self, prefix: Option<&Path>, after: Option<&Path>) -> Vec<ObjectMeta> {
        let name = prefix.map_or("", |prefix| prefix.as_ref());
        let is_below = |path: &Path| {
            prefix.is_none_or(|prefix| {
                path.prefix_match(prefix).is_some_and(|mut rest| rest.next().is_some())
            })
        };
        let begin = match (after, prefix) {
            (Some(after), _) => Bound::Excluded(after.clone()),
            (None, Some(prefix)) => Bound::Included(prefix.clone()),
            (None, None) => Bound::Unbounded,
        };
        let objects = self.objects.range((begin, Bound::Unbounded));
        let objects = objects.take_while(|(path, _)| path.as_ref().starts_with(name));
        let objects = objects.filter(|(path, _)| is_below(path)).take(LONGEST_PAGE);
        objects.map(|(path, object)| object.meta(path)).collect()
    }

    /// The name of the latest intent with this reference, relative to the journal's location.
    pub(crate) fn intent_of(&self, reference: &str) -> Option<String> {
        let names = format!("\"reference\": \"{reference}\"");
        let intents = self.objects.iter().filter(|(path, object)| {
            path.as_ref().ends_with("-intent.json")
                && String::from_utf8_lossy(&object.text).contains(&names)
        });
        let latest = intents.max_by_key(|(_, object)| object.modified)?.0.as_ref();
        latest.split_once('/').map(|(_, file)| file.to_owned())
    }

    /// The intents of the entries that are not closed.
    pub(crate) fn open_entries(&self) -> Vec<&Path> {
        let intents = self
            .objects
            .keys()
            .filter_map(|path| Some((path, path.as_ref().strip_suffix("-intent.json")?)));
        let open = intents.filter(|(_, entry)| {
            !self.objects.contains_key(&Path::from(format!("{entry}-done.json")))
        });
        open.map(|(path, _)| path).collect()
    }

    /// Removes everything.
    pub(crate) fn lose(&mut self) {
        self.objects.clear();
    }
}
