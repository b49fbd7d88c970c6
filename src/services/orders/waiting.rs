//! Orders that are waited for, and how a person ends that: a wait that nothing at Lumen ends must say so.

use jiff::{SignedDuration, Timestamp};

use super::doubt::settle;
use super::notes::{PendingEntry, in_time};
use crate::framework::{Context, Diagnostic};
use crate::journal::Journal;
use crate::lumen::ExternalId;
use crate::lumen::long_running::Operation;

/// An order that has been waited for long, or nobody knows how long: for how many hours, and how a person
/// ends that.
pub(super) struct Waiting(Option<(Option<i64>, Exit)>);

/// How a person ends the waiting, once Lumen says that the order has ended or never was.
enum Exit {
    /// By this command.
    Command(String),
    /// The journal does not have the order: then only the state waits for it.
    StateOnly,
}

/// From then on a wait may have no end of its own.
const LONG: SignedDuration = SignedDuration::from_hours(24);

const LOOK: &str =
    "Look for the result in Lumen's portal. Only if it does not exist there any more,";
const ASK_ABOUT_IT: &str = "Ask Lumen about it. Only if Lumen says that it has ended or never was,";
const ASK: &str = "Only if Lumen says that it has ended or never was,";
const REMOVE: &str = "run `terraform state rm` for it: the order journal does not have this order, so that nothing else ends the waiting. What exists comes back by `terraform import`.";

impl Waiting {
    pub(super) async fn of(journal: &Journal, entry: Option<&PendingEntry>) -> Self {
        let Some(entry) = entry else { return Self(Some((None, Exit::StateOnly))) };
        let mut waiting = Self::since(journal, &entry.reference, entry.since);
        if let Some((_, exit)) = &mut waiting.0
            && in_time(journal.has_order(&entry.key, &entry.reference)).await == Some(false)
        {
            *exit = Exit::StateOnly;
        }
        waiting
    }

    /// The same for an order that the journal has.
    pub(super) fn since(journal: &Journal, reference: &ExternalId, since: Timestamp) -> Self {
        let waited = journal.now().duration_since(since);
        let is_long = LONG <= waited;
        Self(is_long.then(|| (Some(waited.as_hours()), Exit::Command(settle(journal, reference)))))
    }

    /// Adds to the words for an order that has not ended what ends the waiting, if that is long.
    pub(super) fn explain(&self, diagnostic: Diagnostic) -> Diagnostic {
        let Some((hours, exit)) = &self.0 else { return diagnostic };
        let placed = hours.map_or_else(
            || "It is not known when the order was placed".to_owned(),
            |hours| format!("The order was placed {hours} hours ago"),
        );
        let placed = format!(
            "{placed}, and it can't be told whether it still makes progress: ask Lumen. {ASK}"
        );
        match exit {
            Exit::Command(command) => diagnostic
                .add_remedy(format!(
                    "{placed} run the command below; the next run then goes by that."
                ))
                .command(command),
            Exit::StateOnly => diagnostic.add_remedy(format!("{placed} {REMOVE}")),
        }
    }

    /// Warns in a refresh of an order that has been in progress for long, or nobody knows how long.
    pub(super) fn warn_if_long(&self, object: &str, order: &impl Operation, context: &Context) {
        let Some((hours, exit)) = &self.0 else { return };
        let time =
            hours.map_or_else(|| "an unknown time".to_owned(), |hours| format!("{hours} hours"));
        let warning =
            Diagnostic::warning(format!("The order of {object} has been in progress for {time}"))
                .outcome("It stays in the state.");
        let title = order.title();
        // What Lumen calls done may have been ended before any run has seen it.
        let (why, ask) = if order.has_succeeded_unseen() {
            (
                format!(
                    "Lumen says that {title} has succeeded, and its inventory does not show the result"
                ),
                LOOK,
            )
        } else {
            (
                format!("{title} has neither succeeded nor failed, as far as Lumen shows"),
                ASK_ABOUT_IT,
            )
        };
        let warning = warning.because(why);
        context.warn(match exit {
            Exit::Command(command) => warning
                .remedy(format!("{ask} run the command below: the next run then goes by that."))
                .command(command),
            Exit::StateOnly => warning.remedy(format!("{ask} {REMOVE}")),
        });
    }
}
