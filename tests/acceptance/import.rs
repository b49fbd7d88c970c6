//! Importing connections that existed before Terraform managed them.

use std::fs;

use crate::connection::{Connection, MONROE, PROVIDER};
use crate::world::{World, given};

fn given_a_service() -> (World, String) {
    let world = given();
    let service_id = world.lumen.add_service("Headquarters", MONROE, 100);
    (world, service_id)
}

#[test]
fn the_import_command_takes_a_connection_over_as_it_is() {
    let (world, service_id) = given_a_service();
    world.wants(&Connection::default());

    world.import(&service_id).succeeds();

    world.has_nothing_to_do();
    assert_eq!(world.state()["service_id"], service_id);
    assert!(world.orders().is_empty());
}

#[test]
fn an_import_block_takes_a_connection_over_as_it_is() {
    let (world, service_id) = given_a_service();
    world.wants(&Connection::default());
    world.terraform.write("import.tf", &import_block(&service_id));

    world.terraform.plan(&[]).finds_changes().says("1 to import, 0 to add, 0 to change");
    world.applies();

    assert_eq!(world.state()["service_id"], service_id);
    assert!(world.orders().is_empty());
}

#[test]
fn terraform_writes_the_configuration_of_what_it_imports() {
    let (world, service_id) = given_a_service();
    world.terraform.write("main.tf", PROVIDER);
    world.terraform.write("import.tf", &import_block(&service_id));

    world.terraform.plan(&["-generate-config-out=generated.tf"]).finds_changes();
    world.applies();

    let generated = fs::read_to_string(world.terraform.module().join("generated.tf")).unwrap();
    assert!(generated.contains("Headquarters"), "{generated}");
    assert!(world.orders().is_empty());
}

#[test]
fn what_lumen_does_not_have_is_not_imported() {
    let world = given();
    world.wants(&Connection::default());

    world.import("77133899999").fails().says("There is no service `77133899999` to import");
}

fn import_block(service_id: &str) -> String {
    format!("import {{\n to = lumen_iod_connection.test\n id = \"{service_id}\"\n}}\n")
}
