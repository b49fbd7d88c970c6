//! Creating, changing, and destroying an ordered object: place the order, follow it, and keep what exists.

use std::collections::BTreeSet;

use tokio::time::Instant;

use super::diagnostics as words;
use super::follow::{conclude, follow, pass_on_unexpected};
use super::made_by::of_later_order;
use super::notes::{OrderNotes, PendingEntry, Promised, close, record_best_effort};
use super::object::{OrderedObject, OutcomeOf, ReceiptOf, StoredObject};
use super::owner::{self, Owner};
use super::place::{NotOrdered, place};
use super::purchase::{Order, Placed, Purchase as _, Receipt as _};
use super::resource::Ordered;
use super::supplement::supplement;
use super::vocabulary::{During, Left};
use super::waiting::Waiting;
use crate::framework::{Context, Diagnostic, Field, Model as _, Unfinished};
use crate::journal::{Ending, Promise};
use crate::lumen::long_running::{Followed, PendingReason, Refusal};
use crate::lumen::{Client, ObjectId};
use crate::services::Session;

pub(super) async fn create<T: OrderedObject>(
    session: &Session,
    mut planned: StoredObject<T>,
    context: &Context,
) -> Result<StoredObject<T>, Unfinished<Ordered<T>>> {
    let lumen = client::<T>(session, &planned.model, During::Create)?;
    let object = T::object(&planned.model);
    let (wanted, promise, replaces) = promised_order::<T>(&mut planned);
    let mut now = T::Model::default();
    let change = T::creation(&planned.model);
    let order = ToOrder { change, during: During::Create, promise, replaces };
    let (purchase, mut placed) = buy::<T>(session, order, &now, &wanted, context).await?;

    // The notes of the plan belong to the object that this one replaces.
    planned.private = OrderNotes::of_new(placed.entry().id());
    planned.private.owner = Owner::configured::<T>(session);
    take_receipt::<T>(&mut planned, &mut now, &purchase, &placed, context);
    let by_another_run = placed.by_another_run;
    T::update_order(placed.receipt.order(), &planned.model);
    if !T::waits_for(&planned.model, placed.receipt.order()) {
        let order = placed.receipt.order();
        if let Some(refusal) = early_refusal::<T>(lumen, order, context).await {
            close(&session.journal, &placed.key, Ending::Failed, context).await;
            let order = placed.receipt.into_order();
            return Err(Unfinished::Nothing(words::failed::<T>(&object, &order, &refusal)));
        }
        pass_on_unexpected(&object, order, context);
        T::report_accepted(&object, order, context);
        record_best_effort(session.journal.returned(&placed.key)).await;
        let entry = placed.entry();
        return Ok(pending::<T>(planned, placed.receipt.into_order(), Some(entry), &now));
    }
    let (shows, unconfirmed) = (purchase.shows_when_done(), &mut planned.private.unconfirmed);
    let journal = &session.journal;
    let (order, followed, entry) =
        conclude(lumen, journal, &object, placed, shows, unconfirmed, context).await;
    if by_another_run && !matches!(followed, Followed::Failed(_)) {
        session.replacements.was_adopted(order.object_id());
    }
    match followed {
        Followed::Done(outcome) if T::Order::continues_after(&outcome) => {
            T::report_accepted(&object, &order, context);
            Ok(pending::<T>(planned, order, Some(entry), &now))
        }
        Followed::Done(outcome) => {
            session.replacements.was_made(order.object_id());
            let own = &mut planned.private.own;
            T::finish(&mut now, own, &object, order, outcome, During::Create, context);
            Ok(settled::<T>(planned, now))
        }
        Followed::StillPending(why) => {
            let purpose = T::purpose(&order);
            let entry = Some(entry);
            let waiting = Waiting::of(&session.journal, entry.as_ref(), &order).await;
            context.warn(words::still_pending(
                &object,
                purpose,
                &order,
                &why,
                During::Create,
                &waiting,
            ));
            Ok(pending::<T>(planned, order, entry, &now))
        }
        Followed::Failed(refusal) => {
            Err(Unfinished::Nothing(words::failed::<T>(&object, &order, &refusal)))
        }
    }
}

