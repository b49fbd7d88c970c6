//! The invariants of orders about active numbers, and what a person sees of them in Lumen's portal.

use std::collections::BTreeSet;

use lumen_core::Object;
use lumen_simulator::{Ledger, LineOrder, LineOrderKind, Simulator, VoiceStatus};
use terraform_provider_lumen::framework::Value;

use crate::history::{Command, Invocation, Subscription};
use crate::pools;
use crate::world::World;

/// What is remembered about orders of active numbers.
#[derive(Debug, Default)]
pub(crate) struct LineOrders {
    /// How many of them were checked.
    checked: usize,
    /// The pools whose configuration was changed, each with the number of orders before the change.
    edits: Vec<(u8, usize)>,
    /// Whether only `terraform apply`, `plan` and `refresh` run, which disconnect nothing that is configured.
    keeps_configured: bool,
}

impl LineOrders {
    /// Called before runs begin.
    pub(crate) fn begin(&mut self, invocations: &[Invocation]) {
        self.keeps_configured = invocations.iter().all(|run| {
            !matches!(run.command, Command::Destroy | Command::ApplySaved | Command::Replace(_))
        });
    }

    /// Called when somebody changes the configuration of a pipeline, which has the pool of the same number.
    pub(crate) fn edited(&mut self, pipeline: u8) {
        self.edits.push((pipeline, self.checked));
    }
}

/// The ids of an order.
pub(crate) fn ids(order: &LineOrder) -> Vec<String> {
    [Some(order.voice_order_id.clone()), order.external_order_id.clone()]
        .into_iter()
        .flatten()
        .collect()
}

/// Whether an order with this reference is in progress, or has done what it was to do, so that the provider
/// finds it.
pub(crate) fn may_appear(ledger: &Ledger, reference: &str) -> bool {
    let mut orders = ledger.line_orders.iter();
    orders.any(|order| order.external_order_id.as_deref() == Some(reference) && !has_failed(order))
}

/// Whether an order disconnects this number.
pub(crate) fn is_leaving(lumen: &Simulator, number: u64) -> bool {
    is_disconnected(&lumen.ledger().line_orders, number)
}

fn is_disconnected(orders: &[LineOrder], number: u64) -> bool {
    orders.iter().any(|order| {
        order.kind == LineOrderKind::Disconnect
            && order.telephone_numbers.contains(&number)
            && !has_failed(order)
    })
}

fn has_failed(order: &LineOrder) -> bool {
    !matches!(order.status, VoiceStatus::Created | VoiceStatus::InProgress | VoiceStatus::Completed)
}

/// Checks the orders about active numbers.
pub(crate) fn check(world: &mut World, ledger: &Ledger, known: &str) -> Vec<String> {
    let orders = &ledger.line_orders;
    let first = world.orders.lines.checked;
    let mut violations = Vec::new();
    for at in first..orders.len() {
        violations.extend(unwanted(world, &orders[at]));
        violations.extend(changed_twice(world, orders, at));
    }
    world.orders.lines.checked = orders.len();
    let forgotten = orders.iter().filter(|order| is_open(world.lumen(), orders, order));
    let forgotten = forgotten.filter(|order| {
        let ids = ids(order);
        !ids.iter().any(|id| known.contains(id.as_str())) && !world.orders.is_forgiven(&ids)
    });
    violations.extend(forgotten.map(|it| format!("an order of lines is forgotten: {it:?}")));
    violations.extend(held_twice(world));
    violations
}

/// A disconnection of a number that is configured.
fn unwanted(world: &World, order: &LineOrder) -> Option<String> {
    if order.kind != LineOrderKind::Disconnect || !world.orders.lines.keeps_configured {
        return None;
    }
    let slots = world.pipelines.iter().flat_map(|pipeline| &pipeline.slots);
    let mut wanted = slots.filter_map(|slot| pools::subscription(slot.config.as_ref()));
    let is_wanted = wanted.any(|subscription| {
        pools::numbers(subscription).iter().any(|number| order.telephone_numbers.contains(number))
    });
    is_wanted.then(|| format!("a configured number is disconnected: {order:?}"))
}

