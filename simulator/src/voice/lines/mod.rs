//! Lines: telephone numbers in service. Orders put reserved numbers into service, take numbers over from
//! other carriers, change them, and disconnect them.
//!
//! `endpoints` answers requests: `request` and `supplement` read and check their bodies, with `members`,
//! `tn_list`, `subscriber`, `address`, `features`, `port` and `dates`, and `standing` checks what the
//! customer may do with a number. `order` carries accepted orders out, `cancellation` ends them early.
//! `active` has the numbers in service, and `report` shows them.

mod active;
mod address;
mod cancellation;
mod dates;
mod endpoints;
mod features;
mod handle;
mod ledger;
mod members;
mod order;
mod port;
mod record;
mod report;
mod request;
mod standing;
mod status;
mod subscriber;
mod supplement;
mod tn_list;

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};

pub use self::ledger::{LineOrder, LineOrderKind, Supplemented};
pub(crate) use self::order::PlacedOrder;
pub(crate) use self::port::{is_portable, is_wireless};
pub use self::record::{Cnam, DirectoryListing, E911Option, Line, ServiceAddress, Subscriber};
pub(crate) use self::standing::Standing;

use self::active::ActiveNumbers;
use self::order::Books;
use self::request::LineRequest;
use super::Hold;
use super::acceptance::Acceptance;
use super::notifications::CREDIT_HOLD;
use super::numbers::{Number, Numbers};
use crate::state::{Shared, Simulation};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/order", post(endpoints::place))
        .route("/order/change", post(endpoints::change))
        .route("/order/disconnect", post(endpoints::disconnect))
        .route("/order/{id}/supplement", post(endpoints::supplement))
        .route("/inventory/details", get(report::details))
}

/// The numbers in service, and the orders about them.
#[derive(Default)]
pub(crate) struct Lines {
    pub(crate) active: ActiveNumbers,
    /// By voice order id.
    orders: BTreeMap<String, PlacedOrder>,
    /// The id of the port, by the own id of its supplement.
    supplement_ids: BTreeMap<String, String>,
    /// Ids of the orders that have not ended.
    open: Vec<String>,
    /// The numbers of the open orders.
    in_progress: BTreeMap<Number, LineOrderKind>,
}

impl Lines {
    /// Advances the orders to the current time.
    pub(crate) fn advance_to(&mut self, reserved: &mut Numbers, now: Duration) {
        self.for_open_orders(reserved, |order, books| {
            order.advance_to(books, now);
        });
    }

    /// Changes every open order, and forgets those that have ended.
    fn for_open_orders(
        &mut self,
        reserved: &mut Numbers,
        mut change: impl FnMut(&mut PlacedOrder, &mut Books),
    ) {
        let Lines { active, orders, open, in_progress, .. } = self;
        let mut books = Books { reserved, active };
        open.retain(|id| {
            let Some(order) = orders.get_mut(id) else { return false };
            change(order, &mut books);
            if order.has_ended() {
                for number in order.numbers() {
                    in_progress.remove(&number);
                }
            }
            !order.has_ended()
        });
    }

    fn accept(&mut self, reserved: &mut Numbers, accepted: Acceptance, request: LineRequest) {
        let kind = request.task.kind();
        self.in_progress.extend(request.numbers.iter().map(|number| (*number, kind)));
        let id = accepted.voice_order_id.clone();
        self.orders.insert(id.clone(), PlacedOrder::begin(accepted, request, reserved));
        self.open.push(id);
    }

    pub(crate) fn release(&mut self, reserved: &mut Numbers, hold: Hold, now: Duration) {
        self.for_open_orders(reserved, |order, _| {
            order.release(now, |code| match hold {
                Hold::Credit => code == CREDIT_HOLD,
                Hold::Other => code != CREDIT_HOLD,
            });
        });
    }

    pub(crate) fn reject_credit(&mut self, reserved: &mut Numbers) {
        self.for_open_orders(reserved, PlacedOrder::reject_credit);
    }

    /// Takes a number out of an install order. Returns whether it was in one.
    pub(crate) fn reclaim(&mut self, number: Number) -> bool {
        self.in_progress.get(&number) == Some(&LineOrderKind::Install)
            && self.orders.values_mut().any(|order| order.reclaim(number))
    }

    /// The kind of the open order about a number.
    pub(crate) fn order_in_progress(&self, number: Number) -> Option<LineOrderKind> {
        self.in_progress.get(&number).copied()
    }

    /// The order with this id, or the port whose supplement has it.
    pub(crate) fn order(&self, id: &str) -> Option<&PlacedOrder> {
        self.orders.get(self.supplement_ids.get(id).map_or(id, String::as_str))
    }

    pub(crate) fn order_mut(&mut self, id: &str) -> Option<&mut PlacedOrder> {
        self.orders.get_mut(id)
    }

    /// The newest order with this reference of the customer.
    pub(crate) fn order_by_reference(&self, reference: &str) -> Option<&PlacedOrder> {
        let is_it = |order: &&PlacedOrder| {
            let id = order.request.external_order_id.as_ref();
            id.is_some_and(|id| id.eq_ignore_ascii_case(reference))
        };
        self.orders.values().rev().find(is_it)
    }

    /// Every accepted order, oldest first.
    pub(crate) fn ledger_entries(&self, now: Duration) -> Vec<LineOrder> {
        self.orders.values().map(|order| order.ledger_entry(now)).collect()
    }
}

impl Simulation {
    /// Accepts an order, and returns its id.
    fn accept_line_order(&mut self, request: LineRequest) -> String {
        let accepted = self.acceptance();
        let (now, id) = (accepted.at, accepted.voice_order_id.clone());
        let voice = &mut self.voice;
        voice.lines.accept(&mut voice.numbers, accepted, request);
        // If the settings make orders instantaneous, the order has already ended.
        voice.advance_to(now);
        id
    }
}
