//! A change of an argument that can't change in place orders a new connection, under another reference.

use lumen_simulator::Action::{Add, Delete};

use crate::connection::{ASHBURN, Connection};
use crate::world::{World, given};

const CREATE_FIRST: &str = "lifecycle {\n create_before_destroy = true\n }";

#[test]
fn another_site_is_another_connection() {
    let world = given();
    world.wants(&Connection::default());
    world.applies();

    let moved = Connection { site: ASHBURN, ..Connection::default() };
    world.wants(&moved);
    let planned = world.terraform.plan(&[]).finds_changes().says("must be replaced");
    planned.says("Replacing connection `Headquarters` interrupts its traffic");
    world.applies();

    assert!(moved.is(&world.connection()));
    assert_eq!(world.orders(), [Add, Delete, Add]);
    assert_references_differ(&world);
}

#[test]
fn the_new_connection_may_come_before_the_old_one_goes() {
    let world = given();
    world.wants(&Connection { more: CREATE_FIRST, ..Connection::default() });
    world.applies();

    let moved = Connection { site: ASHBURN, more: CREATE_FIRST, ..Connection::default() };
    world.wants(&moved);
    world.applies();

    assert!(moved.is(&world.connection()));
    assert_eq!(world.orders(), [Add, Add, Delete]);
    assert_references_differ(&world);
}

#[test]
fn a_connection_is_replaced_on_demand() {
    let world = given();
    world.wants(&Connection::default());
    world.applies();
    let service_id = world.connection().service_id;

    world.terraform.apply(&["-replace=lumen_iod_connection.test"]).succeeds();
    world.has_nothing_to_do();

    assert_ne!(world.connection().service_id, service_id);
    assert_eq!(world.orders(), [Add, Delete, Add]);
    assert_references_differ(&world);
}

#[test]
fn a_connection_is_replaced_on_demand_before_the_old_one_goes() {
    let world = given();
    world.wants(&Connection { more: CREATE_FIRST, ..Connection::default() });
    world.applies();
    let service_id = world.connection().service_id;

    world.terraform.apply(&["-replace=lumen_iod_connection.test"]).succeeds();
    world.has_nothing_to_do();

    assert_ne!(world.connection().service_id, service_id);
    assert_eq!(world.orders(), [Add, Add, Delete]);
    assert_references_differ(&world);
}

/// Terraform plans a change in place before it plans a replacement, so `-replace` is refused as well.
#[test]
fn where_no_bandwidth_can_be_changed_a_taint_replaces_the_connection() {
    let world = given();
    let slow = Connection { site: "PL0001247854", ..Connection::default() }.to_module();
    let slow = slow.replace("\"43558\"", "\"501877\"");
    world.terraform.write("main.tf", &slow);
    world.applies();
    let service_id = world.connection().service_id;
    world.terraform.write("main.tf", &slow.replace("100 Mbps", "1 Gbps"));

    let replace = "-replace=lumen_iod_connection.test";
    for arguments in [&[][..], &[replace]] {
        let planned = world.terraform.plan(arguments).fails();
        planned.says("run `terraform taint` for its address");
    }
    world.terraform.run(&["taint", "lumen_iod_connection.test"]).succeeds();
    world.applies();

    assert_ne!(world.connection().service_id, service_id);
    assert_eq!(world.connection().bandwidth_mbps, 1000);
    assert_eq!(world.orders(), [Add, Delete, Add]);
}

/// The references of all orders must differ, so that a replacement can't be mistaken for the original.
#[track_caller]
fn assert_references_differ(world: &World) {
    let mut references = world.references();
    let count = references.len();
    references.sort();
    references.dedup();
    assert_eq!(references.len(), count, "{references:?}");
}
