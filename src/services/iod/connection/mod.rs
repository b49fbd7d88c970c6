//! The `lumen_iod_connection` resource: an Internet On-Demand connection. Creating one buys it.
//!
//! This file implements the connection as an ordered object. `order` places its orders, `order_terms` and
//! `needs` determine what an order requires, `names` distinguishes services, `read` reads the service,
//! `review` checks and prices a plan, `site` checks the site of a new connection, `model` is the Terraform
//! model, and `diagnostics` holds the messages.

pub mod data_sources;
mod diagnostics;
mod list;
mod model;
mod names;
mod needs;
mod order;
mod order_terms;
mod read;
mod review;
mod site;

pub(crate) use self::list::ConnectionList;

use std::collections::BTreeSet;

use self::model::{Connection, Identity, LookedUp, Price, schema};
use self::order::{Bought, Buying};
use self::order_terms::{ConnectionChange, OrderInput};
use crate::framework::{Context, Diagnostic, Field, Path, Plan, Schema};
use crate::journal::{Likeness, OrderTarget, Promise};
use crate::lumen::long_running::{PendingReason, Refusal};
use crate::lumen::ordering::{Goal, Outcome, PendingOrder};
use crate::lumen::{Client, Error, ExternalId, ObjectId, ServiceId};
use crate::services::Session;
use crate::services::orders::{
    During, Left, Order, Ordered, OrderedObject, PlannedOrder, Purpose, ReplacedObjects,
    StoredObject, Undone,
};

/// The `lumen_iod_connection` resource.
pub(crate) struct IodConnection;

/// A connection with its private data.
type StoredConnection = StoredObject<IodConnection>;

impl Order for PendingOrder {
    fn object_id(&self) -> Option<ObjectId> {
        self.service_id().map(Into::into)
    }

    fn exclude(&mut self, objects: &BTreeSet<ObjectId>) {
        let services = objects.iter().filter_map(|object| object.as_str().parse().ok());
        self.goal.exclude(services);
    }
}

