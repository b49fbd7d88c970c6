//! Telephone numbers: reserved once, no matter how slow Lumen is or how few it has, and never forgotten.

use std::collections::BTreeSet;
use std::time::Duration;

use lumen_simulator::{Approval, Fault, VoiceOrder, VoiceStatus};

use crate::connection::PROVIDER;
use crate::reservation::{Reservation, numbers_in};
use crate::world::{World, given, given_lumen};

/// Orders take longer than any timeout, until the test advances the clock.
const AGES: f64 = 3600.0;

/// The request that orders numbers.
const ORDER: &str = "POST /Voice/v1/Numbers/orderInventory";
/// The request that checks an order.
const LOOK: &str = "GET /Voice/v1/Numbers/orderStatus";

/// A timeout that ends before the numbers are reserved.
const IMPATIENT: &str = "timeouts {\n create = \"1s\"\n }";

fn given_slow_voice_orders() -> World {
    given_lumen(|lumen| lumen.voice.order_seconds = AGES)
}

impl World {
    fn lets_the_voice_order_end(&self) {
        self.lumen.advance(Duration::from_secs_f64(AGES));
        self.lumen.set(|lumen| lumen.voice.order_seconds = 0.2);
    }
}

#[test]
fn numbers_are_reserved_and_stay_when_terraform_forgets_them() {
    let world = given();
    world.reserves(&Reservation::default());

    world.applies();
    assert_eq!(world.state()["status"], "reserved");
    assert_eq!(world.state()["id"], world.voice_order().voice_order_id);
    let numbers = world.numbers();
    assert_eq!(numbers.len(), 10);

    let destroyed = world.terraform.destroy().succeeds();
    let last = format!("+{}", numbers.last().unwrap());
    destroyed.says("stay in your Lumen inventory").says(&last).says("terraform import");
    assert!(world.state().is_null());
    assert_eq!(world.voice_order().status, VoiceStatus::Completed);
}

#[test]
fn as_many_as_an_order_takes_and_one_after_the_other() {
    let world = given();
    let wanted = Reservation { quantity: 399, more: "sequential = true", ..Reservation::default() };
    world.reserves(&wanted);

    world.applies();

    let numbers = world.numbers();
    let (first, last) = (numbers.first().unwrap(), numbers.last().unwrap());
    assert_eq!((numbers.len(), last - first), (399, 398));
    assert!(world.voice_order().sequential);
}

#[test]
fn too_few_numbers_are_none_unless_told_otherwise() {
    let world = given();
    world.reserves(&Reservation { rate_center: "BOULDER", quantity: 20, more: "" });

    let applied = world.terraform.apply(&[]).fails();
    applied.says("Lumen did not reserve 20 numbers").says("Set `on_shortage` to");
    assert!(world.state().is_null());
    let order = world.voice_order();
    assert_eq!((order.approvals, order.telephone_numbers), (vec![Approval::Reject], 0));

    let fewer = Reservation { rate_center: "BOULDER", quantity: 12, more: "" };
    world.reserves(&fewer);
    world.applies();
    assert_eq!(world.numbers().len(), 12);
    assert_eq!(world.voice_orders().len(), 2, "the second one was asked for");
}

#[test]
fn too_few_numbers_are_taken_if_wanted() {
    let world = given();
    let more = r#"on_shortage = "accept_available""#;
    world.reserves(&Reservation { rate_center: "BOULDER", quantity: 20, more });

    let applied = world.terraform.apply(&[]).succeeds();

    applied.says("fewer numbers than ordered").says("20 were ordered, and 12 are reserved");
    world.has_nothing_to_do();
    assert_eq!(world.numbers().len(), 12);
    assert_eq!(world.voice_order().approvals, [Approval::AcceptAvailable]);
}

#[test]
fn numbers_that_come_later_appear_by_refreshing() {
    let world = given_lumen(|lumen| lumen.voice.backorder_seconds = AGES);
    let more = r#"on_shortage = "accept_with_backorder""#;
    world.reserves(&Reservation { rate_center: "BOULDER", quantity: 20, more });
    let remembers = |status: &str, reserved: usize, to_come: usize| {
        assert_eq!(world.state()["status"], status);
        assert_eq!(world.numbers().len(), reserved);
        assert_eq!(world.state()["backordered_quantity"], to_come);
    };

    world.terraform.apply(&[]).succeeds().says("Lumen adds 8 more when it has them");
    remembers("backordered", 12, 8);
    world.has_nothing_to_do();

    world.lumen.advance(Duration::from_secs_f64(AGES));
    world.refreshes().succeeds().says("has backordered numbers");
    remembers("backordered", 16, 4);

    world.lumen.advance(Duration::from_secs_f64(AGES));
    world.refreshes().succeeds();
    remembers("reserved", 20, 0);
    world.has_nothing_to_do();
    assert_eq!(world.voice_order().approvals, [Approval::AcceptWithBackorder]);
}

