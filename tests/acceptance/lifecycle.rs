//! The life of a connection when nothing fails.

use lumen_simulator::Action::{Add, Delete, Modify};

use crate::connection::{ASHBURN, Connection};
use crate::world::{given, given_lumen};

#[test]
fn a_connection_is_bought_changed_renamed_and_ended() {
    let world = given();

    let bought = Connection::default();
    world.wants(&bought);
    world.applies();
    assert!(bought.is(&world.connection()));
    let service_id = world.connection().service_id;
    assert_eq!(world.state()["service_id"], service_id);
    assert_eq!(world.state()["status"], "active");
    assert_eq!(world.state()["hourly_price"], "0.46");

    let faster = Connection { bandwidth: "200 Mbps", ..Connection::default() };
    world.wants(&faster);
    world.applies();
    assert!(faster.is(&world.connection()));
    assert_eq!(world.state()["hourly_price"], "0.68");

    let renamed = Connection { name: "Main office", ..faster };
    world.wants(&renamed);
    world.applies();
    assert!(renamed.is(&world.connection()));
    assert_eq!(world.connection().service_id, service_id, "it is still the same connection");

    let shown = world.terraform.show_state();
    let address = &shown["values"]["root_module"]["resources"][0]["address"];
    assert_eq!(address, "lumen_iod_connection.test");

    world.terraform.destroy().succeeds();
    assert!(world.connections().is_empty());
    assert_eq!(world.orders(), [Add, Modify, Modify, Delete]);
}

#[test]
fn two_changes_at_once_are_two_orders() {
    let world = given();
    world.wants(&Connection::default());
    world.applies();

    let both = Connection { name: "Main office", bandwidth: "200 Mbps", ..Connection::default() };
    world.wants(&both);
    world.applies();

    assert!(both.is(&world.connection()));
    assert_eq!(world.orders(), [Add, Modify, Modify]);
}

#[test]
fn another_spelling_of_the_same_bandwidth_is_no_change() {
    let world = given();
    world.wants(&Connection { bandwidth: "1 Gbps", ..Connection::default() });
    world.applies();

    world.wants(&Connection { bandwidth: "1000 mbps", ..Connection::default() });

    world.has_nothing_to_do();
}

#[test]
fn a_change_behind_terraforms_back_is_seen_and_undone() {
    let world = given();
    let wanted = Connection::default();
    world.wants(&wanted);
    world.applies();

    let service_id = world.connection().service_id;
    world.lumen.change_service(&service_id, |service| service.bandwidth_mbps = 500);

    world.terraform.plan(&[]).finds_changes().says("500 Mbps");
    world.applies();
    assert!(wanted.is(&world.connection()));
    assert_eq!(world.orders(), [Add, Modify]);
}

#[test]
fn a_connection_that_someone_else_ended_is_bought_again() {
    let world = given();
    let wanted = Connection::default();
    world.wants(&wanted);
    world.applies();

    let service_id = world.connection().service_id;
    world.lumen.change_service(&service_id, |service| service.status = "Disconnected".into());

    world.terraform.plan(&[]).finds_changes().says("is gone").says("1 to add");
    world.applies();
    assert!(wanted.is(&world.connection()));
    assert_ne!(world.connection().service_id, service_id);
}

#[test]
fn refreshing_shows_what_lumen_has_and_orders_nothing() {
    let world = given();
    world.wants(&Connection::default());
    world.applies();

    let service_id = world.connection().service_id;
    world.lumen.change_service(&service_id, |service| service.bandwidth_mbps = 500);
    world.terraform.apply(&["-refresh-only"]).succeeds();

    assert_eq!(world.state()["bandwidth"], "500 Mbps");
    assert_eq!(world.state()["hourly_price"], "1.12");
    assert_eq!(world.orders(), [Add]);
}

#[test]
fn a_protected_connection_is_neither_destroyed_nor_replaced() {
    let world = given();
    let protected = "deletion_protection = true";
    world.wants(&Connection { more: protected, ..Connection::default() });
    world.applies();

    world.terraform.destroy().fails().says("is protected, and would be destroyed");
    world.wants(&Connection { site: ASHBURN, more: protected, ..Connection::default() });
    world.terraform.plan(&[]).fails().says("is protected, and would be replaced");
    world.wants(&Connection { more: protected, ..Connection::default() });
    let on_demand = world.terraform.plan(&["-replace=lumen_iod_connection.test"]);
    on_demand.fails().says("is protected, and would be replaced");
    assert_eq!(world.orders(), [Add]);

    world.wants(&Connection::default());
    world.applies();
    world.terraform.destroy().succeeds();
    assert_eq!(world.orders(), [Add, Delete]);
}

#[test]
fn whoever_waits_for_acceptance_only_sees_it_active_later() {
    let world = given_lumen(|lumen| lumen.order_seconds = 3.0);
    world.wants(&Connection { more: r#"wait_for = "accepted""#, ..Connection::default() });

    world.terraform.apply(&[]).succeeds();
    assert_eq!(world.state()["status"], "pending");
    world.has_nothing_to_do();

    world.lumen.advance(std::time::Duration::from_secs(5));
    world.terraform.apply(&["-refresh-only"]).succeeds();
    assert_eq!(world.state()["status"], "active");
    assert_eq!(world.state()["service_id"], world.connection().service_id);
    world.has_nothing_to_do();
    assert_eq!(world.orders(), [Add]);
}
