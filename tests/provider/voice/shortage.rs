//! Lumen has fewer numbers than ordered: the effects of `on_shortage`.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::{Approval, Fault};

use super::{
    APPROVAL, CANCEL, ORDER, STATUS, a_reservation, given, given_voice, orders, outcome, slowly,
    too_many,
};
use crate::world::{World, timeout};

fn accepting(answer: &'static str) -> Block {
    too_many().with("on_shortage", answer)
}

async fn given_backorder() -> World {
    let mut world = given_voice(|voice| voice.backorder_seconds = 3600.0).await;
    let run = world.apply(&accepting("accept_with_backorder")).await;
    assert!(!run.failed(), "{}", run.shown());
    world
}

#[tokio::test(start_paused = true)]
async fn rejecting_reserves_none() {
    let mut world = given().await;

    let run = world.apply(&too_many()).await;

    assert!(world.object().is_null());
    assert_eq!(orders(&world)[0].approvals, [Approval::Reject]);
    expect![[r#"
        no state; ordered: Cancelled with 0 numbers
        Warning: Unexpected order status for the reservation in BOULDER, CO

        Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001). The provider answered `reject`.

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Error: Lumen did not reserve 20 numbers for the reservation in BOULDER, CO (at on_shortage)

        Voice order 600184201 failed: Lumen has too few numbers, and the answer was `reject`: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001).

        None of these numbers is reserved.

        Set `on_shortage` to `accept_available` or `accept_with_backorder`, or lower `quantity`.
    "#]].assert_eq(&(outcome(&world) + "\n" + &run.shown()));
}

