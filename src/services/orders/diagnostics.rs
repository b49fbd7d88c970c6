//! What users are told about orders that were written down before.

use std::env;
use std::time::Duration;

use jiff::Timestamp;

use super::follow as ordered;
use crate::framework::Diagnostic;
use crate::journal::{Journal, JournalError};
use crate::lumen::long_running::{Operation, PendingReason};
use crate::lumen::{Error, ExternalId};
use crate::services::explain;

/// What to look for where it is not known whether an order arrived.
pub(in crate::services) struct Doubt {
    /// What is not known: whether connection `backup` was ordered.
    pub(in crate::services) question: String,
    /// How a person finds out: look for a service in Lumen's portal.
    pub(in crate::services) look: String,
}

/// An order that may have arrived, and was looked for in vain.
pub(super) struct Unsure<'a> {
    pub(super) doubt: Doubt,
    pub(super) reference: &'a ExternalId,
    pub(super) since: Timestamp,
    /// What the search came to.
    pub(super) search: String,
    /// How its answer was lost, if that was just now.
    pub(super) lost: Option<&'a Error>,
}

impl Unsure<'_> {
    /// Lumen may still show it, or could not be asked.
    pub(super) fn for_later(self, settling: Duration, why: &PendingReason) -> Diagnostic {
        let until = self.since + settling;
        let first = match why {
            PendingReason::Unreachable(error) => format!("{} ", explain::remedy(error)),
            _ => String::new(),
        };
        self.told().remedy(format!(
            "{first}Run the same command again: it looks on, until {until:.0} (UTC) at the least, and adopts what it finds. Nothing is ordered twice."
        ))
    }

    /// Lumen would show it: only a person can tell now.
    pub(super) fn for_a_person(self, journal: &Journal) -> Diagnostic {
        let command = settle(journal, self.reference);
        let remedy = format!(
            "{} Then run the command below, whether it was ordered or not, and apply again.",
            self.doubt.look
        );
        self.told().remedy(remedy).command(command)
    }

    fn told(self) -> Diagnostic {
        let Self { doubt, reference, since, search, lost } = self;
        let cause = match lost {
            Some(error) => explain::cause(error),
            None => format!(
                "an earlier run wrote down at {since:.0} that it was about to order it, and was cut off before it wrote down Lumen's answer"
            ),
        };
        Diagnostic::error(format!("It is not known {}", doubt.question)).because(cause).outcome(
            format!("The order `{reference}` was sent once at the most; {search}. It was not sent again."),
        )
    }
}

/// What looking for a lost order came to.
pub(super) fn search(order: &mut impl Operation, why: &PendingReason) -> String {
    match why {
        PendingReason::DeadlinePassed if order.oddities().is_empty() => {
            "Lumen's inventory shows no trace of it so far".to_owned()
        }
        PendingReason::DeadlinePassed => {
            let oddities: Vec<&str> = order.oddities().iter().map(String::as_str).collect();
            format!("Lumen's inventory did not show it: {}", oddities.join(", and "))
        }
        PendingReason::Stopped => "the search in Lumen's inventory was interrupted".to_owned(),
        PendingReason::Unreachable(error) => {
            format!("Lumen's inventory can't be searched: {}", explain::cause(error))
        }
        PendingReason::Ambiguous(services) => ordered::several(services),
    }
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
    Diagnostic::warning(format!("{} was ordered before", ordered::capitalised(object)))
        .because(format!(
            "the order journal has {order} (reference `{reference}`), which never came into Terraform's state: an earlier run was cut off, or another one is under way"
        ))
        .outcome("Nothing was ordered again: this run goes on with that order.")
        .remedy("Make sure that only one configuration manages it. If that order can't come to an end, and Lumen confirms that, close it with the command below, and apply again.")
        .command(settle(journal, reference))
}

/// An earlier run ordered it on other terms.
pub(super) fn other_terms(
    object: &str,
    reference: &ExternalId,
    differences: &[String],
) -> Diagnostic {
    Diagnostic::error(format!("{} was ordered before, on other terms", ordered::capitalised(object)))
        .because(format!(
            "the order journal has order `{reference}`, which never came into Terraform's state: {}",
            differences.join("; ")
        ))
        .outcome("Nothing was ordered again. What was ordered exists, or is under way.")
        .remedy("Set these arguments to what was ordered, and apply: that adopts it. Then change them. If this is meant to be another object, give it a reference of its own.")
}

/// Another order of the same object has not ended.
pub(super) fn earlier(object: &str, order: &str, why: &PendingReason) -> Diagnostic {
    Diagnostic::error(format!(
        "{} is being changed by an earlier order",
        ordered::capitalised(object)
    ))
    .because(match why {
        PendingReason::DeadlinePassed => {
            format!("{order} has not ended in the time that `timeouts` allows")
        }
        PendingReason::Stopped => format!("{order} has not ended, and the run was interrupted"),
        PendingReason::Unreachable(error) => {
            format!("{order} can't be followed: {}", explain::cause(error))
        }
        PendingReason::Ambiguous(services) => ordered::several(services),
    })
    .outcome("Nothing was ordered: a second change waits for the first.")
    .remedy("Run the same command again later.")
}

/// Two objects can't be told apart.
pub(super) fn same_twice(object: &str) -> Diagnostic {
    Diagnostic::error(format!("{} can't be told from another one of this run", ordered::capitalised(object)))
        .because("another resource instance derives or gives the same reference for its order: after a crash nobody could tell whose order it was")
        .outcome("Nothing was ordered for this instance.")
        .remedy("Give each instance a reference of its own: `external_id` of a connection (or another `name`), `external_order_id` of a reservation.")
}

/// Since the plan was made, something else was ordered for the same object.
pub(super) fn outdated(object: &str) -> Diagnostic {
    Diagnostic::error(format!("The plan for {object} is out of date"))
        .because("the order journal shows that something was ordered for it, or tried, after the plan was made")
        .outcome("Nothing was ordered by this run.")
        .remedy("Run `terraform plan` again, and apply the new plan.")
}

/// What was ordered before can't be read, or orders can't be written down: none is sent.
pub(super) fn unusable(object: &str, journal: &Journal, error: &JournalError) -> Diagnostic {
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
            "Make that place writable (space, permissions, credentials), or set `order_journal` (`LUMEN_ORDER_JOURNAL`) to another one, which all runs of this configuration share.".to_owned(),
        ),
    };
    Diagnostic::error(summary)
        .because(format!("the order journal in `{place}` can't be used: {error}"))
        .outcome(
            "No order was sent: an order that is not written down first could be placed twice.",
        )
        .remedy(remedy)
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

/// The command that closes an entry, to be pasted.
fn settle(journal: &Journal, reference: &ExternalId) -> String {
    const NAME: &str = "terraform-provider-lumen";
    let program = env::current_exe().ok().filter(|path| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(NAME))
    });
    let program = program.map_or_else(|| NAME.to_owned(), |path| path.display().to_string());
    let place = journal.place().to_string();
    format!("{} journal settle {reference} --journal {}", quoted(&program), quoted(&place))
}

/// As a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+".contains(c);
    if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