/// A change that follows another one although the configuration was not changed in between.
fn changed_twice(world: &World, orders: &[LineOrder], at: usize) -> Option<String> {
    let order = &orders[at];
    let pool = pools::pool_of(*order.telephone_numbers.first()?)?;
    let is_of_pool = |it: &LineOrder| {
        it.kind == LineOrderKind::Change
            && it.telephone_numbers.iter().all(|number| pools::pool_of(*number) == Some(pool))
    };
    if order.kind != LineOrderKind::Change {
        return None;
    }
    let (before, last) =
        orders[..at].iter().enumerate().rfind(|(_, it)| is_of_pool(it) && !has_failed(it))?;
    let is_edited =
        world.orders.lines.edits.iter().any(|(edited, count)| *edited == pool && before < *count);
    // If the numbers of a subscription differ, the next change puts all of them right.
    let lines = world.lumen().lines();
    let of_pool = lines.iter().filter(|(number, _)| pools::pool_of(**number) == Some(pool));
    let routes: BTreeSet<&str> =
        of_pool.map(|(_, line)| line.customer_service_name.as_str()).collect();
    if 1 < routes.len() {
        return None;
    }
    // A proxy delivers an order twice.
    let is_same = last.external_order_id == order.external_order_id;
    (!is_edited && !is_same && !world.orders.is_forgiven(&ids(last)))
        .then(|| format!("changed twice: {last:?} and {order:?}"))
}

/// Whether an order is in progress, or has put numbers into service that no order disconnects.
fn is_open(lumen: &Simulator, orders: &[LineOrder], order: &LineOrder) -> bool {
    match order.status {
        VoiceStatus::Created | VoiceStatus::InProgress => true,
        VoiceStatus::Completed => {
            let lines = lumen.lines();
            matches!(order.kind, LineOrderKind::Install | LineOrderKind::PortIn)
                && order.telephone_numbers.iter().any(|number| {
                    lines.get(number).is_some_and(|line| {
                        line.voice_order_id.as_ref() == Some(&order.voice_order_id)
                    }) && !is_disconnected(orders, *number)
                })
        }
        _ => false,
    }
}

/// A number that two instances have, although no older state was restored.
fn held_twice(world: &World) -> Option<String> {
    if world.orders.was_rolled_back {
        return None;
    }
    let mut held = BTreeSet::new();
    for slot in world.pipelines.iter().flat_map(|pipeline| &pipeline.slots) {
        for number in slot.core.state.iter().flat_map(numbers) {
            if !held.insert(number.clone()) {
                return Some(format!("two instances have the number {number}"));
            }
        }
    }
    None
}

/// The numbers of a subscription in the state.
pub(crate) fn numbers(object: &Object) -> BTreeSet<String> {
    match object.value.get("active_telephone_numbers") {
        Value::Set(all) => all.iter().filter_map(|it| Some(it.as_str()?.to_owned())).collect(),
        _ => BTreeSet::new(),
    }
}

/// What is wrong about a subscription when nothing is left to do.
pub(crate) fn settled(lumen: &Simulator, wanted: &Subscription, object: &Object) -> Vec<String> {
    let (lines, route) = (lumen.lines(), pools::route(wanted));
    let mut wanted = pools::numbers(wanted);
    // A destroy that failed may have disconnected them. Each refresh warns until their date.
    wanted.retain(|number| !is_leaving(lumen, *number));
    let expected: BTreeSet<String> = wanted.iter().copied().map(pools::e164).collect();
    let mut wrong = Vec::new();
    if numbers(object) != expected {
        wrong.push(format!("the state has the numbers {:?}", numbers(object)));
    }
    for number in wanted {
        match lines.get(&number) {
            None => wrong.push(format!("number {number} is not in service")),
            Some(line) if line.customer_service_name != route => {
                wrong.push(format!("number {number} has the route {}", line.customer_service_name));
            }
            Some(_) => {}
        }
    }
    wrong
}
