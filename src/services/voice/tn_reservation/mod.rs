//! The `lumen_voice_tn_reservation` resource: telephone numbers reserved in a rate center.
//!
//! This file implements the reservation as an ordered object. `order` places its orders, `read` reads its
//! numbers, `review` and `held` check a plan, `model` is the Terraform model, and `diagnostics` holds the
//! messages.

mod diagnostics;
mod held;
mod list;
mod model;
mod order;
mod read;
mod review;

pub(crate) use self::list::ReservationList;

use std::collections::BTreeSet;

use jiff::Timestamp;

use self::model::{Identity, TnBlock, schema};
use self::order::{ReservationChange, Reserving};
use crate::framework::{Context, Diagnostic, Field, Path, Plan, Schema};
use crate::journal::{Likeness, OrderTarget, Promise};
use crate::lumen::long_running::{PendingReason, Refusal};
use crate::lumen::voice::{Reservation, Reserved};
use crate::lumen::{ApiUrl, Client, Error, ExternalId, ObjectId, Settings, VoiceOrderId};
use crate::services::Session;
use crate::services::orders::{
    During, Left, NewReference, Order, Ordered, OrderedObject, PlannedOrder, Purpose, StoredObject,
    Undone, named,
};

/// The `lumen_voice_tn_reservation` resource.
pub(crate) struct TnReservation;

/// A reservation with its private data.
type StoredReservation = StoredObject<TnReservation>;

impl Order for Reservation {
    fn object_id(&self) -> Option<ObjectId> {
        self.voice_order_id.as_ref().map(Into::into)
    }

    fn exclude(&mut self, objects: &BTreeSet<ObjectId>) {
        self.existing.extend(objects.iter().filter_map(|object| object.as_str().parse().ok()));
    }

    fn review(&mut self, object: &str, _: Timestamp, context: &Context) {
        if let Some(shortage) = self.open_question() {
            context.warn(diagnostics::not_answered(object, self, shortage));
        }
    }
}

