//! Following an order until the user's timeout passes, and keeping the journal up to date.

use super::diagnostics as words;
use super::notes::{PendingEntry, UnconfirmedEntries, close, record_best_effort};
use super::purchase::{Placed, Receipt};
use crate::framework::Context;
use crate::journal::{Ending, Journal};
use crate::lumen::Client;
use crate::lumen::long_running::{Followed, Operation};

/// Follows an order until the user's timeout passes, and warns about anything unexpected.
pub(crate) async fn follow<O: Operation>(
    lumen: &Client,
    object: &str,
    order: &mut O,
    context: &Context,
) -> Followed<O::Outcome> {
    let followed = lumen.follow(order, context.deadline, &context.stop).await;
    pass_on_unexpected(object, order, context);
    followed
}

/// Warns about anything unexpected that checking an order found.
pub(super) fn pass_on_unexpected(object: &str, order: &mut impl Operation, context: &Context) {
    for what in std::mem::take(order.unexpected()) {
        context.warn(words::unexpected(object, &what));
    }
}

/// An order that was followed, how that ended, and the journal entry of the order.
pub(super) type Concluded<O> = (O, Followed<<O as Operation>::Outcome>, PendingEntry);

/// Follows an order that was just placed, and closes its entry if it needs no more attention. An entry that
/// stays open is added to `unconfirmed`.
pub(super) async fn conclude<R: Receipt>(
    lumen: &Client,
    journal: &Journal,
    object: &str,
    placed: Placed<R>,
    shows_when_done: bool,
    unconfirmed: &mut UnconfirmedEntries,
    context: &Context,
) -> Concluded<R::Order> {
    let entry = placed.entry();
    let Placed { receipt, key, .. } = placed;
    let mut order = receipt.into_order();
    let followed = follow(lumen, object, &mut order, context).await;
    let ending = match &followed {
        Followed::Done(_) if shows_when_done => Some(Ending::Reached),
        Followed::Failed(_) => Some(Ending::Failed),
        Followed::Done(_) | Followed::StillPending(_) => None,
    };
    if let Some(ending) = ending {
        unconfirmed.remove(&entry.id());
        close(journal, &key, ending, context).await;
    } else {
        record_best_effort(journal.returned(&key)).await;
        unconfirmed.add(entry.id());
    }
    (order, followed, entry)
}
