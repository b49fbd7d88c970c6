//! Decides at which rate requests are sent. The decisions are pure: they depend only on the instants that
//! they are given.
//!
//! A refusal halves the rate, which then grows again slowly.

use std::time::Duration;

use tokio::time::Instant;

/// No refusal lowers the rate below this many requests per second.
const SLOWEST: f64 = 1.0;

/// After a refusal, the rate grows by this factor each second, until it no longer limits anything.
const GROWTH: f64 = 1.2;
const FAST_ENOUGH: f64 = 1000.0;

/// Decides when a request may be sent.
///
/// With a limit set by the user, the requests of the first second are sent at once, and the others are
/// spaced evenly. When Lumen refuses a request, nothing is sent during the pause. After the pause, half as
/// many requests per second are sent as before, and the rate grows slowly: if all requests were sent when the
/// pause ends, Lumen would refuse them again.
#[derive(Debug)]
pub(super) struct RateController {
    /// The user's limit, in requests per second.
    limit: Option<f64>,
    /// When the next request would be due if all requests were spaced evenly.
    due: Option<Instant>,
    slowed: Option<Slowed>,
    recent: Recent,
}

/// The effect of a refusal.
#[derive(Debug, Clone, Copy)]
struct Slowed {
    /// When the pause ends.
    until: Instant,
    /// How many requests are sent in the first second after the pause.
    per_second: f64,
}

/// How many requests were sent in the last two seconds.
#[derive(Debug, Default)]
struct Recent {
    second: Option<Instant>,
    now: u32,
    before: u32,
}

impl RateController {
    /// Creates a controller. `limit` must be above 0.
    pub(super) fn new(limit: Option<f64>) -> Self {
        Self { limit, due: None, slowed: None, recent: Recent::default() }
    }

    /// Reserves a place for a request, and returns when it may be sent.
    pub(super) fn reserve(&mut self, now: Instant) -> Instant {
        let slowed = self.slowed.filter(|slowed| slowed.per_second(now) < FAST_ENOUGH);
        let opens = slowed.map_or(now, |slowed| slowed.until.max(now));
        let lowered = slowed.map(|slowed| slowed.per_second(opens));
        let rate = match (self.limit, lowered) {
            (Some(limit), Some(lowered)) => limit.min(lowered),
            (Some(rate), None) | (None, Some(rate)) => rate,
            (None, None) => {
                self.recent.note(now);
                return now;
            }
        };
        let spacing = Duration::try_from_secs_f64(rate.recip()).unwrap_or(Duration::MAX);
        // The user's limit allows one second's worth of requests at once. After a refusal, that would be too
        // many.
        let burst = match slowed {
            Some(_) => Duration::ZERO,
            None => Duration::from_secs(1).saturating_sub(spacing),
        };
        let own = self.due.map_or(opens, |due| due.max(opens));
        self.due = own.checked_add(spacing).or(self.due);
        let due = own.checked_sub(burst).map_or(opens, |early| early.max(opens));
        self.recent.note(due);
        due
    }

    /// Whether nothing may be sent because of a refusal.
    pub(super) fn is_paused(&self, now: Instant) -> bool {
        self.slowed.is_some_and(|slowed| now < slowed.until)
    }

    /// Records that Lumen refused a request. Returns the rate after the pause. For further refusals of
    /// requests that were in flight at the same time, returns `None`.
    pub(super) fn refused(&mut self, now: Instant, pause: Duration) -> Option<f64> {
        let until = now.checked_add(pause).unwrap_or(now);
        if let Some(slowed) = self.slowed.as_mut().filter(|slowed| now < slowed.until) {
            slowed.until = slowed.until.max(until);
            return None;
        }
        let per_second = (self.recent.per_second(now) / 2.0).max(SLOWEST);
        self.slowed = Some(Slowed { until, per_second });
        self.due = Some(until);
        Some(per_second)
    }
}

impl Slowed {
    fn per_second(&self, now: Instant) -> f64 {
        let open = now.saturating_duration_since(self.until).as_secs_f64();
        self.per_second * GROWTH.powf(open)
    }
}

impl Recent {
    fn note(&mut self, due: Instant) {
        self.advance(due);
        self.now += 1;
    }

    /// The number of requests in the busier of the two seconds.
    fn per_second(&mut self, now: Instant) -> f64 {
        self.advance(now);
        f64::from(self.now.max(self.before))
    }

    fn advance(&mut self, now: Instant) {
        const SECOND: Duration = Duration::from_secs(1);
        let Some(second) = self.second else {
            self.second = Some(now);
            return;
        };
        let past = now.saturating_duration_since(second);
        if past < SECOND {
            return;
        }
        self.before = if past < 2 * SECOND { self.now } else { 0 };
        self.now = 0;
        self.second = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaving(rate: &mut RateController, now: Instant, requests: usize) -> Vec<u128> {
        (0..requests).map(|_| (rate.reserve(now) - now).as_millis()).collect()
    }

    #[test]
    fn a_second_s_worth_leaves_at_once_and_the_rest_is_spaced() {
        let mut rate = RateController::new(Some(2.0));
        let now = Instant::now();
        assert_eq!(leaving(&mut rate, now, 5), [0, 0, 500, 1000, 1500]);
        let later = now + Duration::from_mins(1);
        assert_eq!(rate.reserve(later), later, "unused time is not saved up");
    }

    #[test]
    fn less_than_one_request_a_second_has_no_burst() {
        assert_eq!(
            leaving(&mut RateController::new(Some(0.5)), Instant::now(), 3),
            [0, 2000, 4000]
        );
    }

    #[test]
    fn a_refusal_halves_the_rate_after_a_pause() {
        let mut rate = RateController::new(None);
        let now = Instant::now();
        assert_eq!(leaving(&mut rate, now, 20), [0; 20]);
        assert_eq!(rate.refused(now, Duration::from_secs(3)), Some(10.0));
        assert!(rate.is_paused(now));
        assert_eq!(leaving(&mut rate, now, 4), [3000, 3100, 3200, 3300]);
        assert_eq!(rate.refused(now, Duration::from_secs(1)), None, "one refusal for all");
        let open = now + Duration::from_secs(3);
        assert!(!rate.is_paused(open));
    }

    #[test]
    fn the_rate_grows_again_until_it_no_longer_limits() {
        let mut rate = RateController::new(None);
        let now = Instant::now();
        rate.refused(now, Duration::ZERO);
        let spacing = |rate: &mut RateController, seconds| {
            let then = now + Duration::from_secs(seconds);
            let first = rate.reserve(then);
            (rate.reserve(then) - first).as_millis()
        };
        assert_eq!(spacing(&mut rate, 0), 1000);
        assert_eq!(spacing(&mut rate, 10), 161);
        assert_eq!(spacing(&mut rate, 30), 4);
        assert_eq!(spacing(&mut rate, 80), 0);
    }

    #[test]
    fn a_user_s_limit_holds_after_a_refusal_too() {
        let mut rate = RateController::new(Some(2.0));
        let now = Instant::now();
        rate.refused(now, Duration::ZERO);
        let later = now + Duration::from_secs(20);
        assert_eq!(leaving(&mut rate, later, 3), [0, 500, 1000]);
    }
}
