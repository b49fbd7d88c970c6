//! Supplements: changes of a port that is in progress.

use expect_test::expect;
use lumen_simulator::{Subscriber, SupplementId};
use serde_json::{Value, json};

use super::{DAY, a_port, office, office_with};

const FIRST: u64 = 13_035_559_100;

/// A supplement with everything that can be changed before the FOC date is set.
fn a_supplement() -> Value {
    json!({
        "externalOrderID": "tf3c4d5e6f7a8b9c0d1e",
        "customerRequestDate": "2026-12-08T17:00:00Z",
        "customerType": "R",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "middleInitial": "K",
        "billingTN": 13_035_559_101_u64,
        "serviceAddress": {
            "streetNumber": "1", "streetName": "Main", "city": "Denver", "state": "CO", "zip": "80202",
        },
    })
}

#[tokio::test(start_paused = true)]
async fn a_port_can_be_changed_before_its_foc_date_is_set() {
    let office = office().await;
    let order = office.ordered("order", &a_port(&[FIRST])).await;

    let accepted = office.supplement(&order, &a_supplement()).await;
    assert_eq!(accepted.status, 202);
    expect![[r#"{"externalOrderID":"tf1a2b3c4d5e6f7a8b9c","orderStatus":"created","voiceOrderId":"600184201"}"#]].assert_eq(&accepted.body.to_string());
    let mut seen = vec![office.progress(&order).await];
    for seconds in [5, 25, 18 * DAY + 5 * 60 * 60] {
        office.pass(seconds);
        seen.push(office.progress(&order).await);
    }

    expect![[r#"
        901: created
        901 904: created
        901 904 903: in progress
        901 904 903 902: completed"#]]
    .assert_eq(&seen.join("\n"));
    let line = &office.lumen.lines()[&FIRST];
    assert!(matches!(&line.subscriber, Some(Subscriber::Residence { .. })), "{line:?}");
    let ledger = office.lumen.ledger();
    let supplemented = serde_json::to_string_pretty(&ledger.line_orders[0].supplements).unwrap();
    expect![[r#"
        [
          {
            "accepted_at": "2026-11-20T12:00:00Z",
            "sent": [
              "billingTN",
              "customerRequestDate",
              "customerType",
              "externalOrderID",
              "firstName",
              "lastName",
              "middleInitial",
              "serviceAddress.city",
              "serviceAddress.state",
              "serviceAddress.streetName",
              "serviceAddress.streetNumber",
              "serviceAddress.zip"
            ]
          }
        ]"#]]
    .assert_eq(&supplemented);
}

#[tokio::test(start_paused = true)]
async fn only_the_date_can_be_changed_after_the_foc_date_is_set() {
    let office = office().await;
    let order = office.ordered("order", &a_port(&[FIRST])).await;
    office.pass(30);

    let other = office.supplement(&order, &a_supplement()).await.exception();
    let same = json!({
        "customerRequestDate": "2026-12-08T17:00:00Z",
        "customerType": "B",
        "businessName": "Example Corp",
        "billingTN": FIRST,
    });
    let same = office.supplement(&order, &same).await;
    assert_eq!(other, "409 409001 Resource could not be updated due to con");
    assert_eq!(same.status, 202);
    let mut seen = Vec::new();
    for seconds in [0, 5, 30] {
        office.pass(seconds);
        let status = office.get(&format!("orderStatus/{order}")).await.body;
        seen.push(format!("{} {}", office.progress(&order).await, status["focDate"]));
    }

    expect![[r#"
        901 903: in progress "2026-12-07T17:00:00Z"
        901 903 904: in progress null
        901 903 904 903: in progress "2026-12-08T17:00:00Z""#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_supplement_ends_the_jeopardy() {
    let office = office().await;
    let order = office.ordered("order", &a_port(&[13_035_559_006])).await;
    office.pass(10 * DAY);
    let mut seen = vec![office.progress(&order).await];

    office.supplement(&order, &a_supplement()).await;
    office.pass(35);
    seen.push(office.progress(&order).await);

    expect![[r#"
        901 904: in progress
        901 904 904 903: in progress"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn only_ports_in_progress_can_be_supplemented() {
    let office = office().await;
    office.reserve(1);
    let install = office.ordered("order", &super::an_install(&[13_035_550_100])).await;
    let port = office.ordered("order", &a_port(&[FIRST])).await;
    assert!(office.lumen.complete_port(&port));
    let mut seen = Vec::new();

    for id in ["600184201", &install, &port, "600184200", "600000000", "ours"] {
        seen.push(format!("{id}: {}", office.supplement(id, &a_supplement()).await.exception()));
    }

    expect![[r#"
        600184201: 400 20109 Order number can not be found as a LNP o
        600184202: 400 20109 Order number can not be found as a LNP o
        600184203: 400 20109 Order number can not be found as a LNP o
        600184200: 400 20055 Voice Order ID provided can not be found
        600000000: 400 20049 Invalid Voice Order ID.
        ours: 400 20049 Invalid Voice Order ID."#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_supplement_may_have_an_id_of_its_own() {
    let office = office_with(|settings| settings.voice.supplement_id = SupplementId::Own).await;
    let port = office.ordered("order", &a_port(&[FIRST])).await;

    let accepted = office.supplement(&port, &a_supplement()).await.body;
    office.pass(5);

    assert_eq!(accepted["voiceOrderId"], "600184202");
    assert_eq!(office.progress("600184202").await, "901 904: created");
    let cancelled = office.cancel("600184202").await.exception();
    assert_eq!(cancelled, "400 20070 Supplement order can no longer be cancel");
    assert_eq!(office.cancel(&port).await.status, 200);
    assert_eq!(office.lumen.ledger().line_orders.len(), 1, "a supplement is no order of its own");
}
