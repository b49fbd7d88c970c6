//! What Lumen's report of active numbers changes in the state.

use std::time::Duration;

use expect_test::expect;
use jiff::Timestamp;
use lumen_core::Action;
use lumen_simulator::{Fault, NumberForm, ReportSettings, StatusEndpoint};

use super::{FIRST, REPORT, an_office, given, given_subscription, given_voice, ordered};
use crate::world::World;

/// The report has caught up, and a new run reads it.
async fn a_while_passes(world: &mut World) {
    world.lumen.advance(Duration::from_mins(1));
    world.next_run(|block| block).await;
}

#[tokio::test(start_paused = true)]
async fn the_report_in_every_form_is_no_drift() {
    for number_form in [
        NumberForm::Ranges,
        NumberForm::Single,
        NumberForm::NpaNxxLine,
        NumberForm::E164,
        NumberForm::TenDigits,
        NumberForm::Hyphens,
    ] {
        for capitals in [true, false] {
            let report = ReportSettings { number_form, capitals, ..ReportSettings::default() };
            let mut world = given_voice(|voice| voice.report = report).await;

            world.apply(&an_office()).await.quietly();
            a_while_passes(&mut world).await;
            world.refresh().await.quietly();

            assert_eq!(world.plan(&an_office()).await.action, Action::Nothing, "{number_form:?}");
            world.state = None;
            world.import("+13035550100").await.quietly();
            let changes = world.plan(&an_office().without("e911_option")).await.changes();
            assert_eq!(changes, "", "{number_form:?}, capitals: {capitals}");
        }
    }
}

/// The report shows what orders have done only after ten minutes.
#[tokio::test(start_paused = true)]
async fn a_stale_report_is_no_drift() {
    let lag_seconds = 600.0;
    let report = ReportSettings { lag_seconds, ..ReportSettings::default() };
    let mut world = given_voice(|voice| voice.report = report).await;
    let slow = "Unexpected order status for the subscription of +13035550100";
    world.apply(&an_office()).await.expecting(slow).quietly();
    let moved = an_office().with("customer_service_name", "EAST").with("on_destroy", "disconnect");

    world.apply(&moved).await.quietly();
    let fewer = super::numbers(moved, &["+13035550100"]);
    let gone = "The numbers of the subscription of +13035550100 are disconnected on 20";
    world.apply(&fewer).await.expecting(gone).quietly();

    for _ in 0..15 {
        a_while_passes(&mut world).await;
        world.refresh().await.quietly();
        assert_eq!(world.plan(&fewer).await.changes(), "");
    }
    assert_eq!(ordered(&world), "Install 0 1, Change 0 1, Disconnect 1");
}

