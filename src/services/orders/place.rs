//! Placing an order at most once, whatever fails. The journal decides what to do. Then the order is
//! recorded, sent once, and its answer is recorded.
//!
//! A crash at any point leaves either nothing or an entry that the next run resumes. The steps return what
//! happened, and `not_placed` turns that into diagnostics once, at the end.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use tracing::info;

use super::diagnostics as words;
use super::doubt::Doubt;
use super::earlier::LackingOrder;
use super::follow::follow;
use super::not_placed::not_placed;
use super::notes::close;
use super::purchase::{Order as _, Placed, Purchase, Receipt, Relation, Unsent};
use super::search::LostOrder;
use crate::framework::{Context, Diagnostic, Resource, Unfinished};
use crate::journal::{
    Ending, EntryKey, Journal, JournalError, LatestOrder, OpenEntry, OrderTarget, Origin, Promise,
    Slot,
};
use crate::lumen::long_running::{Followed, Operation, PendingReason, Progress};
use crate::lumen::{Client, ExternalId, ObjectId};
use crate::services::Session;

/// How long the provider searches for an order whose answer was lost before a person has to decide. Lumen
/// can take this long to show what it accepted. A new object may show only when it has been built.
pub(crate) const SEARCH_TIME: Duration = Duration::from_mins(15);
pub(crate) const SEARCH_TIME_OF_A_BUILD: Duration = Duration::from_hours(1);

/// How long after it was recorded an order may be sent. This is a small part of the time for which other
/// runs search for it, so none of them has given up by then. A process that was suspended in between starts
/// over.
const SEND_TIME: Duration = Duration::from_mins(5);

/// The outcome of an order that Lumen is not known to have accepted.
pub(crate) enum NotOrdered {
    /// Lumen has no such order.
    Nothing(Diagnostic),
    /// Lumen may have such an order.
    Unsure(Diagnostic),
}

impl NotOrdered {
    /// Returns the diagnostic.
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
    /// Earlier orders can't be read, or new ones can't be recorded.
    JournalUnusable(JournalError),
    /// Another instance in this run orders the same target.
    SameTwice,
    /// Something else was ordered for the target after the plan promised a reference, or the plan used the
    /// journal in `other_journal`.
    PlanOutdated { other_journal: Option<String> },
    /// An earlier run placed the order on other terms.
    OtherTerms { reference: ExternalId, differences: Vec<String> },
    /// The order was placed for another Terraform state.
    Elsewhere(OrderElsewhere),
    /// An object of the same target is in a state, but is not built yet.
    BeingBuilt { title: String, reference: ExternalId, since: Timestamp },
    /// An order of the same target is missing from the state of this run.
    Lacking(LackingOrder),
    /// Another order of the same object is still in progress.
    EarlierOrder { title: String, reference: ExternalId, since: Timestamp, why: PendingReason },
    /// The order may have arrived, but the search did not find it.
    Unsure(Doubt, LostOrder),
    /// Lumen certainly does not have the order, or did not carry it out.
    Refused(Diagnostic),
}

/// An order that was placed for another Terraform state.
pub(super) struct OrderElsewhere {
    pub(super) reference: ExternalId,
    pub(super) what: String,
    pub(super) since: Timestamp,
    pub(super) origin: Option<Origin>,
    /// The object that the order made, if it is known.
    pub(super) object: Option<ObjectId>,
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
    replaces: Option<BTreeSet<ObjectId>>,
    context: &Context,
) -> Result<Placed<P::Receipt>, NotOrdered> {
    let lumen = session.lumen().map_err(NotOrdered::Nothing)?;
    let placing = Placing { lumen, session, journal: &session.journal, replaces, context };
    let placed = placing.place(purchase).await;
    placed.map_err(|not| not_placed(not, purchase, &session.journal))
}

impl OrderElsewhere {
    /// Collects what an open entry shows of the order, and the object that the order makes, if Lumen shows
    /// it.
    pub(super) async fn of<R: Receipt>(mut open: OpenEntry<R>, lumen: &Client) -> Self {
        let order = open.receipt.order();
        // It does not matter here whether the order has ended.
        drop(order.check(lumen).await);
        let object = order.object_id();
        let OpenEntry { reference, what, since, author, .. } = open;
        Self { reference, what, since, origin: author.origin, object }
    }
}

/// The surroundings of an order that is being placed: the API, the session, the journal, and the limits of
/// the operation.
pub(super) struct Placing<'a> {
    pub(super) lumen: &'a Client,
    pub(super) session: &'a Session,
    pub(super) journal: &'a Journal,
    /// The objects that a new object replaces, if its plan recorded them. Otherwise the notes of all plans
    /// count.
    replaces: Option<BTreeSet<ObjectId>>,
    pub(super) context: &'a Context,
}

