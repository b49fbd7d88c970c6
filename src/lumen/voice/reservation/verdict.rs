//! Judges a reservation's order by its status and its notifications.

use super::super::order_status::{PartStatus, explains, note_new, part_status, refusal};
use super::super::{Notification, OrderKind, VoiceOrderState};
use super::{Reservation, ShortageAnswer};
use crate::lumen::long_running::{Operation as _, Refusal, unknown_word};

const KIND: OrderKind = OrderKind::Reservation;

/// The progress of the order, according to its status and its notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Running,
    NeedsAnswer(Notification),
    Complete,
    Failed(Refusal),
}

impl Reservation {
    pub(super) fn note_status(&mut self, state: Option<&VoiceOrderState>) {
        if let Some(state) = state {
            self.status = Some(state.to_string());
        }
        if let Some(VoiceOrderState::Unrecognized(word)) = state {
            let unexpected = unknown_word(&self.title(), word);
            self.unexpected.insert(unexpected);
        }
    }

    /// Adds new notifications and keeps the old ones.
    pub(super) fn note_notifications(&mut self, told: &[Notification]) {
        note_new(&mut self.notifications, told);
        let unexpected: Vec<_> = self.ours().filter_map(|told| told.unexpected(KIND)).collect();
        self.unexpected.extend(unexpected);
    }

    pub(super) fn judge(&self, state: Option<&VoiceOrderState>) -> Verdict {
        match part_status(self.ours(), state, KIND) {
            PartStatus::Complete => Verdict::Complete,
            PartStatus::Refused(reason) => Verdict::Failed(self.refusal(reason, state)),
            PartStatus::Asking(shortage) if !self.answered => {
                Verdict::NeedsAnswer(shortage.clone())
            }
            PartStatus::Asking(_) | PartStatus::Running => Verdict::Running,
        }
    }

    /// Whether Lumen's reason is known, if Lumen has refused the order.
    pub(super) fn is_explained(&self, state: Option<&VoiceOrderState>) -> bool {
        match part_status(self.ours(), state, KIND) {
            PartStatus::Refused(reason) => {
                self.was_rejected() || reason.is_some_and(|reason| explains(reason, state, KIND))
            }
            _ => true,
        }
    }

    /// Why there are no numbers: our own answer if it was the reason, or else Lumen's reason.
    pub(super) fn refusal(
        &self,
        reason: Option<&Notification>,
        state: Option<&VoiceOrderState>,
    ) -> Refusal {
        let failed_otherwise = reason
            .is_some_and(|reason| reason.is_failure(KIND) && !reason.is_cancellation_as_asked());
        let by_our_answer = self.was_rejected() && !failed_otherwise;
        if let Some(shortage) = self.shortage().filter(|_| by_our_answer) {
            let quoted = shortage.quoted();
            let reason =
                format!("Lumen has too few numbers, and the answer was `reject`: {quoted}");
            return Refusal { code: Some(shortage.code.to_string()), reason };
        }
        // If Lumen gives no reason, a shortage that was not answered is the best explanation.
        let reason = reason.or_else(|| self.shortage().filter(|_| !self.answered));
        refusal(reason, state)
    }

    pub(super) fn shortage(&self) -> Option<&Notification> {
        self.ours().filter(|told| told.is_shortage()).last()
    }

    pub(super) fn was_rejected(&self) -> bool {
        self.answered && self.on_shortage == ShortageAnswer::Reject
    }
}
