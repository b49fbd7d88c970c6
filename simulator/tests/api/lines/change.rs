//! Change orders.

use expect_test::expect;
use lumen_simulator::Line;
use serde_json::{Value, json};

use super::{Office, a_full_install, office, office_with};

const FIRST: u64 = 13_035_550_100;

fn a_change(numbers: &[u64]) -> Value {
    json!({
        "externalOrderID": "tf2b3c4d5e6f7a8b9c0d",
        "tnList": numbers,
        "customerType": "B",
        "businessName": "Example Corp West",
        "serviceAddress": {
            "streetNumber": "1", "streetName": "Main", "streetSuffix": "ST",
            "city": "Denver", "state": "CO", "zip": "80202",
        },
        "E911_Option": "CP911",
        "directoryListing": {
            "directoryListingAction": "C",
            "directoryListingType": "1",
            "directoryBusinessName": "Example Corp West",
        },
        "cnam": { "blockCustomerName": "N", "customerName": "EXAMPLE WEST" },
        "customerServiceName": "DENVER-SBC-2",
    })
}

async fn in_service(office: &Office, numbers: &[u64]) {
    office.reserve(numbers.len());
    office.ordered("order", &a_full_install(numbers)).await;
    office.pass(30);
}

#[tokio::test(start_paused = true)]
async fn numbers_in_service_are_changed() {
    let office = office().await;
    in_service(&office, &[FIRST, FIRST + 1, FIRST + 2]).await;
    let placed = office.post("order/change", &a_change(&[FIRST, FIRST + 1])).await;
    assert_eq!(placed.status, 202);
    expect![[r#"{"externalOrderID":"tf2b3c4d5e6f7a8b9c0d","orderStatus":"created","voiceOrderId":"600184203"}"#]].assert_eq(&placed.body.to_string());
    let mut seen = Vec::new();

    for seconds in [0, 2, 3, 2] {
        office.pass(seconds);
        seen.push(format!("{}\n{}", office.progress("600184203").await, office.report().await));
    }

    expect![[r#"
        901: created
        13035550100-13035550101 Pending Change DENVER-SBC-1
        13035550102 Active DENVER-SBC-1
        901: in progress
        13035550100-13035550101 Pending Change DENVER-SBC-1
        13035550102 Active DENVER-SBC-1
        901 902: completed
        13035550100-13035550101 Pending Change DENVER-SBC-1
        13035550102 Active DENVER-SBC-1
        901 902: completed
        13035550100-13035550101 Active DENVER-SBC-2
        13035550102 Active DENVER-SBC-1"#]]
    .assert_eq(&seen.join("\n"));
    let line = serde_json::to_string_pretty(&office.lumen.lines()[&FIRST]).unwrap();
    expect![[r#"
        {
          "product_id": "2042",
          "customer_service_name": "DENVER-SBC-2",
          "subscriber": {
            "type": "business",
            "business_name": "Example Corp West"
          },
          "service_address": {
            "street_number": "1",
            "street_pre_directional": null,
            "street_name": "Main",
            "street_suffix": "ST",
            "street_post_directional": null,
            "secondary_location": null,
            "city": "Denver",
            "state": "CO",
            "zip": "80202"
          },
          "e911_option": "customer_provided",
          "directory_listing": {
            "listing_type": "1",
            "business_name": "Example Corp West",
            "first_name": null,
            "last_name": null
          },
          "cnam": {
            "customer_name": "EXAMPLE WEST",
            "blocked": false
          },
          "voice_order_id": "600184202",
          "external_order_id": "tf1a2b3c4d5e6f7a8b9c"
        }"#]]
    .assert_eq(&line);
    expect![[r#"
        {
          "externalOrderID": "tf2b3c4d5e6f7a8b9c0d",
          "orderType": "CHANGE",
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
              "transactionOrderId": "60018420301"
            }
          ],
          "voiceOrderId": "600184203"
        }"#]]
    .assert_eq(&office.get("orderStatus/600184203").await.pretty());
}

#[tokio::test(start_paused = true)]
async fn the_route_can_be_changed_alone_and_a_listing_removed() {
    let office = office().await;
    in_service(&office, &[FIRST]).await;
    let route = json!({ "tnList": [FIRST], "customerServiceName": "DENVER-SBC-2" });
    let listing =
        json!({ "tnList": [FIRST], "directoryListing": { "directoryListingAction": "R" } });

    for change in [route, listing] {
        office.ordered("order/change", &change).await;
        office.pass(10);
    }

    let line = &office.lumen.lines()[&FIRST];
    assert_eq!(line.customer_service_name, "DENVER-SBC-2");
    assert_eq!(line.directory_listing, None);
    assert!(line.subscriber.is_some() && line.cnam.is_some(), "the rest does not change");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_fails_or_is_cancelled_changes_nothing() {
    let office = office().await;
    office.lumen.add_lines(&[FIRST], &Line::new("2042", "DENVER-SBC-1"));
    let change = json!({ "tnList": [FIRST], "customerServiceName": "DENVER-SBC-2" });

    office.lumen.set(|settings| settings.voice.next_notifications = vec![20_063]);
    let failed = office.ordered("order/change", &change).await;
    office.pass(10);
    let cancelled = office.ordered("order/change", &change).await;
    office.cancel(&cancelled).await;
    office.pass(10);

    assert_eq!(office.progress(&failed).await, "901 20063: rejected");
    assert_eq!(office.progress(&cancelled).await, "901: cancelled");
    assert_eq!(office.report().await, "13035550100 Active DENVER-SBC-1");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_change_may_have_another_code() {
    let office = office_with(|settings| settings.voice.next_notifications = vec![10_002]).await;
    office.lumen.add_lines(&[FIRST], &Line::new("2036", "DENVER-SBC-1"));
    let change = json!({ "tnList": [FIRST], "customerServiceName": "DENVER-SBC-2" });

    let order = office.ordered("order/change", &change).await;
    office.pass(10);

    assert_eq!(office.progress(&order).await, "901 10002: completed");
}
