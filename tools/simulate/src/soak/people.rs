//! The people in a soak: they do what the messages ask for, in states with a thousand objects.

use lumen_core::Status;
use lumen_simulator::{Action, Order, OrderState};
use terraform_provider_lumen::plugin::proto::tfplugin6::Diagnostic;

use super::lane::State;
use super::{Day, portal};
use crate::fault::Fault;
use crate::history::{Command, Environment, Invocation, Resource};
use crate::operator::settled_references;
use crate::pipeline::Told;
use crate::portal::{ids_to_import, living};
use crate::settling::settle;

/// The number of bad runs before people act, because the messages ask them to wait first.
const PATIENCE: u32 = 2;

/// Does what the messages of a run ask for.
pub(super) async fn act(day: &Day, state: &mut State, told: &Told) {
    for diagnostic in &told.diagnostics {
        let text = format!("{}\n{}", diagnostic.summary, diagnostic.detail);
        if text.contains("run `terraform taint` for its address") {
            for address in named(state, &text) {
                if let Some(object) = state.pipeline.slots[address].core.state.as_mut() {
                    object.status = Status::Tainted;
                }
            }
        }
        if state.bad_runs < PATIENCE {
            continue;
        }
        if text.contains("terraform state rm") {
            remove_what_is_gone(day, state, &text);
        }
        if text.contains("terraform import") {
            import(day, state, diagnostic).await;
        }
        for reference in settled_references(&text) {
            settle_order(day, state, &reference).await;
        }
    }
}

/// The addresses whose objects a message names.
fn named(state: &State, text: &str) -> Vec<usize> {
    let quoted: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    let slots = state.pipeline.slots.iter().enumerate();
    let named = slots.filter(|(_, slot)| {
        let own = slot.core.state.as_ref().map(|object| object.text("name"));
        let configured = match &slot.config {
            Some(Resource::Connection(connection)) => Some(connection.name.as_str()),
            _ => None,
        };
        [own, configured]
            .into_iter()
            .flatten()
            .any(|name| !name.is_empty() && quoted.contains(&name))
    });
    named.map(|(address, _)| address).collect()
}

fn decided(day: &Day) {
    day.record.borrow_mut().decisions += 1;
}

/// `terraform state rm` of objects that the portal does not show.
fn remove_what_is_gone(day: &Day, state: &mut State, text: &str) {
    for address in named(state, text) {
        let slot = &mut state.pipeline.slots[address];
        let id = slot.core.state.as_ref().map(|object| object.text("service_id").to_owned());
        let is_there = |id: &String| living(day.lumen()).iter().any(|it| it.service_id == *id);
        if id.is_some_and(|id| !is_there(&id)) {
            slot.core.state = None;
            decided(day);
        }
    }
}

/// Imports the objects that a message names, if they are configured, are not in the state, and appear in the
/// portal.
async fn import(day: &Day, state: &mut State, diagnostic: &Diagnostic) {
    for address in named(state, &format!("{}\n{}", diagnostic.summary, diagnostic.detail)) {
        let slot = &state.pipeline.slots[address];
        let config = slot.config.as_ref().filter(|_| slot.core.state.is_none());
        let ids = config.map(|config| ids_to_import(day.lumen(), config));
        let id = ids.and_then(|ids| ids.into_iter().next());
        let Some((id, number)) = id.zip(u16::try_from(address).ok()) else { continue };
        if day.record.borrow().is_held(&id) {
            continue;
        }
        let invocation = Invocation {
            pipeline: 0,
            command: Command::Import(number),
            faults: Vec::<Fault>::new(),
            environment: Environment::Usual,
        };
        let told = state.pipeline.run(&day.ground, day.next_run(), &invocation, Some(id)).await;
        day.record.borrow_mut().ran(&told);
        decided(day);
    }
}

/// `journal settle`, after a check of the portal. If the order is still in progress, the person waits. If it
/// has built a service that is in no state, the person disconnects the service in the portal.
async fn settle_order(day: &Day, state: &State, reference: &str) {
    let orders = day.lumen().ledger().orders;
    let order = orders.iter().rfind(|order| order.external_id == reference);
    if order.is_some_and(|order| order.state == OrderState::Running) {
        return;
    }
    let has_built =
        |order: &&Order| order.state == OrderState::Succeeded && order.action == Action::Add;
    let built = order.filter(has_built).and_then(|order| order.service_id.clone());
    if let Some(id) = built.filter(|id| !day.record.borrow().is_held(id)) {
        portal::end(day, &id);
    }
    // Somebody else may have settled it in the meantime.
    let _ = settle(&day.ground, &state.pipeline, day.next_run(), reference).await;
    decided(day);
}
