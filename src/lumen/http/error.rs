//! Errors, classified by what the caller does next.

use std::sync::Arc;
use std::time::Duration;

use super::problem::Problem;

/// The cause of a transport error.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Why a request has no usable answer.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// 404 or 410: the object does not exist, if the problem has the code `notFound`.
    #[error("not found: {0}")]
    NotFound(Box<Problem>),
    /// 400, 409, 422 and the like: change the configuration.
    #[error("Lumen rejected the request: {0}")]
    Rejected(Box<Problem>),
    /// 401, even with a new token: change the credentials, or wait for their approval.
    #[error("Lumen does not accept the access token: {0}")]
    Unauthorized(Box<Problem>),
    /// 403: ask Lumen to attach the product or the customer number to the credentials.
    #[error("Lumen does not allow this: {0}")]
    Forbidden(Box<Problem>),
    /// The token endpoint refused the credentials: change them, or `token_url`.
    #[error("Lumen refused the credentials: {0}")]
    TokenRefused(Box<Problem>),
    /// The token endpoint returned no token for another reason. Nothing else was sent.
    #[error("the provider could not get an access token")]
    NoToken(#[source] Box<Error>),
    /// 429: wait.
    #[error("Lumen is limiting the request rate: {problem}")]
    RateLimited {
        /// Lumen's words.
        problem: Box<Problem>,
        /// How long Lumen asks to wait.
        retry_after: Option<Duration>,
    },
    /// The 24 change requests of the day are used up: wait until 00:00 GMT.
    #[error("Lumen's daily limit of change requests is reached: {0}")]
    QuotaExhausted(Box<Problem>),
    /// 5xx or 408: wait.
    #[error("Lumen is unavailable: {0}")]
    Unavailable(Box<Problem>),
    /// 405 or 501: the endpoint is not offered here.
    #[error("Lumen does not offer this: {0}")]
    NotImplemented(Box<Problem>),
    /// The connection was refused, the name could not be resolved, or TLS failed: no byte of the request was
    /// sent.
    #[error("Lumen could not be reached ({endpoint})")]
    Unreachable {
        /// The endpoint, such as `GET /Product/v1/price`.
        endpoint: String,
        /// Why the connection failed.
        #[source]
        cause: Cause,
    },
    /// The deadline for sending the request has passed, because the process was suspended or had to wait:
    /// nothing was sent.
    #[error("the request was delayed for too long, and was not sent ({endpoint})")]
    HeldUp {
        /// The endpoint, such as `POST /Customer/v3/Ordering/orderRequest`.
        endpoint: String,
    },
    /// The request was sent, and its answer was lost because the connection was cut off or timed out.
    #[error("Lumen's answer was lost ({endpoint})")]
    Interrupted {
        /// The endpoint, such as `POST /Customer/v3/Ordering/orderRequest`.
        endpoint: String,
        /// Why the connection failed.
        #[source]
        cause: Cause,
    },
    /// The answer is not what Lumen documents: report it.
    #[error("Lumen's answer was not understood, because {what}: {problem}")]
    Nonsense {
        /// What is wrong with the answer.
        what: String,
        /// The answer.
        problem: Box<Problem>,
    },
    /// The settings are not valid: nothing was sent.
    #[error("{0}")]
    Misconfigured(String),
}

impl Error {
    /// Classifies an answer that is not a success.
    pub(in crate::lumen) fn from_answer(problem: Problem, retry_after: Option<Duration>) -> Self {
        let problem = Box::new(problem);
        match problem.status {
            400..500 if problem.is_daily_quota() => Self::QuotaExhausted(problem),
            401 => Self::Unauthorized(problem),
            403 => Self::Forbidden(problem),
            404 | 410 => Self::NotFound(problem),
            405 | 501 => Self::NotImplemented(problem),
            408 | 500..600 => Self::Unavailable(problem),
            429 => Self::RateLimited { problem, retry_after },
            400..500 => Self::Rejected(problem),
            _ => Self::nonsense("the HTTP status is not one that an API returns", problem),
        }
    }

