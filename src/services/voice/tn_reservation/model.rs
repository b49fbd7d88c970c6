//! What Terraform sees of a reservation, and what is stored beside it.

use serde::{Deserialize, Serialize};

use super::TnReservation;
use crate::framework::schema::{Nesting, boolean, list, nested, number, set, string};
use crate::framework::{Field, Rule, Schema, Stored, Type, Value};
use crate::journal::{EntryKey, Promise};
use crate::lumen::long_running::Operation as _;
use crate::lumen::voice::{Product, Reservation, Reserved, ShortageAnswer, TelephoneNumber};
use crate::lumen::{CustomerNumber, ExternalId, VoiceOrderId};
use crate::model;
use crate::services::orders::UnconfirmedEntries;
use crate::services::voice::{Notification, notification, product, rate_center, state};
use std::collections::BTreeSet;

/// The status of a reservation whose order has not ended.
const PENDING: &str = "pending";
/// The status of a reservation to which Lumen adds numbers when it has them.
const BACKORDERED: &str = "backordered";
/// The status of a reservation that is complete.
const RESERVED: &str = "reserved";

model! {
    /// A reservation.
    pub struct TnBlock {
        pub(super) product: Field<Product>,
        pub(super) rate_center: Field<String>,
        pub(super) state: Field<String>,
        pub(super) quantity: Field<i64>,
        pub(super) sequential: Field<bool>,
        pub(super) pbx_index: Field<i64>,
        pub(super) pbx_value: Field<i64>,
        pub(super) on_shortage: Field<ShortageAnswer>,
        pub(super) customer_service_name: Field<String>,
        pub(super) external_order_id: Field<ExternalId>,
        pub(super) check_utilization: Field<bool>,
        pub(super) on_destroy: Field<String>,
        pub(super) id: Field<VoiceOrderId>,
        pub(super) voice_order_ids: Field<Vec<VoiceOrderId>>,
        pub(super) status: Field<String>,
        pub(super) telephone_numbers: Field<BTreeSet<TelephoneNumber>>,
        pub(super) reserved_quantity: Field<i64>,
        pub(super) backordered_quantity: Field<i64>,
        pub(super) notifications: Field<Vec<Notification>>,
    }
}

model! {
    /// What tells a reservation from every other one.
    pub struct Identity {
        pub(super) customer_number: Field<CustomerNumber>,
        pub(super) voice_order_id: Field<VoiceOrderId>,
    }
}

/// What is stored beside a reservation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Private {
    /// An order that Lumen accepted and that is not known to have ended.
    pub(super) pending: Option<Reservation>,
    /// Orders that have ended but for numbers that Lumen adds when it has them.
    pub(super) backorders: Vec<Reservation>,
    /// The order that a plan promised, for a second plan of the same change and for
    /// its apply only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) promised: Option<Promise>,
    /// Whether it was imported: inventory does not tell everything that users may set.
    pub(super) imported: bool,
    /// Where the order that began it is written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ordered_as: Option<EntryKey>,
    /// Orders that the journal holds open until the state is seen to have them.
    #[serde(skip_serializing_if = "UnconfirmedEntries::is_empty")]
    pub(super) unsaved: UnconfirmedEntries,
}

impl Private {
    /// Remembers which orders still bring numbers, however the operation ends.
    pub(super) fn keep_open(&mut self, backorders: &[Backorder]) {
        self.backorders = backorders.iter().map(|backorder| backorder.order.clone()).collect();
    }
}

