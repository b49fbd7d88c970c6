//! The data source of the notifications about a voice order.

use std::time::Duration;

use expect_test::expect;
use jiff::Timestamp;
use lumen_core::{Block, value};
use lumen_simulator::Fault;
use terraform_provider_lumen::framework::Value;

use super::data_sources::read;
use super::program::{self, a_port};
use super::{STATUS, given, given_reservation};
use crate::world::World;

const NAME: &str = "lumen_voice_notifications";

fn of(id: &str) -> Block {
    Block::default().with("voice_order_id", id)
}

/// The code, the meaning and the rate center of each notification.
fn told(answer: &Value) -> String {
    let Value::List(sent) = answer.get("notifications") else { panic!("{answer:?}") };
    let row = |sent: &Value| {
        let text = |name: &str| value(sent.get(name));
        format!("{} {} {}\n", text("code"), text("meaning"), text("rate_center"))
    };
    sent.iter().map(row).collect()
}

/// A port whose FOC date is set.
async fn given_port() -> (World, String) {
    let world = given().await;
    let id = program::order(&world, "order", &a_port(&[13_035_559_100])).await;
    world.lumen.advance(Duration::from_mins(1));
    (world, id)
}

#[tokio::test(start_paused = true)]
async fn every_notification_has_its_meaning() {
    let mut world = given_reservation().await;
    let id = world.text("id");
    let reservation = told(&read(&mut world, NAME, of(&id)).await);
    let (mut world, id) = given_port().await;

    let port = read(&mut world, NAME, of(&id)).await;

    expect![[r#"
        "901" "running" "DENVER"
        "10002" "success" "DENVER"
        "901" "running" null
        "903" "running" null
    "#]]
    .assert_eq(&(reservation + &told(&port)));
    let Value::List(sent) = port.get("notifications") else { panic!("{port:?}") };
    let dates: Vec<_> = sent.iter().map(|sent| sent.get("date").as_str().unwrap()).collect();
    assert!(dates.is_sorted() && dates.iter().all(|date| date.len() == 20), "{dates:?}");
    let foc_dates: Vec<_> = sent.iter().map(|sent| sent.get("foc_date").is_null()).collect();
    assert_eq!(foc_dates, [true, false]);
}

#[tokio::test(start_paused = true)]
async fn a_shortage_needs_an_answer() {
    let mut world = given().await;
    let body = serde_json::json!({ "productID": "2036", "rateCenters": [
        { "rateCenter": "BOULDER", "state": "CO", "quantity": 20 },
        { "rateCenter": "DENVER", "state": "CO", "quantity": 2 },
    ] });
    let id = program::order(&world, "orderInventory", &body).await;
    world.lumen.advance(Duration::from_mins(1));

    let answer = read(&mut world, NAME, of(&id)).await;

    expect![[r#"
        "901" "running" "BOULDER"
        "901" "running" "DENVER"
        "10001" "needs_answer" "BOULDER"
        "10002" "success" "DENVER"
    "#]]
    .assert_eq(&told(&answer));
}

#[tokio::test(start_paused = true)]
async fn the_latest_or_those_since_a_date() {
    let (mut world, id) = given_port().await;
    let now = Timestamp::now();
    let yesterday = (now - Duration::from_hours(24)).strftime("%FT%TZ").to_string();
    let tomorrow = (now + Duration::from_hours(24)).strftime("%FT%TZ").to_string();
    let mut counts = Vec::new();
    for question in [
        of(&id),
        of(&id).with("latest", true),
        of(&id).with("latest", false).with("since", yesterday.as_str()),
        of(&id).with("since", tomorrow.as_str()),
    ] {
        let answer = read(&mut world, NAME, question).await;
        counts.push(told(&answer));
    }

    expect![[r#"
        "901" "running" null
        "903" "running" null
        =====
        "903" "running" null
        =====
        "901" "running" null
        "903" "running" null
        =====
    "#]]
    .assert_eq(&counts.join("=====\n"));
}

#[tokio::test(start_paused = true)]
async fn what_lumen_has_forgotten_is_told() {
    let (mut world, id) = given_port().await;

    let question = of(&id).with("since", "2020-01-01T00:00:00Z");
    let (answer, warned) = world.read_data(NAME, &question).await;

    assert_eq!(told(&answer).lines().count(), 2);
    expect![[r#"
        Warning: Lumen has no notifications from more than 180 days ago (at since)

        `since` is 2020-01-01T00:00:00Z, and Lumen keeps notifications for 180 days.

        Only notifications from the last 180 days are returned.

        Set `since` to a later date, or remove it.
    "#]]
    .assert_eq(&warned);
}

#[tokio::test(start_paused = true)]
async fn mistakes_in_the_question() {
    let mut world = given().await;
    let mut shown = String::new();
    for question in [
        of("600184201").with("latest", true).with("since", "2026-11-01T00:00:00Z"),
        of("600184201").with("since", "2026-11-01"),
    ] {
        shown += &world.read_data(NAME, &question).await.1;
    }
    assert!(world.is_offline());
    shown += &world.read_data(NAME, &of("600999999")).await.1;

    expect![[r#"
        Error: Both `latest` and `since` are set (at since)

        `latest` returns one notification, whatever its date is.

        Remove `latest` or `since`.
        Error: `since` is not valid (at since)

        "2026-11-01" can't be used: a date must exist, and look like `2026-12-07T17:00:00Z`.

        Set `since` to a date such as `2026-12-07T17:00:00Z`.
        Error: The notifications of voice order `600999999` can't be listed (at voice_order_id)

        Lumen rejected the request: HTTP 400 20060: The Voice Order ID provided can not be found for the given customer number. Please check both IDs and try again (600999999) (GET /Voice/v1/Numbers/orderStatus, tracking ID …).

        Correct what Lumen's message names. Then run the same command again.
    "#]].assert_eq(&shown);
}

/// Lumen's release notes name all kinds of orders but ports.
#[tokio::test(start_paused = true)]
async fn a_port_without_a_status_is_recognized() {
    let (mut world, id) = given_port().await;
    world.fault(Fault::status(STATUS, 400).body(r#"{"code":"20060","message":"Not found."}"#));
    let told_of = r#"{"notifications":[{"notificationCode":"903"},{"notificationCode":"20066"}]}"#;
    world.fault(Fault::answer("GET /Voice/v1/Numbers/notifications", 200, told_of));

    let answer = read(&mut world, NAME, of(&id)).await;

    expect![[r#"
        "903" "running" null
        "20066" "running" null
    "#]]
    .assert_eq(&told(&answer));
}