pub(super) async fn update<T: OrderedObject>(
    session: &Session,
    prior: StoredObject<T>,
    mut planned: StoredObject<T>,
    context: &Context,
) -> Result<StoredObject<T>, Unfinished<Ordered<T>>> {
    let lumen = client::<T>(session, &prior.model, During::Update)?;
    let object = T::object(&prior.model);
    owner::check::<T>(session, &prior).map_err(Unfinished::Nothing)?;
    let mut now = prior.model;
    planned.private.confirm(session).await;
    planned.private.promised = None;
    T::catch_up(session, &mut now, &mut planned.private.own, context).await;
    T::record_unordered(&mut now, &planned.model, planned.private.imported);
    supplement::<T>(session, lumen, &mut planned, &mut now, context).await?;

    let is_awaited = |order: &T::Order| is_awaited::<T>(order, &now, &planned.model);
    if planned.private.pending.as_ref().is_some_and(is_awaited)
        && let Some((mut order, entry)) = planned.private.take_pending()
    {
        T::update_order(&mut order, &planned.model);
        match follow_pending::<T>(session, lumen, &object, &mut order, entry.as_ref(), context)
            .await
        {
            Followed::Done(outcome) if T::Order::continues_after(&outcome) => {
                return Ok(pending::<T>(planned, order, entry, &now));
            }
            Followed::Done(outcome) => {
                let own = &mut planned.private.own;
                match T::finish(&mut now, own, &object, order, outcome, During::Update, context) {
                    Left::Object => {}
                    Left::Nothing => {
                        return Err(Unfinished::Nothing(words::gone_meanwhile(&object)));
                    }
                }
            }
            Followed::StillPending(why) => {
                let is_all = T::changes(&now, &planned.model).is_empty();
                return still_changing::<T>(
                    session,
                    planned,
                    (order, entry),
                    &now,
                    &why,
                    is_all,
                    context,
                )
                .await;
            }
            Followed::Failed(refusal) => {
                return Err(Unfinished::Nothing(words::failed::<T>(&object, &order, &refusal)));
            }
        }
    }

    let mut changes = T::changes(&now, &planned.model).into_iter();
    while let Some(change) = changes.next() {
        let order = ToOrder::of_change(change, During::Update);
        let bought = buy::<T>(session, order, &now, &planned.model, context).await;
        let (purchase, placed) =
            bought.map_err(|not| kept::<T>(&planned, &now, not.into_diagnostic()))?;
        let before = now.clone();
        take_receipt::<T>(&mut planned, &mut now, &purchase, &placed, context);
        let (shows, unconfirmed) = (purchase.shows_when_done(), &mut planned.private.unconfirmed);
        let journal = &session.journal;
        let (order, followed, entry) =
            conclude(lumen, journal, &object, placed, shows, unconfirmed, context).await;
        match followed {
            Followed::Done(outcome) => {
                let own = &mut planned.private.own;
                T::finish(&mut now, own, &object, order, outcome, During::Update, context);
            }
            Followed::StillPending(why) => {
                let is_all = changes.next().is_none();
                let now = if is_all || T::TAKES_CHANGES { &now } else { &before };
                let order = (order, Some(entry));
                return still_changing::<T>(session, planned, order, now, &why, is_all, context)
                    .await;
            }
            Followed::Failed(refusal) => {
                let why = words::failed::<T>(&object, &order, &refusal);
                return Err(kept::<T>(&planned, &before, why));
            }
        }
    }
    // After one update the state has every argument: the configuration supplies what the inventory does not
    // show of an imported object.
    planned.private.imported = false;
    Ok(match planned.private.take_pending() {
        Some((order, entry)) => pending::<T>(planned, order, entry, &now),
        None => settled::<T>(planned, now),
    })
}

