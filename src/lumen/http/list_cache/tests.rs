#![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use serde_json::json;

use super::pages_at_once;
use crate::lumen::http::stub_server::{ReceivedRequest, Reply, StubServer};
use crate::lumen::ordering::{BillingAccountRef, Contact, OrderAction, OrderRequest, Service};
use crate::lumen::{Client, ServiceId, Settings, VoiceOrderId};

const LIST: &str = "GET /ProductInventory/v1/inventory?serviceType";
const ONE: &str = "GET /ProductInventory/v1/inventory?serviceId";

fn id(number: u32) -> ServiceId {
    format!("77{number:05}").parse().expect("an id")
}

fn item(number: u32) -> serde_json::Value {
    let status = if number.is_multiple_of(100) { "Pending" } else { "Active" };
    json!({ "serviceId": id(number), "serviceName": format!("s{number}"), "status": status,
        "location": { "masterSiteId": "PL1" } })
}

fn number_after(line: &str, name: &str) -> Option<u32> {
    let (_, value) = line.split_once(name)?;
    value.split('&').next()?.parse().ok()
}

/// An inventory of this many services. Every hundredth is pending. Services from `hidden` onwards are on no
/// page.
fn inventory(services: u32, hidden: u32) -> impl FnMut(&ReceivedRequest) -> Reply {
    move |seen| {
        let found: Vec<_> = match number_after(&seen.line, "serviceId=77") {
            Some(number) => (1..=services).filter(|known| *known == number).map(item).collect(),
            None if seen.is("GET") => {
                let page = number_after(&seen.line, "pageNumber=").unwrap_or(1);
                let all = (1..=services.min(hidden - 1)).filter(|number| *number % 100 != 0);
                all.skip((page as usize - 1) * 100).take(100).map(item).collect()
            }
            None => return Reply::json(201, &json!({ "id": "1ec0b2a0" })),
        };
        Reply::json(200, &json!({ "serviceInventory": found, "resultCount": found.len() }))
    }
}

async fn read(client: &Client, numbers: impl IntoIterator<Item = u32>) -> Vec<Option<Service>> {
    let reads = numbers.into_iter().map(|number| {
        let client = client.clone();
        async move { client.service_among_many(&id(number)).await.expect("an answer") }
    });
    join_all(reads).await
}

fn requests(stub: &StubServer) -> (usize, usize) {
    (stub.seen(LIST).len(), stub.seen(ONE).len())
}

