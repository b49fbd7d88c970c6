//! `terraform query`: existing objects are found, written to a configuration, and imported.

use std::fs;
use std::path::Path;

use lumen_simulator::Line;

use crate::connection::MONROE;
use crate::terraform::Feature;
use crate::world::{World, given, given_lumen};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/list-resources");

const PROVIDER: &str = r#"
terraform {
  required_providers {
    lumen = { source = "registry.terraform.io/lumen-community/lumen" }
  }
}
provider "lumen" {}
"#;

impl World {
    fn knows_queries(&self) -> bool {
        self.terraform.supports(Feature::Queries)
    }

    /// Creates this many services that Terraform does not manage.
    fn has_services(&self, count: usize) {
        for number in 1..=count {
            let _ = self.lumen.add_service(&format!("office-{number}"), MONROE, 100);
        }
    }

    /// Runs a query, and generates a configuration for the result.
    fn generates(&self) -> String {
        let query = ["query", "-no-color", "-generate-config-out=generated.tf"];
        self.terraform.run(&query).succeeds();
        fs::read_to_string(self.terraform.module().join("generated.tf")).unwrap()
    }
}

#[test]
fn everything_that_exists_is_adopted() {
    let world = given();
    if !world.knows_queries() {
        return;
    }
    world.has_services(150);
    world.terraform.write("main.tf", PROVIDER);
    let all = r#"
    list "lumen_iod_connection" "all" {
      provider = lumen
      limit    = 1000
    }
    "#;
    world.terraform.write("all.tfquery.hcl", all);

    let generated = world.generates();

    assert_eq!(generated.matches("\nresource \"lumen_iod_connection\"").count(), 150);
    for computed in ["status", "hourly_price", "external_id", "location", "wait_for", "timeouts"] {
        assert!(!generated.contains(&format!("\n  {computed} ")), "{computed} is noise");
    }
    world.terraform.apply(&[]).succeeds().says("150 imported, 0 added, 0 changed, 0 destroyed");
    world.has_nothing_to_do();
    assert!(world.orders().is_empty(), "adopting orders nothing");
}

#[test]
fn every_example_of_a_list_finds_and_adopts_something() {
    let mut world = given_lumen(|lumen| {
        lumen.voice.order_seconds = 0.0;
        lumen.voice.inventory_lag_seconds = 0.0;
    });
    if !world.knows_queries() {
        return;
    }
    world.has_services(2);
    world.lumen.add_voice_order("2036", "DENVER", "CO", 10).unwrap();

    world.lumen.add_lines(&[13_035_550_150, 13_035_550_151], &Line::new("2036", "DENVER-SBC-1"));

    for name in
        ["lumen_iod_connection", "lumen_voice_tn_reservation", "lumen_voice_tn_subscription"]
    {
        world.enters(&Path::new(EXAMPLES).join(name), |_| true);
        world.terraform.run(&["query", "-no-color"]).succeeds().says(&format!("list.{name}."));
        if name == "lumen_iod_connection" {
            // The example finds the same services twice, but only one resource may manage each of them.
            let all = world.terraform.module().join("list-resource.tfquery.hcl");
            let text = fs::read_to_string(&all).unwrap();
            let first = text.split("\n\nlist ").next().unwrap();
            fs::write(&all, format!("{first}\n")).unwrap();
        }
        assert!(world.generates().contains(&format!("resource \"{name}\"")));
        world.applies();
    }
    assert!(world.orders().is_empty() && world.voice_orders().is_empty(), "nothing is ordered");
}

#[test]
fn a_filter_that_can_t_be_is_told() {
    let world = given();
    if !world.knows_queries() {
        return;
    }
    world.terraform.write("main.tf", PROVIDER);
    let wrong = r#"
    list "lumen_iod_connection" "all" {
      provider = lumen
      config {
        status = "running"
      }
    }
    "#;
    world.terraform.write("all.tfquery.hcl", wrong);

    let query = world.terraform.run(&["query", "-no-color"]);

    query.fails().says("Set `status` to one of `active`, `suspended`, `changing`, `pending`.");
}
