//! The invariants that must hold after every step, whatever happened in it.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use lumen_simulator::{Action, Ledger, Order, OrderState, Service, Simulator, VoiceStatus};

use crate::configuration::OTHER_LUMEN;
use crate::history::Resource;
use crate::lines::LineOrders;
use crate::pipeline::{Pipeline, Stored, texts_of};
use crate::world::World;
use crate::{lines, portal};

/// A rename that left no trace at Lumen is sent again after this time.
const SEARCH_TIME: SignedDuration = SignedDuration::from_mins(15);

/// What is remembered about Lumen's orders.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    /// How many of them were checked.
    checked: usize,
    /// The text of the states when the latest runs began.
    held: String,
    /// What somebody removed from a state, or what was in a lost journal. The provider can no longer know
    /// about it.
    forgiven: BTreeSet<String>,
    /// Whether a journal is lost in this step.
    loses_journal: bool,
    /// The orders that were placed before a journal was lost.
    unrecorded: BTreeSet<String>,
    /// The services that somebody changed in the portal, each with the number of orders before the change.
    portal: Vec<(String, usize)>,
    /// The services that somebody disconnected in the portal.
    ended: BTreeSet<String>,
    /// The services that somebody imported, perhaps while another state was about to take them over. The
    /// messages ask people to make sure that only one configuration has them.
    imported: BTreeSet<String>,
    /// Whether an older state was restored. After that, two states may have the same service.
    pub(crate) was_rolled_back: bool,
    /// What is remembered about orders of active numbers.
    pub(crate) lines: LineOrders,
}

impl Orders {
    /// Called before runs begin.
    pub(crate) fn begin(&mut self, pipelines: &[Pipeline]) {
        self.held = pipelines.iter().map(Pipeline::state_text).collect();
    }

    /// Called when somebody removes this from a state.
    pub(crate) fn forget(&mut self, state: &[Stored]) {
        let objects = state.iter().flat_map(|it| it.object.iter().chain(&it.deposed));
        for object in objects {
            let mut text = String::from_utf8_lossy(&object.private).into_owned();
            texts_of(&object.value, &mut text);
            self.forgiven.insert(text);
        }
    }

    /// Called when an older version of a state is restored.
    pub(crate) fn roll_back(&mut self) {
        self.was_rolled_back = true;
    }

    /// Called when somebody imports this.
    pub(crate) fn imported(&mut self, id: Option<&str>) {
        self.imported.extend(id.map(ToOwned::to_owned));
    }

    pub(crate) fn lose_journal(&mut self) {
        self.loses_journal = true;
    }

    pub(crate) fn changed_in_portal(&mut self, service: &str, is_end: bool) {
        self.portal.push((service.to_owned(), self.checked));
        if is_end {
            self.ended.insert(service.to_owned());
        }
    }

    pub(crate) fn is_forgiven(&self, ids: &[String]) -> bool {
        self.forgiven.iter().any(|text| ids.iter().any(|id| text.contains(id)))
    }
}

/// Checks all invariants, and returns the violations.
pub(crate) fn check(world: &mut World) -> Vec<String> {
    let mut violations = world.ground.take_violations();
    let ledger = world.lumen().ledger();
    let services = world.lumen().services();
    let states: String = world.pipelines.iter().map(Pipeline::state_text).collect();
    if world.orders.loses_journal {
        world.orders.loses_journal = false;
        // Orders that were only in the journal are forgiven.
        let lost: Vec<String> = ledger.orders.iter().flat_map(ids).collect();
        world.orders.unrecorded.extend(lost.iter().cloned());
        world.orders.forgiven.extend(lost);
        world.orders.forgiven.extend(ledger.voice_orders.iter().flat_map(|order| {
            [Some(order.voice_order_id.clone()), order.external_order_id.clone()]
                .into_iter()
                .flatten()
        }));
        world.orders.forgiven.extend(ledger.line_orders.iter().flat_map(lines::ids));
    }
    let first = world.orders.checked;
    for at in first..ledger.orders.len() {
        violations.extend(doubled(world, &ledger.orders, at, &services, &states));
    }
    world.orders.checked = ledger.orders.len();
    let known = states + &world.journal_text() + &world.told;
    violations.extend(forgotten(world, &ledger, &services, &known));
    violations.extend(held_twice(world, &ledger.orders));
    violations.extend(lines::check(world, &ledger, &known));
    violations.extend(changed_elsewhere(world));
    violations.extend(secrets(world.lumen(), &known));
    violations
}

