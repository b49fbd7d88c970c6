//! The `lumen_voice_order_cancel` action on orders of lines: installs, ports, changes and disconnections.

use std::time::Duration;

use expect_test::expect;
use jiff::Timestamp;
use lumen_core::{Block, Invocation, value};
use lumen_simulator::{Fault, LineOrder, SupplementId, VoiceSettings, VoiceStatus};
use serde_json::{Value, json};

use super::super::data_sources::read;
use super::super::program::{self, a_change, a_disconnection, a_port, an_install};
use super::super::{STATUS, a_reservation, given_voice};
use crate::world::World;

const CANCEL: &str = "POST /Voice/v1/Numbers/order/{id}/cancel";

const BOULDER: u64 = 13_035_509_100;
const DENVER: u64 = 13_035_559_100;

/// A world with three reserved numbers.
async fn given_reserved() -> World {
    given_reserved_where(|_| {}).await
}

async fn given_reserved_where(change: impl FnOnce(&mut VoiceSettings)) -> World {
    let mut world = given_voice(change).await;
    world.apply(&a_reservation()).await.quietly();
    world
}

/// A world with the numbers in service.
async fn given_lines() -> World {
    let world = given_reserved().await;
    program::order(&world, "order", &an_install(&[13_035_550_100, 13_035_550_101])).await;
    world.lumen.advance(Duration::from_mins(1));
    world
}

/// Makes every order take half an hour.
fn slow_down(world: &World) {
    world.lumen.set(|lumen| {
        lumen.voice.order_seconds = 1800.0;
        lumen.voice.change_seconds = 1800.0;
        lumen.voice.foc_seconds = 1800.0;
    });
}

/// Every kind of order, with a world in which it can be placed.
async fn every_kind() -> Vec<(World, &'static str, Value)> {
    let active = [13_035_550_100, 13_035_550_101];
    vec![
        (given_reserved().await, "order", an_install(&active)),
        (given_reserved().await, "order", a_port(&[DENVER])),
        (given_lines().await, "order/change", a_change(&active)),
        (given_lines().await, "order/disconnect", a_disconnection(&active)),
    ]
}

async fn cancel(world: &mut World, id: &str) -> Invocation {
    let config = Block::default().with("voice_order_id", id);
    world.provider.act("lumen_voice_order_cancel", &config).await
}

async fn cancel_part(world: &mut World, id: &str, part: &str) -> Invocation {
    let config = Block::default().with("voice_order_id", id).with("transaction_order_id", part);
    world.provider.act("lumen_voice_order_cancel", &config).await
}

