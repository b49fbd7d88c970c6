//! The simulated clock: it can run faster than real time and can be advanced manually.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// The longest duration, a century. The limit makes sure that adding durations never overflows.
const LONGEST: Duration = Duration::from_hours(100 * 365 * 24);

/// Returns the simulated time as a duration since the start, and as a date for headers and the
/// ledger.
///
/// It is based on tokio's clock, so that a test with paused time advances client and server
/// together.
pub(crate) struct Clock {
    base: Timestamp,
    started: Instant,
    speed: f64,
    advanced: Duration,
}

impl Clock {
    /// A clock that shows this date now.
    pub(crate) fn starting(base: Timestamp, speed: f64) -> Clock {
        Clock { base, started: Instant::now(), speed, advanced: Duration::ZERO }
    }

    /// The simulated time since the start.
    pub(crate) fn now(&self) -> Duration {
        seconds(self.started.elapsed().as_secs_f64() * self.speed) + self.advanced
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(by).min(LONGEST);
    }

    /// The date on the simulated calendar.
    pub(crate) fn date(&self, since_start: Duration) -> Timestamp {
        let elapsed = SignedDuration::try_from(since_start).unwrap_or(SignedDuration::MAX);
        self.base.saturating_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    /// The date in the format of HTTP headers.
    pub(crate) fn http_date(&self, since_start: Duration) -> String {
        self.date(since_start).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

/// Converts a number of seconds from the settings. A value that is not a duration (negative or not
/// a number) becomes zero.
pub(crate) fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value).unwrap_or_default().min(LONGEST)
}
