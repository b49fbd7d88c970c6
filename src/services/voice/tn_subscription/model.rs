//! The Terraform model of a subscription.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::import::ImportedNumbers;
use super::notification::{self, DatedNotification};
use super::order::{LineAction, SubscriptionOrder};
use super::port_in::PortIn;
use super::record::{Cnam, DirectoryListing, ServiceAddress, Subscriber};
use crate::framework::{Field, Model as _};
use crate::lumen::voice::{Date, EmergencyOption, Product, TelephoneNumber};
use crate::lumen::{ExternalId, VoiceOrderId};
use crate::{identity, model};

/// The status of a number that is ordered, and of a subscription whose first numbers are.
pub(super) const PENDING: &str = "pending";
/// The status of a number that another carrier still has.
const PORTING: &str = "porting";
/// The status of a port once the losing carrier has agreed to a date.
const FOC_SCHEDULED: &str = "foc_scheduled";
/// The status of what is in service.
pub(super) const ACTIVE: &str = "active";
/// The status of a subscription while an order changes it.
const CHANGING: &str = "changing";
/// The status of what is being taken out of service.
pub(super) const DISCONNECTING: &str = "disconnecting";

model! {
    /// A subscription.
    pub(crate) struct Subscription {
        pub(super) product: Field<Product>,
        pub(super) telephone_numbers: Field<BTreeSet<TelephoneNumber>>,
        pub(super) customer_service_name: Field<String>,
        pub(super) subscriber: Field<Subscriber>,
        pub(super) service_address: Field<ServiceAddress>,
        pub(super) e911_option: Field<EmergencyOption>,
        pub(super) directory_listing: Field<DirectoryListing>,
        pub(super) cnam: Field<Cnam>,
        pub(super) request_date: Field<Date>,
        pub(super) port_in: Field<PortIn>,
        pub(super) external_order_id: Field<ExternalId>,
        pub(super) check_numbers: Field<bool>,
        pub(super) wait_for: Field<String>,
        pub(super) on_destroy: Field<String>,
        pub(super) disconnect_notice_days: Field<i64>,
        pub(super) id: Field<TelephoneNumber>,
        pub(super) status: Field<String>,
        pub(super) port_status: Field<String>,
        pub(super) foc_date: Field<Date>,
        pub(super) active_telephone_numbers: Field<BTreeSet<TelephoneNumber>>,
        pub(super) number_statuses: Field<BTreeMap<String, String>>,
        pub(super) e911_address: Field<ServiceAddress>,
        pub(super) voice_order_ids: Field<Vec<VoiceOrderId>>,
        pub(super) notifications: Field<Vec<DatedNotification>>,
    }
}

identity! {
    /// The identity of a subscription.
    telephone_number: TelephoneNumber, "Lead number of the subscription.",
    "subscription" by "telephone number, or several numbers and ranges with commas between them" or ImportedNumbers,
    "lumen_voice_tn_subscription.example +13035550100,+13035550110-+13035550119"
}

/// What happens to numbers that leave the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnDestroy {
    Fail,
    Retain,
    Disconnect,
}

impl Subscription {
    /// The object as messages refer to it.
    pub(super) fn object(&self) -> String {
        match self.lead() {
            Some(lead) => format!("the subscription of {lead}"),
            None => "the subscription".to_owned(),
        }
    }

    /// The lead number, which a new subscription has if its numbers are known.
    pub(super) fn lead(&self) -> Option<TelephoneNumber> {
        self.id.known().copied().or_else(|| self.telephone_numbers.known()?.first().copied())
    }

    pub(super) fn numbers(&self) -> BTreeSet<TelephoneNumber> {
        self.telephone_numbers.known().cloned().unwrap_or_default()
    }

    /// The numbers that are in service and stay there.
    pub(super) fn active(&self) -> BTreeSet<TelephoneNumber> {
        self.active_telephone_numbers.known().cloned().unwrap_or_default()
    }

