//! Lost answers: at most one order of numbers is placed, no matter what is unknown.

use std::time::Duration;

use expect_test::expect;
use lumen_simulator::{Fault, VoiceStatus};

use super::{ORDER, a_reservation, given, given_reservation, orders, too_many};

/// Answers after which it is not known whether Lumen has the order.
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
        ("empty object", Fault::answer(ORDER, 202, "{}")),
        ("a list", Fault::answer(ORDER, 202, "[1]")),
        ("500 after the fact", Fault::answer(ORDER, 500, "{}")),
        ("late", Fault::delay(ORDER, Duration::from_mins(5))),
    ]
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_to_the_answer_there_is_one_order_in_the_end() {
    for (fault, kind) in losing_faults() {
        let mut world = given().await;
        world.fault(kind.times(1));

        let run = world.apply(&a_reservation()).await;
        let (sent, ordered) = (world.requests(ORDER), orders(&world).len());

        assert_eq!(sent, 1, "{fault}: an order is sent once");
        assert_eq!(run.failed(), ordered == 0, "{fault}: what was ordered is found");
        let again = world.apply(&a_reservation()).await;
        assert_eq!(again.failed(), run.failed(), "{fault}: doubt does not pass by itself");
        assert_eq!(world.requests(ORDER), 1, "{fault}: applying again orders nothing");
        world.settle().await;
        world.apply(&a_reservation()).await.quietly();
        assert_eq!(orders(&world).len(), 1, "{fault}: a person decides, and then it is ordered");
        assert_eq!(world.text("status"), "reserved", "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn growth_whose_answer_was_lost_is_found_too() {
    for (fault, kind) in losing_faults() {
        let mut world = given_reservation().await;
        let more = a_reservation().with("quantity", 5);
        world.fault(kind.times(1));

        let run = world.apply(&more).await;

        assert_eq!(world.requests(ORDER), 2, "{fault}: an order is sent once");
        assert_eq!(run.failed(), orders(&world).len() == 1, "{fault}: what was ordered is found");
        let again = world.apply(&more).await;
        assert_eq!(again.failed(), run.failed(), "{fault}: doubt does not pass by itself");
        assert_eq!(world.requests(ORDER), 2, "{fault}: applying again orders nothing");
        world.settle().await;
        world.apply(&more).await.quietly();
        assert_eq!(orders(&world).len(), 2, "{fault}: a person decides, and then it is ordered");
        assert_eq!(world.shown("reserved_quantity"), "5", "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_answer_was_lost_is_found_by_its_reference_and_adopted() {
    let mut world = given().await;
    world.fault(Fault::reset_after(ORDER).times(1));

    let run = world.apply(&a_reservation()).await;

    assert_eq!((orders(&world).len(), world.requests(ORDER)), (1, 1));
    assert_eq!(orders(&world)[0].voice_order_id, world.text("id"));
    assert_eq!(orders(&world)[0].external_order_id, Some(world.text("external_order_id")));
    expect![[r#"
        Warning: The answer to the order of the reservation in DENVER, CO was lost

        Lumen's answer was lost (POST /Voice/v1/Numbers/orderInventory): error sending request: client error (SendRequest): connection closed before message completed.

        The order was not sent again: the provider found its result in Lumen's inventory, and adopted it.

        If it doesn't look right, check it in Lumen's portal.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_may_have_arrived_and_is_not_found_is_left_to_a_person() {
    let mut world = given().await;
    world.fault(Fault::reset_before(ORDER).times(1));

    let run = world.apply(&a_reservation()).await;

    assert_eq!((orders(&world).len(), world.requests(ORDER)), (0, 1));
    assert!(world.object().is_null());
    expect![[r#"
        Error: It is not known whether numbers were ordered for the reservation in DENVER, CO

        Lumen's answer was lost (POST /Voice/v1/Numbers/orderInventory): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it with `lumen_voice_inventory` and `external_order_id = "tf-…"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_short_order_whose_answer_was_lost_has_no_numbers_to_be_found_by() {
    let mut world = given().await;
    world.fault(Fault::reset_after(ORDER).times(1));

    let run = world.apply(&too_many()).await;

    assert_eq!((orders(&world).len(), world.requests(ORDER)), (1, 1));
    assert_eq!(orders(&world)[0].status, VoiceStatus::InProgress, "it awaits an answer");
    expect![[r#"
        Error: It is not known whether numbers were ordered for the reservation in BOULDER, CO

        Lumen's answer was lost (POST /Voice/v1/Numbers/orderInventory): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it with `lumen_voice_inventory` and `external_order_id = "tf-…"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn growth_that_may_have_arrived_and_is_not_found_keeps_what_there_was() {
    let mut world = given_reservation().await;
    world.fault(Fault::reset_before(ORDER).times(1));

    let run = world.apply(&a_reservation().with("quantity", 5)).await;

    assert_eq!((world.shown("quantity"), orders(&world).len()), ("3".to_owned(), 1));
    expect![[r#"
        Error: It is not known whether numbers were ordered for the reservation in DENVER, CO

        Lumen's answer was lost (POST /Voice/v1/Numbers/orderInventory): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it with `lumen_voice_inventory` and `external_order_id = "tf-…"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_certainly_never_arrived_is_sent_again() {
    for (fault, kind) in [
        ("429", Fault::status(ORDER, 429)),
        ("429 with a time", Fault::status(ORDER, 429).header("Retry-After", "3")),
        ("401", Fault::status(ORDER, 401)),
        (
            "403006",
            Fault::status(ORDER, 403).body(
                r#"{"exception":{"httpStatusCode":"403","code":"403006","message":"Token expired"}}"#,
            ),
        ),
    ] {
        let mut world = given().await;
        world.fault(kind.times(1));

        world.apply(&a_reservation()).await.quietly();

        assert_eq!((world.requests(ORDER), orders(&world).len()), (2, 1), "{fault}");
    }
}