#[test]
fn growing_orders_the_difference_and_shrinking_is_refused() {
    let world = given();
    world.reserves(&Reservation::default());
    world.applies();
    let first = world.numbers();

    world.reserves(&Reservation { quantity: 15, ..Reservation::default() });
    world.terraform.plan(&[]).finds_changes().says("0 to add, 1 to change, 0 to destroy");
    world.applies();
    assert_eq!(world.numbers().len(), 15);
    assert!(world.numbers().is_superset(&first));
    let orders = world.voice_orders();
    assert_eq!(orders.iter().map(|order| order.quantity).collect::<Vec<_>>(), [10, 5]);
    assert_ne!(orders[0].external_order_id, orders[1].external_order_id);
    let ids: Vec<_> = orders.iter().map(|order| order.voice_order_id.as_str()).collect();
    assert_eq!(world.state()["voice_order_ids"], serde_json::json!(ids));

    world.reserves(&Reservation { quantity: 14, ..Reservation::default() });
    let planned = world.terraform.plan(&[]).fails();
    planned.says("can't shrink").says("Set `quantity` to 15 or more");
    assert_eq!(world.voice_orders().len(), 2);
}

#[test]
fn the_import_command_takes_numbers_over_as_they_are() {
    let world = given();
    let order = world.lumen.add_voice_order("2036", "DENVER", "CO", 10).unwrap();
    world.reserves(&Reservation::default());

    world.imports_numbers(&order).succeeds();

    // Lumen's inventory does not show the product, so the value in the configuration is assumed.
    world.terraform.plan(&[]).finds_changes().says("0 to add, 1 to change, 0 to destroy");
    world.applies();
    assert_eq!(world.state()["id"], order);
    assert_eq!(world.numbers().len(), 10);
    assert!(world.voice_orders().is_empty(), "importing orders nothing");
}

#[test]
fn a_credit_hold_is_told_of_and_waited_out() {
    let world = given_lumen(|lumen| lumen.voice.credit_hold = true);
    world.reserves(&Reservation { more: IMPATIENT, ..Reservation::default() });

    world.terraform.apply(&[]).succeeds().says("is not complete yet").says("1807");
    assert_eq!(world.state()["status"], "pending");
    assert!(!world.is_tainted());
    assert_eq!(world.voice_order().status, VoiceStatus::PendingCreditCheck);

    world.lumen.release_credit_hold();
    world.applies();
    assert_eq!(world.state()["status"], "reserved");
    assert_eq!(world.numbers().len(), 10);
    assert_eq!(world.voice_order().status, VoiceStatus::Completed);
}

#[test]
fn ctrl_c_keeps_the_order_of_numbers_and_the_next_apply_waits_on() {
    let world = given_slow_voice_orders();
    world.reserves(&Reservation::default());

    let mut applying = world.terraform.start(&["apply", "-auto-approve", "-no-color"]);
    applying.until("it waits for the numbers", || {
        world.lumen.ledger().requests.get(LOOK).is_some_and(|looks| 1 < *looks)
    });
    applying.interrupt();
    applying.finish().fails().says("is not complete yet").says("run was interrupted");
    assert_eq!(world.state()["status"], "pending");
    assert!(!world.is_tainted());
    world.terraform.plan(&[]).finds_changes().says("0 to add, 1 to change, 0 to destroy");

    world.lets_the_voice_order_end();
    world.applies();
    assert_eq!(world.state()["status"], "reserved");
    assert_eq!(world.numbers().len(), 10);
    assert_eq!(world.voice_order().status, VoiceStatus::Completed);
}

#[test]
fn refreshing_alone_completes_what_nobody_waited_for() {
    let world = given_slow_voice_orders();
    world.reserves(&Reservation { more: IMPATIENT, ..Reservation::default() });
    world.terraform.apply(&[]).succeeds().says("`timeouts.create` has passed");

    world.refreshes().succeeds();
    assert_eq!(world.state()["status"], "pending");
    world.lets_the_voice_order_end();
    world.refreshes().succeeds();

    assert_eq!(world.state()["status"], "reserved");
    assert_eq!(world.numbers().len(), 10);
    world.has_nothing_to_do();
    assert_eq!(world.voice_order().quantity, 10);
}

