//! Orders that are followed while the status endpoint and inventory change.

#![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::lumen::Settings;
use crate::lumen::http::stub_server::{ReceivedRequest, Reply, StubServer};
use crate::lumen::long_running::{Followed, PendingReason, Refusal};

const STATUS: &str = "GET /Customer/v3/Ordering/orderRequest/";
const INVENTORY: &str = "GET /ProductInventory/v1/inventory?";

/// Lumen at one moment: what the status endpoint answers, and which services exist.
#[derive(Clone)]
struct World {
    status: fn() -> Reply,
    services: Vec<Value>,
}

impl World {
    fn answer(&self, seen: &ReceivedRequest) -> Reply {
        if seen.is(STATUS) {
            return (self.status)();
        }
        let is_asked_for = |service: &&Value| {
            let id = service["serviceId"].as_str().unwrap_or_default();
            let is_active = service["status"] == "Active";
            seen.line.contains(&format!("serviceId={id}"))
                || !seen.line.contains("serviceId") && is_active
        };
        let services: Vec<_> = self.services.iter().filter(is_asked_for).collect();
        Reply::json(200, &json!({ "serviceInventory": services }))
    }
}

/// A stub that passes through these moments, one for each request for the status (or for inventory, where
/// `by` says so), and stays in the last one.
async fn passing(by: &'static str, moments: Vec<World>) -> StubServer {
    let moments = Arc::new(Mutex::new((0, moments)));
    StubServer::start(move |seen| {
        let mut moments = moments.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked, moments) = &mut *moments;
        *asked += usize::from(seen.is(by));
        let now = asked.saturating_sub(1).min(moments.len() - 1);
        moments[now].answer(seen)
    })
    .await
}

fn service(id: &str, name: &str, status: &str, bandwidth: &str) -> Value {
    json!({
        "serviceId": id, "serviceName": name, "status": status, "location": {"masterSiteid": "PL1"},
        "product": {"productCharacteristic": [{"name": "Bandwidth", "value": bandwidth}]},
    })
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("an id")
}

fn running() -> Reply {
    Reply::json(200, &json!({ "status": "RUNNING", "orderId": "88001" }))
}

fn succeeded() -> Reply {
    Reply::json(200, &json!({ "status": "SUCCEEDED", "orderId": "88001" }))
}

fn succeeded_with_id() -> Reply {
    Reply::json(200, &json!({ "status": "SUCCEEDED", "orderId": "88001", "serviceId": "77001" }))
}

fn no_such_path() -> Reply {
    Reply::json(404, &json!({ "code": "404", "message": "Not Found" }))
}

fn not_found() -> Reply {
    Reply::json(404, &json!({ "code": "notFound", "reason": "No such order" }))
}

fn built() -> PendingOrder {
    let goal = Goal::Built {
        name: "web".to_owned(),
        site: id("PL1"),
        bandwidth: id("100 Mbps"),
        existing: BTreeSet::from([id("77000")]),
        service_id: None,
    };
    PendingOrder::new(Some(id("1ec0b2a0")), goal)
}

fn gone() -> PendingOrder {
    PendingOrder::new(Some(id("1ec0b2a0")), Goal::Gone { service_id: id("77001") })
}

async fn followed(client: &Client, order: &mut PendingOrder) -> Followed<Outcome> {
    let deadline = Instant::now() + Duration::from_hours(1);
    client.follow(order, deadline, &CancellationToken::new()).await
}

