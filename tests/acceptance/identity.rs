//! Object identities as Terraform uses them since version 1.12.

use std::fs;

use serde_json::{Value, json};

use crate::connection::{Connection, MONROE, PROVIDER};
use crate::reservation::Reservation;
use crate::terraform::Feature::Identities;
use crate::world::{World, given};

/// The customer number of the simulated Lumen.
const CUSTOMER: &str = "1-ABCDE";

#[test]
fn the_state_says_which_objects_these_are() {
    let mut world = given();
    if !world.terraform.supports(Identities) {
        return;
    }

    world.wants(&Connection::default());
    world.applies();
    let service_id = &world.state()["service_id"];
    let identity = json!({ "customer_number": CUSTOMER, "service_id": service_id });
    assert_eq!(world.identity(), identity);
    let shown = world.terraform.show_state();
    assert_eq!(shown["values"]["root_module"]["resources"][0]["identity"], identity);

    world.terraform.enter("numbers");
    world.reserves(&Reservation::default());
    world.applies();
    let id = &world.state()["id"];
    let identity = json!({ "customer_number": CUSTOMER, "voice_order_id": id });
    assert_eq!(world.identity(), identity);
}

#[test]
fn a_state_of_an_older_terraform_is_completed() {
    let world = given();
    if !world.terraform.supports(Identities) {
        return;
    }
    world.wants(&Connection::default());
    world.applies();
    let identity = world.identity();
    world.forgets_the_identity();

    world.has_nothing_to_do();
    world.terraform.apply(&["-refresh-only"]).succeeds();

    assert_eq!(world.identity(), identity);
    assert_eq!(world.orders().len(), 1);
}

#[test]
fn an_identity_takes_a_connection_over_as_it_is() {
    let world = given();
    if !world.terraform.supports(Identities) {
        return;
    }
    let service_id = world.lumen.add_service("Headquarters", MONROE, 100);
    world.wants(&Connection::default());
    world.imports_by(CUSTOMER, &service_id);

    world.terraform.plan(&[]).finds_changes().says("1 to import, 0 to add, 0 to change");
    world.applies();

    assert_eq!(world.state()["service_id"], service_id);
    assert_eq!(world.identity()["service_id"], service_id);
    assert!(world.orders().is_empty());
}

#[test]
fn an_identity_takes_numbers_over() {
    let world = given();
    if !world.terraform.supports(Identities) {
        return;
    }
    let order = world.lumen.add_voice_order("2036", "DENVER", "CO", 10).unwrap();
    world.reserves(&Reservation::default());
    // If the customer number is omitted, the one of the provider applies.
    let block = format!(
        "import {{\n to = lumen_voice_tn_reservation.test\n identity = {{ voice_order_id = \"{order}\" }}\n}}\n"
    );
    world.terraform.write("import.tf", &block);

    world.applies();

    assert_eq!(world.state()["id"], order);
    assert_eq!(world.identity(), json!({ "customer_number": CUSTOMER, "voice_order_id": order }));
    assert_eq!(world.numbers().len(), 10);
    assert!(world.voice_orders().is_empty());
}

#[test]
fn terraform_writes_the_configuration_of_what_an_identity_names() {
    let world = given();
    if !world.terraform.supports(Identities) {
        return;
    }
    let service_id = world.lumen.add_service("Headquarters", MONROE, 100);
    world.terraform.write("main.tf", PROVIDER);
    world.imports_by(CUSTOMER, &service_id);

    world.terraform.plan(&["-generate-config-out=generated.tf"]).finds_changes();
    world.applies();

    let generated = fs::read_to_string(world.terraform.module().join("generated.tf")).unwrap();
    assert!(generated.contains("Headquarters"), "{generated}");
    assert!(world.orders().is_empty());
}

#[test]
fn a_connection_of_another_customer_is_not_taken_over() {
    let world = given();
    if !world.terraform.supports(Identities) {
        return;
    }
    let service_id = world.lumen.add_service("Headquarters", MONROE, 100);
    world.wants(&Connection::default());
    world.imports_by("1-OTHER", &service_id);

    let planned = world.terraform.plan(&[]).fails();

    planned.says("The service belongs to customer `1-OTHER`").says("Set `customer_number`");
    assert!(world.state().is_null());
}

impl World {
    /// The identity of the only object of the test in the state.
    fn identity(&self) -> Value {
        let state = self.terraform.state_file();
        let identity = state.pointer("/resources/0/instances/0/identity");
        identity.cloned().unwrap_or_default()
    }

    /// Rewrites the state as a Terraform without identities would have written it.
    fn forgets_the_identity(&self) {
        let mut state = self.terraform.state_file();
        let instance = state.pointer_mut("/resources/0/instances/0").unwrap();
        let instance = instance.as_object_mut().unwrap();
        assert!(instance.remove("identity").is_some());
        assert!(instance.remove("identity_schema_version").is_some());
        self.terraform.write("terraform.tfstate", &state.to_string());
        assert!(self.identity().is_null());
    }

    /// Writes an import block for the connection of most tests.
    fn imports_by(&self, customer_number: &str, service_id: &str) {
        let block = format!(
            r#"
import {{
  to = lumen_iod_connection.test
  identity = {{
    customer_number = "{customer_number}"
    service_id      = "{service_id}"
  }}
}}
"#
        );
        self.terraform.write("import.tf", &block);
    }
}
