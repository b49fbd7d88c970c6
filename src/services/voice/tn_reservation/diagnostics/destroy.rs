//! Diagnostics about destroying or replacing a reservation: what is canceled, and what stays with the
//! customer.

use super::super::model::TnBlock;
use crate::framework::Diagnostic;
use crate::lumen::Error;
use crate::lumen::long_running::{Operation as _, PendingReason, Refusal};
use crate::lumen::voice::Reservation;
use crate::services::explain;
use crate::services::orders::{KEPT, SAME_COMMAND, capitalised, later, reason};

/// The order was still in progress when the reservation was destroyed, and could not be canceled.
pub(in super::super) fn not_cancelled(
    object: &str,
    order: &Reservation,
    why: &PendingReason,
    refusal: Option<&Error>,
) -> Diagnostic {
    let title = order.title();
    let (cause, cancelled) = match refusal {
        Some(error) => (explain::cause(error), "did not cancel"),
        None => (reason(why, "delete"), "has agreed to cancel"),
    };
    let told = Diagnostic::error(format!("The order of {object} is not canceled yet"))
        .because(cause)
        .outcome(format!(
            "Lumen {cancelled} {title}. {KEPT} If it completes, its numbers are reserved, and can't be given back."
        ));
    let next = "it cancels the order if the order is still in progress";
    match refusal {
        Some(error) if !error.is_passing() => {
            told.steps([explain::mend(error), format!("Run {SAME_COMMAND} again: {next}.")])
        }
        _ => later(told, object, why, (SAME_COMMAND, next)),
    }
}

/// The order was canceled because its reservation was destroyed.
pub(in super::super) fn cancelled(object: &str, order: &Reservation) -> Diagnostic {
    Diagnostic::warning(format!("The order of {object} was canceled"))
        .because(format!("{} was in progress when the reservation was destroyed", order.title()))
        .outcome(format!(
            "None of its {} numbers is reserved, and nothing is billed for them.",
            order.quantity
        ))
        .remedy("If you still want the numbers, order them again.")
}

/// The order could not be canceled, but Lumen rejected it anyway.
pub(in super::super) fn never_reserved(
    object: &str,
    order: &Reservation,
    refusal: &Refusal,
) -> Diagnostic {
    let what = format!("reserve {} numbers for {object}", order.quantity);
    Diagnostic::warning(format!("Lumen did not {what}"))
        .because(format!(
            "{} was in progress when the reservation was destroyed, and then failed: {}",
            order.title(),
            refusal.reason
        ))
        .outcome("None of these numbers is reserved, and nothing is billed for them.")
        .remedy("If you still want the numbers, order them again.")
}

/// Numbers may still be added after the reservation was destroyed.
pub(in super::super) fn backorder_stands(
    object: &str,
    order: &Reservation,
    error: &Error,
) -> Diagnostic {
    explain::warning(format!("The backorder of {object} could not be canceled"), error)
        .outcome(format!("Lumen may still add numbers of {}, which are then reserved.", order.title()))
        .remedy("Look for them later in `lumen_voice_inventory`, or ask LEUOrders@Lumen.com to cancel the backorder.")
}

/// Numbers will not be added, because their reservation was destroyed.
pub(in super::super) fn backorder_cancelled(object: &str, order: &Reservation) -> Diagnostic {
    Diagnostic::warning(format!("The backorder of {object} was canceled"))
        .because(format!(
            "{} still had backordered numbers when the reservation was destroyed",
            order.title()
        ))
        .outcome(
            "Lumen has agreed to cancel it, and reserves none of the numbers that had not arrived.",
        )
        .remedy("If you still want the numbers, order them again.")
}

/// The numbers of a destroyed reservation stay with the customer.
pub(in super::super) fn retained(object: &str, reservation: &TnBlock) -> Diagnostic {
    Diagnostic::warning(format!("The numbers of {object} stay in your Lumen inventory"))
        .because("Lumen offers no way to give reserved numbers back")
        .outcome(format!(
            "{} They still count toward the 75 percent that must be in use.",
            listed(reservation)
        ))
        .remedy(format!(
            "Ask LEUOrders@Lumen.com to take them back, or import them again: {}.",
            imports(reservation)
        ))
}

/// The numbers of a replaced reservation stay with the customer.
pub(in super::super) fn replaced(reservation: &TnBlock, arguments: &str) -> Diagnostic {
    Diagnostic::warning(format!(
        "The numbers of {} stay in your Lumen inventory when it is replaced",
        reservation.object()
    ))
    .because(format!("a change of {arguments} forces a replacement, and Lumen offers no way to give reserved numbers back"))
    .outcome(format!("{} The apply orders new numbers in addition.", listed(reservation)))
    .remedy(format!("To keep these numbers in use, undo the change of {arguments}."))
}

/// `on_destroy = "fail"` protects the reservation.
pub(in super::super) fn protected(reservation: &TnBlock, verb: &str) -> Diagnostic {
    Diagnostic::error(format!("{} would be {verb}", capitalised(&reservation.object())))
        .at("on_destroy")
        .because("`on_destroy` is \"fail\" in the state, because its numbers can't be given back")
        .remedy("To destroy or replace it, set `on_destroy = \"retain\"`, apply that before any other change of the reservation, and run the same command again. To remove it from the state only, run `terraform state rm`.")
}

fn listed(reservation: &TnBlock) -> String {
    let numbers = reservation.telephone_numbers.known().cloned().unwrap_or_default();
    let named: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    if named.is_empty() {
        return "The state lists none of its numbers as unassigned.".to_owned();
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
