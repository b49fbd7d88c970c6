//! Changes and disconnections that a crash interrupts: the next run resumes them, one after the other.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::{Action as Ordered, Fault};

use super::{all_is_done, orders};
use crate::pending::slowly;
use crate::world::{ORDER, World, a_connection, given, given_lumen};

/// A connection with a timeout of one minute for every operation.
fn impatient() -> Block {
    a_connection().with("timeouts", [("update", "1m"), ("delete", "1m")])
}

/// An active connection with short timeouts, and a Lumen that is slow for future orders.
async fn given_connection_and_a_slow_lumen() -> World {
    let mut world = given().await;
    world.apply(&impatient()).await.quietly();
    world.lumen.set(slowly);
    world
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_ordered_before_the_crash_is_waited_for() {
    for (argument, changed, told) in [
        (
            "bandwidth",
            "1 Gbps",
            expect![[r#"
                Warning: Connection `edge-1` was already ordered

                The order journal has order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

                Nothing was ordered again: this run resumes that order.

                Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

                    terraform-provider-lumen journal settle tf-… --journal …
            "#]],
        ),
        (
            "name",
            "edge-2",
            expect![[r#"
                Warning: Connection `edge-2` was already ordered

                The order journal has order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

                Nothing was ordered again: this run resumes that order.

                Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

                    terraform-provider-lumen journal settle tf-… --journal …
            "#]],
        ),
    ] {
        let mut world = given_connection_and_a_slow_lumen().await;
        world.apply_and_crash(&impatient().with(argument, changed)).await;

        let run = world.apply(&a_connection().with(argument, changed)).await;

        assert_eq!(orders(&world), [Ordered::Add, Ordered::Modify], "{argument}");
        assert_eq!((world.text(argument).as_str(), world.requests(ORDER)), (changed, 2));
        assert!(world.open_orders().await.is_empty());
        told.assert_eq(&run.shown());
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_done_before_anybody_looked_is_seen() {
    let mut world = given_connection_and_a_slow_lumen().await;
    let faster = impatient().with("bandwidth", "1 Gbps");
    world.apply_and_crash(&faster).await;
    all_is_done(&world);

    let run = world.apply(&faster).await;

    assert_eq!((run.action, world.orders().len()), (Action::Nothing, 2));
    assert_eq!(world.text("bandwidth"), "1 Gbps");
}

#[tokio::test(start_paused = true)]
async fn both_changes_of_one_apply_survive_a_crash_after_the_first() {
    let mut world = given_connection_and_a_slow_lumen().await;
    let both = a_connection().with("bandwidth", "1 Gbps").with("name", "edge-2");
    world.apply_and_crash(&impatient().with("bandwidth", "1 Gbps").with("name", "edge-2")).await;

    world.apply(&both).await;

    assert_eq!(orders(&world), [Ordered::Add, Ordered::Modify, Ordered::Modify]);
    assert_eq!((world.service().name.as_str(), world.service().bandwidth_mbps), ("edge-2", 1000));
}

#[tokio::test(start_paused = true)]
async fn another_change_waits_for_the_one_before_the_crash() {
    let mut world = given_connection_and_a_slow_lumen().await;
    world.apply_and_crash(&impatient().with("bandwidth", "1 Gbps")).await;

    world.apply(&a_connection().with("bandwidth", "500 Mbps")).await.quietly();

    let bandwidths: Vec<_> = world.orders().iter().map(|order| order.bandwidth_mbps).collect();
    assert_eq!(bandwidths, [Some(100), Some(1000), Some(500)]);
    assert_eq!(world.service().bandwidth_mbps, 500);
}

#[tokio::test(start_paused = true)]
async fn another_change_that_can_not_wait_so_long_orders_nothing() {
    let mut world = given_connection_and_a_slow_lumen().await;
    world.apply_and_crash(&impatient().with("bandwidth", "1 Gbps")).await;

    let run = world.apply(&impatient().with("bandwidth", "500 Mbps")).await;

    assert_eq!(world.requests(ORDER), 2);
    expect![[r#"
        Error: Connection `edge-1` is being changed by an earlier order

        Orders for an object are placed one at a time, and order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 did not finish in the time that `timeouts` allows.

        The change was not ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Run the same command again later: it waits for that order, and then places its own.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_change_that_failed_since_the_crash_does_not_stop_the_next() {
    let mut world = given_connection_and_a_slow_lumen().await;
    world.lumen.set(|lumen| {
        lumen.fail_orders = Some("No port is free.".to_owned());
        lumen.fail_orders_count = Some(1);
    });
    world.apply_and_crash(&impatient().with("bandwidth", "1 Gbps")).await;
    all_is_done(&world);

    world.apply(&a_connection().with("name", "edge-2")).await.quietly();

    assert_eq!(orders(&world), [Ordered::Add, Ordered::Modify, Ordered::Modify]);
    assert_eq!((world.service().name.as_str(), world.service().bandwidth_mbps), ("edge-2", 100));
}

#[tokio::test(start_paused = true)]
async fn the_same_change_that_failed_since_the_crash_is_told_and_ordered_anew() {
    let mut world = given_connection_and_a_slow_lumen().await;
    world.lumen.set(|lumen| {
        lumen.fail_orders = Some("No port is free.".to_owned());
        lumen.fail_orders_count = Some(1);
    });
    let faster = a_connection().with("bandwidth", "1 Gbps");
    world.apply_and_crash(&impatient().with("bandwidth", "1 Gbps")).await;
    all_is_done(&world);

    let run = world.apply(&faster).await;
    let before = world.text("bandwidth");
    world.apply(&faster).await.quietly();

    assert_eq!((before.as_str(), world.service().bandwidth_mbps), ("100 Mbps", 1000));
    assert_eq!(orders(&world), [Ordered::Add, Ordered::Modify, Ordered::Modify]);
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …

        Error: Lumen did not change connection `edge-1`

        Order 88240017002 failed: No port is free.

        The connection is as it was before, and billed as before.

        1. Correct what Lumen's reason names, or ask Lumen's support about order 88240017002.
        2. Run the same command again: it places another order to change connection `edge-1`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_undone_after_the_crash_is_ordered_anew() {
    let mut world = given_connection_and_a_slow_lumen().await;
    let faster = impatient().with("bandwidth", "1 Gbps");
    world.apply_and_crash(&faster).await;
    all_is_done(&world);
    let service = world.text("service_id");
    world.lumen.change_service(&service, |service| service.bandwidth_mbps = 100);
    world.an_hour_passes();

    world.apply(&a_connection().with("bandwidth", "1 Gbps")).await;

    assert_eq!((world.orders().len(), world.service().bandwidth_mbps), (3, 1000));
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_that_was_ordered_before_the_crash_is_waited_for() {
    let mut world = given_connection_and_a_slow_lumen().await;
    world.destroy_and_crash().await;
    world.apply_unfinished(&a_connection()).await;

    let run = world.destroy().await;

    assert_eq!(orders(&world), [Ordered::Add, Ordered::Delete]);
    assert!(world.object().is_null() && world.open_orders().await.is_empty());
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_disconnected_before_the_crash_can_be_built_anew() {
    let mut world = given_connection_and_a_slow_lumen().await;
    world.lumen.set(|lumen| lumen.order_seconds = 20.0);
    world.destroy_and_crash().await;

    world.apply(&a_connection()).await;

    assert_eq!(orders(&world), [Ordered::Add, Ordered::Delete, Ordered::Add]);
    assert_eq!(world.service().status, "Active");
    assert_ne!(world.orders()[0].external_id, world.orders()[2].external_id);
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_waits_for_the_change_before_the_crash() {
    let mut world = given().await;
    world.apply(&a_connection()).await.quietly();
    world.lumen.set(slowly);
    let impatient = crate::world::timeout(a_connection(), "update", "1m");
    world.apply_and_crash(&impatient.with("bandwidth", "1 Gbps")).await;

    world.destroy().await.quietly();

    assert_eq!(orders(&world), [Ordered::Add, Ordered::Modify, Ordered::Delete]);
    assert!(world.object().is_null());
}

#[tokio::test(start_paused = true)]
async fn what_was_found_after_a_crash_is_changed() {
    let mut world = given_lumen(slowly).await;
    world.fault(Fault::reset_after(ORDER).times(1));
    world.apply_and_crash(&a_connection().with("timeouts", [("create", "10s")])).await;
    tokio::time::sleep(Duration::from_hours(2)).await;
    let found = world.apply_unfinished(&a_connection()).await;
    assert!(found.shown().contains("and adopted it"), "{}", found.shown());

    world.lumen.set(|lumen| lumen.order_seconds = 3600.0);
    let faster = a_connection().with("bandwidth", "200 Mbps");
    let waits = world.apply_unfinished(&faster).await;
    let built_by = world.text("order_id");
    tokio::time::sleep(Duration::from_hours(1)).await;
    world.apply(&faster).await.quietly();

    assert!(!waits.failed() && waits.shown().contains("still being changed"), "{}", waits.shown());
    assert_eq!((built_by.as_str(), world.text("bandwidth").as_str()), ("", "200 Mbps"));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_closes_a_change_that_is_complete() {
    let mut world = given_connection_and_a_slow_lumen().await;
    world.apply_and_crash(&impatient().with("bandwidth", "1 Gbps")).await;
    assert_eq!(world.open_orders().await.len(), 1);
    all_is_done(&world);

    world.refresh().await.quietly();

    assert!(world.open_orders().await.is_empty());
    assert_eq!(world.text("bandwidth"), "1 Gbps");
}
