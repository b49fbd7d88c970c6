//! Orders that Lumen accepts but does not carry out.

use std::time::Duration;

use expect_test::expect;
use lumen_simulator::OrderState;

use crate::pending::slowly;
use crate::world::{ORDER, a_connection, given, given_connection, given_lumen, timeout};

#[tokio::test(start_paused = true)]
async fn a_failed_order_leaves_nothing() {
    let mut world = given_lumen(|lumen| lumen.fail_orders = Some("No fibre".into())).await;

    let run = world.apply(&a_connection()).await;

    assert!(world.object().is_null());
    assert_eq!((world.orders().len(), world.requests(ORDER)), (1, 1));
    expect![[r#"
        Error: Lumen did not build connection `edge-1`

        Order 88240017001 failed: No fibre.

        No service exists, and nothing is billed.

        1. Correct what Lumen's reason names, or ask Lumen's support about order 88240017001.
        2. Run the same command again: it places another order to build connection `edge-1`.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_failed_change_leaves_the_connection_as_it_was() {
    let mut world = given_connection().await;
    world.lumen.set(|lumen| lumen.fail_orders = Some("No capacity".into()));
    let before = world.object();

    let run = world.apply(&a_connection().with("bandwidth", "1 Gbps")).await;

    assert_eq!(world.text("bandwidth"), "100 Mbps");
    assert_eq!(world.text("status"), "active");
    assert_eq!(world.object().get("hourly_price"), before.get("hourly_price"));
    expect![[r#"
        Error: Lumen did not change connection `edge-1`

        Order 88240017002 failed: No capacity.

        The connection is as it was before, and billed as before.

        1. Correct what Lumen's reason names, or ask Lumen's support about order 88240017002.
        2. Run the same command again: it places another order to change connection `edge-1`.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_failed_disconnection_leaves_the_connection() {
    let mut world = given_connection().await;
    world.lumen.set(|lumen| lumen.fail_orders = Some("Contract".into()));
    let before = world.object();

    let run = world.destroy().await;

    assert_eq!(world.object(), before);
    expect![[r#"
        Error: Lumen did not disconnect connection `edge-1`

        Order 88240017002 failed: Contract.

        The connection still exists, and is still billed.

        1. Ask Lumen's support about order 88240017002.
        2. Run the same command again: it places another order to disconnect connection `edge-1`.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_finds_that_building_failed() {
    let mut world = given_lumen(|lumen| lumen.fail_orders = Some("No fibre".into())).await;
    world.apply(&a_connection().with("wait_for", "accepted")).await.quietly();
    world.lumen.advance(Duration::from_mins(1));

    let run = world.refresh().await;

    assert!(world.object().is_null());
    assert_eq!(world.orders()[0].state, OrderState::Failed);
    expect![[r#"
        Warning: Lumen did not build connection `edge-1`

        Order 88240017001 failed: No fibre.

        No service exists, and nothing is billed. The connection leaves the state: the plan shows it as new.

        Correct what Lumen's reason names, or ask Lumen's support about order 88240017001. Do that before the next apply or destroy.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_finds_that_a_change_failed() {
    let mut world = given_connection().await;
    world.lumen.set(slowly);
    world.lumen.set(|lumen| lumen.fail_orders = Some("No capacity".into()));
    let faster = timeout(a_connection().with("bandwidth", "1 Gbps"), "update", "1m");
    world.apply_unfinished(&faster).await;
    world.lumen.advance(Duration::from_mins(20));

    let run = world.refresh().await;

    assert_eq!(
        (world.text("status").as_str(), world.text("bandwidth").as_str()),
        ("active", "100 Mbps")
    );
    assert_eq!(world.text("hourly_price"), "0.46");
    expect![[r#"
        Warning: Lumen did not change connection `edge-1`

        Order 88240017002 failed: No capacity.

        The connection is as it was before, and billed as before: the plan shows the change again.

        Correct what Lumen's reason names, or ask Lumen's support about order 88240017002. Do that before the next apply or destroy.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_finds_that_a_disconnection_failed() {
    let mut world = given().await;
    world.apply(&timeout(a_connection(), "delete", "1m")).await.quietly();
    world.lumen.set(slowly);
    world.lumen.set(|lumen| lumen.fail_orders = Some("Contract".into()));
    world.destroy().await;
    world.lumen.advance(Duration::from_mins(20));

    let run = world.refresh().await;

    assert_eq!(world.text("status"), "active");
    expect![[r#"
        Warning: Lumen did not disconnect connection `edge-1`

        Order 88240017002 failed: Contract.

        The connection still exists, and is still billed.

        Ask Lumen's support about order 88240017002. Do that before the next apply or destroy.
    "#]]
    .assert_eq(&run.shown());
}
