//! The order journal, shared by pipelines that know nothing of each other.

use std::fs;
use std::process::Command;

use lumen_simulator::Action::Add;

use crate::connection::{ASHBURN, Connection, MONROE};
use crate::s3::{Manners, S3};
use crate::terraform::{Terraform, provider};
use crate::world::given_lumen;

/// Each has a state of its own. A connection belongs to one of them: the other one says where it is.
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
    let outcomes = running.map(crate::terraform::Running::finish);

    assert_eq!(world.orders(), [Add]);
    let states = [&world.terraform, &other].map(|pipeline| {
        pipeline.run(&["state", "list"]).succeeds().shows("lumen_iod_connection.test")
    });
    assert!(states[0] != states[1], "one state has it");
    let [one, two] = outcomes;
    let (ordered, refused) = if states[0] { (one, two) } else { (two, one) };
    ordered.succeeds();
    refused.fails().says("is being ordered elsewhere").says("workspace `default` of");
}

#[test]
fn a_journal_on_a_disk_that_hangs_ends_in_words() {
    let terraform = Terraform::with_override(Vec::new());
    let journal = terraform.folder().join("journal");
    fs::create_dir_all(journal.join("a")).unwrap();
    let intent = journal.join("a/0-intent.json");
    assert!(Command::new("mkfifo").arg(intent).status().unwrap().success());

    let place = journal.display().to_string();
    let listing = terraform.start_program(provider(), &["journal", "list", "--journal", &place]);

    listing.finish().fails().says("the disk has not answered for 20 seconds");
}

#[test]
fn a_store_that_ignores_conditional_writes_gets_no_order() {
    let mut world = given_lumen(|_| {});
    let s3 = S3::start(Manners::IgnoresConditions).unwrap();
    world.terraform.set("LUMEN_ORDER_JOURNAL", S3::PLACE);
    for (name, value) in s3.environment() {
        world.terraform.set(name, value);
    }
    world.terraform.write("main.tf", &Connection::default().to_module());

    let applied = world.terraform.apply(&[]).fails();

    applied.says("the object store ignores conditional writes").says("No order was sent");
    assert_eq!((world.orders().len(), s3.names().len()), (0, 0));
}

#[test]
fn an_order_is_written_down_in_a_bucket_that_honours_conditions() {
    let mut world = given_lumen(|_| {});
    let s3 = S3::start(Manners::Good).unwrap();
    world.terraform.set("LUMEN_ORDER_JOURNAL", S3::PLACE);
    for (name, value) in s3.environment() {
        world.terraform.set(name, value);
    }
    world.terraform.write("main.tf", &Connection::default().to_module());

    world.terraform.apply(&[]).succeeds();

    // Before it was sent, when Lumen accepted it, and when Terraform was told.
    assert_eq!((world.orders(), s3.names().len()), (vec![Add], 3), "{:?}", s3.names());
}

#[test]
fn a_pipeline_without_a_journal_of_its_own_is_warned_once() {
    const HEADING: &str = "The order journal is on a runner that may be thrown away";
    let mut world = given_lumen(|_| {});
    let modules = |bandwidth, site| {
        let one = Connection { site, bandwidth, ..Connection::default() };
        let other = Connection { name: "Branch", site: ASHBURN, bandwidth, more: "" };
        let other = other.to_resource().replace("\"test\"", "\"other\"");
        [one.to_module(), other].concat()
    };
    world.terraform.write("main.tf", &modules("100 Mbps", MONROE));
    world.terraform.plan(&[]).finds_changes().says_so_often(HEADING, 0);

    world.terraform.set("GITLAB_CI", "true");
    world.terraform.plan(&[]).finds_changes().says_so_often(HEADING, 1).says("`GITLAB_CI` shows");
    world.terraform.apply(&[]).succeeds().says_so_often(HEADING, 1);
    world.terraform.plan(&[]).finds_nothing_to_do().says_so_often(HEADING, 0);
    world.terraform.run(&["refresh", "-no-color"]).succeeds().says_so_often(HEADING, 0);
    world.terraform.write("main.tf", &modules("100 Mbps", ASHBURN));
    world.terraform.plan(&[]).says("must be replaced").says_so_often(HEADING, 1);
    world.terraform.write("main.tf", &modules("1 Gbps", MONROE));
    world.terraform.plan(&[]).finds_changes().says_so_often(HEADING, 1);
    world.terraform.plan(&["-destroy"]).finds_changes().says_so_often(HEADING, 1);

    let journal = world.terraform.folder().join("journal").display().to_string();
    world.terraform.set("LUMEN_ORDER_JOURNAL", journal);
    world.terraform.plan(&[]).finds_changes().says_so_often(HEADING, 0);
}
