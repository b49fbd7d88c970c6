//! A cache of the pages of a list. Many objects are read from it instead of with one request each.
//!
//! A page costs as much as a request for one object, and contains a hundred objects. The cache does not know
//! how many objects a run is going to request, or how long the list is. It therefore reads one page for each
//! miss: a run sends at most twice as many requests as the cheaper of the two ways would, and no request
//! waits for others.
//!
//! An object that is missing from the list may still exist, so the caller has to request it.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::debug;

use super::client::Client;
use super::error::Error;
use super::page::Pages;

/// Up to this many misses, no page is read: for a handful of objects, single requests are fastest.
const FREE_MISSES: u32 = 3;

/// How many pages to request at once after having read this many. When answers are slow, more at once read
/// the list faster. The number of pages requested beyond the end of the list can reach a quarter of those
/// that were read.
fn pages_at_once(read: u32) -> u32 {
    (read / 4).clamp(3, 12)
}

/// All pages are read again when the latest of them is older than this.
const LIFETIME: Duration = Duration::from_mins(1);

/// A list that comes in pages.
pub(in crate::lumen) trait PagedList {
    type Item: DeserializeOwned;
    /// The key by which entries are looked up.
    type Key: Clone + Eq + Hash + Send;
    /// What is kept from each item. A key may have several entries.
    type Entry: Clone + Send;

    fn pages() -> Pages<Self::Item>;

    fn read(item: Self::Item) -> Vec<(Self::Key, Self::Entry)>;
}

/// What the pages of a list have shown so far.
pub(in crate::lumen) struct ListCache<L: PagedList> {
    snapshot: Mutex<Snapshot<L>>,
    /// Locked while pages are read, so that one caller reads them and the others then find their entries.
    pages: tokio::sync::Mutex<Pages<L::Item>>,
}

struct Snapshot<L: PagedList> {
    entries: HashMap<L::Key, Vec<L::Entry>>,
    /// The objects that this run changes. Pages may show their state before the change.
    invalidated: HashSet<L::Key>,
    /// When the latest page arrived. The age of the first page does not count: a list that takes minutes,
    /// because Lumen slows the run down, must not expire before its end is reached.
    read_at: Option<Instant>,
    pages: u32,
    completeness: Completeness,
    /// How many lookups the pages could not answer.
    misses: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Completeness {
    Partial,
    Complete,
    /// A page could not be read. Single requests are used until the snapshot expires.
    Failed,
}

impl<L: PagedList> Default for ListCache<L> {
    fn default() -> Self {
        Self { snapshot: Mutex::new(Snapshot::empty()), pages: tokio::sync::Mutex::new(L::pages()) }
    }
}

impl<L: PagedList> Snapshot<L> {
    fn empty() -> Self {
        Self {
            entries: HashMap::new(),
            invalidated: HashSet::new(),
            read_at: None,
            pages: 0,
            completeness: Completeness::Partial,
            misses: 0,
        }
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.read_at.is_some_and(|read_at| now.saturating_duration_since(read_at) < LIFETIME)
    }

    /// How many more pages the misses so far allow to be read.
    fn budget(&self, now: Instant) -> u32 {
        let (pages, completeness) = if self.is_fresh(now) {
            (self.pages, self.completeness)
        } else {
            (0, Completeness::Partial)
        };
        let may_help = FREE_MISSES < self.misses && completeness == Completeness::Partial;
        if may_help { self.misses.saturating_sub(pages) } else { 0 }
    }

