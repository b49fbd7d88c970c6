//! Many connections at the same time.

use std::collections::BTreeSet;

use lumen_simulator::Action::{Add, Delete};

use crate::connection::PROVIDER;
use crate::world::given;

const COUNT: usize = 50;

#[test]
fn fifty_connections_are_bought_side_by_side_each_once() {
    let world = given();
    let connections = format!(
        r#"
resource "lumen_iod_connection" "test" {{
  count          = {COUNT}
  name           = "Branch ${{count.index}}"
  master_site_id = "PL${{format("%010d", 1247634 + count.index % 25)}}"
  partner_id     = "43558"
  bandwidth      = "100 Mbps"
}}
"#
    );
    world.terraform.write("main.tf", &[PROVIDER, &connections].concat());

    world.terraform.apply(&["-parallelism=50"]).succeeds();
    assert_eq!(world.orders(), [Add; COUNT]);
    let references: BTreeSet<_> = world.references().into_iter().collect();
    assert_eq!(references.len(), COUNT);

    let state = world.terraform.state_file();
    let remembered: BTreeSet<_> = state["resources"][0]["instances"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|instance| Some(instance["attributes"]["service_id"].as_str()?.to_owned()))
        .collect();
    let billed: BTreeSet<_> = world.connections().into_iter().map(|it| it.service_id).collect();
    assert_eq!(remembered, billed);
    assert_eq!(billed.len(), COUNT);
    world.terraform.plan(&["-parallelism=50"]).finds_nothing_to_do();

    let destroy = ["destroy", "-auto-approve", "-no-color", "-parallelism=50"];
    world.terraform.run(&destroy).succeeds();
    assert!(world.connections().is_empty());
    assert_eq!(world.orders()[COUNT..], [Delete; COUNT]);
}
