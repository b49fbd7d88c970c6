//! An order of a subscription: its target, what the journal keeps of it, and when it has ended.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::facts::Facts;
use super::model::{OnDestroy, Subscription};
use crate::journal::{Likeness, OrderTarget};
use crate::lumen::long_running::{Operation, Progress};
use crate::lumen::voice::{
    ActiveNumber, Date, LineOutcome, OrderKind, PendingLineOrder, Product, TelephoneNumber,
};
use crate::lumen::{Client, Error, ExternalId, ObjectId};
use crate::services::orders::{Order, Receipt};

/// How long Lumen may take to refuse a disconnection that it has accepted, or a change without an order ID.
pub(super) const TIME_TO_REFUSE: Duration = Duration::from_mins(2);

/// What an order does to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LineAction {
    /// It puts the first numbers into service.
    Create,
    /// It takes the first numbers over from another carrier.
    Port,
    /// It puts more numbers into service.
    Add,
    /// It changes the record of numbers that are in service.
    Change,
    /// It disconnects some of the numbers.
    Remove,
    /// It disconnects all numbers.
    End,
}

/// An order of a subscription that was placed. The journal and the state keep it. They have no name and no
/// address, only hashes of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SubscriptionOrder {
    /// What it does.
    pub(super) action: LineAction,
    /// The lead number of the subscription.
    pub(super) lead: TelephoneNumber,
    /// The order at Lumen.
    pub(super) placed: PendingLineOrder,
    /// When it takes effect, if it has a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) request_date: Option<Date>,
    /// What it sets.
    #[serde(default)]
    pub(super) facts: Facts,
    /// Whether Lumen has accepted it. Otherwise its answer may be lost.
    #[serde(default)]
    pub(super) is_accepted: bool,
    /// When it was recorded, just before it was sent.
    at: Timestamp,
    /// When it was first checked in this process.
    #[serde(skip)]
    checked_since: Option<Instant>,
}

impl LineAction {
    /// The kind of order at Lumen.
    pub(super) fn kind(self) -> OrderKind {
        match self {
            Self::Create | Self::Add => OrderKind::Install,
            Self::Port => OrderKind::Port,
            Self::Change => OrderKind::Change,
            Self::Remove | Self::End => OrderKind::Disconnect,
        }
    }
}

impl LineAction {
    /// Whether it makes a subscription.
    pub(super) fn creates(self) -> bool {
        matches!(self, Self::Create | Self::Port)
    }

    /// How long an apply waits for the order if the user does not say so.
    pub(super) fn default_goal(self) -> &'static str {
        if self == Self::Port { "accepted" } else { "active" }
    }
}

impl SubscriptionOrder {
    /// Creates an order that is about to be placed.
    pub(super) fn new(
        action: LineAction,
        lead: TelephoneNumber,
        reference: &ExternalId,
        numbers: BTreeSet<TelephoneNumber>,
        at: Timestamp,
    ) -> Self {
        Self {
            action,
            lead,
            placed: PendingLineOrder::new(action.kind(), reference.clone(), numbers),
            request_date: None,
            facts: Facts::default(),
            is_accepted: false,
            at,
            checked_since: None,
        }
    }

    /// Whether Lumen has had time to refuse the order since it was first checked in this process.
    fn stands(&self) -> bool {
        let is_old = |since: Instant| TIME_TO_REFUSE <= since.elapsed();
        self.is_accepted && self.checked_since.is_some_and(is_old)
    }

    /// Whether the report shows what a change has set.
    pub(super) fn is_shown_in(&self, outcome: &LineOutcome) -> bool {
        let LineOutcome::InService(shown) = outcome else { return false };
        let reference = &self.placed.external_order_id;
        !shown.is_empty() && shown.iter().all(|number| self.facts.are_shown(reference, number))
    }

    /// Checks a change. The report of active numbers may show it before the order has ended, and shows it if
    /// the answer to the order was lost.
    async fn check_change(&mut self, lumen: &Client) -> Result<Progress<LineOutcome>, Error> {
        let retry_after = if self.placed.voice_order_id.is_some() {
            match self.placed.check(lumen).await? {
                Progress::Running { retry_after } => retry_after,
                ended => return Ok(ended),
            }
        } else {
            None
        };
        let report = lumen.active_numbers_now().await?;
        let numbers = self.placed.telephone_numbers.iter();
        let shown: Option<Vec<ActiveNumber>> =
            numbers.map(|number| report.find(*number).cloned()).collect();
        let reference = &self.placed.external_order_id;
        if let Some(shown) = shown
            && shown.iter().all(|number| self.facts.are_shown(reference, number))
        {
            return Ok(Progress::Done(LineOutcome::InService(shown)));
        }
        if self.placed.voice_order_id.is_none() && self.stands() {
            return Ok(Progress::Done(LineOutcome::InService(Vec::new())));
        }
        Ok(Progress::Running { retry_after })
    }

    /// Checks a port. If its answer was lost, it is enough that Lumen has the order: it ends weeks later.
    async fn check_port(&mut self, lumen: &Client) -> Result<Progress<LineOutcome>, Error> {
        match self.placed.check(lumen).await? {
            Progress::Running { .. }
                if !self.is_accepted && self.placed.voice_order_id.is_some() =>
            {
                self.is_accepted = true;
                Ok(Progress::Done(LineOutcome::Committed))
            }
            progress => Ok(progress),
        }
    }