pub(super) fn schema() -> Schema {
    Schema::new("Telephone numbers that are reserved in a rate center. **Reserved numbers can't be given back through Lumen's API**: they stay yours when the resource is destroyed.")
        .attribute("product", product().required().replaces().about("What the numbers are for: `local_inbound` or `enhanced_local_service`."))
        .attribute("rate_center", rate_center().required().replaces().about("The rate center, from `lumen_voice_rate_centers`."))
        .attribute("state", state().required().replaces().about("The state of the rate center, such as `CO`."))
        .attribute("quantity", number().required().rule(Rule::integer(1, 399)).about("How many numbers. Growing it orders the difference; it can't shrink, because reserved numbers can't be given back."))
        .attribute("sequential", boolean().replaces().about("Whether the numbers follow one another."))
        .attribute("pbx_index", number().replaces().rule(Rule::integer(1, 10)).about("The place, from the left of the ten digits, at which `pbx_value` is excluded."))
        .attribute("pbx_value", number().replaces().rule(Rule::integer(0, 9)).about("The digit that is excluded at `pbx_index`."))
        .attribute("on_shortage", string().default(Value::text("reject")).rule(Rule::one_of(&["reject", "accept_available", "accept_with_backorder"])).about("What Lumen is answered when it has fewer numbers: `reject` reserves none, `accept_available` those that there are, and `accept_with_backorder` also those that come later."))
        .attribute("customer_service_name", string().replaces().rule(Rule::length_up_to(255)).about("The route of yours that the numbers are for."))
        .attribute("external_order_id", string().optional_computed().stable().replaces().documented_default("derived from what can't change when it is ordered").rule(Rule::reads_as::<ExternalId>("text of 1 to 20 characters")).about("The reference under which the first numbers are ordered, at most 20 characters."))
        .attribute("check_utilization", boolean().default(Value::Bool(true)).about("Whether plans check that 75 percent of your numbers in the rate center are used, without which Lumen reserves no more."))
        .attribute("on_destroy", string().default(Value::text("retain")).rule(Rule::one_of(&["retain", "fail"])).about("What destroying does: `retain` leaves the numbers in your inventory and warns, `fail` makes plans fail that would destroy or replace the reservation."))
        .attribute("id", string().computed().stable().about("The first voice order."))
        .attribute("voice_order_ids", list(Type::String).computed().about("All voice orders: one more each time `quantity` grew."))
        .attribute("status", string().computed().about("`pending`, `reserved`, or `backordered` as long as Lumen adds numbers when it has them."))
        .attribute("telephone_numbers", set(Type::String).computed().about("The numbers in E.164, such as `+13035550100`, that are reserved and assigned to nobody yet."))
        .attribute("reserved_quantity", number().computed().about("How many they are."))
        .attribute("backordered_quantity", number().computed().about("How many Lumen adds when it has them."))
        .attribute("notifications", nested(Nesting::List, notification()).computed().about("What Lumen told about the orders."))
        .timeouts(&[("create", "60m"), ("read", "5m"), ("update", "60m"), ("delete", "10m")])
}

impl TnBlock {
    /// How to speak of it.
    pub(super) fn object(&self) -> String {
        let text = |field: &Field<String>| field.known().cloned().unwrap_or_else(|| "?".to_owned());
        format!("the reservation in {}, {}", text(&self.rate_center), text(&self.state))
    }

    pub(super) fn on_shortage(&self) -> ShortageAnswer {
        self.on_shortage.known().copied().unwrap_or_default()
    }

    pub(super) fn orders(&self) -> Vec<VoiceOrderId> {
        self.voice_order_ids.known().cloned().unwrap_or_default()
    }

    fn numbers(&self) -> BTreeSet<TelephoneNumber> {
        self.telephone_numbers.known().cloned().unwrap_or_default()
    }

    /// Takes over that an order exists.
    pub(super) fn note_order(&mut self, order: &Reservation) {
        let Some(id) = &order.voice_order_id else { return };
        let mut orders = self.orders();
        if !orders.contains(id) {
            orders.push(id.clone());
        }
        if self.id.known().is_none() {
            self.id = Field::Known(id.clone());
        }
        if self.external_order_id.known().is_none() {
            self.external_order_id = Field::Known(order.external_order_id.clone());
        }
        self.voice_order_ids = Field::Known(orders);
        self.note_told(&order.notifications);
    }

    /// Whether there is no other order than this one.
    pub(super) fn is_first(&self, order: &Reservation) -> bool {
        self.orders().iter().all(|id| order.voice_order_id.as_ref() == Some(id))
    }

    /// Takes back that an order exists, which has failed: its numbers were never reserved.
    pub(super) fn forget(&mut self, order: &Reservation) {
        let mut orders = self.orders();
        orders.retain(|id| order.voice_order_id.as_ref() != Some(id));
        self.voice_order_ids = Field::Known(orders);
        if let Field::Known(quantity) = &mut self.quantity {
            *quantity -= i64::from(order.quantity);
        }
    }

