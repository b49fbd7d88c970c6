//! Tests of subscriptions: telephone numbers that are in service for one subscriber.

mod change;
mod dates;
mod destroy;
mod foc;
mod import;
mod install;
mod journal;
mod plan;
mod port;
mod replace;
mod report;
mod rules;
mod secrets;
mod supplement;

use lumen_core::{Block, object};
use lumen_simulator::{LineOrder, VoiceSettings};
use terraform_provider_lumen::framework::Value;

use crate::world::{World, given_world};

pub(crate) const RESOURCE: &str = "lumen_voice_tn_subscription";

/// The request that puts numbers into service. Without its end, other orders would match as well.
pub(crate) const INSTALL: &str = "POST /Voice/v1/Numbers/order$";
const CHANGE: &str = "POST /Voice/v1/Numbers/order/change";
const DISCONNECT: &str = "POST /Voice/v1/Numbers/order/disconnect";
const SUPPLEMENT: &str = "POST /Voice/v1/Numbers/order/600184202/supplement";
const REPORT: &str = "GET /Voice/v1/Numbers/inventory/details";

const FIRST: u64 = 13_035_550_100;

/// A world with ten reserved numbers in Denver, `+13035550100` to `+13035550109`.
pub(crate) async fn given() -> World {
    given_voice(|_| {}).await
}

async fn given_voice(change: impl FnOnce(&mut VoiceSettings)) -> World {
    let change = |lumen: &mut lumen_simulator::Settings| change(&mut lumen.voice);
    let world = given_world(RESOURCE, change, |block| block).await;
    reserve_numbers(&world);
    world
}

/// Reserves `+13035550100` to `+13035550109`.
pub(crate) fn reserve_numbers(world: &World) {
    world.lumen.add_voice_order("2036", "DENVER", "CO", 10).unwrap();
}

/// Two numbers that are in service and that Terraform manages.
pub(crate) async fn given_subscription() -> World {
    let mut world = given().await;
    world.apply(&an_office()).await.quietly();
    world
}

/// A `lumen_voice_tn_subscription` resource with two numbers of Enhanced Local Service.
pub(crate) fn an_office() -> Block {
    numbers(Block::default(), &["+13035550100", "+13035550101"])
        .with("product", "enhanced_local_service")
        .with("customer_service_name", "DENVER-SBC-1")
        .with("subscriber", [("type", "business"), ("business_name", "Example Corp")])
        .with("service_address", an_address())
        .with("e911_option", "static_911")
}

/// The smallest subscription: two numbers of Local Inbound.
pub(crate) fn inbound() -> Block {
    numbers(Block::default(), &["+13035550100", "+13035550101"])
        .with("product", "local_inbound")
        .with("customer_service_name", "DENVER-SBC-1")
}

fn an_address() -> [(&'static str, &'static str); 7] {
    [
        ("street_number", "1025"),
        ("street_name", "Eldorado"),
        ("street_suffix", "Blvd"),
        ("secondary_location", "Ste 200"),
        ("city", "Broomfield"),
        ("state", "CO"),
        ("zip", "80021"),
    ]
}

/// Sets the numbers of a subscription.
pub(crate) fn numbers(block: Block, numbers: &[&str]) -> Block {
    let numbers = numbers.iter().map(|number| Value::text(*number)).collect();
    block.with("telephone_numbers", Value::set(numbers))
}

/// The subscription in the state. Dates depend on the day of the test.
fn shown(world: &World) -> String {
    let shown = object(&world.object());
    let mut parts = shown.split("date = \"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (_, rest) = part.split_once('"').unwrap();
        format!("{text}date = \"…\"{rest}")
    })
}

/// Every order about active numbers that Lumen accepted, oldest first.
pub(crate) fn orders(world: &World) -> Vec<LineOrder> {
    world.lumen.ledger().line_orders
}

/// The kind and the numbers of each order.
fn ordered(world: &World) -> String {
    let orders = orders(world);
    let orders = orders.iter().map(|order| {
        let numbers: Vec<String> =
            order.telephone_numbers.iter().map(|number| (number - FIRST).to_string()).collect();
        format!("{:?} {}", order.kind, numbers.join(" "))
    });
    orders.collect::<Vec<_>>().join(", ")
}
