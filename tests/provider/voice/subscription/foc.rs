//! Waiting for the FOC date of a port, and what refreshes report until the numbers are in service.

use expect_test::expect;
use jiff::{SignedDuration, Timestamp};
use lumen_core::{Action, Block};
use lumen_simulator::VoiceSettings;
use terraform_provider_lumen::framework::Value;

use super::port::{DAY, a_port, given_port, in_days, port_in};
use super::{REPORT, given, given_voice, inbound, numbers, orders};
use crate::voice::a_reservation;
use crate::world::{World, timeout};

fn until_foc() -> Block {
    a_port().with("wait_for", "foc")
}

/// The losing carrier answers after three days.
fn slow_carrier(voice: &mut VoiceSettings) {
    voice.foc_seconds = 3.0 * 86_400.0;
}

fn statuses(world: &World) -> (String, String) {
    (world.text("status"), world.text("port_status"))
}

fn pending(port_status: &str) -> (String, String) {
    ("pending".to_owned(), port_status.to_owned())
}

#[tokio::test(start_paused = true)]
async fn an_apply_may_wait_for_the_foc_date() {
    let mut world = given_voice(|voice| voice.foc_seconds = 1800.0).await;

    let run = world.apply(&until_foc()).await;

    run.expecting("The port of the subscription of +13035559100 is in progress").quietly();
    assert_eq!(statuses(&world), pending("foc_scheduled"));
    for _ in 0..3 {
        world.lumen.advance(DAY);
        world.next_run(|block| block).await;
        world.apply(&until_foc()).await.quietly();
        assert_eq!(world.plan(&until_foc()).await.action, Action::Nothing);
    }
    assert_eq!(orders(&world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_later_apply_goes_on_waiting_for_the_foc_date() {
    let mut world = given_voice(slow_carrier).await;
    let block = timeout(until_foc(), "create", "10m");
    let created = world.apply_unfinished(&block).await;
    assert!(!created.failed());
    assert_eq!(statuses(&world), pending("submitted"));

    let plan = world.plan(&block).await;
    world.lumen.advance(DAY * 3);
    world.next_run(|block| block).await;
    let run = world.apply_plan(plan.clone()).await;

    expect![[r#"
        Warning: The subscription of +13035559100 has no FOC date yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184202. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers stay with their carrier until the date of the port.

        Run `terraform apply` again later: it waits until the subscription of +13035559100 has a FOC date.
    "#]].assert_eq(&created.shown());
    expect![[r#"
        Warning: The apply waits until the subscription of +13035559100 has a FOC date

        Voice order 600184202 is in progress.

        Waiting orders nothing.

        Run `terraform apply` to wait for it, or plan again later.
    "#]]
    .assert_eq(&plan.shown());
    run.quietly();
    assert_eq!(statuses(&world), pending("foc_scheduled"));
    assert_eq!(world.plan(&block).await.action, Action::Nothing);
    assert_eq!(orders(&world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_killed_run_that_waited_for_the_foc_date_is_resumed() {
    let mut world = given_voice(|voice| voice.foc_seconds = 1800.0).await;
    let _ = world.apply_and_crash(&until_foc()).await;

    let run = world.apply(&until_foc()).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!((statuses(&world), orders(&world).len()), (pending("foc_scheduled"), 1));
    assert_eq!(world.plan(&until_foc()).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn a_port_that_is_rejected_before_its_foc_date_is_an_error() {
    let mut world = given_voice(|voice| voice.foc_seconds = 1800.0).await;

    let run = world.apply_unfinished(&numbers(until_foc(), &["+13035559001"])).await;

    assert!(run.failed() && world.object().is_null());
    expect![[r#"
        Warning: Unexpected order status for the subscription of +13035559001

        Lumen says: "Your LNP (porting) order action has been updated. Rejected by the losing carrier: the name does not match." (notification 904).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Error: Lumen did not port the numbers of the subscription of +13035559001

        Voice order 600184202 failed: the order is rejected: Lumen says: "Your LNP (porting) order action has been updated. Rejected by the losing carrier: the name does not match." (notification 904).

        The numbers stay with their carrier.

        1. Correct what Lumen's reason names, or ask Lumen's support about voice order 600184202.
        2. Run the same command again: it places another order to port the numbers of the subscription of +13035559001.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn only_a_port_has_a_foc_date() {
    let mut world = given().await;

    let plan = world.plan(&inbound().with("wait_for", "foc")).await;

    expect![[r#"
        Error: `wait_for` is "foc" without `port_in` (at wait_for)

        Only a port has a FOC date.

        Set `wait_for` to `active` or `accepted`, or add `port_in`.
    "#]]
    .assert_eq(&plan.shown());
}

/// The simulated losing carrier of this number can't find the address.
#[tokio::test(start_paused = true)]
async fn a_port_in_jeopardy_is_reported_once_and_goes_on_after_a_supplement() {
    let mut world = given_voice(slow_carrier).await;
    let block = numbers(a_port(), &["+13035559006"]);
    world.apply(&block).await.expecting("The port of").quietly();
    world.lumen.advance(DAY * 3);
    world.next_run(|block| block).await;

    let run = world.refresh().await;

    expect![[r#"
        Warning: Unexpected order status for the subscription of +13035559006

        Lumen says: "Your LNP (porting) order action has been updated. Jeopardy: address not found." (notification 904).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.
    "#]].assert_eq(&run.shown());
    world.refresh().await.quietly();
    assert_eq!(statuses(&world), pending("submitted"));
    world.apply(&block.clone().with("request_date", in_days(15))).await.quietly();
    world.lumen.advance(DAY * 4);
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    assert_eq!(statuses(&world), pending("foc_scheduled"));
}

#[tokio::test(start_paused = true)]
async fn a_foc_date_that_has_passed_is_reported_once() {
    let mut world = given_port(|voice| {
        slow_carrier(voice);
        voice.port_seconds = Some(30.0 * 86_400.0);
    })
    .await;
    let id = orders(&world)[0].voice_order_id.clone();
    let date = Timestamp::now() - SignedDuration::from_hours(72);
    assert!(world.lumen.schedule_foc(&id, Some(date)));
    world.next_run(|block| block).await;

    let run = world.refresh().await;

    expect![[r#"
        Warning: The port of the subscription of +13035559100 has not happened on its date

        The FOC date of voice order 600184202 was DATE, and Lumen does not report the port as complete.

        The order is in progress. Its numbers stay with their carrier until the port is complete.

        Ask Lumen's LNP desk about voice order 600184202. If Lumen asks for another date, change `request_date`.
    "#]].assert_eq(&run.shown().replace(&world.text("foc_date"), "DATE"));
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    assert_eq!(world.plan(&a_port()).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn a_letter_of_authorization_has_no_date_in_the_future() {
    let mut world = given().await;
    let Value::Map(mut port) = port_in([]) else { panic!("a port is an object") };
    let letter = [("name", Value::text("Ada Lovelace")), ("received", Value::Bool(true))];
    let date = [("date_time", Value::text(in_days(3)))];
    port.insert("loa".into(), Value::object(letter.into_iter().chain(date)));

    let run = world.apply_unfinished(&a_port().with("port_in", Value::Map(port))).await;

    assert!(run.failed() && orders(&world).is_empty());
    expect![[r#"
        Error: `port_in.loa.date_time` is in the future (at port_in)

        It is DATE, and Lumen ports no numbers before you hold the letter of authorization.

        Nothing was ordered.

        Set it to the date since when you hold the letter.
    "#]]
    .assert_eq(&run.shown().replace(in_days(3), "DATE"));
}

/// A customer's first port: Lumen's report has no number until it ends.
#[tokio::test(start_paused = true)]
async fn twenty_one_applies_order_nothing_but_the_first() {
    let mut world = given_voice(|voice| voice.report.empty = true).await;
    let block = a_port().with("request_date", in_days(25));
    world.apply(&block).await.expecting("The port of").quietly();
    let mut reservation = world.another_type("lumen_voice_tn_reservation").await;
    reservation.apply(&a_reservation()).await.quietly();

    for _ in 1..21 {
        world.lumen.advance(DAY);
        world.a_day_passes();
        world.next_run(|block| block).await;
        reservation.next_run(|block| block).await;
        let plan = world.plan(&block).await;
        assert_eq!(plan.action, Action::Nothing, "{}", plan.shown());
        world.apply(&block).await.quietly();
        reservation.apply(&a_reservation()).await.quietly();
    }

    assert_eq!(orders(&world).len(), 1);
    assert_eq!(world.lumen.ledger().voice_orders.len(), 1);
    assert!(world.requests(REPORT) < 90, "a run reads the report once");
    world.lumen.set(|settings| settings.voice.report.empty = false);
    world.lumen.advance(DAY * 8);
    world.next_run(|block| block).await;
    world.apply(&block).await.quietly();
    assert_eq!(statuses(&world), ("active".to_owned(), "completed".to_owned()));
}
