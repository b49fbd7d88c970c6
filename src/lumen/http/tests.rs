//! What the client sends, how often, and how it interprets the answers.

#![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use tokio::time::Instant;

use crate::lumen::http::stub_server::{ReceivedRequest, Reply, StubServer};
use crate::lumen::ordering::{
    BillingAccountRef, Contact, LocationQuery, OrderAction, OrderRequest,
};
use crate::lumen::{Client, Error, OrderRequestId, Problem, Settings};

const TOKEN: &str = "POST /oauth/v2/token";
const ORDER: &str = "POST /Customer/v3/Ordering/orderRequest";

async fn order(client: &Client) -> Result<OrderRequestId, Error> {
    let contact = Contact {
        name: "First Last".to_owned(),
        email: "first.last@example.com".to_owned(),
        phone: "+16157691234".to_owned(),
        organization: "Example".to_owned(),
        phone_extension: None,
    };
    let id = "5-A".parse().expect("an id");
    let request = OrderRequest {
        external_id: &"EXT-1".parse().expect("an id"),
        billing_account: &BillingAccountRef { id, name: "Example".to_owned() },
        contact: &contact,
        note: None,
        action: OrderAction::Delete { service_id: &"77133831778".parse().expect("an id") },
    };
    client.place(&request, Timestamp::MAX).await
}

fn no_partners(_: &ReceivedRequest) -> Reply {
    Reply::json(200, &json!({ "listPartners": [] }))
}

/// Returns these answers in turn, and then accepts orders.
fn then_accept(replies: impl IntoIterator<Item = Reply>) -> impl FnMut(&ReceivedRequest) -> Reply {
    let mut replies: Vec<_> = replies.into_iter().collect();
    replies.reverse();
    move |_| replies.pop().unwrap_or_else(|| Reply::json(201, &json!({ "id": "1ec0b2a0" })))
}

#[tokio::test(start_paused = true)]
async fn many_requests_share_one_token() {
    let stub = StubServer::start(|_| Reply::json(200, &json!({ "pricePerSpeed": [] }))).await;
    let client = stub.client();

    let sites = (0..10).map(|site| format!("PL{site}").parse().expect("a site"));
    let requests = sites.map(|site| {
        let client = client.clone();
        async move { client.offers(&site, None).await }
    });
    let answers = futures::future::join_all(requests).await;

    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((stub.seen(TOKEN).len(), stub.seen("GET /Product").len()), (1, 10));
}

