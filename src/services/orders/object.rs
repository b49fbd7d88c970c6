//! What an object that is ordered states about itself; everything else is done once, for all of them.

use std::marker::PhantomData;
use std::sync::Arc;

use super::notes::OrderNotes;
use super::purchase::{Order, Purchase, Receipt};
use super::replacements::ReplacedObjects;
use super::vocabulary::{During, Left, NewReference, PlannedOrder, Purpose, Undone};
use crate::framework::{Context, Diagnostic, Field, Model, Path, Plan, Private, Schema, Stored};
use crate::journal::{Likeness, OrderTarget, Promise};
use crate::lumen::long_running::{Operation, PendingReason, Refusal};
use crate::lumen::{ApiUrl, Client, Error, ExternalId, ObjectId, Settings};
use crate::services::Session;
use crate::services::identity::ObjectIdentity;

/// A resource of which every object exists because of an order at Lumen.
pub(crate) struct Ordered<T: OrderedObject> {
    pub(super) session: Arc<Session>,
    pub(super) object: PhantomData<T>,
}

/// An object with what is stored beside it.
pub(crate) type StoredObject<T> = Stored<Ordered<T>>;

/// The outcome of an order that succeeded.
pub(crate) type OutcomeOf<T> = <<T as OrderedObject>::Order as Operation>::Outcome;

/// The receipt of one of its orders.
pub(crate) type ReceiptOf<T> = <<T as OrderedObject>::Purchase as Purchase>::Receipt;

