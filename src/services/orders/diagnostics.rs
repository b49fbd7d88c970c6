//! What users are told about orders: those that were written down before, those in progress, those
//! that failed. What is peculiar to an object comes from the object.

use super::doubt::{settle, several};
use super::notes::PendingEntry;
use super::object::OrderedObject;
use super::owner::Owner;
use super::vocabulary::{During, Purpose, Undone};
use super::waiting::Waiting;
use crate::framework::Diagnostic;
use crate::journal::{Journal, JournalError};
use crate::lumen::long_running::{Operation, PendingReason, Refusal};
use crate::lumen::{Error, ExternalId, ObjectId};
use crate::services::explain;

/// An order is in progress, and is kept in the state.
pub(super) fn still_pending(
    object: &str,
    purpose: Purpose,
    order: &impl Operation,
    why: &PendingReason,
    during: During,
    waiting: &Waiting,
) -> Diagnostic {
    let Purpose { unfinished, reached, billed, .. } = purpose;
    let told = Diagnostic::warning(format!("{} {unfinished}", capitalised(object)))
        .because(reason(why, during.timeout()))
        .outcome(format!("Lumen has accepted {}. {KEPT} {billed}", order.title()));
    let next = format!("it waits until {object} {reached}");
    waiting.explain(later(told, object, why, ("`terraform apply`", &next)))
}

/// What to run again in an apply and in a destroy, which may be part of an apply.
pub(crate) const SAME_COMMAND: &str = "the same command";

/// What becomes of an order that has not ended when a run does.
pub(crate) const KEPT: &str =
    "The order is in progress, and is kept in the state. Nothing is ordered twice.";

/// What to do about an order that has not ended: what to run later, and what that does. After an apply
/// this is not the same command, because a saved plan can't be applied twice.
pub(crate) fn later(
    told: Diagnostic,
    object: &str,
    why: &PendingReason,
    (run, next): (&str, &str),
) -> Diagnostic {
    match why {
        PendingReason::Ambiguous(_) => tell_apart(told, object),
        PendingReason::Unreachable(error) if !error.is_passing() => {
            told.steps([explain::mend(error), format!("Run {run} again: {next}.")])
        }
        _ => told.remedy(format!("Run {run} again later: {next}.")),
    }
}

/// That a destroy had to wait for an order that Lumen can't cancel; nothing where it did not.
pub(super) fn waited(object: &str, purpose: Purpose, order: &impl Operation) -> Option<Diagnostic> {
    purpose.awaited.map(|(before, after)| {
        Diagnostic::warning(format!("{} {before} when it was destroyed", capitalised(object)))
            .because(format!("{} had not ended, and Lumen can't cancel it", order.title()))
            .outcome(format!("The provider waited until it {after}, because only then it can be disconnected. Lumen bills it from then on until it is disconnected."))
            .remedy("Expect that time on the bill. Nothing else is left to do about it.")
    })
}

/// A change was not ordered, because an earlier order has not ended.
pub(super) fn not_ordered_yet(
    object: &str,
    purpose: Purpose,
    order: &impl Operation,
    why: &PendingReason,
) -> Diagnostic {
    let title = order.title();
    let told = Diagnostic::error(format!("The change of {object} is not ordered yet"))
        .because(format!(
            "{title} has not ended, and orders are placed one after the other: {}",
            reason(why, During::Update.timeout())
        ))
        .outcome(format!(
            "{} is in progress, and is kept in the state. The rest of the plan was not ordered. {}",
            capitalised(&title),
            purpose.billed
        ));
    let next = "it waits for that order, and then orders the rest of the plan";
    later(told, object, why, ("`terraform apply`", next))
}

/// What applying a plan does about an order that has not ended.
pub(super) fn finishes_waiting(
    object: &str,
    purpose: Purpose,
    order: &impl Operation,
) -> Diagnostic {
    Diagnostic::warning(format!("Applying waits until {object} {}", purpose.reached))
        .because(format!("{} has not ended", order.title()))
        .outcome("Waiting orders nothing.")
        .remedy("Run `terraform apply` to wait for it, or plan again later.")
}

/// The order of an object can't be looked at; it is still in progress.
pub(super) fn unseen(object: &str, error: &Error) -> Diagnostic {
    explain::error(format!("The order of {object} can't be followed"), error)
        .outcome("The order is in progress, and stays in the state. Nothing is ordered twice.")
}

