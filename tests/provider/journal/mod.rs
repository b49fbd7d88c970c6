//! Stories of the order journal: whatever is cut off, nothing is ordered twice, and nothing that was
//! ordered is forgotten.
//!
//! A crash here is a provider that has done its work for a Terraform that could not write it down:
//! the state is as it was before, and the next process knows nothing but the journal.

mod changes;
mod crashes;
mod elsewhere;
mod entries;
mod lost;
mod overtaken;
mod processes;
mod replacements;
mod suspended;
mod traces;
mod twins;
mod unanswered;
mod unrefreshed;
mod unwritable;
mod voice;

use std::time::Duration;

use lumen_core::Block;
use lumen_simulator::{Action as Ordered, OrderState};

use crate::pending::slowly;
use crate::world::{SITE, World, a_connection, given_lumen, timeout};

/// The connection, and only a minute of patience for creating it.
fn impatient() -> Block {
    timeout(a_connection(), "create", "1m")
}

/// A connection that was ordered, and is being built, by a run that was killed.
async fn given_crashed_while_building() -> World {
    let mut world = given_lumen(slowly).await;
    world.apply_and_crash(&impatient()).await;
    assert_eq!((world.orders().len(), world.object().is_null()), (1, true));
    world
}

/// What was ordered, oldest first.
fn orders(world: &World) -> Vec<Ordered> {
    world.orders().iter().map(|order| order.action).collect()
}

/// The names of the active services at the connection's site.
fn services(world: &World) -> Vec<String> {
    let services = world.lumen.services().into_iter();
    let here =
        services.filter(|service| service.master_site_id == SITE && service.status == "Active");
    here.map(|service| service.name).collect()
}

/// Lumen has had time for everything that was ordered.
fn all_is_done(world: &World) {
    world.lumen.advance(Duration::from_mins(30));
    assert!(world.orders().iter().all(|order| order.state != OrderState::Running));
}
