//! The control API for lines and ports.

use expect_test::expect;
use serde_json::{Value, json};

use super::{a_port, office};

const FIRST: u64 = 13_035_552_000;
const PORTED: u64 = 13_035_559_100;

#[tokio::test(start_paused = true)]
async fn lines_are_added_changed_and_removed() {
    let office = office().await;
    let new = json!({
        "telephone_numbers": [FIRST, FIRST + 1],
        "product_id": "2036",
        "customer_service_name": "DENVER-SBC-1",
        "subscriber": { "type": "business", "business_name": "Example Corp" },
    });

    let added = office.control("POST", "voice/lines", &new).await;
    let typo = json!({ "telephone_numbers": [1], "product_id": "2036", "route": "A" });
    let typo = office.control("POST", "voice/lines", &typo).await;
    let number = format!("voice/lines/{FIRST}");
    let change = json!({ "customer_service_name": "DENVER-SBC-2" });
    let changed = office.control("PATCH", &number, &change).await;
    let removed = office.control("DELETE", &format!("voice/lines/{}", FIRST + 1), &json!({})).await;
    let nowhere = office.control("PATCH", "voice/lines/13035559999", &change).await;
    let again = office.control("DELETE", &format!("voice/lines/{}", FIRST + 1), &json!({})).await;

    assert_eq!((added.status.as_u16(), typo.status.as_u16()), (204, 400));
    assert_eq!((changed.status.as_u16(), removed.status.as_u16()), (200, 204));
    assert_eq!((nowhere.status.as_u16(), again.status.as_u16()), (404, 404));
    assert_eq!(office.report().await, "13035552000 Active DENVER-SBC-2");
    let lines = office.control("GET", "voice/lines", &Value::Null).await;
    expect![[r#"{"13035552000":{"cnam":null,"customer_service_name":"DENVER-SBC-2","directory_listing":null,"e911_option":null,"external_order_id":null,"product_id":"2036","service_address":null,"subscriber":{"business_name":"Example Corp","type":"business"},"voice_order_id":null}}"#]].assert_eq(&lines.body.to_string());
    assert!(office.lumen.ledger().line_orders.is_empty(), "nothing was ordered");
}

#[tokio::test(start_paused = true)]
async fn ports_are_scheduled_rejected_and_completed() {
    let office = office().await;
    let mut seen = Vec::new();

    for (number, action, body) in [
        (0, "foc", json!({})),
        (1, "foc", json!({ "date": "2026-12-15T17:00:00Z" })),
        (2, "reject", json!({})),
        (3, "reject", json!({ "reason": "The PIN is wrong." })),
        (4, "complete", json!({})),
    ] {
        let order = office.ordered("order", &a_port(&[PORTED + number])).await;
        let path = format!("voice/ports/{order}/{action}");
        let done = office.control("POST", &path, &body).await;
        assert_eq!(done.status.as_u16(), 204);
        let status = office.get(&format!("orderStatus/{order}")).await.body;
        let (told, message) = (office.progress(&order).await, office.message(&order).await);
        seen.push(format!("{told} {}; {message}", status["focDate"]));
    }
    let ended = office.control("POST", "voice/ports/600184205/complete", &json!({})).await;

    expect![[r#"
        901 903: in progress "2026-12-07T17:00:00Z"; LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided.
        901 903: in progress "2026-12-15T17:00:00Z"; LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided.
        901 904: rejected null; Your LNP (porting) order action has been updated. Rejected by the losing carrier: the name does not match.
        901 904: rejected null; Your LNP (porting) order action has been updated. The PIN is wrong.
        901 902: completed null; Order successfully installed. Please refer to Voice Order ID for reference number."#]].assert_eq(&seen.join("\n"));
    assert_eq!(ended.status.as_u16(), 404);
    office.pass(2);
    assert_eq!(office.report().await, "13035559104 Active DENVER-SBC-1");
}

#[tokio::test(start_paused = true)]
async fn settings_of_the_report_are_changed_one_by_one() {
    let office = office().await;
    let change = json!({ "voice": { "report": { "lag_seconds": 9.0 }, "foc_seconds": 1.0 } });

    let changed = office.control("PATCH", "settings", &change).await;

    let voice = &changed.body["voice"];
    assert_eq!(
        (&voice["foc_seconds"], &voice["report"]["lag_seconds"]),
        (&json!(1.0), &json!(9.0))
    );
    assert_eq!(voice["report"]["capitals"], json!(true), "the others do not change");
}

#[tokio::test(start_paused = true)]
async fn a_reset_removes_lines_and_orders() {
    let office = office().await;
    office.ordered("order", &a_port(&[PORTED])).await;
    assert!(office.lumen.complete_port("600184201"));

    office.control("POST", "reset", &json!({})).await;

    assert!(office.lumen.lines().is_empty() && office.lumen.ledger().line_orders.is_empty());
}
