//! The simulated time: real time, run faster when asked, and moved forward by hand.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// No time is longer, so that times can be added without fear: a century.
const FOREVER: Duration = Duration::from_hours(100 * 365 * 24);

/// Tells the time as a duration since the start, and as a date for headers and the ledger.
///
/// It is built on tokio's clock, so that a test with paused time moves client and server together.
pub(crate) struct Clock {
    base: Timestamp,
    started: Instant,
    speed: f64,
    advanced: Duration,
}

impl Clock {
    pub(crate) fn starting_now(speed: f64) -> Clock {
        Clock { base: Timestamp::now(), started: Instant::now(), speed, advanced: Duration::ZERO }
    }

    /// Simulated time since the start.
    pub(crate) fn now(&self) -> Duration {
        seconds(self.started.elapsed().as_secs_f64() * self.speed) + self.advanced
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(by).min(FOREVER);
    }

    /// The date on the simulated calendar.
    pub(crate) fn date(&self, since_start: Duration) -> Timestamp {
        let elapsed = SignedDuration::try_from(since_start).unwrap_or(SignedDuration::MAX);
        self.base.saturating_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    /// The date as HTTP headers spell it.
    pub(crate) fn http_date(&self, since_start: Duration) -> String {
        self.date(since_start).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

/// Seconds as settings give them; what is no duration (negative, not a number) counts as none.
pub(crate) fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value).unwrap_or_default().min(FOREVER)
}
