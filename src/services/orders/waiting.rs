//! Waiting for orders, and how a person can stop it. If nothing at Lumen may ever end a wait, the message
//! must say so.

use jiff::{SignedDuration, Timestamp};

use super::doubt::settle;
use super::notes::{PendingEntry, in_time};
use super::purchase::Order;
use crate::framework::{Context, Diagnostic};
use crate::journal::Journal;
use crate::lumen::ExternalId;
use crate::lumen::long_running::Operation;

/// An order that has been in progress for a long or an unknown time: the number of hours, if it is known,
/// and how a person can stop the waiting.
pub(super) struct Waiting(Option<(Option<i64>, Exit)>);

/// How a person stops the waiting, once Lumen confirms that the order has ended or never existed.
enum Exit {
    /// Run this command.
    Command(String),
    /// The journal does not have the order, so only the state causes the waiting.
    StateOnly,
}

/// A wait that is longer than this may never end by itself.
const LONG: SignedDuration = SignedDuration::from_hours(24);

const LOOK: &str = "Look for the result in Lumen's portal. Only if it no longer exists there,";
const ASK_ABOUT_IT: &str =
    "Ask Lumen about it. Only if Lumen says that it has ended or never existed,";
const ASK: &str = "Only if Lumen says that it has ended or never existed,";
const REMOVE: &str = "run `terraform state rm` for it: the order journal doesn't have this order, so nothing else ends the wait. Import what exists with `terraform import`.";

impl Waiting {
    pub(super) async fn of(
        journal: &Journal,
        entry: Option<&PendingEntry>,
        order: &impl Order,
    ) -> Self {
        if order.due().is_some_and(|due| journal.now() < due) {
            return Self(None);
        }
        let Some(entry) = entry else { return Self(Some((None, Exit::StateOnly))) };
        let mut waiting = Self::since(journal, &entry.reference, entry.since);
        if let Some((_, exit)) = &mut waiting.0
            && in_time(journal.has_order(&entry.id())).await == Some(false)
        {
            *exit = Exit::StateOnly;
        }
        waiting
    }

    /// Does the same for an order that the journal has.
    pub(super) fn since(journal: &Journal, reference: &ExternalId, since: Timestamp) -> Self {
        let waited = journal.now().duration_since(since);
        let is_long = LONG <= waited;
        Self(is_long.then(|| (Some(waited.as_hours()), Exit::Command(settle(journal, reference)))))
    }

    /// Adds how to stop the waiting to a message about an order in progress, if the wait is long.
    pub(super) fn explain(&self, diagnostic: Diagnostic) -> Diagnostic {
        let Some((hours, exit)) = &self.0 else { return diagnostic };
        let placed = hours.map_or_else(
            || "It is not known when the order was placed".to_owned(),
            |hours| format!("The order was placed {hours} hours ago"),
        );
        let placed = format!(
            "{placed}, and the provider can't know whether it still makes progress: ask Lumen. {ASK}"
        );
        match exit {
            Exit::Command(command) => diagnostic
                .add_remedy(format!(
                    "{placed} run the command below. The next run then treats the order as ended."
                ))
                .command(command),
            Exit::StateOnly => diagnostic.add_remedy(format!("{placed} {REMOVE}")),
        }
    }

    /// Warns in a refresh about an order that has been in progress for a long or an unknown time.
    pub(super) fn warn_if_long(&self, object: &str, order: &impl Operation, context: &Context) {
        let Some((hours, exit)) = &self.0 else { return };
        let time =
            hours.map_or_else(|| "an unknown time".to_owned(), |hours| format!("{hours} hours"));
        let warning =
            Diagnostic::warning(format!("The order of {object} has been in progress for {time}"))
                .outcome("It stays in the state.");
        let title = order.title();
        // The result of an order that Lumen reports as done may have been removed before any run saw it.
        let (why, ask) = if order.has_succeeded_unseen() {
            (
                format!(
                    "Lumen reports that {title} has succeeded, but its inventory does not show the result"
                ),
                LOOK,
            )
        } else {
            (format!("Lumen shows {title} neither as succeeded nor as failed"), ASK_ABOUT_IT)
        };
        let warning = warning.because(why);
        context.warn(match exit {
            Exit::Command(command) => warning
                .remedy(format!(
                    "{ask} run the command below. The next run then treats the order as ended."
                ))
                .command(command),
            Exit::StateOnly => warning.remedy(format!("{ask} {REMOVE}")),
        });
    }
}
