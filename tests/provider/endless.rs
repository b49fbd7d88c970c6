//! Orders that fail although Lumen never reports it. Without a status endpoint they never end, and a person
//! has to settle them.

use std::fs;
use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::StatusEndpoint;

use crate::world::{World, a_connection, given_lumen, timeout};

fn hurried(operation: &'static str) -> Block {
    timeout(a_connection(), operation, "1m")
}

/// A Lumen without a status endpoint, which accepts future orders but does not carry them out.
async fn given_silent(exists: bool) -> World {
    let mut world = given_lumen(|lumen| lumen.status_endpoint = StatusEndpoint::NotFound).await;
    if exists {
        let both = a_connection().with("timeouts", [("update", "1m"), ("delete", "1m")]);
        world.apply(&both).await.quietly();
        let _ = world.lumen.add_service("another", crate::world::SITE, 100);
    }
    world.lumen.set(|lumen| lumen.fail_orders = Some("No fibre".into()));
    world
}

/// Runs the command in the message, as a person does after asking Lumen.
async fn settle(world: &World, shown: &str) {
    assert!(shown.contains("journal settle tf-"), "{shown}");
    world.settle_all().await;
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_never_ends_says_so_after_a_day_and_is_ended_by_a_person() {
    let mut world = given_silent(false).await;
    let young = world.apply_unfinished(&hurried("create")).await;
    world.refresh().await.quietly();
    world.a_day_passes();

    let told = world.refresh().await;
    let waited = world.apply_unfinished(&hurried("update")).await;
    settle(&world, &told.shown()).await;
    let ended = world.refresh().await;

    assert!(!young.shown().contains("journal settle"), "{}", young.shown());
    assert!(waited.shown().contains("journal settle"), "{}", waited.shown());
    assert!(ended.shown().contains("Lumen did not build connection `edge-1`"), "{}", ended.shown());
    assert!(world.object().is_null());
    expect![[r#"
        Warning: The order of connection `edge-1` has been in progress for 25 hours

        Lumen shows order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 neither as succeeded nor as failed.

        It stays in the state.

        Ask Lumen about it. Only if Lumen says that it has ended or never existed, run the command below. The next run then treats the order as ended.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&told.shown());
    world.lumen.set(|lumen| lumen.fail_orders = None);
    world.apply(&a_connection()).await.quietly();
    assert_eq!(world.orders().len(), 2);
}

/// The service was disconnected in the portal before any run saw it.
#[tokio::test(start_paused = true)]
async fn a_creation_that_has_succeeded_and_never_shows_is_told_as_that_and_ended_by_a_person() {
    let mut world = given_lumen(|_| ()).await;
    let block = a_connection().with("wait_for", "accepted");
    world.apply_unfinished(&block).await;
    world.lumen.advance(Duration::from_mins(30));
    let service = world.orders()[0].service_id.clone().unwrap_or_default();
    let _ = world.lumen.add_service("another", crate::world::SITE, 100);
    world.lumen.change_service(&service, |service| service.status = "Disconnected".into());
    // Lumen continues to show a disconnected service for a while.
    world.lumen.advance(Duration::from_mins(2));
    world.a_day_passes();

    let told = world.refresh().await;
    settle(&world, &told.shown()).await;
    world.refresh().await;

    expect![[r#"
        Warning: The order of connection `edge-1` has been in progress for 25 hours

        Lumen reports that order 88240017001 has succeeded, but its inventory does not show the result.

        It stays in the state.

        Look for the result in Lumen's portal. Only if it no longer exists there, run the command below. The next run then treats the order as ended.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&told.shown());
    assert!(world.object().is_null());
    world.apply(&a_connection()).await.quietly();
    assert_eq!(world.orders().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_destroy_that_waits_for_a_build_without_an_end_is_ended_by_a_person() {
    let mut world = given_silent(false).await;
    let block = a_connection().with("timeouts", [("create", "1m"), ("delete", "1m")]);
    world.apply_unfinished(&block).await;
    world.a_day_passes();

    let waits = world.destroy().await;
    settle(&world, &waits.shown()).await;
    let run = world.destroy().await;

    assert!(waits.failed() && waits.shown().contains("journal settle"), "{}", waits.shown());
    assert!(!run.failed() && world.object().is_null(), "{}", run.shown());
    assert_eq!(world.orders().len(), 1, "nothing is there to be disconnected");
}

/// The entry is settled after the refresh that precedes the plan.
#[tokio::test(start_paused = true)]
async fn a_destroy_that_is_planned_before_a_person_ends_the_build_does_not_wait_for_it() {
    let mut world = given_silent(false).await;
    let block = a_connection().with("timeouts", [("create", "1m"), ("delete", "1m")]);
    world.apply_unfinished(&block).await;
    let plan = world.plan_destroy().await;
    world.settle_all().await;

    let run = world.apply_plan(plan).await;

    assert!(!run.failed() && world.object().is_null(), "{}", run.shown());
    assert_eq!(world.orders().len(), 1, "nothing is there to be disconnected");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_never_ends_is_ended_by_a_person_and_planned_again() {
    let mut world = given_silent(true).await;
    let faster = hurried("update").with("bandwidth", "1 Gbps");
    world.apply_unfinished(&faster).await;
    world.a_day_passes();

    let waited = world.apply_unfinished(&faster).await;
    settle(&world, &waited.shown()).await;
    let plan = world.plan(&faster).await;

    assert_eq!(plan.action, Action::Update);
    assert!(plan.changes().contains("bandwidth: \"100 Mbps\" -> \"1 Gbps\""), "{}", plan.changes());
    world.lumen.set(|lumen| lumen.fail_orders = None);
    world.apply(&faster).await;
    assert_eq!((world.text("bandwidth").as_str(), world.orders().len()), ("1 Gbps", 3));
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_that_never_ends_is_ended_by_a_person_and_ordered_again() {
    let mut world = given_silent(true).await;
    world.destroy().await;
    world.a_day_passes();

    let waits = world.destroy().await;
    settle(&world, &waits.shown()).await;
    world.lumen.set(|lumen| lumen.fail_orders = None);
    let run = world.destroy().await;

    assert!(waits.failed(), "{}", waits.shown());
    assert!(!run.failed() && world.object().is_null(), "{}", run.shown());
    assert_eq!(world.orders().len(), 3);
}

/// Only the journal has the change, because the run that ordered it was killed.
#[tokio::test(start_paused = true)]
async fn a_change_that_blocks_the_next_one_names_the_command_that_ends_it() {
    let mut world = given_silent(true).await;
    world.apply_and_crash(&hurried("update").with("bandwidth", "1 Gbps")).await;
    world.a_day_passes();

    let blocked = world.apply_unfinished(&hurried("update").with("bandwidth", "500 Mbps")).await;
    settle(&world, &blocked.shown()).await;
    world.lumen.set(|lumen| lumen.fail_orders = None);
    world.lumen.advance(Duration::from_mins(30));
    let run = world.apply(&a_connection().with("bandwidth", "500 Mbps")).await;

    assert!(blocked.failed(), "{}", blocked.shown());
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(world.text("bandwidth"), "500 Mbps");
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_never_ends_leaves_the_state_by_hand_where_the_journal_is_lost() {
    let mut world = given_silent(false).await;
    world.apply_unfinished(&hurried("create")).await;
    world.lose_journal().await;
    world.a_day_passes();

    let told = world.refresh().await;
    let waits = world.destroy().await;

    expect![[r#"
        Warning: The order of connection `edge-1` has been in progress for 25 hours

        Lumen shows order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 neither as succeeded nor as failed.

        It stays in the state.

        Ask Lumen about it. Only if Lumen says that it has ended or never existed, run `terraform state rm` for it: the order journal doesn't have this order, so nothing else ends the wait. Import what exists with `terraform import`.
    "#]].assert_eq(&told.shown());
    assert!(waits.shown().contains("terraform state rm"), "{}", waits.shown());
    assert!(!waits.shown().contains("journal settle"), "{}", waits.shown());
    world.state = None;
    world.lumen.set(|lumen| lumen.fail_orders = None);
    world.apply(&a_connection()).await.quietly();
    assert_eq!(world.orders().len(), 2);
}

/// After a journal was lost, another state may have ordered the same object under another reference.
#[tokio::test(start_paused = true)]
async fn an_order_in_the_place_of_the_one_that_is_waited_for_does_not_end_the_waiting() {
    let mut world = given_silent(false).await;
    world.apply_unfinished(&hurried("create")).await;
    let files = world.journal_files();
    let intent = files.keys().find(|file| file.ends_with("0-intent.json")).unwrap();
    let place = intent.strip_prefix(world.orders_folder()).unwrap().to_owned();
    let reference = world.text("external_id");
    let record: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(intent).unwrap()).unwrap();
    let since = record["written_at"].as_str().unwrap();
    let of_another = record.to_string().replace(&reference, "tf-00000000000000000");
    let of_another = of_another.replace(since, "2026-01-01T00:00:00Z");
    world.lose_journal().await;
    let intent = world.orders_folder().join(place);
    fs::create_dir_all(intent.parent().unwrap()).unwrap();
    fs::write(intent, of_another).unwrap();
    world.a_day_passes();

    let told = world.refresh().await;

    assert!(told.shown().contains("terraform state rm"), "{}", told.shown());
    assert!(!told.shown().contains(&format!("settle {reference}")), "{}", told.shown());
}

/// A failed destroy of a tainted object loses the private data of the object.
#[tokio::test(start_paused = true)]
async fn an_order_that_only_the_state_knows_is_told_at_once() {
    let mut world = given_silent(false).await;
    world.apply_unfinished(&hurried("create")).await;
    world.lose_journal().await;
    world.state.as_mut().unwrap().private = Vec::new();

    let told = world.refresh().await;

    expect![[r#"
        Warning: The order of connection `edge-1` has been in progress for an unknown time

        Lumen shows order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 neither as succeeded nor as failed.

        It stays in the state.

        Ask Lumen about it. Only if Lumen says that it has ended or never existed, run `terraform state rm` for it: the order journal doesn't have this order, so nothing else ends the wait. Import what exists with `terraform import`.
    "#]].assert_eq(&told.shown());
}
