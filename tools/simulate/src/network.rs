//! The network between a process and Lumen.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use futures::stream;
use http::{Method, Response, StatusCode};
use lumen_model::LumenOp;
use lumen_simulator::{Reply, Simulator};
use reqwest::Body;
use serde_json::Value;
use terraform_provider_lumen::machine::NetworkError;

use crate::fault::{Effect, Happening};
use crate::process::Process;

/// How long a client waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends a request, and returns what comes back.
pub(crate) async fn send(
    process: &Arc<Process>,
    request: reqwest::Request,
) -> Result<reqwest::Response, NetworkError> {
    let effect = effect_of(request.method().as_str(), request.url().path());
    let what = || format!("{} {}", request.method(), request.url().path());
    let happening = process.begin(effect, what).await;
    if effect != Effect::Order {
        return transmit(process, &request, happening).await;
    }
    process.sends_order();
    let reference = reference(&request);
    if let Some(reference) = reference.clone() {
        if !reference.starts_with("tf-") {
            // Two orders may share a reference that a user has set.
            process.run.ground.trace().end();
        }
        process.trace(|trace, number| {
            let intent = process.run.ground.bucket().intent_of(&reference);
            trace.lumen(number, LumenOp::OrderSent { reference, intent });
        });
    }
    let sent = transmit(process, &request, happening).await;
    if let Some(reference) = reference {
        if happening == Some(Happening::Twice) && !is_success(&sent) {
            // The second of two answers does not show the outcome of the first request.
            process.run.ground.trace().end();
        }
        process.trace(|trace, number| trace.lumen(number, outcome(reference, &sent)));
    }
    sent
}

/// The outcome of an order according to an answer.
fn outcome(reference: String, sent: &Result<reqwest::Response, NetworkError>) -> LumenOp {
    let is_cut = |answer: &reqwest::Response| answer.extensions().get::<IsCut>().is_some();
    match sent {
        Err(error) if !error.may_be_sent => LumenOp::OrderRefused { reference },
        Ok(answer) if answer.status().is_success() && !is_cut(answer) => {
            LumenOp::OrderAccepted { reference }
        }
        Ok(answer) if answer.status().is_client_error() && !is_cut(answer) => {
            LumenOp::OrderRefused { reference }
        }
        _ => LumenOp::AnswerLost { reference },
    }
}

fn is_refused_for_quota(answer: &Reply) -> bool {
    matches!(answer, Reply::Whole(answer) if answer.status() == 429)
}

/// Whether another change of the numbers is in progress. What Lumen shows of them may be older than it.
fn is_second_change(request: &reqwest::Request, answer: &Reply) -> bool {
    request.url().path().ends_with("/order/change")
        && matches!(answer, Reply::Whole(answer) if answer.status() == 400)
}

fn is_success(sent: &Result<reqwest::Response, NetworkError>) -> bool {
    sent.as_ref().is_ok_and(|answer| answer.status().is_success())
}

/// The reference of an order.
fn reference(request: &reqwest::Request) -> Option<String> {
    let body: Value = serde_json::from_slice(request.body()?.as_bytes()?).ok()?;
    let reference = body.get("externalId").or_else(|| body.get("externalOrderID"))?;
    reference.as_str().map(ToOwned::to_owned)
}

/// Marks an answer whose body is cut off.
#[derive(Clone)]
struct IsCut;

