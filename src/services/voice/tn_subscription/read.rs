//! Reading a subscription: the orders that take effect later, and Lumen's report of active numbers, which a run
//! reads once for all subscriptions.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use tracing::debug;

use super::model::{ACTIVE, DISCONNECTING, Subscription};
use super::order::{Lasting, LineAction, SubscriptionOrder};
use super::record::{ServiceAddress, Subscriber};
use super::{StoredSubscription, diagnostics, target};
use crate::framework::{Context, Diagnostic, Field};
use crate::journal::{Ending, LatestOrder};
use crate::lumen::Client;
use crate::lumen::long_running::{Operation as _, Progress};
use crate::lumen::voice::{
    ActiveNumber, ActiveNumbers, ActiveStatus, TelephoneNumber, is_same_text,
};
use crate::services::Session;

/// How long the report may show numbers as they were before a change.
const TIME_TO_SHOW: Duration = Duration::from_mins(15);

/// Updates a subscription. It leaves the state only if the report shows other numbers, and none of its own.
pub(super) async fn refresh(
    session: &Session,
    mut current: StoredSubscription,
    context: &Context,
) -> Result<Option<StoredSubscription>, Diagnostic> {
    let lumen = session.lumen()?;
    let StoredSubscription { model: now, private } = &mut current;
    let object = now.object();
    check_lasting(lumen, now, &mut private.own, context).await;
    let report = lumen.active_numbers().await;
    let report = report.map_err(|error| diagnostics::unreadable(&object, &error))?;
    let numbers = match &*report {
        ActiveNumbers::Reported(numbers) => numbers,
        ActiveNumbers::NotOffered(problem) => {
            if !session.is_told_of_missing_report.swap(true, Ordering::Relaxed) {
                context.warn(diagnostics::not_offered(problem));
            }
            now.note_settled();
            return Ok(Some(current));
        }
    };
    if numbers.is_empty() {
        if now.active().is_empty() {
            return Ok(Some(current));
        }
        return Err(diagnostics::no_numbers_reported(now));
    }
    let gone: BTreeSet<TelephoneNumber> =
        now.active().into_iter().filter(|number| report.find(*number).is_none()).collect();
    if !gone.is_empty() {
        context.warn(diagnostics::gone(&object, &gone));
        now.remove_numbers(&gone);
        now.set_statuses(&gone, None);
    }
    let is_left = !now.numbers().is_empty() || !private.own.is_empty();
    if !is_left {
        close_disconnection(session, lumen, now).await;
        return Ok(None);
    }
    let staying = now.numbers();
    let shown: Vec<&ActiveNumber> =
        staying.iter().filter_map(|number| report.find(*number)).collect();
    let leaving = shown.iter().filter(|it| it.status == ActiveStatus::Disconnecting);
    let leaving: BTreeSet<TelephoneNumber> = leaving.map(|it| it.number).collect();
    if !leaving.is_empty() {
        context.warn(diagnostics::leaving(&object, &leaving));
    }
    let at = session.journal.now();
    private.own.retain_mut(|lasting| {
        let latest = at.saturating_add(TIME_TO_SHOW).unwrap_or(Timestamp::MAX);
        lasting.order.action != LineAction::Change
            || at < *lasting.until.get_or_insert(latest) && !is_shown(lasting, &report)
    });
    let is_unseen = private.own.iter().any(|lasting| lasting.order.action == LineAction::Change);
    take_over(now, &shown, !is_unseen);
    if let Some(street) = shown.iter().find_map(|number| unread_street(now, number)) {
        context.warn(diagnostics::other_street(&object, street));
    }
    Ok(Some(current))
}

/// Closes the entry of the order that disconnected all numbers, if an earlier run left it open: there is never
/// a later order that would find it.
async fn close_disconnection(session: &Session, lumen: &Client, gone: &Subscription) {
    let Some(target) = target::of_disconnections(lumen, gone) else { return };
    let journal = &session.journal;
    if !session.open_entries().await.is_some_and(|open| open.has_target(&target)) {
        return;
    }
    if let Ok(LatestOrder::Accepted(open) | LatestOrder::Unanswered(open)) =
        journal.latest_order::<SubscriptionOrder>(&target).await
        && let Err(error) = journal.close(open.entry.key(), Ending::Reached).await
    {
        // The entry stays open, and the next plan reports it.
        debug!(%error, "the entry of a disconnection can't be closed");
    }
}

