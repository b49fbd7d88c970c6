//! Following a long-running operation of Lumen's until it has ended: one mechanism for all orders.
//!
//! The [`Operation`] says how it is checked. This module decides when it is checked, which errors
//! are waited out, and when following ends.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{Client, Error, ObjectId};
use crate::lumen::http::settings::Poll;

/// How long Lumen may not know an order that it has just accepted, or not show yet what follows
/// from its status.
pub(super) const GRACE: Duration = Duration::from_mins(2);

/// Following is given up after this many checks in a row that fail with an error that does not
/// pass.
const MAX_LASTING_ERRORS: u32 = 3;

/// The shortest pause between two checks, whatever the settings say: following must not be a busy
/// loop.
pub(super) const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// Something that Lumen accepted and is working on.
pub trait Operation: Send {
    /// What exists when it has succeeded.
    type Outcome: Send;

    /// Its name in a sentence, such as `order request 1ec0b2a0`.
    fn title(&self) -> String;

    /// What was unexpected so far and should be reported, such as unknown status words.
    fn unexpected(&mut self) -> &mut BTreeSet<String>;

    /// Whether Lumen said at the last check that it has succeeded, although nothing shows that.
    fn has_succeeded_unseen(&self) -> bool {
        false
    }

    /// Checks it once, and notes what is new.
    ///
    /// # Errors
    /// Those of the endpoints that are asked. The operation goes on, whatever the error.
    fn check(
        &mut self,
        lumen: &Client,
    ) -> impl Future<Output = Result<Progress<Self::Outcome>, Error>> + Send;

    /// Checks it once, and does what it needs to go on, such as answering a question of Lumen's. Only
    /// whoever may change something at Lumen calls this: following does, reading does not.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    fn advance(
        &mut self,
        lumen: &Client,
    ) -> impl Future<Output = Result<Progress<Self::Outcome>, Error>> + Send {
        self.check(lumen)
    }
}

/// The result of one check. Whatever else was read is in the [`Operation`].
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
    /// It has failed.
    Failed(Refusal),
}

/// The end of an operation that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// Lumen's code, if it gave one.
    pub code: Option<String>,
    /// Lumen's reason, or what is known instead.
    pub reason: String,
}

/// How a [`Refusal`] ends that Lumen did not explain.
pub(super) const NO_REASON: &str = "Lumen gave no reason";

impl Refusal {
    /// Whether Lumen said why.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        !self.reason.ends_with(NO_REASON)
    }
}

/// How following ended.
#[derive(Debug)]
pub enum Followed<Outcome> {
    /// It has succeeded.
    Done(Outcome),
    /// The operation goes on, and can be followed again later.
    StillPending(PendingReason),
    /// It has failed.
    Failed(Refusal),
}

/// Why an operation was not followed to its end.
#[derive(Debug)]
pub enum PendingReason {
    /// The deadline has passed.
    DeadlinePassed,
    /// Terraform asked to stop.
    Stopped,
    /// Checks failed with an error that does not pass.
    Unreachable(Error),
    /// Several new objects fit the order: only a user can tell which one it built.
    Ambiguous(Vec<ObjectId>),
}

impl Client {
    /// Checks an operation until it has ended, the deadline has passed, or `stop` is cancelled.
    ///
    /// Errors that pass are waited out. Others end following after some checks. The operation goes
    /// on in either case, and its `unexpected` hold what should be reported.
    pub async fn follow<O: Operation>(
        &self,
        operation: &mut O,
        deadline: Instant,
        stop: &CancellationToken,
    ) -> Followed<O::Outcome> {
        let followed = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            followed = self.follow_until(operation, deadline) => Some(followed),
        };
        followed.unwrap_or(Followed::StillPending(PendingReason::Stopped))
    }

    async fn follow_until<O: Operation>(
        &self,
        operation: &mut O,
        deadline: Instant,
    ) -> Followed<O::Outcome> {
        let mut backoff = PollBackoff::new(self.settings().poll);
        let mut lasting_errors = 0;
        let mut failure = None;
        loop {
            let checked = tokio::time::timeout_at(deadline, operation.advance(self)).await;
            let retry_after = match checked {
                Err(_) => break,
                Ok(Ok(Progress::Done(outcome))) => return Followed::Done(outcome),
                Ok(Ok(Progress::Failed(refusal))) => return Followed::Failed(refusal),
                Ok(Ok(Progress::Ambiguous(candidates))) => {
                    return Followed::StillPending(PendingReason::Ambiguous(candidates));
                }
                Ok(Ok(Progress::Running { retry_after })) => {
                    (lasting_errors, failure) = (0, None);
                    retry_after
                }
                Ok(Err(error)) => {
                    lasting_errors += u32::from(!error.is_passing());
                    if lasting_errors == MAX_LASTING_ERRORS {
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
            let next_check = Instant::now().checked_add(backoff.next(retry_after));
            sleep_until(next_check.map_or(deadline, |next_check| next_check.min(deadline))).await;
            if deadline <= Instant::now() {
                break;
            }
        }
        operation.unexpected().extend(failure);
        Followed::StillPending(PendingReason::DeadlinePassed)
    }
}

/// The report of a status word that is not known.
pub(super) fn unknown_word(what: &str, word: &str) -> String {
    if word.is_empty() {
        format!("Lumen does not say how {what} fares")
    } else {
        format!(
            "Lumen says that {what} is \"{word}\", a word without a known meaning, which is taken for \"not yet\""
        )
    }
}

/// The pauses between checks.
pub struct PollBackoff {
    next: Duration,
    longest: Duration,
}

impl PollBackoff {
    /// Those of these settings.
    #[must_use]
    pub fn new(Poll { interval, interval_max }: Poll) -> Self {
        Self { next: interval.min(interval_max), longest: interval_max }
    }

    /// Returns the next pause: at least as long as Lumen asks for, or else half as long again as
    /// the one before. A tenth of it is random, so that orders that were placed together are not
    /// checked together.
    pub fn next(&mut self, retry_after: Option<Duration>) -> Duration {
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
    fn a_pause_grows_by_half_within_bounds_whatever_the_settings() {
        let mut backoff = PollBackoff::new(Poll {
            interval: Duration::from_secs(10),
            interval_max: Duration::from_secs(20),
        });
        for longest in [10, 15, 20, 20] {
            let pause = backoff.next(None).as_secs_f64();
            assert!((f64::from(longest) * 0.9..=f64::from(longest)).contains(&pause), "{pause}");
        }
        let asked = backoff.next(Some(Duration::from_secs(1))).as_secs_f64();
        assert!((1.0..=1.1).contains(&asked), "never earlier than asked: {asked}");
        assert!(Duration::from_secs(15) < backoff.next(Some(Duration::ZERO)), "0 means no wish");
        let mut hasty =
            PollBackoff::new(Poll { interval: Duration::ZERO, interval_max: Duration::ZERO });
        assert_eq!(hasty.next(None), SHORTEST_PAUSE);
        let mut endless =
            PollBackoff::new(Poll { interval: Duration::MAX, interval_max: Duration::MAX });
        assert!(Duration::from_hours(1) < endless.next(None));
        assert!(Duration::from_hours(1) < endless.next(None));
    }
}
