//! Numbers in service: ordered once, changed, ported, and never disconnected by mistake.

use std::collections::BTreeSet;
use std::time::Duration;

use lumen_simulator::LineOrderKind::{Change, Disconnect, Install, PortIn};
use lumen_simulator::VoiceStatus;
use serde_json::{Value, json};

use crate::examples::given_lines;
use crate::secrets::assert_absent;
use crate::subscription::{RECORD, needs_newer, port_date, subscription};
use crate::world::{World, given_lumen};

const DAY: Duration = Duration::from_hours(24);

/// Orders take longer than any test, until the test advances the clock.
const AGES: f64 = 3600.0;

/// The request that puts numbers into service or ports them.
const ORDER: &str = "POST /Voice/v1/Numbers/order";
/// The request that checks an order.
const LOOK: &str = "GET /Voice/v1/Numbers/orderStatus";
/// The request that lists the numbers in service.
const REPORT: &str = "GET /Voice/v1/Numbers/inventory/details";

/// Lumen carries out orders at once, and agrees to ports after three days.
fn given() -> World {
    given_lumen(|lumen| {
        lumen.voice.change_seconds = 0.2;
        lumen.voice.foc_seconds = DAY.as_secs_f64() * 3.0;
        lumen.voice.report.lag_seconds = 0.1;
    })
}

/// A subscription that takes numbers over. The apply does not watch for a refusal for two minutes.
fn port(name: &str, numbers: &[&str], losing_carrier: &str) -> String {
    let more = format!(
        r#"
  request_date = "{}"
  {RECORD}
  port_in = {{
    billing_telephone_number = "{}"
    {losing_carrier}
    loa = {{
      name      = "Ada Lovelace"
      received  = true
      date_time = "2026-01-20T15:00:00Z"
    }}
  }}
  timeouts {{
    create = "1s"
  }}
"#,
        port_date(),
        numbers[0]
    );
    subscription(name, numbers, &more)
}

#[test]
fn numbers_go_into_service_are_changed_and_are_disconnected() {
    let world = given();
    world.given_reserved(10);
    let numbers = ["+13035550100", "+13035550101"];
    world.subscribes(&subscription("test", &numbers, ""));
    world.applies();
    assert_eq!(world.state()["status"], "active");
    assert_eq!(world.lumen.lines().len(), 2);

    let numbers = ["+13035550100", "+13035550101", "+13035550102"];
    let east = |more: &str| subscription("test", &numbers, more).replace("DENVER", "EAST");
    world.subscribes(&east(""));
    world.terraform.plan(&[]).finds_changes().says("0 to add, 1 to change, 0 to destroy");
    world.applies();
    assert!(world.lumen.lines().values().all(|line| line.customer_service_name == "EAST-SBC-1"));
    world.terraform.destroy().fails().says("is protected, and would be destroyed");
    assert_eq!(world.line_order_kinds(), [Install, Change, Install]);

    world.subscribes(&east("on_destroy = \"disconnect\""));
    world.applies();
    let destroy = ["destroy", "-auto-approve", "-no-color"];
    let destroyed = world.hurries(world.terraform.start(&destroy)).succeeds();
    destroyed.says("are disconnected on").says("lumen_voice_order_cancel");
    assert!(world.state().is_null() && world.lumen.lines().is_empty());
    assert_eq!(world.line_order_kinds(), [Install, Change, Install, Disconnect]);
}

#[test]
fn a_port_ends_weeks_after_its_apply_or_is_rejected_by_the_losing_carrier() {
    let world = given();
    let ported = port("main", &["+13035559100", "+13035559101"], "");
    // The losing carrier rejects this number.
    let rejected = port("other", &["+13035559001"], "");
    world.subscribes(&[&*ported, &rejected].concat());
    let applied = world.terraform.apply(&[]).succeeds();
    applied
        .says("The port of the subscription of +13035559100 is in progress")
        .says("The port of the subscription of +13035559001 is in progress");
    world.has_nothing_to_do();

    world.lumen.advance(DAY * 4);
    let refreshed = world.refreshes().succeeds();
    refreshed
        .says("Lumen did not port the numbers of the subscription of +13035559001")
        .says("The numbers stay with their carrier");
    assert_eq!(world.state()["port_status"], "foc_scheduled");
    assert_eq!(world.state()["foc_date"], world.state()["request_date"]);
    world.terraform.plan(&[]).finds_changes().says("1 to add, 0 to change, 0 to destroy");

    world.subscribes(&ported);
    world.has_nothing_to_do();
    world.lumen.advance(DAY * 12);
    world.refreshes().succeeds();
    world.has_nothing_to_do();
    assert_eq!(world.state()["status"], "active");
    assert_eq!(world.state()["port_status"], "completed");
    assert_eq!(world.state()["active_telephone_numbers"], world.state()["telephone_numbers"]);
    assert_eq!(world.line_order_kinds(), [PortIn, PortIn]);
}