    /// The numbers that are in service or on their way there.
    pub(super) fn staying(&self) -> BTreeSet<TelephoneNumber> {
        let statuses = self.number_statuses.known();
        let is_leaving = |number: &TelephoneNumber| {
            statuses
                .and_then(|all| all.get(&number.to_string()))
                .is_some_and(|status| status == DISCONNECTING)
        };
        let mut numbers = self.numbers();
        numbers.retain(|number| !is_leaving(number));
        numbers
    }

    pub(super) fn on_destroy(&self) -> OnDestroy {
        match self.on_destroy.known().map(String::as_str) {
            Some("retain") => OnDestroy::Retain,
            Some("disconnect") => OnDestroy::Disconnect,
            _ => OnDestroy::Fail,
        }
    }

    /// How many business days before its date a disconnect order is placed.
    pub(super) fn notice_days(&self) -> u32 {
        self.disconnect_notice_days.known().and_then(|days| u32::try_from(*days).ok()).unwrap_or(1)
    }

    /// Whether an order of the first numbers is in progress.
    pub(super) fn is_pending(&self) -> bool {
        self.status.known().is_some_and(|status| status == PENDING)
    }

    /// Whether the first numbers are being ported.
    pub(super) fn is_porting(&self) -> bool {
        self.is_pending() && self.port_in.known().is_some()
    }

    /// The order of a port that is in progress, which is the first one.
    pub(super) fn port(&self) -> Option<&VoiceOrderId> {
        self.voice_order_ids.known()?.first()
    }

    /// Whether the losing carrier has agreed to the date of the port.
    pub(super) fn is_committed(&self) -> bool {
        self.port_status.known().is_some_and(|status| status == FOC_SCHEDULED)
    }

    /// Whether two subscriptions have the same record. A subscriber or an address that the plan does not have
    /// is not ordered, because nothing at Lumen removes it.
    pub(super) fn differs_in_record(&self, planned: &Self) -> bool {
        fn is_set<T: PartialEq>(now: &Field<T>, planned: &Field<T>) -> bool {
            !planned.is_null() && now != planned
        }
        is_set(&self.customer_service_name, &planned.customer_service_name)
            || is_set(&self.subscriber, &planned.subscriber)
            || is_set(&self.service_address, &planned.service_address)
            || is_set(&self.e911_option, &planned.e911_option)
            || is_set(&self.cnam, &planned.cnam)
            || self.directory_listing != planned.directory_listing
    }

    /// Takes over the record that a change order sets.
    pub(super) fn take_record(&mut self, planned: &Self) {
        self.customer_service_name = planned.customer_service_name.clone();
        self.subscriber = planned.subscriber.clone();
        self.service_address = planned.service_address.clone();
        self.e911_option = planned.e911_option.clone();
        self.directory_listing = planned.directory_listing.clone();
        self.cnam = planned.cnam.clone();
    }

    /// Takes over what a supplement sets.
    pub(super) fn take_supplement(&mut self, planned: &Self) {
        self.request_date = planned.request_date.clone();
        self.subscriber = planned.subscriber.clone();
        self.service_address = planned.service_address.clone();
        if let (Field::Known(own), Field::Known(planned)) = (&mut self.port_in, &planned.port_in) {
            own.billing_telephone_number = planned.billing_telephone_number.clone();
        }
    }

    /// Forgets what a failed change was to set and Lumen's report lacks.
    pub(super) fn forget_untold(&mut self, facts: &Facts) {
        if facts.have("e911_option") {
            self.e911_option = Field::Null;
        }
        if facts.have("directory_listing") {
            self.directory_listing = Field::Null;
        }
        if facts.have("cnam") {
            self.cnam = Field::Null;
        }
    }

