//! What a plan of a subscription checks: whether the change is possible, and whether Lumen would accept its
//! order.
//!
//! If that can't be checked now, Lumen decides when the numbers are ordered.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{OnDestroy, Subscription};
use super::order::{LineAction, changes};
use super::supplement::PortStage;
use super::{
    StoredSubscription, TnSubscription, dates, diagnostics, order, replacement, supplement, target,
};
use crate::framework::{Context, Diagnostic, Field, Plan};
use crate::journal::OrderTarget;
use crate::lumen::voice::{
    ActiveNumber, ActiveStatus, Coverage, EmergencyOption, MOST_PORTED_NUMBERS, NumberQuery,
    Product, RateCenterQuery, ReservedNumber, TelephoneNumber,
};
use crate::lumen::{Client, Error};
use crate::services::Session;
use crate::services::orders::{Ordered, OrderedObject as _, PlannedOrder};
use crate::services::voice::checks::asked;

/// Checks and completes a new subscription. An order that an earlier run has placed is resumed, and its
/// numbers are no longer reserved.
pub(super) async fn create(
    session: &Session,
    planned: &mut Subscription,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let action = TnSubscription::creation(planned).action;
    if planned.wait_for.is_unknown() && !planned.port_in.is_unknown() {
        planned.wait_for = Field::Known(action.default_goal().to_owned());
    }
    let Some(lumen) = &session.lumen else { return Ok(()) };
    let target = target::of_creation(lumen, planned);
    if is_ordered(session, target.clone()).await {
        return Ok(());
    }
    warn_of_listing(planned, context);
    if target.is_some_and(|target| replacement::is_one(session, &target)) {
        return replacement::check(lumen, planned, context).await;
    }
    let mut errors = Vec::new();
    if let Some(date) = planned.request_date.known().filter(|_| !planned.port_in.is_unknown()) {
        errors.extend(dates::check_date(action, *date, session.journal.now()).err());
        if action == LineAction::Port {
            dates::warn_of_free_day(planned, context);
        }
    }
    if let Some(port_in) = planned.port_in.known() {
        errors.extend(dates::check_letter(port_in, session.journal.now()).err());
    }
    if let Some(numbers) =
        planned.telephone_numbers.known().filter(|_| !planned.port_in.is_unknown())
    {
        if action == LineAction::Port && MOST_PORTED_NUMBERS < numbers.len() {
            errors.push(diagnostics::too_many(numbers.len()));
        }
        errors.extend(check_new_numbers(lumen, planned, action, numbers, context).await);
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks and completes a change.
pub(super) async fn update(
    session: &Session,
    plan: &mut Plan<Ordered<TnSubscription>>,
    prior: &StoredSubscription,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let planned = &mut plan.planned;
    let now = recorded(prior, planned);
    let refused = refusals(prior, planned);
    if !refused.is_empty() {
        return Err(refused);
    }
    let leaving = &prior.model.numbers() - &planned.numbers();
    if !planned.telephone_numbers.is_unknown()
        && !leaving.is_empty()
        && planned.on_destroy() == OnDestroy::Retain
    {
        context.warn(diagnostics::retained(&prior.model.object(), &leaving, &[]));
    }
    if prior.private.imported {
        for argument in unordered(&prior.model, planned) {
            context.warn(diagnostics::not_ordered(&prior.model.object(), argument));
        }
    }
    if order::supplement(&now, planned).is_some() {
        return supplemented(session, planned, &prior.model, context).await;
    }
    let changes_listing = now.e911_option != planned.e911_option
        || now.directory_listing != planned.directory_listing;
    if changes_listing {
        warn_of_listing(planned, context);
    }
    let orders = changes(&now, planned);
    let changes_numbers = prior.model.telephone_numbers != planned.telephone_numbers;
    planned.keep(&prior.model);
    if orders.is_empty() && !changes_numbers {
        return Ok(());
    }
    planned.leave_open();
    let Some(lumen) = &session.lumen else { return Ok(()) };
    let new = orders.iter().find(|change| change.action == LineAction::Add);
    let Some(new) = new else { return Ok(()) };
    if is_ordered(session, target::of(lumen, &now, planned, new)).await {
        return Ok(());
    }
    let errors = check_new_numbers(lumen, planned, new.action, &new.numbers, context).await;
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks and completes a change of a port that is in progress.
async fn supplemented(
    session: &Session,
    planned: &mut Subscription,
    prior: &Subscription,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    planned.leave_open();
    let target = session.lumen.as_ref().and_then(|lumen| target::of_supplements(lumen, prior));
    if is_ordered(session, target).await {
        return Ok(());
    }
    if prior.request_date != planned.request_date {
        dates::warn_of_free_day(planned, context);
    }
    supplement::check(prior, planned, PortStage::of(prior), session.journal.now())
}

/// Warns about an entry in the directory that Lumen may leave out.
fn warn_of_listing(planned: &Subscription, context: &Context) {
    let is_own_911 = planned.e911_option == Field::Known(EmergencyOption::CustomerProvided);
    if is_own_911 && planned.directory_listing.known().is_some() {
        context.warn(diagnostics::may_not_be_listed(&planned.object()));
    }
}

/// The subscription of the state, with what the plan changes and no order does.
fn recorded(prior: &StoredSubscription, planned: &Subscription) -> Subscription {
    let mut now = prior.model.clone();
    record(&mut now, planned, prior.private.imported);
    now
}

/// Records what is planned and needs no order: numbers that are retained, and what Lumen's report lacks of an
/// imported subscription.
pub(super) fn record(now: &mut Subscription, planned: &Subscription, is_imported: bool) {
    let is_retained = planned.on_destroy() == OnDestroy::Retain && !now.is_porting();
    if is_retained && !planned.telephone_numbers.is_unknown() {
        let leaving = &now.numbers() - &planned.numbers();
        now.remove_numbers(&leaving);
        if !leaving.is_empty() {
            now.set_statuses(&leaving, None);
        }
    }
    if is_imported {
        now.e911_option = planned.e911_option.clone();
        now.directory_listing = planned.directory_listing.clone();
        now.cnam = planned.cnam.clone();
    }
}

/// The arguments of an imported subscription that are recorded although Lumen may have other values. The 911
/// option is not among them, because every subscription that has one was ordered with it.
fn unordered(prior: &Subscription, planned: &Subscription) -> Vec<&'static str> {
    let arguments = [
        ("cnam", prior.cnam.is_null() && planned.cnam.known().is_some()),
        (
            "directory_listing",
            prior.directory_listing.is_null() && planned.directory_listing.known().is_some(),
        ),
    ];
    arguments.into_iter().filter(|(_, is_new)| *is_new).map(|(name, _)| name).collect()
}

/// The changes that no order can make.
fn refusals(prior: &StoredSubscription, planned: &Subscription) -> Vec<Diagnostic> {
    fn differ<T: PartialEq>(prior: &Field<T>, planned: &Field<T>) -> bool {
        prior.known().zip(planned.known()).is_some_and(|(prior, planned)| prior != planned)
    }
    let is_imported = prior.private.imported;
    let prior = &prior.model;
    if prior.is_porting() {
        return supplement::refusals(prior, planned, PortStage::of(prior));
    }
    let mut refused = Vec::new();
    if prior.port_in.is_null() && planned.port_in.known().is_some() && !is_imported {
        refused.push(diagnostics::cant_port(prior));
    }
    if differ(&prior.product, &planned.product) {
        refused.push(diagnostics::cant_change(prior, "product"));
    }
    if differ(&prior.external_order_id, &planned.external_order_id) {
        refused.push(diagnostics::cant_change(prior, "external_order_id"));
    }
    if prior.cnam.known().is_some() && planned.cnam.is_null() {
        refused.push(diagnostics::name_stays());
    }
    let leaving = &prior.numbers() - &planned.numbers();
    if !planned.telephone_numbers.is_unknown()
        && !leaving.is_empty()
        && planned.on_destroy() == OnDestroy::Fail
    {
        refused.push(diagnostics::would_disconnect(&leaving));
    }
    refused
}

/// The orders of a change, for the warning about an imported subscription.
pub(super) fn planned_orders(now: &Subscription, planned: &Subscription) -> Vec<PlannedOrder> {
    let order = |(argument, what, difference): (&'static str, &str, &str),
                 numbers: &BTreeSet<_>| {
        PlannedOrder {
            argument,
            difference: difference.to_owned(),
            order: format!("{what} {}", diagnostics::listed(numbers)),
            keep: format!("`{argument}`"),
        }
    };
    let planned = changes(now, planned);
    let orders = planned.iter().map(|change| {
        let texts = match change.action {
            LineAction::Change => (
                "customer_service_name",
                "a change of",
                "route, subscriber or address differ from what Lumen reports",
            ),
            LineAction::Create | LineAction::Port | LineAction::Supplement | LineAction::Add => (
                "telephone_numbers",
                "the service of",
                "`telephone_numbers` has numbers that are not in service",
            ),
            LineAction::Remove | LineAction::End => (
                "telephone_numbers",
                "the disconnection of",
                "`telephone_numbers` lacks numbers that are in service",
            ),
        };
        order(texts, &change.numbers)
    });
    orders.collect()
}

/// Whether the journal has an open order of this target. Its numbers may be neither reserved nor in service.
async fn is_ordered(session: &Session, target: Option<OrderTarget>) -> bool {
    let Some(target) = target else { return false };
    let survey = session.survey().await;
    survey.is_some_and(|survey| survey.open.iter().any(|open| *open.key.target() == target))
}

/// Checks whether numbers can be put into service.
async fn check_new_numbers(
    lumen: &Client,
    planned: &Subscription,
    action: LineAction,
    numbers: &BTreeSet<TelephoneNumber>,
    context: &Context,
) -> Vec<Diagnostic> {
    if let Err(error) = check_not_active(lumen, numbers, context).await {
        return vec![error];
    }
    if planned.check_numbers == Field::Known(false) {
        return Vec::new();
    }
    let checked = match action {
        LineAction::Port => check_portable(lumen, planned, numbers, context).await,
        _ => check_reserved(lumen, planned, numbers, context).await,
    };
    checked.err().into_iter().collect()
}

/// Refuses numbers that are in service already.
pub(super) async fn check_not_active(
    lumen: &Client,
    numbers: &BTreeSet<TelephoneNumber>,
    context: &Context,
) -> Result<(), Diagnostic> {
    let report = lumen.active_numbers().await;
    let Some(report) = asked(report, "The active numbers", context)? else { return Ok(()) };
    let found: Vec<&ActiveNumber> =
        numbers.iter().filter_map(|number| report.find(*number)).collect();
    let is_leaving = |number: &&ActiveNumber| number.status == ActiveStatus::Disconnecting;
    if let Some(leaving) = found.iter().copied().find(is_leaving) {
        return Err(diagnostics::is_leaving(leaving));
    }
    match found.first() {
        Some(_) => Err(diagnostics::are_active(&numbers_of(&found))),
        None => Ok(()),
    }
}

/// Checks that numbers are reserved, and that static 911 is available for them if it is ordered.
async fn check_reserved(
    lumen: &Client,
    planned: &Subscription,
    numbers: &BTreeSet<TelephoneNumber>,
    context: &Context,
) -> Result<(), Diagnostic> {
    let reserved = reserved_numbers(lumen, numbers).await;
    let Some(reserved) = asked(reserved, "The reserved numbers", context)? else { return Ok(()) };
    let missing: BTreeSet<_> =
        numbers.iter().copied().filter(|number| !reserved.contains_key(number)).collect();
    if !missing.is_empty() {
        return Err(diagnostics::not_reserved(&missing));
    }
    let places = reserved.values().map(|it| (it.state.as_ref(), it.rate_center.as_ref()));
    check_static_911(lumen, planned, places, context).await
}

/// Checks that numbers can be ported, and that static 911 is available for them if it is ordered.
async fn check_portable(
    lumen: &Client,
    planned: &Subscription,
    numbers: &BTreeSet<TelephoneNumber>,
    context: &Context,
) -> Result<(), Diagnostic> {
    let found = asked(lumen.portability(numbers).await, "The coverage", context)?;
    let Some(found) = found else { return Ok(()) };
    let is_refused = |it: &&Coverage| it.covered == Some(false) || it.portable == Some(false);
    let refused: BTreeSet<TelephoneNumber> =
        found.iter().filter(is_refused).filter_map(|it| it.telephone_number).collect();
    if !refused.is_empty() {
        return Err(diagnostics::not_portable(&refused));
    }
    let places = found.iter().map(|it| (it.state.as_ref(), it.rate_center.as_ref()));
    check_static_911(lumen, planned, places, context).await
}

/// Reads the reserved numbers of the exchanges of these numbers.
async fn reserved_numbers(
    lumen: &Client,
    numbers: &BTreeSet<TelephoneNumber>,
) -> Result<BTreeMap<TelephoneNumber, ReservedNumber>, Error> {
    let exchanges: BTreeSet<_> =
        numbers.iter().map(|number| (number.npa(), number.nxx())).collect();
    let mut reserved = BTreeMap::new();
    for (npa, nxx) in exchanges {
        let query = NumberQuery { npa, nxx, ..NumberQuery::default() };
        let found = lumen.reserved_numbers(&query).await?.into_iter();
        let found = found.filter(|found| numbers.contains(&found.number));
        reserved.extend(found.map(|found| (found.number, found)));
    }
    Ok(reserved)
}

/// Checks that Lumen provides static 911 in these states and rate centers, if it is ordered.
async fn check_static_911<'a>(
    lumen: &Client,
    planned: &Subscription,
    places: impl Iterator<Item = (Option<&'a String>, Option<&'a String>)>,
    context: &Context,
) -> Result<(), Diagnostic> {
    if planned.e911_option != Field::Known(EmergencyOption::Static) {
        return Ok(());
    }
    let places: BTreeSet<(String, String)> =
        places.filter_map(|(state, name)| Some((state?.clone(), name?.clone()))).collect();
    for (state, name) in places {
        let query =
            RateCenterQuery { product: Product::EnhancedLocalService, state: Some(state.clone()) };
        let found = asked(lumen.rate_centers(&query).await, "The rate centers", context)?;
        let Some(found) = found else { return Ok(()) };
        let center = found.iter().find(|found| found.rate_center.eq_ignore_ascii_case(&name));
        if center.is_some_and(|center| center.static_911 == Some(false)) {
            return Err(diagnostics::no_static_911(&name, &state));
        }
    }
    Ok(())
}

pub(super) fn numbers_of(found: &[&ActiveNumber]) -> BTreeSet<TelephoneNumber> {
    found.iter().map(|number| number.number).collect()
}
