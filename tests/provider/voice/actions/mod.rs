//! Actions that answer or cancel a voice order that no apply is waiting for.

mod approval;
mod cancel;
mod cancel_lines;
mod lagging;

use std::time::Duration;

use lumen_core::{Block, Invocation};
use lumen_simulator::VoiceSettings;
use serde_json::{Value, json};

use super::program::{self, ORDER_ID};
use super::{given_voice, slowly};
use crate::world::World;

const NOTIFICATIONS: &str = "GET /Voice/v1/Numbers/notifications";

/// A part of an order by another program: numbers in one rate center in Colorado.
fn numbers(rate_center: &str, quantity: u32) -> Value {
    json!({ "rateCenter": rate_center, "state": "CO", "quantity": quantity })
}

/// An order that a program other than Terraform placed.
async fn given_order(rate_centers: Value, change: impl FnOnce(&mut VoiceSettings)) -> World {
    let world = given_voice(change).await;
    let body = json!({ "productID": "2036", "rateCenters": rate_centers });
    assert_eq!(program::order(&world, "orderInventory", &body).await, ORDER_ID);
    world
}

/// An order for 20 numbers in Boulder, which has 12, so Lumen has asked what to do.
async fn given_shortage() -> World {
    given_shortage_where(|_| {}).await
}

async fn given_shortage_where(change: impl FnOnce(&mut VoiceSettings)) -> World {
    let world = given_order(json!([numbers("BOULDER", 20)]), |voice| {
        voice.backorder_seconds = 3600.0;
        change(voice);
    })
    .await;
    world.lumen.advance(Duration::from_mins(6));
    world
}

/// An order that is in progress for ten minutes.
async fn given_slow_order() -> World {
    given_order(json!([numbers("DENVER", 3)]), slowly).await
}

/// The `config` of an action on that order.
fn the_order() -> Block {
    Block::default().with("voice_order_id", ORDER_ID)
}

async fn approve(world: &mut World, answer: &str) -> Invocation {
    approve_with(world, &the_order().with("answer", answer)).await
}

async fn approve_with(world: &mut World, config: &Block) -> Invocation {
    world.provider.act("lumen_voice_order_approval", config).await
}

async fn cancel(world: &mut World) -> Invocation {
    world.provider.act("lumen_voice_order_cancel", &the_order()).await
}
