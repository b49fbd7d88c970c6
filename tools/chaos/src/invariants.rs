//! The invariants: what must hold for Lumen's orders, Terraform's state and this machine at the end.

use std::collections::BTreeSet;

use lumen_report::failure::Failure;
use lumen_simulator::{Action, LineOrderKind, Simulator};
use serde_json::Value;

use crate::configuration::{Configuration, OTHER_LINE, PORTED, RESERVED};
use crate::harness::Harness;
use crate::workflow::{ObjectKind, OrderCounts};

/// Checks everything that must hold when nothing is left to do.
pub(crate) fn check(harness: &Harness<'_>) -> Result<(), Failure> {
    let mut violations = Vec::new();
    let (expected, placed) = (harness.workflow.orders(), placed(&harness.lumen));
    if placed != expected {
        violations.push(format!("Lumen accepted {placed:?} instead of {expected:?}"));
    }
    match (harness.workflow.object(), harness.workflow.after()) {
        (_, Some(Configuration::Numbers { quantity })) => {
            check_numbers(harness, quantity, &mut violations);
        }
        (ObjectKind::Subscription, configured) => {
            check_subscription(harness, configured, &mut violations);
        }
        (_, configured) => check_connection(harness, configured, &mut violations),
    }
    let left = harness.terraform.leftovers();
    if left > harness.killed {
        violations.push(format!("{left} temporary files or folders are left"));
    }
    if violations.is_empty() { Ok(()) } else { Err(Failure::new(violations.join("; "))) }
}

/// Whether Lumen has accepted more orders than the workflow requires.
pub(crate) fn has_duplicates(harness: &Harness<'_>) -> bool {
    let (expected, placed) = (harness.workflow.orders(), placed(&harness.lumen));
    expected.adds < placed.adds
        || expected.modifies < placed.modifies
        || expected.deletes < placed.deletes
        || expected.voice < placed.voice
        || expected.installs < placed.installs
}

/// Finds an order that Lumen has accepted and that the text does not mention by any of its ids.
pub(crate) fn lost_order(lumen: &Simulator, known: &str) -> Option<String> {
    let ledger = lumen.ledger();
    let orders = ledger.orders.into_iter().map(|order| {
        let ids = [Some(order.order_request_id), Some(order.external_id), order.service_id];
        (format!("{:?}", order.action), ids)
    });
    let voice_orders = ledger.voice_orders.into_iter().map(|order| {
        let ids = [Some(order.voice_order_id), order.external_order_id, None];
        ("Numbers".to_owned(), ids)
    });
    let line_orders = ledger.line_orders.into_iter().map(|order| {
        let ids = [Some(order.voice_order_id), order.external_order_id, None];
        (format!("{:?}", order.kind), ids)
    });
    orders
        .chain(voice_orders)
        .chain(line_orders)
        .find(|(_, ids)| !ids.iter().flatten().any(|id| known.contains(id.as_str())))
        .map(|(action, ids)| {
            let ids: Vec<String> = ids.into_iter().flatten().collect();
            format!("order {action} {}", ids.join(" "))
        })
}

fn placed(lumen: &Simulator) -> OrderCounts {
    let ledger = lumen.ledger();
    let count = |action| ledger.orders.iter().filter(|order| order.action == action).count();
    let voice: BTreeSet<_> =
        ledger.voice_orders.iter().map(|order| order.voice_order_id.as_str()).collect();
    let lines = |kind| ledger.line_orders.iter().filter(|order| order.kind == kind).count();
    OrderCounts {
        adds: count(Action::Add),
        modifies: count(Action::Modify),
        deletes: count(Action::Delete),
        voice: voice.len(),
        installs: lines(LineOrderKind::Install),
        ports: lines(LineOrderKind::PortIn),
        changes: lines(LineOrderKind::Change),
        disconnects: lines(LineOrderKind::Disconnect),
    }
}

