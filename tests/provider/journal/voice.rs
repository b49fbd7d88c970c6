//! The journal tests for telephone numbers, which can't be given back.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::Fault;

use crate::voice::{ORDER, a_reservation, given, given_reservation, given_voice, orders, slowly};
use crate::world::{World, timeout};

fn impatient() -> Block {
    a_reservation().with("timeouts", [("create", "1m"), ("update", "1m")])
}

fn quantities(world: &World) -> Vec<usize> {
    orders(world).iter().map(|order| order.quantity).collect()
}

#[tokio::test(start_paused = true)]
async fn numbers_that_were_reserved_before_the_crash_are_adopted() {
    let mut world = given().await;
    world.apply_and_crash(&a_reservation()).await.quietly();

    let run = world.apply(&a_reservation()).await;

    assert_eq!((run.action, world.requests(ORDER)), (Action::Create, 1));
    assert_eq!(world.text("id"), orders(&world)[0].voice_order_id);
    assert_eq!(world.shown("reserved_quantity"), "3");
    assert!(world.open_orders().await.is_empty());
    expect![[r#"
        Warning: The reservation in DENVER, CO was already ordered

        The order journal has voice order 600184201 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn numbers_that_are_still_being_reserved_after_the_crash_are_waited_for() {
    let mut world = given_voice(slowly).await;
    world.apply_and_crash(&impatient()).await;

    world.apply(&a_reservation()).await;

    assert_eq!((world.text("status").as_str(), quantities(&world)), ("reserved", vec![3]));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_failed_since_the_crash_is_told_and_the_next_run_orders_anew() {
    let mut world = given_voice(|voice| {
        slowly(voice);
        voice.next_notifications = vec![1302];
    })
    .await;
    world.apply_and_crash(&impatient()).await;
    world.lumen.advance(Duration::from_mins(30));

    let run = world.apply(&a_reservation()).await;
    let (null, open) = (world.object().is_null(), world.open_orders().await.len());
    world.apply(&a_reservation()).await.quietly();

    assert_eq!((run.failed(), null, open), (true, true, 0), "{}", run.shown());
    assert_eq!(orders(&world).len(), 2);
    assert_eq!(world.text("status"), "reserved");
    assert_ne!(orders(&world)[0].external_order_id, orders(&world)[1].external_order_id);
}

#[tokio::test(start_paused = true)]
async fn another_quantity_than_before_the_crash_orders_nothing() {
    let mut world = given().await;
    world.apply_and_crash(&a_reservation()).await.quietly();

    let run = world.apply(&a_reservation().with("quantity", 5)).await;
    let sent = world.requests(ORDER);
    world.apply(&a_reservation()).await;
    world.apply(&a_reservation().with("quantity", 5)).await.quietly();

    assert_eq!((sent, quantities(&world)), (1, vec![3, 2]), "set back, it is adopted, and grows");
    expect![[r#"
        Error: The reservation in DENVER, CO was already ordered with other arguments

        The order journal has order `tf-…`, which no run has found in a Terraform state: `quantity` was 3 and is 5.

        Nothing was ordered again. What was ordered exists or is in progress.

        1. Set these arguments to what was ordered. If this is meant to be another object: Give each instance its own `external_order_id`.
        2. Run `terraform apply`: it adopts what was ordered, or orders the other object.
        3. Change the arguments of an adopted object, and apply that.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn growth_that_was_ordered_before_the_crash_is_adopted() {
    let mut world = given_reservation().await;
    let more = a_reservation().with("quantity", 5);
    world.apply_and_crash(&more).await.quietly();

    let run = world.apply(&more).await;

    assert_eq!((quantities(&world), world.shown("reserved_quantity").as_str()), (vec![3, 2], "5"));
    assert!(world.open_orders().await.is_empty());
    expect![[r#"
        Warning: The reservation in DENVER, CO was already ordered

        The order journal has voice order 600184202 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn growth_that_is_still_under_way_after_the_crash_is_waited_for() {
    let mut world = given_reservation().await;
    world.lumen.set(|lumen| slowly(&mut lumen.voice));
    world.apply_and_crash(&impatient().with("quantity", 5)).await;

    world.apply(&a_reservation().with("quantity", 5)).await;

    assert_eq!((quantities(&world), world.shown("reserved_quantity").as_str()), (vec![3, 2], "5"));
}

#[tokio::test(start_paused = true)]
async fn other_growth_than_before_the_crash_orders_nothing() {
    let mut world = given_reservation().await;
    world.apply_and_crash(&a_reservation().with("quantity", 5)).await.quietly();

    let run = world.apply(&a_reservation().with("quantity", 6)).await;
    let sent = world.requests(ORDER);
    world.apply(&a_reservation().with("quantity", 5)).await;
    world.apply(&a_reservation().with("quantity", 6)).await.quietly();

    assert_eq!((sent, quantities(&world)), (2, vec![3, 2, 1]));
    expect![[r#"
        Error: The reservation in DENVER, CO was already ordered with other arguments

        The order journal has order `tf-…`, which no run has found in a Terraform state: `quantity` was 5 and is 6.

        Nothing was ordered again. What was ordered exists or is in progress.

        1. Set these arguments to what was ordered. If this is meant to be another object: Give each instance its own `external_order_id`.
        2. Run `terraform apply`: it adopts what was ordered, or orders the other object.
        3. Change the arguments of an adopted object, and apply that.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn growth_by_growth_is_ordered_once_each() {
    let mut world = given_reservation().await;
    for quantity in [4, 5, 6] {
        world.next_run(|block| block).await;
        world.apply_unfinished(&a_reservation().with("quantity", quantity)).await.quietly();
    }

    assert_eq!(quantities(&world), [3, 1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_order_is_left_to_a_person_and_then_placed_once() {
    let mut world = given().await;
    let hurried = timeout(a_reservation(), "create", "10s");
    world.fault(Fault::reset_before(ORDER).times(1));
    world.apply_and_crash(&hurried).await;

    let later = world.apply(&hurried).await;
    let person = world.apply(&a_reservation()).await;
    let sent = world.requests(ORDER);
    world.settle().await;
    world.apply(&a_reservation()).await.quietly();

    assert!(later.failed() && person.failed());
    assert_eq!((sent, quantities(&world)), (1, vec![3]));
    expect![[r#"
        Error: It is not known whether numbers were ordered for the reservation in DENVER, CO

        An earlier run recorded at … that it was about to place the order, and was cut off before it recorded Lumen's answer.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
    "#]].assert_eq(&later.shown());
    expect![[r#"
        Error: It is not known whether numbers were ordered for the reservation in DENVER, CO

        An earlier run recorded at … that it was about to place the order, and was cut off before it recorded Lumen's answer.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it with `lumen_voice_inventory` and `external_order_id = "tf-…"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&person.shown());
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_order_that_arrived_is_found_and_adopted() {
    let mut world = given().await;
    world.fault(Fault::reset_after(ORDER).times(1));
    world.apply_and_crash(&timeout(a_reservation(), "create", "10s")).await;

    let run = world.apply(&a_reservation()).await;

    assert_eq!((world.requests(ORDER), quantities(&world)), (1, vec![3]));
    assert_eq!(world.text("id"), orders(&world)[0].voice_order_id);
    expect![[r#"
        Warning: The answer to the order of the reservation in DENVER, CO was lost

        An earlier run was cut off before it recorded Lumen's answer to order `tf-…`.

        The order was not sent again: the provider found its result in Lumen's inventory, and adopted it.

        If it doesn't look right, check it in Lumen's portal.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn unanswered_growth_is_found_or_left_to_a_person() {
    for (fault, arrives) in [(Fault::reset_before(ORDER), false), (Fault::reset_after(ORDER), true)]
    {
        let mut world = given_reservation().await;
        world.fault(fault.times(1));
        let more = a_reservation().with("quantity", 5);
        world.apply_and_crash(&timeout(more.clone(), "update", "10s")).await;

        let run = world.apply(&more).await;
        let sent = world.requests(ORDER);
        world.settle().await;
        world.apply(&more).await.quietly();

        assert_eq!((run.failed(), sent), (!arrives, 2), "{}", run.shown());
        assert_eq!(quantities(&world), [3, 2]);
        assert_eq!(world.shown("reserved_quantity"), "5");
    }
}

#[tokio::test(start_paused = true)]
async fn numbers_that_are_reserved_again_after_a_destroy_are_others() {
    let mut world = given_reservation().await;
    world.destroy().await;

    world.apply(&a_reservation()).await.quietly();

    assert_eq!(quantities(&world), [3, 3]);
    assert_ne!(orders(&world)[0].external_order_id, orders(&world)[1].external_order_id);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_is_adopted_after_a_crash_under_a_reference_of_its_own() {
    let mut world = given_reservation().await;
    let block = a_reservation().with("product", "local_inbound").with("on_destroy", "retain");
    world.replace_on_demand = true;
    world.apply_and_crash(&block).await;
    world.replace_on_demand = true;

    let run = world.apply_unfinished(&block).await;

    assert_eq!(quantities(&world), [3, 3], "{}", run.shown());
    assert_eq!(world.text("id"), orders(&world)[1].voice_order_id);
    assert_ne!(orders(&world)[0].external_order_id, orders(&world)[1].external_order_id);
}

#[tokio::test(start_paused = true)]
async fn a_backorder_is_adopted_after_a_crash() {
    let mut world = given().await;
    let block = crate::voice::too_many().with("on_shortage", "accept_with_backorder");
    world.apply_and_crash(&block).await;

    let run = world.apply_unfinished(&block).await;

    assert!(!run.failed() && world.requests(ORDER) == 1, "{}", run.shown());
    assert_eq!(
        (world.shown("reserved_quantity"), world.shown("backordered_quantity")),
        ("12".into(), "8".into())
    );
}
