//! The `lumen_voice_tn_subscription` resource: telephone numbers in service for one subscriber.
//!
//! This file implements the subscription as an ordered object. `purchase` places its orders, `order` is an
//! order that was placed, `supplement` changes a port that is in progress, `facts` is what an order sets, and
//! `outcome` what it did. `read` reads the numbers, `import` finds them, `review`, `replacement` and `validate`
//! check a plan and a configuration, `model`, `record`, `rules` and `schema` are the Terraform model, and
//! `diagnostics` holds the messages.

mod dates;
mod diagnostics;
mod facts;
mod import;
mod list;
mod model;
mod notification;
mod order;
mod outcome;
mod port_in;
mod purchase;
mod read;
mod record;
mod replacement;
mod review;
mod rules;
mod schema;
mod supplement;
mod target;
mod validate;

use std::time::Duration;

use self::import::ImportedNumbers;
pub(crate) use self::list::SubscriptionList;
use self::model::{Identity, OnDestroy, Subscription};
use self::order::{Lasting, LineAction, SubscriptionChange, SubscriptionOrder};
use self::purchase::Subscribing;
use crate::framework::{Context, Diagnostic, Field, Plan, Schema};
use crate::journal::{Likeness, OrderTarget, Promise};
use crate::lumen::long_running::{PendingReason, Refusal};
use crate::lumen::voice::{LineGoal, LineOutcome, OrderKind, TelephoneNumber};
use crate::lumen::{ApiUrl, Client, Error, ExternalId, ObjectId, Problem, Settings};
use crate::services::Session;
use crate::services::orders::{
    During, Left, Ordered, OrderedObject, PlannedOrder, Purpose, StoredObject, Undone,
};

/// The `lumen_voice_tn_subscription` resource.
pub(crate) struct TnSubscription;

/// The value of `wait_for` that ends the wait when the losing carrier has agreed to a date.
const UNTIL_FOC: &str = "foc";

/// A subscription with its private data.
type StoredSubscription = StoredObject<TnSubscription>;