#[tokio::test(start_paused = true)]
async fn a_handful_is_asked_for_one_by_one() {
    let stub = StubServer::start(inventory(1000, 2000)).await;
    let found = read(&stub.client(), [1, 2, 3]).await;
    assert!(found.iter().all(Option::is_some));
    assert_eq!(requests(&stub), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn many_cost_pages() {
    let stub = StubServer::start(inventory(1000, 2000)).await;
    let client = stub.client();
    for ten in 0..99 {
        let found = read(&client, ten * 10 + 1..ten * 10 + 10).await;
        assert!(found.iter().all(Option::is_some));
    }
    let (pages, single) = requests(&stub);
    assert!(pages + single <= 15, "{pages} pages, {single} single questions");
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other_cost_pages_too() {
    let stub = StubServer::start(inventory(1000, 2000)).await;
    let client = stub.client();
    for number in (1..1000).filter(|number| number % 100 != 0) {
        assert_eq!(read(&client, [number]).await.len(), 1);
    }
    let (pages, single) = requests(&stub);
    assert!(pages + single <= 15, "{pages} pages, {single} single questions");
}

#[tokio::test(start_paused = true)]
async fn a_handful_of_a_long_list_costs_no_more_than_twice() {
    let stub = StubServer::start(inventory(20_000, 30_000)).await;
    let wanted: BTreeSet<u32> = (0..20).map(|number| 19_001 + number * 37).collect();
    let found = read(&stub.client(), wanted.clone()).await;
    assert!(found.iter().all(Option::is_some));
    let (pages, single) = requests(&stub);
    assert!(pages + single <= 2 * wanted.len(), "{pages} pages, {single} single questions");
}

#[tokio::test(start_paused = true)]
async fn what_no_page_shows_is_asked_for_before_it_is_called_gone() {
    let stub = StubServer::start(inventory(200, 150)).await;
    let found = read(&stub.client(), [1, 2, 3, 4, 5, 149, 100, 150, 199, 201]).await;
    let statuses: Vec<_> = found
        .iter()
        .map(|service| service.as_ref().map(|service| service.status.to_string()))
        .collect();
    let statuses: Vec<_> = statuses.iter().map(Option::as_deref).collect();
    let mut expected = vec![Some("active"); 6];
    expected.extend([Some("pending"), Some("active"), Some("active"), None]);
    assert_eq!(statuses, expected);
    assert!(stub.seen(LIST).len() <= 4);
}

#[tokio::test(start_paused = true)]
async fn what_the_run_changes_is_asked_for_from_then_on() {
    let stub = StubServer::start(inventory(90, 100)).await;
    let client = stub.client();
    read(&client, 1..=90).await;
    let (pages, single) = requests(&stub);
    delete(&client, 7).await;
    read(&client, 1..=90).await;
    assert_eq!(requests(&stub), (pages, single + 1));
    assert!(stub.seen(ONE).iter().any(|seen| seen.line.contains("serviceId=7700007")));
}

#[tokio::test(start_paused = true)]
async fn pages_are_read_again_after_a_minute() {
    let stub = StubServer::start(inventory(90, 100)).await;
    let client = stub.client();
    read(&client, 1..=90).await;
    tokio::time::advance(Duration::from_secs(59)).await;
    read(&client, 1..=90).await;
    assert_eq!(stub.seen(LIST).len(), 1);
    tokio::time::advance(Duration::from_secs(2)).await;
    read(&client, 1..=90).await;
    assert_eq!(stub.seen(LIST).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_takes_longer_than_its_pages_live_has_an_end() {
    let stub = StubServer::start(inventory(250, 300)).await;
    let settings = Settings { requests_per_second: Some(0.01), ..stub.settings() };
    let client = Client::new(settings).expect("a client");
    let site = "PL1".parse().expect("a site");
    let named = client.services_named(&site, "s249");
    let named = tokio::time::timeout(Duration::from_hours(1), named).await.expect("an end");
    assert_eq!(named.expect("an answer").len(), 1);
    assert_eq!(stub.seen(LIST).len(), 4);
    let found = tokio::time::timeout(Duration::from_hours(1), read(&client, [7])).await;
    assert!(found.is_ok_and(|found| matches!(found.as_slice(), [Some(_)])));
}

#[tokio::test(start_paused = true)]
async fn where_the_list_can_t_be_read_each_is_asked_for() {
    let mut lumen = inventory(90, 100);
    let stub = StubServer::start(move |seen| {
        if seen.is(LIST) { Reply::json(400, &json!({ "code": "no" })) } else { lumen(seen) }
    })
    .await;
    let found = read(&stub.client(), 1..=90).await;
    assert!(found.iter().all(Option::is_some));
    assert_eq!(requests(&stub), (1, 90));
}

#[tokio::test(start_paused = true)]
async fn many_orders_look_at_the_services_of_a_name_once() {
    let stub = StubServer::start(inventory(250, 300)).await;
    let client = stub.client();
    let site = "PL1".parse().expect("a site");
    let named = |name: &'static str| {
        let (client, site) = (&client, &site);
        async move { client.services_named(site, name).await.expect("an answer").len() }
    };
    let found = join_all(["s1", "s249", "none", "s1"].map(named)).await;
    assert_eq!(found, [1, 1, 0, 1]);
    assert_eq!(stub.seen(LIST).len(), 4);
    delete(&client, 3).await;
    assert_eq!((named("s2").await, stub.seen(LIST).len()), (1, 4));
    assert_eq!((named("s3").await, stub.seen(LIST).len()), (1, 8), "the run changes it");
    order(&client, "s4").await;
    assert_eq!((named("s4").await, stub.seen(LIST).len()), (1, 12), "the run has ordered one");
}

/// Every hundredth service is on no page.
#[tokio::test(start_paused = true)]
async fn many_pages_at_a_time_ask_not_far_behind_the_end_of_a_long_list() {
    let stub = StubServer::start(inventory(10_000, 20_000)).await;
    let (client, site) = (stub.client(), "PL1".parse().expect("a site"));
    let found = client.services_named(&site, "s9999").await.expect("an answer");
    let pages = stub.seen(LIST).len();
    assert_eq!(found.len(), 1);
    assert!((100..=124).contains(&pages), "{pages} requests for 99 pages and the end");
}

#[test]
fn the_longer_a_list_the_more_pages_are_asked_for_at_once() {
    assert_eq!([0, 1, 13, 20, 47, 48, 5_000].map(pages_at_once), [3, 3, 3, 5, 11, 12, 12]);
}

#[tokio::test(start_paused = true)]
async fn numbers_count_only_if_all_of_an_order_are_shown() {
    let stub = StubServer::start(|seen| {
        let page = number_after(&seen.line, "pageNumber=").unwrap_or(1);
        let numbers: Vec<_> = (0..100)
            .map(|number| (page - 1) * 100 + number)
            .filter(|number| *number < 200)
            .map(|number| {
                json!({ "tn": format!("1303555{number:04}"), "voiceOrderId": (number / 5).to_string() })
            })
            .collect();
        Reply::json(200, &json!({ "tns": numbers }))
    })
    .await;
    let client = stub.client();
    let orders: Vec<VoiceOrderId> =
        (0..40).map(|order| order.to_string().parse().expect("an id")).collect();
    let look = |order: usize, quantity| {
        client.numbers_among_many(std::slice::from_ref(&orders[order]), quantity)
    };
    let found = join_all((0..40).map(|order| look(order, 5))).await;
    let shown = found.iter().flatten().filter(|numbers| numbers.len() == 5).count();
    assert_eq!(shown, 37, "the first three are asked for one by one");
    assert_eq!(look(8, 6).await, None, "one of them is somewhere else");
    assert_eq!(client.numbers_among_many(&orders[..2], 10).await.map(|all| all.len()), Some(10));
    assert_eq!(client.numbers_among_many(&orders[..2], 11).await, None);
}

async fn delete(client: &Client, number: u32) {
    place(client, OrderAction::Delete { service_id: &id(number) }).await;
}

async fn order(client: &Client, name: &str) {
    let quote = "q".parse().expect("a quote");
    let (ipv4_block_size, vlan_assignment, routing) = ("/29", "Auto Assign", "Static");
    let action =
        OrderAction::Add { quote: &quote, name, ipv4_block_size, vlan_assignment, routing };
    place(client, action).await;
}

async fn place(client: &Client, action: OrderAction<'_>) {
    let billing_account =
        BillingAccountRef { id: "5-A".parse().expect("an account"), name: "A".to_owned() };
    let text = |text: &str| text.to_owned();
    let contact = Contact {
        name: text("Ann Smith"),
        email: text("ann@example.com"),
        phone: text("+16157691234"),
        organization: text("Example"),
        phone_extension: None,
    };
    let request = OrderRequest {
        external_id: &"tf-1".parse().expect("a reference"),
        billing_account: &billing_account,
        contact: &contact,
        note: None,
        action,
    };
    client.place(&request, Timestamp::MAX).await.expect("accepted");
}
