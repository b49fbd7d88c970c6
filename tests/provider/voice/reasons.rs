//! Why Lumen refused an order. The reason follows the status, sometimes with a delay, or never comes.

use expect_test::expect;
use lumen_core::Block;
use lumen_simulator::Fault;

use super::{STATUS, a_reservation, given, given_voice, orders, slowly};
use crate::world::{World, timeout};

const NOTIFICATIONS: &str = "GET /Voice/v1/Numbers/notifications";

/// The notifications before Lumen has recorded how the order ended.
fn outdated() -> Fault {
    let submitted = r#"{"notifications":[{"notificationCode":"901"}]}"#;
    Fault::answer(NOTIFICATIONS, 200, submitted)
}

/// An order that Lumen rejects because the rate center is closed.
async fn given_a_rejection() -> World {
    given_voice(|voice| voice.next_notifications = vec![1_302]).await
}

#[tokio::test(start_paused = true)]
async fn a_reason_that_comes_after_the_status_is_waited_for() {
    let mut world = given_a_rejection().await;
    // The order is rejected after 20 seconds, at the fourth check.
    world.fault(outdated().times(5));

    let run = world.apply(&a_reservation()).await;

    assert!(run.failed());
    assert_eq!(orders(&world).len(), 1);
    expect![[r#"
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Rate Center is not open for orders, or future rate center is not available. Please select a different rate center." (notification 1302).

        None of these numbers is reserved.

        Choose another rate center from `lumen_voice_rate_centers`: this one is closed for orders.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_rejection_that_lumen_does_not_explain_is_told_as_such() {
    let mut world = given_a_rejection().await;
    world.fault(outdated());

    let run = world.apply(&a_reservation()).await;

    assert!(run.failed() && world.object().is_null());
    assert_eq!(orders(&world).len(), 1);
    expect![[r#"
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is rejected, and Lumen gave no reason.

        None of these numbers is reserved.

        1. Ask Lumen's support why voice order 600184201 failed.
        2. Run the same command again: it places another order to reserve 3 numbers for the reservation in DENVER, CO.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_waits_for_the_reason_too() {
    let mut world = given_voice(|voice| {
        slowly(voice);
        voice.next_notifications = vec![1_302];
    })
    .await;
    world.apply_unfinished(&timeout(a_reservation(), "create", "1m")).await;
    world.lumen.advance(std::time::Duration::from_mins(10));
    world.fault(outdated().times(2));

    let run = world.refresh().await;

    assert!(world.object().is_null());
    expect![[r#"
        Warning: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Rate Center is not open for orders, or future rate center is not available. Please select a different rate center." (notification 1302).

        None of these numbers is reserved: the plan shows them as new.

        Choose another rate center from `lumen_voice_rate_centers`: this one is closed for orders.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_data_source_reads_what_explains_the_status_after_it() {
    let mut world = given().await;
    world.fault(Fault::status(STATUS, 400));
    let order = Block::default().with("voice_order_id", "600184201");

    let (nothing, _) = world.read_data("lumen_voice_order", &order).await;

    assert!(nothing.is_null());
    assert_eq!((world.requests(STATUS), world.requests(NOTIFICATIONS)), (1, 0));
}