    fn get(&self, key: &L::Key, now: Instant) -> Option<&[L::Entry]> {
        let is_valid = self.is_fresh(now) && !self.invalidated.contains(key);
        is_valid.then(|| self.entries.get(key).map(Vec::as_slice)).flatten()
    }
}

impl<L: PagedList> ListCache<L> {
    /// Returns the entries of this key if `is_enough` holds. After `None`, the caller has to request the
    /// object.
    pub(in crate::lumen) async fn get(
        &self,
        client: &Client,
        key: &L::Key,
        is_enough: impl Fn(&[L::Entry]) -> bool,
    ) -> Option<Vec<L::Entry>> {
        let find = || {
            let snapshot = self.snapshot();
            let found = snapshot.get(key, Instant::now()).filter(|found| is_enough(found));
            found.map(<[_]>::to_vec)
        };
        if let Some(found) = find() {
            return Some(found);
        }
        {
            let mut snapshot = self.snapshot();
            if snapshot.invalidated.contains(key) {
                return None;
            }
            snapshot.misses += 1;
        }
        while 0 < self.snapshot().budget(Instant::now()) {
            let mut pages = self.pages.lock().await;
            // Another caller may have read the page in the meantime.
            if let Some(found) = find() {
                return Some(found);
            }
            let count = {
                let snapshot = self.snapshot();
                snapshot.budget(Instant::now()).min(pages_at_once(snapshot.pages))
            };
            if count == 0 {
                break;
            }
            if let Err(error) = self.read_pages(client, &mut pages, count).await {
                debug!(%error, "a list can't be read: its objects are requested one by one");
            }
        }
        find()
    }

    /// Whether the list certainly has no entry of this key, because all of its pages were read. This reads
    /// pages as [`Self::get`] does.
    pub(in crate::lumen) async fn lacks(&self, client: &Client, key: &L::Key) -> bool {
        if self.get(client, key, |_| true).await.is_some() {
            return false;
        }
        let snapshot = self.snapshot();
        snapshot.completeness == Completeness::Complete
            && snapshot.is_fresh(Instant::now())
            && !snapshot.invalidated.contains(key)
    }

    /// Returns all entries for which `is_relevant` holds, or `None` if this run changes one of them.
    pub(in crate::lumen) async fn get_all(
        &self,
        client: &Client,
        is_relevant: impl Fn(&L::Entry) -> bool,
    ) -> Result<Option<Vec<L::Entry>>, Error> {
        let mut pages = self.pages.lock().await;
        loop {
            let now = Instant::now();
            {
                let snapshot = self.snapshot();
                if snapshot.completeness == Completeness::Complete && snapshot.is_fresh(now) {
                    let found = snapshot.entries.iter().flat_map(|(key, entries)| {
                        let relevant = entries.iter().filter(|entry| is_relevant(entry));
                        relevant.map(move |entry| (key, entry))
                    });
                    let found = found.map(|(key, entry)| {
                        (!snapshot.invalidated.contains(key)).then(|| entry.clone())
                    });
                    return Ok(found.collect());
                }
            }
            let count = pages_at_once(self.snapshot().pages);
            self.read_pages(client, &mut pages, count).await?;
        }
    }

    /// Stops using what the pages show about this key, for the rest of the run.
    pub(in crate::lumen) fn invalidate(&self, key: &L::Key) {
        self.snapshot().invalidated.insert(key.clone());
    }

    /// Reads some more pages. If the snapshot has expired, this starts again with the first page.
    async fn read_pages(
        &self,
        client: &Client,
        pages: &mut Pages<L::Item>,
        count: u32,
    ) -> Result<(), Error> {
        let now = Instant::now();
        {
            let mut snapshot = self.snapshot();
            if !snapshot.is_fresh(now) || snapshot.completeness != Completeness::Partial {
                let invalidated = std::mem::take(&mut snapshot.invalidated);
                // The misses of an expired snapshot were spent on its pages, and allow no new ones.
                let is_first = snapshot.read_at.is_none();
                let misses = if is_first { snapshot.misses } else { FREE_MISSES + 1 };
                *snapshot =
                    Snapshot { invalidated, misses, read_at: Some(now), ..Snapshot::empty() };
                *pages = L::pages();
            }
        }
        let read = pages.next_few(client, count).await;
        let mut snapshot = self.snapshot();
        snapshot.pages = pages.read();
        snapshot.read_at = Some(Instant::now());
        match read {
            Ok(Some(items)) => {
                for (key, entry) in items.into_iter().flat_map(L::read) {
                    snapshot.entries.entry(key).or_default().push(entry);
                }
                if pages.is_over() {
                    snapshot.completeness = Completeness::Complete;
                }
                Ok(())
            }
            Ok(None) => {
                snapshot.completeness = Completeness::Complete;
                Ok(())
            }
            Err(error) => {
                snapshot.completeness = Completeness::Failed;
                Err(error)
            }
        }
    }

    fn snapshot(&self) -> MutexGuard<'_, Snapshot<L>> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
