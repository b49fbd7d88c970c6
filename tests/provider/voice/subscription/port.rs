//! Taking numbers over from another carrier.

use std::time::Duration;

use expect_test::expect;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use lumen_core::{Action, Block};
use lumen_simulator::{Fault, VoiceSettings};
use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::lumen::voice::Date;

use super::{INSTALL, an_office, given, given_voice, numbers, orders, shown};
use crate::world::World;

pub(super) const DAY: Duration = Duration::from_hours(24);

/// A subscription that takes two numbers over, in ten days.
pub(super) fn a_port() -> Block {
    numbers(an_office(), &["+13035559100", "+13035559101"])
        .with("request_date", in_days(10))
        .with("port_in", port_in([("losing_carrier_account_number", "12345")]))
}

pub(super) fn port_in<const N: usize>(more: [(&str, &str); N]) -> Value {
    let loa = Value::object([
        ("name", Value::text("Ada Lovelace")),
        ("received", Value::Bool(true)),
        ("date_time", Value::text("2026-01-20T15:00:00Z")),
    ]);
    let mut members = vec![
        ("billing_telephone_number".to_owned(), Value::text("+13035559100")),
        ("loa".to_owned(), loa),
    ];
    members.extend(more.map(|(name, text)| (name.to_owned(), Value::text(text))));
    Value::object(members)
}

/// A business day at 17:00 UTC.
pub(super) fn in_days(days: i64) -> &'static str {
    let at = Timestamp::now() + SignedDuration::from_hours(24 * days);
    let day = TimeZone::UTC.to_datetime(at).date();
    let date = Date::from(day.at(17, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp());
    leaked(date.add_business_days(0).unwrap())
}

fn leaked(date: Date) -> &'static str {
    Box::leak(date.to_string().into_boxed_str())
}

/// The next day that is not a business day, at least two days ahead.
fn a_weekend() -> &'static str {
    let days = (2..10).map(|days| Timestamp::now() + SignedDuration::from_hours(24 * days));
    leaked(days.map(Date::from).find(|date| !date.is_business_day()).unwrap())
}

/// A port that Lumen has accepted.
pub(super) async fn given_port(change: impl FnOnce(&mut VoiceSettings)) -> World {
    let mut world = given_voice(change).await;
    apply(&mut world, &a_port()).await;
    world
}

pub(super) async fn apply(world: &mut World, block: &Block) {
    world
        .apply(block)
        .await
        .expecting("The port of the subscription of +13035559100 is in progress")
        .quietly();
}

