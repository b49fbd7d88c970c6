//! Following what Lumen works on until it has ended: one mechanism for all orders.
//!
//! What is followed says how it is looked at; here are the pace, the patience and the end.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{Client, Error, ObjectId};
use crate::lumen::http::settings::Poll;

/// How long Lumen may not know an order that it has just accepted.
pub(super) const GRACE: Duration = Duration::from_mins(2);

/// So many looks in a row may fail in a way that doesn't pass before following is given up.
const HOPELESS_LOOKS: u32 = 3;

/// No setting makes following a busy loop.
pub(super) const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// Something that Lumen accepted and is working on.
pub trait Operation: Send {
    /// What there is when it has succeeded.
    type Outcome: Send;

    /// How to speak of it: `order request 1ec0b2a0`.
    fn title(&self) -> String;

    /// What was seen on the way that a user should hear of, such as unknown status words.
    fn oddities(&mut self) -> &mut BTreeSet<String>;

    /// Whether Lumen said at the last look that it has succeeded, although nothing shows that.
    fn has_succeeded_unseen(&self) -> bool {
        false
    }

    /// Looks at it once, and notes in it what is new.
    ///
    /// # Errors
    /// Those of the endpoints that are asked; the operation stands whatever the error.
    fn check(
        &mut self,
        lumen: &Client,
    ) -> impl Future<Output = Result<Progress<Self::Outcome>, Error>> + Send;
}

/// What one look found. Whatever else it learned is in the [`Operation`].
#[derive(Debug, PartialEq, Eq)]
pub enum Progress<Outcome> {
    /// It has succeeded.
    Done(Outcome),
    /// Not yet.
    Running {
        /// When Lumen wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// Several new objects fit the order: only a user can tell which one it built.
    Ambiguous(Vec<ObjectId>),
    /// Lumen won't do it.
    Failed(Refusal),
}

/// The end of an operation that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// Lumen's code, where it has one.
    pub code: Option<String>,
    /// Lumen's reason, or the best that can be said.
    pub reason: String,
}

/// How following ended.
#[derive(Debug)]
pub enum Followed<Outcome> {
    /// It has succeeded.
    Done(Outcome),
    /// The operation stands, and can be followed again later.
    StillPending(PendingReason),
    /// Lumen won't do it.
    Failed(Refusal),
}

/// Why an operation was not followed to its end.
#[derive(Debug)]
pub enum PendingReason {
    /// Time is up.
    DeadlinePassed,
    /// Someone asked to stop.
    Stopped,
    /// Looking failed in a way that doesn't pass.
    Unreachable(Error),
    /// Several new objects fit the order: only a user can tell which one it built.
    Ambiguous(Vec<ObjectId>),
}

impl Client {
    /// Looks at an operation until it has ended, time is up, or `stop` is cancelled.
    ///
    /// Errors that pass are waited out; others end it after some looks. The operation stands in
    /// either case, and its oddities hold what a user should hear of.
    pub async fn follow<O: Operation>(
        &self,
        operation: &mut O,
        deadline: Instant,
        stop: &CancellationToken,
    ) -> Followed<O::Outcome> {
        let followed = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            followed = self.follow_on(operation, deadline) => Some(followed),
        };
        followed.unwrap_or(Followed::StillPending(PendingReason::Stopped))
    }

    async fn follow_on<O: Operation>(
        &self,
        operation: &mut O,
        deadline: Instant,
    ) -> Followed<O::Outcome> {
        let mut pace = PollBackoff::new(self.settings().poll);
        let mut hopeless = 0;
        let mut failure = None;
        loop {
            let looked = tokio::time::timeout_at(deadline, operation.check(self)).await;
            let retry_after = match looked {
                Err(_) => break,
                Ok(Ok(Progress::Done(outcome))) => return Followed::Done(outcome),
                Ok(Ok(Progress::Failed(refusal))) => return Followed::Failed(refusal),
                Ok(Ok(Progress::Ambiguous(candidates))) => {
                    return Followed::StillPending(PendingReason::Ambiguous(candidates));
                }
                Ok(Ok(Progress::Running { retry_after })) => {
                    (hopeless, failure) = (0, None);
                    retry_after
                }
                Ok(Err(error)) => {
                    hopeless += u32::from(!error.is_passing());
                    if hopeless == HOPELESS_LOOKS {
                        return Followed::StillPending(PendingReason::Unreachable(error));
                    }
                    let title = operation.title();
                    failure = Some(format!("the last look at {title} failed: {error}"));
                    if let Error::RateLimited { retry_after, .. } = error {
                        retry_after
                    } else {
                        None
                    }
                }
            };
            let next_look = Instant::now().checked_add(pace.next(retry_after));
            sleep_until(next_look.map_or(deadline, |next_look| next_look.min(deadline))).await;
            if deadline <= Instant::now() {
                break;
            }
        }
        operation.oddities().extend(failure);
        Followed::StillPending(PendingReason::DeadlinePassed)
    }
}

/// What a user should hear of a word that nobody has seen.
pub(super) fn unknown_word(what: &str, word: &str) -> String {
    if word.is_empty() {
        format!("Lumen does not say how {what} fares")
    } else {
        format!(
            "Lumen says that {what} is \"{word}\", a word without a known meaning, which is taken for \"not yet\""
        )
    }
}

/// The pauses between looks.
struct PollBackoff {
    next: Duration,
    longest: Duration,
}

impl PollBackoff {
    fn new(Poll { interval, interval_max }: Poll) -> Self {
        Self { next: interval.min(interval_max), longest: interval_max }
    }

    /// At least as long as Lumen asks, or else growing by half each time; a tenth of it is left to
    /// chance, so that orders placed together are not looked at together.
    fn next(&mut self, retry_after: Option<Duration>) -> Duration {
        let chance = |pause: Duration| (pause / 10).mul_f64(fastrand::f64());
        if let Some(asked) = retry_after.filter(|asked| !asked.is_zero()) {
            return asked.saturating_add(chance(asked));
        }
        let longest = self.next;
        self.next = (self.next.saturating_mul(3) / 2).min(self.longest);
        longest.saturating_sub(chance(longest)).max(SHORTEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_grows_by_half_within_bounds_whatever_the_settings() {
        let mut pace = PollBackoff::new(Poll {
            interval: Duration::from_secs(10),
            interval_max: Duration::from_secs(20),
        });
        for longest in [10, 15, 20, 20] {
            let pause = pace.next(None).as_secs_f64();
            assert!((f64::from(longest) * 0.9..=f64::from(longest)).contains(&pause), "{pause}");
        }
        let asked = pace.next(Some(Duration::from_secs(1))).as_secs_f64();
        assert!((1.0..=1.1).contains(&asked), "never earlier than asked: {asked}");
        assert!(Duration::from_secs(15) < pace.next(Some(Duration::ZERO)), "0 means no wish");
        let mut hasty =
            PollBackoff::new(Poll { interval: Duration::ZERO, interval_max: Duration::ZERO });
        assert_eq!(hasty.next(None), SHORTEST_PAUSE);
        let mut endless =
            PollBackoff::new(Poll { interval: Duration::MAX, interval_max: Duration::MAX });
        assert!(Duration::from_hours(1) < endless.next(None));
        assert!(Duration::from_hours(1) < endless.next(None));
    }
}
