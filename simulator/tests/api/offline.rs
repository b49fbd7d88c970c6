//! A simulator without a server, on a runtime without I/O.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, Response, StatusCode};
use jiff::Timestamp;
use lumen_simulator::{Fault, Options, Reply, Settings, Simulator};
use serde_json::Value;
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep};

use crate::voice::{VOICE, a_reservation};
use crate::{INVENTORY, ORDER, SITE, a_price_request, an_add};

const PRICES: &str = "/Product/v1/priceRequest";

/// Runs to its end without I/O; time jumps from timer to timer.
fn run<T>(story: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(story)
}

fn start() -> Timestamp {
    "2024-02-28T23:59:50Z".parse().unwrap()
}

fn offline(change: impl FnOnce(&mut Settings)) -> Simulator {
    let mut options = Options { services: 3, numbers: 200, ..Options::default() };
    change(&mut options.settings);
    Simulator::offline(options, start()).unwrap()
}

fn request(lumen: &Simulator, method: &str, path: &str, body: Option<Value>) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(format!("{}{path}", lumen.url()))
        .header("authorization", "Bearer eyJzaW11bGF0b3IiOnRydWV9.00000001")
        .header("x-customer-number", "1-ABCDE")
        .header("content-type", "application/json")
        .body(body.map_or_else(Bytes::new, |body| body.to_string().into()))
        .unwrap()
}

async fn get(lumen: &Simulator, path: &str) -> Reply {
    lumen.answer(request(lumen, "GET", path, None)).await
}

async fn post(lumen: &Simulator, path: &str, body: Value) -> Reply {
    lumen.answer(request(lumen, "POST", path, Some(body))).await
}

/// Gets the token that the other requests have.
async fn sign_in(lumen: &Simulator) -> Reply {
    let request = Request::post("/oauth/v2/token")
        .header("authorization", "Basic c2ltdWxhdG9yOnNpbXVsYXRvci1zZWNyZXQ=")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"grant_type=client_credentials"));
    lumen.answer(request.unwrap()).await
}

fn whole(reply: Reply) -> Response<Bytes> {
    let Reply::Whole(response) = reply else { panic!("{reply:?}") };
    response
}

fn member(reply: &Reply, name: &str) -> String {
    let Reply::Whole(response) = reply else { panic!("{reply:?}") };
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    body[name].as_str().unwrap_or_else(|| panic!("no {name}: {body}")).to_owned()
}

/// Everything that is answered while a connection and telephone numbers are ordered.
async fn an_order(lumen: &Simulator) -> Vec<Reply> {
    let mut replies = vec![sign_in(lumen).await];
    replies.push(get(lumen, "/Network/v1/location?city=Denver").await);
    replies.push(get(lumen, &format!("/Network/v1/provider?masterSiteId={SITE}")).await);
    let quote = post(lumen, PRICES, a_price_request(SITE, "100 Mbps")).await;
    let id = member(&quote, "id");
    replies.push(quote);
    let order = post(lumen, ORDER, an_add(&id, "edge-1")).await;
    let id = member(&order, "id");
    replies.push(order);
    for _ in 0..3 {
        sleep(Duration::from_millis(7_300)).await;
        replies.push(get(lumen, &format!("{ORDER}/{id}")).await);
        replies.push(get(lumen, INVENTORY).await);
    }
    let numbers = post(lumen, &format!("{VOICE}/orderInventory"), a_reservation("DENVER", 3)).await;
    let id = member(&numbers, "voiceOrderId");
    replies.push(numbers);
    sleep(Duration::from_mins(5)).await;
    replies.push(get(lumen, &format!("{VOICE}/notifications?voiceOrderId={id}")).await);
    replies.push(get(lumen, &format!("{VOICE}/inventory?pageSize=100&voiceOrderID={id}")).await);
    replies.push(get(lumen, "/_simulator/ledger").await);
    for reply in &replies {
        let is_success = matches!(reply, Reply::Whole(answer) if answer.status().is_success());
        assert!(is_success, "{reply:?}");
    }
    replies
}

#[test]
fn the_same_requests_get_the_same_answers_byte_by_byte() {
    let answers = || format!("{:#?}", run(async { an_order(&offline(|_| {})).await }));

    let (first, second) = (answers(), answers());

    assert_eq!(first, second);
    for part in ["Thu, 29 Feb 2024 00:05:", "edge-1", "telephone"] {
        assert!(first.contains(part), "{part}: {first}");
    }
}

