//! Answers from Lumen in undocumented forms. The values that are read from them are consistent, and a
//! reader never finds more in an answer than it contains.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use terraform_provider_lumen::lumen::ordering::{ServiceStatus, fuzzing as ordering};
use terraform_provider_lumen::lumen::voice::{
    OrderKind, OrderPart, PartStatus, VoiceOrderSnapshot, VoiceOrderState, fuzzing as voice,
};

const NAMES: [&str; 62] = [
    "status",
    "state",
    "orderStatus",
    "productOrderItem",
    "product",
    "id",
    "serviceId",
    "orderId",
    "statusReason",
    "failureReason",
    "errorMessage",
    "reason",
    "message",
    "code",
    "detail",
    "error",
    "serviceName",
    "productCode",
    "billingAccount",
    "name",
    "location",
    "masterSiteid",
    "masterSiteId",
    "locationProfile",
    "relatedParty",
    "productCharacteristic",
    "value",
    "voiceOrderId",
    "voiceOrderNumber",
    "orderNumber",
    "voiceOrderStatus",
    "notificationCode",
    "notificationMessage",
    "rateCenter",
    "rateCenterName",
    "stateCode",
    "notificationDate",
    "timestamp",
    "notifications",
    "static911",
    "covered",
    "portable",
    "telephoneNumber",
    "tn",
    "number",
    "npa",
    "nxx",
    "line",
    "startTN",
    "endTN",
    "tns",
    "externalOrderId",
    "tnStatus",
    "utilizationPercent",
    "percentInUse",
    "total",
    "orderable",
    "eligible",
    "coverage",
    "postcode",
    "city",
    "country",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let Some(answer) = lumen_fuzz::input(rest, &NAMES) else { return };
    match choice % 8 {
        0 => order_report(&answer),
        1 => service(&answer),
        2 => service_status(&answer),
        3 => reserved_numbers(&answer),
        4 => voice_order(&answer),
        5 => utilization(&answer),
        6 => coverage(&answer),
        _ => rate_center(&answer),
    }
});

fn order_report(answer: &Value) {
    let asked = Some(Duration::from_secs(7));
    let report = ordering::order_report(answer, asked);
    let Some(report) = report else { return };
    if answer.is_object() {
        let list_of_one = Value::Array(vec![answer.clone()]);
        assert_eq!(Some(&report), ordering::order_report(&list_of_one, asked).as_ref());
    }
    assert_eq!(report.retry_after, asked);
    let text = answer.to_string();
    let is_there = |id: &str| text.contains(serde_json::json!(id).to_string().trim_matches('"'));
    assert!(report.service_id.is_none_or(|id| is_there(id.as_str())), "no id is made up");
    assert!(report.order_id.is_none_or(|id| is_there(id.as_str())), "no id is made up");
    assert!(report.reason.is_none_or(|reason| reason.len() <= 16_384));
}

fn service(item: &Value) {
    let Some(service) = ordering::service(item) else { return };
    assert_eq!(service.service_id.as_str().parse(), Ok(service.service_id.clone()));
    assert!(service.bandwidth.is_none_or(|bandwidth| 0 < bandwidth.mbps()));
}

fn service_status(word: &Value) {
    let Some(word) = word.as_str() else { return };
    let status = ordering::service_status(word);
    let spelled = ordering::service_status(&word.to_ascii_uppercase().replace(' ', "_"));
    assert_eq!(
        std::mem::discriminant(&status),
        std::mem::discriminant(&spelled),
        "the spelling does not change the word: {word:?}"
    );
    assert_eq!(
        status.is_settled(),
        matches!(
            status,
            ServiceStatus::Active | ServiceStatus::Suspended | ServiceStatus::Terminated(_)
        )
    );
}

fn reserved_numbers(item: &Value) {
    let Ok(numbers) = voice::reserved_numbers(item) else { return };
    assert!(!numbers.is_empty() && numbers.len() <= 10_000);
    for pair in numbers.windows(2) {
        assert_eq!(pair[0].number.digits() + 1, pair[1].number.digits(), "a range has no gaps");
        assert_eq!(pair[0].number.digits() / 10_000, pair[1].number.digits() / 10_000);
    }
    for found in &numbers {
        assert_eq!(found.number.to_string().parse(), Ok(found.number));
    }
}

fn voice_order(answer: &Value) {
    let id = voice::voice_order_id(answer);
    assert!(id.is_none_or(|id| id.as_str().len() <= 4 * 128));
    let state = voice::voice_order_state(answer);
    let Some(notifications) = voice::notifications(answer) else { return };
    for told in &notifications {
        assert!(told.code.as_str().bytes().all(|digit| digit.is_ascii_digit()));
        let kept = serde_json::to_value(told).expect("JSON");
        assert_eq!(
            serde_json::from_value::<_>(kept).ok().as_ref(),
            Some(told),
            "it survives being stored in private data"
        );
    }
    let told = notifications.len();
    let is_refusal = matches!(
        state,
        Some(
            VoiceOrderState::Rejected
                | VoiceOrderState::CreditCheckRejected
                | VoiceOrderState::Cancelled
        )
    );
    let details = voice::order_details(answer);
    let snapshot = VoiceOrderSnapshot { state, notifications, retry_after: None, details };
    let everywhere = OrderPart::default();
    assert!(snapshot.shortages(&everywhere).len() <= told);
    for kind in [OrderKind::Reservation, OrderKind::Port] {
        let status = snapshot.part_status(&everywhere, kind);
        assert!(
            !(is_refusal && status == PartStatus::Running),
            "a refused order is not in progress: {snapshot:?}"
        );
        if told == 0 {
            assert!(!matches!(status, PartStatus::Asking(_)));
        }
    }
}

fn utilization(answer: &Value) {
    let Some(found) = voice::utilization(answer, "DENVER", "CO") else { return };
    if let Some(percent) = found.percent {
        assert_eq!(percent.to_string().parse(), Ok(percent.clone()));
    }
}

fn coverage(answer: &Value) {
    let Some(found) = voice::coverage(answer) else { return };
    let most = answer.to_string().len();
    assert!(found.len() <= most, "a list has no more items than bytes");
    for place in found {
        assert!(
            place.telephone_number.is_none_or(|number| number.to_string().parse() == Ok(number))
        );
    }
}

fn rate_center(item: &Value) {
    let of_any = voice::rate_center(item, None);
    let asked = voice::rate_center(item, Some("CO"));
    if let Some(of_any) = of_any {
        assert_eq!(Some(of_any), asked, "Lumen's answer takes precedence over the request");
    }
}
