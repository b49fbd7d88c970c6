//! Two resource instances that can't be distinguished: the second one stops before it orders.

use std::rc::Rc;
use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::Fault;
use tokio::time::Instant;

use crate::world::{
    ORDER, OTHER_SITE, SITE, World, a_connection, given, given_connection, given_world, timeout,
};

#[tokio::test(start_paused = true)]
async fn of_two_connections_at_once_one_is_ordered() {
    let mut world = given().await;
    let mut other = world.another_resource();
    let connection = a_connection();

    let (one, two) =
        tokio::join!(world.apply_unfinished(&connection), other.apply_unfinished(&connection));

    let (stopped, ordered) = if one.failed() { (one, two) } else { (two, one) };
    ordered.quietly();
    assert_eq!((world.requests(ORDER), world.orders().len()), (1, 1));
    expect![[r#"
        Error: Connection `edge-1` is planned twice

        Another resource instance of this configuration has the same name at the same site, or the same reference. Lumen's inventory shows nothing else to distinguish them by.

        Nothing was ordered.

        Give each connection at a site its own `name`, and its own `external_id` if it has one.
    "#]].assert_eq(&stopped.shown());
}

/// Plans both instances in separate runs. The applies share a run.
async fn planned(
    [(world, one), (other, two)]: [(&mut World, &Block); 2],
) -> (lumen_core::Plan, lumen_core::Plan) {
    world.shares_run.set(false);
    let plans = (world.plan(one).await, other.plan(two).await);
    world.shares_run.set(true);
    plans
}

#[tokio::test(start_paused = true)]
async fn the_second_does_not_wait_for_the_answer_to_the_first() {
    let mut world = given().await;
    let mut other = world.another_resource();
    let connection = a_connection();
    let (one, two) = planned([(&mut world, &connection), (&mut other, &connection)]).await;
    world.fault(Fault::delay(ORDER, Duration::from_secs(10)).times(1));
    let began = Instant::now();

    let second = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        (other.carry_out(&two).await, began.elapsed())
    };
    let (first, (second, after)) = tokio::join!(world.carry_out(&one), second);

    first.quietly();
    assert!(
        second.shown().contains("can't be distinguished from another object of this run"),
        "{}",
        second.shown()
    );
    assert!(after < Duration::from_secs(10), "it stops at once: {after:?}");
}

#[tokio::test(start_paused = true)]
async fn of_two_connections_one_after_the_other_the_first_is_ordered() {
    let mut world = given().await;
    let mut other = world.another_resource();
    let connection = a_connection();
    let (one, two) = planned([(&mut world, &connection), (&mut other, &connection)]).await;
    world.carry_out(&one).await.quietly();

    let run = other.carry_out(&two).await;

    assert_eq!((world.requests(ORDER), other.object().is_null()), (1, true));
    expect![[r#"
        Error: Connection `edge-1` can't be distinguished from another object of this run

        Another resource instance places the same order in this run, perhaps with another provider alias. After a crash, the provider could not know which instance the order belongs to.

        Nothing was ordered for this instance.

        Give each connection at a site its own `name`, and its own `external_id` if it has one.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn in_the_next_run_the_second_connection_is_stopped_by_the_first() {
    let mut world = given().await;
    world.apply(&a_connection()).await.quietly();
    let mut other = world.another_process().await;

    let run = other.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), other.object().is_null()), (1, true));
    assert!(run.shown().starts_with("Error: Connection `edge-1` already exists"));
}

/// The inventory shows names but no references, so two connections with different references could take
/// each other's service.
#[tokio::test(start_paused = true)]
async fn connections_of_one_name_at_one_site_are_one_whatever_their_references_are() {
    let mut world = given().await;
    let mut other = world.another_resource();
    let one = a_connection().with("external_id", "one");
    let two = a_connection().with("external_id", "two");

    let (first, second) = (world.plan(&one).await, other.plan(&two).await);

    assert_eq!((first.action, first.shown().as_str()), (Action::Create, ""));
    assert!(second.shown().contains("Connection `edge-1` is planned twice"), "{}", second.shown());
    let elsewhere = two.clone().with("master_site_id", OTHER_SITE);
    assert_eq!(other.plan(&elsewhere).await.shown(), "");
    world.shares_run.set(false);
    world.apply_plan(first).await.quietly();
    world.lumen.advance(Duration::from_mins(1));
    world.next_run(|block| block).await;
    let mut other = world.another_resource();
    // The plan of the second one may run before or after the plan that keeps the first one.
    let (kept, later) = tokio::join!(world.plan(&one), other.plan(&two));
    assert_eq!((kept.action, kept.shown().as_str()), (Action::Nothing, ""));
    assert!(later.shown().contains("Connection `edge-1` already exists"), "{}", later.shown());
    assert_eq!(world.requests(ORDER), 1);
}

#[tokio::test(start_paused = true)]
async fn connections_of_one_reference_are_one_whatever_they_are_called() {
    let mut world = given().await;
    let mut other = world.another_resource();
    let one = a_connection().with("external_id", "one");
    let two = one.clone().with("name", "edge-2");

    let (first, second) = (world.plan(&one).await, other.plan(&two).await);

    assert_eq!((first.action, first.shown().as_str()), (Action::Create, ""));
    expect![[r#"
        Error: Connection `edge-2` is planned twice

        Another resource instance of this configuration has the same name at the same site, or the same reference. Lumen's inventory shows nothing else to distinguish them by.

        Nothing was ordered.

        Give each connection at a site its own `name`, and its own `external_id` if it has one.
    "#]].assert_eq(&second.shown());
}

#[tokio::test(start_paused = true)]
async fn of_two_reservations_of_one_rate_center_one_is_ordered() {
    let reservation = crate::voice::a_reservation();
    let mut world = given_world("lumen_voice_tn_reservation", |_| {}, |block| block).await;
    let mut other = world.another_resource();

    let (one, two) =
        tokio::join!(world.apply_unfinished(&reservation), other.apply_unfinished(&reservation));

    let (stopped, ordered) = if one.failed() { (one, two) } else { (two, one) };
    ordered.quietly();
    assert_eq!(world.requests(crate::voice::ORDER), 1);
    expect![[r#"
        Error: The reservation in DENVER, CO is planned twice

        Another resource instance of this configuration has the same name at the same site, or the same reference. Lumen's inventory shows nothing else to distinguish them by.

        Nothing was ordered.

        Give each instance its own `external_order_id`.
    "#]].assert_eq(&stopped.shown());
}

#[tokio::test(start_paused = true)]
async fn of_two_reservations_one_after_the_other_the_first_is_ordered() {
    let reservation = crate::voice::a_reservation();
    let mut world = given_world("lumen_voice_tn_reservation", |_| {}, |block| block).await;
    let mut other = world.another_resource();
    let more = reservation.clone().with("quantity", 5);
    let (one, two) = planned([(&mut world, &reservation), (&mut other, &more)]).await;
    world.carry_out(&one).await.quietly();

    let run = other.carry_out(&two).await;

    assert_eq!((world.requests(crate::voice::ORDER), other.object().is_null()), (1, true));
    assert!(
        run.shown().contains("can't be distinguished from another object of this run"),
        "{}",
        run.shown()
    );
}

#[tokio::test(start_paused = true)]
async fn reservations_with_references_of_their_own_are_two() {
    let mut world = given_world("lumen_voice_tn_reservation", |_| {}, |block| block).await;
    let mut other = world.another_resource();
    let one = crate::voice::a_reservation().with("external_order_id", "one");
    let two = crate::voice::a_reservation().with("external_order_id", "two");

    let (first, second) = tokio::join!(world.apply_unfinished(&one), other.apply_unfinished(&two));

    first.quietly();
    second.quietly();
    assert_eq!(world.requests(crate::voice::ORDER), 2);
    assert_ne!(world.text("id"), other.text("id"));
}

#[tokio::test(start_paused = true)]
async fn reservations_of_one_reference_are_one() {
    let mut world = given_world("lumen_voice_tn_reservation", |_| {}, |block| block).await;
    let mut other = world.another_resource();
    let one = crate::voice::a_reservation().with("external_order_id", "one");
    let two = one.clone().with("rate_center", "BOULDER");
    let (one, two) = planned([(&mut world, &one), (&mut other, &two)]).await;
    world.carry_out(&one).await.quietly();

    let run = other.carry_out(&two).await;

    assert_eq!((world.requests(crate::voice::ORDER), other.object().is_null()), (1, true));
    assert!(
        run.shown().contains("can't be distinguished from another object of this run"),
        "{}",
        run.shown()
    );
}

/// Two instances were imported with the same ID. One of them disconnects the service, and the other reports
/// why it does not.
#[tokio::test(start_paused = true)]
async fn what_is_managed_twice_is_disconnected_once() {
    let mut world = given().await;
    world.apply(&a_connection()).await.quietly();
    let mut twin = world.another_resource();
    twin.import(&world.text("id")).await;
    world.fault(Fault::delay(ORDER, Duration::from_secs(10)).times(1));
    let (own, other) = (world.plan_destroy().await, twin.plan_destroy().await);

    let (first, second) = tokio::join!(world.carry_out(&own), twin.carry_out(&other));

    let (stopped, done) = if first.failed() { (first, second) } else { (second, first) };
    assert!(!done.failed(), "{}", done.shown());
    assert_eq!(world.orders().len(), 2);
    expect![[r#"
        Error: Connection `edge-1` is managed twice

        Another resource instance of this run is ordering a change of the same object.

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        1. Remove one of the two instances from the state with `terraform state rm`, and from the configuration.
        2. Run the same command again.
    "#]].assert_eq(&stopped.shown());
}

/// Only one service at a site can have a name, even if it gets the name later.
#[tokio::test(start_paused = true)]
async fn a_rename_to_a_name_that_is_taken_is_refused() {
    let mut world = given_connection().await;
    let _ = world.lumen.add_service("edge-2", SITE, 100);
    let mut other = world.another_resource();

    let taken = world.plan(&a_connection().with("name", "edge-2")).await;
    let planned = world.plan(&a_connection().with("name", "edge-3")).await;
    let twice = other.plan(&a_connection().with("name", "edge-3")).await;

    assert!(taken.shown().contains("Connection `edge-2` already exists"), "{}", taken.shown());
    assert_eq!((planned.action, planned.shown().as_str()), (Action::Update, ""));
    assert!(twice.shown().contains("Connection `edge-3` is planned twice"), "{}", twice.shown());
}

/// An order whose answer was lost is found by the name of what it made. A connection that got this name would
/// be adopted as its result.
#[tokio::test(start_paused = true)]
async fn a_rename_to_the_name_of_an_open_order_is_refused() {
    let mut world = given_connection().await;
    let mut other = world.another_process().await;
    let second = a_connection().with("name", "edge-2");
    world.fault(Fault::reset_before(ORDER).times(1));
    let lost = other.apply_unfinished(&timeout(second.clone(), "create", "1s")).await;
    assert!(lost.failed() && world.orders().len() == 1, "{}", lost.shown());
    world.next_run(|block| block).await;

    let refused = world.plan(&second).await;

    expect![[r#"
        Error: An open order already has the name of connection `edge-2`

        The order journal in `…` has order `tf-…`, recorded at … for workspace `default` of `…`; Lumen's answer is not known: connection `edge-2` of 100 Mbps at site PL0001247634. After the rename, Lumen's inventory would not show which of the two the order made.

        Nothing was ordered, and the name stays as it is.

        1. Choose another `name`, or keep the previous one until the order is complete.
        2. If no Terraform state waits for the order, find out in Lumen's portal what happened to it, and run the command below.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&refused.shown());
    // The first step of the message.
    world.next_run(|block| block).await;
    assert!(!world.apply(&a_connection().with("name", "edge-3")).await.failed());
    assert_eq!(world.text("name"), "edge-3");
}

/// Without a refresh, the entry of the order that built a connection is still open.
#[tokio::test(start_paused = true)]
async fn a_connection_gets_back_the_name_that_it_was_ordered_with() {
    let mut world = given_connection().await;
    world.skips_refresh = true;
    world.apply(&a_connection().with("name", "edge-2")).await.quietly();

    world.apply(&a_connection()).await.quietly();

    assert_eq!(world.text("name"), "edge-1");
}

/// When the new instance is planned, Terraform has read the other one and not planned it yet. So it may be
/// the one that the new instance replaces.
#[tokio::test(start_paused = true)]
async fn a_new_one_is_refused_if_the_plan_of_its_namesake_comes_later() {
    let mut world = given_connection().await;
    let mut twin = world.another_resource();
    world.next_run(|block| block).await;
    twin.provider = world.provider.clone();
    world.shares_run.set(true);
    twin.shares_run = Rc::clone(&world.shares_run);
    world.refresh().await.quietly();
    let connection = a_connection();
    let later = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        world.plan(&connection).await
    };

    let (twin, kept) = tokio::join!(twin.plan(&connection), later);

    assert_eq!((kept.action, kept.shown().as_str()), (Action::Nothing, ""));
    assert!(twin.shown().contains("already exists"), "{}", twin.shown());
}
