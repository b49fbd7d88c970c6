//! What Lumen's report of active numbers changes in the state.

use std::time::Duration;

use expect_test::expect;
use lumen_core::Action;
use lumen_simulator::{NumberForm, ReportSettings, StatusEndpoint};

use super::{FIRST, REPORT, an_office, given, given_subscription, given_voice, ordered};
use crate::world::World;

/// The report has caught up, and a new run reads it.
async fn a_while_passes(world: &mut World) {
    world.lumen.advance(Duration::from_mins(1));
    world.next_run(|block| block).await;
}

#[tokio::test(start_paused = true)]
async fn the_report_in_every_form_is_no_drift() {
    let usual = ReportSettings::default;
    for report in [
        ReportSettings { capitals: false, ..usual() },
        ReportSettings { number_form: NumberForm::NpaNxxLine, ..usual() },
    ] {
        let mut world = given_voice(|voice| voice.report = report).await;

        world.apply(&an_office()).await.quietly();

        assert_eq!(world.plan(&an_office()).await.action, Action::Nothing);
    }
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
