//! A voice order that an action follows. Every change is reported once, as it happens.

use std::collections::BTreeSet;

use crate::framework::{Attribute, Context, Diagnostic, Progress};
use crate::lumen::long_running::PendingReason;
use crate::lumen::voice::{
    Notification, NumberQuery, OrderKind, OrderPart, ReservedNumber, VoiceOrderSnapshot,
};
use crate::lumen::{Client, Error, Problem, VoiceOrderId};
use crate::services::explain;
use crate::services::orders::{capitalised, reason};
use crate::services::voice;

/// Terraform does not retry a failed action by itself.
const AGAIN: &str = "Invoke the action again, with `terraform apply -invoke=action.…`. It does not repeat what is already done.";

/// The same, for failures that an immediate retry would probably not solve.
const AGAIN_LATER: &str = "Invoke the action again in a few minutes, with `terraform apply -invoke=action.…`. It does not repeat what is already done. If it still fails, give Lumen's support the voice order ID.";

/// The argument that names the order.
pub(super) fn voice_order_id() -> Attribute {
    voice::voice_order_id().required().about("ID of the voice order, such as `600184201`: one of the `voice_order_ids` of a `lumen_voice_tn_reservation` or a `lumen_voice_tn_subscription`, or the ID of another order that was placed through Lumen's API.")
}

/// A voice order, and what has been reported about it.
pub(super) struct WatchedOrder<'a> {
    pub(super) id: VoiceOrderId,
    /// What checking the order found that was unexpected.
    pub(super) unexpected: BTreeSet<String>,
    progress: &'a Progress,
    reported: BTreeSet<String>,
    status: Option<String>,
}

impl<'a> WatchedOrder<'a> {
    pub(super) fn new(id: VoiceOrderId, progress: &'a Progress) -> Self {
        let (unexpected, reported) = (BTreeSet::new(), BTreeSet::new());
        Self { id, unexpected, progress, reported, status: None }
    }

    /// The order in lower case, such as voice order 600184201.
    pub(super) fn title(&self) -> String {
        format!("voice order {}", self.id)
    }

    /// Reports progress of the order.
    pub(super) fn report(&self, what: &str) {
        self.progress.tell(format!("{}{what}", capitalised(&self.title())));
    }

    /// Checks the order, and reports what has changed.
    pub(super) async fn check(&mut self, lumen: &Client) -> Result<VoiceOrderSnapshot, Error> {
        let news = lumen.voice_order_snapshot(&self.id).await?;
        self.report_news(&news);
        Ok(news)
    }

    /// Does the same, and also returns the reason if Lumen refused this part of the order.
    pub(super) async fn check_reason(
        &mut self,
        lumen: &Client,
        part: &OrderPart,
    ) -> Result<VoiceOrderSnapshot, Error> {
        let kind = OrderKind::Reservation;
        let news = lumen.explained_voice_order_snapshot(&self.id, part, kind).await?;
        self.report_news(&news);
        Ok(news)
    }

    fn report_news(&mut self, news: &VoiceOrderSnapshot) {
        let parts: BTreeSet<_> = news.notifications.iter().map(Notification::part).collect();
        for notification in &news.notifications {
            // If an order has only one rate center, there is no need to name it.
            let place = if parts.len() < 2 { String::new() } else { named(&notification.part()) };
            let told = format!("{place}: {}", notification.quoted());
            if self.reported.insert(told.clone()) {
                self.report(&told);
            }
        }
        let status = news.state.as_ref().map(ToString::to_string);
        if let Some(status) = status.filter(|status| self.status.as_ref() != Some(status)) {
            self.report(&format!(" is {status}."));
            self.status = Some(status);
        }
    }

    /// Returns the numbers that the order has reserved so far in one of its parts.
    pub(super) async fn numbers(
        &self,
        lumen: &Client,
        part: &OrderPart,
    ) -> Result<Vec<ReservedNumber>, Error> {
        let voice_order_id = Some(self.id.clone());
        let query = NumberQuery { voice_order_id, ..NumberQuery::default() };
        let mut numbers = match lumen.reserved_numbers(&query).await {
            // The inventory may not know an order that has no numbers.
            Err(Error::NotFound(_)) => Vec::new(),
            Err(error) if is_unknown(&error) => Vec::new(),
            numbers => numbers?,
        };
        numbers.retain(|found| part.is_at(found.rate_center.as_deref(), found.state.as_deref()));
        Ok(numbers)
    }
}

/// Returns ` in DENVER, CO`, or an empty text if no rate center is named.
pub(super) fn named(part: &OrderPart) -> String {
    let place = part.to_string();
    if place.is_empty() { place } else { format!(" in {place}") }
}

/// Returns why Lumen refused a request, in its own words.
pub(super) fn words(problem: &Problem) -> String {
    let code = problem.code.as_deref().unwrap_or_default();
    let words = problem.words().unwrap_or_default();
    format!("Lumen says: \"{words}\" ({code})")
}

/// Waits for Lumen's answer until the user's timeout passes or the run is interrupted.
pub(super) async fn within<T>(
    context: &Context,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, PendingReason> {
    tokio::select! {
        biased;
        () = context.stop.cancelled() => Err(PendingReason::Stopped),
        () = tokio::time::sleep_until(context.deadline) => Err(PendingReason::DeadlinePassed),
        answer = answer => answer.map_err(PendingReason::Unreachable),
    }
}

/// The order could not be read, so nothing was done about it.
pub(super) fn unread(id: &VoiceOrderId, why: &PendingReason) -> Diagnostic {
    not_done(format!("Voice order `{id}` can't be read"), why).outcome("Nothing was sent.")
}

/// Something was not done, or possibly not done.
pub(super) fn not_done(summary: String, why: &PendingReason) -> Diagnostic {
    match why {
        PendingReason::Unreachable(error) if is_unknown(error) => explain::error(summary, error)
            .at("voice_order_id")
            .remedy("Correct `voice_order_id`, and check `customer_number`: Lumen has no such order. The API shows only orders that were placed through it, not those of the portal."),
        PendingReason::Unreachable(error) if error.is_passing() => {
            explain::error(summary, error).remedy(AGAIN_LATER)
        }
        PendingReason::Unreachable(error @ Error::Rejected(_)) => explain::error(summary, error)
            .remedy("Correct what Lumen's message names, and invoke the action again, with `terraform apply -invoke=action.…`."),
        PendingReason::Unreachable(error) => explain::error(summary, error),
        why => Diagnostic::error(summary)
            .because(reason(why, "invoke"))
            .remedy(AGAIN),
    }
}

/// Something was done, but its result is not known yet.
pub(super) fn still_moving(id: &VoiceOrderId, why: &PendingReason, done: &str) -> Diagnostic {
    Diagnostic::warning(format!("Voice order `{id}` is still in progress"))
        .because(reason(why, "invoke"))
        .outcome(done)
        .remedy(format!("Read `status` and `notifications` of the data source `lumen_voice_order` with `voice_order_id = \"{id}\"` later, or invoke the action again: it resumes waiting, and does nothing twice."))
}

/// Whether Lumen reports that no such order exists.
pub(super) fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::Rejected(problem) if problem.is_unknown_order())
}
