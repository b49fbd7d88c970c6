//! The server: accepts connections, limits and counts requests, and injects faults.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::control;
use crate::faults::FaultKind;
use crate::ledger::without_ids;
use crate::problem::Problem;
use crate::state::Shared;

const ANSWER_MAX: usize = 64 * 1024 * 1024;
/// How long to wait for the port to become free.
const REBIND_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a client may take to notice that an idle connection was closed.
const CLOSE_DELAY: Duration = Duration::from_millis(20);
/// How many connections the operating system queues before they are accepted.
const BACKLOG: u32 = 1024;

/// Makes hyper drop the connection without sending another byte.
#[derive(Debug)]
struct DropConnection;

impl std::fmt::Display for DropConnection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the connection is dropped by an injected fault")
    }
}

impl std::error::Error for DropConnection {}

/// Serves until the task is dropped. Dropping the task also drops the connections.
pub(crate) async fn serve(mut listener: TcpListener, shared: Shared, router: Router) {
    let mut refused = shared.lock().faults.connections_refused();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(serve_connection(stream, shared.clone(), router.clone()));
            },
            Some(_) = connections.join_next() => {}
            true = async { refused.wait_for(|refused| *refused).await.is_ok() } => {
                let Ok(reopened) = refuse_connections(listener, &mut refused).await else { return };
                listener = reopened;
            }
        }
    }
}

/// Refuses connections until the faults are cleared, then returns a listener on the same port. A
/// socket that is bound but does not listen refuses connections and keeps the port reserved.
async fn refuse_connections(
    listener: TcpListener,
    refused: &mut watch::Receiver<bool>,
) -> io::Result<TcpListener> {
    let address = listener.local_addr()?;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    drop(listener);
    // A child process that is just being started may hold a copy of the listener until it calls
    // `exec`, so the port may be in use for a moment.
    let deadline = Instant::now() + REBIND_TIMEOUT;
    while let Err(error) = socket.bind(address) {
        if deadline < Instant::now() {
            return Err(error);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let _ = refused.wait_for(|refused| !refused).await;
    socket.listen(BACKLOG)
}

async fn serve_connection(stream: TcpStream, shared: Shared, router: Router) {
    // Without this, a small answer waits until the client has acknowledged the previous one.
    let _ = stream.set_nodelay(true);
    let mut refused = shared.lock().faults.connections_refused();
    let service = service_fn(|request| answer(&shared, &router, request));
    // `add_common_headers` sets `Date`, because it is a date on the simulated calendar.
    let connection = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // An error is either an injected fault or a client that has closed the connection.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = refused.wait_for(|refused| *refused) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

async fn answer(
    shared: &Shared,
    router: &Router,
    request: Request<Incoming>,
) -> Result<Response, DropConnection> {
    let path = request.uri().path();
    if path.starts_with(control::PREFIX) {
        return Ok(process(router, request).await);
    }
    let (latency, treatment) = receive(shared, request.method(), path);
    pause(latency).await;
    let mut response = match treatment {
        Treatment::Normal => process(router, request).await,
        Treatment::RateLimited => too_many_requests(),
        Treatment::Fault(kind) => inject(kind, shared, router, request).await?,
    };
    add_common_headers(shared, &mut response);
    Ok(response)
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
    request: Request<Incoming>,
) -> Result<Response, DropConnection> {
    // Subscribing before the fault is counted makes sure that a test that sees the count and then
    // clears the faults also ends this one.
    let mut cleared = shared.lock().faults.cleared();
    let processed = if kind.is_processed() { Some(process(router, request).await) } else { None };
    shared.lock().faults.injected += 1;
    match (kind, processed) {
        (FaultKind::Status { code, headers, body }, _) => Ok(error_status(code, headers, body)),
        (FaultKind::Html { code }, _) => Ok(html(code)),
        (FaultKind::Body { code, body }, _) => Ok(json(code, body)),
        (FaultKind::Truncate, Some(response)) => truncated(response).await,
        (FaultKind::WrongTypes, Some(response)) => mistyped(response).await,
        (FaultKind::Delay { millis }, Some(response)) => {
            pause(Duration::from_millis(millis)).await;
            Ok(response)
        }
        (FaultKind::Close, Some(mut response)) => {
            shared.lock().faults.refuse_connections();
            // The client must see that its other connections are closed before it reads the answer.
            pause(CLOSE_DELAY).await;
            set_header(&mut response, "Connection", "close");
            Ok(response)
        }
        (FaultKind::HoldBefore | FaultKind::HoldAfter, _) => {
            // An error means that the simulator was dropped, which drops this connection as well.
            let _ = cleared.changed().await;
            Err(DropConnection)
        }
        _ => Err(DropConnection),
    }
}

/// Lets the endpoint do what the request asks for.
async fn process(router: &Router, request: Request<Incoming>) -> Response {
    let service = TowerToHyperService::new(router.clone());
    let answered: Result<Response, Infallible> = service.call(request.map(Body::new)).await;
    answered.unwrap_or_else(|never| match never {})
}

/// The gateway's answer to a request over the rate limit. The request is not processed.
fn too_many_requests() -> Response {
    const BODY: &str = r#"{"title": "Too Many Requests", "status": 429, "errors": [{"code": "traffic.limit_exceeded", "message": "Spike arrest: too many requests in a second"}]}"#;
    let mut response = json(429, BODY.into());
    set_header(&mut response, "Content-Type", "application/problem+json");
    set_header(&mut response, "Retry-After", "1");
    response
}

fn error_status(code: u16, headers: Vec<(String, String)>, body: String) -> Response {
    let mut response = if body.is_empty() {
        Problem::gateway(status(code), "Fault injected by the simulator").into_response()
    } else {
        json(code, body)
    };
    for (name, value) in headers {
        set_header(&mut response, &name, &value);
    }
    response
}

fn html(code: u16) -> Response {
    let status = status(code);
    let page = format!("<html><body><h1>{status}</h1><p>The proxy gave up.</p></body></html>");
    (status, axum::response::Html(page)).into_response()
}

fn json(code: u16, body: String) -> Response {
    (status(code), [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Announces the length of the whole body, but sends only half of it.
async fn truncated(response: Response) -> Result<Response, DropConnection> {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, ANSWER_MAX).await.map_err(|_| DropConnection)?;
    let half = whole.slice(..whole.len() / 2);
    let first = futures::stream::once(async { Ok::<Bytes, DropConnection>(half) });
    // Yielding lets hyper send the first half before the connection is dropped.
    let then = futures::stream::once(async {
        tokio::task::yield_now().await;
        Err(DropConnection)
    });
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    Ok(Response::from_parts(parts, Body::from_stream(first.chain(then))))
}

/// The same answer with values of other types. A body that is not JSON does not change.
async fn mistyped(response: Response) -> Result<Response, DropConnection> {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, ANSWER_MAX).await.map_err(|_| DropConnection)?;
    let body = match serde_json::from_slice(&whole) {
        Ok(value) => Bytes::from(with_other_types(value).to_string()),
        Err(_) => whole,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Replaces every value except objects, so that every member is still there.
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

/// Adds the headers of every answer: the id for support requests, the simulated date, and those of
/// the settings.
fn add_common_headers(shared: &Shared, response: &mut Response) {
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
fn set_header(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
        response.headers_mut().insert(name, value);
    }
}

async fn pause(duration: Duration) {
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}
