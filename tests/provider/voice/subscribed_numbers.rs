//! The data source of the numbers that are in service.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Block, Literal as _, object, value};
use lumen_simulator::{NumberForm, StatusEndpoint};
use terraform_provider_lumen::framework::Value;

use super::data_sources::read;
use super::program::{self, a_change, a_disconnection, a_whole_install, an_install};
use super::{given, given_reservation};
use crate::world::World;

const NAME: &str = "lumen_voice_subscribed_numbers";
const REPORT: &str = "GET /Voice/v1/Numbers/inventory/details";

/// One number of Local Inbound, and one of Enhanced Local Service, in service.
async fn given_lines() -> World {
    let world = given_reservation().await;
    program::order(&world, "order", &an_install(&[13_035_550_100])).await;
    program::order(&world, "order", &a_whole_install(&[13_035_550_101])).await;
    world.lumen.advance(Duration::from_mins(1));
    world
}

/// The numbers in an answer, with their status and their route.
fn told(answer: &Value) -> String {
    let Value::List(numbers) = answer.get("numbers") else { panic!("{answer:?}") };
    let row = |number: &Value| {
        let text = |name: &str| value(number.get(name));
        let (number, status) = (text("telephone_number"), text("status"));
        format!("{number} {status} {}\n", text("customer_service_name"))
    };
    numbers.iter().map(row).collect()
}

#[tokio::test(start_paused = true)]
async fn numbers_in_service() {
    let mut world = given_lines().await;

    let answer = read(&mut world, NAME, Block::default()).await;

    expect![[r#"
        numbers = [{ customer_service_name = "DENVER-SBC-1", product = "local_inbound", rate_center = "DENVER", status = "active", telephone_number = "+13035550100", voice_order_id = "600184202" }, { customer_service_name = "DENVER-SBC-1", e911_address = { city = "BROOMFIELD", secondary_location = "STE 200", state = "CO", street_name = "ELDORADO", street_number = "1025", street_suffix = "BLVD", zip = "80021" }, product = "enhanced_local_service", rate_center = "DENVER", service_address = { city = "BROOMFIELD", secondary_location = "STE 200", state = "CO", street_name = "ELDORADO", street_number = "1025", street_suffix = "BLVD", zip = "80021" }, state = "CO", status = "active", subscriber = { business_name = "EXAMPLE CORP", type = "business" }, telephone_number = "+13035550101", voice_order_id = "600184203" }]
    "#]].assert_eq(&object(&answer));
}

#[tokio::test(start_paused = true)]
async fn numbers_that_orders_change() {
    let mut world = given_lines().await;
    program::order(&world, "order/change", &a_change(&[13_035_550_100])).await;
    program::order(&world, "order/disconnect", &a_disconnection(&[13_035_550_101])).await;

    let during = told(&read(&mut world, NAME, Block::default()).await);
    world.next_run(|block| block).await;
    world.lumen.advance(Duration::from_mins(1));
    let after = told(&read(&mut world, NAME, Block::default()).await);

    expect![[r#"
        "+13035550100" "changing" "DENVER-SBC-1"
        "+13035550101" "disconnecting" "DENVER-SBC-1"
        =====
        "+13035550100" "active" "DENVER-SBC-2"
        "+13035550101" "disconnecting" "DENVER-SBC-1"
    "#]]
    .assert_eq(&(during + "=====\n" + &after));
}

#[tokio::test(start_paused = true)]
async fn filters_apply_together() {
    let mut world = given_lines().await;
    let all = Block::default;
    let number = |text: &'static str| Value::List(vec![text.value(), "+13035559999".value()]);
    for (question, found) in [
        (all().with("npa", "303"), 2),
        (all().with("npa", "303").with("nxx", "556"), 0),
        (all().with("customer_service_name", "denver-sbc-1"), 2),
        (all().with("customer_service_name", "DENVER-SBC-2"), 0),
        (all().with("product", "enhanced_local_service"), 1),
        (all().with("telephone_numbers", number("+13035550100")), 1),
        (all().with("telephone_numbers", number("+13035550102")), 0),
        (
            all()
                .with("telephone_numbers", number("+13035550100"))
                .with("product", "enhanced_local_service"),
            0,
        ),
    ] {
        let answer = read(&mut world, NAME, question.clone()).await;

        assert_eq!(told(&answer).lines().count(), found, "{question:?}");
    }
    assert_eq!(world.requests(REPORT), 1, "one report for the whole run");
}

#[tokio::test(start_paused = true)]
async fn every_form_of_numbers() {
    let mut seen = Vec::new();
    for form in [NumberForm::Ranges, NumberForm::Single, NumberForm::NpaNxxLine] {
        let mut world = given_lines().await;
        world.lumen.set(|lumen| lumen.voice.report.number_form = form);

        seen.push(object(&read(&mut world, NAME, Block::default()).await));
    }

    assert_eq!(seen[1..], [seen[0].clone(), seen[0].clone()]);
}

#[tokio::test(start_paused = true)]
async fn a_report_that_lumen_does_not_offer() {
    let mut shown = Vec::new();
    for endpoint in
        [StatusEndpoint::NotFound, StatusEndpoint::MethodNotAllowed, StatusEndpoint::NotImplemented]
    {
        let mut world = given().await;
        world.lumen.set(|lumen| lumen.voice.report.endpoint = endpoint);

        let (answer, told) = world.read_data(NAME, &Block::default()).await;

        assert!(answer.is_null(), "{endpoint:?}");
        shown.push(told);
    }

    assert!(shown.iter().all(|told| told.contains("`voice_paths`")), "{shown:?}");
    expect![[r#"
        Error: The active numbers can't be read

        Lumen doesn't offer the report of active numbers at this path: HTTP 404 404001: Requested resource not found (GET /Voice/v1/Numbers/inventory/details, tracking ID …).

        Ask Lumen whether the product of your API key includes the report. If Lumen's specification names another path, set `inventory_details` of `voice_paths` in the provider block.
    "#]].assert_eq(&shown[0]);
}

#[tokio::test(start_paused = true)]
async fn a_report_that_can_t_be_read_is_an_error() {
    let mut world = given_lines().await;
    world.fault(lumen_simulator::Fault::answer(REPORT, 200, r#"{"tns":[{"status":"Active"}]}"#));

    let (answer, told) = world.read_data(NAME, &Block::default()).await;

    assert!(answer.is_null());
    expect![[r#"
        Error: The active numbers can't be read

        Lumen's answer was not understood, because one of its items has no telephone number: HTTP 200 (GET /Voice/v1/Numbers/inventory/details, tracking ID …).

        Check `base_url` (`LUMEN_BASE_URL`). If it is right, please report this, with the output of the same command under `TF_LOG=debug`. Then run the same command again.
    "#]].assert_eq(&told);
}
