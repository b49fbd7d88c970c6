//! An apply orders exactly what was planned, or nothing.

use lumen_simulator::Action::Add;
use lumen_simulator::Fault;

use crate::connection::{Connection, PROVIDER};
use crate::world::given;

#[test]
fn a_saved_plan_is_applied_as_it_was_shown() {
    let world = given();
    let wanted = Connection::default();
    world.wants(&wanted);

    world.terraform.plan(&["-out=saved.tfplan"]).finds_changes().says(r#"hourly_price = "0.46""#);
    assert!(world.orders().is_empty(), "planning orders nothing");
    world.terraform.run(&["apply", "-no-color", "saved.tfplan"]).succeeds();

    world.has_nothing_to_do();
    assert!(wanted.is(&world.connection()));
    assert_eq!(world.orders(), [Add]);
}

#[test]
fn nothing_dearer_than_planned_is_bought() {
    let world = given();
    world.wants(&Connection::default());
    world.terraform.plan(&["-out=saved.tfplan"]).finds_changes();

    world.lumen.set(|lumen| lumen.price_factor = 1.5);
    let applied = world.terraform.run(&["apply", "-no-color", "saved.tfplan"]);

    // Terraform plans again before it applies, and stops by itself if the price differs.
    applied.fails().says(r#".hourly_price: was cty.StringVal("0.46"), but now"#);
    assert!(world.orders().is_empty());
    world.applies();
    assert_eq!(world.state()["hourly_price"], "0.69");
    assert_eq!(world.orders(), [Add]);
}

#[test]
fn nothing_is_bought_whose_price_rises_at_the_last_moment() {
    let world = given();
    world.wants(&Connection::default());
    // The price list still has the planned price, but the quote has the new one.
    let dearer = r#"{"id":"NaaS-1466","price":[
        {"speed":"100 mbps","price":"$0.69","term":"Hourly Rate"},
        {"speed":"100 mbps","price":"$496.80","term":"Monthly Rate"}]}"#;
    world.lumen.fault(Fault::answer("POST /Product/v1/priceRequest", 200, dearer).times(1));

    let applied = world.terraform.apply(&[]);

    applied.fails().says("has risen since the plan").says("Nothing was ordered.");
    assert!(world.orders().is_empty());
    world.applies();
    assert_eq!(world.orders(), [Add]);
}

#[test]
fn nothing_above_the_limit_is_planned() {
    let world = given();
    world.wants(&Connection { more: r#"max_hourly_price = "0.40""#, ..Connection::default() });

    world.terraform.plan(&[]).fails().says("costs more than `max_hourly_price` allows");
}

#[test]
fn a_provider_that_is_configured_only_while_applying_can_be_planned() {
    let world = given();
    let number = r#"
resource "terraform_data" "customer" {
  input = "1-ABCDE"
}
"#;
    let provider = PROVIDER
        .replace("contact = {", "customer_number = terraform_data.customer.output\n  contact = {");
    let wanted = Connection::default();
    world.terraform.write("main.tf", &[&provider, number, &wanted.to_resource()].concat());

    world.terraform.plan(&[]).finds_changes().says("2 to add");
    world.applies();

    assert!(wanted.is(&world.connection()));
    assert_eq!(world.orders(), [Add]);
}
