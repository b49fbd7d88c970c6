//! Every order needs a contact and a billing account: a plan without them is refused, whatever it would
//! order.

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::Fault;
use terraform_provider_lumen::framework::Value;

use crate::pending::slowly;
use crate::world::{
    ACCOUNTS, INTERRUPTS, ORDER, OTHER_SITE, QUOTE, SITE, World, a_connection, a_contact, given,
    given_connection, timeout,
};

/// A connection whose provider block no longer has a contact.
async fn given_no_contact() -> World {
    let mut world = given_connection().await;
    world.next_run(|block| block.without("contact")).await;
    world
}

#[tokio::test(start_paused = true)]
async fn a_contact_is_missing_for_whatever_would_be_ordered() {
    let mut world = given_no_contact().await;
    let before = (world.requests(QUOTE), world.requests(ORDER));
    let told = [
        world.plan(&a_connection().with("bandwidth", "1 Gbps")).await.shown(),
        world.plan(&a_connection().with("name", "edge-2")).await.shown(),
        world.plan(&a_connection().with("master_site_id", OTHER_SITE)).await.shown(),
        world.plan_destroy().await.shown(),
        world.another_resource().plan(&a_connection().with("name", "edge-2")).await.shown(),
    ];

    assert_eq!((world.requests(QUOTE), world.requests(ORDER)), before);
    expect![[r#"
        Error: `contact` is missing for connection `edge-1` (at contact)

        Lumen requires a contact in every order, and neither the resource nor the provider has one.

        Nothing was ordered.

        Set `contact` in the resource or in the `provider "lumen"` block, and run the same command again.

        Error: `contact` is missing for connection `edge-1` (at contact)

        Lumen requires a contact in every order, and neither the resource nor the provider has one.

        Nothing was ordered.

        Set `contact` in the resource or in the `provider "lumen"` block, and run the same command again.

        Error: `contact` is missing for connection `edge-1` (at contact)

        A disconnection is an order, Lumen requires a contact in every order, and neither the connection in the state nor the provider has one.

        Nothing was ordered.

        1. Set `contact` in the `provider "lumen"` block. The configuration of the resource takes effect only after an apply.
        2. Run the same command again.

        Error: `contact` is missing for connection `edge-1` (at contact)

        A disconnection is an order, Lumen requires a contact in every order, and neither the connection in the state nor the provider has one.

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        1. Set `contact` in the `provider "lumen"` block. The configuration of the resource takes effect only after an apply.
        2. Run the same command again.

        Error: `contact` is missing for connection `edge-2` (at contact)

        Lumen requires a contact in every order, and neither the resource nor the provider has one.

        Nothing was ordered.

        Set `contact` in the resource or in the `provider "lumen"` block, and run the same command again.
    "#]].assert_eq(&told.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn what_orders_nothing_needs_no_contact() {
    let mut world = given_no_contact().await;

    let plan = world.plan(&a_connection().with("note", "Ask at the desk")).await;

    assert_eq!((plan.action, plan.shown().as_str()), (Action::Update, ""));
}

#[tokio::test(start_paused = true)]
async fn a_contact_that_is_not_known_yet_is_not_missing() {
    let mut world = given_no_contact().await;
    let unknown = a_connection().with("contact", Value::unknown());
    for change in [
        unknown.clone().with("bandwidth", "1 Gbps"),
        unknown.clone().with("name", "edge-2"),
        unknown,
    ] {
        let plan = world.plan(&change).await;
        assert_eq!((plan.action, plan.shown().as_str()), (Action::Update, ""));
    }
    for unknown in ["bandwidth", "name"] {
        let plan = world.plan(&a_connection().with(unknown, Value::unknown())).await;
        assert_eq!(plan.shown(), "", "`{unknown}` may turn out not to change");
    }

    world.next_run(|block| block.with("contact", Value::unknown())).await;
    for block in [a_connection().with("name", "edge-2"), a_connection()] {
        assert_eq!(world.plan(&block).await.shown(), "");
    }
    assert_eq!(world.plan_destroy().await.shown(), "");
}

/// Both solutions that the message of a destroy offers.
#[tokio::test(start_paused = true)]
async fn a_destroy_needs_the_contact_of_the_state_or_of_the_provider() {
    for in_state in [true, false] {
        let mut world = given_no_contact().await;
        assert!(world.plan_destroy().await.shown().contains("`contact` is missing"));

        if in_state {
            world.apply(&a_connection().with("contact", a_contact())).await.quietly();
        } else {
            world.next_run(|block| block).await;
        }
        world.destroy().await.quietly();

        assert!(world.object().is_null());
    }
}

#[tokio::test(start_paused = true)]
async fn a_replacement_needs_the_contact_of_the_state_for_the_old_one() {
    let mut world = given_no_contact().await;
    let moved = a_connection().with("contact", a_contact()).with("master_site_id", OTHER_SITE);

    let refused = world.plan(&moved).await;
    world.apply(&a_connection().with("contact", a_contact())).await.quietly();
    world.apply(&moved).await.expecting(INTERRUPTS).quietly();

    assert!(refused.shown().contains("`contact` is missing"), "{}", refused.shown());
    assert_eq!(world.orders().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_that_is_ordered_needs_no_contact_any_more() {
    let mut world = given_connection().await;
    world.apply(&timeout(a_connection(), "delete", "1m")).await.quietly();
    world.lumen.set(slowly);
    assert!(world.destroy().await.failed());
    world.next_run(|block| block.without("contact").without("billing_account_id")).await;
    world.lumen.advance(std::time::Duration::from_mins(20));

    world.destroy().await;

    assert_eq!((world.object().is_null(), world.orders().len()), (true, 2));
}

/// An imported connection whose billing account is not in the inventory.
async fn given_import(account: impl FnOnce(Block) -> Block) -> World {
    let mut world = given().await;
    let id = world.lumen.add_service("edge-1", SITE, 100);
    world.lumen.change_service(&id, |service| service.billing_account_id = String::new());
    world.next_run(account).await;
    world.import(&id).await.quietly();
    world
}

#[tokio::test(start_paused = true)]
async fn an_imported_connection_needs_them_as_well() {
    let mut world =
        given_import(|block| block.without("contact").without("billing_account_id")).await;

    let told = [
        world.plan(&a_connection().with("name", "edge-2")).await.shown(),
        world.plan_destroy().await.shown(),
    ];

    assert_eq!(world.plan(&a_connection()).await.action, Action::Nothing);
    expect![[r#"
        Error: `billing_account_id` is missing for connection `edge-1` (at billing_account_id)

        Lumen requires a billing account in every order, and neither the connection nor the provider has one.

        Nothing was ordered.

        Set `billing_account_id` in the `provider "lumen"` block, or `LUMEN_BILLING_ACCOUNT_ID` in the environment, and run the same command again. `lumen_billing_accounts` lists the accounts.

        Error: `contact` is missing for connection `edge-1` (at contact)

        Lumen requires a contact in every order, and neither the resource nor the provider has one.

        Nothing was ordered.

        Set `contact` in the resource or in the `provider "lumen"` block, and run the same command again.

        Error: `billing_account_id` is missing for connection `edge-1` (at billing_account_id)

        Lumen requires a billing account in every order, and neither the connection nor the provider has one.

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Set `billing_account_id` in the `provider "lumen"` block, or `LUMEN_BILLING_ACCOUNT_ID` in the environment, and run the same command again. `lumen_billing_accounts` lists the accounts.

        Error: `contact` is missing for connection `edge-1` (at contact)

        A disconnection is an order, Lumen requires a contact in every order, and neither the connection in the state nor the provider has one.

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        1. Set `contact` in the `provider "lumen"` block. The configuration of the resource takes effect only after an apply.
        2. Run the same command again.
    "#]].assert_eq(&told.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn the_account_of_an_order_is_looked_up_by_its_plan() {
    let mut world = given_import(|block| block.with("billing_account_id", "5-MAPLE042")).await;

    let told = [
        world.plan(&a_connection().with("name", "edge-2")).await.shown(),
        world.plan_destroy().await.shown(),
    ];

    expect![[r#"
        Error: Nothing can be ordered on billing account `5-MAPLE042` (at billing_account_id)

        The account holder is headquartered in CA, and Lumen accepts only the United States.

        Nothing was ordered.

        Set `billing_account_id` in the `provider "lumen"` block to one of `5-RHQBGCGK` (Company or account name), `5-LABQ7731` (Research laboratory), `5-LEGACY01` (Legacy voice account), and run the same command again.

        Error: Nothing can be ordered on billing account `5-MAPLE042` (at billing_account_id)

        The account holder is headquartered in CA, and Lumen accepts only the United States.

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Set `billing_account_id` in the `provider "lumen"` block to one of `5-RHQBGCGK` (Company or account name), `5-LABQ7731` (Research laboratory), `5-LEGACY01` (Legacy voice account), and run the same command again.
    "#]].assert_eq(&told.join("\n"));
}

/// The account of the connection takes precedence over the one of the provider block.
#[tokio::test(start_paused = true)]
async fn a_change_on_its_own_account_names_the_argument_of_the_resource() {
    let mut world = given().await;
    let id = world.lumen.add_service("edge-1", SITE, 100);
    world.lumen.change_service(&id, |service| service.billing_account_id = "5-NOSUCH00".into());
    world.import(&id).await;
    world.next_run(|block| block).await;

    let run = world.apply(&a_connection().with("name", "edge-2")).await;

    assert!(run.failed() && world.orders().is_empty(), "{}", run.shown());
    let remedy = "Set `billing_account_id` in the resource to one of `5-RHQBGCGK`";
    assert!(run.shown().contains(remedy), "{}", run.shown());
    assert!(run.shown().contains("That replaces the connection."), "{}", run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_account_that_can_not_be_looked_up_now_stops_no_destroy() {
    let mut world = given_import(|block| block).await;
    world.fault(Fault::status(ACCOUNTS, 503));

    let plan = world.plan_destroy().await;

    expect![[r#"
        Warning: Billing account `5-RHQBGCGK` could not be checked

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Account/v1/billingAccount, tracking ID …).

        The plan continues without it. The provider checks it before it orders anything.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]].assert_eq(&plan.shown());
}
