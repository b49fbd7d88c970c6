//! What a plan of a reservation checks: that the rate center takes the order, before it is placed.
//!
//! Whatever can't be asked now, Lumen decides when the numbers are ordered.

use super::model::{Private, TnBlock};
use super::{TnReservation, diagnostics, order};
use crate::framework::{Context, Diagnostic, Field, Intent, Path, Plan, Stored};
use crate::lumen::voice::{
    Coverage, CoverageQuery, Place, Product, RateCenterQuery, Reservation, ShortageAnswer,
};
use crate::lumen::{Client, Error};
use crate::services::orders as at_most_once;
use crate::services::orders::follow as ordered;
use crate::services::{Session, explain};

/// Arguments of an imported reservation that Lumen's inventory does not tell: what a configuration
/// says of them is taken for true, and replaces nothing.
const UNTOLD: [&str; 6] = [
    "product",
    "sequential",
    "pbx_index",
    "pbx_value",
    "customer_service_name",
    "external_order_id",
];

/// What no single attribute can be checked for, offline.
pub(super) fn validate(config: &TnBlock) -> Vec<Diagnostic> {
    let (index, value) = (&config.pbx_index, &config.pbx_value);
    let mut found = Vec::new();
    for (set, missing, name, other) in
        [(index, value, "pbx_index", "pbx_value"), (value, index, "pbx_value", "pbx_index")]
    {
        if !set.is_null() && missing.is_null() {
            found.push(diagnostics::half_a_pbx(name, other));
        }
    }
    let backorders = config.on_shortage == Field::Known(ShortageAnswer::AcceptWithBackorder);
    if backorders && index.known().is_some() {
        found.push(diagnostics::no_backorder_with_pbx());
    }
    found
}

pub(super) async fn review(
    session: &Session,
    plan: &mut Plan<TnReservation>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let prior = match &plan.intent {
        Intent::Create => {
            // What is replaced is called off with this plan's private data, if it has not ended.
            let Private { pending, ordered_as, unsaved, .. } = std::mem::take(&mut plan.private);
            plan.private = Private { pending, ordered_as, unsaved, ..Private::default() };
            check(session, &plan.planned, context).await?;
            if plan.memory.is_lasting() && plan.config.external_order_id.is_null() {
                promise(session, plan).await;
            }
            return Ok(());
        }
        Intent::Destroy(prior) => return protect(prior, "destroyed").map_err(one),
        Intent::Update(prior) => prior.clone(),
    };
    if prior.private.imported {
        let told = |path: &Path| !UNTOLD.iter().any(|name| *path == Path::from(*name));
        plan.replaces.retain(told);
    }
    if !plan.replaces.is_empty() {
        protect(&prior, "replaced").map_err(one)?;
        context.warn(diagnostics::replaced(&prior.model));
        return Ok(());
    }
    review_update(session, plan, &prior, context).await
}

/// Fixes the reference of the order: the plan that is made again before it is placed keeps it.
async fn promise(session: &Session, plan: &mut Plan<TnReservation>) {
    let mut order = plan.memory.kept().and_then(|left| left.promised.clone());
    let thing = session.lumen.as_ref().and_then(|lumen| order::thing(lumen, &plan.planned));
    if let (None, Some(thing)) = (&order, thing) {
        order = at_most_once::promise::<Reservation>(&session.journal, &thing).await;
    }
    let reference = order.as_ref().map(|promise| promise.reference.clone());
    plan.planned.external_order_id = reference.map_or(Field::Unknown, Field::Known);
    plan.private.promised = order;
}

fn protect(prior: &Stored<TnReservation>, verb: &str) -> Result<(), Diagnostic> {
    match prior.model.on_destroy.known().map(String::as_str) {
        Some("fail") => Err(diagnostics::protected(&prior.model, verb)),
        _ => Ok(()),
    }
}

async fn review_update(
    session: &Session,
    plan: &mut Plan<TnReservation>,
    prior: &Stored<TnReservation>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let planned = &mut plan.planned;
    let (before, after) = (prior.model.quantity.known(), planned.quantity.known());
    if let (Some(before), Some(after)) = (before, after)
        && after < before
    {
        return Err(one(diagnostics::shrinks(&prior.model, *before, *after)));
    }
    let grows = before != after;
    if let (Some(before), Some(after), true) = (before, after, prior.private.imported)
        && before < after
    {
        context.warn(diagnostics::imported_grows(&prior.model.object(), after - before));
    }
    planned.keep(&prior.model);
    if let Some(order) = &prior.private.pending {
        let object = planned.object();
        context.warn(ordered::finishes_waiting(&diagnostics::subject(&object), order));
    }
    if grows || prior.private.pending.is_some() {
        planned.leave_open();
    }
    if grows { check(session, planned, context).await } else { Ok(()) }
}

