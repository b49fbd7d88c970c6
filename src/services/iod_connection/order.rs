//! Ordering: quote it, place the order once.

use std::time::Duration;

use tokio::time::Instant;
use tracing::info;

use super::diagnostics;
use super::wanted::{Change, Wanted};
use crate::framework::{Context, Diagnostic};
use crate::lumen::ordering::{Order, OrderRequest, Quote, ServiceQuery};
use crate::lumen::{Client, Error, ServiceId};
use crate::services::explain;
use crate::services::ordered::{self, NotOrdered};

/// How often a quote that is no longer valid when it is ordered is made anew.
const MOST_RENEWALS: u32 = 3;

/// The pauses between tries while Lumen says that a site is not enabled. It may pass within minutes;
/// but who mistyped a site wants to be told soon, and a plan can be repeated at no cost.
pub(super) const PATIENCE_OF_A_PLAN: &[Duration] =
    &[Duration::from_secs(2), Duration::from_secs(4)];
const PATIENCE_OF_AN_ORDER: &[Duration] =
    &[Duration::from_secs(10), Duration::from_secs(30), Duration::from_mins(1)];

/// An order that Lumen accepted.
pub(super) struct Bought {
    pub(super) order: Order,
    /// What it costs; nothing is quoted for a new name or a disconnection.
    pub(super) quote: Option<Quote>,
}

/// Quotes it and places the order. Every refusal that Lumen certainly did not accept is dealt with
/// here; whatever may have been accepted is looked for, and never sent again.
pub(super) async fn buy(
    lumen: &Client,
    wanted: &Wanted,
    change: &Change,
    context: &Context,
) -> Result<Bought, NotOrdered> {
    let goal = wanted.goal(change, active_services(lumen, wanted, change).await?);
    let external_id = wanted.reference(change)?;
    let mut renewals = 0;
    let mut quote = None;
    loop {
        if quote.as_ref().is_none_or(|quote: &Quote| quote.is_expired(Instant::now())) {
            quote = price(lumen, wanted, change, context).await.map_err(NotOrdered::Nothing)?;
        }
        if context.stop.is_cancelled() {
            return Err(NotOrdered::Nothing(ordered::interrupted(&wanted.object())));
        }
        let Some(action) = wanted.action(change, quote.as_ref()) else {
            return Err(NotOrdered::Nothing(Diagnostic::bug("an order lacks its quote")));
        };
        let request = OrderRequest {
            external_id: &external_id,
            billing_account: &wanted.billing_account,
            contact: &wanted.contact,
            note: wanted.note.as_deref(),
            action,
        };
        let error = match lumen.place(&request).await {
            Ok(accepted) => {
                let id = accepted.order_request_id;
                info!(order.request_id = %id, order.external_id = %external_id, ?change, "Lumen accepted an order");
                let order = Order::new(Some(id), goal);
                return Ok(Bought { order, quote });
            }
            Err(error) => error,
        };
        match &error {
            Error::Rejected(problem)
                if problem.is_about_expired_quote() && renewals < MOST_RENEWALS =>
            {
                renewals += 1;
                quote = None;
            }
            Error::Rejected(problem) if problem.is_about_running_change() => {
                let pause = lumen.settings().poll.interval;
                if !waited(context, pause).await {
                    return Err(NotOrdered::Nothing(diagnostics::busy(&wanted.name, &error)));
                }
            }
            error if error.may_have_arrived() => {
                let order = ordered::look_for(lumen, Order::new(None, goal), context).await;
                let order = order.map_err(|search| {
                    NotOrdered::Unsure(diagnostics::unsure(
                        &wanted.name,
                        &external_id,
                        change,
                        error,
                        &search,
                    ))
                })?;
                context.warn(ordered::found(&wanted.object(), error));
                return Ok(Bought { order, quote });
            }
            error => {
                return Err(NotOrdered::Nothing(diagnostics::refused(&wanted.name, change, error)));
            }
        }
    }
}

/// Which services are active before one is added: none of them is the new one.
async fn active_services(
    lumen: &Client,
    wanted: &Wanted,
    change: &Change,
) -> Result<Vec<ServiceId>, NotOrdered> {
    if *change != Change::Add {
        return Ok(Vec::new());
    }
    let query =
        ServiceQuery { master_site_id: Some(wanted.site.clone()), name: Some(wanted.name.clone()) };
    let services = lumen.services(&query).await.map_err(|error| {
        NotOrdered::Nothing(
            explain::error(format!("Connection `{}` can't be ordered", wanted.name), &error)
                .outcome("Nothing was ordered: the inventory is looked at first, so that a new service can be told from the existing ones."),
        )
    })?;
    Ok(services.into_iter().map(|service| service.service_id).collect())
}

/// A quote that keeps the plan's promise and all limits; none where nothing is quoted.
async fn price(
    lumen: &Client,
    wanted: &Wanted,
    change: &Change,
    context: &Context,
) -> Result<Option<Quote>, Diagnostic> {
    if !matches!(change, Change::Add | Change::Bandwidth(_)) {
        return Ok(None);
    }
    let request = wanted.quote_request();
    let quote = patiently(context, PATIENCE_OF_AN_ORDER, || lumen.quote(&request)).await;
    let quote = quote.map_err(|error| diagnostics::refused(&wanted.name, change, &error))?;
    if let Some(limit) = wanted.limit.filter(|limit| limit.price < quote.hourly) {
        return Err(diagnostics::over_limit(&wanted.name, quote.hourly, limit));
    }
    if let Some(planned) = wanted.planned_price.filter(|planned| *planned < quote.hourly) {
        return Err(diagnostics::dearer(&wanted.name, planned, quote.hourly));
    }
    Ok(Some(quote))
}

/// Lumen is known to say for a while that a site is not enabled when it is: asks some more times.
pub(super) async fn patiently<T, Asking: Future<Output = Result<T, Error>>>(
    context: &Context,
    pauses: &[Duration],
    ask: impl Fn() -> Asking,
) -> Result<T, Error> {
    for pause in pauses {
        match ask().await {
            Err(Error::Rejected(problem)) if problem.is_about_enablement() => {
                if !waited(context, *pause).await {
                    return Err(Error::Rejected(problem));
                }
            }
            answer => return answer,
        }
    }
    ask().await
}

/// Whether the pause has passed before the user's patience has.
async fn waited(context: &Context, pause: Duration) -> bool {
    tokio::select! {
        biased;
        () = context.stop.cancelled() => false,
        () = tokio::time::sleep_until(context.deadline) => false,
        () = tokio::time::sleep(pause) => true,
    }
}
