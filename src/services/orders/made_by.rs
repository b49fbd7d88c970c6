//! Finding the order that made an object in the journal, when the state does not show it.

use super::notes::{PendingEntry, in_time};
use super::object::{OrderedObject, ReceiptOf};
use super::purchase::{Order as _, Receipt as _};
use crate::journal::{EarlierObject, LatestOrder, OpenEntry, OrderTarget};
use crate::lumen::long_running::Operation as _;
use crate::lumen::{Client, ObjectId};
use crate::services::Session;

/// The order that made an object, or is making it.
pub(super) struct MadeBy<T: OrderedObject> {
    /// The journal entry of the order.
    pub(super) entry: PendingEntry,
    pub(super) order: T::Order,
}

impl<T: OrderedObject> MadeBy<T> {
    /// Returns the latest order of the object's target, if it made this object.
    pub(super) async fn find(session: &Session, model: &T::Model) -> Option<Self> {
        let lumen = session.lumen.as_ref()?;
        let mut made = Self::latest(session, &T::target(lumen, model)?).await?;
        if !T::is_made_by(model, &made.order) && made.order.object_id().is_none() {
            // Checking finds out which object the order makes. It does not matter here whether the order
            // has ended.
            drop(made.order.check(lumen).await);
        }
        T::is_made_by(model, &made.order).then_some(made)
    }

    /// Returns the latest order of a target that is open, or whose object is in a state.
    async fn latest(session: &Session, target: &OrderTarget) -> Option<Self> {
        let journal = &session.journal;
        Some(match in_time(journal.latest_order::<ReceiptOf<T>>(target)).await? {
            LatestOrder::Accepted(open) | LatestOrder::Unanswered(open) => {
                let OpenEntry { entry, reference, receipt, since, .. } = open;
                let entry = PendingEntry { key: entry.key().clone(), reference, since };
                Self { entry, order: receipt.into_order() }
            }
            LatestOrder::None(slot) => {
                let earlier = journal.earlier_object::<ReceiptOf<T>>(slot.key());
                let EarlierObject { key, receipt, reference, since, .. } =
                    in_time(earlier).await??;
                let entry = PendingEntry { key, reference, since };
                Self { entry, order: receipt.into_order() }
            }
        })
    }
}

/// Returns the object that an order has `found`, if a later order of the same target made it. If only the
/// name connects an order with its object, the object may come from a later order under that name, placed
/// for another state.
pub(super) async fn of_later_order<T: OrderedObject>(
    session: &Session,
    lumen: &Client,
    (before, found): (&T::Order, &T::Order),
    entry: Option<&PendingEntry>,
) -> Option<ObjectId> {
    let object = found.object_id().filter(|_| before.object_id().is_none())?;
    let own = &entry?.key;
    let mut latest = MadeBy::<T>::latest(session, own.target()).await?;
    // A later order without an answer may never have been sent, so what it seems to have made proves
    // nothing.
    let is_later = *own < latest.entry.key;
    if !is_later || in_time(session.journal.is_answered(&latest.entry.key)).await != Some(true) {
        return None;
    }
    drop(latest.order.check(lumen).await);
    (latest.order.object_id().as_ref() == Some(&object)).then_some(object)
}