fn service_of(followed: &Followed<Outcome>) -> Option<&str> {
    match followed {
        Followed::Done(outcome) => Some(outcome.service.as_ref()?.service_id.as_str()),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_is_built_when_both_sources_say_so() {
    let pending = service("77001", "web", "Install pending", "100 Mbps");
    let active = service("77001", "web", "Active", "100 Mbps");
    let stub = passing(
        STATUS,
        vec![
            World { status: not_found, services: vec![] },
            World { status: running, services: vec![] },
            World { status: succeeded_with_id, services: vec![pending] },
            World { status: succeeded_with_id, services: vec![active] },
        ],
    )
    .await;
    let mut order = built();

    let followed = followed(&stub.client(), &mut order).await;

    assert_eq!(service_of(&followed), Some("77001"), "{followed:?}");
    assert_eq!(order.order_id, Some(id("88001")));
    assert_eq!(stub.seen(STATUS).len(), 4);
    assert_eq!(order.unexpected, BTreeSet::new());
}

#[tokio::test(start_paused = true)]
async fn without_a_status_endpoint_inventory_decides_and_the_client_remembers() {
    for missing in
        [no_such_path, || Reply::json(405, &Value::Null), || Reply::json(501, &Value::Null)]
    {
        let stub = passing(
            INVENTORY,
            vec![
                World {
                    status: missing,
                    services: vec![service("77000", "web", "Active", "100 Mbps")],
                },
                World {
                    status: missing,
                    services: vec![
                        service("77000", "web", "Active", "100 Mbps"),
                        service("77001", "web", "Active", "100 mbps"),
                        service("77002", "web", "Active", "1 Gbps"),
                        service("77003", "mail", "Active", "100 Mbps"),
                    ],
                },
            ],
        )
        .await;

        let followed = followed(&stub.client(), &mut built()).await;

        assert_eq!(service_of(&followed), Some("77001"), "{followed:?}");
        assert_eq!(stub.seen(STATUS).len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_that_inventory_alone_is_asked_about_needs_no_id() {
    let services = vec![service("77001", "web", "Active", "100 Mbps")];
    let stub = passing(STATUS, vec![World { status: running, services }]).await;
    let mut order = PendingOrder { order_request_id: None, ..built() };
    assert_eq!(service_of(&followed(&stub.client(), &mut order).await), Some("77001"));
    let settings = Settings { order_status: OrderStatusSource::Inventory, ..stub.settings() };
    let client = Client::new(settings).expect("a client");
    assert_eq!(service_of(&followed(&client, &mut built()).await), Some("77001"));
    assert!(stub.seen(STATUS).is_empty());
}

#[tokio::test(start_paused = true)]
async fn two_services_that_fit_are_never_guessed_between() {
    let services = ["77001", "77002"].map(|id| service(id, "web", "Active", "100 Mbps")).to_vec();
    let stub = passing(STATUS, vec![World { status: succeeded, services }]).await;

    let followed = followed(&stub.client(), &mut built()).await;

    let Followed::StillPending(PendingReason::Ambiguous(found)) = followed else {
        panic!("{followed:?}")
    };
    assert_eq!(found, [id("77001"), id("77002")]);
}

/// Lumen is said to list active services only. A list that shows more must not fail an order.
#[tokio::test(start_paused = true)]
async fn a_disconnected_namesake_is_not_the_new_service() {
    let all = [
        service("77009", "web", "Disconnected", "100 Mbps"),
        service("77001", "web", "Active", "100 Mbps"),
    ];
    let stub = StubServer::start(move |seen| {
        if seen.is(STATUS) {
            return succeeded();
        }
        let is_asked_for = |service: &&Value| {
            let id = service["serviceId"].as_str().unwrap_or_default();
            !seen.line.contains("serviceId") || seen.line.contains(&format!("serviceId={id}"))
        };
        let shown: Vec<_> = all.iter().filter(is_asked_for).collect();
        Reply::json(200, &json!({ "serviceInventory": shown }))
    })
    .await;

    let followed = followed(&stub.client(), &mut built()).await;

    assert_eq!(service_of(&followed), Some("77001"), "{followed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_failed_order_says_why() {
    let failed = || {
        Reply::json(200, &json!({ "status": "FAILED", "orderId": 88001, "message": "no capacity" }))
    };
    let stub = passing(STATUS, vec![World { status: failed, services: vec![] }]).await;
    let mut order = built();
    let followed = followed(&stub.client(), &mut order).await;
    assert_eq!(order.order_id, Some(id("88001")));
    let Followed::Failed(refusal) = followed else { panic!("{followed:?}") };
    assert_eq!(refusal, Refusal { code: None, reason: "no capacity".to_owned() });
}

#[tokio::test(start_paused = true)]
async fn an_unknown_word_means_not_yet_and_is_reported() {
    let frozen = || Reply::json(200, &json!({ "status": "FROZEN" }));
    let stub = passing(STATUS, vec![World { status: frozen, services: vec![] }]).await;
    let mut order = built();
    let started = Instant::now();

    let followed = followed(&stub.client(), &mut order).await;

    assert!(
        matches!(followed, Followed::StillPending(PendingReason::DeadlinePassed)),
        "{followed:?}"
    );
    assert_eq!(started.elapsed().as_secs(), 3600);
    let told =
        "Lumen reports the unknown status \"FROZEN\" for the order, which the provider treats \
                as in progress"
            .to_owned();
    assert_eq!(order.unexpected, BTreeSet::from([told]));
    let looks = stub.seen(STATUS).len();
    assert!((60..80).contains(&looks), "{looks}: from 5 s to 60 s apart");
}

#[tokio::test(start_paused = true)]
async fn the_server_sets_the_pace() {
    let patient = || Reply::Answer {
        status: 200,
        headers: "retry-after: 600\r\n",
        body: json!({ "status": "RUNNING" }).to_string(),
    };
    let stub = passing(STATUS, vec![World { status: patient, services: vec![] }]).await;
    followed(&stub.client(), &mut built()).await;
    assert_eq!(stub.seen(STATUS).len(), 6, "an hour, in steps of ten minutes");
}

#[tokio::test(start_paused = true)]
async fn a_change_is_complete_when_inventory_shows_it_at_rest() {
    let stub = passing(
        INVENTORY,
        vec![
            World {
                status: succeeded,
                services: vec![service("77001", "web", "Active", "100 Mbps")],
            },
            World {
                status: succeeded,
                services: vec![service("77001", "web", "Change pending", "1 Gbps")],
            },
            World {
                status: succeeded,
                services: vec![service("77001", "web", "Active", "1 gbps")],
            },
        ],
    )
    .await;
    let goal = Goal::Changed { service_id: id("77001"), bandwidth: Some(id("1 Gbps")), name: None };
    let mut order = PendingOrder::new(Some(id("1ec0b2a0")), goal);

    let followed = followed(&stub.client(), &mut order).await;

    assert_eq!(service_of(&followed), Some("77001"), "{followed:?}");
    assert_eq!(stub.seen(INVENTORY).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_service_is_gone_when_it_is_absent_or_terminated() {
    for end in [vec![], vec![service("77001", "web", "Disconnected", "100 Mbps")]] {
        let stub = passing(
            INVENTORY,
            vec![
                World {
                    status: succeeded,
                    services: vec![service("77001", "web", "Pending Disconnect", "100 Mbps")],
                },
                World { status: succeeded, services: end },
            ],
        )
        .await;
        let followed = followed(&stub.client(), &mut gone()).await;
        let Followed::Done(outcome) = followed else { panic!("{followed:?}") };
        assert_eq!(outcome, Outcome { order_id: Some(id("88001")), service: None });
    }
}

#[tokio::test(start_paused = true)]
async fn one_answer_without_the_service_does_not_show_that_it_is_gone() {
    let ending = vec![service("77001", "web", "Pending Disconnect", "100 Mbps")];
    let world = |services| World { status: not_found, services };
    let stub = passing(INVENTORY, vec![world(vec![]), world(ending), world(vec![])]).await;
    let mut order = gone();

    let first = order.check(&stub.client()).await;
    let second = order.check(&stub.client()).await;

    assert!(matches!(first, Ok(Progress::Running { .. })), "{first:?}");
    assert!(matches!(second, Ok(Progress::Done(_))), "{second:?}");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_s_404_is_not_a_service_that_is_gone() {
    let stub = StubServer::start(|_| no_such_path()).await;
    let followed = followed(&stub.client(), &mut gone()).await;
    assert!(
        matches!(followed, Followed::StillPending(PendingReason::Unreachable(_))),
        "{followed:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_waited_out() {
    let outage = || Reply::json(503, &Value::Null);
    let active = vec![service("77001", "web", "Active", "100 Mbps")];
    let mut moments = vec![World { status: outage, services: vec![] }; 20];
    moments.push(World { status: succeeded_with_id, services: active });
    let stub = passing(STATUS, moments).await;
    assert_eq!(service_of(&followed(&stub.client(), &mut built()).await), Some("77001"));
}

#[tokio::test(start_paused = true)]
async fn an_outage_until_the_deadline_is_reported() {
    let stub = StubServer::start(|_| Reply::json(503, &Value::Null)).await;
    let mut order = built();
    let followed = followed(&stub.client(), &mut order).await;
    assert!(
        matches!(followed, Followed::StillPending(PendingReason::DeadlinePassed)),
        "{followed:?}"
    );
    assert_eq!(order.unexpected.len(), 1, "{:?}", order.unexpected);
}

#[tokio::test(start_paused = true)]
async fn following_stops_when_asked() {
    let stub = passing(STATUS, vec![World { status: running, services: vec![] }]).await;
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_mins(5)).await;
        asked.cancel();
    });
    let deadline = Instant::now() + Duration::from_hours(1);
    let started = Instant::now();

    let mut order = built();
    let followed = stub.client().follow(&mut order, deadline, &stop).await;

    assert!(matches!(followed, Followed::StillPending(PendingReason::Stopped)), "{followed:?}");
    assert_eq!(started.elapsed().as_secs(), 300);
    assert_eq!(order.order_id, Some(id("88001")), "what was learned is kept");
}

#[tokio::test(start_paused = true)]
async fn an_order_that_the_only_source_forgets_is_reported_after_a_while() {
    let stub = passing(STATUS, vec![World { status: not_found, services: vec![] }]).await;
    let order_status = OrderStatusSource::StatusEndpoint;
    let client = Client::new(Settings { order_status, ..stub.settings() }).expect("a client");
    let mut order = built();
    for (minutes, told) in [(0, 0), (1, 0), (1, 1)] {
        tokio::time::advance(Duration::from_mins(minutes)).await;
        let progress = order.check(&client).await;
        assert!(matches!(progress, Ok(Progress::Running { .. })), "{progress:?}");
        assert_eq!(order.unexpected.len(), told);
    }
}

#[test]
fn an_order_survives_the_process() {
    let order = PendingOrder { order_id: Some(id("88001")), ..built() };
    let text = serde_json::to_string(&order).expect("JSON");
    expect_test::expect![[r#"{"order_request_id":"1ec0b2a0","order_id":"88001","goal":{"Built":{"name":"web","site":"PL1","bandwidth":"100 Mbps","existing":["77000"],"service_id":null}}}"#]].assert_eq(&text);
    assert_eq!(serde_json::from_str::<PendingOrder>(&text).ok(), Some(order));
}

#[test]
fn a_service_that_was_there_before_is_never_the_new_one() {
    let mut order = built();
    order.goal.fill_service_id(&id("77000"));
    assert_eq!(order.service_id(), None);
    order.goal.fill_service_id(&id("77001"));
    assert_eq!(order.service_id(), Some(&id("77001")));
}