impl OrderedObject for TnReservation {
    const NAME: &'static str = "voice_tn_reservation";
    const UNTOLD: &'static [&'static str] = &[
        "product",
        "sequential",
        "pbx_index",
        "pbx_value",
        "customer_service_name",
        "external_order_id",
    ];

    /// Numbers do not show which order added them.
    const SHOWS_CHANGES: bool = false;
    const TELL_APART: &'static str = "Give each instance its own `external_order_id`.";
    const REVIEWS_REFERENCES: bool = true;

    type Model = TnBlock;
    type Identity = Identity;
    type Purchase = Reserving;
    type Order = Reservation;
    type Change = ReservationChange;
    /// Orders that have ended except for backordered numbers.
    type Own = Vec<Reservation>;
    type LookedUp = ();

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &TnBlock) -> Vec<Diagnostic> {
        review::validate(config)
    }

    fn id(reservation: &TnBlock) -> &Field<VoiceOrderId> {
        &reservation.id
    }

    fn object_id(reservation: &TnBlock) -> Option<ObjectId> {
        reservation.id.known().map(Into::into)
    }

    fn reference(reservation: &mut TnBlock) -> &mut Field<ExternalId> {
        &mut reservation.external_order_id
    }

    fn target(lumen: &Client, reservation: &TnBlock) -> Option<OrderTarget> {
        order::target(lumen, reservation)
    }

    fn likeness(lumen: &Client, planned: &TnBlock) -> Option<Likeness> {
        order::likeness(lumen, planned)
    }

    fn target_of_changes(lumen: &Client, reservation: &TnBlock) -> Option<OrderTarget> {
        reservation.id.known().map(|first| order::target_of_growth(lumen, first))
    }

    fn api(settings: &Settings) -> &ApiUrl {
        &settings.voice_base_url
    }

    async fn is_shown(session: &Session, reservation: &TnBlock) -> Result<bool, Diagnostic> {
        read::is_shown(session.lumen()?, reservation).await
    }

    fn object(reservation: &TnBlock) -> String {
        reservation.object()
    }

    fn purpose(_: &Reservation) -> Purpose {
        Purpose {
            unfinished: "is not complete yet",
            reached: "is complete",
            billed: "Its numbers are reserved once it is complete, and can't be given back.",
            // A destroy cancels the order instead of waiting.
            awaited: None,
        }
    }

    fn untouched(reservation: &TnBlock, during: During) -> String {
        diagnostics::untouched(reservation, during)
    }

    fn undone(object: &str, order: &Reservation) -> Undone {
        Undone {
            what: format!("reserve {} numbers for {object}", order.quantity),
            exists: "None of these numbers is reserved.",
            next: "None of these numbers is reserved: the plan shows them as new.",
            is_mended_by_configuration: true,
        }
    }

    fn advise(diagnostic: Diagnostic, refusal: &Refusal) -> Diagnostic {
        diagnostics::explained(diagnostic, refusal)
    }

    fn is_protected(reservation: &TnBlock) -> bool {
        reservation.on_destroy.known().is_some_and(|choice| choice == "fail")
    }

    fn protected(reservation: &TnBlock, verb: &str) -> Diagnostic {
        diagnostics::protected(reservation, verb)
    }

    async fn review_create(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        (): (),
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        review::check(session, &plan.planned, context).await
    }

    async fn review_reference(
        session: &Session,
        planned: &TnBlock,
        reference: NewReference<'_>,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        held::review(session, planned, reference, context).await.map_err(|error| vec![error])
    }

    async fn review_update(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        prior: &StoredReservation,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        review::update(session, plan, prior, context).await
    }

    fn review_replacement(prior: &TnBlock, replaces: &[Path], context: &Context) {
        context.warn(diagnostics::replaced(prior, &named(replaces)));
    }

    fn planned_orders(now: &TnBlock, planned: &TnBlock) -> Vec<PlannedOrder> {
        review::planned_orders(now, planned)
    }

    fn looked_up(_: &TnBlock) {}

    fn creation(planned: &TnBlock) -> ReservationChange {
        ReservationChange::First { quantity: planned.wanted() }
    }

    fn changes(now: &TnBlock, planned: &TnBlock) -> Vec<ReservationChange> {
        let quantity = now.missing_for(planned);
        if 0 < quantity { vec![ReservationChange::More { quantity }] } else { Vec::new() }
    }

    /// Lumen offers no way to give reserved numbers back.
    fn disconnection(_: &TnBlock) -> Option<ReservationChange> {
        None
    }

    async fn purchase(
        session: &Session,
        change: ReservationChange,
        now: &TnBlock,
        wanted: &TnBlock,
        promise: Option<Promise>,
    ) -> Result<Reserving, Diagnostic> {
        Reserving::new(session.lumen()?.clone(), change, now, wanted, promise)
    }

    fn take_receipt(
        _: &mut StoredReservation,
        _: &mut TnBlock,
        _: &Reserving,
        _: &Reservation,
        _: &ExternalId,
        _: &Context,
    ) {
    }

    /// A shortage is answered with the current value of `on_shortage`, not with the one at the time of the
    /// order.
    fn update_order(order: &mut Reservation, planned: &TnBlock) {
        order.on_shortage = planned.on_shortage();
    }

    fn finish(
        now: &mut TnBlock,
        backorders: &mut Vec<Reservation>,
        object: &str,
        order: Reservation,
        reserved: Reserved,
        during: During,
        context: &Context,
    ) -> Left {
        now.note_order(&order);
        now.note_numbers(&reserved);
        if matches!(during, During::Create | During::Update) {
            diagnostics::tell_of_shortage(object, &order, &reserved, context);
        }
        if 0 < reserved.backordered_quantity {
            now.note_backordered(reserved.backordered_quantity);
            backorders.push(order);
        }
        now.note_settled(backorders);
        Left::Object
    }

    fn undo(now: &mut TnBlock, order: &Reservation) -> Left {
        now.forget(order);
        if now.orders().is_empty() { Left::Nothing } else { Left::Object }
    }

    fn leave_open(reservation: &mut TnBlock) {
        reservation.leave_open();
    }

    fn note_pending(now: &mut TnBlock, order: &Reservation) {
        now.note_pending(order);
    }

    fn note_settled(now: &mut TnBlock, backorders: &Vec<Reservation>) {
        now.note_settled(backorders);
    }

    async fn refresh(
        session: &Session,
        current: StoredReservation,
        context: &Context,
    ) -> Result<Option<StoredReservation>, Diagnostic> {
        read::numbers(session.lumen()?, current, context).await.map(Some)
    }

    /// The numbers of earlier orders may have changed as well.
    async fn refresh_finished(
        session: &Session,
        current: StoredReservation,
        context: &Context,
    ) -> Result<Option<StoredReservation>, Diagnostic> {
        Self::refresh(session, current, context).await
    }

    async fn catch_up(
        session: &Session,
        now: &mut TnBlock,
        backorders: &mut Vec<Reservation>,
        context: &Context,
    ) {
        if let Some(lumen) = &session.lumen {
            read::check_backorders(lumen, backorders, now, context).await;
        }
    }

    async fn cancel(
        session: &Session,
        prior: &mut StoredReservation,
        context: &Context,
    ) -> Option<Error> {
        let lumen = session.lumen.as_ref()?;
        let object = prior.model.object();
        for backorder in std::mem::take(&mut prior.private.own) {
            order::cancel_backorder(lumen, &backorder, &object, context).await;
        }
        let pending = prior.private.pending.as_ref()?.voice_order_id.as_ref()?;
        lumen.cancel_voice_order(pending).await.err()
    }

    fn ended_undone(
        object: &str,
        order: &Reservation,
        refusal: &Refusal,
        is_cancelled: bool,
    ) -> Option<Diagnostic> {
        Some(if is_cancelled {
            diagnostics::cancelled(object, order)
        } else {
            diagnostics::never_reserved(object, order, refusal)
        })
    }

    fn retained(object: &str, reservation: &TnBlock, context: &Context) {
        context.warn(diagnostics::retained(object, reservation));
    }

    fn not_gone(
        object: &str,
        order: &Reservation,
        why: &PendingReason,
        not_cancelled: Option<&Error>,
    ) -> Diagnostic {
        diagnostics::not_cancelled(object, order, why, not_cancelled)
    }

    async fn find(session: &Session, id: &VoiceOrderId) -> Result<StoredReservation, Diagnostic> {
        read::imported(session.lumen()?, id).await
    }
}
