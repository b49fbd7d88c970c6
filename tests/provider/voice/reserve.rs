//! Reserving numbers without any failures.

use expect_test::expect;
use lumen_core::{Action, object};
use lumen_simulator::{NumberForm, Pbx};

use super::{ORDER, a_reservation, given, given_voice, orders};

#[tokio::test(start_paused = true)]
async fn numbers_are_ordered_and_waited_for() {
    let mut world = given().await;

    let plan = world.plan(&a_reservation()).await;
    world.apply(&a_reservation()).await.quietly();

    assert_eq!((plan.action, world.requests(ORDER)), (Action::Create, 1));
    expect![[r#"
        all_telephone_numbers: null -> (known after apply)
        backordered_quantity: null -> (known after apply)
        check_utilization: null -> true
        external_order_id: null -> (known after apply)
        id: null -> (known after apply)
        notifications: null -> (known after apply)
        on_destroy: null -> "retain"
        on_shortage: null -> "reject"
        product: null -> "local_inbound"
        quantity: null -> 3
        rate_center: null -> "DENVER"
        reserved_quantity: null -> (known after apply)
        state: null -> "CO"
        status: null -> (known after apply)
        telephone_numbers: null -> (known after apply)
        voice_order_ids: null -> (known after apply)
    "#]]
    .assert_eq(&(plan.shown() + &plan.changes()));
    expect![[r#"
        all_telephone_numbers = ["+13035550100", "+13035550101", "+13035550102"]
        backordered_quantity = 0
        check_utilization = true
        external_order_id = "tf-…"
        id = "600184201"
        notifications = [{ code = "901", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }, { code = "10002", message = "Voice order is complete. Please refer to Voice Order ID for reference number." }]
        on_destroy = "retain"
        on_shortage = "reject"
        product = "local_inbound"
        quantity = 3
        rate_center = "DENVER"
        reserved_quantity = 3
        state = "CO"
        status = "reserved"
        telephone_numbers = ["+13035550100", "+13035550101", "+13035550102"]
        voice_order_ids = ["600184201"]
    "#]].assert_eq(&object(&world.object()));
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_set_reaches_lumen() {
    let mut world = given().await;
    let reservation = a_reservation()
        .with("product", "enhanced_local_service")
        .with("sequential", true)
        .with("pbx_index", 10)
        .with("pbx_value", 0)
        .with("customer_service_name", "East")
        .with("external_order_id", "denver-2026");

    world.apply(&reservation).await.quietly();

    let order = &orders(&world)[0];
    assert_eq!((order.product_id.as_str(), order.sequential), ("2042", true));
    assert_eq!(order.pbx, Some(Pbx { index: 10, value: 0 }));
    assert_eq!(order.customer_service_name.as_deref(), Some("East"));
    assert_eq!(order.external_order_id.as_deref(), Some("denver-2026"));
    assert_eq!((order.rate_center.as_str(), order.state.as_str()), ("DENVER", "CO"));
    assert!(!world.shown("telephone_numbers").contains("0\""), "no number ends in 0");
}

#[tokio::test(start_paused = true)]
async fn numbers_are_read_in_every_form() {
    let mut seen = Vec::new();
    for form in [NumberForm::Ranges, NumberForm::Single, NumberForm::NpaNxxLine] {
        let mut world = given_voice(|voice| voice.number_form = form).await;
        world.apply(&a_reservation()).await.quietly();
        seen.push(world.shown("telephone_numbers"));
    }

    assert_eq!(seen[1..], [seen[0].clone(), seen[0].clone()]);
    expect![[r#"["+13035550100", "+13035550101", "+13035550102"]"#]].assert_eq(&seen[0]);
}

#[tokio::test(start_paused = true)]
async fn numbers_that_show_late_are_waited_for() {
    let mut world = given_voice(|voice| voice.inventory_lag_seconds = 600.0).await;

    let run = world.apply(&a_reservation()).await;

    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("reserved", 1));
    assert_eq!(world.shown("reserved_quantity"), "3");
    expect![[r#"
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen's inventory does not show all numbers of voice order 600184201 yet.

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn as_many_as_lumen_takes_in_one_order() {
    let mut world = given().await;

    world.apply(&a_reservation().with("quantity", 399)).await.quietly();

    assert_eq!((orders(&world).len(), world.shown("reserved_quantity").as_str()), (1, "399"));
}

#[tokio::test(start_paused = true)]
async fn two_reservations_of_the_same_are_two_orders_by_a_reference_of_their_own() {
    let mut world = given().await;
    let mut other = world.another_resource();

    world.apply(&a_reservation()).await.quietly();
    other.next_run(|block| block).await;
    let run = other.apply(&a_reservation()).await;
    other.next_run(|block| block).await;
    other.apply(&a_reservation().with("external_order_id", "denver-2")).await.quietly();

    assert!(run.failed(), "it looks like one whose state was lost: {}", run.shown());
    assert_eq!(orders(&world).len(), 2);
    assert_ne!(world.text("external_order_id"), other.text("external_order_id"));
    assert_ne!(world.shown("telephone_numbers"), other.shown("telephone_numbers"));
}

#[tokio::test(start_paused = true)]
async fn a_number_that_lumen_takes_back_or_that_is_assigned_is_not_shown_any_more() {
    let mut world = given().await;
    world.apply(&a_reservation()).await.quietly();
    let numbers = world.shown("telephone_numbers");
    let first: u64 = numbers.trim_start_matches("[\"+").split('"').next().unwrap().parse().unwrap();
    assert!(world.lumen.reclaim(first));

    world.refresh().await;
    let plan = world.plan(&a_reservation()).await;

    assert_eq!((plan.action, orders(&world).len()), (Action::Nothing, 1));
    assert_eq!(world.shown("reserved_quantity"), "2");
    assert!(!world.shown("telephone_numbers").contains(&first.to_string()));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_concern_lumen_orders_nothing() {
    for (argument, value) in [("on_shortage", "accept_available"), ("on_destroy", "fail")] {
        let mut world = given().await;
        world.apply(&a_reservation()).await.quietly();
        let changed = a_reservation().with(argument, value);

        let run = world.apply(&changed).await.quietly();

        assert_eq!((run.action, orders(&world).len()), (Action::Update, 1), "{argument}");
    }
}