    fn note_told(&mut self, told: &[crate::lumen::voice::Notification]) {
        let mut all = self.notifications.known().cloned().unwrap_or_default();
        for notification in told.iter().map(Notification::from) {
            if !all.contains(&notification) {
                all.push(notification);
            }
        }
        self.notifications = Field::Known(all);
    }

    /// Takes over the numbers that an order has brought by now.
    pub(super) fn note_numbers(&mut self, reserved: &Reserved) {
        let mut numbers = self.numbers();
        numbers.extend(reserved.numbers.iter().map(|found| found.number));
        self.show(numbers);
        self.note_told(&reserved.notifications);
    }

    /// Shows these numbers, and no others.
    pub(super) fn show(&mut self, numbers: BTreeSet<TelephoneNumber>) {
        self.reserved_quantity = Field::Known(i64::try_from(numbers.len()).unwrap_or(i64::MAX));
        self.telephone_numbers = Field::Known(numbers);
    }

    /// Fills what the plan left open with what is there now; what nobody knows is null.
    fn settle(&mut self, now: &Self) {
        fn settle<T: Clone>(open: &mut Field<T>, now: &Field<T>) {
            if open.is_unknown() {
                *open = now.known().cloned().into();
            }
        }
        settle(&mut self.external_order_id, &now.external_order_id);
        settle(&mut self.id, &now.id);
        settle(&mut self.voice_order_ids, &now.voice_order_ids);
        settle(&mut self.status, &now.status);
        settle(&mut self.telephone_numbers, &now.telephone_numbers);
        settle(&mut self.reserved_quantity, &now.reserved_quantity);
        settle(&mut self.backordered_quantity, &now.backordered_quantity);
        settle(&mut self.notifications, &now.notifications);
    }

    /// Leaves open what the end of an order tells.
    pub(super) fn leave_open(&mut self) {
        self.voice_order_ids = Field::Unknown;
        self.status = Field::Unknown;
        self.telephone_numbers = Field::Unknown;
        self.reserved_quantity = Field::Unknown;
        self.backordered_quantity = Field::Unknown;
        self.notifications = Field::Unknown;
        if self.id.is_null() {
            self.id = Field::Unknown;
        }
        if self.external_order_id.is_null() {
            self.external_order_id = Field::Unknown;
        }
    }

    /// Keeps what is computed as it was.
    pub(super) fn keep(&mut self, prior: &Self) {
        self.leave_open();
        self.settle(prior);
    }
}

impl Stored<TnReservation> {
    /// The reservation as it is now that nothing is under way but backorders.
    pub(super) fn settled(mut self, now: &TnBlock, backorders: &[Backorder]) -> Self {
        let mut now = now.clone();
        let outstanding: i64 = backorders.iter().map(|backorder| backorder.outstanding).sum();
        let status = if backorders.is_empty() { RESERVED } else { BACKORDERED };
        now.status = Field::Known(status.to_owned());
        now.backordered_quantity = Field::Known(outstanding);
        self.model.settle(&now);
        self.private.pending = None;
        self.private.keep_open(backorders);
        self
    }

    /// The reservation as long as an order has not ended, with what the order tells by now.
    pub(super) fn pending(mut self, order: Reservation, now: &TnBlock) -> Self {
        let mut now = now.clone();
        now.note_order(&order);
        let numbers = now.numbers();
        now.show(numbers);
        now.status = Field::Known(PENDING.to_owned());
        if now.backordered_quantity.known().is_none() {
            now.backordered_quantity = Field::Known(0);
        }
        self.model.settle(&now);
        self.private.pending = Some(order);
        self
    }
}

/// An order that has ended but for numbers that come later.
pub(super) struct Backorder {
    pub(super) order: Reservation,
    pub(super) outstanding: i64,
}

impl Backorder {
    /// What an order that has ended leaves open.
    pub(super) fn of(order: Reservation, reserved: &Reserved) -> Option<Self> {
        let outstanding = i64::from(reserved.backordered_quantity);
        (outstanding != 0).then_some(Self { order, outstanding })
    }

    pub(super) fn title(&self) -> String {
        self.order.title()
    }
}
