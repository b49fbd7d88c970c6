//! The data sources for telephone numbers.

use expect_test::expect;
use lumen_core::{Block, Literal, object};
use lumen_simulator::CoverageMethods;
use terraform_provider_lumen::framework::Value;

use super::{given, given_reservation, given_voice};
use crate::world::World;

/// Reads a data source, which must succeed.
async fn read(world: &mut World, name: &str, block: Block) -> Value {
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
        coverage = [{ covered = true, portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035550100" }, { covered = true, portable = true, rate_center = "DENVER", state = "CO", telephone_number = "+13035550101" }]
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
async fn an_order() {
    let mut world = given_reservation().await;
    let known = block().with("voice_order_id", world.text("id").as_str());
    let unknown = block().with("voice_order_id", "600999999");

    let known = object(&read(&mut world, "lumen_voice_order", known).await);
    let (nothing, told) = world.read_data("lumen_voice_order", &unknown).await;

    assert!(nothing.is_null());
    expect![[r#"
        notifications = [{ code = "901", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }, { code = "10002", message = "Voice order is complete. Please refer to Voice Order ID for reference number." }]
        status = "completed"
        voice_order_id = "600184201"

        Error: Voice order `600999999` can't be read (at voice_order_id)

        Lumen rejected the request: HTTP 400 20060: The Voice Order ID provided can not be found for the given customer number. Please check both IDs and try again (600999999) (GET /Voice/v1/Numbers/orderStatus, tracking ID …).

        Correct what Lumen's message names. Then run the same command again.
    "#]].assert_eq(&(known + "\n" + &told));
}