/// The outcome of an attempt to order.
pub(super) enum Attempt<Receipt> {
    Placed(Placed<Receipt>),
    /// The journal has changed, so it decides again.
    Anew,
    /// Lumen does not have the order of this entry, but may accept it now. It is ordered again under a new
    /// entry.
    Again(EntryKey),
}

impl Placing<'_> {
    async fn place<P: Purchase>(&self, purchase: &mut P) -> Result<Placed<P::Receipt>, NotPlaced> {
        let target = self.target(purchase).await?;
        let Some(_claim) = self.journal.claim(&target) else {
            return Err(NotPlaced::SameTwice);
        };
        let mut promise = purchase.promise().cloned();
        loop {
            let mut latest = self.journal.latest_order(&target).await?;
            if let Some(planned) = &self.replaces {
                latest.replaces_only(planned);
            }
            if let Some(promise) = &promise
                && !latest.keeps(promise)
            {
                let other_journal = promise.other_journal(self.journal).map(ToOwned::to_owned);
                return Err(NotPlaced::PlanOutdated { other_journal });
            }
            let attempt = match latest {
                LatestOrder::None(slot) => self.order(purchase, slot).await?,
                LatestOrder::Accepted(open) => self.resume(purchase, open).await?,
                LatestOrder::Unanswered(open) => self.recover(purchase, open).await?,
            };
            match attempt {
                Attempt::Placed(placed) => {
                    if purchase.creates_object() {
                        self.journal.mark_returned(&placed.key);
                    }
                    return Ok(placed);
                }
                Attempt::Anew => {}
                Attempt::Again(key) => promise = promise.map(|promise| promise.after(&key)),
            }
        }
    }

    /// The target of the order. If the user set the reference of an open order afterwards, it is the target
    /// of that order.
    async fn target<P: Purchase>(&self, purchase: &P) -> Result<OrderTarget, NotPlaced> {
        let target = purchase.target(self.lumen).map_err(NotPlaced::Refused)?;
        let Some(reference) = purchase.given_reference() else { return Ok(target) };
        let survey = self.session.survey().await;
        let open = survey.and_then(|survey| survey.order(reference));
        let open = open.filter(|open| open.key.target().is_kind_of(&target));
        Ok(open.map_or(target, |open| open.key.target().clone()))
    }

    /// Records a new order, and sends it.
    async fn order<P: Purchase>(
        &self,
        purchase: &mut P,
        mut slot: Slot,
    ) -> Result<Attempt<P::Receipt>, NotPlaced> {
        let promised = purchase.promise().map(|promise| &promise.reference);
        let given = purchase.given_reference().or(promised).cloned();
        let reference = given.or_else(|| slot.reference());
        let reference = reference
            .ok_or_else(|| NotPlaced::Refused(Diagnostic::bug("an order has no reference")))?;
        if purchase.creates_object() {
            self.wait_for_earlier_object(purchase, &mut slot).await?;
        }
        self.check_state(purchase, &slot).await?;
        let prepared = purchase.prepare(&slot, &reference, self.context).await;
        let mut receipt = prepared.map_err(NotPlaced::Refused)?;
        // A change that is in progress may give the replaced object the name of the new one.
        receipt.order().exclude(&slot.replaced);
        if self.context.stop.is_cancelled() {
            return Err(NotPlaced::Interrupted);
        }
        let (what, likeness) = (purchase.description(), purchase.likeness(self.lumen));
        let written = slot.write_down(&reference, &what, likeness, &receipt).await?;
        let Some(entry) = written else { return Ok(Attempt::Anew) };
        let since = entry.written_at();
        let sent = purchase.send(&reference, &mut receipt, since + SEND_TIME, self.context).await;
        let author = self.journal.author().clone();
        let (is_returned, replaced) = (false, BTreeSet::new());
        let mut open =
            OpenEntry { entry, reference, receipt, what, since, author, is_returned, replaced };
        match sent {
            Ok(()) => {
                let order = open.receipt.order().title();
                info!(order.external_id = %open.reference, order, "Lumen accepted an order");
                Ok(Attempt::Placed(self.accepted(purchase, open).await))
            }
            Err(Unsent::Refused(why)) => {
                self.close(open.entry.key(), Ending::NotAccepted).await;
                Err(NotPlaced::Refused(why))
            }
            Err(Unsent::RefusedForNow | Unsent::HeldUp) => {
                self.close_blocking_entry(open.entry.key(), Ending::NotAccepted).await?;
                Ok(Attempt::Again(open.entry.key().clone()))
            }
            Err(Unsent::Lost(error)) => self.search(purchase, open, Some(error)).await,
        }
    }

    /// Allows an order that makes something to be resumed only for the state that it was placed for.
    pub(super) async fn check_author<P: Purchase>(
        &self,
        purchase: &P,
        open: OpenEntry<P::Receipt>,
    ) -> Result<OpenEntry<P::Receipt>, NotPlaced> {
        let own = self.journal.author();
        if !purchase.creates_object() {
            return Ok(open);
        }
        if self.journal.was_returned(open.entry.key()) || own.is_alias(&open.author) {
            return Err(NotPlaced::SameTwice);
        }
        if !own.is_elsewhere(&open.author) {
            return Ok(open);
        }
        Err(NotPlaced::Elsewhere(OrderElsewhere::of(open, self.lumen).await))
    }

    /// Records that Lumen has accepted an order. If that fails, the run continues with a warning, because
    /// Terraform's state will also have the order.
    pub(super) async fn accepted<P: Purchase>(
        &self,
        purchase: &P,
        open: OpenEntry<P::Receipt>,
    ) -> Placed<P::Receipt> {
        let OpenEntry { entry, reference, receipt, since, .. } = open;
        if let Err(error) = entry.accept(&receipt).await {
            self.context.warn(words::not_noted(&purchase.object(), &reference, &error));
        }
        Placed { receipt, reference, key: entry.key().clone(), since, by_another_run: false }
    }

    /// Resumes an order that Lumen is known to have accepted.
    async fn resume<P: Purchase>(
        &self,
        purchase: &P,
        open: OpenEntry<P::Receipt>,
    ) -> Result<Attempt<P::Receipt>, NotPlaced> {
        let mut open = self.check_author(purchase, open).await?;
        let key = open.entry.key().clone();
        if !purchase.creates_object() && self.was_undone(&mut open).await {
            self.close_blocking_entry(&key, Ending::Reached).await?;
            return Ok(Attempt::Anew);
        }
        if !open.replaced.is_empty() {
            // Checking finds out which object the order builds. It does not matter here whether the order
            // has ended.
            drop(open.receipt.order().check(self.lumen).await);
        }
        let OpenEntry { reference, mut receipt, since, replaced, .. } = open;
        let title = receipt.order().title();
        let placed = Placed { receipt, reference, key, since, by_another_run: true };
        let placed = self.adopt_or_wait(purchase, placed, &replaced).await?;
        if let Attempt::Placed(Placed { reference, .. }) = &placed {
            self.context.warn(words::resumed(&purchase.object(), &title, reference, self.journal));
        }
        Ok(placed)
    }

    /// Whether this change was completed and later undone by something else, so that it must be ordered
    /// again.
    async fn was_undone<R: Receipt>(&self, open: &mut OpenEntry<R>) -> bool {
        let order = open.receipt.order();
        SEARCH_TIME <= self.age(open.since)
            && matches!(order.check(self.lumen).await, Ok(Progress::Running { .. }))
            && order.has_succeeded_unseen()
    }

    /// Adopts an order that was found, or waits until it has ended. After waiting, or if the order built
    /// the object that is now being replaced, the journal decides again.
    pub(super) async fn adopt_or_wait<P: Purchase>(
        &self,
        purchase: &P,
        mut found: Placed<P::Receipt>,
        replaced: &BTreeSet<ObjectId>,
    ) -> Result<Attempt<P::Receipt>, NotPlaced> {
        // The plan may have known the replaced object only by its order, and Lumen may have built it since.
        let built = [found.receipt.order().object_id(), found.entry().id().as_object()];
        let is_replaced = built.iter().flatten().any(|object| replaced.contains(object));
        if is_replaced && purchase.creates_object() {
            self.close_blocking_entry(&found.key, Ending::InState).await?;
            return Ok(Attempt::Anew);
        }
        match purchase.relation(&found.receipt, &found.reference) {
            Relation::Same => Ok(Attempt::Placed(found)),
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
                        let Placed { reference, since, .. } = found;
                        return Err(NotPlaced::EarlierOrder { title, reference, since, why });
                    }
                };
                self.close_blocking_entry(&found.key, ending).await?;
                Ok(Attempt::Anew)
            }
        }
    }

    /// Closes an entry that blocks this order. It is an error if that can't be recorded, because this order
    /// would find the entry again and again.
    pub(super) async fn close_blocking_entry(
        &self,
        key: &EntryKey,
        ending: Ending,
    ) -> Result<(), NotPlaced> {
        self.journal.close(key, ending).await?;
        Ok(())
    }

    pub(super) async fn close(&self, key: &EntryKey, ending: Ending) {
        close(self.journal, key, ending, self.context).await;
    }

    /// The time since then, or zero if the clocks disagree.
    pub(super) fn age(&self, since: Timestamp) -> Duration {
        self.journal.now().duration_since(since).try_into().unwrap_or_default()
    }
}

/// Returns the reference that a target will be ordered under, if the journal answers a plan in time.
pub(super) async fn promise<R: Receipt>(
    journal: &Journal,
    target: &OrderTarget,
) -> Option<Promise> {
    let latest = super::notes::in_time(journal.latest_order::<R>(target)).await;
    latest?.promise()
}
