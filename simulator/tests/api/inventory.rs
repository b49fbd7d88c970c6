//! The inventory: its services, and when they appear.

use expect_test::expect;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{INVENTORY, SITE, World, a_delete, world, world_with};

#[tokio::test]
async fn a_service_has_the_documented_members() {
    let world = world().await;
    let service = world.connected("My First NaaS").await;

    let answer = world.get(&format!("{INVENTORY}?serviceId={service}&serviceType=Internet")).await;

    expect![[r#"
        {
          "pageNumber": 1,
          "pageSize": 10,
          "resultCount": 1,
          "serviceInventory": [
            {
              "billingAccount": {
                "id": "5-RHQBGCGK",
                "name": "Company or account name"
              },
              "customerNumber": "1-ABCDE",
              "location": {
                "city": "Monroe",
                "country": "US",
                "masterSiteid": "PL0001247634",
                "postcode": "71203",
                "postcodeExtension": "2041",
                "stateOrProvince": "LA",
                "streetAddress": "100 CenturyLink Dr"
              },
              "locationProfile": {
                "dataCenter": true,
                "market": "WASHINGTON DC",
                "naasEnabled": true,
                "relatedParty": {
                  "id": "43558"
                }
              },
              "product": {
                "id": "77133831778",
                "productCharacteristic": [
                  {
                    "name": "Bandwidth",
                    "value": "100 mbps"
                  },
                  {
                    "name": "UNI Service ID",
                    "value": "XX/XXXX/164523/LUMN"
                  }
                ],
                "status": "Active"
              },
              "productCharacteristic": [
                {
                  "name": "Bandwidth",
                  "value": "100 Mbps",
                  "valueType": "String"
                }
              ],
              "productCode": "718",
              "productName": "Internet On-Demand",
              "productPrice": [
                {
                  "price": "",
                  "priceType": "",
                  "unit": ""
                }
              ],
              "serviceId": "77133831778",
              "serviceName": "My First NaaS",
              "serviceType": "Internet",
              "status": "Active"
            }
          ]
        }"#]]
    .assert_eq(&answer.pretty());
}

#[tokio::test(start_paused = true)]
async fn a_new_service_is_found_by_id_first_and_listed_when_it_is_active() {
    let world = world().await;
    let order = world.ordered("My First NaaS").await;
    let mut seen = Vec::new();

    let id = "77133831778";
    for _ in 0..6 {
        let status = world.status(&order).await.body["status"].to_string();
        let shown = world.service(id).await["status"].to_string();
        seen.push(format!("{status}: by id {shown}, listed {}", listed(&world).await.len()));
        world.pass(if seen.len() == 4 { 6 } else { 5 });
    }

    expect![[r#"
        "RUNNING": by id null, listed 0
        "RUNNING": by id null, listed 0
        "RUNNING": by id "Pending Install", listed 0
        "RUNNING": by id "Pending Install", listed 0
        "SUCCEEDED": by id "Pending Install", listed 0
        "SUCCEEDED": by id "Active", listed 1"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_disconnected_service_is_found_by_id_for_a_minute() {
    let world = world().await;
    let service = world.lumen.add_service("Old", SITE, 1000);
    assert_eq!(listed(&world).await, ["Old"]);

    assert_eq!(world.order(&a_delete(&service)).await.status, StatusCode::CREATED);
    let going = world.service(&service).await;
    world.pass(22);
    let gone = world.service(&service).await;
    let again = world.order(&a_delete(&service)).await;
    world.pass(60);

    assert_eq!(
        (&going["status"], &gone["status"]),
        (&json!("Disconnect pending"), &json!("Disconnected"))
    );
    assert!(listed(&world).await.is_empty());
    assert_eq!(world.service(&service).await, Value::Null);
    expect![
        "422 referenceNotFound at productOrderItem.product.id: There is no service 77133831778"
    ]
    .assert_eq(&again.problem());
    assert!(world.lumen.services().iter().any(|known| known.service_id == service));
}

#[tokio::test]
async fn a_service_can_change_outside_of_orders() {
    let world = world().await;
    let service = world.lumen.add_service("Drifting", SITE, 100);

    world.lumen.change_service(&service, |service| service.bandwidth_mbps = 500);
    assert_eq!(
        world.service(&service).await["product"]["productCharacteristic"][0]["value"],
        "500 mbps"
    );

    world.lumen.change_service(&service, |service| service.status = "Disconnected".into());
    assert_eq!(world.service(&service).await["status"], "Disconnected");
    assert!(listed(&world).await.is_empty());
}

#[tokio::test]
async fn a_list_is_filtered_by_type_and_paged() {
    let world = world_with(|settings| settings.page_size_default = 2).await;
    for name in ["a", "b", "c"] {
        let _ = world.lumen.add_service(name, SITE, 100);
    }

    let second = world.get(&format!("{INVENTORY}?serviceType=Internet&pageNumber=2")).await.body;
    let ports = world.get(&format!("{INVENTORY}?serviceType=Port")).await.body;
    let unknown = world.get(&format!("{INVENTORY}?serviceType=Internet%20On-Demand")).await;

    assert_eq!(second["serviceInventory"][0]["serviceName"], "c");
    assert_eq!(
        (&second["pageNumber"], &second["pageSize"], &second["resultCount"]),
        (&json!(2), &json!(2), &json!(1))
    );
    assert_eq!(
        ports["serviceInventory"][0]["product"]["productCharacteristic"][1],
        json!({ "name": "UNI Service ID", "value": "70/KFGS/100001/LUMN" })
    );
    assert_eq!(unknown.status, StatusCode::INTERNAL_SERVER_ERROR);
}

async fn listed(world: &World) -> Vec<String> {
    let answer = world.get(&format!("{INVENTORY}?serviceType=Internet")).await;
    let items = answer.body["serviceInventory"].as_array().unwrap();
    items.iter().map(|item| item["serviceName"].as_str().unwrap().to_owned()).collect()
}
