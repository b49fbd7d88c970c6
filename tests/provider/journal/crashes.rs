//! A run is killed after Lumen's answer, but before Terraform saves the state. The next run continues.

use std::time::Duration;

use expect_test::expect;
use lumen_core::Action;

use super::{all_is_done, given_crashed_while_building, impatient};
use crate::world::{ORDER, OTHER_SITE, QUOTE, a_connection, given, given_connection, given_lumen};

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_built_before_the_crash_is_adopted() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();

    let run = world.apply(&a_connection()).await;

    assert_eq!((run.action, world.orders().len()), (Action::Create, 1));
    assert_eq!(
        (world.requests(ORDER), world.requests(QUOTE)),
        (1, 1),
        "not even a quote is wanted"
    );
    assert_eq!(world.orders()[0].service_id, Some(world.text("service_id")));
    assert_eq!(world.orders()[0].external_id, world.text("external_id"));
    assert_eq!(world.orders()[0].quote_id, Some(world.text("quote_id")));
    assert!(world.open_orders().await.is_empty(), "what the state has is closed");
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_still_being_built_after_the_crash_is_waited_for() {
    let mut world = given_crashed_while_building().await;

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.text("status").as_str(), world.requests(ORDER)), ("active", 1));
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_crash_can_follow_a_crash() {
    let mut world = given_crashed_while_building().await;
    for _ in 0..3 {
        world.apply_and_crash(&impatient()).await;
    }

    world.apply(&a_connection()).await;

    assert_eq!((world.text("status").as_str(), world.requests(ORDER)), ("active", 1));
}

