//! Orders of lines: how they are sent, and how they are followed to their end.

use jiff::Timestamp;

use super::super::assumed::tests::bodies::{
    CHANGE, DISCONNECT, PORT, SUPPLEMENT, change, disconnect, install, numbers, port, sent,
    supplement,
};
use super::*;
use crate::lumen::Error;

const REPORT: &str = "GET /Voice/v1/Numbers/inventory/details?";
const ORDER: &str = "POST /Voice/v1/Numbers/order";

fn id() -> VoiceOrderId {
    "123".parse().expect("an ID")
}

async fn order(stub: &StubServer, order: &LineOrder) -> Result<VoiceOrderId, Error> {
    stub.client().order_lines(order, Timestamp::MAX).await
}

#[tokio::test(start_paused = true)]
async fn each_order_is_sent_with_its_body_to_its_path() {
    let stub = StubServer::start(|_| {
        let answer = r#"{"voiceOrderId":"123","externalOrderID":"tf1a","orderStatus":"created"}"#;
        Reply::Answer { status: 202, headers: "", body: answer.to_owned() }
    })
    .await;
    let client = stub.client();

    assert_eq!(order(&stub, &port()).await.ok(), Some(id()));
    let supplemented = client.supplement(&id(), &supplement(true), Timestamp::MAX).await;
    let changed = client.change_lines(&change(), Timestamp::MAX).await;
    let disconnected = client.disconnect_lines(&disconnect(), Timestamp::MAX).await;
    assert!(client.cancel_voice_order(&id()).await.is_ok());

    for accepted in [supplemented, changed, disconnected] {
        assert_eq!(accepted.ok(), Some(Some(id())));
    }
    let lines: Vec<_> = stub.seen(ORDER).into_iter().map(|seen| seen.line).collect();
    assert_eq!(
        lines,
        ["", "/123/supplement", "/change", "/disconnect", "/123/cancel"]
            .map(|path| format!("{ORDER}{path}"))
    );
    let bodies: Vec<_> = stub.seen(ORDER).into_iter().map(|seen| seen.body).collect();
    assert_eq!(bodies[..4], [PORT, SUPPLEMENT, CHANGE, DISCONNECT].map(sent));
    assert_eq!(bodies[4..], ["{}"]);
}

