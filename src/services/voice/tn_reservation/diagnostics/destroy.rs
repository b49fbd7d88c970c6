//! What users are told when a reservation is destroyed or replaced: what is cancelled, and what stays
//! theirs.

use super::super::model::TnBlock;
use crate::framework::Diagnostic;
use crate::lumen::Error;
use crate::lumen::long_running::{Operation as _, PendingReason, Refusal};
use crate::lumen::voice::Reservation;
use crate::services::explain;
use crate::services::orders::{KEPT, SAME_COMMAND, capitalised, later, reason};

/// An order that is destroyed before it has ended, and could not be cancelled.
pub(in super::super) fn not_cancelled(
    object: &str,
    order: &Reservation,
    why: &PendingReason,
    refusal: Option<&Error>,
) -> Diagnostic {
    let title = order.title();
    let (cause, cancelled) = match refusal {
        Some(error) => (explain::cause(error), "did not cancel"),
        None => (reason(why, "delete"), "has accepted to cancel"),
    };
    let told = Diagnostic::error(format!("The order of {object} is not cancelled yet"))
        .because(cause)
        .outcome(format!(
            "Lumen {cancelled} {title}, which has not ended. {KEPT} If it is completed, its numbers are reserved, and can't be given back."
        ));
    let next = "it cancels the order if it has not ended by then";
    match refusal {
        Some(error) if !error.is_passing() => {
            told.steps([explain::mend(error), format!("Run {SAME_COMMAND} again: {next}.")])
        }
        _ => later(told, object, why, (SAME_COMMAND, next)),
    }
}

/// An order that was cancelled because its reservation was destroyed.
pub(in super::super) fn cancelled(object: &str, order: &Reservation) -> Diagnostic {
    Diagnostic::warning(format!("The order of {object} was cancelled"))
        .because(format!("{} had not ended when the reservation was destroyed", order.title()))
        .outcome(format!(
            "None of its {} numbers is reserved, and nothing is billed for them.",
            order.quantity
        ))
        .remedy("Order the numbers anew if you want them after all.")
}

/// An order that could not be cancelled, and that Lumen rejected before it had to be.
pub(in super::super) fn never_reserved(
    object: &str,
    order: &Reservation,
    refusal: &Refusal,
) -> Diagnostic {
    let what = format!("reserve {} numbers for {object}", order.quantity);
    Diagnostic::warning(format!("Lumen did not {what}"))
        .because(format!(
            "{} had not ended when the reservation was destroyed, and then failed: {}",
            order.title(),
            refusal.reason
        ))
        .outcome("None of these numbers is reserved, and nothing is billed for them.")
        .remedy("Order the numbers anew if you want them after all.")
}

/// Numbers that may still come after the reservation is destroyed.
pub(in super::super) fn backorder_stands(
    object: &str,
    order: &Reservation,
    error: &Error,
) -> Diagnostic {
    explain::warning(format!("The backorder of {object} could not be cancelled"), error)
        .outcome(format!("Lumen may still add numbers of {}, which are reserved then.", order.title()))
        .remedy("Look for them later in `lumen_voice_inventory`, or ask LEUOrders@Lumen.com to cancel the backorder.")
}

/// Numbers that do not come, because their reservation was destroyed.
pub(in super::super) fn backorder_cancelled(object: &str, order: &Reservation) -> Diagnostic {
    Diagnostic::warning(format!("The backorder of {object} was cancelled"))
        .because(format!(
            "{} still had numbers to come when the reservation was destroyed",
            order.title()
        ))
        .outcome(
            "Lumen has accepted to cancel it, and reserves none of the numbers that had not come.",
        )
        .remedy("Order the numbers anew if you want them after all.")
}

/// What is destroyed stays the customer's.
pub(in super::super) fn retained(object: &str, reservation: &TnBlock) -> Diagnostic {
    Diagnostic::warning(format!("The numbers of {object} stay in your Lumen inventory"))
        .because("Lumen offers no way to give reserved numbers back")
        .outcome(format!(
            "{} They still count against the 75 percent that must be used.",
            listed(reservation)
        ))
        .remedy(format!(
            "Ask LEUOrders@Lumen.com to take them back, or bring them back under Terraform: {}.",
            imports(reservation)
        ))
}

/// What is replaced stays the customer's.
pub(in super::super) fn replaced(reservation: &TnBlock, arguments: &str) -> Diagnostic {
    Diagnostic::warning(format!(
        "The numbers of {} stay in your Lumen inventory when it is replaced",
        reservation.object()
    ))
    .because(format!("a change of {arguments} forces a replacement, and Lumen offers no way to give reserved numbers back"))
    .outcome(format!("{} The apply orders new numbers beside them.", listed(reservation)))
    .remedy(format!("To keep these numbers in use, undo the change of {arguments}."))
}

/// `on_destroy = "fail"` holds.
pub(in super::super) fn protected(reservation: &TnBlock, verb: &str) -> Diagnostic {
    Diagnostic::error(format!("{} would be {verb}", capitalised(&reservation.object())))
        .at("on_destroy")
        .because("`on_destroy` is \"fail\" in the state, because its numbers can't be given back")
        .remedy("To give it up, set `on_destroy = \"retain\"`, apply that before any other change of the reservation, and run the same command again. To let Terraform forget it, run `terraform state rm`.")
}

fn listed(reservation: &TnBlock) -> String {
    let numbers = reservation.telephone_numbers.known().cloned().unwrap_or_default();
    let named: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    if named.is_empty() {
        return "None of its numbers is known to be unassigned.".to_owned();
    }
    format!("Reserved and not assigned: {}.", named.join(", "))
}

fn imports(reservation: &TnBlock) -> String {
    let commands: Vec<String> = reservation
        .orders()
        .iter()
        .map(|order| format!("`terraform import lumen_voice_tn_reservation.NAME {order}`"))
        .collect();
    commands.join(" and ")
}