fn ids(order: &Order) -> Vec<String> {
    let own = [order.order_request_id.clone(), order.external_id.clone()];
    own.into_iter().chain(order.service_id.clone()).filter(|id| !id.is_empty()).collect()
}

/// Checks whether an accepted order should not have been sent.
fn doubled(
    world: &World,
    orders: &[Order],
    at: usize,
    services: &[Service],
    states: &str,
) -> Option<String> {
    let (order, earlier) = (&orders[at], &orders[..at]);
    match order.action {
        Action::Add => {
            // The user is responsible for references that the user set.
            let is_of_user = !order.external_id.starts_with("tf-")
                || world.pipelines.iter().flat_map(|pipeline| &pipeline.slots).any(|slot| {
                    matches!(
                        &slot.config,
                        Some(Resource::Connection(wanted))
                            if wanted.external_id.as_ref() == Some(&order.external_id)
                    )
                });
            let same_reference = earlier.iter().find(|same| {
                same.action == Action::Add
                    && same.external_id == order.external_id
                    && !is_of_user
                    && !world.orders.is_forgiven(&ids(same))
                    && is_alive(same, earlier, services)
            });
            if let Some(same) = same_reference {
                return Some(format!(
                    "a reference is used twice: {} and {}",
                    shown(same),
                    shown(order)
                ));
            }
            let twin = earlier.iter().find(|twin| {
                twin.action == Action::Add
                    && twin.customer_service_name == order.customer_service_name
                    && twin.master_site_id == order.master_site_id
                    && is_alive(twin, earlier, services)
                    && !world.orders.is_forgiven(&ids(twin))
                    && !ids(twin).iter().any(|id| world.orders.held.contains(id))
            })?;
            // If both are wanted, both are in a state.
            let both = [order, twin].iter().all(|it| ids(it).iter().any(|id| states.contains(id)));
            (!both).then(|| format!("ordered twice: {} and {}", shown(twin), shown(order)))
        }
        Action::Modify => {
            let last = earlier.iter().rfind(|last| last.service_id == order.service_id)?;
            let costs = order.bandwidth_mbps.is_some();
            // A new name that a proxy delivers twice has no further effect.
            let is_delivered_twice = !costs && last.external_id == order.external_id;
            let is_same = last.action == Action::Modify
                && last.state != OrderState::Failed
                && !is_delivered_twice
                && last.bandwidth_mbps == order.bandwidth_mbps
                && last.customer_service_name == order.customer_service_name;
            let changed_between = world
                .orders
                .portal
                .iter()
                .any(|(service, _)| order.service_id.as_ref() == Some(service));
            let is_late = SEARCH_TIME <= order.accepted_at.duration_since(last.accepted_at);
            (is_same && !changed_between && (costs || !is_late))
                .then(|| format!("changed twice: {} and {}", shown(last), shown(order)))
        }
        Action::Delete => None,
    }
}

/// Whether the service that an order builds exists, or will exist.
fn is_alive(order: &Order, orders: &[Order], services: &[Service]) -> bool {
    if order.state == OrderState::Failed {
        return false;
    }
    let Some(id) = &order.service_id else { return true };
    // The inventory may still show a service that an order has disconnected. It may also have said that the
    // service was gone when Lumen had only accepted the disconnection.
    let is_ended = orders.iter().any(|end| {
        end.action == Action::Delete
            && end.state != OrderState::Failed
            && end.service_id.as_ref() == Some(id)
    });
    let service = services.iter().find(|service| service.service_id == *id);
    !is_ended && service.is_none_or(|service| service.status != "Disconnected")
}

/// The orders that Lumen has accepted and that are in no state, journal or message.
fn forgotten(world: &World, ledger: &Ledger, services: &[Service], known: &str) -> Vec<String> {
    let is_known = |ids: &[String]| {
        ids.iter().any(|id| known.contains(id.as_str())) || world.orders.is_forgiven(ids)
    };
    let orders = ledger.orders.iter().filter(|order| match order.action {
        Action::Add => is_alive(order, &ledger.orders, services),
        Action::Modify | Action::Delete => order.state == OrderState::Running,
    });
    let orders = orders.filter(|order| !is_known(&ids(order)));
    let orders = orders.map(|order| format!("an order is forgotten: {}", shown(order)));
    let numbers = ledger.voice_orders.iter().filter(|order| {
        let ids = [Some(order.voice_order_id.clone()), order.external_order_id.clone()];
        let ids: Vec<String> = ids.into_iter().flatten().collect();
        matches!(
            order.status,
            VoiceStatus::Created | VoiceStatus::InProgress | VoiceStatus::Completed
        ) && !is_known(&ids)
    });
    let numbers = numbers.map(|order| format!("an order of numbers is forgotten: {order:?}"));
    orders.chain(numbers).collect()
}

