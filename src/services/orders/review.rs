//! Plans of ordered objects: guards, replacements, the reference of the next order, and orders that the
//! apply waits for. Prices and similar values are specific to the object.

use std::collections::BTreeSet;

use super::apply::{is_awaited, target_of};
use super::diagnostics as words;
use super::not_placed::elsewhere;
use super::notes::{Promised, in_time};
use super::object::{OrderedObject, ReceiptOf, StoredObject};
use super::place::OrderElsewhere;
use super::refresh::object_in_state;
use super::replacements::ReplacedObjects;
use super::resource::Ordered;
use super::vocabulary::{NewReference, PlannedOrder};
use super::{open_orders, owner, place};
use crate::framework::{Context, Diagnostic, Field, Intent, Path, Plan, PlannedPrivate};
use crate::journal::{LatestOrder, OpenOrder, OrderTarget, Progress, Promise};
use crate::lumen::{Client, ExternalId, ObjectId};
use crate::services::Session;

pub(super) async fn review<T: OrderedObject>(
    session: &Session,
    plan: &mut Plan<Ordered<T>>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let reviewed = review_change::<T>(session, plan, context).await;
    open_orders::tell(session, context).await;
    reviewed
}

async fn review_change<T: OrderedObject>(
    session: &Session,
    plan: &mut Plan<Ordered<T>>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let prior = match &plan.intent {
        Intent::Create => return review_create::<T>(session, plan, context).await,
        Intent::Destroy(prior) => {
            owner::check::<T>(session, prior).map_err(one)?;
            prior.private.explain(session);
            resumes_orders::<T>(session, &prior.model, None);
            guard::<T>(prior, "destroyed")?;
            if T::disconnection(&prior.model).is_some() {
                review_journal::<T>(session, plan, context);
            }
            return T::review_destroy(session, prior, context).await;
        }
        Intent::Update(prior) => prior.clone(),
    };
    owner::check::<T>(session, &prior).map_err(one)?;
    prior.private.explain(session);
    if prior.private.imported {
        let is_told = |path: &Path| !T::UNTOLD.iter().any(|name| *path == Path::from(*name));
        plan.replaces.retain(is_told);
    }
    plan.private.replaces = object_in_state::<T>(&prior);
    plan.private.protected = T::is_protected(&prior.model) || !T::may_be_replaced(&prior.model);
    let mut now = prior.model.clone();
    T::record_unordered(&mut now, &plan.planned, prior.private.imported);
    if !plan.replaces.is_empty() {
        let arguments = named(&plan.replaces);
        guard::<T>(&prior, &format!("replaced because of a change of {arguments}"))?;
        review_journal::<T>(session, plan, context);
        T::review_destroy(session, &prior, context).await?;
        T::review_replacement(&prior.model, &plan.replaces, context);
        return Ok(());
    }
    let target = target_of::<T>(session.lumen.as_ref(), &prior.model);
    session.replacements.is_kept(session, target, object_in_state::<T>(&prior)).await;
    let pending = prior.private.pending.as_ref();
    let awaited = pending.filter(|order| is_awaited::<T>(order, &now, &plan.planned));
    if let Some(mut order) = awaited.cloned() {
        let object = T::object(&plan.planned);
        T::update_order(&mut order, &plan.planned);
        context.warn(words::finishes_waiting(&object, T::purpose(&order), &order));
    }
    check_rename::<T>(session, plan, &prior, context).await.map_err(one)?;
    let orders_more = !T::changes(&now, &plan.planned).is_empty();
    if orders_more || T::supplement(&now, &plan.planned).is_some() {
        resumes_orders::<T>(session, &now, Some(&plan.planned));
        review_journal::<T>(session, plan, context);
    }
    T::review_update(session, plan, &prior, context).await?;
    if prior.private.imported {
        let orders = T::planned_orders(&now, &plan.planned);
        if let Some(first) = orders.first() {
            let object = T::object(&prior.model);
            context.warn(orders_of_import(&object, &orders).at(first.argument));
        }
    }
    if awaited.is_some() {
        T::leave_open(&mut plan.planned);
    }
    Ok(())
}

