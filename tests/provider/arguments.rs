//! Arguments of a connection that can't work: each error names the argument and the remedy before any
//! request to Lumen.

use expect_test::expect;
use terraform_provider_lumen::framework::Value;

use crate::provider_block::contact_with;
use crate::world::{a_connection, given};

#[tokio::test(start_paused = true)]
async fn resource_arguments() {
    let mut world = given().await;
    let mut told = Vec::new();
    for (argument, value) in [
        ("name", ""),
        ("name", &"n".repeat(256)),
        ("name", "edge-1 "),
        ("master_site_id", ""),
        ("bandwidth", "fast"),
        ("bandwidth", "100"),
        ("bandwidth", "0 Mbps"),
        ("partner_id", ""),
        ("port_service_id", ""),
        ("ipv4_block_size", "/24"),
        ("vlan_assignment", "42"),
        ("routing", "BGP"),
        ("billing_account_id", ""),
        ("external_id", "a-reference-too-long-for-it"),
        ("purchase_order_number", ""),
        ("note", &"n".repeat(256)),
        ("max_hourly_price", "1,5"),
        ("wait_for", "built"),
    ] {
        told.push(world.plan(&a_connection().with(argument, value)).await.shown());
    }
    told.push(
        world.plan(&a_connection().with("contact", contact_with("name", "Ada"))).await.shown(),
    );

    assert!(world.is_offline(), "arguments are checked offline");
    expect![[r#"
        Error: `name` is not valid (at name)

        "" can't be used: it is empty.

        Set `name` to text of 1 to 255 characters without leading or trailing whitespace.

        Error: `name` is not valid (at name)

        "nnn…" can't be used: it has 256 characters.

        Set `name` to text of 1 to 255 characters without leading or trailing whitespace.

        Error: `name` is not valid (at name)

        "edge-1 " can't be used: it begins or ends with whitespace.

        Set `name` to text of 1 to 255 characters without leading or trailing whitespace.

        Error: `master_site_id` is not valid (at master_site_id)

        "" can't be used: a site ID must not be empty.

        Set `master_site_id` to the `master_site_id` of one of `lumen_locations`.

        Error: `bandwidth` is not valid (at bandwidth)

        "fast" can't be used: the unit must be Mbps or Gbps, as in `100 Mbps`.

        Set `bandwidth` to a bandwidth with a unit, such as `100 Mbps` or `1 Gbps`.

        Error: `bandwidth` is not valid (at bandwidth)

        "100" can't be used: the unit must be Mbps or Gbps, as in `100 Mbps`.

        Set `bandwidth` to a bandwidth with a unit, such as `100 Mbps` or `1 Gbps`.

        Error: `bandwidth` is not valid (at bandwidth)

        "0 Mbps" can't be used: the bandwidth must be a whole number of Mbps, and at least 1 Mbps.

        Set `bandwidth` to a bandwidth with a unit, such as `100 Mbps` or `1 Gbps`.

        Error: `partner_id` is not valid (at partner_id)

        "" can't be used: a partner ID must not be empty.

        Set `partner_id` to the `id` of one of `lumen_providers`.

        Error: `port_service_id` is not valid (at port_service_id)

        "" can't be used: a port service ID must not be empty.

        Set `port_service_id` to the UNI Service ID of one of your ports.

        Error: `ipv4_block_size` is not valid (at ipv4_block_size)

        "/24" can't be used: it is not one of the allowed values.

        Set `ipv4_block_size` to one of `/28`, `/29`, `/30`.

        Error: `vlan_assignment` is not valid (at vlan_assignment)

        "42" can't be used: it is not one of the allowed values.

        Set `vlan_assignment` to `Auto Assign`, the only allowed value.

        Error: `routing` is not valid (at routing)

        "BGP" can't be used: it is not one of the allowed values.

        Set `routing` to `Static`, the only allowed value.

        Error: `billing_account_id` is not valid (at billing_account_id)

        "" can't be used: a billing account ID must not be empty.

        Set `billing_account_id` to the `id` of one of `lumen_billing_accounts` that is `orderable`.

        Error: `external_id` is not valid (at external_id)

        "a-reference-too-long-for-it" can't be used: an external ID must not be longer than 20 characters.

        Set `external_id` to text of 1 to 20 characters.

        Error: `purchase_order_number` is not valid (at purchase_order_number)

        "" can't be used: it is empty.

        Set `purchase_order_number` to text of 1 to 64 characters.

        Error: `note` is not valid (at note)

        "nnn…" can't be used: it has 256 characters.

        Set `note` to text of 1 to 255 characters.

        Error: `max_hourly_price` is not valid (at max_hourly_price)

        "1,5" can't be used: a price must be a decimal number of US dollars, 0 or more, such as `0.46`.

        Set `max_hourly_price` to a decimal number of USD per hour, such as `"0.46"`.

        Error: `wait_for` is not valid (at wait_for)

        "built" can't be used: it is not one of the allowed values.

        Set `wait_for` to one of `active`, `accepted`.

        Error: `contact.name` is not valid (at contact)

        "Ada" can't be used: Lumen requires a first and a last name.

        Set `contact.name` to a first and a last name, such as `Ada Lovelace`.
    "#]].assert_eq(&told.join("\n").replace(&"n".repeat(256), "nnn…"));
}

#[tokio::test(start_paused = true)]
async fn exactly_one_of_partner_and_port() {
    let mut world = given().await;

    let both = world.plan(&a_connection().with("port_service_id", "70/KFGS/100001/LUMN")).await;
    let neither = world.plan(&a_connection().without("partner_id")).await;
    let unknown = a_connection().with("port_service_id", Value::unknown());
    let unknown = world.plan(&unknown.without("partner_id")).await;

    expect![[r#"
        Error: Both `partner_id` and `port_service_id` are set (at port_service_id)

        A connection ends either at a data center partner or at your own port.

        Remove one of the two.
    "#]]
    .assert_eq(&both.shown());
    expect![[r#"
        Error: Neither `partner_id` nor `port_service_id` is set (at partner_id)

        A connection ends at a data center partner or at your own port.

        Set `partner_id` from `lumen_providers`, or `port_service_id` to the UNI Service ID of your port.
    "#]].assert_eq(&neither.shown());
    assert_eq!(unknown.shown(), "", "what is not known yet is checked later");
}

#[tokio::test(start_paused = true)]
async fn timeouts() {
    let mut world = given().await;

    for operation in ["create", "read", "update", "delete"] {
        let plan = world.plan(&a_connection().with("timeouts", [(operation, "soon")])).await;
        assert!(plan.shown().contains(&format!("(at timeouts.{operation})")), "{}", plan.shown());
    }
    let plan = world.plan(&a_connection().with("timeouts", [("create", "10")])).await;
    expect![[r#"
        Error: `timeouts.create` is not valid (at timeouts.create)

        "10" can't be used: it is not a duration.

        Set `timeouts.create` to a duration with a unit, such as `90s`, `45m` or `2h`.
    "#]]
    .assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn what_is_required_can_not_be_null() {
    let mut world = given().await;
    let unnamed = a_connection().with("name", Value::Null);

    let plan = world.plan(&unnamed).await;

    assert!(world.is_offline(), "arguments are checked offline");
    expect![[r#"
        Error: `name` has no value (at name)

        The argument is required, and it is set to `null`.

        Set `name`. If its value comes from a variable or another object, check that.
    "#]]
    .assert_eq(&plan.shown());
}