    /// Checks a disconnection, which takes effect a business day or more after it was ordered. It is enough
    /// that Lumen has accepted it, and has not refused it for a while.
    async fn check_disconnection(
        &mut self,
        lumen: &Client,
    ) -> Result<Progress<LineOutcome>, Error> {
        match self.placed.check(lumen).await? {
            Progress::Running { .. } if self.stands() => {
                Ok(Progress::Done(LineOutcome::Disconnected))
            }
            progress => Ok(progress),
        }
    }
}

impl Operation for SubscriptionOrder {
    type Outcome = LineOutcome;

    fn title(&self) -> String {
        self.placed.title()
    }

    fn unexpected(&mut self) -> &mut BTreeSet<String> {
        self.placed.unexpected()
    }

    fn has_succeeded_unseen(&self) -> bool {
        self.placed.has_succeeded_unseen()
    }

    async fn check(&mut self, lumen: &Client) -> Result<Progress<LineOutcome>, Error> {
        self.checked_since.get_or_insert_with(Instant::now);
        match self.action {
            LineAction::Create | LineAction::Add => self.placed.check(lumen).await,
            LineAction::Port => self.check_port(lumen).await,
            LineAction::Change => self.check_change(lumen).await,
            LineAction::Remove | LineAction::End => self.check_disconnection(lumen).await,
        }
    }
}

impl Order for SubscriptionOrder {
    fn object_id(&self) -> Option<ObjectId> {
        Some(self.lead.into())
    }

    /// The numbers of an order are known before it is placed.
    fn exclude(&mut self, _: &BTreeSet<ObjectId>) {}
}

impl Receipt for SubscriptionOrder {
    type Order = Self;

    fn order(&mut self) -> &mut Self {
        self
    }

    fn into_order(self) -> Self {
        self
    }
}

/// What a change of a subscription orders: an action for these numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SubscriptionChange {
    pub(super) action: LineAction,
    pub(super) numbers: BTreeSet<TelephoneNumber>,
}

/// The orders that turn a subscription into what is planned: one change order for all numbers that stay, one
/// install order for the numbers that come, and one disconnect order for those that leave.
pub(super) fn changes(now: &Subscription, planned: &Subscription) -> Vec<SubscriptionChange> {
    let (before, after) = (now.numbers(), planned.numbers());
    let stay = &now.staying() & &after;
    let mut changes = Vec::new();
    let mut order = |action, numbers: BTreeSet<TelephoneNumber>| {
        if !numbers.is_empty() {
            changes.push(SubscriptionChange { action, numbers });
        }
    };
    if now.differs_in_record(planned) {
        order(LineAction::Change, stay);
    }
    order(LineAction::Add, &after - &before);
    if planned.on_destroy() == OnDestroy::Disconnect {
        order(LineAction::Remove, &before - &after);
    }
    changes
}

/// The target of the order that makes a subscription.
pub(super) fn target(lumen: &Client, wanted: &Subscription) -> Option<OrderTarget> {
    Some(target_of_install(lumen, *wanted.product.known()?, wanted.lead()?))
}

/// The target of an order that puts numbers into service, by the lowest of them.
fn target_of_install(lumen: &Client, product: Product, lead: TelephoneNumber) -> OrderTarget {
    let (product, lead) = (product.to_string(), lead.to_string());
    OrderTarget::of(lumen, "voice_tn_subscription", &[&product, &lead])
}

/// The target of the orders that change the record of a subscription.
pub(super) fn target_of_changes(lumen: &Client, now: &Subscription) -> Option<OrderTarget> {
    let lead = now.lead()?.to_string();
    Some(OrderTarget::of(lumen, "voice_tn_change", &[&lead]))
}

/// The target of the orders that disconnect numbers of a subscription.
pub(super) fn target_of_disconnections(lumen: &Client, now: &Subscription) -> Option<OrderTarget> {
    let lead = now.lead()?.to_string();
    Some(OrderTarget::of(lumen, "voice_tn_disconnection", &[&lead]))
}

/// The target of an order. Each kind of order has its own, because several orders of a change may be open at
/// the same time: until the state is saved.
pub(super) fn target_of(
    lumen: &Client,
    now: &Subscription,
    wanted: &Subscription,
    SubscriptionChange { action, numbers }: &SubscriptionChange,
) -> Option<OrderTarget> {
    match action {
        LineAction::Create | LineAction::Port => target(lumen, wanted),
        LineAction::Add => {
            Some(target_of_install(lumen, *wanted.product.known()?, *numbers.first()?))
        }
        LineAction::Change => target_of_changes(lumen, now),
        LineAction::Remove | LineAction::End => target_of_disconnections(lumen, now),
    }
}

/// The likeness of a subscription with this lead number.
pub(super) fn likeness(lumen: &Client, wanted: &Subscription) -> Option<Likeness> {
    let (product, lead) = (wanted.product.known()?.to_string(), wanted.lead()?.to_string());
    Some(Likeness::of(lumen, &["voice_tn_subscription", &product, &lead]))
}

/// An order that has not ended although the state has its effect: a disconnection before its date, or a change
/// that the report does not show yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Lasting {
    pub(super) order: SubscriptionOrder,
    /// Until when the report may show the numbers as they were before a change, once a refresh has checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Timestamp>,
}
