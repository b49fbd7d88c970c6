//! What users are told about orders: those that were written down before, those in progress, those
//! that failed. What is peculiar to an object comes from the object.

use super::doubt::{settle, several, unsure};
use super::notes::PendingEntry;
use super::object::{During, OrderedObject, Purpose, Undone};
use super::owner::Owner;
use super::place::{NotOrdered, NotPlaced, OrderElsewhere};
use super::purchase::Purchase;
use super::waiting::Waiting;
use crate::framework::Diagnostic;
use crate::journal::{Journal, JournalError};
use crate::lumen::long_running::{Operation, PendingReason, Refusal};
use crate::lumen::{Error, ExternalId, ObjectId};
use crate::services::explain;

/// Why an order is not known to be accepted, in words: here and nowhere else.
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
            other_terms(&object, &reference, &differences)
        }
        NotPlaced::Elsewhere(order) => elsewhere(&object, &order, journal),
        NotPlaced::BeingBuilt { title, reference, since } => {
            let waiting = Waiting::since(journal, &reference, since);
            waiting.explain(being_built(&object, &title))
        }
        NotPlaced::EarlierOrder { title, reference, since, why } => {
            Waiting::since(journal, &reference, since).explain(earlier(&object, &title, &why))
        }
        NotPlaced::Refused(why) => why,
    })
}

/// The user did not want it any more.
fn interrupted(object: &str) -> Diagnostic {
    Diagnostic::error(format!("The order of {object} was not sent"))
        .because("the run was interrupted before that")
        .remedy("Run the same command again.")
}

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
        "Bring it back with `terraform import`, by the id of that service.".to_owned(),
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
            "the order journal has {order} (reference `{reference}`), which never came into Terraform's state: an earlier run was cut off, or another one is under way"
        ))
        .outcome("Nothing was ordered again: this run goes on with that order.")
        .remedy("Make sure that only one configuration manages it. If that order can't come to an end, and Lumen confirms that, close it with the command below, and run the same Terraform command again.")
        .command(settle(journal, reference))
}

/// An earlier run ordered it on other terms.
fn other_terms(object: &str, reference: &ExternalId, differences: &[String]) -> Diagnostic {
    Diagnostic::error(format!("{} was ordered before, on other terms", capitalised(object)))
        .because(format!(
            "the order journal has order `{reference}`, which never came into Terraform's state: {}",
            differences.join("; ")
        ))
        .outcome("Nothing was ordered again. What was ordered exists, or is under way.")
        .steps([
            "Set these arguments to what was ordered. If this is meant to be another object, give it a reference of its own instead.".to_owned(),
            "Run `terraform apply`: it adopts what was ordered, or orders the other object.".to_owned(),
            "Change the arguments of an adopted object, and apply that.".to_owned(),
        ])
}

/// Another order of the same object has not ended.
fn earlier(object: &str, order: &str, why: &PendingReason) -> Diagnostic {
    let why_not = match why {
        PendingReason::DeadlinePassed => {
            format!("{order} has not ended in the time that `timeouts` allows")
        }
        PendingReason::Stopped => format!("{order} has not ended, and the run was interrupted"),
        PendingReason::Unreachable(error) => {
            format!("{order} can't be followed: {}", explain::cause(error))
        }
        PendingReason::Ambiguous(services) => several(services),
    };
    let summary = format!("{} is being changed by an earlier order", capitalised(object));
    let told = Diagnostic::error(summary)
        .because(format!("orders are placed one after the other, and {why_not}"));
    later(told, object, why, (SAME_COMMAND, "it waits for that order, and then places its own"))
}

/// Two instances manage one object.
fn managed_twice(object: &str) -> Diagnostic {
    Diagnostic::error(format!("{} is managed twice", capitalised(object)))
        .because("another resource instance of this run is ordering a change of the same object")
        .steps([
            "Remove one of the two instances from the state with `terraform state rm`, and from the configuration.".to_owned(),
            "Run the same command again.".to_owned(),
        ])
}

