//! Arguments that can't work: each error names the argument and the remedy before any request to Lumen.

use expect_test::expect;
use lumen_core::{Block, Literal};
use terraform_provider_lumen::framework::Value;

use super::{a_reservation, given};

#[tokio::test(start_paused = true)]
async fn of_a_reservation() {
    let mut world = given().await;
    let mut told = Vec::new();
    for wrong in [
        a_reservation().with("product", "2036"),
        a_reservation().with("rate_center", ""),
        a_reservation().with("state", "Colorado"),
        a_reservation().with("state", "C1"),
        a_reservation().with("quantity", 0),
        a_reservation().with("quantity", 400),
        a_reservation().with("quantity", 2.5),
        a_reservation().with("quantity", -3),
        a_reservation().with("pbx_index", 4),
        a_reservation().with("pbx_value", 9),
        a_reservation().with("pbx_index", 0).with("pbx_value", 9),
        a_reservation().with("pbx_index", 11).with("pbx_value", 9),
        a_reservation().with("pbx_index", 4).with("pbx_value", 10),
        a_reservation()
            .with("pbx_index", 4)
            .with("pbx_value", 9)
            .with("on_shortage", "accept_with_backorder"),
        a_reservation().with("on_shortage", "wait"),
        a_reservation().with("customer_service_name", "n".repeat(256).as_str()),
        a_reservation().with("external_order_id", ""),
        a_reservation().with("external_order_id", "a-reference-too-long-for-it"),
        a_reservation().with("on_destroy", "release"),
        a_reservation().with("timeouts", [("create", "soon")]),
    ] {
        told.push(world.plan(&wrong).await.shown());
    }

    assert!(world.is_offline(), "arguments are checked offline");
    expect![[r#"
        Error: `product` is not valid (at product)

        "2036" can't be used: it is not one of the allowed values.

        Set `product` to one of `local_inbound`, `enhanced_local_service`.

        Error: `rate_center` is not valid (at rate_center)

        "" can't be used: it is empty.

        Set `rate_center` to text of 1 to 64 characters.

        Error: `state` is not valid (at state)

        "Colorado" can't be used: it is not two capital letters.

        Set `state` to a state as two capital letters, such as `CO`.

        Error: `state` is not valid (at state)

        "C1" can't be used: it is not two capital letters.

        Set `state` to a state as two capital letters, such as `CO`.

        Error: `quantity` is not valid (at quantity)

        0 can't be used: it is too small.

        Set `quantity` to a whole number from 1 to 399.

        Error: `quantity` is not valid (at quantity)

        400 can't be used: it is too large.

        Set `quantity` to a whole number from 1 to 399.

        Error: `quantity` is not valid (at quantity)

        2.5 can't be used: it is not a whole number, or is too large.

        Set `quantity` to a whole number from 1 to 399.

        Error: `quantity` is not valid (at quantity)

        -3 can't be used: it is too small.

        Set `quantity` to a whole number from 1 to 399.

        Error: `pbx_index` is set without `pbx_value` (at pbx_index)

        Lumen needs both the position and the digit to exclude.

        Set `pbx_value` too, or remove `pbx_index`.

        Error: `pbx_value` is set without `pbx_index` (at pbx_value)

        Lumen needs both the position and the digit to exclude.

        Set `pbx_index` too, or remove `pbx_value`.

        Error: `pbx_index` is not valid (at pbx_index)

        0 can't be used: it is too small.

        Set `pbx_index` to a whole number from 1 to 10.

        Error: `pbx_index` is not valid (at pbx_index)

        11 can't be used: it is too large.

        Set `pbx_index` to a whole number from 1 to 10.

        Error: `pbx_value` is not valid (at pbx_value)

        10 can't be used: it is too large.

        Set `pbx_value` to a whole number from 0 to 9.

        Error: Numbers with a PBX rule can't be backordered (at on_shortage)

        Lumen supports no backorders of numbers from which a digit is excluded.

        Set `on_shortage` to `reject` or `accept_available`, or remove `pbx_index` and `pbx_value`.

        Error: `on_shortage` is not valid (at on_shortage)

        "wait" can't be used: it is not one of the allowed values.

        Set `on_shortage` to one of `reject`, `accept_available`, `accept_with_backorder`.

        Error: `customer_service_name` is not valid (at customer_service_name)

        "nnn…" can't be used: it has 256 characters.

        Set `customer_service_name` to text of 1 to 255 characters.

        Error: `external_order_id` is not valid (at external_order_id)

        "" can't be used: an external ID must not be empty.

        Set `external_order_id` to text of 1 to 20 characters.

        Error: `external_order_id` is not valid (at external_order_id)

        "a-reference-too-long-for-it" can't be used: an external ID must not be longer than 20 characters.

        Set `external_order_id` to text of 1 to 20 characters.

        Error: `on_destroy` is not valid (at on_destroy)

        "release" can't be used: it is not one of the allowed values.

        Set `on_destroy` to one of `retain`, `fail`.

        Error: `timeouts.create` is not valid (at timeouts.create)

        "soon" can't be used: it is not a duration.

        Set `timeouts.create` to a duration with a unit, such as `90s`, `45m` or `2h`.
    "#]].assert_eq(&told.join("\n").replace(&"n".repeat(256), "nnn…"));
}

#[tokio::test(start_paused = true)]
async fn of_the_data_sources() {
    let mut world = given().await;
    let numbers = |numbers: &[&str]| Value::List(numbers.iter().map(|text| text.value()).collect());
    let block = Block::default;
    let mut told = Vec::new();
    for (name, wrong) in [
        ("lumen_voice_rate_centers", block().with("product", "2036")),
        (
            "lumen_voice_rate_centers",
            block().with("product", "local_inbound").with("state", "Colorado"),
        ),
        ("lumen_voice_coverage", block()),
        ("lumen_voice_coverage", block().with("telephone_numbers", numbers(&["555-0100"]))),
        (
            "lumen_voice_coverage",
            block().with("telephone_numbers", numbers(&["+13035550100", "x"])),
        ),
        (
            "lumen_voice_coverage",
            block().with("telephone_numbers", numbers(&["+13035550100"])).with("state", "CO"),
        ),
        ("lumen_voice_coverage", block().with("state", "Colorado")),
        (
            "lumen_voice_utilization",
            block().with("product", "local_inbound").with("rate_center", "").with("state", "CO"),
        ),
        ("lumen_voice_inventory", block().with("nxx", "555")),
        ("lumen_voice_inventory", block().with("npa", "30")),
        ("lumen_voice_inventory", block().with("npa", "303").with("nxx", "5555")),
        ("lumen_voice_order", block().with("voice_order_id", "")),
    ] {
        let (value, shown) = world.read_data(name, &wrong).await;
        let kind = if value.is_null() { "" } else { " READ" };
        told.push(format!("===== {name}{kind}\n{shown}"));
    }

    expect![[r#"
        ===== lumen_voice_rate_centers
        Error: `product` is not valid (at product)

        "2036" can't be used: it is not one of the allowed values.

        Set `product` to one of `local_inbound`, `enhanced_local_service`.
        ===== lumen_voice_rate_centers
        Error: `state` is not valid (at state)

        "Colorado" can't be used: it is not two capital letters.

        Set `state` to a state as two capital letters, such as `CO`.
        ===== lumen_voice_coverage
        Error: Neither numbers nor a place is set

        The data source checks telephone numbers or a place.

        Set `telephone_numbers`, or one or more of `npa`, `nxx`, `city`, `state` and `zip`.
        ===== lumen_voice_coverage
        Error: `telephone_numbers` is not valid (at telephone_numbers)

        The value given can't be used: "555-0100": a telephone number must look like `+13035550100` or `303-555-0100`.

        Set `telephone_numbers` to telephone numbers such as `+13035550100`.
        ===== lumen_voice_coverage
        Error: `telephone_numbers` is not valid (at telephone_numbers)

        The value given can't be used: "x": a telephone number must look like `+13035550100` or `303-555-0100`.

        Set `telephone_numbers` to telephone numbers such as `+13035550100`.
        ===== lumen_voice_coverage
        Error: Both numbers and a place are set (at telephone_numbers)

        Lumen accepts only one of them in a request.

        Remove `telephone_numbers`, or remove the place. To check both, use two data sources.
        ===== lumen_voice_coverage
        Error: `state` is not valid (at state)

        "Colorado" can't be used: it is not two capital letters.

        Set `state` to a state as two capital letters, such as `CO`.
        ===== lumen_voice_utilization
        Error: `rate_center` is not valid (at rate_center)

        "" can't be used: it is empty.

        Set `rate_center` to text of 1 to 64 characters.
        ===== lumen_voice_inventory
        Error: `nxx` is set without `npa` (at nxx)

        Lumen looks up an exchange only within an area code.

        Set `npa` to the area code, such as `303`.
        ===== lumen_voice_inventory
        Error: `npa` is not valid (at npa)

        "30" can't be used: it is not three digits.

        Set `npa` to three digits, such as `303`.
        ===== lumen_voice_inventory
        Error: `nxx` is not valid (at nxx)

        "5555" can't be used: it is not three digits.

        Set `nxx` to three digits, such as `303`.
        ===== lumen_voice_order
        Error: `voice_order_id` is not valid (at voice_order_id)

        "" can't be used: a voice order ID must not be empty.

        Set `voice_order_id` to a voice order ID, such as `600184201`.
    "#]].assert_eq(&told.concat());
    assert!(world.is_offline(), "arguments are checked offline");
}
