//! Changing a connection in place, or refusing the change.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block, Status};
use lumen_simulator::Action as Ordered;

use crate::world::{
    FLEXENTIAL, FLEXENTIAL_SITE, ORDER, QUOTE, a_connection, given, given_connection, given_lumen,
    timeout,
};

#[tokio::test(start_paused = true)]
async fn another_bandwidth_is_quoted_and_ordered_in_place() {
    let mut world = given_connection().await;
    let faster = a_connection().with("bandwidth", "1 Gbps");

    let plan = world.plan(&faster).await;
    world.apply(&faster).await.quietly();

    let order = world.orders().pop().unwrap();
    assert_eq!((order.action, order.bandwidth_mbps), (Ordered::Modify, Some(1000)));
    assert_eq!(order.customer_service_name, None);
    assert_eq!((world.service().bandwidth_mbps, world.orders().len()), (1000, 2));
    assert_eq!(world.text("hourly_price"), "1.65");
    expect![[r#"
        bandwidth: "100 Mbps" -> "1 Gbps"
        hourly_price: "0.46" -> "1.65"
        monthly_price: "331.20" -> "1188.00"
        status: "active" -> (known after apply)
    "#]]
    .assert_eq(&plan.changes());
}

#[tokio::test(start_paused = true)]
async fn the_same_bandwidth_in_other_words_changes_nothing() {
    let mut world = given().await;
    world.apply(&a_connection().with("bandwidth", "1 Gbps")).await.quietly();

    for same in ["1000 Mbps", "1000 mbps", "1 gbps", "1Gbps"] {
        let plan = world.plan(&a_connection().with("bandwidth", same)).await;
        assert_eq!(plan.action, Action::Nothing, "{same}");
    }
    assert_eq!(world.orders().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn another_name_is_ordered_without_a_quote() {
    let mut world = given_connection().await;
    let renamed = a_connection().with("name", "edge-2");

    let plan = world.plan(&renamed).await;
    world.apply(&renamed).await.quietly();

    let order = world.orders().pop().unwrap();
    assert_eq!(order.customer_service_name.as_deref(), Some("edge-2"));
    assert_eq!((order.quote_id, order.bandwidth_mbps), (None, None));
    assert_eq!((world.service().name.as_str(), world.orders().len()), ("edge-2", 2));
    expect![[r#"
        name: "edge-1" -> "edge-2"
        status: "active" -> (known after apply)
    "#]]
    .assert_eq(&plan.changes());
}

#[tokio::test(start_paused = true)]
async fn bandwidth_and_name_at_once_are_two_orders() {
    let mut world = given_connection().await;

    world.apply(&a_connection().with("bandwidth", "1 Gbps").with("name", "edge-2")).await.quietly();

    assert_eq!(world.orders().len(), 3);
    assert_eq!((world.service().name.as_str(), world.service().bandwidth_mbps), ("edge-2", 1000));
    let references: std::collections::BTreeSet<String> =
        world.orders().into_iter().map(|order| order.external_id).collect();
    assert_eq!(references.len(), 3, "each order has a reference of its own");
}

#[tokio::test(start_paused = true)]
async fn of_two_changes_the_one_that_was_made_is_kept_when_the_other_fails() {
    let mut world = given_connection().await;
    let both = a_connection().with("bandwidth", "1 Gbps").with("name", "edge-2");
    world.fault(lumen_simulator::Fault::status(ORDER, 422).skip(1));

    let run = world.apply(&both).await;
    let kept = (world.text("bandwidth"), world.text("name"), world.text("hourly_price"));
    world.lumen.clear_faults();
    world.apply(&both).await.quietly();

    assert!(run.failed());
    assert_eq!(kept, ("1 Gbps".into(), "edge-1".into(), "1.65".into()));
    assert_eq!(world.orders().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn of_two_changes_the_second_stays_planned_when_the_first_is_slow() {
    let mut world = given_connection().await;
    world.lumen.set(|lumen| lumen.order_seconds = 600.0);
    let both = a_connection().with("bandwidth", "1 Gbps").with("name", "edge-2");
    let before = (world.text("bandwidth"), world.text("name"), world.text("hourly_price"));

    let run = world.apply_unfinished(&timeout(both.clone(), "update", "1m")).await;

    let kept = (world.text("bandwidth"), world.text("name"), world.text("hourly_price"));
    assert_eq!((kept, world.orders().len(), run.failed()), (before, 2, true));
    let run = world.apply(&both).await;
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(
        (world.text("bandwidth").as_str(), world.text("name").as_str()),
        ("1 Gbps", "edge-2")
    );
    assert_eq!(world.orders().len(), 3);
}

/// With `wait_for = "accepted"`, a create does not wait until the connection is active, but a change has
/// to.
#[tokio::test(start_paused = true)]
async fn a_change_of_a_connection_that_was_only_accepted_waits_for_it() {
    let mut world = given_lumen(crate::pending::slowly).await;
    let accepted = a_connection().with("wait_for", "accepted");
    world.apply_unfinished(&accepted).await;
    assert_eq!((world.text("status").as_str(), world.text("service_id").as_str()), ("pending", ""));
    let more = accepted.with("bandwidth", "1 Gbps");

    let run = world.apply(&more).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(
        (world.text("status").as_str(), world.text("bandwidth").as_str()),
        ("active", "1 Gbps")
    );
    assert_eq!(world.text("service_id"), world.service().service_id);
    assert_eq!(world.orders().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_only_for_later_orders_orders_nothing() {
    let contact = [
        ("name", "Grace Hopper"),
        ("email", "grace@example.com"),
        ("phone", "6157691234"),
        ("organization", "Research"),
    ];
    let changed: [(&str, Block); 6] = [
        ("contact", a_connection().with("contact", contact)),
        ("note", a_connection().with("note", "Ask at the desk")),
        ("purchase_order_number", a_connection().with("purchase_order_number", "PO-8")),
        ("max_hourly_price", a_connection().with("max_hourly_price", "0.50")),
        ("deletion_protection", a_connection().with("deletion_protection", true)),
        ("wait_for", a_connection().with("wait_for", "accepted")),
    ];
    let mut world = given_connection().await;
    for (argument, connection) in changed {
        let plan = world.plan(&connection).await;
        assert_eq!(plan.action, Action::Update, "{argument}");
        assert_eq!(plan.changes().lines().count(), 1, "{argument}: {}", plan.changes());

        world.apply(&connection).await.quietly();
        world.apply(&a_connection()).await.quietly();
    }
    assert_eq!((world.orders().len(), world.requests(ORDER)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_change_waits_for_one_that_is_running() {
    let mut world = given_connection().await;
    world.lumen.change_service(&world.text("id"), |service| {
        service.status = "Change pending".into();
    });
    let lumen = std::rc::Rc::clone(&world.lumen);
    let id = world.text("id");
    let ends = async {
        tokio::time::sleep(Duration::from_mins(3)).await;
        lumen.change_service(&id, |service| service.status = "Active".into());
    };

    let faster = a_connection().with("bandwidth", "1 Gbps");
    let (run, ()) = tokio::join!(world.apply(&faster), ends);

    run.quietly();
    assert_eq!((world.service().bandwidth_mbps, world.orders().len()), (1000, 2));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_never_gets_its_turn_ends_in_an_error() {
    let mut world = given_connection().await;
    world.lumen.change_service(&world.text("id"), |service| {
        service.status = "Change pending".into();
    });

    let run = world.apply(&a_connection().with("bandwidth", "1 Gbps")).await;

    assert_eq!(world.orders().len(), 1);
    expect![[r#"
        Error: Another change of connection `edge-1` is in progress

        That change did not finish in time: Lumen rejected the request: HTTP 422 otherIssue: The Service Id cannot be modified since the current status is - Change pending (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        The change was not ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

        Run the same command again when the other change has finished, or raise `timeouts.update`.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_partner_that_changes_no_bandwidth_is_known_to_the_plan_and_a_taint_helps() {
    let mut world = given().await;
    let connection =
        a_connection().with("partner_id", FLEXENTIAL).with("master_site_id", FLEXENTIAL_SITE);
    world.apply(&connection).await.quietly();

    let faster = connection.with("bandwidth", "1 Gbps");
    let plan = world.plan(&faster).await;
    let quotes = world.requests(QUOTE);
    world.state.as_mut().unwrap().status = Status::Tainted;
    world.apply(&faster).await.quietly();

    assert_eq!(quotes, 1, "the plan refuses it, and nothing is quoted");
    assert_eq!((world.text("bandwidth").as_str(), world.orders().len()), ("1 Gbps", 3));
    expect![[r#"
        Error: The bandwidth of connection `edge-1` can't be changed (at bandwidth)

        Lumen does not support bandwidth changes at partner `501877` (Flexential).

        Nothing was ordered: connection `edge-1` stays at 100 Mbps.

        To keep the connection, set `bandwidth = "100 Mbps"`. To get 1 Gbps, replace it: run `terraform taint` for its address, and then `terraform apply`. That disconnects the service before it orders a new one: expect an outage, and possibly other IP addresses. `terraform apply -replace` fails in the same way, because Terraform plans the change in place first.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn a_dearer_bandwidth_is_held_against_the_limit() {
    let mut world = given_connection().await;

    let plan =
        world.plan(&a_connection().with("bandwidth", "1 Gbps").with("max_hourly_price", "1")).await;

    expect![[r#"
        Error: Connection `edge-1` costs more than `max_hourly_price` allows (at max_hourly_price)

        The price is 1.65 USD per hour, and the limit is 1 USD.

        Nothing was ordered.

        Raise `max_hourly_price`, or lower `bandwidth`.
    "#]]
    .assert_eq(&plan.shown());
}
