//! The operator, which does literally what the messages ask people to do.

use std::time::Duration;

use lumen_simulator::OrderState;

use crate::configuration::{RATE_CENTERS, SITES};
use crate::history::{Command, Environment, Invocation, Numbers, Resource, Step};
use crate::invariants;
use crate::pipeline::Told;
use crate::world::World;
use crate::{lines, pools, portal, reconfiguring};

/// How many rounds of runs the pipelines get to settle.
const ROUNDS: usize = 14;

/// The pause between two runs.
const PAUSE: Duration = Duration::from_mins(25);
const LONG_PAUSE: Duration = Duration::from_hours(7);

/// After how many rounds people stop waiting.
pub(crate) const PATIENCE: usize = 3;

const SETTLE: &str = "journal settle ";

/// Runs every pipeline until nothing is left to do, and does what the messages ask for in the meantime.
pub(crate) async fn settle(world: &mut World) -> Vec<String> {
    world.recover();
    let mut questions = 0;
    for round in 0..ROUNDS {
        tokio::time::sleep(if round < 4 { PAUSE } else { LONG_PAUSE }).await;
        let mut is_done = true;
        for pipeline in 0..world.pipelines.len() {
            let told = apply(world, pipeline).await;
            let violations = invariants::check(world);
            if !violations.is_empty() {
                return violations;
            }
            let has_changed = !told.actions.is_empty() || world.pipelines[pipeline].is_pending();
            if told.failed() || has_changed {
                is_done = false;
            }
            if act(world, pipeline, &told, round).await {
                questions += 1;
            }
        }
        if is_done {
            world.log.push(format!("everything has settled; people were asked {questions} times"));
            world.questions = questions;
            return invariants::settled(world);
        }
    }
    vec![format!(
        "the pipelines have not settled after {ROUNDS} rounds:\n{}",
        world.log.iter().rev().take(world.pipelines.len()).cloned().collect::<Vec<_>>().join("\n")
    )]
}

async fn apply(world: &mut World, pipeline: usize) -> Told {
    run(world, pipeline, Command::Apply).await
}

pub(crate) async fn run(world: &mut World, pipeline: usize, command: Command) -> Told {
    let invocation = Invocation {
        pipeline: u8::try_from(pipeline).unwrap_or_default(),
        command,
        faults: Vec::new(),
        environment: Environment::Usual,
    };
    world.run(&[invocation]).await.pop().unwrap_or_default()
}

/// Does what the messages ask for. Returns whether a person had to decide something.
async fn act(world: &mut World, pipeline: usize, told: &Told, round: usize) -> bool {
    let mut asked = false;
    for diagnostic in &told.diagnostics {
        let text = format!("{}\n{}", diagnostic.summary, diagnostic.detail);
        let at = number(pipeline);
        if text.contains("run `terraform taint` for its address") {
            for address in named(world, pipeline, &text) {
                world.step(&Step::Taint { pipeline: at, address }).await;
            }
        }
        for address in named(world, pipeline, &text) {
            if let Some(config) = corrected(world, pipeline, address, &text) {
                world.log.push(format!("people correct address {address}: {config:?}"));
                world.edit(at, address, Some(config));
            }
        }
        let twins = named(world, pipeline, &text);
        if let (true, Some(address)) = (text.contains("is planned twice"), twins.last()) {
            rename(world, pipeline, *address);
        }
        if text.contains("An open order already has the name of") {
            for address in named(world, pipeline, &text) {
                rename(world, pipeline, address);
            }
        }
        if text.contains("Run `terraform untaint` for it.") {
            for address in named(world, pipeline, &text) {
                world.step(&Step::Untaint { pipeline: at, address }).await;
            }
        }
        if text.contains("belongs to another customer number or API address") {
            // Somebody imported it there, and the pipeline is not configured for that Lumen.
            for address in named(world, pipeline, &text) {
                world.step(&Step::Forget { pipeline: at, address }).await;
                asked = true;
            }
        }
        if text.contains("Make sure that only one configuration manages it") {
            for address in named(world, pipeline, &text) {
                if world.is_managed_twice(pipeline, address) {
                    world.step(&Step::Forget { pipeline: at, address }).await;
                    asked = true;
                }
            }
        }
        for address in named(world, pipeline, &text) {
            asked |= reconfiguring::act(world, pipeline, address, &text, round).await;
        }
        // The messages ask people to wait first.
        if round < PATIENCE {
            continue;
        }
        if text.contains("terraform state rm") && text.contains("does not show") {
            for address in named(world, pipeline, &text) {
                asked |= remove_if_gone(world, pipeline, address).await;
            }
        }
        if text.contains("run `terraform state rm` for it") {
            for address in named(world, pipeline, &text) {
                asked |= remove_if_ended(world, pipeline, address).await;
            }
        }
        if text.contains("Find out in Lumen's portal which one it is") {
            for address in named(world, pipeline, &text) {
                world.step(&Step::Forget { pipeline: at, address }).await;
                asked = true;
            }
        }
        if text.contains("terraform import") {
            if text.contains("already exists") {
                for address in named(world, pipeline, &text) {
                    asked |= rename_replacement(world, pipeline, address);
                }
            }
            asked |= import(world, pipeline).await;
        }
        for reference in settled_references(&text) {
            asked |= world.settle_order(pipeline, &reference).await;
        }
    }
    asked
}

