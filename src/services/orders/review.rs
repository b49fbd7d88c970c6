//! Plans of ordered objects: guards, what is replaced, the reference of the order to come, and what is
//! left to wait for. Prices and the like are the object's own.

use super::apply::{is_awaited, target_of};
use super::diagnostics as words;
use super::notes::Promised;
use super::object::{NewReference, Ordered, OrderedObject, PlannedOrder, StoredObject};
use super::place;
use super::purchase::Purchase;
use crate::framework::{Context, Diagnostic, Field, Intent, Path, Plan};
use crate::journal::{OrderTarget, Promise};
use crate::lumen::{ExternalId, ObjectId};
use crate::services::Session;

pub(super) async fn review<T: OrderedObject>(
    session: &Session,
    plan: &mut Plan<Ordered<T>>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let prior = match &plan.intent {
        Intent::Create => return review_create::<T>(session, plan, context).await,
        Intent::Destroy(prior) => {
            guard::<T>(prior, "destroyed")?;
            return T::review_destroy(session, prior, context).await;
        }
        Intent::Update(prior) => prior.clone(),
    };
    if prior.private.imported {
        let is_told = |path: &Path| !T::UNTOLD.iter().any(|name| *path == Path::from(*name));
        plan.replaces.retain(is_told);
    }
    plan.private.replaces = T::object_id(&prior.model);
    plan.private.protected = T::is_protected(&prior.model);
    if !plan.replaces.is_empty() {
        let arguments = named(&plan.replaces);
        guard::<T>(&prior, &format!("replaced because of a change of {arguments}"))?;
        T::review_destroy(session, &prior, context).await?;
        T::review_replacement(&prior.model, &plan.replaces, context);
        return Ok(());
    }
    session.replacements.is_kept(&session.journal, T::object_id(&prior.model)).await;
    let pending = prior.private.pending.as_ref();
    let awaited = pending.filter(|order| is_awaited::<T>(order, &prior.model, &plan.planned));
    if let Some(order) = awaited {
        let object = T::object(&plan.planned);
        context.warn(words::finishes_waiting(&object, T::purpose(order), order));
    }
    T::review_update(session, plan, &prior, context).await?;
    if prior.private.imported {
        let orders = T::planned_orders(&prior.model, &plan.planned);
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
    // Private data of a creation come from the plan of what it replaces. That is ended with them, and
    // its order may still be in progress.
    let replaces = plan.private.replaces.take();
    if std::mem::take(&mut plan.private.protected) {
        return Err(vec![T::protected(&plan.planned, "replaced")]);
    }
    let target = target_of::<T>(session.lumen.as_ref(), &plan.planned);
    let is_given = T::reference(&mut plan.planned).known().is_some();
    if let Some(target) = target.filter(|_| !is_given) {
        session.replacements.is_planned(&session.journal, &target, replaces.clone()).await;
    }
    let promised = plan.planned_private.from_first_plan().and_then(|notes| notes.promised.clone());
    let Promised { order, looked_up } = promised.unwrap_or_default();
    T::review_create(session, plan, looked_up, context).await?;
    if T::REVIEWS_REFERENCES && order.is_none() {
        review_reference::<T>(session, plan, replaces.as_ref(), context).await?;
    }
    if plan.planned_private.is_stored() {
        promise::<T>(session, plan, order).await;
    }
    Ok(())
}

/// Checks the reference of the order to come, unless it is not known, or an earlier order is resumed.
async fn review_reference<T: OrderedObject>(
    session: &Session,
    plan: &mut Plan<Ordered<T>>,
    replaces: Option<&ObjectId>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let given = T::reference(&mut plan.config).clone();
    let target = target_of::<T>(session.lumen.as_ref(), &plan.planned);
    let Some(target) = target.filter(|_| !given.is_unknown()) else { return Ok(()) };
    let Some(derived) = next_reference::<T>(session, &target).await else { return Ok(()) };
    let reference = NewReference {
        reference: given.known().unwrap_or(&derived),
        is_given: given.known().is_some(),
        replaces,
    };
    T::review_reference(session, &plan.planned, reference, context).await
}

/// The reference that the next order of a target derives; none while an order of it is open, because that
/// one is resumed, and none if the journal does not answer in time.
pub(crate) async fn next_reference<T: OrderedObject>(
    session: &Session,
    target: &OrderTarget,
) -> Option<ExternalId> {
    let promised = place::promise::<<T::Purchase as Purchase>::Receipt>(&session.journal, target);
    promised.await.map(|promised| promised.reference)
}

/// What an apply orders where an imported object differs from its configuration.
fn orders_of_import(object: &str, orders: &[PlannedOrder]) -> Diagnostic {
    let listed = |part: fn(&PlannedOrder) -> &str, between: &str| {
        orders.iter().map(part).collect::<Vec<_>>().join(between)
    };
    let ordered = listed(|order| &order.order, ", and ");
    let keep = listed(|order| &order.keep, " and ");
    Diagnostic::warning(format!("Applying places orders for {object}, which was imported"))
        .because(listed(|order| &order.difference, "; "))
        .outcome(format!("The apply orders {ordered}. Nothing has been ordered yet."))
        .remedy(format!(
            "If you want none of that, set {keep} as the state shows it, and plan again."
        ))
}

/// Arguments in a sentence.
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

/// Fixes the reference of the order, and leaves it with all that was looked up to the plan that is
/// made again before the change is applied.
async fn promise<T: OrderedObject>(
    session: &Session,
    plan: &mut Plan<Ordered<T>>,
    mut order: Option<Promise>,
) {
    let target = target_of::<T>(session.lumen.as_ref(), &plan.planned);
    if let (Some(target), true) = (target, T::reference(&mut plan.config).is_null()) {
        if order.is_none() {
            let journal = &session.journal;
            order = place::promise::<<T::Purchase as Purchase>::Receipt>(journal, &target).await;
        }
        let reference = order.as_ref().map(|promise| promise.reference.clone());
        *T::reference(&mut plan.planned) = reference.map_or(Field::Unknown, Field::Known);
    }
    let looked_up = T::looked_up(&plan.planned);
    plan.private.promised = Some(Promised { order, looked_up });
}
