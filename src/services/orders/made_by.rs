//! Which order made an object, by the journal: where the state does not say it.

use super::notes::{PendingEntry, in_time};
use super::object::{OrderedObject, ReceiptOf};
use super::purchase::{Order as _, Receipt as _};
use crate::journal::{EarlierObject, LatestOrder, OpenEntry};
use crate::lumen::long_running::Operation as _;
use crate::services::Session;

/// The order that made an object, or is making it.
pub(super) struct MadeBy<T: OrderedObject> {
    /// Where it is written down.
    pub(super) entry: PendingEntry,
    pub(super) order: T::Order,
}

impl<T: OrderedObject> MadeBy<T> {
    /// The latest order of the object's target, if it made this very object.
    pub(super) async fn find(session: &Session, model: &T::Model) -> Option<Self> {
        let lumen = session.lumen.as_ref()?;
        let target = T::target(lumen, model)?;
        let latest = session.journal.latest_order::<ReceiptOf<T>>(&target);
        let (receipt, entry) = match in_time(latest).await? {
            LatestOrder::Accepted(open) | LatestOrder::Unanswered(open) => {
                let OpenEntry { entry, reference, receipt, since, .. } = open;
                (receipt, PendingEntry { key: entry.key().clone(), reference, since })
            }
            LatestOrder::None(slot) => {
                let earlier = session.journal.earlier_object::<ReceiptOf<T>>(slot.key());
                let earlier = in_time(earlier).await??;
                let EarlierObject { key, receipt, reference, since, .. } = earlier;
                (receipt, PendingEntry { key, reference, since })
            }
        };
        let mut order = receipt.into_order();
        if !T::is_made_by(model, &order) && order.object_id().is_none() {
            // Checking tells which object the order makes. Whether it has ended does not matter here.
            drop(order.check(lumen).await);
        }
        T::is_made_by(model, &order).then_some(Self { entry, order })
    }
}
