//! Checks what must hold when the day is over and nothing is left to do. Everything is looked up by id.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use lumen_simulator::{Action, Ledger, Order, OrderState, Service, VoiceOrder, VoiceStatus};
use terraform_provider_lumen::framework::Value;

use super::lane::State;
use crate::configuration::site;
use crate::history::{Connection, Numbers, Resource};
use crate::invariants::shown;

/// A rename that left no trace at Lumen is sent again after this time.
const SEARCH_TIME: SignedDuration = SignedDuration::from_mins(15);

/// What exists at Lumen, and what people know about it.
pub(super) struct Books<'a> {
    pub(super) ledger: &'a Ledger,
    /// Every service that has ever existed.
    pub(super) services: &'a [Service],
    /// Everything in a diagnostic that may be an id.
    pub(super) named: &'a HashSet<String>,
    /// The times at which somebody changed each service in the portal.
    pub(super) portal: &'a HashMap<String, Vec<Timestamp>>,
}

/// Returns the violations.
pub(super) fn audit(books: &Books<'_>, states: &[&State]) -> Vec<String> {
    let living: HashMap<&str, &Service> = books
        .services
        .iter()
        .filter(|it| it.service_type == "Internet" && it.status != "Disconnected")
        .map(|service| (service.service_id.as_str(), service))
        .collect();
    let voice = voice_orders(&books.ledger.voice_orders);
    let mut violations = Vec::new();
    let mut held = HashSet::new();
    for state in states {
        for (address, slot) in state.pipeline.slots.iter().enumerate() {
            let place = format!("state {}, address {address}", state.number);
            let object = slot.core.state.as_ref();
            let violation = match (&slot.config, object) {
                (None, None) => None,
                (None, Some(_)) => {
                    Some("the state has an object that is not configured".to_owned())
                }
                (Some(_), None) => Some("the configured object does not exist".to_owned()),
                (Some(Resource::Subscription(_)), Some(_)) => {
                    unreachable!("the estate has no subscriptions")
                }
                (Some(Resource::Connection(wanted)), Some(object)) => {
                    let id = object.text("service_id");
                    held.insert(id.to_owned());
                    differs(wanted, living.get(id).copied())
                }
                (Some(Resource::Numbers(wanted)), Some(object)) => {
                    let ids = texts(object.value.get("voice_order_ids"));
                    let reserved = ids.iter().filter_map(|id| voice.get(id.as_str())).sum();
                    held.extend(ids);
                    differ(wanted, reserved)
                }
            };
            violations.extend(violation.map(|what| format!("not as configured: {place}: {what}")));
        }
    }
    violations.extend(lost(books, &living, &held));
    violations.extend(doubled(books));
    violations.extend(changed_twice(books));
    violations
}

fn differs(wanted: &Connection, found: Option<&Service>) -> Option<String> {
    let Some(service) = found else { return Some("Lumen has no such service".to_owned()) };
    let found = (service.name.as_str(), service.bandwidth_mbps, service.master_site_id.as_str());
    let is_same = found == (wanted.name.as_str(), wanted.mbps, site(wanted.site).0);
    (!is_same || service.status != "Active").then(|| format!("Lumen has {service:?}"))
}

fn differ(wanted: &Numbers, reserved: usize) -> Option<String> {
    let is_same = reserved == usize::from(wanted.quantity);
    (!is_same)
        .then(|| format!("{} numbers are configured, but {reserved} are reserved", wanted.quantity))
}

/// The number of telephone numbers that each voice order has reserved.
fn voice_orders(orders: &[VoiceOrder]) -> HashMap<&str, usize> {
    let mut reserved = HashMap::new();
    for order in orders {
        *reserved.entry(order.voice_order_id.as_str()).or_default() += order.telephone_numbers;
    }
    reserved
}

