//! Diagnostics about an order that may have arrived: what is not known, the result of the search, and how
//! to find out.

use std::env;

use jiff::Timestamp;

use super::search::LostOrder;
use crate::framework::Diagnostic;
use crate::journal::Journal;
use crate::lumen::long_running::PendingReason;
use crate::lumen::{ExternalId, ObjectId};
use crate::services::explain;

/// What to look for when it is not known whether an order arrived.
pub(crate) struct Doubt {
    /// What is not known, such as whether connection `backup` was ordered.
    pub(crate) question: String,
    /// How to find out, such as looking for a service in Lumen's portal.
    pub(crate) look: String,
    /// A sentence about what exists and is billed, whether or not the order arrived.
    pub(crate) exists: String,
}

/// The order may have arrived. Either Lumen may still show it, or a person has to find out.
pub(super) fn unsure(doubt: Doubt, order: &LostOrder, journal: &Journal) -> Diagnostic {
    let LostOrder { reference, since, lost, why, until, is_overdue, .. } = order;
    let Doubt { question, look, exists } = doubt;
    let cause = match lost {
        Some(error) => explain::cause(error),
        None => format!(
            "an earlier run recorded at {since:.0} that it was about to place the order, and was cut off before it recorded Lumen's answer"
        ),
    };
    let search = searched(order);
    let told =
        Diagnostic::error(format!("It is not known {question}")).because(cause).outcome(format!(
            "The order `{reference}` was sent at most once; {search}. It was not sent again. {exists}"
        ));
    match why {
        PendingReason::Ambiguous(candidates) => {
            let steps = match candidates[..] {
                [_] => [
                    "Find out in Lumen's portal whether the order made it, or ask Lumen about it.",
                    "If the order made it, import it with `terraform import`.",
                    "Run the command below. Only if the order did not make it, run the same Terraform command again after that, which places the order again.",
                ],
                _ => [
                    "Find out in Lumen's portal which of them the order made, or ask Lumen about it.",
                    "Import that one with `terraform import`.",
                    "Run the command below. Only if none of them is the one, run the same Terraform command again after that, which places the order again.",
                ],
            };
            return told.steps(steps.map(ToOwned::to_owned)).command(settle(journal, reference));
        }
        PendingReason::DeadlinePassed if *is_overdue => {}
        PendingReason::Unreachable(error) => {
            return told.remedy(search_again(&format!("{} ", explain::mend(error)), *until));
        }
        PendingReason::Stopped | PendingReason::DeadlinePassed => {
            return told.remedy(search_again("", *until));
        }
    }
    told.steps([
        "Run the same command again later: each run searches again, and adopts the order if it appears.".to_owned(),
        format!("If it does not appear, {look}"),
        "Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.".to_owned(),
    ])
    .command(settle(journal, reference))
}

fn search_again(first: &str, until: Timestamp) -> String {
    format!(
        "{first}Run the same command again: the provider keeps searching until at least {until:.0} (UTC), and adopts the order if it appears. Nothing is ordered twice."
    )
}

/// The result of the search for a lost order.
fn searched(order: &LostOrder) -> String {
    match &order.why {
        PendingReason::DeadlinePassed if order.unexpected.is_empty() => {
            "Lumen's inventory doesn't show it so far".to_owned()
        }
        PendingReason::DeadlinePassed => {
            let unexpected: Vec<&str> = order.unexpected.iter().map(String::as_str).collect();
            format!("Lumen's inventory did not show it: {}", unexpected.join(", and "))
        }
        PendingReason::Stopped => "the search in Lumen's inventory was interrupted".to_owned(),
        PendingReason::Unreachable(error) => {
            format!("Lumen's inventory can't be searched: {}", explain::cause(error))
        }
        PendingReason::Ambiguous(candidates) => several(candidates),
    }
}

/// The objects that match an order: several, or one that a later order made.
pub(super) fn several(candidates: &[ObjectId]) -> String {
    let ids: Vec<&str> = candidates.iter().map(ObjectId::as_str).collect();
    match ids[..] {
        [one] => {
            format!(
                "service {one} matches its order, but the order journal shows that another order made or changed it"
            )
        }
        _ => format!("several new services match its order: {}", ids.join(", ")),
    }
}

/// The command that settles an entry, ready to be pasted.
pub(super) fn settle(journal: &Journal, reference: &ExternalId) -> String {
    const NAME: &str = "terraform-provider-lumen";
    let program = env::current_exe().ok().filter(|path| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(NAME))
    });
    let program = program.map_or_else(|| NAME.to_owned(), |path| path.display().to_string());
    journal.command(&program, &format!("settle {reference}"))
}
