//! Lost answers: at most one order is placed, no matter what is unknown.

use expect_test::expect;
use lumen_simulator::Fault;

use crate::world::{INVENTORY, ORDER, TOKEN, a_connection, given, given_connection, timeout};

/// Answers from a proxy instead of Lumen, after which it is not known whether Lumen has the order.
fn losing_faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("500", Fault::status(ORDER, 500)),
        ("502", Fault::status(ORDER, 502)),
        ("503", Fault::status(ORDER, 503)),
        ("504", Fault::status(ORDER, 504)),
        ("HTML with 200", Fault::html(ORDER, 200)),
        ("HTML with 502", Fault::html(ORDER, 502)),
        ("reset before", Fault::reset_before(ORDER)),
        ("reset after", Fault::reset_after(ORDER)),
        ("truncated", Fault::truncate(ORDER)),
        ("empty object", Fault::answer(ORDER, 201, "{}")),
        ("a list", Fault::answer(ORDER, 201, "[1]")),
        ("500 after the fact", Fault::answer(ORDER, 500, "{}")),
        ("late", Fault::delay(ORDER, std::time::Duration::from_mins(5))),
    ]
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_to_the_answer_there_is_one_order_in_the_end() {
    for (fault, kind) in losing_faults() {
        let mut world = given().await;
        world.fault(kind.times(1));

        let run = world.apply(&a_connection()).await;
        let (sent, ordered) = (world.requests(ORDER), world.orders().len());

        assert_eq!(sent, 1, "{fault}: an order is sent once");
        assert_eq!(run.failed(), ordered == 0, "{fault}: what was ordered is found");
        let again = world.apply(&a_connection()).await;
        assert_eq!(again.failed(), run.failed(), "{fault}: doubt does not pass by itself");
        assert_eq!(world.requests(ORDER), 1, "{fault}: applying again orders nothing");
        world.settle().await;
        world.apply(&a_connection()).await.quietly();
        assert_eq!(world.orders().len(), 1, "{fault}: a person decides, and then it is ordered");
        assert_eq!(world.text("status"), "active", "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_answer_was_lost_is_found_in_the_inventory_and_adopted() {
    let mut world = given().await;
    world.fault(Fault::reset_after(ORDER).times(1));

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.orders().len(), world.requests(ORDER)), (1, 1));
    assert_eq!(world.orders()[0].service_id, Some(world.text("service_id")));
    expect![[r#"
        Warning: The answer to the order of connection `edge-1` was lost

        Lumen's answer was lost (POST /Customer/v3/Ordering/orderRequest): error sending request: client error (SendRequest): connection closed before message completed.

        The order was not sent again: the provider found its result in Lumen's inventory, and adopted it.

        If it doesn't look right, check it in Lumen's portal.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_may_have_arrived_and_is_not_found_is_left_to_a_person() {
    let mut world = given().await;
    world.fault(Fault::reset_before(ORDER).times(1));

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.orders().len(), world.requests(ORDER)), (0, 1));
    assert!(world.object().is_null());
    expect![[r#"
        Error: It is not known whether connection `edge-1` was ordered

        Lumen's answer was lost (POST /Customer/v3/Ordering/orderRequest): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If it was ordered, Lumen bills it once it is active.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for a service named `edge-1` in Lumen's portal, or ask Lumen about order `tf-…`. If there is one, import it with `terraform import`.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn changes_whose_answer_was_lost_are_found_too() {
    for (fault, kind) in losing_faults() {
        let mut world = given_connection().await;
        let faster = timeout(a_connection().with("bandwidth", "500 Mbps"), "update", "2h");
        world.fault(kind.times(1));

        let run = world.apply(&faster).await;

        assert_eq!(world.requests(ORDER), 2, "{fault}: a change is sent once");
        assert_eq!(run.failed(), world.orders().len() == 1, "{fault}: what was ordered is found");
        let again = world.apply(&faster).await;
        assert_eq!(again.failed(), run.failed(), "{fault}: doubt does not pass by itself");
        assert_eq!(world.requests(ORDER), 2, "{fault}: applying again orders nothing");
        world.settle().await;
        world.apply(&faster).await.quietly();
        assert_eq!(world.orders().len(), 2, "{fault}: a person decides, and then it is ordered");
        assert_eq!(world.service().bandwidth_mbps, 500, "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_may_have_arrived_and_is_not_found_is_left_to_a_person() {
    let mut world = given_connection().await;
    world.fault(Fault::reset_before(ORDER).times(1));
    let faster = timeout(a_connection().with("bandwidth", "500 Mbps"), "update", "2h");

    let run = world.apply(&faster).await;

    assert_eq!(world.text("bandwidth"), "100 Mbps");
    expect![[r#"
        Error: It is not known whether the change of connection `edge-1` to 500 Mbps was ordered

        Lumen's answer was lost (POST /Customer/v3/Ordering/orderRequest): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. Service 77133831778 still exists, and is still billed.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, check service 77133831778 in Lumen's portal, or ask Lumen about order `tf-…`. If the order is in progress, wait until it has finished.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_was_unexpected_while_a_lost_order_was_searched_for_is_told() {
    let mut world = given_connection().await;
    let faster = timeout(a_connection().with("bandwidth", "500 Mbps"), "update", "2h");
    let plan = world.plan(&faster).await;
    let service = world.text("service_id");
    world.lumen.change_service(&service, |service| service.status = "Mulling".into());
    world.fault(Fault::reset_before(ORDER).times(1));

    let shown = world.apply_plan(plan).await.shown();

    assert!(shown.contains("Lumen's inventory did not show it: "), "{shown}");
    assert!(shown.contains("\"Mulling\""), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn renames_and_disconnections_whose_answer_was_lost_are_found_or_sent_again() {
    for (fault, kind) in losing_faults() {
        let mut world = given_connection().await;
        let renamed = a_connection().with("name", "edge-2");
        world.fault(kind.clone().times(1));

        let run = world.apply(&renamed).await;

        assert!(!run.failed(), "{fault}: {}", run.shown());
        assert_eq!((world.orders().len(), world.service().name.as_str()), (2, "edge-2"), "{fault}");
        world.fault(kind.times(1));

        let run = world.destroy().await;

        assert!(!run.failed() && world.object().is_null(), "{fault}: {}", run.shown());
        assert_eq!(world.orders().len(), 3, "{fault}: one order for each change");
        assert!(world.requests(ORDER) <= 5, "{fault}: each is sent at most twice");
        assert!(world.open_orders().await.is_empty(), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_certainly_never_arrived_is_sent_again() {
    let turned_away = r#"{"errors":[{"code":"traffic.limit_exceeded","message":"Slow down"}]}"#;
    for (fault, kind) in [
        ("429", Fault::status(ORDER, 429)),
        ("429 with a time", Fault::status(ORDER, 429).header("Retry-After", "3")),
        ("401", Fault::status(ORDER, 401)),
        ("503 at the door", Fault::status(ORDER, 503).body(turned_away)),
    ] {
        let mut world = given().await;
        world.fault(kind.times(1));

        world.apply(&a_connection()).await.quietly();

        assert_eq!((world.requests(ORDER), world.orders().len()), (2, 1), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_on_the_way_is_renewed() {
    let mut world = given().await;
    let plan = world.plan(&a_connection()).await;
    let before = world.requests(TOKEN);
    world.lumen.revoke_tokens();

    world.apply_plan(plan).await.quietly();

    assert_eq!((world.requests(TOKEN) - before, world.orders().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_and_an_inventory_that_is_down_leave_doubt() {
    let mut world = given().await;
    let plan = world.plan(&a_connection()).await;
    world.fault(Fault::reset_after(ORDER).times(1));
    world.fault(Fault::status(INVENTORY, 503).skip(2));

    let run = world.apply_plan(plan).await;

    assert_eq!((world.requests(ORDER), world.orders().len()), (1, 1));
    assert!(world.object().is_null());
    expect![[r#"
        Error: It is not known whether connection `edge-1` was ordered

        Lumen's answer was lost (POST /Customer/v3/Ordering/orderRequest): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; Lumen's inventory can't be searched: Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …). It was not sent again. If it was ordered, Lumen bills it once it is active.

        Wait until Lumen answers again. Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
    "#]].assert_eq(&run.shown());
}