/// Watches an order that an apply does not wait for, and returns the refusal if Lumen refuses it soon.
async fn early_refusal<T: OrderedObject>(
    lumen: &Client,
    order: &mut T::Order,
    context: &Context,
) -> Option<Refusal> {
    let time = T::time_to_refuse(order);
    if time.is_zero() {
        return None;
    }
    let until = context.deadline.min(Instant::now() + time);
    match lumen.follow(order, until, &context.stop).await {
        Followed::Failed(refusal) => Some(refusal),
        Followed::Done(_) | Followed::StillPending(_) => None,
    }
}

/// Follows an order of an earlier run, unless a person has settled its entry.
pub(super) async fn follow_pending<T: OrderedObject>(
    session: &Session,
    lumen: &Client,
    object: &str,
    order: &mut T::Order,
    entry: Option<&PendingEntry>,
    context: &Context,
) -> Followed<OutcomeOf<T>> {
    match entry {
        Some(entry) if entry.is_settled(session).await => Followed::Failed(words::settled(entry)),
        _ => {
            session.replacements.exclude_known(order);
            let before = order.clone();
            let followed = follow(lumen, object, order, context).await;
            if let Followed::Done(_) = followed
                && let Some(taken) =
                    of_later_order::<T>(session, lumen, (&before, order), entry).await
            {
                *order = before;
                return Followed::StillPending(PendingReason::Ambiguous(vec![taken]));
            }
            followed
        }
    }
}

/// Whether an update waits for an earlier order to end: because the configuration says so, or because there
/// is more to order and orders are placed one after the other. Plan and apply must agree, or the apply
/// would return values that the plan did not mark as unknown.
pub(super) fn is_awaited<T: OrderedObject>(
    order: &T::Order,
    now: &T::Model,
    planned: &T::Model,
) -> bool {
    T::waits_for(planned, order) || !T::changes(now, planned).is_empty()
}

/// Returns the wanted object, the order that its plan promised unless the user set its reference, and the
/// objects that it replaces, as far as the plan recorded them.
fn promised_order<T: OrderedObject>(
    planned: &mut StoredObject<T>,
) -> (T::Model, Option<Promise>, Option<BTreeSet<ObjectId>>) {
    let mut wanted = planned.model.clone();
    let reference = T::reference(&mut wanted);
    let Promised { order: promise, replaces, .. } =
        planned.private.promised.take().unwrap_or_default();
    let promise = promise.filter(|promise| reference.known() == Some(&promise.reference));
    if promise.is_some() {
        *reference = Field::Unknown;
    }
    (wanted, promise, replaces)
}

/// An order that an operation is about to place.
pub(super) struct ToOrder<T: OrderedObject> {
    pub(super) change: T::Change,
    pub(super) during: During,
    promise: Option<Promise>,
    /// The objects that a new object replaces, if its plan recorded them.
    replaces: Option<BTreeSet<ObjectId>>,
}

impl<T: OrderedObject> ToOrder<T> {
    /// An order that changes or ends an object.
    pub(super) fn of_change(change: T::Change, during: During) -> Self {
        Self { change, during, promise: None, replaces: None }
    }
}

pub(super) async fn buy<T: OrderedObject>(
    session: &Session,
    order: ToOrder<T>,
    now: &T::Model,
    wanted: &T::Model,
    context: &Context,
) -> Result<(T::Purchase, Placed<ReceiptOf<T>>), NotOrdered> {
    let ToOrder { change, during, promise, replaces } = order;
    let nothing = |why| NotOrdered::Nothing(untouched::<T>(why, now, during));
    let purchase = T::purchase(session, change, now, wanted, promise).await;
    let mut purchase = purchase.map_err(nothing)?;
    match place(session, &mut purchase, replaces, context).await {
        Ok(placed) => Ok((purchase, placed)),
        Err(NotOrdered::Nothing(why)) => Err(nothing(why)),
        Err(unsure) => Err(unsure),
    }
}