/// An order that failed while it was waited for.
pub(crate) fn failed<T: OrderedObject>(
    object: &str,
    order: &T::Order,
    refusal: &Refusal,
) -> Diagnostic {
    let undone = T::undone(object, order);
    let diagnostic = Diagnostic::error(format!("Lumen did not {}", undone.what))
        .because(format!("{} failed: {}", order.title(), refusal.reason))
        .outcome(undone.exists)
        .steps([
            mend(&undone, order, refusal),
            format!("Run the same command again: it places another order to {}.", undone.what),
        ]);
    T::advise(diagnostic, refusal)
}

/// What to do about a failed order before anything is ordered again.
fn mend(undone: &Undone, order: &impl Operation, refusal: &Refusal) -> String {
    let title = order.title();
    match (refusal.is_explained(), undone.is_mended_by_configuration) {
        (true, true) => {
            format!("Correct what Lumen's reason names, or ask Lumen's support about {title}.")
        }
        (true, false) => format!("Ask Lumen's support about {title}."),
        (false, _) => format!("Ask Lumen's support why {title} failed."),
    }
}

/// An order that failed, as a refresh finds out.
pub(super) fn failed_meanwhile<T: OrderedObject>(
    object: &str,
    order: &T::Order,
    refusal: &Refusal,
) -> Diagnostic {
    let undone = T::undone(object, order);
    let diagnostic = Diagnostic::warning(format!("Lumen did not {}", undone.what))
        .because(format!("{} failed: {}", order.title(), refusal.reason))
        .outcome(undone.next)
        .remedy(format!(
            "{} Do that before the next apply or destroy.",
            mend(&undone, order, refusal)
        ));
    T::advise(diagnostic, refusal)
}

/// The object was being disconnected when it was wanted again.
pub(super) fn gone_meanwhile(object: &str) -> Diagnostic {
    Diagnostic::error(format!("{} has been disconnected", capitalised(object)))
        .because("an earlier `terraform destroy` ordered that, and Lumen has done it by now")
        .outcome("It does not exist any more, and is not billed any more. Nothing was ordered by this run.")
        .remedy("Run `terraform apply` again: it plans a new one.")
}

/// What was to replace an object has turned out to be that object.
pub(super) fn not_replaced(object: &str) -> Diagnostic {
    Diagnostic::warning(format!("{} was not replaced", capitalised(object)))
        .because("no run had seen yet that its order came into Terraform's state, so this run took it for one that was cut off, and adopted what it built")
        .outcome("Nothing was ordered and nothing was disconnected: it is as it was.")
        .remedy("Run `terraform apply -replace` for it, without `-refresh=false`, if it is still to be replaced.")
}

/// A protected object that is tainted is not replaced.
pub(super) fn tainted(refused: Diagnostic) -> Diagnostic {
    refused.steps([
        "Run `terraform untaint` for it. To keep it, do nothing more.".to_owned(),
        "To replace or destroy it all the same, lift its protection with an apply of its own."
            .to_owned(),
        "Run `terraform apply -replace` or `terraform destroy` for it.".to_owned(),
    ])
}

/// Of a tainted object that has no number yet, the state shows neither what exists nor its order.
pub(super) fn nothing_known(object: &str, journal: &Journal) -> Diagnostic {
    Diagnostic::error(format!("It is not known which order makes {object}"))
        .because(format!(
            "Lumen had no number for it when the state was saved, Terraform passes on nothing that was noted with a tainted object, and the order journal in `{}` does not have the order",
            journal.place()
        ))
        .steps([
            "Run `terraform untaint` for it.".to_owned(),
            "Run `terraform apply`: it waits until Lumen has built it.".to_owned(),
            "To replace or destroy it, run `terraform taint` or `terraform destroy` for it again.".to_owned(),
        ])
}

/// Which of several objects an order made can't be told.
pub(super) fn ambiguous(object: &str, candidates: &[ObjectId]) -> Diagnostic {
    let told = Diagnostic::warning(format!("It can't be told which service is {object}"))
        .because(several(candidates));
    tell_apart(told, object)
}

/// Why an order was not followed to its end; `operation` is an entry of the `timeouts` block.
pub(crate) fn reason(why: &PendingReason, operation: &str) -> String {
    match why {
        PendingReason::DeadlinePassed => {
            format!("the time that `timeouts.{operation}` allows has passed")
        }
        PendingReason::Stopped => "the run was interrupted".to_owned(),
        PendingReason::Unreachable(error) => {
            format!("its order can't be followed: {}", explain::cause(error))
        }
        PendingReason::Ambiguous(candidates) => several(candidates),
    }
}

