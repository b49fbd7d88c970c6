//! Plans that recognize that Lumen would not accept the order.

use expect_test::expect;
use lumen_core::Action;
use lumen_simulator::Fault;

use super::{
    COVERAGE, ORDER, RATE_CENTERS, UTILIZATION, a_reservation, given, given_reservation, orders,
};

#[tokio::test(start_paused = true)]
async fn a_rate_center_that_does_not_exist() {
    let mut world = given().await;

    let mut shown = Vec::new();
    for (rate_center, state) in [("DENVR", "CO"), ("DENVER", "TX"), ("DENVER", "ZZ")] {
        let reservation = a_reservation().with("rate_center", rate_center).with("state", state);
        shown.push(world.plan(&reservation).await.shown());
    }

    assert_eq!(world.requests(ORDER), 0);
    expect![[r#"
        Error: There is no rate center `DENVR` in CO (at rate_center)

        Lumen lists 12 in CO for `local_inbound`: `BOULDER`, `ASPEN`, `GOLDEN`, `PUEBLO`, `LEADVILLE`, `DENVER`, `TELLURIDE`, `FORT COLLINS`, ….

        Nothing was ordered.

        Set `rate_center` to one of `lumen_voice_rate_centers`.

        Error: There is no rate center `DENVER` in TX (at rate_center)

        Lumen lists 12 in TX for `local_inbound`: `DALLAS`, `HOUSTON`, `AUSTIN`, `SAN ANTONIO`, `FORT WORTH`, `EL PASO`, `LUBBOCK`, `AMARILLO`, ….

        Nothing was ordered.

        Set `rate_center` to one of `lumen_voice_rate_centers`.

        Error: There is no rate center `DENVER` in ZZ (at rate_center)

        Lumen lists none in ZZ for `local_inbound`.

        Nothing was ordered.

        Set `rate_center` to one of `lumen_voice_rate_centers`.
    "#]].assert_eq(&shown.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn rate_centers_that_do_not_take_orders() {
    let mut shown = Vec::new();
    for rate_center in ["LEADVILLE", "TELLURIDE", "PUEBLO"] {
        let mut world = given().await;
        let reservation = a_reservation().with("rate_center", rate_center);

        let plan = world.plan(&reservation).await;
        let run = world.apply(&reservation).await;

        assert!(run.failed() && world.object().is_null(), "{rate_center}");
        shown.push(format!(
            "===== {rate_center}, planned:\n{}===== {rate_center}, applied with {} orders:\n{}",
            plan.shown(),
            orders(&world).len(),
            run.shown()
        ));
    }

    expect![[r#"
        ===== LEADVILLE, planned:
        ===== LEADVILLE, applied with 1 orders:
        Error: Lumen did not reserve 3 numbers for the reservation in LEADVILLE, CO (at rate_center)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Rate Center is not open for orders, or future rate center is not available. Please select a different rate center." (notification 1302).

        None of these numbers is reserved.

        Choose another rate center from `lumen_voice_rate_centers`: this one is closed for orders.
        ===== TELLURIDE, planned:
        Error: Lumen does not serve `TELLURIDE`, CO (at rate_center)

        Lumen's coverage list shows it as not covered.

        Nothing was ordered.

        Choose another rate center from `lumen_voice_rate_centers`. `lumen_voice_coverage` shows where Lumen provides service.
        ===== TELLURIDE, applied with 0 orders:
        Error: Lumen does not serve `TELLURIDE`, CO (at rate_center)

        Lumen's coverage list shows it as not covered.

        Nothing was ordered.

        Choose another rate center from `lumen_voice_rate_centers`. `lumen_voice_coverage` shows where Lumen provides service.
        ===== PUEBLO, planned:
        Error: Lumen reserves no more numbers in `PUEBLO`, CO (at rate_center)

        60 percent of your numbers there are in use, and Lumen requires 75 percent.

        Nothing was ordered.

        Assign more of your numbers, or choose another rate center. To leave the decision to Lumen, set `check_utilization = false`.
        ===== PUEBLO, applied with 0 orders:
        Error: Lumen reserves no more numbers in `PUEBLO`, CO (at rate_center)

        60 percent of your numbers there are in use, and Lumen requires 75 percent.

        Nothing was ordered.

        Assign more of your numbers, or choose another rate center. To leave the decision to Lumen, set `check_utilization = false`.
    "#]].assert_eq(&shown.concat());
}

#[tokio::test(start_paused = true)]
async fn a_utilization_that_is_not_checked_is_told_by_lumen() {
    let mut world = given().await;
    let reservation =
        a_reservation().with("rate_center", "PUEBLO").with("check_utilization", false);

    let plan = world.plan(&reservation).await;
    let run = world.apply(&reservation).await;

    assert_eq!((plan.action, plan.shown().as_str()), (Action::Create, ""));
    assert_eq!((world.requests(UTILIZATION), orders(&world).len()), (0, 1));
    expect![[r#"
        Error: Lumen did not reserve 3 numbers for the reservation in PUEBLO, CO (at rate_center)

        Voice order 600184201 failed: the order is rejected: Lumen says: "Account has utilized less than 75% of current telephone number inventory at the given rate center. The order cannot be processed at this time. Please use telephone numbers from your existing inventory. If you need further assistance log into the service portal and create a ticket, or contact your account manager." (notification 1648).

        None of these numbers is reserved.

        Assign more of your numbers there. Lumen reserves more once 75 percent are in use; `lumen_voice_utilization` shows the percentage.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_utilization_that_fell_stops_growth_and_nothing_else() {
    let mut world = given_reservation().await;
    world.lumen.set(|lumen| lumen.voice.utilization = Some(40));

    let same = world.plan(&a_reservation()).await;
    let more = world.plan(&a_reservation().with("quantity", 5)).await;

    assert_eq!((same.action, same.shown().as_str()), (Action::Nothing, ""));
    expect![[r#"
        Error: Lumen reserves no more numbers in `DENVER`, CO (at rate_center)

        40 percent of your numbers there are in use, and Lumen requires 75 percent.

        Nothing was ordered.

        Assign more of your numbers, or choose another rate center. To leave the decision to Lumen, set `check_utilization = false`.
    "#]].assert_eq(&more.shown());
}

#[tokio::test(start_paused = true)]
async fn a_rate_center_without_static_911() {
    let mut world = given().await;
    let mut warned = Vec::new();
    for rate_center in ["DENVER", "FORT COLLINS", "BOULDER", "GOLDEN"] {
        let reservation = a_reservation()
            .with("product", "enhanced_local_service")
            .with("rate_center", rate_center);
        warned.push(world.plan(&reservation).await.shown());
    }

    warned.retain(|shown| !shown.is_empty());
    expect![[r#"
        Warning: Lumen provides no static 911 in `FORT COLLINS`, CO (at rate_center)

        Enhanced Local Service needs 911, and Lumen does not list the rate center for it.

        Make sure that you provide 911 yourself, or choose a rate center with `static_911`.
    "#]]
    .assert_eq(&warned.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_checked_now_is_left_to_lumen() {
    let mut shown = Vec::new();
    for endpoint in [RATE_CENTERS, UTILIZATION, COVERAGE] {
        let mut world = given().await;
        world.fault(Fault::status(endpoint, 503));

        let plan = world.plan(&a_reservation()).await;
        world.lumen.clear_faults();
        world.apply_plan(plan.clone()).await.quietly();

        assert_eq!((plan.action, orders(&world).len()), (Action::Create, 1));
        shown.push(plan.shown());
    }

    expect![[r#"
        Warning: The rate center could not be checked

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Voice/v1/Numbers/rateCenters, tracking ID …).

        The plan continues without it. Lumen checks it when the numbers are ordered.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.

        Warning: The utilization could not be checked

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (POST /Voice/v1/Numbers/rateCenters/utilization, tracking ID …).

        The plan continues without it. Lumen checks it when the numbers are ordered.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.

        Warning: The coverage could not be checked

        Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Voice/v1/Numbers/coverage, tracking ID …).

        The plan continues without it. Lumen checks it when the numbers are ordered.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]].assert_eq(&shown.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_check_that_lumen_does_not_allow() {
    for endpoint in [RATE_CENTERS, UTILIZATION, COVERAGE] {
        let mut world = given().await;
        world.fault(Fault::status(endpoint, 403));

        let plan = world.plan(&a_reservation()).await.shown();

        assert_eq!(world.requests(ORDER), 0);
        if endpoint == RATE_CENTERS {
            expect![[r#"
                Error: The rate center can't be checked

                Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /Voice/v1/Numbers/rateCenters, tracking ID …).

                Nothing was ordered.

                Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
            "#]].assert_eq(&plan);
        }
        assert!(plan.starts_with("Error: "), "{endpoint}: {plan}");
    }
}
