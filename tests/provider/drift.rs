//! Refreshes: changes outside Terraform are detected, and what can't be read stays in the state.

use std::time::Duration;

use expect_test::{Expect, expect};
use lumen_core::Action;
use lumen_simulator::Fault;

use crate::world::{INVENTORY, World, a_connection, given_connection};

#[tokio::test(start_paused = true)]
async fn another_bandwidth_is_seen_and_put_right() {
    let mut world = given_connection().await;
    world.lumen.change_service(&world.text("id"), |service| service.bandwidth_mbps = 200);

    world.refresh().await.quietly();
    let seen = (world.text("bandwidth"), world.text("hourly_price"));
    let plan = world.plan(&a_connection()).await;
    world.apply(&a_connection()).await.quietly();

    assert_eq!(seen, ("200 Mbps".into(), "0.68".into()));
    assert_eq!((plan.action, world.service().bandwidth_mbps), (Action::Update, 100));
}

#[tokio::test(start_paused = true)]
async fn another_name_is_seen_and_put_right() {
    let mut world = given_connection().await;
    world.lumen.change_service(&world.text("id"), |service| service.name = "edge-9".into());

    world.refresh().await.quietly();
    let seen = world.text("name");
    world.apply(&a_connection()).await.quietly();

    assert_eq!((seen.as_str(), world.service().name.as_str()), ("edge-9", "edge-1"));
}

