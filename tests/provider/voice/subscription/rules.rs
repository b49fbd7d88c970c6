//! The offline rules of a subscription: Lumen receives no request.

use expect_test::expect;
use lumen_core::Block;
use terraform_provider_lumen::framework::Value;

use super::{an_address, an_office, given, inbound, numbers};

#[tokio::test(start_paused = true)]
async fn every_offline_rule_names_its_argument_and_sends_nothing() {
    let world = given().await;
    let company = [("type", "business"), ("business_name", "Example Corp")];
    let person = [("type", "residence"), ("first_name", "Ada"), ("last_name", "Lovelace")];
    let address = |name, text| an_office().with("service_address", changed(name, text));
    let blocks: Vec<Block> = vec![
        an_office().without("subscriber"),
        an_office().without("service_address"),
        an_office().without("e911_option"),
        inbound().with("e911_option", "static_911"),
        inbound().with("directory_listing", [("type", "list_only")]),
        inbound().with("product", "trunk"),
        an_office().with("subscriber", [("type", "club")]),
        an_office().with("subscriber", [("type", "business")]),
        an_office().with("subscriber", [company[0], company[1], ("first_name", "Ada")]),
        an_office().with("subscriber", [company[0], company[1], ("middle_initial", "A")]),
        an_office().with("subscriber", [person[0], person[1]]),
        an_office().with("subscriber", [person[0], person[1], person[2], company[1]]),
        an_office().with("subscriber", [person[0], person[2], ("first_name", "Ada 2")]),
        an_office().with("subscriber", [company[0], ("business_name", "Café")]),
        address("street_number", " "),
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
        an_office().with("cnam", [("name", "SIXTEEN LETTERS!")]),
        numbers(inbound(), &[]),
        numbers(inbound(), &["303-555-0100"]),
        numbers(inbound(), &["+442079460958"]),
        inbound().with("telephone_numbers", four_hundred()),
        inbound().with("request_date", "2026-12-07"),
        inbound().with("wait_for", "foc"),
        inbound().with("on_destroy", "delete"),
        inbound().with("disconnect_notice_days", 21),
    ];

    let mut told = Vec::new();
    for block in blocks {
        let mut world = world.another_resource();
        let plan = world.plan(&block).await;
        assert!(!plan.diagnostics.is_empty(), "{block:?}");
        told.extend(plan.diagnostics.iter().map(|told| told.summary.clone()));
    }

    assert!(world.is_offline());
    expect![[r#"
        `subscriber` is missing
        `service_address` is missing
        `e911_option` is missing
        `e911_option` does not apply to `local_inbound`
        `directory_listing` does not apply to `local_inbound`
        `product` is not valid
        `subscriber.type` is not valid
        `subscriber.business_name` is missing
        `subscriber.first_name` does not apply to a business
        `subscriber.middle_initial` does not apply to a business
        `subscriber.last_name` is missing
        `subscriber.business_name` does not apply to a residence
        `subscriber.first_name` is not valid
        `subscriber.business_name` is not valid
        `service_address.street_number` is not valid
        `service_address.street_suffix` is not valid
        `service_address.state` is not valid
        `service_address.state` is not valid
        `service_address.zip` is not valid
        `service_address.secondary_location` is not valid
        `directory_listing.type` is not valid
        `directory_listing.last_name` does not apply to a business
        `directory_listing.first_name` is missing
        `cnam.name` is not valid
        `telephone_numbers` is not valid
        `telephone_numbers` is not valid
        `telephone_numbers` is not valid
        `telephone_numbers` is not valid
        `request_date` is not valid
        `wait_for` is "foc" without `port_in`
        `on_destroy` is not valid
        `disconnect_notice_days` is not valid"#]]
    .assert_eq(&told.join("\n"));
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