#[tokio::test(start_paused = true)]
async fn accepting_what_there_is_reserves_fewer() {
    let mut world = given().await;

    let run = world.apply(&accepting("accept_available")).await;

    assert_eq!(orders(&world)[0].approvals, [Approval::AcceptAvailable]);
    assert_eq!(orders(&world).len(), 1);
    expect![[r#"
        reserved, 12 reserved, 0 backordered; ordered: Completed with 12 numbers
        Warning: Unexpected order status for the reservation in BOULDER, CO

        Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001). The provider answered `accept_available`.

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: Lumen has reserved fewer numbers than ordered for the reservation in BOULDER, CO

        20 were ordered, and 12 are reserved.

        The others were not ordered: `on_shortage` accepts the available numbers.

        Raise `quantity` later to order the missing numbers too, or reserve them in another rate center.
    "#]].assert_eq(&(outcome(&world) + "\n" + &run.shown()));
}

#[tokio::test(start_paused = true)]
async fn accepting_a_backorder_reserves_what_there_is_and_waits_for_the_rest() {
    let mut world = given_voice(|voice| voice.backorder_seconds = 3600.0).await;

    let run = world.apply(&accepting("accept_with_backorder")).await;

    assert_eq!(orders(&world)[0].approvals, [Approval::AcceptWithBackorder]);
    expect![[r#"
        backordered, 12 reserved, 8 backordered; ordered: InProgress with 12 numbers
        Warning: Unexpected order status for the reservation in BOULDER, CO

        Lumen says: "Reclamation. Back order with same customer reclaim is being done. Please contact LEUOrders@Lumen.com for more assistance." (notification 10006).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: Unexpected order status for the reservation in BOULDER, CO

        Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001). The provider answered `accept_with_backorder`.

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: Lumen has reserved fewer numbers than ordered for the reservation in BOULDER, CO

        20 were ordered, and 12 are reserved.

        Lumen adds 8 more when it has them.

        Run `terraform apply -refresh-only` later to see the numbers that have arrived.
    "#]].assert_eq(&(outcome(&world) + "\n" + &run.shown()));
}

#[tokio::test(start_paused = true)]
async fn a_backorder_fills_from_refresh_to_refresh() {
    let mut world = given_backorder().await;
    let mut seen = Vec::new();

    for _ in 0..3 {
        seen.push(format!("{}\n{}", outcome(&world), world.refresh().await.shown()));
        world.lumen.advance(Duration::from_mins(61));
    }
    let plan = world.plan(&accepting("accept_with_backorder")).await;

    assert_eq!((plan.action, plan.shown().as_str()), (Action::Nothing, ""));
    assert_eq!(world.requests(ORDER), 1);
    expect![[r#"
        backordered, 12 reserved, 8 backordered; ordered: InProgress with 12 numbers
        Warning: The reservation in BOULDER, CO has backordered numbers

        8 of voice order 600184201 are backordered.

        Lumen adds them when it has them; nothing is ordered again.

        Run `terraform apply -refresh-only` later to see the numbers that have arrived.
        =====
        backordered, 12 reserved, 8 backordered; ordered: InProgress with 16 numbers
        Warning: The reservation in BOULDER, CO has backordered numbers

        4 of voice order 600184201 are backordered.

        Lumen adds them when it has them; nothing is ordered again.

        Run `terraform apply -refresh-only` later to see the numbers that have arrived.
        =====
        backordered, 16 reserved, 4 backordered; ordered: Completed with 20 numbers
    "#]]
    .assert_eq(&seen.join("=====\n"));
}

#[tokio::test(start_paused = true)]
async fn backorders_that_can_not_be_checked_are_counted_once() {
    let mut world = given_backorder().await;
    world.apply_unfinished(&accepting("accept_with_backorder").with("quantity", 25)).await;
    assert_eq!(world.shown("backordered_quantity"), "13");
    for endpoint in [STATUS, "GET /Voice/v1/Numbers/notifications"] {
        world.fault(Fault::status(endpoint, 503));
    }

    let run = world.refresh().await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(world.text("status"), "backordered");
    assert_eq!(world.shown("backordered_quantity"), "13");
    assert!(run.shown().contains("13 of voice order"), "{}", run.shown());
}

/// An answer can't be taken back, so a plan does not give it, and an apply uses the current value.
#[tokio::test(start_paused = true)]
async fn a_shortage_is_answered_by_an_apply_as_it_says_then() {
    let mut world = given_voice(slowly).await;
    world.apply_unfinished(&timeout(accepting("reject"), "create", "1m")).await;
    world.lumen.advance(Duration::from_mins(6));

    let refreshed = world.refresh().await;
    let plan = world.plan(&accepting("accept_available")).await;
    let answers = world.requests(APPROVAL);
    let run = world.apply(&accepting("accept_available")).await;

    assert_eq!((answers, world.requests(APPROVAL)), (0, 1));
    assert!(!refreshed.failed() && !plan.shown().contains("Error"), "{}", plan.shown());
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(
        outcome(&world),
        "reserved, 12 reserved, 0 backordered; ordered: Completed with 12 numbers"
    );
    expect![[r#"
        Warning: Lumen is waiting for an answer about the reservation in BOULDER, CO (at on_shortage)

        Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001).

        Nothing was answered, because only an apply answers. Lumen waits until … (UTC), and then rejects voice order 600184201.

        Set `on_shortage` to what you accept, and run `terraform apply` before that time. The apply sends that answer.
    "#]].assert_eq(&refreshed.shown());
}

/// Terraform destroys the replaced object with the private data that the plan of its replacement returned.
#[tokio::test(start_paused = true)]
async fn a_backorder_of_a_reservation_that_is_replaced_is_cancelled() {
    let mut world = given_backorder().await;
    let before = world.requests(CANCEL);

    let elsewhere = accepting("accept_with_backorder").with("rate_center", "DENVER");
    let run = world.apply_unfinished(&elsewhere.with("quantity", 3)).await;

    assert_eq!((run.action, run.failed()), (Action::Replace, false), "{}", run.shown());
    assert_eq!(world.requests(CANCEL), before + 1);
}

#[tokio::test(start_paused = true)]
async fn growth_that_is_refused_forgets_no_backorder() {
    let mut world = given_backorder().await;
    world.fault(Fault::status(ORDER, 400));

    let run = world.apply(&accepting("accept_with_backorder").with("quantity", 21)).await;

    assert!(run.failed());
    world.refresh().await;
    assert_eq!(world.text("status"), "backordered", "the others are still to come");
    assert_eq!(world.shown("backordered_quantity"), "8");
    world.lumen.advance(Duration::from_mins(122));
    world.refresh().await;
    world.refresh().await;
    assert_eq!(world.text("status"), "reserved");
    assert_eq!(world.shown("reserved_quantity"), "20");
}

#[tokio::test(start_paused = true)]
async fn a_backorder_that_lumen_gives_up_leaves_what_was_reserved() {
    for code in [10_004, 10_009, 10_010] {
        let mut world = given_voice(|voice| {
            voice.backorder_seconds = 3600.0;
            voice.backorder_outcome = Some(code);
        })
        .await;
        let reservation = accepting("accept_with_backorder");
        world.apply(&reservation).await;
        world.lumen.advance(Duration::from_mins(61));

        let run = world.refresh().await;
        let plan = world.plan(&reservation).await;

        assert_eq!((plan.action, orders(&world).len()), (Action::Nothing, 1), "{code}");
        assert_eq!(
            (world.shown("reserved_quantity").as_str(), world.text("status").as_str()),
            ("12", "reserved"),
            "{code}"
        );
        assert!(world.shown("notifications").contains(&code.to_string()), "{code}");
        if code == 10_004 {
            expect![[r#"
                Warning: The backorder of the reservation in BOULDER, CO has ended without its numbers

                The backorder of voice order 600184201 has ended. Lumen says: "Your back order cannot be fulfilled and has been cancelled. Please contact LEUOrders@Lumen.com for more assistance." (notification 10004).

                Numbers that are already reserved stay reserved.

                Raise `quantity` to order more, or reserve them in another rate center.
            "#]].assert_eq(&run.shown());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn where_there_is_none_at_all() {
    let mut shown = Vec::new();
    for answer in ["reject", "accept_available", "accept_with_backorder"] {
        let mut world = given_voice(|voice| voice.backorder_seconds = 3600.0).await;
        let reservation = a_reservation().with("rate_center", "ASPEN").with("on_shortage", answer);

        let run = world.apply(&reservation).await;

        assert_eq!(orders(&world).len(), 1);
        shown.push(format!("===== {answer}: {}\n{}", outcome(&world), run.shown()));
    }

    expect![[r#"
        ===== reject: no state; ordered: Cancelled with 0 numbers
        Warning: Unexpected order status for the reservation in ASPEN, CO

        Lumen says: "Requested amount exceeds the 0 telephone numbers available" (notification 10001). The provider answered `reject`.

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Error: Lumen did not reserve 3 numbers for the reservation in ASPEN, CO (at on_shortage)

        Voice order 600184201 failed: Lumen has too few numbers, and the answer was `reject`: Lumen says: "Requested amount exceeds the 0 telephone numbers available" (notification 10001).

        None of these numbers is reserved.

        Set `on_shortage` to `accept_available` or `accept_with_backorder`, or lower `quantity`.
        ===== accept_available: no state; ordered: Completed with 0 numbers
        Warning: Unexpected order status for the reservation in ASPEN, CO

        Lumen says: "Requested amount exceeds the 0 telephone numbers available" (notification 10001). The provider answered `accept_available`.

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Error: Lumen did not reserve 3 numbers for the reservation in ASPEN, CO (at on_shortage)

        Voice order 600184201 failed: Lumen says: "Requested amount exceeds the 0 telephone numbers available" (notification 10001).

        None of these numbers is reserved.

        Set `on_shortage` to `accept_available` or `accept_with_backorder`, or lower `quantity`.
        ===== accept_with_backorder: backordered, 0 reserved, 3 backordered; ordered: InProgress with 0 numbers
        Warning: Unexpected order status for the reservation in ASPEN, CO

        Lumen says: "Reclamation. Back order with same customer reclaim is being done. Please contact LEUOrders@Lumen.com for more assistance." (notification 10006).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: Unexpected order status for the reservation in ASPEN, CO

        Lumen says: "Requested amount exceeds the 0 telephone numbers available" (notification 10001). The provider answered `accept_with_backorder`.

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: Lumen has reserved fewer numbers than ordered for the reservation in ASPEN, CO

        3 were ordered, and 0 are reserved.

        Lumen adds 3 more when it has them.

        Run `terraform apply -refresh-only` later to see the numbers that have arrived.
    "#]].assert_eq(&shown.concat());
}

#[tokio::test(start_paused = true)]
async fn where_lumen_takes_no_backorders() {
    let mut world = given().await;
    let reservation = accepting("accept_with_backorder").with("rate_center", "GOLDEN");

    let run = world.apply(&reservation).await;

    assert!(world.object().is_null());
    expect![[r#"
        Error: Lumen did not reserve 20 numbers for the reservation in GOLDEN, CO (at quantity)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Order exceeds available inventory and cannot be processed at this time. Back orders are not supported in this region. If you require further assistance log into the service portal and create a ticket." (notification 10012).

        None of these numbers is reserved.

        Lower `quantity`, or choose another rate center from `lumen_voice_rate_centers`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn numbers_with_a_pbx_rule() {
    let mut world = given().await;

    let run = world.apply(&too_many().with("pbx_index", 10).with("pbx_value", 9)).await;

    assert!(world.object().is_null());
    expect![[r#"
        Error: Lumen did not reserve 20 numbers for the reservation in BOULDER, CO (at pbx_index)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Order exceeds available inventory and cannot be processed at this time. Backorders are not supported for PBX Restricted Telephone numbers. Please contact LEUOrders@Lumen.com for more assistance." (notification 10015).

        None of these numbers is reserved.

        Lower `quantity`, or remove `pbx_index` and `pbx_value`: numbers with a PBX rule can't be backordered.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_can_not_be_given_for_a_while_is_given_later() {
    let mut world = given().await;
    world.fault(Fault::status(APPROVAL, 503).times(30));

    world.apply(&accepting("accept_available")).await;

    assert_eq!(orders(&world)[0].approvals, [Approval::AcceptAvailable]);
    assert_eq!(world.shown("reserved_quantity"), "12");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_came_too_late() {
    let mut world = given().await;
    world.fault(Fault::status(APPROVAL, 503));
    let patient = timeout(accepting("accept_available"), "create", "5h");

    let run = world.apply(&patient).await;

    assert!(world.object().is_null());
    assert_eq!((orders(&world).len(), orders(&world)[0].approvals.len()), (1, 0));
    expect![[r#"
        Error: Lumen did not reserve 20 numbers for the reservation in BOULDER, CO (at on_shortage)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Order is rejected due to expired approval time. Please resubmit your order and respond to approval notification within 4 hours. If you require further assistance log into the servicer portal and create a ticket." (notification 1921).

        None of these numbers is reserved.

        Set `on_shortage` to what you accept, and apply again: the provider then answers at once.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_lumen_refuses_keeps_the_order() {
    let mut world = given().await;
    world.fault(Fault::status(APPROVAL, 403));

    let run = world.apply_unfinished(&accepting("accept_available")).await;

    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("pending", 1));
    expect![[r#"
        Warning: The reservation in BOULDER, CO is not complete yet

        Its order can't be followed: Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (POST /Voice/v1/Numbers/customerApproval, tracking ID …).

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        1. Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`).
        2. Run `terraform apply` again: it waits until the reservation in BOULDER, CO is complete.
    "#]].assert_eq(&run.shown());
    world.lumen.clear_faults();
    world.apply(&accepting("accept_available")).await;
    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("reserved", 1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_is_not_taken_for_none() {
    let mut world = given().await;
    world.fault(Fault::reset_after(APPROVAL).times(1));

    world.apply(&accepting("accept_available")).await;

    assert_eq!(orders(&world)[0].approvals, [Approval::AcceptAvailable]);
    assert_eq!(world.shown("reserved_quantity"), "12");
}
