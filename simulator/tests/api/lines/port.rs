//! Ports: numbers are taken over from another carrier.

use expect_test::expect;
use serde_json::{Value, json};

use super::{DAY, Office, a_port, office, office_with, with};

const FIRST: u64 = 13_035_559_100;

/// The FOC date in the order's status.
async fn foc_date(office: &Office, order: &str) -> Option<String> {
    let status = office.get(&format!("orderStatus/{order}")).await.body;
    status["focDate"].as_str().map(str::to_owned)
}

#[tokio::test(start_paused = true)]
async fn numbers_are_taken_over_at_the_foc_date() {
    let office = office().await;
    let placed = office.post("order", &a_port(&[FIRST, FIRST + 1])).await;
    assert_eq!(placed.status, 202);
    expect![[r#"{"externalOrderID":"tf1a2b3c4d5e6f7a8b9c","orderStatus":"created","voiceOrderId":"600184201"}"#]].assert_eq(&placed.body.to_string());
    let mut seen = Vec::new();

    for seconds in [0, 10, 20, 17 * DAY, 5 * 60 * 60, 2] {
        office.pass(seconds);
        seen.push(format!("{}; {}", office.progress("600184201").await, office.report().await));
    }

    expect![[r#"
        901: created; 
        901: in progress; 
        901 903: in progress; 
        901 903: in progress; 
        901 903 902: completed; 13035559100-13035559101 Active DENVER-SBC-1
        901 903 902: completed; 13035559100-13035559101 Active DENVER-SBC-1"#]]
    .assert_eq(&seen.join("\n"));
    expect![[r#"
        {
          "customerRequestDate": "2026-12-07T17:00:00Z",
          "externalOrderID": "tf1a2b3c4d5e6f7a8b9c",
          "focDate": "2026-12-07T17:00:00Z",
          "orderType": "LNP",
          "status": "completed",
          "transactionOrders": [
            {
              "rateCenter": "DENVER",
              "state": "CO",
              "status": "completed",
              "tns": [
                {
                  "endTN": 13035559101,
                  "startTN": 13035559100
                }
              ],
              "transactionOrderId": "60018420101"
            }
          ],
          "voiceOrderId": "600184201"
        }"#]]
    .assert_eq(&office.get("orderStatus/600184201").await.pretty());
    let sent = Value::from(office.notifications("600184201").await);
    expect![[r#"
        [
          {
            "notificationCode": "901",
            "notificationDate": "2026-11-20T12:00:00Z",
            "notificationMessage": "Order successfully submitted. Please refer to Voice Order ID for reference number."
          },
          {
            "focDate": "2026-12-07T17:00:00Z",
            "notificationCode": "903",
            "notificationDate": "2026-11-20T12:00:30Z",
            "notificationMessage": "LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided."
          },
          {
            "notificationCode": "902",
            "notificationDate": "2026-12-07T17:00:00Z",
            "notificationMessage": "Order successfully installed. Please refer to Voice Order ID for reference number."
          }
        ]"#]].assert_eq(&serde_json::to_string_pretty(&sent).unwrap());
    let ledger = serde_json::to_string(&office.lumen.ledger().line_orders).unwrap();
    assert!(ledger.contains("subscriberLines.lnp.losingCarrierPin"), "{ledger}");
    assert!(!ledger.contains("0000\"") && !ledger.contains("12345"), "{ledger}");
}

#[tokio::test(start_paused = true)]
async fn the_foc_date_is_a_business_day() {
    let mut seen = Vec::new();

    for (asked, late) in [
        ("2026-12-05T17:00:00Z", 0),
        ("2026-11-26T17:00:00Z", 0),
        ("2026-12-07T17:00:00Z", 3),
        ("2026-12-04T17:00:00Z", 1),
    ] {
        let office = office_with(|settings| settings.voice.foc_late_days = late).await;
        let order = with(a_port(&[FIRST]), "/customerRequestDate", json!(asked));
        let order = office.ordered("order", &order).await;
        office.pass(30);
        seen.push(format!("{asked} + {late}: {}", foc_date(&office, &order).await.unwrap()));
    }

    expect![[r#"
        2026-12-05T17:00:00Z + 0: 2026-12-07T17:00:00Z
        2026-11-26T17:00:00Z + 0: 2026-11-27T17:00:00Z
        2026-12-07T17:00:00Z + 3: 2026-12-10T17:00:00Z
        2026-12-04T17:00:00Z + 1: 2026-12-07T17:00:00Z"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_port_can_be_completed_before_its_date() {
    let office = office_with(|settings| settings.voice.port_seconds = Some(10.0)).await;
    let order = office.ordered("order", &a_port(&[FIRST])).await;

    office.pass(39);
    assert_eq!(office.progress(&order).await, "901 903: in progress");
    office.pass(1);

    assert_eq!(office.progress(&order).await, "901 903 902: completed");
}

#[tokio::test(start_paused = true)]
async fn losing_carriers_behave_differently() {
    let office = office().await;
    let mut seen = Vec::new();

    for number in [9_001, 9_004, 9_005, 9_006, 9_007, 9_008, 9_009] {
        let number = 13_035_550_000 + number;
        let order = office.ordered("order", &a_port(&[number])).await;
        office.pass(30);
        let (told, message) = (office.progress(&order).await, office.message(&order).await);
        let message = message.replace("Your LNP (porting) order action has been updated. ", "");
        let foc_date = foc_date(&office, &order).await;
        seen.push(format!("{number} {told}; {message}; {foc_date:?}"));
    }
    let wireless =
        with(a_port(&[13_035_569_008]), "/subscriberLines/0/E911_Option", json!("CP911"));
    assert_eq!(office.post("order", &wireless).await.status, 400, "Telluride is not covered");
    let wireless = with(
        a_port(&[13_035_529_008]),
        "/subscriberLines/0/lnp/losingCarrierWirelessLNP",
        json!("Y"),
    );
    let wireless = office.ordered("order", &wireless).await;
    office.pass(30);
    seen.push(format!("wireless {}", office.progress(&wireless).await));
    office.pass(7 * DAY);
    seen.push(format!("a week later {}", office.progress("600184207").await));

    expect![[r#"
        13035559001 901 904: rejected; Rejected by the losing carrier: the name does not match.; None
        13035559004 901 903: in progress; LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided.; Some("2026-12-07T17:00:00Z")
        13035559005 901 903: in progress; LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided.; Some("2026-12-07T17:00:00Z")
        13035559006 901 904: in progress; Jeopardy: address not found.; None
        13035559007 901 903: in progress; LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided.; Some("2026-12-14T17:00:00Z")
        13035559008 901 904: rejected; Rejected by the losing carrier: the name does not match.; None
        13035559009 901: in progress; Order successfully submitted. Please refer to Voice Order ID for reference number.; None
        wireless 901 903: in progress
        a week later 901 903: in progress"#]].assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn an_order_in_several_rate_centers_has_transaction_orders() {
    let office = office().await;
    let order = office.ordered("order", &a_port(&[13_035_529_100, FIRST, FIRST + 1])).await;

    let part = office.cancel("60018420102").await;
    let again = office.cancel("60018420102").await.exception();
    let unknown = office.cancel("60018420103").await.exception();
    office.pass(17 * DAY + 6 * 60 * 60);

    assert_eq!(part.status, 200);
    assert_eq!(again, "400 20108 Provided order has already been cancelle");
    assert_eq!(unknown, "400 20054 The Voice Order ID can not be found. Can");
    let status = office.get(&format!("orderStatus/{order}")).await.body;
    expect![[r#"
        [
          {
            "rateCenter": "GOLDEN",
            "state": "CO",
            "status": "completed",
            "tns": [
              {
                "tn": 13035529100
              }
            ],
            "transactionOrderId": "60018420101"
          },
          {
            "rateCenter": "DENVER",
            "state": "CO",
            "status": "cancelled",
            "tns": [
              {
                "endTN": 13035559101,
                "startTN": 13035559100
              }
            ],
            "transactionOrderId": "60018420102"
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&status["transactionOrders"]).unwrap());
    assert_eq!(office.report().await, "13035529100 Active DENVER-SBC-1");
}

#[tokio::test(start_paused = true)]
async fn a_port_can_be_cancelled_until_a_business_day_before_its_foc_date() {
    let office = office().await;
    let mut seen = Vec::new();

    let early = office.ordered("order", &a_port(&[FIRST])).await;
    seen.push(office.cancel(&early).await.status.to_string());
    let late = office.ordered("order", &a_port(&[FIRST + 1])).await;
    let later = office.ordered("order", &a_port(&[FIRST + 2])).await;
    // Friday, 2026-12-04, an hour before and an hour after the limit.
    office.pass(14 * DAY + 4 * 60 * 60);
    seen.push(office.cancel(&late).await.status.to_string());
    office.pass(2 * 60 * 60);
    let refused = office.cancel(&later).await;
    seen.push(format!("{} {}", refused.status, refused.body));
    for order in [&early, &late, &later] {
        seen.push(office.progress(order).await);
    }
    office.pass(1);
    seen.push(office.progress(&later).await);
    office.pass(3 * DAY);
    seen.push(office.progress(&later).await);

    expect![[r#"
        200 OK
        200 OK
        202 Accepted {"status":"in progress","voiceOrderId":"600184203"}
        901: cancelled
        901 903: cancelled
        901 903: in progress
        901 903 20066: in progress
        901 903 20066 902: completed"#]]
    .assert_eq(&seen.join("\n"));
    assert_eq!(office.report().await, "13035559102 Active DENVER-SBC-1");
}

#[tokio::test(start_paused = true)]
async fn orders_are_found_by_reference_if_lumen_can_do_that() {
    let office = office().await;
    let order = office.ordered("order", &a_port(&[FIRST])).await;
    let path = "orderStatus?externalOrderID=tf1a2b3c4d5e6f7a8b9c";

    assert_eq!(office.get(path).await.exception(), "400 20049 Invalid Voice Order ID.");
    office.lumen.set(|settings| settings.voice.order_lookup_by_reference = true);

    assert_eq!(office.get(path).await.body["voiceOrderId"], order);
    let unknown = office.get("orderStatus?externalOrderID=other").await.exception();
    assert_eq!(unknown, "400 20060 The Voice Order ID provided can not be f");
}

#[tokio::test(start_paused = true)]
async fn coverage_names_the_losing_carrier_of_portable_numbers() {
    let office = office().await;
    office.reserve(1);
    let list = json!({ "tnList": [
        13_035_550_100_u64, 13_035_559_003_u64, 13_035_559_008_u64, 13_035_559_100_u64,
    ] });

    let answer = office.post("coverage", &list).await.body;

    let lines: Vec<_> =
        answer["coverage"].as_array().unwrap().iter().map(ToString::to_string).collect();
    expect![[r#"
        {"covered":true,"portable":false,"rateCenter":"DENVER","state":"CO","tn":13035550100}
        {"covered":true,"portable":false,"rateCenter":"DENVER","state":"CO","tn":13035559003}
        {"covered":true,"losingCarrier":"EXAMPLE TELEPHONE","portable":true,"rateCenter":"DENVER","state":"CO","tn":13035559008,"wireless":true}
        {"covered":true,"losingCarrier":"EXAMPLE TELEPHONE","portable":true,"rateCenter":"DENVER","state":"CO","tn":13035559100,"wireless":false}"#]].assert_eq(&lines.join("\n"));
}
