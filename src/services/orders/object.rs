//! What each kind of ordered object implements. Everything else is shared.

use std::time::Duration;

use super::purchase::{Order, Purchase, Receipt};
use super::replacements::ReplacedObjects;
use super::resource::Ordered;
use super::vocabulary::{During, Left, NewReference, PlannedOrder, Purpose, Undone};
use crate::framework::{Context, Diagnostic, Field, Model, Path, Plan, Private, Schema, Stored};
use crate::journal::{Likeness, OrderTarget, Promise};
use crate::lumen::long_running::{Operation, PendingReason, Refusal};
use crate::lumen::{ApiUrl, Client, Error, ExternalId, ObjectId, Settings};
use crate::services::Session;
use crate::services::identity::ObjectIdentity;

/// An object with its private data.
pub(crate) type StoredObject<T> = Stored<Ordered<T>>;

/// The outcome of an order that succeeded.
pub(crate) type OutcomeOf<T> = <<T as OrderedObject>::Order as Operation>::Outcome;

/// The receipt of an order.
pub(crate) type ReceiptOf<T> = <<T as OrderedObject>::Purchase as Purchase>::Receipt;

/// An ordered object: its name, the targets of its orders, how they are requested, and how messages refer
/// to it.
///
/// [`Ordered`] turns it into a resource. Its life is in `apply` (create, update, delete), `refresh` (read
/// and import), and `review` (plans).
pub(crate) trait OrderedObject: Send + Sync + Sized + 'static {
    /// The name of the resource without the provider's prefix, such as `iod_connection`.
    const NAME: &'static str;
    /// Arguments that the inventory may not show for an imported object. The values in the configuration
    /// are assumed to be true, and never cause a replacement.
    const UNTOLD: &'static [&'static str];
    /// Whether reading an object shows what an order has changed.
    const SHOWS_CHANGES: bool;
    /// Whether [`Self::take_receipt`] copies what an order changes, so that the state has it when Lumen has
    /// accepted the order.
    const TAKES_CHANGES: bool = false;
    /// How users distinguish two instances whose orders have the same target, as an imperative sentence.
    const TELL_APART: &'static str;

    /// Whether plans of a new object check the reference of its order with [`Self::review_reference`].
    const REVIEWS_REFERENCES: bool = false;

    /// The object as Terraform shows it.
    type Model: Model;
    /// The identity of an object.
    type Identity: ObjectIdentity;
    /// An order before it is placed.
    type Purchase: Purchase<Receipt: Receipt<Order = Self::Order>>;
    /// An order after it is placed.
    type Order: Order;
    /// What an order does to the object.
    type Change: Send + Sync;
    /// The private data of the object itself, in addition to the notes of its orders.
    type Own: Private;
    /// What plans look up and promise to keep.
    type LookedUp: Private;

    // The resource as users see it.

    fn schema() -> Schema;

    /// Checks what the schema of a single attribute can't: offline, with values that may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic>;

    /// The ID that imports and identifies the object.
    fn id(model: &Self::Model) -> &Field<<Self::Identity as ObjectIdentity>::Id>;

    /// Lumen's ID of what was ordered, if it is known.
    fn object_id(model: &Self::Model) -> Option<ObjectId>;

    /// Whether this order made the object, as far as that can be determined.
    fn is_made_by(model: &Self::Model, order: &Self::Order) -> bool {
        order.object_id().is_some() && order.object_id() == Self::object_id(model)
    }

    /// The order that is making the object, as far as the object itself shows it: the notes of an object
    /// that was tainted and could not be destroyed are lost.
    fn order_in_progress(model: &Self::Model) -> Option<Self::Order> {
        let _ = model;
        None
    }

    /// The reference of the order that makes the object.
    fn reference(model: &mut Self::Model) -> &mut Field<ExternalId>;

    /// The target of the order that makes the object, if the user sets no reference and the target is
    /// known.
    fn target(lumen: &Client, model: &Self::Model) -> Option<OrderTarget>;

    /// The likeness of an order that makes the object: see [`Likeness`].
    fn likeness(lumen: &Client, planned: &Self::Model) -> Option<Likeness>;

    /// The target of the orders that change or end the object, if it is known.
    fn target_of_changes(lumen: &Client, model: &Self::Model) -> Option<OrderTarget>;

    /// The targets of the orders that turn the object into what is planned, or that end it if nothing is
    /// planned.
    fn targets_of_orders(
        lumen: &Client,
        now: &Self::Model,
        _planned: Option<&Self::Model>,
    ) -> Vec<OrderTarget> {
        Self::target_of_changes(lumen, now).into_iter().collect()
    }

    /// Whether reading an object shows all that an order with this outcome has changed, if it shows changes.
    fn shows_change(_order: &Self::Order, _outcome: &OutcomeOf<Self>) -> bool {
        true
    }

    /// Whether Lumen shows this object. This is checked if the configured address of Lumen's API is not the
    /// one that the object was ordered at.
    fn is_shown(
        session: &Session,
        model: &Self::Model,
    ) -> impl Future<Output = Result<bool, Diagnostic>> + Send;

    /// The API that the object belongs to.
    fn api(settings: &Settings) -> &ApiUrl {
        &settings.base_url
    }

    // Messages.

    /// The object in lower case, such as connection `backup`.
    fn object(model: &Self::Model) -> String;

    /// What an order of the object is for.
    fn purpose(order: &Self::Order) -> Purpose;

    /// Sentences about what exists and is billed when an operation has ordered nothing. Only this text
    /// depends on the operation; the reason why it stopped does not.
    fn untouched(model: &Self::Model, during: During) -> String;

    /// What a failed order did not do, and what exists.
    fn undone(object: &str, order: &Self::Order) -> Undone;

    /// Adds what is known about the reason of a failure: the argument at fault, and what to do.
    fn advise(diagnostic: Diagnostic, refusal: &Refusal) -> Diagnostic {
        let _ = refusal;
        diagnostic
    }

    // Guards.

    /// Whether plans may neither destroy nor replace it.
    fn is_protected(model: &Self::Model) -> bool;

    /// Whether an unprotected object may be replaced.
    fn may_be_replaced(model: &Self::Model) -> bool {
        let _ = model;
        true
    }

    /// The error for a plan that would destroy or replace the object, as `verb` describes it.
    fn protected(model: &Self::Model, verb: &str) -> Diagnostic;

    // Plans.

    /// Completes and checks the plan of a new object. `promised` is what an earlier plan of the object
    /// looked up.
    fn review_create(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        promised: Self::LookedUp,
        context: &Context,
    ) -> impl Future<Output = Result<(), Vec<Diagnostic>>> + Send;

    /// Checks the reference that a new object will be ordered under. It is not called while an order of the
    /// same target is open, because the apply resumes that order.
    fn review_reference(
        session: &Session,
        planned: &Self::Model,
        reference: NewReference<'_>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Vec<Diagnostic>>> + Send {
        let _ = (session, planned, reference, context);
        async { Ok(()) }
    }

    /// Completes and checks the plan of an object that is kept.
    fn review_update(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        prior: &StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Vec<Diagnostic>>> + Send;

    /// Warns about the effects of a replacement, if there are any. `replaces` are the arguments that force
    /// it.
    fn review_replacement(prior: &Self::Model, replaces: &[Path], context: &Context) {
        let _ = (prior, replaces, context);
    }

    /// Refuses a new object if Lumen already shows another one under its name, unless the new object
    /// replaces it.
    fn check_name(
        session: &Session,
        planned: &Self::Model,
        replaced: ReplacedObjects<'_>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Diagnostic>> + Send {
        let _ = (session, planned, replaced, context);
        async { Ok(()) }
    }

    /// Checks, in a plan that destroys or replaces the object, that the order which ends it can be placed.
    /// Terraform shows no resource address with these diagnostics, so they name the object.
    fn review_destroy(
        session: &Session,
        prior: &StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Vec<Diagnostic>>> + Send {
        let _ = (session, prior, context);
        async { Ok(()) }
    }

    /// The orders that a change places, as far as they are known. They are listed in a warning about an
    /// imported object.
    fn planned_orders(now: &Self::Model, planned: &Self::Model) -> Vec<PlannedOrder>;

    /// What the plan has looked up, for the second plan of the same change.
    fn looked_up(planned: &Self::Model) -> Self::LookedUp;

    // Orders.

    /// The order that makes a new object.
    fn creation(planned: &Self::Model) -> Self::Change;

    /// Records in `now` what is planned and needs no order, before the orders of a change are determined. The
    /// inventory may not show every argument of an imported object.
    fn record_unordered(now: &mut Self::Model, planned: &Self::Model, is_imported: bool) {
        let _ = (now, planned, is_imported);
    }

    /// The orders that turn the object into what is planned, in the order in which they are placed.
    fn changes(now: &Self::Model, planned: &Self::Model) -> Vec<Self::Change>;

    /// The order that changes the order in progress as planned. It is placed beside that order, not after it.
    fn supplement(now: &Self::Model, planned: &Self::Model) -> Option<Self::Change> {
        let _ = (now, planned);
        None
    }

    /// The order that ends the object, or `None` if no order can do that.
    fn disconnection(now: &Self::Model) -> Option<Self::Change>;

    /// Everything that an order needs.
    fn purchase(
        session: &Session,
        change: Self::Change,
        now: &Self::Model,
        wanted: &Self::Model,
        promise: Option<Promise>,
    ) -> impl Future<Output = Result<Self::Purchase, Diagnostic>> + Send;

    /// Records what placing an order returned in `now`. If the plan promised other values, they are
    /// recorded in the notes of `planned`.
    fn take_receipt(
        planned: &mut StoredObject<Self>,
        now: &mut Self::Model,
        purchase: &Self::Purchase,
        receipt: &<Self::Purchase as Purchase>::Receipt,
        reference: &ExternalId,
        context: &Context,
    );

    /// Updates an order in progress with values from the current configuration.
    fn update_order(order: &mut Self::Order, planned: &Self::Model) {
        let _ = (order, planned);
    }

    /// Whether an apply waits until the order has ended, rather than only until Lumen accepts it.
    fn waits_for(planned: &Self::Model, order: &Self::Order) -> bool {
        let _ = (planned, order);
        true
    }

    /// How long to watch an order that an apply does not wait for, so that an early refusal is an error of that
    /// apply.
    fn time_to_refuse(order: &Self::Order) -> Duration {
        let _ = order;
        Duration::ZERO
    }

    /// Warns about an order that was accepted and that the apply does not wait for, if there is more to know
    /// about it.
    fn report_accepted(object: &str, order: &Self::Order, context: &Context) {
        let _ = (object, order, context);
    }

    /// Records the outcome of an order that succeeded. Returns whether the object still exists.
    fn finish(
        now: &mut Self::Model,
        own: &mut Self::Own,
        object: &str,
        order: Self::Order,
        outcome: OutcomeOf<Self>,
        during: During,
        context: &Context,
    ) -> Left;

    /// Reverts what a failed order was meant to do. Returns whether the object still exists.
    fn undo(now: &mut Self::Model, order: &Self::Order) -> Left;

    // The state.

    /// Marks as unknown what becomes known only when an order has ended.
    fn leave_open(model: &mut Self::Model);

    /// Records that an order is in progress, with what is known about it so far.
    fn note_pending(now: &mut Self::Model, order: &Self::Order);

    /// Records that nothing is in progress except what the notes show.
    fn note_settled(now: &mut Self::Model, own: &Self::Own) {
        let _ = (now, own);
    }

    /// Moves values that the notes hold back until the next refresh into the model.
    fn reveal(current: &mut StoredObject<Self>) {
        let _ = current;
    }

    /// Reads the object itself. Returns `None` only if it is certainly gone.
    fn refresh(
        session: &Session,
        current: StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Result<Option<StoredObject<Self>>, Diagnostic>> + Send;

    /// Refreshes what the completed order did not return about the object.
    fn refresh_finished(
        session: &Session,
        current: StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Result<Option<StoredObject<Self>>, Diagnostic>> + Send {
        let _ = (session, context);
        async { Ok(Some(current)) }
    }

    /// Checks earlier orders that may still add to the object before it is changed.
    fn catch_up(
        session: &Session,
        now: &mut Self::Model,
        own: &mut Self::Own,
        context: &Context,
    ) -> impl Future<Output = ()> + Send {
        let _ = (session, now, own, context);
        async {}
    }

    // The end of the object.

    /// Cancels the orders that can be canceled before the object is destroyed: those in the notes, and the
    /// pending one. Returns why the pending one could not be canceled.
    fn cancel(
        session: &Session,
        prior: &mut StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Option<Error>> + Send {
        let _ = (session, prior, context);
        async { None }
    }

    /// The diagnostic about an order that was in progress when the object was destroyed and ended without
    /// any effect. `is_cancelled` is true if Lumen accepted the cancellation.
    fn ended_undone(
        object: &str,
        order: &Self::Order,
        refusal: &Refusal,
        is_cancelled: bool,
    ) -> Option<Diagnostic>;

    /// Warns about the order that has ended the object, if there is more to know about it.
    fn report_end(object: &str, order: &Self::Order, context: &Context) {
        let _ = (object, order, context);
    }

    /// Warns about what remains because no order can end it.
    fn retained(object: &str, model: &Self::Model, context: &Context);

    /// The error for an object that is not gone yet because an order is still in progress: the order that
    /// ends it, or an earlier one, which possibly could not be canceled.
    fn not_gone(
        object: &str,
        order: &Self::Order,
        why: &PendingReason,
        not_cancelled: Option<&Error>,
    ) -> Diagnostic;

    /// Finds an existing object. Its notes mark it as imported.
    fn find(
        session: &Session,
        id: &<Self::Identity as ObjectIdentity>::ImportId,
    ) -> impl Future<Output = Result<StoredObject<Self>, Diagnostic>> + Send;
}
