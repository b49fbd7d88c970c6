//! Follows a long-running operation at Lumen until it ends. All orders use this mechanism.
//!
//! The [`Operation`] defines how it is checked. This module decides when to check it, which errors to
//! wait out, and when to stop following it.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{Client, Error, ObjectId};
use crate::lumen::http::settings::Poll;

/// How long Lumen may take to find an order that it has just accepted, or to show what its status
/// implies.
pub(super) const GRACE: Duration = Duration::from_mins(2);

/// After this many consecutive checks that fail with an error that is not transient, the operation is no
/// longer followed.
const MAX_LASTING_ERRORS: u32 = 3;

/// The shortest pause between two checks, whatever the settings are: following must not become a busy
/// loop.
pub(super) const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// Something that Lumen accepted and is working on.
pub trait Operation: Send {
    /// What exists once it has succeeded.
    type Outcome: Send;

    /// Its name in a sentence, such as `order request 1ec0b2a0`.
    fn title(&self) -> String;

    /// What has been unexpected so far and should be reported, such as unknown status words.
    fn unexpected(&mut self) -> &mut BTreeSet<String>;

    /// Whether Lumen reported success at the last check, although the result is not visible yet.
    fn has_succeeded_unseen(&self) -> bool {
        false
    }

    /// Checks it once, and records what is new.
    ///
    /// # Errors
    /// Any error of the endpoints that are queried. No such error ends the operation.
    fn check(
        &mut self,
        lumen: &Client,
    ) -> impl Future<Output = Result<Progress<Self::Outcome>, Error>> + Send;

    /// Checks it once, and does what it needs to continue, such as answering a question from Lumen. Only
    /// code that may change something at Lumen calls this: following an order does, reading one does not.
    ///
    /// # Errors
    /// See [`check`](Self::check).
    fn advance(
        &mut self,
        lumen: &Client,
    ) -> impl Future<Output = Result<Progress<Self::Outcome>, Error>> + Send {
        self.check(lumen)
    }
}

/// The result of one check. Everything else that was read is in the [`Operation`].
#[derive(Debug, PartialEq, Eq)]
pub enum Progress<Outcome> {
    /// It has succeeded.
    Done(Outcome),
    /// It is still in progress.
    Running {
        /// How long Lumen asks to wait before the next check.
        retry_after: Option<Duration>,
    },
    /// Several new objects match the order. Only the user can say which one it built.
    Ambiguous(Vec<ObjectId>),
    /// It has failed.
    Failed(Refusal),
}

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// Lumen's code, if it gave one.
    pub code: Option<String>,
    /// Lumen's reason, or what is known instead.
    pub reason: String,
}

/// How the reason of a [`Refusal`] ends if Lumen did not explain it.
pub(super) const NO_REASON: &str = "Lumen gave no reason";

impl Refusal {
    /// Whether Lumen gave a reason.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        !self.reason.ends_with(NO_REASON)
    }
}

/// The result of following an operation.
#[derive(Debug)]
pub enum Followed<Outcome> {
    /// It has succeeded.
    Done(Outcome),
    /// The operation is still in progress, and can be followed again later.
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
    /// Checks failed with an error that is not transient.
    Unreachable(Error),
    /// Several new objects match the order. Only the user can say which one it built.
    Ambiguous(Vec<ObjectId>),
}

impl Client {
    /// Checks an operation until it ends, the deadline passes, or `stop` is canceled.
    ///
    /// Transient errors are waited out. After several other errors in a row, this returns although the
    /// operation continues. Its `unexpected` holds what should be reported.
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
                    failure = Some(format!("the last status check of {title} failed: {error}"));
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

/// The message about an unknown status word.
pub(super) fn unknown_word(what: &str, word: &str) -> String {
    if word.is_empty() {
        format!("Lumen reports no status for {what}")
    } else {
        format!(
            "Lumen reports the unknown status \"{word}\" for {what}, which the provider treats as in progress"
        )
    }
}

/// The pauses between checks.
pub struct PollBackoff {
    next: Duration,
    longest: Duration,
}

impl PollBackoff {
    /// Creates the pauses that the settings define.
    #[must_use]
    pub fn new(Poll { interval, interval_max }: Poll) -> Self {
        Self { next: interval.min(interval_max), longest: interval_max }
    }

    /// Returns the next pause: at least what Lumen asks for, or else 1.5 times the previous one. Up to a
    /// tenth of it is random, so that orders that were placed together are not checked together.
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
