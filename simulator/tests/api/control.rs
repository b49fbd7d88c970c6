//! The control API.

use expect_test::expect;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answer, INVENTORY, SITE, World, world};

async fn control(world: &World, method: Method, path: &str, body: &Value) -> Answer {
    world.control(method, path, body).await
}

#[tokio::test]
async fn settings_are_changed_one_by_one() {
    let world = world().await;

    let changed = control(&world, Method::PATCH, "settings", &json!({ "latency_ms": 1 })).await;
    let wrong = control(&world, Method::PATCH, "settings", &json!({ "latency": 1 })).await;
    let typed = json!({ "retry_after": { "date": 5 }, "status_endpoint": "not_found" });
    let typed = control(&world, Method::PATCH, "settings", &typed).await;

    assert_eq!((changed.status.as_u16(), &changed.body["latency_ms"]), (200, &json!(1)));
    assert_eq!(wrong.status.as_u16(), 400);
    assert_eq!(typed.status.as_u16(), 200);
    expect![[r#"
        {
          "answer_headers": {},
          "client_id": "simulator",
          "client_secret": "simulator-secret",
          "customer_number": "1-ABCDE",
          "daily_quota": null,
          "fail_orders": null,
          "fail_orders_count": null,
          "inventory_lag_seconds": 2.0,
          "latency_ms": 1,
          "naas_transient": false,
          "order_seconds": 20.0,
          "page_faults": "none",
          "page_size_default": 10,
          "page_size_max": 100,
          "price_factor": 1.0,
          "quote_seconds": 900.0,
          "requests_per_second": null,
          "require_service_configuration": false,
          "retry_after": {
            "date": 5
          },
          "status_endpoint": "not_found",
          "status_lag_seconds": 0.0,
          "status_word": null,
          "success_word": null,
          "token_lifetime": 1799,
          "voice": {
            "approval_seconds": 14400.0,
            "available": null,
            "backorder_outcome": null,
            "backorder_seconds": 60.0,
            "change_seconds": 5.0,
            "coverage_methods": "both",
            "credit_hold": false,
            "customer_service_names": null,
            "disconnect_seconds": null,
            "envelope": "exception",
            "expired_token_code": 403006,
            "foc_late_days": 0,
            "foc_seconds": 30.0,
            "inventory_lag_seconds": 2.0,
            "next_notifications": [],
            "number_form": "ranges",
            "order_lookup_by_reference": false,
            "order_seconds": 20.0,
            "port_seconds": null,
            "reject_on_4011": false,
            "report": {
              "capitals": true,
              "empty": false,
              "endpoint": "on",
              "lag_seconds": 2.0,
              "number_form": "ranges"
            },
            "supplement_id": "same",
            "supplement_seconds": 5.0,
            "utilization": null
          }
        }"#]]
    .assert_eq(&control(&world, Method::GET, "settings", &json!({})).await.pretty());
}

#[tokio::test]
async fn settings_of_voice_are_changed_one_by_one() {
    let world = world().await;
    let change = |change: Value| json!({ "voice": change });

    let changed = change(json!({ "order_seconds": 1.0, "number_form": "single" }));
    let changed = control(&world, Method::PATCH, "settings", &changed).await;
    let wrong = change(json!({ "seconds": 1.0 }));
    let wrong = control(&world, Method::PATCH, "settings", &wrong).await;
    let wronger = control(&world, Method::PATCH, "settings", &change(json!(1))).await;

    assert_eq!((wrong.status.as_u16(), wronger.status.as_u16()), (400, 400));
    let voice = &changed.body["voice"];
    assert_eq!((&voice["order_seconds"], &voice["number_form"]), (&json!(1.0), &json!("single")));
    assert_eq!(voice["approval_seconds"], json!(14_400.0), "the others do not change");
}

#[tokio::test]
async fn voice_orders_are_added_held_released_and_reclaimed() {
    let world = world().await;
    let new = |rate_center: &str| json!({ "product_id": "2036", "rate_center": rate_center, "state": "CO", "quantity": 2 });

    let added = control(&world, Method::POST, "voice/orders", &new("DENVER")).await;
    let nowhere = control(&world, Method::POST, "voice/orders", &new("ATLANTIS")).await;
    let number = "voice/numbers/13035550101";
    let reclaimed = control(&world, Method::DELETE, number, &json!({})).await;
    let again = control(&world, Method::DELETE, number, &json!({})).await;

    assert_eq!(added.body["voice_order_id"], "600184201");
    assert_eq!(nowhere.status.as_u16(), 404);
    assert_eq!((reclaimed.status.as_u16(), again.status.as_u16()), (204, 404));
    let left = world.get("/Voice/v1/Numbers/inventory").await.body;
    assert_eq!(left["tns"][0]["tn"], 13_035_550_100_u64);
    for action in ["voice/credit/release", "voice/credit/reject", "voice/resume"] {
        assert_eq!(control(&world, Method::POST, action, &json!({})).await.status.as_u16(), 204);
    }
}

#[tokio::test]
async fn services_are_added_and_changed() {
    let world = world().await;
    let new = json!({ "name": "Found", "master_site_id": SITE, "bandwidth_mbps": 100 });

    let added = control(&world, Method::POST, "services", &new).await;
    let id = added.body["service_id"].as_str().unwrap();
    let change = json!({ "status": "Suspended" });
    control(&world, Method::PATCH, &format!("services/{id}"), &change).await;

    assert_eq!(world.service(id).await["status"], "Suspended");
    let services = control(&world, Method::GET, "services", &json!({})).await.body;
    assert_eq!(services[2]["name"], "Found");
    let typo = json!({ "state": "Suspended" });
    let typo = control(&world, Method::PATCH, &format!("services/{id}"), &typo).await;
    assert_eq!(typo.status.as_u16(), 400);
    let nothing = control(&world, Method::PATCH, "services/77000000000", &change).await;
    assert_eq!(nothing.status.as_u16(), 404);
}

#[tokio::test]
async fn faults_are_set_and_cleared() {
    let world = world().await;
    let fault = json!({ "path": "/ProductInventory", "kind": { "status": { "code": 500 } } });

    assert_eq!(control(&world, Method::POST, "faults", &fault).await.status.as_u16(), 204);
    assert_eq!(world.get(INVENTORY).await.status.as_u16(), 500);
    control(&world, Method::DELETE, "faults", &json!({})).await;
    assert_eq!(world.get(INVENTORY).await.status.as_u16(), 200);

    let nonsense = json!({ "path": "/", "kind": { "html": { "code": 7 } } });
    assert_eq!(control(&world, Method::POST, "faults", &nonsense).await.status.as_u16(), 400);
    let reset = json!({ "path": "/", "times": 1, "kind": "reset_before" });
    assert_eq!(control(&world, Method::POST, "faults", &reset).await.status.as_u16(), 204);
}

#[tokio::test]
async fn time_advances_tokens_are_revoked_and_the_state_is_reset() {
    let world = world().await;
    let order = world.ordered("My First NaaS").await;

    control(&world, Method::POST, "time", &json!({ "advance_seconds": 22.5 })).await;
    assert_eq!(world.status(&order).await.body["status"], "SUCCEEDED");
    let ledger = control(&world, Method::GET, "ledger", &json!({})).await.body;
    assert_eq!(ledger["orders"][0]["state"], "succeeded");
    assert_eq!(ledger["requests"]["POST /Product/v1/priceRequest"], 1, "{ledger}");

    control(&world, Method::POST, "tokens/revoke", &json!({})).await;
    assert_eq!(world.status(&order).await.status.as_u16(), 401);

    control(&world, Method::POST, "reset", &json!({})).await;
    let ledger = world.lumen.ledger();
    assert!(ledger.orders.is_empty() && ledger.requests.is_empty());
}