/// An object that is ordered: what it is called, what its orders are about, how they are requested,
/// and how it is spoken of.
///
/// [`Ordered`] makes a resource of it. Its life is in `apply` (create, update, delete), `refresh` (read
/// and import) and `review` (plans).
pub(crate) trait OrderedObject: Send + Sync + Sized + 'static {
    /// The name of its resource without the provider's: `iod_connection`.
    const NAME: &'static str;
    /// Arguments of an imported object that inventory may not show: what a configuration says of them
    /// is taken for true, and replaces nothing.
    const UNTOLD: &'static [&'static str];
    /// Whether reading an object shows everything that an order has changed about it.
    const SHOWS_CHANGES: bool;
    /// How users tell two instances apart whose orders have the same target: an imperative sentence.
    const TELL_APART: &'static str;

    /// Whether plans of a new object check the reference of its order with [`Self::review_reference`].
    const REVIEWS_REFERENCES: bool = false;

    /// The object as users see it.
    type Model: Model;
    /// The identity of an object.
    type Identity: ObjectIdentity;
    /// One of its orders, before it is placed.
    type Purchase: Purchase<Receipt: Receipt<Order = Self::Order>>;
    /// One of its orders, once it is placed.
    type Order: Order;
    /// What an order does to it.
    type Change: Send + Sync;
    /// What it keeps beside the notes of its orders.
    type Own: Private;
    /// What its plans look up, and promise to keep.
    type LookedUp: Private;

    // What users see.

    fn schema() -> Schema;

    /// Checks that no single attribute can: offline, with values that may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic>;

    /// The id by which it is imported and identified.
    fn id(model: &Self::Model) -> &Field<<Self::Identity as ObjectIdentity>::Id>;

    /// Lumen's id of what was ordered, as far as it is known.
    fn object_id(model: &Self::Model) -> Option<ObjectId>;

    /// Whether this order has made it, as far as that can be told.
    fn is_made_by(model: &Self::Model, order: &Self::Order) -> bool {
        order.object_id().is_some() && order.object_id() == Self::object_id(model)
    }

    /// The order that is making it, as far as the object itself shows it: the notes of an object that was
    /// tainted and could not be destroyed are lost.
    fn order_in_progress(model: &Self::Model) -> Option<Self::Order> {
        let _ = model;
        None
    }

    /// The reference of the order that makes it.
    fn reference(model: &mut Self::Model) -> &mut Field<ExternalId>;

    /// What ordering it is about where users give no reference, as far as that is known.
    fn target(lumen: &Client, model: &Self::Model) -> Option<OrderTarget>;

    /// What an order of a new one is like: see [`Likeness`].
    fn likeness(lumen: &Client, planned: &Self::Model) -> Option<Likeness>;

    /// What the orders are about that change or end it, as far as that is known.
    fn target_of_changes(lumen: &Client, model: &Self::Model) -> Option<OrderTarget>;

    /// Whether Lumen shows this very object. Asked where another address of Lumen is configured than that
    /// by which it was ordered.
    fn is_shown(
        session: &Session,
        model: &Self::Model,
    ) -> impl Future<Output = Result<bool, Diagnostic>> + Send;

    /// The API that has it.
    fn api(settings: &Settings) -> &ApiUrl {
        &settings.base_url
    }

    // Words.

    /// With a small letter: connection `backup`.
    fn object(model: &Self::Model) -> String;

    /// What an order of it is for.
    fn purpose(order: &Self::Order) -> Purpose;

    /// What exists and is billed where an operation has ordered nothing: sentences. Only here the words
    /// know the operation; what stopped it does not.
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

    /// That a plan would destroy or replace it, which `verb` says.
    fn protected(model: &Self::Model, verb: &str) -> Diagnostic;

    // Plans.

    /// Completes and checks the plan of a new object. `promised` is what an earlier plan of it looked
    /// up.
    fn review_create(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        promised: Self::LookedUp,
        context: &Context,
    ) -> impl Future<Output = Result<(), Vec<Diagnostic>>> + Send;

    /// Checks the reference under which a new object is going to be ordered. It is not called while an
    /// order of the same target is open, because the apply goes on with that order.
    fn review_reference(
        session: &Session,
        planned: &Self::Model,
        reference: NewReference<'_>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Vec<Diagnostic>>> + Send {
        let _ = (session, planned, reference, context);
        async { Ok(()) }
    }

    /// Completes and checks the plan of an object that stays.
    fn review_update(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        prior: &StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Vec<Diagnostic>>> + Send;

    /// Warns of what replacing it means, where that needs saying. `replaces` are the arguments that force
    /// it.
    fn review_replacement(prior: &Self::Model, replaces: &[Path], context: &Context) {
        let _ = (prior, replaces, context);
    }

    /// Refuses a new object if Lumen shows something already under its name that it does not replace.
    fn check_name(
        session: &Session,
        planned: &Self::Model,
        replaced: ReplacedObjects<'_>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Diagnostic>> + Send {
        let _ = (session, planned, replaced, context);
        async { Ok(()) }
    }

    /// Checks that the order which ends it can be placed: in a plan that destroys or replaces it. Users
    /// see no address beside what it says, so that it names the object.
    fn review_destroy(
        session: &Session,
        prior: &StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Vec<Diagnostic>>> + Send {
        let _ = (session, prior, context);
        async { Ok(()) }
    }

    /// The orders that a change places, as far as they are known, for a warning about an imported object.
    fn planned_orders(now: &Self::Model, planned: &Self::Model) -> Vec<PlannedOrder>;

    /// What a plan has looked up, for the second plan of the same change.
    fn looked_up(planned: &Self::Model) -> Self::LookedUp;

    // Orders.

    /// The order that makes a new one.
    fn creation(planned: &Self::Model) -> Self::Change;

    /// The orders that make of it what is planned, one after the other.
    fn changes(now: &Self::Model, planned: &Self::Model) -> Vec<Self::Change>;

    /// The order that ends it; none where nothing can be ordered for that.
    fn disconnection(now: &Self::Model) -> Option<Self::Change>;

    /// Everything that an order needs.
    fn purchase(
        session: &Session,
        change: Self::Change,
        now: &Self::Model,
        wanted: &Self::Model,
        promise: Option<Promise>,
    ) -> impl Future<Output = Result<Self::Purchase, Diagnostic>> + Send;

    /// Records what placing an order returned: in `now`, and where a plan promised something else, in the
    /// notes of `planned`.
    fn take_receipt(
        planned: &mut StoredObject<Self>,
        now: &mut Self::Model,
        purchase: &Self::Purchase,
        receipt: &<Self::Purchase as Purchase>::Receipt,
        reference: &ExternalId,
        context: &Context,
    );

    /// Gives an order that has not ended what the present configuration says of it.
    fn update_order(order: &mut Self::Order, planned: &Self::Model) {
        let _ = (order, planned);
    }

    /// Warns of what a pending order needs from the user.
    fn review_pending(object: &str, order: &Self::Order, context: &Context) {
        let _ = (object, order, context);
    }

    /// Whether applying waits for the end of an order, and not only for its acceptance.
    fn waits_for(planned: &Self::Model, order: &Self::Order) -> bool {
        let _ = (planned, order);
        true
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

    /// Removes what an order that failed was to do. Returns whether the object still exists.
    fn undo(now: &mut Self::Model, order: &Self::Order) -> Left;

    // The state.

    /// Makes unknown what becomes known only when an order has ended.
    fn leave_open(model: &mut Self::Model);

    /// Records that an order has not ended, with what is known of it by now.
    fn note_pending(now: &mut Self::Model, order: &Self::Order);

    /// Records that nothing is in progress but what the notes say.
    fn note_settled(now: &mut Self::Model, own: &Self::Own) {
        let _ = (now, own);
    }

    /// Moves what the notes hold back until the next refresh into the model.
    fn reveal(current: &mut StoredObject<Self>) {
        let _ = current;
    }

    /// Reads the object itself. `None` if it certainly is gone.
    fn refresh(
        session: &Session,
        current: StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Result<Option<StoredObject<Self>>, Diagnostic>> + Send;

    /// Refreshes what the end of an order did not tell about the object.
    fn refresh_finished(
        session: &Session,
        current: StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Result<Option<StoredObject<Self>>, Diagnostic>> + Send {
        let _ = (session, context);
        async { Ok(Some(current)) }
    }

    /// Checks earlier orders that may still add to the object, before it is changed.
    fn catch_up(
        session: &Session,
        now: &mut Self::Model,
        own: &mut Self::Own,
        context: &Context,
    ) -> impl Future<Output = ()> + Send {
        let _ = (session, now, own, context);
        async {}
    }

    // The end.

    /// Cancels those of its orders that can be cancelled, before it is destroyed: those in the notes, and
    /// the pending one. Returns why the pending one could not be cancelled.
    fn cancel(
        session: &Session,
        prior: &mut StoredObject<Self>,
        context: &Context,
    ) -> impl Future<Output = Option<Error>> + Send {
        let _ = (session, prior, context);
        async { None }
    }

    /// What users hear of an order that was in progress when the object was destroyed, and ended without
    /// having done anything. `is_cancelled` says whether Lumen had accepted to cancel it.
    fn ended_undone(
        object: &str,
        order: &Self::Order,
        refusal: &Refusal,
        is_cancelled: bool,
    ) -> Option<Diagnostic>;

    /// Warns of what stays where nothing can be ordered to end it.
    fn retained(object: &str, model: &Self::Model, context: &Context);

    /// That it is not gone yet, because an order has not ended: its own, or an earlier one, which could
    /// perhaps not be cancelled.
    fn not_gone(
        object: &str,
        order: &Self::Order,
        why: &PendingReason,
        not_cancelled: Option<&Error>,
    ) -> Diagnostic;

    /// An existing object. Its notes say that it is imported.
    fn find(
        session: &Session,
        id: &<Self::Identity as ObjectIdentity>::Id,
    ) -> impl Future<Output = Result<StoredObject<Self>, Diagnostic>> + Send;
}

/// What is stored beside an object.
pub(crate) type NotesOf<T> = OrderNotes<
    <T as OrderedObject>::Order,
    <T as OrderedObject>::Own,
    <T as OrderedObject>::LookedUp,
>;
