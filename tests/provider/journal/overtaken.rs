//! Runs that share a state without a lock: one orders, saves, and closes its entry, and then another one
//! applies an older plan. Copies of a state behave the same.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Run};
use lumen_simulator::Fault;

use crate::pending::slowly as builds_slowly;
use crate::voice::{STATUS, a_reservation, given_reservation, orders as voice_orders, slowly};
use crate::world::{
    ORDER, STATUS as ORDER_STATUS, World, a_connection, given, given_connection, timeout,
};

const LACKS: &str = "Error: The state lacks an order of the reservation in DENVER, CO";

fn five() -> lumen_core::Block {
    a_reservation().with("quantity", 5)
}

/// Another run for the same state, which starts from the current state of this one.
async fn another_run(world: &World) -> World {
    let mut other = world.another_process().await;
    other.state.clone_from(&world.state);
    other
}

fn quantities(world: &World) -> Vec<usize> {
    voice_orders(world).iter().map(|order| order.quantity).collect()
}

/// Covers Terraform with and without support for keeping private data from the plan for the apply.
#[tokio::test(start_paused = true)]
async fn growth_that_another_run_has_ordered_and_saved_is_not_ordered_again() {
    for keeps_planned_private in [false, true] {
        let mut world = given_reservation().await;
        world.keeps_planned_private = keeps_planned_private;
        let mut other = another_run(&world).await;
        let stale = other.plan(&five()).await;
        world.apply(&five()).await.quietly();
        world.next_run(|block| block).await;
        world.apply(&five()).await.quietly();
        assert!(world.open_orders().await.is_empty());

        let run = other.apply_plan(stale).await;

        assert_eq!((quantities(&world), run.failed()), (vec![3, 2], true), "{}", run.shown());
        assert!(run.shown().starts_with(LACKS), "{}", run.shown());
    }
}

