//! Functions, called in real expressions.

use std::path::Path;

use crate::terraform::Feature;
use crate::world::given;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/functions");

#[test]
fn every_example_of_a_function_is_applied() {
    let mut world = given();
    if !world.terraform.supports(Feature::Functions) {
        return;
    }
    let block: Vec<_> = (9100..=9109).map(|line| format!("\"+1303555{line}\"")).collect();
    let block = format!("[{}]", block.join(","));
    for (name, output) in [
        ("bandwidth_mbps", "1500"),
        ("format_bandwidth", "\"1 Gbps\""),
        ("e164", "[\"+13035550100\",\"+17205550199\"]"),
        ("tn_range", block.as_str()),
        ("add_business_days", "\"2026-12-02T17:00:00Z\""),
    ] {
        world.enters(&Path::new(EXAMPLES).join(name), |_| true);
        world.applies();
        let outputs = &world.terraform.state_file()["outputs"];
        let only = outputs.as_object().and_then(|outputs| outputs.values().next());
        assert_eq!(only.map(|output| output["value"].to_string()).as_deref(), Some(output));
    }
}

#[test]
fn an_error_points_at_the_argument() {
    let world = given();
    if !world.terraform.supports(Feature::Functions) {
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
        output "mbps" {
          value = provider::lumen::bandwidth_mbps("fast")
        }
        "#,
    );

    world
        .terraform
        .plan(&[])
        .fails()
        .says("Invalid value for \"bandwidth\" parameter")
        .says("`fast` is not a bandwidth: the unit must be Mbps or Gbps, as in `100 Mbps`.");
}
