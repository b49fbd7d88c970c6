//! `Client::send` is the only way to the network. It applies tokens, limits and retries.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::IgnoredAny;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use tracing::debug;

use super::auth::Tokens;
use super::error::Error;
use super::limit::{Limit, RequestClass};
use super::notices::{Notice, Notices};
use super::problem::Problem;
use super::request::{Answer, Host, Request};
use super::retry::{self, Decision, Effect, Failure};
use super::settings::Settings;
use crate::lumen::{ordering, voice};
use crate::machine::{Machine, NetworkError, ThisMachine};

/// The maximum length of an answer, in bytes. No answer of this API comes close. The rest of a longer
/// answer is not read.
const LONGEST_ANSWER: usize = 32 * 1024 * 1024;

/// How long a connection may be idle. Firewalls and load balancers drop idle connections after a minute or
/// so.
const LONGEST_IDLE: Duration = Duration::from_secs(20);

const CUSTOMER_NUMBER: HeaderName = HeaderName::from_static("x-customer-number");

/// A client for Lumen's API, created for one run of Terraform. Clones share the connection pool, the token,
/// the limits and the cached answers.
#[derive(Clone)]
pub struct Client(pub(in crate::lumen) Arc<Shared>);

pub(in crate::lumen) struct Shared {
    settings: Settings,
    machine: Arc<dyn Machine>,
    customer_number: HeaderValue,
    /// The first request creates it, because loading the machine's root certificates takes a while.
    http: OnceCell<reqwest::Client>,
    pub(super) tokens: Tokens,
    limit: Limit,
    notices: Notices,
    pub(in crate::lumen) ordering: ordering::Known,
    pub(in crate::lumen) voice: voice::Known,
}

impl Client {
    /// Creates a client without sending anything.
    ///
    /// # Errors
    /// [`Error::Misconfigured`] if the settings can't work.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Self::on(Arc::new(ThisMachine), settings)
    }

    /// Like [`Client::new`], but on another machine.
    ///
    /// # Errors
    /// See [`Client::new`].
    pub fn on(machine: Arc<dyn Machine>, settings: Settings) -> Result<Self, Error> {
        settings.check()?;
        let customer_number = HeaderValue::from_str(settings.customer_number.as_str())
            .map_err(|_| Error::Misconfigured("customer_number must be plain ASCII".to_owned()))?;
        let concurrent = usize::try_from(settings.max_concurrent_requests).unwrap_or(usize::MAX);
        Ok(Self(Arc::new(Shared {
            customer_number,
            http: OnceCell::new(),
            tokens: Tokens::default(),
            limit: Limit::new(concurrent, settings.requests_per_second),
            notices: Notices::default(),
            ordering: ordering::Known::default(),
            voice: voice::Known::default(),
            machine,
            settings,
        })))
    }

    /// The settings that the client was created with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The time according to the clock of this machine.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.machine.now()
    }

    /// Takes the notices since the last call: announcements about endpoints, each once in the lifetime of
    /// the client, and a notice if requests have waited for a minute.
    #[must_use]
    pub fn take_notices(&self) -> Vec<Notice> {
        self.0.notices.take().into_iter().chain(self.0.limit.take_held_up()).collect()
    }

    /// Sends a request with the token, and repeats it if that is safe. Returns an answer with a success
    /// status and a JSON body.
    pub(in crate::lumen) async fn send(&self, request: &Request) -> Result<Answer, Error> {
        let endpoint = request.endpoint();
        let url = request.url(match request.host {
            Host::Main => &self.0.settings.base_url,
            Host::Voice => &self.0.settings.voice_base_url,
        })?;
        let mut tries = Tries::default();
        let mut renewed = false;
        let mut bearer = self.bearer(None).await?;
        loop {
            let mut outgoing = self
                .http()
                .await?
                .request(request.method.clone(), url.clone())
                .header(header::AUTHORIZATION, bearer.clone())
                .header(CUSTOMER_NUMBER, self.0.customer_number.clone());
            if let Some(body) = request.body() {
                outgoing = outgoing.json(body.as_ref());
            }
            let (class, until) = (request.class, request.until);
            let exchanged = self.exchange(outgoing, &endpoint, class, until, tries.failed).await;
            let failure = match exchanged {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if failure.error.blames_the_token() && !renewed {
                renewed = true;
                bearer = self.bearer(Some(&bearer)).await?;
                continue;
            }
            tries.pause(self, &endpoint, request.effect, failure).await?;
            bearer = self.bearer(None).await?;
        }
    }

    /// Sends one request within the limits, and logs it with its answer.
    pub(super) async fn exchange(
        &self,
        outgoing: RequestBuilder,
        endpoint: &str,
        class: RequestClass,
        until: Option<Timestamp>,
        retry: u32,
    ) -> Result<Answer, Failure> {
        let _permit = self.0.limit.acquire(class).await;
        let started = Instant::now();
        let arrived = match self.deliver(outgoing, endpoint, until).await {
            Ok(response) => read(response, endpoint).await,
            Err(error) => Err(error),
        };
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match arrived {
            Ok(arrived) => {
                let tracking_id = arrived.problem.tracking_id.as_deref();
                let status = arrived.problem.status;
                debug!(endpoint, status, elapsed_ms, retry, tracking_id, "Lumen answered");
                self.0.notices.note(endpoint, &arrived.headers);
                arrived.judge(self.now())
            }
            Err(error) => {
                let cause = error.root_cause();
                debug!(endpoint, %error, cause, elapsed_ms, retry, "Lumen did not answer");
                Err(error.into())
            }
        }
    }

    /// Sends a request unless `until` has passed. There is no `await` between reading the clock and sending.
    /// This uses the wall clock, because other clocks stop while a machine sleeps.
    async fn deliver(
        &self,
        outgoing: RequestBuilder,
        endpoint: &str,
        until: Option<Timestamp>,
    ) -> Result<Response, Error> {
        let (http, request) = outgoing.build_split();
        let request = request.map_err(|error| {
            let error = error.without_url();
            Error::Misconfigured(format!("the request can't be built: {error:?}"))
        })?;
        if until.is_some_and(|until| until < self.now()) {
            return Err(Error::HeldUp { endpoint: endpoint.to_owned() });
        }
        self.0.machine.send(&http, request).await.map_err(|error| lost(endpoint, error))
    }

    pub(super) async fn http(&self) -> Result<&reqwest::Client, Error> {
        let build = async || build_http(&self.0.settings);
        self.0.http.get_or_try_init(build).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Client").field(&self.0.settings).finish()
    }
}

