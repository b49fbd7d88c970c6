//! Searching for an order whose answer was lost. What Lumen shows decides. If Lumen shows nothing, a person
//! decides, unless sending the order again is harmless.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::diagnostics as words;
use super::place::{Attempt, NotPlaced, Placing};
use super::purchase::{Order, Placed, Purchase, Receipt as _};
use crate::framework::Context;
use crate::journal::{Ending, JournalError, OpenEntry};
use crate::lumen::long_running::{Followed, Operation, PendingReason, Progress};
use crate::lumen::{Error, ExternalId, ObjectId};

/// An order whose answer is not known, and the result of the search for it.
pub(super) struct LostOrder {
    pub(super) reference: ExternalId,
    /// The time just before the order was sent.
    pub(super) since: Timestamp,
    /// How the answer was lost, if that happened in this run.
    pub(super) lost: Option<Error>,
    /// Why the search ended.
    pub(super) why: PendingReason,
    /// What the search saw that the user should know.
    pub(super) unexpected: BTreeSet<String>,
    /// The time until which the provider keeps searching at least.
    pub(super) until: Timestamp,
    /// Whether Lumen would show the order by now if it had it: the inventory was read after `until` and did
    /// not show it.
    pub(super) is_overdue: bool,
}

impl Placing<'_> {
    /// Searches for an order that an earlier run may have sent, and resumes it if it is found.
    pub(super) async fn recover<P: Purchase>(
        &self,
        purchase: &P,
        open: OpenEntry<P::Receipt>,
    ) -> Result<Attempt<P::Receipt>, NotPlaced> {
        let mut open = self.check_author(purchase, open).await?;
        let replaced = std::mem::take(&mut open.replaced);
        match self.search(purchase, open, None).await? {
            Attempt::Placed(found) => {
                let found = Placed { by_another_run: true, ..found };
                self.adopt_or_wait(purchase, found, &replaced).await
            }
            other => Ok(other),
        }
    }

    /// Searches for an order whose answer is not known, until it is certain that Lumen would show it.
    pub(super) async fn search<P: Purchase>(
        &self,
        purchase: &P,
        mut open: OpenEntry<P::Receipt>,
        lost: Option<Error>,
    ) -> Result<Attempt<P::Receipt>, NotPlaced> {
        let until = open.since + purchase.search_time(&open.receipt);
        let left = until.duration_since(self.journal.now()).try_into().unwrap_or_default();
        // An object that is in a state was not made by this order.
        self.session.replacements.exclude_known(open.receipt.order());
        let (looked, is_overdue) = tokio::select! {
            biased;
            looked = self.look(open.receipt.order(), left) => looked,
            () = self.journal.answered(open.entry.key()) => return Ok(Attempt::Anew),
        };
        let looked = match looked {
            Followed::Done(_) => {
                match self.known_to_others(purchase, open.receipt.order()).await? {
                    Some(known) => Followed::StillPending(PendingReason::Ambiguous(vec![known])),
                    None => looked,
                }
            }
            _ => looked,
        };
        match looked {
            // Another process may have just closed this entry and ordered again. Then the inventory shows
            // the result of that later order, and the journal decides again.
            Followed::Done(_)
                if matches!(self.journal.is_answered(open.entry.key()).await, Ok(true)) =>
            {
                Ok(Attempt::Anew)
            }
            Followed::Done(_) => {
                let object = purchase.object();
                self.context.warn(words::found(&object, &open.reference, lost.as_ref()));
                Ok(Attempt::Placed(self.accepted(purchase, open).await))
            }
            Followed::Failed(refusal) => {
                self.close(open.entry.key(), Ending::Failed).await;
                Err(NotPlaced::Refused(purchase.failed(&open.receipt, &refusal)))
            }
            Followed::StillPending(PendingReason::DeadlinePassed)
                if is_overdue && purchase.may_be_repeated(&open.receipt) =>
            {
                self.close_blocking_entry(open.entry.key(), Ending::Untraced).await?;
                Ok(Attempt::Again(open.entry.key().clone()))
            }
            Followed::StillPending(why) => {
                let unexpected = std::mem::take(open.receipt.order().unexpected());
                let doubt = purchase.doubt(&open.receipt, &open.reference);
                let OpenEntry { reference, since, .. } = open;
                let order =
                    LostOrder { reference, since, lost, why, unexpected, until, is_overdue };
                Err(NotPlaced::Unsure(doubt, order))
            }
        }
    }

    /// Returns the object that was found for a new order, if the journal has orders that changed it. Then a
    /// state has it already, which can't be if the answer of the order that made it was lost.
    async fn known_to_others<P: Purchase>(
        &self,
        purchase: &P,
        found: &impl Order,
    ) -> Result<Option<ObjectId>, JournalError> {
        let Some(object) = found.object_id().filter(|_| purchase.creates_object()) else {
            return Ok(None);
        };
        let Some(changes) = purchase.target_of_changes(self.lumen, &object) else {
            return Ok(None);
        };
        let order = self.journal.latest_receipt::<serde_json::Value>(&changes).await?;
        Ok(order.map(|_| object))
    }

    /// Checks the order until the time is up, and then once more, because an inventory that can't be read
    /// does not prove that there is no order. Returns whether the last check was made after that time.
    async fn look<O: Operation>(
        &self,
        order: &mut O,
        left: Duration,
    ) -> (Followed<O::Outcome>, bool) {
        let Context { stop, deadline, .. } = self.context;
        if !left.is_zero() {
            let until = Instant::now() + left;
            let followed = self.lumen.follow(order, (*deadline).min(until), stop).await;
            let is_up = matches!(followed, Followed::StillPending(PendingReason::DeadlinePassed));
            if !is_up || *deadline < until {
                return (followed, false);
            }
        }
        let looked = tokio::select! {
            biased;
            () = stop.cancelled() => {
                return (Followed::StillPending(PendingReason::Stopped), false);
            }
            looked = order.check(self.lumen) => looked,
        };
        let followed = match looked {
            Ok(Progress::Done(outcome)) => Followed::Done(outcome),
            Ok(Progress::Failed(refusal)) => Followed::Failed(refusal),
            Ok(Progress::Running { .. }) => {
                return (Followed::StillPending(PendingReason::DeadlinePassed), true);
            }
            Ok(Progress::Ambiguous(found)) => {
                Followed::StillPending(PendingReason::Ambiguous(found))
            }
            Err(error) => Followed::StillPending(PendingReason::Unreachable(error)),
        };
        (followed, false)
    }
}
