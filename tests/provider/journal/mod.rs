//! Tests of the order journal: whatever is interrupted, nothing is ordered twice, and no order is
//! forgotten.
//!
//! A crash in these tests is a provider that completed its work while Terraform could not save the result:
//! the state is as it was before, and the next process knows only the journal.

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

/// A connection with a timeout of only one minute for creating it.
fn impatient() -> Block {
    timeout(a_connection(), "create", "1m")
}

/// A connection that was ordered by a run that was killed, and that is still being built.
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

/// Advances the clock until everything that was ordered is complete.
fn all_is_done(world: &World) {
    world.lumen.advance(Duration::from_mins(30));
    assert!(world.orders().iter().all(|order| order.state != OrderState::Running));
}