async fn transmit(
    process: &Arc<Process>,
    request: &reqwest::Request,
    happening: Option<Happening>,
) -> Result<reqwest::Response, NetworkError> {
    match happening {
        Some(Happening::Refused) => return Err(lost(false, ErrorKind::ConnectionRefused)),
        Some(Happening::LostBefore) => return Err(lost(true, ErrorKind::ConnectionReset)),
        Some(Happening::Status(code)) => return Ok(gateway(code)),
        Some(Happening::Nothing) if is_inventory(request) => return Ok(nothing()),
        _ => {}
    }
    let origin = request.url().origin().ascii_serialization();
    let Some(lumen) = process.run.ground.lumen(&origin) else {
        return Err(lost(false, ErrorKind::HostUnreachable));
    };
    let mut answer = deliver(lumen, request).await;
    if happening == Some(Happening::Twice) {
        let second = deliver(lumen, request).await;
        // If the first copy uses up Lumen's daily quota, or changes numbers that the second copy changes too, the
        // answer to the second copy looks like the answer to an order that Lumen never accepted. The promise
        // does not cover these cases.
        if !is_refused_for_quota(&second) && !is_second_change(request, &second) {
            answer = second;
        }
    }
    process.run.ground.note(|| match &answer {
        Reply::Whole(answer) => {
            let body = String::from_utf8_lossy(answer.body());
            format!("   = {} {}", answer.status(), body.chars().take(160).collect::<String>())
        }
        other => format!("   = {other:?}"),
    });
    let is_in_time = match happening {
        Some(Happening::Slow(seconds)) => Duration::from_secs(seconds.into()) < TIMEOUT,
        _ => true,
    };
    let waiting = process.end(happening.filter(|_| is_in_time));
    waiting.await;
    match (happening, answer) {
        _ if !is_in_time => {
            process.end(Some(Happening::Slow(30))).await;
            Err(lost(true, ErrorKind::TimedOut))
        }
        (Some(Happening::LostAfter), _) | (_, Reply::Dropped) => {
            Err(lost(true, ErrorKind::ConnectionReset))
        }
        (_, Reply::Refused) => Err(lost(false, ErrorKind::ConnectionRefused)),
        (Some(Happening::Cut), Reply::Whole(response)) => {
            let half = response.body().len() / 2;
            Ok(cut(response.map(|body| body.slice(..half))))
        }
        (_, Reply::Whole(response)) => Ok(response.map(Body::from).into()),
        (_, Reply::Cut(response)) => Ok(cut(response)),
    }
}

/// How the paths of the requests that place orders end.
const ORDERS: [&str; 5] =
    ["/orderRequest", "/orderInventory", "/order", "/order/change", "/order/disconnect"];

fn effect_of(method: &str, path: &str) -> Effect {
    let ends = |names: &[&str]| names.iter().any(|name| path.ends_with(name));
    match method {
        "POST" if ends(&ORDERS) => Effect::Order,
        "POST" if path.contains("/priceRequest") => Effect::Price,
        "GET" if path.contains("/orderRequest/") || path.contains("/orderStatus") => Effect::Status,
        "GET" if path.contains("/price") => Effect::Price,
        "GET" if path.contains("/inventory") => Effect::Inventory,
        _ => Effect::Request,
    }
}

async fn deliver(lumen: &Simulator, request: &reqwest::Request) -> Reply {
    let body = request.body().and_then(Body::as_bytes).unwrap_or_default().to_vec();
    let mut sent = http::Request::builder()
        .method(request.method())
        .uri(request.url().as_str())
        .body(body.into())
        .unwrap_or_default();
    *sent.headers_mut() = request.headers().clone();
    lumen.answer(sent).await
}

/// An answer whose body is cut off.
fn cut(response: Response<bytes::Bytes>) -> reqwest::Response {
    let (mut head, body) = response.into_parts();
    head.extensions.insert(IsCut);
    let parts = [Ok(body), Err(io::Error::from(ErrorKind::ConnectionReset))];
    Response::from_parts(head, Body::wrap_stream(stream::iter(parts))).into()
}

fn gateway(code: u16) -> reqwest::Response {
    let mut response = Response::new(Body::from("{\"message\":\"the gateway is out of order\"}"));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
    response.into()
}

fn is_inventory(request: &reqwest::Request) -> bool {
    request.method() == Method::GET && request.url().path().ends_with("/inventory")
}

/// A list that is empty although it should not be.
fn nothing() -> reqwest::Response {
    let page = r#"{"serviceInventory":[],"pageNumber":1,"pageSize":100,"resultCount":0}"#;
    Response::new(Body::from(page)).into()
}

fn lost(may_be_sent: bool, kind: ErrorKind) -> NetworkError {
    NetworkError { may_be_sent, cause: Arc::new(io::Error::from(kind)) }
}
