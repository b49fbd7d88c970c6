//! What Lumen reports about a voice order at one check: its status and its notifications.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use super::codes::Meaning;
use super::{
    Date, Notification, NotificationClass, OrderDetails, OrderKind, TransactionOrder,
    VoiceOrderState, is_same_name,
};
use crate::lumen::long_running::{GRACE, NO_REASON, Refusal, SHORTEST_PAUSE};
use crate::lumen::{Client, Error, VoiceOrderId};

/// How many times to request again what may follow an answer a little later: the reason why Lumen refused
/// an order, or the numbers that the order reserved.
pub(super) const LATE_CHECKS: u32 = 3;

/// The status of a voice order and its notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceOrderSnapshot {
    /// The status of the whole order, if it could be read.
    pub state: Option<VoiceOrderState>,
    /// The notifications from the last 180 days, in the order of Lumen's answer.
    pub notifications: Vec<Notification>,
    /// How long Lumen asks to wait before the next check.
    pub retry_after: Option<Duration>,
    /// What else Lumen reports about the order with its status.
    pub details: OrderDetails,
}

/// One rate center of a voice order. A name that is not set matches any name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct OrderPart {
    /// The rate center, such as `DENVER`.
    pub rate_center: Option<String>,
    /// The two-letter state code of the rate center.
    pub state: Option<String>,
}

/// The progress of one part of a voice order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartStatus<'a> {
    /// It is in progress.
    Running,
    /// Lumen has fewer numbers than ordered, and waits for an answer to this notification.
    Asking(&'a Notification),
    /// It is complete: it has all the numbers that Lumen had available.
    Complete,
    /// It has ended without delivering everything that was ordered. Holds the reason, if Lumen gave one.
    Refused(Option<&'a Notification>),
}

impl Client {
    /// Reads the status of a voice order and its notifications. A status that can't be read at the moment is
    /// left out, because the notifications say enough. `GET /orderStatus` and `GET /notifications`
    ///
    /// Notifications are requested after the status that they explain, so that they are not older.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn voice_order_snapshot(
        &self,
        id: &VoiceOrderId,
    ) -> Result<VoiceOrderSnapshot, Error> {
        let report = match self.voice_order_status(id).await {
            Ok(report) => Ok(report),
            Err(error) if error.is_passing() || is_unknown(&error) => Err(error),
            Err(error) => return Err(error),
        };
        let told = self.notifications(id).await;
        let (report, notifications) = match (report, told) {
            (Ok(report), told) => (Some(report), known(told)?.unwrap_or_default()),
            (Err(_), Ok(told)) => (None, told),
            (Err(error), Err(_)) => return Err(error),
        };
        let retry_after = report.as_ref().and_then(|report| report.retry_after);
        let (state, details) = report.map(|report| (report.state, report.details)).unzip();
        let details = details.unwrap_or_default();
        Ok(VoiceOrderSnapshot { state, notifications, retry_after, details })
    }

    /// Like [`Client::voice_order_snapshot`]. If Lumen has refused a part of the order without saying why,
    /// this repeats the requests for a while, because the reason may follow the status.
    ///
    /// # Errors
    /// As [`Client::voice_order_snapshot`].
    pub async fn explained_voice_order_snapshot(
        &self,
        id: &VoiceOrderId,
        part: &OrderPart,
        kind: OrderKind,
    ) -> Result<VoiceOrderSnapshot, Error> {
        let mut snapshot = self.voice_order_snapshot(id).await?;
        for _ in 0..LATE_CHECKS {
            if snapshot.is_explained(part, kind) {
                break;
            }
            self.pause_before_late_check().await;
            snapshot = self.voice_order_snapshot(id).await?;
        }
        Ok(snapshot)
    }

    /// Waits before requesting again what may follow an answer. The pause is as long as the one between the
    /// first two checks of an order, but all [`LATE_CHECKS`] together wait for at most [`GRACE`].
    pub(super) async fn pause_before_late_check(&self) {
        let poll = self.settings().poll;
        let pause = poll.interval.min(poll.interval_max);
        tokio::time::sleep(pause.clamp(SHORTEST_PAUSE, GRACE / LATE_CHECKS)).await;
    }
}

/// Turns an error into `None` if Lumen does not know the order, or does not offer the endpoint.
pub(super) fn known<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Err(error) if is_unknown(&error) => Ok(None),
        answer => answer.map(Some),
    }
}

fn is_unknown(error: &Error) -> bool {
    match error {
        Error::NotFound(_) | Error::NotImplemented(_) => true,
        Error::Rejected(problem) => problem.is_unknown_order(),
        _ => false,
    }
}

/// A delay that is normal if it is short, and when it was first noticed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Delay(Option<(String, Instant)>);

impl Delay {
    /// Returns what to report: a delay that has lasted for [`GRACE`]. A shorter one is normal.
    pub(super) fn note(&mut self, delay: String) -> Option<String> {
        let since = match &self.0 {
            Some((known, since)) if *known == delay => *since,
            _ => Instant::now(),
        };
        self.0 = Some((delay.clone(), since));
        (GRACE <= since.elapsed()).then_some(delay)
    }
}