    /// Records that an order exists.
    pub(super) fn note_order(&mut self, order: &SubscriptionOrder) {
        let mut orders = self.voice_order_ids.known().cloned().unwrap_or_default();
        let supplement = order.supplement.as_ref().and_then(|it| it.own_id.as_ref());
        for id in order.placed.voice_order_id.iter().chain(supplement) {
            if !orders.contains(id) {
                orders.push(id.clone());
            }
        }
        self.voice_order_ids = Field::Known(orders);
        if self.id.known().is_none() {
            self.id = Field::Known(order.lead);
        }
        if self.external_order_id.known().is_none() && order.action.creates() {
            self.external_order_id = Field::Known(order.placed.external_order_id.clone());
        }
        if self.wait_for.known().is_none() {
            self.wait_for = Field::Known(order.action.default_goal().to_owned());
        }
        if order.action == LineAction::Port {
            let status = if order.placed.is_committed() { FOC_SCHEDULED } else { "submitted" };
            self.port_status = Field::Known(status.to_owned());
            self.foc_date = order.placed.foc_date.into();
        }
        let mut all = self.notifications.known().cloned().unwrap_or_default();
        notification::note(&mut all, &order.placed.notifications);
        self.notifications = Field::Known(all);
    }

    /// Sets the status of these numbers, or forgets them.
    pub(super) fn set_statuses<'a>(
        &mut self,
        numbers: impl IntoIterator<Item = &'a TelephoneNumber>,
        status: Option<&str>,
    ) {
        let mut statuses = self.number_statuses.known().cloned().unwrap_or_default();
        let mut active = self.active();
        for number in numbers {
            match status {
                Some(status) => statuses.insert(number.to_string(), status.to_owned()),
                None => statuses.remove(&number.to_string()),
            };
            if status == Some(ACTIVE) {
                active.insert(*number);
            } else {
                active.remove(number);
            }
        }
        self.number_statuses = Field::Known(statuses);
        self.active_telephone_numbers = Field::Known(active);
    }

    /// Adds numbers to the subscription, or removes them.
    pub(super) fn add_numbers(&mut self, numbers: &BTreeSet<TelephoneNumber>) {
        self.telephone_numbers = Field::Known(&self.numbers() | numbers);
    }

    pub(super) fn remove_numbers(&mut self, numbers: &BTreeSet<TelephoneNumber>) {
        self.telephone_numbers = Field::Known(&self.numbers() - numbers);
    }

    /// Records that an order is in progress, with what is known about it so far.
    pub(super) fn note_pending(&mut self, order: &SubscriptionOrder) {
        self.note_order(order);
        let numbers = &order.placed.telephone_numbers;
        let (status, of_numbers) = match order.action {
            LineAction::Create => (PENDING, Some(PENDING)),
            LineAction::Port | LineAction::Supplement => (PENDING, Some(PORTING)),
            LineAction::Add => (CHANGING, Some(PENDING)),
            LineAction::Change => (CHANGING, None),
            LineAction::Remove => (CHANGING, Some(DISCONNECTING)),
            LineAction::End => (DISCONNECTING, Some(DISCONNECTING)),
        };
        match of_numbers {
            Some(status) => self.set_statuses(numbers, Some(status)),
            None => self.set_statuses([], None),
        }
        self.status = Field::Known(status.to_owned());
    }

    /// Records that nothing is in progress except disconnections.
    pub(super) fn note_settled(&mut self) {
        let statuses = self.number_statuses.known();
        let all_leave = statuses.is_some_and(|statuses| {
            !statuses.is_empty() && statuses.values().all(|status| status == DISCONNECTING)
        });
        let status = if all_leave { DISCONNECTING } else { ACTIVE };
        self.status = Field::Known(status.to_owned());
    }

    /// Marks as unknown what becomes known when an order has ended.
    pub(super) fn leave_open(&mut self) {
        self.status = Field::Unknown;
        self.active_telephone_numbers = Field::Unknown;
        self.number_statuses = Field::Unknown;
        self.port_status = Field::Unknown;
        self.foc_date = Field::Unknown;
        self.e911_address = Field::Unknown;
        self.voice_order_ids = Field::Unknown;
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
}
