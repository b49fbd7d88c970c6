//! Lumen's notifications about failed orders: the argument at fault, and the remedy.

use expect_test::expect;

use super::notifications::told;
use super::{a_reservation, given_voice, orders, slowly};
use crate::world::timeout;

#[tokio::test(start_paused = true)]
async fn about_the_rate_center() {
    let shown = told(&[1_302, 1_303, 1_304, 1_648], |_| {}).await;

    expect![[r#"
        ===== 1302: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Rate Center is not open for orders, or future rate center is not available. Please select a different rate center." (notification 1302).

        None of these numbers is reserved.

        Choose another rate center from `lumen_voice_rate_centers`: this one is closed for orders.
        ===== 1303: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Coverage is not available for this rate center. This order is rejected. Please use the /coverage API to find a rate center. Then place a new order. If you require further assistance log into the servicer portal and create a ticket." (notification 1303).

        None of these numbers is reserved.

        Choose another rate center from `lumen_voice_rate_centers`: Lumen does not serve this one.
        ===== 1304: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184201 failed: the order is rejected: Lumen says: "The rate center provided cannot be found, check the rate center name and resubmit." (notification 1304).

        None of these numbers is reserved.

        Correct `rate_center` and `state` as `lumen_voice_rate_centers` lists them.
        ===== 1648: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Account has utilized less than 75% of current telephone number inventory at the given rate center. The order cannot be processed at this time. Please use telephone numbers from your existing inventory. If you need further assistance log into the service portal and create a ticket, or contact your account manager." (notification 1648).

        None of these numbers is reserved.

        Assign more of your numbers there. Lumen reserves more once 75 percent are in use; `lumen_voice_utilization` shows the percentage.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn about_the_customer() {
    let shown = told(&[1_403, 1_429, 1_616, 20_020, 20_063], |_| {}).await;

    expect![[r#"
        ===== 1403: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is rejected: Lumen says: "Customer number / Master BusOrg can not be found. Only the customer number(s) that has been associated to your credentials is valid for this transaction. Contact your account manager or log a help ticket in API marketplace." (notification 1403).

        None of these numbers is reserved.

        Check `customer_number` (`LUMEN_CUSTOMER_NUMBER`) in the provider block, and that Lumen has attached it to your API key.
        ===== 1429: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is rejected: Lumen says: "Customer number / Master BusOrg can not be found. You must have a valid and active customer number in order to use this API. Contact your account manager or log a help ticket in API marketplace." (notification 1429).

        None of these numbers is reserved.

        Check `customer_number` (`LUMEN_CUSTOMER_NUMBER`) in the provider block, and that Lumen has attached it to your API key.
        ===== 1616: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at quantity)

        Voice order 600184201 failed: the order is rejected: Lumen says: "No active service found for the telephone number(s) entered. Please verify the telephone number(s) or customer number and try again." (notification 1616).

        None of these numbers is reserved.

        Ask LEUOrders@Lumen.com, and apply again when Lumen has fixed it.
        ===== 20020: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is rejected: Lumen says: "For a residential customer, the directory listing first name and last name is required." (notification 20020).

        None of these numbers is reserved.

        1. Correct what Lumen's reason names, or ask Lumen's support about voice order 600184201.
        2. Run the same command again: it places another order to reserve 3 numbers for the reservation in DENVER, CO.
        ===== 20063: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at customer_service_name)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Invalid Customer Service name." (notification 20063).

        None of these numbers is reserved.

        Set `customer_service_name` to one of your routes, or remove it.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn about_a_shortage() {
    let shown = told(&[1_921, 10_012, 10_013, 10_015], |_| {}).await;

    expect![[r#"
        ===== 1921: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at on_shortage)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Order is rejected due to expired approval time. Please resubmit your order and respond to approval notification within 4 hours. If you require further assistance log into the servicer portal and create a ticket." (notification 1921).

        None of these numbers is reserved.

        Set `on_shortage` to what you accept, and apply again: the provider then answers at once.
        ===== 10012: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at quantity)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Order exceeds available inventory and cannot be processed at this time. Back orders are not supported in this region. If you require further assistance log into the service portal and create a ticket." (notification 10012).

        None of these numbers is reserved.

        Lower `quantity`, or choose another rate center from `lumen_voice_rate_centers`.
        ===== 10013: no state; ordered: Cancelled with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at on_shortage)

        Voice order 600184201 failed: the order is cancelled: Lumen says: "We did not receive your confirmation of back orders. Back orders have been cancelled for your voice order. If you wish to place the back order create a new reservation order and confirm back order within 4 hours of placing the order." (notification 10013).

        None of these numbers is reserved.

        Set `on_shortage` to `accept_with_backorder`, and apply again: the provider then answers at once.
        ===== 10015: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at pbx_index)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Order exceeds available inventory and cannot be processed at this time. Backorders are not supported for PBX Restricted Telephone numbers. Please contact LEUOrders@Lumen.com for more assistance." (notification 10015).

        None of these numbers is reserved.

        Lower `quantity`, or remove `pbx_index` and `pbx_value`: numbers with a PBX rule can't be backordered.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn about_a_backorder() {
    let shown = told(&[10_004, 10_005, 10_009, 10_010, 20_107], |_| {}).await;

    expect![[r#"
        ===== 10004: no state; ordered: Cancelled with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is cancelled: Lumen says: "Your back order cannot be fulfilled and has been cancelled. Please contact LEUOrders@Lumen.com for more assistance." (notification 10004).

        None of these numbers is reserved.

        Ask LEUOrders@Lumen.com which numbers are available, and apply again. Or choose another rate center from `lumen_voice_rate_centers`.
        ===== 10005: no state; ordered: Cancelled with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at quantity)

        Voice order 600184201 failed: the order is cancelled: Lumen says: "Your back order has been cancelled per your request." (notification 10005).

        None of these numbers is reserved.

        Apply again if you still want the numbers.
        ===== 10009: no state; ordered: Cancelled with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184201 failed: the order is cancelled: Lumen says: "Backorder has been cancelled. The rate center you selected is invalid or was consolidated into another rate center. Please place the order using a different rate center or log into the portal and create a service ticket." (notification 10009).

        None of these numbers is reserved.

        Choose another rate center from `lumen_voice_rate_centers`.
        ===== 10010: no state; ordered: Cancelled with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184201 failed: the order is cancelled: Lumen says: "Backorder has been cancelled. The rate center you selected is not available for native telephone number ordering. Please select a different rate center and place the order again." (notification 10010).

        None of these numbers is reserved.

        Choose another rate center from `lumen_voice_rate_centers`.
        ===== 20107: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is rejected: Lumen says: "The order information you provided is not for an active backorder." (notification 20107).

        None of these numbers is reserved.

        1. Correct what Lumen's reason names, or ask Lumen's support about voice order 600184201.
        2. Run the same command again: it places another order to reserve 3 numbers for the reservation in DENVER, CO.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn about_other_orders() {
    let shown = told(&[20_066, 20_217], |_| {}).await;

    expect![[r#"
        ===== 20066: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is rejected: Lumen says: "Unable to complete LNP (porting) cancel. Cancellations are allowed up to one business day before FOC (Firm Order Commitment) date. Once LNP order completes you may issue a change order. If you require further assistance log into the service portal and create a ticket." (notification 20066).

        None of these numbers is reserved.

        1. Correct what Lumen's reason names, or ask Lumen's support about voice order 600184201.
        2. Run the same command again: it places another order to reserve 3 numbers for the reservation in DENVER, CO.
        ===== 20217: no state; ordered: Rejected with 0 numbers
        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is rejected: Lumen says: "13035550100 is not valid telephone number. Please resubmit your request" (notification 20217).

        None of these numbers is reserved.

        1. Correct what Lumen's reason names, or ask Lumen's support about voice order 600184201.
        2. Run the same command again: it places another order to reserve 3 numbers for the reservation in DENVER, CO.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn an_order_in_progress_elsewhere_may_mean_that_this_one_is_rejected() {
    let shown = told(&[4_011], |voice| voice.reject_on_4011 = true).await;

    expect![[r#"
        ===== 4011: no state; ordered: Rejected with 0 numbers
        Warning: Unexpected order status for the reservation in DENVER, CO

        Lumen says: "Orders are already in progress or in backorder. This could be due to multiple orders submitted. This order cannot be processed at this time. If you require further assistance log into the service portal and create a ticket." (notification 4011).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Error: Lumen did not reserve 3 numbers for the reservation in DENVER, CO

        Voice order 600184201 failed: the order is rejected: Lumen says: "Orders are already in progress or in backorder. This could be due to multiple orders submitted. This order cannot be processed at this time. If you require further assistance log into the service portal and create a ticket." (notification 4011).

        None of these numbers is reserved.

        1. Correct what Lumen's reason names, or ask Lumen's support about voice order 600184201.
        2. Run the same command again: it places another order to reserve 3 numbers for the reservation in DENVER, CO.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_found_at_a_refresh_makes_the_numbers_new() {
    let mut world = given_voice(|voice| {
        slowly(voice);
        voice.next_notifications = vec![1_302];
    })
    .await;
    let impatient = timeout(a_reservation(), "create", "1m");
    world.apply_unfinished(&impatient).await;
    world.lumen.advance(std::time::Duration::from_mins(10));

    let run = world.refresh().await;

    assert!(world.object().is_null());
    assert_eq!(orders(&world).len(), 1);
    expect![[r#"
        Warning: Lumen did not reserve 3 numbers for the reservation in DENVER, CO (at rate_center)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Rate Center is not open for orders, or future rate center is not available. Please select a different rate center." (notification 1302).

        None of these numbers is reserved: the plan shows them as new.

        Choose another rate center from `lumen_voice_rate_centers`: this one is closed for orders.
    "#]].assert_eq(&run.shown());
    world.lumen.set(|lumen| lumen.voice.order_seconds = 20.0);
    world.apply(&impatient).await.quietly();
    assert_eq!(orders(&world).len(), 2);
}
