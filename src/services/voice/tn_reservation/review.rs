//! What a plan of a reservation checks: whether Lumen would accept the order in the rate center.
//!
//! If that can't be checked now, Lumen decides when the numbers are ordered.

use super::model::TnBlock;
use super::{StoredReservation, TnReservation, diagnostics, held};
use crate::framework::{Context, Diagnostic, Field, Plan};
use crate::lumen::voice::{
    Coverage, CoverageQuery, Place, Product, RateCenterQuery, ShortageAnswer,
};
use crate::lumen::{Client, Error};
use crate::services::Session;
use crate::services::orders::{Ordered, PlannedOrder};
use crate::services::voice::checks::asked;

/// Checks offline what the schema of a single attribute can't.
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

/// Checks a change. Only another quantity orders numbers.
pub(super) async fn update(
    session: &Session,
    plan: &mut Plan<Ordered<TnReservation>>,
    prior: &StoredReservation,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let planned = &mut plan.planned;
    let (before, after) = (prior.model.quantity.known(), planned.quantity.known());
    if let (Some(before), Some(after)) = (before, after)
        && after < before
        && *after < prior.model.held()
    {
        return Err(one(diagnostics::shrinks(&prior.model, *after)));
    }
    let grows = after.is_none() || 0 < prior.model.missing_for(planned);
    let changes = before != after;
    planned.keep(&prior.model);
    // If a backorder has ended by the time of the apply, the numbers that it lacks are ordered as well.
    if grows || changes && prior.model.is_backordered() {
        planned.leave_open();
    }
    if !grows {
        return Ok(());
    }
    let (checked, held) = tokio::join!(
        check(session, planned, context),
        held::review_growth(session, &prior.model, context),
    );
    let mut errors = checked.err().unwrap_or_default();
    errors.extend(held.err());
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The order that a change places: it adds numbers.
pub(super) fn planned_orders(now: &TnBlock, planned: &TnBlock) -> Vec<PlannedOrder> {
    let (before, after, more) = (now.held(), planned.wanted(), now.missing_for(planned));
    if more < 1 {
        return Vec::new();
    }
    let order = if more == 1 { "1 more number".to_owned() } else { format!("{more} more numbers") };
    vec![PlannedOrder {
        argument: "quantity",
        difference: format!(
            "Lumen's inventory shows {before} numbers, and `quantity` is {after}: assigned numbers are no longer in the inventory"
        ),
        order,
        keep: format!("`quantity = {before}`"),
    }]
}

/// Checks whether Lumen would accept an order of numbers in the rate center.
pub(super) async fn check(
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
        // `check_rate_center` reports a rate center that Lumen does not know.
        Err(Error::NotFound(_)) => return Ok(()),
        answer => asked(answer, "The utilization", context)?,
    };
    match found {
        Some(found) if found.orderable == Some(false) => {
            Err(diagnostics::too_little_used(rate_center, state, found.percent.as_ref()))
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

fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}