/// What the plan can't check is checked before the order.
#[tokio::test(start_paused = true)]
async fn growth_of_another_run_that_the_plan_can_not_look_at_stops_the_apply() {
    let mut world = given_reservation().await;
    let mut other = another_run(&world).await;
    let stale = other.plan(&five()).await;
    world.apply(&five()).await.quietly();
    world.next_run(|block| block).await;
    world.apply(&five()).await.quietly();
    world.fault(Fault::status(STATUS, 400).times(1));

    let run = other.apply_plan(stale).await;

    assert_eq!((quantities(&world), run.failed()), (vec![3, 2], true), "{}", run.shown());
    assert!(run.shown().starts_with(LACKS), "{}", run.shown());
    world.fault(Fault::status(STATUS, 400));
    let run = other.apply(&five()).await;
    assert_eq!(quantities(&world), [3, 2]);
    expect![[r#"
        Error: The reservation in DENVER, CO is being changed by an earlier order

        Orders for an object are placed one at a time, and voice order 600184202 can't be followed: Lumen rejected the request: HTTP 400 400: Fault injected by the simulator (GET /Voice/v1/Numbers/orderStatus, tracking ID …).

        No more numbers were ordered by this run. The numbers of the reservation in DENVER, CO are still reserved.

        1. Correct what Lumen's message names.
        2. Run the same command again: it waits for that order, and then places its own.
    "#]].assert_eq(&run.shown());
}

/// The order that is missing from the state failed, and the next run saw that.
#[tokio::test(start_paused = true)]
async fn growth_that_failed_is_ordered_again() {
    let mut world = given_reservation().await;
    world.lumen.set(|lumen| {
        slowly(&mut lumen.voice);
        lumen.voice.next_notifications = vec![1302];
    });
    world.apply_unfinished(&timeout(five(), "update", "1m")).await;
    world.next_run(|block| block).await;
    world.plan(&five()).await;
    world.lumen.advance(Duration::from_mins(30));
    world.next_run(|block| block).await;

    let run = world.apply(&five()).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(
        (quantities(&world), world.shown("reserved_quantity").as_str()),
        (vec![3, 2, 2], "5")
    );
}

/// The journal is kept, but the state is an older one or empty.
#[tokio::test(start_paused = true)]
async fn numbers_that_an_older_copy_of_the_state_lacks_are_not_ordered_again() {
    let mut world = given_reservation().await;
    let before = world.state.clone();
    world.apply(&five()).await.quietly();
    world.next_run(|block| block).await;
    world.apply(&five()).await.quietly();
    world.state = before;
    world.next_run(|block| block).await;

    let plan = world.plan(&five()).await;

    assert_eq!(quantities(&world), [3, 2]);
    expect![[r#"
        Error: The state lacks an order of the reservation in DENVER, CO

        The order journal in `…` has order `tf-…` of … (2 numbers in DENVER, CO, for `local_inbound` in addition to voice order 600184201). A Terraform state has it, but the state of this run doesn't: another run placed it after this run read the state, or this state is an older copy or a new one.

        Nothing was ordered by this run. What was ordered before exists: voice order 600184202.

        1. Make sure that no other run is using the state, and run `terraform plan` again: if that other run has saved the order, the new plan takes it into account.
        2. If this error appears again, restore the latest version of the state, or import what was ordered with `terraform import` (ID `600184202`).
        3. Only if this state is meant to be without that order, run the command below, and then the same Terraform command again, which places another order.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&plan.shown());
    world.settle_all().await;
    world.apply(&five()).await.quietly();
    assert_eq!(quantities(&world), [3, 2, 2], "a person said so");
}

/// Orders that are in the state need no request to Lumen.
#[tokio::test(start_paused = true)]
async fn the_orders_that_the_state_has_are_not_asked_for() {
    let mut world = given_reservation().await;
    world.apply(&five()).await.quietly();
    world.next_run(|block| block).await;
    world.apply(&five()).await.quietly();
    let before = world.requests(STATUS);

    world.plan(&a_reservation().with("quantity", 6)).await;

    assert_eq!(world.requests(STATUS), before);
}

/// The answer to the order could not be recorded. The result of the order is found, and is in the state.
#[tokio::test(start_paused = true)]
async fn growth_whose_answer_is_not_in_the_journal_does_not_stop_the_next() {
    let mut world = given_reservation().await;
    world.apply(&five()).await.quietly();
    world.next_run(|block| block).await;
    world.apply(&five()).await.quietly();
    for file in world.journal_files().into_keys() {
        if file.ends_with("0-accepted.json") {
            std::fs::remove_file(file).unwrap();
        }
    }
    world.next_run(|block| block).await;

    let run = world.apply(&a_reservation().with("quantity", 6)).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(quantities(&world), [3, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_reservation_that_another_run_has_made_and_saved_is_not_made_again() {
    let mut world = crate::voice::given().await;
    let mut other = another_run(&world).await;
    let stale = other.plan(&a_reservation()).await;
    world.apply(&a_reservation()).await.quietly();
    world.next_run(|block| block).await;
    world.apply(&a_reservation()).await.quietly();

    let run = other.apply_plan(stale).await;

    assert_eq!((quantities(&world), run.failed()), (vec![3], true), "{}", run.shown());
    expect![[r#"
        Error: The state lacks an order of the reservation in DENVER, CO

        The order journal in `…` has order `tf-…` of … (3 numbers in DENVER, CO, for `local_inbound`). A Terraform state has it, but the state of this run doesn't: another run placed it after this run read the state, or this state is an older copy or a new one.

        Nothing was ordered by this run. What was ordered before exists: voice order 600184201.

        1. Make sure that no other run is using the state, and run `terraform plan` again: if that other run has saved the order, the new plan takes it into account.
        2. If this error appears again, restore the latest version of the state, or import what was ordered with `terraform import` (ID `600184201`). If this is meant to be another object: Give each instance its own `external_order_id`.
        3. Only if this state is meant to be without that order, run the command below, and then the same Terraform command again, which places another order.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_reservation_is_not_made_again_because_its_state_was_lost() {
    let mut world = given_reservation().await;
    world.next_run(|block| block).await;
    world.apply(&a_reservation()).await.quietly();
    let id = world.text("id");
    world.state = None;
    world.next_run(|block| block).await;

    let plan = world.plan(&a_reservation()).await;

    assert!(plan.shown().starts_with(LACKS), "{}", plan.shown());
    world.import(&id).await.quietly();
    world.apply(&a_reservation()).await.quietly();
    assert_eq!(quantities(&world), [3]);
}

#[tokio::test(start_paused = true)]
async fn a_bandwidth_that_another_run_has_ordered_is_not_ordered_again() {
    let mut world = given_connection().await;
    let faster = a_connection().with("bandwidth", "1 Gbps");
    let mut other = another_run(&world).await;
    let stale = other.plan(&faster).await;
    world.apply(&faster).await.quietly();

    let run = other.apply_plan(stale).await;

    assert_eq!((world.requests(ORDER), run.failed()), (2, true), "{}", run.shown());
    expect![[r#"
        Error: The plan for connection `edge-1` is out of date

        Lumen's inventory already shows 1 Gbps: the bandwidth was changed after the plan was made, or the plan was made with `-refresh=false`.

        The change was not ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Run `terraform plan` again, and apply the new plan.
    "#]].assert_eq(&run.shown());
    other.apply(&faster).await.quietly();
    assert_eq!(world.requests(ORDER), 2);
}

/// Applies a plan that was made before another run started to build the same connection. Lumen does not
/// return the progress of that build.
async fn applied_while_built(status: u16) -> Run {
    let mut world = given().await;
    world.lumen.set(builds_slowly);
    let mut other = another_run(&world).await;
    let stale = other.plan(&a_connection()).await;
    let impatient = timeout(a_connection(), "create", "1m");
    world.apply_unfinished(&impatient).await;
    world.next_run(|block| block).await;
    world.plan(&impatient).await;
    assert!(world.open_orders().await.is_empty(), "the state has it");
    world.fault(Fault::status(ORDER_STATUS, status));

    let run = other.apply_plan(stale).await;

    assert_eq!((world.requests(ORDER), run.failed()), (1, true), "{}", run.shown());
    run
}

#[tokio::test(start_paused = true)]
async fn a_build_of_another_run_is_waited_for_while_lumen_is_down() {
    let shown = applied_while_built(503).await.shown();

    assert!(shown.contains("can't be followed: Lumen is unavailable: HTTP 503"), "{shown}");
    let remedy =
        "\nRun the same command again later: it waits for that order, and then places its own.";
    assert!(shown.contains(remedy), "{shown}");
}

/// A build that is in a state shows nowhere else, so the provider must know whether it has ended.
#[tokio::test(start_paused = true)]
async fn a_build_of_another_run_that_can_not_be_followed_is_not_ordered_again() {
    let run = applied_while_built(403).await;

    expect![[r#"
        Error: Connection `edge-1` is being changed by an earlier order

        Orders for an object are placed one at a time, and order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 can't be followed: Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /Customer/v3/Ordering/orderRequest/{id}, tracking ID …).

        Nothing was ordered.

        1. Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`).
        2. Run the same command again: it waits for that order, and then places its own.
    "#]].assert_eq(&run.shown());
}

/// Whatever was ordered that long ago has been built, or never will be.
#[tokio::test(start_paused = true)]
async fn a_build_of_long_ago_that_can_not_be_followed_is_not_waited_for() {
    let mut world = given().await;
    let mut other = another_run(&world).await;
    let stale = other.plan(&a_connection()).await;
    world.apply(&a_connection()).await.quietly();
    world.next_run(|block| block).await;
    world.plan(&a_connection()).await;
    let service = world.text("service_id");
    world.lumen.change_service(&service, |service| service.status = "Disconnected".into());
    world.a_day_passes();
    world.fault(Fault::status(ORDER_STATUS, 403).times(1));

    let run = other.apply_plan(stale).await;

    assert_eq!((world.requests(ORDER), run.failed()), (2, false), "{}", run.shown());
}

/// The plan of a replacement records what it replaces. That applies only to its own apply.
#[tokio::test(start_paused = true)]
async fn what_one_run_replaces_is_not_ordered_by_another_one_that_replaces_nothing() {
    let mut world = given().await;
    world.keeps_planned_private = true;
    world.lumen.set(builds_slowly);
    let mut other = another_run(&world).await;
    world.apply_unfinished(&timeout(a_connection(), "create", "1m")).await;
    world.next_run(|block| block).await;
    world.plan(&a_connection()).await;
    let stale = other.plan(&a_connection()).await;
    assert_eq!(stale.shown(), "", "Lumen does not show what the state has");
    let replaced = world.plan(&a_connection().with("ipv4_block_size", "/28")).await;
    assert_eq!(replaced.action, Action::Replace);
    world.lumen.advance(Duration::from_mins(30));

    let run = other.apply_plan(stale).await;

    assert_eq!((world.requests(ORDER), run.failed()), (1, true), "{}", run.shown());
}

/// A plan of a replacement is never applied.
#[tokio::test(start_paused = true)]
async fn what_is_kept_after_all_is_not_ordered_again_because_its_state_was_lost() {
    let mut world = given_connection().await;
    let replaced = world.plan(&a_connection().with("ipv4_block_size", "/28")).await;
    assert_eq!(replaced.action, Action::Replace);
    world.next_run(|block| block).await;
    world.plan(&a_connection()).await;
    world.state = None;
    world.next_run(|block| block).await;

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), run.failed()), (1, true), "{}", run.shown());
    assert!(
        run.shown().starts_with("Error: Connection `edge-1` already exists"),
        "{}",
        run.shown()
    );
}
