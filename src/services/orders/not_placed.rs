//! Diagnostics for every reason why an order is not known to be accepted.

use jiff::Timestamp;

use super::diagnostics::{SAME_COMMAND, capitalised, later};
use super::doubt::{settle, several, unsure};
use super::earlier::{LONGEST_BUILD, LackingOrder};
use super::place::{NotOrdered, NotPlaced, OrderElsewhere};
use super::purchase::Purchase;
use super::waiting::Waiting;
use crate::framework::Diagnostic;
use crate::journal::{Journal, JournalError};
use crate::lumen::ExternalId;
use crate::lumen::long_running::PendingReason;
use crate::services::explain;

/// Turns the reason why an order is not known to be accepted into a diagnostic. No other function does
/// this.
pub(super) fn not_placed(
    not: NotPlaced,
    purchase: &impl Purchase,
    journal: &Journal,
) -> NotOrdered {
    let object = purchase.object();
    NotOrdered::Nothing(match not {
        NotPlaced::Unsure(doubt, order) => {
            return NotOrdered::Unsure(unsure(doubt, &order, journal));
        }
        NotPlaced::Interrupted => interrupted(&object),
        NotPlaced::JournalUnusable(error) => unusable(&object, journal, &error),
        NotPlaced::SameTwice if !purchase.creates_object() => managed_twice(&object),
        NotPlaced::SameTwice => same_twice(&object, purchase.how_to_tell_apart()),
        NotPlaced::PlanOutdated { other_journal: None } => outdated(&object),
        NotPlaced::PlanOutdated { other_journal: Some(place) } => {
            other_journal(&object, &place, journal)
        }
        NotPlaced::OtherTerms { reference, differences } => {
            other_terms(&object, &reference, &differences, purchase.how_to_tell_apart())
        }
        NotPlaced::Elsewhere(order) => {
            elsewhere(&object, &order, purchase.how_to_tell_apart(), journal)
        }
        NotPlaced::BeingBuilt { title, reference, since } => {
            being_built(&object, &title, &reference, since)
        }
        NotPlaced::Lacking(order) => {
            let apart = purchase.creates_object().then(|| purchase.how_to_tell_apart());
            lacking(&object, &order, apart, journal)
        }
        NotPlaced::EarlierOrder { title, reference, since, why } => {
            Waiting::since(journal, &reference, since).explain(earlier(&object, &title, &why))
        }
        NotPlaced::Refused(why) => why,
    })
}

/// The user interrupted the run.
fn interrupted(object: &str) -> Diagnostic {
    Diagnostic::error(format!("The order of {object} was not sent"))
        .because("the run was interrupted before it sent the order")
        .remedy("Run the same command again.")
}

/// An earlier run placed the order on other terms.
fn other_terms(
    object: &str,
    reference: &ExternalId,
    differences: &[String],
    how_to_tell_apart: &str,
) -> Diagnostic {
    Diagnostic::error(format!("{} was already ordered with other arguments", capitalised(object)))
        .because(format!(
            "the order journal has order `{reference}`, which no run has found in a Terraform state: {}",
            differences.join("; ")
        ))
        .outcome("Nothing was ordered again. What was ordered exists or is in progress.")
        .steps([
            format!("Set these arguments to what was ordered. If this is meant to be another object: {how_to_tell_apart}"),
            "Run `terraform apply`: it adopts what was ordered, or orders the other object.".to_owned(),
            "Change the arguments of an adopted object, and apply that.".to_owned(),
        ])
}

/// Another order of the same object is still in progress.
fn earlier(object: &str, order: &str, why: &PendingReason) -> Diagnostic {
    let why_not = match why {
        PendingReason::DeadlinePassed => {
            format!("{order} did not finish in the time that `timeouts` allows")
        }
        PendingReason::Stopped => format!("{order} is in progress, and the run was interrupted"),
        PendingReason::Unreachable(error) => {
            format!("{order} can't be followed: {}", explain::cause(error))
        }
        PendingReason::Ambiguous(services) => several(services),
    };
    let summary = format!("{} is being changed by an earlier order", capitalised(object));
    let told = Diagnostic::error(summary)
        .because(format!("orders for an object are placed one at a time, and {why_not}"));
    later(told, object, why, (SAME_COMMAND, "it waits for that order, and then places its own"))
}

/// Two resource instances manage the same object.
fn managed_twice(object: &str) -> Diagnostic {
    Diagnostic::error(format!("{} is managed twice", capitalised(object)))
        .because("another resource instance of this run is ordering a change of the same object")
        .steps([
            "Remove one of the two instances from the state with `terraform state rm`, and from the configuration.".to_owned(),
            "Run the same command again.".to_owned(),
        ])
}

