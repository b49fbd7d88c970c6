//! Placing orders: which are accepted, refused and counted.

use expect_test::expect;
use lumen_simulator::Action;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    FLEXENTIAL, FLEXENTIAL_SITE, PORT, PORT_SITE, a_delete, a_price_request, a_rename, a_resize,
    an_add, world, world_with,
};

#[tokio::test]
async fn an_accepted_order_is_echoed_with_an_id_and_nulls() {
    let world = world().await;
    let quote = world.quote("100 Mbps").await;

    let answer = world.order(&an_add(&quote, "My First NaaS")).await;

    assert_eq!(answer.status, StatusCode::CREATED);
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
              "state": null
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
          ]
        }"#]]
    .assert_eq(&answer.pretty());
}

#[tokio::test]
async fn an_accepted_order_is_in_the_ledger_once() {
    let world = world().await;
    let order = world.ordered("My First NaaS").await;
    world.pass(3600);

    let ledger = world.lumen.ledger();

    let [entry] = ledger.orders.as_slice() else { panic!("{ledger:?}") };
    assert_eq!((&entry.order_request_id, entry.action), (&order, Action::Add));
    let mut shown = serde_json::to_value(entry).unwrap();
    shown["accepted_at"] = Value::Null;
    expect![[r#"
        {
          "accepted_at": null,
          "action": "add",
          "bandwidth_mbps": 100,
          "billing_account_id": "5-RHQBGCGK",
          "contact": {
            "email": "first.lastname@domain.com",
            "name": "FirstName LastName",
            "organization": "Org Name",
            "phone": "+16157691234"
          },
          "customer_service_name": "My First NaaS",
          "external_id": "EXT-000027740",
          "master_site_id": "PL0001247634",
          "note": null,
          "order_id": "88240017001",
          "order_request_id": "1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76",
          "purchase_order_number": null,
          "quote_id": "NaaS-1466",
          "service_id": "77133831778",
          "state": "succeeded"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&shown).unwrap());
}

#[tokio::test]
async fn an_order_is_refused_for_what_is_missing_or_wrong() {
    let world = world().await;
    let quote = world.quote("100 Mbps").await;
    let mut seen = Vec::new();

    for (pointer, value) in [
        ("/externalId", json!("EXT-00000000000027740")),
        ("/externalId", json!("")),
        ("/billingAccount/id", Value::Null),
        ("/billingAccount/name", Value::Null),
        ("/billingAccount/id", json!("5-UNKNOWN")),
        ("/billingAccount/id", json!("5-MAPLE042")),
        ("/channel", json!([])),
        ("/channel/0/id", json!("98")),
        ("/productOrderItem/0/id", Value::Null),
        ("/productOrderItem/0/quantity", json!(2)),
        ("/productOrderItem/0/action", json!("noChange")),
        ("/productOrderItem/0/product/productSpecification/id", json!("5002")),
        ("/productOrderItem/0/productOffering/id", json!("720")),
        ("/productOrderItem/0/product/productCharacteristic/0/value", json!(" ")),
        ("/productOrderItem/0/product/productCharacteristic/1/value", json!("100")),
        ("/productOrderItem/0/product/productCharacteristic/2/value", json!("/27")),
        ("/productOrderItem/0/product/productCharacteristic/3/value", json!("BGP")),
        ("/quote", json!([])),
        ("/quote/0/id", json!("NaaS-1")),
        ("/relatedContactInformation", json!([])),
        ("/relatedContactInformation/0/role", json!("Technical Contact")),
        ("/relatedContactInformation/0/name", json!("Cher")),
        ("/relatedContactInformation/0/emailAddress", json!("nobody")),
        ("/relatedContactInformation/0/number", json!("+44 20 7946 0958")),
        ("/relatedContactInformation/0/organization", Value::Null),
    ] {
        let mut order = an_add(&quote, "My First NaaS");
        *order.pointer_mut(pointer).unwrap() = value;
        seen.push(world.order(&order).await.problem());
    }

    expect![[r#"
        422 invalidFormat at externalId: externalId has more than 20 characters
        422 missingProperty at externalId: externalId is required
        422 missingProperty at billingAccount.id: billingAccount.id is required
        422 missingProperty at billingAccount.name: billingAccount.name is required
        422 referenceNotFound at billingAccount.id: There is no billing account 5-UNKNOWN
        422 invalidValue at billingAccount.id: The billing account must have its headquarters in the US
        422 missingProperty at channel.id: channel.id is required
        422 invalidValue at channel.id: channel.id must be "99", not "98"
        422 missingProperty at productOrderItem.id: productOrderItem.id is required
        422 invalidValue at productOrderItem.quantity: productOrderItem.quantity must be "1", not "2"
        422 invalidValue at productOrderItem.action: The action must be add, modify or delete, not "noChange"
        422 invalidValue at productOrderItem.product.productSpecification.id: productOrderItem.product.productSpecification.id must be "5001", not "5002"
        422 invalidValue at productOrderItem.productOffering.id: productOrderItem.productOffering.id must be "718", not "720"
        422 missingProperty at productOrderItem.product.productCharacteristic: The characteristic "Customer Service Name" is required
        422 invalidValue at productOrderItem.product.productCharacteristic: "VLAN Assignment" must be Auto Assign, not "100"
        422 invalidValue at productOrderItem.product.productCharacteristic: "IPV4 Block Size" must be /28 or /29 or /30, not "/27"
        422 invalidValue at productOrderItem.product.productCharacteristic: "Routing Options" must be Static, not "BGP"
        422 missingProperty at quote.id: quote.id is required
        422 referenceNotFound at quote.id: There is no quote NaaS-1
        422 missingProperty at relatedContactInformation.role: relatedContactInformation.role is required
        422 invalidValue at relatedContactInformation.role: relatedContactInformation.role must be "Order Contact", not "Technical Contact"
        422 invalidFormat at relatedContactInformation.name: The order contact's name needs a first and a last name
        422 invalidFormat at relatedContactInformation.emailAddress: The order contact's emailAddress is not an email address
        422 invalidFormat at relatedContactInformation.number: The order contact's number is not a US telephone number
        422 missingProperty at relatedContactInformation.organization: relatedContactInformation.organization is required"#]].assert_eq(&seen.join("\n"));
    assert_eq!(world.lumen.ledger().orders, [], "what is refused is not counted");
    let accepted = world.order(&an_add(&quote, "My First NaaS")).await;
    assert_eq!(accepted.status, StatusCode::CREATED, "what is refused does not use up its quote");
}

#[tokio::test]
async fn a_channel_id_may_be_a_number() {
    let world = world().await;
    let mut order = an_add(&world.quote("100 Mbps").await, "My First NaaS");
    order["channel"][0] = json!({ "id": 99, "name": "NaaS ExternalApi" });

    assert_eq!(world.order(&order).await.status, StatusCode::CREATED);
}

#[tokio::test(start_paused = true)]
async fn a_quote_is_valid_for_one_order_within_15_minutes() {
    let world = world().await;
    let quote = world.quote("100 Mbps").await;
    let late = world.quote("100 Mbps").await;

    world.pass(899);
    assert_eq!(world.order(&an_add(&quote, "One")).await.status, StatusCode::CREATED);
    let again = world.order(&an_add(&quote, "Two")).await;
    world.pass(1);
    let expired = world.order(&an_add(&late, "Three")).await;

    expect![[r#"
        400 invalidValue at quote.id: Quote NaaS-1466 has already been used
        400 invalidValue at quote.id: Quote NaaS-1467 has expired"#]]
    .assert_eq(&format!("{}\n{}", again.problem(), expired.problem()));
}

#[tokio::test]
async fn the_speed_and_the_name_of_a_service_change_one_order_at_a_time() {
    let world = world().await;
    let service = world.connected("My First NaaS").await;
    let quote = world.quote("500 Mbps").await;

    assert_eq!(world.order(&a_resize(&service, &quote)).await.status, StatusCode::CREATED);
    assert_eq!(world.service(&service).await["status"], "Change pending");
    let too_soon = world.order(&a_rename(&service, "Renamed")).await;
    world.pass(22);
    assert_eq!(world.order(&a_rename(&service, "Renamed")).await.status, StatusCode::CREATED);
    world.pass(22);

    expect!["422 otherIssue at productOrderItem.product.id: The Service Id cannot be modified since the current status is - Change pending"].assert_eq(&too_soon.problem());
    let changed = world.service(&service).await;
    assert_eq!(
        (&changed["serviceName"], &changed["status"]),
        (&json!("Renamed"), &json!("Active"))
    );
    assert_eq!(changed["productCharacteristic"][0]["value"], "500 Mbps");
}

#[tokio::test]
async fn a_change_is_refused_for_what_is_missing_or_wrong() {
    let world = world().await;
    let service = world.connected("My First NaaS").await;
    let quote = world.quote("500 Mbps").await;
    let mut seen = Vec::new();

    let mut both = a_rename(&service, "Renamed");
    both["quote"] = json!([{ "id": quote, "name": "quoteId" }]);
    let mut neither = a_rename(&service, "Renamed");
    neither["productOrderItem"][0]["product"]["productCharacteristic"] = json!([]);
    let elsewhere = world.lumen.add_service("Elsewhere", "PL0001247635", 100);
    for order in [
        a_resize("77999999999", &quote),
        a_rename("77100000001", "A port"),
        a_delete(""),
        both,
        neither,
        a_resize(&elsewhere, &quote),
    ] {
        seen.push(world.order(&order).await.problem());
    }
    expect![[r#"
        422 referenceNotFound at productOrderItem.product.id: There is no service 77999999999
        422 referenceNotFound at productOrderItem.product.id: There is no service 77100000001
        422 missingProperty at productOrderItem.product.id: productOrderItem.product.id is required
        422 unexpectedProperty at productOrderItem.product.productCharacteristic: A bandwidth change takes no characteristics
        422 missingProperty at quote.id: quote.id is required
        422 invalidValue at quote.id: Quote NaaS-1467 is for another site"#]].assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_connection_over_a_port_has_the_uni_service_id_of_the_port() {
    let world = world().await;
    let mut request = a_price_request(PORT_SITE, "100 Mbps");
    request["partnerId"] = Value::Null;
    request["serviceId"] = PORT.into();
    request["customerPurchaseOrderNumber"] = "PO-12345".into();
    let quote = world.post("/Product/v1/priceRequest", &request).await.id();
    let mut order = an_add(&quote, "At home");
    order["note"] = json!([{ "text": "Mind the step" }]);

    assert_eq!(world.order(&order).await.status, StatusCode::CREATED);
    world.pass(22);

    let services = world.lumen.services();
    let connection = services.iter().find(|service| service.name == "At home").unwrap();
    assert_eq!((&*connection.uni_service_id, &*connection.master_site_id), (PORT, PORT_SITE));
    let ledger = world.lumen.ledger();
    assert_eq!(ledger.orders[0].purchase_order_number.as_deref(), Some("PO-12345"));
    assert_eq!(ledger.orders[0].note.as_deref(), Some("Mind the step"));
}

#[tokio::test]
async fn a_bandwidth_cannot_be_changed_at_flexential() {
    let world = world().await;
    let service = world.lumen.add_service("Fixed", FLEXENTIAL_SITE, 100);
    let mut request = a_price_request(FLEXENTIAL_SITE, "500 Mbps");
    request["partnerId"] = FLEXENTIAL.into();
    let quote = world.post("/Product/v1/priceRequest", &request).await.id();

    let refused = world.order(&a_resize(&service, &quote)).await;

    expect!["422 invalidValue at productOrderItem.product.id: Bandwidth cannot be changed at Flexential locations"].assert_eq(&refused.problem());
    assert_eq!(world.order(&a_rename(&service, "Named")).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn orders_per_day_are_limited() {
    let mut world = world_with(|settings| settings.daily_quota = Some(1)).await;

    world.ordered("One").await;
    let quote = world.quote("100 Mbps").await;
    let refused = world.order(&an_add(&quote, "Two")).await;
    world.pass(24 * 60 * 60);

    assert!(!refused.headers.contains_key("Retry-After"));
    expect!["429 tooManyRequests at : you cannot send more than 1 change requests in a day"]
        .assert_eq(&refused.problem());
    // A token expires within a day.
    world.sign_in().await;
    let quote = world.quote("100 Mbps").await;
    assert_eq!(world.order(&an_add(&quote, "Two")).await.status, StatusCode::CREATED);
}