#[tokio::test(start_paused = true)]
async fn a_suspended_connection_is_shown_as_such() {
    let mut world = given_connection().await;
    world.lumen.change_service(&world.text("id"), |service| service.status = "Suspended".into());

    let run = world.refresh().await;

    assert_eq!(world.text("status"), "suspended");
    expect![[r#"
        Warning: Connection `edge-1` (service 77133831778) is suspended

        Lumen's inventory shows the service as suspended, so it carries no traffic. Terraform did not suspend it.

        It stays in the state, and nothing is ordered. Whether Lumen bills it while it is suspended is not known.

        Ask Lumen's support to resume service 77133831778. If you no longer need it, remove the connection from the configuration: the next apply disconnects it.
    "#]].assert_eq(&run.shown());
    assert_eq!(world.plan(&a_connection()).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn a_terminated_connection_leaves_the_state() {
    let mut world = given_connection().await;
    world.lumen.change_service(&world.text("id"), |service| service.status = "Disconnected".into());

    let run = world.refresh().await;

    assert!(world.object().is_null());
    assert_eq!(world.plan(&a_connection()).await.action, Action::Create);
    expect![[r#"
        Warning: Connection `edge-1` (service 77133831778) is gone

        It was removed outside Terraform: Lumen reports it as "Disconnected".

        It leaves the state, and the plan shows it as new. The next apply orders another one. The previous one cost 0.46 USD per hour (331.20 USD for 30 days).

        If you no longer want it, remove it from the configuration.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_missing_among_others_leaves_the_state() {
    let mut world = given_connection().await;
    let _ = world.lumen.add_service("another", crate::world::SITE, 100);
    world.lumen.change_service(&world.text("id"), |service| service.status = "Disconnected".into());
    world.lumen.advance(Duration::from_hours(1));

    let run = world.refresh().await;

    assert!(world.object().is_null());
    expect![[r#"
        Warning: Connection `edge-1` (service 77133831778) is gone

        It was removed outside Terraform: Lumen's inventory shows other services, but not this one.

        It leaves the state, and the plan shows it as new. The next apply orders another one. The previous one cost 0.46 USD per hour (331.20 USD for 30 days).

        If you no longer want it, remove it from the configuration.
    "#]]
    .assert_eq(&run.shown());
}

/// An empty inventory proves nothing about a service.
#[tokio::test(start_paused = true)]
async fn an_empty_inventory_is_no_proof_that_a_connection_is_gone() {
    unreadable(Fault::answer(INVENTORY, 200, r#"{"serviceInventory":[]}"#), expect![[r#"
        Error: Lumen does not show connection `edge-1` (service 77133831778)

        Lumen's inventory shows no service at all. That does not prove that it is gone.

        It stays in the state as it was. If it exists, it is billed.

        1. Check `customer_number`, `environment` and `base_url`, and run the same command again later.
        2. If Lumen's portal shows that the service is gone, remove it from the state with `terraform state rm`.
    "#]]).await;
}

/// The error appears even if Lumen denies each service separately.
#[tokio::test(start_paused = true)]
async fn if_all_connections_are_gone_at_once_that_is_an_error() {
    let mut world = given_connection().await;
    let _ = world.lumen.add_service("another", crate::world::SITE, 100);
    let mut other = world.another_resource();
    other.apply(&a_connection().with("name", "edge-2")).await.quietly();
    for world in [&world, &other] {
        world.lumen.change_service(&world.text("id"), |it| it.status = "Disconnected".into());
    }
    world.lumen.advance(Duration::from_hours(1));
    world.next_run(|block| block).await;
    other.provider = world.provider.clone();

    let (one, two) = tokio::join!(world.refresh(), other.refresh());

    assert!(one.failed() && two.failed(), "{} {}", one.shown(), two.shown());
    assert!(!world.object().is_null() && !other.object().is_null());
    expect![[r#"
        Error: Lumen does not show connection `edge-1` (service 77133831778)

        Lumen's inventory shows other services, but none of the connections in the state. That does not prove that it is gone.

        It stays in the state as it was. If it exists, it is billed.

        1. Check `customer_number`, `environment` and `base_url`, and run the same command again later.
        2. If Lumen's portal shows that the service is gone, remove it from the state with `terraform state rm`.
    "#]].assert_eq(&one.shown());
}

#[tokio::test(start_paused = true)]
async fn one_that_is_gone_while_others_are_shown_leaves_the_state() {
    let mut world = given_connection().await;
    let mut other = world.another_resource();
    other.apply(&a_connection().with("name", "edge-2")).await.quietly();
    world.lumen.change_service(&world.text("id"), |it| it.status = "Disconnected".into());
    world.lumen.advance(Duration::from_hours(1));
    world.next_run(|block| block).await;
    other.provider = world.provider.clone();

    let (gone, shown) = tokio::join!(world.refresh(), other.refresh());

    shown.quietly();
    assert!(world.object().is_null() && gone.shown().contains("is gone"), "{}", gone.shown());
}

/// Reads while the inventory answers like this. The read must fail, and the state must not change.
async fn unreadable(fault: Fault, shown: Expect) {
    let mut world: World = given_connection().await;
    let before = world.object();
    world.fault(fault);

    let run = world.refresh().await;

    assert!(run.failed());
    assert_eq!(world.object(), before);
    shown.assert_eq(&run.shown());
    world.lumen.clear_faults();
    world.apply(&a_connection()).await.quietly();
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_can_not_be_read_stays() {
    unreadable(Fault::status(INVENTORY, 401), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen does not accept the access token: HTTP 401 401: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …).

        It stays in the state as it was.

        Check that the API key is approved (new keys are pending at first) and that its products include this API. Then check `client_id` and `client_secret`. Then run the same command again.
    "#]]).await;
    unreadable(Fault::status(INVENTORY, 403), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …).

        It stays in the state as it was.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
    "#]]).await;
    unreadable(Fault::status(INVENTORY, 404), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Not found: HTTP 404 404: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …).

        It stays in the state as it was.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
    "#]]).await;
    unreadable(Fault::status(INVENTORY, 429), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen is limiting the request rate: HTTP 429 429: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …).

        It stays in the state as it was.

        Run the same command again later, with a lower `-parallelism`, or set `requests_per_second` in the provider block.
    "#]]).await;
    unreadable(Fault::status(INVENTORY, 500), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen is unavailable: HTTP 500 500: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …).

        It stays in the state as it was.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]]).await;
    unreadable(Fault::status(INVENTORY, 503), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …).

        It stays in the state as it was.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]]).await;
    unreadable(Fault::html(INVENTORY, 200), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen's answer was not understood, because it is not JSON: HTTP 200 (GET /ProductInventory/v1/inventory, tracking ID …).

        It stays in the state as it was.

        Check `base_url` (`LUMEN_BASE_URL`). If it is right, please report this, with the output of the same command under `TF_LOG=debug`. Then run the same command again.
    "#]]).await;
    unreadable(Fault::html(INVENTORY, 502), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen is unavailable: HTTP 502 (GET /ProductInventory/v1/inventory, tracking ID …).

        It stays in the state as it was.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]]).await;
    unreadable(Fault::truncate(INVENTORY), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen's answer was lost (GET /ProductInventory/v1/inventory): error decoding response body: request or response body error: error reading a body from connection: end of file before message length reached.

        It stays in the state as it was.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]]).await;
    unreadable(Fault::reset_before(INVENTORY), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen's answer was lost (GET /ProductInventory/v1/inventory): error sending request: client error (SendRequest): connection closed before message completed.

        It stays in the state as it was.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]]).await;
    unreadable(Fault::delay(INVENTORY, Duration::from_mins(2)), expect![[r#"
        Error: Connection `edge-1` (service 77133831778) can't be read

        Lumen's answer was lost (GET /ProductInventory/v1/inventory): error sending request: operation timed out.

        It stays in the state as it was.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]]).await;
}

#[tokio::test(start_paused = true)]
async fn an_inventory_of_another_shape_is_not_understood() {
    for body in
        ["{}", "[]", "null", "7", r#"{"serviceInventory":{}}"#, r#"{"serviceInventory":[7]}"#]
    {
        let mut world = given_connection().await;
        let before = world.object();
        world.fault(Fault::answer(INVENTORY, 200, body));

        let run = world.refresh().await;

        assert!(run.failed(), "{body} must not be taken for \"no such service\"");
        assert_eq!(world.object(), before, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn trouble_that_passes_is_waited_out() {
    for fault in [
        Fault::status(INVENTORY, 429).header("Retry-After", "5"),
        Fault::status(INVENTORY, 503),
        Fault::html(INVENTORY, 502),
        Fault::reset_before(INVENTORY),
        Fault::truncate(INVENTORY),
    ] {
        let mut world = given_connection().await;
        world.fault(fault.times(3));

        world.refresh().await.quietly();

        assert_eq!(world.text("status"), "active");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deprecation_that_lumen_announces_is_passed_on_once() {
    let mut world = given_connection().await;
    world.lumen.set(|lumen| {
        lumen.answer_headers.insert("Deprecation".into(), "@1767225600".into());
        lumen.answer_headers.insert("Sunset".into(), "Thu, 31 Dec 2026 23:59:59 GMT".into());
    });

    let run = world.refresh().await;
    let again = world.refresh().await;

    assert!(!run.failed() && again.diagnostics.is_empty());
    expect![[r#"
        Warning: Lumen is going to change `GET /ProductInventory/v1/inventory`

        Lumen will switch off GET /ProductInventory/v1/inventory on Thu, 31 Dec 2026 23:59:59 GMT.

        Look for a newer version of the provider, and run `terraform init -upgrade`.
    "#]]
    .assert_eq(&run.shown());
}
