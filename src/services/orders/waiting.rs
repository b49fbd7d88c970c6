//! Orders that are waited for, and how a person ends that: a wait that nothing at Lumen ends must say so.

use jiff::{SignedDuration, Timestamp};

use super::doubt::settle;
use super::notes::PendingEntry;
use crate::framework::{Context, Diagnostic};
use crate::journal::Journal;
use crate::lumen::ExternalId;
use crate::lumen::long_running::Operation;

/// How many hours an order has been waited for, and how a person ends that; only where that is long.
pub(super) struct Waiting(Option<(i64, String)>);

/// From then on a wait may have no end of its own.
const LONG: SignedDuration = SignedDuration::from_hours(24);

impl Waiting {
    pub(super) fn of(journal: &Journal, entry: Option<&PendingEntry>) -> Self {
        entry.map_or(Self(None), |entry| Self::since(journal, &entry.reference, entry.since))
    }

    pub(super) fn since(journal: &Journal, reference: &ExternalId, since: Timestamp) -> Self {
        let waited = journal.now().duration_since(since);
        Self((LONG <= waited).then(|| (waited.as_hours(), settle(journal, reference))))
    }

    /// Adds to the words for an order that has not ended what ends the waiting, if that is long.
    pub(super) fn explain(&self, diagnostic: Diagnostic) -> Diagnostic {
        match &self.0 {
            None => diagnostic,
            Some((hours, command)) => diagnostic
                .add_remedy(format!("The order was placed {hours} hours ago, and it can't be told whether it still makes progress: ask Lumen. Only if Lumen says that it has ended or never was, run the command below; the next run then goes by that."))
                .command(command),
        }
    }

    /// Warns in a refresh of an order that has been in progress for long.
    pub(super) fn warn_if_long(&self, object: &str, order: &impl Operation, context: &Context) {
        let Some((hours, command)) = &self.0 else { return };
        context.warn(
            Diagnostic::warning(format!("The order of {object} has been in progress for {hours} hours"))
                .because(format!("{} has neither succeeded nor failed, as far as Lumen shows", order.title()))
                .outcome("It stays in the state.")
                .remedy("Ask Lumen about it. Only if Lumen says that it has ended or never was, run the command below: the next run then goes by that.")
                .command(command),
        );
    }
}
