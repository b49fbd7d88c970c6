//! The Terraform model of a reservation, and the data stored with it.

use crate::framework::schema::{Nesting, boolean, list, nested, number, set, string};
use crate::framework::{Field, Model as _, Rule, Schema, Type, Value};
use crate::lumen::voice::{Product, Reservation, Reserved, ShortageAnswer, TelephoneNumber};
use crate::lumen::{ExternalId, VoiceOrderId};
use crate::services::voice::{Notification, notification, product, rate_center, state};
use crate::{identity, model};
use std::collections::BTreeSet;

/// The status of a reservation whose order is in progress.
const PENDING: &str = "pending";
/// The status of a reservation that has numbers on backorder.
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
        pub(super) all_telephone_numbers: Field<Vec<TelephoneNumber>>,
        pub(super) reserved_quantity: Field<i64>,
        pub(super) backordered_quantity: Field<i64>,
        pub(super) notifications: Field<Vec<Notification>>,
    }
}

identity! {
    /// The identity of a reservation.
    voice_order_id: VoiceOrderId, "ID of the first voice order.",
    "reservation" by "voice order ID", "lumen_voice_tn_reservation.example 1000123"
}

pub(super) fn schema() -> Schema {
    Schema::new("Reserves telephone numbers in a rate center. **Reserved numbers can't be given back through Lumen's API**: they stay in your Lumen inventory when this resource is destroyed.")
        .attribute("product", product().required().replaces().about("Product that the numbers are for: `local_inbound` or `enhanced_local_service`."))
        .attribute("rate_center", rate_center().required().replaces().about("Name of the rate center, from `lumen_voice_rate_centers`."))
        .attribute("state", state().required().replaces().about("State of the rate center, such as `CO`."))
        .attribute("quantity", number().required().rule(Rule::integer(1, 399)).about("Number of telephone numbers that the reservation is to have in all. Changing it orders the numbers that are missing. It can't be less than the quantity that is reserved or on order, because reserved numbers can't be given back."))
        .attribute("sequential", boolean().replaces().about("Whether to reserve consecutive numbers."))
        .attribute("pbx_index", number().replaces().rule(Rule::integer(1, 10)).about("Position, counted from the left of the ten digits, at which the digit `pbx_value` is excluded. Requires `pbx_value`."))
        .attribute("pbx_value", number().replaces().rule(Rule::integer(0, 9)).about("Digit that is excluded at the position `pbx_index`. Requires `pbx_index`."))
        .attribute("on_shortage", string().default(Value::text("reject")).rule(Rule::one_of(&["reject", "accept_available", "accept_with_backorder"])).about("Answer to Lumen if it has fewer numbers than ordered: `reject` reserves no numbers, `accept_available` reserves the available numbers, and `accept_with_backorder` also backorders the rest, which Lumen adds when it has them. See [Telephone numbers](../guides/numbers.md)."))
        .attribute("customer_service_name", string().replaces().rule(Rule::length_up_to(255)).about("Name of your route for the numbers."))
        .attribute("external_order_id", string().optional_computed().stable().replaces().documented_default("derived, when the numbers are ordered, from the arguments that can't be changed in place").rule(Rule::reads_as::<ExternalId>("text of 1 to 20 characters")).about("Your reference for the first order of the reservation, sent to Lumen as `externalOrderID`. Set it if several reservations differ only in `quantity`."))
        .attribute("check_utilization", boolean().default(Value::Bool(true)).about("Whether plans check that at least 75 percent of your numbers in the rate center are in use. Below that, Lumen reserves no more numbers there."))
        .attribute("on_destroy", string().default(Value::text("retain")).rule(Rule::one_of(&["retain", "fail"])).about("What happens on destroy: `retain` leaves the numbers in your Lumen inventory, with a warning; `fail` makes plans that destroy or replace the reservation fail."))
        .attribute("id", string().computed().stable().about("ID of the first voice order."))
        .attribute("voice_order_ids", list(Type::String).computed().about("IDs of all voice orders of the reservation. Each increase of `quantity` adds one."))
        .attribute("status", string().computed().about("Status of the reservation: `pending`, `reserved`, or `backordered` while Lumen still has numbers to add."))
        .attribute("telephone_numbers", set(Type::String).computed().about("Numbers that are reserved and not assigned yet, in E.164 format, such as `+13035550100`."))
        .attribute("all_telephone_numbers", list(Type::String).computed().about("All numbers that the orders have reserved, assigned or not, in the order in which they came. New numbers are appended. Use it for `lumen_voice_tn_subscription`, because `telephone_numbers` loses each number when it is assigned. After an import, these are the numbers that are not assigned yet."))
        .attribute("reserved_quantity", number().computed().about("Number of `telephone_numbers`."))
        .attribute("backordered_quantity", number().computed().about("Number of backordered telephone numbers, which Lumen adds when it has them."))
        .attribute("notifications", nested(Nesting::List, notification()).computed().about("Lumen's notifications about the orders."))
        .timeout("create", "60m", "How long to wait for the numbers to be reserved. If it takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("read", "5m", "How long reading the reservation may take.")
        .timeout("update", "60m", "How long to wait for an order to complete. If it takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("delete", "10m", "How long to wait for Lumen to cancel an order that is in progress. If it takes longer, the destroy fails, the reservation stays in the state, and the next destroy resumes waiting.")
}

impl TnBlock {
    /// The object as messages refer to it.
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

    /// Records that an order exists.
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

    /// Removes an order that failed: its numbers were never reserved.
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

    /// Adds the numbers that an order has reserved so far.
    pub(super) fn note_numbers(&mut self, reserved: &Reserved) {
        let mut numbers = self.numbers();
        numbers.extend(reserved.numbers.iter().map(|found| found.number));
        self.show(numbers);
        self.note_told(&reserved.notifications);
    }

    /// Sets the numbers that are not assigned to exactly these. Numbers that are new are also appended to all
    /// numbers.
    pub(super) fn show(&mut self, numbers: BTreeSet<TelephoneNumber>) {
        let mut all = self.all_telephone_numbers.known().cloned().unwrap_or_default();
        let known: BTreeSet<_> = all.iter().copied().collect();
        all.extend(numbers.difference(&known));
        self.all_telephone_numbers = Field::Known(all);
        self.reserved_quantity = Field::Known(i64::try_from(numbers.len()).unwrap_or(i64::MAX));
        self.telephone_numbers = Field::Known(numbers);
    }

    /// Whether Lumen has numbers to add later.
    pub(super) fn is_backordered(&self) -> bool {
        self.backordered_quantity.known().is_some_and(|left| 0 < *left)
    }

    /// Adds this many numbers to the ones on backorder.
    pub(super) fn note_backordered(&mut self, more: u32) {
        let before = self.backordered_quantity.known().copied().unwrap_or_default();
        self.backordered_quantity = Field::Known(before + i64::from(more));
    }

    /// Records that an order is in progress, with what is known about it so far.
    pub(super) fn note_pending(&mut self, order: &Reservation) {
        self.note_order(order);
        let numbers = self.numbers();
        self.show(numbers);
        self.status = Field::Known(PENDING.to_owned());
        if self.backordered_quantity.known().is_none() {
            self.backordered_quantity = Field::Known(0);
        }
    }

    /// Records that nothing is in progress except these backorders.
    pub(super) fn note_settled(&mut self, backorders: &[Reservation]) {
        let status = if backorders.is_empty() { RESERVED } else { BACKORDERED };
        self.status = Field::Known(status.to_owned());
        if backorders.is_empty() || self.backordered_quantity.known().is_none() {
            self.backordered_quantity = Field::Known(0);
        }
    }

    /// Marks as unknown what becomes known when an order has ended.
    pub(super) fn leave_open(&mut self) {
        self.voice_order_ids = Field::Unknown;
        self.status = Field::Unknown;
        self.telephone_numbers = Field::Unknown;
        self.all_telephone_numbers = Field::Unknown;
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

    /// Keeps the computed attributes as they were.
    pub(super) fn keep(&mut self, prior: &Self) {
        self.leave_open();
        self.fill_unknown(prior);
    }

    /// How many numbers the reservation is to have.
    pub(super) fn wanted(&self) -> i64 {
        self.quantity.known().copied().unwrap_or_default()
    }

    /// How many numbers the reservation has, or will have because of its orders.
    pub(super) fn held(&self) -> i64 {
        if self.status.known().is_some_and(|status| status == PENDING) {
            return self.wanted();
        }
        // A state of an earlier version has no such list until it is refreshed.
        let Some(arrived) = self.all_telephone_numbers.known().map(Vec::len) else {
            return self.wanted();
        };
        let backordered = self.backordered_quantity.known().copied().unwrap_or_default();
        i64::try_from(arrived).unwrap_or(i64::MAX).saturating_add(backordered)
    }

    /// How many numbers are ordered to change the reservation as planned. A quantity that stays as it is orders
    /// none: if Lumen had too few numbers, the user has accepted that.
    pub(super) fn missing_for(&self, planned: &Self) -> i64 {
        if planned.wanted() == self.wanted() {
            return 0;
        }
        (planned.wanted() - self.held()).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_only_ever_appended() {
        let mut reservation = TnBlock::default();
        for lines in [[5_u64, 3], [1, 5]] {
            let numbers = lines.map(|line| TelephoneNumber::from_digits(13_035_550_100 + line));
            reservation.show(numbers.into_iter().filter_map(Result::ok).collect());
        }

        let shown = |numbers: Vec<TelephoneNumber>| {
            numbers.iter().map(|number| number.digits() % 10).collect::<Vec<_>>()
        };
        let all = reservation.all_telephone_numbers.known().cloned().map(shown);
        assert_eq!(all, Some(vec![3, 5, 1]));
        assert_eq!(shown(reservation.numbers().into_iter().collect()), [1, 5]);
    }
}