async fn review_create<T: OrderedObject>(
    session: &Session,
    plan: &mut Plan<Ordered<T>>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    // The private data of a creation comes from the plan of the object that it replaces. That object is
    // ended with its own private data, and its order may still be in progress.
    let replaces = plan.private.replaces.take();
    if std::mem::take(&mut plan.private.protected) {
        return Err(vec![T::protected(&plan.planned, "replaced")]);
    }
    // Terraform drops the warnings of the second half of a replacement.
    if replaces.is_none() {
        review_journal::<T>(session, plan, context);
    }
    let promised = plan.planned_private.from_first_plan().and_then(|notes| notes.promised.clone());
    let Promised { order, looked_up, replaces: mut planned } = promised.unwrap_or_default();
    if let (Some(lumen), Some(target)) =
        (&session.lumen, target_of::<T>(session.lumen.as_ref(), &plan.planned))
    {
        let reference = T::reference(&mut plan.planned).known().cloned();
        let new = NewObject { lumen, target, reference };
        new.check_alone::<T>(session, &plan.planned).map_err(one)?;
        let (target, told) = (&new.target, replaces.clone());
        let noted = session.replacements.is_planned(&session.journal, target, told.clone()).await;
        if matches!(plan.planned_private, PlannedPrivate::First) {
            planned = Some(noted);
        }
        let known = ReplacedObjects::new(session, target, told, planned.clone());
        new.check::<T>(session, &plan.planned, known, context).await.map_err(one)?;
    }
    T::review_create(session, plan, looked_up, context).await?;
    let is_second = order.is_some();
    let order = match order {
        None if T::REVIEWS_REFERENCES || plan.planned_private.is_stored() => {
            next_order::<T>(session, &plan.planned).await
        }
        order => order,
    };
    if T::REVIEWS_REFERENCES && !is_second {
        review_reference::<T>(session, plan, order.as_ref(), replaces.as_ref(), context).await?;
    }
    if plan.planned_private.is_stored() {
        promise::<T>(plan, order, planned);
    }
    Ok(())
}

/// A planned object, and the target of its order.
pub(super) struct NewObject<'a> {
    lumen: &'a Client,
    pub(super) target: OrderTarget,
    /// The reference that the user set.
    pub(super) reference: Option<ExternalId>,
}

impl NewObject<'_> {
    /// Refuses an object that another instance in this run also plans.
    fn check_alone<T: OrderedObject>(
        &self,
        session: &Session,
        planned: &T::Model,
    ) -> Result<(), Diagnostic> {
        let Self { target, reference, .. } = self;
        let is_only_one = session.sightings.is_planned(target);
        let is_own = |reference| session.sightings.is_referred_to(reference, target);
        if is_only_one && reference.as_ref().is_none_or(is_own) {
            return Ok(());
        }
        Err(words::planned_twice(&T::object(planned), T::TELL_APART))
    }

    /// Refuses an object that could be mistaken for the result of another order: an open one, or one that
    /// made an object which Lumen shows.
    async fn check<T: OrderedObject>(
        &self,
        session: &Session,
        planned: &T::Model,
        known: ReplacedObjects<'_>,
        context: &Context,
    ) -> Result<(), Diagnostic> {
        if let Some(open) = self.open_order(session).await {
            return self.check_author::<T>(session, open, planned).await;
        }
        let likeness = T::likeness(self.lumen, planned);
        open_orders::check_likeness(session, &T::object(planned), self, likeness.as_ref()).await?;
        T::check_name(session, planned, known, context).await
    }

    /// Allows an open order to be resumed only for the state that it was placed for.
    async fn check_author<T: OrderedObject>(
        &self,
        session: &Session,
        open: &OpenOrder,
        planned: &T::Model,
    ) -> Result<(), Diagnostic> {
        let journal = &session.journal;
        if !journal.author().is_elsewhere(&open.author) {
            return Ok(());
        }
        let latest = journal.latest_order::<ReceiptOf<T>>(open.key.target());
        match in_time(latest).await {
            Some(LatestOrder::Accepted(open) | LatestOrder::Unanswered(open)) => {
                let order = OrderElsewhere::of(open, self.lumen).await;
                Err(elsewhere(&T::object(planned), &order, T::TELL_APART, journal))
            }
            // The order was closed in the meantime. The apply checks again.
            _ => Ok(()),
        }
    }

    /// Returns the open order of this object in the journal. The apply resumes it if it belongs to the same
    /// state.
    async fn open_order<'s>(&self, session: &'s Session) -> Option<&'s OpenOrder> {
        let open = self.find_open_order(session).await?;
        session.sightings.explains(&open.id());
        Some(open)
    }

    async fn find_open_order<'s>(&self, session: &'s Session) -> Option<&'s OpenOrder> {
        let survey = session.survey().await?;
        let by_reference = self.reference.as_ref().and_then(|reference| survey.order(reference));
        let by_reference = by_reference.filter(|open| open.key.target().is_kind_of(&self.target));
        let by_target = || survey.open.iter().rfind(|open| *open.key.target() == self.target);
        let open = by_reference.or_else(by_target)?;
        // If Terraform received the result of the order, it may belong to another object that is in a
        // state.
        let is_taken =
            open.progress == Progress::Returned && session.sightings.is_taken(open).await;
        (!is_taken).then_some(open)
    }
}

/// Refuses a change that gives an object the name of another one, or of what an open order may have made.
async fn check_rename<T: OrderedObject>(
    session: &Session,
    plan: &Plan<Ordered<T>>,
    prior: &StoredObject<T>,
    context: &Context,
) -> Result<(), Diagnostic> {
    let Some(lumen) = &session.lumen else { return Ok(()) };
    let (before, after) = (T::target(lumen, &prior.model), T::target(lumen, &plan.planned));
    let (Some(before), Some(target)) = (before, after) else { return Ok(()) };
    if before == target {
        return Ok(());
    }
    let renamed = NewObject { lumen, target, reference: None };
    renamed.check_alone::<T>(session, &plan.planned)?;
    if let Some(open) = renamed.find_open_order(session).await
        && !prior.private.ordered_as.as_ref().is_some_and(|own| own.is(&open.key, open.written_at))
    {
        return Err(open_orders::has_name(&session.journal, &T::object(&plan.planned), open));
    }
    let itself = ReplacedObjects::new(session, &renamed.target, T::object_id(&prior.model), None);
    T::check_name(session, &plan.planned, itself, context).await
}