/// A service that two instances have, in one state or in two, although it was not imported, and no journal
/// was lost that could distinguish it.
fn held_twice(world: &World, orders: &[Order]) -> Option<String> {
    if world.orders.was_rolled_back {
        return None;
    }
    let is_unrecorded = |service: &str| {
        let mut of_service =
            orders.iter().filter(|order| order.service_id.as_deref() == Some(service));
        of_service.any(|order| ids(order).iter().any(|id| world.orders.unrecorded.contains(id)))
    };
    let mut held = BTreeSet::new();
    for pipeline in &world.pipelines {
        for slot in &pipeline.slots {
            for object in slot.core.state.iter().chain(&slot.deposed) {
                let id = object.text("service_id");
                let is_imported = world.orders.imported.contains(id);
                if !id.is_empty() && !is_imported && !held.insert(id) && !is_unrecorded(id) {
                    return Some(format!("two instances have service {id}"));
                }
            }
        }
    }
    None
}

/// An order that changes or ends something at the other Lumen. The pipelines have nothing there, so a
/// pipeline that uses it by mistake must change nothing.
fn changed_elsewhere(world: &World) -> Option<String> {
    let ledger = world.ground.lumen(OTHER_LUMEN)?.ledger();
    let order = ledger.orders.iter().find(|order| order.action != Action::Add)?;
    Some(format!("the other Lumen got an order for somebody else's service: {}", shown(order)))
}

fn secrets(lumen: &Simulator, known: &str) -> Option<String> {
    let secret = known.contains("simulator-secret")
        || lumen.tokens().iter().any(|token| known.contains(token.as_str()));
    secret.then(|| "a secret is in a state, a journal or a diagnostic".to_owned())
}

pub(crate) fn shown(order: &Order) -> String {
    format!(
        "{:?} {} ({} {:?} Mbps, {:?}, service {:?}, accepted {})",
        order.action,
        order.external_id,
        order.customer_service_name.as_deref().unwrap_or("-"),
        order.bandwidth_mbps,
        order.state,
        order.service_id,
        order.accepted_at,
    )
}

/// Checks what must hold when nothing fails anymore and people have done what the messages ask for.
pub(crate) fn settled(world: &World) -> Vec<String> {
    let mut violations = Vec::new();
    let living = portal::living(world.lumen());
    for (number, pipeline) in world.pipelines.iter().enumerate() {
        for (address, slot) in pipeline.slots.iter().enumerate() {
            let place = format!("pipeline {number}, address {address}");
            let state = slot.core.state.as_ref();
            match (&slot.config, state) {
                (None, None) | (Some(Resource::Numbers(_)), Some(_)) => {}
                (Some(Resource::Subscription(wanted)), Some(object)) => {
                    let wrong = lines::settled(world.lumen(), wanted, object).into_iter();
                    violations.extend(wrong.map(|wrong| format!("{place}: {wrong}")));
                }
                (None, Some(_)) => violations
                    .push(format!("{place}: the state has an object that is not configured")),
                (Some(_), None) => {
                    violations.push(format!("{place}: the configured object does not exist"));
                }
                (Some(Resource::Connection(wanted)), Some(object)) => {
                    let id = object.value.get("service_id").as_str().unwrap_or_default();
                    match living.iter().find(|service| service.service_id == id) {
                        None => violations.push(format!("{place}: Lumen has no service `{id}`")),
                        Some(service) => {
                            let found = (service.name.as_str(), service.bandwidth_mbps);
                            if found != (wanted.name.as_str(), wanted.mbps) {
                                violations.push(format!("{place}: the service is {found:?}"));
                            }
                        }
                    }
                }
            }
        }
    }
    let states: String = world.pipelines.iter().map(Pipeline::state_text).collect();
    // `journal list` shows the open entries of a journal.
    let told = world.told.clone() + &world.journal_text();
    for service in &living {
        let id = &service.service_id;
        let order = world
            .lumen()
            .ledger()
            .orders
            .into_iter()
            .find(|order| order.action == Action::Add && order.service_id.as_ref() == Some(id));
        let is_known = states.contains(id.as_str())
            || told.contains(id.as_str())
            || order.is_some_and(|order| {
                let ids = ids(&order);
                world.orders.is_forgiven(&ids) || ids.iter().any(|id| told.contains(id.as_str()))
            });
        if !is_known {
            violations.push(format!(
                "service {id} ({}) is in no state, and no message mentioned it",
                service.name
            ));
        }
    }
    violations
}
