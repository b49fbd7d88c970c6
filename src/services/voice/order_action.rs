//! A voice order that an action watches: every change is reported as it happens, and once.

use std::collections::BTreeSet;

use crate::framework::schema::string;
use crate::framework::{Attribute, Context, Diagnostic, Progress, Rule};
use crate::lumen::long_running::PendingReason;
use crate::lumen::voice::{
    Notification, NumberQuery, OrderKind, OrderPart, ReservedNumber, VoiceOrderSnapshot,
};
use crate::lumen::{Client, Error, Problem, VoiceOrderId};
use crate::services::explain;
use crate::services::orders::{capitalised, reason};

/// Terraform does not repeat by itself an action that failed.
const AGAIN: &str = "Invoke the action again, with `terraform apply -invoke=action.…`: what is done already is not done twice.";

/// The same, where it would hardly go better at once.
const AGAIN_LATER: &str = "Invoke the action again in some minutes, with `terraform apply -invoke=action.…`: what is done already is not done twice. If it persists, give Lumen's support the order.";

/// The argument that names the order.
pub(super) fn voice_order_id() -> Attribute {
    let id = string().required().rule(Rule::reads_as::<VoiceOrderId>("a voice order id"));
    id.about("The order: one of `voice_order_ids` of a `lumen_voice_tn_reservation`, or that of an order that was placed by other means of the API.")
}

/// A voice order, and what was reported of it.
pub(super) struct WatchedOrder<'a> {
    pub(super) id: VoiceOrderId,
    /// What checking it found that nobody expects.
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

    /// With a small letter: voice order 600184201.
    pub(super) fn title(&self) -> String {
        format!("voice order {}", self.id)
    }

    /// Reports progress of the order.
    pub(super) fn report(&self, what: &str) {
        self.progress.tell(format!("{}{what}", capitalised(&self.title())));
    }

    /// Checks the order, and reports what is new.
    pub(super) async fn check(&mut self, lumen: &Client) -> Result<VoiceOrderSnapshot, Error> {
        let news = lumen.voice_order_snapshot(&self.id).await?;
        self.report_news(&news);
        Ok(news)
    }

    /// The same, with the reason if Lumen has refused this part of the order.
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
            // Where an order has one rate center, naming it says nothing.
            let place = if parts.len() < 2 { String::new() } else { named(&notification.part()) };
            let told = format!("{place}: {}", notification.quoted());
            if self.reported.insert(format!("{told} {:?}", notification.at)) {
                self.report(&told);
            }
        }
        let status = news.state.as_ref().map(ToString::to_string);
        if let Some(status) = status.filter(|status| self.status.as_ref() != Some(status)) {
            self.report(&format!(" is {status}."));
            self.status = Some(status);
        }
    }

    /// The numbers that it has reserved in one of its parts by now.
    pub(super) async fn numbers(
        &self,
        lumen: &Client,
        part: &OrderPart,
    ) -> Result<Vec<ReservedNumber>, Error> {
        let voice_order_id = Some(self.id.clone());
        let query = NumberQuery { voice_order_id, ..NumberQuery::default() };
        let mut numbers = match lumen.reserved_numbers(&query).await {
            // An order without numbers may be one that inventory does not know.
            Err(Error::NotFound(_)) => Vec::new(),
            Err(error) if is_unknown(&error) => Vec::new(),
            numbers => numbers?,
        };
        numbers.retain(|found| part.is_at(found.rate_center.as_deref(), found.state.as_deref()));
        Ok(numbers)
    }
}

/// ` in DENVER, CO`, or nothing where no rate center is named.
pub(super) fn named(part: &OrderPart) -> String {
    let place = part.to_string();
    if place.is_empty() { place } else { format!(" in {place}") }
}

/// Why Lumen refused something, in its words.
pub(super) fn words(problem: &Problem) -> String {
    let code = problem.code.as_deref().unwrap_or_default();
    let words = problem.words().unwrap_or_default();
    format!("Lumen says: \"{words}\" ({code})")
}

/// Waits for an answer of Lumen's, as long as the user's patience lasts.
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

/// Why nothing was done about an order: it could not be looked at.
pub(super) fn unread(id: &VoiceOrderId, why: &PendingReason) -> Diagnostic {
    not_done(format!("Voice order `{id}` can't be read"), why).outcome("Nothing was sent.")
}

/// Why something was not done, or may not have been.
pub(super) fn not_done(summary: String, why: &PendingReason) -> Diagnostic {
    match why {
        PendingReason::Unreachable(error) if is_unknown(error) => explain::error(summary, error)
            .at("voice_order_id")
            .remedy("Correct `voice_order_id`, and check `customer_number`: Lumen knows no such order. The API shows only orders that were placed through it, not those of the portal."),
        PendingReason::Unreachable(error) if error.is_passing() => {
            explain::error(summary, error).remedy(AGAIN_LATER)
        }
        PendingReason::Unreachable(error @ Error::Rejected(_)) => explain::error(summary, error)
            .remedy("Do as Lumen's words say, and invoke the action again, with `terraform apply -invoke=action.…`."),
        PendingReason::Unreachable(error) => explain::error(summary, error),
        why => Diagnostic::error(summary)
            .because(reason(why, "invoke"))
            .remedy(AGAIN),
    }
}

/// It was done, and its outcome is not known yet.
pub(super) fn still_moving(id: &VoiceOrderId, why: &PendingReason, done: &str) -> Diagnostic {
    Diagnostic::warning(format!("Voice order `{id}` has not come to its end yet"))
        .because(reason(why, "invoke"))
        .outcome(done)
        .remedy(format!("Read `status` and `notifications` of the data source `lumen_voice_order` with `voice_order_id = \"{id}\"` later, or invoke the action again: it looks on, and does nothing twice."))
}

/// Whether Lumen says that there is no such order.
pub(super) fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::Rejected(problem) if problem.is_unknown_order())
}
