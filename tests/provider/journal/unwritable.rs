//! A journal that can't be written: what can't be recorded is not ordered, and what was ordered is kept.

use std::fs;
use std::time::Duration;

use expect_test::expect;
use lumen_core::Action;
use lumen_simulator::Fault;

use crate::pending::slowly;
use crate::world::{
    ORDER, QUOTE, World, a_connection, given, given_connection, given_lumen, given_world, timeout,
};

/// Starts the next run with a journal location below a regular file.
async fn with_an_unwritable_journal(world: &mut World) {
    let file = world.journal.path().join("a-file");
    fs::write(&file, "").unwrap();
    let folder = file.join("orders");
    world.next_run(|block| crate::world::with_journal(block, &folder)).await;
}

/// Replaces the journal's folder with a file.
fn spoil_journal(folder: &std::path::Path) {
    fs::remove_dir_all(folder).unwrap();
    fs::write(folder, "").unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_creation_stops_before_anything_is_ordered() {
    let mut world = given().await;
    with_an_unwritable_journal(&mut world).await;

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), world.object().is_null()), (0, true));
    expect![[r#"
        Error: The order of connection `edge-1` can't be recorded in the journal

        The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: Not a directory (os error 20).

        Nothing was ordered.

        1. Make that place writable (space, permissions, credentials). If you move the journal, copy all of its files to the new place first: without them, the provider does not know what was ordered before.
        2. Run the same command again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_can_be_read_and_not_written_stops_before_anything_is_ordered() {
    let mut world = given().await;
    world.fault(Fault::delay(QUOTE, Duration::from_secs(10)).times(1));
    let folder = world.orders_folder();
    let spoil = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        fs::write(&folder, "").unwrap();
    };

    let connection = a_connection();
    let (run, ()) = tokio::join!(world.apply_unfinished(&connection), spoil);

    assert_eq!((world.requests(QUOTE), world.requests(ORDER)), (1, 0));
    assert!(world.object().is_null());
    expect![[r#"
        Error: The order of connection `edge-1` can't be recorded in the journal

        The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: Not a directory (os error 20).

        Nothing was ordered.

        1. Make that place writable (space, permissions, credentials). If you move the journal, copy all of its files to the new place first: without them, the provider does not know what was ordered before.
        2. Run the same command again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_change_stops_before_anything_is_ordered() {
    let mut world = given_connection().await;
    with_an_unwritable_journal(&mut world).await;

    let run = world.apply(&a_connection().with("bandwidth", "1 Gbps")).await;

    assert_eq!((world.requests(ORDER), world.text("bandwidth").as_str()), (1, "100 Mbps"));
    expect![[r#"
        Error: The order of connection `edge-1` can't be recorded in the journal

        The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: Not a directory (os error 20).

        The change was not ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        1. Make that place writable (space, permissions, credentials). If you move the journal, copy all of its files to the new place first: without them, the provider does not know what was ordered before.
        2. Run the same command again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_stops_before_anything_is_ordered() {
    let mut world = given_connection().await;
    with_an_unwritable_journal(&mut world).await;

    let run = world.destroy().await;

    assert_eq!((world.requests(ORDER), world.object().is_null()), (1, false));
    expect![[r#"
        Error: The order of connection `edge-1` can't be recorded in the journal

        The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: Not a directory (os error 20).

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        1. Make that place writable (space, permissions, credentials). If you move the journal, copy all of its files to the new place first: without them, the provider does not know what was ordered before.
        2. Run the same command again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn numbers_are_not_ordered() {
    let mut world = given_world("lumen_voice_tn_reservation", |_| {}, |block| block).await;
    with_an_unwritable_journal(&mut world).await;

    let run = world.apply(&crate::voice::a_reservation()).await;

    assert_eq!((world.requests(crate::voice::ORDER), world.object().is_null()), (0, true));
    expect![[r#"
        Error: The order of the reservation in DENVER, CO can't be recorded in the journal

        The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: Not a directory (os error 20).

        Nothing was ordered.

        1. Make that place writable (space, permissions, credentials). If you move the journal, copy all of its files to the new place first: without them, the provider does not know what was ordered before.
        2. Run the same command again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn growth_stops_before_anything_is_ordered() {
    let mut world = crate::voice::given_reservation().await;
    with_an_unwritable_journal(&mut world).await;

    let run = world.apply(&crate::voice::a_reservation().with("quantity", 5)).await;

    assert!(run.shown().contains("can't be recorded in the journal"), "{}", run.shown());
    assert_eq!((world.requests(crate::voice::ORDER), world.shown("quantity").as_str()), (1, "3"));
}

#[tokio::test(start_paused = true)]
async fn reading_and_planning_do_without() {
    let mut world = given_connection().await;
    with_an_unwritable_journal(&mut world).await;

    world.refresh().await.quietly();
    let plan = world.plan(&a_connection().with("bandwidth", "1 Gbps")).await;
    world.apply(&a_connection()).await.quietly();

    assert_eq!((plan.action, plan.shown().as_str()), (Action::Update, ""));
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_answer_can_not_be_written_down_is_kept_in_the_state() {
    let mut world = given().await;
    world.fault(Fault::delay(ORDER, Duration::from_secs(10)).times(1));
    let folder = world.orders_folder();
    let spoil = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        spoil_journal(&folder);
    };

    let connection = a_connection();
    let (run, ()) = tokio::join!(world.apply_unfinished(&connection), spoil);
    world.next_run(|block| block).await;
    world.apply(&a_connection()).await.quietly();

    assert_eq!((world.text("status").as_str(), world.requests(ORDER)), ("active", 1));
    expect![[r#"
        Warning: The accepted order of connection `edge-1` could not be recorded in the journal

        Lumen's answer could not be recorded: Not a directory (os error 20).

        Lumen has accepted the order `tf-…`, and Terraform's state will have it.

        Make the journal's place writable before the next order.
    "#]]
    .assert_eq(&run.shown());
}

/// The state was saved and the entry was closed. Then the state is lost.
#[tokio::test(start_paused = true)]
async fn what_is_still_being_built_is_not_ordered_again_although_its_answer_could_not_be_written_down()
 {
    let mut world = given_lumen(slowly).await;
    world.fault(Fault::delay(ORDER, Duration::from_secs(10)).times(1));
    let (folder, kept) = (world.orders_folder(), world.journal.path().join("kept"));
    let spoil = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        fs::rename(&folder, &kept).unwrap();
        fs::write(&folder, "").unwrap();
        tokio::time::sleep(Duration::from_secs(10)).await;
        fs::remove_file(&folder).unwrap();
        fs::rename(&kept, &folder).unwrap();
    };
    let impatient = timeout(a_connection(), "create", "1m");
    let (_, ()) = tokio::join!(world.apply_unfinished(&impatient), spoil);
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    let open = world.open_orders().await.len();
    let mut other = world.another_process().await;

    let run = other.apply(&a_connection()).await;

    assert_eq!((open, world.requests(ORDER), other.object().is_null()), (0, 1, true));
    assert!(run.shown().contains("Connection `edge-1` is already being built"), "{}", run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_answer_can_not_be_written_down_is_done() {
    let mut world = given_connection().await;
    world.fault(Fault::delay(ORDER, Duration::from_secs(10)).times(1));
    let folder = world.orders_folder();
    let spoil = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        spoil_journal(&folder);
    };

    let faster = a_connection().with("bandwidth", "1 Gbps");
    let (run, ()) = tokio::join!(world.apply_unfinished(&faster), spoil);

    assert_eq!((world.service().bandwidth_mbps, world.requests(ORDER)), (1000, 2));
    expect![[r#"
        Warning: The accepted order of connection `edge-1` could not be recorded in the journal

        Lumen's answer could not be recorded: Not a directory (os error 20).

        Lumen has accepted the order `tf-…`, and Terraform's state will have it.

        Make the journal's place writable before the next order.

        Warning: The end of an order could not be recorded in the journal

        Not a directory (os error 20).

        The next order of the same object checks it once more.

        Make `…` writable before the next order.
    "#]]
    .assert_eq(&run.shown());
    fs::remove_file(world.orders_folder()).unwrap();
    world.next_run(|block| block).await;
    world.apply(&a_connection()).await.quietly();
    assert_eq!((world.service().bandwidth_mbps, world.requests(ORDER)), (100, 3));
}

#[tokio::test(start_paused = true)]
async fn a_state_is_saved_where_its_entry_can_not_be_closed_and_the_next_refresh_tries_again() {
    let mut world = given().await;
    world.apply_unfinished(&a_connection()).await.quietly();
    let file = world.journal.path().join("kept");
    fs::rename(world.orders_folder(), &file).unwrap();
    fs::write(world.orders_folder(), "").unwrap();
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    fs::remove_file(world.orders_folder()).unwrap();
    fs::rename(&file, world.orders_folder()).unwrap();
    world.next_run(|block| block).await;
    let open = world.open_orders().await.len();

    world.refresh().await.quietly();

    assert_eq!((open, world.open_orders().await.len()), (1, 0));
}