#[tokio::test(start_paused = true)]
async fn a_port_of_weeks_needs_one_apply() {
    let mut world = given_port(|_| {}).await;

    assert_eq!(
        (world.text("status").as_str(), world.text("port_status").as_str()),
        ("pending", "foc_scheduled")
    );
    for _ in 0..21 {
        world.lumen.advance(DAY);
        world.next_run(|block| block).await;
        world.refresh().await.quietly();
        assert_eq!(world.plan(&a_port()).await.action, Action::Nothing);
    }

    assert_eq!(orders(&world).len(), 1);
    expect![[r#"
        active_telephone_numbers = ["+13035559100", "+13035559101"]
        check_numbers = true
        customer_service_name = "DENVER-SBC-1"
        disconnect_notice_days = 1
        e911_address = { city = "BROOMFIELD", secondary_location = "STE 200", state = "CO", street_name = "ELDORADO", street_number = "1025", street_suffix = "BLVD", zip = "80021" }
        e911_option = "static_911"
        external_order_id = "tf-…"
        foc_date = "…"
        id = "+13035559100"
        notifications = [{ code = "901", date = "…", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }, { code = "903", date = "…", message = "LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided." }, { code = "902", date = "…", message = "Order successfully installed. Please refer to Voice Order ID for reference number." }]
        number_statuses = { +13035559100 = "active", +13035559101 = "active" }
        on_destroy = "fail"
        port_in = { billing_telephone_number = "+13035559100", loa = { date_time = "2026-01-20T15:00:00Z", name = "Ada Lovelace", received = true }, losing_carrier_account_number = "12345", wireless = false }
        port_status = "completed"
        product = "enhanced_local_service"
        request_date = "…"
        service_address = { city = "Broomfield", secondary_location = "Ste 200", state = "CO", street_name = "Eldorado", street_number = "1025", street_suffix = "Blvd", zip = "80021" }
        status = "active"
        subscriber = { business_name = "Example Corp", type = "business" }
        telephone_numbers = ["+13035559100", "+13035559101"]
        voice_order_ids = ["600184202"]
        wait_for = "accepted"
    "#]].assert_eq(&shown(&world));
}

#[tokio::test(start_paused = true)]
async fn a_port_that_is_refused_at_once_is_an_error() {
    let mut world = given().await;
    let wireless = numbers(a_port(), &["+13035559004"]).with("port_in", port_in([]));

    let run = world.apply_unfinished(&wireless).await;

    assert!(run.failed() && world.object().is_null() && orders(&world).is_empty());
    expect![[r#"
        Error: The port of the subscription of +13035559004 can't be ordered (at port_in)

        Lumen rejected the request: HTTP 400 20112: Invalid losing carrier account number (POST /Voice/v1/Numbers/order, tracking ID …).

        Nothing was ordered.

        Correct `port_in.losing_carrier_account_number`, and apply again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_port_that_is_rejected_in_the_first_minutes_is_an_error() {
    let mut world = given().await;

    let run = world.apply_unfinished(&numbers(a_port(), &["+13035559001"])).await;

    assert!(run.failed() && world.object().is_null(), "{}", run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_port_that_is_rejected_later_leaves_the_state() {
    let mut world = given_port(|voice| voice.foc_seconds = 3.0 * 86_400.0).await;
    let id = orders(&world)[0].voice_order_id.clone();
    assert!(world.lumen.reject_port(&id, Some("the name does not match")));
    world.next_run(|block| block).await;

    let run = world.refresh().await;

    assert!(world.object().is_null(), "{}", run.shown());
    expect![[r#"
        Warning: Unexpected order status for the subscription of +13035559100

        Lumen says: "Your LNP (porting) order action has been updated. the name does not match" (notification 904).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Warning: Lumen did not port the numbers of the subscription of +13035559100

        Voice order 600184202 failed: the order is rejected: Lumen says: "Your LNP (porting) order action has been updated. the name does not match" (notification 904).

        The numbers stay with their carrier. The plan shows the subscription as new, and applying it orders another port.

        Correct what Lumen's reason names, or ask Lumen's support about voice order 600184202. Do that before the next apply or destroy.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_apply_may_wait_for_the_numbers() {
    let mut world = given_voice(|voice| voice.port_seconds = Some(60.0)).await;

    world.apply(&a_port().with("wait_for", "active")).await.quietly();

    assert_eq!(
        (world.text("status").as_str(), world.text("port_status").as_str()),
        ("active", "completed")
    );
}

#[tokio::test(start_paused = true)]
async fn a_port_in_progress_is_not_changed() {
    let mut world = given_port(|_| {}).await;

    let mut told = Vec::new();
    for block in [
        a_port().with("customer_service_name", "EAST"),
        a_port().without("port_in"),
        numbers(a_port(), &["+13035559100"]),
        a_port().with("on_destroy", "disconnect"),
    ] {
        let plan = world.plan(&block).await;
        told.push(
            plan.diagnostics.iter().map(|it| it.summary.clone()).collect::<Vec<_>>().join(", "),
        );
    }

    expect![[r#"
        `customer_service_name` can't be changed while its port is in progress
        `port_in` can't be changed while its port is in progress
        `telephone_numbers` can't be changed while its port is in progress
    "#]]
    .assert_eq(&told.join("\n"));
    assert_eq!(orders(&world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_described_the_port_is_recorded_once_it_has_ended() {
    let mut world = given_port(|voice| voice.port_seconds = Some(60.0)).await;
    world.lumen.advance(DAY);
    world.next_run(|block| block).await;
    let office = numbers(an_office(), &["+13035559100", "+13035559101"]);

    world.apply(&office).await.quietly();

    assert_eq!((orders(&world).len(), world.text("status").as_str()), (1, "active"));
    assert_eq!(world.plan(&office).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn a_destroy_cancels_a_port() {
    let mut world = given_port(|_| {}).await;
    world.apply(&a_port().with("on_destroy", "disconnect")).await.quietly();

    let run = world.destroy().await;

    assert!(world.object().is_null(), "{}", run.shown());
    expect![[r#"
        Warning: The order of the subscription of +13035559100 was canceled

        Voice order 600184202 was in progress when the subscription was destroyed.

        Its numbers stay with their carrier.

        There is nothing left to do.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_port_that_is_retained_continues() {
    let mut world = given_port(|_| {}).await;
    world.apply(&a_port().with("on_destroy", "retain")).await.quietly();

    let run = world.destroy().await;

    assert!(world.object().is_null() && world.open_orders().await.is_empty());
    expect![[r#"
        Warning: The order of the subscription of +13035559100 continues

        `on_destroy` is "retain".

        The numbers are billed once they are in service. The voice order is 600184202.

        To stop it, cancel the order with the action `lumen_voice_order_cancel`. To manage the numbers again, import them when they are in service.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_port_that_can_t_be_canceled_any_longer_stays_in_the_state() {
    let mut world = given_port(|_| {}).await;
    world.apply(&a_port().with("on_destroy", "disconnect")).await.quietly();
    let foc_date = orders(&world)[0].foc_date.unwrap();
    let until = foc_date - SignedDuration::from_hours(12);
    world.lumen.advance(until.duration_since(Timestamp::now()).unsigned_abs());
    world.next_run(|block| block).await;

    let run = world.destroy().await;

    assert!(run.failed() && world.text("port_status") == "foc_scheduled", "{}", run.shown());
    expect![[r#"
        Warning: Unexpected order status for the subscription of +13035559100

        Lumen says: "Unable to complete LNP (porting) cancel. Cancellations are allowed up to one business day before FOC (Firm Order Commitment) date. Once LNP order completes you may issue a change order. If you require further assistance log into the service portal and create a ticket." (notification 20066).

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.

        Error: The port of the subscription of +13035559100 can no longer be canceled

        Voice order 600184202 is in progress: `timeouts.delete` has passed.

        It stays in the state, and the order is in progress. The port continues: Lumen takes over its numbers on 2026-12-09T17:00:00Z, and they are billed from then on.

        Run the same command again later: it waits until the order has ended.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_run_ordered_is_adopted() {
    let mut world = given().await;
    let _ = world.apply_and_crash(&a_port()).await;

    let run = world.apply(&a_port()).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), orders(&world).len()), ("pending", 1));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_by_the_reference_or_a_person_decides() {
    for is_found in [true, false] {
        let mut world = given_voice(|voice| voice.order_lookup_by_reference = is_found).await;
        world.fault(Fault::reset_after(INSTALL));

        let run = world.apply_unfinished(&a_port()).await;

        assert_eq!((run.failed(), orders(&world).len()), (!is_found, 1), "{}", run.shown());
    }
}

#[tokio::test(start_paused = true)]
async fn the_offline_rules_and_the_checks_of_a_port() {
    let world = given().await;
    let many: Vec<String> = (9100..9150).map(|line| format!("+1303555{line}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let unread = Value::object([
        ("name", Value::text("Ada Lovelace")),
        ("received", Value::Bool(false)),
        ("date_time", Value::text("2026-01-20T15:00:00Z")),
    ]);
    let Value::Map(mut without_letter) = port_in([]) else { panic!("a port is an object") };
    without_letter.insert("loa".into(), unread);
    let unversioned = port_in([("losing_carrier_pin_wo", "0000")]);
    let twice = port_in([("losing_carrier_pin_wo", "0000"), ("losing_carrier_pin", "0000")]);
    let Value::Map(mut wireless) = port_in([]) else { panic!("a port is an object") };
    wireless.insert("wireless".into(), Value::Bool(true));

    let mut told = Vec::new();
    for block in [
        a_port().without("request_date"),
        a_port().with("product", "local_inbound").without("e911_option").without("subscriber"),
        a_port().with("port_in", Value::Map(without_letter)),
        a_port().with("port_in", Value::Map(wireless)),
        a_port().with("port_in", unversioned),
        a_port().with("port_in", twice),
        a_port().with("request_date", a_weekend()),
        numbers(a_port(), &["+13035559003"]),
        numbers(a_port(), &many),
        a_port().with("request_date", in_days(-9)),
    ] {
        let mut world = world.another_process().await;
        let plan = world.plan(&block).await;
        told.push(
            plan.diagnostics.iter().map(|it| it.summary.clone()).collect::<Vec<_>>().join(", "),
        );
    }

    expect![[r#"
        `request_date` is missing
        `subscriber` is missing
        `port_in.loa.received` is not valid
        `port_in.losing_carrier_account_number` is missing, `port_in.losing_carrier_pin` is missing
        `port_in.losing_carrier_pin_wo_version` is missing
        `port_in.losing_carrier_pin_wo_version` is missing, `port_in.losing_carrier_pin` does not apply to a port with `losing_carrier_pin_wo`
        `request_date` is not a business day
        `+13035559003` can't be ported
        A port has at most 49 numbers
        `request_date` is in the past"#]]
    .assert_eq(&told.join("\n"));
    assert!(orders(&world).is_empty());
}

/// The simulated carrier of this number wants the PIN 0000.
#[tokio::test(start_paused = true)]
async fn a_write_only_pin_is_sent_and_stored_nowhere() {
    let mut world = given().await;
    let Value::Map(mut port) = port_in([("losing_carrier_pin_wo", "0000")]) else {
        panic!("a port is an object")
    };
    port.insert("losing_carrier_pin_wo_version".into(), Value::Number(1_i64.into()));
    let block = numbers(a_port(), &["+13035559005"]).with("port_in", Value::Map(port));

    world
        .apply(&block)
        .await
        .expecting("The port of the subscription of +13035559005 is in progress")
        .quietly();

    assert_eq!(orders(&world).len(), 1);
    let port = world.object().get("port_in").clone();
    assert!(port.get("losing_carrier_pin_wo").is_null());
    assert_eq!(world.plan(&block).await.action, Action::Nothing);
    world.provider.supports_write_only = false;
    expect![[r#"
        Error: `port_in.losing_carrier_pin_wo` needs Terraform 1.11 or later (at port_in)

        This version of Terraform doesn't support write-only arguments, and would store the value.

        Update Terraform, or set `losing_carrier_pin` instead, which is stored in the state.
    "#]]
    .assert_eq(&world.plan(&block).await.shown());
}

#[tokio::test(start_paused = true)]
async fn the_journal_has_no_account_and_no_pin() {
    let mut world = given().await;
    let secrets = port_in([
        ("losing_carrier_account_number", "ACCOUNT-77"),
        ("losing_carrier_pin", "PIN-4711"),
    ]);
    apply(&mut world, &a_port().with("port_in", secrets)).await;

    assert!(!world.journal_files().is_empty());
    for path in world.journal_files().into_keys() {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        assert!(!text.contains("ACCOUNT-77") && !text.contains("PIN-4711"), "{text}");
    }
    let private = String::from_utf8(world.state.as_ref().unwrap().private.clone()).unwrap();
    assert!(!private.contains("ACCOUNT-77") && !private.contains("PIN-4711"), "{private}");
}
