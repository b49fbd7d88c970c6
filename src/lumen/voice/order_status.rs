//! What Lumen says about a voice order at one look: its status, and what it told on the way.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future;

use super::{Notification, NotificationClass, VoiceOrderState, is_same_name};
use crate::lumen::{Client, Error, VoiceOrderId};

/// What Lumen says about a voice order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceOrderSnapshot {
    /// Where the order stands as a whole, if Lumen told.
    pub state: Option<VoiceOrderState>,
    /// What Lumen told in the last 180 days, in the order of its answer.
    pub notifications: Vec<Notification>,
    /// When Lumen wants to be asked again.
    pub retry_after: Option<Duration>,
}

/// One rate center of a voice order; what it doesn't name may be any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct OrderPart {
    /// Such as `DENVER`.
    pub rate_center: Option<String>,
    /// The state of the rate center, of two letters.
    pub state: Option<String>,
}

/// Where a part of a voice order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Lumen is at work.
    Running,
    /// Lumen has fewer numbers than ordered, and waits for an answer to this.
    Asking(&'a Notification),
    /// Done, as far as Lumen has numbers.
    Complete,
    /// Ended without all that was ordered, with this as Lumen's latest word.
    Refused(Option<&'a Notification>),
}

impl Client {
    /// How a voice order fares, and what was told about it. A status that can't be had now is left
    /// out: what was told says enough. `GET /orderStatus` and `GET /notifications`
    ///
    /// # Errors
    /// As [`Error`] lists them; reading has no side effect.
    pub async fn voice_order_snapshot(
        &self,
        id: &VoiceOrderId,
    ) -> Result<VoiceOrderSnapshot, Error> {
        let asked = future::join(self.voice_order_status(id), self.notifications(id)).await;
        let (report, notifications) = match asked {
            (Ok(report), told) => (Some(report), known(told)?.unwrap_or_default()),
            (Err(error), Ok(told)) if error.is_passing() || is_unknown(&error) => (None, told),
            (Err(error), _) => return Err(error),
        };
        let retry_after = report.as_ref().and_then(|report| report.retry_after);
        let state = report.map(|report| report.state);
        Ok(VoiceOrderSnapshot { state, notifications, retry_after })
    }
}

/// None if Lumen doesn't know the order, or doesn't offer to tell.
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

impl VoiceOrderSnapshot {
    /// Where a part of the order stands.
    #[must_use]
    pub fn standing(&self, part: &OrderPart) -> Standing<'_> {
        standing(self.about(part), self.state.as_ref())
    }

    /// Lumen's questions about shortages, the latest of each rate center, answered or not.
    #[must_use]
    pub fn shortages(&self, part: &OrderPart) -> Vec<&Notification> {
        let asked: BTreeSet<_> = self.shortages_of(part).map(Notification::part).collect();
        asked.iter().filter_map(|part| self.shortages_of(part).last()).collect()
    }

    /// Whether Lumen told that numbers of this part are still to come.
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
    /// Whether this place is in it, or may be: neither side needs to name one.
    #[must_use]
    pub fn is_at(&self, rate_center: Option<&str>, state: Option<&str>) -> bool {
        fn agree(one: Option<&str>, other: Option<&str>) -> bool {
            one.zip(other).is_none_or(|(one, other)| is_same_name(one, other))
        }
        agree(self.rate_center.as_deref(), rate_center) && agree(self.state.as_deref(), state)
    }
}

impl std::fmt::Display for OrderPart {
    /// `DENVER, CO`, or as much of it as is known.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named: Vec<&str> =
            [&self.rate_center, &self.state].into_iter().flatten().map(String::as_str).collect();
        formatter.write_str(&named.join(", "))
    }
}

/// The latest notification decides, but where it leaves things open: then the status does.
pub(super) fn standing<'a>(
    told: impl Iterator<Item = &'a Notification> + Clone,
    state: Option<&VoiceOrderState>,
) -> Standing<'a> {
    let latest = latest(told);
    match latest.map(|latest| (latest, latest.code.class())) {
        Some((_, Some(NotificationClass::Success))) => Standing::Complete,
        Some((latest, Some(NotificationClass::Failed))) => Standing::Refused(Some(latest)),
        _ if state.is_some_and(VoiceOrderState::is_refusal) => Standing::Refused(latest),
        _ if state == Some(&VoiceOrderState::Completed) => Standing::Complete,
        Some((latest, Some(NotificationClass::NeedsAnswer))) => Standing::Asking(latest),
        _ => Standing::Running,
    }
}

/// By time where all have one. Where that can't tell, whatever ends an order is taken to have come
/// last.
fn latest<'a>(told: impl Iterator<Item = &'a Notification> + Clone) -> Option<&'a Notification> {
    let have_times = told.clone().all(|told| told.at.is_some());
    let rank = |told: &&Notification| match told.code.class() {
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

    fn told(code: &str, rate_center: Option<&str>, second: i64) -> Notification {
        Notification {
            code: code.parse().expect("a code"),
            message: format!("{code} at {second}"),
            rate_center: rate_center.map(str::to_owned),
            state: Some("CO".to_owned()),
            at: jiff::Timestamp::from_second(second).ok(),
        }
    }

    fn part(rate_center: &str) -> OrderPart {
        OrderPart { rate_center: Some(rate_center.to_owned()), state: None }
    }

    #[test]
    fn every_rate_center_of_an_order_stands_for_itself() {
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
        };

        assert_eq!(news.standing(&part("denver")), Standing::Complete);
        assert_eq!(news.standing(&part("BOULDER")), Standing::Asking(&news.notifications[4]));
        assert_eq!(news.standing(&part("ASPEN")), Standing::Running);
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
