//! Destroying a subscription: a disconnected number goes back to the carrier.

use expect_test::expect;
use lumen_core::{Action, Status};
use lumen_simulator::{Fault, Line};

use super::{DISCONNECT, an_office, given_subscription, given_voice, inbound, ordered};
use crate::voice::slowly;
use crate::world::timeout;

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

        To manage them again, import them: `terraform import lumen_voice_tn_subscription.NAME +13035550100`.
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

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If Lumen has the order, it disconnects `+13035550100`, `+13035550101`, which are in service and billed until then.

        Run the same command again: the provider keeps searching until at least … (UTC), and adopts the order if it appears. Nothing is ordered twice.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn numbers_in_service_are_never_replaced() {
    for choice in ["fail", "retain", "disconnect"] {
        let mut world = given_subscription().await;
        let office = an_office().with("on_destroy", choice);
        world.apply(&office).await.quietly();
        world.replace_on_demand = true;
        let run = world.apply_unfinished(&office).await;
        assert!(run.failed(), "{choice}: {}", run.shown());
        world.replace_on_demand = false;

        world.state.as_mut().unwrap().status = Status::Tainted;
        let run = world.apply_unfinished(&office).await;

        assert!(run.failed(), "{choice}: {}", run.shown());
        assert_eq!((ordered(&world).as_str(), world.lumen.lines().len()), ("Install 0 1", 2));
    }
}