#[tokio::test(start_paused = true)]
async fn the_paths_may_be_others() {
    let stub = StubServer::start(|seen| match seen.line.as_str() {
        "POST /Numbers/report" => Reply::json(200, &json!([{ "tn": 13_035_550_100_u64 }])),
        _ => Reply::Answer { status: 202, headers: "", body: String::new() },
    })
    .await;
    let voice_paths = VoicePaths {
        cancel: VoicePath::of_cancellation("DELETE Numbers/cancel").expect("a path"),
        change: VoicePath::of_order("PUT Numbers/change").expect("a path"),
        disconnect: VoicePath::of_order("PATCH /Numbers/disconnect").expect("a path"),
        inventory_details: VoicePath::of_list("POST Numbers/report").expect("a path"),
    };
    let client = Client::new(Settings { voice_paths, ..stub.settings() }).expect("a client");

    assert!(client.cancel_voice_order(&id()).await.is_ok());
    assert_eq!(client.change_lines(&change(), Timestamp::MAX).await.ok(), Some(None));
    assert_eq!(client.disconnect_lines(&disconnect(), Timestamp::MAX).await.ok(), Some(None));
    let report = client.active_numbers().await.expect("a report");

    assert_eq!(report.numbers().map(<[_]>::len), Some(1));
    assert_eq!(stub.seen("DELETE /Numbers/cancel")[0].body, r#"{"voiceOrderId":"123"}"#);
    assert_eq!(stub.seen("PUT /Numbers/change").len(), 1);
    assert_eq!(stub.seen("PATCH /Numbers/disconnect").len(), 1);
    assert_eq!(stub.seen("POST /Numbers/report")[0].body, r#"{"pageNumber":1,"pageSize":100}"#);
}

#[tokio::test(start_paused = true)]
async fn an_order_of_lines_is_never_sent_again_in_doubt() {
    for (doubt, reply) in [
        ("cut", (|| Reply::Cut) as fn() -> Reply),
        ("failed", || refusal(500, "500001")),
        ("timed out", || refusal(504, "504001")),
        ("no ID", || Reply::json(202, &json!({ "externalOrderID": "tf1a" }))),
        ("HTML", || Reply::Answer { status: 200, headers: "", body: "<html>".to_owned() }),
    ] {
        let stub = StubServer::start(move |_| reply()).await;
        let mut ported = port();
        if let Some(port) = &mut ported.port_in {
            port.losing_carrier_pin = Some("pin-4711".into());
        }
        let failed = order(&stub, &ported).await.expect_err(doubt);
        assert!(failed.may_have_arrived(), "{doubt}: {failed:?}");
        assert!(!format!("{failed:?} {failed}").contains("pin-4711"), "{failed:?}");
        assert_eq!(stub.seen(ORDER).len(), 1, "{doubt}");
    }
    for (code, is_busy) in [("1612", true), ("409001", true), ("20112", false)] {
        let stub = StubServer::start(move |_| refusal(400, code)).await;
        let failed = order(&stub, &install()).await.expect_err(code);
        assert!(!failed.may_have_arrived(), "{code}");
        assert_eq!(failed.problem().map(Problem::is_busy), Some(is_busy), "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_supplement_has_arrived_when_lumen_shows_its_date_or_an_update() {
    let supplement = supplement(false);
    let (own, former) = (supplement.request_date, "2026-12-07T17:00:00Z".parse().expect("a date"));
    let snapshot = |date: Option<Date>, updates: usize| VoiceOrderSnapshot {
        state: None,
        notifications: assumed::notifications(&json!(vec![told("904"); updates]))
            .unwrap_or_default(),
        retry_after: None,
        details: OrderDetails { request_date: date, ..OrderDetails::default() },
    };
    for (before, date, updates, has_arrived) in [
        (former, Some(own), 1, true),
        (former, Some(former), 2, false),
        (former, None, 1, false),
        (former, None, 2, true),
        (own, Some(own), 1, false),
        (own, Some(own), 2, true),
    ] {
        let before = PortBefore { request_date: before, updates: 1 };
        let arrived = supplement.has_arrived(before, &snapshot(date, updates));
        assert_eq!(arrived, has_arrived, "{before:?} {date:?} {updates}");
    }
}

/// A report of `count` numbers in as many pages, whose list has another name.
fn page(seen: &ReceivedRequest, count: u64) -> Reply {
    let number = seen.line.split("pageNumber=").nth(1).and_then(|rest| rest.split('&').next());
    let number: u64 = number.and_then(|number| number.parse().ok()).unwrap_or_default();
    let rows: Vec<_> = (number <= count)
        .then(|| json!({ "tn": 13_035_550_200 - number, "customerServiceName": "denver-sbc-1", "voiceOrderId": 123 }))
        .into_iter()
        .collect();
    Reply::json(200, &json!({ "pagination": [{ "pageNumber": number }], "activeNumbers": rows }))
}

#[tokio::test(start_paused = true)]
async fn the_report_is_read_once_and_again_after_an_order() {
    let stub = StubServer::start(|seen| {
        if seen.is(REPORT) {
            page(seen, 2)
        } else {
            Reply::json(202, &json!({ "voiceOrderId": 123 }))
        }
    })
    .await;
    let client = stub.client();

    let (one, other) = tokio::join!(client.active_numbers(), client.active_numbers());
    let numbers = |report: &ActiveNumbers| -> Vec<String> {
        report.numbers().into_iter().flatten().map(|each| each.number.to_string()).collect()
    };
    let one = one.expect("a report");
    assert_eq!(numbers(&one), ["+13035550198", "+13035550199"]);
    assert_eq!(numbers(&one), numbers(&other.expect("a report")));
    assert!(one.find("+13035550199".parse().expect("a number")).is_some());
    assert!(one.find("+13035550200".parse().expect("a number")).is_none());
    assert_eq!(stub.seen(REPORT).len(), 3, "two pages, and one that is empty");

    assert!(client.order_lines(&install(), Timestamp::MAX).await.is_ok());
    assert!(client.active_numbers().await.is_ok() && client.active_numbers().await.is_ok());
    assert_eq!(stub.seen(REPORT).len(), 6);
    assert!(client.active_numbers_now().await.is_ok());
    assert_eq!(stub.seen(REPORT).len(), 9);
}

#[tokio::test(start_paused = true)]
async fn a_report_has_ranges_of_numbers_with_one_record() {
    const ANSWER: &str = r#"
{ "pagination": [ { "pageNumber": 1, "pageSize": 100, "totalRecords": 2 } ],
  "tns": [
    { "startTN": 13035550100, "endTN": 13035550101, "status": "Active", "productID": "2042",
      "customerServiceName": "DENVER-SBC-1", "rateCenter": "DENVER", "state": "CO",
      "customerType": "B", "businessName": "EXAMPLE CORP",
      "serviceAddress": { "streetNumber": "1025", "streetName": "ELDORADO", "streetSuffix": "BLVD",
                          "secondaryLocation": "STE 200", "city": "BROOMFIELD", "state": "CO", "zip": "80021" },
      "voiceOrderId": "600184207", "externalOrderID": "tf1a" } ] }"#;
    let stub = StubServer::start(|seen| {
        let is_first = seen.line.contains("pageNumber=1&");
        let body = if is_first { ANSWER } else { r#"{ "tns": [] }"# }.to_owned();
        Reply::Answer { status: 200, headers: "", body }
    })
    .await;

    let report = stub.client().active_numbers().await.expect("a report");

    let read: Vec<_> = report.numbers().into_iter().flatten().collect();
    let seen: Vec<_> = read.iter().map(|each| each.number.to_string()).collect();
    assert_eq!(seen, ["+13035550100", "+13035550101"]);
    assert!(read.iter().all(|each| each.product == Some(Product::EnhancedLocalService)));
    assert!(read.iter().all(|each| each.voice_order_id == "600184207".parse().ok()));
    assert!(read.iter().all(|each| each.rate_center.as_deref() == Some("DENVER")));
}

#[tokio::test(start_paused = true)]
async fn a_report_that_is_not_offered_says_nothing() {
    for (status, code) in [(404, "404001"), (405, "405001"), (501, "x")] {
        let stub = StubServer::start(move |_| refusal(status, code)).await;
        let client = stub.client();
        for _ in 0..2 {
            let report = client.active_numbers_now().await.expect("a report");
            assert!(matches!(*report, ActiveNumbers::NotOffered(_)), "{report:?}");
            assert_eq!(report.numbers(), None);
        }
        assert_eq!(stub.seen(REPORT).len(), 1, "what was found out is remembered");
    }
    for (status, body) in [(200, json!({ "tns": [{ "status": "Active" }] })), (400, json!({}))] {
        let stub = StubServer::start(move |_| Reply::json(status, &body)).await;
        assert!(stub.client().active_numbers().await.is_err(), "{status}");
    }
    let stub = StubServer::start(|_| Reply::json(200, &json!({ "tns": [] }))).await;
    let report = stub.client().active_numbers().await.expect("a report");
    assert_eq!(report.numbers(), Some(&[][..]));
}

#[tokio::test(start_paused = true)]
async fn portability_is_asked_for_as_many_numbers_as_a_port_has() {
    let stub = StubServer::start(|seen| {
        let list = seen.line.split("tnList=").nth(1).unwrap_or_default();
        let items = list.split("%2C").map(|digits| json!({ "tn": digits, "portable": "Y" }));
        Reply::json(200, &json!({ "coverage": items.collect::<Vec<_>>() }))
    })
    .await;
    let wanted = numbers(&(13_035_550_100..13_035_550_199).collect::<Vec<_>>());

    let found = stub.client().portability(&wanted).await.expect("coverage");

    assert_eq!(stub.seen("GET /Voice/v1/Numbers/coverage?tnList=").len(), 3, "49, 49 and 1");
    let found: Vec<_> = found.iter().filter_map(|each| each.telephone_number).collect();
    assert_eq!(found, wanted.into_iter().collect::<Vec<_>>());
}

fn pending(kind: OrderKind) -> PendingLineOrder {
    let reference = "EXT-1".parse().expect("a reference");
    let mut order = PendingLineOrder::new(kind, reference, numbers(&[13_035_550_199]));
    order.voice_order_id = Some(id());
    order.customer_service_name = Some("DENVER-SBC-1".to_owned());
    order
}

/// A stub of an order with this status and these notifications. The report shows the number of the order from
/// this request for it on.
async fn lumen(status: &'static str, codes: &'static [&'static str], from: usize) -> StubServer {
    let mut reports = 0;
    StubServer::start(move |seen| {
        if !seen.is(REPORT) {
            return answer(seen, status, codes, 0);
        }
        reports += usize::from(seen.line.contains("pageNumber=1&"));
        page(seen, u64::from(from <= reports))
    })
    .await
}

async fn outcome(stub: &StubServer, order: &mut PendingLineOrder) -> String {
    let deadline = Instant::now() + Duration::from_mins(10);
    match stub.client().follow(order, deadline, &CancellationToken::new()).await {
        Followed::Done(LineOutcome::InService(numbers)) => format!("{} in service", numbers.len()),
        Followed::Done(outcome) => format!("{outcome:?}"),
        Followed::Failed(Refusal { code, reason }) => format!("{code:?} {reason}"),
        Followed::StillPending(PendingReason::DeadlinePassed) => "pending".to_owned(),
        Followed::StillPending(why) => format!("{why:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_of_each_kind_has_its_own_end() {
    use OrderKind::{Change, Disconnect, Install, Port};
    for (kind, status, codes, from, expected) in [
        (Install, "completed", &["901"] as &'static [&str], 3, "1 in service"),
        (Install, "in progress", &["901", "902"], 1, "1 in service"),
        (Install, "in progress", &["901", "903"], 1, "pending"),
        (Install, "in progress", &["901", "1807"], 1, "pending"),
        (Install, "completed", &["902"], usize::MAX, "pending"),
        (Port, "in progress", &["901", "903", "10002"], 2, "1 in service"),
        (Port, "in progress", &["901", "903"], 3, "1 in service"),
        (Port, "in progress", &["901", "903", "20066"], usize::MAX, "pending"),
        (Change, "in progress", &["902"], 1, "1 in service"),
        (Change, "in progress", &["906"], 1, "pending"),
        (Disconnect, "in progress", &["906"], 1, "Disconnected"),
        (Disconnect, "in progress", &["902"], 1, "pending"),
        (Disconnect, "completed", &[], 1, "Disconnected"),
    ] {
        let stub = lumen(status, codes, from).await;
        let found = outcome(&stub, &mut pending(kind)).await;
        assert_eq!(found, expected, "{kind:?} {status} {codes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_names_its_reason() {
    use OrderKind::{Install, Port};
    for (kind, status, codes, expected) in [
        (
            Install,
            "in progress",
            &["901", "20063"] as &'static [&str],
            "Some(\"20063\") Lumen says",
        ),
        (
            Install,
            "rejected",
            &["901", "903"],
            "None the order is rejected, and Lumen gave no reason",
        ),
        (Port, "rejected", &["901", "903"], "None the order is rejected, and Lumen gave no reason"),
        (Port, "rejected", &["901", "904"], "Some(\"904\") the order is rejected: Lumen says: "),
        (Port, "cancelled", &["901"], "None the order is cancelled, and Lumen gave no reason"),
    ] {
        let stub = lumen(status, codes, usize::MAX).await;
        let found = outcome(&stub, &mut pending(kind)).await;
        assert!(found.starts_with(expected), "{kind:?} {status} {codes:?}: {found}");
    }
}

/// Lumen's documents name installs, changes and disconnections as orders with a status, and no ports.
#[tokio::test(start_paused = true)]
async fn a_port_without_a_status_is_followed_by_its_notifications() {
    let stub = StubServer::start(|seen| match seen.line.as_str() {
        line if line.starts_with(STATUS) => refusal(400, "20060"),
        line if line.starts_with(REPORT) => page(seen, 1),
        _ => answer(seen, "", &["901", "902"], 0),
    })
    .await;
    let mut order = pending(OrderKind::Port);
    assert_eq!(outcome(&stub, &mut order).await, "1 in service");
    assert_eq!((order.status, order.notifications.len()), (None, 2));
}

#[tokio::test(start_paused = true)]
async fn a_port_may_be_followed_to_its_commitment() {
    let stub = StubServer::start(|seen| {
        if seen.is(NOTIFICATIONS) {
            let committed = json!({ "notificationCode": "903", "focDate": "2026-12-07T17:00:00Z" });
            return Reply::json(200, &json!([committed]));
        }
        answer(seen, "in progress", &[], 0)
    })
    .await;
    let mut order = pending(OrderKind::Port);
    order.goal = LineGoal::Commitment;
    assert_eq!(outcome(&stub, &mut order).await, "Committed");
    assert_eq!(order.foc_date, "2026-12-07T17:00:00Z".parse().ok());
    assert_eq!(order.status.as_deref(), Some("in progress"));
    let text = serde_json::to_string(&order).expect("JSON");
    let mut kept: PendingLineOrder = serde_json::from_str(&text).expect("an order");
    kept.goal = order.goal;
    assert_eq!(kept, order);
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_answer_was_lost_is_found_in_the_report() {
    use OrderKind::{Change, Disconnect, Install, Port};
    for (kind, route, from, expected) in [
        (Install, "Denver-SBC-1", 2, "1 in service"),
        (Install, "DENVER-SBC-2", 1, "pending"),
        (Port, "DENVER-SBC-1", 2, "1 in service"),
        (Change, "DENVER-SBC-1", 1, "pending"),
        (Disconnect, "DENVER-SBC-1", 1, "pending"),
        (Disconnect, "DENVER-SBC-1", usize::MAX, "pending"),
    ] {
        let stub = lumen("in progress", &[], from).await;
        let mut order = pending(kind);
        order.voice_order_id = None;
        order.customer_service_name = Some(route.to_owned());
        assert_eq!(outcome(&stub, &mut order).await, expected, "{kind:?} {route}");
        assert_eq!(order.voice_order_id.is_some(), kind == Install && expected != "pending");
    }
}

#[tokio::test(start_paused = true)]
async fn numbers_that_leave_show_that_a_lost_disconnection_arrived() {
    for (tn, status, expected) in [
        (13_035_550_199_u64, "Pending Disconnect", "Disconnected"),
        (13_035_550_100, "Active", "Disconnected"),
        (13_035_550_199, "Active", "pending"),
    ] {
        let stub = StubServer::start(move |_| {
            Reply::json(200, &json!({ "tns": [{ "tn": tn, "status": status }] }))
        })
        .await;
        let mut order = pending(OrderKind::Disconnect);
        order.voice_order_id = None;
        assert_eq!(outcome(&stub, &mut order).await, expected, "{tn} {status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_port_is_found_by_its_reference() {
    for (answered, expected) in [
        (json!({ "voiceOrderId": 123, "externalOrderID": "EXT-1" }), Some(id())),
        (json!({ "voiceOrderId": 123, "externalOrderID": "EXT-2" }), None),
        (json!({ "voiceOrderId": 123 }), None),
    ] {
        let stub = StubServer::start(move |_| Reply::json(200, &answered)).await;
        let found = stub.client().find_voice_order(&reference()).await;
        assert_eq!(found.ok(), Some(expected));
        assert_eq!(stub.seen("GET /Voice/v1/Numbers/orderStatus?externalOrderID=EXT-1").len(), 1);
    }
    for (status, code) in [(400, "20049"), (404, "404001")] {
        let stub = StubServer::start(move |_| refusal(status, code)).await;
        assert_eq!(stub.client().find_voice_order(&reference()).await.ok(), Some(None));
    }
}
