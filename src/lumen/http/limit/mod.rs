//! How many requests are in flight, and how many leave in a second: one limit for all of a run.
//!
//! A request first takes its turn (`lanes`), so that orders, plans and reads get on side by side, and
//! then keeps the pace (`pace`), which the user sets and Lumen slows down by refusing.

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

/// A user hears of it when a run has been held up for so long.
const WORTH_A_WARNING: Duration = Duration::from_mins(1);

/// A wait of this length is worth a line of the log.
const WORTH_A_LINE: Duration = Duration::from_secs(1);

/// What holds requests back.
pub(in crate::lumen) struct Limit {
    lanes: Arc<FairPermits>,
    pace: Mutex<RateController>,
    held_up: Mutex<HeldUp>,
}

/// How long requests have been waiting for the pace: however many at once, an hour is an hour.
#[derive(Default)]
struct HeldUp {
    waiting: u32,
    since: Option<Instant>,
    total: Duration,
    by_lumen: bool,
    is_told: bool,
}

impl Limit {
    /// At most `concurrent` requests at once and `per_second` in a second, which is above 0; the
    /// settings have checked both.
    pub(in crate::lumen) fn new(concurrent: usize, per_second: Option<f64>) -> Self {
        Self {
            lanes: Arc::new(FairPermits::new(concurrent)),
            pace: Mutex::new(RateController::new(per_second)),
            held_up: Mutex::default(),
        }
    }

    /// Waits until a request may leave; the next one's turn comes when this is dropped.
    pub(in crate::lumen) async fn turn(&self, lane: RequestClass) -> Permit {
        let turn = FairPermits::turn(&self.lanes, lane).await;
        let arrived = Instant::now();
        let mut leaves = self.pace().reserve(arrived);
        if leaves <= arrived {
            return turn;
        }
        let _waiting = Waiting::new(&self.held_up, arrived);
        loop {
            sleep_until(leaves).await;
            let now = Instant::now();
            let mut pace = self.pace();
            // Lumen may have refused another request meanwhile.
            if !pace.is_closed(now) {
                break;
            }
            leaves = pace.reserve(now);
        }
        let waited = arrived.elapsed();
        if WORTH_A_LINE <= waited {
            let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
            debug!(waited_ms, ?lane, "a request was held back by the rate limit");
        }
        turn
    }

    /// Lumen asks for fewer requests: waits for so long, during which no other one leaves either, and
    /// fewer in a second afterwards.
    pub(in crate::lumen) async fn wait_out(&self, endpoint: &str, pause: Duration) {
        self.refused(endpoint, pause);
        let _waiting = Waiting::new(&self.held_up, Instant::now());
        tokio::time::sleep(pause).await;
    }

    fn refused(&self, endpoint: &str, pause: Duration) {
        self.held_up.lock().unwrap_or_else(PoisonError::into_inner).by_lumen = true;
        if let Some(per_second) = self.pace().refused(Instant::now(), pause) {
            let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            warn!(
                endpoint,
                pause_ms, per_second, "Lumen asks for fewer requests: all of them wait"
            );
        }
    }

    /// That the run has been held up, once that is worth telling, and once only.
    pub(in crate::lumen) fn take_held_up(&self) -> Option<Notice> {
        let mut held_up = self.held_up.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = held_up.total(Instant::now());
        if held_up.is_told || waited < WORTH_A_WARNING {
            return None;
        }
        held_up.is_told = true;
        Some(Notice::HeldUp { waited, by_lumen: held_up.by_lumen })
    }

    fn pace(&self) -> MutexGuard<'_, RateController> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HeldUp {
    fn total(&self, now: Instant) -> Duration {
        self.total + self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

/// A request that is held back.
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
    async fn a_refusal_holds_everybody_and_nobody_comes_back_in_a_herd() {
        let limit = Limit::new(8, None);
        let started = Instant::now();
        drop(limit.turn(RequestClass::Read).await);
        limit.refused("GET /a", Duration::from_secs(5));
        let left = join_all((0..4).map(|_| async {
            let turn = limit.turn(RequestClass::Read).await;
            drop(turn);
            started.elapsed().as_millis()
        }))
        .await;
        assert!(left.iter().all(|left| 5_000 <= *left), "{left:?}");
        assert!(left.windows(2).all(|two| two[0] + 400 < two[1]), "spaced: {left:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_while_lumen_refuses_again_waits_on() {
        let limit = Limit::new(8, None);
        let started = Instant::now();
        limit.refused("GET /a", Duration::from_secs(5));
        let (left, ()) = tokio::join!(
            async {
                drop(limit.turn(RequestClass::Read).await);
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
    async fn a_minute_is_told_once() {
        let limit = Limit::new(8, None);
        limit.refused("GET /a", Duration::from_secs(40));
        drop(join_all((0..3).map(|_| limit.turn(RequestClass::Read))).await);
        assert_eq!(limit.take_held_up(), None);
        limit.refused("GET /a", Duration::from_secs(20));
        drop(join_all((0..3).map(|_| limit.turn(RequestClass::Order))).await);
        let told = limit.take_held_up();
        let Some(Notice::HeldUp { waited, by_lumen: true }) = told else { panic!("{told:?}") };
        assert!((60..65).contains(&waited.as_secs()), "{waited:?}");
        assert_eq!(limit.take_held_up(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nobody_waits() {
        let limit = Limit::new(1000, None);
        let started = Instant::now();
        let turns = join_all((0..1000).map(|_| limit.turn(RequestClass::Read))).await;
        assert_eq!((turns.len(), started.elapsed()), (1000, Duration::ZERO));
        assert_eq!(limit.take_held_up(), None);
    }
}