/// Checks the disconnections that have not taken effect yet.
async fn check_lasting(
    lumen: &Client,
    now: &mut Subscription,
    orders: &mut Vec<Lasting>,
    context: &Context,
) {
    let object = now.object();
    for mut lasting in std::mem::take(orders) {
        if lasting.order.action == LineAction::Change {
            orders.push(lasting);
            continue;
        }
        let checked = lasting.order.placed.check(lumen).await;
        let order = &lasting.order;
        let numbers = &order.placed.telephone_numbers;
        match checked {
            Ok(Progress::Done(_)) => {
                now.note_order(order);
                now.set_statuses(numbers, None);
            }
            Ok(Progress::Failed(refusal)) => {
                now.note_order(order);
                context.warn(diagnostics::disconnection_refused(&object, order, &refusal));
                now.add_numbers(numbers);
                now.set_statuses(numbers, Some(ACTIVE));
            }
            Ok(Progress::Running { .. } | Progress::Ambiguous(_)) | Err(_) => orders.push(lasting),
        }
    }
}

/// Whether the report shows what a change has set.
fn is_shown(lasting: &Lasting, report: &ActiveNumbers) -> bool {
    let placed = &lasting.order.placed;
    let reference = &placed.external_order_id;
    placed.telephone_numbers.iter().all(|number| {
        report.find(*number).is_none_or(|number| lasting.order.facts.are_shown(reference, number))
    })
}

/// Takes over what the report shows of numbers: their statuses, and, unless it is known to be old, their
/// record.
pub(super) fn take_over(now: &mut Subscription, shown: &[&ActiveNumber], is_new: bool) {
    let leaving: Vec<_> =
        shown.iter().filter(|it| it.status == ActiveStatus::Disconnecting).collect();
    let staying: Vec<_> =
        shown.iter().filter(|it| it.status != ActiveStatus::Disconnecting).collect();
    now.set_statuses(leaving.iter().map(|it| &it.number), Some(DISCONNECTING));
    now.set_statuses(staying.iter().map(|it| &it.number), Some(ACTIVE));
    now.note_settled();
    let word = staying.iter().map(|it| &it.status).find(|status| **status != ActiveStatus::Active);
    if let Some(word) = word {
        now.status = Field::Known(word.to_string());
    }
    let record = staying.iter().find(|it| !agrees(now, it)).or(staying.first());
    let Some(record) = record.or(leaving.first()) else { return };
    now.e911_address = record.emergency_address.as_ref().map(ServiceAddress::reported).into();
    if !is_new || agrees(now, record) {
        return;
    }
    if let Some(product) = record.product {
        now.product = Field::Known(product);
    }
    if let Some(route) = &record.customer_service_name {
        now.customer_service_name = Field::Known(route.clone());
    }
    if let Field::Known(subscriber) = &mut now.subscriber {
        subscriber.take_over(&record.subscriber);
    }
    if let (Field::Known(address), Some(reported)) =
        (&mut now.service_address, &record.service_address)
    {
        address.take_over(reported);
    }
}

/// Whether the report shows a number as the state has it. A subscriber or an address that the state does not
/// have is not compared.
fn agrees(now: &Subscription, number: &ActiveNumber) -> bool {
    let route = now.customer_service_name.known().zip(number.customer_service_name.as_ref());
    let subscriber = now.subscriber.known().and_then(Subscriber::for_order);
    let address = now.service_address.known().and_then(ServiceAddress::for_order);
    now.product.known().zip(number.product).is_none_or(|(own, reported)| *own == reported)
        && route.is_none_or(|(own, reported)| is_same_text(own, reported))
        && subscriber.is_none_or(|own| own.agrees_with(&number.subscriber))
        && address
            .zip(number.service_address.as_ref())
            .is_none_or(|(own, reported)| own.agrees_with(reported))
}

/// The street of a number if the report has it in one text that can't be taken apart, and that differs from the
/// state. Then the state keeps its own.
fn unread_street<'a>(now: &Subscription, number: &'a ActiveNumber) -> Option<&'a str> {
    let own = now.service_address.known().and_then(ServiceAddress::for_order)?;
    let reported = number.service_address.as_ref()?;
    let is_unread = reported.street_name.is_none() && !own.agrees_with(reported);
    reported.street.as_deref().filter(|_| is_unread)
}

/// Whether the report shows the lead number.
pub(super) async fn is_shown_at_all(
    lumen: &Client,
    subscription: &Subscription,
) -> Result<bool, Diagnostic> {
    let report = lumen.active_numbers().await;
    let report = report.map_err(|error| diagnostics::unreadable(&subscription.object(), &error))?;
    Ok(subscription.numbers().iter().any(|number| report.find(*number).is_some()))
}
