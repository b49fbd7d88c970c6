//! Numbers that already exist under the reference of a new reservation: the plan reports them.

use expect_test::expect;
use lumen_core::Action;
use lumen_simulator::Fault;
use terraform_provider_lumen::framework::Value;

use super::{INVENTORY, ORDER, a_reservation, given, given_reservation, given_voice};
use crate::world::World;

/// The numbers of a destroyed reservation whose reference the user set.
async fn given_held() -> (World, String) {
    let mut world = given().await;
    world.apply(&a_reservation().with("external_order_id", "denver-2026")).await.quietly();
    let id = world.text("id");
    world.destroy().await;
    world.next_run(|block| block).await;
    (world, id)
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_refused_whose_apply_would_be() {
    let mut world = given_reservation().await;
    world.state = None;
    world.lose_journal().await;

    let plan = world.plan(&a_reservation()).await;

    assert_eq!(world.requests(ORDER), 1);
    expect![[r#"
        Error: Numbers already exist for the reservation in DENVER, CO

        Lumen's inventory has numbers of voice order 600184201, which was placed under the reference of this reservation (`tf-…`): by a reservation that was destroyed, by another configuration, or by an earlier run whose order journal was lost.

        Nothing was ordered.

        Import them with `terraform import` (ID `600184201`). To order others in addition, set `external_order_id` to your own reference.
    "#]].assert_eq(&plan.shown());
    let other = a_reservation().with("external_order_id", "another");
    world.apply(&other).await.quietly();
    assert_eq!(world.requests(ORDER), 2);
}

#[tokio::test(start_paused = true)]
async fn a_given_reference_that_has_numbers_is_warned_of() {
    let (mut world, id) = given_held().await;

    let plan = world.plan(&a_reservation().with("external_order_id", "denver-2026")).await;

    assert_eq!(plan.action, Action::Create);
    expect![[r#"
        Warning: Numbers already exist under the reference of the reservation in DENVER, CO (at external_order_id)

        Lumen's inventory has numbers that were ordered under `denver-2026` (3 of voice order 600184201): by a reservation that was destroyed or is replaced, or by another configuration.

        They are already yours. The apply orders new numbers in addition, under the same reference.

        To use them instead of new ones, run `terraform import` before you apply (ID `600184201`). To keep the new numbers apart from them, set `external_order_id` to a reference that was never used.
    "#]].assert_eq(&plan.shown());
    let other = world.plan(&a_reservation().with("external_order_id", "another")).await;
    assert_eq!(other.shown(), "");
    world.import(&id).await.quietly();
    world.apply(&a_reservation().with("external_order_id", "denver-2026")).await.quietly();
    assert_eq!(world.requests(ORDER), 1);
}

#[tokio::test(start_paused = true)]
async fn numbers_of_an_order_that_the_apply_resumes_are_not_warned_of() {
    let mut world = given().await;
    let reservation = a_reservation().with("external_order_id", "denver-2026");
    world.apply_and_crash(&reservation).await.quietly();

    let plan = world.plan(&reservation).await;

    assert_eq!((plan.action, plan.shown().as_str()), (Action::Create, ""));
}

#[tokio::test(start_paused = true)]
async fn a_replacement_under_the_same_reference_expects_its_own_numbers() {
    let mut world = given().await;
    let reservation = a_reservation().with("external_order_id", "denver-2026");
    world.apply(&reservation).await.quietly();

    let plan = world.plan(&reservation.with("rate_center", "AURORA")).await;

    assert_eq!(plan.action, Action::Replace);
    assert!(!plan.shown().contains("already exist"), "{}", plan.shown());
}

#[tokio::test(start_paused = true)]
async fn an_inventory_that_can_not_be_read_leaves_the_plan_as_it_is() {
    let mut world = given().await;
    world.fault(Fault::status(INVENTORY, 503));

    let plan = world.plan(&a_reservation()).await;

    assert_eq!(plan.action, Action::Create);
    expect![[r#"
        Warning: Existing numbers for the reservation in DENVER, CO could not be looked up

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Voice/v1/Numbers/inventory, tracking ID …).

        The plan continues, but the provider does not know whether numbers exist under `tf-…`. It reads the inventory again before it orders anything.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn a_reference_that_is_not_known_yet_is_not_looked_up() {
    let mut world = given().await;

    let plan = world.plan(&a_reservation().with("external_order_id", Value::unknown())).await;

    assert_eq!((plan.shown().as_str(), world.requests(INVENTORY)), ("", 0));
}

/// The first few references are looked up one by one, and all others in the pages of the inventory.
#[tokio::test(start_paused = true)]
async fn many_references_are_looked_up_in_pages() {
    let world = given_voice(|lumen| lumen.utilization = Some(100)).await;
    world.lumen.add_voice_order("2036", "DENVER", "CO", 3).unwrap();
    for number in 0..40 {
        let mut other = world.another_resource();
        let reference = format!("denver-{number}");
        let block = a_reservation().with("external_order_id", reference.as_str());
        assert_eq!(other.plan(&block).await.shown(), "");
    }
    assert!(world.requests(INVENTORY) <= 3 + 1, "{}", world.requests(INVENTORY));
}
