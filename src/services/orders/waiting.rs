//! Orders that are waited for, and how a person ends that: a wait that nothing at Lumen ends must say so.

use jiff::{SignedDuration, Timestamp};

use super::doubt::settle;
use super::notes::PendingEntry;
use crate::framework::{Context, Diagnostic};
use crate::journal::Journal;
use crate::lumen::ExternalId;
use crate::lumen::long_running::Operation;

/// How long an order was waited for, and how a person ends that.
pub(super) struct Waiting(Option<(Timestamp, String)>);

/// From then on a wait may have no end of its own.
const LONG: SignedDuration = SignedDuration::from_hours(24);

impl Waiting {
    pub(super) fn of(journal: &Journal, entry: Option<&PendingEntry>) -> Self {
        Self(entry.map(|entry| (entry.since, settle(journal, &entry.reference))))
    }

    pub(super) fn since(journal: &Journal, reference: &ExternalId, since: Timestamp) -> Self {
        Self(Some((since, settle(journal, reference))))
    }

    fn long(&self) -> Option<(i64, &str)> {
        let (since, command) = self.0.as_ref()?;
        let waited = Timestamp::now().duration_since(*since);
        (LONG <= waited).then(|| (waited.as_hours(), command.as_str()))
    }

    /// Adds to the words for an order that has not ended what ends the waiting, if that is long.
    pub(super) fn explain(&self, diagnostic: Diagnostic) -> Diagnostic {
        match self.long() {
            None => diagnostic,
            Some((hours, command)) => diagnostic
                .add_remedy(format!("The order was placed {hours} hours ago, and it can't be told whether it still makes progress: ask Lumen. Only if Lumen says that it has ended or never was, run the command below; the next run then goes by that."))
                .command(command),
        }
    }

    /// Warns in a refresh of an order that has been in progress for long.
    pub(super) fn warn_if_long(&self, object: &str, order: &impl Operation, context: &Context) {
        let Some((hours, command)) = self.long() else { return };
        context.warn(
            Diagnostic::warning(format!("The order of {object} has been in progress for {hours} hours"))
                .because(format!("{} has neither succeeded nor failed, as far as Lumen shows", order.title()))
                .outcome("It stays in the state.")
                .remedy("Ask Lumen about it. Only if Lumen says that it has ended or never was, run the command below: the next run then goes by that.")
                .command(command),
        );
    }
}