/// What was ordered belongs to another Terraform state.
fn elsewhere(object: &str, order: &OrderElsewhere, journal: &Journal) -> Diagnostic {
    let OrderElsewhere { reference, what, since, origin, object: made } = order;
    let origin = origin.as_ref().map_or_else(|| "another state".to_owned(), ToString::to_string);
    let (summary, made, import) = match made {
        Some(id) => (
            format!("{} is there already", capitalised(object)),
            format!("Lumen shows it as `{id}`."),
            format!("import it here (id `{id}`), and then run the command below."),
        ),
        None => (
            format!("{} is being ordered elsewhere", capitalised(object)),
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
            "To keep it there, apply there again, and give the one here another name or reference.".to_owned(),
            format!("If that state is lost or given up, {import}"),
        ])
        .command(settle(journal, reference))
}

/// An object of the same name is in a state, and is not built yet.
fn being_built(object: &str, title: &str) -> Diagnostic {
    Diagnostic::error(format!("{} is being built already", capitalised(object)))
        .because(format!("{title}, which was placed for an object of the same name that is in a Terraform state, has not ended"))
        .outcome("Nothing was ordered for this one.")
        .remedy("Run `terraform plan` again when the other one is active, or give this one another name.")
}

/// Two objects of one plan can't be told apart.
pub(super) fn planned_twice(object: &str, how_to_tell_apart: &str) -> Diagnostic {
    Diagnostic::error(format!("{} is planned twice", capitalised(object)))
        .because("another resource instance of this configuration is to be ordered under the same name at the same site, or under the same reference: Lumen's inventory shows nothing that would tell the two apart")
        .outcome("Nothing was ordered.")
        .remedy(how_to_tell_apart)
}

/// The plan used another journal.
fn other_journal(object: &str, planned: &str, journal: &Journal) -> Diagnostic {
    Diagnostic::error(format!("The plan for {object} was made with another order journal"))
        .because(format!(
            "the plan used the journal in `{planned}`, this run uses the one in `{}`, and something was ordered for {object} that only the latter knows",
            journal.place()
        ))
        .outcome("Nothing was ordered by this run.")
        .remedy("Set `order_journal` (`LUMEN_ORDER_JOURNAL`) to the same place for plans and applies, and run `terraform plan` again.")
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

/// Two objects can't be told apart.
fn same_twice(object: &str, how_to_tell_apart: &str) -> Diagnostic {
    Diagnostic::error(format!("{} can't be told from another one of this run", capitalised(object)))
        .because("another resource instance derives or gives the same reference for its order: after a crash nobody could tell whose order it was")
        .outcome("Nothing was ordered for this instance.")
        .remedy(how_to_tell_apart)
}

/// Since the plan was made, something else was ordered for the same object.
fn outdated(object: &str) -> Diagnostic {
    Diagnostic::error(format!("The plan for {object} is out of date"))
        .because("the order journal shows that something was ordered for it, or tried, after the plan was made")
        .outcome("Nothing was ordered by this run.")
        .remedy("Run `terraform plan` again, and apply the new plan.")
}

/// What was ordered before can't be read, or orders can't be written down: none is sent.
fn unusable(object: &str, journal: &Journal, error: &JournalError) -> Diagnostic {
    let place = journal.place();
    let (summary, remedy) = match error {
        JournalError::Unreadable { folder, .. } => (
            format!("What was ordered before for {object} can't be read"),
            format!("Install the version of the provider that wrote it, or restore the file. Where you know what became of the orders of {object}, move the folder `{folder}` out of the journal."),
        ),
        JournalError::Foreign { .. } => (
            format!("What was ordered before for {object} can't be read"),
            "Move that file out of the journal.".to_owned(),
        ),
        _ => (
            format!("The order of {object} can't be written down"),
            "Make that place writable (space, permissions, credentials). If the journal has to move, copy all of its files to the new place first: without them, what was ordered before is not known.".to_owned(),
        ),
    };
    Diagnostic::error(summary)
        .because(format!(
            "an order that is not written down first could be placed twice, and the order journal in `{place}` can't be used: {error}"
        ))
        .steps([remedy, "Run the same command again.".to_owned()])
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
