//! How many requests leave in a second: pure decisions about instants.

use std::time::Duration;

use tokio::time::Instant;

/// No refusal makes us slower than this many requests in a second.
const SLOWEST: f64 = 1.0;

/// After a refusal, the pace grows by so much in a second, until it no longer matters.
const GROWTH: f64 = 1.2;
const FAST_ENOUGH: f64 = 1000.0;

/// Requests that may leave, and when.
///
/// A user's limit lets a first second's worth leave at once, and spaces the rest evenly. When Lumen
/// refuses, nothing leaves during the pause, then half as many in a second as before, growing slowly:
/// a pause that ended for all at once would end in the next refusal.
#[derive(Debug)]
pub(super) struct RateController {
    /// The user's limit, in requests a second.
    limit: Option<f64>,
    /// When the next request is due if all of them are spaced evenly.
    due: Option<Instant>,
    slowed: Option<Slowed>,
    recent: Recent,
}

/// What a refusal taught.
#[derive(Debug, Clone, Copy)]
struct Slowed {
    /// When the pause ends.
    until: Instant,
    /// How many requests leave in the first second after it.
    per_second: f64,
}

/// How many requests left lately.
#[derive(Debug, Default)]
struct Recent {
    second: Option<Instant>,
    now: u32,
    before: u32,
}

impl RateController {
    /// `limit` is above 0.
    pub(super) fn new(limit: Option<f64>) -> Self {
        Self { limit, due: None, slowed: None, recent: Recent::default() }
    }

    /// Takes the next place in the queue: when the request may leave.
    pub(super) fn reserve(&mut self, now: Instant) -> Instant {
        let slowed = self.slowed.filter(|slowed| slowed.per_second(now) < FAST_ENOUGH);
        let opens = slowed.map_or(now, |slowed| slowed.until.max(now));
        let taught = slowed.map(|slowed| slowed.per_second(opens));
        let rate = match (self.limit, taught) {
            (Some(limit), Some(taught)) => limit.min(taught),
            (Some(rate), None) | (None, Some(rate)) => rate,
            (None, None) => {
                self.recent.note(now);
                return now;
            }
        };
        let spacing = Duration::try_from_secs_f64(rate.recip()).unwrap_or(Duration::MAX);
        // A second's worth at once is the user's own limit; Lumen has just refused as much.
        let burst = match slowed {
            Some(_) => Duration::ZERO,
            None => Duration::from_secs(1).saturating_sub(spacing),
        };
        let own = self.due.map_or(opens, |due| due.max(opens));
        self.due = own.checked_add(spacing).or(self.due);
        let leaves = own.checked_sub(burst).map_or(opens, |early| early.max(opens));
        self.recent.note(leaves);
        leaves
    }

    /// Whether nothing may leave.
    pub(super) fn is_closed(&self, now: Instant) -> bool {
        self.slowed.is_some_and(|slowed| now < slowed.until)
    }

    /// Lumen refused a request. How many leave in a second after the pause, if that is news: requests
    /// that were on their way together are refused together.
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
    fn note(&mut self, leaves: Instant) {
        self.turn(leaves);
        self.now += 1;
    }

    /// Those of the busier of the last two seconds.
    fn per_second(&mut self, now: Instant) -> f64 {
        self.turn(now);
        f64::from(self.now.max(self.before))
    }

    fn turn(&mut self, now: Instant) {
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

    fn leaving(pace: &mut RateController, now: Instant, requests: usize) -> Vec<u128> {
        (0..requests).map(|_| (pace.reserve(now) - now).as_millis()).collect()
    }

    #[test]
    fn a_second_s_worth_leaves_at_once_and_the_rest_is_spaced() {
        let mut pace = RateController::new(Some(2.0));
        let now = Instant::now();
        assert_eq!(leaving(&mut pace, now, 5), [0, 0, 500, 1000, 1500]);
        let later = now + Duration::from_mins(1);
        assert_eq!(pace.reserve(later), later, "unused time is not saved up");
    }

    #[test]
    fn less_than_one_request_a_second_has_no_burst() {
        assert_eq!(
            leaving(&mut RateController::new(Some(0.5)), Instant::now(), 3),
            [0, 2000, 4000]
        );
    }

    #[test]
    fn a_refusal_halves_the_pace_after_a_pause() {
        let mut pace = RateController::new(None);
        let now = Instant::now();
        assert_eq!(leaving(&mut pace, now, 20), [0; 20]);
        assert_eq!(pace.refused(now, Duration::from_secs(3)), Some(10.0));
        assert!(pace.is_closed(now));
        assert_eq!(leaving(&mut pace, now, 4), [3000, 3100, 3200, 3300]);
        assert_eq!(pace.refused(now, Duration::from_secs(1)), None, "one refusal for all");
        let open = now + Duration::from_secs(3);
        assert!(!pace.is_closed(open));
    }

    #[test]
    fn the_pace_grows_again_until_it_no_longer_matters() {
        let mut pace = RateController::new(None);
        let now = Instant::now();
        pace.refused(now, Duration::ZERO);
        let spacing = |pace: &mut RateController, seconds| {
            let then = now + Duration::from_secs(seconds);
            let first = pace.reserve(then);
            (pace.reserve(then) - first).as_millis()
        };
        assert_eq!(spacing(&mut pace, 0), 1000);
        assert_eq!(spacing(&mut pace, 10), 161);
        assert_eq!(spacing(&mut pace, 30), 4);
        assert_eq!(spacing(&mut pace, 80), 0);
    }

    #[test]
    fn a_user_s_limit_holds_after_a_refusal_too() {
        let mut pace = RateController::new(Some(2.0));
        let now = Instant::now();
        pace.refused(now, Duration::ZERO);
        let later = now + Duration::from_secs(20);
        assert_eq!(leaving(&mut pace, later, 3), [0, 500, 1000]);
    }
}
