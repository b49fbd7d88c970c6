//! Decides whether and when to send a failed request again. The functions are pure.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::error::Error;

/// The pause before the first retry. Each later one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long one request may wait in total between its attempts.
pub(in crate::lumen) const WAITING_BUDGET: Duration = Duration::from_mins(2);

/// The effect of a request at Lumen, which decides whether it may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lumen) enum Effect {
    /// It reads, requests a price or authenticates: sending it again does no harm.
    Repeatable,
    /// It places an order: sending it again costs money.
    Once,
}

/// A failed attempt.
#[derive(Debug)]
pub(in crate::lumen) struct Failure {
    pub(in crate::lumen) error: Error,
    /// How long the server asks to wait.
    pub(in crate::lumen) retry_after: Option<Duration>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, retry_after: None }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(in crate::lumen) enum Decision {
    GiveUp,
    /// Send it again after a random pause in this range, so that clients that failed together don't all
    /// retry together.
    Retry {
        at_least: Duration,
        at_most: Duration,
    },
}

/// Decides what to do after a failed attempt. `attempt` is the number of attempts that failed before this
/// one, and `spent` is the time waited so far.
pub(in crate::lumen) fn decide(
    effect: Effect,
    failure: &Failure,
    attempt: u32,
    spent: Duration,
    max_retries: u32,
) -> Decision {
    let harmless = effect == Effect::Repeatable || !failure.error.may_have_arrived();
    if !failure.error.is_passing() || !harmless || max_retries <= attempt {
        return Decision::GiveUp;
    }
    let backoff = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempt)).min(LONGEST_PAUSE);
    let (at_least, at_most) = match failure.retry_after {
        Some(asked) => (asked, asked.saturating_add(FIRST_PAUSE)),
        None => (Duration::ZERO, backoff),
    };
    if WAITING_BUDGET < spent.saturating_add(at_least) {
        return Decision::GiveUp;
    }
    Decision::Retry { at_least, at_most }
}

/// Parses `Retry-After` in either form: seconds, or an HTTP date. A date in the past means now.
pub(in crate::lumen) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = rfc2822::parse(header).ok()?.timestamp();
    Some(date.duration_since(now).try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::lumen::{Cause, Problem};

    fn answered(status: u16, retry_after: Option<u64>) -> Failure {
        let retry_after = retry_after.map(Duration::from_secs);
        let problem = Problem::read("POST /", status, &HeaderMap::new(), b"");
        Failure { error: Error::from_answer(problem, retry_after), retry_after }
    }

    fn cause(text: &str) -> Cause {
        Cause::from(Box::<dyn std::error::Error + Send + Sync>::from(text))
    }

    fn unreachable() -> Failure {
        Error::Unreachable { endpoint: String::new(), cause: cause("refused") }.into()
    }

    fn interrupted() -> Failure {
        Error::Interrupted { endpoint: String::new(), cause: cause("reset") }.into()
    }

    fn first(effect: Effect, failure: &Failure) -> Decision {
        decide(effect, failure, 0, Duration::ZERO, 5)
    }

    #[test]
    fn an_order_is_repeated_only_if_it_certainly_never_arrived() {
        for repeated in [unreachable(), answered(429, None)] {
            assert_ne!(first(Effect::Once, &repeated), Decision::GiveUp, "{repeated:?}");
        }
        for doubtful in
            [interrupted(), answered(500, None), answered(503, Some(1)), answered(504, None)]
        {
            assert_eq!(first(Effect::Once, &doubtful), Decision::GiveUp, "{doubtful:?}");
            assert_ne!(first(Effect::Repeatable, &doubtful), Decision::GiveUp, "{doubtful:?}");
        }
    }

    #[test]
    fn what_does_not_pass_is_never_repeated() {
        for status in [301, 400, 401, 403, 404, 405, 409, 422, 501] {
            assert_eq!(
                first(Effect::Repeatable, &answered(status, None)),
                Decision::GiveUp,
                "{status}"
            );
        }
    }

    #[test]
    fn pauses_double_up_to_a_limit() {
        let at_most =
            |attempt| match decide(Effect::Repeatable, &unreachable(), attempt, Duration::ZERO, 99)
            {
                Decision::Retry { at_most, .. } => at_most.as_secs(),
                Decision::GiveUp => 0,
            };
        assert_eq!([0, 1, 2, 3, 4, 5, 60].map(at_most), [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(
            decide(Effect::Repeatable, &unreachable(), 5, Duration::ZERO, 5),
            Decision::GiveUp
        );
    }

    #[test]
    fn the_server_may_ask_for_patience_within_a_budget() {
        let asked = Duration::from_secs(20);
        let expected = Decision::Retry { at_least: asked, at_most: asked + FIRST_PAUSE };
        assert_eq!(first(Effect::Once, &answered(429, Some(20))), expected);
        let all = WAITING_BUDGET.as_secs();
        assert_ne!(first(Effect::Once, &answered(429, Some(all))), Decision::GiveUp);
        assert_eq!(first(Effect::Once, &answered(429, Some(all + 1))), Decision::GiveUp);
        let spent = WAITING_BUDGET.saturating_sub(Duration::from_secs(10));
        assert_eq!(decide(Effect::Once, &answered(429, Some(20)), 1, spent, 5), Decision::GiveUp);
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = Timestamp::from_second(784_111_777).unwrap_or_default(); // 1994-11-06 08:49:37 UTC
        let seconds = |header| retry_after(header, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-5"), None);
    }
}
