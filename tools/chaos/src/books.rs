//! What Lumen's books, Terraform's state and the machine must look like in the end.

use std::collections::BTreeSet;

use lumen_report::failure::Failure;
use lumen_simulator::{Action, Simulator};
use serde_json::Value;

use crate::course::Bench;
use crate::workflow::{Orders, Wanted};

/// Everything that must hold when nothing is left to do.
pub(crate) fn check(bench: &Bench<'_>) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    let (expected, placed) = (bench.workflow.orders(), placed(&bench.lumen));
    if placed != expected {
        wrong.push(format!("Lumen accepted {placed:?} instead of {expected:?}"));
    }
    match bench.workflow.after() {
        Some(Wanted::Numbers { quantity }) => check_numbers(bench, quantity, &mut wrong),
        wanted => check_connection(bench, wanted, &mut wrong),
    }
    let left = bench.terraform.leftovers();
    if left > bench.killed {
        wrong.push(format!("{left} temporary files or folders are left behind"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::new(wrong.join("; "))) }
}

/// Whether Lumen accepted more orders than it takes.
pub(crate) fn has_doubles(bench: &Bench<'_>) -> bool {
    let (most, placed) = (bench.workflow.orders(), placed(&bench.lumen));
    most.adds < placed.adds
        || most.modifies < placed.modifies
        || most.deletes < placed.deletes
        || most.voice < placed.voice
}

/// An accepted order that is not known.
pub(crate) fn forgotten(lumen: &Simulator, known: &str) -> Option<String> {
    let ledger = lumen.ledger();
    let orders = ledger.orders.into_iter().map(|order| {
        let ids = [Some(order.order_request_id), Some(order.external_id), order.service_id];
        (format!("{:?}", order.action), ids)
    });
    let voice_orders = ledger.voice_orders.into_iter().map(|order| {
        let ids = [Some(order.voice_order_id), order.external_order_id, None];
        ("Numbers".to_owned(), ids)
    });
    orders
        .chain(voice_orders)
        .find(|(_, ids)| !ids.iter().flatten().any(|id| known.contains(id.as_str())))
        .map(|(action, ids)| {
            let ids: Vec<String> = ids.into_iter().flatten().collect();
            format!("the order {action} {}", ids.join(" "))
        })
}

fn placed(lumen: &Simulator) -> Orders {
    let ledger = lumen.ledger();
    let count = |action| ledger.orders.iter().filter(|order| order.action == action).count();
    let voice: BTreeSet<_> =
        ledger.voice_orders.iter().map(|order| order.voice_order_id.as_str()).collect();
    Orders {
        adds: count(Action::Add),
        modifies: count(Action::Modify),
        deletes: count(Action::Delete),
        voice: voice.len(),
    }
}

fn check_connection(bench: &Bench<'_>, wanted: Option<Wanted>, wrong: &mut Vec<String>) {
    let mut services = bench.lumen.services();
    services
        .retain(|service| service.service_type == "Internet" && service.status != "Disconnected");
    let state = bench.terraform.attributes();
    let Some(Wanted::Connection { name, mbps }) = wanted else {
        if !services.is_empty() {
            wrong.push(format!("{} services are still there", services.len()));
        }
        if !state.is_null() {
            wrong.push("the state still has the connection".to_owned());
        }
        return;
    };
    let [service] = services.as_slice() else {
        wrong.push(format!("there are {} services", services.len()));
        return;
    };
    let is = (service.name.as_str(), service.bandwidth_mbps, service.status.as_str());
    if is != (name, mbps, "Active") {
        wrong.push(format!("the service is {is:?}"));
    }
    let bandwidth = format!("{mbps} Mbps");
    for (attribute, expected) in [
        ("service_id", service.service_id.as_str()),
        ("name", name),
        ("bandwidth", &bandwidth),
        ("status", "active"),
    ] {
        if state[attribute] != expected {
            wrong.push(format!("the state's {attribute} is {}", state[attribute]));
        }
    }
}

fn check_numbers(bench: &Bench<'_>, quantity: usize, wrong: &mut Vec<String>) {
    let state = bench.terraform.attributes();
    let texts = |attribute: &str| -> BTreeSet<String> {
        let values = state[attribute].as_array().into_iter().flatten();
        values.filter_map(Value::as_str).map(|text| text.trim_matches('+').to_owned()).collect()
    };
    let held: BTreeSet<String> =
        bench.lumen.telephone_numbers().iter().map(ToString::to_string).collect();
    if held.len() != quantity {
        wrong.push(format!("{} numbers are reserved", held.len()));
    }
    if texts("telephone_numbers") != held {
        wrong.push("the state has other numbers than Lumen".to_owned());
    }
    let orders = bench.lumen.ledger().voice_orders;
    let orders: BTreeSet<String> = orders.into_iter().map(|it| it.voice_order_id).collect();
    if texts("voice_order_ids") != orders {
        wrong.push(format!("the state has the orders {}", state["voice_order_ids"]));
    }
}