#[test]
fn the_simulated_time_begins_at_the_date_that_was_asked_for() {
    run(async {
        let start = "1999-12-31T23:59:59Z".parse().unwrap();
        let lumen = Simulator::offline(Options::default(), start).unwrap();
        let dates = async |lumen: &Simulator| {
            let reply = sign_in(lumen).await;
            (member(&reply, "issued_at"), whole(reply).headers()["date"].clone())
        };

        let (issued, date) = dates(&lumen).await;
        assert_eq!(
            (issued.as_str(), date),
            ("946684799000", "Fri, 31 Dec 1999 23:59:59 GMT".parse().unwrap())
        );
        sleep(Duration::from_secs(1)).await;
        let (issued, date) = dates(&lumen).await;
        assert_eq!(
            (issued.as_str(), date),
            ("946684800000", "Sat, 01 Jan 2000 00:00:00 GMT".parse().unwrap())
        );
    });
}

#[test]
fn two_simulators_in_one_process_share_nothing() {
    run(async {
        let options = Options { port: 9001, ..Options::default() };
        let (first, second) = (offline(|_| {}), Simulator::offline(options, start()).unwrap());

        an_order(&first).await;

        assert_eq!((first.ledger().orders.len(), second.ledger().orders.len()), (1, 0));
        assert_eq!(first.url(), "http://127.0.0.1:8787");
        assert_eq!(second.url(), "http://127.0.0.1:9001");
    });
}

#[test]
fn a_connection_that_a_fault_drops_is_dropped() {
    run(async {
        let lumen = offline(|_| {});
        sign_in(&lumen).await;
        let order = || async {
            let quote = post(&lumen, PRICES, a_price_request(SITE, "100 Mbps")).await;
            let reply = post(&lumen, ORDER, an_add(&member(&quote, "id"), "edge-1")).await;
            (reply, lumen.ledger().orders.len())
        };

        lumen.fault(Fault::reset_before(ORDER).times(1));
        assert!(matches!(order().await, (Reply::Dropped, 0)));
        lumen.fault(Fault::reset_after(ORDER).times(1));
        assert!(matches!(order().await, (Reply::Dropped, 1)));
        assert!(matches!(order().await, (Reply::Whole(_), 2)));
        assert_eq!(lumen.faults_injected(), 2);
    });
}

#[test]
fn an_answer_that_a_fault_cuts_arrives_in_part() {
    run(async {
        let lumen = offline(|_| {});
        sign_in(&lumen).await;
        let uncut = whole(get(&lumen, INVENTORY).await);
        lumen.fault(Fault::truncate(INVENTORY));

        let Reply::Cut(cut) = get(&lumen, INVENTORY).await else { panic!("it is not cut") };

        assert_eq!(cut.status(), StatusCode::OK);
        assert_eq!(cut.headers()["content-length"], uncut.body().len().to_string());
        assert_eq!(cut.body(), &uncut.body().slice(..uncut.body().len() / 2));
        assert!(cut.headers().contains_key("trackingid"));
    });
}

#[test]
fn connections_are_refused_until_the_faults_are_cleared() {
    run(async {
        let lumen = offline(|_| {});
        sign_in(&lumen).await;
        lumen.fault(Fault::close(INVENTORY));

        let closed = whole(get(&lumen, INVENTORY).await);
        assert_eq!(closed.headers()["connection"], "close");
        let before = lumen.requests().len();
        assert!(matches!(get(&lumen, INVENTORY).await, Reply::Refused));
        assert_eq!(lumen.requests().len(), before, "a refused request does not arrive");

        lumen.clear_faults();
        assert_eq!(whole(get(&lumen, INVENTORY).await).status(), StatusCode::OK);
    });
}

#[test]
fn held_late_and_limited_requests_need_nothing_but_timers() {
    run(async {
        let lumen = offline(|settings| {
            settings.latency_ms = 250;
            settings.requests_per_second = Some(3);
        });
        let begun = Instant::now();
        sign_in(&lumen).await;
        assert_eq!(begun.elapsed(), Duration::from_millis(250));

        lumen.fault(Fault::hold_after(INVENTORY).times(1));
        let clear = async {
            sleep(Duration::from_hours(1)).await;
            lumen.clear_faults();
        };
        let (held, ()) = tokio::join!(get(&lumen, INVENTORY), clear);
        assert!(matches!(held, Reply::Dropped));

        lumen.set(|settings| settings.latency_ms = 0);
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(whole(sign_in(&lumen).await).status().as_u16());
        }
        assert_eq!(statuses, [200, 200, 200, 429]);
    });
}

#[test]
fn only_loopback_addresses_and_positive_speeds_are_accepted() {
    let refused = |options| Simulator::offline(options, start()).err().unwrap().to_string();

    let everywhere = Options { host: [0, 0, 0, 0].into(), ..Options::default() };
    assert_eq!(refused(everywhere), "0.0.0.0 is not a loopback address");
    let still = Options { speed: 0.0, ..Options::default() };
    assert_eq!(refused(still), "the speed must be a positive number, not 0");
}