fn check_connection(
    harness: &Harness<'_>,
    configured: Option<Configuration>,
    violations: &mut Vec<String>,
) {
    let mut services = harness.lumen.services();
    services
        .retain(|service| service.service_type == "Internet" && service.status != "Disconnected");
    let state = harness.terraform.attributes();
    let Some(Configuration::Connection { name, mbps }) = configured else {
        if !services.is_empty() {
            violations.push(format!("{} services still exist", services.len()));
        }
        if !state.is_null() {
            violations.push("the state still has the connection".to_owned());
        }
        return;
    };
    let [service] = services.as_slice() else {
        violations.push(format!("Lumen has {} services instead of one", services.len()));
        return;
    };
    let found = (service.name.as_str(), service.bandwidth_mbps, service.status.as_str());
    if found != (name, mbps, "Active") {
        violations.push(format!("the service is {found:?}"));
    }
    let bandwidth = format!("{mbps} Mbps");
    for (attribute, expected) in [
        ("service_id", service.service_id.as_str()),
        ("name", name),
        ("bandwidth", &bandwidth),
        ("status", "active"),
    ] {
        if state[attribute] != expected {
            violations.push(format!("the state's {attribute} is {}", state[attribute]));
        }
    }
}

fn check_numbers(harness: &Harness<'_>, quantity: usize, violations: &mut Vec<String>) {
    let state = harness.terraform.attributes();
    let texts = |attribute: &str| texts(&state, attribute);
    let reserved: BTreeSet<String> =
        harness.lumen.telephone_numbers().iter().map(ToString::to_string).collect();
    if reserved.len() != quantity {
        violations.push(format!("{} numbers are reserved", reserved.len()));
    }
    if texts("telephone_numbers") != reserved {
        violations.push("the numbers in the state differ from those at Lumen".to_owned());
    }
    let orders = harness.lumen.ledger().voice_orders;
    let orders: BTreeSet<String> = orders.into_iter().map(|it| it.voice_order_id).collect();
    if texts("voice_order_ids") != orders {
        violations.push(format!("the state has the orders {}", state["voice_order_ids"]));
    }
}

fn check_subscription(
    harness: &Harness<'_>,
    configured: Option<Configuration>,
    violations: &mut Vec<String>,
) {
    let mut lines = harness.lumen.lines();
    lines.remove(&OTHER_LINE);
    let state = harness.terraform.attributes();
    let (numbers, route) = match configured {
        Some(Configuration::Subscription { route }) => (RESERVED, route),
        // The numbers of a port are in service weeks later, unless the operator imported them.
        Some(Configuration::Port) => {
            check_texts(&state, "telephone_numbers", PORTED, violations);
            return;
        }
        _ => {
            if !lines.is_empty() {
                violations.push(format!("{} numbers are in service", lines.len()));
            }
            if !state.is_null() {
                violations.push("the state still has the subscription".to_owned());
            }
            return;
        }
    };
    if !lines.keys().eq(&numbers) {
        violations.push(format!("the numbers {:?} are in service", lines.keys()));
    }
    if lines.values().any(|line| line.customer_service_name != route) {
        violations.push("a number has another route".to_owned());
    }
    check_texts(&state, "telephone_numbers", numbers, violations);
    check_texts(&state, "active_telephone_numbers", numbers, violations);
    for (attribute, expected) in [("customer_service_name", route), ("status", "active")] {
        if state[attribute] != expected {
            violations.push(format!("the state's {attribute} is {}", state[attribute]));
        }
    }
}

/// Checks an attribute with telephone numbers.
fn check_texts(state: &Value, attribute: &str, numbers: [u64; 2], violations: &mut Vec<String>) {
    let expected: BTreeSet<String> = numbers.iter().map(ToString::to_string).collect();
    if texts(state, attribute) != expected {
        violations.push(format!("the state's {attribute} are {}", state[attribute]));
    }
}

/// The texts of a list or a set. Telephone numbers have no plus sign.
fn texts(state: &Value, attribute: &str) -> BTreeSet<String> {
    let values = state[attribute].as_array().into_iter().flatten();
    values.filter_map(Value::as_str).map(|text| text.trim_matches('+').to_owned()).collect()
}
