//! A bucket of an object store: what is in it, and how it lists.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use object_store::path::Path;

/// The objects of a bucket.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    pub(crate) objects: BTreeMap<Path, Object>,
}

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) text: Vec<u8>,
    pub(crate) modified: DateTime<Utc>,
}

impl Bucket {
    /// Creates an object, unless it exists and must not.
    pub(crate) fn put(&mut self, path: &Path, object: Object, must_be_new: bool) -> bool {
        if must_be_new && self.objects.contains_key(path) {
            return false;
        }
        self.objects.insert(path.clone(), object);
        true
    }

    pub(crate) fn below(&self, prefix: Option<&Path>) -> Vec<(Path, Object)> {
        let is_below = |path: &Path| {
            prefix.is_none_or(|prefix| {
                path.prefix_match(prefix).is_some_and(|mut rest| rest.next().is_some())
            })
        };
        let objects = self.objects.iter().filter(|(path, _)| is_below(path));
        objects.map(|(path, object)| (path.clone(), object.clone())).collect()
    }

    /// The latest intent of this reference, by its name below the journal's place.
    pub(crate) fn intent_of(&self, reference: &str) -> Option<String> {
        let names = format!("\"reference\": \"{reference}\"");
        let intents = self.objects.iter().filter(|(path, object)| {
            path.as_ref().ends_with("-intent.json")
                && String::from_utf8_lossy(&object.text).contains(&names)
        });
        let latest = intents.max_by_key(|(_, object)| object.modified)?.0.as_ref();
        latest.split_once('/').map(|(_, file)| file.to_owned())
    }

    /// Removes everything.
    pub(crate) fn lose(&mut self) {
        self.objects.clear();
    }
}
