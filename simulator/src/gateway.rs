//! The gateway in front of Lumen's services: limits and counts requests, and injects faults. It does no
//! I/O, so requests are treated the same with and without a connection.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;

use crate::control;
use crate::faults::FaultKind;
use crate::ledger::without_ids;
use crate::problem::Problem;
use crate::state::Shared;

/// How long a client may take to notice that an idle connection was closed.
const CLOSE_DELAY: Duration = Duration::from_millis(20);

/// What a client sees of the answer to its request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// The whole answer.
    Whole(Response<Bytes>),
    /// The connection is dropped in the middle of the body. Holds the status, the headers with the length
    /// of the whole body, and the bytes that arrive before the drop.
    Cut(Response<Bytes>),
    /// The connection is dropped before a byte of the answer arrives.
    Dropped,
    /// There is no connection: the request was not sent.
    Refused,
}

/// Answers a request that has arrived.
pub(crate) async fn answer(shared: &Shared, router: &Router, request: Request<Body>) -> Reply {
    let path = request.uri().path();
    if path.starts_with(control::PREFIX) {
        return Reply::Whole(process(router, request).await);
    }
    let (latency, treatment) = receive(shared, request.method(), path);
    pause(latency).await;
    let mut reply = match treatment {
        Treatment::Normal => Reply::Whole(process(router, request).await),
        Treatment::RateLimited => Reply::Whole(too_many_requests()),
        Treatment::Fault(kind) => inject(kind, shared, router, request).await,
    };
    if let Reply::Whole(response) | Reply::Cut(response) = &mut reply {
        add_common_headers(shared, response);
    }
    reply
}

/// How a request is treated.
enum Treatment {
    Normal,
    /// There were too many requests in this second.
    RateLimited,
    Fault(FaultKind),
}

/// Counts the request. Returns the latency to simulate and how the request is treated.
fn receive(shared: &Shared, method: &Method, path: &str) -> (Duration, Treatment) {
    let mut lumen = shared.lock();
    lumen.requests.record(format!("{method} {}", without_ids(path)));
    let latency = Duration::from_millis(lumen.settings.latency_ms);
    let (now, limit) = (lumen.clock.now(), lumen.settings.requests_per_second);
    if !lumen.rate_limit.admits(now, limit) {
        return (latency, Treatment::RateLimited);
    }
    let fault = lumen.faults.next_for(method, path);
    (latency, fault.map_or(Treatment::Normal, Treatment::Fault))
}

async fn inject(
    kind: FaultKind,
    shared: &Shared,
    router: &Router,
    request: Request<Body>,
) -> Reply {
    // Subscribing before the fault is counted makes sure that a test that sees the count and then
    // clears the faults also ends this one.
    let mut cleared = shared.lock().faults.cleared();
    let processed = if kind.is_processed() { Some(process(router, request).await) } else { None };
    shared.lock().faults.injected += 1;
    match (kind, processed) {
        (FaultKind::Status { code, headers, body }, _) => {
            Reply::Whole(error_status(code, headers, body).await)
        }
        (FaultKind::Html { code }, _) => Reply::Whole(html(code)),
        (FaultKind::Body { code, body }, _) => Reply::Whole(json(code, body)),
        (FaultKind::Truncate, Some(response)) => Reply::Cut(truncated(response)),
        (FaultKind::WrongTypes, Some(response)) => Reply::Whole(mistyped(response)),
        (FaultKind::Delay { millis }, Some(response)) => {
            pause(Duration::from_millis(millis)).await;
            Reply::Whole(response)
        }
        (FaultKind::Close, Some(mut response)) => {
            shared.lock().faults.refuse_connections();
            // The client must see that its other connections are closed before it reads the answer.
            pause(CLOSE_DELAY).await;
            set_header(&mut response, "Connection", "close");
            Reply::Whole(response)
        }
        (FaultKind::HoldBefore | FaultKind::HoldAfter, _) => {
            // An error means that the simulator was dropped, which drops this connection as well.
            let _ = cleared.changed().await;
            Reply::Dropped
        }
        _ => Reply::Dropped,
    }
}

/// Lets the endpoint carry the request out.
async fn process(router: &Router, request: Request<Body>) -> Response<Bytes> {
    let service = TowerToHyperService::new(router.clone());
    let answered: Result<Response<Body>, Infallible> = service.call(request).await;
    in_memory(answered.unwrap_or_else(|never| match never {})).await
}

/// The answer with its body. Endpoints answer from memory, so a body never fails.
async fn in_memory(response: Response<Body>) -> Response<Bytes> {
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, to_bytes(body, usize::MAX).await.unwrap_or_default())
}

/// The gateway's answer to a request over the rate limit. The request is not processed.
fn too_many_requests() -> Response<Bytes> {
    const BODY: &str = r#"{"title": "Too Many Requests", "status": 429, "errors": [{"code": "traffic.limit_exceeded", "message": "Spike arrest: too many requests in a second"}]}"#;
    let mut response = json(429, BODY.into());
    set_header(&mut response, "Content-Type", "application/problem+json");
    set_header(&mut response, "Retry-After", "1");
    response
}

async fn error_status(code: u16, headers: Vec<(String, String)>, body: String) -> Response<Bytes> {
    let mut response = if body.is_empty() {
        let problem = Problem::gateway(status(code), "Fault injected by the simulator");
        in_memory(problem.into_response()).await
    } else {
        json(code, body)
    };
    for (name, value) in headers {
        set_header(&mut response, &name, &value);
    }
    response
}

fn html(code: u16) -> Response<Bytes> {
    let status = status(code);
    let page = format!("<html><body><h1>{status}</h1><p>The proxy gave up.</p></body></html>");
    document(status, "text/html; charset=utf-8", page)
}

fn json(code: u16, body: String) -> Response<Bytes> {
    document(status(code), "application/json", body)
}

fn document(status: StatusCode, content_type: &str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    set_header(&mut response, "Content-Type", content_type);
    response
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A response that announces the length of the whole body but contains only half of it.
fn truncated(mut response: Response<Bytes>) -> Response<Bytes> {
    let length = response.body().len();
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    response.map(|whole| whole.slice(..length / 2))
}

/// The same answer with values of different types. A body that is not JSON does not change.
fn mistyped(mut response: Response<Bytes>) -> Response<Bytes> {
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.map(|whole| match serde_json::from_slice(&whole) {
        Ok(value) => Bytes::from(with_other_types(value).to_string()),
        Err(_) => whole,
    })
}

/// Replaces every value except objects, so that every member still exists.
fn with_other_types(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, with_other_types(value))).collect()
        }
        Value::Array(items) => items.len().into(),
        Value::String(_) => true.into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Value::Array(Vec::new()),
    }
}

/// Adds the headers of every answer: the id for support requests, the simulated date, and the
/// headers from the settings.
fn add_common_headers(shared: &Shared, response: &mut Response<Bytes>) {
    let mut lumen = shared.lock();
    lumen.answers += 1;
    let tracking_id = format!("00000000-0000-4000-8000-{:012x}", lumen.answers);
    let date = lumen.clock.http_date(lumen.clock.now());
    set_header(response, "TrackingId", &tracking_id);
    set_header(response, "Date", &date);
    for (name, value) in &lumen.settings.answer_headers {
        set_header(response, name, value);
    }
}

/// Sets a header. An invalid name or value is ignored, because it comes from a test.
fn set_header(response: &mut Response<Bytes>, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
        response.headers_mut().insert(name, value);
    }
}

async fn pause(duration: Duration) {
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}
