//! Orders of numbers that outlast a run of Terraform: they are kept, followed, and never placed again.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::Fault;

use super::{INVENTORY, STATUS, a_reservation, given_reservation, given_voice, orders, slowly};
use crate::world::{World, timeout};

fn impatient() -> Block {
    timeout(a_reservation(), "create", "1m")
}

async fn given_ordered() -> World {
    let mut world = given_voice(slowly).await;
    world.apply_unfinished(&impatient()).await;
    world
}

#[tokio::test(start_paused = true)]
async fn an_order_that_takes_too_long_is_kept_as_pending() {
    let mut world = given_voice(slowly).await;

    let run = world.apply_unfinished(&impatient()).await;

    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("pending", 1));
    assert_eq!(world.text("id"), orders(&world)[0].voice_order_id);
    expect![[r#"
        Warning: The reservation in DENVER, CO is not complete yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn the_next_apply_waits_on_and_orders_nothing() {
    let mut world = given_ordered().await;
    world.next_run(|block| block).await;

    let plan = world.plan(&impatient()).await;
    let run = world.apply_plan(plan.clone()).await;

    assert_eq!((plan.action, run.shown().as_str()), (Action::Update, ""));
    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("reserved", 1));
    assert_eq!(world.shown("reserved_quantity"), "3");
    world.apply(&impatient()).await.quietly();
    expect![[r#"
        Warning: The apply waits until the reservation in DENVER, CO is complete

        Voice order 600184201 is in progress.

        Waiting orders nothing.

        Run `terraform apply` to wait for it, or plan again later.
        all_telephone_numbers: [] -> (known after apply)
        backordered_quantity: 0 -> (known after apply)
        notifications: [{ code = "901", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }] -> (known after apply)
        reserved_quantity: 0 -> (known after apply)
        status: "pending" -> (known after apply)
        telephone_numbers: [] -> (known after apply)
        voice_order_ids: ["600184201"] -> (known after apply)
    "#]].assert_eq(&(plan.shown() + &plan.changes()));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_looks_whether_the_order_has_ended() {
    let mut world = given_ordered().await;
    world.refresh().await.quietly();
    let still = world.text("status");
    world.lumen.advance(Duration::from_mins(11));

    world.refresh().await.quietly();

    assert_eq!((still.as_str(), world.text("status").as_str()), ("pending", "reserved"));
    assert_eq!(world.plan(&impatient()).await.action, Action::Nothing);
    assert_eq!(orders(&world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_keeps_what_was_ordered() {
    let mut world = given_voice(slowly).await;
    world.shares_run.set(true);
    let mut terraform = world.provider.clone();
    let interrupt = async {
        tokio::time::sleep(Duration::from_secs(90)).await;
        terraform.stop().await;
    };

    let reservation = a_reservation();
    let (run, ()) = tokio::join!(world.apply_unfinished(&reservation), interrupt);

    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("pending", 1));
    expect![[r#"
        Warning: The reservation in DENVER, CO is not complete yet

        The run was interrupted.

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        Run `terraform apply` again later: it waits until the reservation in DENVER, CO is complete.
    "#]].assert_eq(&run.shown());
    world.next_run(|block| block).await;
    world.apply(&reservation).await;
    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("reserved", 1));
}

#[tokio::test(start_paused = true)]
async fn a_pending_order_is_finished_and_grown_by_one_apply() {
    let mut world = given_ordered().await;

    let run = world.apply(&a_reservation().with("quantity", 5)).await;

    assert!(!run.failed(), "{}", run.shown());
    let quantities: Vec<usize> = orders(&world).iter().map(|order| order.quantity).collect();
    assert_eq!((quantities, world.shown("reserved_quantity").as_str()), (vec![3, 2], "5"));
}

#[tokio::test(start_paused = true)]
async fn trouble_that_passes_while_following_is_waited_out() {
    for endpoint in [STATUS, INVENTORY] {
        for fault in [
            Fault::status(endpoint, 503),
            Fault::status(endpoint, 429),
            Fault::html(endpoint, 502),
            Fault::reset_before(endpoint),
            Fault::truncate(endpoint),
        ] {
            let mut world = given_voice(|_| {}).await;
            // The inventory is read once before anything is ordered.
            let before = u32::from(endpoint == INVENTORY);
            world.fault(fault.clone().skip(before).times(10));

            world.apply(&a_reservation()).await.quietly();

            let seen = (world.text("status"), orders(&world).len());
            assert_eq!(seen, ("reserved".to_owned(), 1), "{fault:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_that_can_not_be_followed_is_kept() {
    let mut world = given_voice(slowly).await;
    world.fault(Fault::status(STATUS, 403));

    let run = world.apply_unfinished(&a_reservation()).await;
    let refreshed = world.refresh().await;

    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("pending", 1));
    expect![[r#"
        Warning: The reservation in DENVER, CO is not complete yet

        Its order can't be followed: Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /Voice/v1/Numbers/orderStatus, tracking ID …).

        Lumen has accepted voice order 600184201. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are reserved once it is complete, and can't be given back.

        1. Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`).
        2. Run `terraform apply` again: it waits until the reservation in DENVER, CO is complete.

        Error: The order of the reservation in DENVER, CO can't be followed

        Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /Voice/v1/Numbers/orderStatus, tracking ID …).

        The order is in progress, and stays in the state. The provider doesn't order it again.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
    "#]].assert_eq(&(run.shown() + "\n" + &refreshed.shown()));
    world.lumen.clear_faults();
    world.apply(&a_reservation()).await;
    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("reserved", 1));
}

#[tokio::test(start_paused = true)]
async fn numbers_that_can_not_be_read_stay_in_the_state() {
    let mut shown = Vec::new();
    for (name, fault) in [
        ("403", Fault::status(INVENTORY, 403)),
        ("404 of the gateway", Fault::status(INVENTORY, 404)),
        ("503", Fault::status(INVENTORY, 503)),
        ("HTML", Fault::html(INVENTORY, 200)),
        ("a wrong type", Fault::answer(INVENTORY, 200, r#"{"tns":"none"}"#)),
        ("an odd number", Fault::answer(INVENTORY, 200, r#"{"tns":[{"tn":42}]}"#)),
    ] {
        let mut world = given_reservation().await;
        let before = world.object();
        world.fault(fault);

        let run = world.refresh().await;

        assert_eq!(world.object(), before, "{name}");
        shown.push(format!("===== {name}\n{}", run.shown()));
    }

    expect![[r#"
        ===== 403
        Error: The numbers of the reservation in DENVER, CO (voice order 600184201) can't be read

        Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /Voice/v1/Numbers/inventory, tracking ID …).

        The reservation stays in the state as it was.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 404 of the gateway
        Error: The numbers of the reservation in DENVER, CO (voice order 600184201) can't be read

        Not found: HTTP 404 404: Fault injected by the simulator (GET /Voice/v1/Numbers/inventory, tracking ID …).

        The reservation stays in the state as it was.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
        ===== 503
        Error: The numbers of the reservation in DENVER, CO (voice order 600184201) can't be read

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Voice/v1/Numbers/inventory, tracking ID …).

        The reservation stays in the state as it was.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
        ===== HTML
        Error: The numbers of the reservation in DENVER, CO (voice order 600184201) can't be read

        Lumen's answer was not understood, because it is not JSON: HTTP 200 (GET /Voice/v1/Numbers/inventory, tracking ID …).

        The reservation stays in the state as it was.

        Check `base_url` (`LUMEN_BASE_URL`). If it is right, please report this, with the output of the same command under `TF_LOG=debug`. Then run the same command again.
        ===== a wrong type
        Error: The numbers of the reservation in DENVER, CO (voice order 600184201) can't be read

        Lumen's answer was not understood, because it has no list `tns`: HTTP 200 (GET /Voice/v1/Numbers/inventory, tracking ID …).

        The reservation stays in the state as it was.

        Check `base_url` (`LUMEN_BASE_URL`). If it is right, please report this, with the output of the same command under `TF_LOG=debug`. Then run the same command again.
        ===== an odd number
        Error: The numbers of the reservation in DENVER, CO (voice order 600184201) can't be read

        Lumen's answer was not understood, because one of its items has no telephone number: HTTP 200 (GET /Voice/v1/Numbers/inventory, tracking ID …).

        The reservation stays in the state as it was.

        Check `base_url` (`LUMEN_BASE_URL`). If it is right, please report this, with the output of the same command under `TF_LOG=debug`. Then run the same command again.
    "#]].assert_eq(&shown.concat());
}
