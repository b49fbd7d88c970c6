//! Access tokens. The client holds one at a time, and renews it before it expires.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{self, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::{Client, Tries};
use super::error::Error;
use super::limit::RequestClass;
use super::problem::Problem;
use super::request::Answer;
use super::retry::Effect;
use crate::lumen::scalar::Scalar;

/// A token is renewed this long before it expires, because a request may take a while to arrive.
const MARGIN: Duration = Duration::from_mins(1);

/// The lifetime of a token whose answer states none. Lumen's usual lifetime is six times as long.
const ASSUMED_LIFETIME: Duration = Duration::from_mins(5);

/// How long a refusal is remembered, so that many resources don't send wrong credentials over and over.
const REFUSAL_STANDS: Duration = Duration::from_secs(30);

/// An access token.
#[derive(Debug)]
pub struct AccessToken {
    /// The text that follows `Authorization: Bearer`.
    pub token: SecretString,
    /// How long it is accepted, counted from when it was requested.
    pub lifetime: Duration,
}

impl AccessToken {
    /// The `Authorization` header, and when the token must be renewed.
    fn bearer(&self, asked_at: Instant) -> Result<(HeaderValue, Instant), Error> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", self.token.expose_secret()))
            .map_err(|_| Error::Misconfigured("the access token can't be sent".to_owned()))?;
        bearer.set_sensitive(true);
        Ok((bearer, renew_at(asked_at, self.lifetime)))
    }
}

/// The token that all requests share. The first request that needs one fetches it, and the others wait for
/// it.
#[derive(Debug, Default)]
pub(in crate::lumen) struct Tokens(Mutex<Held>);

/// What happens if the token endpoint fails for now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Persistence {
    /// The request is repeated, up to `max_retries` times.
    Retries,
    /// The failure is returned.
    TriesOnce,
}

#[derive(Debug, Default)]
enum Held {
    #[default]
    Nothing,
    Token {
        bearer: HeaderValue,
        renew_at: Instant,
    },
    Refusal {
        problem: Box<Problem>,
        stands_until: Instant,
    },
}

impl Client {
    /// Returns the `Authorization` header of a request. It is never the `stale` one, which Lumen has just
    /// refused.
    pub(in crate::lumen) async fn bearer(
        &self,
        stale: Option<&HeaderValue>,
    ) -> Result<HeaderValue, Error> {
        self.shared_token(stale, Persistence::Retries).await
    }

    /// Requests the token that all requests share, so that wrong credentials are known before anything else
    /// is requested. Any other failure is left to the first request that needs the token: it tries again.
    /// `POST /oauth/v2/token`
    ///
    /// # Errors
    /// Lumen's refusal of the credentials.
    pub async fn check_credentials(&self) -> Result<(), Box<Problem>> {
        match self.shared_token(None, Persistence::TriesOnce).await {
            Err(Error::TokenRefused(problem)) => Err(problem),
            _ => Ok(()),
        }
    }

    async fn shared_token(
        &self,
        stale: Option<&HeaderValue>,
        persistence: Persistence,
    ) -> Result<HeaderValue, Error> {
        let mut held = self.0.tokens.0.lock().await;
        let now = Instant::now();
        match &*held {
            Held::Token { bearer, renew_at } if now < *renew_at && Some(bearer) != stale => {
                return Ok(bearer.clone());
            }
            Held::Refusal { problem, stands_until } if now < *stands_until => {
                return Err(Error::TokenRefused(problem.clone()));
            }
            _ => {}
        }
        match self.fetch_token(persistence).await.and_then(|token| token.bearer(now)) {
            Ok((bearer, renew_at)) => {
                *held = Held::Token { bearer: bearer.clone(), renew_at };
                Ok(bearer)
            }
            Err(Error::TokenRefused(problem)) => {
                let stands_until = Instant::now() + REFUSAL_STANDS;
                *held = Held::Refusal { problem: problem.clone(), stands_until };
                Err(Error::TokenRefused(problem))
            }
            Err(error) => Err(error),
        }
    }

