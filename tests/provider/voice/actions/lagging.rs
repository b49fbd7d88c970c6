//! Actions on orders whose numbers appear in the inventory later than Lumen reports.

use std::time::Duration;

use lumen_simulator::Fault;
use serde_json::json;

use super::super::INVENTORY;
use super::{NOTIFICATIONS, ORDER_ID, approve, given_shortage};

/// Lumen had 12 numbers, was told to add the others later, and has completed the order, but shows only 12
/// of the 20 numbers at first. It does not report that there was a backorder.
#[tokio::test(start_paused = true)]
async fn a_complete_order_is_judged_when_its_numbers_are_there() {
    for (answer, is_right) in [("accept_with_backorder", true), ("accept_available", false)] {
        let mut world = given_shortage().await;
        assert!(!approve(&mut world, "accept_with_backorder").await.failed());
        world.lumen.advance(Duration::from_hours(2));
        let shortage = "Requested amount exceeds the 12 telephone numbers available.";
        let told = json!({ "notifications": [
            { "notificationCode": "901" },
            { "notificationCode": "10001", "notificationMessage": shortage },
            { "notificationCode": "10002" },
        ]});
        world.fault(Fault::answer(NOTIFICATIONS, 200, told.to_string()));
        let first = json!({ "tns": [{ "startTN": 13_035_559_001_u64, "endTN": 13_035_559_012_u64,
            "voiceOrderId": ORDER_ID }] });
        world.fault(Fault::answer(INVENTORY, 200, first.to_string()).times(1));

        let again = approve(&mut world, answer).await;

        assert_eq!(again.failed(), !is_right, "{answer}: {}", again.shown());
    }
}
