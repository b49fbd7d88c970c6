//! Numbers that are held already under the reference of a reservation that is to be made.

use std::collections::BTreeMap;

use super::diagnostics;
use super::model::TnBlock;
use crate::framework::{Context, Diagnostic};
use crate::lumen::{Error, ExternalId, VoiceOrderId};
use crate::services::orders::NewReference;
use crate::services::{Session, explain};

/// Looks whether numbers are held under the reference of a reservation that is to be made. Under a
/// derived one the apply orders nothing then, so that the plan is refused; under a given one it orders
/// others beside them.
pub(super) async fn review(
    session: &Session,
    planned: &TnBlock,
    reference: NewReference<'_>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let Some(lumen) = &session.lumen else { return Ok(()) };
    let NewReference { reference, is_given, replaces } = reference;
    let object = planned.object();
    let held = match lumen.numbers_under(reference).await {
        Ok(held) => held,
        Err(error) if error.is_passing() => {
            context.warn(unseen(&object, reference, &error));
            return Ok(());
        }
        Err(error) => return Err(vec![diagnostics::unsearchable(&object, &error)]),
    };
    let mut orders: BTreeMap<VoiceOrderId, usize> = BTreeMap::new();
    for order in held.into_iter().filter_map(|number| number.voice_order_id) {
        *orders.entry(order).or_default() += 1;
    }
    orders.retain(|order, _| replaces != Some(&order.into()));
    let Some((order, _)) = orders.first_key_value() else { return Ok(()) };
    if !is_given {
        return Err(vec![diagnostics::exists(&object, reference, order)]);
    }
    context.warn(held_under(&object, reference, &orders));
    Ok(())
}

/// Numbers of the same given reference are there, which does not keep the order from being placed.
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
    Diagnostic::warning(format!("Numbers are held already under the reference of {object}"))
        .at("external_order_id")
        .because(format!(
            "Lumen's inventory has numbers that were ordered under `{reference}` ({quantities}): by a reservation that was destroyed or is replaced, or by another configuration"
        ))
        .outcome("They are yours already. The apply orders new numbers beside them, under the same reference.")
        .remedy(format!("To use them instead of new ones, run `terraform import` before you apply (id {ids}). To tell the new numbers from them, set `external_order_id` to a reference that was never used."))
}

/// The inventory can't be looked at now.
fn unseen(object: &str, reference: &ExternalId, error: &Error) -> Diagnostic {
    explain::warning(format!("Numbers that are held for {object} could not be looked up"), error)
        .outcome(format!("The plan goes on without: whether there are numbers under `{reference}` already is not known. The inventory is looked at again before anything is ordered."))
}
