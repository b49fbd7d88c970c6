//! The order journal, shared by independent pipelines.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use lumen_simulator::Action::Add;

use crate::connection::{ASHBURN, Connection, MONROE};
use crate::s3::{Manners, S3};
use crate::terraform::{Outcome, Terraform, provider};
use crate::world::{World, given_lumen};

/// Each pipeline has its own state. A connection belongs to one of them, and the other reports where it is.
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
    let refused = refused.fails().says("workspace `default` of");
    // The message depends on whether Lumen has already built the connection when the slower pipeline
    // checks.
    let words = ["is being ordered for another Terraform state", "already exists"];
    assert!(words.iter().any(|words| refused.shows(words)), "{refused}");
}

/// Both pipelines use the state of the same workspace of HCP Terraform, without a lock.
#[test]
fn two_pipelines_of_one_state_order_one_connection() {
    const APPLY: &[&str] = &["apply", "-auto-approve", "-no-color"];
    let mut world = given_lumen(|lumen| lumen.order_seconds = 2.0);
    let mut other = Terraform::with_override(world.lumen.environment());
    let journal = world.terraform.folder().join("journal").display().to_string();
    for pipeline in [&mut world.terraform, &mut other] {
        pipeline.set("LUMEN_ORDER_JOURNAL", &*journal);
        pipeline.set("TFC_WORKSPACE_SLUG", "example/net");
        pipeline.write("main.tf", &Connection::default().to_module());
    }

    for running in [&world.terraform, &other].map(|pipeline| pipeline.start(APPLY)) {
        running.finish().succeeds();
    }

    assert_eq!(world.orders(), [Add]);
    world.has_nothing_to_do();
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

    applied
        .says("the object store ignores conditional writes")
        .says("can't be recorded in the journal");
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

    let steps = s3.names();
    let steps: Vec<_> = steps.iter().filter_map(|name| Some(name.rsplit_once('/')?.1)).collect();
    assert_eq!(world.orders(), [Add]);
    assert_eq!(steps, ["0-accepted.json", "0-intent.json", "0-returned.json"]);
}

#[test]
fn a_pipeline_without_a_journal_of_its_own_is_warned_once() {
    const HEADING: &str = "The order journal is on a temporary runner";
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
    world
        .terraform
        .plan(&[])
        .finds_changes()
        .says_so_often(HEADING, 1)
        .says("`GITLAB_CI` indicates");
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

/// Scripts rely on the exit codes of the command line.
#[test]
fn the_journal_command_tells_by_its_exit_code_whether_an_order_needs_attention() {
    let mut world = given_lumen(|lumen| lumen.order_seconds = 3600.0);
    let place = world.terraform.folder().join("journal").display().to_string();
    world.terraform.set("LUMEN_ORDER_JOURNAL", &*place);
    world.wants(&Connection::default());

    journal(&world, &["list"]).fails().says("the folder does not exist").says("--missing-ok");
    journal(&world, &["list", "--missing-ok"]).succeeds().says("No order is open");
    journal(&world, &["list", "--no-such-flag"]).fails().says("--no-such-flag");
    journal(&world, &["list", "--help"]).succeeds().says("Exit codes:");

    let mut applying = world.terraform.start(&["apply", "-auto-approve", "-no-color"]);
    applying.until("it waits for the order", || world.is_waiting());
    applying.kill();
    applying.finish();
    let deadline = Instant::now() + Duration::from_secs(10);
    while !world.terraform.temporary_files().is_empty() {
        assert!(Instant::now() < deadline, "the provider outlives Terraform");
        thread::sleep(Duration::from_millis(10));
    }

    let [reference] = world.references().try_into().unwrap();
    let state = format!("for workspace `default` of `{}`", world.terraform.module().display());
    let listed = journal(&world, &["list"]).finds_changes();
    listed.says(&reference).says("accepted").says(&state).says("The run resumes the order");
    journal(&world, &["list", "--json"]).finds_changes().says(r#""state": "accepted""#);
    let shown = journal(&world, &["show", &reference]).succeeds();
    shown.says("Lumen accepted the order.").says("Order request:");

    let settled = journal(&world, &["settle", &reference]).succeeds();
    settled.says("which was accepted").says("Warning: Lumen has accepted this order");
    journal(&world, &["list"]).succeeds().says("No order is open");
    journal(&world, &["show", &reference]).succeeds().says("A person marked");
    journal(&world, &["settle", &reference]).succeeds().says("was already settled");
    journal(&world, &["settle", "tf-none"]).fails().says("has no order with the reference tf-none");
}

fn journal(world: &World, arguments: &[&str]) -> Outcome {
    let arguments: Vec<&str> = ["journal"].into_iter().chain(arguments.iter().copied()).collect();
    world.terraform.start_program(provider(), &arguments).finish()
}
