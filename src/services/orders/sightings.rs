//! What this run has seen: the objects that Lumen shows or does not show, what is planned, and the open
//! orders in the journal.
//!
//! Some decisions need more than one object: whether all are gone at once, or whether an open order belongs
//! to an object of this configuration. Terraform does not signal when it has requested all objects, so such
//! a decision waits until the answer is known or until there is no more activity.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};

use super::notes::in_time;
use crate::journal::{EntryId, EntryKey, Journal, OpenEntries, OpenOrder, OrderTarget, Survey};
use crate::lumen::ExternalId;

/// There is no more activity if no call began or ended for this long.
const QUIET: Duration = Duration::from_millis(1500);

/// The pause between checks of what the other calls have found.
const PAUSE: Duration = Duration::from_millis(50);

/// What this run has seen.
#[derive(Default)]
pub struct Sightings {
    seen: Mutex<Seen>,
    open: OnceCell<Option<OpenEntries>>,
    survey: OnceCell<Option<Survey>>,
    /// Whether a plan has already warned about open orders.
    is_told: AtomicBool,
}

#[derive(Default)]
struct Seen {
    /// How many calls are active, not counting those that wait for others.
    calls: usize,
    /// When the latest call began or ended.
    last: Option<Instant>,
    /// The objects found, by kind.
    objects: BTreeMap<&'static str, Found>,
    /// The targets of planned objects.
    planned: BTreeSet<OrderTarget>,
    references: BTreeMap<ExternalId, OrderTarget>,
    /// Entries that this run has closed, or is about to resume.
    explained: BTreeSet<EntryId>,
    judged: BTreeSet<EntryKey>,
}

impl Seen {
    fn explains(&self, order: &OpenOrder) -> bool {
        self.explained.iter().any(|own| own.is(&order.key, order.written_at))
    }
}

/// How many objects of a kind were checked.
#[derive(Clone, Copy, Default)]
struct Found {
    shown: usize,
    gone: usize,
}

/// An active call. It ends when this value is dropped.
pub(crate) struct Call<'a>(&'a Sightings);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.count(|calls| calls.saturating_sub(1));
    }
}

