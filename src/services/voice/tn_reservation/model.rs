//! What Terraform sees of a reservation, and what is stored beside it.

use crate::framework::schema::{Nesting, boolean, list, nested, number, set, string};
use crate::framework::{Field, Model as _, Rule, Schema, Type, Value};
use crate::lumen::voice::{Product, Reservation, Reserved, ShortageAnswer, TelephoneNumber};
use crate::lumen::{ExternalId, VoiceOrderId};
use crate::services::voice::{Notification, notification, product, rate_center, state};
use crate::{identity, model};
use std::collections::BTreeSet;

/// The status of a reservation whose order has not ended.
const PENDING: &str = "pending";
/// The status of a reservation to which Lumen adds numbers when it has them.
const BACKORDERED: &str = "backordered";
/// The status of a reservation that is complete.
const RESERVED: &str = "reserved";

model! {
    /// A reservation.
    pub(crate) struct TnBlock {
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

identity! {
    /// The identity of a reservation.
    voice_order_id: VoiceOrderId, "The first voice order.",
    "reservation" by "voice order id", "lumen_voice_tn_reservation.example 1000123"
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
        .timeout("create", "60m", "How long to wait for the numbers to be reserved. If it takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("read", "5m", "How long reading the reservation may take.")
        .timeout("update", "60m", "How long to wait for an order to complete. If it takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("delete", "10m", "How long to wait for Lumen to cancel an order that is in progress. If it takes longer, the destroy fails, the reservation stays in the state, and the next destroy resumes waiting.")
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

    /// Takes over that Lumen adds so many more numbers when it has them.
    pub(super) fn note_backordered(&mut self, more: u32) {
        let before = self.backordered_quantity.known().copied().unwrap_or_default();
        self.backordered_quantity = Field::Known(before + i64::from(more));
    }

    /// Records that an order has not ended, with what is known of it by now.
    pub(super) fn note_pending(&mut self, order: &Reservation) {
        self.note_order(order);
        let numbers = self.numbers();
        self.show(numbers);
        self.status = Field::Known(PENDING.to_owned());
        if self.backordered_quantity.known().is_none() {
            self.backordered_quantity = Field::Known(0);
        }
    }

    /// Takes over that nothing is in progress but these backorders.
    pub(super) fn note_settled(&mut self, backorders: &[Reservation]) {
        let status = if backorders.is_empty() { RESERVED } else { BACKORDERED };
        self.status = Field::Known(status.to_owned());
        if backorders.is_empty() || self.backordered_quantity.known().is_none() {
            self.backordered_quantity = Field::Known(0);
        }
    }

    /// Makes unknown what becomes known when an order has ended.
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
        self.fill_unknown(prior);
    }

    /// How many numbers are ordered, or are to be.
    pub(super) fn ordered(&self) -> i64 {
        self.quantity.known().copied().unwrap_or_default()
    }
}
