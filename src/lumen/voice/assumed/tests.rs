#![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

pub(in super::super) mod bodies;
mod details;
mod report;

use super::super::{Pbx, ShortageAnswer};
use super::*;
use crate::lumen::ExternalId;

fn request(external_order_id: &ExternalId) -> ReservationRequest<'_> {
    ReservationRequest {
        product: Product::LocalInbound,
        external_order_id,
        rate_center: "DENVER",
        state: "CO",
        quantity: 10,
        sequential: false,
        pbx: None,
        customer_service_name: None,
    }
}

#[test]
fn an_order_names_one_rate_center() {
    let reference = "EXT-1".parse().expect("a reference");
    let plain = request(&reference);
    assert_eq!(
        order_inventory_body(&plain),
        json!({ "productID": "2036", "externalOrderID": "EXT-1",
            "rateCenters": [{ "rateCenter": "DENVER", "state": "CO", "quantity": 10 }] })
    );
    let special = ReservationRequest {
        sequential: true,
        pbx: Some(Pbx { index: 4, value: 9 }),
        customer_service_name: Some("route 1"),
        ..plain
    };
    assert_eq!(
        order_inventory_body(&special),
        json!({ "productID": "2036", "externalOrderID": "EXT-1", "customerServiceName": "route 1",
            "rateCenters": [{ "rateCenter": "DENVER", "state": "CO", "quantity": 10,
                "sequentialIndicator": "Y", "pbxIndex": "4", "pbxValue": "9" }] })
    );
}

#[test]
fn an_order_id_is_read_from_wherever_it_stands() {
    for answer in [
        json!({"voiceOrderId": "123"}),
        json!({"voiceOrderID": 123, "id": "other"}),
        json!({"orderNumber": "123", "message": "Order successfully submitted."}),
        json!([{"id": 123}]),
        json!({"voiceOrder": {"voiceOrderId": "123"}}),
        json!({"orders": [{"voiceOrderId": "123"}]}),
    ] {
        assert_eq!(voice_order_id(&answer), "123".parse().ok(), "{answer}");
    }
    for answer in [json!({}), json!(null), json!("123"), json!({"voiceOrderId": null})] {
        assert_eq!(voice_order_id(&answer), None, "{answer}");
    }
}

#[test]
fn an_answer_to_a_shortage_is_in_lumen_s_words() {
    let id = "123".parse().expect("an id");
    let denver = OrderPart { rate_center: Some("DENVER".into()), state: Some("CO".into()) };
    let action = |answer| customer_approval_body(&id, &denver, answer)["action"].clone();
    assert_eq!(action(ShortageAnswer::Reject), "Reject");
    assert_eq!(action(ShortageAnswer::AcceptAvailable), "Accept available only");
    assert_eq!(action(ShortageAnswer::AcceptWithBackorder), "Accept with backorder");
    let whole = customer_approval_body(&id, &OrderPart::default(), ShortageAnswer::Reject);
    assert_eq!(whole, json!({ "voiceOrderId": "123", "action": "Reject" }), "no place, no name");
}

#[test]
fn a_status_word_is_read_whatever_its_spelling() {
    for (word, shown) in [
        ("Created", "created"),
        ("IN-PROGRESS", "in progress"),
        ("in progress", "in progress"),
        ("pendingCreditCheck", "pending credit check"),
        ("credit rejected", "credit check rejected"),
        ("credit check rejected", "credit check rejected"),
        ("REJECTED", "rejected"),
        ("Canceled", "cancelled"),
        ("completed", "completed"),
        ("Frozen", "frozen"),
    ] {
        for answer in [json!({"orderStatus": word}), json!([{"status": word}])] {
            let state = voice_order_state(&answer).map(|state| state.to_string());
            assert_eq!(state.as_deref(), Some(shown), "{answer}");
        }
    }
    let silent = Some(VoiceOrderState::Unrecognized(String::new()));
    assert_eq!(voice_order_state(&json!({})), silent);
    assert_eq!(voice_order_state(&json!("completed")), None);
}

#[test]
fn notifications_are_found_at_any_depth() {
    let answer = json!({ "voiceOrderId": "123", "notifications": [
        { "notificationCode": 901, "notificationDate": "2026-01-02T03:04:05Z" },
        { "orderNumber": "123",
          "voiceOrderStatus": { "notificationCode": "1807", "notificationMessage": "On hold." },
          "rateCenterOrderStatus": [{ "rateCenter": "DENVER", "state": "CO",
              "notification": { "code": "10002", "message": "Done." } }] },
    ]});
    let told: Vec<_> = notifications(&answer)
        .expect("notifications")
        .into_iter()
        .map(|told| (told.code.to_string(), told.message, told.rate_center, told.at.is_some()))
        .collect();
    let submitted =
        "Order successfully submitted. Please refer to Voice Order ID for reference number.";
    let row = |code: &str, message: &str, rate_center: Option<&str>, has_time| {
        (code.to_owned(), message.to_owned(), rate_center.map(ToOwned::to_owned), has_time)
    };
    let mut sorted = told.clone();
    sorted.sort();
    let mut expected = vec![
        row("901", submitted, None, true),
        row("1807", "On hold.", None, false),
        row("10002", "Done.", Some("DENVER"), false),
    ];
    expected.sort();
    assert_eq!(sorted, expected);
    assert_eq!(notifications(&json!({"notifications": []})), Some(vec![]));
    assert_eq!(notifications(&json!([])), Some(vec![]));
    assert_eq!(notifications(&json!({})), None);
    assert_eq!(notifications(&json!("x")), None);
}

