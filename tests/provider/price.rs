//! Prices: shown in the plan, fixed until the order, and never above a limit.

use std::rc::Rc;
use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Plan, Run};
use lumen_simulator::Fault;
use tokio::time::sleep;

use crate::world::{
    ACCOUNTS, DISABLED_SITE, ORDER, PRICE, QUOTE, TOKEN, World, a_connection, given, given_lumen,
    given_provider,
};

#[tokio::test(start_paused = true)]
async fn the_plan_shows_the_price() {
    let mut world = given().await;

    let plan = world.plan(&a_connection()).await;

    assert_eq!((plan.text("hourly_price"), plan.text("monthly_price")), ("0.46", "331.20"));
    assert_eq!(world.requests(QUOTE), 0, "asking for a price has no side effect");
}

/// Applies a plan while the price changes between the second plan and the quote.
async fn apply_while_the_price_moves(world: &mut World, plan: &Plan, factor: f64) -> Run {
    let (broken, again) = world.plan_again(plan).await;
    assert_eq!(broken, Vec::<String>::new());
    world.lumen.set(|lumen| lumen.price_factor = factor);
    world.carry_out(&again).await
}

#[tokio::test(start_paused = true)]
async fn a_quote_dearer_than_planned_is_not_ordered() {
    let mut world = given().await;
    let plan = world.plan(&a_connection()).await;

    let run = apply_while_the_price_moves(&mut world, &plan, 1.5).await;

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
async fn a_cheaper_quote_is_ordered_and_shown_from_the_next_refresh_on() {
    let mut world = given().await;
    let plan = world.plan(&a_connection()).await;

    let run = apply_while_the_price_moves(&mut world, &plan, 0.5).await;
    let (applied, orders) = (world.text("hourly_price"), world.orders().len());
    world.refresh().await.quietly();

    assert_eq!((applied.as_str(), orders), ("0.46", 1), "Terraform holds us to the plan");
    assert_eq!(world.text("hourly_price"), "0.23");
    assert_eq!(world.text("monthly_price"), "165.60");
    assert_eq!(world.plan(&a_connection()).await.action, Action::Nothing);
    expect![[r#"
        Warning: Connection `edge-1` costs less than planned

        The price was 0.46 USD per hour in the plan, and 0.23 USD when the connection was ordered.

        It was ordered at the lower price.

        Run `terraform apply -refresh-only` to see that price in the state.
    "#]]
    .assert_eq(&run.shown());
}

/// Terraform plans again before it applies. If the price has changed by then, Terraform stops with its own
/// message, and nothing is ordered.
#[tokio::test(start_paused = true)]
async fn terraform_refuses_a_plan_whose_price_has_moved() {
    let mut world = given().await;
    let plan = world.plan(&a_connection()).await;
    world.lumen.set(|lumen| lumen.price_factor = 0.5);
    world.next_run(|block| block).await;

    let (broken, _) = world.plan_again(&plan).await;

    assert_eq!(
        broken,
        [
            ".hourly_price: was \"0.46\", but now \"0.23\"",
            ".monthly_price: was \"331.20\", but now \"165.60\""
        ]
    );
    assert_eq!((world.requests(QUOTE), world.requests(ORDER)), (0, 0));
}

/// The second plan looks up only prices and the name of the billing account. If Lumen can't be reached
/// then, Terraform's message is the same. `docs/guides/troubleshooting.md` explains each of these messages.
#[tokio::test(start_paused = true)]
async fn terraform_refuses_a_plan_of_which_nothing_else_can_move() {
    let mut shown = String::new();
    for endpoint in [PRICE, ACCOUNTS] {
        let mut world = given().await;
        let plan = world.plan(&a_connection()).await;
        world.next_run(|block| block).await;
        world.fault(Fault::status(endpoint, 503));

        let (broken, again) = world.plan_again(&plan).await;

        assert!(again.shown().contains("The plan continues without it"), "{}", again.shown());
        assert_eq!((world.requests(QUOTE), world.requests(ORDER)), (0, 0));
        shown += &(broken.join("\n") + "\n");
    }
    expect![[r#"
        .hourly_price: was "0.46", but now (known after apply)
        .monthly_price: was "331.20", but now (known after apply)
        .billing_account_name: was "Company or account name", but now (known after apply)
    "#]]
    .assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn the_connections_own_limit_stops_the_plan() {
    let mut world = given().await;

    let plan = world.plan(&a_connection().with("max_hourly_price", "0.45")).await;

    expect![[r#"
        Error: Connection `edge-1` costs more than `max_hourly_price` allows (at max_hourly_price)

        The price is 0.46 USD per hour, and the limit is 0.45 USD.

        Nothing was ordered.

        Raise `max_hourly_price`, or lower `bandwidth`.
    "#]]
    .assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn the_providers_limit_stops_the_plan() {
    let mut world = given_provider(|block| block.with("max_hourly_price", "0.45")).await;

    let plan = world.plan(&a_connection().with("max_hourly_price", "9")).await;

    expect![[r#"
        Error: Connection `edge-1` costs more than `max_hourly_price` allows (at bandwidth)

        The price is 0.46 USD per hour, and the limit is 0.45 USD, in the `provider "lumen"` block.

        Nothing was ordered.

        Raise `max_hourly_price` in the `provider "lumen"` block, or lower `bandwidth`.
    "#]]
    .assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn a_price_at_the_limit_is_within_it() {
    let mut world = given_provider(|block| block.with("max_hourly_price", "0.460")).await;

    world.apply(&a_connection()).await.quietly();

    assert_eq!(world.orders().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_limit_holds_for_the_quote_where_the_plan_could_not_know_the_price() {
    let mut world = given().await;
    world.fault(Fault::status(PRICE, 503));
    let connection = a_connection().with("max_hourly_price", "0.45");

    let run = world.apply(&connection).await;

    assert_eq!((world.requests(QUOTE), world.requests(ORDER)), (1, 0));
    expect![[r#"
        Warning: The price at site `PL0001247634` is not known

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Product/v1/price, tracking ID …).

        The plan continues without it. The provider checks it before it orders anything.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.

        Error: Connection `edge-1` costs more than `max_hourly_price` allows (at max_hourly_price)

        The price is 0.46 USD per hour, and the limit is 0.45 USD.

        Nothing was ordered.

        Raise `max_hourly_price`, or lower `bandwidth`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_bandwidth_that_the_site_does_not_sell_is_refused_at_plan() {
    let mut world = given().await;

    let plan = world.plan(&a_connection().with("bandwidth", "123 Mbps")).await;

    expect![[r#"
        Error: Site `PL0001247634` does not offer 123 Mbps (at bandwidth)

        Lumen offers `10 Mbps`, `20 Mbps`, `50 Mbps`, `100 Mbps`, `200 Mbps`, `500 Mbps`, `1 Gbps`, `2 Gbps`, `5 Gbps`, `10 Gbps`.

        Nothing was ordered.

        Set `bandwidth` to one of these, or choose another site.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn a_site_that_is_not_enabled_is_refused_after_some_patience() {
    let mut world = given().await;

    let plan = world.plan(&a_connection().with("master_site_id", DISABLED_SITE)).await;

    assert_eq!(world.requests(PRICE), 3);
    expect![[r#"
        Error: Site `PL0001247686` is not enabled for on-demand services (at master_site_id)

        Lumen's list of locations shows the site with `naas_enabled = false`. Lumen rejected the request: HTTP 422 INVALIDVALUE: Not a NaaS Enabled Location (GET /Product/v1/price, tracking ID …).

        Nothing was ordered for connection `edge-1`.

        Set `master_site_id` to a site of `lumen_locations` with `naas_enabled = true`, or ask Lumen to enable this one.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn a_site_that_is_only_said_not_to_be_enabled_is_asked_again() {
    let mut world = given_lumen(|lumen| lumen.naas_transient = true).await;
    let lumen = Rc::clone(&world.lumen);
    let recovers = async {
        sleep(Duration::from_secs(5)).await;
        lumen.set(|lumen| lumen.naas_transient = false);
    };

    let connection = a_connection();
    let (plan, ()) = tokio::join!(world.plan(&connection), recovers);

    assert_eq!((plan.shown().as_str(), plan.text("hourly_price")), ("", "0.46"));
}

#[tokio::test(start_paused = true)]
async fn a_quote_is_asked_for_longer_than_a_price() {
    let mut world = given().await;
    let plan = world.plan(&a_connection()).await;
    let (_, again) = world.plan_again(&plan).await;
    world.lumen.set(|lumen| lumen.naas_transient = true);
    let lumen = Rc::clone(&world.lumen);
    let recovers = async {
        sleep(Duration::from_mins(1)).await;
        lumen.set(|lumen| lumen.naas_transient = false);
    };

    let (run, ()) = tokio::join!(world.carry_out(&again), recovers);

    run.quietly();
    assert_eq!((world.requests(QUOTE), world.orders().len()), (4, 1));
}

#[tokio::test(start_paused = true)]
async fn a_plan_goes_on_without_a_price_while_lumen_is_down() {
    let mut world = given().await;
    world.fault(Fault::status(PRICE, 503));

    let plan = world.plan(&a_connection()).await;

    assert_eq!(plan.action, Action::Create);
    assert!(plan.planned.get("hourly_price").is_unknown());
    expect![[r#"
        Warning: The price at site `PL0001247634` is not known

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Product/v1/price, tracking ID …).

        The plan continues without it. The provider checks it before it orders anything.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn a_plan_goes_on_with_an_account_that_could_not_be_checked() {
    let mut world = given().await;
    world.fault(Fault::reset_before(ACCOUNTS));

    let plan = world.plan(&a_connection()).await;

    assert_eq!(plan.action, Action::Create);
    assert!(plan.planned.get("billing_account_name").is_unknown());
    expect![[r#"
        Warning: Billing account `5-RHQBGCGK` could not be checked

        Lumen's answer was lost (GET /Account/v1/billingAccount): error sending request: client error (SendRequest): connection closed before message completed.

        The plan continues without it. The provider checks it before it orders anything.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn credentials_that_are_refused_during_the_run_stop_the_plan() {
    let mut world = given().await;
    world.fault(Fault::status(PRICE, 401));
    // The provider is configured with one token, and then needs another one.
    world.fault(Fault::status(TOKEN, 401).skip(1));

    let plan = world.plan(&a_connection()).await;

    assert_eq!(world.requests(TOKEN), 4, "no use in trying again");
    expect![[r#"
        Error: Lumen returned no price for site `PL0001247634`

        Lumen refused the credentials: HTTP 401 401: Fault injected by the simulator (POST /oauth/v2/token, tracking ID …).

        Nothing was ordered.

        Check `client_id` (`LUMEN_CLIENT_ID`) and `client_secret` (`LUMEN_CLIENT_SECRET`): production and sandbox have separate keys. If your tokens come from another address, set `token_url` (`LUMEN_TOKEN_URL`). Then run the same command again.
    "#]].assert_eq(&plan.shown());
}
