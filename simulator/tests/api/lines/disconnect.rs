//! Disconnect orders.

use expect_test::expect;
use lumen_simulator::Line;
use serde_json::{Value, json};

use super::{DAY, office, office_with};

const FIRST: u64 = 13_035_550_100;

fn a_disconnect(numbers: &[u64], date: &str) -> Value {
    json!({
        "externalOrderID": "tf4d5e6f7a8b9c0d1e2f",
        "customerRequestDate": date,
        "tnList": numbers,
    })
}

#[tokio::test(start_paused = true)]
async fn numbers_leave_service_at_the_date() {
    let office = office().await;
    office.lumen.add_lines(&[FIRST, FIRST + 1], &Line::new("2036", "DENVER-SBC-1"));
    let order = a_disconnect(&[FIRST], "2026-12-01T17:00:00Z");
    let placed = office.post("order/disconnect", &order).await;
    assert_eq!(placed.status, 202);
    expect![[r#"{"externalOrderID":"tf4d5e6f7a8b9c0d1e2f","orderStatus":"created","voiceOrderId":"600184201"}"#]].assert_eq(&placed.body.to_string());
    let mut seen = Vec::new();

    for seconds in [0, 10, 11 * DAY, 5 * 60 * 60] {
        office.pass(seconds);
        seen.push(format!("{}\n{}", office.progress("600184201").await, office.report().await));
    }

    expect![[r#"
        901: created
        13035550100 Pending Disconnect DENVER-SBC-1
        13035550101 Active DENVER-SBC-1
        901: in progress
        13035550100 Pending Disconnect DENVER-SBC-1
        13035550101 Active DENVER-SBC-1
        901: in progress
        13035550100 Pending Disconnect DENVER-SBC-1
        13035550101 Active DENVER-SBC-1
        901 906: completed
        13035550101 Active DENVER-SBC-1"#]]
    .assert_eq(&seen.join("\n"));
    assert_eq!(office.reserved().await, "", "the customer no longer has the number");
    let late = office.cancel("600184201").await.exception();
    assert_eq!(late, "400 20065 Order has been completed and can not be ");
}

#[tokio::test(start_paused = true)]
async fn the_date_is_a_business_day_and_a_whole_day_ahead() {
    let office = office().await;
    office.lumen.add_lines(&[FIRST], &Line::new("2036", "DENVER-SBC-1"));
    let mut seen = Vec::new();

    // It is Friday, 5:00 in Denver.
    for date in [
        "2026-11-19T17:00:00Z",
        "2026-11-20T17:00:00Z",
        "2026-11-22T17:00:00Z",
        "2026-12-20T12:00:01Z",
        "2026-11-23",
        "2026-11-23T17:00:00.5Z",
        "2026-11-23T17:00:00+00:00",
        "2026-11-23T17:00:00Z",
    ] {
        let refused = office.post("order/disconnect", &a_disconnect(&[FIRST], date)).await;
        let code = &refused.body["exception"]["code"];
        seen.push(format!("{date}: {} {code}", refused.status.as_u16()));
    }

    expect![[r#"
        2026-11-19T17:00:00Z: 400 "20214"
        2026-11-20T17:00:00Z: 400 "20068"
        2026-11-22T17:00:00Z: 400 "20068"
        2026-12-20T12:00:01Z: 400 "20213"
        2026-11-23: 400 "20069"
        2026-11-23T17:00:00.5Z: 400 "20069"
        2026-11-23T17:00:00+00:00: 400 "20069"
        2026-11-23T17:00:00Z: 202 null"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_disconnect_order_can_be_cancelled_until_its_date() {
    let office = office().await;
    office.lumen.add_lines(&[FIRST], &Line::new("2036", "DENVER-SBC-1"));
    let order = a_disconnect(&[FIRST], "2026-12-01T17:00:00Z");
    let order = office.ordered("order/disconnect", &order).await;
    office.pass(10 * DAY);

    assert_eq!(office.cancel(&order).await.status, 200);
    office.pass(10 * DAY);

    assert_eq!(office.progress(&order).await, "901: cancelled");
    assert_eq!(office.report().await, "13035550100 Active DENVER-SBC-1");
}

#[tokio::test(start_paused = true)]
async fn a_disconnect_order_that_is_rejected_ends_nothing() {
    let office = office_with(|settings| settings.voice.next_notifications = vec![1_616]).await;
    office.lumen.add_lines(&[FIRST], &Line::new("2036", "DENVER-SBC-1"));
    let order = a_disconnect(&[FIRST], "2026-12-01T17:00:00Z");

    let order = office.ordered("order/disconnect", &order).await;
    office.pass(20 * DAY);

    assert_eq!(office.progress(&order).await, "901 1616: rejected");
    assert_eq!(office.report().await, "13035550100 Active DENVER-SBC-1");
}

#[tokio::test(start_paused = true)]
async fn the_report_lags_behind_a_disconnect_order() {
    let office = office_with(|settings| settings.voice.report.lag_seconds = 60.0).await;
    office.lumen.add_lines(&[FIRST], &Line::new("2036", "DENVER-SBC-1"));
    office.ordered("order/disconnect", &a_disconnect(&[FIRST], "2026-12-01T17:00:00Z")).await;

    office.pass(11 * DAY + 5 * 60 * 60 + 59);
    assert_eq!(office.report().await, "13035550100 Pending Disconnect DENVER-SBC-1");
    office.pass(1);

    assert_eq!(office.report().await, "");
}

#[tokio::test(start_paused = true)]
async fn a_disconnect_order_can_be_completed_before_its_date() {
    let office = office_with(|settings| settings.voice.disconnect_seconds = Some(10.0)).await;
    office.lumen.add_lines(&[FIRST], &Line::new("2036", "DENVER-SBC-1"));
    let order = a_disconnect(&[FIRST], "2026-12-01T17:00:00Z");
    let order = office.ordered("order/disconnect", &order).await;

    office.pass(19);
    assert_eq!(office.progress(&order).await, "901: in progress");
    office.pass(1);

    assert_eq!(office.progress(&order).await, "901 906: completed");
}
