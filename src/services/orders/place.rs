//! The steps of placing an order: writing it down, sending it, looking for it, going on with it.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use tracing::info;

use super::diagnostics as words;
use super::follow as ordered;
use super::follow::NotOrdered;
use super::purchase::{Placed, Purchase, Receipt, Relation, Unsent, close};
use crate::framework::{Context, Diagnostic};
use crate::journal::{Ending, Entry, EntryKey, Journal, JournalError, Slot};
use crate::lumen::long_running::{Followed, Operation, PendingReason, Progress};
use crate::lumen::{Client, Error, ExternalId, ServiceId};

/// How long a lost answer is looked for before a person has to.
const SETTLING: Duration = Duration::from_mins(15);

/// Who orders, where that is written down, and for how long.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) lumen: &'a Client,
    pub(super) journal: &'a Journal,
    pub(super) context: &'a Context,
}

/// An order whose answer is not known.
pub(super) struct Open<Receipt> {
    pub(super) entry: Entry,
    pub(super) reference: ExternalId,
    pub(super) receipt: Receipt,
    /// When it was about to be sent.
    pub(super) since: Timestamp,
}

impl Desk<'_> {
    /// Writes a new order down, and sends it. `None` if another process wrote its own down first.
    pub(super) async fn order<P: Purchase>(
        &self,
        purchase: &mut P,
        free: Slot,
    ) -> Result<Option<Placed<P::Receipt>>, NotOrdered> {
        let promised = purchase.promised().map(|promise| &promise.reference);
        let given = purchase.reference().or(promised).cloned();
        let reference = given.or_else(|| free.reference());
        let reference = reference
            .ok_or_else(|| NotOrdered::Nothing(Diagnostic::bug("an order has no reference")))?;
        let prepared = purchase.prepare(&free, &reference, self.context).await;
        let mut receipt = prepared.map_err(NotOrdered::Nothing)?;
        if self.context.stop.is_cancelled() {
            return Err(NotOrdered::Nothing(ordered::interrupted(&purchase.object())));
        }
        let written = free.write_down(&reference, &purchase.what(), &receipt).await;
        let Some(entry) = written.map_err(|error| self.unusable(purchase, &error))? else {
            return Ok(None);
        };
        let since = Timestamp::now();
        match purchase.send(&reference, &mut receipt, self.context).await {
            Ok(()) => {
                let order = receipt.operation().title();
                info!(order.external_id = %reference, order, "Lumen accepted an order");
                let open = Open { entry, reference, receipt, since };
                Ok(Some(self.accepted(purchase, open).await))
            }
            Err(Unsent::Refused(why)) => {
                self.close(entry.key(), Ending::NotAccepted).await;
                Err(NotOrdered::Nothing(why))
            }
            Err(Unsent::Lost(error)) => {
                let open = Open { entry, reference, receipt, since };
                self.search(purchase, open, Some(&error)).await
            }
        }
    }

    /// Looks for an order whose answer is not known, until it is certain that Lumen would show it.
    /// `None` if another process has written down what became of it.
    pub(super) async fn search<P: Purchase>(
        &self,
        purchase: &P,
        mut open: Open<P::Receipt>,
        lost: Option<&Error>,
    ) -> Result<Option<Placed<P::Receipt>>, NotOrdered> {
        let left = SETTLING.saturating_sub(age(open.since));
        let ends_settled = Instant::now() + left <= self.context.deadline;
        let looked = tokio::select! {
            biased;
            looked = self.look(open.receipt.operation(), left) => looked,
            () = self.journal.answered(open.entry.key()) => return Ok(None),
        };
        match looked {
            Followed::Done(_) => {
                self.context.warn(words::found(&purchase.object(), &open.reference, lost));
                Ok(Some(self.accepted(purchase, open).await))
            }
            Followed::Failed(refusal) => {
                self.close(open.entry.key(), Ending::Failed).await;
                Err(NotOrdered::Nothing(purchase.failed(&open.receipt, &refusal)))
            }
            Followed::StillPending(why) => {
                let search = words::search(open.receipt.operation(), &why);
                let Open { reference, since, .. } = &open;
                let doubt = purchase.doubt(reference);
                let unsure = words::Unsure { doubt, reference, since: *since, search, lost };
                Err(NotOrdered::Unsure(match why {
                    PendingReason::Ambiguous(_) => unsure.for_a_person(self.journal),
                    PendingReason::DeadlinePassed if ends_settled => {
                        unsure.for_a_person(self.journal)
                    }
                    _ => unsure.for_later(SETTLING, &why),
                }))
            }
        }
    }

    /// Looks until the time is up, and once in any case.
    async fn look<O: Operation>(&self, operation: &mut O, left: Duration) -> Followed<O::Outcome> {
        let Context { stop, deadline, .. } = self.context;
        if !left.is_zero() {
            let deadline = (*deadline).min(Instant::now() + left);
            return self.lumen.follow(operation, deadline, stop).await;
        }
        let looked = tokio::select! {
            biased;
            () = stop.cancelled() => return Followed::StillPending(PendingReason::Stopped),
            looked = operation.check(self.lumen) => looked,
        };
        match looked {
            Ok(Progress::Done(outcome)) => Followed::Done(outcome),
            Ok(Progress::Failed(refusal)) => Followed::Failed(refusal),
            Ok(Progress::Running { .. }) => Followed::StillPending(PendingReason::DeadlinePassed),
            Ok(Progress::Ambiguous(services)) => {
                Followed::StillPending(PendingReason::Ambiguous(services))
            }
            Err(error) => Followed::StillPending(PendingReason::Unreachable(error)),
        }
    }

    /// Writes down that Lumen has an order. Terraform's state is going to have it too: where it
    /// can't be written down, that has to do.
    async fn accepted<P: Purchase>(
        &self,
        purchase: &P,
        open: Open<P::Receipt>,
    ) -> Placed<P::Receipt> {
        let Open { entry, reference, receipt, .. } = open;
        if let Err(error) = entry.accept(&receipt).await {
            self.context.warn(words::not_noted(&purchase.object(), &reference, &error));
        }
        Placed { receipt, reference, key: entry.key().clone(), by_another_run: false }
    }

    /// Goes on with an order that Lumen is known to have accepted. `None` if it has ended, and was
    /// another one than this.
    pub(super) async fn resume<P: Purchase>(
        &self,
        purchase: &P,
        mut open: Open<P::Receipt>,
        replaced: &BTreeSet<ServiceId>,
    ) -> Result<Option<Placed<P::Receipt>>, NotOrdered> {
        let object = purchase.object();
        let key = open.entry.key().clone();
        if purchase.is_new() && self.journal.was_returned(&key) {
            return Err(NotOrdered::Nothing(words::same_twice(&object)));
        }
        if !purchase.is_new() && self.is_over(&mut open).await {
            self.conclude(purchase, &key, Ending::Reached).await?;
            return Ok(None);
        }
        if !replaced.is_empty() {
            // The order learns which service it builds; whether it has ended does not matter.
            drop(open.receipt.operation().check(self.lumen).await);
        }
        let Open { reference, mut receipt, .. } = open;
        let title = receipt.operation().title();
        let placed = Placed { receipt, reference, key, by_another_run: true };
        let placed = self.go_on(purchase, placed, replaced).await?;
        if let Some(Placed { reference, .. }) = &placed {
            self.context.warn(words::resumed(&object, &title, reference, self.journal));
        }
        Ok(placed)
    }

    /// Whether the end of a change is long past: Lumen says that it has succeeded, and what it did
    /// has been undone since.
    async fn is_over<R: Receipt>(&self, open: &mut Open<R>) -> bool {
        let order = open.receipt.operation();
        SETTLING <= age(open.since)
            && matches!(order.check(self.lumen).await, Ok(Progress::Running { .. }))
            && order.has_succeeded_unseen()
    }

    /// Takes an order that was found for this one, or waits for its end. `None` after that, and where
    /// it has built the very service that is replaced now.
    pub(super) async fn go_on<P: Purchase>(
        &self,
        purchase: &P,
        mut found: Placed<P::Receipt>,
        replaced: &BTreeSet<ServiceId>,
    ) -> Result<Option<Placed<P::Receipt>>, NotOrdered> {
        let object = purchase.object();
        if purchase.built(&found.receipt).is_some_and(|service| replaced.contains(service)) {
            self.conclude(purchase, &found.key, Ending::InState).await?;
            return Ok(None);
        }
        match purchase.relation(&found.receipt) {
            Relation::Same => Ok(Some(found)),
            Relation::Differs(differences) => Err(NotOrdered::Nothing(words::other_terms(
                &object,
                &found.reference,
                &differences,
            ))),
            Relation::Earlier => {
                let order = found.receipt.operation();
                let ending = match ordered::follow(self.lumen, &object, order, self.context).await {
                    Followed::Done(_) => Ending::Reached,
                    Followed::Failed(_) => Ending::Failed,
                    Followed::StillPending(why) => {
                        let order = found.receipt.operation().title();
                        return Err(NotOrdered::Nothing(words::earlier(&object, &order, &why)));
                    }
                };
                self.conclude(purchase, &found.key, ending).await?;
                Ok(None)
            }
        }
    }

    /// Closes an entry that stands in the way of this order. Where that can't be written down, the
    /// order would find it again and again.
    async fn conclude(
        &self,
        purchase: &impl Purchase,
        key: &EntryKey,
        ending: Ending,
    ) -> Result<(), NotOrdered> {
        let closed = self.journal.close(key, ending).await;
        closed.map_err(|error| self.unusable(purchase, &error))
    }

    async fn close(&self, key: &EntryKey, ending: Ending) {
        close(self.journal, key, ending, self.context).await;
    }

    pub(super) fn unusable(&self, purchase: &impl Purchase, error: &JournalError) -> NotOrdered {
        NotOrdered::Nothing(words::unusable(&purchase.object(), self.journal, error))
    }
}

/// How long ago that was; no time where clocks disagree.
fn age(since: Timestamp) -> Duration {
    Timestamp::now().duration_since(since).try_into().unwrap_or_default()
}
