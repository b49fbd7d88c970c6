//! What an order that has ended did to a subscription.

use super::model::{ACTIVE, DISCONNECTING, Subscription};
use super::order::{Lasting, LineAction, SubscriptionOrder};
use super::{diagnostics, read};
use crate::framework::{Context, Field};
use crate::lumen::voice::{ActiveNumber, LineOutcome};
use crate::services::orders::Left;

/// Records the outcome of an order that succeeded.
pub(super) fn finish(
    now: &mut Subscription,
    lasting: &mut Vec<Lasting>,
    object: &str,
    order: SubscriptionOrder,
    outcome: LineOutcome,
    context: &Context,
) -> Left {
    now.note_order(&order);
    let numbers = order.placed.telephone_numbers.clone();
    match (order.action, outcome) {
        (
            LineAction::Create | LineAction::Port | LineAction::Add,
            LineOutcome::InService(shown),
        ) => {
            if order.action == LineAction::Port {
                now.port_status = Field::Known("completed".to_owned());
            }
            // Numbers that were retained since are no longer part of the subscription. A new subscription has all
            // of them.
            let own = now.telephone_numbers.known();
            let numbers = own.map_or(numbers.clone(), |own| own & &numbers);
            now.set_statuses(&numbers, Some(ACTIVE));
            let shown = shown.iter().filter(|it| numbers.contains(&it.number));
            let shown: Vec<&ActiveNumber> = shown.collect();
            read::take_over(now, &shown, false);
        }
        (LineAction::Change, _) => lasting.push(Lasting { order, until: None }),
        (LineAction::Remove, _) => {
            context.warn(diagnostics::disconnected_on(object, &order));
            now.remove_numbers(&numbers);
            now.set_statuses(&numbers, Some(DISCONNECTING));
            lasting.push(Lasting { order, until: None });
        }
        (LineAction::End, _) => {
            context.warn(diagnostics::disconnected_on(object, &order));
            return Left::Nothing;
        }
        (LineAction::Create | LineAction::Port | LineAction::Supplement | LineAction::Add, _) => {}
    }
    Left::Object
}

/// Reverts what a failed order was to do.
pub(super) fn undo(now: &mut Subscription, order: &SubscriptionOrder) -> Left {
    let numbers = &order.placed.telephone_numbers;
    match order.action {
        LineAction::Create | LineAction::Port => return Left::Nothing,
        LineAction::Add => {
            now.remove_numbers(numbers);
            now.set_statuses(numbers, None);
        }
        LineAction::Supplement => {}
        // The report shows the rest of the record as it was.
        LineAction::Change => now.forget_untold(&order.facts),
        LineAction::Remove | LineAction::End => {
            now.add_numbers(numbers);
            now.set_statuses(numbers, Some(ACTIVE));
        }
    }
    Left::Object
}