/// Marks open orders of the object as explained: applying a plan that changes or ends the object resumes
/// them.
fn resumes_orders<T: OrderedObject>(session: &Session, now: &T::Model, planned: Option<&T::Model>) {
    let Some(lumen) = &session.lumen else { return };
    for target in T::targets_of_orders(lumen, now, planned) {
        session.sightings.is_planned(&target);
    }
}

fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}

/// Warns that the journal may be lost, because this plan places an order. The plan that Terraform makes
/// again before the apply does not repeat the warning.
fn review_journal<T: OrderedObject>(session: &Session, plan: &Plan<Ordered<T>>, context: &Context) {
    if plan.planned_private.from_first_plan().is_none() {
        session.review_journal(context);
    }
}

/// Checks the reference of the next order, unless it is not known or an earlier order is resumed.
async fn review_reference<T: OrderedObject>(
    session: &Session,
    plan: &mut Plan<Ordered<T>>,
    next: Option<&Promise>,
    replaces: Option<&ObjectId>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let given = T::reference(&mut plan.config).clone();
    let Some(next) = next.filter(|_| !given.is_unknown()) else { return Ok(()) };
    let reference = NewReference {
        reference: given.known().unwrap_or(&next.reference),
        is_given: given.known().is_some(),
        replaces,
    };
    T::review_reference(session, &plan.planned, reference, context).await
}

/// Returns the reference that is derived for the next order of a target. Returns `None` while an order of
/// the target is open, because that order is resumed, and if the journal does not answer in time.
pub(crate) async fn next_reference<T: OrderedObject>(
    session: &Session,
    target: &OrderTarget,
) -> Option<ExternalId> {
    let promised = place::promise::<ReceiptOf<T>>(&session.journal, target);
    promised.await.map(|promised| promised.reference)
}

/// The promise of the next order of a planned object, under the same conditions as [`next_reference`].
async fn next_order<T: OrderedObject>(session: &Session, planned: &T::Model) -> Option<Promise> {
    let target = target_of::<T>(session.lumen.as_ref(), planned)?;
    place::promise::<ReceiptOf<T>>(&session.journal, &target).await
}

/// The orders that an apply places because an imported object differs from its configuration.
fn orders_of_import(object: &str, orders: &[PlannedOrder]) -> Diagnostic {
    let listed = |part: fn(&PlannedOrder) -> &str, between: &str| {
        orders.iter().map(part).collect::<Vec<_>>().join(between)
    };
    let ordered = listed(|order| &order.order, ", and ");
    let keep = listed(|order| &order.keep, " and ");
    Diagnostic::warning(format!("The apply places orders for {object}, which was imported"))
        .because(listed(|order| &order.difference, "; "))
        .outcome(format!("The apply orders {ordered}. Nothing has been ordered yet."))
        .remedy(format!("To order nothing, set {keep} as in the state, and plan again."))
}

/// Lists arguments in a sentence.
pub(crate) fn named(arguments: &[Path]) -> String {
    let named: Vec<String> = arguments.iter().map(|path| format!("`{path}`")).collect();
    match named.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => named.concat(),
    }
}

fn guard<T: OrderedObject>(prior: &StoredObject<T>, verb: &str) -> Result<(), Vec<Diagnostic>> {
    if T::is_protected(&prior.model) {
        return Err(vec![T::protected(&prior.model, verb)]);
    }
    Ok(())
}

/// Fixes the reference of the order. It is stored, with everything that was looked up, for the plan that
/// Terraform makes again before the apply.
fn promise<T: OrderedObject>(
    plan: &mut Plan<Ordered<T>>,
    order: Option<Promise>,
    replaces: Option<BTreeSet<ObjectId>>,
) {
    let is_given = !T::reference(&mut plan.config).is_null();
    let order = order.filter(|_| !is_given);
    if !is_given {
        let reference = order.as_ref().map(|promise| promise.reference.clone());
        *T::reference(&mut plan.planned) = reference.map_or(Field::Unknown, Field::Known);
    }
    let looked_up = T::looked_up(&plan.planned);
    plan.private.promised = Some(Promised { order, looked_up, replaces });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_named_in_a_sentence() {
        let words = |names: &[&'static str]| {
            named(&names.iter().map(|name| Path::from(*name)).collect::<Vec<_>>())
        };

        assert_eq!(words(&["site"]), "`site`");
        assert_eq!(words(&["site", "port"]), "`site` and `port`");
        assert_eq!(words(&["site", "port", "name"]), "`site`, `port` and `name`");
    }
}