/// Whether Lumen would take an order of numbers there.
async fn check(
    session: &Session,
    planned: &TnBlock,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let Some(lumen) = &session.lumen else { return Ok(()) };
    let (Field::Known(product), Field::Known(rate_center), Field::Known(state)) =
        (&planned.product, &planned.rate_center, &planned.state)
    else {
        return Ok(());
    };
    let checks_utilization = planned.check_utilization != Field::Known(false);
    let (rate_center_checked, utilization_checked, coverage_checked) = tokio::join!(
        check_rate_center(lumen, *product, rate_center, state, context),
        async {
            if checks_utilization {
                check_utilization(lumen, *product, rate_center, state, context).await
            } else {
                Ok(())
            }
        },
        check_coverage(lumen, rate_center, state, context),
    );
    let errors: Vec<Diagnostic> = [rate_center_checked, utilization_checked, coverage_checked]
        .into_iter()
        .filter_map(Result::err)
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

async fn check_rate_center(
    lumen: &Client,
    product: Product,
    rate_center: &str,
    state: &str,
    context: &Context,
) -> Result<(), Diagnostic> {
    let query = RateCenterQuery { product, state: Some(state.to_owned()) };
    let Some(found) = asked(lumen.rate_centers(&query).await, "The rate center", context)? else {
        return Ok(());
    };
    let named = found.iter().find(|found| found.rate_center.eq_ignore_ascii_case(rate_center));
    match named {
        None => {
            let all: Vec<&str> = found.iter().map(|found| found.rate_center.as_str()).collect();
            Err(diagnostics::no_rate_center(rate_center, state, product, &all))
        }
        Some(named) => {
            if product == Product::EnhancedLocalService && named.static_911 == Some(false) {
                context.warn(diagnostics::no_static_911(rate_center, state));
            }
            Ok(())
        }
    }
}

async fn check_utilization(
    lumen: &Client,
    product: Product,
    rate_center: &str,
    state: &str,
    context: &Context,
) -> Result<(), Diagnostic> {
    let found = match lumen.utilization(product, rate_center, state).await {
        // A rate center that Lumen does not know is told of by the list of them.
        Err(Error::NotFound(_)) => return Ok(()),
        answer => asked(answer, "The utilization", context)?,
    };
    match found {
        Some(found) if found.orderable == Some(false) => {
            Err(diagnostics::too_little_used(rate_center, state, found.percent))
        }
        _ => Ok(()),
    }
}

async fn check_coverage(
    lumen: &Client,
    rate_center: &str,
    state: &str,
    context: &Context,
) -> Result<(), Diagnostic> {
    let place = Place { state: Some(state.to_owned()), ..Place::default() };
    let answer = lumen.coverage(&CoverageQuery::Location(place)).await;
    let Some(found) = asked(answer, "The coverage", context)? else { return Ok(()) };
    let out_of_reach = |found: &[&Coverage]| {
        !found.is_empty() && found.iter().all(|found| found.covered == Some(false))
    };
    let everywhere: Vec<&Coverage> = found.iter().collect();
    if out_of_reach(&everywhere) {
        return Err(diagnostics::not_covered("state", state));
    }
    let is_here = |found: &&Coverage| {
        found.rate_center.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(rate_center))
    };
    let here: Vec<&Coverage> = everywhere.into_iter().filter(is_here).collect();
    if out_of_reach(&here) {
        return Err(diagnostics::not_covered("rate_center", &format!("`{rate_center}`, {state}")));
    }
    Ok(())
}

/// An answer that helps to check; without one the plan goes on where that may pass.
fn asked<T>(
    answer: Result<T, Error>,
    what: &str,
    context: &Context,
) -> Result<Option<T>, Diagnostic> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_passing() => {
            context.warn(explain::warning(format!("{what} could not be checked"), &error).outcome(
                "The plan goes on without; Lumen checks it when the numbers are ordered.",
            ));
            Ok(None)
        }
        Err(error) => Err(explain::error(format!("{what} can't be checked"), &error)
            .outcome("Nothing was ordered.")),
    }
}

fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}