#[test]
fn numbers_in_service_are_imported_without_an_order() {
    let world = given();
    given_lines(&world);
    let more = format!("e911_option = \"static_911\"\n{RECORD}");
    let numbers = ["+13035550100", "+13035550101", "+13035550102"];
    let office =
        subscription("test", &numbers, &more).replace("local_inbound", "enhanced_local_service");
    let import = "import {\n  to = lumen_voice_tn_subscription.test\n  id = \"+13035550101\"\n}\n";
    world.subscribes(&[&*office, import].concat());

    world.terraform.apply(&[]).succeeds().says("1 imported, 0 added");

    world.has_nothing_to_do();
    assert_eq!(world.state()["id"], "+13035550100");
    assert!(world.line_orders().is_empty());
}

#[test]
fn ctrl_c_keeps_the_order_of_numbers_in_service_and_the_next_apply_waits_on() {
    let world = given_lumen(|lumen| lumen.voice.report.lag_seconds = 0.1);
    world.given_reserved(2);
    world.lumen.set(|lumen| lumen.voice.order_seconds = AGES);
    world.subscribes(&subscription("test", &["+13035550100"], ""));

    let mut applying = world.terraform.start(&["apply", "-auto-approve", "-no-color"]);
    applying.until("it waits for the numbers", || {
        world.lumen.ledger().requests.get(LOOK).is_some_and(|looks| 1 < *looks)
    });
    applying.interrupt();
    applying.finish().fails().says("is not in service yet").says("run was interrupted");
    assert_eq!(world.state()["status"], "pending");
    assert!(!world.is_tainted());
    world.terraform.plan(&[]).finds_changes().says("0 to add, 1 to change, 0 to destroy");

    world.lumen.advance(Duration::from_secs_f64(AGES));
    world.applies();
    assert_eq!(world.state()["status"], "active");
    let orders = world.line_orders();
    assert_eq!((orders.len(), orders[0].status), (1, VoiceStatus::Completed));
}

#[test]
fn thirty_subscriptions_side_by_side_are_ordered_once_each_and_read_the_report_once() {
    const COUNT: usize = 30;
    let world = given();
    world.given_reserved(60);
    let numbers: Vec<String> =
        world.lumen.telephone_numbers().iter().map(|number| format!("+{number}")).collect();
    world.subscribes(&format!(
        r#"
locals {{
  numbers = chunklist({numbers:?}, 2)
}}

resource "lumen_voice_tn_subscription" "test" {{
  count                 = {COUNT}
  product               = "local_inbound"
  telephone_numbers     = local.numbers[count.index]
  customer_service_name = "DENVER-SBC-1"
}}
"#
    ));
    let requests =
        |name: &str| world.lumen.ledger().requests.get(name).copied().unwrap_or_default();

    world.terraform.apply(&["-parallelism=30"]).succeeds().says("30 added, 0 changed, 0 destroyed");
    assert_eq!(requests(ORDER), COUNT as u64);
    assert_eq!(world.line_order_kinds(), [Install; COUNT]);
    let orders = world.line_orders();
    let references: BTreeSet<_> = orders.iter().map(|order| &order.external_order_id).collect();
    assert_eq!(references.len(), COUNT);
    assert_eq!(world.lumen.lines().len(), 2 * COUNT);

    let before = requests(REPORT);
    world.terraform.plan(&["-parallelism=30"]).finds_nothing_to_do();
    assert_eq!(requests(REPORT) - before, 1);
}

#[test]
fn the_pin_of_the_losing_carrier_is_in_no_file() {
    const PIN: &str = "Pin-Never-Stored-0815";
    const ACCOUNT: &str = "Account-4711";
    let mut world = given();
    let losing_carrier = format!(
        r#"
    losing_carrier_account_number = "{ACCOUNT}"
    losing_carrier_pin_wo         = var.pin
    losing_carrier_pin_wo_version = 1
"#
    );
    let text = port("test", &["+13035559100"], &losing_carrier);
    if needs_newer(&world.terraform, &text) {
        return;
    }
    world.subscribes(
        &["variable \"pin\" {\n  type = string\n  ephemeral = true\n}\n", &text].concat(),
    );
    world.terraform.set("TF_VAR_pin", PIN);

    world.terraform.run(&["plan", "-no-color", "-out=port.tfplan"]).succeeds();
    world.terraform.run(&["apply", "-no-color", "port.tfplan"]).succeeds();
    world.has_nothing_to_do();

    let order = world.line_orders().remove(0);
    assert!(order.sent.iter().any(|member| member.ends_with("losingCarrierPin")), "{order:?}");
    assert_eq!(world.state()["port_in"]["losing_carrier_pin_wo"], Value::Null);
    assert_eq!(world.state()["port_in"]["losing_carrier_account_number"], json!(ACCOUNT));
    assert!(world.terraform.module().join(".terraform/lumen/orders").is_dir());
    assert_absent(&world, PIN);
}
