//! The status of an order.

use std::time::Duration;

use expect_test::expect;
use lumen_simulator::{RetryAfter, StatusEndpoint};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{ORDER, a_delete, an_add, send, world, world_with};

#[tokio::test(start_paused = true)]
async fn the_ids_of_an_order_appear_while_it_runs() {
    let world = world().await;
    let order = world.ordered("My First NaaS").await;
    let mut seen = Vec::new();

    for _ in 0..5 {
        let answer = world.status(&order).await;
        let pause =
            answer.headers.get("Retry-After").map(|value| value.to_str().unwrap().to_owned());
        let [status, order_id, service_id] =
            ["status", "orderId", "serviceId"].map(|member| answer.body[member].to_string());
        seen.push(format!("{status} {order_id} {service_id} {pause:?}"));
        world.pass(5);
    }

    expect![[r#"
        "RUNNING" null null Some("1")
        "RUNNING" "88240017001" null Some("1")
        "RUNNING" "88240017001" "77133831778" Some("1")
        "RUNNING" "88240017001" "77133831778" Some("1")
        "SUCCEEDED" "88240017001" "77133831778" None"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_status_repeats_the_order() {
    let world = world().await;
    let order = world.ordered("My First NaaS").await;
    world.pass(22);

    expect![[r#"
        {
          "billingAccount": {
            "id": "5-RHQBGCGK",
            "name": "Company or account name"
          },
          "channel": [
            {
              "id": "99",
              "name": "NaaS ExternalAPI"
            }
          ],
          "externalId": "EXT-000027740",
          "id": "1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76",
          "orderId": "88240017001",
          "productOrderItem": [
            {
              "@baseType": null,
              "@schemaLocation": null,
              "@type": "ProductOrderItem",
              "action": "add",
              "appointment": null,
              "billingAccount": null,
              "id": "line-1",
              "itemPrice": null,
              "itemTerm": null,
              "itemTotalPrice": null,
              "payment": null,
              "product": {
                "productCharacteristic": [
                  {
                    "name": "Customer Service Name",
                    "value": "My First NaaS",
                    "valueType": "String"
                  },
                  {
                    "name": "VLAN Assignment",
                    "value": "Auto Assign",
                    "valueType": "String"
                  },
                  {
                    "name": "IPV4 Block Size",
                    "value": "/29",
                    "valueType": "String"
                  },
                  {
                    "name": "Routing Options",
                    "value": "Static",
                    "valueType": "String"
                  }
                ],
                "productSpecification": {
                  "id": "5001",
                  "name": "NaaS Internet"
                }
              },
              "productOffering": {
                "id": "718",
                "name": "NaaS Internet"
              },
              "productOfferingQualificationItem": null,
              "productOrderItem": null,
              "productOrderItemRelationship": null,
              "qualification": null,
              "quantity": 1,
              "quoteItem": null,
              "state": "completed"
            }
          ],
          "quote": [
            {
              "id": "NaaS-1466",
              "name": "quoteId"
            }
          ],
          "relatedContactInformation": [
            {
              "emailAddress": "first.lastname@domain.com",
              "name": "FirstName LastName",
              "number": "+16157691234",
              "numberExtension": "",
              "organization": "Org Name",
              "role": "Order Contact"
            }
          ],
          "serviceId": "77133831778",
          "status": "SUCCEEDED"
        }"#]]
    .assert_eq(&world.status(&order).await.pretty());
}

#[tokio::test]
async fn a_reference_of_digits_is_returned_as_a_number() {
    let world = world().await;
    let mut order = an_add(&world.quote("100 Mbps").await, "My First NaaS");
    order["externalId"] = json!("1702578835");

    let placed = world.order(&order).await;

    assert_eq!(placed.body["externalId"], "1702578835");
    assert_eq!(world.status(&placed.id()).await.body["externalId"], json!(1_702_578_835));
}

#[tokio::test]
async fn a_failed_installation_creates_no_service() {
    let world = world().await;
    world.lumen.set(|settings| {
        settings.fail_orders = Some("No capacity at this location".into());
        settings.fail_orders_count = Some(1);
    });
    let failing = world.ordered("Unlucky").await;
    let lucky = world.ordered("Lucky").await;
    world.pass(22);

    let failed = world.status(&failing).await;
    expect![[r#""FAILED" {"code":"otherIssue","message":"No capacity at this location","reason":"No capacity at this location","referenceError":""}"#]].assert_eq(&format!("{} {}", failed.body["status"], failed.body["error"]));
    assert_eq!(failed.body["productOrderItem"][0]["state"], "failed");
    assert_eq!(failed.body["serviceId"], json!(null));
    assert_eq!(world.status(&lucky).await.body["status"], "SUCCEEDED");
    let names: Vec<_> = world.lumen.services().into_iter().map(|service| service.name).collect();
    assert_eq!(names, ["Headquarters port", "Warehouse port", "Lucky"]);
}

#[tokio::test]
async fn a_failed_change_leaves_the_service_as_it_was() {
    let world = world().await;
    let service = world.connected("Kept").await;
    world.lumen.set(|settings| settings.fail_orders = Some("Not today".into()));

    world.order(&a_delete(&service)).await;
    assert_eq!(world.service(&service).await["status"], "Disconnect pending");
    world.pass(22);

    assert_eq!(world.service(&service).await["status"], "Active");
}

#[tokio::test]
async fn the_status_endpoint_can_be_unavailable() {
    let world = world().await;
    let order = world.ordered("My First NaaS").await;
    let mut seen = vec![world.status("57ab4320-9aaf-11ee-8cbc-bf8b3daa320c").await];

    for endpoint in
        [StatusEndpoint::NotFound, StatusEndpoint::MethodNotAllowed, StatusEndpoint::NotImplemented]
    {
        world.lumen.set(|settings| settings.status_endpoint = endpoint);
        seen.push(world.status(&order).await);
    }

    let lines: Vec<_> =
        seen.iter().map(|answer| format!("{} {}", answer.status.as_u16(), answer.body)).collect();
    expect![[r#"
        404 {"code":"notFound","message":"There is no order request 57ab4320-9aaf-11ee-8cbc-bf8b3daa320c","reason":"There is no order request 57ab4320-9aaf-11ee-8cbc-bf8b3daa320c","referenceError":""}
        404 {"code":"404","info":"Requested resource not found","message":"Not Found"}
        405 {"code":"405","info":"Requested method not allowed","message":"Method Not Allowed"}
        501 {"code":"notImplemented","message":"Not implemented yet","reason":"Not implemented yet","referenceError":""}"#]].assert_eq(&lines.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_status_can_lag_behind() {
    let world = world_with(|settings| settings.status_lag_seconds = 5.0).await;
    let order = world.ordered("My First NaaS").await;

    assert_eq!(world.status(&order).await.body["code"], "notFound");
    world.pass(5);
    assert_eq!(world.status(&order).await.body["status"], "RUNNING");
}

#[tokio::test(start_paused = true)]
async fn status_words_and_retry_after_are_configurable() {
    let world = world_with(|settings| {
        settings.status_word = Some("WIBBLE".into());
        settings.success_word = Some("completed".into());
        settings.retry_after = RetryAfter::Date(7);
    })
    .await;
    let order = world.ordered("My First NaaS").await;

    let running = world.status(&order).await;
    let date = |name: &str| {
        let text = running.headers[name].to_str().unwrap().to_owned();
        jiff::fmt::rfc2822::parse(&text).unwrap().timestamp()
    };
    let ahead = date("Retry-After").duration_since(date("Date"));
    assert_eq!(ahead.as_secs(), 7, "both dates are on the simulated calendar");
    assert_eq!(running.body["status"], "WIBBLE");

    world.lumen.set(|settings| settings.retry_after = RetryAfter::None);
    assert!(!world.status(&order).await.headers.contains_key("Retry-After"));
    world.pass(20);
    assert_eq!(world.status(&order).await.body["status"], "completed");
}

#[tokio::test]
async fn a_service_can_stay_pending_until_it_is_configured() {
    let world = world_with(|settings| settings.require_service_configuration = true).await;
    let order = world.ordered("My First NaaS").await;
    let path = "/serviceProvisioning/v2/internet";
    let refused = world.post(path, &json!({ "orderId": "88000000000" })).await;
    world.pass(1000);

    let done = world.status(&order).await.body;
    assert_eq!(done["status"], "SUCCEEDED");
    let service = done["serviceId"].as_str().unwrap();
    assert_eq!(world.service(service).await["status"], "Pending Install");

    let accepted = world.post(path, &json!({ "orderId": done["orderId"] })).await;
    assert_eq!((accepted.status, accepted.body), (StatusCode::ACCEPTED, json!("")));
    assert_eq!(world.service(service).await["status"], "Active");
    expect!["422 referenceNotFound at orderId: There is no order 88000000000"]
        .assert_eq(&refused.problem());
}

/// The tests of the provider depend on this: the pauses of the provider advance the simulated time and
/// take no real time.
#[tokio::test(start_paused = true)]
async fn paused_time_advances_client_and_server_together() {
    let world = world().await;
    let order = world.ordered("My First NaaS").await;
    let started = std::time::Instant::now();

    let mut questions = 0;
    while world.status(&order).await.body["status"] == "RUNNING" {
        questions += 1;
        tokio::time::sleep(Duration::from_secs(5)).await;
    }

    assert_eq!(questions, 4);
    assert!(started.elapsed() < Duration::from_secs(5));
    let request = world.request(Method::GET, &format!("{ORDER}/{order}"));
    assert_eq!(send(request.timeout(Duration::from_secs(1))).await.status, StatusCode::OK);
}
