//! The data sources for telephone numbers.

use expect_test::expect;
use lumen_core::{Block, Literal, object};
use lumen_simulator::{CoverageMethods, Fault};
use terraform_provider_lumen::framework::Value;

use super::{given, given_reservation, given_voice};
use crate::world::World;

/// Reads a data source, which must succeed.
pub(super) async fn read(world: &mut World, name: &str, block: Block) -> Value {
    let (value, told) = world.read_data(name, &block).await;
    assert_eq!(told, "");
    value
}

fn block() -> Block {
    Block::default()
}

fn count(value: &Value, attribute: &str) -> usize {
    let Value::List(elements) = value.get(attribute) else { panic!("{attribute} is a list") };
    elements.len()
}

#[tokio::test(start_paused = true)]
async fn rate_centers_of_all_pages() {
    let mut world = given().await;
    let all = block().with("product", "local_inbound");
    let some = block().with("product", "enhanced_local_service").with("state", "CO");

    let all = read(&mut world, "lumen_voice_rate_centers", all).await;
    let some = read(&mut world, "lumen_voice_rate_centers", some).await;

    assert_eq!((count(&all, "rate_centers"), count(&some, "rate_centers")), (240, 12));
    expect![[r#"
        product = "enhanced_local_service"
        rate_centers = [{ rate_center = "BOULDER", state = "CO", static_911 = true }, { rate_center = "ASPEN", state = "CO", static_911 = true }, { rate_center = "GOLDEN", state = "CO", static_911 = true }, { rate_center = "PUEBLO", state = "CO", static_911 = false }, { rate_center = "LEADVILLE", state = "CO", static_911 = true }, { rate_center = "DENVER", state = "CO", static_911 = true }, { rate_center = "TELLURIDE", state = "CO", static_911 = true }, { rate_center = "FORT COLLINS", state = "CO", static_911 = false }, { rate_center = "GREELEY", state = "CO", static_911 = true }, { rate_center = "LOVELAND", state = "CO", static_911 = true }, { rate_center = "LITTLETON", state = "CO", static_911 = true }, { rate_center = "DURANGO", state = "CO", static_911 = false }]
        state = "CO"
    "#]].assert_eq(&object(&some));
}

#[tokio::test(start_paused = true)]
async fn coverage_by_whichever_method_lumen_takes() {
    let mut seen = Vec::new();
    for methods in [CoverageMethods::Both, CoverageMethods::Get, CoverageMethods::Post] {
        let mut world = given_voice(|voice| voice.coverage_methods = methods).await;
        let numbers = Value::List(vec!["+13035550100".value(), "+13035550101".value()]);
        let place = block().with("city", "TELLURIDE").with("state", "CO");
        let numbers = block().with("telephone_numbers", numbers);

        let place = object(&read(&mut world, "lumen_voice_coverage", place).await);
        let numbers = object(&read(&mut world, "lumen_voice_coverage", numbers).await);

        seen.push(place + &numbers);
    }

    assert_eq!(seen[1..], [seen[0].clone(), seen[0].clone()]);
    expect![[r#"
        city = "TELLURIDE"
        coverage = [{ covered = false, portable = false, rate_center = "TELLURIDE", state = "CO" }]
        state = "CO"
        all_portable = true
        coverage = [{ covered = true, losing_carrier = "EXAMPLE TELEPHONE", portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035550100", wireless = false }, { covered = true, losing_carrier = "EXAMPLE TELEPHONE", portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035550101", wireless = false }]
        telephone_numbers = ["+13035550100", "+13035550101"]
    "#]].assert_eq(&seen[0]);
}

#[tokio::test(start_paused = true)]
async fn utilization() {
    let mut world = given().await;
    let mut seen = Vec::new();
    for rate_center in ["DENVER", "PUEBLO"] {
        let question = block()
            .with("product", "local_inbound")
            .with("rate_center", rate_center)
            .with("state", "CO");
        seen.push(object(&read(&mut world, "lumen_voice_utilization", question).await));
    }

    expect![[r#"
        orderable = true
        percent = "85"
        product = "local_inbound"
        rate_center = "DENVER"
        state = "CO"
        orderable = false
        percent = "60"
        product = "local_inbound"
        rate_center = "PUEBLO"
        state = "CO"
    "#]]
    .assert_eq(&seen.concat());
}

#[tokio::test(start_paused = true)]
async fn reserved_numbers() {
    let mut world = given_reservation().await;
    let (id, reference) = (world.text("id"), world.text("external_order_id"));
    for (question, found) in [
        (block(), 3),
        (block().with("voice_order_id", id.as_str()), 3),
        (block().with("external_order_id", reference.as_str()), 3),
        (block().with("npa", "303"), 3),
        (block().with("npa", "303").with("nxx", "555"), 3),
        (block().with("npa", "303").with("nxx", "556"), 0),
        (block().with("external_order_id", "another"), 0),
    ] {
        let answer = read(&mut world, "lumen_voice_inventory", question.clone()).await;

        assert_eq!(count(&answer, "numbers"), found, "{question:?}");
    }
    let one = block().with("voice_order_id", id.as_str());
    expect![[r#"
        numbers = [{ external_order_id = "tf-…", rate_center = "DENVER", state = "CO", status = "reserved", telephone_number = "+13035550100", voice_order_id = "600184201" }, { external_order_id = "tf-…", rate_center = "DENVER", state = "CO", status = "reserved", telephone_number = "+13035550101", voice_order_id = "600184201" }, { external_order_id = "tf-…", rate_center = "DENVER", state = "CO", status = "reserved", telephone_number = "+13035550102", voice_order_id = "600184201" }]
        voice_order_id = "600184201"
    "#]].assert_eq(&object(&read(&mut world, "lumen_voice_inventory", one).await));
}

#[tokio::test(start_paused = true)]
async fn numbers_that_can_be_ported() {
    let mut world = given().await;
    let mut shown = String::new();
    for lines in [&["9100", "9008", "9100"][..], &["9100", "9003"], &["9100", "0100"]] {
        let numbers = lines.iter().map(|line| format!("+1303555{line}").as_str().value()).collect();
        let numbers = block().with("telephone_numbers", Value::List(numbers));

        let found = read(&mut world, "lumen_voice_coverage", numbers).await;

        shown += &object(&found);
    }

    assert_eq!(world.requests(super::COVERAGE), 3);
    expect![[r#"
        all_portable = true
        coverage = [{ covered = true, losing_carrier = "EXAMPLE TELEPHONE", portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035559100", wireless = false }, { covered = true, losing_carrier = "EXAMPLE TELEPHONE", portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035559008", wireless = true }, { covered = true, losing_carrier = "EXAMPLE TELEPHONE", portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035559100", wireless = false }]
        telephone_numbers = ["+13035559100", "+13035559008", "+13035559100"]
        all_portable = false
        coverage = [{ covered = true, losing_carrier = "EXAMPLE TELEPHONE", portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035559100", wireless = false }, { covered = true, portable = false, rate_center = "DENVER", state = "CO", telephone_number = "+13035559003" }]
        telephone_numbers = ["+13035559100", "+13035559003"]
        all_portable = true
        coverage = [{ covered = true, losing_carrier = "EXAMPLE TELEPHONE", portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035559100", wireless = false }, { covered = true, losing_carrier = "EXAMPLE TELEPHONE", portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035550100", wireless = false }]
        telephone_numbers = ["+13035559100", "+13035550100"]
    "#]].assert_eq(&shown);
}

/// A port has at most 49 numbers, and so has a request that checks them.
#[tokio::test(start_paused = true)]
async fn many_numbers_are_checked_in_several_requests() {
    let mut world = given().await;
    let numbers = (0..60).map(|line| format!("+130355591{line:02}").as_str().value()).collect();

    let numbers = block().with("telephone_numbers", Value::List(numbers));
    let found = read(&mut world, "lumen_voice_coverage", numbers).await;

    assert_eq!((count(&found, "coverage"), world.requests(super::COVERAGE)), (60, 2));
    assert_eq!(found.get("all_portable"), &Value::Bool(true));
}

#[tokio::test(start_paused = true)]
async fn a_number_that_lumen_does_not_report_is_not_portable() {
    let mut world = given().await;
    let answer = r#"{"coverage":[{"tn":13035559101,"portable":true}]}"#;
    world.fault(Fault::answer(super::COVERAGE, 200, answer));
    let numbers = vec!["+13035559100".value(), "+13035559101".value()];

    let numbers = block().with("telephone_numbers", Value::List(numbers));
    let found = read(&mut world, "lumen_voice_coverage", numbers).await;

    expect![[r#"
        all_portable = false
        coverage = [{ telephone_number = "+13035559100" }, { portable = true, telephone_number = "+13035559101" }]
        telephone_numbers = ["+13035559100", "+13035559101"]
    "#]].assert_eq(&object(&found));
}
