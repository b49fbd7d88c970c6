//! Supplements: changes of a port that is in progress. Before the FOC date is set, the date, the subscriber, the
//! address and the billing number can change, and after that only the date.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::Subscription;
use super::order::LineAction;
use super::port_in::PortIn;
use super::record::{ServiceAddress, Subscriber};
use super::{dates, diagnostics};
use crate::framework::model::field_value;
use crate::framework::{Convert, Diagnostic, Field};
use crate::lumen::voice::{Notification, PortBefore, Supplement, SupplementBeforeFoc};
use crate::lumen::{Client, ExternalId, VoiceOrderId};
use crate::services::explain;

/// What is known of a supplement in addition to what is known of its port.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SupplementNotes {
    /// What was known about the port just before.
    pub(super) before: PortBefore,
    /// The ID of the supplement, if Lumen returned one that is not the ID of the port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) own_id: Option<VoiceOrderId>,
}

/// The state of a port, which decides what a supplement can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PortStage {
    /// The losing carrier has not agreed to a date yet.
    BeforeFoc,
    /// The losing carrier has agreed to a date.
    AfterFoc,
}

impl PortStage {
    /// The stage that the state shows.
    pub(super) fn of(now: &Subscription) -> Self {
        if now.is_committed() { Self::AfterFoc } else { Self::BeforeFoc }
    }

    /// Reads what Lumen shows of a port: its stage, and what a supplement will be compared with.
    pub(super) async fn read(
        lumen: &Client,
        now: &Subscription,
        port: &VoiceOrderId,
    ) -> Result<(Self, PortBefore, Vec<Notification>), Diagnostic> {
        let object = now.object();
        let snapshot = lumen.voice_order_snapshot(port).await;
        let snapshot = snapshot.map_err(|error| {
            explain::error(format!("The port of {object} can't be read"), &error)
        })?;
        let told = &snapshot.notifications;
        let is_committed = now.is_committed()
            || snapshot.foc_date().is_some()
            || told.iter().any(|told| told.code.is_commitment());
        let stage = if is_committed { Self::AfterFoc } else { Self::BeforeFoc };
        let date = snapshot.details.request_date.or(now.request_date.known().copied());
        let request_date =
            date.ok_or_else(|| Diagnostic::bug("a port has no `request_date`").at("request_date"))?;
        let before = PortBefore { request_date, updates: snapshot.port_updates() };
        Ok((stage, before, snapshot.notifications))
    }
}

/// Whether the plan changes a port that is in progress, as far as that is known.
pub(super) fn is_planned(now: &Subscription, planned: &Subscription) -> bool {
    let date = compare(&now.request_date, &planned.request_date);
    let others = supplemented(now, planned).into_iter().chain(fixed(now, planned));
    others.map(|(_, compared)| compared).chain([date]).any(|compared| compared != Compared::Same)
}

/// The changes of a port in progress that no supplement can make at this stage.
pub(super) fn refusals(
    now: &Subscription,
    planned: &Subscription,
    stage: PortStage,
) -> Vec<Diagnostic> {
    let object = now.object();
    let never = changed(fixed(now, planned));
    let never = never.map(|argument| diagnostics::in_flight_change(&object, argument));
    let late = changed(supplemented(now, planned)).filter(|_| stage == PortStage::AfterFoc);
    never.chain(late.map(|argument| diagnostics::late_change(&object, argument))).collect()
}

/// Checks a supplement that is about to be planned or sent.
pub(super) fn check(
    now: &Subscription,
    planned: &Subscription,
    stage: PortStage,
    at: Timestamp,
) -> Result<(), Vec<Diagnostic>> {
    let mut refused = refusals(now, planned, stage);
    if let Some(date) = planned.request_date.known() {
        refused.extend(dates::check_date(LineAction::Supplement, *date, at).err());
    }
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// The supplement as Lumen takes it, or `None` if a required part is missing.
pub(super) fn for_order(
    now: &Subscription,
    wanted: &Subscription,
    stage: PortStage,
    reference: &ExternalId,
) -> Option<Supplement> {
    let address = wanted.service_address.known();
    let address = address.filter(|_| now.service_address != wanted.service_address);
    let before_foc = || {
        Some(SupplementBeforeFoc {
            subscriber: wanted.subscriber.known().and_then(Subscriber::for_order)?,
            billing_telephone_number: *wanted.port_in.known()?.billing_telephone_number.known()?,
            service_address: address.and_then(ServiceAddress::for_order),
        })
    };
    Some(Supplement {
        external_order_id: reference.clone(),
        request_date: *wanted.request_date.known()?,
        before_foc: if stage == PortStage::BeforeFoc { Some(before_foc()?) } else { None },
    })
}

/// An argument in the state and in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    Same,
    Different,
    /// The plan does not know all of it yet.
    Unknown,
}

/// Arguments by their paths.
type Arguments<const N: usize> = [(&'static str, Compared); N];

fn changed<const N: usize>(arguments: Arguments<N>) -> impl Iterator<Item = &'static str> {
    let differ = arguments.into_iter().filter(|(_, compared)| *compared == Compared::Different);
    differ.map(|(argument, _)| argument)
}

/// The arguments that a supplement changes before the FOC date is set, in addition to the date.
fn supplemented(now: &Subscription, planned: &Subscription) -> Arguments<3> {
    let number = |it: &Subscription| match &it.port_in {
        Field::Known(port_in) => port_in.billing_telephone_number.clone(),
        _ => Field::Null,
    };
    // `fixed` has a port that is removed.
    let is_removed = planned.port_in.is_null();
    let number = if is_removed { Compared::Same } else { compare(&number(now), &number(planned)) };
    [
        ("subscriber", compare(&now.subscriber, &planned.subscriber)),
        ("service_address", compare(&now.service_address, &planned.service_address)),
        ("port_in.billing_telephone_number", number),
    ]
}

/// The arguments that nothing changes while a port is in progress.
fn fixed(now: &Subscription, planned: &Subscription) -> Arguments<8> {
    let route = compare(&now.customer_service_name, &planned.customer_service_name);
    let terms = |it: &Subscription| it.port_in.clone().map(PortIn::into_terms);
    [
        ("product", compare(&now.product, &planned.product)),
        ("telephone_numbers", compare(&now.telephone_numbers, &planned.telephone_numbers)),
        ("customer_service_name", route),
        ("e911_option", compare(&now.e911_option, &planned.e911_option)),
        ("directory_listing", compare(&now.directory_listing, &planned.directory_listing)),
        ("cnam", compare(&now.cnam, &planned.cnam)),
        ("port_in", compare(&terms(now), &terms(planned))),
        ("external_order_id", compare(&now.external_order_id, &planned.external_order_id)),
    ]
}

fn compare<T: Convert + Clone + PartialEq>(now: &Field<T>, planned: &Field<T>) -> Compared {
    match planned {
        planned if now == planned => Compared::Same,
        planned if field_value(planned.clone()).is_wholly_known() => Compared::Different,
        _ => Compared::Unknown,
    }
}
