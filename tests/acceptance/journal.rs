//! The order journal, shared by pipelines that know nothing of each other.

use lumen_simulator::Action::Add;

use crate::connection::Connection;
use crate::terraform::Terraform;
use crate::world::given_lumen;

#[test]
fn two_pipelines_at_once_that_share_a_journal_order_one_connection() {
    const APPLY: &[&str] = &["apply", "-auto-approve", "-no-color"];
    let mut world = given_lumen(|lumen| lumen.order_seconds = 2.0);
    let mut other = Terraform::with_override(world.lumen.environment());
    let journal = world.terraform.folder().join("journal").display().to_string();
    for pipeline in [&mut world.terraform, &mut other] {
        pipeline.set("LUMEN_ORDER_JOURNAL", &*journal);
        pipeline.write("main.tf", &Connection::default().to_module());
    }

    let running = [&world.terraform, &other].map(|pipeline| pipeline.start(APPLY));
    for applied in running {
        applied.finish().succeeds();
    }

    assert_eq!(world.orders(), [Add]);
    let services = [&world.terraform, &other].map(|pipeline| {
        let state = pipeline.state_file();
        state["resources"][0]["instances"][0]["attributes"]["service_id"].clone()
    });
    assert_eq!(services, [(); 2].map(|()| world.connection().service_id.clone()));
    world.has_nothing_to_do();
}
