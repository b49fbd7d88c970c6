//! Reading an ordered object: its order while that is in progress, and then the object itself. This file
//! also imports objects.

use super::apply::pending;
use super::follow::pass_on_unexpected;
use super::made_by::{MadeBy, of_later_order};
use super::notes::{PendingEntry, in_time};
use super::object::{OrderedObject, ReceiptOf, StoredObject};
use super::owner::{self, Owner};
use super::purchase::{Order as _, Receipt as _};
use super::vocabulary::{During, Left};
use super::waiting::Waiting;
use super::{diagnostics as words, open_orders};
use crate::framework::{Context, Diagnostic, ImportKey};
use crate::journal::{Ending, EntryId, LatestOrder, OpenOrder, OrderTarget};
use crate::lumen::long_running::{Operation as _, Progress};
use crate::lumen::{Client, ObjectId};
use crate::services::Session;
use crate::services::identity::ObjectIdentity as _;

pub(super) async fn read<T: OrderedObject>(
    session: &Session,
    mut current: StoredObject<T>,
    context: &Context,
) -> Result<Option<StoredObject<T>>, Diagnostic> {
    let lumen = session.lumen()?;
    owner::check_read::<T>(session, &current).await?;
    T::reveal(&mut current);
    current.private.explain(session);
    current.private.confirm_read(session).await;
    let target = T::target(lumen, &current.model);
    session.replacements.was_read(target, object_in_state::<T>(&current));
    let ordered_as = current.private.ordered_as.clone();
    let target = T::target_of_changes(lumen, &current.model);
    let pending = current.private.take_pending();
    let pending = pending.or_else(|| Some((T::order_in_progress(&current.model)?, None)));
    let read = match pending {
        Some(pending) => read_order::<T>(session, lumen, current, pending, context).await,
        None => T::refresh(session, current, context).await,
    };
    let mut read = read?;
    match &mut read {
        Some(read) => read.private.owner = Owner::configured::<T>(session),
        // The next order under its name makes another object.
        None => {
            if let Some(order) = &ordered_as {
                in_time(session.journal.close_order(order, Ending::Gone)).await;
            }
        }
    }
    if let Some(target) = target.filter(|_| T::SHOWS_CHANGES) {
        close_finished::<T>(session, lumen, &target).await;
    }
    Ok(read)
}

/// Lumen's ID of an object in the state, or an ID that stands in for it.
pub(super) fn object_in_state<T: OrderedObject>(stored: &StoredObject<T>) -> Option<ObjectId> {
    let entry = stored.private.ordered_as.as_ref();
    T::object_id(&stored.model).or_else(|| entry.and_then(EntryId::as_object))
}

/// Closes the entry of a completed order that changed or ended an object, if an earlier run left it open.
/// There may never be a later order of the object that would find the entry.
async fn close_finished<T: OrderedObject>(session: &Session, lumen: &Client, target: &OrderTarget) {
    let is_open = session.open_entries().await.is_some_and(|open| open.has_target(target));
    if !is_open || session.journal.is_claimed(target) {
        return;
    }
    let latest = session.journal.latest_order::<ReceiptOf<T>>(target);
    let Some(LatestOrder::Accepted(mut open) | LatestOrder::Unanswered(mut open)) =
        in_time(latest).await
    else {
        return;
    };
    let order = open.receipt.order();
    if let Ok(Progress::Done(outcome)) = order.check(lumen).await
        && T::shows_change(order, &outcome)
    {
        session.sightings.explains(&open.entry.id());
        in_time(session.journal.close(open.entry.key(), Ending::Reached)).await;
    }
}

/// Checks an order once.
async fn read_order<T: OrderedObject>(
    session: &Session,
    lumen: &Client,
    mut current: StoredObject<T>,
    (mut order, entry): (T::Order, Option<PendingEntry>),
    context: &Context,
) -> Result<Option<StoredObject<T>>, Diagnostic> {
    let object = T::object(&current.model);
    session.replacements.exclude_known(&mut order);
    let before = order.clone();
    let checked = order.check(lumen).await;
    let is_running = !matches!(checked, Ok(Progress::Done(_) | Progress::Failed(_)));
    let progress = match &entry {
        Some(entry) if is_running && entry.is_settled(session).await => {
            Progress::Failed(words::settled(entry))
        }
        _ => checked.map_err(|error| words::unseen(&object, &error))?,
    };
    pass_on_unexpected(&object, &mut order, context);
    match progress {
        Progress::Done(outcome) => {
            let later = of_later_order::<T>(session, lumen, (&before, &order), entry.as_ref());
            if let Some(taken) = later.await {
                context.warn(words::ambiguous(&object, &[taken]));
                return Ok(Some(still_pending::<T>(current, before, entry)));
            }
            let StoredObject::<T> { model, private } = &mut current;
            match T::finish(model, &mut private.own, &object, order, outcome, During::Read, context)
            {
                Left::Object => T::refresh_finished(session, current, context).await,
                Left::Nothing => Ok(None),
            }
        }
        Progress::Running { .. } => {
            order.review(&object, session.journal.now(), context);
            let waiting = Waiting::of(&session.journal, entry.as_ref(), &order).await;
            waiting.warn_if_long(&object, &order, context);
            Ok(Some(still_pending::<T>(current, order, entry)))
        }
        Progress::Ambiguous(candidates) => {
            context.warn(words::ambiguous(&object, &candidates));
            Ok(Some(still_pending::<T>(current, order, entry)))
        }
        Progress::Failed(refusal) => {
            context.warn(words::failed_meanwhile::<T>(&object, &order, &refusal));
            match T::undo(&mut current.model, &order) {
                Left::Object => T::refresh(session, current, context).await,
                Left::Nothing => Ok(None),
            }
        }
    }
}

fn still_pending<T: OrderedObject>(
    current: StoredObject<T>,
    order: T::Order,
    entry: Option<PendingEntry>,
) -> StoredObject<T> {
    let now = current.model.clone();
    pending::<T>(current, order, entry, &now)
}

pub(super) async fn import<T: OrderedObject>(
    session: &Session,
    key: ImportKey<T::Identity>,
    context: &Context,
) -> Result<StoredObject<T>, Diagnostic> {
    let id = T::Identity::imported(session, key)?;
    let mut found = T::find(session, &id).await?;
    // Importing an object settles an order that never came into a state. If the inventory does not show the
    // target of the order, it may show the reference.
    let entry = match MadeBy::<T>::find(session, &found.model).await {
        Some(made) => Some(made.entry.id()),
        None => match T::reference(&mut found.model).known() {
            Some(reference) => {
                let order = session.survey().await.and_then(|survey| survey.order(reference));
                order.map(OpenOrder::id)
            }
            None => None,
        },
    };
    found.private.owner = Owner::configured::<T>(session);
    if let Some(order) = entry {
        open_orders::warn_of_other_state(session, &T::object(&found.model), &order, context).await;
        session.sightings.explains(&order);
        found.private.ordered_as = Some(order.clone());
        found.private.unconfirmed.add(order);
        found.private.imported_by = Some(session.journal.run().to_owned());
    }
    Ok(found)
}