#[tokio::test(start_paused = true)]
async fn every_request_carries_the_token_and_the_customer() {
    let stub = StubServer::start(no_partners).await;

    stub.client().partners().await.expect("an answer");

    let [token, partners] = [TOKEN, "GET"].map(|line| stub.seen(line).remove(0));
    assert!(token.headers.contains("authorization: basic a2v5onmzy3jlda=="), "{token:?}");
    assert_eq!(token.body, "grant_type=client_credentials");
    assert!(partners.headers.contains("authorization: bearer token-1"), "{partners:?}");
    assert!(partners.headers.contains("x-customer-number: 1-abc-23"), "{partners:?}");
    assert_eq!(partners.line, "GET /Network/v1/provider?pageNumber=1&pageSize=100");
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_a_minute_before_it_expires() {
    let stub = StubServer::start(|_| Reply::json(200, &json!({ "serviceInventory": [] }))).await;
    let client = stub.client();

    for (age, tokens) in [(0, 1), (1738, 1), (2, 2)] {
        tokio::time::advance(Duration::from_secs(age)).await;
        client.service(&"77001".parse().expect("an id")).await.expect("an answer");
        assert_eq!(stub.seen(TOKEN).len(), tokens, "after {age} more seconds");
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_is_sent_again_with_a_fresh_token_once() {
    let stub = StubServer::start(then_accept([Reply::json(401, &json!({}))])).await;
    let order_request_id = order(&stub.client()).await.expect("an accepted order");
    assert_eq!(order_request_id.as_str(), "1ec0b2a0");
    let tokens: Vec<_> =
        stub.seen(ORDER).into_iter().map(|seen| seen.headers.contains("token-2")).collect();
    assert_eq!(tokens, [false, true]);

    let stub =
        StubServer::start(then_accept([401, 401].map(|status| Reply::json(status, &json!({})))))
            .await;
    let refused = order(&stub.client()).await;
    assert!(matches!(refused, Err(Error::Unauthorized(_))), "{refused:?}");
    assert_eq!(stub.seen(ORDER).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_order_in_doubt_is_not_sent_again() {
    let answer = |status, body: &str| Reply::Answer { status, headers: "", body: body.to_owned() };
    for (doubt, reply) in [
        ("cut", Reply::Cut),
        ("500", answer(500, "")),
        ("502", answer(502, "<html>Bad Gateway</html>")),
        ("503", answer(503, "{}")),
        ("504", answer(504, "{}")),
        ("truncated", answer(201, r#"{"id":"1ec0"#)),
        ("html", answer(200, "<html>Welcome</html>")),
        ("no id", answer(201, "{}")),
        (
            "redirect",
            Reply::Answer { status: 307, headers: "location: /elsewhere\r\n", body: String::new() },
        ),
    ] {
        let stub = StubServer::start(then_accept([reply])).await;
        let failed = order(&stub.client()).await.expect_err(doubt);
        assert!(failed.may_have_arrived(), "{doubt}: {failed:?}");
        assert_eq!(stub.seen("POST").len(), 2, "{doubt}: a token and one order");
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_that_lumen_refuses_is_not_sent_again() {
    for status in [400, 403, 404, 409, 422, 501] {
        let stub =
            StubServer::start(then_accept([Reply::json(status, &json!({ "code": "x" }))])).await;
        let failed = order(&stub.client()).await.expect_err("a refusal");
        assert!(!failed.may_have_arrived(), "{failed:?}");
        assert_eq!(stub.seen(ORDER).len(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_turned_away_is_sent_again_when_lumen_wants_it() {
    let turned_away = |status, body: &str| Reply::Answer {
        status,
        headers: "retry-after: 20\r\n",
        body: body.to_owned(),
    };
    let replies = [turned_away(429, ""), turned_away(503, r#"{"code":"traffic.limit_exceeded"}"#)];
    let stub = StubServer::start(then_accept(replies)).await;
    let started = Instant::now();

    order(&stub.client()).await.expect("an accepted order");

    let waited = started.elapsed().as_secs();
    assert!((40..=42).contains(&waited), "{waited}");
    assert_eq!(stub.seen(ORDER).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_daily_quota_is_not_waited_for() {
    let quota = json!({ "message": "you cannot send more than 24 change requests in a day" });
    let stub = StubServer::start(then_accept([Reply::json(429, &quota)])).await;
    let failed = order(&stub.client()).await;
    assert!(matches!(failed, Err(Error::QuotaExhausted(_))), "{failed:?}");
}

#[tokio::test(start_paused = true)]
async fn an_order_is_sent_again_if_nobody_was_there() {
    let tokens = StubServer::start(no_partners).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = free.local_addr().expect("a bound listener").port();
    drop(free);
    let base_url = format!("http://127.0.0.1:{port}").parse().expect("a URL");
    let client = Client::new(Settings { base_url, ..tokens.settings() }).expect("a client");
    let late = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        StubServer::start_raw(&format!("127.0.0.1:{port}"), then_accept([])).await
    });

    order(&client).await.expect("an accepted order");

    assert_eq!(late.await.expect("a server").seen(ORDER).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn nobody_there_is_told_apart_from_a_lost_answer() {
    let stub = StubServer::start(|_| Reply::Cut).await;
    let mut settings = Settings { max_retries: 1, ..stub.settings() };
    let lost = Client::new(settings.clone()).expect("a client").partners().await.expect_err("cut");
    assert!(matches!(lost, Error::Interrupted { .. }), "{lost:?}");
    assert_eq!(stub.seen("GET").len(), 2, "reading may be repeated");

    settings.base_url = "http://127.0.0.1:1".parse().expect("a URL");
    let refused = Client::new(settings).expect("a client").partners().await.expect_err("refused");
    assert!(matches!(refused, Error::Unreachable { .. }), "{refused:?}");
    let cause = refused.root_cause().expect("a cause");
    assert!(cause.starts_with("Connection refused"), "{cause}");
    assert!(!refused.may_have_arrived());
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_are_tried_once() {
    let refusal = json!({ "code": "invalidCredentials", "reason": "Unknown key" });
    let stub = StubServer::start_raw("127.0.0.1:0", move |_| Reply::json(401, &refusal)).await;
    let client = stub.client();
    for _ in 0..3 {
        let failed = order(&client).await.expect_err("a refusal");
        assert!(
            matches!(&failed, Error::TokenRefused(problem) if problem.says("unknown key")),
            "{failed:?}"
        );
        assert!(!failed.may_have_arrived());
    }
    assert_eq!(stub.seen("POST").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_order_without_a_token_was_never_sent() {
    for reply in [|| Reply::Cut, || Reply::json(500, &json!({})), || Reply::json(200, &json!({}))] {
        let stub = StubServer::start_raw("127.0.0.1:0", move |_| reply()).await;
        let failed = order(&stub.client()).await.expect_err("no token");
        assert!(matches!(failed, Error::NoToken(_)), "{failed:?}");
        assert!(!failed.may_have_arrived());
        assert!(stub.seen(ORDER).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_can_be_printed_shows_a_secret() {
    let garbled =
        || Reply::Answer { status: 200, headers: "", body: "access_token=t0ken".to_owned() };
    let stub = StubServer::start_raw("127.0.0.1:0", move |_| garbled()).await;
    let client = stub.client();
    let failed = order(&client).await.expect_err("no token");
    let printed = format!("{client:?} {:?} {failed:?} {failed}", client.settings());
    assert!(!printed.contains("s3cret") && !printed.contains("t0ken"), "{printed}");
}

#[tokio::test(start_paused = true)]
async fn a_list_is_read_to_its_end() {
    let stub = StubServer::start(|seen| {
        let sites: &[&str] = match () {
            () if seen.line.contains("pageNumber=1&") => &["PL1", "PL2"],
            () if seen.line.contains("pageNumber=2&") => &["PL2", "PL3"],
            () => &[],
        };
        let sites: Vec<_> = sites.iter().map(|site| json!({ "masterSiteId": site })).collect();
        Reply::json(200, &json!({ "location": sites, "market": "DENVER" }))
    })
    .await;
    let query = LocationQuery { partner_id: "43558".parse().ok() };

    let locations = stub.client().locations(&query).await.expect("an answer");

    let sites: Vec<_> = locations
        .iter()
        .map(|site| (site.master_site_id.as_str(), site.market.as_deref()))
        .collect();
    assert_eq!(sites, ["PL1", "PL2", "PL3"].map(|site| (site, Some("DENVER"))));
    let lines = stub.seen("GET /Network/v1/location?partnerId=43558&pageNumber=");
    assert_eq!(lines.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_service_is_missing_only_if_lumen_says_so() {
    let about = |reply: fn() -> Reply| async move {
        let stub = StubServer::start(move |_| reply()).await;
        let found = stub.client().service(&"77001".parse().expect("an id")).await;
        found.map(|service| service.map(|service| service.status.to_string()))
    };
    let there = about(|| {
        Reply::json(
            200,
            &json!({"serviceInventory": [{"serviceId": 77001, "status": "Change pending"}]}),
        )
    });
    assert_eq!(there.await.expect("an answer").as_deref(), Some("changing"));
    for missing in
        [(|| Reply::json(200, &json!({"serviceInventory": []}))) as fn() -> Reply, || {
            Reply::json(404, &json!({"code": "NOT_FOUND", "reason": "No such service"}))
        }]
    {
        assert_eq!(about(missing).await.expect("an answer"), None);
    }
    for unclear in [
        (|| Reply::json(200, &json!({}))) as fn() -> Reply,
        || Reply::json(200, &json!({"serviceInventory": null})),
        || {
            Reply::json(
                200,
                &json!({"serviceInventory": [{"serviceId": "77002", "status": "Active"}]}),
            )
        },
        || {
            Reply::json(
                404,
                &json!({"code": "404", "message": "Not Found", "info": "Requested resource not found"}),
            )
        },
        || Reply::Answer { status: 404, headers: "", body: "<html></html>".to_owned() },
    ] {
        assert!(about(unclear).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn an_announcement_is_noticed_once() {
    let stub = StubServer::start(|_| Reply::Answer {
        status: 200,
        headers: "deprecation: true\r\n",
        body: json!({ "serviceInventory": [] }).to_string(),
    })
    .await;
    let client = stub.client();
    for expected in [1, 0] {
        client.service(&"77001".parse().expect("an id")).await.expect("an answer");
        assert_eq!(client.take_notices().len(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_problem_names_its_endpoint() {
    let rejection = json!({"code": "INVALIDVALUE", "reason": "Not a NaaS Enabled Location", "propertyPath": "masterSiteId"});
    let stub = StubServer::start(move |_| Reply::json(422, &rejection)).await;
    let failed =
        stub.client().offers(&"PL1".parse().expect("an id"), None).await.expect_err("rejected");
    assert!(failed.problem().is_some_and(|problem: &Problem| problem.is_about("masterSiteId")));
    assert_eq!(
        failed.to_string(),
        "Lumen rejected the request: HTTP 422 INVALIDVALUE: Not a NaaS Enabled Location (GET /Product/v1/price)"
    );
}

/// Anyone can answer at an address; only Lumen has a certificate for its name.
#[tokio::test(start_paused = true)]
async fn a_server_without_a_trusted_certificate_is_told_nothing() {
    let certificate =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(certificate.signing_key.serialize_der());
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.cert.der().clone()], key.expect("a key"))
        .expect("a server");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let token_url = format!("https://{}", listener.local_addr().expect("a bound listener"));
    let accepts = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(tls)).accept(stream).await.is_ok()
    });
    let stub = StubServer::start(no_partners).await;
    let settings = Settings {
        token_url: token_url.parse().expect("a URL"),
        max_retries: 0,
        ..stub.settings()
    };

    let failed = order(&Client::new(settings).expect("a client")).await.expect_err("not trusted");

    assert!(
        matches!(&failed, Error::NoToken(cause) if matches!(**cause, Error::Unreachable { .. })),
        "{failed:?}"
    );
    assert!(!accepts.await.expect("a server"), "the handshake must not succeed");
}
