//! Destroying an ordered object: wait for the order in progress, order the end of the object, and forget
//! the object once it is gone.

use super::apply::{ToOrder, buy, client, follow_pending, pending, target_of, untouched};
use super::diagnostics as words;
use super::follow::conclude;
use super::made_by::MadeBy;
use super::notes::{PendingEntry, close, record_best_effort};
use super::object::{OrderedObject, StoredObject};
use super::owner::{self, Owner};
use super::purchase::Purchase as _;
use super::resource::Ordered;
use super::vocabulary::{During, Left};
use super::waiting::Waiting;
use crate::framework::{Context, Unfinished};
use crate::journal::Ending;
use crate::lumen::long_running::{Followed, PendingReason};
use crate::services::Session;

pub(super) async fn delete<T: OrderedObject>(
    session: &Session,
    mut prior: StoredObject<T>,
    context: &Context,
) -> Result<(), Unfinished<Ordered<T>>> {
    if prior.private.owner.is_some() {
        return end::<T>(session, prior, context).await;
    }
    // Without notes, the object is tainted. It must not get any: the next run could not tell that it is.
    if !T::may_be_replaced(&prior.model) {
        let refused = words::tainted(T::protected(&prior.model, "replaced"));
        return Err(Unfinished::Nothing(untouched::<T>(refused, &prior.model, During::Delete)));
    }
    // Terraform drops the notes of a tainted object, but keeps the ones that a failed destroy returns. The
    // plan read the object with the same configuration, so its owner is known. Without the owner, the next
    // run would assume that the object belongs to the customer configured then.
    prior.private.owner = Owner::configured::<T>(session);
    let kept = prior.clone();
    match end::<T>(session, prior, context).await {
        Err(Unfinished::Nothing(why) | Unfinished::Unsure(why)) => {
            Err(Unfinished::Kept(Box::new(kept), why))
        }
        ended => ended,
    }
}

async fn end<T: OrderedObject>(
    session: &Session,
    mut prior: StoredObject<T>,
    context: &Context,
) -> Result<(), Unfinished<Ordered<T>>> {
    let lumen = client::<T>(session, &prior.model, During::Delete)?;
    let object = T::object(&prior.model);
    owner::check::<T>(session, &prior).map_err(Unfinished::Nothing)?;
    if session.replacements.is_adopted(T::object_id(&prior.model).as_ref()) {
        context.warn(words::not_replaced(&object));
        return Ok(());
    }
    // Terraform plans to destroy a tainted object without consulting the provider, so this is the last
    // place to refuse it.
    if T::is_protected(&prior.model) {
        let refused = words::tainted(T::protected(&prior.model, "replaced"));
        return Err(Unfinished::Nothing(untouched::<T>(refused, &prior.model, During::Delete)));
    }
    prior.private.confirm(session).await;
    if prior.private.pending.is_none() && T::object_id(&prior.model).is_none() {
        // Terraform drops the notes of a tainted object.
        let Some(made) = MadeBy::<T>::find(session, &prior.model).await else {
            let refused = words::nothing_known(&object, &session.journal);
            return Err(Unfinished::Nothing(untouched::<T>(refused, &prior.model, During::Delete)));
        };
        prior.private.ordered_as = Some(made.entry.id());
        (prior.private.pending, prior.private.pending_entry) = (Some(made.order), Some(made.entry));
    }
    let gone = prior.clone();
    let not_cancelled = T::cancel(session, &mut prior, context).await;
    if let Some((mut order, entry)) = prior.private.take_pending() {
        let followed =
            follow_pending::<T>(session, lumen, &object, &mut order, entry.as_ref(), context).await;
        let left = match followed {
            Followed::Done(outcome) => {
                if let Some(waited) = words::waited(&object, T::purpose(&order), &order) {
                    context.warn(waited);
                }
                let StoredObject::<T> { model, private } = &mut prior;
                T::finish(model, &mut private.own, &object, order, outcome, During::Delete, context)
            }
            Followed::Failed(refusal) => {
                let is_cancelled = not_cancelled.is_none();
                if let Some(ended) = T::ended_undone(&object, &order, &refusal, is_cancelled) {
                    context.warn(ended);
                }
                T::undo(&mut prior.model, &order)
            }
            Followed::StillPending(why) => {
                let order = (order, entry);
                return Err(
                    not_gone::<T>(session, prior, order, &why, not_cancelled.as_ref()).await
                );
            }
        };
        if left == Left::Nothing {
            forget::<T>(session, &gone, context).await;
            return Ok(());
        }
    }
    match T::disconnection(&prior.model) {
        None => T::retained(&object, &prior.model, context),
        Some(change) => {
            let now = &prior.model;
            let order = ToOrder::of_change(change, During::Delete);
            let (purchase, placed) = buy::<T>(session, order, now, now, context).await?;
            let (shows, unconfirmed) = (purchase.shows_when_done(), &mut prior.private.unconfirmed);
            let journal = &session.journal;
            let (order, followed, entry) =
                conclude(lumen, journal, &object, placed, shows, unconfirmed, context).await;
            match followed {
                Followed::Done(_) => T::report_end(&object, &order, context),
                Followed::StillPending(why) => {
                    let order = (order, Some(entry));
                    return Err(not_gone::<T>(session, prior, order, &why, None).await);
                }
                Followed::Failed(refusal) => {
                    let why = words::failed::<T>(&object, &order, &refusal);
                    return Err(Unfinished::Nothing(why));
                }
            }
        }
    }
    forget::<T>(session, &gone, context).await;
    Ok(())
}

/// The object still exists after a destroy, for the given reason.
async fn not_gone<T: OrderedObject>(
    session: &Session,
    prior: StoredObject<T>,
    (order, entry): (T::Order, Option<PendingEntry>),
    why: &PendingReason,
    not_cancelled: Option<&crate::lumen::Error>,
) -> Unfinished<Ordered<T>> {
    let diagnostic = T::not_gone(&T::object(&prior.model), &order, why, not_cancelled);
    let diagnostic =
        Waiting::of(&session.journal, entry.as_ref(), &order).await.explain(diagnostic);
    let now = prior.model.clone();
    Unfinished::Kept(Box::new(pending::<T>(prior, order, entry, &now)), diagnostic)
}

/// Closes the entry of an object that is gone: the next order under its name makes another object.
async fn forget<T: OrderedObject>(session: &Session, gone: &StoredObject<T>, context: &Context) {
    let journal = &session.journal;
    if let Some(order) = &gone.private.ordered_as {
        match journal.close_order(order, Ending::Gone).await {
            Ok(true) => return,
            // The order is in another journal, or in one that was lost.
            Ok(false) => {}
            Err(error) => return context.warn(words::not_closed(journal, &error)),
        }
    }
    // An imported object was never recorded, and Terraform drops the notes of a tainted one.
    if let Some(made) = MadeBy::<T>::find(session, &gone.model).await {
        return close(journal, &made.entry.key, Ending::Gone, context).await;
    }
    let target = target_of::<T>(session.lumen.as_ref(), &gone.model);
    if let (Some(target), Some(object)) = (target, T::object_id(&gone.model)) {
        record_best_effort(journal.replaces(&target, &object)).await;
    }
}
