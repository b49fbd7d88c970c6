//! Install orders: reserved numbers are put into service.

use expect_test::expect;
use lumen_simulator::LineOrderKind;
use serde_json::json;

use super::{DAY, a_full_install, an_install, office, office_with, with};
use crate::voice::VOICE;
use crate::world;

const FIRST: u64 = 13_035_550_100;

#[tokio::test(start_paused = true)]
async fn reserved_numbers_are_put_into_service() {
    let office = office().await;
    office.reserve(3);
    let placed = office.post("order", &an_install(&[FIRST, FIRST + 1])).await;
    assert_eq!(placed.status, 202);
    expect![[r#"{"externalOrderID":"tf0f1e2d3c4b5a697887","orderStatus":"created","voiceOrderId":"600184202"}"#]].assert_eq(&placed.body.to_string());
    let mut seen = Vec::new();

    for _ in 0..6 {
        let (told, reserved) = (office.progress("600184202").await, office.reserved().await);
        seen.push(format!("{told}; reserved {reserved}; {}", office.report().await));
        office.pass(5);
    }

    expect![[r#"
        901: created; reserved 13035550102; 
        901: in progress; reserved 13035550102; 
        901: in progress; reserved 13035550102; 
        901: in progress; reserved 13035550102; 
        901 902: completed; reserved 13035550102; 
        901 902: completed; reserved 13035550102; 13035550100-13035550101 Active DENVER-SBC-1"#]]
    .assert_eq(&seen.join("\n"));
    expect![[r#"
        {
          "externalOrderID": "tf0f1e2d3c4b5a697887",
          "orderType": "NEW",
          "status": "completed",
          "transactionOrders": [
            {
              "rateCenter": "DENVER",
              "state": "CO",
              "status": "completed",
              "tns": [
                {
                  "endTN": 13035550101,
                  "startTN": 13035550100
                }
              ],
              "transactionOrderId": "60018420201"
            }
          ],
          "voiceOrderId": "600184202"
        }"#]]
    .assert_eq(&office.get("orderStatus/600184202").await.pretty());
}

#[tokio::test]
async fn the_order_arrives_over_a_connection() {
    let world = world().await;
    world.lumen.add_voice_order("2036", "DENVER", "CO", 1).unwrap();

    let placed = world.post(&format!("{VOICE}/order"), &an_install(&[FIRST])).await;
    world.pass(30);

    assert_eq!(placed.status, 202);
    let report = world.get(&format!("{VOICE}/inventory/details")).await.body;
    assert_eq!(report["tns"][0]["tn"], FIRST);
}

#[tokio::test(start_paused = true)]
async fn everything_that_was_ordered_is_recorded() {
    let office = office().await;
    office.reserve(1);

    let order = office.ordered("order", &a_full_install(&[FIRST])).await;
    office.pass(20);

    let lines = office.lumen.lines();
    expect![[r#"
        {
          "product_id": "2042",
          "customer_service_name": "DENVER-SBC-1",
          "subscriber": {
            "type": "business",
            "business_name": "Example Corp"
          },
          "service_address": {
            "street_number": "1025",
            "street_pre_directional": "N",
            "street_name": "Eldorado",
            "street_suffix": "BLVD",
            "street_post_directional": "W",
            "secondary_location": "STE 200",
            "city": "Broomfield",
            "state": "CO",
            "zip": "80021"
          },
          "e911_option": "static",
          "directory_listing": {
            "listing_type": "1",
            "business_name": "Example Corp",
            "first_name": null,
            "last_name": null
          },
          "cnam": {
            "customer_name": "EXAMPLE CORP",
            "blocked": false
          },
          "voice_order_id": "600184202",
          "external_order_id": "tf1a2b3c4d5e6f7a8b9c"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&lines[&FIRST]).unwrap());
    let ledger = office.lumen.ledger();
    expect![[r#"
        [
          {
            "voice_order_id": "600184202",
            "external_order_id": "tf1a2b3c4d5e6f7a8b9c",
            "kind": "install",
            "product_id": "2042",
            "telephone_numbers": [
              13035550100
            ],
            "sent": [
              "externalOrderID",
              "numberType",
              "productID",
              "subscriberLines.E911_Option",
              "subscriberLines.businessName",
              "subscriberLines.cnam.blockCustomerName",
              "subscriberLines.cnam.customerName",
              "subscriberLines.customerType",
              "subscriberLines.directoryListing.directoryBusinessName",
              "subscriberLines.directoryListing.directoryListingAction",
              "subscriberLines.directoryListing.directoryListingType",
              "subscriberLines.orderMappingList.customerServiceName",
              "subscriberLines.orderMappingList.tnList",
              "subscriberLines.serviceAddress.city",
              "subscriberLines.serviceAddress.secondaryLocation",
              "subscriberLines.serviceAddress.state",
              "subscriberLines.serviceAddress.streetName",
              "subscriberLines.serviceAddress.streetNumber",
              "subscriberLines.serviceAddress.streetPostDirectional",
              "subscriberLines.serviceAddress.streetPreDirectional",
              "subscriberLines.serviceAddress.streetSuffix",
              "subscriberLines.serviceAddress.zip"
            ],
            "supplements": [],
            "request_date": null,
            "foc_date": null,
            "status": "completed",
            "accepted_at": "2026-11-20T12:00:00Z"
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&ledger.line_orders).unwrap());
    assert_eq!(ledger.line_orders[0].voice_order_id, order);
    assert_eq!(ledger.line_orders[0].kind, LineOrderKind::Install);
}

#[tokio::test(start_paused = true)]
async fn members_may_be_spelled_in_other_ways() {
    let office = office().await;
    office.reserve(6);
    let order = json!({
        "product_id": 2036,
        "number_type": "NEW",
        "SubscriberLines": [{
            "orderMappingList": [{
                "customer_service_name": "DENVER-SBC-1",
                "TNList": [
                    "+1 303-555-0100",
                    { "startTN": 13_035_550_101_u64, "endTN": "13035550102" },
                    { "npa": "303", "nxx": 555, "line": 103 },
                    { "tn": "3035550104" },
                ],
            }],
        }],
    });

    office.ordered("order", &order).await;
    office.pass(30);

    assert_eq!(office.report().await, "13035550100-13035550104 Active DENVER-SBC-1");
    assert_eq!(office.reserved().await, "13035550105");
}

#[tokio::test(start_paused = true)]
async fn an_install_with_a_date_waits_for_it() {
    let office = office().await;
    office.reserve(1);
    let date = json!("2026-12-07T17:00:00Z");

    let order =
        office.ordered("order", &with(an_install(&[FIRST]), "/customerRequestDate", date)).await;
    office.pass(17 * DAY);
    assert_eq!(office.progress(&order).await, "901: in progress");
    office.pass(5 * 60 * 60);

    assert_eq!(office.progress(&order).await, "901 902: completed");
}

#[tokio::test(start_paused = true)]
async fn an_order_that_fails_gives_its_numbers_back() {
    let mut seen = Vec::new();

    for code in [902, 906, 10_002, 1_403, 1_616, 4_011, 20_020, 20_063, 20_217, 10_005] {
        let office = office_with(|settings| settings.voice.next_notifications = vec![code]).await;
        office.reserve(2);
        let order = office.ordered("order", &an_install(&[FIRST, FIRST + 1])).await;
        assert_eq!(office.reserved().await, "");
        office.pass(30);
        let told = office.progress(&order).await;
        seen.push(format!("{told}; reserved {}", office.reserved().await));
        office.lumen.resume_voice_orders();
    }

    expect![[r#"
        901 902: completed; reserved 
        901 906: completed; reserved 
        901 10002: completed; reserved 
        901 1403: rejected; reserved 13035550100-13035550101
        901 1616: rejected; reserved 13035550100-13035550101
        901 4011: in progress; reserved 
        901 20020: rejected; reserved 13035550100-13035550101
        901 20063: rejected; reserved 13035550100-13035550101
        901 20217: rejected; reserved 13035550100-13035550101
        901 10005: cancelled; reserved 13035550100-13035550101"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_held_order_is_released_or_rejected() {
    let office = office_with(|settings| settings.voice.credit_hold = true).await;
    office.reserve(2);
    let kept = office.ordered("order", &an_install(&[FIRST])).await;
    office.pass(DAY);
    let mut seen = vec![office.progress(&kept).await];

    office.lumen.release_credit_hold();
    office.pass(10);
    seen.push(office.progress(&kept).await);
    let rejected = office.ordered("order", &an_install(&[FIRST + 1])).await;
    office.pass(10);
    office.lumen.reject_credit_hold();
    seen.push(office.progress(&rejected).await);

    expect![[r#"
        901 1807: pending credit check
        901 1807 902: completed
        901 1807: credit check rejected"#]]
    .assert_eq(&seen.join("\n"));
    assert_eq!(office.reserved().await, "13035550101");
}

#[tokio::test(start_paused = true)]
async fn a_number_that_was_reclaimed_meanwhile_ends_its_order() {
    let office = office().await;
    office.reserve(2);
    let order = office.ordered("order", &an_install(&[FIRST, FIRST + 1])).await;

    assert!(office.lumen.reclaim(FIRST));
    office.pass(10);

    assert_eq!(office.progress(&order).await, "901 20217: rejected");
    assert_eq!(
        office.message(&order).await,
        "13035550100 is not valid telephone number. Please resubmit your request"
    );
    assert_eq!(office.reserved().await, "13035550101");
}

#[tokio::test(start_paused = true)]
async fn an_order_in_progress_can_be_cancelled() {
    let office = office().await;
    office.reserve(2);
    let order = office.ordered("order", &an_install(&[FIRST, FIRST + 1])).await;

    let cancelled = office.cancel(&order).await;
    let again = office.cancel(&order).await.exception();
    office.pass(30);

    assert_eq!(cancelled.status, 200);
    expect![[r#"{"status":"cancelled","voiceOrderId":"600184202"}"#]]
        .assert_eq(&cancelled.body.to_string());
    assert_eq!(again, "400 20108 Provided order has already been cancelle");
    assert_eq!(office.progress(&order).await, "901: cancelled");
    assert_eq!(office.reserved().await, "13035550100-13035550101");
    let next = office.ordered("order", &an_install(&[FIRST])).await;
    office.pass(30);
    let late = office.cancel(&next).await.exception();
    assert_eq!(late, "400 20238 This order has completed and cannot be c");
}