/// The order belongs to another Terraform state.
pub(super) fn elsewhere(
    object: &str,
    order: &OrderElsewhere,
    how_to_tell_apart: &str,
    journal: &Journal,
) -> Diagnostic {
    let OrderElsewhere { reference, what, since, origin, object: made } = order;
    let origin = origin.as_ref().map_or_else(|| "another state".to_owned(), ToString::to_string);
    let (summary, made, import) = match made {
        Some(id) => (
            format!("{} already exists for another Terraform state", capitalised(object)),
            format!("Lumen shows it as `{id}`."),
            format!("import it here (ID `{id}`), and then run the command below."),
        ),
        None => (
            format!("{} is being ordered for another Terraform state", capitalised(object)),
            "Lumen does not show it yet.".to_owned(),
            "wait until Lumen shows it, import it here, and then run the command below.".to_owned(),
        ),
    };
    Diagnostic::error(summary)
        .because(format!(
            "the order journal in `{}` has order `{reference}` of {since:.0} ({what}), which was placed for {origin}",
            journal.place()
        ))
        .outcome(format!("Nothing was ordered here. {made}"))
        .steps([
            format!("To keep it there, apply there again. {how_to_tell_apart}"),
            format!("If that state is lost or abandoned, {import}"),
        ])
        .command(settle(journal, reference))
}

/// An object of the same name is in a state, but is not built yet.
fn being_built(object: &str, title: &str, reference: &ExternalId, since: Timestamp) -> Diagnostic {
    let until = since.checked_add(LONGEST_BUILD).unwrap_or(Timestamp::MAX);
    Diagnostic::error(format!("{} is already being built", capitalised(object)))
        .because(format!("{title} (reference `{reference}`) was placed for an object of the same name that is in a Terraform state, and Lumen does not show that object yet. Until it does, the provider can't distinguish the two"))
        .outcome("Nothing was ordered for this one.")
        .remedy(format!("Run `terraform plan` again when the other one is active, or give this one another name. The provider stops waiting for the other one at {until:.0} (UTC) at the latest, 24 hours after it was ordered."))
}

/// An order is missing from the state of this run.
pub(super) fn lacking(
    object: &str,
    order: &LackingOrder,
    how_to_tell_apart: Option<&str>,
    journal: &Journal,
) -> Diagnostic {
    let LackingOrder { title, reference, what, since, object: made } = order;
    let import = made.as_ref().map(|id| format!(" (ID `{id}`)")).unwrap_or_default();
    let apart =
        how_to_tell_apart.map(|how| format!(" If this is meant to be another object: {how}"));
    let apart = apart.unwrap_or_default();
    Diagnostic::error(format!("The state lacks an order of {object}"))
        .because(format!(
            "the order journal in `{}` has order `{reference}` of {since:.0} ({what}). A Terraform state has it, but the state of this run doesn't: another run placed it after this run read the state, or this state is an older copy or a new one",
            journal.place()
        ))
        .outcome(format!("Nothing was ordered by this run. What was ordered before exists: {title}."))
        .steps([
            "Make sure that no other run is using the state, and run `terraform plan` again: if that other run has saved the order, the new plan takes it into account.".to_owned(),
            format!("If this error appears again, restore the latest version of the state, or import what was ordered with `terraform import`{import}.{apart}"),
            "Only if this state is meant to be without that order, run the command below, and then the same Terraform command again, which places another order.".to_owned(),
        ])
        .command(settle(journal, reference))
}

/// The plan was made with another journal.
fn other_journal(object: &str, planned: &str, journal: &Journal) -> Diagnostic {
    Diagnostic::error(format!("The plan for {object} was made with another order journal"))
        .because(format!(
            "the plan used the journal in `{planned}`, this run uses the one in `{}`, and that one has an order of {object} that the plan could not know",
            journal.place()
        ))
        .outcome("Nothing was ordered by this run.")
        .remedy("Set `order_journal` (`LUMEN_ORDER_JOURNAL`) to the same place for plans and applies, and run `terraform plan` again.")
}

/// Two objects can't be distinguished.
fn same_twice(object: &str, how_to_tell_apart: &str) -> Diagnostic {
    Diagnostic::error(format!("{} can't be distinguished from another object of this run", capitalised(object)))
        .because("another resource instance places the same order in this run, perhaps with another provider alias. After a crash, the provider could not know which instance the order belongs to")
        .outcome("Nothing was ordered for this instance.")
        .remedy(how_to_tell_apart)
}

/// Something else was ordered for the same object after the plan was made.
fn outdated(object: &str) -> Diagnostic {
    Diagnostic::error(format!("The plan for {object} is out of date"))
        .because("according to the order journal, something was ordered for it, or an order was attempted, after the plan was made")
        .outcome("Nothing was ordered by this run.")
        .remedy("Run `terraform plan` again, and apply the new plan.")
}

/// Earlier orders can't be read or new ones can't be recorded, so no order is sent.
fn unusable(object: &str, journal: &Journal, error: &JournalError) -> Diagnostic {
    let place = journal.place();
    let (summary, remedy) = match error {
        JournalError::Unreadable { folder, .. } => (
            format!("The journal entries of {object} can't be read"),
            format!("Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of {object}, you can move the folder `{folder}` out of the journal instead."),
        ),
        JournalError::Foreign { .. } => (
            format!("The journal entries of {object} can't be read"),
            "Move that file out of the journal.".to_owned(),
        ),
        _ => (
            format!("The order of {object} can't be recorded in the journal"),
            "Make that place writable (space, permissions, credentials). If you move the journal, copy all of its files to the new place first: without them, the provider does not know what was ordered before.".to_owned(),
        ),
    };
    Diagnostic::error(summary)
        .because(format!(
            "the provider records every order before it sends it, so that none is placed twice, and the order journal in `{place}` can't be used: {error}"
        ))
        .steps([remedy, "Run the same command again.".to_owned()])
}
