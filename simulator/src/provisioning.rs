//! `/serviceProvisioning`: configures new services. Lumen does not publish the bodies of these
//! endpoints, so here a request only has to name its order.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::accepted_order::AcceptedOrder;
use crate::paging::Parameters;
use crate::payload::Payload;
use crate::problem::{Answer, Problem};
use crate::state::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/serviceProvisioning/v1/ipPrefix", post(ip_prefix))
        .route("/serviceProvisioning/v2/internet", post(configure))
        .route("/serviceProvisioning/v3/internet", get(configuration).post(configure))
}

/// Returns the request body, because the only thing known about the real answer is that it comes at
/// once.
async fn ip_prefix(body: Bytes) -> Answer {
    Ok(Json(Payload::parse(&body)?.into_value()))
}

/// Configures the service of an order, which takes effect when the order is complete. The answer
/// contains no id, so a client can't poll the progress.
async fn configure(State(shared): State<Shared>, body: Bytes) -> Result<StatusCode, Problem> {
    let mut lumen = shared.lock();
    let order_id = Payload::parse(&body)?.text("orderId")?;
    let now = lumen.clock.now();
    let known = |order: &&mut AcceptedOrder| order.order_id(now) == Some(order_id.as_str());
    let order = lumen.iod.orders.iter_mut().find(known).ok_or_else(|| {
        let reason = format!("There is no order {order_id}");
        Problem::unprocessable("referenceNotFound", "orderId", &reason)
    })?;
    order.awaits_configuration = false;
    Ok(StatusCode::ACCEPTED)
}

async fn configuration(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Answer {
    let Some(service_id) = parameters.get("serviceId") else {
        let reason = "The query parameter serviceId is required";
        return Err(Problem::bad_request("missingQueryParameter", reason).about("serviceId"));
    };
    let lumen = shared.lock();
    let service = lumen
        .iod
        .services
        .get(service_id)
        .ok_or_else(|| Problem::not_found(&format!("There is no service {service_id}")))?;
    Ok(Json(json!({ "serviceId": service.service_id, "status": service.status })))
}
