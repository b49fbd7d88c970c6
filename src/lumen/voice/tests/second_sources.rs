//! Answers in an unusual order: what explains the status of an order may be read before the status, or may
//! exist only later.

use jiff::Timestamp;

use super::*;
use crate::lumen::Error;

/// Orders numbers, once.
pub(super) async fn reserve(stub: &StubServer) -> Result<VoiceOrderId, Error> {
    stub.client().reserve(&request(&reference()), Timestamp::MAX).await
}

/// A stub with this status. For each request for notifications, it returns the next list of codes, and for
/// each request for inventory, the next count of numbers. At the end of a list, it repeats the last item.
async fn lagging(
    status: &'static str,
    told_then: &'static [&'static [&'static str]],
    counts: &'static [u64],
) -> StubServer {
    let (mut looks, mut inventories) = (0, 0);
    StubServer::start(move |seen| {
        let codes = told_then[looks.min(told_then.len() - 1)];
        let count = counts[inventories.min(counts.len() - 1)];
        looks += usize::from(seen.is(NOTIFICATIONS));
        inventories += usize::from(seen.is("GET /Voice/v1/Numbers/inventory"));
        answer(seen, status, codes, count)
    })
    .await
}

/// A stub of an order that is rejected, for reason 1302, a second after the first request. The request for
/// its status is answered two seconds late, when the order has been rejected.
async fn rejected_meanwhile() -> StubServer {
    let mut rejected_at = None;
    StubServer::start(move |seen| {
        let rejected_at =
            *rejected_at.get_or_insert_with(|| Instant::now() + Duration::from_secs(1));
        let seen = seen.clone();
        let late = if seen.is(STATUS) { Duration::from_secs(2) } else { Duration::ZERO };
        Reply::late(late, move || {
            if Instant::now() < rejected_at {
                answer(&seen, "in progress", &["901"], 0)
            } else {
                answer(&seen, "rejected", &["901", "1302"], 0)
            }
        })
    })
    .await
}

const CLOSED: &str = "1302 / the order is rejected: Lumen says: \"Rate Center is not open";

#[tokio::test(start_paused = true)]
async fn what_explains_a_status_is_asked_for_after_it() {
    let stub = rejected_meanwhile().await;
    let why = end(&followed(&stub, &mut reservation(ShortageAnswer::Reject)).await);
    assert!(why.as_ref().is_err_and(|why| why.starts_with(CLOSED)), "{why:?}");
    assert_eq!((stub.seen(STATUS).len(), stub.seen(NOTIFICATIONS).len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_explains_its_status() {
    let stub = rejected_meanwhile().await;
    let id = "123".parse().expect("an id");
    let snapshot = stub.client().voice_order_snapshot(&id).await.expect("a snapshot");
    let codes: Vec<_> = snapshot.notifications.iter().map(|told| told.code.as_str()).collect();
    assert_eq!((snapshot.state, codes), (Some(VoiceOrderState::Rejected), vec!["901", "1302"]));
}

#[tokio::test(start_paused = true)]
async fn a_reason_that_comes_later_than_the_status_is_waited_for() {
    let stub = lagging("rejected", &[&["901"], &["901"], &["901", "1302"]], &[0]).await;
    let mut reservation = reservation(ShortageAnswer::Reject);

    let progress = reservation.check(&stub.client()).await.expect("a look");

    let Progress::Failed(Refusal { code, reason }) = progress else { panic!("{progress:?}") };
    assert_eq!(code.as_deref(), Some("1302"), "{reason}");
    assert_eq!(stub.seen(NOTIFICATIONS).len(), 3);
}

/// 901 and 903 say that an order continues. Neither is a reason for a refusal.
#[tokio::test(start_paused = true)]
async fn what_is_no_reason_is_never_quoted_as_one() {
    for (status, codes) in [
        ("rejected", &[&["901"] as &[&str]] as &'static [&'static [&'static str]]),
        ("rejected", &[&["903", "901"]]),
        ("credit check rejected", &[&[]]),
        ("cancelled", &[&["901"]]),
    ] {
        let stub = lagging(status, codes, &[0]).await;
        let started = Instant::now();

        let progress = reservation(ShortageAnswer::Reject).check(&stub.client()).await;

        let Ok(Progress::Failed(Refusal { code, reason })) = progress else {
            panic!("{progress:?}")
        };
        let expected = format!("the order is {status}, and Lumen gave no reason");
        assert_eq!((code, reason), (None, expected));
        let waited = started.elapsed();
        assert!((10..=120).contains(&waited.as_secs()), "{waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_reason_is_the_latest_one_whatever_was_told_since() {
    let stub = StubServer::start(|seen| {
        if !seen.is(NOTIFICATIONS) {
            return answer(seen, "rejected", &[], 0);
        }
        let at = |code: &str, minute: u32| {
            let date = format!("2026-01-02T03:{minute:02}:00Z");
            json!({ "notificationCode": code, "notificationDate": date })
        };
        Reply::json(200, &json!([at("901", 9), at("4011", 5), at("1807", 1)]))
    })
    .await;
    let progress = reservation(ShortageAnswer::Reject).check(&stub.client()).await;
    let Ok(Progress::Failed(refusal)) = progress else { panic!("{progress:?}") };
    assert_eq!(refusal.code.as_deref(), Some("4011"), "{refusal}");
}

#[tokio::test(start_paused = true)]
async fn a_weak_reason_is_quoted_when_no_better_one_comes() {
    for (status, code) in [("cancelled", "10008"), ("rejected", "4242"), ("rejected", "10001")] {
        let stub = StubServer::start(move |seen| {
            // The order no longer waits for the answer.
            if seen.is(APPROVAL) {
                return refusal(400, "20107");
            }
            answer(seen, status, &["901", code], 0)
        })
        .await;
        let progress = reservation(ShortageAnswer::AcceptAvailable).check(&stub.client()).await;
        let Ok(Progress::Failed(refusal)) = progress else { panic!("{progress:?}") };
        assert_eq!(refusal.code.as_deref(), Some(code), "{refusal}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_that_was_answered_is_no_reason() {
    let stub = lagging("rejected", &[&["901", "10001"]], &[0]).await;
    let mut reservation = reservation(ShortageAnswer::AcceptAvailable);
    reservation.answered = true;
    let progress = reservation.check(&stub.client()).await;
    let Ok(Progress::Failed(refusal)) = progress else { panic!("{progress:?}") };
    assert_eq!(refusal.reason, "the order is rejected, and Lumen gave no reason");
}

/// Numbers that were accepted before the order ended appear in inventory later.
#[tokio::test(start_paused = true)]
async fn numbers_that_appear_after_the_end_are_found() {
    let stub = lagging("cancelled", &[&["10001", "10004"]], &[0, 0, 3]).await;
    let mut reservation = reservation(ShortageAnswer::AcceptWithBackorder);
    reservation.answered = true;
    let progress = reservation.check(&stub.client()).await;
    let Ok(Progress::Done(reserved)) = progress else { panic!("{progress:?}") };
    assert_eq!(reserved.reserved_quantity, 3);
}

/// Somebody else accepted the shortage that this reservation was supposed to reject.
#[tokio::test(start_paused = true)]
async fn a_complete_order_is_not_called_empty_before_inventory_has_had_time() {
    let stub = lagging("completed", &[&["10001", "10002"]], &[0, 0, 5]).await;
    let mut reservation = reservation(ShortageAnswer::Reject);
    reservation.answered = true;
    assert_eq!(end(&followed(&stub, &mut reservation).await), Ok((5, 0)));
}

/// Lumen may not find a new order for a moment. That says nothing about its numbers hours later.
#[tokio::test(start_paused = true)]
async fn each_delay_is_reported_after_a_time_of_its_own() {
    let mut looks = 0;
    let stub = StubServer::start(move |seen| {
        looks += u32::from(seen.is(STATUS));
        match looks {
            0 | 1 => refusal(404, "404001"),
            2 => answer(seen, "in progress", &["901"], 0),
            _ => answer(seen, "completed", &["901", "10002"], 0),
        }
    })
    .await;
    let (client, mut reservation) = (stub.client(), reservation(ShortageAnswer::Reject));
    for hours in [0, 1, 1] {
        tokio::time::advance(Duration::from_hours(hours)).await;
        let progress = reservation.check(&client).await;
        assert!(matches!(progress, Ok(Progress::Running { .. })), "{progress:?}");
        assert_eq!(reservation.unexpected.len(), 0, "{:?}", reservation.unexpected);
    }
    tokio::time::advance(Duration::from_mins(2)).await;
    assert!(reservation.check(&client).await.is_ok());
    assert_eq!(reservation.unexpected.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn utilization_that_was_asked_for_while_numbers_were_ordered_is_not_kept() {
    let mut asked = 0;
    let stub = StubServer::start(move |seen| {
        if seen.is(RESERVE) {
            return Reply::late(Duration::from_secs(2), || {
                Reply::json(202, &json!({ "voiceOrderId": 123 }))
            });
        }
        asked += 1;
        Reply::json(200, &json!([{ "utilization": 100 - asked }]))
    })
    .await;
    let client = stub.client();
    let percent = || async {
        let found = client.utilization(Product::LocalInbound, "DENVER", "CO").await;
        found.expect("an answer").percent.map(|percent| percent.to_string())
    };
    let reference = reference();
    let request = request(&reference);
    let (ordered, early) = tokio::join!(client.reserve(&request, Timestamp::MAX), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        percent().await
    });
    assert!(ordered.is_ok());
    assert_eq!((early.as_deref(), percent().await.as_deref()), (Some("99"), Some("98")));
}
