//! Destroying a reservation: reserved numbers can't be given back.

use expect_test::expect;
use lumen_core::Action;
use lumen_simulator::{Fault, VoiceStatus};

use super::{
    CANCEL, a_reservation, given, given_reservation, given_voice, orders, slowly, too_many,
};
use crate::world::timeout;

#[tokio::test(start_paused = true)]
async fn destroying_says_which_numbers_stay() {
    let mut world = given_reservation().await;

    let run = world.destroy().await;

    assert!(world.object().is_null());
    assert_eq!((orders(&world)[0].status, world.requests(CANCEL)), (VoiceStatus::Completed, 0));
    expect![[r#"
        Warning: The numbers of the reservation in DENVER, CO stay in your Lumen inventory

        Lumen offers no way to give reserved numbers back.

        Reserved and not assigned: +13035550100, +13035550101, +13035550102. They still count toward the 75 percent that must be in use.

        Ask LEUOrders@Lumen.com to take them back, or import them again: `terraform import lumen_voice_tn_reservation.NAME 600184201`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn replacing_says_which_numbers_stay() {
    let mut world = given_reservation().await;
    let elsewhere = a_reservation().with("rate_center", "FORT COLLINS");

    let plan = world.plan(&elsewhere).await;
    let run = world.apply(&elsewhere).await;

    assert_eq!(
        (plan.action, plan.replaces.as_slice()),
        (Action::Replace, &["rate_center".to_owned()][..])
    );
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(orders(&world).len(), 2);
    assert_ne!(orders(&world)[0].external_order_id, orders(&world)[1].external_order_id);
    expect![[r#"
        Warning: The numbers of the reservation in DENVER, CO stay in your Lumen inventory when it is replaced

        A change of `rate_center` forces a replacement, and Lumen offers no way to give reserved numbers back.

        Reserved and not assigned: +13035550100, +13035550101, +13035550102. The apply orders new numbers in addition.

        To keep these numbers in use, undo the change of `rate_center`.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn every_argument_of_the_order_replaces() {
    let mut world = given_reservation().await;
    let changes = [
        a_reservation().with("product", "enhanced_local_service"),
        a_reservation().with("rate_center", "FORT COLLINS"),
        a_reservation().with("sequential", true),
        a_reservation().with("pbx_index", 4).with("pbx_value", 9),
        a_reservation().with("customer_service_name", "East"),
        a_reservation().with("external_order_id", "denver-2026"),
    ];

    let mut replaced = Vec::new();
    for change in changes {
        let plan = world.plan(&change).await;
        replaced.push(format!("{:?} for {}\n", plan.action, plan.replaces.join(", ")));
    }

    expect![[r#"
        Replace for product
        Replace for rate_center
        Replace for sequential
        Replace for pbx_index, pbx_value
        Replace for customer_service_name
        Replace for external_order_id
    "#]]
    .assert_eq(&replaced.concat());
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_destroyed_is_refused_when_it_is_planned() {
    let mut world = given().await;
    let kept = a_reservation().with("on_destroy", "fail");
    world.apply(&kept).await.quietly();

    let destroyed = world.destroy().await.shown();
    let replaced = world.plan(&kept.with("rate_center", "FORT COLLINS")).await.shown();

    assert!(!world.object().is_null());
    expect![[r#"
        Error: The reservation in DENVER, CO would be destroyed (at on_destroy)

        `on_destroy` is "fail" in the state, because its numbers can't be given back.

        The numbers of the reservation in DENVER, CO are still reserved.

        To destroy or replace it, set `on_destroy = "retain"`, apply that before any other change of the reservation, and run the same command again. To remove it from the state only, run `terraform state rm`.

        Error: The reservation in DENVER, CO would be replaced because of a change of `rate_center` (at on_destroy)

        `on_destroy` is "fail" in the state, because its numbers can't be given back.

        Nothing was ordered.

        To destroy or replace it, set `on_destroy = "retain"`, apply that before any other change of the reservation, and run the same command again. To remove it from the state only, run `terraform state rm`.
    "#]].assert_eq(&(destroyed + "\n" + &replaced));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_has_not_ended_is_called_off() {
    let mut world = given_voice(slowly).await;
    world.apply_unfinished(&timeout(a_reservation(), "create", "1m")).await;

    let run = world.destroy().await;

    assert!(world.object().is_null());
    assert_eq!(world.requests(CANCEL), 1);
    assert_eq!(orders(&world)[0].status, VoiceStatus::Cancelled);
    expect![[r#"
        Warning: The order of the reservation in DENVER, CO was canceled

        Voice order 600184201 was in progress when the reservation was destroyed.

        None of its 3 numbers is reserved, and nothing is billed for them.

        If you still want the numbers, order them again.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_can_not_be_called_off_is_kept() {
    let mut world = given_voice(slowly).await;
    world
        .apply_unfinished(&a_reservation().with("timeouts", [("create", "1m"), ("delete", "1m")]))
        .await;
    world.fault(Fault::status(CANCEL, 403));

    let run = world.destroy().await;

    assert_eq!(world.text("status"), "pending");
    expect![[r#"
        Error: The order of the reservation in DENVER, CO is not canceled yet

        Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (POST /Voice/v1/Numbers/order/{id}/cancel, tracking ID …).

        Lumen did not cancel voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. If it completes, its numbers are reserved, and can't be given back.

        1. Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`).
        2. Run the same command again: it cancels the order if the order is still in progress.
    "#]].assert_eq(&run.shown());
    world.lumen.clear_faults();
    world.destroy().await;
    assert!(world.object().is_null());
    assert_eq!(orders(&world)[0].status, VoiceStatus::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn an_order_that_ends_before_it_is_called_off_leaves_its_numbers() {
    let mut world = given_voice(slowly).await;
    world.apply_unfinished(&timeout(a_reservation(), "create", "1m")).await;
    let plan = world.plan_destroy().await;
    world.lumen.advance(std::time::Duration::from_mins(11));

    let run = world.apply_plan(plan).await;

    assert!(world.object().is_null());
    assert_eq!(orders(&world)[0].status, VoiceStatus::Completed);
    expect![[r#"
        Warning: The numbers of the reservation in DENVER, CO stay in your Lumen inventory

        Lumen offers no way to give reserved numbers back.

        Reserved and not assigned: +13035550100, +13035550101, +13035550102. They still count toward the 75 percent that must be in use.

        Ask LEUOrders@Lumen.com to take them back, or import them again: `terraform import lumen_voice_tn_reservation.NAME 600184201`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_replaced_before_it_ends_is_called_off() {
    let mut world = given_voice(slowly).await;
    world.apply_unfinished(&timeout(a_reservation(), "create", "1m")).await;
    world.lumen.set(|lumen| lumen.voice.order_seconds = 20.0);

    let run = world.apply(&a_reservation().with("rate_center", "FORT COLLINS")).await;

    assert_eq!(run.action, Action::Replace);
    let statuses: Vec<VoiceStatus> = orders(&world).iter().map(|order| order.status).collect();
    assert_eq!(statuses, [VoiceStatus::Cancelled, VoiceStatus::Completed]);
    expect![[r#"
        Warning: The numbers of the reservation in DENVER, CO stay in your Lumen inventory when it is replaced

        A change of `rate_center` forces a replacement, and Lumen offers no way to give reserved numbers back.

        The state lists none of its numbers as unassigned. The apply orders new numbers in addition.

        To keep these numbers in use, undo the change of `rate_center`.

        Warning: The order of the reservation in DENVER, CO was canceled

        Voice order 600184201 was in progress when the reservation was destroyed.

        None of its 3 numbers is reserved, and nothing is billed for them.

        If you still want the numbers, order them again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn growth_that_has_not_ended_is_called_off_and_the_rest_stays() {
    let mut world = given_reservation().await;
    world.lumen.set(|lumen| slowly(&mut lumen.voice));
    world.apply_unfinished(&timeout(a_reservation().with("quantity", 5), "update", "1m")).await;

    let run = world.destroy().await;

    assert!(world.object().is_null());
    let statuses: Vec<VoiceStatus> = orders(&world).iter().map(|order| order.status).collect();
    assert_eq!(statuses, [VoiceStatus::Completed, VoiceStatus::Cancelled]);
    expect![[r#"
        Warning: The order of the reservation in DENVER, CO was canceled

        Voice order 600184202 was in progress when the reservation was destroyed.

        None of its 2 numbers is reserved, and nothing is billed for them.

        If you still want the numbers, order them again.

        Warning: The numbers of the reservation in DENVER, CO stay in your Lumen inventory

        Lumen offers no way to give reserved numbers back.

        Reserved and not assigned: +13035550100, +13035550101, +13035550102. They still count toward the 75 percent that must be in use.

        Ask LEUOrders@Lumen.com to take them back, or import them again: `terraform import lumen_voice_tn_reservation.NAME 600184201`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_backorder_that_is_called_off_is_named() {
    let refusal = Fault::status(CANCEL, 403).times(1);
    for (fault, shown) in [
        (
            None,
            expect![[r#"
        Warning: The backorder of the reservation in BOULDER, CO was canceled

        Voice order 600184201 still had backordered numbers when the reservation was destroyed.

        Lumen has agreed to cancel it, and reserves none of the numbers that had not arrived.

        If you still want the numbers, order them again.

        Warning: The numbers of the reservation in BOULDER, CO stay in your Lumen inventory

        Lumen offers no way to give reserved numbers back.

        Reserved and not assigned: +13035500100, +13035500101, +13035500102, +13035500103, +13035500104, +13035500105, +13035500106, +13035500107, +13035500108, +13035500109, +13035500110, +13035500111. They still count toward the 75 percent that must be in use.

        Ask LEUOrders@Lumen.com to take them back, or import them again: `terraform import lumen_voice_tn_reservation.NAME 600184201`.
    "#]],
        ),
        (
            Some(refusal),
            expect![[r#"
        Warning: The backorder of the reservation in BOULDER, CO could not be canceled

        Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (POST /Voice/v1/Numbers/order/{id}/cancel, tracking ID …).

        Lumen may still add numbers of voice order 600184201, which are then reserved.

        Look for them later in `lumen_voice_inventory`, or ask LEUOrders@Lumen.com to cancel the backorder.

        Warning: The numbers of the reservation in BOULDER, CO stay in your Lumen inventory

        Lumen offers no way to give reserved numbers back.

        Reserved and not assigned: +13035500100, +13035500101, +13035500102, +13035500103, +13035500104, +13035500105, +13035500106, +13035500107, +13035500108, +13035500109, +13035500110, +13035500111. They still count toward the 75 percent that must be in use.

        Ask LEUOrders@Lumen.com to take them back, or import them again: `terraform import lumen_voice_tn_reservation.NAME 600184201`.
    "#]],
        ),
    ] {
        let mut world = given_voice(|voice| voice.backorder_seconds = 3600.0).await;
        world.apply_unfinished(&too_many().with("on_shortage", "accept_with_backorder")).await;
        let plan = world.plan_destroy().await;
        if let Some(fault) = fault {
            world.fault(fault);
        }

        let run = world.carry_out(&plan).await;

        assert_eq!((world.requests(CANCEL), world.object().is_null()), (1, true));
        shown.assert_eq(&run.shown());
    }
}
