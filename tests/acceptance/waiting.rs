//! Slow orders. No matter what ends the wait, the order is kept, and placed only once.

use std::time::Duration;

use lumen_simulator::Action::{Add, Delete, Modify};

use crate::connection::Connection;
use crate::world::{World, given, given_lumen};

/// Orders take longer than any timeout, until the test advances the clock.
const AGES: f64 = 3600.0;

fn given_slow_orders() -> World {
    given_lumen(|lumen| lumen.order_seconds = AGES)
}

impl World {
    fn lets_the_order_end(&self) {
        self.lumen.advance(Duration::from_secs_f64(AGES));
        self.lumen.set(|lumen| lumen.order_seconds = 0.3);
    }
}

#[test]
fn ctrl_c_keeps_the_order_and_the_next_apply_waits_on() {
    let world = given_slow_orders();
    let wanted = Connection::default();
    world.wants(&wanted);

    let mut applying = world.terraform.start(&["apply", "-auto-approve", "-no-color"]);
    applying.until("it waits for the order", || world.is_waiting());
    applying.interrupt();
    applying.finish().fails().says("is not active yet").says("run was interrupted");

    assert_eq!(world.state()["status"], "pending");
    assert!(!world.is_tainted());
    world.terraform.plan(&[]).finds_changes().says("will be updated in-place");
    world.lets_the_order_end();
    world.applies();
    assert!(wanted.is(&world.connection()));
    assert_eq!(world.state()["status"], "active");
    assert_eq!(world.orders(), [Add]);
}

#[test]
fn ctrl_c_keeps_the_disconnection_and_the_next_destroy_waits_on() {
    let world = given();
    world.wants(&Connection::default());
    world.applies();
    let service_id = world.connection().service_id;

    world.lumen.set(|lumen| lumen.order_seconds = AGES);
    let mut destroying = world.terraform.start(&["destroy", "-auto-approve", "-no-color"]);
    destroying.until("the end is ordered", || world.orders() == [Add, Delete]);
    destroying.interrupt();
    destroying.finish().fails();
    assert_eq!(world.state()["service_id"], service_id);

    world.lets_the_order_end();
    world.terraform.destroy().succeeds();
    assert!(world.connections().is_empty());
    assert_eq!(world.orders(), [Add, Delete]);
}

#[test]
fn an_order_that_fails_when_nobody_waits_is_noticed_by_the_next_plan() {
    let world = given_lumen(|lumen| {
        lumen.order_seconds = AGES;
        lumen.fail_orders = Some("No capacity at this site".into());
        lumen.fail_orders_count = Some(1);
    });
    let wanted = Connection { more: r#"wait_for = "accepted""#, ..Connection::default() };
    world.wants(&wanted);
    world.terraform.apply(&[]).succeeds();

    world.lets_the_order_end();
    let planned = world.terraform.plan(&[]).finds_changes();
    planned.says("Lumen did not build connection").says("No capacity").says("1 to add");
    world.terraform.apply(&[]).succeeds();
    world.lets_the_order_end();
    world.has_nothing_to_do();
    assert!(wanted.is(&world.connection()));
    assert_eq!(world.orders(), [Add, Add], "the second one was asked for");
}

#[test]
fn an_order_that_outlasts_the_deadline_is_finished_by_the_next_apply() {
    let world = given_slow_orders();
    let wanted = Connection { more: "timeouts {\n create = \"1s\"\n }", ..Connection::default() };
    world.wants(&wanted);

    world.terraform.apply(&[]).succeeds().says("`timeouts.create` has passed");
    assert_eq!(world.state()["status"], "pending");
    assert!(!world.is_tainted());
    world.terraform.plan(&[]).finds_changes().says("0 to add, 1 to change, 0 to destroy");

    let mut applying = world.terraform.start(&["apply", "-auto-approve", "-no-color"]);
    let looks = |world: &World| world.lumen.ledger().requests["GET /Customer/v3/Ordering/orderRequest/{id}"];
    let before = looks(&world);
    // The refresh checks the order once. The later checks are those of the update that resumes waiting.
    applying.until("it resumes waiting", || before + 3 < looks(&world));
    world.lets_the_order_end();
    applying.finish().succeeds().says("0 added, 1 changed, 0 destroyed");

    world.has_nothing_to_do();
    assert!(wanted.is(&world.connection()));
    assert_eq!(world.orders(), [Add]);
}

#[test]
fn a_change_that_outlasts_the_deadline_is_finished_by_the_next_apply() {
    let world = given();
    let patience = "timeouts {\n update = \"1s\"\n }";
    world.wants(&Connection { more: patience, ..Connection::default() });
    world.applies();

    world.lumen.set(|lumen| lumen.order_seconds = AGES);
    let faster = Connection { bandwidth: "200 Mbps", more: patience, ..Connection::default() };
    world.wants(&faster);
    world.terraform.apply(&[]).succeeds().says("is still being changed");
    assert_eq!(world.state()["status"], "pending");

    world.lets_the_order_end();
    world.applies();
    assert!(faster.is(&world.connection()));
    assert_eq!(world.orders(), [Add, Modify]);
}

#[test]
fn a_disconnection_that_outlasts_the_deadline_is_finished_by_the_next_destroy() {
    let world = given();
    world.wants(&Connection { more: "timeouts {\n delete = \"1s\"\n }", ..Connection::default() });
    world.applies();

    world.lumen.set(|lumen| lumen.order_seconds = AGES);
    let service_id = world.connection().service_id;
    world.terraform.destroy().fails().says("`timeouts.delete` has passed");
    assert_eq!(world.state()["service_id"], service_id, "it is kept as long as it is there");

    world.lets_the_order_end();
    world.terraform.destroy().succeeds();
    assert!(world.connections().is_empty());
    assert!(world.state().is_null());
    assert_eq!(world.orders(), [Add, Delete]);
}

#[test]
fn an_order_that_fails_leaves_nothing_behind() {
    let world = given_lumen(|lumen| {
        lumen.fail_orders = Some("No capacity at this site".into());
        lumen.fail_orders_count = Some(1);
    });
    let wanted = Connection::default();
    world.wants(&wanted);

    let applied = world.terraform.apply(&[]);
    applied.fails().says("No capacity at this site").says("No service exists");
    assert!(world.state().is_null());
    assert!(world.connections().is_empty());

    world.applies();
    assert!(wanted.is(&world.connection()));
    assert_eq!(world.orders(), [Add, Add], "the second one was asked for");
}

#[test]
fn a_change_that_fails_leaves_the_connection_as_it_was() {
    let world = given();
    let slow = Connection::default();
    world.wants(&slow);
    world.applies();

    world.lumen.set(|lumen| {
        lumen.fail_orders = Some("No capacity at this site".into());
        lumen.fail_orders_count = Some(1);
    });
    let faster = Connection { bandwidth: "200 Mbps", ..Connection::default() };
    world.wants(&faster);
    world
        .terraform
        .apply(&[])
        .fails()
        .says("The connection is as it was before, and billed as before.");
    // Lumen's inventory lags slightly behind its orders.
    world.lumen.advance(Duration::from_secs(1));
    assert!(slow.is(&world.connection()));
    assert_eq!(world.state()["bandwidth"], "100 Mbps");
    assert_eq!(world.state()["hourly_price"], "0.46");
    assert!(!world.is_tainted());

    world.applies();
    assert!(faster.is(&world.connection()));
    assert_eq!(world.orders(), [Add, Modify, Modify]);
}
