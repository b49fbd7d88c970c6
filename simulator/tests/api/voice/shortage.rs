//! Shortages: notification 10001, the customer's answer, and backorders.

use expect_test::expect;
use lumen_simulator::Approval;
use serde_json::json;

use super::{A_YEAR, VOICE};
use crate::{World, world, world_with};

/// Orders 20 numbers in Boulder, which has 12, and waits for notification 10001.
async fn a_shortage(world: &World) -> String {
    let order = world.reserve("BOULDER", 20).await;
    world.pass(11);
    order
}

#[tokio::test]
async fn a_shortage_needs_an_answer_of_the_customer() {
    let world = world().await;
    let order = a_shortage(&world).await;

    let path = format!("notifications?voiceOrderId={order}&latest=Y");
    let asked = world.voice(&path).await.body["notifications"][0]["notificationMessage"].take();

    assert!(
        asked
            .as_str()
            .unwrap()
            .starts_with("Requested amount exceeds the 12 telephone numbers available. "),
        "{asked}"
    );
    assert_eq!(world.progress(&order).await, "901 10001: in progress, 0 numbers");
}

#[tokio::test]
async fn the_available_numbers_can_be_accepted() {
    let world = world().await;
    let order = a_shortage(&world).await;

    let answered = world.approve(&order, "Accept available only").await;
    world.pass(13);

    assert_eq!((answered.status.as_u16(), answered.body), (200, json!({ "voiceOrderId": order })));
    assert_eq!(world.progress(&order).await, "901 10001 10002: completed, 12 numbers");
    let again = world.approve(&order, "Reject").await;
    expect!["400 20107 The order information you provided is no"].assert_eq(&again.exception());
    let ledger = world.lumen.ledger();
    assert_eq!(ledger.voice_orders[0].approvals, [Approval::AcceptAvailable]);
    assert_eq!(ledger.voice_orders[0].telephone_numbers, 12);
}

#[tokio::test]
async fn a_backorder_arrives_in_steps() {
    let world = world().await;
    let order = a_shortage(&world).await;
    world.approve(&order, "accept_with_backorder").await;
    let mut seen = Vec::new();

    for pause in [13, 60, 60] {
        world.pass(pause);
        seen.push(world.progress(&order).await);
    }

    expect![[r#"
        901 10001 10002 10006: in progress, 12 numbers
        901 10001 10002 10006 10008: in progress, 16 numbers
        901 10001 10002 10006 10008 10002: completed, 20 numbers"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_backorder_can_fail_or_be_cancelled() {
    let world = world_with(|settings| settings.voice.backorder_outcome = Some(10_004)).await;
    let failing = a_shortage(&world).await;
    world.approve(&failing, "approve available and backorders").await;
    world.pass(100);
    world.lumen.set(|settings| settings.voice.backorder_outcome = None);

    let cancelled = world.reserve("ASPEN", 10).await;
    world.pass(11);
    world.approve(&cancelled, "Accept with backorder").await;
    world.pass(75);
    world.cancel(&cancelled).await;
    world.pass(1_000);

    let seen = [world.progress(&failing).await, world.progress(&cancelled).await];
    expect![[r#"
        901 10001 10002 10006 10004: cancelled, 12 numbers
        901 10001 10002 10006 10008 10005: cancelled, 5 numbers"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_shortage_can_be_rejected() {
    let world = world().await;
    let order = a_shortage(&world).await;

    world.approve(&order, "Reject").await;

    assert_eq!(world.progress(&order).await, "901 10001 10005: cancelled, 0 numbers");
    let next = world.reserve("BOULDER", 12).await;
    world.pass(30);
    assert_eq!(
        world.progress(&next).await,
        "901 10002: completed, 12 numbers",
        "the numbers are back"
    );
}

#[tokio::test]
async fn an_answer_must_arrive_within_four_hours() {
    let world = world_with(|settings| settings.token_lifetime = A_YEAR).await;
    let (some, none) = (world.reserve("BOULDER", 20).await, world.reserve("ASPEN", 20).await);
    world.pass(10 + 4 * 60 * 60 - 2);
    let waiting = world.progress(&some).await;
    world.pass(2);

    let seen = [
        waiting,
        world.progress(&some).await,
        world.progress(&none).await,
        world.approve(&some, "Accept available only").await.exception(),
    ];
    expect![[r#"
        901 10001: in progress, 0 numbers
        901 10001 1921: rejected, 0 numbers
        901 10001 10013: cancelled, 0 numbers
        400 20107 The order information you provided is no"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn an_answer_names_an_action_and_may_name_a_rate_center() {
    let world = world().await;
    let order = json!({ "productID": "2036", "rateCenters": [
        { "rateCenter": "BOULDER", "state": "CO", "quantity": 20 },
        { "rateCenter": "ASPEN", "state": "CO", "quantity": 1 },
    ]});
    let order = world.reserve_as(&order).await;
    world.pass(11);
    let path = format!("{VOICE}/customerApproval");
    let answer = |rate_center: &str, action: &str| {
        let mut answer = json!({ "voiceOrderId": order, "state": "CO" });
        answer["rateCenter"] = rate_center.into();
        answer["action"] = action.into();
        answer
    };

    let seen = [
        world.approve(&order, "Perhaps").await.exception(),
        world.post(&path, &json!({ "action": "Reject" })).await.exception(),
        world.post(&path, &answer("DENVER", "Reject")).await.exception(),
    ];
    expect![[r#"
        400 400001 Bad request
        400 20049 Invalid Voice Order ID.
        400 20107 The order information you provided is no"#]]
    .assert_eq(&seen.join("\n"));
    world.post(&path, &answer("aspen", "Cancel order")).await;
    assert_eq!(world.progress(&order).await, "901 901 10001 10001 10005: in progress, 0 numbers");
    world.post(&path, &answer("BOULDER", "Approve available")).await;
    world.pass(20);
    assert_eq!(
        world.progress(&order).await,
        "901 901 10001 10001 10005 10002: completed, 12 numbers"
    );
}

#[tokio::test]
async fn the_available_numbers_are_configurable() {
    let world = world_with(|settings| settings.voice.available = Some(3)).await;
    let order = world.reserve("DENVER", 5).await;
    world.pass(11);
    world.approve(&order, "Accept available only").await;
    world.pass(20);

    assert_eq!(world.progress(&order).await, "901 10001 10002: completed, 3 numbers");
}