    /// Requests a separate token, for use outside the provider. It is not shared, so its whole lifetime
    /// remains. `POST /oauth/v2/token`
    ///
    /// # Errors
    /// [`Error::TokenRefused`], or [`Error::NoToken`] with the reason.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        self.fetch_token(Persistence::Retries).await
    }

    /// Requests a token. `POST /oauth/v2/token`
    async fn fetch_token(&self, persistence: Persistence) -> Result<AccessToken, Error> {
        let settings = self.settings();
        let endpoint = format!("POST {}", settings.token_url.path());
        let credentials = basic(&settings.client_id, settings.client_secret.expose_secret())?;
        let mut tries = Tries::default();
        loop {
            let outgoing = self
                .http()
                .await?
                .post(settings.token_url.as_str())
                .header(header::AUTHORIZATION, credentials.clone())
                .form(&[("grant_type", "client_credentials")]);
            let exchanged =
                self.exchange(outgoing, &endpoint, RequestClass::Order, None, tries.failed).await;
            let failure = match exchanged {
                Ok(answer) => return read_token(answer),
                Err(failure) => failure,
            };
            if persistence == Persistence::TriesOnce {
                return Err(refused(failure.error));
            }
            tries.pause(self, &endpoint, Effect::Repeatable, failure).await.map_err(refused)?;
        }
    }
}

/// Classifies the errors of the token endpoint: either the credentials (or the URL) are wrong, or the error
/// may be transient. In both cases, the request that needed the token was not sent.
fn refused(error: Error) -> Error {
    match error {
        Error::Rejected(problem)
        | Error::Unauthorized(problem)
        | Error::Forbidden(problem)
        | Error::NotFound(problem)
        | Error::NotImplemented(problem) => Error::TokenRefused(problem),
        other => Error::NoToken(Box::new(without_body(other))),
    }
}

/// An answer that was not understood may contain a token, which must not be shown.
fn without_body(error: Error) -> Error {
    match error {
        Error::Nonsense { what, mut problem } => {
            problem.body.clear();
            Error::Nonsense { what, problem }
        }
        other => other,
    }
}

fn basic(id: &str, secret: &str) -> Result<HeaderValue, Error> {
    let encoded = BASE64_STANDARD.encode(format!("{id}:{secret}"));
    let mut value = HeaderValue::try_from(format!("Basic {encoded}"))
        .map_err(|_| Error::Misconfigured("the credentials can't be sent".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// In Lumen's answer, every member is a string. Other servers send numbers.
#[derive(Deserialize, Default)]
#[serde(default)]
struct TokenAnswer {
    access_token: Scalar,
    expires_in: Scalar,
}

fn read_token(answer: Answer) -> Result<AccessToken, Error> {
    let receipt = answer.receipt.clone();
    let nonsense = |what| refused(Error::nonsense(what, receipt));
    let Ok(TokenAnswer { access_token, expires_in }) = answer.decode() else {
        return Err(nonsense("it is not an object"));
    };
    let Some(token) = access_token.into_text() else {
        return Err(nonsense("it has no `access_token`"));
    };
    if HeaderValue::try_from(&token).is_err() {
        return Err(nonsense("its `access_token` can't be sent"));
    }
    let lifetime = expires_in.parse().map_or(ASSUMED_LIFETIME, Duration::from_secs);
    Ok(AccessToken { token: token.into(), lifetime })
}

/// Returns the time at which to renew a token: a minute before it expires, or a tenth of its lifetime
/// before if that is shorter.
fn renew_at(asked_at: Instant, lifetime: Duration) -> Instant {
    let usable = lifetime.saturating_sub(MARGIN.min(lifetime / 10));
    asked_at.checked_add(usable).unwrap_or_else(|| asked_at + ASSUMED_LIFETIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_before_they_expire() {
        let now = Instant::now();
        let usable = |lifetime| (renew_at(now, Duration::from_secs(lifetime)) - now).as_secs();
        assert_eq!([1799, 600, 60, 10, 0].map(usable), [1739, 540, 54, 9, 0]);
        assert_eq!(usable(u64::MAX), ASSUMED_LIFETIME.as_secs());
    }
}
