//! `/Customer/v3/Ordering`: places orders and returns their status.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;

use crate::accepted_order::{AcceptedOrder, Change};
use crate::catalogue::{BILLING_ACCOUNTS, FLEXENTIAL};
use crate::iod::Quote;
use crate::ledger::OrderState;
use crate::order_request::{OrderRequest, RequestedChange};
use crate::payload::Payload;
use crate::problem::Problem;
use crate::services::{DISCONNECTED, Service};
use crate::settings::{RetryAfter, StatusEndpoint};
use crate::state::{Shared, Simulation};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/Customer/v3/Ordering/orderRequest", post(place))
        .route("/Customer/v3/Ordering/orderRequest/{id}", get(status))
}

async fn place(State(shared): State<Shared>, body: Bytes) -> Result<Response, Problem> {
    let mut lumen = shared.lock();
    check_quota(&lumen)?;
    let body = Payload::parse(&body)?;
    let request = OrderRequest::read(&body)?;
    check_billing_account(&request.billing_account_id)?;
    let change = resolve(&mut lumen, &request.change)?;
    let answer = accept(&mut lumen, request, change, body.into_value());
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// Checks the limit of orders per day. The day ends at 00:00 GMT.
fn check_quota(lumen: &Simulation) -> Result<(), Problem> {
    let Some(quota) = lumen.settings.daily_quota else { return Ok(()) };
    let day = |date: jiff::Timestamp| date.as_second().div_euclid(24 * 60 * 60);
    let today = day(lumen.clock.date(lumen.clock.now()));
    let latest = lumen.iod.orders.iter().rev();
    let sent = latest.take_while(|order| day(order.accepted_at) == today).count();
    if u32::try_from(sent).is_ok_and(|sent| sent < quota) {
        return Ok(());
    }
    let reason = format!("you cannot send more than {quota} change requests in a day");
    Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "tooManyRequests", &reason, &reason))
}

fn check_billing_account(id: &str) -> Result<(), Problem> {
    let path = "billingAccount.id";
    match BILLING_ACCOUNTS.iter().find(|account| account.id == id) {
        None => {
            let reason = format!("There is no billing account {id}");
            Err(Problem::unprocessable("referenceNotFound", path, &reason))
        }
        Some(account) if account.hq_country != "US" => {
            let reason = "The billing account must have its headquarters in the US";
            Err(Problem::invalid_value(path, reason))
        }
        Some(_) => Ok(()),
    }
}

/// Looks up the quote and the service in the request, and checks that the change is possible.
fn resolve(lumen: &mut Simulation, change: &RequestedChange) -> Result<Change, Problem> {
    match change {
        RequestedChange::Add { quote_id, name, ipv4_block_size } => {
            let quote = usable_quote(lumen, quote_id)?;
            let connection = lumen.iod.new_connection();
            Ok(Change::Install(Service {
                name: name.clone(),
                master_site_id: quote.master_site_id,
                bandwidth_mbps: quote.mbps,
                ipv4_block_size: ipv4_block_size.clone(),
                // A connection over the customer's port has the UNI Service ID of that port.
                uni_service_id: quote.uni_service_id.unwrap_or(connection.uni_service_id),
                ..connection
            }))
        }
        RequestedChange::Resize { service_id, quote_id } => {
            let service = changeable_service(lumen, service_id)?;
            check_resizable(lumen, &service)?;
            let quote = usable_quote(lumen, quote_id)?;
            if quote.master_site_id != service.master_site_id {
                let reason = format!("Quote {quote_id} is for another site");
                return Err(Problem::invalid_value("quote.id", &reason));
            }
            Ok(Change::Resize { service_id: service.service_id, mbps: quote.mbps })
        }
        RequestedChange::Rename { service_id, name } => {
            let service_id = changeable_service(lumen, service_id)?.service_id;
            Ok(Change::Rename { service_id, name: name.clone() })
        }
        RequestedChange::Delete { service_id } => {
            let service_id = changeable_service(lumen, service_id)?.service_id;
            Ok(Change::Disconnect { service_id })
        }
    }
}

