//! Open orders of earlier runs that nothing in this run explains. Every run warns about them, and refuses
//! to order anything that could be the result of one of them.

use jiff::SignedDuration;

use super::diagnostics::capitalised;
use super::doubt::settle;
use super::review::NewObject;
use crate::framework::{Context, Diagnostic};
use crate::journal::{EntryId, Journal, Likeness, OpenOrder, Progress};
use crate::services::Session;

/// An open order that is older than this is always reported. Until then, the state that it was placed for
/// may be about to adopt it.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// Warns once per run about every open order that nothing explains. The first plan does so for all objects.
pub(super) async fn tell(session: &Session, context: &Context) {
    if !session.sightings.is_first_to_tell() {
        return;
    }
    let Some(survey) = session.survey().await else { return };
    for order in survey.open.iter().filter(|order| needs_attention(session, order)) {
        if !session.sightings.is_explained(order).await {
            context.warn(left_open(&session.journal, order));
        }
    }
}

fn needs_attention(session: &Session, order: &OpenOrder) -> bool {
    let own = session.journal.author();
    let age = session.journal.now().duration_since(order.written_at);
    order.author != *own && (!own.is_elsewhere(&order.author) || PATIENCE <= age)
}

/// Refuses an object that could be the result of an open order under another name, reference, or address.
pub(super) async fn check_likeness(
    session: &Session,
    object: &str,
    new: &NewObject<'_>,
    likeness: Option<&Likeness>,
) -> Result<(), Diagnostic> {
    let Some(survey) = session.survey().await else { return Ok(()) };
    let own = session.journal.author();
    for order in &survey.open {
        let is_like = |other: &Likeness| likeness.is_some_and(|likeness| likeness.is_like(other));
        let is_like = order.likeness.as_ref().is_some_and(is_like)
            || new.reference.as_ref() == Some(&order.reference);
        if !is_like || own.is_elsewhere(&order.author) || *order.key.target() == new.target {
            continue;
        }
        // Only one of the objects that resemble the order waits until the order is explained. If all of
        // them waited, Terraform might not get to the object that explains it.
        let is_mine = session.sightings.is_mine_to_judge(&order.key);
        if is_mine && !session.sightings.is_explained(order).await {
            return Err(resembles(&session.journal, object, order));
        }
    }
    Ok(())
}

/// Warns about the import of an object whose order is open for another Terraform state.
pub(super) async fn warn_of_other_state(
    session: &Session,
    object: &str,
    of: &EntryId,
    context: &Context,
) {
    let Some(survey) = session.survey().await else { return };
    let own = session.journal.author();
    let is_of_other =
        |order: &&OpenOrder| of.is(&order.key, order.written_at) && own.is_elsewhere(&order.author);
    if let Some(order) = survey.open.iter().find(is_of_other) {
        context.warn(of_other_state(&session.journal, object, order));
    }
}

/// An imported object belongs to another state, or that state is about to adopt it.
fn of_other_state(journal: &Journal, object: &str, order: &OpenOrder) -> Diagnostic {
    let OpenOrder { reference, what, .. } = order;
    let steps = [
        "To keep it there, remove it here with `terraform state rm`.",
        "If that state is lost or abandoned, run the command below.",
    ];
    let summary = format!("{} was ordered for another Terraform state", capitalised(object));
    Diagnostic::warning(summary)
        .because(format!("{}: {what}", noted(journal, order)))
        .outcome("It is imported here. If that state has it, or adopts it at its next apply, both states manage it, and each undoes the changes of the other.")
        .steps(steps.map(ToOwned::to_owned))
        .command(settle(journal, reference))
}

/// An order of an earlier run that nothing in this run explains.
fn left_open(journal: &Journal, order: &OpenOrder) -> Diagnostic {
    let OpenOrder { reference, what, .. } = order;
    let (outcome, [resume, look]) = if order.likeness.is_some() {
        (
            "If Lumen completed it, the result exists and is billed, and this plan does not show it.",
            [
                "If you want it, describe it in the configuration as it was ordered, and run `terraform apply`: the provider resumes the order.",
                "Otherwise find it in Lumen's portal, and have it disconnected or import it.",
            ],
        )
    } else {
        (
            "Lumen may have completed it, or may still do so.",
            [
                "If you still want it, run the command that ordered it again: the provider resumes the order.",
                "Otherwise find out in Lumen's portal what happened to it.",
            ],
        )
    };
    let close = "When the order needs no more attention, run the command below.";
    Diagnostic::warning(format!("Order `{reference}` of an earlier run is open: {what}"))
        .because(noted(journal, order))
        .outcome(outcome)
        .steps(if_saved(order).into_iter().chain([resume, look, close]).map(ToOwned::to_owned))
        .command(settle(journal, reference))
}

/// This object could be the result of an open order.
fn resembles(journal: &Journal, object: &str, order: &OpenOrder) -> Diagnostic {
    let OpenOrder { reference, what, .. } = order;
    let steps = [
        "If it is the same object, set the name and the reference to what was ordered, and run `terraform apply`: the provider resumes that order. Then change them.",
        "If you want both, describe both in the configuration.",
        "If you no longer want the order, find out in Lumen's portal what happened to it, have it disconnected if it exists, and run the command below.",
    ];
    Diagnostic::error(format!("{} may already have been ordered", capitalised(object)))
        .because(format!(
            "{}: {what}. It may be the same object under another name or reference",
            noted(journal, order)
        ))
        .steps(if_saved(order).into_iter().chain(steps).map(ToOwned::to_owned))
        .command(settle(journal, reference))
}

/// A rename would give an object the name of what an open order may have made.
pub(super) fn has_name(journal: &Journal, object: &str, order: &OpenOrder) -> Diagnostic {
    let OpenOrder { reference, what, .. } = order;
    let steps = [
        "Choose another `name`, or keep the previous one until the order is complete.",
        "If no Terraform state waits for the order, find out in Lumen's portal what happened to it, and run the command below.",
    ];
    Diagnostic::error(format!("An open order already has the name of {object}"))
        .because(format!(
            "{}: {what}. After the rename, Lumen's inventory would not show which of the two the order made",
            noted(journal, order)
        ))
        .outcome("Nothing was ordered, and the name stays as it is.")
        .steps(if_saved(order).into_iter().chain(steps).map(ToOwned::to_owned))
        .command(settle(journal, reference))
}

/// The remedy if a state has the object, but this run did not read it.
fn if_saved(order: &OpenOrder) -> Option<&'static str> {
    (order.progress == Progress::Returned).then_some("If a Terraform state has it, run `terraform apply -refresh-only` there, without `-target`. The provider then closes the journal entry.")
}

/// What the journal records about an order.
fn noted(journal: &Journal, order: &OpenOrder) -> String {
    let OpenOrder { reference, written_at, progress, author, .. } = order;
    let state = match progress {
        Progress::Unanswered => "Lumen's answer is not known",
        Progress::Accepted => "Lumen has accepted it, but Terraform was not informed",
        Progress::Returned => {
            "Lumen has accepted it, and no run has confirmed yet that a state has it"
        }
    };
    let origin = author.origin.as_ref().map_or_else(String::new, |origin| format!(" for {origin}"));
    format!(
        "the order journal in `{}` has order `{reference}`, recorded at {written_at:.0}{origin}; {state}",
        journal.place()
    )
}
