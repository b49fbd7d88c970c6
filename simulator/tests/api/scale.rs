//! Many services and numbers, and the rate limit of the gateway.

use std::collections::BTreeSet;

use lumen_simulator::{Options, Simulator};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{INVENTORY, World, send, world, world_of, world_with};

const NUMBERS: &str = "/Voice/v1/Numbers/inventory";

async fn world_with_seed(services: usize, numbers: usize) -> World {
    world_of(Options { services, numbers, ..Options::default() }).await
}

/// Every page of a list.
async fn all(world: &World, path: &str, member: &str) -> Vec<Value> {
    let mut items = Vec::new();
    for page in 1.. {
        let mut answer = world.get(&format!("{path}?pageSize=100&pageNumber={page}")).await;
        let Value::Array(some) = answer.body[member].take() else { break };
        if some.is_empty() {
            break;
        }
        items.extend(some);
    }
    items
}

#[tokio::test]
async fn the_customer_can_start_with_many_services() {
    let world = world_with_seed(2_000, 0).await;

    let services = all(&world, INVENTORY, "serviceInventory").await;

    let ids: BTreeSet<&str> =
        services.iter().filter_map(|service| service["serviceId"].as_str()).collect();
    assert_eq!(ids.len(), 2_002, "including the two ports");
    let speeds: BTreeSet<String> =
        services.iter().map(|it| it["productCharacteristic"][0]["value"].to_string()).collect();
    assert_eq!(speeds.len(), 20, "ten speeds in two spellings each");
    let last = services.last().unwrap();
    assert_eq!(world.service(last["serviceId"].as_str().unwrap()).await, *last);
}

#[tokio::test]
async fn the_customer_can_start_with_many_numbers() {
    let world = world_with_seed(0, 20_000).await;
    assert_eq!(world.lumen.telephone_numbers().len(), 20_000);
    assert!(
        world.lumen.ledger().voice_orders.is_empty(),
        "the numbers were added without an order"
    );

    let of_order = format!("{NUMBERS}?voiceOrderID=600184600&pageSize=100");
    let rows = world.get(&of_order).await.body["tns"].take();

    let first = |row: &Value| row["startTN"].as_u64().or(row["tn"].as_u64()).unwrap();
    let last = |row: &Value| row["endTN"].as_u64().or(row["tn"].as_u64()).unwrap();
    let held: u64 = rows.as_array().unwrap().iter().map(|row| last(row) - first(row) + 1).sum();
    assert_eq!(held, 50, "in the last of 400 orders");
    let page = world.get(&format!("{NUMBERS}?pageSize=100&pageNumber=20")).await.body;
    assert_eq!(page["tns"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn a_reset_restores_services_and_numbers() {
    let world = world_with_seed(3, 120).await;
    let id = world.lumen.services()[2].service_id.clone();
    world.lumen.change_service(&id, |service| service.name = "Renamed".into());
    let number = *world.lumen.telephone_numbers().first().unwrap();
    assert!(world.lumen.reclaim(number));

    world.control(Method::POST, "reset", &json!({})).await;

    let names: Vec<String> = world.lumen.services().into_iter().map(|it| it.name).collect();
    assert_eq!(names[2..], ["Branch 1", "Branch 2", "Branch 3"]);
    assert_eq!(world.lumen.telephone_numbers().len(), 120);
}

#[tokio::test]
async fn a_service_is_found_by_its_changed_id() {
    let world = world_with_seed(1, 0).await;
    let old = world.lumen.services()[2].service_id.clone();

    world.lumen.change_service(&old, |service| service.service_id = "77999".into());

    assert_eq!(world.service("77999").await["serviceName"], "Branch 1");
    assert!(world.service(&old).await.is_null());
}

#[tokio::test]
async fn an_order_is_found_among_many() {
    let world = world_with(|settings| settings.order_seconds = 0.0).await;
    let mut orders = Vec::new();
    for number in 0..300 {
        orders.push(world.ordered(&format!("Branch {number}")).await);
    }
    world.pass(3);

    for order in [&orders[0], &orders[150], &orders[299]] {
        let status = world.status(order).await.body;
        assert_eq!(status["status"], "SUCCEEDED");
        let service = world.service(status["serviceId"].as_str().unwrap()).await;
        assert_eq!(service["status"], "Active");
    }
}

#[tokio::test]
async fn requests_over_the_limit_are_refused_until_the_next_second() {
    // Time runs slowly, so that the requests arrive in one second. The sign-in counts in an earlier one.
    let world = world_of(Options { speed: 0.001, ..Options::default() }).await;
    world.pass(1);
    world.lumen.set(|settings| settings.requests_per_second = Some(2));

    let mut statuses = Vec::new();
    for _ in 0..3 {
        let answer = world.get(INVENTORY).await;
        let retry_after = answer.headers.get("retry-after").cloned();
        statuses.push((answer.status.as_u16(), retry_after, answer.body["errors"][0].clone()));
    }

    let [first, second, (status, retry_after, error)] = statuses.try_into().unwrap();
    assert_eq!((first.0, second.0, status), (200, 200, 429));
    assert_eq!(retry_after.unwrap(), "1");
    assert_eq!(error["code"], "traffic.limit_exceeded");
    let counted = world.control(Method::GET, "requests", &json!({})).await.body;
    assert_eq!(counted[format!("GET {INVENTORY}")], 3, "including the refused request");
    world.pass(1);
    assert_eq!(world.get(INVENTORY).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_request_over_the_limit_is_not_processed() {
    let world = world().await;
    let quote = world.quote("100 Mbps").await;
    world.lumen.set(|settings| settings.requests_per_second = Some(0));

    let refused = world.order(&crate::an_add(&quote, "My First NaaS")).await;

    assert_eq!(refused.status.as_u16(), 429);
    assert!(world.lumen.ledger().orders.is_empty());
    let token = send(world.token_request("/oauth/v2/token")).await;
    assert_eq!(token.status.as_u16(), 429, "the limit applies to token requests");
}

#[tokio::test]
async fn a_customer_without_seed_data_has_two_ports() {
    let lumen = Simulator::start(Options::default()).await.unwrap();

    assert_eq!((lumen.services().len(), lumen.telephone_numbers().len()), (2, 0));
}

#[tokio::test]
async fn a_range_is_split_where_a_number_was_reclaimed() {
    let world = world_with_seed(0, 50).await;
    let first = *world.lumen.telephone_numbers().first().unwrap();
    let ranges = |body: &Value| {
        let rows = body["tns"].as_array().unwrap();
        let range = |row: &Value| [&row["startTN"], &row["endTN"]].map(|tn| tn.as_u64().unwrap());
        rows.iter().take(2).map(range).collect::<Vec<_>>()
    };
    let before = ranges(&world.get(NUMBERS).await.body);

    assert!(world.lumen.reclaim(first + 3) && !world.lumen.reclaim(first + 3));

    assert_eq!(before[0], [first, first + 6]);
    let after = ranges(&world.get(NUMBERS).await.body);
    assert_eq!(after, [[first, first + 2], [first + 4, first + 6]]);
    assert_eq!(world.lumen.telephone_numbers().len(), 49);
}
