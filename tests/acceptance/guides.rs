//! Checks that the examples in the README and the guides work as published.
//!
//! The tests add what a block leaves out: the provider, an order contact, and the two resources that all
//! guides refer to. Everything is applied, and then there must be nothing left to do.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::thread;

use lumen_simulator::Line;

use crate::connection::{ASHBURN, MONROE};
use crate::examples::given_lumen_at_once;
use crate::pages::{Block, blocks, written_pages};
use crate::terraform::{Feature, Terraform, program};
use crate::world::{SECRET, World};
use crate::{first_order, getting_started, number_guides};

/// The beginning of every configuration.
const REQUIREMENT: &str = r#"
terraform {
  required_providers {
    lumen = {
      source = "registry.terraform.io/lumen-community/lumen"
    }
  }
}
"#;

/// The provider block with the contact that pages leave out. As an override file, Terraform merges it into
/// the one of the page.
pub(crate) const CONTACT: &str = r#"
provider "lumen" {
  contact = {
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }
}
"#;

/// The resources that guides refer to without repeating them.
const TAKEN_FOR_GRANTED: [(&str, &str, &str); 2] = [
    (
        "lumen_iod_connection",
        "headquarters",
        r#"
  name           = "Headquarters"
  partner_id     = "43558"
  master_site_id = "PL0001247634"
  bandwidth      = "100 Mbps"
"#,
    ),
    (
        "lumen_voice_tn_reservation",
        "support",
        r#"
  product     = "local_inbound"
  rate_center = "DENVER"
  state       = "CO"
  quantity    = 10
"#,
    ),
];

/// Texts that show that a block needs a newer Terraform than the oldest supported one.
const NEEDS: [(&str, Feature); 5] = [
    ("provider::lumen::", Feature::Functions),
    ("ephemeral \"", Feature::EphemeralValues),
    ("ephemeral = true", Feature::EphemeralValues),
    ("identity = {", Feature::Identities),
    ("action \"", Feature::Actions),
];

/// How a block is tested.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// It is applied together with what it takes for granted.
    Configuration,
    /// It is a test file, and is run together with what it takes for granted.
    Test,
    /// It is a query file.
    Query,
    /// Its Terraform commands are run one after the other, with everything that guides refer to in place.
    Commands,
    /// Other tests run it, or none.
    Other,
}

fn kind(block: &Block) -> Kind {
    match (block.language.as_str(), block.text.split_whitespace().next()) {
        ("terraform", Some("run")) => Kind::Test,
        ("terraform", Some("list")) => Kind::Query,
        ("terraform", _) => Kind::Configuration,
        // See `everything_is_adopted_as_the_guide_says`.
        ("shell", _) if block.text.contains("terraform query") => Kind::Other,
        ("shell", _) if block.commands().all(|line| line.starts_with("terraform ")) => {
            Kind::Commands
        }
        _ => Kind::Other,
    }
}

#[test]
fn every_configuration_and_every_command_of_terraform_in_a_page_works() {
    // These guides have tests of their own.
    let told_as_stories = [
        getting_started::PAGE,
        first_order::PAGE,
        number_guides::SUBSCRIPTIONS,
        number_guides::PORTING,
    ];
    let pages = written_pages().into_iter().filter(|page| !told_as_stories.contains(&&**page));
    let pages: Vec<Vec<Block>> = pages.map(|page| blocks(&page)).collect();
    let kinds: BTreeSet<Kind> = pages.iter().flatten().map(kind).collect();
    assert_eq!(kinds.len(), 5, "the blocks are not understood: {kinds:?}");

    thread::scope(|scope| {
        for page in &pages {
            scope.spawn(move || {
                for block in page {
                    eprintln!("{}", block.place);
                    works(block);
                }
            });
        }
    });
}

fn works(block: &Block) {
    let kind = kind(block);
    if matches!(kind, Kind::Query | Kind::Other) {
        return;
    }
    let mut world = given_lumen_at_once();
    world.terraform.set("TF_VAR_lumen_client_secret", SECRET);
    world.knows_customers(&block.text);
    let terraform = &world.terraform;
    let lacks =
        |&(word, feature): &(&str, _)| block.text.contains(word) && !terraform.supports(feature);
    if NEEDS.iter().any(lacks) {
        terraform.run(&["version"]).succeeds();
        return;
    }
    if ["import {", "data \"lumen_iod_connections\""].iter().any(|it| block.text.contains(it)) {
        given_what_guides_import(&world);
    }
    match kind {
        Kind::Test => {
            completes(terraform, &block.text, "main.tftest.hcl");
            terraform.run(&["test", "-no-color"]).succeeds();
        }
        Kind::Commands => {
            let everything = TAKEN_FOR_GRANTED.map(|(kind, name, _)| format!("# {kind}.{name}\n"));
            completes(terraform, &everything.concat(), "main.tf");
            block.commands().for_each(|command| runs(terraform, command));
        }
        _ => {
            completes(terraform, &block.text, "main.tf");
            world.applies();
        }
    }
}

/// Runs a command of a page.
pub(crate) fn runs(terraform: &Terraform, command: &str) {
    terraform.run(&arguments(command)).succeeds();
}

