//! The data source of a voice order.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Block, object};
use lumen_simulator::Fault;

use super::data_sources::read;
use super::program::{self, a_change, a_disconnection, a_port, a_whole_install, an_install};
use super::{STATUS, given, given_reservation, given_voice};
use crate::world::World;

fn by_id(id: &str) -> Block {
    Block::default().with("voice_order_id", id)
}

fn by_reference(reference: &str) -> Block {
    Block::default().with("external_order_id", reference)
}

/// The kind, the status, and the number of notifications of an order.
async fn told(world: &mut World, id: &str) -> String {
    let order = read(world, "lumen_voice_order", by_id(id)).await;
    let codes = object(&order).matches("code = ").count();
    let text = |name: &str| lumen_core::value(order.get(name));
    format!("{} {} {codes} {}\n", text("kind"), text("status"), text("telephone_numbers"))
}

#[tokio::test(start_paused = true)]
async fn an_order() {
    let mut world = given_reservation().await;
    let known = by_id(&world.text("id"));
    let unknown = by_id("600999999");

    let known = object(&read(&mut world, "lumen_voice_order", known).await);
    let (nothing, told) = world.read_data("lumen_voice_order", &unknown).await;

    assert!(nothing.is_null());
    expect![[r#"
        external_order_id = "tf-…"
        notifications = [{ code = "901", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }, { code = "10002", message = "Voice order is complete. Please refer to Voice Order ID for reference number." }]
        status = "completed"
        telephone_numbers = []
        voice_order_id = "600184201"

        Error: Voice order `600999999` can't be read (at voice_order_id)

        Lumen rejected the request: HTTP 400 20060: The Voice Order ID provided can not be found for the given customer number. Please check both IDs and try again (600999999) (GET /Voice/v1/Numbers/orderStatus, tracking ID …).

        Correct what Lumen's message names. Then run the same command again.
    "#]].assert_eq(&(known + "\n" + &told));
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_order() {
    let mut world = given_reservation().await;
    let reserved = [13_035_550_100, 13_035_550_101];
    let mut shown = String::new();
    for (endpoint, body) in [
        ("order", an_install(&reserved[..1])),
        ("order", a_whole_install(&reserved[1..])),
        ("order/change", a_change(&reserved)),
        ("order/disconnect", a_disconnection(&reserved)),
        ("order", a_port(&[13_035_559_100, 13_035_559_101])),
    ] {
        let id = program::order(&world, endpoint, &body).await;
        world.lumen.advance(Duration::from_mins(1));
        shown += &told(&mut world, &id).await;
    }

    expect![[r#"
        "install" "completed" 2 ["+13035550100"]
        "install" "completed" 2 ["+13035550101"]
        "change" "completed" 2 ["+13035550100", "+13035550101"]
        "disconnect" "in progress" 1 ["+13035550100", "+13035550101"]
        "port_in" "in progress" 2 ["+13035559100", "+13035559101"]
    "#]]
    .assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn a_port_has_dates() {
    let mut world = given().await;
    let port = a_port(&[13_035_559_100]);
    let id = program::order(&world, "order", &port).await;

    let before = read(&mut world, "lumen_voice_order", by_id(&id)).await;
    world.lumen.advance(Duration::from_mins(1));
    let after = read(&mut world, "lumen_voice_order", by_id(&id)).await;

    assert!(before.get("foc_date").is_null());
    for name in ["request_date", "foc_date"] {
        assert_eq!(after.get(name).as_str(), port["customerRequestDate"].as_str(), "{name}");
    }
    assert_eq!(after.get("external_order_id").as_str(), Some("port-1"));
}

#[tokio::test(start_paused = true)]
async fn an_order_is_found_by_its_reference_if_lumen_answers_it() {
    for answers in [true, false] {
        let mut world = given_voice(|voice| voice.order_lookup_by_reference = answers).await;
        let id = program::order(&world, "order", &a_port(&[13_035_559_100])).await;

        let (order, told) = world.read_data("lumen_voice_order", &by_reference("port-1")).await;

        if answers {
            assert_eq!((order.get("voice_order_id").as_str(), told.as_str()), (Some(&*id), ""));
        } else {
            assert!(order.is_null());
            expect![[r#"
                Error: No voice order can be found by the reference `port-1` (at external_order_id)

                Lumen returned no order with this reference. Lumen doesn't document that orders can be found by their reference, so this doesn't prove that there is none.

                Set `voice_order_id` instead. For reserved numbers, `lumen_voice_inventory` with `external_order_id` shows it.
            "#]].assert_eq(&told);
        }
    }
}

/// Lumen's release notes name all kinds of orders but ports.
#[tokio::test(start_paused = true)]
async fn an_order_without_a_status_has_notifications() {
    let mut world = given().await;
    let id = program::order(&world, "order", &a_port(&[13_035_559_100])).await;
    world.fault(Fault::status(STATUS, 400).body(r#"{"code":"20060","message":"Not found."}"#));
    world.lumen.advance(Duration::from_mins(1));

    let order = read(&mut world, "lumen_voice_order", by_id(&id)).await;

    assert!(order.get("status").is_null() && order.get("request_date").is_null());
    assert!(order.get("foc_date").as_str().is_some(), "notification 903 has it");
    assert_eq!(order.get("kind").as_str(), Some("port_in"), "only ports have notification 903");
}

#[tokio::test(start_paused = true)]
async fn a_status_that_can_t_be_read_now_is_an_error() {
    let mut world = given_reservation().await;
    let order = by_id(&world.text("id"));
    world.fault(Fault::status(STATUS, 503));

    let (order, told) = world.read_data("lumen_voice_order", &order).await;

    assert!(order.is_null());
    assert!(told.contains("Lumen is unavailable"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn an_order_is_named_once() {
    let mut world = given().await;
    let mut shown = String::new();
    for order in [Block::default(), by_id("600184201").with("external_order_id", "port-1")] {
        shown += &world.read_data("lumen_voice_order", &order).await.1;
    }

    assert!(world.is_offline());
    expect![[r#"
        Error: Neither `voice_order_id` nor `external_order_id` is set

        A voice order is looked up by its ID or by your reference.

        Set `voice_order_id` or `external_order_id`.
        Error: Both `voice_order_id` and `external_order_id` are set (at external_order_id)

        Each of them names an order, and they may name different ones.

        Remove `external_order_id`.
    "#]]
    .assert_eq(&shown);
}
