//! Reservations that are followed while Lumen's answers change from check to check.

#![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

mod lines;
mod second_sources;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::lumen::http::stub_server::{ReceivedRequest, Reply, StubServer};
use crate::lumen::long_running::{Followed, Operation as _, PendingReason, Progress, Refusal};
use crate::lumen::{Client, ExternalId, Settings, VoiceOrderId};

const STATUS: &str = "GET /Voice/v1/Numbers/orderStatus?voiceOrderId=123";
const NOTIFICATIONS: &str = "GET /Voice/v1/Numbers/notifications?voiceOrderId=123";
const APPROVAL: &str = "POST /Voice/v1/Numbers/customerApproval";
const INVENTORY: &str = "GET /Voice/v1/Numbers/inventory?voiceOrderID=123";
const RESERVE: &str = "POST /Voice/v1/Numbers/orderInventory";

/// Lumen at one moment: the order's status, the codes of its notifications, and how many numbers
/// are in inventory.
#[derive(Clone)]
struct Moment(&'static str, &'static [&'static str], u64);

/// A stub that passes through these moments, one for each request for the status, and stays in the last one.
/// In a shortage, 5 numbers are available.
async fn passing(moments: &'static [Moment]) -> StubServer {
    let asked = Arc::new(Mutex::new(0_usize));
    StubServer::start(move |seen| {
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        *asked += usize::from(seen.is(STATUS));
        let Moment(status, codes, count) = &moments[asked.saturating_sub(1).min(moments.len() - 1)];
        answer(seen, status, codes, *count)
    })
    .await
}

fn answer(seen: &ReceivedRequest, status: &str, codes: &[&str], count: u64) -> Reply {
    if seen.is(STATUS) {
        return Reply::json(200, &json!({ "orderStatus": status }));
    }
    if seen.is(NOTIFICATIONS) {
        let codes: Vec<_> = codes.iter().map(|code| told(code)).collect();
        return Reply::json(200, &json!({ "notifications": codes }));
    }
    if seen.is("GET /Voice/v1/Numbers/inventory") {
        return Reply::json(200, &json!({ "tns": numbers(count) }));
    }
    Reply::Answer { status: 204, headers: "", body: String::new() }
}

fn told(code: &str) -> Value {
    let text = code.parse::<NotificationCode>().expect("a code").text().unwrap_or("Something new.");
    let message = text.replace("{ORDER_Telephone number_QTY}", "5");
    json!({ "notificationCode": code, "notificationMessage": message, "rateCenter": "DENVER", "state": "CO" })
}

fn numbers(count: u64) -> Value {
    let first = 13_035_550_100_u64;
    if count == 0 {
        return json!([]);
    }
    json!([{ "startTN": first, "endTN": first + count - 1, "rateCenter": "DENVER", "state": "CO",
        "voiceOrderId": 123, "externalOrderId": "EXT-1" }])
}

fn reference() -> ExternalId {
    "EXT-1".parse().expect("a reference")
}

fn request(reference: &ExternalId) -> ReservationRequest<'_> {
    ReservationRequest {
        product: Product::LocalInbound,
        external_order_id: reference,
        rate_center: "DENVER",
        state: "CO",
        quantity: 10,
        sequential: false,
        pbx: None,
        customer_service_name: None,
    }
}

fn reservation(on_shortage: ShortageAnswer) -> Reservation {
    let mut order = Reservation::new(&request(&reference()), on_shortage);
    order.voice_order_id = "123".parse().ok();
    order
}

async fn followed(stub: &StubServer, reservation: &mut Reservation) -> Followed<Reserved> {
    let deadline = Instant::now() + Duration::from_hours(1);
    stub.client().follow(reservation, deadline, &CancellationToken::new()).await
}

/// How many numbers are reserved and backordered, or why there are none.
fn end(followed: &Followed<Reserved>) -> Result<(u32, u32), String> {
    match followed {
        Followed::Done(reserved) => {
            assert_eq!(reserved.numbers.len(), reserved.reserved_quantity as usize);
            Ok((reserved.reserved_quantity, reserved.backordered_quantity))
        }
        Followed::Failed(Refusal { code, reason }) => {
            Err(format!("{} / {reason}", code.as_deref().unwrap_or("-")))
        }
        Followed::StillPending(why) => Err(format!("pending: {why:?}")),
    }
}

#[tokio::test(start_paused = true)]
async fn numbers_are_reserved_when_inventory_shows_them_all() {
    let stub = passing(&[
        Moment("created", &["901"], 0),
        Moment("in progress", &["901"], 0),
        Moment("completed", &["901", "10002"], 0),
        Moment("completed", &["901", "10002"], 7),
        Moment("completed", &["901", "10002"], 10),
    ])
    .await;
    let mut reservation = reservation(ShortageAnswer::Reject);

    let followed = followed(&stub, &mut reservation).await;

    assert_eq!(end(&followed), Ok((10, 0)));
    let Followed::Done(reserved) = followed else { panic!("{followed:?}") };
    let codes: Vec<_> = reserved.notifications.iter().map(|told| told.code.as_str()).collect();
    assert_eq!((codes, reserved.status.as_deref()), (vec!["901", "10002"], Some("completed")));
    assert_eq!(reservation.unexpected.len(), 0, "{:?}", reservation.unexpected);
    assert_eq!(stub.seen(STATUS).len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_shortage_is_answered_once_and_as_told() {
    for (on_shortage, moments, expected, action) in [
        (
            ShortageAnswer::Reject,
            &[
                Moment("in progress", &["901", "10001"], 0),
                Moment("in progress", &["901", "10001"], 0),
                Moment("cancelled", &["901", "10001"], 0),
            ] as &'static [Moment],
            None,
            "Reject",
        ),
        (
            ShortageAnswer::AcceptAvailable,
            &[
                Moment("in progress", &["901", "10001"], 0),
                Moment("in progress", &["901", "10001"], 0),
                Moment("completed", &["901", "10001", "10002"], 3),
                Moment("completed", &["901", "10001", "10002"], 5),
            ],
            Some((5, 0)),
            "Accept available only",
        ),
        (
            ShortageAnswer::AcceptWithBackorder,
            &[
                Moment("in progress", &["901", "10001"], 0),
                Moment("in progress", &["901", "10001", "10006"], 2),
                Moment("in progress", &["901", "10001", "10006"], 5),
            ],
            Some((5, 5)),
            "Accept with backorder",
        ),
    ] {
        let stub = passing(moments).await;
        let mut reservation = reservation(on_shortage);

        let followed = followed(&stub, &mut reservation).await;

        match (expected, end(&followed)) {
            (Some(expected), end) => assert_eq!(end, Ok(expected)),
            (None, Err(why)) => assert!(
                why.starts_with("10001 / Lumen has too few numbers, and the answer was `reject`: Lumen says: \"Requested amount exceeds the 5 telephone numbers available\" (notification 10001)"),
                "{why}"
            ),
            (None, end) => panic!("{end:?}"),
        }
        let answers = stub.seen(APPROVAL);
        assert_eq!(answers.len(), 1, "{on_shortage}");
        let body: Value = serde_json::from_str(&answers[0].body).expect("JSON");
        assert_eq!(
            body,
            json!({ "voiceOrderId": "123", "rateCenter": "DENVER", "state": "CO", "action": action })
        );
        let answered = format!("The provider answered `{on_shortage}`");
        assert!(reservation.unexpected.iter().any(|told| told.ends_with(&answered)));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_given_and_forgotten_is_no_error() {
    let stub = StubServer::start(|seen| {
        if seen.is(APPROVAL) {
            return refusal(400, "20107");
        }
        answer(seen, "in progress", &["10001"], 0)
    })
    .await;
    let mut reservation = reservation(ShortageAnswer::AcceptAvailable);
    let progress = reservation.advance(&stub.client()).await.expect("a look");
    assert_eq!(progress, Progress::Running { retry_after: None });
    assert!(reservation.answered);
}

/// An answer can't be undone, so a check alone must not give one.
#[tokio::test(start_paused = true)]
async fn a_check_answers_nothing() {
    let stub = StubServer::start(|seen| answer(seen, "in progress", &["10001"], 0)).await;
    let mut reservation = reservation(ShortageAnswer::AcceptAvailable);
    let progress = reservation.check(&stub.client()).await.expect("a look");
    assert_eq!(progress, Progress::Running { retry_after: None });
    assert!(!reservation.answered && reservation.open_question().is_some());
    assert!(stub.seen(APPROVAL).is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_class_of_failure_says_why() {
    for code in ["1302", "1648", "1921", "10004", "10009", "10012", "10013", "10015", "20063"] {
        let stub =
            StubServer::start(move |seen| answer(seen, "in progress", &["901", code], 0)).await;
        let end = end(&followed(&stub, &mut reservation(ShortageAnswer::Reject)).await);
        let text = code.parse::<NotificationCode>().expect("a code").text().expect("a text");
        let why = format!("{code} / Lumen says: \"{text}\" (notification {code})");
        assert_eq!(end, Err(why));
    }
    for (status, codes, expected) in [
        ("rejected", &["901", "4011"] as &'static [&str], "4011 / the order is rejected: "),
        ("credit check rejected", &["1807"], "1807 / the order is credit check rejected: "),
        ("cancelled", &[], "- / the order is cancelled, and Lumen gave no reason"),
    ] {
        let stub = StubServer::start(move |seen| answer(seen, status, codes, 0)).await;
        let why = end(&followed(&stub, &mut reservation(ShortageAnswer::Reject)).await);
        assert!(why.as_ref().is_err_and(|why| why.starts_with(expected)), "{why:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_that_leaves_no_numbers_is_a_failure() {
    for (on_shortage, last, expected) in [
        (ShortageAnswer::Reject, "10005", "10001 / Lumen has too few numbers"),
        (ShortageAnswer::Reject, "1921", "1921 / the order is cancelled: Lumen says: "),
        (ShortageAnswer::AcceptAvailable, "10013", "10013 / the order is cancelled: Lumen says: "),
    ] {
        let asked = Arc::new(Mutex::new(0));
        let stub = StubServer::start(move |seen| {
            let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
            *asked += u32::from(seen.is(APPROVAL));
            let is_over = 0 < *asked;
            let (status, told) = if is_over { ("cancelled", 2) } else { ("in progress", 1) };
            answer(seen, status, &["10001", last][..told], 0)
        })
        .await;
        let why = end(&followed(&stub, &mut reservation(on_shortage)).await);
        assert!(why.as_ref().is_err_and(|why| why.starts_with(expected)), "{why:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_reserved_is_never_called_a_failure() {
    let stub = passing(&[
        Moment("in progress", &["10001"], 0),
        Moment("cancelled", &["10001", "10004"], 3),
    ])
    .await;
    let mut reservation = reservation(ShortageAnswer::AcceptWithBackorder);
    let followed = followed(&stub, &mut reservation).await;
    assert_eq!(end(&followed), Ok((3, 0)));
    let told = |told: &String| told.contains("Your back order cannot be fulfilled");
    assert!(reservation.unexpected.iter().any(told), "{:?}", reservation.unexpected);
}

#[tokio::test(start_paused = true)]
async fn holds_and_unknown_codes_mean_not_yet_and_are_told() {
    for (status, code, expected) in [
        ("pending credit check", "1807", "Lumen says: \"Order has been put on credit hold."),
        ("in progress", "4011", "Lumen says: \"Orders are already in progress or in backorder."),
        ("in progress", "10008", "Lumen says: \"System issue."),
        ("in progress", "4242", "Lumen sent notification 4242, which the provider doesn't know"),
        ("Frozen", "901", "Lumen reports the unknown status \"Frozen\" for voice order 123"),
    ] {
        let stub = StubServer::start(move |seen| answer(seen, status, &[code], 0)).await;
        let mut reservation = reservation(ShortageAnswer::Reject);
        let followed = followed(&stub, &mut reservation).await;
        assert!(
            matches!(followed, Followed::StillPending(PendingReason::DeadlinePassed)),
            "{followed:?}"
        );
        let unexpected: Vec<_> = reservation.unexpected.iter().collect();
        assert!(matches!(unexpected[..], [only] if only.starts_with(expected)), "{unexpected:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn notifications_about_other_rate_centers_decide_nothing() {
    let stub = StubServer::start(|seen| {
        if !seen.is(NOTIFICATIONS) {
            return answer(seen, "in progress", &[], 0);
        }
        let elsewhere =
            json!({ "notificationCode": "1302", "rateCenter": "BOULDER", "state": "CO" });
        Reply::json(200, &json!([elsewhere]))
    })
    .await;
    let progress = reservation(ShortageAnswer::Reject).check(&stub.client()).await;
    assert_eq!(progress.expect("a look"), Progress::Running { retry_after: None });
}

#[tokio::test(start_paused = true)]
async fn the_latest_notification_decides_by_its_time() {
    let stub = StubServer::start(|seen| {
        if !seen.is(NOTIFICATIONS) {
            return answer(seen, "in progress", &[], 10);
        }
        let at = |code: &str, minute: u32| {
            let date = format!("2026-01-02T03:{minute:02}:00Z");
            json!({ "notificationCode": code, "notificationDate": date })
        };
        Reply::json(200, &json!([at("10002", 9), at("10012", 5), at("901", 1)]))
    })
    .await;
    let followed = followed(&stub, &mut reservation(ShortageAnswer::Reject)).await;
    assert_eq!(end(&followed), Ok((10, 0)));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_lumen_does_not_know_is_waited_for() {
    let stub = StubServer::start(|_| refusal(404, "404001")).await;
    let mut reservation = reservation(ShortageAnswer::Reject);
    let followed = followed(&stub, &mut reservation).await;
    assert!(
        matches!(followed, Followed::StillPending(PendingReason::DeadlinePassed)),
        "{followed:?}"
    );
    let unexpected: Vec<_> = reservation.unexpected.into_iter().collect();
    assert_eq!(unexpected, ["Lumen has no voice order 123"]);
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_acceptance_was_lost_is_found_by_its_reference() {
    let stub = passing(&[Moment("completed", &["10002"], 10)]).await;
    let mut reservation = reservation(ShortageAnswer::Reject);
    reservation.voice_order_id = None;

    let followed = followed(&stub, &mut reservation).await;

    assert_eq!(end(&followed), Ok((10, 0)));
    assert_eq!(reservation.voice_order_id, "123".parse().ok());
    assert_eq!(stub.seen("GET /Voice/v1/Numbers/inventory?externalOrderID=EXT-1&").len(), 2);
    assert!(stub.seen(INVENTORY).is_empty());
}

/// An error in the envelope that Voice is assumed to use.
fn refusal(status: u16, code: &str) -> Reply {
    let exception = json!({ "httpStatusCode": status.to_string(), "code": code, "message": "No." });
    Reply::json(status, &json!({ "exception": exception }))
}

#[tokio::test(start_paused = true)]
async fn an_order_is_sent_again_with_a_fresh_token_and_never_otherwise() {
    let mut replies =
        vec![Reply::json(201, &json!({ "voiceOrderId": 123 })), refusal(403, "403006")];
    let stub = StubServer::start(move |_| replies.pop().expect("two requests")).await;
    let id = second_sources::reserve(&stub).await.expect("an accepted order");
    assert_eq!(id, "123".parse::<VoiceOrderId>().expect("an id"));
    let tokens: Vec<_> =
        stub.seen(RESERVE).iter().map(|seen| seen.headers.contains("token-2")).collect();
    assert_eq!(tokens, [false, true]);

    for (doubt, reply) in [
        ("cut", (|| Reply::Cut) as fn() -> Reply),
        ("504", || refusal(504, "504002")),
        ("no id", || Reply::json(201, &json!({}))),
        ("nothing", || Reply::Answer { status: 202, headers: "", body: String::new() }),
    ] {
        let stub = StubServer::start(move |_| reply()).await;
        let failed = second_sources::reserve(&stub).await.expect_err(doubt);
        assert!(failed.may_have_arrived(), "{doubt}: {failed:?}");
        assert_eq!(stub.seen(RESERVE).len(), 1, "{doubt}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_tells_lumen_s_code_in_either_envelope() {
    for reply in [(|| refusal(400, "10007")) as fn() -> Reply, || {
        Reply::json(400, &json!({ "code": 10007, "message": "Order exceeds limit" }))
    }] {
        let stub = StubServer::start(move |_| reply()).await;
        let failed = second_sources::reserve(&stub).await.expect_err("a refusal");
        assert!(!failed.may_have_arrived());
        assert!(failed.problem().is_some_and(|problem| problem.has_code("10007")), "{failed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn coverage_is_asked_with_post_where_get_is_not_allowed() {
    let stub = StubServer::start(|seen| {
        if seen.is("GET") {
            return refusal(405, "405001");
        }
        Reply::json(200, &json!({ "coverage": [{ "rateCenter": "DENVER", "covered": true }] }))
    })
    .await;
    let client = stub.client();
    for npa in ["303", "303", "720"] {
        let place = Place { npa: Some(npa.to_owned()), ..Place::default() };
        let found = client.coverage(&CoverageQuery::Location(place)).await;
        assert_eq!(found.expect("coverage")[0].covered, Some(true));
    }
    let path = "/Voice/v1/Numbers/coverage";
    let [gets, posts] = ["GET", "POST"].map(|method| stub.seen(&format!("{method} {path}")).len());
    assert_eq!((gets, posts), (1, 2), "what was found out or answered is remembered");
    assert_eq!(stub.seen("GET")[0].line, "GET /Voice/v1/Numbers/coverage?tnLocNpa=303");
}

#[tokio::test(start_paused = true)]
async fn a_list_is_read_in_shorter_pages_where_lumen_refuses_long_ones() {
    let stub = StubServer::start(|seen| {
        if seen.line.contains("pageSize=100") {
            return refusal(400, "20104");
        }
        let names: &[&str] = match () {
            () if seen.line.contains("pageNumber=1&") => &["BOULDER", "DENVER"],
            () if seen.line.contains("pageNumber=2&") => &["PUEBLO"],
            () => &[],
        };
        let items: Vec<_> =
            names.iter().map(|name| json!({ "rateCenter": name, "static911": "Y" })).collect();
        Reply::json(200, &json!({ "rateCenterList": items }))
    })
    .await;
    let query =
        RateCenterQuery { product: Product::EnhancedLocalService, state: Some("CO".to_owned()) };

    let found = stub.client().rate_centers(&query).await.expect("rate centers");

    let names: Vec<_> = found.iter().map(|each| each.rate_center.as_str()).collect();
    assert_eq!(names, ["BOULDER", "DENVER", "PUEBLO"]);
    assert_eq!((found[0].state.as_str(), found[0].static_911), ("CO", Some(true)));
    let first =
        "GET /Voice/v1/Numbers/rateCenters?productID=2042&state=CO&pageNumber=1&pageSize=10";
    assert_eq!(stub.seen(first).len(), 2, "once with 100, once with 10");
}

#[tokio::test(start_paused = true)]
async fn voice_may_live_elsewhere() {
    let (elsewhere, tokens) = (
        StubServer::start(|_| Reply::json(200, &json!([]))).await,
        StubServer::start(|_| Reply::Cut).await,
    );
    let voice_base_url = elsewhere.settings().base_url;
    let client = Client::new(Settings { voice_base_url, ..tokens.settings() }).expect("a client");
    let found = client.reserved_numbers(&NumberQuery::default()).await.expect("an answer");
    assert_eq!(found, []);
    assert!(tokens.seen("GET").is_empty());
}

#[tokio::test(start_paused = true)]
async fn numbers_of_another_order_are_left_out() {
    let stub = StubServer::start(|_| {
        Reply::json(200, &json!({ "tns": [
            { "tn": 13_035_550_100_u64, "voiceOrderId": "123" },
            { "tn": 13_035_550_101_u64, "voiceOrderId": "999" },
            { "tn": 13_035_550_102_u64 },
            { "startTN": 13_035_550_102_u64, "endTN": 13_035_550_103_u64, "voiceOrderId": "123" },
        ]}))
    })
    .await;
    let query = NumberQuery { voice_order_id: "123".parse().ok(), ..NumberQuery::default() };
    let found = stub.client().reserved_numbers(&query).await.expect("numbers");
    let found: Vec<_> = found.iter().map(|each| each.number.to_string()).collect();
    assert_eq!(found, ["+13035550100", "+13035550102", "+13035550103"]);
}

#[test]
fn a_reservation_survives_the_process() {
    let mut reservation = reservation(ShortageAnswer::AcceptAvailable);
    reservation.notifications = vec![Notification {
        code: "901".parse().expect("a code"),
        message: "Order successfully submitted.".to_owned(),
        rate_center: None,
        state: None,
        at: "2026-01-02T03:04:05Z".parse().ok(),
        foc_date: None,
    }];
    let text = serde_json::to_string(&reservation).expect("JSON");
    expect_test::expect![[r#"{"voice_order_id":"123","external_order_id":"EXT-1","existing":[],"rate_center":"DENVER","state":"CO","quantity":10,"on_shortage":"accept_available","answered":false,"status":null,"notifications":[{"code":"901","message":"Order successfully submitted.","rate_center":null,"state":null,"at":"2026-01-02T03:04:05Z"}]}"#]].assert_eq(&text);
    assert_eq!(serde_json::from_str::<Reservation>(&text).ok(), Some(reservation));
}
