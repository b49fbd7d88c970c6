//! Lumen or the network fails in between, but one connection is bought.

use std::process::{Command, Output};

use lumen_simulator::Action::Add;
use lumen_simulator::{Fault, StatusEndpoint};

use crate::connection::Connection;
use crate::terraform::provider;
use crate::world::{World, given, given_lumen};

const ORDER: &str = "POST /Customer/v3/Ordering/orderRequest";

/// The requests that buying a connection sends.
const REQUESTS: [&str; 7] = [
    "POST /oauth/v2/token",
    "GET /Product/v1/price",
    "GET /Account/v1/billingAccount",
    "GET /ProductInventory/v1/inventory",
    "POST /Product/v1/priceRequest",
    ORDER,
    "GET /Customer/v3/Ordering/orderRequest/",
];

#[test]
fn a_token_that_expires_while_waiting_is_replaced() {
    let world = given_lumen(|lumen| lumen.order_seconds = 2.0);
    world.wants(&Connection::default());

    let mut applying = world.terraform.start(&["apply", "-auto-approve", "-no-color"]);
    applying.until("it waits for the order", || world.is_waiting());
    let tokens = world.lumen.tokens().len();
    world.lumen.revoke_tokens();
    applying.finish().succeeds();

    assert!(tokens < world.lumen.tokens().len());
    one_connection_was_bought(&world);
}

#[test]
fn every_request_that_lumen_is_too_busy_for_is_repeated() {
    let world = given();
    world.wants(&Connection::default());
    for request in REQUESTS {
        world.lumen.fault(Fault::status(request, 429).times(2));
    }

    world.terraform.apply(&[]).succeeds();

    one_connection_was_bought(&world);
}

#[test]
fn every_request_that_lumen_turns_away_is_repeated() {
    let world = given();
    world.wants(&Connection::default());
    for request in REQUESTS {
        // Only this answer shows that an order was not placed.
        let refusal = r#"{"code":"serviceUnavailable","reason":"The request was not accepted"}"#;
        world.lumen.fault(Fault::status(request, 503).body(refusal).times(2));
    }

    world.terraform.apply(&[]).succeeds();

    one_connection_was_bought(&world);
}

#[test]
fn an_order_whose_answer_was_lost_is_found_and_not_repeated() {
    let world = given();
    world.wants(&Connection::default());
    world.lumen.fault(Fault::reset_after(ORDER).times(1));

    world.terraform.apply(&[]).succeeds().says("was lost").says("and adopted it");

    assert_eq!(world.lumen.ledger().requests[ORDER], 1);
    one_connection_was_bought(&world);
}

#[test]
fn an_order_that_may_have_been_placed_is_not_repeated_unasked() {
    let world = given();
    world.wants(&Connection { more: "timeouts {\n create = \"1s\"\n }", ..Connection::default() });
    world.lumen.fault(Fault::status(ORDER, 503).times(1));

    let applied = world.terraform.apply(&[]);

    applied.fails().says("It is not known whether").says("It was not sent again.");
    assert_eq!(world.lumen.ledger().requests[ORDER], 1);
    assert!(world.orders().is_empty());
    world.terraform.apply(&[]).fails().says("It is not known whether");
    assert_eq!(world.lumen.ledger().requests[ORDER], 1);

    let (open, code) = journal(&world, &["list"]);
    let reference = open.split_whitespace().find(|word| word.starts_with("tf-")).unwrap();
    assert!(open.contains("unanswered") && open.contains("connection `"), "{open}");
    assert_eq!((code, journal(&world, &["settle", reference]).1), (Some(2), Some(0)));

    let (none, code) = journal(&world, &["list"]);
    assert!(none.starts_with("No order is open") && code == Some(0), "{none}");
    world.terraform.apply(&[]).succeeds();
    one_connection_was_bought(&world);
}

/// Runs a `journal` command in the folder of the module. Returns its output and its exit code.
#[track_caller]
fn journal(world: &World, arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(provider());
    let command = command.current_dir(world.terraform.module()).arg("journal").args(arguments);
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.code() != Some(1), "{}", String::from_utf8_lossy(&stderr));
    (String::from_utf8(stdout).unwrap(), status.code())
}

#[test]
fn an_order_is_followed_by_inventory_where_lumen_does_not_tell_its_status() {
    let world = given_lumen(|lumen| lumen.status_endpoint = StatusEndpoint::NotImplemented);
    world.wants(&Connection::default());

    world.terraform.apply(&[]).succeeds();

    one_connection_was_bought(&world);
}

#[test]
fn wrong_credentials_are_reported_once() {
    let world = given();
    world.wants(&Connection { more: "count = 3", ..Connection::default() });
    world.lumen.set(|lumen| lumen.client_id = "somebody-else".into());

    let plan = world.terraform.plan(&[]).fails().to_string();
    assert_eq!(plan.matches("Error:").count(), 1, "{plan}");
    assert!(plan.contains("Error: Lumen refused the credentials"), "{plan}");
}

#[track_caller]
fn one_connection_was_bought(world: &World) {
    world.has_nothing_to_do();
    assert!(Connection::default().is(&world.connection()));
    assert_eq!(world.state()["service_id"], world.connection().service_id);
    assert_eq!(world.orders(), [Add]);
}
