//! Diagnostics about the end of a subscription.

use std::collections::BTreeSet;

use super::super::import::import_id;
use super::super::model::{OnDestroy, Subscription};
use super::super::order::{LineAction, SubscriptionOrder};
use super::{import_command, listed};
use crate::framework::Diagnostic;
use crate::lumen::long_running::{Operation as _, PendingReason, Refusal};
use crate::lumen::voice::{Meaning, Notification, TelephoneNumber};
use crate::lumen::{Error, Problem, VoiceOrderId};
use crate::services::explain;
use crate::services::orders::{SAME_COMMAND, capitalised, later, reason};

/// `on_destroy = "fail"` protects the subscription, and numbers in service protect it from being replaced.
pub(in super::super) fn protected(subscription: &Subscription, verb: &str) -> Diagnostic {
    let object = capitalised(&subscription.object());
    let told =
        Diagnostic::error(format!("{object} is protected, and would be {verb}")).at("on_destroy");
    if verb.starts_with("replaced") && subscription.on_destroy() == OnDestroy::Retain {
        return told
            .because("`on_destroy` is \"retain\", so its numbers stay as they are, and can't be ordered again")
            .remedy("Change the arguments in place instead of replacing it. To forget it, remove it from the configuration: its numbers stay, and its order continues.");
    }
    if verb.starts_with("replaced") {
        return told
            .because("a number that is disconnected goes back to the carrier, and can't be ordered again")
            .remedy("Change the arguments in place instead of replacing it. To end it, set `on_destroy`, apply that first, and destroy it.");
    }
    told.because("`on_destroy` is \"fail\" in the state, because a disconnected number goes back to the carrier")
        .remedy("To disconnect its numbers, set `on_destroy = \"disconnect\"`, apply that first, and destroy it. To leave them in service and billed, set `on_destroy = \"retain\"` in the same way, or use a `removed` block with `destroy = false`.")
}

/// Numbers stay in service although no configuration has them.
pub(in super::super) fn retained(
    object: &str,
    numbers: &BTreeSet<TelephoneNumber>,
    orders: &[VoiceOrderId],
) -> Diagnostic {
    let orders = match orders {
        [] => String::new(),
        orders => format!(" Their voice orders are {}.", joined(orders)),
    };
    let told = Diagnostic::warning(format!("The numbers of {object} stay in service"))
        .because("`on_destroy` is \"retain\"")
        .outcome(format!("Still in service and billed: {}.{orders}", listed(numbers)));
    if numbers.is_empty() {
        return told.remedy("There is nothing left to do.");
    }
    let command = import_command(import_id(numbers));
    told.remedy(format!("To manage them again, import them: {command}."))
}

/// The order of the first numbers is in progress, and no configuration follows it.
pub(in super::super) fn continues(object: &str, orders: &[VoiceOrderId]) -> Diagnostic {
    Diagnostic::warning(format!("The order of {object} continues"))
        .because("`on_destroy` is \"retain\"")
        .outcome(format!("The numbers are billed once they are in service. The voice order is {}.", joined(orders)))
        .remedy("To stop it, cancel the order with the action `lumen_voice_order_cancel`. To manage the numbers again, import them when they are in service.")
}

fn joined(orders: &[VoiceOrderId]) -> String {
    orders.iter().map(VoiceOrderId::as_str).collect::<Vec<_>>().join(", ")
}

/// Lumen has accepted a disconnection.
pub(in super::super) fn disconnected_on(object: &str, order: &SubscriptionOrder) -> Diagnostic {
    let date = order.request_date.map_or_else(|| "their date".to_owned(), |date| date.to_string());
    Diagnostic::warning(format!("The numbers of {object} are disconnected on {date}"))
        .because(format!("Lumen has accepted {}", order.title()))
        .outcome(format!(
            "In service and billed until then: {}.",
            listed(&order.placed.telephone_numbers)
        ))
        .remedy("Until that date, the action `lumen_voice_order_cancel` cancels the order. After it, Lumen restores disconnected numbers only for 30 days, by ticket and for a fee.")
}

/// The order of the first numbers was canceled.
pub(in super::super) fn cancelled(object: &str, order: &SubscriptionOrder) -> Diagnostic {
    Diagnostic::warning(format!("The order of {object} was canceled"))
        .because(format!("{} was in progress when the subscription was destroyed", order.title()))
        .outcome(match order.action {
            LineAction::Port => "Its numbers stay with their carrier.",
            _ => "None of its numbers is in service. They are still reserved.",
        })
        .remedy("There is nothing left to do.")
}

/// The order that was in progress ended without an effect.
pub(in super::super) fn ended(
    object: &str,
    order: &SubscriptionOrder,
    refusal: &Refusal,
) -> Diagnostic {
    Diagnostic::warning(format!("The order of {object} had no effect"))
        .because(format!("{} failed: {}", order.title(), refusal.reason))
        .outcome("It changed nothing at Lumen.")
        .remedy("There is nothing left to do.")
}

/// The order that was in progress could not be canceled, and has not ended.
pub(in super::super) fn not_cancelled(
    object: &str,
    order: &SubscriptionOrder,
    why: &PendingReason,
    error: Option<&Error>,
) -> Diagnostic {
    let cause = match error {
        Some(error) => format!("{} can't be canceled: {}", order.title(), explain::cause(error)),
        None => format!("{} is in progress: {}", order.title(), reason(why, "delete")),
    };
    let is_late = error.and_then(Error::problem).is_some_and(Problem::is_too_late_to_cancel)
        || order.placed.notifications.iter().any(is_too_late);
    let summary = if is_late {
        format!("The port of {object} can no longer be canceled")
    } else {
        format!("{} can't be destroyed yet", capitalised(object))
    };
    let exists = match (order.action, order.placed.foc_date) {
        (LineAction::Port, Some(date)) => format!(
            "The port continues: Lumen takes over its numbers on {date}, and they are billed from then on."
        ),
        (LineAction::Port, None) => {
            "The port continues. Its numbers stay with their carrier until it ends, and are billed once they are in service.".to_owned()
        }
        (LineAction::Create, _) => "Its numbers are billed once they are in service.".to_owned(),
        (LineAction::Add, _) => format!(
            "Its other numbers stay in service and billed, and {} are billed once they are in service.",
            listed(&order.placed.telephone_numbers)
        ),
        _ => "Its numbers stay in service and billed.".to_owned(),
    };
    let told = Diagnostic::error(summary)
        .because(cause)
        .outcome(format!("It stays in the state, and the order is in progress. {exists}"));
    later(told, object, why, (SAME_COMMAND, "it waits until the order has ended"))
}

/// Whether Lumen has refused, with a notification, to cancel the order.
fn is_too_late(told: &Notification) -> bool {
    told.code.meaning() == Some(Meaning::TooLateToCancel)
}

/// The disconnection is not known to stand.
pub(in super::super) fn not_disconnected(
    object: &str,
    order: &SubscriptionOrder,
    why: &PendingReason,
) -> Diagnostic {
    let told = Diagnostic::error(format!("The disconnection of {object} is not confirmed yet"))
        .because(reason(why, "delete"))
        .outcome(format!(
            "Lumen has accepted {}, and may still refuse it. The subscription stays in the state. Its numbers are in service and billed until they are disconnected.",
            order.title()
        ));
    later(
        told,
        object,
        why,
        (SAME_COMMAND, "it waits until Lumen has had time to refuse the order"),
    )
}
