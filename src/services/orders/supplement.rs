//! Changing an order that is in progress.

use super::apply::{ToOrder, buy, kept, take_receipt};
use super::diagnostics as words;
use super::follow::conclude;
use super::object::{OrderedObject, StoredObject};
use super::purchase::{Order as _, Purchase as _};
use super::resource::Ordered;
use super::vocabulary::During;
use crate::framework::{Context, Unfinished};
use crate::lumen::Client;
use crate::lumen::long_running::Followed;
use crate::services::Session;

/// Places the order that changes the order in progress, if there is one. The order in progress is followed as
/// before, whatever becomes of this one.
pub(super) async fn supplement<T: OrderedObject>(
    session: &Session,
    lumen: &Client,
    planned: &mut StoredObject<T>,
    now: &mut T::Model,
    context: &Context,
) -> Result<(), Unfinished<Ordered<T>>> {
    let Some(change) = T::supplement(now, &planned.model) else { return Ok(()) };
    let object = T::object(now);
    let order = ToOrder::of_change(change, During::Update);
    let bought = buy::<T>(session, order, now, &planned.model, context).await;
    let (purchase, placed) =
        bought.map_err(|not| kept::<T>(planned, now, not.into_diagnostic()))?;
    let before = now.clone();
    take_receipt::<T>(planned, now, &purchase, &placed, context);
    let (shows, unconfirmed) = (purchase.shows_when_done(), &mut planned.private.unconfirmed);
    let journal = &session.journal;
    let (order, followed, _) =
        conclude(lumen, journal, &object, placed, shows, unconfirmed, context).await;
    match followed {
        Followed::Done(_) => {}
        // Lumen has accepted it, and the order in progress shows what becomes of it.
        Followed::StillPending(_) => T::report_accepted(&object, &order, context),
        Followed::Failed(refusal) => {
            let why = words::failed::<T>(&object, &order, &refusal);
            return Err(kept::<T>(planned, &before, why));
        }
    }
    if let Some(pending) = &mut planned.private.pending {
        pending.take_supplement(&order);
    }
    Ok(())
}