/// Adds new notifications and keeps the old ones: Lumen forgets them after 180 days, and may report only the
/// latest.
pub(super) fn note_new(known: &mut Vec<Notification>, told: &[Notification]) {
    for notification in told {
        if !known.contains(notification) {
            known.push(notification.clone());
        }
    }
}

impl VoiceOrderSnapshot {
    /// What the order is for, if Lumen says so: with the status, or with a notification that only ports have.
    #[must_use]
    pub fn kind(&self) -> Option<OrderKind> {
        let is_about_port = |told: &Notification| {
            let meaning = told.code.meaning();
            matches!(
                meaning,
                Some(
                    Meaning::CommitmentScheduled | Meaning::PortUpdated | Meaning::TooLateToCancel
                )
            )
        };
        let is_port = || self.notifications.iter().any(is_about_port);
        self.details.kind.or_else(|| is_port().then_some(OrderKind::Port))
    }

    /// The part of the order with this ID, if Lumen reports it.
    #[must_use]
    pub fn transaction_order(&self, id: &VoiceOrderId) -> Option<&TransactionOrder> {
        self.details.transaction_orders.iter().find(|part| part.id.as_ref() == Some(id))
    }

    /// When Lumen takes over the numbers of a port, according to the latest notification that says so, or else
    /// to the status.
    #[must_use]
    pub fn foc_date(&self) -> Option<Date> {
        let dated = self.notifications.iter().filter(|told| told.foc_date.is_some());
        let latest = dated.max_by_key(|told| told.at);
        latest.and_then(|told| told.foc_date).or(self.details.foc_date)
    }

    /// How many updates of a port Lumen has reported. A supplement adds one.
    #[must_use]
    pub fn port_updates(&self) -> usize {
        let is_update = |told: &&Notification| told.code.meaning() == Some(Meaning::PortUpdated);
        self.notifications.iter().filter(is_update).count()
    }

    /// The progress of a part of the order, which must be of this kind.
    #[must_use]
    pub fn part_status(&self, part: &OrderPart, kind: OrderKind) -> PartStatus<'_> {
        part_status(self.about(part), self.state.as_ref(), kind)
    }

    /// Whether Lumen's reason is known, if Lumen has refused this part of the order.
    fn is_explained(&self, part: &OrderPart, kind: OrderKind) -> bool {
        match self.part_status(part, kind) {
            PartStatus::Refused(reason) => {
                reason.is_some_and(|reason| explains(reason, self.state.as_ref(), kind))
            }
            _ => true,
        }
    }

    /// The latest shortage of each rate center, answered or not.
    #[must_use]
    pub fn shortages(&self, part: &OrderPart) -> Vec<&Notification> {
        let asked: BTreeSet<_> = self.shortages_of(part).map(Notification::part).collect();
        asked.iter().filter_map(|part| self.shortages_of(part).last()).collect()
    }

    /// Whether Lumen has reported that more numbers of this part are to come.
    #[must_use]
    pub fn is_on_backorder(&self, part: &OrderPart) -> bool {
        self.about(part).any(Notification::is_backorder_in_progress)
    }

    fn about(&self, part: &OrderPart) -> impl Iterator<Item = &Notification> + Clone {
        self.notifications
            .iter()
            .filter(|told| part.is_at(told.rate_center.as_deref(), told.state.as_deref()))
    }

    fn shortages_of(&self, part: &OrderPart) -> impl Iterator<Item = &Notification> {
        self.about(part).filter(|told| told.is_shortage())
    }
}

impl OrderPart {
    /// Whether this place is, or may be, this part of the order: a name may be missing on either side.
    #[must_use]
    pub fn is_at(&self, rate_center: Option<&str>, state: Option<&str>) -> bool {
        fn agree(one: Option<&str>, other: Option<&str>) -> bool {
            one.zip(other).is_none_or(|(one, other)| is_same_name(one, other))
        }
        agree(self.rate_center.as_deref(), rate_center) && agree(self.state.as_deref(), state)
    }
}

impl std::fmt::Display for OrderPart {
    /// Writes `DENVER, CO`, or the part of it that is known.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named: Vec<&str> =
            [&self.rate_center, &self.state].into_iter().flatten().map(String::as_str).collect();
        formatter.write_str(&named.join(", "))
    }
}

/// The latest notification decides. If it doesn't end the order, the status decides.
pub(super) fn part_status<'a>(
    told: impl Iterator<Item = &'a Notification> + Clone,
    state: Option<&VoiceOrderState>,
    kind: OrderKind,
) -> PartStatus<'a> {
    let latest = latest(told.clone(), kind);
    match latest.map(|latest| (latest, latest.code.class_for(kind))) {
        Some((_, Some(NotificationClass::Success))) => PartStatus::Complete,
        Some((latest, Some(NotificationClass::Failed))) => PartStatus::Refused(Some(latest)),
        _ if state.is_some_and(VoiceOrderState::is_refusal) => {
            PartStatus::Refused(self::latest(told.filter(|told| may_explain(told, kind)), kind))
        }
        _ if state == Some(&VoiceOrderState::Completed) => PartStatus::Complete,
        Some((latest, Some(NotificationClass::NeedsAnswer))) => PartStatus::Asking(latest),
        _ => PartStatus::Running,
    }
}