pub(crate) fn number(of: usize) -> u8 {
    u8::try_from(of).unwrap_or(u8::MAX)
}

/// The addresses whose objects a message names.
fn named(world: &World, pipeline: usize, text: &str) -> Vec<u8> {
    let slots = world.pipelines[pipeline].slots.iter().enumerate();
    let named = slots.filter(|(_, slot)| {
        let state = slot.core.state.as_ref().map(|object| object.text("name").to_owned());
        let is_named = |name: &String| !name.is_empty() && text.contains(&format!("`{name}`"));
        state.as_ref().is_some_and(is_named)
            || match &slot.config {
                Some(Resource::Connection(connection)) => is_named(&connection.name),
                Some(Resource::Subscription(subscription)) => {
                    let mut numbers = pools::numbers(subscription).into_iter();
                    numbers.any(|number| text.contains(&pools::e164(number)))
                }
                Some(Resource::Numbers(numbers)) => {
                    let place = RATE_CENTERS[usize::from(numbers.rate_center) % RATE_CENTERS.len()];
                    text.contains(&format!("eservation in {place}"))
                }
                None => false,
            }
            || slot.core.state.as_ref().is_some_and(|object| {
                lines::numbers(object).iter().any(|number| text.contains(number))
            })
    });
    named.map(|(address, _)| number(address)).collect()
}

/// The corrected configuration, if a message asks for a correction.
fn corrected(world: &World, pipeline: usize, address: u8, text: &str) -> Option<Resource> {
    let slot = &world.pipelines[pipeline].slots[usize::from(address)];
    let config = slot.config.clone()?;
    if let (Resource::Numbers(numbers), Some((_, rest))) =
        (&config, text.split_once("Set `quantity` to "))
    {
        let quantity = rest.split_whitespace().next()?.parse().ok()?;
        return Some(Resource::Numbers(Numbers { quantity, ..numbers.clone() }));
    }
    let (_, ordered) = text.split_once("was already ordered with other arguments")?;
    let ordered = |argument: &str| {
        let (_, rest) = ordered.split_once(&format!("`{argument}` was "))?;
        let (was, _) = rest.split_once(" and is ")?;
        Some(was.trim_matches('`'))
    };
    Some(match config {
        Resource::Numbers(mut numbers) => {
            if let Some(quantity) = ordered("quantity") {
                numbers.quantity = quantity.parse().ok()?;
            }
            Resource::Numbers(numbers)
        }
        // The message names the arguments, but not what they were: people know their former configurations.
        Resource::Subscription(_) => return None,
        Resource::Connection(mut connection) => {
            if let Some(bandwidth) = ordered("bandwidth") {
                connection.mbps = mbps(bandwidth)?;
            }
            if let Some(name) = ordered("name") {
                name.clone_into(&mut connection.name);
            }
            if let Some(id) = ordered("master_site_id") {
                let site = SITES.iter().position(|(site, _)| *site == id)?;
                connection.site = number(site);
            }
            if let Some(id) = ordered("external_id") {
                connection.external_id = Some(id.to_owned());
            }
            Resource::Connection(connection)
        }
    })
}

