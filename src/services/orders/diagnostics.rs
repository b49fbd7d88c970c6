//! Diagnostics about orders: those recorded earlier, those in progress, and those that failed. What is
//! specific to an object comes from the object.

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

/// An order is in progress and is kept in the state.
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

/// How a message names the command to run again when it can be an apply or a destroy.
pub(crate) const SAME_COMMAND: &str = "the same command";

/// What happens to an order that is still in progress when the run ends.
pub(crate) const KEPT: &str =
    "The order is in progress, and stays in the state. The provider doesn't order it again.";

/// What to do about an order in progress: what to run later, and what that does. After an apply this is not
/// the same command, because a saved plan can't be applied twice.
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

/// A destroy had to wait for an order that Lumen can't cancel. Returns `None` if it did not wait.
pub(super) fn waited(object: &str, purpose: Purpose, order: &impl Operation) -> Option<Diagnostic> {
    purpose.awaited.map(|(before, after, billed)| {
        Diagnostic::warning(format!("{} {before} when it was destroyed", capitalised(object)))
            .because(format!("{} was still in progress, and Lumen can't cancel it", order.title()))
            .outcome(format!("The provider waited until it {after}, because Lumen can't disconnect it earlier. {billed}"))
            .remedy("There is nothing left to do.")
    })
}

/// A change was not ordered, because an earlier order is still in progress.
pub(super) fn not_ordered_yet(
    object: &str,
    purpose: Purpose,
    order: &impl Operation,
    why: &PendingReason,
) -> Diagnostic {
    let title = order.title();
    let told = Diagnostic::error(format!("The change of {object} is not ordered yet"))
        .because(format!(
            "{title} is in progress, and orders for an object are placed one at a time: {}",
            reason(why, During::Update.timeout())
        ))
        .outcome(format!(
            "{} is in progress, and stays in the state. The rest of the plan was not ordered. {}",
            capitalised(&title),
            purpose.billed
        ));
    let next = "it waits for that order, and then orders the rest of the plan";
    later(told, object, why, ("`terraform apply`", next))
}

/// What the apply of a plan does about an order in progress.
pub(super) fn finishes_waiting(
    object: &str,
    purpose: Purpose,
    order: &impl Operation,
) -> Diagnostic {
    Diagnostic::warning(format!("The apply waits until {object} {}", purpose.reached))
        .because(format!("{} is in progress", order.title()))
        .outcome("Waiting orders nothing.")
        .remedy("Run `terraform apply` to wait for it, or plan again later.")
}

/// The order of an object can't be checked. It is considered to be still in progress.
pub(super) fn unseen(object: &str, error: &Error) -> Diagnostic {
    explain::error(format!("The order of {object} can't be followed"), error).outcome(KEPT)
}

/// An order failed while the run was waiting for it.
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

/// What to do about a failed order before ordering anything again.
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

/// A refresh found that an order has failed.
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

/// The object was being disconnected when the configuration asked for it again.
pub(super) fn gone_meanwhile(object: &str) -> Diagnostic {
    Diagnostic::error(format!("{} has been disconnected", capitalised(object)))
        .because(
            "an earlier `terraform destroy` ordered the disconnection, and Lumen has completed it",
        )
        .outcome("It no longer exists, and is no longer billed. Nothing was ordered by this run.")
        .remedy("Run `terraform apply` again: it plans a new one.")
}

/// The object that was to be replaced and its replacement turned out to be the same.
pub(super) fn not_replaced(object: &str) -> Diagnostic {
    Diagnostic::warning(format!("{} was not replaced", capitalised(object)))
        .because("no run had confirmed yet that its order is in Terraform's state, so this run treated it as the order of a run that was cut off, and adopted what it built")
        .outcome("Nothing was ordered or disconnected: it is as it was before.")
        .remedy("If it still has to be replaced, run `terraform apply -replace` for it, without `-refresh=false`.")
}

/// A tainted object is protected, so it is not replaced.
pub(super) fn tainted(refused: Diagnostic) -> Diagnostic {
    refused.steps([
        "Run `terraform untaint` for it. To keep it, do nothing more.".to_owned(),
        "To replace or destroy it anyway, remove its protection in a separate apply.".to_owned(),
        "Run `terraform apply -replace` or `terraform destroy` for it.".to_owned(),
    ])
}

/// The state shows neither the ID nor the order of a tainted object that has no ID yet.
pub(super) fn nothing_known(object: &str, journal: &Journal) -> Diagnostic {
    Diagnostic::error(format!("The order of {object} is not known"))
        .because(format!(
            "Lumen had no ID for it when the state was saved, Terraform doesn't pass the private data of a tainted object to the provider, and the order journal in `{}` doesn't have the order",
            journal.place()
        ))
        .steps([
            "Run `terraform untaint` for it.".to_owned(),
            "Run `terraform apply`: it waits until Lumen has built it.".to_owned(),
            "To replace or destroy it, run `terraform taint` or `terraform destroy` for it again.".to_owned(),
        ])
}

/// It is not known which of several objects an order made.
pub(super) fn ambiguous(object: &str, candidates: &[ObjectId]) -> Diagnostic {
    let told = Diagnostic::warning(format!("The service of {object} can't be determined"))
        .because(several(candidates));
    tell_apart(told, object)
}