#[test]
fn a_shortage_that_nobody_answered_in_time_is_noticed_by_the_next_plan() {
    let world = given_slow_voice_orders();
    let more = format!("on_shortage = \"accept_available\"\n{IMPATIENT}");
    world.reserves(&Reservation { rate_center: "BOULDER", quantity: 20, more: &more });
    world.terraform.apply(&[]).succeeds();
    assert_eq!(world.state()["status"], "pending");

    // Lumen asks halfway through the order, and waits four hours for an answer.
    world.lumen.advance(Duration::from_hours(4));
    world.lets_the_voice_order_end();
    let planned = world.terraform.plan(&[]).finds_changes();
    planned.says("Lumen did not reserve 20 numbers").says("1921").says("1 to add");
    assert_eq!(world.voice_order().status, VoiceStatus::Rejected);

    world.terraform.apply(&[]).succeeds();
    world.has_nothing_to_do();
    assert_eq!(world.numbers().len(), 12);
    assert_eq!(world.voice_orders().len(), 2, "the second one was asked for");
}

#[test]
fn destroying_what_has_not_ended_calls_it_off() {
    let world = given_slow_voice_orders();
    world.reserves(&Reservation { more: IMPATIENT, ..Reservation::default() });
    world.terraform.apply(&[]).succeeds();

    world.terraform.destroy().succeeds();

    assert!(world.state().is_null());
    let order = world.voice_order();
    assert_eq!((order.status, order.telephone_numbers), (VoiceStatus::Cancelled, 0));
}

#[test]
fn destroying_calls_off_what_is_still_to_come() {
    let world = given_lumen(|lumen| lumen.voice.backorder_seconds = AGES);
    let more = r#"on_shortage = "accept_with_backorder""#;
    world.reserves(&Reservation { rate_center: "BOULDER", quantity: 20, more });
    world.applies();

    world.terraform.destroy().succeeds().says("stay in your Lumen inventory");

    world.lumen.advance(Duration::from_secs_f64(AGES));
    let order = world.voice_order();
    assert_eq!((order.status, order.telephone_numbers), (VoiceStatus::Cancelled, 12));
}

#[test]
fn growth_that_fails_when_nobody_waits_is_planned_again() {
    const CLOSED: u32 = 1302;
    let world = given();
    let more = "timeouts {\n update = \"1s\"\n }";
    world.reserves(&Reservation { more, ..Reservation::default() });
    world.applies();
    let first = world.numbers();

    world.lumen.set(|lumen| {
        lumen.voice.order_seconds = AGES;
        lumen.voice.next_notifications = vec![CLOSED];
    });
    world.reserves(&Reservation { quantity: 15, more, ..Reservation::default() });
    world.terraform.apply(&[]).succeeds().says("`timeouts.update` has passed");
    world.lets_the_voice_order_end();
    let planned = world.terraform.plan(&[]).finds_changes();
    planned.says("Lumen did not reserve 5 numbers").says("0 to add, 1 to change, 0 to destroy");

    world.applies();
    assert_eq!(world.numbers().len(), 15);
    assert!(world.numbers().is_superset(&first));
    let ordered: Vec<_> = world.voice_orders().iter().map(|order| order.quantity).collect();
    assert_eq!(ordered, [10, 5, 5], "the last one was asked for");
}

#[test]
fn numbers_that_must_not_be_forgotten_are_neither_destroyed_nor_replaced() {
    let world = given();
    let more = r#"on_destroy = "fail""#;
    world.reserves(&Reservation { more, ..Reservation::default() });
    world.applies();

    world.terraform.destroy().fails().says("would be destroyed").says("on_destroy");
    world.reserves(&Reservation { rate_center: "GREELEY", more, ..Reservation::default() });
    world.terraform.plan(&[]).fails().says("would be replaced");

    world.reserves(&Reservation::default());
    world.applies();
    world.reserves(&Reservation { rate_center: "GREELEY", ..Reservation::default() });
    world.terraform.plan(&[]).finds_changes().says("stay in your Lumen inventory");
    world.applies();
    assert_eq!(world.voice_orders().len(), 2, "the second one was asked for");
}