impl OrderedObject for TnSubscription {
    const NAME: &'static str = "voice_tn_subscription";
    const UNTOLD: &'static [&'static str] = &[
        "product",
        "e911_option",
        "directory_listing",
        "cnam",
        "request_date",
        "port_in",
        "external_order_id",
    ];

    const SHOWS_CHANGES: bool = true;
    const TAKES_CHANGES: bool = true;
    const TELL_APART: &'static str = "Give each instance other `telephone_numbers`.";

    type Model = Subscription;
    type Identity = Identity;
    type Purchase = Subscribing;
    type Order = SubscriptionOrder;
    type Change = SubscriptionChange;
    /// Orders whose effect the state has, and Lumen does not show yet.
    type Own = Vec<Lasting>;
    type LookedUp = ();

    fn schema() -> Schema {
        schema::schema()
    }

    fn validate(config: &Subscription) -> Vec<Diagnostic> {
        validate::validate(config)
    }

    fn id(subscription: &Subscription) -> &Field<TelephoneNumber> {
        &subscription.id
    }

    /// A subscription whose first order is in progress is known by its journal entry.
    fn object_id(subscription: &Subscription) -> Option<ObjectId> {
        let id = subscription.id.known().filter(|_| !subscription.is_pending());
        id.copied().map(Into::into)
    }

    fn is_made_by(subscription: &Subscription, order: &SubscriptionOrder) -> bool {
        order.action.creates() && subscription.id.known() == Some(&order.lead)
    }

    fn reference(subscription: &mut Subscription) -> &mut Field<ExternalId> {
        &mut subscription.external_order_id
    }

    fn target(lumen: &Client, subscription: &Subscription) -> Option<OrderTarget> {
        target::of_creation(lumen, subscription)
    }

    fn likeness(lumen: &Client, planned: &Subscription) -> Option<Likeness> {
        target::likeness(lumen, planned)
    }

    fn target_of_changes(lumen: &Client, subscription: &Subscription) -> Option<OrderTarget> {
        target::of_changes(lumen, subscription)
    }

    fn targets_of_orders(
        lumen: &Client,
        now: &Subscription,
        planned: Option<&Subscription>,
    ) -> Vec<OrderTarget> {
        let Some(planned) = planned else {
            return target::of_disconnections(lumen, now).into_iter().collect();
        };
        let changes = order::changes(now, planned).into_iter();
        let changes = changes.chain(order::supplement(now, planned));
        changes.filter_map(|change| target::of(lumen, now, planned, &change)).collect()
    }

    /// The report lacks the caller name, the directory listing and the 911 option, and shows the rest some time
    /// after the order has ended.
    fn shows_change(order: &SubscriptionOrder, outcome: &LineOutcome) -> bool {
        order.facts.can_be_shown() && order.is_shown_in(outcome)
    }

    fn api(settings: &Settings) -> &ApiUrl {
        &settings.voice_base_url
    }

    async fn is_shown(session: &Session, now: &Subscription) -> Result<bool, Diagnostic> {
        read::is_shown_at_all(session.lumen()?, now).await
    }

    fn object(subscription: &Subscription) -> String {
        subscription.object()
    }

    fn purpose(order: &SubscriptionOrder) -> Purpose {
        diagnostics::purpose(order)
    }

    fn untouched(subscription: &Subscription, during: During) -> String {
        diagnostics::untouched(subscription, during)
    }

    fn undone(object: &str, order: &SubscriptionOrder) -> Undone {
        diagnostics::undone(object, order)
    }

    fn advise(diagnostic: Diagnostic, refusal: &Refusal) -> Diagnostic {
        diagnostics::explained(diagnostic, refusal)
    }

    fn is_protected(subscription: &Subscription) -> bool {
        subscription.on_destroy() == OnDestroy::Fail
    }

    /// A number that is disconnected can't be put into service again, and one that is retained can't be ordered
    /// twice.
    fn may_be_replaced(subscription: &Subscription) -> bool {
        subscription.active().is_empty() && subscription.on_destroy() != OnDestroy::Retain
    }

    fn protected(subscription: &Subscription, verb: &str) -> Diagnostic {
        diagnostics::protected(subscription, verb)
    }

    async fn review_create(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        (): (),
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        review::create(session, &mut plan.planned, context).await
    }

    async fn review_update(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        prior: &StoredSubscription,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        review::update(session, plan, prior, context).await
    }

    fn planned_orders(now: &Subscription, planned: &Subscription) -> Vec<PlannedOrder> {
        review::planned_orders(now, planned)
    }

    fn looked_up(_: &Subscription) {}

    fn creation(planned: &Subscription) -> SubscriptionChange {
        let is_port = planned.port_in.known().is_some();
        let action = if is_port { LineAction::Port } else { LineAction::Create };
        SubscriptionChange { action, numbers: planned.numbers() }
    }

    fn record_unordered(now: &mut Subscription, planned: &Subscription, is_imported: bool) {
        review::record(now, planned, is_imported);
    }

    fn changes(now: &Subscription, planned: &Subscription) -> Vec<SubscriptionChange> {
        order::changes(now, planned)
    }

    fn supplement(now: &Subscription, planned: &Subscription) -> Option<SubscriptionChange> {
        order::supplement(now, planned)
    }

    fn disconnection(now: &Subscription) -> Option<SubscriptionChange> {
        let numbers = now.active();
        let is_ordered = now.on_destroy() == OnDestroy::Disconnect && !numbers.is_empty();
        is_ordered.then_some(SubscriptionChange { action: LineAction::End, numbers })
    }

    async fn purchase(
        session: &Session,
        change: SubscriptionChange,
        now: &Subscription,
        wanted: &Subscription,
        promise: Option<Promise>,
    ) -> Result<Subscribing, Diagnostic> {
        Subscribing::new(session, change, now, wanted, promise)
    }

    fn take_receipt(
        planned: &mut StoredSubscription,
        now: &mut Subscription,
        _: &Subscribing,
        order: &SubscriptionOrder,
        _: &ExternalId,
        _: &Context,
    ) {
        match order.action {
            LineAction::Supplement => {
                now.take_supplement(&planned.model);
                now.note_order(order);
            }
            LineAction::Change => now.take_record(&planned.model),
            LineAction::Add => now.add_numbers(&order.placed.telephone_numbers),
            _ => {}
        }
    }

    fn update_order(order: &mut SubscriptionOrder, planned: &Subscription) {
        let is_until_foc = planned.wait_for.known().is_some_and(|goal| goal == UNTIL_FOC);
        order.placed.goal = if is_until_foc { LineGoal::Commitment } else { LineGoal::End };
    }

    fn waits_for(planned: &Subscription, order: &SubscriptionOrder) -> bool {
        let goal = planned.wait_for.known().map(String::as_str);
        match goal.unwrap_or_else(|| order.action.default_goal()) {
            "accepted" => !order.action.creates(),
            UNTIL_FOC => !order.placed.is_committed(),
            _ => true,
        }
    }

    /// Lumen refuses most ports that it can't carry out soon after it has accepted them.
    fn time_to_refuse(order: &SubscriptionOrder) -> Duration {
        if order.action == LineAction::Port { order::TIME_TO_REFUSE } else { Duration::ZERO }
    }

    fn report_accepted(object: &str, order: &SubscriptionOrder, context: &Context) {
        match order.action {
            LineAction::Port => context.warn(diagnostics::in_flight(object, order)),
            LineAction::Supplement => context.warn(diagnostics::not_processed(object, order)),
            _ => {}
        }
    }

    fn finish(
        now: &mut Subscription,
        lasting: &mut Vec<Lasting>,
        object: &str,
        order: SubscriptionOrder,
        outcome: LineOutcome,
        _: During,
        context: &Context,
    ) -> Left {
        outcome::finish(now, lasting, object, order, outcome, context)
    }

    fn undo(now: &mut Subscription, order: &SubscriptionOrder) -> Left {
        outcome::undo(now, order)
    }

    fn leave_open(subscription: &mut Subscription) {
        subscription.leave_open();
    }

    fn note_pending(now: &mut Subscription, order: &SubscriptionOrder) {
        now.note_pending(order);
    }

    fn note_settled(now: &mut Subscription, _: &Vec<Lasting>) {
        now.note_settled();
    }

    async fn refresh(
        session: &Session,
        current: StoredSubscription,
        context: &Context,
    ) -> Result<Option<StoredSubscription>, Diagnostic> {
        read::refresh(session, current, context).await
    }

    async fn refresh_finished(
        session: &Session,
        current: StoredSubscription,
        context: &Context,
    ) -> Result<Option<StoredSubscription>, Diagnostic> {
        Self::refresh(session, current, context).await
    }

    /// Cancels an order of new numbers. If the numbers are retained, it is left alone.
    async fn cancel(
        session: &Session,
        prior: &mut StoredSubscription,
        _: &Context,
    ) -> Option<Error> {
        let lumen = session.lumen.as_ref()?;
        if prior.model.on_destroy() == OnDestroy::Retain {
            prior.private.pending = None;
            return None;
        }
        let pending = prior.private.pending.as_ref()?;
        if !matches!(pending.action, LineAction::Create | LineAction::Port | LineAction::Add) {
            return None;
        }
        let id = pending.placed.voice_order_id.as_ref()?;
        let error = lumen.cancel_voice_order(id).await.err()?;
        let is_cancelled = error.problem().is_some_and(Problem::is_cancelled_before);
        (!is_cancelled).then_some(error)
    }

    fn ended_undone(
        object: &str,
        order: &SubscriptionOrder,
        refusal: &Refusal,
        is_cancelled: bool,
    ) -> Option<Diagnostic> {
        let is_new = matches!(order.action.kind(), OrderKind::Install | OrderKind::Port);
        Some(if is_new && is_cancelled {
            diagnostics::cancelled(object, order)
        } else {
            diagnostics::ended(object, order, refusal)
        })
    }

    fn report_end(object: &str, order: &SubscriptionOrder, context: &Context) {
        context.warn(diagnostics::disconnected_on(object, order));
    }

    fn retained(object: &str, subscription: &Subscription, context: &Context) {
        if subscription.on_destroy() != OnDestroy::Retain {
            return;
        }
        let orders = subscription.voice_order_ids.known().cloned().unwrap_or_default();
        context.warn(if subscription.is_pending() {
            diagnostics::continues(object, &orders)
        } else {
            diagnostics::retained(object, &subscription.numbers(), &orders)
        });
    }

    fn not_gone(
        object: &str,
        order: &SubscriptionOrder,
        why: &PendingReason,
        not_cancelled: Option<&Error>,
    ) -> Diagnostic {
        match order.action {
            LineAction::Remove | LineAction::End => {
                diagnostics::not_disconnected(object, order, why)
            }
            _ => diagnostics::not_cancelled(object, order, why, not_cancelled),
        }
    }

    async fn find(
        session: &Session,
        wanted: &ImportedNumbers,
    ) -> Result<StoredSubscription, Diagnostic> {
        import::imported(session, wanted).await
    }
}