/// Returns the client, without which an operation orders nothing.
pub(super) fn client<'a, T: OrderedObject>(
    session: &'a Session,
    now: &T::Model,
    during: During,
) -> Result<&'a Client, Unfinished<Ordered<T>>> {
    session.lumen().map_err(|why| Unfinished::Nothing(untouched::<T>(why, now, during)))
}

/// Adds what exists and is still billed to the reason why nothing was ordered.
pub(super) fn untouched<T: OrderedObject>(
    why: Diagnostic,
    now: &T::Model,
    during: During,
) -> Diagnostic {
    why.outcome_unless_told(|| T::untouched(now, during))
}

pub(super) fn take_receipt<T: OrderedObject>(
    planned: &mut StoredObject<T>,
    now: &mut T::Model,
    purchase: &T::Purchase,
    placed: &Placed<ReceiptOf<T>>,
    context: &Context,
) {
    T::take_receipt(planned, now, purchase, &placed.receipt, &placed.reference, context);
}

/// Returns the object when no order is in progress.
pub(super) fn settled<T: OrderedObject>(
    mut stored: StoredObject<T>,
    mut now: T::Model,
) -> StoredObject<T> {
    T::note_settled(&mut now, &stored.private.own);
    stored.model.fill_unknown(&now);
    stored
}

/// Returns the object while an order is in progress, with what is known about it so far.
pub(super) fn pending<T: OrderedObject>(
    mut stored: StoredObject<T>,
    order: T::Order,
    entry: Option<PendingEntry>,
    now: &T::Model,
) -> StoredObject<T> {
    let mut now = now.clone();
    T::note_pending(&mut now, &order);
    T::leave_open(&mut stored.model);
    stored.model.fill_unknown(&now);
    stored.private.pending = Some(order);
    stored.private.pending_entry = entry;
    stored
}

/// Ends an update whose order is still in progress. It succeeds if that order is all that was planned.
/// Otherwise the state keeps its old values of what was not ordered, so that the next plan shows it.
async fn still_changing<T: OrderedObject>(
    session: &Session,
    planned: StoredObject<T>,
    (order, entry): (T::Order, Option<PendingEntry>),
    now: &T::Model,
    why: &PendingReason,
    is_all: bool,
    context: &Context,
) -> Result<StoredObject<T>, Unfinished<Ordered<T>>> {
    let object = T::object(now);
    let purpose = T::purpose(&order);
    let waiting = Waiting::of(&session.journal, entry.as_ref(), &order).await;
    if is_all {
        let during = During::Update;
        context.warn(words::still_pending(&object, purpose, &order, why, during, &waiting));
        return Ok(pending::<T>(planned, order, entry, now));
    }
    let diagnostic = words::not_ordered_yet(&object, purpose, &order, why);
    let diagnostic = waiting.explain(diagnostic);
    let stored = StoredObject::<T> { model: now.clone(), private: planned.private };
    let stored = pending::<T>(stored, order, entry, now);
    Err(Unfinished::Kept(Box::new(stored), diagnostic))
}

/// Ends an update early: what exists by now goes into the state, together with the reason.
pub(super) fn kept<T: OrderedObject>(
    planned: &StoredObject<T>,
    now: &T::Model,
    why: Diagnostic,
) -> Unfinished<Ordered<T>> {
    let mut stored = StoredObject::<T> { model: now.clone(), private: planned.private.clone() };
    let stored = if let Some((order, entry)) = stored.private.take_pending() {
        pending::<T>(stored, order, entry, now)
    } else {
        T::note_settled(&mut stored.model, &stored.private.own);
        stored
    };
    Unfinished::Kept(Box::new(stored), why)
}

pub(super) fn target_of<T: OrderedObject>(
    lumen: Option<&Client>,
    model: &T::Model,
) -> Option<crate::journal::OrderTarget> {
    lumen.and_then(|lumen| T::target(lumen, model))
}
