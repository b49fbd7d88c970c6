//! What is decided about an order when it is accepted.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::settings::VoiceSettings;
use crate::state::Simulation;

/// What was decided when an order was accepted.
#[derive(Clone)]
pub(crate) struct Acceptance {
    pub(crate) voice_order_id: String,
    pub(crate) at: Duration,
    pub(crate) date: Timestamp,
    /// The settings at that time.
    pub(crate) rules: VoiceSettings,
    /// The notification that the settings chose for this order.
    pub(crate) forced_notification: Option<u32>,
}

impl Acceptance {
    /// The simulated time of a date; zero if the date is before the start.
    pub(crate) fn time_of(&self, date: Timestamp) -> Duration {
        let ahead = date.duration_since(self.date);
        let distance = ahead.unsigned_abs();
        if ahead.is_negative() {
            self.at.saturating_sub(distance)
        } else {
            self.at.saturating_add(distance)
        }
    }

    /// The date of a simulated time.
    pub(crate) fn date_of(&self, at: Duration) -> Timestamp {
        let later = SignedDuration::try_from(at.saturating_sub(self.at));
        self.date.saturating_add(later.unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MAX)
    }
}

impl Simulation {
    /// Numbers an order, and keeps the settings that apply to it.
    pub(crate) fn acceptance(&mut self) -> Acceptance {
        let now = self.clock.now();
        let rules = &mut self.settings.voice;
        let forced = &mut rules.next_notifications;
        let forced_notification = (!forced.is_empty()).then(|| forced.remove(0));
        Acceptance {
            voice_order_id: self.voice.next_order_id(),
            at: now,
            date: self.clock.date(now),
            rules: rules.clone(),
            forced_notification,
        }
    }
}
