//! Reading many things by the pages of a list, instead of one request for each.
//!
//! A page costs as much as a question for one thing, and shows a hundred. Nobody knows how many things
//! a run is going to ask for, or how long the list is. So a page is read for each question that the
//! pages read so far don't answer: a run sends at most twice the requests that the cheaper of both
//! ways takes, and no question waits for others.
//!
//! What the list doesn't show is not known to be gone: whoever needs to know has to ask for it.

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

/// So few questions are asked one by one: with them, a run on a handful of things ends soonest.
const FEW: u32 = 3;

/// How many pages are asked for at once, after so many: where an answer takes long, a list is read so many
/// times as fast. A quarter of what was read may be asked for behind its end.
fn at_once(read: u32) -> u32 {
    (read / 4).clamp(3, 12)
}

/// All pages are read again when the latest of them is older than this.
const LIFETIME: Duration = Duration::from_mins(1);

/// Things that a list shows.
pub(in crate::lumen) trait PagedList {
    type Item: DeserializeOwned;
    /// What they are asked for by.
    type Key: Clone + Eq + Hash + Send;
    /// What is kept of each. A key may have several.
    type Shown: Clone + Send;

    fn pages() -> Pages<Self::Item>;

    fn read(item: Self::Item) -> Vec<(Self::Key, Self::Shown)>;
}

/// What the pages of a list have shown.
pub(in crate::lumen) struct ListCache<L: PagedList> {
    shown: Mutex<Snapshot<L>>,
    /// Held by whoever asks for pages; the others then find theirs on them.
    pages: tokio::sync::Mutex<Pages<L::Item>>,
}

struct Snapshot<L: PagedList> {
    things: HashMap<L::Key, Vec<L::Shown>>,
    /// What this run changes: a page that was asked for before shows it as it was.
    changed: HashSet<L::Key>,
    /// When the latest page came: a list that takes minutes, because Lumen slows us down, must not grow
    /// old while it is read, or its end is never reached.
    since: Option<Instant>,
    pages: u32,
    end: Completeness,
    /// How many questions the pages did not answer when they came.
    questions: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Completeness {
    Partial,
    Complete,
    /// A page could not be read: the list is of no help for a while.
    Failed,
}

impl<L: PagedList> Default for ListCache<L> {
    fn default() -> Self {
        Self { shown: Mutex::new(Snapshot::empty()), pages: tokio::sync::Mutex::new(L::pages()) }
    }
}

impl<L: PagedList> Snapshot<L> {
    fn empty() -> Self {
        Self {
            things: HashMap::new(),
            changed: HashSet::new(),
            since: None,
            pages: 0,
            end: Completeness::Partial,
            questions: 0,
        }
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.since.is_some_and(|since| now.saturating_duration_since(since) < LIFETIME)
    }

    /// How many pages the questions so far are worth.
    fn budget(&self, now: Instant) -> u32 {
        let (pages, end) =
            if self.is_fresh(now) { (self.pages, self.end) } else { (0, Completeness::Partial) };
        let is_of_use = FEW < self.questions && end == Completeness::Partial;
        if is_of_use { self.questions.saturating_sub(pages) } else { 0 }
    }

    fn get(&self, key: &L::Key, now: Instant) -> Option<&[L::Shown]> {
        let is_known = self.is_fresh(now) && !self.changed.contains(key);
        is_known.then(|| self.things.get(key).map(Vec::as_slice)).flatten()
    }
}

impl<L: PagedList> ListCache<L> {
    /// What the list shows under this key, if `is_enough`; `None` where it has to be asked for.
    pub(in crate::lumen) async fn look(
        &self,
        client: &Client,
        key: &L::Key,
        is_enough: impl Fn(&[L::Shown]) -> bool,
    ) -> Option<Vec<L::Shown>> {
        let find = || {
            let shown = self.shown();
            let found = shown.get(key, Instant::now()).filter(|found| is_enough(found));
            found.map(<[_]>::to_vec)
        };
        if let Some(found) = find() {
            return Some(found);
        }
        {
            let mut shown = self.shown();
            if shown.changed.contains(key) {
                return None;
            }
            shown.questions += 1;
        }
        while 0 < self.shown().budget(Instant::now()) {
            let mut pages = self.pages.lock().await;
            if let Some(found) = find() {
                return Some(found);
            }
            let few = {
                let shown = self.shown();
                shown.budget(Instant::now()).min(at_once(shown.pages))
            };
            if few == 0 {
                break;
            }
            if let Err(error) = self.read(client, &mut pages, few).await {
                debug!(%error, "a list can't be read: what is on it is asked for one by one");
            }
        }
        find()
    }

    /// Everything that the list shows, unless it shows something `of_interest` that this run changes.
    pub(in crate::lumen) async fn all(
        &self,
        client: &Client,
        of_interest: impl Fn(&L::Shown) -> bool,
    ) -> Result<Option<Vec<L::Shown>>, Error> {
        let mut pages = self.pages.lock().await;
        loop {
            let now = Instant::now();
            {
                let shown = self.shown();
                if shown.end == Completeness::Complete && shown.is_fresh(now) {
                    let found = shown.things.iter().flat_map(|(key, things)| {
                        things.iter().filter(|thing| of_interest(thing)).map(move |it| (key, it))
                    });
                    let found = found
                        .map(|(key, thing)| (!shown.changed.contains(key)).then(|| thing.clone()));
                    return Ok(found.collect());
                }
            }
            let few = at_once(self.shown().pages);
            self.read(client, &mut pages, few).await?;
        }
    }

    /// Whatever the pages show of this is out of date from now on.
    pub(in crate::lumen) fn changes(&self, key: &L::Key) {
        self.shown().changed.insert(key.clone());
    }

    /// Reads some more pages; all of them again if the ones that are known are too old.
    async fn read(
        &self,
        client: &Client,
        pages: &mut Pages<L::Item>,
        few: u32,
    ) -> Result<(), Error> {
        let now = Instant::now();
        {
            let mut shown = self.shown();
            if !shown.is_fresh(now) || shown.end != Completeness::Partial {
                let changed = std::mem::take(&mut shown.changed);
                // Questions that older pages answered or did not answer pay for no new ones.
                let questions = if shown.since.is_none() { shown.questions } else { FEW + 1 };
                *shown = Snapshot { changed, questions, since: Some(now), ..Snapshot::empty() };
                *pages = L::pages();
            }
        }
        let read = pages.next_few(client, few).await;
        let mut shown = self.shown();
        shown.pages = pages.read();
        shown.since = Some(Instant::now());
        match read {
            Ok(Some(items)) => {
                for (key, thing) in items.into_iter().flat_map(L::read) {
                    shown.things.entry(key).or_default().push(thing);
                }
                if pages.is_over() {
                    shown.end = Completeness::Complete;
                }
                Ok(())
            }
            Ok(None) => {
                shown.end = Completeness::Complete;
                Ok(())
            }
            Err(error) => {
                shown.end = Completeness::Failed;
                Err(error)
            }
        }
    }

    fn shown(&self) -> MutexGuard<'_, Snapshot<L>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
