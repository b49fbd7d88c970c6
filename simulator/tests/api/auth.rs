//! Tokens and customer numbers.

use std::collections::BTreeMap;

use expect_test::expect;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{send, world, world_with};

const LOCATIONS: &str = "/Network/v1/location";

#[tokio::test]
async fn every_scalar_of_a_token_answer_is_a_string() {
    let world = world().await;

    let mut answer = send(world.token_request("/oauth/v2/token")).await;

    answer.body["issued_at"] = json!(answer.body["issued_at"].is_string());
    expect![[r#"
        {
          "access_token": "eyJzaW11bGF0b3IiOnRydWV9.00000002",
          "api_product_list": "[Internet-On-Demand, Voice]",
          "api_product_list_json": [
            "Internet-On-Demand",
            "Voice"
          ],
          "application_name": "c68be277-5587-41d9-bb3c-9f9b49304b9f",
          "client_id": "simulator",
          "developer.email": "developer@lumen-simulator.example",
          "expires_in": "1799",
          "issued_at": true,
          "organization_name": "ext",
          "refresh_count": "0",
          "refresh_token_expires_in": "0",
          "scope": "",
          "status": "approved",
          "token_type": "Bearer"
        }"#]]
    .assert_eq(&answer.pretty());
}

#[tokio::test]
async fn wrong_or_missing_credentials_are_refused() {
    let world = world().await;
    let url = format!("{}/oauth/v2/token", world.lumen.url());
    let form = BTreeMap::from([("grant_type", "client_credentials")]);

    let none = send(world.http.post(&url).form(&form)).await;
    let wrong = send(world.http.post(&url).basic_auth("simulator", Some("no")).form(&form)).await;
    let empty = send(world.http.post(&url).basic_auth("simulator", Some("simulator-secret"))).await;

    expect![[r#"
        401 missingCredentials at : Missing or no credentials provided
        401 invalidCredentials at : Invalid client credentials
        400 invalidBody at : grant_type=client_credentials is required, as a form"#]]
    .assert_eq(&format!("{}\n{}\n{}", none.problem(), wrong.problem(), empty.problem()));
}

#[tokio::test]
async fn other_token_endpoints_answer_in_their_own_envelopes() {
    let world = world().await;

    let first = send(world.token_request("/oauth/v1/token")).await;
    let get = send(world.request(Method::GET, "/oauth/v1/token")).await;
    let unknown = send(world.token_request("/oauth/token")).await;

    assert_eq!(
        (first.status.as_u16(), get.status.as_u16(), unknown.status.as_u16()),
        (401, 500, 404)
    );
    assert!(first.headers.contains_key("TrackingId"));
    expect![[r#"
        {"Error":"Client identifier is required","ErrorCode":"invalid_client"}
        {"Error":"grant_type is required","ErrorCode":"invalid_grant_type"}
        {"code":"404","info":"Requested resource not found","message":"Not Found"}"#]]
    .assert_eq(&format!("{}\n{}\n{}", first.body, get.body, unknown.body));
}

#[tokio::test]
async fn a_token_is_valid_until_it_expires_or_is_revoked() {
    let mut world = world_with(|settings| settings.token_lifetime = 60).await;

    assert_eq!(world.get(LOCATIONS).await.status, StatusCode::OK);
    world.pass(61);
    assert_eq!(
        world.get(LOCATIONS).await.problem(),
        "401 invalidCredentials at : Invalid or expired access token"
    );

    world.sign_in().await;
    assert_eq!(world.get(LOCATIONS).await.status, StatusCode::OK);
    world.lumen.revoke_tokens();
    assert_eq!(world.get(LOCATIONS).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_request_needs_a_token_and_the_right_customer_number() {
    let world = world().await;
    let url = format!("{}{LOCATIONS}", world.lumen.url());

    let nobody = send(world.http.get(&url)).await;
    let nowhere = send(world.http.get(&url).bearer_auth(&world.token)).await;
    let stranger =
        send(world.http.get(&url).bearer_auth(&world.token).header("x-customer-number", "2")).await;

    expect![[r#"
        401 missingCredentials at : Missing or no credentials provided
        400 missingQueryParameter at x-customer-number: The header x-customer-number is required
        403 accessDenied at x-customer-number: The customer number is not attached to this key"#]]
    .assert_eq(&format!("{}\n{}\n{}", nobody.problem(), nowhere.problem(), stranger.problem()));
}

#[tokio::test]
async fn an_unknown_path_is_answered_by_the_gateway() {
    let world = world().await;

    let path = world.get("/Network/v2/location").await;
    let method = world.post(LOCATIONS, &json!({})).await;

    assert_eq!((path.status.as_u16(), method.status.as_u16()), (404, 405));
    expect![[r#"
        {"code":"404","info":"Requested resource not found","message":"Not Found"}
        {"code":"405","info":"Requested method not allowed","message":"Method Not Allowed"}"#]]
    .assert_eq(&format!("{}\n{}", path.body, method.body));
}
