//! Orders that outlast a run of Terraform: they are kept, followed, and never placed again.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::{Action as Ordered, Fault, RetryAfter, Settings};

use crate::world::{STATUS, World, a_connection, given, given_connection, given_lumen, timeout};

/// Makes Lumen take ten minutes for an order, and ask for a status check every 30 seconds.
pub(crate) fn slowly(lumen: &mut Settings) {
    lumen.order_seconds = 600.0;
    lumen.retry_after = RetryAfter::Seconds(30);
}

/// A connection with a timeout of only one minute for creating it.
fn impatient() -> Block {
    timeout(a_connection(), "create", "1m")
}

/// A connection that was ordered at a slow Lumen, by an apply with a short timeout.
async fn given_ordered() -> World {
    let mut world = given_lumen(slowly).await;
    world.apply_unfinished(&impatient()).await;
    world
}

#[tokio::test(start_paused = true)]
async fn an_order_that_takes_too_long_is_kept_as_pending() {
    let mut world = given_lumen(slowly).await;

    let run = world.apply_unfinished(&impatient()).await;

    assert!(!run.failed(), "slow is no error");
    assert_eq!((world.text("status").as_str(), world.orders().len()), ("pending", 1));
    assert_eq!(world.text("order_request_id"), world.orders()[0].order_request_id);
    expect![[r#"
        Warning: Connection `edge-1` is not active yet

        `timeouts.create` has passed.

        Lumen has accepted order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76. The order is in progress, and stays in the state. The provider doesn't order it again. Lumen bills the connection once it is active.

        Run `terraform apply` again later: it waits until connection `edge-1` is active.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_follows_a_pending_order_once() {
    let mut world = given_ordered().await;
    let looks = world.requests(STATUS);

    world.refresh().await.quietly();
    let still = world.text("status");
    let looked = world.requests(STATUS) - looks;
    world.lumen.advance(Duration::from_mins(10));
    world.refresh().await.quietly();

    assert_eq!((still.as_str(), looked), ("pending", 1));
    assert_eq!(world.text("status"), "active");
    assert_eq!(world.text("service_id"), world.orders()[0].service_id.clone().unwrap());
    assert_eq!(world.plan(&impatient()).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn the_next_apply_waits_on_and_orders_nothing() {
    let mut world = given_ordered().await;
    world.next_run(|block| block).await;

    let plan = world.plan(&impatient()).await;
    let run = world.apply_plan(plan.clone()).await;

    assert_eq!((plan.action, run.shown().as_str()), (Action::Update, ""));
    assert_eq!((world.text("status").as_str(), world.orders().len()), ("active", 1));
    world.apply(&impatient()).await.quietly();
    expect![[r#"
        Warning: The apply waits until connection `edge-1` is active

        Order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 is in progress.

        Waiting orders nothing.

        Run `terraform apply` to wait for it, or plan again later.
        id: null -> (known after apply)
        location: null -> (known after apply)
        order_id: null -> (known after apply)
        service_id: null -> (known after apply)
        status: "pending" -> (known after apply)
    "#]]
    .assert_eq(&(plan.shown() + &plan.changes()));
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_keeps_what_was_ordered() {
    let mut world = given_lumen(slowly).await;
    // Ctrl-C must reach the process that the test controls.
    world.shares_run.set(true);
    let mut terraform = world.provider.clone();
    let interrupt = async {
        tokio::time::sleep(Duration::from_secs(90)).await;
        terraform.stop().await;
    };

    let connection = a_connection();
    let (run, ()) = tokio::join!(world.apply_unfinished(&connection), interrupt);

    assert_eq!((world.text("status").as_str(), world.orders().len()), ("pending", 1));
    expect![[r#"
        Warning: Connection `edge-1` is not active yet

        The run was interrupted.

        Lumen has accepted order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76. The order is in progress, and stays in the state. The provider doesn't order it again. Lumen bills the connection once it is active.

        Run `terraform apply` again later: it waits until connection `edge-1` is active.
    "#]].assert_eq(&run.shown());
    world.apply(&a_connection()).await;
    assert_eq!((world.text("status").as_str(), world.orders().len()), ("active", 1));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_can_not_be_followed_is_kept() {
    for (status, shown) in [
        (
            401,
            expect![[r#"
                Warning: Connection `edge-1` is not active yet

                Its order can't be followed: Lumen does not accept the access token: HTTP 401 401: Fault injected by the simulator (GET /Customer/v3/Ordering/orderRequest/{id}, tracking ID …).

                Lumen has accepted order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76. The order is in progress, and stays in the state. The provider doesn't order it again. Lumen bills the connection once it is active.

                1. Check that the API key is approved (new keys are pending at first) and that its products include this API. Then check `client_id` and `client_secret`.
                2. Run `terraform apply` again: it waits until connection `edge-1` is active.
            "#]],
        ),
        (
            403,
            expect![[r#"
                Warning: Connection `edge-1` is not active yet

                Its order can't be followed: Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /Customer/v3/Ordering/orderRequest/{id}, tracking ID …).

                Lumen has accepted order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76. The order is in progress, and stays in the state. The provider doesn't order it again. Lumen bills the connection once it is active.

                1. Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`).
                2. Run `terraform apply` again: it waits until connection `edge-1` is active.
            "#]],
        ),
    ] {
        let mut world = given_lumen(slowly).await;
        world.fault(Fault::status(STATUS, status));

        let run = world.apply_unfinished(&a_connection()).await;

        assert_eq!((world.text("status").as_str(), world.orders().len()), ("pending", 1));
        shown.assert_eq(&run.shown());
        world.lumen.clear_faults();
        world.apply(&a_connection()).await;
        assert_eq!((world.text("status").as_str(), world.orders().len()), ("active", 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_can_not_follow_keeps_the_order() {
    let mut world = given_ordered().await;
    world.fault(Fault::status(STATUS, 403));

    let run = world.refresh().await;

    assert_eq!(world.text("status"), "pending");
    expect![[r#"
        Error: The order of connection `edge-1` can't be followed

        Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /Customer/v3/Ordering/orderRequest/{id}, tracking ID …).

        The order is in progress, and stays in the state. The provider doesn't order it again.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn trouble_that_passes_while_following_is_waited_out() {
    for fault in [
        Fault::status(STATUS, 503),
        Fault::status(STATUS, 429),
        Fault::html(STATUS, 502),
        Fault::reset_before(STATUS),
        Fault::reset_after(STATUS),
        Fault::truncate(STATUS),
    ] {
        let mut world = given_lumen(slowly).await;
        world.fault(fault.clone().times(10));

        world.apply(&a_connection()).await.quietly();

        assert_eq!(
            (world.text("status").as_str(), world.orders().len()),
            ("active", 1),
            "{fault:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_takes_too_long_is_kept_as_pending() {
    let mut world = given_connection().await;
    world.lumen.set(slowly);
    let faster = timeout(a_connection().with("bandwidth", "1 Gbps"), "update", "1m");

    let run = world.apply_unfinished(&faster).await;
    let pending = world.text("status");
    let plan = world.plan(&faster).await;
    world.lumen.advance(Duration::from_mins(10));
    world.apply(&faster).await.quietly();

    assert_eq!((pending.as_str(), world.text("status").as_str()), ("pending", "active"));
    assert_eq!((world.orders().len(), world.service().bandwidth_mbps), (2, 1000));
    expect![[r#"
        Warning: Connection `edge-1` is still being changed

        `timeouts.update` has passed.

        Lumen has accepted order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76. The order is in progress, and stays in the state. The provider doesn't order it again. The connection still exists, and is still billed.

        Run `terraform apply` again later: it waits until connection `edge-1` has changed.
    "#]].assert_eq(&run.shown());
    expect![[r#"
        Warning: The apply waits until connection `edge-1` has changed

        Order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 is in progress.

        Waiting orders nothing.

        Run `terraform apply` to wait for it, or plan again later.
        status: "pending" -> (known after apply)
    "#]]
    .assert_eq(&(plan.shown() + &plan.changes()));
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_that_takes_too_long_is_kept_and_finished_by_the_next_destroy() {
    let mut world = given().await;
    world.apply(&timeout(a_connection(), "delete", "1m")).await.quietly();
    world.lumen.set(slowly);

    let run = world.destroy().await;
    let kept = world.text("status");
    world.next_run(|block| block).await;
    let first = world.destroy().await;
    world.lumen.advance(Duration::from_mins(10));
    world.destroy().await.quietly();

    assert!(run.failed() && first.failed(), "without an error Terraform would forget it");
    assert_eq!(kept, "pending");
    assert!(world.object().is_null());
    assert_eq!(world.orders().len(), 2);
    expect![[r#"
        Error: Connection `edge-1` is not disconnected yet

        `timeouts.delete` has passed.

        Lumen has accepted order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 to disconnect it. The order is in progress, and stays in the state. The provider doesn't order it again. The connection still exists, and is billed until Lumen has disconnected it.

        Run the same command again later: it waits until the connection is gone.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_being_disconnected_and_wanted_again_is_built_anew() {
    let mut world = given().await;
    let connection = timeout(a_connection(), "delete", "1m");
    world.apply(&connection).await.quietly();
    world.lumen.set(slowly);
    world.destroy().await;

    let run = world.apply_unfinished(&connection).await;
    let again = world.apply(&connection).await;

    let orders: Vec<Ordered> = world.orders().iter().map(|order| order.action).collect();
    assert_eq!(orders, [Ordered::Add, Ordered::Delete, Ordered::Add]);
    assert_eq!((again.action, world.text("status").as_str()), (Action::Create, "active"));
    expect![[r#"
        Warning: The apply waits until connection `edge-1` is gone

        Order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 is in progress.

        Waiting orders nothing.

        Run `terraform apply` to wait for it, or plan again later.

        Error: Connection `edge-1` has been disconnected

        An earlier `terraform destroy` ordered the disconnection, and Lumen has completed it.

        It no longer exists, and is no longer billed. Nothing was ordered by this run.

        Run `terraform apply` again: it plans a new one.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_connection_still_being_built_is_built_and_then_disconnected() {
    let mut world = given_ordered().await;

    world.destroy().await;

    let orders: Vec<Ordered> = world.orders().iter().map(|order| order.action).collect();
    assert_eq!(orders, [Ordered::Add, Ordered::Delete]);
    assert!(world.object().is_null());
}

#[tokio::test(start_paused = true)]
async fn a_connection_whose_building_outlasts_the_destroy_stays() {
    let mut world = given_lumen(slowly).await;
    let connection = a_connection().with("timeouts", [("create", "1m"), ("delete", "1m")]);
    world.apply_unfinished(&connection).await;

    let run = world.destroy().await;

    assert_eq!((world.text("status").as_str(), world.orders().len()), ("pending", 1));
    expect![[r#"
        Error: Connection `edge-1` can't be disconnected yet

        Lumen is still building it, and can't cancel order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76: `timeouts.delete` has passed.

        No disconnection was ordered yet. The connection is still being built, and is billed once it is active. The order is in progress, and stays in the state. The provider doesn't order it again.

        Run the same command again later: it waits until the connection is active, and then disconnects it.
    "#]].assert_eq(&run.shown());
    world.lumen.advance(Duration::from_mins(20));
    world.lumen.set(|lumen| lumen.order_seconds = 20.0);
    world.destroy().await.quietly();
    assert!(world.object().is_null());
}

#[tokio::test(start_paused = true)]
async fn several_new_services_that_fit_are_left_to_a_person() {
    let mut world = given_lumen(slowly).await;
    world.lumen.set(|lumen| lumen.status_endpoint = lumen_simulator::StatusEndpoint::NotFound);
    let lumen = std::rc::Rc::clone(&world.lumen);
    let twin = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        for _ in 0..2 {
            let _service = lumen.add_service("edge-1", crate::world::SITE, 100);
        }
    };

    let connection = a_connection();
    let (run, ()) = tokio::join!(world.apply_unfinished(&connection), twin);

    assert_eq!((world.text("status").as_str(), world.text("service_id").as_str()), ("pending", ""));
    expect![[r#"
        Warning: Connection `edge-1` is not active yet

        Several new services match its order: 77133831779, 77133831780.

        Lumen has accepted order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76. The order is in progress, and stays in the state. The provider doesn't order it again. Lumen bills the connection once it is active.

        1. Find out in Lumen's portal which one it is.
        2. Remove connection `edge-1` from the state with `terraform state rm`.
        3. If it is one of them, import it by its ID with `terraform import`.
        4. Run the same command again.
    "#]].assert_eq(&run.shown());
}
