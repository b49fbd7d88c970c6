//! Placing an order at most once, whatever fails. The journal decides what to do; then the order is
//! written down, then it is sent once, then the answer is written down.
//!
//! A crash at any point leaves either nothing, or an entry that the next run resumes. The steps return
//! what happened; `diagnostics` turns that into words, once, at the end.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use tracing::info;

use super::diagnostics as words;
use super::follow::follow;
use super::notes::close;
use super::purchase::{Order as _, Placed, Purchase, Receipt, Relation, Unsent};
use crate::framework::{Context, Diagnostic, Resource, Unfinished};
use crate::journal::{
    Ending, EntryKey, Journal, JournalError, LatestOrder, OpenEntry, Promise, Slot,
};
use crate::lumen::long_running::{Followed, Operation, PendingReason, Progress};
use crate::lumen::{Client, Error, ExternalId, ObjectId};
use crate::services::Session;

/// How long a lost answer is searched for before a person has to decide: as long as Lumen may take to
/// show what it accepted.
pub(super) const SEARCH_TIME: Duration = Duration::from_mins(15);

/// No order that Lumen is known to have accepted.
pub(crate) enum NotOrdered {
    /// Lumen has no order of this.
    Nothing(Diagnostic),
    /// Lumen may have an order of this.
    Unsure(Diagnostic),
}

impl NotOrdered {
    /// Why, and what is known.
    pub(crate) fn into_diagnostic(self) -> Diagnostic {
        match self {
            Self::Nothing(why) | Self::Unsure(why) => why,
        }
    }
}

impl<R: Resource> From<NotOrdered> for Unfinished<R> {
    fn from(not: NotOrdered) -> Self {
        match not {
            NotOrdered::Nothing(why) => Self::Nothing(why),
            NotOrdered::Unsure(why) => Self::Unsure(why),
        }
    }
}

/// Why an order is not known to be accepted.
pub(super) enum NotPlaced {
    /// The user pressed Ctrl-C before the order was sent.
    Interrupted,
    /// What was ordered before can't be read, or orders can't be written down.
    JournalUnusable(JournalError),
    /// Another instance of this run orders the same target.
    SameTwice,
    /// Something else was ordered for the target since the plan promised a reference.
    PlanOutdated,
    /// An earlier run ordered it on other terms.
    OtherTerms { reference: ExternalId, differences: Vec<String> },
    /// Another order of the same object has not ended.
    EarlierOrder { title: String, why: PendingReason },
    /// The order may have arrived, and was searched for in vain.
    Unsure(LostOrder),
    /// Lumen certainly does not have it, or did not do it.
    Refused(Diagnostic),
}

/// An order whose answer is not known, and what the search for it came to.
pub(super) struct LostOrder {
    pub(super) reference: ExternalId,
    /// When it was about to be sent.
    pub(super) since: Timestamp,
    /// How its answer was lost, if that happened in this run.
    pub(super) lost: Option<Error>,
    /// Why the search ended.
    pub(super) why: PendingReason,
    /// What the search saw that the user should hear of.
    pub(super) unexpected: BTreeSet<String>,
    /// Whether Lumen would show the order by now, if it had it.
    pub(super) is_settled: bool,
}

impl From<JournalError> for NotPlaced {
    fn from(error: JournalError) -> Self {
        Self::JournalUnusable(error)
    }
}

/// Places an order, or resumes one that was placed before.
pub(super) async fn place<P: Purchase>(
    session: &Session,
    purchase: &mut P,
    context: &Context,
) -> Result<Placed<P::Receipt>, NotOrdered> {
    let lumen = session.lumen().map_err(NotOrdered::Nothing)?;
    let placing = Placing { lumen, journal: &session.journal, context };
    let placed = placing.place(purchase).await;
    placed.map_err(|not| words::not_placed(not, purchase, &session.journal))
}

/// Where an order is placed and written down, and for how long.
struct Placing<'a> {
    lumen: &'a Client,
    journal: &'a Journal,
    context: &'a Context,
}

