//! Orders of earlier runs that are open, and that nothing in this run explains: every run speaks of them,
//! and what could be taken for one of them is not ordered.

use jiff::SignedDuration;

use super::diagnostics::capitalised;
use super::doubt::settle;
use super::review::NewObject;
use crate::framework::{Context, Diagnostic};
use crate::journal::{Journal, Likeness, OpenOrder, Progress};
use crate::services::Session;

/// After this time an open order is spoken of in every case. Before that, the state for which it was placed
/// may be about to take it over.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// Warns once in a run of every open order that nothing explains: the first plan does so for all.
pub(super) async fn tell(session: &Session, context: &Context) {
    if !session.sightings.is_first_to_tell() {
        return;
    }
    let Some(survey) = session.survey().await else { return };
    for order in survey.open.iter().filter(|order| needs_attention(session, order)) {
        if !session.sightings.is_explained(&order.key).await {
            context.warn(left_open(&session.journal, order));
        }
    }
}

fn needs_attention(session: &Session, order: &OpenOrder) -> bool {
    let own = session.journal.author();
    let age = session.journal.now().duration_since(order.written_at);
    order.author != *own && (!own.is_elsewhere(&order.author) || PATIENCE <= age)
}

/// Refuses what could be the object of an open order under another name, reference or address.
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
        // One of the objects that are like the order waits for what explains it. More of them could keep
        // Terraform from asking for the one that does.
        let key = &order.key;
        if session.sightings.is_mine_to_judge(key) && !session.sightings.is_explained(key).await {
            return Err(resembles(&session.journal, object, order));
        }
    }
    Ok(())
}

/// An order of an earlier run that nothing in this one explains.
fn left_open(journal: &Journal, order: &OpenOrder) -> Diagnostic {
    let OpenOrder { reference, what, .. } = order;
    let (outcome, [resume, look]) = if order.likeness.is_some() {
        (
            "If Lumen has carried it out, what it made exists and is billed, and this plan does not show it.",
            [
                "If it is wanted, describe it in the configuration as it was ordered, and run `terraform apply`: the provider resumes the order.",
                "Otherwise look for it in Lumen's portal, and have it disconnected or import it.",
            ],
        )
    } else {
        (
            "Lumen may have carried it out, or may still do so.",
            [
                "If it is still wanted, run the command that ordered it again: the provider resumes the order.",
                "Otherwise look in Lumen's portal what became of it.",
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

/// An open order that this object could be the result of.
fn resembles(journal: &Journal, object: &str, order: &OpenOrder) -> Diagnostic {
    let OpenOrder { reference, what, .. } = order;
    let steps = [
        "If it is the same, set the name and the reference to what was ordered, and run `terraform apply`: the provider resumes that order. Then change them.",
        "If both are wanted, describe both in the configuration.",
        "If the order is not wanted any more, look in Lumen's portal what became of it, have it disconnected if it exists, and run the command below.",
    ];
    Diagnostic::error(format!("{} may have been ordered before", capitalised(object)))
        .because(format!(
            "{}: {what}. It may be the same under another name or reference",
            noted(journal, order)
        ))
        .steps(if_saved(order).into_iter().chain(steps).map(ToOwned::to_owned))
        .command(settle(journal, reference))
}

/// What ends the trouble where a state has the object, and this run did not read it.
fn if_saved(order: &OpenOrder) -> Option<&'static str> {
    (order.progress == Progress::Returned).then_some("If a Terraform state has it, run `terraform apply -refresh-only` there, without `-target`: the provider then knows.")
}

/// What the journal has of an order.
fn noted(journal: &Journal, order: &OpenOrder) -> String {
    let OpenOrder { reference, written_at, progress, author, .. } = order;
    let state = match progress {
        Progress::Unanswered => "no answer of Lumen's is known",
        Progress::Accepted => "Lumen has accepted it, and Terraform was not told",
        Progress::Returned => "Lumen has accepted it, and no run has seen yet that a state has it",
    };
    let origin = author.origin.as_ref().map_or_else(String::new, |origin| format!(" for {origin}"));
    format!(
        "the order journal in `{}` has order `{reference}`, written down at {written_at:.0}{origin}; {state}",
        journal.place()
    )
}
