//! Diagnostics of reading.

use std::collections::BTreeSet;

use super::super::model::Subscription;
use super::super::order::SubscriptionOrder;
use super::listed;
use crate::framework::Diagnostic;
use crate::lumen::long_running::{Operation as _, Refusal};
use crate::lumen::voice::TelephoneNumber;
use crate::lumen::{Error, Problem};
use crate::services::explain;

/// The report can't be read.
pub(in super::super) fn unreadable(object: &str, error: &Error) -> Diagnostic {
    explain::error("The active numbers can't be read", error)
        .outcome(format!("The state of {object} stays as it was."))
}

/// A report without any number proves nothing.
pub(in super::super) fn no_numbers_reported(now: &Subscription) -> Diagnostic {
    let object = now.object();
    Diagnostic::error("The active numbers can't be read")
        .because(format!("Lumen's report of active numbers is empty, although it has shown {}", listed(&now.active())))
        .outcome(format!("The state of {object} stays as it was."))
        .remedy("Run the same command again. If the report stays empty, ask Lumen about it. If all your numbers are out of service, remove the subscription from the state with `terraform state rm`.")
}

/// Lumen does not offer the report.
pub(in super::super) fn not_offered(problem: &Problem) -> Diagnostic {
    Diagnostic::warning("Lumen doesn't offer its report of active numbers")
        .because(problem)
        .outcome("Orders are followed by their status and notifications. Changes that no order of this configuration made are not seen.")
        .remedy("If Lumen's specification has another path, set `voice_paths.inventory_details` in the provider block.")
}

/// The report has a street that the state can't take over.
pub(in super::super) fn other_street(object: &str, street: &str) -> Diagnostic {
    Diagnostic::warning(format!("Lumen reports another street for {object}"))
        .because(format!("Lumen's report of active numbers shows the street as \"{street}\", which can't be divided into the arguments of `service_address`"))
        .outcome("The state keeps its address.")
        .remedy("Compare it with `service_address`. If Lumen's address is wrong, ask Lumen to correct it. If yours is wrong, correct it: the apply places a change order.")
}

/// Numbers are missing from the report.
pub(in super::super) fn gone(object: &str, numbers: &BTreeSet<TelephoneNumber>) -> Diagnostic {
    Diagnostic::warning(format!("Numbers of {object} are no longer in service"))
        .because(format!("Lumen's report of active numbers no longer shows {}: another carrier took them over, or somebody else disconnected them", listed(numbers)))
        .outcome("They leave the state.")
        .remedy("Remove them from `telephone_numbers`. If they are still in service, ask Lumen why the report lacks them.")
}

/// Numbers of the configuration are on their way out of service.
pub(in super::super) fn leaving(object: &str, numbers: &BTreeSet<TelephoneNumber>) -> Diagnostic {
    Diagnostic::warning(format!("Numbers of {object} are being disconnected"))
        .because(format!("Lumen's report of active numbers shows that an order disconnects {}", listed(numbers)))
        .outcome("They are in service and billed until the date of that order, and leave the state then.")
        .remedy("To keep them, cancel that order with the action `lumen_voice_order_cancel`. Otherwise, remove them from `telephone_numbers`.")
}

/// Lumen refused a disconnection some time after it had accepted it.
pub(in super::super) fn disconnection_refused(
    object: &str,
    order: &SubscriptionOrder,
    refusal: &Refusal,
) -> Diagnostic {
    Diagnostic::warning(format!("The disconnection of {object} was refused"))
        .because(format!("{} failed: {}", order.title(), refusal.reason))
        .outcome(format!("Still in service and billed, and in the state again: {}.", listed(&order.placed.telephone_numbers)))
        .remedy("Correct what Lumen's reason names, and apply again: the plan shows their removal again.")
}
