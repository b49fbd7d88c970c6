//! The `lumen_access_token` ephemeral resource, used by a script in the same run. The token is in no file
//! that Terraform leaves behind.

use std::path::Path;

use crate::terraform::Feature;
use crate::world::{World, given, given_lumen};

const EXAMPLE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ephemeral-resources/lumen_access_token");

impl World {
    fn knows_ephemeral_values(&self) -> bool {
        self.terraform.supports(Feature::EphemeralValues)
    }
}

#[test]
fn a_script_calls_the_api_with_a_token_that_is_stored_nowhere() {
    let mut world = given();
    if !world.knows_ephemeral_values() {
        return;
    }
    world.enters(Path::new(EXAMPLE), |_| true);

    world.terraform.apply(&[]).succeeds();

    assert_eq!(world.lumen.ledger().requests.get("GET /Network/v1/provider"), Some(&1));
    world.has_nothing_to_do();
    world.terraform.destroy().succeeds();
}

#[test]
fn a_run_may_outlive_its_token() {
    let world = given_lumen(|lumen| lumen.token_lifetime = 3);
    if !world.knows_ephemeral_values() {
        return;
    }
    world.terraform.write(
        "main.tf",
        r#"
        terraform {
          required_providers {
            lumen = { source = "registry.terraform.io/lumen-community/lumen" }
          }
        }
        ephemeral "lumen_access_token" "slow" {}
        resource "terraform_data" "slow" {
          provisioner "local-exec" {
            command     = "sleep 4"
            environment = { UNTIL = ephemeral.lumen_access_token.slow.expires_at }
          }
        }
        "#,
    );

    // Terraform renews in time, but does not show the warning that it receives.
    world.terraform.apply(&[]).succeeds().says("Renewal complete");
}

#[test]
fn wrong_credentials_are_told_before_anything_else_happens() {
    let mut world = given();
    if !world.knows_ephemeral_values() {
        return;
    }
    world.terraform.set("LUMEN_CLIENT_SECRET", "Wrong-And-Never-Seen");
    world.enters(Path::new(EXAMPLE), |_| true);

    world.terraform.apply(&[]).fails().says("Lumen refused the credentials");
}
