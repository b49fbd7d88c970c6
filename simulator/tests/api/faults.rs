//! Faults, and whether a request is processed in spite of them.

use std::time::Duration;

use lumen_simulator::Fault;
use reqwest::{Method, StatusCode};

use crate::{ORDER, World, an_add, send, world, world_with};

const POST_ORDER: &str = "POST /Customer/v3/Ordering/orderRequest";

/// Posts an order with a fault. Returns the outcome and how many orders were accepted.
async fn order_with_fault(world: &World, fault: Fault) -> (Result<String, String>, usize) {
    let quote = world.quote("100 Mbps").await;
    world.lumen.fault(fault.times(1));
    let before = world.lumen.ledger().orders.len();

    let request = world.request(Method::POST, ORDER).json(&an_add(&quote, "My First NaaS"));
    let outcome = match request.timeout(Duration::from_secs(30)).send().await {
        Ok(response) => {
            let status = response.status();
            response
                .text()
                .await
                .map(|text| format!("{} {}", status.as_u16(), text.len()))
                .map_err(|_| format!("{} then dropped", status.as_u16()))
        }
        Err(error) if error.is_timeout() => Err("timeout".into()),
        Err(error) => Err(format!("dropped, connected: {}", !error.is_connect())),
    };
    (outcome, world.lumen.ledger().orders.len() - before)
}

#[tokio::test]
async fn a_connection_is_dropped_before_or_after_the_order_is_accepted() {
    let world = world().await;

    let dropped = Err("dropped, connected: true".to_owned());
    assert_eq!(
        order_with_fault(&world, Fault::reset_before(POST_ORDER)).await,
        (dropped.clone(), 0)
    );
    assert_eq!(order_with_fault(&world, Fault::reset_after(POST_ORDER)).await, (dropped, 1));
    let halved = Err("201 then dropped".to_owned());
    assert_eq!(order_with_fault(&world, Fault::truncate(POST_ORDER)).await, (halved, 1));
}

#[tokio::test]
async fn a_request_with_a_status_fault_is_not_processed_and_one_with_a_wrong_answer_is() {
    let world = world().await;

    let refused = order_with_fault(&world, Fault::status(POST_ORDER, 503).body("busy")).await;
    assert_eq!(refused, (Ok("503 4".into()), 0));
    let (page, accepted) = order_with_fault(&world, Fault::html(POST_ORDER, 502)).await;
    assert!(page.is_ok_and(|page| page.starts_with("502")) && accepted == 0);
    let garbled = order_with_fault(&world, Fault::answer(POST_ORDER, 201, "[]")).await;
    assert_eq!(garbled, (Ok("201 2".into()), 1));
}

#[tokio::test(start_paused = true)]
async fn a_request_with_a_late_answer_is_processed() {
    let world = world().await;

    let late = order_with_fault(&world, Fault::delay(POST_ORDER, Duration::from_secs(45))).await;

    assert_eq!(late, (Err("timeout".into()), 1));
}

#[tokio::test]
async fn a_fault_skips_requests_and_is_injected_a_number_of_times() {
    let world = world().await;
    let fault = Fault::status("GET /Network", 429).header("Retry-After", "3").skip(1).times(2);
    world.lumen.fault(fault);

    let mut statuses = Vec::new();
    for path in ["provider", "location", "location", "provider"] {
        let answer = world.get(&format!("/Network/v1/{path}")).await;
        let pause = answer.headers.get("Retry-After").is_some_and(|value| value == "3");
        statuses.push((answer.status.as_u16(), pause));
    }

    assert_eq!(statuses, [(200, false), (429, true), (429, true), (200, false)]);
}

#[tokio::test]
async fn a_fault_without_a_limit_lasts_until_it_is_cleared() {
    let world = world().await;
    world.lumen.fault(Fault::status("/Account", 500));

    for _ in 0..3 {
        let status = world.get("/Account/v1/billingAccount").await.status;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    }
    world.lumen.clear_faults();

    assert_eq!(world.get("/Account/v1/billingAccount").await.status, StatusCode::OK);
}

#[tokio::test]
async fn faults_apply_to_token_requests_and_every_request_is_counted() {
    let world = world().await;
    world.lumen.fault(Fault::status("POST /oauth", 503).times(1));
    assert_eq!(send(world.token_request("/oauth/v2/token")).await.status.as_u16(), 503);
    world.status("57ab4320-9aaf-11ee-8cbc-bf8b3daa320c").await;

    let requests = world.lumen.ledger().requests;
    assert_eq!(requests["POST /oauth/v2/token"], 2);
    assert_eq!(requests["GET /Customer/v3/Ordering/orderRequest/{id}"], 1);
}

#[tokio::test]
async fn headers_can_be_added_to_every_answer() {
    let world = world().await;
    world.lumen.set(|settings| {
        settings.answer_headers.insert("Deprecation".into(), "true".into());
    });

    let answer = world.get("/Network/v1/provider").await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["Deprecation"], "true");
}

#[tokio::test(start_paused = true)]
async fn every_answer_can_have_a_latency() {
    let world = world_with(|settings| settings.latency_ms = 1500).await;
    let asked = tokio::time::Instant::now();

    world.get("/Network/v1/provider").await;

    assert_eq!(asked.elapsed(), Duration::from_millis(1500));
}

#[tokio::test]
async fn an_answer_of_wrong_types_has_the_same_members() {
    let world = world().await;
    world.lumen.fault(Fault::wrong_types("POST /oauth"));

    let answer = send(world.token_request("/oauth/v2/token")).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["access_token"], true);
}

#[tokio::test]
async fn a_held_request_is_dropped_when_faults_are_cleared() {
    for (fault, accepted) in
        [(Fault::hold_before(POST_ORDER), 0), (Fault::hold_after(POST_ORDER), 1)]
    {
        let world = world().await;
        let quote = world.quote("100 Mbps").await;
        world.lumen.fault(fault);
        let sent = world.request(Method::POST, ORDER).json(&an_add(&quote, "My First NaaS")).send();

        let waited = async {
            while world.lumen.faults_injected() == 0 {
                tokio::task::yield_now().await;
            }
            let accepted = world.lumen.ledger().orders.len();
            world.lumen.clear_faults();
            accepted
        };
        let (answer, orders) = tokio::join!(sent, waited);

        assert!(answer.is_err_and(|error| !error.is_connect()));
        assert_eq!(orders, accepted);
    }
}

#[tokio::test]
async fn connections_are_refused_until_faults_are_cleared() {
    let world = world().await;
    world.lumen.fault(Fault::close("GET /Network/v1/provider"));
    let ask = || world.request(Method::GET, "/Network/v1/provider").send();

    assert!(ask().await.is_ok_and(|answer| answer.status() == StatusCode::OK), "it is answered");
    for _ in 0..3 {
        assert!(ask().await.is_err_and(|error| error.is_connect()), "and then refused");
    }

    world.lumen.clear_faults();
    while ask().await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.lumen.faults_injected(), 1);
}

#[tokio::test]
async fn a_fault_can_be_limited_to_one_path() {
    let world = world().await;
    world.lumen.fault(Fault::status("GET /Customer/v3/Ordering/orderRequest/{id}$", 500));
    world.lumen.fault(Fault::status("GET /Network/v1$", 500));

    let order = "/Customer/v3/Ordering/orderRequest/57ab4320-9aaf-11ee-8cbc-bf8b3daa320c";
    assert_eq!(world.get(order).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(world.get("/Network/v1/provider").await.status, StatusCode::OK);

    let requests = world.lumen.requests();
    assert_eq!(requests.last().map(String::as_str), Some("GET /Network/v1/provider"));
}
