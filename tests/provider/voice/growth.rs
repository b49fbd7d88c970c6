//! Adding numbers to a reservation, or removing some.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};

use super::{ORDER, a_reservation, given, given_reservation, orders, outcome, slowly};
use crate::world::timeout;

fn five() -> Block {
    a_reservation().with("quantity", 5)
}

#[tokio::test(start_paused = true)]
async fn growing_orders_the_difference_under_another_reference() {
    let mut world = given_reservation().await;
    let (id, reference) = (world.text("id"), world.text("external_order_id"));

    let plan = world.plan(&five()).await;
    world.apply(&five()).await.quietly();

    let orders = orders(&world);
    assert_eq!((plan.action, orders.len(), orders[1].quantity), (Action::Update, 2, 2));
    assert_eq!(orders[0].external_order_id.as_ref(), Some(&reference));
    assert_ne!(orders[1].external_order_id, orders[0].external_order_id);
    assert_eq!((world.text("id"), world.text("external_order_id")), (id, reference));
    assert_eq!(world.shown("reserved_quantity"), "5");
    expect![[r#"
        all_telephone_numbers: ["+13035550100", "+13035550101", "+13035550102"] -> (known after apply)
        backordered_quantity: 0 -> (known after apply)
        notifications: [{ code = "901", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }, { code = "10002", message = "Voice order is complete. Please refer to Voice Order ID for reference number." }] -> (known after apply)
        quantity: 3 -> 5
        reserved_quantity: 3 -> (known after apply)
        status: "reserved" -> (known after apply)
        telephone_numbers: ["+13035550100", "+13035550101", "+13035550102"] -> (known after apply)
        voice_order_ids: ["600184201"] -> (known after apply)
    "#]].assert_eq(&(plan.shown() + &plan.changes()));
    expect![[r#"["600184201", "600184202"]"#]].assert_eq(&world.shown("voice_order_ids"));
}

#[tokio::test(start_paused = true)]
async fn growing_that_fails_keeps_what_there_was() {
    let mut world = given_reservation().await;
    world.lumen.set(|lumen| lumen.voice.next_notifications = vec![1_302]);
    let before = world.object();

    let run = world.apply(&five()).await;

    assert_eq!(world.object(), before);
    assert_eq!(orders(&world).len(), 2);
    expect![[r#"
        Error: Lumen did not reserve 2 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184202 failed: the order is rejected: Lumen says: "Rate Center is not open for orders, or future rate center is not available. Please select a different rate center." (notification 1302).

        None of these numbers is reserved.

        Choose another rate center from `lumen_voice_rate_centers`: this one is closed for orders.
    "#]].assert_eq(&run.shown());
    world.apply(&five()).await.quietly();
    assert_eq!((orders(&world).len(), world.shown("reserved_quantity").as_str()), (3, "5"));
}

#[tokio::test(start_paused = true)]
async fn growing_that_is_refused_keeps_what_there_was() {
    let mut world = given_reservation().await;
    world.fault(lumen_simulator::Fault::status(ORDER, 400));
    let before = world.object();

    let run = world.apply(&five()).await;

    assert!(run.failed());
    assert_eq!((world.object(), orders(&world).len()), (before, 1));
}

#[tokio::test(start_paused = true)]
async fn growing_beyond_what_there_is() {
    for (answer, left) in [("accept_available", "0"), ("accept_with_backorder", "8")] {
        let mut world = given().await;
        let ten = a_reservation()
            .with("rate_center", "BOULDER")
            .with("quantity", 10)
            .with("on_shortage", answer);
        world.apply(&ten).await.quietly();
        world.lumen.set(|lumen| lumen.voice.backorder_seconds = 3600.0);

        let run = world.apply(&ten.clone().with("quantity", 20)).await;

        assert!(!run.failed(), "{}", run.shown());
        assert_eq!((orders(&world).len(), world.shown("reserved_quantity").as_str()), (2, "12"));
        assert_eq!(world.shown("backordered_quantity"), left, "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn growing_that_takes_too_long_is_kept_and_finished_by_the_next_apply() {
    let mut world = given_reservation().await;
    world.lumen.set(|lumen| slowly(&mut lumen.voice));
    let impatient = timeout(five(), "update", "1m");

    let run = world.apply_unfinished(&impatient).await;
    let pending = outcome(&world);
    let plan = world.plan(&impatient).await;
    world.lumen.advance(Duration::from_mins(10));
    world.apply(&impatient).await.quietly();

    assert_eq!((orders(&world).len(), world.shown("reserved_quantity").as_str()), (2, "5"));
    expect![[r#"
        pending, 3 reserved, 0 backordered; ordered: Completed with 3 numbers, Created with 0 numbers
        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.update` has passed.

        Lumen has accepted voice order 600184202. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
    "#]].assert_eq(&(pending + "\n" + &run.shown()));
    expect![[r#"
        Warning: The apply waits until the reservation in DENVER, CO is complete

        Voice order 600184202 is in progress.

        Waiting orders nothing.

        Run `terraform apply` to wait for it, or plan again later.
        all_telephone_numbers: ["+13035550100", "+13035550101", "+13035550102"] -> (known after apply)
        backordered_quantity: 0 -> (known after apply)
        notifications: [{ code = "901", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }, { code = "10002", message = "Voice order is complete. Please refer to Voice Order ID for reference number." }] -> (known after apply)
        reserved_quantity: 3 -> (known after apply)
        status: "pending" -> (known after apply)
        telephone_numbers: ["+13035550100", "+13035550101", "+13035550102"] -> (known after apply)
        voice_order_ids: ["600184201", "600184202"] -> (known after apply)
    "#]].assert_eq(&(plan.shown() + &plan.changes()));
}

#[tokio::test(start_paused = true)]
async fn growing_that_failed_meanwhile_is_planned_again() {
    let mut world = given_reservation().await;
    world.lumen.set(|lumen| {
        slowly(&mut lumen.voice);
        lumen.voice.next_notifications = vec![1_302];
    });
    let impatient = timeout(five(), "update", "1m");
    world.apply_unfinished(&impatient).await;
    world.lumen.advance(Duration::from_mins(10));
    world.lumen.set(|lumen| lumen.voice.order_seconds = 20.0);

    let run = world.refresh().await;
    let plan = world.plan(&impatient).await;

    expect![[r#"
        Warning: Lumen did not reserve 2 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184202 failed: the order is rejected: Lumen says: "Rate Center is not open for orders, or future rate center is not available. Please select a different rate center." (notification 1302).

        None of these numbers is reserved: the plan shows them as new.

        Choose another rate center from `lumen_voice_rate_centers`: this one is closed for orders.
    "#]].assert_eq(&run.shown());
    assert_eq!(plan.action, Action::Update, "two numbers are still missing: {}", outcome(&world));
    world.apply(&impatient).await.quietly();
    assert_eq!((orders(&world).len(), world.shown("reserved_quantity").as_str()), (3, "5"));
}

#[tokio::test(start_paused = true)]
async fn shrinking_is_refused_when_it_is_planned() {
    let mut world = given_reservation().await;

    let plan = world.plan(&a_reservation().with("quantity", 2)).await;

    assert_eq!(orders(&world).len(), 1);
    expect![[r#"
        Error: The reservation in DENVER, CO can't shrink (at quantity)

        3 numbers are ordered, `quantity` is 2, and Lumen offers no way to give numbers back.

        Nothing was ordered.

        Set `quantity` to 3 or more.
    "#]]
    .assert_eq(&plan.shown());
}

/// The reference that is derived for the next order is the same as that of the previous order. The numbers
/// of the previous order are in the state, so there is no doubt about them.
#[tokio::test(start_paused = true)]
async fn a_reservation_that_has_grown_grows_again_after_its_journal_was_lost() {
    let mut world = given_reservation().await;
    world.apply(&a_reservation().with("quantity", 5)).await.quietly();
    // The entries of the orders are closed, so the state no longer refers to the journal.
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    world.lose_journal().await;

    world.apply(&a_reservation().with("quantity", 6)).await.quietly();

    assert_eq!(world.shown("reserved_quantity"), "6");
    let quantities: Vec<usize> = orders(&world).iter().map(|order| order.quantity).collect();
    assert_eq!(quantities, [3, 2, 1]);
}

/// The run that ordered the numbers was interrupted, and its journal is lost.
#[tokio::test(start_paused = true)]
async fn a_growth_whose_numbers_are_there_is_refused_when_it_is_planned() {
    let mut world = given_reservation().await;
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    world.apply_and_crash(&five()).await.quietly();
    let lost = orders(&world)[1].voice_order_id.clone();
    world.lose_journal().await;

    let plan = world.plan(&five()).await;

    assert_eq!(world.requests(ORDER), 2);
    expect![[r#"
        Error: More numbers already exist for the reservation in DENVER, CO (at quantity)

        Lumen's inventory has numbers of voice order 600184202, which is not in the state. It was placed under the reference of this increase of `quantity` (`tf-…`), by an earlier run whose order journal and state were lost.

        Nothing was ordered.

        Set `quantity` to what the state shows, and import these numbers as a separate reservation with `terraform import` (ID `600184202`). Order more numbers with that reservation.
    "#]].assert_eq(&plan.shown());
    world.apply(&a_reservation()).await.quietly();
    let mut other = world.another_resource();
    other.import(&lost).await.quietly();
    other.apply(&a_reservation().with("quantity", 2)).await.quietly();
    assert_eq!(world.requests(ORDER), 2);
}