#[test]
fn an_order_of_numbers_whose_answer_was_lost_is_found_and_not_repeated() {
    let world = given();
    world.reserves(&Reservation::default());
    world.lumen.fault(Fault::reset_after(ORDER).times(1));

    world.terraform.apply(&[]).succeeds().says("was lost").says("and adopted it");

    world.has_nothing_to_do();
    assert_eq!(world.lumen.ledger().requests[ORDER], 1);
    assert_eq!(world.state()["id"], world.voice_order().voice_order_id);
    assert_eq!(world.numbers().len(), 10);
}

#[test]
fn a_hundred_reservations_side_by_side_are_ordered_once_each() {
    const COUNT: usize = 100;
    let world = given();
    let reservations = format!(
        r#"
locals {{
  rate_centers = concat(
    [for name in data.lumen_voice_rate_centers.texas.rate_centers : name],
    slice(data.lumen_voice_rate_centers.virginia.rate_centers, 0, 8),
  )
}}

data "lumen_voice_rate_centers" "texas" {{
  product = "local_inbound"
  state   = "TX"
}}

data "lumen_voice_rate_centers" "virginia" {{
  product = "local_inbound"
  state   = "VA"
}}

resource "lumen_voice_tn_reservation" "test" {{
  count             = {COUNT}
  product           = "local_inbound"
  rate_center       = local.rate_centers[count.index % 20].rate_center
  state             = local.rate_centers[count.index % 20].state
  quantity          = 3
  external_order_id = "block-${{count.index}}"
}}
"#
    );
    world.terraform.write("main.tf", &[PROVIDER, &reservations].concat());

    world.terraform.apply(&["-parallelism=30"]).succeeds();

    let orders = world.voice_orders();
    assert_eq!(orders.len(), COUNT);
    assert_eq!(world.lumen.ledger().requests[ORDER], COUNT as u64);
    let distinct =
        |of: fn(&VoiceOrder) -> &str| orders.iter().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(|order| &order.rate_center), 20);
    assert_eq!(distinct(|order| order.external_order_id.as_deref().unwrap()), COUNT);
    let state = world.terraform.state_file();
    let resources = state["resources"].as_array().into_iter().flatten();
    let instances = resources
        .filter(|resource| resource["mode"] == "managed")
        .flat_map(|resource| resource["instances"].as_array().into_iter().flatten());
    let numbers: Vec<u64> =
        instances.flat_map(|instance| numbers_in(&instance["attributes"])).collect();
    assert_eq!(numbers.len(), 3 * COUNT);
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 3 * COUNT, "no number twice");
    world.terraform.plan(&["-parallelism=30"]).finds_nothing_to_do();
}

#[test]
fn mistakes_are_told_before_lumen_is_asked() {
    let world = given();
    let mistakes = [
        ("none", r#"state = "CO" quantity = 0"#),
        ("many", r#"state = "CO" quantity = 400"#),
        ("state", r#"state = "Colorado" quantity = 1"#),
        ("place", r#"state = "CO" quantity = 1 pbx_index = 11 pbx_value = 0"#),
        ("half", r#"state = "CO" quantity = 1 pbx_value = 0"#),
        (
            "both",
            r#"state = "CO" quantity = 1 pbx_index = 4 pbx_value = 9 on_shortage = "accept_with_backorder""#,
        ),
    ];
    let resources = mistakes.map(|(name, arguments)| {
        let arguments = arguments.replace(" quantity", "\n quantity").replace(" pbx", "\n pbx");
        let arguments = arguments.replace(" on_", "\n on_");
        format!(
            "resource \"lumen_voice_tn_reservation\" \"{name}\" {{\n product = \"local_inbound\"\n \
             rate_center = \"DENVER\"\n {arguments}\n}}\n"
        )
    });
    let coverage =
        "data \"lumen_voice_coverage\" \"number\" {\n telephone_numbers = [\"911\"]\n}\n";
    world.terraform.write("main.tf", &[PROVIDER, coverage, &resources.concat()].concat());

    let planned = world.terraform.plan(&[]).fails();

    planned
        .says("a whole number from 1 to 399")
        .says("two capital letters")
        .says("a whole number from 1 to 10")
        .says("`pbx_value` is set without `pbx_index`")
        .says("Numbers with a PBX rule can't be backordered")
        .says("\"911\"");
    assert!(world.lumen.ledger().requests.is_empty());
}
