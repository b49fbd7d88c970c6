//! Runs with `-refresh=false`: the plan and the apply have only the state to learn from.

use std::fs;

use lumen_core::Status;
use lumen_simulator::Action as Ordered;
use serde_json::Value as Json;

use super::{orders, services};
use crate::world::{CONNECTION, OTHER_SITE, World, a_connection, given};

/// A connection that was ordered by an earlier run, and that no run has read since.
async fn given_unread() -> World {
    let mut world = given().await;
    world.apply_unfinished(&a_connection()).await.quietly();
    assert_eq!(world.open_orders().await.len(), 1);
    world.next_run(|block| block).await;
    world.skips_refresh = true;
    world
}

/// The entries that the state still has to confirm.
fn unconfirmed(world: &World) -> usize {
    let private: Json = serde_json::from_slice(&world.state.as_ref().unwrap().private).unwrap();
    private.get("unsaved").and_then(Json::as_array).map_or(0, Vec::len)
}

#[tokio::test(start_paused = true)]
async fn a_change_closes_the_order_of_what_it_changes() {
    let mut world = given_unread().await;
    assert_eq!(unconfirmed(&world), 1);
    let more = a_connection().with("bandwidth", "200 Mbps");

    let plan = world.plan(&more).await;
    world.apply_unfinished(&more).await.quietly();

    assert_eq!(plan.shown(), "", "the state explains the order that is open");
    assert_eq!((world.text("bandwidth").as_str(), world.orders().len()), ("200 Mbps", 2));
    assert!(world.open_orders().await.is_empty());
    assert_eq!(unconfirmed(&world), 0);
}

#[tokio::test(start_paused = true)]
async fn a_destroy_closes_the_order_of_what_it_destroys() {
    let mut world = given_unread().await;

    let run = world.destroy().await;

    assert!(!run.failed(), "{}", run.shown());
    assert!(world.object().is_null());
    assert!(world.open_orders().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_open_order_stops_no_object_that_is_not_like_it() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    let other = a_connection()
        .with("name", "edge-2")
        .with("master_site_id", OTHER_SITE)
        .with("bandwidth", "200 Mbps");

    let run = world.apply_unfinished(&other).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(world.orders().len(), 2);
}

/// The journal does not have Lumen's answer, and nothing distinguishes the connection from the one that the
/// order of a run that was cut off has built.
#[tokio::test(start_paused = true)]
async fn a_tainted_one_that_is_found_as_its_own_replacement_stays() {
    let mut world = given_unread().await;
    for file in world.journal_files().into_keys() {
        if file.ends_with("0-accepted.json") || file.ends_with("0-returned.json") {
            fs::remove_file(file).unwrap();
        }
    }
    world.state.as_mut().unwrap().status = Status::Tainted;
    let kind = world.provider.resource_type(CONNECTION);
    let plan = world.plan_change(&a_connection().complete(&kind)).await;

    let run = world.replace_create_first(&plan).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!((orders(&world), services(&world)), (vec![Ordered::Add], vec!["edge-1".to_owned()]));
}
