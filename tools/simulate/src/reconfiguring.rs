//! What the operator does with the configuration of a subscription, because a message asks for it.

use lumen_core::Status;

use crate::history::{Command, Resource, Step, Subscription};
use crate::operator::{self, PATIENCE};
use crate::world::World;
use crate::{lines, pools};

/// Does what a message asks for about the subscription at an address. Returns whether a person had to decide
/// something.
pub(crate) async fn act(
    world: &mut World,
    pipeline: usize,
    address: u8,
    text: &str,
    round: usize,
) -> bool {
    let asks = |part: &str| text.contains(part);
    if asks("was already ordered with other arguments") {
        return restore(world, pipeline, address, round);
    }
    let object = &world.pipelines[pipeline].slots[usize::from(address)].core.state;
    let is_tainted = object.as_ref().is_some_and(|object| object.status == Status::Tainted);
    if is_tainted && asks("as tainted, run `terraform untaint` for it") {
        world.step(&Step::Untaint { pipeline: operator::number(pipeline), address }).await;
        return true;
    }
    if asks("is protected, and would be destroyed") {
        return unprotect(world, pipeline, address).await;
    }
    if round < PATIENCE {
        return false;
    }
    let is_in_state = world.pipelines[pipeline].slots[usize::from(address)].core.state.is_some();
    let is_lost = asks("not reserved")
        || asks("is being disconnected")
        || asks("in service already") && is_in_state;
    is_lost && choose_others(world, pipeline, address)
}

/// Sets the arguments to what was ordered, which was configured once.
fn restore(world: &mut World, pipeline: usize, address: u8, round: usize) -> bool {
    let former = former(world, pipeline, address);
    let Some(before) = former.get(round % former.len().max(1)).cloned() else { return false };
    world.log.push(format!("people restore address {address}: {before:?}"));
    world.edit(operator::number(pipeline), address, Some(Resource::Subscription(before)));
    true
}

/// Sets `on_destroy`, applies that, and removes the subscription from the configuration again.
async fn unprotect(world: &mut World, pipeline: usize, address: u8) -> bool {
    let Some(before) = former(world, pipeline, address).pop() else { return false };
    let at = operator::number(pipeline);
    world.edit(at, address, Some(Resource::Subscription(before)));
    operator::run(world, pipeline, Command::Apply).await;
    world.edit(at, address, None);
    true
}

/// The former configurations of an address, oldest first.
fn former(world: &World, pipeline: usize, address: u8) -> Vec<Subscription> {
    let at = (operator::number(pipeline), address);
    let former = world.former.iter().filter(|(pipeline, address, _)| (*pipeline, *address) == at);
    former.filter_map(|(_, _, resource)| pools::subscription(Some(resource)).cloned()).collect()
}

/// Replaces the numbers that can't be put into service with reserved ones.
fn choose_others(world: &mut World, pipeline: usize, address: u8) -> bool {
    let slot = &world.pipelines[pipeline].slots[usize::from(address)];
    let Some(Resource::Subscription(configured)) = &slot.config else { return false };
    let mut chosen = configured.clone();
    let held = slot.core.state.iter().flat_map(lines::numbers).collect::<Vec<_>>();
    let reserved = world.lumen().telephone_numbers();
    let number = |at: u8| pools::number(chosen.pool, at);
    let is_usable =
        |at: u8| reserved.contains(&number(at)) || held.contains(&pools::e164(number(at)));
    let mut numbers: Vec<u8> =
        configured.numbers.iter().copied().filter(|at| is_usable(*at)).collect();
    let free = (0..pools::SIZE).filter(|at| reserved.contains(&number(*at)));
    let free: Vec<u8> = free.filter(|at| !numbers.contains(at)).collect();
    let missing = configured.numbers.len() - numbers.len();
    numbers.extend(free.into_iter().take(missing));
    numbers.sort_unstable();
    if numbers == configured.numbers {
        return false;
    }
    chosen.numbers = numbers;
    world.log.push(format!("people choose other numbers for address {address}: {chosen:?}"));
    world.edit(operator::number(pipeline), address, Some(Resource::Subscription(chosen)));
    true
}
