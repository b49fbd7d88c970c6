//! An order that is being canceled. It is followed until that is done.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use super::diagnostics::Subject;
use crate::lumen::long_running::{Operation, Progress};
use crate::lumen::voice::{
    Meaning, Notification, OrderKind, OrderPart, PartStatus, VoiceOrderSnapshot, VoiceOrderState,
};
use crate::lumen::{Client, Error};
use crate::services::voice::order_action::WatchedOrder;

/// How long after an accepted cancellation Lumen may still refuse it.
const TIME_TO_REFUSE: Duration = Duration::from_mins(2);

/// An order that is being canceled, and what is known about it so far.
pub(super) struct CancelledOrder<'a> {
    pub(super) order: WatchedOrder<'a>,
    pub(super) subject: Subject,
    /// How many cancellations Lumen had refused before this one.
    refused_before: usize,
    /// When Lumen accepted the cancellation.
    accepted: Option<Instant>,
    /// Whether Lumen reports a status of what is canceled.
    has_status: bool,
}

/// How an order has ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It was canceled or rejected.
    Cancelled,
    /// It was completed.
    Complete,
    /// It continues, because the cancellation came too late. Holds Lumen's words.
    TooLate(String),
    /// Lumen has not refused the cancellation, and doesn't report whether it has taken effect.
    Untold,
}

impl<'a> CancelledOrder<'a> {
    pub(super) fn new(order: WatchedOrder<'a>, subject: Subject) -> Self {
        Self { order, subject, refused_before: 0, accepted: None, has_status: false }
    }

    /// Checks the order before it is canceled.
    pub(super) async fn look(&mut self, lumen: &Client) -> Result<VoiceOrderSnapshot, Error> {
        let news = self.order.check(lumen).await?;
        self.note(&news);
        self.refused_before = refusals(&news).count();
        Ok(news)
    }

    /// Reports progress of what is canceled.
    pub(super) fn report(&self, what: &str) {
        match &self.subject.part {
            None => self.order.report(what),
            Some(part) => self.order.report(&format!(": transaction order {part}{what}")),
        }
    }

    /// Records that Lumen has accepted the cancellation.
    pub(super) fn is_accepted(&mut self) {
        self.accepted = Some(Instant::now());
    }

    fn note(&mut self, news: &VoiceOrderSnapshot) {
        self.subject.learn(news);
        self.has_status |= self.subject.state(news).is_some();
    }

    /// Returns how the order has ended. The status decides: an order with a backorder sends the notification
    /// about its first numbers long before it ends.
    fn end(&self, news: &VoiceOrderSnapshot) -> Option<End> {
        let ended = match self.subject.state(news) {
            Some(VoiceOrderState::Completed) => Some(End::Complete),
            Some(state) if state.is_refusal() => Some(End::Cancelled),
            None if self.subject.part.is_none() => self.end_by_notifications(news),
            _ => None,
        };
        let late = || refusals(news).nth(self.refused_before);
        ended.or_else(|| late().map(|refusal| End::TooLate(refusal.quoted()))).or_else(|| {
            let can_be_refused = self.accepted.is_none_or(|at| at.elapsed() < TIME_TO_REFUSE);
            (!can_be_refused && !self.has_status).then_some(End::Untold)
        })
    }

    fn end_by_notifications(&self, news: &VoiceOrderSnapshot) -> Option<End> {
        let kind = self.subject.kind.unwrap_or(OrderKind::Reservation);
        match news.part_status(&OrderPart::default(), kind) {
            PartStatus::Refused(_) => Some(End::Cancelled),
            // The notification about the completion of a reservation may concern only its first numbers.
            PartStatus::Complete if kind != OrderKind::Reservation => Some(End::Complete),
            PartStatus::Complete | PartStatus::Running | PartStatus::Asking(_) => None,
        }
    }
}

/// The notifications that refuse a cancellation.
fn refusals(news: &VoiceOrderSnapshot) -> impl Iterator<Item = &Notification> {
    let is_refusal = |told: &&Notification| told.code.meaning() == Some(Meaning::TooLateToCancel);
    news.notifications.iter().filter(is_refusal)
}

impl Operation for CancelledOrder<'_> {
    type Outcome = End;

    fn title(&self) -> String {
        self.order.title()
    }

    fn unexpected(&mut self) -> &mut BTreeSet<String> {
        &mut self.order.unexpected
    }

    async fn check(&mut self, lumen: &Client) -> Result<Progress<End>, Error> {
        let news = self.order.check(lumen).await?;
        self.note(&news);
        Ok(match self.end(&news) {
            None => Progress::Running { retry_after: news.retry_after },
            Some(end) => Progress::Done(end),
        })
    }
}
