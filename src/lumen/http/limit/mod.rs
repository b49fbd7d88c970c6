//! Limits how many requests are in flight and how many are sent per second, for a whole run.
//!
//! A request first waits for a permit (`permits`). Permits go to orders, plans and reads in turn. The request
//! then waits until the rate allows it (`rate`). The user limits the rate, and Lumen lowers it by refusing
//! requests.

mod permits;
mod rate;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tracing::{debug, warn};

use crate::lumen::http::notices::Notice;
use permits::FairPermits;
pub(in crate::lumen) use permits::{Permit, RequestClass};
use rate::RateController;

/// The user is warned when requests have waited for this long.
const WORTH_A_WARNING: Duration = Duration::from_mins(1);

/// A wait of at least this length is logged.
const WORTH_A_LINE: Duration = Duration::from_secs(1);

/// What makes requests wait.
pub(in crate::lumen) struct Limit {
    permits: Arc<FairPermits>,
    rate: Mutex<RateController>,
    held_up: Mutex<HeldUp>,
}

/// How long requests have waited for the rate. Time during which several of them wait counts once.
#[derive(Default)]
struct HeldUp {
    waiting: u32,
    since: Option<Instant>,
    total: Duration,
    by_lumen: bool,
    is_told: bool,
}

impl Limit {
    /// Allows at most `concurrent` requests at once, and `per_second` requests per second. Both are above 0,
    /// because `Settings::check` has checked them.
    pub(in crate::lumen) fn new(concurrent: usize, per_second: Option<f64>) -> Self {
        Self {
            permits: Arc::new(FairPermits::new(concurrent)),
            rate: Mutex::new(RateController::new(per_second)),
            held_up: Mutex::default(),
        }
    }

    /// Waits until a request may be sent. Dropping the permit allows another request.
    pub(in crate::lumen) async fn acquire(&self, class: RequestClass) -> Permit {
        let permit = FairPermits::acquire(&self.permits, class).await;
        let arrived = Instant::now();
        let mut due = self.rate().reserve(arrived);
        if due <= arrived {
            return permit;
        }
        let _waiting = Waiting::new(&self.held_up, arrived);
        loop {
            sleep_until(due).await;
            let now = Instant::now();
            let mut rate = self.rate();
            // Lumen may have refused another request in the meantime.
            if !rate.is_paused(now) {
                break;
            }
            due = rate.reserve(now);
        }
        let waited = arrived.elapsed();
        if WORTH_A_LINE <= waited {
            let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
            debug!(waited_ms, ?class, "a request was held back by the rate limit");
        }
        permit
    }

    /// Waits because Lumen asks for fewer requests. No other request is sent during the pause, and fewer are
    /// sent per second after it.
    pub(in crate::lumen) async fn wait_out(&self, endpoint: &str, pause: Duration) {
        self.refused(endpoint, pause);
        let _waiting = Waiting::new(&self.held_up, Instant::now());
        tokio::time::sleep(pause).await;
    }

    fn refused(&self, endpoint: &str, pause: Duration) {
        self.held_up.lock().unwrap_or_else(PoisonError::into_inner).by_lumen = true;
        if let Some(per_second) = self.rate().refused(Instant::now(), pause) {
            let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            warn!(
                endpoint,
                pause_ms, per_second, "Lumen is limiting the request rate: all requests wait"
            );
        }
    }

    /// Returns a notice that requests have waited for a long time, once per run.
    pub(in crate::lumen) fn take_held_up(&self) -> Option<Notice> {
        let mut held_up = self.held_up.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = held_up.total(Instant::now());
        if held_up.is_told || waited < WORTH_A_WARNING {
            return None;
        }
        held_up.is_told = true;
        Some(Notice::HeldUp { waited, by_lumen: held_up.by_lumen })
    }

    fn rate(&self) -> MutexGuard<'_, RateController> {
        self.rate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HeldUp {
    fn total(&self, now: Instant) -> Duration {
        self.total + self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

/// Marks a request that waits for the rate, until this is dropped.
struct Waiting<'a>(&'a Mutex<HeldUp>);

impl<'a> Waiting<'a> {
    fn new(held_up: &'a Mutex<HeldUp>, now: Instant) -> Self {
        let mut held = held_up.lock().unwrap_or_else(PoisonError::into_inner);
        held.waiting += 1;
        held.since.get_or_insert(now);
        drop(held);
        Self(held_up)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.waiting -= 1;
        if held.waiting == 0 {
            held.total = held.total(Instant::now());
            held.since = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_refusal_holds_all_requests_and_spaces_them_afterwards() {
        let limit = Limit::new(8, None);
        let started = Instant::now();
        drop(limit.acquire(RequestClass::Read).await);
        limit.refused("GET /a", Duration::from_secs(5));
        let left = join_all((0..4).map(|_| async {
            let permit = limit.acquire(RequestClass::Read).await;
            drop(permit);
            started.elapsed().as_millis()
        }))
        .await;
        assert!(left.iter().all(|left| 5_000 <= *left), "{left:?}");
        assert!(left.windows(2).all(|two| two[0] + 400 < two[1]), "spaced: {left:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_waits_during_another_refusal_waits_longer() {
        let limit = Limit::new(8, None);
        let started = Instant::now();
        limit.refused("GET /a", Duration::from_secs(5));
        let (left, ()) = tokio::join!(
            async {
                drop(limit.acquire(RequestClass::Read).await);
                started.elapsed().as_secs()
            },
            async {
                tokio::time::sleep(Duration::from_secs(4)).await;
                limit.refused("GET /a", Duration::from_secs(10));
            }
        );
        assert_eq!(left, 14);
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_of_waiting_is_reported_once() {
        let limit = Limit::new(8, None);
        limit.refused("GET /a", Duration::from_secs(40));
        drop(join_all((0..3).map(|_| limit.acquire(RequestClass::Read))).await);
        assert_eq!(limit.take_held_up(), None);
        limit.refused("GET /a", Duration::from_secs(20));
        drop(join_all((0..3).map(|_| limit.acquire(RequestClass::Order))).await);
        let told = limit.take_held_up();
        let Some(Notice::HeldUp { waited, by_lumen: true }) = told else { panic!("{told:?}") };
        assert!((60..65).contains(&waited.as_secs()), "{waited:?}");
        assert_eq!(limit.take_held_up(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_no_request_waits() {
        let limit = Limit::new(1000, None);
        let started = Instant::now();
        let permits = join_all((0..1000).map(|_| limit.acquire(RequestClass::Read))).await;
        assert_eq!((permits.len(), started.elapsed()), (1000, Duration::ZERO));
        assert_eq!(limit.take_held_up(), None);
    }
}
