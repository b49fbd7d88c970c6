//! What the status of an order and its notifications report in addition to their words.

use serde_json::{Value, json};

use super::super::super::*;
use super::super::{notifications, order_details};
use super::bodies::{date, numbers};

#[test]
fn an_order_is_described_with_its_status() {
    let answer = json!({ "voiceOrderId": "600184207", "externalOrderID": "tf1a", "orderType": "LNP",
        "status": "in progress", "customerRequestDate": "2026-12-07T17:00:00Z",
        "focDate": "2026-12-07T17:00:00Z", "transactionOrders": [
            { "transactionOrderId": "60018420701", "rateCenter": "DENVER", "state": "CO",
              "status": "in progress", "tns": [{ "startTN": 13_035_559_100_u64, "endTN": 13_035_559_101_u64 }] },
            { "pon": 60_018_420_702_u64, "status": "Completed", "tns": [13_035_559_102_u64] } ] });
    let denver = OrderPart { rate_center: Some("DENVER".into()), state: Some("CO".into()) };
    let expected = OrderDetails {
        voice_order_id: "600184207".parse().ok(),
        external_order_id: "tf1a".parse().ok(),
        kind: Some(OrderKind::Port),
        request_date: Some(date("2026-12-07T17:00:00Z")),
        foc_date: Some(date("2026-12-07T17:00:00Z")),
        telephone_numbers: numbers(&[13_035_559_100, 13_035_559_101, 13_035_559_102]),
        transaction_orders: vec![
            TransactionOrder {
                id: "60018420701".parse().ok(),
                part: denver,
                state: Some(VoiceOrderState::InProgress),
                telephone_numbers: numbers(&[13_035_559_100, 13_035_559_101]),
            },
            TransactionOrder {
                id: "60018420702".parse().ok(),
                part: OrderPart::default(),
                state: Some(VoiceOrderState::Completed),
                telephone_numbers: numbers(&[13_035_559_102]),
            },
        ],
    };
    assert_eq!(order_details(&answer), expected);
    assert_eq!(order_details(&json!([answer])), expected);
    for nothing in [json!({}), json!({ "status": "created" }), json!(null)] {
        assert_eq!(order_details(&nothing), OrderDetails::default(), "{nothing}");
    }
}

#[test]
fn the_kind_of_an_order_is_read_from_its_word() {
    for (word, kind) in [
        ("LNP", Some(OrderKind::Port)),
        ("Port In", Some(OrderKind::Port)),
        ("NEW", Some(OrderKind::Install)),
        ("installation", Some(OrderKind::Install)),
        ("Change", Some(OrderKind::Change)),
        ("DISCONNECT", Some(OrderKind::Disconnect)),
        ("Reservation", Some(OrderKind::Reservation)),
        ("orderInventory", Some(OrderKind::Reservation)),
        ("Other", None),
    ] {
        assert_eq!(order_details(&json!({ "orderType": word })).kind, kind, "{word}");
        let written = kind.map(|kind| json!(kind) == json!(kind.to_string()));
        assert_ne!(written, Some(false), "{word} is stored as it is shown");
    }
}

#[test]
fn the_date_of_a_port_is_found_wherever_it_is() {
    let foc_date = |item: Value| {
        let told = notifications(&json!([item])).expect("notifications");
        told.first().and_then(|told| told.foc_date).map(|date| date.to_string())
    };
    let noon = Some("2026-12-07T17:00:00Z".to_owned());
    let midnight = Some("2026-12-07T00:00:00Z".to_owned());
    for (members, expected) in [
        (json!({ "focDate": "2026-12-07T17:00:00Z" }), &noon),
        (json!({ "FOCDate": "2026-12-07T10:00:00-07:00" }), &noon),
        (json!({ "focDateTime": "2026-12-07T17:00:00.123Z" }), &noon),
        (json!({ "FOC_Date": "2026-12-07" }), &midnight),
        (json!({ "focData": { "firmOrderCommitmentDate": "2026-12-07T17:00:00Z" } }), &noon),
        (json!({ "notificationMessage": "Scheduled. FOC date 2026-12-07." }), &midnight),
        (json!({ "message": "Scheduled for 2026-12-07T17:00:00Z, see the portal" }), &noon),
        (json!({ "focDate": "soon" }), &None),
        (json!({}), &None),
    ] {
        let mut item = members.clone();
        item["notificationCode"] = json!("903");
        assert_eq!(foc_date(item), *expected, "{members}");
    }
    let submitted = json!({ "notificationCode": "901", "focDate": "2026-12-07" });
    assert_eq!(foc_date(submitted), None, "only 903 commits the losing carrier");
}

#[test]
fn the_time_of_a_notification_is_any_date_next_to_its_code() {
    let at = |item: Value| {
        let told = notifications(
            &json!({ "customerRequestDate": "2026-12-07T17:00:00Z", "told": [item] }),
        );
        told.expect("notifications").first().and_then(|told| told.at).map(|at| at.to_string())
    };
    let sent = Some("2026-11-20T15:00:00Z".to_owned());
    for name in ["notificationDate", "createdAt", "CREATED_AT", "statusUpdateDate", "dateTime"] {
        assert_eq!(at(json!({ "code": "903", name: "2026-11-20T15:00:00Z" })), sent, "{name}");
    }
    for name in ["focDate", "FOC_Date", "firmOrderCommitmentDate", "number"] {
        assert_eq!(at(json!({ "code": "903", name: "2026-11-20T15:00:00Z" })), None, "{name}");
    }
}

#[test]
fn coverage_names_the_carrier_that_has_a_number() {
    for (carrier, wireless, expected) in [
        ("losingCarrier", json!({ "wireless": "Y" }), Some(true)),
        ("currentCarrier", json!({ "isWireless": false }), Some(false)),
        ("carrier", json!({ "wirelessIndicator": "N" }), Some(false)),
        ("serviceProvider", json!({}), None),
    ] {
        let mut item = wireless;
        item["tn"] = json!(13_035_559_008_u64);
        item[carrier] = json!("EXAMPLE TELEPHONE");
        let found = super::super::coverage(&json!([item])).expect("coverage").remove(0);
        assert_eq!(found.losing_carrier.as_deref(), Some("EXAMPLE TELEPHONE"), "{carrier}");
        assert_eq!(found.wireless, expected, "{carrier}");
    }
}