    pub(in crate::lumen) fn nonsense(
        what: impl Into<String>,
        problem: impl Into<Box<Problem>>,
    ) -> Self {
        Self::Nonsense { what: what.into(), problem: problem.into() }
    }

    /// Whether Lumen may have acted on the request. An order for which this is true must not be sent again
    /// before it is known what happened to it.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::Interrupted { .. } | Self::Nonsense { .. } => true,
            Self::Unavailable(problem) => !problem.was_turned_away(),
            _ => false,
        }
    }

    /// Whether the same request may succeed later without any change.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Unavailable(_)
            | Self::Unreachable { .. }
            | Self::Interrupted { .. } => true,
            Self::NoToken(cause) => cause.is_passing(),
            _ => false,
        }
    }

    /// Lumen's answer, if there is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::NotFound(problem)
            | Self::Rejected(problem)
            | Self::Unauthorized(problem)
            | Self::Forbidden(problem)
            | Self::TokenRefused(problem)
            | Self::RateLimited { problem, .. }
            | Self::QuotaExhausted(problem)
            | Self::Unavailable(problem)
            | Self::NotImplemented(problem)
            | Self::Nonsense { problem, .. } => Some(problem),
            Self::NoToken(cause) => cause.problem(),
            Self::Unreachable { .. }
            | Self::HeldUp { .. }
            | Self::Interrupted { .. }
            | Self::Misconfigured(_) => None,
        }
    }

    /// The same, to change what it shows.
    pub(in crate::lumen) fn problem_mut(&mut self) -> Option<&mut Problem> {
        match self {
            Self::NotFound(problem)
            | Self::Rejected(problem)
            | Self::Unauthorized(problem)
            | Self::Forbidden(problem)
            | Self::TokenRefused(problem)
            | Self::RateLimited { problem, .. }
            | Self::QuotaExhausted(problem)
            | Self::Unavailable(problem)
            | Self::NotImplemented(problem)
            | Self::Nonsense { problem, .. } => Some(problem),
            Self::NoToken(cause) => cause.problem_mut(),
            Self::Unreachable { .. }
            | Self::HeldUp { .. }
            | Self::Interrupted { .. }
            | Self::Misconfigured(_) => None,
        }
    }

    /// The innermost cause of a transport error, such as `Connection refused (os error 111)`.
    #[must_use]
    pub fn root_cause(&self) -> Option<String> {
        let mut cause = std::error::Error::source(self)?;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        Some(cause.to_string())
    }

    /// Whether a new token may help: true for a 401, and for the 403 with which Voice reports a stale token.
    pub(in crate::lumen) fn blames_the_token(&self) -> bool {
        match self {
            Self::Unauthorized(_) => true,
            Self::Forbidden(problem) => problem.is_stale_token(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn problem(status: u16, body: &str) -> Problem {
        Problem::read("GET /Product/v1/price", status, &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn errors_are_sorted_by_the_next_step() {
        let sort = |status, body| Error::from_answer(problem(status, body), None);
        assert!(matches!(sort(409, ""), Error::Rejected(_)));
        assert!(matches!(sort(501, ""), Error::NotImplemented(_)));
        assert!(matches!(sort(408, ""), Error::Unavailable(_)));
        assert!(matches!(sort(429, ""), Error::RateLimited { .. }));
        assert!(matches!(sort(302, ""), Error::Nonsense { .. }));
        let quota = r#"{"message":"You cannot send more than 24 change requests in a day"}"#;
        assert!(matches!(sort(429, quota), Error::QuotaExhausted(_)));
    }

    #[test]
    fn only_doubt_may_have_arrived() {
        let arrived =
            |status, body| Error::from_answer(problem(status, body), None).may_have_arrived();
        for status in [400, 401, 403, 404, 405, 409, 422, 429, 501] {
            assert!(!arrived(status, ""), "{status}");
        }
        for status in [302, 408, 500, 502, 503, 504] {
            assert!(arrived(status, ""), "{status}");
        }
        assert!(!arrived(503, r#"{"errors":[{"code":"traffic.limit_exceeded"}]}"#));
        assert!(!arrived(503, r#"{"reason":"The request was not accepted"}"#));
    }
}
