//! Destroying a subscription: a disconnected number goes back to the carrier.

use expect_test::expect;
use lumen_core::Action;
use lumen_simulator::{Fault, FaultKind, Line};

use super::{DISCONNECT, an_office, given_subscription, given_voice, inbound, numbers, ordered};
use crate::voice::slowly;
use crate::world::timeout;

const CANCEL: &str = "POST /Voice/v1/Numbers/order/{id}/cancel$";

#[tokio::test(start_paused = true)]
async fn a_destroy_is_refused_by_default() {
    let mut world = given_subscription().await;

    let run = world.destroy().await;

    assert!(run.failed() && !world.object().is_null());
    expect![[r#"
        Error: The subscription of +13035550100 is protected, and would be destroyed (at on_destroy)

        `on_destroy` is "fail" in the state, because a disconnected number goes back to the carrier.

        The numbers of the subscription of +13035550100 stay in service and billed.

        To disconnect its numbers, set `on_destroy = "disconnect"`, apply that first, and destroy it. To leave them in service and billed, set `on_destroy = "retain"` in the same way, or use a `removed` block with `destroy = false`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn numbers_are_disconnected_a_business_day_later() {
    let mut world = given_subscription().await;
    world.apply(&an_office().with("on_destroy", "disconnect")).await.quietly();

    let run = world
        .destroy()
        .await
        .expecting("The numbers of the subscription of +13035550100 are disconnected on 20");

    run.quietly();
    assert!(world.object().is_null());
    assert_eq!(ordered(&world), "Install 0 1, Disconnect 0 1");
    assert_eq!(world.open_orders().await.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn retained_numbers_stay_in_service() {
    let mut world = given_subscription().await;
    world.apply(&an_office().with("on_destroy", "retain")).await.quietly();

    let run = world.destroy().await;

    assert!(world.object().is_null());
    assert_eq!((ordered(&world).as_str(), world.lumen.lines().len()), ("Install 0 1", 2));
    expect![[r#"
        Warning: The numbers of the subscription of +13035550100 stay in service

        `on_destroy` is "retain".

        Still in service and billed: `+13035550100`, `+13035550101`. Their voice orders are 600184202.

        To manage them again, import them: `terraform import lumen_voice_tn_subscription.NAME +13035550100-+13035550101`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_in_progress_is_canceled() {
    let mut world = given_voice(slowly).await;
    let inbound = timeout(inbound().with("on_destroy", "disconnect"), "create", "1m");
    let _ = world.apply_unfinished(&inbound).await;

    let run = world.destroy().await;

    assert!(world.object().is_null(), "{}", run.shown());
    expect![[r#"
        Warning: The order of the subscription of +13035550100 was canceled

        Voice order 600184202 was in progress when the subscription was destroyed.

        None of its numbers is in service. They are still reserved.

        There is nothing left to do.
    "#]]
    .assert_eq(&run.shown());
    assert_eq!(world.lumen.lines().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refused_disconnection_is_an_error() {
    let mut world = given_subscription().await;
    world.apply(&an_office().with("on_destroy", "disconnect")).await.quietly();
    world.lumen.set(|settings| settings.voice.next_notifications = vec![1616]);

    let run = world.destroy().await;

    assert!(run.failed() && !world.object().is_null(), "{}", run.shown());
    expect![[r#"
        Error: Lumen did not disconnect `+13035550100`, `+13035550101` of the subscription of +13035550100 (at telephone_numbers)

        Voice order 600184203 failed: the order is rejected: Lumen says: "No active service found for the telephone number(s) entered. Please verify the telephone number(s) or customer number and try again." (notification 1616).

        They stay in service and billed.

        1. Correct what Lumen's reason names, or ask Lumen's support about voice order 600184203.
        2. Run the same command again: it places another order to disconnect `+13035550100`, `+13035550101` of the subscription of +13035550100.
    "#]].assert_eq(&run.shown());
}

/// Before Terraform destroys an object, it refreshes it with an ordinary plan. If that plan fails, so does the
/// destroy.
#[tokio::test(start_paused = true)]
async fn a_destroy_that_ended_early_succeeds_after_the_date() {
    let mut world = given_subscription().await;
    world.lumen.add_lines(&[13_035_559_900], &Line::new("2036", "BOULDER-SBC"));
    let office = timeout(an_office().with("on_destroy", "disconnect"), "delete", "1m");
    world.apply(&office).await.quietly();

    let run = world.destroy().await;

    assert!(run.failed() && !world.object().is_null());
    expect![[r#"
        Error: The disconnection of the subscription of +13035550100 is not confirmed yet

        `timeouts.delete` has passed.

        Lumen has accepted voice order 600184203, and may still refuse it. The subscription stays in the state. Its numbers are in service and billed until they are disconnected.

        Run the same command again later: it waits until Lumen has had time to refuse the order.
    "#]].assert_eq(&run.shown());
    world.lumen.advance(std::time::Duration::from_hours(24 * 8));
    world.next_run(|block| block).await;
    let plan = world.plan(&office).await;
    assert_eq!(
        (plan.action, ordered(&world).as_str()),
        (Action::Create, "Install 0 1, Disconnect 0 1")
    );
    let told: Vec<&str> = plan.diagnostics.iter().map(|told| told.summary.as_str()).collect();
    assert_eq!(
        told.last(),
        Some(&"The numbers of the subscription of +13035550100 are not checked"),
        "{}",
        plan.shown()
    );
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_that_may_have_arrived_says_what_is_billed() {
    let mut world = given_subscription().await;
    world.apply(&an_office().with("on_destroy", "disconnect")).await.quietly();
    world.fault(Fault::reset_before(DISCONNECT));

    let run = world.destroy().await;

    assert!(run.failed() && ordered(&world) == "Install 0 1");
    expect![[r#"
        Error: It is not known whether the disconnection of the subscription of +13035550100 was ordered

        Lumen's answer was lost (POST /Voice/v1/Numbers/order/disconnect): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If Lumen has the order, it disconnects `+13035550100`, `+13035550101`, which are in service and billed until its date.

        Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
    "#]].assert_eq(&run.shown());
}

/// The answer to the cancellation is lost. When it is sent again, Lumen says that the order is canceled.
#[tokio::test(start_paused = true)]
async fn a_cancellation_whose_answer_is_lost_is_repeated() {
    let mut world = given_voice(slowly).await;
    let inbound = timeout(inbound().with("on_destroy", "disconnect"), "create", "1m");
    let _ = world.apply_unfinished(&inbound).await;
    world.fault(Fault::reset_after(CANCEL).times(1));

    let run = world.destroy().await;

    assert!(world.object().is_null() && !run.failed(), "{}", run.shown());
    expect![[r#"
        Warning: The order of the subscription of +13035550100 was canceled

        Voice order 600184202 was in progress when the subscription was destroyed.

        None of its numbers is in service. They are still reserved.

        There is nothing left to do.
    "#]]
    .assert_eq(&run.shown());
}

/// The order ends before Lumen processes its cancellation: what it has put into service is disconnected.
#[tokio::test(start_paused = true)]
async fn an_order_that_ends_before_its_cancellation_is_disconnected() {
    let mut world = given_voice(slowly).await;
    let inbound = inbound()
        .with("on_destroy", "disconnect")
        .with("timeouts", [("create", "1m"), ("delete", "30m")]);
    let _ = world.apply_unfinished(&inbound).await;
    world.fault(Fault::status(CANCEL, 400).body(r#"{"code": "20238", "message": "complete"}"#));

    let run = world
        .destroy()
        .await
        .expecting("The numbers of the subscription of +13035550100 are disconnected on 20");

    run.quietly();
    assert!(world.object().is_null());
    assert_eq!(ordered(&world), "Install 0 1, Disconnect 0 1");
}

/// Lumen doesn't cancel, and the order takes longer than the destroy waits.
#[tokio::test(start_paused = true)]
async fn a_destroy_waits_for_an_order_that_can_t_be_canceled() {
    let mut world = given_voice(slowly).await;
    let inbound = inbound()
        .with("on_destroy", "disconnect")
        .with("timeouts", [("create", "1m"), ("delete", "5m")]);
    let _ = world.apply_unfinished(&inbound).await;
    world.fault(Fault::status(CANCEL, 500));

    let run = world.destroy().await;

    assert!(run.failed() && world.text("status") == "pending", "{}", run.shown());
    expect![[r#"
        Error: The subscription of +13035550100 can't be destroyed yet

        Voice order 600184202 can't be canceled: Lumen is unavailable: HTTP 500 500: Fault injected by the simulator (POST /Voice/v1/Numbers/order/{id}/cancel, tracking ID …).

        It stays in the state, and the order is in progress. Its numbers are billed once they are in service.

        Run the same command again later: it waits until the order has ended.
    "#]].assert_eq(&run.shown());
    world.lumen.clear_faults();
    let run = world.destroy().await;
    assert!(world.object().is_null(), "{}", run.shown());
    assert_eq!(world.open_orders().await.len(), 0);
}

/// An order for more numbers is canceled, and the numbers in service are disconnected.
#[tokio::test(start_paused = true)]
async fn more_numbers_that_are_ordered_are_canceled_and_the_others_disconnected() {
    let mut world = given_subscription().await;
    world.lumen.set(|settings| slowly(&mut settings.voice));
    let office = numbers(an_office(), &["+13035550100", "+13035550101", "+13035550102"])
        .with("on_destroy", "disconnect");
    let _ = world.apply_unfinished(&timeout(office, "update", "1m")).await;

    let run = world.destroy().await;

    assert!(world.object().is_null(), "{}", run.shown());
    assert_eq!(ordered(&world), "Install 0 1, Install 2, Disconnect 0 1");
}

/// Lumen may have the order. Its effect shows that it has. Otherwise, a person decides, and nothing is ordered.
#[tokio::test(start_paused = true)]
async fn a_disconnection_whose_answer_is_lost_is_ordered_once() {
    for fault in [Fault::reset_after(DISCONNECT), Fault::reset_before(DISCONNECT)] {
        let mut world = given_subscription().await;
        world.apply(&an_office().with("on_destroy", "disconnect")).await.quietly();
        world.fault(fault.clone().times(1));

        let run = world.destroy().await;

        let has_arrived = fault.kind == FaultKind::ResetAfter;
        assert_eq!(
            (run.failed(), world.object().is_null()),
            (!has_arrived, has_arrived),
            "{}",
            run.shown()
        );
        if !has_arrived {
            let again = world.destroy().await;
            assert!(again.failed() && !world.object().is_null(), "{}", again.shown());
        }
        assert_eq!(world.requests(DISCONNECT), 1);
    }
}
