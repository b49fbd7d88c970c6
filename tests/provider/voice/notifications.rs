//! Lumen's notifications that complete an order, hold it up, or ask a question. `failures.rs` covers the
//! others.

use expect_test::expect;
use lumen_core::Action;
use lumen_simulator::VoiceSettings;

use super::{ORDER, a_reservation, given_voice, orders, outcome};

/// Reserves numbers once for each of these notifications, and lists the results.
pub(super) async fn told(codes: &[u32], change: impl Fn(&mut VoiceSettings)) -> String {
    let mut shown = Vec::new();
    for code in codes {
        let mut world = given_voice(|voice| {
            voice.next_notifications = vec![*code];
            change(voice);
        })
        .await;

        let run = world.apply_unfinished(&a_reservation()).await;

        assert_eq!((world.requests(ORDER), orders(&world).len()), (1, 1), "{code}: one order");
        assert_eq!(world.object().is_null(), run.failed(), "{code}: what exists is in the state");
        shown.push(format!("===== {code}: {}\n{}", outcome(&world), run.shown()));
    }
    shown.concat()
}

#[tokio::test(start_paused = true)]
async fn of_success() {
    let shown = told(&[902, 906, 10_002], |_| {}).await;

    expect![[r#"
        ===== 902: reserved, 3 reserved, 0 backordered; ordered: Completed with 3 numbers
        ===== 906: reserved, 3 reserved, 0 backordered; ordered: Completed with 3 numbers
        ===== 10002: reserved, 3 reserved, 0 backordered; ordered: Completed with 3 numbers
    "#]]
    .assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn of_an_order_that_goes_on() {
    let shown = told(&[901, 903, 904, 1_807, 4_011, 10_006, 10_008], |_| {}).await;

    expect![[r#"
        ===== 901: pending, 0 reserved, 0 backordered; ordered: InProgress with 0 numbers
        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
        ===== 903: pending, 0 reserved, 0 backordered; ordered: InProgress with 0 numbers
        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
        ===== 904: pending, 0 reserved, 0 backordered; ordered: InProgress with 0 numbers
        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
        ===== 1807: pending, 0 reserved, 0 backordered; ordered: PendingCreditCheck with 0 numbers
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen says: "Order has been put on credit hold. Please contact CreditCheck.Finance@centurylink.com to inquire about your account status." (notification 1807).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
        ===== 4011: pending, 0 reserved, 0 backordered; ordered: InProgress with 0 numbers
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen says: "Orders are already in progress or in backorder. This could be due to multiple orders submitted. This order cannot be processed at this time. If you require further assistance log into the service portal and create a ticket." (notification 4011).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
        ===== 10006: pending, 0 reserved, 0 backordered; ordered: InProgress with 0 numbers
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen says: "Reclamation. Back order with same customer reclaim is being done. Please contact LEUOrders@Lumen.com for more assistance." (notification 10006).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
        ===== 10008: pending, 0 reserved, 0 backordered; ordered: InProgress with 0 numbers
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen says: "System issue. Back orders cycling due to issue with inventory. Please contact LEUOrders@Lumen.com for more assistance." (notification 10008).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn that_nobody_documented() {
    let shown = told(&[31_337], |_| {}).await;

    expect![[r#"
        ===== 31337: pending, 0 reserved, 0 backordered; ordered: InProgress with 0 numbers
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen sent notification 31337, which the provider doesn't know: "".

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn that_asks_a_question() {
    let shown = told(&[10_001], |_| {}).await;

    expect![[r#"
        ===== 10001: no state; ordered: Cancelled with 0 numbers
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen says: "Requested amount exceeds the 1 telephone numbers available" (notification 10001). The provider answered `reject`.

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at on_shortage)

        Voice order 600184201 failed: Lumen has too few numbers, and the answer was `reject`: Lumen says: "Requested amount exceeds the 1 telephone numbers available" (notification 10001).

        None of these numbers is reserved.

        Set `on_shortage` to `accept_available` or `accept_with_backorder`, or lower `quantity`.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_held_is_completed_when_it_goes_on() {
    for code in [901, 903, 904, 1_807, 4_011, 10_006, 10_008, 31_337] {
        let mut world = given_voice(|voice| voice.next_notifications = vec![code]).await;
        world.apply_unfinished(&a_reservation()).await;
        world.next_run(|block| block).await;
        world.lumen.release_credit_hold();
        world.lumen.resume_voice_orders();

        let run = world.apply(&a_reservation()).await;

        assert!(!run.failed(), "{code}: {}", run.shown());
        assert_eq!((run.action, orders(&world).len()), (Action::Update, 1), "{code}");
        assert_eq!(
            (world.text("status").as_str(), world.shown("reserved_quantity").as_str()),
            ("reserved", "3"),
            "{code}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_credit_hold_that_is_cleared_while_waiting_is_told_of() {
    let mut world = given_voice(|voice| voice.credit_hold = true).await;
    let lumen = std::rc::Rc::clone(&world.lumen);
    let clearance = async {
        tokio::time::sleep(std::time::Duration::from_mins(20)).await;
        lumen.release_credit_hold();
    };

    let reservation = a_reservation();
    let (run, ()) = tokio::join!(world.apply(&reservation), clearance);

    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("reserved", 1));
    expect![[r#"
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen says: "Order has been put on credit hold. Please contact CreditCheck.Finance@centurylink.com to inquire about your account status." (notification 1807).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_credit_that_is_refused_ends_the_order() {
    let mut world = given_voice(|voice| voice.credit_hold = true).await;
    let lumen = std::rc::Rc::clone(&world.lumen);
    let refusal = async {
        tokio::time::sleep(std::time::Duration::from_mins(20)).await;
        lumen.reject_credit_hold();
    };

    let reservation = a_reservation();
    let (run, ()) = tokio::join!(world.apply(&reservation), refusal);

    assert!(world.object().is_null());
    expect![[r#"
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen says: "Order has been put on credit hold. Please contact CreditCheck.Finance@centurylink.com to inquire about your account status." (notification 1807).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is credit check rejected: Lumen says: "Order has been put on credit hold. Please contact CreditCheck.Finance@centurylink.com to inquire about your account status." (notification 1807).

        None of these numbers is reserved.

        1. Correct what Lumen's reason names, or ask Lumen's support about voice order 600184201.
        2. Run the same command again: it places another order to reserve 3 numbers for the reservation in DENVER, CO.
    "#]].assert_eq(&run.shown());
}