impl Placing<'_> {
    async fn place<P: Purchase>(&self, purchase: &mut P) -> Result<Placed<P::Receipt>, NotPlaced> {
        let target = purchase.target(self.lumen).map_err(NotPlaced::Refused)?;
        let Some(_claim) = self.journal.claim(&target) else {
            return Err(NotPlaced::SameTwice);
        };
        loop {
            let latest = self.journal.latest_order(&target).await?;
            if purchase.promise().is_some_and(|promise| !latest.keeps(promise)) {
                return Err(NotPlaced::PlanOutdated);
            }
            let placed = match latest {
                LatestOrder::None(slot) => self.order(purchase, slot).await?,
                LatestOrder::Accepted(open) => self.resume(purchase, open).await?,
                LatestOrder::Unanswered(open) => self.recover(purchase, open).await?,
            };
            // `None` means that the journal has changed, so it decides anew.
            if let Some(placed) = placed {
                if purchase.creates_object() {
                    self.journal.mark_returned(&placed.key);
                }
                return Ok(placed);
            }
        }
    }

    /// Writes a new order down, and sends it. `None` if another process wrote its own down first.
    async fn order<P: Purchase>(
        &self,
        purchase: &mut P,
        slot: Slot,
    ) -> Result<Option<Placed<P::Receipt>>, NotPlaced> {
        let promised = purchase.promise().map(|promise| &promise.reference);
        let given = purchase.given_reference().or(promised).cloned();
        let reference = given.or_else(|| slot.reference());
        let reference = reference
            .ok_or_else(|| NotPlaced::Refused(Diagnostic::bug("an order has no reference")))?;
        let prepared = purchase.prepare(&slot, &reference, self.context).await;
        let mut receipt = prepared.map_err(NotPlaced::Refused)?;
        if self.context.stop.is_cancelled() {
            return Err(NotPlaced::Interrupted);
        }
        let written = slot.write_down(&reference, &purchase.description(), &receipt).await?;
        let Some(entry) = written else { return Ok(None) };
        let (since, replaced) = (Timestamp::now(), BTreeSet::new());
        let sent = purchase.send(&reference, &mut receipt, self.context).await;
        let mut open = OpenEntry { entry, reference, receipt, since, replaced };
        match sent {
            Ok(()) => {
                let order = open.receipt.order().title();
                info!(order.external_id = %open.reference, order, "Lumen accepted an order");
                Ok(Some(self.accepted(purchase, open).await))
            }
            Err(Unsent::Refused(why)) => {
                self.close(open.entry.key(), Ending::NotAccepted).await;
                Err(NotPlaced::Refused(why))
            }
            Err(Unsent::Lost(error)) => self.search(purchase, open, Some(error)).await,
        }
    }

    /// Searches for an order that an earlier run may have sent, and goes on with it if it is found.
    async fn recover<P: Purchase>(
        &self,
        purchase: &P,
        mut open: OpenEntry<P::Receipt>,
    ) -> Result<Option<Placed<P::Receipt>>, NotPlaced> {
        let replaced = std::mem::take(&mut open.replaced);
        match self.search(purchase, open, None).await? {
            Some(found) => {
                let found = Placed { by_another_run: true, ..found };
                self.adopt_or_wait(purchase, found, &replaced).await
            }
            None => Ok(None),
        }
    }

    /// Searches for an order whose answer is not known, until it is certain that Lumen would show it.
    /// `None` if another process has written down what became of it.
    async fn search<P: Purchase>(
        &self,
        purchase: &P,
        mut open: OpenEntry<P::Receipt>,
        lost: Option<Error>,
    ) -> Result<Option<Placed<P::Receipt>>, NotPlaced> {
        let left = SEARCH_TIME.saturating_sub(age(open.since));
        let is_settled = Instant::now() + left <= self.context.deadline;
        let looked = tokio::select! {
            biased;
            looked = self.look(open.receipt.order(), left) => looked,
            () = self.journal.answered(open.entry.key()) => return Ok(None),
        };
        match looked {
            Followed::Done(_) => {
                let object = purchase.object();
                self.context.warn(words::found(&object, &open.reference, lost.as_ref()));
                Ok(Some(self.accepted(purchase, open).await))
            }
            Followed::Failed(refusal) => {
                self.close(open.entry.key(), Ending::Failed).await;
                Err(NotPlaced::Refused(purchase.failed(&open.receipt, &refusal)))
            }
            Followed::StillPending(why) => {
                let unexpected = std::mem::take(open.receipt.order().unexpected());
                let OpenEntry { reference, since, .. } = open;
                let order = LostOrder { reference, since, lost, why, unexpected, is_settled };
                Err(NotPlaced::Unsure(order))
            }
        }
    }

    /// Checks the order until the time is up, and at least once.
    async fn look<O: Operation>(&self, order: &mut O, left: Duration) -> Followed<O::Outcome> {
        let Context { stop, deadline, .. } = self.context;
        if !left.is_zero() {
            let deadline = (*deadline).min(Instant::now() + left);
            return self.lumen.follow(order, deadline, stop).await;
        }
        let looked = tokio::select! {
            biased;
            () = stop.cancelled() => return Followed::StillPending(PendingReason::Stopped),
            looked = order.check(self.lumen) => looked,
        };
        match looked {
            Ok(Progress::Done(outcome)) => Followed::Done(outcome),
            Ok(Progress::Failed(refusal)) => Followed::Failed(refusal),
            Ok(Progress::Running { .. }) => Followed::StillPending(PendingReason::DeadlinePassed),
            Ok(Progress::Ambiguous(found)) => {
                Followed::StillPending(PendingReason::Ambiguous(found))
            }
            Err(error) => Followed::StillPending(PendingReason::Unreachable(error)),
        }
    }

    /// Writes down that Lumen has accepted an order. If that fails, the run goes on with a warning:
    /// Terraform's state is going to have the order, too.
    async fn accepted<P: Purchase>(
        &self,
        purchase: &P,
        open: OpenEntry<P::Receipt>,
    ) -> Placed<P::Receipt> {
        let OpenEntry { entry, reference, receipt, .. } = open;
        if let Err(error) = entry.accept(&receipt).await {
            self.context.warn(words::not_noted(&purchase.object(), &reference, &error));
        }
        Placed { receipt, reference, key: entry.key().clone(), by_another_run: false }
    }

    /// Goes on with an order that Lumen is known to have accepted. `None` if it has ended, and was
    /// another one than this.
    async fn resume<P: Purchase>(
        &self,
        purchase: &P,
        mut open: OpenEntry<P::Receipt>,
    ) -> Result<Option<Placed<P::Receipt>>, NotPlaced> {
        let key = open.entry.key().clone();
        if purchase.creates_object() && self.journal.was_returned(&key) {
            return Err(NotPlaced::SameTwice);
        }
        if !purchase.creates_object() && self.was_undone(&mut open).await {
            self.close_blocking_entry(&key, Ending::Reached).await?;
            return Ok(None);
        }
        if !open.replaced.is_empty() {
            // Checking tells which object the order builds. Whether it has ended does not matter here.
            drop(open.receipt.order().check(self.lumen).await);
        }
        let OpenEntry { reference, mut receipt, replaced, .. } = open;
        let title = receipt.order().title();
        let placed = Placed { receipt, reference, key, by_another_run: true };
        let placed = self.adopt_or_wait(purchase, placed, &replaced).await?;
        if let Some(Placed { reference, .. }) = &placed {
            self.context.warn(words::resumed(&purchase.object(), &title, reference, self.journal));
        }
        Ok(placed)
    }

    /// True if this change was completed and later undone by something else, so that it must be
    /// ordered again.
    async fn was_undone<R: Receipt>(&self, open: &mut OpenEntry<R>) -> bool {
        let order = open.receipt.order();
        SEARCH_TIME <= age(open.since)
            && matches!(order.check(self.lumen).await, Ok(Progress::Running { .. }))
            && order.has_succeeded_unseen()
    }

    /// Adopts an order that was found as this one, or waits until it has ended. `None` after that, and
    /// where it has built the very object that is replaced now.
    async fn adopt_or_wait<P: Purchase>(
        &self,
        purchase: &P,
        mut found: Placed<P::Receipt>,
        replaced: &BTreeSet<ObjectId>,
    ) -> Result<Option<Placed<P::Receipt>>, NotPlaced> {
        let built = found.receipt.order().object_id().filter(|_| purchase.creates_object());
        if built.is_some_and(|object| replaced.contains(&object)) {
            self.close_blocking_entry(&found.key, Ending::InState).await?;
            return Ok(None);
        }
        match purchase.relation(&found.receipt) {
            Relation::Same => Ok(Some(found)),
            Relation::Differs(differences) => {
                Err(NotPlaced::OtherTerms { reference: found.reference, differences })
            }
            Relation::Earlier => {
                let order = found.receipt.order();
                let object = purchase.object();
                let ending = match follow(self.lumen, &object, order, self.context).await {
                    Followed::Done(_) => Ending::Reached,
                    Followed::Failed(_) => Ending::Failed,
                    Followed::StillPending(why) => {
                        let title = found.receipt.order().title();
                        return Err(NotPlaced::EarlierOrder { title, why });
                    }
                };
                self.close_blocking_entry(&found.key, ending).await?;
                Ok(None)
            }
        }
    }

    /// Closes an entry that blocks this order. If that can't be written down, this order would find the
    /// entry again and again, so it is an error.
    async fn close_blocking_entry(&self, key: &EntryKey, ending: Ending) -> Result<(), NotPlaced> {
        Ok(self.journal.close(key, ending).await?)
    }

    async fn close(&self, key: &EntryKey, ending: Ending) {
        close(self.journal, key, ending, self.context).await;
    }
}

/// How long ago that was; zero if clocks disagree.
fn age(since: Timestamp) -> Duration {
    Timestamp::now().duration_since(since).try_into().unwrap_or_default()
}

/// The reference under which a target is going to be ordered, if the journal answers a plan in time.
pub(super) async fn promise<R: Receipt>(
    journal: &Journal,
    target: &crate::journal::OrderTarget,
) -> Option<Promise> {
    let latest = super::notes::in_time(journal.latest_order::<R>(target)).await;
    latest?.promise()
}
