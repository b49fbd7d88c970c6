//! The client's own rate limit.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Requests are spaced evenly, after a first second's worth that may leave at once.
///
/// It waits on Tokio's clock, so that tests can jump over the waits.
#[derive(Debug)]
pub(super) struct RateLimit {
    spacing: Duration,
    /// How far ahead of the even spacing requests may run.
    burst: Duration,
    /// When the next request is due if all of them are spaced evenly.
    due: Mutex<Option<Instant>>,
}

impl RateLimit {
    /// `rate` is above 0, which the settings have checked.
    pub(super) fn per_second(rate: f64) -> Self {
        let spacing = Duration::try_from_secs_f64(rate.recip()).unwrap_or(Duration::MAX);
        let burst = Duration::from_secs(1).saturating_sub(spacing);
        Self { spacing, burst, due: Mutex::new(None) }
    }

    pub(super) async fn wait(&self) {
        tokio::time::sleep_until(self.reserve(Instant::now())).await;
    }

    /// Takes the next place in the queue: when the request may leave.
    fn reserve(&self, now: Instant) -> Instant {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let own = due.map_or(now, |due| due.max(now));
        *due = own.checked_add(self.spacing).or(*due);
        own.checked_sub(self.burst).map_or(now, |early| early.max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_s_worth_leaves_at_once_and_the_rest_is_spaced() {
        let limit = RateLimit::per_second(2.0);
        let now = Instant::now();
        let waits = [(); 5].map(|()| (limit.reserve(now) - now).as_millis());
        assert_eq!(waits, [0, 0, 500, 1000, 1500]);
        let later = now + Duration::from_mins(1);
        assert_eq!(limit.reserve(later), later, "unused time is not saved up");
    }

    #[test]
    fn less_than_one_request_a_second_has_no_burst() {
        let limit = RateLimit::per_second(0.5);
        let now = Instant::now();
        assert_eq!([(); 3].map(|()| (limit.reserve(now) - now).as_secs()), [0, 2, 4]);
    }
}
