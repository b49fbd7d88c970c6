//! Connections: what happens to a request before and after its endpoint.

use std::convert::Infallible;
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
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::console;
use crate::faults::FaultKind;
use crate::problem::Problem;
use crate::state::Shared;

const ANSWER_MAX: usize = 64 * 1024 * 1024;

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
pub(crate) async fn serve(listener: TcpListener, shared: Shared, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(converse(stream, shared.clone(), router.clone()));
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(stream: TcpStream, shared: Shared, router: Router) {
    // Small answers must not wait for the acknowledgement of what went before.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(&shared, &router, request));
    // `Date` is ours, because the calendar is.
    // A connection that ends in an error is either cut on purpose or given up by the client.
    let _ = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
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
    let (latency, fault) = arrive(shared, request.method(), path);
    pause(latency).await;
    let mut response = match fault {
        None => commit(router, request).await,
        Some(kind) => suffer(kind, router, request).await?,
    };
    stamp(shared, &mut response);
    Ok(response)
}

/// Counts the request, and says what it meets.
fn arrive(shared: &Shared, method: &Method, path: &str) -> (Duration, Option<FaultKind>) {
    let mut lumen = shared.lock();
    *lumen.requests.entry(format!("{method} {}", without_ids(path))).or_default() += 1;
    let latency = Duration::from_millis(lumen.settings.latency_ms);
    (latency, lumen.faults.strike(method, path))
}

/// Replaces the segments that name one thing: long ones with a digit.
fn without_ids(path: &str) -> String {
    let is_id =
        |segment: &&str| segment.len() > 5 && segment.contains(|c: char| c.is_ascii_digit());
    path.split('/')
        .map(|segment| if is_id(&segment) { "{id}" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

async fn suffer(
    kind: FaultKind,
    router: &Router,
    request: Request<Incoming>,
) -> Result<Response, Cut> {
    match kind {
        FaultKind::Status { code, headers, body } => Ok(refusal(code, headers, body)),
        FaultKind::Html { code } => Ok(html(code)),
        FaultKind::ResetBefore => Err(Cut),
        FaultKind::ResetAfter => {
            commit(router, request).await;
            Err(Cut)
        }
        FaultKind::Delay { millis } => {
            let response = commit(router, request).await;
            pause(Duration::from_millis(millis)).await;
            Ok(response)
        }
        FaultKind::Truncate => truncated(commit(router, request).await).await,
        FaultKind::Body { code, body } => {
            commit(router, request).await;
            Ok(json(code, body))
        }
    }
}

async fn commit(router: &Router, request: Request<Incoming>) -> Response {
    let service = TowerToHyperService::new(router.clone());
    let answered: Result<Response, Infallible> = service.call(request.map(Body::new)).await;
    answered.unwrap_or_else(|never| match never {})
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