#[tokio::test(start_paused = true)]
async fn an_impatient_run_after_the_crash_keeps_the_order_as_pending() {
    let mut world = given_crashed_while_building().await;

    let run = world.apply_unfinished(&impatient()).await;

    assert!(!run.failed(), "slow is no error");
    assert_eq!(world.text("order_request_id"), world.orders()[0].order_request_id);
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …

        Warning: Connection `edge-1` is not active yet

        `timeouts.create` has passed.

        Lumen has accepted order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76. The order is in progress, and stays in the state. The provider doesn't order it again. Lumen bills the connection once it is active.

        Run `terraform apply` again later: it waits until connection `edge-1` is active.
    "#]].assert_eq(&run.shown());
    world.apply(&a_connection()).await;
    assert_eq!((world.text("status").as_str(), world.requests(ORDER)), ("active", 1));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_failed_since_the_crash_is_told_and_the_next_run_orders_anew() {
    let mut world = given_lumen(|lumen| {
        crate::pending::slowly(lumen);
        lumen.fail_orders = Some("No port is free.".to_owned());
        lumen.fail_orders_count = Some(1);
    })
    .await;
    world.apply_and_crash(&impatient()).await;
    all_is_done(&world);

    let run = world.apply(&a_connection()).await;
    let (failed, open) = (world.object().is_null(), world.open_orders().await.len());
    world.apply(&a_connection()).await.quietly();

    assert_eq!((failed, open), (true, 0));
    assert_eq!((world.orders().len(), world.text("status").as_str()), (2, "active"));
    assert_ne!(world.orders()[0].external_id, world.orders()[1].external_id);
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …

        Error: Lumen did not build connection `edge-1`

        Order 88240017001 failed: No port is free.

        No service exists, and nothing is billed.

        1. Correct what Lumen's reason names, or ask Lumen's support about order 88240017001.
        2. Run the same command again: it places another order to build connection `edge-1`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn the_price_at_which_it_was_ordered_before_the_crash_holds() {
    for (factor, planned, told) in [
        (
            2.0,
            "0.92",
            expect![[r#"
                Warning: Connection `edge-1` was already ordered

                The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

                Nothing was ordered again: this run resumes that order.

                Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

                    terraform-provider-lumen journal settle tf-… --journal …

                Warning: Connection `edge-1` costs less than planned

                The price was 0.92 USD per hour in the plan, and 0.46 USD when the connection was ordered.

                It was ordered at the lower price.

                Run `terraform apply -refresh-only` to see that price in the state.
            "#]],
        ),
        (
            0.5,
            "0.23",
            expect![[r#"
                Warning: Connection `edge-1` was already ordered

                The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

                Nothing was ordered again: this run resumes that order.

                Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

                    terraform-provider-lumen journal settle tf-… --journal …

                Warning: Connection `edge-1` costs more than planned

                The price was 0.23 USD per hour in the plan, and 0.46 USD when the connection was ordered.

                It was ordered at that price before this plan was made.

                Run `terraform apply -refresh-only` to see that price in the state.
            "#]],
        ),
    ] {
        let mut world = given().await;
        world.apply_and_crash(&a_connection()).await.quietly();
        world.lumen.set(|lumen| lumen.price_factor = factor);

        let plan = world.plan(&a_connection()).await;
        let run = world.apply(&a_connection()).await;
        let applied = world.text("hourly_price");
        world.refresh().await.quietly();

        assert_eq!((plan.text("hourly_price"), applied.as_str()), (planned, planned));
        assert_eq!(world.text("hourly_price"), "0.46", "that is what it costs");
        assert_eq!(world.text("monthly_price"), "331.20");
        assert_eq!(
            (world.plan(&a_connection()).await.action, world.orders().len()),
            (Action::Nothing, 1)
        );
        told.assert_eq(&run.shown());
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_below_the_price_of_what_was_ordered_does_not_order_it_again() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    world.lumen.set(|lumen| lumen.price_factor = 0.5);

    world.apply(&a_connection().with("max_hourly_price", "0.30")).await;

    assert_eq!((world.orders().len(), world.text("status").as_str()), (1, "active"));
}

#[tokio::test(start_paused = true)]
async fn acceptance_is_enough_after_a_crash_too() {
    let mut world = given_lumen(crate::pending::slowly).await;
    let accepted = a_connection().with("wait_for", "accepted");
    world.apply_and_crash(&accepted).await.quietly();

    let run = world.apply(&accepted).await;

    assert_eq!((world.text("status").as_str(), world.requests(ORDER)), ("pending", 1));
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
    world.lumen.advance(Duration::from_mins(30));
    world.refresh().await.quietly();
    assert_eq!(world.text("status"), "active");
}

#[tokio::test(start_paused = true)]
async fn another_configuration_than_before_the_crash_orders_nothing() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    let other = a_connection().with("bandwidth", "1 Gbps").with("ipv4_block_size", "/28");

    let run = world.apply(&other).await;
    let again = world.apply(&other).await;
    let orders = world.requests(ORDER);
    let adopted = world.apply(&a_connection()).await;
    world.apply(&a_connection().with("bandwidth", "1 Gbps")).await.quietly();

    assert!(run.failed() && again.failed() && !adopted.failed());
    assert_eq!((orders, world.orders().len()), (1, 2), "set back, it is adopted, and then changed");
    assert_eq!(world.service().bandwidth_mbps, 1000);
    expect![[r#"
        Error: Connection `edge-1` was already ordered with other arguments

        The order journal has order `tf-…`, which no run has found in a Terraform state: `bandwidth` was `100 Mbps` and is `1 Gbps`; `ipv4_block_size` was `/29` and is `/28`.

        Nothing was ordered again. What was ordered exists or is in progress.

        1. Set these arguments to what was ordered. If this is meant to be another object: Give each connection at a site its own `name`, and its own `external_id` if it has one.
        2. Run `terraform apply`: it adopts what was ordered, or orders the other object.
        3. Change the arguments of an adopted object, and apply that.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_no_order_says_may_change_after_a_crash() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    let other = a_connection().with("note", "by night").with("deletion_protection", true);

    let run = world.apply(&other).await;

    assert_eq!((run.failed(), world.orders().len()), (false, 1));
}

/// It is not known whether this is the same connection under another name, or an additional one.
#[tokio::test(start_paused = true)]
async fn another_name_after_a_crash_stops() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();

    let run = world.apply(&a_connection().with("name", "edge-2")).await;

    assert_eq!((world.requests(ORDER), world.object().is_null()), (1, true));
    expect![[r#"
        Warning: Order `tf-…` of an earlier run is open: connection `edge-1` of 100 Mbps at site PL0001247634

        The order journal in `…` has order `tf-…`, recorded at … for workspace `default` of `…`; Lumen has accepted it, and no run has confirmed yet that a state has it.

        If Lumen completed it, the result exists and is billed, and this plan does not show it.

        1. If a Terraform state has it, run `terraform apply -refresh-only` there, without `-target`. The provider then closes the journal entry.
        2. If you want it, describe it in the configuration as it was ordered, and run `terraform apply`: the provider resumes the order.
        3. Otherwise find it in Lumen's portal, and have it disconnected or import it.
        4. When the order needs no more attention, run the command below.

            terraform-provider-lumen journal settle tf-… --journal …

        Error: Connection `edge-2` may already have been ordered

        The order journal in `…` has order `tf-…`, recorded at … for workspace `default` of `…`; Lumen has accepted it, and no run has confirmed yet that a state has it: connection `edge-1` of 100 Mbps at site PL0001247634. It may be the same object under another name or reference.

        Nothing was ordered.

        1. If a Terraform state has it, run `terraform apply -refresh-only` there, without `-target`. The provider then closes the journal entry.
        2. If it is the same object, set the name and the reference to what was ordered, and run `terraform apply`: the provider resumes that order. Then change them.
        3. If you want both, describe both in the configuration.
        4. If you no longer want the order, find out in Lumen's portal what happened to it, have it disconnected if it exists, and run the command below.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
    world.settle().await;
    world.apply(&a_connection().with("name", "edge-2")).await.quietly();
    assert_eq!(world.orders().len(), 2, "a person decides, and then it is ordered");
}

#[tokio::test(start_paused = true)]
async fn another_name_is_ordered_beside_what_is_taken_up_again() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    let mut other = world.another_resource();

    let (edge_1, edge_2) = (a_connection(), a_connection().with("name", "edge-2"));
    let (one, two) = tokio::join!(world.plan(&edge_1), other.plan(&edge_2));

    assert_eq!((one.shown(), two.shown()), (String::new(), String::new()));
}

#[tokio::test(start_paused = true)]
async fn a_reference_that_is_given_after_a_crash_finds_the_order_or_stops() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    let [printed] = world.open_orders().await.try_into().unwrap();
    let printed = a_connection().with("external_id", printed.reference.as_str());

    let own = world.apply(&a_connection().with("external_id", "my-own")).await;
    let run = world.apply(&printed).await;

    assert!(own.failed() && own.shown().contains("`external_id` was `tf-"), "{}", own.shown());
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), world.requests(ORDER)), ("active", 1));
}

#[tokio::test(start_paused = true)]
async fn another_spelling_of_the_address_after_a_crash_finds_the_order() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    let address = world.lumen.url().replace("127.0.0.1", "localhost") + "/";
    world.next_run(|block| block.with("base_url", address.as_str())).await;

    let run = world.apply(&a_connection()).await;

    assert!(!run.failed() && run.shown().contains("was already ordered"), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), world.requests(ORDER)), ("active", 1));
}

/// Every plan warns about open orders, even if it changes nothing.
#[tokio::test(start_paused = true)]
async fn a_replacement_that_was_taken_back_after_a_crash_is_spoken_of() {
    let mut world = given_connection().await;
    world.refresh().await.quietly();
    let plan = world.plan(&a_connection().with("ipv4_block_size", "/28")).await;
    let old = world.state.clone();
    world.create_first(&plan).await;
    world.state = old;

    let run = world.plan(&a_connection()).await;

    assert_eq!(
        (run.action, world.orders().len()),
        (Action::Nothing, 2),
        "{} {}",
        run.shown(),
        run.changes()
    );
    expect![[r#"
        Warning: Order `tf-…` of an earlier run is open: connection `edge-1` of 100 Mbps at site PL0001247634

        The order journal in `…` has order `tf-…`, recorded at … for workspace `default` of `…`; Lumen has accepted it, and no run has confirmed yet that a state has it.

        If Lumen completed it, the result exists and is billed, and this plan does not show it.

        1. If a Terraform state has it, run `terraform apply -refresh-only` there, without `-target`. The provider then closes the journal entry.
        2. If you want it, describe it in the configuration as it was ordered, and run `terraform apply`: the provider resumes the order.
        3. Otherwise find it in Lumen's portal, and have it disconnected or import it.
        4. When the order needs no more attention, run the command below.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
    let run = world.destroy().await;
    assert!(run.shown().contains("of an earlier run is open"), "{}", run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_reference_of_ones_own_finds_its_order_after_a_crash() {
    let mut world = given().await;
    let connection = a_connection().with("external_id", "my-own");
    world.apply_and_crash(&connection).await.quietly();

    let other = world.apply(&connection.clone().with("name", "edge-2")).await;
    let run = world.apply(&connection).await;

    assert_eq!((other.failed(), run.failed(), world.orders().len()), (true, false, 1));
    assert_eq!(world.text("external_id"), "my-own");
    assert!(other.shown().contains("`name` was `edge-1` and is `edge-2`"), "{}", other.shown());
}

#[tokio::test(start_paused = true)]
async fn one_plan_of_a_run_reports_what_is_open() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    let mut other = world.another_resource();
    let block = |name: &'static str| {
        a_connection()
            .with("name", name)
            .with("master_site_id", OTHER_SITE)
            .with("bandwidth", "200 Mbps")
    };

    let (one, two) = (block("edge-2"), block("edge-3"));
    let plans = tokio::join!(world.plan(&one), other.plan(&two));

    let shown = plans.0.shown() + &plans.1.shown();
    assert_eq!(shown.matches("of an earlier run is open").count(), 1, "{shown}");
}
