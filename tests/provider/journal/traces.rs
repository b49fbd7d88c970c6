//! What leaves a trace in the journal, and what doesn't.

use std::fs;

use lumen_core::Action;

use crate::world::{a_connection, given, given_connection};

#[tokio::test(start_paused = true)]
async fn reading_and_planning_leave_none() {
    let mut world = given().await;
    world.plan(&a_connection()).await;
    let service = world.lumen.add_service("edge-1", crate::world::SITE, 100);
    world.import(&service).await.quietly();

    world.refresh().await.quietly();
    let plan = world.plan(&a_connection()).await;
    world.plan(&a_connection().with("bandwidth", "1 Gbps")).await;
    world.plan_destroy().await;
    world.apply(&a_connection()).await.quietly();
    world.apply(&a_connection()).await.quietly();

    assert_eq!(plan.shown(), "");
    assert!(!world.orders_folder().exists(), "not even its folder");
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_refused_before_it_is_sent_leaves_none() {
    let mut world = given().await;
    let plan = world.plan(&a_connection()).await;
    world.fault(lumen_simulator::Fault::status(crate::world::QUOTE, 403));

    let run = world.apply_plan(plan).await;

    assert!(run.failed() && !world.orders_folder().exists());
}

#[tokio::test(start_paused = true)]
async fn the_first_refresh_closes_the_entry_and_the_next_ones_touch_nothing() {
    let mut world = given().await;
    world.apply_unfinished(&a_connection()).await.quietly();
    let open = world.open_orders().await.len();
    let mut seen = vec![world.journal_files()];
    for _ in 0..3 {
        world.next_run(|block| block).await;
        world.refresh().await.quietly();
        seen.push(world.journal_files());
    }
    world.apply(&a_connection()).await.quietly();
    seen.push(world.journal_files());

    let counts: Vec<usize> = seen.iter().map(std::collections::BTreeMap::len).collect();
    assert_eq!((open, counts), (1, vec![3, 4, 4, 4, 4]));
    assert!(seen[1..].windows(2).all(|pair| pair[0] == pair[1]), "nothing is written again");
    assert!(world.open_orders().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn changes_and_disconnections_close_their_own_entries() {
    let mut world = given_connection().await;

    world.apply_unfinished(&a_connection().with("bandwidth", "1 Gbps")).await.quietly();
    let changed = world.open_orders().await.len();
    world.destroy().await.quietly();

    assert_eq!((changed, world.open_orders().await.len()), (0, 0));
    // Three files for each of three orders, a record that Terraform received the first one, and a record
    // that its object is gone.
    assert_eq!(world.journal_files().len(), 9 + 2);
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_written_down() {
    let mut world = given_connection().await;
    world.destroy().await.quietly();

    for file in world.journal_files().into_keys() {
        let text = fs::read_to_string(file).unwrap();
        assert!(!text.contains("simulator-secret") && !text.contains("noc@example.com"), "{text}");
    }
    assert_eq!(world.plan(&a_connection()).await.action, Action::Create);
}
