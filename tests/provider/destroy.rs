//! Disconnecting a connection.

use std::time::Duration;

use expect_test::expect;
use lumen_simulator::Action as Ordered;

use crate::world::{ORDER, OTHER_SITE, a_connection, given, given_connection};

#[tokio::test(start_paused = true)]
async fn destroying_disconnects_the_service_by_one_order() {
    let mut world = given_connection().await;
    let service = world.text("service_id");

    world.destroy().await.quietly();

    let order = world.orders().pop().unwrap();
    assert_eq!((order.action, order.service_id), (Ordered::Delete, Some(service)));
    assert_eq!((world.orders().len(), world.object().is_null()), (2, true));
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_already_is_not_disconnected_again() {
    let mut world = given_connection().await;
    let _ = world.lumen.add_service("another", crate::world::SITE, 100);
    world.lumen.change_service(&world.text("id"), |service| {
        service.status = "Disconnected".into();
    });
    world.lumen.advance(Duration::from_hours(1));

    let run = world.destroy().await;

    assert_eq!((world.requests(ORDER), world.object().is_null()), (1, true));
    expect![[r#"
        Warning: Connection `edge-1` (service 77133831778) is gone

        It was removed outside Terraform: Lumen's inventory shows other services, but not this one.

        It leaves the state, and the plan shows it as new. The next apply orders another one. The previous one cost 0.46 USD per hour (331.20 USD for 30 days).

        If you no longer want it, remove it from the configuration.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_goes_between_plan_and_destroy_is_gone() {
    let mut world = given_connection().await;
    let plan = world.plan_destroy().await;
    world.lumen.change_service(&world.text("id"), |service| {
        service.status = "Disconnected".into();
    });

    let run = world.carry_out(&plan).await;

    assert_eq!(world.orders().len(), 1);
    expect![[r#"
        Error: Connection `edge-1` can't be disconnected

        Lumen rejected the request: HTTP 422 referenceNotFound: There is no service 77133831778 (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        The service is no longer in Lumen's inventory: something else disconnected it. It is no longer billed.

        Run the same command again: it removes the connection from the state.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_protected_connection_is_neither_destroyed_nor_replaced() {
    let mut world = given().await;
    let protected = a_connection().with("deletion_protection", true);
    world.apply(&protected).await.quietly();

    let destroyed = world.destroy().await;
    let replaced = world.plan(&protected.clone().with("master_site_id", OTHER_SITE)).await;
    world.replace_on_demand = true;
    let on_demand = world.plan(&protected).await;

    assert_eq!(
        on_demand.shown(),
        replaced.shown().replace(" because of a change of `master_site_id`", "")
    );
    assert_eq!(world.requests(ORDER), 1);
    expect![[r#"
        Error: Connection `edge-1` is protected, and would be destroyed (at deletion_protection)

        `deletion_protection` is true in the state.

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Set `deletion_protection = false`, apply that before any other change of the connection, and then run the same command again.
    "#]]
    .assert_eq(&destroyed.shown());
    expect![[r#"
        Error: Connection `edge-1` is protected, and would be replaced because of a change of `master_site_id` (at deletion_protection)

        `deletion_protection` is true in the state.

        Nothing was ordered.

        Set `deletion_protection = false`, apply that before any other change of the connection, and then run the same command again.
    "#]]
    .assert_eq(&replaced.shown());
}

#[tokio::test(start_paused = true)]
async fn protection_can_be_lifted_first() {
    let mut world = given().await;
    world.apply(&a_connection().with("deletion_protection", true)).await.quietly();

    world.apply(&a_connection()).await.quietly();
    world.destroy().await.quietly();

    assert!(world.object().is_null());
}