/// Converts a text such as `1 Gbps` to Mbps.
fn mbps(text: &str) -> Option<u32> {
    let (number, unit) = text.split_once(' ')?;
    let number: u32 = number.parse().ok()?;
    Some(if unit == "Gbps" { number * 1000 } else { number })
}

/// Imports all objects that are configured, are not in the state, and appear in the portal.
async fn import(world: &mut World, pipeline: usize) -> bool {
    let mut imported = false;
    for address in 0..world.pipelines[pipeline].slots.len() {
        let slot = &world.pipelines[pipeline].slots[address];
        let Some(config) = slot.config.clone().filter(|_| slot.core.state.is_none()) else {
            continue;
        };
        let ids = portal::ids_to_import(world.lumen(), &config);
        if ids.is_empty() {
            continue;
        }
        imported = true;
        if ids.iter().all(|id| world.is_managed(id)) {
            // It belongs to another state, so this connection needs its own name.
            if let Resource::Connection(mut connection) = config {
                connection.name = format!("{} at {address}", connection.name);
                let new = Some(Resource::Connection(connection));
                world.log.push(format!("people rename address {address}: {new:?}"));
                world.edit(number(pipeline), number(address), new);
            }
        } else {
            run(world, pipeline, Command::Import(number(address).into())).await;
        }
    }
    imported
}

/// Renames the new object of a replacement, which can't have the name of an object that belongs to another
/// state.
fn rename_replacement(world: &mut World, pipeline: usize, address: u8) -> bool {
    let slot = &world.pipelines[pipeline].slots[usize::from(address)];
    slot.core.state.is_some() && rename(world, pipeline, address)
}

/// Gives a connection a unique name.
fn rename(world: &mut World, pipeline: usize, address: u8) -> bool {
    let slot = &world.pipelines[pipeline].slots[usize::from(address)];
    let Some(Resource::Connection(connection)) = &slot.config else { return false };
    let mut connection = connection.clone();
    connection.name = format!("{} at {address}", connection.name);
    connection.external_id = connection.external_id.map(|id| format!("{id}-at-{address}"));
    world.log.push(format!("people rename address {address}: {connection:?}"));
    world.edit(number(pipeline), address, Some(Resource::Connection(connection)));
    true
}

/// `terraform state rm` of an object that the portal does not show.
async fn remove_if_gone(world: &mut World, pipeline: usize, address: u8) -> bool {
    let slot = &world.pipelines[pipeline].slots[usize::from(address)];
    let id = slot.core.state.as_ref().map(|object| object.text("service_id").to_owned());
    let Some(id) = id else { return false };
    let is_gone = !portal::living(world.lumen()).iter().any(|service| service.service_id == id);
    if is_gone {
        world.step(&Step::Forget { pipeline: number(pipeline), address }).await;
    }
    is_gone
}

/// `terraform state rm` of an object that is no longer being built. If it exists, it is imported afterwards.
async fn remove_if_ended(world: &mut World, pipeline: usize, address: u8) -> bool {
    let slot = &world.pipelines[pipeline].slots[usize::from(address)];
    let Some(object) = &slot.core.state else { return false };
    let (request, reference) = (object.text("order_request_id"), object.text("external_id"));
    let orders = world.lumen().ledger().orders;
    let has_ended = orders.iter().any(|order| {
        // If the answer was lost, the state has no id of the order.
        let is_it = if request.is_empty() {
            order.external_id == reference
        } else {
            order.order_request_id == request
        };
        is_it && order.state != OrderState::Running
    });
    if has_ended {
        world.step(&Step::Forget { pipeline: number(pipeline), address }).await;
    }
    has_ended
}

/// The reference of every `journal settle` that a text asks for.
pub(crate) fn settled_references(text: &str) -> Vec<String> {
    let commands = text.lines().filter_map(|line| line.split_once(SETTLE));
    let references = commands.filter_map(|(_, rest)| rest.split_whitespace().next());
    let mut references: Vec<String> =
        references.map(|it| it.trim_matches(['`', '\'', '"', '.']).to_owned()).collect();
    references.dedup();
    references
}
