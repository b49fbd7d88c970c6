//! Placing an order at most once, whatever fails. The journal decides what to do; then the order is
//! written down, then it is sent once, then the answer is written down.
//!
//! A crash at any point leaves either nothing, or an entry that the next run resumes. The steps return
//! what happened; `diagnostics` turns that into words, once, at the end.

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

/// How long a lost answer is searched for before a person has to decide: as long as Lumen may take to
/// show what it accepted, which for something new is as long as it may take to build it.
pub(crate) const SEARCH_TIME: Duration = Duration::from_mins(15);
pub(crate) const SEARCH_TIME_OF_A_BUILD: Duration = Duration::from_hours(1);

/// How long after it was written down an order may be sent: a small part of the time for which others search
/// for it, so that nobody has given it up by then. A process that was suspended meanwhile begins anew.
const SEND_TIME: Duration = Duration::from_mins(5);

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
    /// Something else was ordered for the target since the plan promised a reference; or the plan used
    /// another journal, which is here.
    PlanOutdated { other_journal: Option<String> },
    /// An earlier run ordered it on other terms.
    OtherTerms { reference: ExternalId, differences: Vec<String> },
    /// It was ordered for another Terraform state.
    Elsewhere(OrderElsewhere),
    /// An object of a state that has the same target is not built yet.
    BeingBuilt { title: String, reference: ExternalId, since: Timestamp },
    /// An order of the same target is in a state, and not in that of this run.
    Lacking(LackingOrder),
    /// Another order of the same object has not ended.
    EarlierOrder { title: String, reference: ExternalId, since: Timestamp, why: PendingReason },
    /// The order may have arrived, and was searched for in vain.
    Unsure(Doubt, LostOrder),
    /// Lumen certainly does not have it, or did not do it.
    Refused(Diagnostic),
}

/// An order that was placed for another Terraform state.
pub(super) struct OrderElsewhere {
    pub(super) reference: ExternalId,
    pub(super) what: String,
    pub(super) since: Timestamp,
    pub(super) origin: Option<Origin>,
    /// What it has made, if that is known.
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
    /// What an open entry has of it, and which object it makes, if Lumen tells that.
    pub(super) async fn of<R: Receipt>(mut open: OpenEntry<R>, lumen: &Client) -> Self {
        let order = open.receipt.order();
        // Whether it has ended does not matter here.
        drop(order.check(lumen).await);
        let object = order.object_id();
        let OpenEntry { reference, what, since, author, .. } = open;
        Self { reference, what, since, origin: author.origin, object }
    }
}

/// Where an order is placed and written down, and for how long.
pub(super) struct Placing<'a> {
    pub(super) lumen: &'a Client,
    pub(super) session: &'a Session,
    pub(super) journal: &'a Journal,
    /// What a new object replaces, where its plan says so. Otherwise the notes of all plans count.
    replaces: Option<BTreeSet<ObjectId>>,
    pub(super) context: &'a Context,
}

/// What became of an attempt to order.
pub(super) enum Attempt<Receipt> {
    Placed(Placed<Receipt>),
    /// The journal has changed: it decides anew.
    Anew,
    /// Lumen does not have the order of this entry, and may take it now: it is ordered again under a new
    /// one.
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

    /// What the order is about. A reference that users gave may be that of an open order, which was placed
    /// before they gave it.
    async fn target<P: Purchase>(&self, purchase: &P) -> Result<OrderTarget, NotPlaced> {
        let target = purchase.target(self.lumen).map_err(NotPlaced::Refused)?;
        let Some(reference) = purchase.given_reference() else { return Ok(target) };
        let survey = self.session.survey().await;
        let open = survey.and_then(|survey| survey.order(reference));
        let open = open.filter(|open| open.key.target().is_kind_of(&target));
        Ok(open.map_or(target, |open| open.key.target().clone()))
    }

    /// Writes a new order down, and sends it.
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
        // One that is replaced may have another name now, and get the name of the new one by a change that
        // is in progress.
        receipt.order().exclude(&slot.replaced);
        if self.context.stop.is_cancelled() {
            return Err(NotPlaced::Interrupted);
        }
        let (what, likeness) = (purchase.description(), purchase.likeness(self.lumen));
        let since = self.journal.now();
        let written = slot.write_down(&reference, &what, likeness, &receipt).await?;
        let Some(entry) = written else { return Ok(Attempt::Anew) };
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

    /// An order that makes something is resumed only for the state that it was placed for.
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

    /// Writes down that Lumen has accepted an order. If that fails, the run goes on with a warning:
    /// Terraform's state is going to have the order, too.
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

    /// Goes on with an order that Lumen is known to have accepted.
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
            // Checking tells which object the order builds. Whether it has ended does not matter here.
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

    /// True if this change was completed and later undone by something else, so that it must be
    /// ordered again.
    async fn was_undone<R: Receipt>(&self, open: &mut OpenEntry<R>) -> bool {
        let order = open.receipt.order();
        SEARCH_TIME <= self.age(open.since)
            && matches!(order.check(self.lumen).await, Ok(Progress::Running { .. }))
            && order.has_succeeded_unseen()
    }

    /// Adopts an order that was found as this one, or waits until it has ended. After that, and where it has
    /// built the very object that is replaced now, the journal decides anew.
    pub(super) async fn adopt_or_wait<P: Purchase>(
        &self,
        purchase: &P,
        mut found: Placed<P::Receipt>,
        replaced: &BTreeSet<ObjectId>,
    ) -> Result<Attempt<P::Receipt>, NotPlaced> {
        let built = found.receipt.order().object_id().or_else(|| found.key.as_object());
        let built = built.filter(|_| purchase.creates_object());
        if built.is_some_and(|object| replaced.contains(&object)) {
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

    /// Closes an entry that blocks this order. If that can't be written down, this order would find the
    /// entry again and again, so it is an error.
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

    /// How long ago that was; zero if clocks disagree.
    pub(super) fn age(&self, since: Timestamp) -> Duration {
        self.journal.now().duration_since(since).try_into().unwrap_or_default()
    }
}

/// The reference under which a target is going to be ordered, if the journal answers a plan in time.
pub(super) async fn promise<R: Receipt>(
    journal: &Journal,
    target: &OrderTarget,
) -> Option<Promise> {
    let latest = super::notes::in_time(journal.latest_order::<R>(target)).await;
    latest?.promise()
}
