//! The `lumen_voice_order_cancel` action.

use std::time::Duration;

use expect_test::expect;
use lumen_core::diagnostics;
use lumen_simulator::{Fault, VoiceStatus};
use serde_json::json;
use terraform_provider_lumen::framework::Value;

use super::super::{CANCEL, INVENTORY, STATUS, orders};
use super::{
    NOTIFICATIONS, approve, cancel, given_order, given_shortage, given_slow_order, numbers,
    the_order,
};
use crate::world::{World, timeout};

fn status(world: &World) -> VoiceStatus {
    orders(world)[0].status
}

#[tokio::test(start_paused = true)]
async fn an_order_in_flight_is_called_off() {
    let mut world = given_slow_order().await;

    let done = cancel(&mut world).await;

    assert_eq!((status(&world), orders(&world)[0].telephone_numbers), (VoiceStatus::Cancelled, 0));
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 is created.
        Voice order 600184201 is being canceled.
        Voice order 600184201: Lumen says: "Your back order has been cancelled per your request." (notification 10005)
        Voice order 600184201 is cancelled.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn all_rate_centers_of_an_order_are_called_off() {
    let places = json!([numbers("BOULDER", 20), numbers("ASPEN", 5)]);
    let mut world = given_order(places, |_| {}).await;
    world.lumen.advance(Duration::from_mins(1));

    let done = cancel(&mut world).await;

    assert!(orders(&world).iter().all(|order| order.status == VoiceStatus::Cancelled));
    expect![[r#"
        Voice order 600184201 in BOULDER, CO: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 in ASPEN, CO: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 in BOULDER, CO: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201 in ASPEN, CO: Lumen says: "Requested amount exceeds the 0 telephone numbers available" (notification 10001)
        Voice order 600184201 is in progress.
        Voice order 600184201 is being canceled.
        Voice order 600184201 in BOULDER, CO: Lumen says: "Your back order has been cancelled per your request." (notification 10005)
        Voice order 600184201 in ASPEN, CO: Lumen says: "Your back order has been cancelled per your request." (notification 10005)
        Voice order 600184201 is cancelled.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_complete_stays() {
    let mut world = given_slow_order().await;
    world.lumen.advance(Duration::from_mins(11));

    let done = cancel(&mut world).await;

    assert_eq!((done.began, world.requests(CANCEL)), (false, 0));
    expect![[r#"
        Error: Voice order `600184201` is complete, and can't be canceled (at voice_order_id)

        Lumen has completed it.

        Numbers that it has reserved stay in your Lumen inventory, and count toward the 75 percent that must be in use.

        Ask LEUOrders@Lumen.com to take the numbers back, or import them: `terraform import lumen_voice_tn_reservation.NAME 600184201`.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_completes_meanwhile_stays() {
    let mut world = given_slow_order().await;
    world.fault(
        Fault::status(CANCEL, 400).body(
            r#"{"code":"20238","message":"This order has completed and cannot be cancelled."}"#,
        ),
    );

    let done = cancel(&mut world).await;

    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 is created.
        Error: Voice order `600184201` is complete, and can't be canceled (at voice_order_id)

        HTTP 400 20238: This order has completed and cannot be cancelled. (POST /Voice/v1/Numbers/order/{id}/cancel, tracking ID …).

        Numbers that it has reserved stay in your Lumen inventory, and count toward the 75 percent that must be in use.

        Ask LEUOrders@Lumen.com to take the numbers back, or import them: `terraform import lumen_voice_tn_reservation.NAME 600184201`.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_was_rejected_leaves_nothing_to_cancel() {
    let mut world = given_shortage().await;
    world.lumen.advance(Duration::from_hours(4));

    let done = cancel(&mut world).await;

    assert_eq!((done.began, status(&world)), (false, VoiceStatus::Rejected));
    expect![[r#"
        Error: Voice order `600184201` has already ended (at voice_order_id)

        It is rejected, so there is nothing to cancel.

        Nothing was sent.

        Remove the action, or correct `voice_order_id`.
    "#]]
    .assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn cancelling_twice_is_no_mistake() {
    let mut world = given_slow_order().await;
    cancel(&mut world).await;

    let again = cancel(&mut world).await;
    world.lumen.fault(Fault::status(STATUS, 500));
    let blind = cancel(&mut world).await;

    assert_eq!(again.diagnostics.len() + blind.diagnostics.len(), 0);
    assert_eq!(world.requests(CANCEL), 2, "the second time nothing is sent");
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Your back order has been cancelled per your request." (notification 10005)
        Voice order 600184201 is cancelled.
        Voice order 600184201 was already canceled.
        =====
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Your back order has been cancelled per your request." (notification 10005)
        Voice order 600184201 was already canceled: Lumen says: "Provided order has already been cancelled and can not be cancelled again." (20108)
    "#]].assert_eq(&(again.shown() + "=====\n" + &blind.shown()));
}

#[tokio::test(start_paused = true)]
async fn numbers_that_a_backorder_has_brought_stay() {
    let mut world = given_shortage().await;
    approve(&mut world, "accept_with_backorder").await;

    let done = cancel(&mut world).await;

    assert_eq!((status(&world), orders(&world)[0].telephone_numbers), (VoiceStatus::Cancelled, 12));
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201: Lumen says: "Requested amount exceeds the 12 telephone numbers available" (notification 10001)
        Voice order 600184201: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201: Lumen says: "Reclamation. Back order with same customer reclaim is being done. Please contact LEUOrders@Lumen.com for more assistance." (notification 10006)
        Voice order 600184201 is in progress.
        Voice order 600184201 is being canceled.
        Voice order 600184201: Lumen says: "Your back order has been cancelled per your request." (notification 10005)
        Voice order 600184201 is cancelled.
        Warning: Numbers of voice order `600184201` stay in your Lumen inventory

        Lumen had reserved them before the order was canceled, and offers no way to give them back.

        Reserved: +13035500100, +13035500101, +13035500102, +13035500103, +13035500104, +13035500105, +13035500106, +13035500107, +13035500108, +13035500109, +13035500110, +13035500111.

        Ask LEUOrders@Lumen.com to take them back, or import them: `terraform import lumen_voice_tn_reservation.NAME 600184201`.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn what_stays_may_be_unknown() {
    let mut world = given_slow_order().await;
    world.fault(Fault::status(INVENTORY, 503));

    let done = cancel(&mut world).await;

    assert_eq!((done.failed(), status(&world)), (false, VoiceStatus::Cancelled));
    expect![[r#"
        Warning: It is not known whether voice order `600184201` left reserved numbers

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Voice/v1/Numbers/inventory, tracking ID …).

        Read `lumen_voice_inventory` with `voice_order_id = "600184201"` later.
    "#]].assert_eq(&diagnostics(&done.diagnostics));
}

#[tokio::test(start_paused = true)]
async fn an_order_nobody_knows_is_a_mistake() {
    let mut world = given_slow_order().await;

    let config = the_order().with("voice_order_id", "600184999");
    let done = world.provider.act("lumen_voice_order_cancel", &config).await;

    assert!(!done.began);
    expect![[r#"
        Error: Voice order `600184999` can't be read (at voice_order_id)

        Lumen rejected the request: HTTP 400 20060: The Voice Order ID provided can not be found for the given customer number. Please check both IDs and try again (600184999) (GET /Voice/v1/Numbers/orderStatus, tracking ID …).

        Nothing was sent.

        Correct `voice_order_id`, and check `customer_number`: Lumen has no such order. The API shows only orders that were placed through it, not those of the portal.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn refusals_are_told_in_lumen_s_words() {
    let mut shown = Vec::new();
    for code in ["20049", "20054", "20055", "20060", "20064", "20070"] {
        let mut world = given_slow_order().await;
        let body = json!({ "code": code, "message": format!("The words of {code}.") });
        world.fault(Fault::status(CANCEL, 400).body(&body.to_string()));

        let done = cancel(&mut world).await;

        assert!(done.failed(), "{code}");
        assert!(done.shown().contains(&format!("The words of {code}.")), "{}", done.shown());
        if ["20054", "20070"].contains(&code) {
            shown.push(done.shown());
        }
    }
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 is created.
        Error: Voice order `600184201` could not be canceled (at voice_order_id)

        Lumen rejected the request: HTTP 400 20054: The words of 20054. (POST /Voice/v1/Numbers/order/{id}/cancel, tracking ID …).

        The order is still in progress. Numbers that it reserves can't be given back.

        Correct `voice_order_id`, and check `customer_number`: Lumen has no such order. The API shows only orders that were placed through it, not those of the portal.
        =====
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 is created.
        Error: Voice order `600184201` is a supplement, and can't be canceled (at voice_order_id)

        Lumen says: "The words of 20070." (20070).

        The port that it changes is still in progress.

        To cancel the port, set `voice_order_id` to the ID of the port. To undo the change, change the port again.
    "#]].assert_eq(&shown.join("=====\n"));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_no_doubt() {
    let mut world = given_slow_order().await;
    world.fault(Fault::reset_after(CANCEL).times(1));

    let done = cancel(&mut world).await;

    assert_eq!((status(&world), world.requests(CANCEL)), (VoiceStatus::Cancelled, 2));
    assert!(done.diagnostics.is_empty(), "{}", done.shown());
}

#[tokio::test(start_paused = true)]
async fn where_no_answer_comes_nobody_knows_whether_it_is_cancelled() {
    let mut world = given_slow_order().await;
    world.fault(Fault::reset_before(CANCEL));

    let done = cancel(&mut world).await;

    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 is created.
        Error: Voice order `600184201` could not be canceled

        Lumen's answer was lost (POST /Voice/v1/Numbers/order/{id}/cancel): error sending request: client error (SendRequest): connection closed before message completed.

        It is not known whether Lumen cancels the order. Canceling it again does no harm.

        Invoke the action again in a few minutes, with `terraform apply -invoke=action.…`. It does not repeat what is already done. If it still fails, give Lumen's support the voice order ID.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_that_does_not_show_is_told_of_when_time_is_up() {
    let mut world = given_slow_order().await;
    world.fault(Fault::status(CANCEL, 200).body("{}"));
    let config = timeout(the_order(), "invoke", "2m");

    let done = world.provider.act("lumen_voice_order_cancel", &config).await;

    assert!(!done.failed());
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 is created.
        Voice order 600184201 is being canceled.
        Warning: Voice order `600184201` is still in progress

        `timeouts.invoke` has passed.

        Lumen has accepted the cancellation.

        Read `status` and `notifications` of the data source `lumen_voice_order` with `voice_order_id = "600184201"` later, or invoke the action again: it resumes waiting, and does nothing twice.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_outruns_its_cancellation_is_complete() {
    let mut world = given_slow_order().await;
    world.fault(Fault::status(CANCEL, 200).body("{}"));

    let done = cancel(&mut world).await;

    assert_eq!(status(&world), VoiceStatus::Completed);
    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 is created.
        Voice order 600184201 is being canceled.
        Voice order 600184201 is in progress.
        Voice order 600184201: Lumen says: "Voice order is complete. Please refer to Voice Order ID for reference number." (notification 10002)
        Voice order 600184201 is completed.
        Error: Voice order `600184201` is complete, and can't be canceled (at voice_order_id)

        Lumen completed it before the cancellation took effect.

        Numbers that it has reserved stay in your Lumen inventory, and count toward the 75 percent that must be in use.

        Ask LEUOrders@Lumen.com to take the numbers back, or import them: `terraform import lumen_voice_tn_reservation.NAME 600184201`.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_says_what_stands() {
    let mut world = given_slow_order().await;
    world.fault(Fault::status(CANCEL, 200).body("{}"));
    let mut terraform = world.provider.clone();
    let interrupt = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        terraform.stop().await;
    };

    let (done, ()) = tokio::join!(cancel(&mut world), interrupt);

    expect![[r#"
        Voice order 600184201: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184201 is created.
        Voice order 600184201 is being canceled.
        Warning: Voice order `600184201` is still in progress

        The run was interrupted.

        Lumen has accepted the cancellation.

        Read `status` and `notifications` of the data source `lumen_voice_order` with `voice_order_id = "600184201"` later, or invoke the action again: it resumes waiting, and does nothing twice.
    "#]].assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_before_anything_was_sent_sends_nothing() {
    let mut world = given_slow_order().await;
    world.fault(Fault::hold_before(NOTIFICATIONS).skip(1));
    let mut terraform = world.provider.clone();
    let interrupt = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        terraform.stop().await;
    };

    let (done, ()) = tokio::join!(cancel(&mut world), interrupt);

    assert_eq!((world.requests(CANCEL), status(&world)), (0, VoiceStatus::Created));
    expect![[r#"
        Error: Voice order `600184201` can't be read

        The run was interrupted.

        Nothing was sent.

        Invoke the action again, with `terraform apply -invoke=action.…`. It does not repeat what is already done.
    "#]]
    .assert_eq(&done.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_unknown_at_plan_is_not_asked_for() {
    let mut world = given_slow_order().await;
    let config = the_order().with("voice_order_id", Value::unknown());

    let planned = world.provider.plan_act("lumen_voice_order_cancel", &config).await;

    assert_eq!((planned, world.requests(STATUS)), (vec![], 0));
}