/// Why an order was not followed to its end. `operation` is an entry of the `timeouts` block.
pub(crate) fn reason(why: &PendingReason, operation: &str) -> String {
    match why {
        PendingReason::DeadlinePassed => {
            format!("`timeouts.{operation}` has passed")
        }
        PendingReason::Stopped => "the run was interrupted".to_owned(),
        PendingReason::Unreachable(error) => {
            format!("its order can't be followed: {}", explain::cause(error))
        }
        PendingReason::Ambiguous(candidates) => several(candidates),
    }
}

/// Checking an order found something unexpected: an undocumented word, or something that holds the order
/// up.
pub(super) fn unexpected(object: &str, what: &str) -> Diagnostic {
    Diagnostic::warning(format!("Unexpected order status for {object}"))
        .because(what)
        .remedy("If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.")
}

/// Adds what to do if an order may have made any of several objects.
fn tell_apart(told: Diagnostic, object: &str) -> Diagnostic {
    told.steps([
        "Find out in Lumen's portal which one it is.".to_owned(),
        format!("Remove {object} from the state with `terraform state rm`."),
        "If it is one of them, import it by its ID with `terraform import`.".to_owned(),
        "Run the same command again.".to_owned(),
    ])
}

/// Capitalizes the first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The answer was lost, but the search found the result of the order.
pub(super) fn found(object: &str, reference: &ExternalId, lost: Option<&Error>) -> Diagnostic {
    let summary = format!("The answer to the order of {object} was lost");
    let told = match lost {
        Some(error) => explain::warning(summary, error),
        None => Diagnostic::warning(summary).because(format!(
            "an earlier run was cut off before it recorded Lumen's answer to order `{reference}`"
        )),
    };
    told.outcome("The order was not sent again: the provider found its result in Lumen's inventory, and adopted it.")
        .remedy("If it doesn't look right, check it in Lumen's portal.")
}

/// An earlier run placed the order, but could not return it to Terraform.
pub(super) fn resumed(
    object: &str,
    order: &str,
    reference: &ExternalId,
    journal: &Journal,
) -> Diagnostic {
    Diagnostic::warning(format!("{} was already ordered", capitalised(object)))
        .because(format!(
            "the order journal has {order} (reference `{reference}`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress"
        ))
        .outcome("Nothing was ordered again: this run resumes that order.")
        .remedy("Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.")
        .command(settle(journal, reference))
}

/// A plan contains two objects that can't be distinguished.
pub(super) fn planned_twice(object: &str, how_to_tell_apart: &str) -> Diagnostic {
    Diagnostic::error(format!("{} is planned twice", capitalised(object)))
        .because("another resource instance of this configuration has the same name at the same site, or the same reference. Lumen's inventory shows nothing else to distinguish them by")
        .outcome("Nothing was ordered.")
        .remedy(how_to_tell_apart)
}

/// The object belongs to another customer, or to another address of Lumen's API.
pub(super) fn another_owner(object: &str, owner: &Owner, configured: &Owner) -> Diagnostic {
    Diagnostic::error(format!("{} belongs to another customer number or API address", capitalised(object)))
        .because(format!(
            "it belongs to customer `{}` at `{}`, and the provider is configured for customer `{}` at `{}`",
            owner.customer_number, owner.api, configured.customer_number, configured.api
        ))
        .outcome("It was neither read nor changed. It stays in the state, and exists and is billed there.")
        .steps([
            "Set `customer_number`, `environment` and `base_url` (`LUMEN_CUSTOMER_NUMBER`, `LUMEN_ENVIRONMENT`, `LUMEN_BASE_URL`) to what they were, or use the provider alias that ordered it.".to_owned(),
            "If both addresses lead to the same Lumen system, run `terraform apply -refresh-only`: the provider accepts the object if Lumen shows it there.".to_owned(),
            "To stop managing it without disconnecting it, run `terraform state rm`.".to_owned(),
        ])
}

/// A person has settled the entry of the order.
pub(super) fn settled(entry: &PendingEntry) -> Refusal {
    Refusal {
        code: None,
        reason: format!("a person closed it with `journal settle {}`", entry.reference),
    }
}

/// Lumen has accepted an order, but the journal could not record it.
pub(super) fn not_noted(object: &str, reference: &ExternalId, error: &JournalError) -> Diagnostic {
    Diagnostic::warning(format!(
        "The accepted order of {object} could not be recorded in the journal"
    ))
    .because(format!("Lumen's answer could not be recorded: {error}"))
    .outcome(format!(
        "Lumen has accepted the order `{reference}`, and Terraform's state will have it."
    ))
    .remedy("Make the journal's place writable before the next order.")
}

/// An order has ended, but the journal could not record it.
pub(super) fn not_closed(journal: &Journal, error: &JournalError) -> Diagnostic {
    Diagnostic::warning("The end of an order could not be recorded in the journal")
        .because(error)
        .outcome("The next order of the same object checks it once more.")
        .remedy(format!("Make `{}` writable before the next order.", journal.place()))
}
