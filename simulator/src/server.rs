//! Connections: what happens to a request before and after its endpoint.

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

use crate::console;
use crate::faults::FaultKind;
use crate::ledger::without_ids;
use crate::problem::Problem;
use crate::state::Shared;

const ANSWER_MAX: usize = 64 * 1024 * 1024;
/// How long a port may take to become free.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it takes until a client sees that a connection was closed.
const FAREWELL: Duration = Duration::from_millis(20);
/// How many connections may wait to be accepted.
const WAITING_MAX: u32 = 1024;

/// The connection ends without a (further) byte.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the connection is cut on purpose")
    }
}

impl std::error::Error for Cut {}

/// Serves until the task is dropped, and the connections with it.
pub(crate) async fn serve(mut listener: TcpListener, shared: Shared, router: Router) {
    let mut closed = shared.lock().faults.closed();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(converse(stream, shared.clone(), router.clone()));
            },
            Some(_) = connections.join_next() => {}
            true = async { closed.wait_for(|closed| *closed).await.is_ok() } => {
                let Ok(reopened) = reopened(listener, &mut closed).await else { return };
                listener = reopened;
            }
        }
    }
}

/// Refuses every connection until the door opens again. A socket that is bound and does not listen
/// does so, and keeps the port.
async fn reopened(
    listener: TcpListener,
    closed: &mut watch::Receiver<bool>,
) -> io::Result<TcpListener> {
    let address = listener.local_addr()?;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    drop(listener);
    // A process that is being started may hold a copy of the listener until it is on its own feet.
    let deadline = Instant::now() + PATIENCE;
    while let Err(error) = socket.bind(address) {
        if deadline < Instant::now() {
            return Err(error);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let _ = closed.wait_for(|closed| !closed).await;
    socket.listen(WAITING_MAX)
}

async fn converse(stream: TcpStream, shared: Shared, router: Router) {
    // Small answers must not wait for the acknowledgement of what went before.
    let _ = stream.set_nodelay(true);
    let mut closed = shared.lock().faults.closed();
    let service = service_fn(|request| answer(&shared, &router, request));
    // `Date` is ours, because the calendar is.
    let connection = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // A connection that ends in an error is either cut on purpose or given up by the client.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = closed.wait_for(|closed| *closed) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

async fn answer(
    shared: &Shared,
    router: &Router,
    request: Request<Incoming>,
) -> Result<Response, Cut> {
    let path = request.uri().path();
    if path.starts_with(console::PREFIX) {
        return Ok(commit(router, request).await);
    }
    let (latency, reception) = arrive(shared, request.method(), path);
    pause(latency).await;
    let mut response = match reception {
        Reception::Welcome => commit(router, request).await,
        Reception::TurnedAway => turned_away(),
        Reception::Struck(kind) => suffer(kind, shared, router, request).await?,
    };
    stamp(shared, &mut response);
    Ok(response)
}

/// What a request meets.
enum Reception {
    Welcome,
    /// There are too many in this second.
    TurnedAway,
    Struck(FaultKind),
}

/// Counts the request, and says how long until what it meets.
fn arrive(shared: &Shared, method: &Method, path: &str) -> (Duration, Reception) {
    let mut lumen = shared.lock();
    lumen.traffic.count(format!("{method} {}", without_ids(path)));
    let latency = Duration::from_millis(lumen.settings.latency_ms);
    let (now, limit) = (lumen.clock.now(), lumen.settings.requests_per_second);
    if !lumen.traffic.admits(now, limit) {
        return (latency, Reception::TurnedAway);
    }
    let fault = lumen.faults.strike(method, path);
    (latency, fault.map_or(Reception::Welcome, Reception::Struck))
}

async fn suffer(
    kind: FaultKind,
    shared: &Shared,
    router: &Router,
    request: Request<Incoming>,
) -> Result<Response, Cut> {
    // Whoever clears the failures when this one is seen to have struck means this one too.
    let mut cleared = shared.lock().faults.cleared();
    let committed = if kind.commits() { Some(commit(router, request).await) } else { None };
    shared.lock().faults.struck += 1;
    match (kind, committed) {
        (FaultKind::Status { code, headers, body }, _) => Ok(refusal(code, headers, body)),
        (FaultKind::Html { code }, _) => Ok(html(code)),
        (FaultKind::Body { code, body }, _) => Ok(json(code, body)),
        (FaultKind::Truncate, Some(response)) => truncated(response).await,
        (FaultKind::WrongTypes, Some(response)) => mistyped(response).await,
        (FaultKind::Delay { millis }, Some(response)) => {
            pause(Duration::from_millis(millis)).await;
            Ok(response)
        }
        (FaultKind::Close, Some(mut response)) => {
            shared.lock().faults.close();
            // What the client has open besides is closed by the time it reads the answer.
            pause(FAREWELL).await;
            set_header(&mut response, "Connection", "close");
            Ok(response)
        }
        (FaultKind::HoldBefore | FaultKind::HoldAfter, _) => {
            // An error means that the simulator is gone, and every connection with it.
            let _ = cleared.changed().await;
            Err(Cut)
        }
        _ => Err(Cut),
    }
}

async fn commit(router: &Router, request: Request<Incoming>) -> Response {
    let service = TowerToHyperService::new(router.clone());
    let answered: Result<Response, Infallible> = service.call(request.map(Body::new)).await;
    answered.unwrap_or_else(|never| match never {})
}

/// The gateway's answer to a burst: nothing has been done.
fn turned_away() -> Response {
    const BODY: &str = r#"{"title": "Too Many Requests", "status": 429, "errors": [{"code": "traffic.limit_exceeded", "message": "Spike arrest: too many requests in a second"}]}"#;
    let mut response = json(429, BODY.into());
    set_header(&mut response, "Content-Type", "application/problem+json");
    set_header(&mut response, "Retry-After", "1");
    response
}

fn refusal(code: u16, headers: Vec<(String, String)>, body: String) -> Response {
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

/// Announces the whole body and sends half of it.
async fn truncated(response: Response) -> Result<Response, Cut> {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, ANSWER_MAX).await.map_err(|_| Cut)?;
    let half = whole.slice(..whole.len() / 2);
    let first = futures::stream::once(async { Ok::<Bytes, Cut>(half) });
    // The pause lets the first half leave before the connection does.
    let then = futures::stream::once(async {
        tokio::task::yield_now().await;
        Err(Cut)
    });
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    Ok(Response::from_parts(parts, Body::from_stream(first.chain(then))))
}

/// The same answer, with values of other types; what is no JSON stays as it is.
async fn mistyped(response: Response) -> Result<Response, Cut> {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, ANSWER_MAX).await.map_err(|_| Cut)?;
    let body = match serde_json::from_slice(&whole) {
        Ok(value) => Bytes::from(with_other_types(value).to_string()),
        Err(_) => whole,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Objects stay, so that every member is there.
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

/// What every answer carries: a number for support requests, and the simulated date.
fn stamp(shared: &Shared, response: &mut Response) {
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

/// What is no header is left out: it came over the control API.
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