/// Why an order was refused: Lumen's reason, if there is one, and the status.
pub(super) fn refusal(reason: Option<&Notification>, state: Option<&VoiceOrderState>) -> Refusal {
    let code = reason.map(|reason| reason.code.to_string());
    let quoted = reason.map(Notification::quoted);
    let reason = match (quoted, state.filter(|state| state.is_refusal())) {
        (Some(quoted), Some(state)) => format!("the order is {state}: {quoted}"),
        (Some(quoted), None) => quoted,
        (None, Some(state)) => format!("the order is {state}, and {NO_REASON}"),
        (None, None) => NO_REASON.to_owned(),
    };
    Refusal { code, reason }
}

/// Whether a notification can be the reason why Lumen refused an order. A notification that the order was
/// submitted, scheduled or completed never is. Neither is a question, which somebody may have answered.
fn may_explain(told: &Notification, kind: OrderKind) -> bool {
    match (told.code.meaning(), told.code.class_for(kind)) {
        (_, Some(NotificationClass::Success | NotificationClass::NeedsAnswer))
        | (Some(Meaning::Submitted | Meaning::CommitmentScheduled), _) => false,
        (Some(Meaning::PortUpdated), _) => kind == OrderKind::Port,
        _ => true,
    }
}

/// Whether a notification is certainly the reason for this status, so that no better reason will follow.
pub(super) fn explains(
    told: &Notification,
    state: Option<&VoiceOrderState>,
    kind: OrderKind,
) -> bool {
    match told.code.meaning() {
        Some(Meaning::CreditHold) => state == Some(&VoiceOrderState::CreditCheckRejected),
        Some(Meaning::OrderInTheWay) => state == Some(&VoiceOrderState::Rejected),
        _ => told.is_failure(kind),
    }
}

/// The latest notification by time, if all have a time. If that does not decide, a notification that ends an
/// order counts as the latest.
fn latest<'a>(
    told: impl Iterator<Item = &'a Notification> + Clone,
    kind: OrderKind,
) -> Option<&'a Notification> {
    let have_times = told.clone().all(|told| told.at.is_some());
    let rank = |told: &&Notification| match told.code.class_for(kind) {
        Some(NotificationClass::Success | NotificationClass::Failed) => 2,
        Some(NotificationClass::NeedsAnswer) => 1,
        Some(NotificationClass::Running) | None => 0,
    };
    told.max_by_key(|told| (told.at.filter(|_| have_times), rank(told)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

    use super::*;

    const KIND: OrderKind = OrderKind::Reservation;

    fn told(code: &str, rate_center: Option<&str>, second: i64) -> Notification {
        Notification {
            code: code.parse().expect("a code"),
            message: format!("{code} at {second}"),
            rate_center: rate_center.map(str::to_owned),
            state: Some("CO".to_owned()),
            at: jiff::Timestamp::from_second(second).ok(),
            foc_date: None,
        }
    }

    fn part(rate_center: &str) -> OrderPart {
        OrderPart { rate_center: Some(rate_center.to_owned()), state: None }
    }

    #[test]
    fn every_rate_center_of_an_order_has_a_status_of_its_own() {
        let (denver, boulder) = (Some("DENVER"), Some("BOULDER"));
        let news = VoiceOrderSnapshot {
            state: Some(VoiceOrderState::InProgress),
            notifications: vec![
                told("901", None, 1),
                told("10001", denver, 2),
                told("10001", boulder, 2),
                told("10002", denver, 3),
                told("10001", boulder, 4),
            ],
            retry_after: None,
            details: OrderDetails::default(),
        };

        assert_eq!(news.part_status(&part("denver"), KIND), PartStatus::Complete);
        assert_eq!(
            news.part_status(&part("BOULDER"), KIND),
            PartStatus::Asking(&news.notifications[4])
        );
        assert_eq!(news.part_status(&part("ASPEN"), KIND), PartStatus::Running);
        let shortages = news.shortages(&OrderPart::default());
        assert_eq!(
            shortages,
            [&news.notifications[4], &news.notifications[1]],
            "the latest of each"
        );
        assert_eq!(news.shortages(&part("Denver")), [&news.notifications[1]]);
    }

    #[test]
    fn what_is_not_named_may_be_anywhere() {
        assert!(OrderPart::default().is_at(Some("DENVER"), Some("CO")));
        assert!(part("DENVER").is_at(None, Some("CO")));
        assert!(!part("DENVER").is_at(Some("BOULDER"), None));
        assert_eq!(part("DENVER").to_string(), "DENVER");
        assert_eq!(OrderPart::default().to_string(), "");
    }
}
