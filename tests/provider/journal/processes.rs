//! Two concurrent runs of Terraform that share a journal, each with its own state.

use std::time::Duration;

use expect_test::expect;
use lumen_simulator::Fault;

use super::orders;
use crate::pending::slowly;
use crate::world::{ORDER, World, a_connection, given, given_connection, given_lumen};

async fn after(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

fn assert_one_connection(one: &World, other: &World) {
    assert_eq!((one.requests(ORDER), one.orders().len()), (1, 1));
    assert_eq!((one.text("status").as_str(), other.text("status").as_str()), ("active", "active"));
    assert_eq!(one.text("service_id"), other.text("service_id"));
    assert_eq!(one.text("external_id"), other.text("external_id"));
}

#[tokio::test(start_paused = true)]
async fn the_second_follows_what_the_first_has_ordered() {
    let mut world = given_lumen(slowly).await;
    let mut other = world.another_process().await;
    let connection = a_connection();

    let late = async {
        after(60).await;
        other.apply_unfinished(&connection).await
    };
    let (first, second) = tokio::join!(world.apply_unfinished(&connection), late);

    first.quietly();
    assert_one_connection(&world, &other);
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&second.shown());
}

#[tokio::test(start_paused = true)]
async fn the_second_waits_for_the_answer_to_what_the_first_has_sent() {
    let mut world = given_lumen(slowly).await;
    let mut other = world.another_process().await;
    let connection = a_connection();
    world.fault(Fault::delay(ORDER, Duration::from_secs(10)).times(1));

    let late = async {
        after(5).await;
        other.apply_unfinished(&connection).await
    };
    let (first, second) = tokio::join!(world.apply_unfinished(&connection), late);

    first.quietly();
    assert_one_connection(&world, &other);
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&second.shown());
}

#[tokio::test(start_paused = true)]
async fn of_two_at_the_same_time_one_orders() {
    for _ in 0..5 {
        let mut world = given_lumen(slowly).await;
        let mut other = world.another_process().await;
        let connection = a_connection();

        let (first, second) =
            tokio::join!(world.apply_unfinished(&connection), other.apply_unfinished(&connection));

        assert!(!first.failed() && !second.failed(), "{}{}", first.shown(), second.shown());
        assert_one_connection(&world, &other);
        let told = [first.shown(), second.shown()];
        assert_eq!(told.iter().filter(|told| told.is_empty()).count(), 1, "one reports: {told:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_second_hears_that_the_first_was_refused_and_orders_itself() {
    let mut world = given().await;
    let mut other = world.another_process().await;
    let connection = a_connection();
    world.fault(Fault::delay(ORDER, Duration::from_secs(10)).times(1));
    world.lumen.set(|lumen| lumen.daily_quota = Some(0));

    let late = async {
        after(5).await;
        other.lumen.set(|lumen| lumen.daily_quota = None);
        other.apply_unfinished(&connection).await
    };
    let (first, second) = tokio::join!(world.apply_unfinished(&connection), late);

    assert!(first.failed(), "{}", first.shown());
    second.quietly();
    assert_eq!((world.requests(ORDER), world.orders().len()), (2, 1));
    assert_eq!(other.text("status"), "active");
}

/// Lumen refuses the first order, and builds the next one immediately. A run that is still searching for
/// the first one finds the result of the next one.
#[tokio::test(start_paused = true)]
async fn what_the_next_order_made_is_not_taken_for_the_refused_one() {
    for tenths in (0..100).step_by(5) {
        let mut world = given_lumen(|lumen| {
            lumen.order_seconds = 0.0;
            lumen.inventory_lag_seconds = 0.0;
        })
        .await;
        let mut other = world.another_process().await;
        let connection = a_connection();
        let refused = Duration::from_secs(10) + Duration::from_millis(100) * tenths;
        world.fault(Fault::delay(ORDER, refused).times(1));
        world.lumen.set(|lumen| lumen.daily_quota = Some(0));
        let lumen = world.lumen.clone();

        let first = async {
            let refused = world.apply(&connection).await;
            let again = world.apply_unfinished(&connection).await;
            (refused.failed(), again.failed())
        };
        let late = async {
            after(5).await;
            lumen.set(|lumen| lumen.daily_quota = None);
            other.apply_unfinished(&connection).await
        };
        let (first, second) = tokio::join!(first, late);

        assert_eq!((first, second.failed()), ((true, false), false), "{}", second.shown());
        assert_eq!((world.requests(ORDER), world.orders().len()), (2, 1));
        let steps = world.journal_files();
        assert!(!steps.keys().any(|file| file.ends_with("0-accepted.json")), "{tenths}: {steps:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn both_want_the_same_change_and_one_orders_it() {
    let mut world = given_connection().await;
    let mut other = world.another_process().await;
    other.state = world.state.clone();
    world.lumen.set(slowly);
    let faster = a_connection().with("bandwidth", "1 Gbps");

    let late = async {
        after(60).await;
        other.apply_unfinished(&faster).await
    };
    let (first, second) = tokio::join!(world.apply_unfinished(&faster), late);

    first.quietly();
    assert!(!second.failed(), "{}", second.shown());
    assert_eq!((orders(&world).len(), world.requests(ORDER)), (2, 2));
    assert_eq!(
        (world.text("bandwidth"), other.text("bandwidth")),
        ("1 Gbps".into(), "1 Gbps".into())
    );
}

#[tokio::test(start_paused = true)]
async fn both_destroy_and_one_orders_the_end() {
    let mut world = given_connection().await;
    let mut other = world.another_process().await;
    other.state = world.state.clone();
    world.lumen.set(slowly);

    let late = async {
        after(60).await;
        other.destroy().await
    };
    let (first, second) = tokio::join!(world.destroy(), late);

    first.quietly();
    assert!(!second.failed(), "{}", second.shown());
    assert_eq!((orders(&world).len(), world.requests(ORDER)), (2, 2));
    assert!(world.object().is_null() && other.object().is_null());
}
