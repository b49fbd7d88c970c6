//! Checks that everything under `examples/` works as published.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lumen_simulator::{Line, RetryAfter, ServiceAddress, Subscriber};

use crate::connection::{Connection, MONROE};
use crate::guides::CONTACT;
use crate::subscription::{impatient, needs_newer, with_current_dates};
use crate::terraform::{Feature, program};
use crate::world::{World, given_lumen};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");

/// The service that the examples refer to.
const SERVICE: &str = "77133831778";

/// The voice order that the examples refer to.
const VOICE_ORDER: &str = "600184201";

#[test]
fn every_data_source_example_finds_something() {
    let mut world = given_lumen_at_once();
    world.wants(&Connection::default());
    world.applies();
    assert_eq!(world.state()["service_id"], SERVICE);
    let order = world.state()["order_request_id"].as_str().unwrap().to_owned();
    given_numbers(&world);
    world.terraform.set("TF_VAR_service_id", SERVICE);
    world.terraform.set("TF_VAR_order_request_id", order);
    world.terraform.set("TF_VAR_voice_order_id", VOICE_ORDER);

    for example in folders(&Path::new(EXAMPLES).join("data-sources")) {
        world.enters(&example, |_| true);
        world.applies();
    }
}

#[test]
fn every_resource_example_is_created_and_destroyed() {
    let mut world = given_lumen_at_once();
    world.terraform.set("TF_VAR_losing_carrier_pin", "0000");

    for example in folders(&Path::new(EXAMPLES).join("resources")) {
        world.enters(&example, |name| !name.starts_with("import"));
        world.applies();
        world.terraform.destroy().succeeds();

        // More examples on the page of the same resource leave out the provider block.
        let more = example.join("more");
        for file in files(&more) {
            let text = fs::read_to_string(more.join(&file)).unwrap();
            if needs_newer(&world.terraform, &text) {
                continue;
            }
            world.enters(&more, |name| name == file);
            world.knows_customers(&text);
            let first = fs::read_to_string(example.join("resource.tf")).unwrap();
            let (terraform, _) = first.split_once("\n}\n").unwrap();
            world.terraform.write("provider.tf", &format!("{terraform}\n}}\n{CONTACT}"));
            // By default, numbers in service are neither disconnected nor forgotten.
            let retained = impatient(&text, "on_destroy = \"retain\"");
            world.terraform.write("subscription_override.tf", &retained);
            world.applies();
            world.terraform.destroy().succeeds();
        }
    }
}

#[test]
fn every_resource_example_imports_what_is_there() {
    let mut world = given_lumen_at_once();
    let service_id = world.lumen.add_service("Headquarters", MONROE, 100);
    assert_eq!(service_id, SERVICE);
    given_numbers(&world);

    for example in folders(&Path::new(EXAMPLES).join("resources")) {
        if example.ends_with("lumen_voice_tn_subscription") {
            given_lines(&world);
        }
        let is_resource = |name: &str| !name.starts_with("import");
        for import in files(&example).into_iter().filter(|name| !is_resource(name)) {
            if import.contains("identity") && !world.terraform.supports(Feature::Identities) {
                continue;
            }
            world.enters(&example, |name| is_resource(name) || name == import);
            if Path::new(&import).extension().is_some_and(|kind| kind == "sh") {
                world.terraform.run_script(&example.join(import));
            }
            world.applies();
        }
    }
    assert!(world.orders().is_empty(), "importing orders nothing");
    assert!(world.voice_orders().is_empty(), "importing orders nothing");
    assert!(world.lumen.ledger().line_orders.is_empty(), "importing orders nothing");
}

#[test]
fn every_other_example_is_applied_and_destroyed() {
    let mut world = given_lumen_at_once();
    // Other tests cover these: the pipeline needs a database, and some need a newer Terraform.
    let of_others = [
        "actions",
        "data-sources",
        "ephemeral-resources",
        "functions",
        "gitops",
        "list-resources",
        "resources",
    ];

    for example in folders(Path::new(EXAMPLES)) {
        if of_others.iter().any(|folder| example.ends_with(folder)) {
            continue;
        }
        world.enters(&example, |_| true);
        world.applies();
        world.terraform.destroy().succeeds();
    }
    assert!(world.connections().is_empty());
}

#[test]
fn every_example_is_formatted() {
    let checked = Command::new(program())
        .args(["fmt", "-check", "-diff", "-recursive", "-no-color", EXAMPLES])
        .output()
        .unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

/// The examples poll as rarely as real configurations, so an order must have ended by the first check.
pub(crate) fn given_lumen_at_once() -> World {
    given_lumen(|lumen| {
        lumen.order_seconds = 0.0;
        lumen.inventory_lag_seconds = 0.0;
        lumen.retry_after = RetryAfter::Seconds(1);
        lumen.voice.order_seconds = 0.0;
        lumen.voice.inventory_lag_seconds = 0.0;
        lumen.voice.report.lag_seconds = 0.0;
    })
}

/// Numbers that were reserved without Terraform.
fn given_numbers(world: &World) {
    let order = world.lumen.add_voice_order("2036", "DENVER", "CO", 10);
    assert_eq!(order.as_deref(), Some(VOICE_ORDER));
}

/// The numbers of the example of a subscription, which were put into service without Terraform.
pub(crate) fn given_lines(world: &World) {
    let mut line = Line::new("2042", "DENVER-SBC-1");
    line.subscriber = Some(Subscriber::Business { business_name: "Example Corp".into() });
    line.service_address = Some(ServiceAddress {
        street_number: "1025".into(),
        street_pre_directional: None,
        street_name: "Eldorado".into(),
        street_suffix: Some("BLVD".into()),
        street_post_directional: None,
        secondary_location: Some("STE 200".into()),
        city: "Broomfield".into(),
        state: "CO".into(),
        zip: "80021".into(),
    });
    world.lumen.add_lines(&[13_035_550_100, 13_035_550_101, 13_035_550_102], &line);
}

impl World {
    /// Changes to a copy of an example, or of some of its files.
    pub(crate) fn enters(&mut self, example: &Path, includes: impl Fn(&str) -> bool) {
        let module = format!("{} {}", self.modules(), example.file_name().unwrap().display());
        self.terraform.enter(&module);
        for name in files(example).into_iter().filter(|name| includes(name)) {
            let text = fs::read_to_string(example.join(&name)).unwrap();
            self.terraform.write(&name, &with_current_dates(&text));
        }
    }

    fn modules(&self) -> usize {
        folders(self.terraform.folder()).len()
    }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{} is empty", folder.display());
    found
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut found: Vec<_> = entries
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    found.sort();
    found
}