impl Sightings {
    /// Records that a call has begun.
    pub(super) fn begin(&self) -> Call<'_> {
        self.count(|calls| calls + 1);
        Call(self)
    }

    /// Returns the open orders in the journal as they were when this run first read them, or `None` if they
    /// can't be read in time.
    pub(in crate::services) async fn survey(&self, journal: &Journal) -> Option<&Survey> {
        let read = async || in_time(journal.read_all(self.open_entries(journal).await?)).await;
        self.survey.get_or_init(read).await.as_ref()
    }

    /// Returns the open entries of the journal. They are known even if reading all their records takes too
    /// long.
    pub(in crate::services) async fn open_entries(
        &self,
        journal: &Journal,
    ) -> Option<&OpenEntries> {
        self.open.get_or_init(|| in_time(journal.open_entries())).await.as_ref()
    }

    /// Records that Lumen shows an object of this kind.
    pub(crate) fn is_shown(&self, kind: &'static str) {
        self.seen().objects.entry(kind).or_default().shown += 1;
    }

    /// Records that Lumen does not show an object of this kind. Returns false, as soon as that is known, if
    /// Lumen shows none of several objects: that does not prove that they are gone.
    pub(crate) async fn is_gone(&self, kind: &'static str) -> bool {
        self.seen().objects.entry(kind).or_default().gone += 1;
        let found = || self.seen().objects.get(kind).copied().unwrap_or_default();
        let is_any_shown = self.becomes(|| 0 < found().shown).await;
        is_any_shown || found().gone < 2
    }

    /// Records that an object of this target is planned. Returns false if it is already planned.
    pub(super) fn is_planned(&self, target: &OrderTarget) -> bool {
        self.seen().planned.insert(target.clone())
    }

    /// Records that an object of this target is planned under a reference that the user set. Returns false
    /// if another target is planned under the same reference.
    pub(super) fn is_referred_to(&self, reference: &ExternalId, target: &OrderTarget) -> bool {
        let mut seen = self.seen();
        let planned = seen.references.entry(reference.clone()).or_insert_with(|| target.clone());
        planned == target
    }

    /// Records that this run closes an entry or resumes its order.
    pub(super) fn explains(&self, order: &EntryId) {
        self.seen().explained.insert(order.clone());
    }

    /// Whether a state has the object of an order. Waits until that is known.
    pub(super) async fn is_taken(&self, order: &OpenOrder) -> bool {
        self.becomes(|| self.seen().explains(order)).await
    }

    /// Whether this run can explain an order. Waits until that is known.
    pub(super) async fn is_explained(&self, order: &OpenOrder) -> bool {
        self.becomes(|| {
            let seen = self.seen();
            seen.explains(order) || seen.planned.contains(order.key.target())
        })
        .await
    }

    /// Whether the caller should warn about open orders. Only the first caller does.
    pub(super) fn is_first_to_tell(&self) -> bool {
        !self.is_told.swap(true, Ordering::Relaxed)
    }

    /// Whether the caller should find out if an entry belongs to its object. Only the first caller does.
    pub(super) fn is_mine_to_judge(&self, key: &EntryKey) -> bool {
        self.seen().judged.insert(key.clone())
    }

    /// Waits until the condition is true, or until there is no more activity. The caller's own call does
    /// not count as activity.
    pub(super) async fn becomes(&self, is_true: impl Fn() -> bool) -> bool {
        if is_true() {
            return true;
        }
        self.count(|calls| calls.saturating_sub(1));
        let outcome = loop {
            sleep(PAUSE).await;
            if is_true() {
                break true;
            }
            let seen = self.seen();
            if seen.calls == 0 && seen.last.is_none_or(|last| QUIET <= last.elapsed()) {
                break false;
            }
        };
        self.count(|calls| calls + 1);
        outcome
    }

    fn count(&self, change: impl FnOnce(usize) -> usize) {
        let mut seen = self.seen();
        seen.calls = change(seen.calls);
        seen.last = Some(Instant::now());
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_of_several_that_is_gone_is_news_and_all_of_them_are_not() {
        let (some, none, one) = (Sightings::default(), Sightings::default(), Sightings::default());
        let later = async {
            let _call = some.begin();
            sleep(Duration::from_secs(5)).await;
            some.is_shown("connection");
        };
        let gone = async |sightings: &Sightings| {
            let _call = sightings.begin();
            sightings.is_gone("connection").await
        };

        assert_eq!(tokio::join!(gone(&some), gone(&some), later), (true, true, ()));
        assert_eq!(tokio::join!(gone(&none), gone(&none)), (false, false));
        assert!(gone(&one).await);
        assert!(!gone(&one).await, "the second one makes it all of several");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_others_does_not_wait_for_himself() {
        let sightings = Sightings::default();
        let began = Instant::now();
        let wait = async || {
            let _call = sightings.begin();
            sightings.becomes(|| false).await
        };

        assert_eq!(tokio::join!(wait(), wait()), (false, false));
        assert!(began.elapsed() < QUIET * 3, "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_soon_after_the_last_call_is_waited_for() {
        let sightings = Sightings::default();
        let is_shown = || sightings.seen().objects.contains_key("connection");
        let later = async {
            sleep(QUIET / 2).await;
            sightings.is_shown("connection");
        };

        assert_eq!(tokio::join!(sightings.becomes(is_shown), later), (true, ()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_has_waited_is_at_work_again() {
        let sightings = Sightings::default();
        let is_shown = || sightings.seen().objects.contains_key("connection");
        let first = async {
            let _call = sightings.begin();
            assert!(!sightings.becomes(|| false).await);
            sleep(QUIET * 3).await;
            sightings.is_shown("connection");
        };
        let second = async {
            sleep(QUIET * 2).await;
            let _call = sightings.begin();
            sightings.becomes(is_shown).await
        };

        assert_eq!(tokio::join!(first, second), ((), true));
    }
}
