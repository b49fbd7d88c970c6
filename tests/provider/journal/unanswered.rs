//! A run is interrupted after it recorded an order, but before it received Lumen's answer. The next run
//! searches for the order, and then a person decides.

use std::fs;
use std::time::Duration;

use expect_test::expect;
use lumen_core::{Block, Run};
use lumen_simulator::Fault;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::world::{INVENTORY, ORDER, World, a_connection, given, given_connection, timeout};

/// An order that was recorded and possibly sent by a run that died before it could search for it.
async fn given_unanswered(fault: Fault) -> (World, Run) {
    let mut world = given().await;
    world.fault(fault.times(1));
    let run = world.apply_and_crash(&hurried("create")).await;
    (world, run)
}

/// A timeout that ends before the search for an order does.
fn hurried(operation: &'static str) -> Block {
    timeout(a_connection(), operation, "10s")
}

#[tokio::test(start_paused = true)]
async fn it_is_looked_for_later_then_by_a_person_and_then_ordered() {
    let (mut world, first) = given_unanswered(Fault::reset_before(ORDER)).await;

    let later = world.apply(&hurried("create")).await;
    let person = world.apply(&a_connection()).await;
    let again = world.apply(&a_connection()).await;
    let sent = world.requests(ORDER);
    world.settle().await;
    world.apply(&a_connection()).await.quietly();

    assert!(first.failed() && later.failed() && person.failed() && again.failed());
    assert_eq!((sent, world.requests(ORDER), world.orders().len()), (1, 2, 1));
    assert_eq!(person.shown(), again.shown());
    expect![[r#"
        Error: It is not known whether connection `edge-1` was ordered

        Lumen's answer was lost (POST /Customer/v3/Ordering/orderRequest): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If it was ordered, Lumen bills it once it is active.

        Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
    "#]].assert_eq(&first.shown());
    expect![[r#"
        Error: It is not known whether connection `edge-1` was ordered

        An earlier run recorded at … that it was about to place the order, and was cut off before it recorded Lumen's answer.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If it was ordered, Lumen bills it once it is active.

        Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
    "#]].assert_eq(&later.shown());
    expect![[r#"
        Error: It is not known whether connection `edge-1` was ordered

        An earlier run recorded at … that it was about to place the order, and was cut off before it recorded Lumen's answer.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If it was ordered, Lumen bills it once it is active.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for a service named `edge-1` in Lumen's portal, or ask Lumen about order `tf-…`. If there is one, import it with `terraform import`.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&person.shown());
}

#[tokio::test(start_paused = true)]
async fn what_arrived_is_found_and_adopted() {
    let (mut world, _) = given_unanswered(Fault::reset_after(ORDER)).await;

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), world.orders().len()), (1, 1));
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(world.orders()[0].service_id, Some(world.text("service_id")));
    expect![[r#"
        Warning: The answer to the order of connection `edge-1` was lost

        An earlier run was cut off before it recorded Lumen's answer to order `tf-…`.

        The order was not sent again: the provider found its result in Lumen's inventory, and adopted it.

        If it doesn't look right, check it in Lumen's portal.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_was_there_before_is_not_taken_for_it() {
    let mut world = given().await;
    let _there = world.lumen.add_service("edge-1", crate::world::SITE, 100);
    let connection = hurried("create").with("external_id", "another-one");
    world.fault(Fault::reset_before(ORDER).times(1));
    world.apply_and_crash(&connection).await;

    let run = world.apply(&connection.without("timeouts")).await;

    assert!(run.failed() && world.object().is_null(), "{}", run.shown());
}

/// Every plan was made before there was something to refuse.
#[tokio::test(start_paused = true)]
async fn a_service_that_another_resource_renames_meanwhile_is_not_taken_for_it() {
    let mut other = given().await;
    other.apply(&a_connection().with("name", "edge-2")).await.quietly();
    let rename = other.plan(&a_connection()).await;
    let mut world = other.another_process().await;
    world.fault(Fault::reset_before(ORDER).times(1));
    let renamed = async {
        sleep(Duration::from_mins(1)).await;
        other.carry_out(&rename).await
    };

    let connection = a_connection();
    let (run, renamed) = tokio::join!(world.apply(&connection), renamed);

    assert!(!renamed.failed(), "{}", renamed.shown());
    assert_eq!((world.orders().len(), world.object().is_null()), (2, true));
    expect![[r#"
        Error: It is not known whether connection `edge-1` was ordered

        Lumen's answer was lost (POST /Customer/v3/Ordering/orderRequest): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; service 77133831778 matches its order, but the order journal shows that another order made or changed it. It was not sent again. If it was ordered, Lumen bills it once it is active.

        1. Find out in Lumen's portal whether the order made it, or ask Lumen about it.
        2. If the order made it, import it with `terraform import`.
        3. Run the command below. Only if the order did not make it, run the same Terraform command again after that, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn several_services_that_fit_are_left_to_a_person() {
    let (mut world, _) = given_unanswered(Fault::reset_before(ORDER)).await;
    for _ in 0..2 {
        let _there = world.lumen.add_service("edge-1", crate::world::SITE, 100);
    }

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), world.object().is_null()), (1, true));
    expect![[r#"
        Error: It is not known whether connection `edge-1` was ordered

        An earlier run recorded at … that it was about to place the order, and was cut off before it recorded Lumen's answer.

        The order `tf-…` was sent at most once; several new services match its order: 77133831778, 77133831779. It was not sent again. If it was ordered, Lumen bills it once it is active.

        1. Find out in Lumen's portal which of them the order made, or ask Lumen about it.
        2. Import that one with `terraform import`.
        3. Run the command below. Only if none of them is the one, run the same Terraform command again after that, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn another_configuration_is_no_way_around_the_doubt() {
    let (mut world, _) = given_unanswered(Fault::reset_before(ORDER)).await;

    let run = world.apply(&a_connection().with("bandwidth", "1 Gbps")).await;

    assert!(run.failed());
    assert_eq!(world.requests(ORDER), 1);
}

#[tokio::test(start_paused = true)]
async fn a_change_is_looked_for_later_then_by_a_person_and_then_ordered() {
    let mut world = given_connection().await;
    let (hurried, patient) = (hurried("update"), a_connection().with("bandwidth", "1 Gbps"));
    world.fault(Fault::reset_before(ORDER).times(1));
    world.apply_and_crash(&hurried.clone().with("bandwidth", "1 Gbps")).await;

    let later = world.apply(&hurried.with("bandwidth", "1 Gbps")).await;
    world.an_hour_passes();
    let person = world.apply(&patient).await;
    let sent = world.requests(ORDER);
    world.settle().await;
    world.apply(&patient).await.quietly();

    assert!(later.failed() && person.failed());
    assert_eq!((sent, world.orders().len(), world.service().bandwidth_mbps), (2, 2, 1000));
    expect![[r#"
        Error: It is not known whether the change of connection `edge-1` to 1 Gbps was ordered

        An earlier run recorded at … that it was about to place the order, and was cut off before it recorded Lumen's answer.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. Service 77133831778 still exists, and is still billed.

        Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
    "#]].assert_eq(&later.shown());
    expect![[r#"
        Error: It is not known whether the change of connection `edge-1` to 1 Gbps was ordered

        An earlier run recorded at … that it was about to place the order, and was cut off before it recorded Lumen's answer.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. Service 77133831778 still exists, and is still billed.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, check service 77133831778 in Lumen's portal, or ask Lumen about order `tf-…`. If the order is in progress, wait until it has finished.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&person.shown());
}

/// The doubt concerns what was ordered, not what is wanted now.
#[tokio::test(start_paused = true)]
async fn a_doubt_is_named_by_what_was_ordered() {
    let mut world = given_connection().await;
    world.fault(Fault::reset_before(ORDER).times(1));
    world.apply_and_crash(&hurried("update").with("bandwidth", "1 Gbps")).await;
    world.an_hour_passes();

    let run = world.apply(&a_connection().with("name", "edge-2")).await;

    assert!(run.failed() && world.requests(ORDER) == 2, "{}", run.shown());
    assert!(run.shown().contains("journal settle"), "{}", run.shown());
    let doubt = "It is not known whether the change of connection `edge-2` to 1 Gbps was ordered";
    assert!(run.shown().contains(doubt), "{}", run.shown());
}

/// The search for a lost order is not shorter if the next run makes a different change.
#[tokio::test(start_paused = true)]
async fn a_lost_order_is_searched_for_as_long_as_it_may_take() {
    let mut world = given_connection().await;
    world.fault(Fault::reset_before(ORDER).times(1));
    world.apply_and_crash(&hurried("update").with("bandwidth", "1 Gbps")).await;

    let run = world.apply(&a_connection().with("name", "edge-2")).await;

    assert!(run.failed() && world.requests(ORDER) == 2, "{}", run.shown());
    assert!(run.shown().contains("keeps searching until"), "{}", run.shown());
}

/// An inventory that could not be read does not prove that the order does not exist.
#[tokio::test(start_paused = true)]
async fn an_inventory_that_is_down_at_the_end_of_the_search_proves_nothing() {
    for passing in [Fault::status(INVENTORY, 503), Fault::status(INVENTORY, 403)] {
        let (mut world, _) = given_unanswered(Fault::reset_before(ORDER)).await;
        let plan = world.plan(&a_connection()).await;
        world.an_hour_passes();
        world.fault(passing);

        let run = world.apply_plan(plan).await;

        assert!(run.failed() && world.requests(ORDER) == 1, "{}", run.shown());
        assert!(run.shown().contains("can't be searched"), "{}", run.shown());
        assert!(!run.shown().contains("journal settle"), "{}", run.shown());
    }
}

/// Setting a name or disconnecting a service a second time changes nothing.
#[tokio::test(start_paused = true)]
async fn a_rename_and_a_disconnection_without_a_trace_are_sent_again() {
    let mut world = given_connection().await;
    let renamed = a_connection().with("name", "edge-2");
    world.fault(Fault::reset_before(ORDER).times(1));
    world.apply_and_crash(&hurried("update").with("name", "edge-2")).await;

    let run = world.apply(&renamed).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!((world.requests(ORDER), world.orders().len()), (3, 2));
    assert_eq!(world.service().name, "edge-2");
    world.apply(&hurried("delete").with("name", "edge-2")).await.quietly();
    world.fault(Fault::reset_before(ORDER).times(1));
    world.destroy_and_crash().await;

    let told = world.apply(&renamed).await;
    let run = world.destroy().await;

    let open = "of an earlier run is open: the disconnection of connection `edge-2`";
    assert!(told.shown().contains(open), "{}", told.shown());
    assert!(!run.failed() && world.object().is_null(), "{}", run.shown());
    assert_eq!((world.requests(ORDER), world.orders().len()), (5, 3));
    assert!(world.open_orders().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn changes_and_disconnections_that_arrived_are_found() {
    let mut world = given().await;
    let both = a_connection().with("timeouts", [("update", "10s"), ("delete", "10s")]);
    world.apply(&both).await.quietly();
    world.fault(Fault::reset_after(ORDER).times(1));
    world.apply_and_crash(&both.clone().with("name", "edge-2")).await;
    world.apply(&both.clone().with("name", "edge-2")).await;
    world.fault(Fault::reset_after(ORDER).times(1));
    world.destroy_and_crash().await;
    world.apply_unfinished(&a_connection().with("name", "edge-2")).await;

    let run = world.destroy().await;

    assert_eq!((world.requests(ORDER), world.orders().len()), (3, 3), "{}", run.shown());
    assert!(world.object().is_null(), "{}", run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_of_long_ago_is_looked_for_once() {
    let (mut world, _) = given_unanswered(Fault::reset_before(ORDER)).await;
    let intent = world.journal_files().into_keys().next().unwrap();
    let mut record: Value = serde_json::from_slice(&fs::read(&intent).unwrap()).unwrap();
    record["written_at"] = "2026-01-31T12:00:00Z".into();
    fs::write(&intent, record.to_string()).unwrap();
    let plan = world.plan(&a_connection()).await;
    let began = Instant::now();

    let run = world.apply_plan(plan).await;

    assert_eq!((began.elapsed().as_secs(), world.requests(ORDER)), (0, 1));
    assert!(run.shown().contains("journal settle tf-"), "{}", run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_search_can_be_interrupted() {
    let (mut world, _) = given_unanswered(Fault::reset_before(ORDER)).await;
    world.shares_run.set(true);
    let mut terraform = world.provider.clone();
    let interrupt = async {
        tokio::time::sleep(Duration::from_secs(90)).await;
        terraform.stop().await;
    };

    let connection = a_connection();
    let (run, ()) = tokio::join!(world.apply_unfinished(&connection), interrupt);

    assert_eq!((world.requests(ORDER), world.open_orders().await.len()), (1, 1));
    expect![[r#"
        Error: It is not known whether connection `edge-1` was ordered

        An earlier run recorded at … that it was about to place the order, and was cut off before it recorded Lumen's answer.

        The order `tf-…` was sent at most once; the search in Lumen's inventory was interrupted. It was not sent again. If it was ordered, Lumen bills it once it is active.

        Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_search_that_lumen_does_not_answer_is_repeated_later() {
    let (mut world, _) = given_unanswered(Fault::reset_before(ORDER)).await;
    world.fault(Fault::status(INVENTORY, 403));

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), world.open_orders().await.len()), (1, 1));
    expect![[r#"
        Error: It is not known whether connection `edge-1` was ordered

        An earlier run recorded at … that it was about to place the order, and was cut off before it recorded Lumen's answer.

        The order `tf-…` was sent at most once; Lumen's inventory can't be searched: Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …). It was not sent again. If it was ordered, Lumen bills it once it is active.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_being_written_when_the_run_was_killed_stops_nothing() {
    let mut world = given_connection().await;
    world.destroy().await.quietly();
    let file = world.journal_files().into_keys().next().unwrap();
    fs::write(file.with_file_name("1-intent.json#1"), "{ \"form").unwrap();

    world.apply(&a_connection()).await.quietly();

    assert_eq!(world.orders().len(), 3);
}

/// A proxy delivered the order twice, and returned the answer to the second request.
#[tokio::test(start_paused = true)]
async fn an_order_that_arrived_twice_is_adopted_and_not_sent_again() {
    let mut world = given().await;
    let used = r#"{"code":"invalidValue","reason":"Quote NaaS-1 has already been used"}"#;
    world.fault(Fault::answer(ORDER, 400, used).times(1));

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), world.orders().len()), (1, 1));
    expect![[r#"
        Warning: The answer to the order of connection `edge-1` was lost

        Lumen rejected the request: HTTP 400 invalidValue: Quote NaaS-1 has already been used (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        The order was not sent again: the provider found its result in Lumen's inventory, and adopted it.

        If it doesn't look right, check it in Lumen's portal.
    "#]].assert_eq(&run.shown());
}
