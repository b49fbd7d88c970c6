//! Errors of the Voice API, and their envelopes.

use expect_test::expect;
use lumen_simulator::{Fault, VoiceEnvelope};
use reqwest::Method;
use serde_json::json;

use super::{ORDER_INVENTORY, VOICE, a_reservation};
use crate::{send, world, world_with};

const LIST: &str = "/Voice/v1/Numbers/rateCenters?productID=2036";

#[tokio::test]
async fn an_invalid_token_is_answered_with_403() {
    let mut world = world().await;
    world.lumen.revoke_tokens();
    let mut seen = Vec::new();

    for code in [403_006, 403_001, 403_002] {
        world.lumen.set(|settings| settings.voice.expired_token_code = code);
        seen.push(world.get(LIST).await.exception());
    }
    world.sign_in().await;

    assert_eq!(world.get(LIST).await.status, 200);
    expect![[r#"
        403 403006 Token expired
        403 403001 User authentication failed
        403 403002 Token validation failed"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_request_needs_a_token_and_the_right_customer_number() {
    let world = world().await;
    let url = format!("{}{LIST}", world.lumen.url());
    let bare = || world.http.get(&url);

    let seen = [
        send(bare()).await.exception(),
        send(bare().bearer_auth(&world.token)).await.exception(),
        send(bare().bearer_auth(&world.token).header("x-customer-number", "2")).await.exception(),
    ];

    expect![[r#"
        403 403001 User authentication failed
        400 20102 Customer number and service ID is requir
        403 403003 Application key validation failed"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn an_unknown_path_is_answered_in_the_envelope_of_voice() {
    let world = world().await;

    let path = world.voice("orders").await;
    let method = send(world.request(Method::DELETE, &format!("{VOICE}/inventory"))).await;
    let body = send(world.request(Method::POST, ORDER_INVENTORY).body("[1]")).await;

    let seen = [path.exception(), method.exception(), body.exception()];
    expect![[r#"
        404 404001 Requested resource not found
        405 405001 Method not allowed for resource
        400 400001 Bad request"#]]
    .assert_eq(&seen.join("\n"));
    expect![[r#"
        {
          "exception": {
            "code": "400001",
            "detail": "The body is not a JSON object",
            "httpStatusCode": "400",
            "message": "Bad request"
          }
        }"#]]
    .assert_eq(&body.pretty());
}

#[tokio::test]
async fn the_envelope_can_be_plain() {
    let world = world_with(|settings| settings.voice.envelope = VoiceEnvelope::Plain).await;

    let page = world.voice("rateCenters?productID=2036&pageNumber=0").await;
    world.lumen.revoke_tokens();
    let token = world.get(LIST).await;

    assert_eq!((page.status.as_u16(), token.status.as_u16()), (400, 403));
    expect![[r#"
        {"code":"20103","message":"Invalid page number"}
        {"code":"403006","message":"Token expired"}"#]]
    .assert_eq(&format!("{}\n{}", page.body, token.body));
}

#[tokio::test]
async fn an_order_must_be_well_formed() {
    let world = world().await;
    let with = |pointer: &str, value: serde_json::Value| {
        let mut order = a_reservation("DENVER", 10);
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        order.pointer_mut(parent).unwrap()[member] = value;
        order
    };
    let line = "/rateCenters/0";
    let mut seen = Vec::new();

    for (member, value) in [
        ("/productID", json!("718")),
        ("/productID", json!(null)),
        ("/rateCenters", json!([])),
        ("/externalOrderID", json!("Größe")),
        ("/customerServiceName", json!("Ω")),
        (&format!("{line}/rateCenter"), json!(null)),
        (&format!("{line}/state"), json!("")),
        (&format!("{line}/quantity"), json!(0)),
        (&format!("{line}/quantity"), json!(null)),
        (&format!("{line}/quantity"), json!(400)),
        (&format!("{line}/sequentialIndicator"), json!("maybe")),
        (&format!("{line}/pbxIndex"), json!("4")),
        (&format!("{line}/pbxIndex"), json!("11")),
        (&format!("{line}/pbxValue"), json!("9")),
    ] {
        let refused = world.post(ORDER_INVENTORY, &with(member, value)).await;
        seen.push(format!("{member}: {}", refused.exception()));
    }
    let mut pbx = with(&format!("{line}/pbxIndex"), json!("4"));
    pbx["rateCenters"][0]["pbxValue"] = json!("10");
    seen.push(format!("both: {}", world.post(ORDER_INVENTORY, &pbx).await.exception()));

    expect![[r#"
        /productID: 400 20000 Invalid or missing product ID. Please ch
        /productID: 400 20000 Invalid or missing product ID. Please ch
        /rateCenters: 400 20088 Rate Center or state is missing
        /externalOrderID: 400 20237 Only basic Latin (Unicode block) upper a
        /customerServiceName: 400 20237 Only basic Latin (Unicode block) upper a
        /rateCenters/0/rateCenter: 400 20085 Rate Center cannot be NULL.
        /rateCenters/0/state: 400 20088 Rate Center or state is missing
        /rateCenters/0/quantity: 400 10011 Telephone number quantity cannot be zero
        /rateCenters/0/quantity: 400 10011 Telephone number quantity cannot be zero
        /rateCenters/0/quantity: 400 10007 Order exceeds limit for 399 telephone nu
        /rateCenters/0/sequentialIndicator: 400 20084 Invalid or missing sequential Telephone 
        /rateCenters/0/pbxIndex: 400 20083 Invalid or missing PBX value. PBX value 
        /rateCenters/0/pbxIndex: 400 20082 Invalid or missing PBX index. PBX index 
        /rateCenters/0/pbxValue: 400 20082 Invalid or missing PBX index. PBX index 
        both: 400 20083 Invalid or missing PBX value. PBX value "#]]
    .assert_eq(&seen.join("\n"));
    assert!(world.lumen.ledger().voice_orders.is_empty(), "what is refused is not recorded");
}

#[tokio::test]
async fn a_route_must_belong_to_the_customer() {
    let world = world().await;
    let mut order = a_reservation("DENVER", 1);
    order["customerServiceName"] = json!("RoutePlan2");

    assert_eq!(world.post(ORDER_INVENTORY, &order).await.status, 202);
    world.lumen.set(|settings| {
        settings.voice.customer_service_names = Some(vec!["RoutePlan1".into()]);
    });

    let refused = world.post(ORDER_INVENTORY, &order).await;
    assert_eq!(refused.exception(), "400 1405 Customer service name is invalid for giv");
}

#[tokio::test]
async fn a_request_for_an_unknown_order_is_refused() {
    let world = world().await;

    let seen = [
        world.voice("orderStatus").await.exception(),
        world.voice("orderStatus?voiceOrderId=600000000").await.exception(),
        world.voice("orderStatus/600000000").await.exception(),
        world.voice("notifications").await.exception(),
        world.voice("notifications?voiceOrderId=600000000").await.exception(),
        world.approve("600000000", "Reject").await.exception(),
        world.cancel("600000000").await.exception(),
        world.cancel("ours").await.exception(),
    ];

    expect![[r#"
        400 20049 Invalid Voice Order ID.
        400 20060 The Voice Order ID provided can not be f
        400 20060 The Voice Order ID provided can not be f
        400 20049 Invalid Voice Order ID.
        400 20060 The Voice Order ID provided can not be f
        400 20049 Invalid Voice Order ID.
        400 20054 The Voice Order ID can not be found. Can
        400 20064 Invalid or missing voice order ID. Cance"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn faults_apply_to_voice() {
    let world = world().await;
    world.lumen.fault(Fault::reset_after("POST /Voice/v1/Numbers/orderInventory").times(1));

    let order = a_reservation("DENVER", 10);
    let dropped = world.request(Method::POST, ORDER_INVENTORY).json(&order).send().await;

    assert!(dropped.is_err());
    assert_eq!(world.lumen.ledger().voice_orders.len(), 1, "the order was accepted");
}