fn latest(world: &World) -> LineOrder {
    world.lumen.ledger().line_orders.pop().unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_order_of_every_kind_is_canceled() {
    let mut shown = Vec::new();
    for (mut world, endpoint, body) in every_kind().await {
        slow_down(&world);
        let id = program::order(&world, endpoint, &body).await;

        let done = cancel(&mut world, &id).await;

        assert_eq!(latest(&world).status, VoiceStatus::Cancelled, "{}", done.shown());
        shown.push(done.shown());
    }
    expect![[r#"
        Voice order 600184202: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184202 is created.
        Voice order 600184202 is being canceled.
        Voice order 600184202 is cancelled.
        Voice order 600184202 puts no numbers into service. They stay reserved.
        =====
        Voice order 600184202: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184202 is created.
        Voice order 600184202 is being canceled.
        Voice order 600184202 is cancelled.
        Voice order 600184202 ports no numbers. They stay with their carrier.
        =====
        Voice order 600184203: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184203 is created.
        Voice order 600184203 is being canceled.
        Voice order 600184203 is cancelled.
        Voice order 600184203 changes nothing.
        =====
        Voice order 600184203: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184203 is created.
        Voice order 600184203 is being canceled.
        Voice order 600184203 is cancelled.
        Voice order 600184203 disconnects no numbers. They stay in service.
    "#]].assert_eq(&shown.join("=====\n"));
}

#[tokio::test(start_paused = true)]
async fn what_a_complete_order_has_done_stays() {
    let mut shown = Vec::new();
    for (mut world, endpoint, body) in every_kind().await {
        let id = program::order(&world, endpoint, &body).await;
        world.lumen.advance(Duration::from_hours(21 * 24));

        let done = cancel(&mut world, &id).await;

        assert_eq!((done.began, world.requests(CANCEL)), (false, 0));
        shown.push(done.shown());
    }
    expect![[r#"
        Error: Voice order `600184202` is complete, and can't be canceled (at voice_order_id)

        Lumen has completed it.

        Its numbers are in service, and are billed.

        To take them out of service, set `on_destroy` of their `lumen_voice_tn_subscription` to `disconnect`, apply, and remove them.
        =====
        Error: Voice order `600184202` is complete, and can't be canceled (at voice_order_id)

        Lumen has completed it.

        Its numbers have left their carrier, and are in service at Lumen.

        To take them out of service, set `on_destroy` of their `lumen_voice_tn_subscription` to `disconnect`, apply, and remove them. To move them back, order a port at another carrier.
        =====
        Error: Voice order `600184203` is complete, and can't be canceled (at voice_order_id)

        Lumen has completed it.

        Its changes are in effect.

        To undo them, change the numbers again.
        =====
        Error: Voice order `600184203` is complete, and can't be canceled (at voice_order_id)

        Lumen has completed it.

        Its numbers are out of service.

        To get them back, open a ticket with Lumen within 30 days. Lumen charges a fee for it.
    "#]].assert_eq(&shown.join("=====\n"));
}

/// A port whose numbers change their carrier in an hour, and the date in the messages.
async fn given_port_of_today() -> (World, String, String) {
    let world = given_reserved().await;
    let port = a_port(&[DENVER]);
    let id = program::order(&world, "order", &port).await;
    let date = port["customerRequestDate"].as_str().unwrap().to_owned();
    let then = date.parse::<Timestamp>().unwrap() - Duration::from_hours(1);
    world.lumen.advance(Duration::try_from(then.duration_since(Timestamp::now())).unwrap());
    (world, id, date)
}

#[tokio::test(start_paused = true)]
async fn a_port_continues_if_the_cancellation_comes_too_late() {
    let (mut world, id, date) = given_port_of_today().await;

    let first = cancel(&mut world, &id).await;
    let second = cancel(&mut world, &id).await;

    assert_eq!(latest(&world).status, VoiceStatus::InProgress);
    assert_eq!((first.failed(), second.failed(), world.requests(CANCEL)), (true, true, 2));
    expect![[r#"
        Voice order 600184202: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184202: Lumen says: "LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided." (notification 903)
        Voice order 600184202 is in progress.
        Voice order 600184202 is being canceled.
        Voice order 600184202: Lumen says: "Unable to complete LNP (porting) cancel. Cancellations are allowed up to one business day before FOC (Firm Order Commitment) date. Once LNP order completes you may issue a change order. If you require further assistance log into the service portal and create a ticket." (notification 20066)
        Error: Voice order `600184202` can no longer be canceled (at voice_order_id)

        Lumen says: "Unable to complete LNP (porting) cancel. Cancellations are allowed up to one business day before FOC (Firm Order Commitment) date. Once LNP order completes you may issue a change order. If you require further assistance log into the service portal and create a ticket." (notification 20066).

        The port continues. Lumen takes over its numbers on [date].

        Wait until the port is complete, and then disconnect the numbers: set `on_destroy` of their `lumen_voice_tn_subscription` to `disconnect`, apply, and remove them. In urgent cases, ask Lumen's porting desk.
    "#]].assert_eq(&first.shown().replace(&date, "[date]"));
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_that_is_refused_at_once_comes_too_late() {
    let (mut world, id, date) = given_port_of_today().await;
    let refusal = json!({ "code": "20066", "message": "Unable to complete LNP (porting) cancel." });
    world.fault(Fault::status("POST /Voice/v1/Numbers/order/", 400).body(&refusal.to_string()));

    let done = cancel(&mut world, &id).await;

    expect![[r#"
        Voice order 600184202: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184202: Lumen says: "LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided." (notification 903)
        Voice order 600184202 is in progress.
        Error: Voice order `600184202` can no longer be canceled (at voice_order_id)

        Lumen says: "Unable to complete LNP (porting) cancel." (20066).

        The port continues. Lumen takes over its numbers on [date].

        Wait until the port is complete, and then disconnect the numbers: set `on_destroy` of their `lumen_voice_tn_subscription` to `disconnect`, apply, and remove them. In urgent cases, ask Lumen's porting desk.
    "#]].assert_eq(&done.shown().replace(&date, "[date]"));
}

#[tokio::test(start_paused = true)]
async fn a_transaction_order_is_canceled_alone() {
    let mut world = given_reserved().await;
    slow_down(&world);
    let id = program::order(&world, "order", &a_port(&[BOULDER, DENVER])).await;

    let unknown = cancel_part(&mut world, &id, &format!("{id}03")).await;
    let done = cancel_part(&mut world, &id, &format!("{id}01")).await;
    let again = cancel_part(&mut world, &id, &format!("{id}01")).await;

    assert!(!unknown.began && !done.failed() && !again.failed(), "{}", done.shown());
    assert_eq!((latest(&world).status, world.requests(CANCEL)), (VoiceStatus::Created, 1));
    world.lumen.advance(Duration::from_hours(21 * 24));
    let active = read(&mut world, "lumen_voice_subscribed_numbers", Block::default()).await;
    let active = value(active.get("numbers"));
    assert!(active.contains("+13035559100") && !active.contains("+13035509100"), "{active}");
    expect![[r#"
        Error: Voice order `600184202` has no transaction order `60018420203` (at transaction_order_id)

        Lumen reports these transaction orders: `60018420201`, `60018420202`.

        Nothing was sent.

        Set `transaction_order_id` to one of them, or remove it to cancel the entire order.
        =====
        Voice order 600184202: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184202 is created.
        Voice order 600184202: transaction order 60018420201 is being canceled.
        Voice order 600184202: transaction order 60018420201 ports no numbers. They stay with their carrier.
        =====
        Voice order 600184202: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184202 is created.
        Voice order 600184202: transaction order 60018420201 was already canceled.
    "#]]
        .assert_eq(&(unknown.shown() + "=====\n" + &done.shown() + "=====\n" + &again.shown()));
}

#[tokio::test(start_paused = true)]
async fn a_supplement_is_not_canceled() {
    let mut world = given_reserved_where(|voice| {
        voice.foc_seconds = 1800.0;
        voice.supplement_id = SupplementId::Own;
    })
    .await;
    let port = a_port(&[DENVER]);
    let id = program::order(&world, "order", &port).await;
    let body = json!({
        "customerRequestDate": port["customerRequestDate"],
        "customerType": "B",
        "businessName": "Example Corp West",
        "billingTN": DENVER,
    });
    let supplement = program::order(&world, &format!("order/{id}/supplement"), &body).await;

    let done = cancel(&mut world, &supplement).await;

    assert_ne!(supplement, id);
    assert_eq!(latest(&world).status, VoiceStatus::Created);
    expect![[r#"
        Voice order 600184203: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184203 is created.
        Error: Voice order `600184203` is a supplement, and can't be canceled (at voice_order_id)

        Lumen says: "Supplement order can no longer be cancelled. If you require further assistance log into the servicer portal and create a ticket." (20070).

        The port that it changes is still in progress.

        To cancel the port, set `voice_order_id` to the ID of the port. To undo the change, change the port again.
    "#]].assert_eq(&done.shown());
}

/// Lumen's release notes name the status of all kinds of orders but ports.
#[tokio::test(start_paused = true)]
async fn a_cancellation_without_a_status_is_followed_for_two_minutes() {
    let mut world = given_reserved().await;
    slow_down(&world);
    let id = program::order(&world, "order", &a_port(&[DENVER])).await;
    world.fault(Fault::status(STATUS, 400).body(r#"{"code":"20060","message":"Not found."}"#));

    let done = cancel(&mut world, &id).await;

    assert!(!done.failed());
    assert_eq!(latest(&world).status, VoiceStatus::Cancelled);
    expect![[r#"
        Voice order 600184202: Lumen says: "Order successfully submitted. Please refer to Voice Order ID for reference number." (notification 901)
        Voice order 600184202 is being canceled.
        Warning: Lumen doesn't report whether voice order `600184202` is canceled

        Lumen returns no status of it.

        Lumen has accepted the cancellation, and has not refused it for two minutes.

        Read `notifications` of the data source `lumen_voice_order` with `voice_order_id = "600184202"` later. Notification 20066 means that a port continues.
    "#]].assert_eq(&done.shown());
}