impl OrderedObject for IodConnection {
    const NAME: &'static str = "iod_connection";
    const UNTOLD: &'static [&'static str] = &[
        "external_id",
        "ipv4_block_size",
        "vlan_assignment",
        "routing",
        "partner_id",
        "port_service_id",
    ];

    const SHOWS_CHANGES: bool = true;
    const TELL_APART: &'static str =
        "Give each connection at a site its own `name`, and its own `external_id` if it has one.";

    type Model = Connection;
    type Identity = Identity;
    type Purchase = Buying;
    type Order = PendingOrder;
    type Change = ConnectionChange;
    /// The price that was ordered, if it differs from the planned one.
    type Own = Option<Price>;
    type LookedUp = LookedUp;

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Connection) -> Vec<Diagnostic> {
        review::validate(config)
    }

    fn id(connection: &Connection) -> &Field<ServiceId> {
        &connection.service_id
    }

    fn object_id(connection: &Connection) -> Option<ObjectId> {
        connection.service_id.known().map(Into::into)
    }

    /// When Lumen offers no endpoint for the status of orders, the order does not show its service. The
    /// order request identifies it instead.
    fn is_made_by(connection: &Connection, order: &PendingOrder) -> bool {
        let is_of_request = order.order_request_id.is_some()
            && order.order_request_id.as_ref() == connection.order_request_id.known();
        let service = order.service_id();
        is_of_request || (service.is_some() && service == connection.service_id.known())
    }

    fn order_in_progress(connection: &Connection) -> Option<PendingOrder> {
        let request = connection.order_request_id.known()?.clone();
        let goal = Goal::Built {
            name: connection.name.known()?.clone(),
            site: connection.master_site_id.known()?.clone(),
            bandwidth: *connection.bandwidth.known()?,
            existing: BTreeSet::new(),
            service_id: None,
        };
        connection.service_id.is_null().then(|| PendingOrder::new(Some(request), goal))
    }

    fn reference(connection: &mut Connection) -> &mut Field<ExternalId> {
        &mut connection.external_id
    }

    fn target(lumen: &Client, connection: &Connection) -> Option<OrderTarget> {
        let (name, site) = (connection.name.known()?, connection.master_site_id.known()?);
        Some(order_terms::new_target(lumen, name, site))
    }

    fn likeness(lumen: &Client, planned: &Connection) -> Option<Likeness> {
        let (site, bandwidth) = (planned.master_site_id.known()?, planned.bandwidth.known()?);
        Some(order_terms::likeness(lumen, site, *bandwidth))
    }

    fn target_of_changes(lumen: &Client, connection: &Connection) -> Option<OrderTarget> {
        connection.service_id.known().map(|service| order_terms::target_of_changes(lumen, service))
    }

    async fn is_shown(session: &Session, connection: &Connection) -> Result<bool, Diagnostic> {
        names::is_shown(session.lumen()?, connection).await
    }

    fn object(connection: &Connection) -> String {
        connection.object()
    }

    fn purpose(order: &PendingOrder) -> Purpose {
        match order.goal {
            Goal::Built { .. } => Purpose {
                unfinished: "is not active yet",
                reached: "is active",
                billed: "Lumen bills the connection once it is active.",
                awaited: Some((
                    "was still being built",
                    "was active",
                    "Lumen bills it from then until it is disconnected.",
                )),
            },
            Goal::Changed { .. } => Purpose {
                unfinished: "is still being changed",
                reached: "has changed",
                billed: "The connection still exists, and is still billed.",
                awaited: Some((
                    "was still being changed",
                    "was changed",
                    "Lumen bills it until it is disconnected.",
                )),
            },
            Goal::Gone { .. } => Purpose {
                unfinished: "is not disconnected yet",
                reached: "is gone",
                billed: "The connection is still billed until Lumen has disconnected it.",
                awaited: None,
            },
        }
    }

    fn untouched(connection: &Connection, during: During) -> String {
        diagnostics::untouched(connection, during)
    }

    fn undone(object: &str, order: &PendingOrder) -> Undone {
        diagnostics::undone(object, order)
    }

    fn is_protected(connection: &Connection) -> bool {
        connection.deletion_protection == Field::Known(true)
    }

    fn protected(connection: &Connection, verb: &str) -> Diagnostic {
        diagnostics::protected(&connection.title(), verb)
    }

    async fn review_create(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        promised: LookedUp,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        review::create(session, plan, promised, context).await
    }

    async fn review_update(
        session: &Session,
        plan: &mut Plan<Ordered<Self>>,
        prior: &StoredConnection,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        review::update(session, plan, prior, context).await
    }

    async fn check_name(
        session: &Session,
        planned: &Connection,
        replaced: ReplacedObjects<'_>,
        context: &Context,
    ) -> Result<(), Diagnostic> {
        names::check(session.lumen()?, planned, replaced, context).await
    }

    fn review_replacement(prior: &Connection, replaces: &[Path], context: &Context) {
        review::replacement(prior, replaces, context);
    }

    async fn review_destroy(
        session: &Session,
        prior: &StoredConnection,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        review::destroy(session, prior, context).await
    }

    fn planned_orders(now: &Connection, planned: &Connection) -> Vec<PlannedOrder> {
        review::planned_orders(now, planned)
    }

    fn looked_up(planned: &Connection) -> LookedUp {
        LookedUp {
            price: Price::of(planned),
            billing_account_name: planned.billing_account_name.known().cloned(),
        }
    }

    fn creation(_: &Connection) -> ConnectionChange {
        ConnectionChange::Add
    }

    fn changes(now: &Connection, planned: &Connection) -> Vec<ConnectionChange> {
        let differs = [
            (now.bandwidth != planned.bandwidth, ConnectionChange::Bandwidth),
            (now.name != planned.name, ConnectionChange::Rename),
        ];
        differs.into_iter().filter(|(differs, _)| *differs).map(|(_, change)| change).collect()
    }

    fn disconnection(_: &Connection) -> Option<ConnectionChange> {
        Some(ConnectionChange::Disconnect)
    }

    async fn purchase(
        session: &Session,
        change: ConnectionChange,
        now: &Connection,
        wanted: &Connection,
        promise: Option<Promise>,
    ) -> Result<Buying, Diagnostic> {
        let service = now.service_id.known().cloned();
        let input = OrderInput::new(session, change, service, wanted, promise).await?;
        Ok(Buying::new(session.lumen()?.clone(), input))
    }

    fn take_receipt(
        planned: &mut StoredConnection,
        now: &mut Connection,
        purchase: &Buying,
        receipt: &Bought,
        reference: &ExternalId,
        context: &Context,
    ) {
        if purchase.input.change == ConnectionChange::Add {
            purchase.input.note_in(now, receipt, reference);
        }
        now.note_price(receipt);
        planned.keep_real_price(receipt, context);
    }

    fn waits_for(planned: &Connection, order: &PendingOrder) -> bool {
        !(matches!(order.goal, Goal::Built { .. }) && planned.waits_only_for_acceptance())
    }

    fn finish(
        now: &mut Connection,
        _: &mut Option<Price>,
        _: &str,
        order: PendingOrder,
        outcome: Outcome,
        _: During,
        _: &Context,
    ) -> Left {
        now.finish(&order.goal, &outcome);
        if outcome.service.is_some() { Left::Object } else { Left::Nothing }
    }

    fn undo(_: &mut Connection, order: &PendingOrder) -> Left {
        // A failed order leaves an existing service unchanged.
        if matches!(order.goal, Goal::Built { .. }) { Left::Nothing } else { Left::Object }
    }

    fn leave_open(connection: &mut Connection) {
        connection.leave_open();
    }

    fn note_pending(now: &mut Connection, order: &PendingOrder) {
        now.note_pending(order);
    }

    fn reveal(current: &mut StoredConnection) {
        current.show_real_price();
    }

    async fn refresh(
        session: &Session,
        current: StoredConnection,
        context: &Context,
    ) -> Result<Option<StoredConnection>, Diagnostic> {
        read::service(session, current, context).await
    }

    fn ended_undone(
        object: &str,
        order: &PendingOrder,
        refusal: &Refusal,
        _: bool,
    ) -> Option<Diagnostic> {
        let is_build = matches!(order.goal, Goal::Built { .. });
        is_build.then(|| diagnostics::never_built(object, order, refusal))
    }

    /// Does nothing: every connection can be disconnected by an order.
    fn retained(_: &str, _: &Connection, _: &Context) {}

    fn not_gone(
        object: &str,
        order: &PendingOrder,
        why: &PendingReason,
        _: Option<&Error>,
    ) -> Diagnostic {
        diagnostics::not_disconnected(object, order, why)
    }

    async fn find(session: &Session, id: &ServiceId) -> Result<StoredConnection, Diagnostic> {
        read::found(session.lumen()?, id).await
    }
}
