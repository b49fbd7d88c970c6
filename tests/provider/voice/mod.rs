//! Tests of telephone numbers: the results of reserving them in a rate center.

mod actions;
mod arguments;
mod checks;
mod data_sources;
mod destroy;
mod doubt;
mod failures;
mod growth;
mod held;
mod import;
mod notifications;
mod order;
mod order_notifications;
mod pending;
mod program;
mod reasons;
mod refusals;
mod reserve;
mod shortage;
mod subscribed_numbers;
pub(crate) mod subscription;

use lumen_core::Block;
use lumen_simulator::{VoiceOrder, VoiceSettings};

use crate::world::{World, given_world};

const RATE_CENTERS: &str = "GET /Voice/v1/Numbers/rateCenters";
const UTILIZATION: &str = "POST /Voice/v1/Numbers/rateCenters/utilization";
const COVERAGE: &str = "GET /Voice/v1/Numbers/coverage";
pub(crate) const ORDER: &str = "POST /Voice/v1/Numbers/orderInventory";
pub(crate) const STATUS: &str = "GET /Voice/v1/Numbers/orderStatus";
const APPROVAL: &str = "POST /Voice/v1/Numbers/customerApproval";
const INVENTORY: &str = "GET /Voice/v1/Numbers/inventory";
const CANCEL: &str = "POST /Voice/v1/Numbers/order/";

/// A world with default settings, for reservations.
pub(crate) async fn given() -> World {
    given_voice(|_| {}).await
}

/// A world with other settings of Lumen's voice API.
pub(crate) async fn given_voice(change: impl FnOnce(&mut VoiceSettings)) -> World {
    let change = |lumen: &mut lumen_simulator::Settings| change(&mut lumen.voice);
    given_world("lumen_voice_tn_reservation", change, |block| block).await
}

/// Three numbers that Terraform manages.
pub(crate) async fn given_reservation() -> World {
    let mut world = given().await;
    world.apply(&a_reservation()).await.quietly();
    world
}

/// A `lumen_voice_tn_reservation` resource with three numbers in Denver.
pub(crate) fn a_reservation() -> Block {
    Block::default()
        .with("product", "local_inbound")
        .with("rate_center", "DENVER")
        .with("state", "CO")
        .with("quantity", 3)
}

/// A reservation of twenty numbers in Boulder, which has only twelve.
pub(crate) fn too_many() -> Block {
    a_reservation().with("rate_center", "BOULDER").with("quantity", 20)
}

/// Makes Lumen take ten minutes for an order.
pub(crate) fn slowly(voice: &mut VoiceSettings) {
    voice.order_seconds = 600.0;
}

/// Every order for numbers that Lumen accepted, oldest first.
pub(crate) fn orders(world: &World) -> Vec<VoiceOrder> {
    world.lumen.ledger().voice_orders
}

/// Describes what exists in the state and at Lumen.
fn outcome(world: &World) -> String {
    let ordered: Vec<String> = orders(world)
        .iter()
        .map(|order| format!("{:?} with {} numbers", order.status, order.telephone_numbers))
        .collect();
    let ordered = if ordered.is_empty() { "nothing".to_owned() } else { ordered.join(", ") };
    if world.object().is_null() {
        return format!("no state; ordered: {ordered}");
    }
    format!(
        "{}, {} reserved, {} backordered; ordered: {ordered}",
        world.text("status"),
        world.shown("reserved_quantity"),
        world.shown("backordered_quantity"),
    )
}
