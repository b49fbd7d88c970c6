//! Terraform keeps what a plan returned when it plans the same change again (since protocol 6.11), so the
//! first plan fixes the reference and the price.

use expect_test::expect;
use lumen_core::Action;
use terraform_provider_lumen::framework::Value;

use crate::world::{
    ACCOUNTS, ORDER, OTHER_SITE, PRICE, QUOTE, World, a_connection, given, given_connection,
};

async fn given_memory() -> World {
    let mut world = given().await;
    world.keeps_planned_private = true;
    world
}

/// The private data of the object in the state, as text.
fn stored(world: &World) -> String {
    let object = world.state.as_ref().unwrap();
    String::from_utf8(object.private.clone()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_was_looked_up_for_a_plan_is_not_looked_up_again() {
    let mut world = given_memory().await;
    let plan = world.plan(&a_connection()).await;
    let before = (world.requests(PRICE), world.requests(ACCOUNTS));
    assert_eq!(before, (1, 2), "the list of accounts ends at an empty page");

    world.apply_plan(plan).await.quietly();

    assert_eq!((world.requests(PRICE), world.requests(ACCOUNTS)), before);
}

#[tokio::test(start_paused = true)]
async fn a_price_that_falls_after_the_plan_does_not_stop_its_apply() {
    let mut world = given_memory().await;
    let plan = world.plan(&a_connection()).await;
    world.lumen.set(|lumen| lumen.price_factor = 0.5);

    let run = world.apply_plan(plan).await;

    assert_eq!(world.requests(ORDER), 1);
    expect![[r#"
        Warning: Connection `edge-1` costs less than planned

        The price was 0.46 USD per hour in the plan, and 0.23 USD when the connection was ordered.

        It was ordered at the lower price.

        Run `terraform apply -refresh-only` to see that price in the state.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_price_that_rises_after_the_plan_stops_its_apply_before_the_order() {
    let mut world = given_memory().await;
    let plan = world.plan(&a_connection()).await;
    world.lumen.set(|lumen| lumen.price_factor = 1.5);

    let run = world.apply_plan(plan).await;

    assert_eq!((world.requests(QUOTE), world.requests(ORDER)), (1, 0));
    assert!(world.object().is_null());
    expect![[r#"
        Error: The price of connection `edge-1` has risen since the plan

        The price was 0.46 USD per hour in the plan, and is now 0.69 USD.

        Nothing was ordered.

        Run `terraform plan` again, and apply the new plan if you accept the price.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn the_price_of_a_change_is_fixed_by_its_plan() {
    let mut world = given_connection().await;
    world.keeps_planned_private = true;
    let more = a_connection().with("bandwidth", "200 Mbps");
    let plan = world.plan(&more).await;
    let price = plan.text("hourly_price").to_owned();
    world.lumen.set(|lumen| lumen.price_factor = 0.5);

    let run = world.apply_plan(plan).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(world.orders().len(), 2);
    assert_eq!(world.text("hourly_price"), price, "Terraform holds us to the plan");
    assert!(!stored(&world).contains("promised"), "a promise ends with its plan");
}

#[tokio::test(start_paused = true)]
async fn after_a_crash_nothing_is_promised_and_the_same_order_goes_on() {
    let mut world = given_memory().await;
    let first = world.plan(&a_connection()).await.text("external_id").to_owned();
    world.apply_and_crash(&a_connection()).await;

    let again = world.plan(&a_connection()).await;
    assert!(again.planned.get("external_id").is_unknown());
    let run = world.apply_plan(again).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(world.orders().len(), 1, "it continues with the order of the first run");
    assert_eq!(world.text("external_id"), first);
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_others_have_overtaken_orders_nothing() {
    let mut world = given_memory().await;
    let stale = world.plan(&a_connection()).await;
    let mut other = world.another_process().await;
    other.apply(&a_connection()).await.quietly();
    other.destroy().await.quietly();

    let run = world.apply_plan(stale).await;

    assert_eq!(world.orders().len(), 2, "one that built it, one that ended it");
    expect![[r#"
        Error: The plan for connection `edge-1` is out of date

        According to the order journal, something was ordered for it, or an order was attempted, after the plan was made.

        Nothing was ordered by this run.

        Run `terraform plan` again, and apply the new plan.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_replacement_is_ordered_under_the_reference_of_its_plan() {
    let mut world = given_memory().await;
    world.apply(&a_connection()).await.quietly();
    let old = world.text("external_id");

    let elsewhere = a_connection().with("master_site_id", OTHER_SITE);
    let plan = world.plan(&elsewhere).await;
    assert_eq!(plan.action, Action::Replace);
    let promised = plan.text("external_id").to_owned();
    world.apply_plan(plan).await.quietly();

    assert_ne!(promised, old);
    assert_eq!(world.text("external_id"), promised);
}

#[tokio::test(start_paused = true)]
async fn the_same_connection_anew_has_another_reference_and_keeps_it() {
    for create_first in [false, true] {
        let mut world = given_memory().await;
        world.apply(&a_connection()).await.quietly();
        let old = world.text("external_id");

        world.replace_on_demand = true;
        let plan = world.plan(&a_connection()).await;
        let promised = plan.text("external_id").to_owned();
        let run = if create_first {
            world.replace_create_first(&plan).await
        } else {
            world.apply_plan(plan).await
        };

        assert!(!run.failed(), "{}", run.shown());
        assert_ne!(promised, old);
        assert_eq!(world.text("external_id"), promised);
        assert_eq!(world.orders().len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reference_of_the_users_is_theirs() {
    let mut world = given_memory().await;
    let named = a_connection().with("external_id", "CHG-4711");

    let plan = world.plan(&named).await;
    assert_eq!(plan.text("external_id"), "CHG-4711");
    world.apply_plan(plan).await.quietly();

    assert_eq!(world.orders()[0].external_id, "CHG-4711");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_known_at_first_is_promised_by_nobody() {
    let mut world = given_memory().await;
    let unnamed = a_connection().with("name", Value::unknown());

    let plan = world.plan(&unnamed).await;

    assert!(plan.planned.get("external_id").is_unknown());
    assert_eq!(plan.text("hourly_price"), "0.46");
}

#[tokio::test(start_paused = true)]
async fn a_terraform_without_such_memory_is_promised_no_reference() {
    let mut world = given().await;

    let plan = world.plan(&a_connection()).await;

    assert!(plan.planned.get("external_id").is_unknown());
    assert!(!String::from_utf8(plan.private).unwrap().contains("promised"));
}