#[test]
fn coverage_is_asked_for_numbers_or_a_place() {
    let numbers = vec!["+13035550100".parse().expect("a number")];
    let query = CoverageQuery::TelephoneNumbers(numbers);
    assert_eq!(coverage_body(&query), json!({ "tnList": [13_035_550_100_u64] }));
    let place =
        Place { npa: Some("303".to_owned()), zip: Some("80202".to_owned()), ..Place::default() };
    let query = CoverageQuery::Location(place);
    assert_eq!(coverage_body(&query), json!({ "tnLocNpa": "303", "tnLocZip": "80202" }));
}

#[test]
fn coverage_is_read_from_a_list_or_from_one_object() {
    let covered = Coverage {
        telephone_number: "+13035550100".parse().ok(),
        rate_center: Some("DENVER".to_owned()),
        state: Some("CO".to_owned()),
        covered: Some(true),
        portable: Some(false),
        losing_carrier: None,
        wireless: None,
    };
    let item = json!({ "tn": 13_035_550_100_u64, "rateCenter": "DENVER", "state": "CO",
        "covered": "Y", "portable": false });
    for answer in [json!([item]), json!({ "coverage": [item] }), item.clone()] {
        assert_eq!(coverage(&answer), Some(vec![covered.clone()]), "{answer}");
    }
    assert_eq!(coverage(&json!("yes")), None);
}

#[test]
fn three_quarters_must_be_used_or_none_reserved() {
    for (item, percent, orderable) in [
        (json!({"utilizationPercent": "74.9%"}), Some("74.9"), Some(false)),
        (json!({"utilization": 75}), Some("75"), Some(true)),
        (json!({"percentUtilized": "75.00"}), Some("75.00"), Some(true)),
        (json!({"percentUtilized": 0, "totalTNs": 0}), Some("0"), Some(true)),
        (json!({"percentUtilized": 10, "orderable": "Y"}), Some("10"), Some(true)),
        (json!({"comment": "none"}), None, None),
    ] {
        let expected =
            Utilization { percent: percent.map(|text| text.parse().expect("a number")), orderable };
        for answer in [json!([item]), json!({"rateCenters": [item]}), item.clone()] {
            assert_eq!(utilization(&answer, "DENVER", "CO"), Some(expected.clone()), "{answer}");
        }
    }
    let other = json!([{"rateCenter": "BOULDER", "state": "CO", "utilization": 10},
        {"rateCenter": "Denver", "state": "co", "utilization": 80}]);
    let percent = utilization(&other, "DENVER", "CO").and_then(|read| read.percent);
    assert_eq!(percent, "80".parse().ok());
    assert_eq!(utilization(&other, "PUEBLO", "CO"), None);
}

#[test]
fn numbers_are_read_one_by_one_in_ranges_and_in_parts() {
    let read = |item: Value| {
        reserved_numbers(&item)
            .map(|found| found.iter().map(|each| each.number.to_string()).collect::<Vec<_>>())
    };
    let two = ["+13035550100", "+13035550101"].map(ToOwned::to_owned).to_vec();
    let one = two[..1].to_vec();
    assert_eq!(read(json!({"startTN": 13_035_550_100_u64, "endTN": 13_035_550_101_u64})), Ok(two));
    for item in [
        json!({"startTN": "13035550100"}),
        json!({"tn": 13_035_550_100_u64}),
        json!({"telephoneNumber": "303-555-0100"}),
        json!({"NPA": 303, "NXX": "555", "line": 100}),
        json!(13_035_550_100_u64),
    ] {
        assert_eq!(read(item.clone()), Ok(one.clone()), "{item}");
    }
    for item in [
        json!({"startTN": 13_035_550_100_u64, "endTN": 13_035_540_101_u64}),
        json!({"startTN": 13_035_550_100_u64, "endTN": "many"}),
        json!({"rateCenter": "DENVER"}),
        json!(null),
    ] {
        assert!(read(item.clone()).is_err(), "{item}");
    }
}

#[test]
fn a_reserved_number_knows_its_order() {
    let item = json!({ "tn": "13035550100", "rateCenter": "DENVER", "state": "CO",
        "voiceOrderID": 123, "externalOrderId": "EXT-1", "status": "Reserved" });
    let expected = ReservedNumber {
        number: "+13035550100".parse().expect("a number"),
        rate_center: Some("DENVER".to_owned()),
        state: Some("CO".to_owned()),
        voice_order_id: "123".parse().ok(),
        external_order_id: "EXT-1".parse().ok(),
        status: Some("Reserved".to_owned()),
    };
    assert_eq!(reserved_numbers(&item), Ok(vec![expected]));
}
