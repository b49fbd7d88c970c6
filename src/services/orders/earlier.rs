//! What earlier orders of a target have made: objects that may still be being built, and objects that are
//! in another state but missing from the state of this run.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::follow::follow;
use super::not_placed::lacking;
use super::notes::in_time;
use super::object::{OrderedObject, ReceiptOf};
use super::place::{NotPlaced, Placing, SEARCH_TIME_OF_A_BUILD};
use super::purchase::{Order as _, Purchase, Receipt};
use crate::framework::Diagnostic;
use crate::journal::{EarlierObject, EntryId, EntryKey, Journal, LatestOrder, OrderTarget, Slot};
use crate::lumen::long_running::{Followed, Operation, PendingReason, Progress};
use crate::lumen::{Client, Error, ExternalId, ObjectId};
use crate::services::Session;

/// The provider does not wait for an object whose order is older than this: it has been built, or never
/// will be.
pub(super) const LONGEST_BUILD: Duration = Duration::from_hours(24);

/// An order that belongs in the state of this run but is missing from it.
pub(super) struct LackingOrder {
    pub(super) title: String,
    pub(super) reference: ExternalId,
    pub(super) what: String,
    pub(super) since: Timestamp,
    pub(super) object: Option<ObjectId>,
}

impl Placing<'_> {
    /// Waits for the previous order if the object that this one replaces may still be being built. The two
    /// can't be distinguished while Lumen shows neither.
    pub(super) async fn wait_for_earlier_object<P: Purchase>(
        &self,
        purchase: &P,
        slot: &mut Slot,
    ) -> Result<(), NotPlaced> {
        let earlier = self.journal.earlier_object::<P::Receipt>(slot.key()).await?;
        let Some(EarlierObject { key, receipt, reference, since, .. }) = earlier else {
            return Ok(());
        };
        let mut order = receipt.into_order();
        let is_running = match order.check(self.lumen).await {
            Ok(progress) => matches!(progress, Progress::Running { .. }),
            // The object may still be being built, and then no inventory shows it.
            Err(error) if self.age(since) < LONGEST_BUILD => {
                return Err(unreachable(&order, reference, since, error));
            }
            Err(_) => false,
        };
        // The plan may have known the replaced object only by its order.
        let built = [order.object_id(), EntryId::new(key, since).as_object()];
        let is_replaced = built.iter().flatten().any(|object| slot.replaced.contains(object));
        // An object whose order Lumen reports as done may still appear in the inventory. If it has not
        // appeared by this time, something else has removed it.
        let is_undone = order.has_succeeded_unseen() && SEARCH_TIME_OF_A_BUILD <= self.age(since);
        if is_running && !is_undone && self.age(since) < LONGEST_BUILD {
            if !is_replaced {
                return Err(NotPlaced::BeingBuilt { title: order.title(), reference, since });
            }
            let object = purchase.object();
            if let Followed::StillPending(why) =
                follow(self.lumen, &object, &mut order, self.context).await
            {
                let title = order.title();
                return Err(NotPlaced::EarlierOrder { title, reference, since, why });
            }
        }
        if is_replaced {
            slot.replaced.extend(order.object_id());
        }
        Ok(())
    }

    /// Checks that the state has every order that was placed before, if only the state shows them.
    /// Otherwise another run has ordered since this one read the state, or the state is an older copy.
    pub(super) async fn check_state<P: Purchase>(
        &self,
        purchase: &P,
        slot: &Slot,
    ) -> Result<(), NotPlaced> {
        let Some(mut known) = purchase.known_orders() else { return Ok(()) };
        known.extend(slot.replaced.iter().cloned());
        let next = slot.key().clone();
        match find::<P::Receipt>(self.journal, self.lumen, next, &known).await? {
            Some(lacking) => Err(NotPlaced::Lacking(lacking)),
            None => Ok(()),
        }
    }
}

/// Does the same for a plan of a new or changed object, as far as the journal and Lumen answer in time.
/// While an order of the target is open, the apply resumes that order.
pub(crate) async fn check_state_of_plan<T: OrderedObject>(
    session: &Session,
    object: &str,
    target: &OrderTarget,
    mut known: BTreeSet<ObjectId>,
    is_new: bool,
) -> Result<(), Diagnostic> {
    let (Some(lumen), journal) = (&session.lumen, &session.journal) else { return Ok(()) };
    let latest = journal.latest_order::<ReceiptOf<T>>(target);
    let Some(LatestOrder::None(slot)) = in_time(latest).await else { return Ok(()) };
    known.extend(slot.replaced.iter().cloned());
    let next = slot.key().clone();
    match find::<ReceiptOf<T>>(journal, lumen, next, &known).await {
        Ok(Some(found)) => {
            let apart = is_new.then_some(T::TELL_APART);
            Err(lacking(object, &found, apart, journal))
        }
        // The apply checks again.
        Ok(None) | Err(_) => Ok(()),
    }
}

/// Returns the latest order before this one that was carried out, if the state does not have it.
async fn find<R: Receipt>(
    journal: &Journal,
    lumen: &Client,
    mut next: EntryKey,
    known: &BTreeSet<ObjectId>,
) -> Result<Option<LackingOrder>, NotPlaced> {
    while let Some(earlier) = journal.earlier_object::<R>(&next).await? {
        let EarlierObject { key, receipt, reference, what, since, author } = earlier;
        let placeholder = EntryId::new(key.clone(), since).as_object();
        next = key;
        if journal.author().is_elsewhere(&author) {
            continue;
        }
        let mut order = receipt.into_order();
        let is_known = |object: Option<ObjectId>| object.is_some_and(|it| known.contains(&it));
        if is_known(order.object_id()) || is_known(placeholder) {
            return Ok(None);
        }
        match order.check(lumen).await {
            // The state had the order until it failed.
            Ok(Progress::Failed(_)) => {}
            Ok(_) if is_known(order.object_id()) => return Ok(None),
            Ok(_) => {
                let (title, object) = (order.title(), order.object_id());
                return Ok(Some(LackingOrder { title, reference, what, since, object }));
            }
            Err(error) => return Err(unreachable(&order, reference, since, error)),
        }
    }
    Ok(None)
}

fn unreachable(
    order: &impl Operation,
    reference: ExternalId,
    since: Timestamp,
    error: Error,
) -> NotPlaced {
    let why = PendingReason::Unreachable(error);
    NotPlaced::EarlierOrder { title: order.title(), reference, since, why }
}
