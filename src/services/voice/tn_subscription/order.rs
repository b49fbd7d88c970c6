//! An order of a subscription: its target, what the journal keeps of it, and when it has ended.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::diagnostics;
use super::facts::Facts;
use super::model::{OnDestroy, Subscription};
use super::supplement::{self, SupplementNotes};
use crate::framework::Context;
use crate::lumen::long_running::{Operation, Progress};
use crate::lumen::voice::{
    ActiveNumber, Date, LineOutcome, OrderKind, PendingLineOrder, Supplement, TelephoneNumber,
};
use crate::lumen::{Client, Error, ExternalId, ObjectId, VoiceOrderId};
use crate::services::orders::{Order, Receipt};

/// How long Lumen may take to refuse a disconnection that it has accepted, or a change without an order ID.
pub(super) const TIME_TO_REFUSE: Duration = Duration::from_mins(2);

/// How long after its date an order may end before a refresh says that it takes long.
const TIME_TO_BE_LATE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long after its FOC date a port may end before a refresh says that it has not happened.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What an order does to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LineAction {
    /// It puts the first numbers into service.
    Create,
    /// It takes the first numbers over from another carrier.
    Port,
    /// It changes the port of the first numbers while that is in progress.
    Supplement,
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
    /// What else is known of a supplement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) supplement: Option<SupplementNotes>,
    /// The FOC date that has passed, once a refresh has warned about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    missed_date: Option<Date>,
    /// Whether Lumen has accepted it. Otherwise its answer may be lost.
    #[serde(default)]
    pub(super) is_accepted: bool,
    /// When it was first checked in this process.
    #[serde(skip)]
    checked_since: Option<Instant>,
}

impl LineAction {
    /// The kind of order at Lumen.
    pub(super) fn kind(self) -> OrderKind {
        match self {
            Self::Create | Self::Add => OrderKind::Install,
            Self::Port | Self::Supplement => OrderKind::Port,
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
    ) -> Self {
        Self {
            action,
            lead,
            placed: PendingLineOrder::new(action.kind(), reference.clone(), numbers),
            request_date: None,
            facts: Facts::default(),
            supplement: None,
            missed_date: None,
            is_accepted: false,
            checked_since: None,
        }
    }

    /// Records that Lumen has accepted the order, and Lumen's ID of it if there is one. A supplement is followed
    /// under the ID of its port.
    pub(super) fn accept(&mut self, id: Option<VoiceOrderId>) {
        self.is_accepted = true;
        match &mut self.supplement {
            Some(notes) => {
                notes.own_id = id.filter(|id| self.placed.voice_order_id.as_ref() != Some(id));
            }
            None => self.placed.voice_order_id = id,
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
        let shown = shown.map(LineOutcome::InService);
        if let Some(outcome) = shown.filter(|outcome| self.is_shown_in(outcome)) {
            return Ok(Progress::Done(outcome));
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

    /// Checks a supplement. It is enough that Lumen has accepted it, and has not refused it for a while. The port
    /// is followed by its own order.
    async fn check_supplement(&mut self, lumen: &Client) -> Result<Progress<LineOutcome>, Error> {
        let done = Progress::Done(LineOutcome::Supplemented);
        let (Some(notes), Some(request_date)) = (&self.supplement, self.request_date) else {
            return Ok(done);
        };
        let external_order_id = self.placed.external_order_id.clone();
        let supplement = Supplement { external_order_id, request_date, before_foc: None };
        let (own_id, before) = (notes.own_id.as_ref(), notes.before);
        let checked = self.placed.check_supplement(lumen, &supplement, own_id, before).await?;
        match checked {
            Progress::Running { .. } if self.stands() => Ok(done),
            Progress::Done(outcome) => {
                self.is_accepted = true;
                Ok(Progress::Done(outcome))
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
        match self.action {
            LineAction::Supplement => format!("the supplement of {}", self.placed.title()),
            _ => self.placed.title(),
        }
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
            LineAction::Supplement => self.check_supplement(lumen).await,
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

    /// A losing carrier may be late, and Lumen may change the date of a port.
    fn due(&self) -> Option<Timestamp> {
        let date = self.placed.foc_date.max(self.request_date)?;
        date.timestamp().checked_add(TIME_TO_BE_LATE).ok()
    }

    fn continues_after(outcome: &LineOutcome) -> bool {
        *outcome == LineOutcome::Committed
    }

    fn take_supplement(&mut self, supplement: &Self) {
        self.request_date = supplement.request_date;
        let told = &supplement.placed.notifications;
        let new: Vec<_> =
            told.iter().filter(|it| !self.placed.notifications.contains(it)).collect();
        self.placed.notifications.extend(new.into_iter().cloned());
        self.placed.foc_date = supplement.placed.foc_date.or(self.placed.foc_date);
    }

    /// Warns once about a port that has not happened on its date.
    fn review(&mut self, object: &str, now: Timestamp, context: &Context) {
        let Some(date) = self.placed.foc_date.filter(|_| self.action == LineAction::Port) else {
            return;
        };
        let is_missed = DAY < now.duration_since(date.timestamp());
        if is_missed && self.missed_date != Some(date) {
            context.warn(diagnostics::missed(object, self, date));
            self.missed_date = Some(date);
        }
    }
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
/// install order for the numbers that come, and one disconnect order for those that leave. Until its first numbers
/// are ported, there is none but the supplement.
pub(super) fn changes(now: &Subscription, planned: &Subscription) -> Vec<SubscriptionChange> {
    if now.is_porting() {
        return Vec::new();
    }
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

/// The supplement of a port in progress that makes it what is planned.
pub(super) fn supplement(now: &Subscription, planned: &Subscription) -> Option<SubscriptionChange> {
    let is_planned = now.is_porting() && supplement::is_planned(now, planned);
    let (action, numbers) = (LineAction::Supplement, now.numbers());
    is_planned.then_some(SubscriptionChange { action, numbers })
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