#[tokio::test(start_paused = true)]
async fn a_report_that_can_t_be_read_changes_nothing() {
    let mut world = given_subscription().await;
    let mut told = Vec::new();
    for body in [r#"{"tns": [{"tn": "soon"}]}"#, r#"{"tns": [{"startTN": 1}]}"#, "[7, 8]", "soon"] {
        a_while_passes(&mut world).await;
        world.fault(Fault::answer(REPORT, 200, body));

        let run = world.refresh().await;

        assert!(run.failed(), "{body}");
        assert_eq!(world.shown("telephone_numbers"), r#"["+13035550100", "+13035550101"]"#);
        told.push(run.shown());
        world.lumen.clear_faults();
    }
    expect![[r#"
        Error: The active numbers can't be read

        Lumen's answer was not understood, because one of its items has no telephone number: HTTP 200 (GET /Voice/v1/Numbers/inventory/details, tracking ID …).

        The state of the subscription of +13035550100 stays as it was.

        Check `base_url` (`LUMEN_BASE_URL`). If it is right, please report this, with the output of the same command under `TF_LOG=debug`. Then run the same command again.
    "#]].assert_eq(&told[0]);
}

#[tokio::test(start_paused = true)]
async fn a_report_that_is_no_longer_offered_changes_nothing() {
    let mut told = Vec::new();
    for endpoint in
        [StatusEndpoint::NotFound, StatusEndpoint::MethodNotAllowed, StatusEndpoint::NotImplemented]
    {
        let mut world = given_subscription().await;
        world.lumen.set(|settings| settings.voice.report.endpoint = endpoint);
        a_while_passes(&mut world).await;

        told.push(world.refresh().await.shown());
        world.refresh().await.quietly();

        assert_eq!(world.plan(&an_office()).await.changes(), "");
        assert_eq!(world.shown("telephone_numbers"), r#"["+13035550100", "+13035550101"]"#);
    }
    expect![[r#"
        Warning: Lumen doesn't offer its report of active numbers

        HTTP 404 404001: Requested resource not found (GET /Voice/v1/Numbers/inventory/details, tracking ID …).

        Orders are followed by their status and notifications. Changes that no order of this configuration made are not seen.

        If Lumen's specification has another path, set `voice_paths.inventory_details` in the provider block.

        Warning: Lumen doesn't offer its report of active numbers

        HTTP 405 405001: Method not allowed for resource (GET /Voice/v1/Numbers/inventory/details, tracking ID …).

        Orders are followed by their status and notifications. Changes that no order of this configuration made are not seen.

        If Lumen's specification has another path, set `voice_paths.inventory_details` in the provider block.

        Warning: Lumen doesn't offer its report of active numbers

        HTTP 501 501: Not implemented yet (GET /Voice/v1/Numbers/inventory/details, tracking ID …).

        Orders are followed by their status and notifications. Changes that no order of this configuration made are not seen.

        If Lumen's specification has another path, set `voice_paths.inventory_details` in the provider block.
    "#]].assert_eq(&told.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_no_order_made_is_drift() {
    let mut world = given_subscription().await;
    for number in [FIRST, FIRST + 1] {
        assert!(world.lumen.change_line(number, |line| line.customer_service_name = "EAST".into()));
    }
    a_while_passes(&mut world).await;

    world.refresh().await.quietly();

    assert_eq!(world.text("customer_service_name"), "EAST");
    world.apply(&an_office()).await.quietly();
    assert_eq!(ordered(&world), "Install 0 1, Change 0 1");
}

#[tokio::test(start_paused = true)]
async fn a_number_that_is_gone_leaves_the_state() {
    let mut world = given_subscription().await;
    assert!(world.lumen.remove_line(FIRST + 1));
    a_while_passes(&mut world).await;

    let run = world.refresh().await;

    expect![[r#"
        Warning: Numbers of the subscription of +13035550100 are no longer in service

        Lumen's report of active numbers no longer shows `+13035550101`: another carrier took them over, or somebody else disconnected them.

        They leave the state.

        Remove them from `telephone_numbers`. If they are still in service, ask Lumen why the report lacks them.
    "#]].assert_eq(&run.shown());
    assert_eq!(world.shown("telephone_numbers"), r#"["+13035550100"]"#);
}

#[tokio::test(start_paused = true)]
async fn an_empty_report_proves_nothing() {
    let mut world = given_subscription().await;
    world.lumen.set(|settings| settings.voice.report.empty = true);
    a_while_passes(&mut world).await;

    let run = world.refresh().await;

    assert!(run.failed());
    expect![[r#"
        Error: The active numbers can't be read

        Lumen's report of active numbers is empty, although it has shown `+13035550100`, `+13035550101`.

        The state of the subscription of +13035550100 stays as it was.

        Run the same command again. If the report stays empty, ask Lumen about it. If all your numbers are out of service, remove the subscription from the state with `terraform state rm`.
    "#]].assert_eq(&run.shown());
    assert_eq!(world.shown("telephone_numbers"), r#"["+13035550100", "+13035550101"]"#);
}

#[tokio::test(start_paused = true)]
async fn without_the_report_orders_are_followed_by_their_status() {
    let mut world = given_voice(|voice| voice.report.endpoint = StatusEndpoint::NotFound).await;

    let run = world.apply(&an_office()).await;

    expect![[""]].assert_eq(&run.shown());
    assert_eq!(world.text("status"), "active");
    assert_eq!(world.plan(&an_office()).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn one_report_serves_all_subscriptions_of_a_run() {
    let mut world = given().await;
    world.apply(&an_office()).await.quietly();
    world.next_run(|block| block).await;
    let before = world.requests(REPORT);

    world.refresh().await.quietly();
    world.refresh().await.quietly();

    assert_eq!(world.requests(REPORT) - before, 1);
}

/// A change that Lumen's report does not show for a day.
async fn given_slow_report() -> World {
    let world = given_subscription().await;
    world.lumen.set(|settings| settings.voice.report.lag_seconds = 86_400.0);
    world
}

#[tokio::test(start_paused = true)]
async fn the_report_may_show_what_was_before_a_change_for_15_minutes() {
    let mut world = given_slow_report().await;
    let office = an_office().with("customer_service_name", "EAST");
    world.apply(&office).await.quietly();
    world.next_run(|block| block).await;

    assert_eq!(world.plan(&office).await.action, Action::Nothing);

    let object = world.state.as_mut().unwrap();
    let mut private: serde_json::Value = serde_json::from_slice(&object.private).unwrap();
    let until = private.pointer_mut("/own/0/until").unwrap();
    let then: Timestamp = until.as_str().unwrap().parse().unwrap();
    *until = (then - Duration::from_mins(20)).to_string().into();
    object.private = private.to_string().into_bytes();
    world.next_run(|block| block).await;
    assert_eq!(world.plan(&office).await.action, Action::Update);
    assert_eq!(world.text("customer_service_name"), "DENVER-SBC-1");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_adopted_later_has_15_minutes_from_then_on() {
    let mut world = given_slow_report().await;
    let office = an_office().with("customer_service_name", "EAST");
    let _ = world.apply_and_crash(&office).await;
    world.an_hour_passes();
    world.next_run(|block| block).await;

    let run = world.apply(&office).await;

    assert!(!run.failed(), "{}", run.shown());
    world.next_run(|block| block).await;
    assert_eq!(world.plan(&office).await.action, Action::Nothing);
    assert_eq!(ordered(&world), "Install 0 1, Change 0 1");
}

#[tokio::test(start_paused = true)]
async fn a_street_that_can_t_be_taken_over_is_a_warning() {
    let mut world = given_subscription().await;
    let address = r#"{ "streetAddress": "ONE ELDORADO BLVD", "city": "BROOMFIELD" }"#;
    let numbers = r#""startTN": 13035550100, "endTN": 13035550101, "status": "Active""#;
    let report = format!(r#"{{ "tns": [{{ {numbers}, "serviceAddress": {address} }}] }}"#);
    world.fault(Fault::status(REPORT, 200).body(&report));
    a_while_passes(&mut world).await;

    let run = world.refresh().await;

    expect![[r#"
        Warning: Lumen reports another street for the subscription of +13035550100

        Lumen's report of active numbers shows the street as "ONE ELDORADO BLVD", which can't be divided into the arguments of `service_address`.

        The state keeps its address.

        Compare it with `service_address`. If Lumen's address is wrong, ask Lumen to correct it. If yours is wrong, correct it: the apply places a change order.
    "#]].assert_eq(&run.shown());
    assert_eq!(world.plan(&an_office()).await.action, Action::Nothing);
}
