//! Destroys of a connection that can't be completed: what still exists, what is billed, and what to do
//! about it.

use std::fs;
use std::time::Duration;

use expect_test::{Expect, expect};
use lumen_core::Run;
use lumen_simulator::{Action as Ordered, Fault};

use crate::pending::slowly;
use crate::world::{
    ACCOUNTS, ORDER, STATUS, World, a_connection, given, given_connection, given_lumen, timeout,
};

/// Asserts that the destroy fails and leaves the connection in the state and at Lumen.
#[track_caller]
fn it_is_still_there(world: &World, run: &Run, shown: &Expect) {
    assert!(run.failed(), "{}", run.shown());
    assert_eq!(world.service().status, "Active");
    shown.assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_lumen_refuses_to_disconnect_is_billed() {
    let refusals = [
        (
            403,
            r#"{"code":"accessDenied","reason":"The product is not in the key"}"#,
            expect![[r#"
                Error: Connection `edge-1` can't be disconnected

                Lumen does not allow this: HTTP 403 accessDenied: The product is not in the key (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

                No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

                Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
            "#]],
        ),
        (
            422,
            r#"{"code":"invalidValue","reason":"The term has not ended"}"#,
            expect![[r#"
                Error: Connection `edge-1` can't be disconnected

                Lumen rejected the request: HTTP 422 invalidValue: The term has not ended (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

                No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

                1. Give Lumen's support the tracking ID, and ask how the connection can be disconnected. No argument of the configuration changes that.
                2. Run the same command again.
            "#]],
        ),
        (
            422,
            r#"{"code":"invalidValue","reason":"No such phone","propertyPath":"$.relatedContactInformation.number"}"#,
            expect![[r#"
                Error: Connection `edge-1` can't be disconnected (at contact)

                Lumen rejected the request: HTTP 422 invalidValue: No such phone (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

                No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

                1. Correct `contact`. If the resource sets it, apply that first, which orders nothing.
                2. Run the same command again.
            "#]],
        ),
        (
            422,
            r#"{"code":"invalidValue","reason":"Not on this account","propertyPath":"$.billingAccount"}"#,
            expect![[r#"
                Error: Connection `edge-1` can't be disconnected

                Lumen rejected the request: HTTP 422 invalidValue: Not on this account (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

                No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

                1. Give Lumen's support the tracking ID, and ask how the connection can be disconnected. No argument of the configuration changes that.
                2. Run the same command again.
            "#]],
        ),
        (
            422,
            "{}",
            expect![[r#"
                Error: Connection `edge-1` can't be disconnected

                Lumen rejected the request: HTTP 422 (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

                No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

                Ask Lumen's support for the reason, and include the tracking ID. Then run the same command again.
            "#]],
        ),
        (
            429,
            r#"{"code":"tooManyRequests","reason":"you cannot send more than 24 change requests in a day"}"#,
            expect![[r#"
                Error: Connection `edge-1` can't be disconnected

                Lumen's daily limit of change requests is reached: HTTP 429 tooManyRequests: you cannot send more than 24 change requests in a day (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

                No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

                Run the same command again after 00:00 GMT, when Lumen resets the daily limit of 24 change requests.
            "#]],
        ),
    ];
    for (code, body, shown) in refusals {
        let mut world = given_connection().await;
        world.fault(Fault::status(ORDER, code).body(body));

        let run = world.destroy().await;

        it_is_still_there(&world, &run, &shown);
        world.lumen.clear_faults();
        world.destroy().await.quietly();
        assert_eq!(world.orders().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_that_may_have_arrived_is_billed_until_it_is_done() {
    let mut world = given_connection().await;
    world.fault(Fault::status(ORDER, 503));

    let run = world.destroy().await;

    it_is_still_there(
        &world,
        &run,
        &expect![[r#"
            Error: It is not known whether the disconnection of connection `edge-1` was ordered

            Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

            The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. Service 77133831778 still exists, and is still billed until Lumen has disconnected it.

            Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
        "#]],
    );
}

#[tokio::test(start_paused = true)]
async fn a_destroy_without_a_journal_says_what_is_billed() {
    let mut world = given_connection().await;
    let file = world.journal.path().join("a-file");
    fs::write(&file, "").unwrap();
    world.next_run(|block| crate::world::with_journal(block, &file.join("orders"))).await;

    let run = world.destroy().await;

    it_is_still_there(
        &world,
        &run,
        &expect![[r#"
            Error: The order of connection `edge-1` can't be recorded in the journal

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: Not a directory (os error 20).

            No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            1. Make that place writable (space, permissions, credentials). If you move the journal, copy all of its files to the new place first: without them, the provider does not know what was ordered before.
            2. Run the same command again.
        "#]],
    );
}

/// An imported connection for which the inventory shows only the ID of the billing account.
async fn given_imported(account: &str) -> World {
    let mut world = given_connection().await;
    let id = world.text("id");
    world.lumen.change_service(&id, |service| service.billing_account_id = account.into());
    world.state = None;
    world.import(&id).await;
    world.next_run(|block| block).await;
    world
}

/// The destroy first looks up the billing account, and is interrupted during that.
#[tokio::test(start_paused = true)]
async fn a_destroy_that_is_interrupted_says_what_is_billed() {
    let mut world = given_imported("").await;
    // The plan reads two pages of accounts, and the destroy reads them again.
    world.fault(Fault::delay(ACCOUNTS, Duration::from_secs(10)));
    world.shares_run.set(true);
    let mut terraform = world.provider.clone();
    let interrupt = async {
        tokio::time::sleep(Duration::from_secs(25)).await;
        terraform.stop().await;
    };

    let (run, ()) = tokio::join!(world.destroy(), interrupt);

    assert_eq!(world.orders().len(), 1);
    it_is_still_there(
        &world,
        &run,
        &expect![[r#"
            Error: The order of connection `edge-1` was not sent

            The run was interrupted before it sent the order.

            No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            Run the same command again.
        "#]],
    );
}

#[tokio::test(start_paused = true)]
async fn a_destroy_that_meets_an_earlier_order_says_what_is_billed() {
    let mut world = given().await;
    let impatient = a_connection().with("timeouts", [("update", "1m"), ("delete", "1m")]);
    world.apply(&impatient).await.quietly();
    world.lumen.set(slowly);
    world.apply_and_crash(&impatient.with("bandwidth", "1 Gbps")).await;

    let run = world.destroy().await;

    assert_eq!((world.orders().len(), world.service().status.as_str()), (2, "Change pending"));
    expect![[r#"
        Error: Connection `edge-1` is being changed by an earlier order

        Orders for an object are placed one at a time, and order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 did not finish in the time that `timeouts` allows.

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Run the same command again later: it waits for that order, and then places its own.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_destroy_that_meets_somebody_elses_change_says_what_is_billed() {
    let mut world = given().await;
    world.apply(&timeout(a_connection(), "delete", "1m")).await.quietly();
    world.lumen.change_service(&world.text("id"), |service| {
        service.status = "Change pending".into();
    });

    let run = world.destroy().await;

    assert_eq!(world.orders().len(), 1);
    expect![[r#"
        Error: Another change of connection `edge-1` is in progress

        That change did not finish in time: Lumen rejected the request: HTTP 422 otherIssue: The Service Id cannot be modified since the current status is - Change pending (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Run the same command again when the other change has finished.
    "#]].assert_eq(&run.shown());
}

/// Neither the state of an imported connection nor the provider block has a billing account.
#[tokio::test(start_paused = true)]
async fn a_destroy_that_lacks_an_argument_says_where_to_set_it() {
    let mut shown = String::new();
    for argument in ["contact", "billing_account_id"] {
        let mut world = given_imported("").await;
        world.next_run(|block| block.without(argument)).await;

        let run = world.destroy().await;

        assert_eq!(world.service().status, "Active");
        shown += &run.shown();
    }
    expect![[r#"
        Error: `contact` is missing for connection `edge-1` (at contact)

        A disconnection is an order, Lumen requires a contact in every order, and neither the connection in the state nor the provider has one.

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        1. Set `contact` in the `provider "lumen"` block. The configuration of the resource takes effect only after an apply.
        2. Run the same command again.
        Error: `billing_account_id` is missing for connection `edge-1` (at billing_account_id)

        Lumen requires a billing account in every order, and neither the connection nor the provider has one.

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Set `billing_account_id` in the `provider "lumen"` block, or `LUMEN_BILLING_ACCOUNT_ID` in the environment, and run the same command again. `lumen_billing_accounts` lists the accounts.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn a_destroy_whose_account_can_not_be_looked_up_says_what_is_billed() {
    let mut world = given_imported("").await;
    world.fault(Fault::status(ACCOUNTS, 403));

    let run = world.destroy().await;

    it_is_still_there(
        &world,
        &run,
        &expect![[r#"
            Error: Billing account `5-RHQBGCGK` can't be looked up

            Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /Account/v1/billingAccount, tracking ID …).

            No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        "#]],
    );
}

#[tokio::test(start_paused = true)]
async fn a_destroy_on_an_account_that_does_not_exist_says_what_is_billed() {
    let mut world = given_imported("5-NOSUCH00").await;

    let run = world.destroy().await;

    it_is_still_there(
        &world,
        &run,
        &expect![[r#"
            Error: There is no billing account `5-NOSUCH00` (at billing_account_id)

            Lumen does not list it under your customer number.

            No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            1. Ask Lumen's support to attach billing account `5-NOSUCH00` to your customer number, or to disconnect the connection.
            2. Run the same command again.
        "#]],
    );
}

#[tokio::test(start_paused = true)]
async fn a_destroy_that_waited_for_the_build_says_so() {
    let mut world = given_lumen(slowly).await;
    world.apply_unfinished(&timeout(a_connection(), "create", "1m")).await;

    let run = world.destroy().await;

    let orders: Vec<Ordered> = world.orders().iter().map(|order| order.action).collect();
    assert_eq!(orders, [Ordered::Add, Ordered::Delete]);
    assert!(!run.failed() && world.object().is_null(), "{}", run.shown());
    expect![[r#"
        Warning: Connection `edge-1` was still being built when it was destroyed

        Order 88240017001 was still in progress, and Lumen can't cancel it.

        The provider waited until it was active, because Lumen can't disconnect it earlier. Lumen bills it from then until it is disconnected.

        There is nothing left to do.
    "#]].assert_eq(&run.shown());
}

/// The wait for the build succeeds, but then the disconnection is refused.
#[tokio::test(start_paused = true)]
async fn a_destroy_that_waited_for_the_build_in_vain_says_what_is_billed() {
    let mut world = given_lumen(slowly).await;
    world.apply_unfinished(&timeout(a_connection(), "create", "1m")).await;
    world.fault(Fault::status(ORDER, 403));

    let run = world.destroy().await;

    assert!(run.failed());
    assert_eq!(world.orders().len(), 1);
    expect![[r#"
        Warning: Connection `edge-1` was still being built when it was destroyed

        Order 88240017001 was still in progress, and Lumen can't cancel it.

        The provider waited until it was active, because Lumen can't disconnect it earlier. Lumen bills it from then until it is disconnected.

        There is nothing left to do.

        Error: Connection `edge-1` can't be disconnected

        Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_build_that_fails_while_it_is_destroyed_leaves_nothing_and_says_so() {
    let mut world = given_lumen(slowly).await;
    world.lumen.set(|lumen| lumen.fail_orders = Some("No fibre".into()));
    world.apply_unfinished(&timeout(a_connection(), "create", "1m")).await;
    let plan = world.plan_destroy().await;
    world.lumen.advance(Duration::from_mins(20));

    let run = world.carry_out(&plan).await;

    assert!(!run.failed() && world.object().is_null(), "{}", run.shown());
    assert_eq!(world.orders().len(), 1);
    expect![[r#"
        Warning: Connection `edge-1` was never built

        Order 88240017001 was in progress when the connection was destroyed, and then failed: No fibre.

        No service exists, and nothing is billed. No disconnection was necessary.

        If you still want the connection, ask Lumen's support about that order.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_that_can_not_be_followed_is_billed() {
    let mut world = given_connection().await;
    world.lumen.set(slowly);
    world.fault(Fault::status(STATUS, 403));

    let run = world.destroy().await;

    assert_eq!((world.text("status").as_str(), run.failed()), ("pending", true));
    expect![[r#"
        Error: Connection `edge-1` is not disconnected yet

        Its order can't be followed: Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /Customer/v3/Ordering/orderRequest/{id}, tracking ID …).

        Lumen has accepted order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 to disconnect it. The order is in progress, and stays in the state. The provider doesn't order it again. The connection still exists, and is billed until Lumen has disconnected it.

        1. Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`).
        2. Run the same command again: it waits until the connection is gone.
    "#]].assert_eq(&run.shown());
}