/// The arguments of a command of a page without its redirections, and without a prompt for approval.
pub(crate) fn arguments(command: &str) -> Vec<&str> {
    let command = command.split('>').next().unwrap_or(command);
    let mut arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
    let is_of_saved_plan = arguments.iter().any(|argument| argument.ends_with(".tfplan"));
    if matches!(arguments[0], "apply" | "destroy") && !is_of_saved_plan {
        arguments.push("-auto-approve");
    }
    arguments
}

/// Writes a file of a module, and another one with what it takes for granted.
fn completes(terraform: &Terraform, text: &str, file: &str) {
    terraform.write(file, text);
    let mut granted = String::new();
    if !text.contains("required_providers") {
        granted += REQUIREMENT;
    }
    if !text.contains("provider \"lumen\" {") {
        granted += "provider \"lumen\" {}\n";
    }
    for (kind, name, arguments) in TAKEN_FOR_GRANTED {
        let declaration = format!("resource \"{kind}\" \"{name}\" {{");
        if text.contains(&format!("{kind}.{name}")) && !text.contains(&declaration) {
            granted += &[&declaration, arguments, "}\n"].concat();
        }
    }
    terraform.write("granted.tf", &granted);
    terraform.write("override.tf", CONTACT);
}

/// Creates the services and the numbers that guides import, under the IDs in the guides.
fn given_what_guides_import(world: &World) {
    assert_eq!(world.lumen.add_service("Headquarters", MONROE, 100), "77133831778");
    assert_eq!(world.lumen.add_service("Branch", ASHBURN, 100), "77133831779");
    let order = world.lumen.add_voice_order("2036", "DENVER", "CO", 10);
    assert_eq!(order.as_deref(), Some("600184201"));
    let lines: Vec<u64> =
        [13_035_550_200].into_iter().chain(13_035_550_210..=13_035_550_219).collect();
    world.lumen.add_lines(&lines, &Line::new("2036", "DENVER-SBC-1"));
}

#[test]
fn every_configuration_in_a_page_is_formatted() {
    let folder = tempfile::tempdir().unwrap();
    for block in written_pages().iter().flat_map(|page| blocks(page)) {
        if block.language == "terraform" {
            let name = format!("{}.tf", block.place.replace('/', " "));
            fs::write(folder.path().join(name), block.text).unwrap();
        }
    }

    let mut format = Command::new(program());
    format.args(["fmt", "-check", "-diff", "-no-color"]).arg(folder.path());
    let checked = format.output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[test]
fn written_configuration_is_tidied_as_the_guide_says() {
    let world = given_lumen_at_once();
    given_what_guides_import(&world);
    let terraform = &world.terraform;
    terraform.write("main.tf", &[REQUIREMENT, CONTACT].concat());
    let imports = adopting().into_iter().filter(|block| block.heading == "One service");
    let imports: String = imports
        .filter(|block| block.language == "terraform" && !block.text.contains("identity"))
        .map(|block| block.text.split_inclusive("\n}\n").next().unwrap_or_default().to_owned())
        .collect();
    terraform.write("import.tf", &imports);

    let heading = "Let Terraform write the configuration";
    let plan = adopting().into_iter().find(|block| block.heading == heading).unwrap();
    for command in plan.commands() {
        let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
        terraform.run(&arguments).fails().says("`product` has no value");
    }
    let generated = fs::read_to_string(terraform.module().join("generated.tf")).unwrap();
    let lines = generated.lines().map(|line| match line.trim() {
        nothing if nothing.starts_with("product ") => "  product = \"local_inbound\"",
        _ => line,
    });
    let tidied: Vec<&str> = lines.filter(|line| !line.ends_with("= null")).collect();
    terraform.write("generated.tf", &tidied.join("\n"));

    world.applies();
    assert!(world.orders().is_empty() && world.voice_orders().is_empty());
}

#[test]
fn everything_is_adopted_as_the_guide_says() {
    let world = given_lumen_at_once();
    given_what_guides_import(&world);
    let terraform = &world.terraform;
    if !offers_queries(terraform) {
        return;
    }
    terraform.write("main.tf", &[REQUIREMENT, CONTACT].concat());
    let here = || adopting().into_iter().filter(|it| it.heading == "All services at once");
    for (number, block) in here().filter(|block| kind(block) == Kind::Query).enumerate() {
        // The first query lists everything. The others are filtered, and run separately.
        if 0 < number {
            terraform.write("all.tfquery.hcl", &block.text);
            terraform.run(&["query", "-no-color"]).succeeds();
        }
    }
    let all = here().find(|block| kind(block) == Kind::Query).unwrap();
    terraform.write("all.tfquery.hcl", &all.text);
    let shell = here().find(|block| block.language == "shell").unwrap();
    shell.commands().for_each(|command| runs(terraform, command));

    world.has_nothing_to_do();
    assert!(world.orders().is_empty() && world.voice_orders().is_empty());
}

/// Whether Terraform has queries and the provider supports them.
fn offers_queries(terraform: &Terraform) -> bool {
    terraform.write("main.tf", REQUIREMENT);
    let schemas = terraform.run(&["providers", "schema", "-json"]).succeeds().to_string();
    terraform.supports(Feature::Queries) && schemas.contains("list_resource_schemas")
}

fn adopting() -> Vec<Block> {
    blocks("docs/guides/adopting.md")
}
