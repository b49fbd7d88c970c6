//! What has already been ordered for a planned reservation: by an order that is missing from the state, or
//! under the reference of the next order.

use std::collections::BTreeMap;

use super::model::TnBlock;
use super::{TnReservation, diagnostics, order};
use crate::framework::{Context, Diagnostic};
use crate::lumen::{Error, ExternalId, VoiceOrderId};
use crate::services::orders::{NewReference, check_state_of_plan, next_reference};
use crate::services::{Session, explain};

/// Checks whether the inventory already has numbers under the reference of a new reservation. If the
/// reference is derived, the plan is refused, because the apply would refuse to order. If the user set it,
/// the apply orders new numbers in addition.
pub(super) async fn review(
    session: &Session,
    planned: &TnBlock,
    reference: NewReference<'_>,
    context: &Context,
) -> Result<(), Diagnostic> {
    let NewReference { reference, is_given, replaces } = reference;
    let object = planned.object();
    let target = session.lumen.as_ref().and_then(|lumen| order::target(lumen, planned));
    if let Some(target) = target {
        let known = replaces.cloned().into_iter().collect();
        check_state_of_plan::<TnReservation>(session, &object, &target, known, true).await?;
    }
    let mut orders = orders_under(session, &object, reference, context).await?;
    orders.retain(|order, _| replaces != Some(&order.into()));
    let Some((order, _)) = orders.first_key_value() else { return Ok(()) };
    if !is_given {
        return Err(diagnostics::exists(&object, reference, order));
    }
    context.warn(held_under(&object, reference, &orders));
    Ok(())
}

/// Checks whether the inventory already has numbers under the reference of an order that adds numbers. This
/// reference is always derived. Numbers of orders in the state are expected.
pub(super) async fn review_growth(
    session: &Session,
    prior: &TnBlock,
    context: &Context,
) -> Result<(), Diagnostic> {
    let (Some(lumen), Some(first)) = (&session.lumen, prior.id.known()) else { return Ok(()) };
    let target = order::target_of_growth(lumen, first);
    let known = prior.orders().iter().map(Into::into).collect();
    check_state_of_plan::<TnReservation>(session, &prior.object(), &target, known, false).await?;
    let Some(reference) = next_reference::<TnReservation>(session, &target).await else {
        return Ok(());
    };
    let object = prior.object();
    let orders = orders_under(session, &object, &reference, context).await?;
    match orders.keys().find(|order| !prior.orders().contains(order)) {
        Some(order) => Err(diagnostics::grown_before(&object, &reference, order, prior.held())),
        None => Ok(()),
    }
}

/// Returns the orders under a reference that have numbers in the inventory, and how many each of them has.
/// Returns none if the inventory can't be read now.
async fn orders_under(
    session: &Session,
    object: &str,
    reference: &ExternalId,
    context: &Context,
) -> Result<BTreeMap<VoiceOrderId, usize>, Diagnostic> {
    let mut orders: BTreeMap<VoiceOrderId, usize> = BTreeMap::new();
    let Some(lumen) = &session.lumen else { return Ok(orders) };
    match lumen.numbers_under(reference).await {
        Ok(held) => {
            for order in held.into_iter().filter_map(|number| number.voice_order_id) {
                *orders.entry(order).or_default() += 1;
            }
        }
        Err(error) if error.is_passing() => context.warn(unseen(object, reference, &error)),
        Err(error) => return Err(diagnostics::unsearchable(object, &error)),
    }
    Ok(orders)
}

/// Numbers under the reference that the user set already exist. They do not prevent the order.
fn held_under(
    object: &str,
    reference: &ExternalId,
    orders: &BTreeMap<VoiceOrderId, usize>,
) -> Diagnostic {
    let listed = |form: fn((&VoiceOrderId, &usize)) -> String| {
        orders.iter().map(form).collect::<Vec<_>>().join(", ")
    };
    let quantities = listed(|(order, numbers)| format!("{numbers} of voice order {order}"));
    let ids = listed(|(order, _)| format!("`{order}`"));
    Diagnostic::warning(format!("Numbers already exist under the reference of {object}"))
        .at("external_order_id")
        .because(format!(
            "Lumen's inventory has numbers that were ordered under `{reference}` ({quantities}): by a reservation that was destroyed or is replaced, or by another configuration"
        ))
        .outcome("They are already yours. The apply orders new numbers in addition, under the same reference.")
        .remedy(format!("To use them instead of new ones, run `terraform import` before you apply (ID {ids}). To keep the new numbers apart from them, set `external_order_id` to a reference that was never used."))
}

/// The inventory can't be read now.
fn unseen(object: &str, reference: &ExternalId, error: &Error) -> Diagnostic {
    explain::warning(format!("Existing numbers for {object} could not be looked up"), error)
        .outcome(format!("The plan continues, but the provider does not know whether numbers exist under `{reference}`. It reads the inventory again before it orders anything."))
}
