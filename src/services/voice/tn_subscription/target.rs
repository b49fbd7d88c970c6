//! The targets of the orders of a subscription, by which the journal distinguishes them.

use super::model::Subscription;
use super::order::{LineAction, SubscriptionChange};
use crate::journal::{Likeness, OrderTarget};
use crate::lumen::Client;
use crate::lumen::voice::{Product, TelephoneNumber};

/// The target of the order that makes a subscription.
pub(super) fn of_creation(lumen: &Client, wanted: &Subscription) -> Option<OrderTarget> {
    Some(of_install(lumen, *wanted.product.known()?, wanted.lead()?))
}

/// The target of an order that puts numbers into service, by the lowest of them.
pub(super) fn of_install(lumen: &Client, product: Product, lead: TelephoneNumber) -> OrderTarget {
    let (product, lead) = (product.to_string(), lead.to_string());
    OrderTarget::of(lumen, "voice_tn_subscription", &[&product, &lead])
}

/// The target of the orders that change the record of a subscription.
pub(super) fn of_changes(lumen: &Client, now: &Subscription) -> Option<OrderTarget> {
    let lead = now.lead()?.to_string();
    Some(OrderTarget::of(lumen, "voice_tn_change", &[&lead]))
}

/// The target of the orders that change a port while it is in progress.
pub(super) fn of_supplements(lumen: &Client, now: &Subscription) -> Option<OrderTarget> {
    Some(OrderTarget::of(lumen, "voice_tn_supplement", &[now.port()?.as_str()]))
}

/// The target of the orders that disconnect numbers of a subscription.
pub(super) fn of_disconnections(lumen: &Client, now: &Subscription) -> Option<OrderTarget> {
    let lead = now.lead()?.to_string();
    Some(OrderTarget::of(lumen, "voice_tn_disconnection", &[&lead]))
}

/// The target of an order. Each kind of order has its own, because several orders of a change may be open at
/// the same time: until the state is saved.
pub(super) fn of(
    lumen: &Client,
    now: &Subscription,
    wanted: &Subscription,
    SubscriptionChange { action, numbers }: &SubscriptionChange,
) -> Option<OrderTarget> {
    match action {
        LineAction::Create | LineAction::Port => of_creation(lumen, wanted),
        LineAction::Add => Some(of_install(lumen, *wanted.product.known()?, *numbers.first()?)),
        LineAction::Supplement => of_supplements(lumen, now),
        LineAction::Change => of_changes(lumen, now),
        LineAction::Remove | LineAction::End => of_disconnections(lumen, now),
    }
}

/// The likeness of a subscription with this lead number.
pub(super) fn likeness(lumen: &Client, wanted: &Subscription) -> Option<Likeness> {
    let (product, lead) = (wanted.product.known()?.to_string(), wanted.lead()?.to_string());
    Some(Likeness::of(lumen, &["voice_tn_subscription", &product, &lead]))
}