fn usable_quote(lumen: &Simulation, id: &str) -> Result<Quote, Problem> {
    let refuse = |fault: &str| {
        let reason = format!("Quote {id} {fault}");
        Problem::bad_request("invalidValue", &reason).about("quote.id")
    };
    match lumen.iod.quotes.get(id) {
        None => {
            let reason = format!("There is no quote {id}");
            Err(Problem::unprocessable("referenceNotFound", "quote.id", &reason))
        }
        Some(quote) if quote.used => Err(refuse("has already been used")),
        Some(quote) if quote.expires_at <= lumen.clock.now() => Err(refuse("has expired")),
        Some(quote) => Ok(quote.clone()),
    }
}

fn changeable_service(lumen: &Simulation, id: &str) -> Result<Service, Problem> {
    let path = "productOrderItem.product.id";
    let service = lumen
        .iod
        .services
        .get(id)
        .filter(|service| service.service_type == "Internet" && service.status != DISCONNECTED)
        .ok_or_else(|| {
            let reason = format!("There is no service {id}");
            Problem::unprocessable("referenceNotFound", path, &reason)
        })?;
    let status = &service.status;
    if !status.to_lowercase().contains("pending") {
        return Ok(service.clone());
    }
    let reason =
        format!("The Service Id cannot be modified since the current status is - {status}");
    Err(Problem::unprocessable("otherIssue", path, &reason))
}

fn check_resizable(lumen: &Simulation, service: &Service) -> Result<(), Problem> {
    let partner = lumen.iod.site(&service.master_site_id).and_then(|site| site.partner_id);
    if partner != Some(FLEXENTIAL) {
        return Ok(());
    }
    let reason = "Bandwidth cannot be changed at Flexential locations";
    Err(Problem::invalid_value("productOrderItem.product.id", reason))
}

fn accept(lumen: &mut Simulation, request: OrderRequest, mut change: Change, body: Value) -> Value {
    if let Change::Install(service) = &mut change {
        service.billing_account_id.clone_from(&request.billing_account_id);
    }
    let order = AcceptedOrder::accept(lumen, request, change, body);
    let answer = order.echo.clone();
    lumen.iod.record(order);
    answer
}

async fn status(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<(HeaderMap, Json<Value>), Problem> {
    let lumen = shared.lock();
    check_status_endpoint(lumen.settings.status_endpoint)?;
    let now = lumen.clock.now();
    let order = lumen
        .iod
        .order(&id)
        .filter(|order| order.shows_status(now, &lumen.settings))
        .ok_or_else(|| Problem::not_found(&format!("There is no order request {id}")))?;
    let mut headers = HeaderMap::new();
    if order.state(now) == OrderState::Running
        && let Some(pause) = retry_after(&lumen)
    {
        headers.insert(header::RETRY_AFTER, pause);
    }
    Ok((headers, Json(order.status(now, &lumen.settings))))
}

fn check_status_endpoint(endpoint: StatusEndpoint) -> Result<(), Problem> {
    match endpoint {
        StatusEndpoint::On => Ok(()),
        StatusEndpoint::NotFound => Err(Problem::unknown_path()),
        StatusEndpoint::MethodNotAllowed => Err(Problem::unknown_method()),
        StatusEndpoint::NotImplemented => {
            let (status, reason) = (StatusCode::NOT_IMPLEMENTED, "Not implemented yet");
            Err(Problem::new(status, "notImplemented", reason, reason))
        }
    }
}

fn retry_after(lumen: &Simulation) -> Option<HeaderValue> {
    match lumen.settings.retry_after {
        RetryAfter::None => None,
        RetryAfter::Seconds(seconds) => Some(seconds.into()),
        RetryAfter::Date(seconds) => {
            let ahead = Duration::from_secs(seconds);
            let date = lumen.clock.http_date(lumen.clock.now().saturating_add(ahead));
            HeaderValue::from_str(&date).ok()
        }
    }
}
