//! Notifications that hold or end an order, for each kind of order.

use expect_test::expect;
use lumen_simulator::Line;
use serde_json::{Value, json};

use super::{DAY, a_port, an_install, office_with};

/// What is ordered, and how long it takes.
fn orders() -> [(&'static str, &'static str, Value, u64); 4] {
    let active = 13_035_552_000_u64;
    let end = json!({ "tnList": [active], "customerRequestDate": "2026-12-01T17:00:00Z" });
    let change = json!({ "tnList": [active], "customerServiceName": "DENVER-SBC-2" });
    [
        ("install", "order", an_install(&[13_035_550_100]), 20),
        ("port", "order", a_port(&[13_035_559_100]), 18 * DAY),
        ("change", "order/change", change, 5),
        ("disconnect", "order/disconnect", end, 12 * DAY),
    ]
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_order_can_be_held_or_rejected() {
    let mut seen = Vec::new();

    for (kind, path, order, seconds) in orders() {
        for code in [1_807, 4_011, 20_066, 1_429, 1_616] {
            let office = office_with(|settings| {
                settings.voice.next_notifications = vec![code];
            })
            .await;
            office.reserve(1);
            office.lumen.add_lines(&[13_035_552_000], &Line::new("2036", "DENVER-SBC-1"));
            let id = office.ordered(path, &order).await;
            office.pass(seconds);
            let held = office.progress(&id).await;
            office.lumen.resume_voice_orders();
            office.lumen.release_credit_hold();
            office.pass(seconds + DAY);
            seen.push(format!("{kind} {held}; {}", office.progress(&id).await));
        }
    }

    expect![[r#"
        install 901 1807: pending credit check; 901 1807 902: completed
        install 901 4011: in progress; 901 4011 902: completed
        install 901 20066: in progress; 901 20066 902: completed
        install 901 1429: rejected; 901 1429: rejected
        install 901 1616: rejected; 901 1616: rejected
        port 901 1807: pending credit check; 901 1807 903 902: completed
        port 901 4011: in progress; 901 4011 903 902: completed
        port 901 20066: in progress; 901 20066 903 902: completed
        port 901 1429: rejected; 901 1429: rejected
        port 901 1616: rejected; 901 1616: rejected
        change 901 1807: pending credit check; 901 1807 902: completed
        change 901 4011: in progress; 901 4011 902: completed
        change 901 20066: in progress; 901 20066 902: completed
        change 901 1429: rejected; 901 1429: rejected
        change 901 1616: rejected; 901 1616: rejected
        disconnect 901 1807: pending credit check; 901 1807 906: completed
        disconnect 901 4011: in progress; 901 4011 906: completed
        disconnect 901 20066: in progress; 901 20066 906: completed
        disconnect 901 1429: rejected; 901 1429: rejected
        disconnect 901 1616: rejected; 901 1616: rejected"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn notification_4011_may_reject_an_order() {
    for (kind, path, order, seconds) in orders() {
        let office = office_with(|settings| {
            settings.voice.next_notifications = vec![4_011];
            settings.voice.reject_on_4011 = true;
        })
        .await;
        office.reserve(1);
        office.lumen.add_lines(&[13_035_552_000], &Line::new("2036", "DENVER-SBC-1"));

        let id = office.ordered(path, &order).await;
        office.pass(seconds);

        assert_eq!(office.progress(&id).await, "901 4011: rejected", "{kind}");
        assert_eq!(office.reserved().await, "13035550100", "{kind}");
        assert_eq!(office.report().await, "13035552000 Active DENVER-SBC-1", "{kind}");
    }
}