/// What checking an order found that nobody expects: an undocumented word, or something that holds the
/// order.
pub(super) fn unexpected(object: &str, what: &str) -> Diagnostic {
    Diagnostic::warning(format!("Lumen has news of {object}"))
        .because(what)
        .remedy("Ask Lumen's support about it if it does not pass; and please report a word without a known meaning, so that a later version knows it.")
}

/// What to do where several objects may be the one that an order made.
fn tell_apart(told: Diagnostic, object: &str) -> Diagnostic {
    told.steps([
        "Find out in Lumen's portal which one it is.".to_owned(),
        format!("Remove {object} from the state with `terraform state rm`."),
        "If it is one of them, bring it back with `terraform import`, by its id.".to_owned(),
        "Run the same command again.".to_owned(),
    ])
}

/// The beginning of a sentence.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The answer was lost, but what it would have been about was found.
pub(super) fn found(object: &str, reference: &ExternalId, lost: Option<&Error>) -> Diagnostic {
    let summary = format!("The answer to the order of {object} was lost");
    let told = match lost {
        Some(error) => explain::warning(summary, error),
        None => Diagnostic::warning(summary).because(format!(
            "an earlier run was cut off before it wrote down Lumen's answer to order `{reference}`"
        )),
    };
    told.outcome("The order was not sent again: what it was for was found in Lumen's inventory, and was adopted.")
        .remedy("Check it in Lumen's portal if something about it seems odd.")
}

/// An earlier run ordered it, and could not tell Terraform.
pub(super) fn resumed(
    object: &str,
    order: &str,
    reference: &ExternalId,
    journal: &Journal,
) -> Diagnostic {
    Diagnostic::warning(format!("{} was ordered before", capitalised(object)))
        .because(format!(
            "the order journal has {order} (reference `{reference}`), which no run has seen in a Terraform state: an earlier run was cut off, or another one is in progress"
        ))
        .outcome("Nothing was ordered again: this run goes on with that order.")
        .remedy("Make sure that only one configuration manages it. If that order can't come to an end, and Lumen confirms that, close it with the command below, and run the same Terraform command again.")
        .command(settle(journal, reference))
}

/// Two objects of one plan can't be told apart.
pub(super) fn planned_twice(object: &str, how_to_tell_apart: &str) -> Diagnostic {
    Diagnostic::error(format!("{} is planned twice", capitalised(object)))
        .because("another resource instance of this configuration is to be ordered under the same name at the same site, or under the same reference: Lumen's inventory shows nothing that would tell the two apart")
        .outcome("Nothing was ordered.")
        .remedy(how_to_tell_apart)
}

/// The object belongs to another customer, or to another Lumen.
pub(super) fn another_owner(object: &str, owner: &Owner, configured: &Owner) -> Diagnostic {
    Diagnostic::error(format!("{} belongs to another Lumen", capitalised(object)))
        .because(format!(
            "it is an object of customer `{}` at `{}`, and the provider is configured for customer `{}` at `{}`",
            owner.customer_number, owner.api, configured.customer_number, configured.api
        ))
        .outcome("It was neither read nor changed: it stays in the state, and exists and is billed there.")
        .steps([
            "Set `customer_number`, `environment` and `base_url` (`LUMEN_CUSTOMER_NUMBER`, `LUMEN_ENVIRONMENT`, `LUMEN_BASE_URL`) to what they were, or use the provider alias that ordered it.".to_owned(),
            "If both addresses are of the same Lumen, run `terraform apply -refresh-only`: the object is taken over where Lumen shows it.".to_owned(),
            "To give it up in Terraform without ending it, run `terraform state rm`.".to_owned(),
        ])
}

/// A person said that an order has ended.
pub(super) fn settled(entry: &PendingEntry) -> Refusal {
    Refusal {
        code: None,
        reason: format!("a person closed it with `journal settle {}`", entry.reference),
    }
}

/// Lumen has an order, and the journal does not say so.
pub(super) fn not_noted(object: &str, reference: &ExternalId, error: &JournalError) -> Diagnostic {
    Diagnostic::warning(format!("The order journal does not know that {object} is ordered"))
        .because(format!("Lumen's answer could not be written down: {error}"))
        .outcome(format!(
            "Lumen has accepted the order `{reference}`, and Terraform's state is going to have it."
        ))
        .remedy("Make the journal's place writable before the next order.")
}

/// An order has ended, and the journal does not say so.
pub(super) fn not_closed(journal: &Journal, error: &JournalError) -> Diagnostic {
    Diagnostic::warning("The order journal does not know that an order has ended")
        .because(error)
        .outcome("The next order of the same object looks at it once more.")
        .remedy(format!("Make `{}` writable before the next order.", journal.place()))
}