/// Redirects are not followed, because they could send an order elsewhere or turn it into a GET.
/// The HTTP library does not retry, because only `Client::send` knows what may be repeated.
fn build_http(settings: &Settings) -> Result<reqwest::Client, Error> {
    // If another part of the process has already installed a crypto provider, that one works just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder();
    if settings.sends_in_the_clear() {
        builder = builder.no_proxy();
    }
    if !settings.uses_tls() {
        // Reading the machine's root certificates is expensive, and plain HTTP doesn't need them.
        builder = builder.tls_certs_only([]);
    }
    builder
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .default_headers(
            [(header::ACCEPT, HeaderValue::from_static("application/json"))].into_iter().collect(),
        )
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        // A connection that was idle for a long time may be dead without either side knowing. Sending an
        // order on it would put the order in doubt for no reason.
        .pool_idle_timeout(LONGEST_IDLE)
        // This is shorter than the timeout of the whole request, so that a host that never answers counts as
        // unreachable.
        .connect_timeout(settings.request_timeout / 2)
        .timeout(settings.request_timeout)
        .build()
        .map_err(|error| Error::Misconfigured(format!("no HTTPS client could be built: {error:?}")))
}

/// How many attempts of a request have failed, and how long it has waited between attempts.
#[derive(Default)]
pub(super) struct Tries {
    pub(super) failed: u32,
    waited: Duration,
}

impl Tries {
    /// Waits until the request may be repeated, or returns the error if it must not be.
    pub(super) async fn pause(
        &mut self,
        client: &Client,
        endpoint: &str,
        effect: Effect,
        failure: Failure,
    ) -> Result<(), Error> {
        let max_retries = client.settings().max_retries;
        match retry::decide(effect, &failure, self.failed, self.waited, max_retries) {
            Decision::GiveUp => Err(failure.error),
            Decision::Retry { at_least, at_most } => {
                let pause = at_least + at_most.saturating_sub(at_least).mul_f64(fastrand::f64());
                match failure.error {
                    Error::RateLimited { .. } => client.0.limit.wait_out(endpoint, pause).await,
                    _ => tokio::time::sleep(pause).await,
                }
                self.failed += 1;
                self.waited += pause;
                Ok(())
            }
        }
    }
}

/// An answer that has arrived completely.
struct Arrived {
    headers: HeaderMap,
    body: Vec<u8>,
    problem: Problem,
}

impl Arrived {
    fn judge(self, now: Timestamp) -> Result<Answer, Failure> {
        let Self { headers, body, problem } = self;
        let retry_after = headers
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry::retry_after(value, now));
        if !(200..300).contains(&problem.status) {
            return Err(Failure { error: Error::from_answer(problem, retry_after), retry_after });
        }
        if body.is_empty() || serde_json::from_slice::<IgnoredAny>(&body).is_ok() {
            Ok(Answer { text: body, retry_after, receipt: problem })
        } else {
            Err(Error::nonsense("it is not JSON", problem).into())
        }
    }
}

async fn read(mut response: Response, endpoint: &str) -> Result<Arrived, Error> {
    let status: StatusCode = response.status();
    // Reserve the announced length at once, because growing the buffer step by step for a long page wastes
    // memory.
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
    let mut body = Vec::with_capacity(announced.unwrap_or(0).min(LONGEST_ANSWER));
    let mut too_long = false;
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(endpoint, cut(error)))? {
        too_long = LONGEST_ANSWER < body.len() + chunk.len();
        if too_long {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let headers = std::mem::take(response.headers_mut());
    let problem = Problem::read(endpoint, status.as_u16(), &headers, &body);
    if too_long {
        Err(Error::nonsense("it is longer than the provider accepts", problem))
    } else {
        Ok(Arrived { headers, body, problem })
    }
}

/// Classifies a network error.
fn lost(endpoint: &str, error: NetworkError) -> Error {
    let (endpoint, NetworkError { may_be_sent, cause }) = (endpoint.to_owned(), error);
    if may_be_sent {
        Error::Interrupted { endpoint, cause }
    } else {
        Error::Unreachable { endpoint, cause }
    }
}

/// The error for an answer whose head arrived and whose body was cut off.
fn cut(error: reqwest::Error) -> NetworkError {
    NetworkError { may_be_sent: true, cause: Arc::new(error.without_url()) }
}
