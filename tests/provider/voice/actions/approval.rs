//! The `lumen_voice_order_approval` action.

use std::time::Duration;

use expect_test::expect;
use lumen_core::diagnostics;
use lumen_simulator::{Approval, Fault};
use serde_json::json;
use terraform_provider_lumen::framework::Value;

use super::super::{APPROVAL, INVENTORY, STATUS, orders, outcome};
use super::{
    NOTIFICATIONS, approve, approve_with, given_order, given_shortage, given_shortage_where,
    given_slow_order, numbers, the_order,
};
use crate::world::{World, timeout};

/// The answers for the first rate center of the order.
fn answered(world: &World) -> Vec<Approval> {
    orders(world)[0].approvals.clone()
}

#[tokio::test(start_paused = true)]
async fn rejecting_reserves_none() {
    let mut world = given_shortage().await;

    let done = approve(&mut world, "reject").await;

    assert_eq!(answered(&world), [Approval::Reject]);
    expect![[r#"
        no state; ordered: Cancelled with 0 numbers
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 is in progress.
        Voice order 600184201 in BOULDER, CO is answered: reject.
        Voice order 600184201: Lumen says: "Your back order has been cancelled per your request." (notification 10005)
        Voice order 600184201 is cancelled.
        Voice order 600184201 reserves no numbers in BOULDER, CO.
    "#]].assert_eq(&(outcome(&world) + "\n" + &done.shown()));
}

#[tokio::test(start_paused = true)]
async fn accepting_what_there_is_reserves_fewer() {
    let mut world = given_shortage().await;

    let done = approve(&mut world, "accept_available").await;

    assert_eq!(answered(&world), [Approval::AcceptAvailable]);
    expect![[r#"
        no state; ordered: Completed with 12 numbers
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 is in progress.
        Voice order 600184201 in BOULDER, CO is answered: accept_available.
        Voice order 600184201: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201 is completed.
        Voice order 600184201 has reserved 12 numbers in BOULDER, CO.
    "#]].assert_eq(&(outcome(&world) + "\n" + &done.shown()));
}

#[tokio::test(start_paused = true)]
async fn accepting_a_backorder_waits_for_the_numbers_that_there_are() {
    let mut world = given_shortage().await;

    let done = approve(&mut world, "accept_with_backorder").await;

    assert_eq!(answered(&world), [Approval::AcceptWithBackorder]);
    expect![[r#"
        no state; ordered: InProgress with 12 numbers
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 is in progress.
        Voice order 600184201 in BOULDER, CO is answered: accept_with_backorder.
        Voice order 600184201: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201: Lumen says: "Reclamation. Back order with same customer reclaim is being done. Please contact LEUOrders@Lumen.com for more assistance." (notification 10006)
        Voice order 600184201 has reserved 12 numbers in BOULDER, CO. Lumen adds the others when it has them.
    "#]].assert_eq(&(outcome(&world) + "\n" + &done.shown()));
}

#[tokio::test(start_paused = true)]
async fn the_same_answer_again_is_no_mistake() {
    for answer in ["reject", "accept_available", "accept_with_backorder"] {
        let mut world = given_shortage().await;
        assert!(!approve(&mut world, answer).await.failed());

        let again = approve(&mut world, answer).await;

        assert_eq!((answered(&world).len(), again.diagnostics.len()), (1, 0), "{}", again.shown());
        assert!(again.shown().contains("was already answered"), "{}", again.shown());
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_cut_off_is_followed_by_the_next_run() {
    let mut world = given_shortage_where(super::slowly).await;
    let config = timeout(the_order().with("answer", "accept_available"), "invoke", "1m");

    let first = approve_with(&mut world, &config).await;
    world.next_run(|block| block).await;
    let second = approve(&mut world, "accept_available").await;

    assert_eq!(answered(&world), [Approval::AcceptAvailable]);
    assert!(!first.failed() && !second.failed());
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 is in progress.
        Voice order 600184201 in BOULDER, CO is answered: accept_available.
        Warning: Voice order `600184201` is still in progress

        `timeouts.invoke` has passed.

        Lumen has the answer `accept_available`.

        Read `status` and `notifications` of the data source `lumen_voice_order` with `voice_order_id = "600184201"` later, or invoke the action again: it resumes waiting, and does nothing twice.
        =====
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 is in progress.
        Voice order 600184201 in BOULDER, CO was already answered: Lumen says: "The order information you provided is not for an active backorder." (20107)
        Voice order 600184201: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201 is completed.
        Voice order 600184201 has reserved 12 numbers in BOULDER, CO.
    "#]].assert_eq(&(first.shown() + "=====\n" + &second.shown()));
}

#[tokio::test(start_paused = true)]
async fn another_answer_than_before_is_a_mistake() {
    let mut shown = Vec::new();
    for (before, now) in [
        ("reject", "accept_available"),
        ("accept_available", "reject"),
        ("accept_available", "accept_with_backorder"),
        ("accept_with_backorder", "accept_available"),
    ] {
        let mut world = given_shortage().await;
        approve(&mut world, before).await;

        let done = approve(&mut world, now).await;

        assert!(done.failed(), "{before}, then {now}");
        assert_eq!(answered(&world).len(), 1);
        shown.push(format!("===== {before}, then {now}\n{}", diagnostics(&done.diagnostics)));
    }
    expect![[r#"
        ===== reject, then accept_available
        Error: Voice order `600184201` can no longer be answered (at voice_order_id)

        It is cancelled: Lumen says: "Your back order has been cancelled per your request." (notification 10005).

        Nothing was sent.

        Order the numbers again with a `lumen_voice_tn_reservation`, whose `on_shortage` answers at once.
        ===== accept_available, then reject
        Error: Voice order `600184201` already has an answer other than `reject` (at answer)

        Lumen has completed the order.

        An answer can't be changed. The reserved numbers are yours.

        Read `lumen_voice_inventory` with `voice_order_id = "600184201"` to see its numbers, and set `answer` to the answer that was given, or remove the action.
        ===== accept_available, then accept_with_backorder
        Error: Voice order `600184201` already has an answer other than `accept_with_backorder` (at answer)

        Lumen has completed the order without a backorder.

        An answer can't be changed. The reserved numbers are yours.

        Read `lumen_voice_inventory` with `voice_order_id = "600184201"` to see its numbers, and set `answer` to the answer that was given, or remove the action.
        ===== accept_with_backorder, then accept_available
        Error: Voice order `600184201` already has an answer other than `accept_available` (at answer)

        Lumen has numbers on backorder.

        An answer can't be changed. The reserved numbers are yours.

        Read `lumen_voice_inventory` with `voice_order_id = "600184201"` to see its numbers, and set `answer` to the answer that was given, or remove the action.
    "#]].assert_eq(&shown.concat());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_asks_nothing_is_not_answered() {
    let mut world = given_slow_order().await;

    let done = approve(&mut world, "reject").await;

    assert_eq!((done.began, world.requests(APPROVAL)), (false, 0));
    expect![[r#"
        Error: Voice order `600184201` is not waiting for an answer (at voice_order_id)

        Lumen has not reported a shortage with notification 10001. The order is created.

        Nothing was sent.

        Invoke the action when `notifications` of the data source `lumen_voice_order` has code 10001, or remove the action.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn after_four_hours_it_is_too_late() {
    let mut world = given_shortage().await;
    world.lumen.advance(Duration::from_hours(4));

    let done = approve(&mut world, "accept_available").await;

    assert_eq!((done.began, world.requests(APPROVAL)), (false, 0));
    expect![[r#"
        Error: Voice order `600184201` can no longer be answered (at voice_order_id)

        It is rejected: Lumen says: "Order is rejected due to expired approval time. Please resubmit your order and respond to approval notification within 4 hours. If you require further assistance log into the servicer portal and create a ticket." (notification 1921).

        Nothing was sent.

        Order the numbers again with a `lumen_voice_tn_reservation`, whose `on_shortage` answers at once.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_nobody_knows_is_a_mistake() {
    let mut world = given_shortage().await;

    let config = the_order().with("voice_order_id", "600184999").with("answer", "reject");
    let done = approve_with(&mut world, &config).await;

    assert!(!done.began);
    expect![[r#"
        Error: Voice order `600184999` can't be read (at voice_order_id)

        Lumen rejected the request: HTTP 400 20060: The Voice Order ID provided can not be found for the given customer number. Please check both IDs and try again (600184999) (GET /Voice/v1/Numbers/orderStatus, tracking ID …).

        Nothing was sent.

        Correct `voice_order_id`, and check `customer_number`: Lumen has no such order. The API shows only orders that were placed through it, not those of the portal.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn where_lumen_asks_about_several_rate_centers_one_must_be_named() {
    let places = json!([numbers("BOULDER", 20), numbers("ASPEN", 5), numbers("DENVER", 2)]);
    let mut world = given_order(places, |_| {}).await;
    world.lumen.advance(Duration::from_mins(1));

    let unnamed = approve(&mut world, "reject").await;
    let config = the_order().with("answer", "accept_available");
    let misnamed = approve_with(&mut world, &config.clone().with("rate_center", "DENVER")).await;
    let named = approve_with(&mut world, &config.with("rate_center", "Boulder")).await;
    let last = approve(&mut world, "reject").await;

    assert!(!unnamed.began && !misnamed.began);
    let answers: Vec<_> = orders(&world).into_iter().map(|order| order.approvals).collect();
    assert_eq!(answers, [vec![Approval::AcceptAvailable], vec![Approval::Reject], vec![]]);
    let shown = [unnamed, misnamed, named, last].map(|done| done.shown());
    expect![[r#"
        Error: Voice order `600184201` has shortages in several rate centers (at rate_center)

        Lumen has reported shortages in ASPEN, CO; BOULDER, CO.

        Nothing was sent.

        Set `rate_center` and `state` to one of these, and write one action for each.
        =====
        Error: Voice order `600184201` has no shortage in DENVER (at rate_center)

        Lumen has reported a shortage in ASPEN, CO; BOULDER, CO.

        Nothing was sent.

        Set `rate_center` and `state` to one of these, or remove both if there is only one.
        =====
        Voice order 600184201 in BOULDER, CO: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 in ASPEN, CO: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 in DENVER, CO: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 in BOULDER, CO: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 in ASPEN, CO: Lumen says: "Requested amount exceeds the 0 telephone numbers available" (notification 10001)
        Voice order 600184201 in DENVER, CO: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201 is in progress.
        Voice order 600184201 in BOULDER, CO is answered: accept_available.
        Voice order 600184201 in BOULDER, CO: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201 has reserved 12 numbers in BOULDER, CO.
        =====
        Voice order 600184201 in BOULDER, CO: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 in ASPEN, CO: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 in DENVER, CO: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 in BOULDER, CO: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 in ASPEN, CO: Lumen says: "Requested amount exceeds the 0 telephone numbers available" (notification 10001)
        Voice order 600184201 in DENVER, CO: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201 in BOULDER, CO: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201 is in progress.
        Voice order 600184201 in ASPEN, CO is answered: reject.
        Voice order 600184201 in ASPEN, CO: Lumen says: "Your back order has been cancelled per your request." (notification 10005)
        Voice order 600184201 is completed.
        Voice order 600184201 reserves no numbers in ASPEN, CO.
    "#]].assert_eq(&shown.join("=====\n"));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_given_again_and_followed() {
    for answer in ["reject", "accept_available", "accept_with_backorder"] {
        let mut world = given_shortage().await;
        world.fault(Fault::reset_after(APPROVAL).times(1));

        let done = approve(&mut world, answer).await;

        assert!(!done.failed(), "{}", done.shown());
        assert_eq!((answered(&world).len(), world.requests(APPROVAL)), (1, 2), "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_arrives_is_told_as_such() {
    let mut world = given_shortage().await;
    world.fault(Fault::status(APPROVAL, 500));

    let done = approve(&mut world, "accept_available").await;

    assert_eq!(answered(&world), []);
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 is in progress.
        Error: Voice order `600184201` could not be answered

        Lumen is unavailable: HTTP 500 500: Fault injected by the simulator (POST /Voice/v1/Numbers/customerApproval, tracking ID …).

        It is not known whether the answer arrived. Sending it again does no harm.

        Invoke the action again in a few minutes, with `terraform apply -invoke=action.…`. It does not repeat what is already done. If it still fails, give Lumen's support the voice order ID.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn a_status_that_can_t_be_had_stops_nothing() {
    for code in [404, 501, 500] {
        let mut world = given_shortage().await;
        world.fault(Fault::status(STATUS, code));

        let done = approve(&mut world, "accept_available").await;

        assert!(!done.failed(), "{code}: {}", done.shown());
        assert_eq!(answered(&world), [Approval::AcceptAvailable], "{code}");
        let again = approve(&mut world, "accept_available").await;
        if code == 501 {
            // The numbers alone do not show that no more will be added.
            expect![[r#"
                Warning: Voice order `600184201` was already answered, perhaps differently

                12 numbers are reserved, which does not show whether the answer was `accept_available`.

                Lumen no longer waits for an answer.

                Read `notifications` of the data source `lumen_voice_order` with `voice_order_id = "600184201"`.
            "#]].assert_eq(&diagnostics(&again.diagnostics));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_t_be_asked_at_plan_is_asked_when_it_is_done() {
    let mut world = given_shortage().await;
    world.fault(Fault::status(NOTIFICATIONS, 503));
    let config = the_order().with("answer", "accept_available");

    let planned = world.provider.plan_act("lumen_voice_order_approval", &config).await;
    let done = approve_with(&mut world, &config).await;

    assert_eq!((planned, world.requests(APPROVAL)), (vec![], 0));
    expect![[r#"
        Error: Voice order `600184201` can't be read

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Voice/v1/Numbers/notifications, tracking ID …).

        Nothing was sent.

        Invoke the action again in a few minutes, with `terraform apply -invoke=action.…`. It does not repeat what is already done. If it still fails, give Lumen's support the voice order ID.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn numbers_that_can_t_be_counted_are_waited_for_until_time_is_up() {
    let mut world = given_shortage().await;
    world.fault(Fault::status(INVENTORY, 500));
    let config = timeout(the_order().with("answer", "accept_available"), "invoke", "5m");

    let done = approve_with(&mut world, &config).await;

    assert_eq!(answered(&world), [Approval::AcceptAvailable]);
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 is in progress.
        Voice order 600184201 in BOULDER, CO is answered: accept_available.
        Voice order 600184201: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201 is completed.
        Warning: Unexpected order status for voice order 600184201

        The last status check of voice order 600184201 failed: Lumen is unavailable: HTTP 500 500: Fault injected by the simulator (GET /Voice/v1/Numbers/inventory, tracking ID …).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: Voice order `600184201` is still in progress

        `timeouts.invoke` has passed.

        Lumen has the answer `accept_available`.

        Read `status` and `notifications` of the data source `lumen_voice_order` with `voice_order_id = "600184201"` later, or invoke the action again: it resumes waiting, and does nothing twice.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_says_what_stands() {
    let mut world = given_shortage_where(super::slowly).await;
    let mut terraform = world.provider.clone();
    let interrupt = async {
        tokio::time::sleep(Duration::from_secs(90)).await;
        terraform.stop().await;
    };

    let (done, ()) = tokio::join!(approve(&mut world, "accept_available"), interrupt);

    assert_eq!(answered(&world), [Approval::AcceptAvailable]);
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 is in progress.
        Voice order 600184201 in BOULDER, CO is answered: accept_available.
        Warning: Voice order `600184201` is still in progress

        The run was interrupted.

        Lumen has the answer `accept_available`.

        Read `status` and `notifications` of the data source `lumen_voice_order` with `voice_order_id = "600184201"` later, or invoke the action again: it resumes waiting, and does nothing twice.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_unknown_at_plan_is_not_asked_for() {
    let mut world = given_shortage().await;
    let config = the_order().with("voice_order_id", Value::unknown()).with("answer", "reject");

    let planned = world.provider.plan_act("lumen_voice_order_approval", &config).await;

    assert_eq!((planned, world.requests(NOTIFICATIONS)), (vec![], 0));
}

#[tokio::test(start_paused = true)]
async fn mistakes_are_told_before_lumen_is_asked() {
    let mut world = given_shortage().await;
    let mut shown = Vec::new();
    for config in [
        the_order().with("answer", "accept"),
        the_order().with("answer", "reject").with("voice_order_id", ""),
        the_order().with("answer", "reject").with("state", "Colorado"),
        timeout(the_order().with("answer", "reject"), "invoke", "soon"),
    ] {
        let done = approve_with(&mut world, &config).await;
        assert!(!done.began);
        shown.push(done.shown());
    }

    assert_eq!(world.requests(STATUS), 0);
    expect![[r#"
        Error: `answer` is not valid (at answer)

        "accept" can't be used: it is not one of the allowed values.

        Set `answer` to one of `reject`, `accept_available`, `accept_with_backorder`.
        =====
        Error: `voice_order_id` is not valid (at voice_order_id)

        "" can't be used: a voice order ID must not be empty.

        Set `voice_order_id` to a voice order ID, such as `600184201`.
        =====
        Error: `state` is not valid (at state)

        "Colorado" can't be used: it is not two capital letters.

        Set `state` to a state as two capital letters, such as `CO`.
        =====
        Error: `timeouts.invoke` is not valid (at timeouts.invoke)

        "soon" can't be used: it is not a duration.

        Set `timeouts.invoke` to a duration with a unit, such as `90s`, `45m` or `2h`.
    "#]]
    .assert_eq(&shown.join("=====\n"));
}
