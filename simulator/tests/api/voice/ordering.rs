//! Orders for telephone numbers.

use expect_test::expect;
use reqwest::Method;
use serde_json::json;

use super::{A_YEAR, ORDER_INVENTORY, VOICE, a_reservation};
use crate::{send, world, world_with};

#[tokio::test]
async fn an_order_is_accepted_checked_and_completed() {
    let world = world().await;
    let placed = world.post(ORDER_INVENTORY, &a_reservation("DENVER", 10)).await;
    assert_eq!(placed.status, 202);
    expect![[r#"{"voiceOrderId":"600184201"}"#]].assert_eq(&placed.body.to_string());
    let order = placed.body["voiceOrderId"].as_str().unwrap();
    let mut seen = Vec::new();

    for _ in 0..5 {
        seen.push(world.progress(order).await);
        world.pass(6);
    }

    expect![[r#"
        901: created, 0 numbers
        901: in progress, 0 numbers
        901: in progress, 0 numbers
        901: in progress, 0 numbers
        901 10002: completed, 10 numbers"#]]
    .assert_eq(&seen.join("\n"));
    expect![[r#"
        {
          "externalOrderID": "lumen-1",
          "rateCenters": [
            {
              "rateCenter": "DENVER",
              "state": "CO",
              "status": "completed"
            }
          ],
          "status": "completed",
          "voiceOrderId": "600184201"
        }"#]]
    .assert_eq(&world.voice(&format!("orderStatus/{order}")).await.pretty());
}

#[tokio::test]
async fn notifications_can_be_limited_to_the_latest() {
    let world = world_with(|settings| settings.token_lifetime = A_YEAR).await;
    let order = world.reserve("DENVER", 10).await;
    world.pass(30);

    let mut latest = world.voice(&format!("notifications?voiceOrderId={order}&latest=true")).await;

    let date = latest.body["notifications"][0]["notificationDate"].take();
    assert!(date.as_str().is_some_and(|date| date.ends_with('Z')), "{date}");
    expect![[r#"
        {
          "notifications": [
            {
              "notificationCode": "10002",
              "notificationDate": null,
              "notificationMessage": "Voice order is complete. Please refer to Voice Order ID for reference number.",
              "rateCenter": "DENVER",
              "state": "CO"
            }
          ],
          "voiceOrderId": "600184201"
        }"#]].assert_eq(&latest.pretty());

    world.pass(181 * 24 * 60 * 60);
    let old = world.voice(&format!("notifications?voiceOrderId={order}")).await.body;
    assert_eq!(old["notifications"], json!([]), "notifications are kept for 180 days");
}

#[tokio::test]
async fn the_ledger_has_every_order() {
    let world = world().await;
    let order = json!({
        "productID": 2042,
        "customerServiceName": "RoutePlan1",
        "rateCenters": [
            { "rateCenter": "DENVER", "state": "CO", "quantity": 3, "sequentialIndicator": "Y" },
            { "rateCenter": "SEATTLE", "state": "WA", "quantity": "2", "sequentialIndictor": 2,
              "pbxIndex": "10", "pbxValue": "0" },
        ],
    });

    let id = world.reserve_as(&order).await;
    world.pass(30);
    world.reserve("DENVER", 1).await;

    let ledger = world.lumen.ledger();
    let mut told = serde_json::to_value(&ledger.voice_orders).unwrap();
    for order in told.as_array_mut().unwrap() {
        order["accepted_at"].take();
    }
    let lines: Vec<_> = told.as_array().unwrap().iter().map(ToString::to_string).collect();
    expect![[r#"
        {"accepted_at":null,"approvals":[],"customer_service_name":"RoutePlan1","external_order_id":null,"pbx":null,"product_id":"2042","quantity":3,"rate_center":"DENVER","sequential":true,"state":"CO","status":"completed","telephone_numbers":3,"voice_order_id":"600184201"}
        {"accepted_at":null,"approvals":[],"customer_service_name":"RoutePlan1","external_order_id":null,"pbx":{"index":10,"value":0},"product_id":"2042","quantity":2,"rate_center":"SEATTLE","sequential":true,"state":"WA","status":"completed","telephone_numbers":2,"voice_order_id":"600184201"}
        {"accepted_at":null,"approvals":[],"customer_service_name":null,"external_order_id":"lumen-1","pbx":null,"product_id":"2036","quantity":1,"rate_center":"DENVER","sequential":false,"state":"CO","status":"created","telephone_numbers":0,"voice_order_id":"600184202"}"#]].assert_eq(&lines.join("\n"));
    assert_eq!(ledger.requests[&format!("POST {ORDER_INVENTORY}")], 2);
    assert_eq!(
        world.numbers(&id).await,
        [12_065_500_101, 12_065_500_102, 13_035_550_100, 13_035_550_101, 13_035_550_102]
    );
}

#[tokio::test]
async fn an_order_for_one_rate_center_may_be_flat() {
    let world = world().await;
    let flat = json!({ "productID": "2036", "rateCenter": "denver", "state": "co", "quantity": 1 });

    let order = world.reserve_as(&flat).await;
    world.pass(30);

    assert_eq!(world.numbers(&order).await, [13_035_550_100]);
}

#[tokio::test]
async fn some_rate_centers_refuse_orders() {
    let world = world().await;
    let mut seen = Vec::new();

    for name in ["LEADVILLE", "TELLURIDE", "ATLANTIS", "PUEBLO", "GOLDEN"] {
        let order = world.reserve(name, 6).await;
        world.pass(30);
        seen.push(format!("{name} {}", world.progress(&order).await));
    }
    let mut restricted = a_reservation("DENVER", 10);
    restricted["rateCenters"][0]["pbxIndex"] = json!(1);
    restricted["rateCenters"][0]["pbxValue"] = json!(3);
    let restricted = world.reserve_as(&restricted).await;
    world.pass(30);
    seen.push(format!("restricted {}", world.progress(&restricted).await));

    expect![[r#"
        LEADVILLE 901 1302: rejected, 0 numbers
        TELLURIDE 901 1303: rejected, 0 numbers
        ATLANTIS 901 1304: rejected, 0 numbers
        PUEBLO 901 1648: rejected, 0 numbers
        GOLDEN 901 10012: rejected, 0 numbers
        restricted 901 10015: rejected, 0 numbers"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_credit_hold_lasts_until_it_is_released_or_rejected() {
    let world = world_with(|settings| {
        settings.token_lifetime = A_YEAR;
        settings.voice.credit_hold = true;
    })
    .await;
    let kept = world.reserve("DENVER", 1).await;
    let mut seen = Vec::new();
    world.pass(100_000);
    seen.push(world.progress(&kept).await);

    world.lumen.resume_voice_orders();
    world.pass(100);
    seen.push(world.progress(&kept).await);
    world.lumen.release_credit_hold();
    world.pass(30);
    seen.push(world.progress(&kept).await);
    let rejected = world.reserve("DENVER", 1).await;
    world.pass(30);
    world.lumen.reject_credit_hold();
    seen.push(world.progress(&rejected).await);

    expect![[r#"
        901 1807: pending credit check, 0 numbers
        901 1807: pending credit check, 0 numbers
        901 1807 10002: completed, 1 numbers
        901 1807: credit check rejected, 0 numbers"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn every_notification_can_be_reached() {
    const CODES: [u32; 31] = [
        901, 902, 903, 904, 906, 1302, 1303, 1304, 1403, 1429, 1616, 1648, 1807, 1921, 4011, 10001,
        10002, 10004, 10005, 10006, 10008, 10009, 10010, 10012, 10013, 10015, 20020, 20063, 20066,
        20107, 20217,
    ];
    let world = world().await;
    world.lumen.set(|settings| settings.voice.next_notifications = CODES.into());
    let mut orders = Vec::new();
    for _ in CODES {
        orders.push(world.reserve("DENVER", 4).await);
    }
    world.pass(30);

    let mut seen = Vec::new();
    for (code, order) in CODES.iter().zip(&orders) {
        let path = format!("notifications?voiceOrderId={order}&latest=true");
        let told = &world.voice(&path).await.body["notifications"][0];
        assert_eq!(told["notificationCode"], code.to_string());
        let message = told["notificationMessage"].as_str().unwrap();
        assert!(message.len() > 20 && !message.contains(['<', '{']), "{message}");
        seen.push(world.progress(order).await);
    }
    world.lumen.release_credit_hold();
    world.lumen.resume_voice_orders();
    world.pass(30);

    expect![[r#"
        901 901: in progress, 0 numbers
        901 902: completed, 4 numbers
        901 903: in progress, 0 numbers
        901 904: in progress, 0 numbers
        901 906: completed, 4 numbers
        901 1302: rejected, 0 numbers
        901 1303: rejected, 0 numbers
        901 1304: rejected, 0 numbers
        901 1403: rejected, 0 numbers
        901 1429: rejected, 0 numbers
        901 1616: rejected, 0 numbers
        901 1648: rejected, 0 numbers
        901 1807: pending credit check, 0 numbers
        901 1921: rejected, 0 numbers
        901 4011: in progress, 0 numbers
        901 10001: in progress, 0 numbers
        901 10002: completed, 4 numbers
        901 10004: cancelled, 0 numbers
        901 10005: cancelled, 0 numbers
        901 10006: in progress, 0 numbers
        901 10008: in progress, 0 numbers
        901 10009: cancelled, 0 numbers
        901 10010: cancelled, 0 numbers
        901 10012: rejected, 0 numbers
        901 10013: cancelled, 0 numbers
        901 10015: rejected, 0 numbers
        901 20020: rejected, 0 numbers
        901 20063: rejected, 0 numbers
        901 20066: rejected, 0 numbers
        901 20107: rejected, 0 numbers
        901 20217: rejected, 0 numbers"#]]
    .assert_eq(&seen.join("\n"));
    for held in [0, 2, 3, 12, 14, 19, 20] {
        let story = world.progress(&orders[held]).await;
        assert!(story.ends_with("10002: completed, 4 numbers"), "{story}");
    }
    let next = world.reserve("DENVER", 4).await;
    world.pass(30);
    assert_eq!(world.progress(&next).await, "901 10002: completed, 4 numbers");
}

#[tokio::test]
async fn an_order_is_rejected_by_4011_and_held_by_an_unknown_notification() {
    let world = world_with(|settings| {
        settings.voice.next_notifications = vec![4011, 99_999];
        settings.voice.reject_on_4011 = true;
    })
    .await;

    let rejected = world.reserve("DENVER", 1).await;
    let unknown = world.reserve("DENVER", 1).await;
    world.pass(30);

    let seen = [world.progress(&rejected).await, world.progress(&unknown).await];
    expect![[r#"
        901 4011: rejected, 0 numbers
        901 99999: in progress, 0 numbers"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn an_order_in_progress_can_be_cancelled() {
    let world = world().await;
    let early = world.reserve("BOULDER", 12).await;
    let done = world.reserve("DENVER", 1).await;

    let cancelled = world.cancel(&early).await;
    assert_eq!(cancelled.status, 200);
    assert_eq!(cancelled.body, json!({ "voiceOrderId": early, "status": "cancelled" }));
    world.pass(30);

    let seen = [
        world.progress(&early).await,
        world.cancel(&early).await.exception(),
        world.cancel(&done).await.exception(),
    ];
    expect![[r#"
        901 10005: cancelled, 0 numbers
        400 20108 Provided order has already been cancelle
        400 20065 Order has been completed and can not be "#]]
    .assert_eq(&seen.join("\n"));
    let again = world.reserve("BOULDER", 12).await;
    world.pass(30);
    assert_eq!(
        world.progress(&again).await,
        "901 10002: completed, 12 numbers",
        "the numbers are in stock again"
    );
}

#[tokio::test]
async fn no_endpoint_releases_a_number() {
    let world = world().await;
    let order = world.reserve("DENVER", 1).await;
    world.pass(30);

    for path in ["inventory", "order/disconnect", "orderInventory"] {
        let request = world.request(Method::DELETE, &format!("{VOICE}/{path}"));
        let status = send(request).await.status.as_u16();
        assert!([404, 405].contains(&status), "{path}: {status}");
    }
    world.cancel(&order).await;

    assert_eq!(world.numbers(&order).await.len(), 1);
}