fn texts(list: &Value) -> Vec<String> {
    match list {
        Value::List(texts) => {
            texts.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Everything at Lumen that is in no state and that no message mentioned.
fn lost(
    books: &Books<'_>,
    living: &HashMap<&str, &Service>,
    held: &HashSet<String>,
) -> Vec<String> {
    let is_told = |ids: &[&str]| ids.iter().any(|id| books.named.contains(*id));
    let adds = books.ledger.orders.iter().filter(|order| order.action == Action::Add);
    let ordered: HashMap<&str, &Order> =
        adds.filter_map(|order| Some((order.service_id.as_deref()?, order))).collect();
    let mut lost = Vec::new();
    for (id, service) in living {
        let order = ordered.get(id);
        let ids = order.map_or([*id; 3], |it| [id, &it.order_request_id, &it.external_id]);
        if !held.contains(*id) && !is_told(&ids) {
            lost.push(format!("a service is forgotten: {id}, {}", service.name));
        }
    }
    let open = books.ledger.orders.iter().filter(|order| order.state == OrderState::Running);
    let open = open.filter(|order| !is_told(&[&order.order_request_id, &order.external_id]));
    lost.extend(open.map(|order| format!("an order in progress is forgotten: {}", shown(order))));
    for order in &books.ledger.voice_orders {
        let is_there = order.status <= VoiceStatus::Completed;
        let reference = order.external_order_id.as_deref().unwrap_or_default();
        let id = order.voice_order_id.as_str();
        if is_there && !held.contains(id) && !is_told(&[id, reference]) {
            lost.push(format!("an order of numbers is forgotten: {order:?}"));
        }
    }
    lost.sort();
    lost
}

/// References that Lumen accepted twice, and services that were ordered although one with the same name
/// existed.
fn doubled(books: &Books<'_>) -> Vec<String> {
    let mut doubled = Vec::new();
    let mut ends: HashMap<&str, Vec<Timestamp>> = HashMap::new();
    for order in books.ledger.orders.iter().filter(|order| order.action == Action::Delete) {
        let id = order.service_id.as_deref().unwrap_or_default();
        ends.entry(id).or_default().push(order.accepted_at);
    }
    let has_ended = |order: &Order, by: Timestamp| {
        let id = order.service_id.as_deref().unwrap_or_default();
        let ends = ends.get(id).into_iter().chain(books.portal.get(id)).flatten();
        order.state == OrderState::Failed || ends.into_iter().any(|end| *end <= by)
    };
    let mut references: HashMap<&str, &Order> = HashMap::new();
    let mut builds: HashMap<(&str, &str), &Order> = HashMap::new();
    for order in &books.ledger.orders {
        if let Some(same) = references.insert(&order.external_id, order) {
            doubled.push(format!(
                "a reference is used twice: {} and {}",
                shown(same),
                shown(order)
            ));
        }
        if order.action != Action::Add {
            continue;
        }
        let name = order.customer_service_name.as_deref().unwrap_or_default();
        let site = order.master_site_id.as_deref().unwrap_or_default();
        if let Some(twin) = builds.insert((name, site), order)
            && !has_ended(twin, order.accepted_at)
            && !is_renamed(books, twin, order)
        {
            doubled.push(format!("ordered twice: {} and {}", shown(twin), shown(order)));
        }
    }
    doubled
}

/// Whether the service of an order was renamed before another order was accepted.
fn is_renamed(books: &Books<'_>, order: &Order, before: &Order) -> bool {
    let mut orders = books.ledger.orders.iter().filter(|rename| {
        rename.action == Action::Modify
            && rename.service_id == order.service_id
            && rename.customer_service_name.is_some()
            && rename.accepted_at <= before.accepted_at
    });
    orders.next_back().is_some_and(|last| last.customer_service_name != order.customer_service_name)
}

/// Changes that were ordered twice, although nothing happened to the service in between.
fn changed_twice(books: &Books<'_>) -> Vec<String> {
    let mut latest: HashMap<&str, &Order> = HashMap::new();
    let mut twice = Vec::new();
    for order in &books.ledger.orders {
        let Some(id) = order.service_id.as_deref() else { continue };
        let Some(last) = latest.insert(id, order) else { continue };
        let is_same = (order.action, last.action) == (Action::Modify, Action::Modify)
            && last.state != OrderState::Failed
            && last.bandwidth_mbps == order.bandwidth_mbps
            && last.customer_service_name == order.customer_service_name;
        let is_renamed_late = order.bandwidth_mbps.is_none()
            && SEARCH_TIME <= order.accepted_at.duration_since(last.accepted_at);
        let mut changes = books.portal.get(id).into_iter().flatten();
        let is_changed_between =
            changes.any(|at| (last.accepted_at..=order.accepted_at).contains(at));
        if is_same && !is_renamed_late && !is_changed_between {
            twice.push(format!("changed twice: {} and {}", shown(last), shown(order)));
        }
    }
    twice
}

#[cfg(test)]
mod tests {
    use lumen_simulator::Contact;

    use super::*;

    /// An order for a service, accepted this many minutes after the first one.
    fn order(action: Action, reference: &str, service: &str, minutes: i64) -> Order {
        let is_add = action == Action::Add;
        Order {
            order_request_id: format!("request-of-{reference}"),
            external_id: reference.to_owned(),
            action,
            state: OrderState::Succeeded,
            order_id: None,
            service_id: Some(service.to_owned()),
            quote_id: None,
            purchase_order_number: None,
            note: None,
            customer_service_name: is_add.then(|| "branch".to_owned()),
            master_site_id: is_add.then(|| "PL1".to_owned()),
            bandwidth_mbps: (action == Action::Modify).then_some(200),
            billing_account_id: String::new(),
            contact: Contact {
                name: String::new(),
                email: String::new(),
                phone: String::new(),
                organization: String::new(),
            },
            accepted_at: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes),
        }
    }

    /// The kinds of violations if Lumen has accepted these orders.
    fn violated(orders: Vec<Order>, portal: &[(&str, i64)]) -> Vec<String> {
        let ledger = Ledger { orders, ..Ledger::default() };
        let mut changes: HashMap<String, Vec<Timestamp>> = HashMap::new();
        for (service, minutes) in portal {
            let at = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(*minutes);
            changes.entry((*service).to_owned()).or_default().push(at);
        }
        let named = HashSet::new();
        let books = Books { ledger: &ledger, services: &[], named: &named, portal: &changes };
        let violations = audit(&books, &[]);
        let kinds = violations.iter().filter_map(|text| text.split([':', '(']).next());
        kinds.map(|kind| kind.trim().to_owned()).collect()
    }

    #[test]
    fn a_service_is_ordered_again_only_after_the_end_of_the_one_before() {
        let first = || order(Action::Add, "tf-1", "77-1", 0);
        let second = || order(Action::Add, "tf-2", "77-2", 9);
        let end = |minutes| order(Action::Delete, "tf-3", "77-1", minutes);
        let failed = Order { state: OrderState::Failed, ..first() };
        let renamed = Order {
            bandwidth_mbps: None,
            customer_service_name: Some("other".to_owned()),
            ..order(Action::Modify, "tf-4", "77-1", 5)
        };

        assert_eq!(violated(vec![first(), second()], &[]), ["ordered twice"]);
        assert_eq!(violated(vec![first(), second(), end(10)], &[]), ["ordered twice"]);
        assert_eq!(violated(vec![first(), end(5), second()], &[]), [""; 0]);
        assert_eq!(violated(vec![first(), second()], &[("77-1", 5)]), [""; 0]);
        assert_eq!(violated(vec![failed, second()], &[]), [""; 0]);
        assert_eq!(violated(vec![first(), renamed, second()], &[]), [""; 0]);
    }

    #[test]
    fn a_reference_is_that_of_one_order() {
        let orders =
            vec![order(Action::Add, "tf-1", "77-1", 0), order(Action::Delete, "tf-1", "77-1", 1)];

        assert_eq!(violated(orders, &[]), ["a reference is used twice"]);
    }

    #[test]
    fn a_change_is_ordered_again_only_if_something_happened_in_between() {
        let change = |reference, minutes| order(Action::Modify, reference, "77-1", minutes);
        let failed = Order { state: OrderState::Failed, ..change("tf-1", 0) };
        let other = Order { bandwidth_mbps: Some(500), ..change("tf-2", 5) };

        assert_eq!(violated(vec![change("tf-1", 0), change("tf-2", 9)], &[]), ["changed twice"]);
        assert_eq!(violated(vec![change("tf-1", 0), change("tf-2", 9)], &[("77-1", 5)]), [""; 0]);
        assert_eq!(violated(vec![failed, change("tf-2", 9)], &[]), [""; 0]);
        assert_eq!(violated(vec![change("tf-1", 0), other, change("tf-3", 9)], &[]), [""; 0]);
    }

    #[test]
    fn an_order_in_progress_that_nobody_was_told_of_is_lost() {
        let running = Order { state: OrderState::Running, ..order(Action::Add, "tf-1", "77-1", 0) };

        assert_eq!(violated(vec![running], &[]), ["an order in progress is forgotten"]);
    }
}
