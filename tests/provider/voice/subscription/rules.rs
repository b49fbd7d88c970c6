//! The offline rules of a subscription: Lumen receives no request.

use expect_test::expect;
use lumen_core::Block;
use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::diagnostic::Severity;

use super::{an_address, an_office, given, inbound, numbers};
use crate::world::World;

#[tokio::test(start_paused = true)]
async fn every_offline_rule_names_its_argument_and_sends_nothing() {
    let world = given().await;
    let blocks: Vec<Block> = vec![
        an_office().without("subscriber"),
        an_office().without("service_address"),
        an_office().without("e911_option"),
        inbound().with("e911_option", "static_911"),
        inbound().with("directory_listing", [("type", "list_only")]),
        inbound().with("product", "trunk"),
        inbound().with("customer_service_name", " "),
        inbound().with("customer_service_name", "DÉNVER"),
        inbound().with("external_order_id", "twenty-one characters"),
        numbers(inbound(), &[]),
        numbers(inbound(), &["303-555-0100"]),
        numbers(inbound(), &["+442079460958"]),
        inbound().with("telephone_numbers", four_hundred()),
        inbound().with("request_date", "2026-12-07"),
        inbound().with("request_date", "2026-12-07T17:00:00"),
        inbound().with("request_date", "2026-12-07T17:00:00.5Z"),
        inbound().with("wait_for", "foc"),
        inbound().with("on_destroy", "delete"),
        inbound().with("disconnect_notice_days", 0),
        inbound().with("disconnect_notice_days", 21),
    ];

    let told = refusals(&world, blocks).await;

    assert!(world.is_offline());
    expect![[r#"
        `subscriber` is missing
        `service_address` is missing
        `e911_option` is missing
        `e911_option` does not apply to `local_inbound`
        `directory_listing` does not apply to `local_inbound`
        `product` is not valid
        `customer_service_name` is not valid
        `customer_service_name` is not valid
        `external_order_id` is not valid
        `telephone_numbers` is not valid
        `telephone_numbers` is not valid
        `telephone_numbers` is not valid
        `telephone_numbers` is not valid
        `request_date` is not valid
        `request_date` is not valid
        `request_date` is not valid
        `wait_for` is "foc" without `port_in`
        `on_destroy` is not valid
        `disconnect_notice_days` is not valid
        `disconnect_notice_days` is not valid"#]]
    .assert_eq(&told);
}

#[tokio::test(start_paused = true)]
async fn every_offline_rule_of_a_record_names_its_argument_and_sends_nothing() {
    let world = given().await;
    let company = [("type", "business"), ("business_name", "Example Corp")];
    let person = [("type", "residence"), ("first_name", "Ada"), ("last_name", "Lovelace")];
    let address = |name, text| an_office().with("service_address", changed(name, text));
    let blocks: Vec<Block> = vec![
        an_office().with("subscriber", [("type", "club")]),
        an_office().with("subscriber", [("type", "business")]),
        an_office().with("subscriber", [company[0], company[1], ("first_name", "Ada")]),
        an_office().with("subscriber", [company[0], company[1], ("last_name", "Lovelace")]),
        an_office().with("subscriber", [company[0], company[1], ("middle_initial", "A")]),
        an_office().with("subscriber", [person[0], person[1]]),
        an_office().with("subscriber", [person[0], person[2]]),
        an_office().with("subscriber", [person[0], person[1], person[2], company[1]]),
        an_office().with("subscriber", [person[0], person[2], ("first_name", "Ada 2")]),
        an_office().with("subscriber", [person[0], person[1], ("last_name", "Lovelace 2")]),
        an_office().with("subscriber", [person[0], person[1], person[2], ("middle_initial", "2")]),
        an_office().with("subscriber", [company[0], ("business_name", "Café")]),
        address("street_number", " "),
        address("street_name", " "),
        address("city", " "),
        address("zip", " "),
        address("street_name", "Bärenweg"),
        address("street_suffix", "Bulevard"),
        address("state", "Colorado"),
        address("state", "XX"),
        address("zip", "80021-1234"),
        address("secondary_location", "the second floor, suite 200"),
        an_office().with("directory_listing", [("type", "unlisted")]),
        an_office().with("directory_listing", [("type", "list_only"), ("last_name", "Lovelace")]),
        an_office()
            .with("subscriber", person)
            .with("directory_listing", [("type", "list_only"), ("last_name", "Lovelace")]),
        an_office().with("directory_listing", [("type", "list_only"), ("business_name", "Café")]),
        an_office().with("cnam", [("name", "SIXTEEN LETTERS!")]),
        an_office().with("cnam", [("name", " ")]),
        an_office().with("cnam", [("name", "CAFÉ")]),
    ];

    let told = refusals(&world, blocks).await;

    assert!(world.is_offline());
    expect![[r#"
        `subscriber.type` is not valid
        `subscriber.business_name` is missing
        `subscriber.first_name` does not apply to a business
        `subscriber.last_name` does not apply to a business
        `subscriber.middle_initial` does not apply to a business
        `subscriber.last_name` is missing
        `subscriber.first_name` is missing
        `subscriber.business_name` does not apply to a residence
        `subscriber.first_name` is not valid
        `subscriber.last_name` is not valid
        `subscriber.middle_initial` is not valid
        `subscriber.business_name` is not valid
        `service_address.street_number` is not valid
        `service_address.street_name` is not valid
        `service_address.city` is not valid
        `service_address.zip` is not valid
        `service_address.street_name` is not valid
        `service_address.street_suffix` is not valid
        `service_address.state` is not valid
        `service_address.state` is not valid
        `service_address.zip` is not valid
        `service_address.secondary_location` is not valid
        `directory_listing.type` is not valid
        `directory_listing.last_name` does not apply to a business
        `directory_listing.first_name` is missing
        `directory_listing.business_name` is not valid
        `cnam.name` is not valid
        `cnam.name` is not valid
        `cnam.name` is not valid"#]]
    .assert_eq(&told);
}

#[tokio::test(start_paused = true)]
async fn every_offline_rule_of_a_port_names_its_argument_and_sends_nothing() {
    let world = given().await;
    let letter =
        |name, value: Value| a_port().with("port_in", port_in([("loa", loa([(name, value)]))]));
    let with = |name, text: &str| a_port().with("port_in", port_in([(name, Value::text(text))]));
    let version = || ("losing_carrier_pin_wo_version", Value::Number(1_i64.into()));
    let wireless = || ("wireless", Value::Bool(true));
    let account = || ("losing_carrier_account_number", Value::text("12345"));
    let pin = |name| (name, Value::text("0000"));
    let (long, longer) = ("1".repeat(33), "1".repeat(65));
    let blocks: Vec<Block> = vec![
        a_port().without("request_date"),
        a_port().without("subscriber"),
        a_port().without("service_address"),
        with("billing_telephone_number", "303-555-9100"),
        with("billing_telephone_number", "+442079460958"),
        letter("name", Value::text(" ")),
        letter("name", Value::text("Zoë")),
        letter("received", Value::Bool(false)),
        letter("date_time", Value::text("2026-11-20")),
        with("losing_carrier_account_number", &longer),
        with("losing_carrier_account_number", "№ 1"),
        with("losing_carrier_pin", &long),
        with("losing_carrier_pin", "№ 1"),
        with("losing_carrier_pin_wo", "0000"),
        a_port().with("port_in", port_in([version()])),
        a_port().with(
            "port_in",
            port_in([version(), pin("losing_carrier_pin_wo"), pin("losing_carrier_pin")]),
        ),
        a_port().with("port_in", port_in([wireless(), account()])),
        a_port().with("port_in", port_in([wireless(), pin("losing_carrier_pin")])),
    ];

    let told = refusals(&world, blocks).await;

    assert!(world.is_offline());
    expect![[r#"
        `request_date` is missing
        `subscriber` is missing
        `service_address` is missing
        `port_in.billing_telephone_number` is not valid
        `port_in.billing_telephone_number` is not valid
        `port_in.loa.name` is not valid
        `port_in.loa.name` is not valid
        `port_in.loa.received` is not valid
        `port_in.loa.date_time` is not valid
        `port_in.losing_carrier_account_number` is not valid
        `port_in.losing_carrier_account_number` is not valid
        `port_in.losing_carrier_pin` is not valid
        `port_in.losing_carrier_pin` is not valid
        `port_in.losing_carrier_pin_wo_version` is missing
        `port_in.losing_carrier_pin_wo` is missing
        `port_in.losing_carrier_pin` does not apply to a port with `losing_carrier_pin_wo`
        `port_in.losing_carrier_pin` is missing
        `port_in.losing_carrier_account_number` is missing"#]]
    .assert_eq(&told);
}

/// The errors of the plans of these resources, one line for each resource.
async fn refusals(world: &World, blocks: Vec<Block>) -> String {
    let mut told = Vec::new();
    for block in blocks {
        let plan = world.another_resource().plan(&block).await;
        let errors = plan.diagnostics.iter().filter(|told| told.severity() == Severity::Error);
        let errors: Vec<&str> = errors.map(|told| &*told.summary).collect();
        assert!(!errors.is_empty(), "{block:?}");
        told.push(errors.join(", "));
    }
    told.join("\n")
}

/// A port of two numbers of Local Inbound. No offline rule compares its date with the clock.
pub(super) fn a_port() -> Block {
    numbers(inbound(), &["+13035559100", "+13035559101"])
        .with("subscriber", [("type", "business"), ("business_name", "Example Corp")])
        .with("service_address", an_address())
        .with("request_date", "2026-12-07T17:00:00Z")
        .with("port_in", port_in([]))
}

fn port_in<const N: usize>(changes: [(&'static str, Value); N]) -> Value {
    let usual = [("billing_telephone_number", Value::text("+13035559100")), ("loa", loa([]))];
    Value::object(usual.into_iter().chain(changes))
}

fn loa<const N: usize>(changes: [(&'static str, Value); N]) -> Value {
    let usual = [
        ("name", Value::text("Ada Lovelace")),
        ("received", Value::Bool(true)),
        ("date_time", Value::text("2026-11-20T15:00:00Z")),
    ];
    Value::object(usual.into_iter().chain(changes))
}

fn changed(name: &str, text: &str) -> Value {
    let address = an_address().map(|(member, own)| {
        (member.to_owned(), Value::text(if member == name { text } else { own }))
    });
    Value::object(address)
}

fn four_hundred() -> Value {
    Value::set((0..400).map(|line| Value::text(format!("+1303555{line:04}"))).collect())
}
