//! Adding numbers to a reservation, or asking for fewer.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};

use super::{ORDER, a_reservation, given, given_reservation, given_voice, orders, outcome, slowly};
use crate::world::{World, timeout};

fn five() -> Block {
    a_reservation().with("quantity", 5)
}

/// A reservation that accepts the available numbers.
fn accepting(quantity: i64) -> Block {
    a_reservation().with("quantity", quantity).with("on_shortage", "accept_available")
}

/// A reservation of twenty numbers, of which Lumen had twelve. It has more by now.
async fn given_twelve_of_twenty() -> World {
    let mut world = given_voice(|voice| voice.available = Some(12)).await;
    assert!(!world.apply(&accepting(20)).await.failed());
    assert_eq!(world.shown("reserved_quantity"), "12");
    world.lumen.set(|lumen| lumen.voice.available = None);
    world
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
async fn a_quantity_that_is_raised_after_a_shortage_counts_the_numbers_that_are_there() {
    let mut world = given_twelve_of_twenty().await;

    let same = world.plan(&accepting(20)).await;
    world.apply(&accepting(22)).await.quietly();

    assert_eq!((same.action, same.shown().as_str()), (Action::Nothing, ""));
    assert_eq!((orders(&world).len(), orders(&world)[1].quantity), (2, 10));
    assert_eq!(world.shown("reserved_quantity"), "22");
}

#[tokio::test(start_paused = true)]
async fn a_quantity_can_be_lowered_to_the_numbers_that_are_there() {
    let mut world = given_twelve_of_twenty().await;

    let lower = world.plan(&accepting(12)).await;
    world.apply(&accepting(12)).await.quietly();
    let count = orders(&world).len();
    let plan = world.plan(&accepting(11)).await;
    world.apply(&accepting(13)).await.quietly();

    assert_eq!((lower.shown() + &lower.changes(), count), ("quantity: 20 -> 12\n".to_owned(), 1));
    expect![[r#"
        Error: The reservation in DENVER, CO can't shrink (at quantity)

        12 numbers are reserved or on order, `quantity` is 11, and Lumen offers no way to give numbers back.

        Nothing was ordered.

        Set `quantity` to 12 or more.
    "#]]
    .assert_eq(&plan.shown());
    assert_eq!(orders(&world)[1].quantity, 1);
}

#[tokio::test(start_paused = true)]
async fn a_lower_quantity_orders_what_is_still_missing() {
    let mut world = given_twelve_of_twenty().await;

    world.apply(&accepting(15)).await.quietly();

    assert_eq!((orders(&world).len(), orders(&world)[1].quantity), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn numbers_on_backorder_count() {
    let mut world = given_voice(|voice| {
        voice.available = Some(12);
        voice.backorder_seconds = 3600.0;
    })
    .await;
    let wanted = |quantity: i64| accepting(quantity).with("on_shortage", "accept_with_backorder");
    assert!(!world.apply(&wanted(20)).await.failed());

    let fewer = world.plan(&wanted(19)).await;
    world.lumen.set(|lumen| lumen.voice.available = None);
    let run = world.apply(&wanted(22)).await;

    expect![[r#"
        Warning: The reservation in DENVER, CO has backordered numbers

        8 of voice order 600184201 are backordered.

        Lumen adds them when it has them; nothing is ordered again.

        Run `terraform apply -refresh-only` later to see the numbers that have arrived.

        Error: The reservation in DENVER, CO can't shrink (at quantity)

        20 numbers are reserved or on order, `quantity` is 19, and Lumen offers no way to give numbers back.

        Nothing was ordered.

        Set `quantity` to 20 or more.
    "#]]
    .assert_eq(&fewer.shown());
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(orders(&world)[1].quantity, 2);
}

/// The plan counts the numbers on backorder. The backorder ends without them before the apply.
#[tokio::test(start_paused = true)]
async fn numbers_that_a_backorder_did_not_bring_are_ordered() {
    let mut world = given_voice(|voice| {
        voice.available = Some(12);
        voice.backorder_seconds = 3600.0;
        voice.backorder_outcome = Some(10_004);
    })
    .await;
    let backordered = accepting(20).with("on_shortage", "accept_with_backorder");
    assert!(!world.apply(&backordered).await.failed());
    world.lumen.set(|lumen| lumen.voice.available = Some(1));
    assert!(!world.apply(&accepting(24)).await.failed());
    let counts = (world.shown("reserved_quantity"), world.shown("backordered_quantity"));
    assert_eq!(counts, ("13".to_owned(), "8".to_owned()));

    let plan = world.plan(&accepting(21)).await;
    world.lumen.set(|lumen| lumen.voice.available = None);
    world.lumen.advance(Duration::from_mins(61));
    let run = world.apply_plan(plan).await;

    assert!(!run.failed(), "{}", run.shown());
    let quantities: Vec<usize> = orders(&world).iter().map(|order| order.quantity).collect();
    assert_eq!((quantities, world.shown("reserved_quantity").as_str()), (vec![20, 4, 8], "21"));
}

#[tokio::test(start_paused = true)]
async fn numbers_of_an_order_in_progress_count() {
    let mut world = given_reservation().await;
    world.lumen.set(|lumen| slowly(&mut lumen.voice));
    world.apply_unfinished(&timeout(five(), "update", "1m")).await;

    let plan = world.plan(&a_reservation().with("quantity", 4)).await;
    world.lumen.advance(Duration::from_mins(10));
    world.lumen.set(|lumen| lumen.voice.order_seconds = 20.0);
    world.apply(&a_reservation().with("quantity", 6)).await.quietly();

    expect![[r#"
        Warning: The apply waits until the reservation in DENVER, CO is complete

        Voice order 600184202 is in progress.

        Waiting orders nothing.

        Run `terraform apply` to wait for it, or plan again later.

        Error: The reservation in DENVER, CO can't shrink (at quantity)

        5 numbers are reserved or on order, `quantity` is 4, and Lumen offers no way to give numbers back.

        Nothing was ordered.

        Set `quantity` to 5 or more.
    "#]]
    .assert_eq(&plan.shown());
    let quantities: Vec<usize> = orders(&world).iter().map(|order| order.quantity).collect();
    assert_eq!(quantities, [3, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn all_numbers_are_kept_in_the_order_in_which_they_came() {
    let mut world = given_reservation().await;
    assert!(world.lumen.reclaim(13_035_550_101), "the number leaves the inventory");

    world.refresh().await.quietly();
    let after_refresh =
        world.shown("telephone_numbers") + "\n" + &world.shown("all_telephone_numbers");
    world.apply(&five()).await.quietly();

    assert_eq!(orders(&world)[1].quantity, 2, "an assigned number is not ordered again");
    expect![[r#"
        ["+13035550100", "+13035550102"]
        ["+13035550100", "+13035550101", "+13035550102"]"#]]
    .assert_eq(&after_refresh);
    expect![[
        r#"["+13035550100", "+13035550101", "+13035550102", "+13035550103", "+13035550104"]"#
    ]]
    .assert_eq(&world.shown("all_telephone_numbers"));
}

#[tokio::test(start_paused = true)]
async fn shrinking_is_refused_when_it_is_planned() {
    let mut world = given_reservation().await;

    let plan = world.plan(&a_reservation().with("quantity", 2)).await;

    assert_eq!(orders(&world).len(), 1);
    expect![[r#"
        Error: The reservation in DENVER, CO can't shrink (at quantity)

        3 numbers are reserved or on order, `quantity` is 2, and Lumen offers no way to give numbers back.

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

        Set `quantity` to 3 to order nothing, and import these numbers as a separate reservation with `terraform import` (ID `600184202`). Order more numbers with that reservation.
    "#]].assert_eq(&plan.shown());
    world.apply(&a_reservation()).await.quietly();
    let mut other = world.another_resource();
    other.import(&lost).await.quietly();
    other.apply(&a_reservation().with("quantity", 2)).await.quietly();
    assert_eq!(world.requests(ORDER), 2);
}
