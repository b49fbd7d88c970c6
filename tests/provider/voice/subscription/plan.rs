//! What plans of a subscription check.

use expect_test::expect;
use lumen_core::Action;
use lumen_simulator::Line;
use terraform_provider_lumen::framework::Value;

use super::{FIRST, an_office, given, given_subscription, inbound, numbers, orders};
use jiff::{SignedDuration, Timestamp};

#[tokio::test(start_paused = true)]
async fn numbers_must_be_reserved_and_not_in_service() {
    let mut world = given().await;
    world.lumen.add_lines(&[FIRST + 1], &Line::new("2036", "DENVER-SBC-1"));

    let mut told = Vec::new();
    for block in [
        inbound(),
        numbers(inbound(), &["+13035550102", "+13035550198"]),
        numbers(an_office(), &["+13035550102"]).with("request_date", in_days(3)),
        inbound().with("request_date", in_days(-3)),
        inbound().with("request_date", in_days(60)),
    ] {
        let plan = world.plan(&block).await;
        told.extend(plan.diagnostics.iter().map(|told| told.summary.clone()));
    }

    expect![[r#"
        `+13035550101` is in service already
        `+13035550198` is not reserved
        `request_date` is too early
        `request_date` is in the past
        `+13035550101` is in service already
        `request_date` is too late
        `+13035550101` is in service already"#]]
    .assert_eq(&told.join("\n"));
    assert!(orders(&world).is_empty());
}

/// As `[lumen_voice_tn_reservation.new.all_telephone_numbers[0], "+13035550100"]` is before the reservation.
#[tokio::test(start_paused = true)]
async fn a_number_that_is_not_known_yet_is_left_to_the_apply() {
    let mut world = given().await;
    let set = Value::set(vec![Value::text("+13035550100"), Value::unknown()]);

    let plan = world.plan(&inbound().with("telephone_numbers", set)).await;

    assert_eq!((plan.action, plan.shown().as_str()), (Action::Create, ""));
}

#[tokio::test(start_paused = true)]
async fn what_can_t_be_changed_is_refused() {
    let mut world = given_subscription().await;
    let office = || an_office().with("cnam", [("name", "EXAMPLE CORP")]);
    world.apply(&office()).await.quietly();

    let mut told = Vec::new();
    for block in [
        office().with("external_order_id", "another"),
        office().without("cnam"),
        numbers(office(), &["+13035550100"]),
        office().with("product", "local_inbound").without("e911_option"),
    ] {
        let plan = world.plan(&block).await;
        told.extend(plan.diagnostics.iter().map(|told| told.summary.clone()));
    }

    expect![[r#"
        `external_order_id` can't be changed
        The CNAM name can't be removed
        Removing `+13035550101` would disconnect it
        `product` can't be changed"#]]
    .assert_eq(&told.join("\n"));
}

fn in_days(days: i64) -> &'static str {
    let at = Timestamp::now() + SignedDuration::from_hours(24 * days);
    Box::leak(format!("{at:.0}").into_boxed_str())
}

#[tokio::test(start_paused = true)]
async fn a_listing_without_lumen_s_911_is_a_warning() {
    let mut world = given().await;
    let office = an_office()
        .with("e911_option", "customer_provided")
        .with("directory_listing", [("type", "list_only")]);

    let plan = world.plan(&office).await;

    expect![[r#"
        Warning: The numbers of the subscription of +13035550100 may not be listed in the directory (at directory_listing)

        `e911_option` is `customer_provided`, and Lumen lists no number whose rate center and address don't match.

        The numbers are put into service with or without the entry.

        Make sure that `service_address` is in the rate center of the numbers, or remove `directory_listing`.
    "#]].assert_eq(&plan.shown());
    world.apply(&office).await.expecting("The numbers of").quietly();
    assert!(world.plan(&office).await.diagnostics.is_empty());
}
