//! The surroundings of a pipeline: a repository, disposable runners, and what the runners share.

use std::fs;
use std::ops::Deref;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, thread};

use lumen_simulator::RetryAfter;
use serde_json::Value;

use super::postgres::{PASSWORD, Postgres};
use crate::secrets;
use crate::terraform::{Outcome, Running, program};
use crate::world::{World, given_a_mirror};

pub(super) const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/gitops");

/// The file in which the configuration lists the connections.
const CONNECTIONS: &str = "connections.auto.tfvars";

/// A pipeline whose runners share only the database and the order journal.
pub(super) struct Pipeline {
    world: World,
    repository: PathBuf,
    database: Postgres,
}

/// Creates an empty database, an empty journal, and a repository with the example.
pub(super) fn given() -> Pipeline {
    let mut world = given_a_mirror();
    world.lumen.set(|lumen| {
        lumen.order_seconds = 0.0;
        lumen.inventory_lag_seconds = 0.0;
        lumen.retry_after = RetryAfter::Seconds(1);
    });
    let database = Postgres::start();
    let folder = world.terraform.folder().to_owned();
    world.terraform.set("PG_CONN_STR", database.connection());
    world.terraform.set("LUMEN_ORDER_JOURNAL", folder.join("journal").display().to_string());
    world.terraform.set("TF_CLI_ARGS", "-no-color");
    world.terraform.set("PATH", path_with_tools(&folder.join("bin")));

    let repository = folder.join("repository");
    copy(Path::new(EXAMPLE), &repository);
    let mut pipeline = Pipeline { world, repository, database };
    pipeline.lock_the_provider();
    pipeline
}

impl Deref for Pipeline {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Pipeline {
    /// Commits the provider's version and checksums to the repository.
    fn lock_the_provider(&mut self) {
        const LOCK: &str = ".terraform.lock.hcl";
        self.check_out("laptop");
        self.world.terraform.run(&["init", "-backend=false", "-no-color"]).succeeds();
        let locked = self.world.terraform.module().join(LOCK);
        fs::copy(locked, self.repository.join(LOCK)).unwrap();
    }

    /// Commits a change to the repository.
    #[track_caller]
    pub(super) fn commit(&self, before: &str, after: &str) {
        let file = self.repository.join(CONNECTIONS);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(before), "{before} is not in {text}");
        fs::write(file, text.replace(before, after)).unwrap();
    }

    /// Changes to a new runner.
    pub(super) fn check_out(&mut self, runner: &str) {
        self.world.terraform.enter(runner);
        copy(&self.repository, self.world.terraform.module());
    }

    /// Runs a step of the pipeline until it ends.
    pub(super) fn run(&self, script: &str) -> Outcome {
        self.start(script).finish()
    }

    /// Starts a step of the pipeline.
    pub(super) fn start(&self, script: &str) -> Running {
        let script = self.world.terraform.module().join("scripts").join(script);
        self.world.terraform.start_program(&script, &[])
    }

    /// The saved plan, which the pipeline keeps for a pull request until it is merged.
    pub(super) fn saved_plan(&self) -> PathBuf {
        self.world.terraform.module().join("plan/tfplan")
    }

    /// Copies a saved plan to this runner.
    pub(super) fn take(&self, plan: &Path) {
        let own = self.saved_plan();
        fs::create_dir(own.parent().unwrap()).unwrap();
        fs::copy(plan, own).unwrap();
    }

    /// Whether Terraform has a local state file on this runner.
    pub(super) fn has_state_of_its_own(&self) -> bool {
        self.world.terraform.module().join("terraform.tfstate").exists()
    }

    /// Changes the bandwidth of a connection at Lumen, outside the pipeline.
    pub(super) fn lumen_changes(&self, name: &str, bandwidth_mbps: u32) {
        let connections = self.world.connections();
        let connection = connections.iter().find(|connection| connection.name == name).unwrap();
        self.world.lumen.change_service(&connection.service_id, |service| {
            service.bandwidth_mbps = bandwidth_mbps;
        });
    }

    /// Sets the time that future orders take.
    pub(super) fn lumen_takes(&self, time: Duration) {
        self.world.lumen.set(|lumen| lumen.order_seconds = time.as_secs_f64());
    }

    /// Advances the clock until every order is complete.
    pub(super) fn lumen_is_done(&self) {
        self.world.lumen.advance(Duration::from_hours(24));
    }

    /// Replaces the address of the simulator in the tests of the example with the one of this simulator.
    pub(super) fn tests_find_lumen(&self) {
        let tests = self.world.terraform.module().join("tests/connections.tftest.hcl");
        let text = fs::read_to_string(&tests).unwrap();
        let moved = text.replace("http://127.0.0.1:8787", &self.world.lumen.url());
        assert_ne!(moved, text, "a test could order at Lumen itself");
        fs::write(tests, moved).unwrap();
    }

    /// Makes the database reject the password.
    pub(super) fn loses_its_database(&mut self) {
        let connection = self.database.connection().replace(PASSWORD, "forgotten");
        self.world.terraform.set("PG_CONN_STR", connection);
    }

    /// Asserts that a line of the log contains both texts.
    #[track_caller]
    pub(super) fn log_has(&self, message: &str, value: &str) {
        let log = fs::read_to_string(self.world.terraform.folder().join("trace.log")).unwrap();
        let has = log.lines().any(|line| line.contains(message) && line.contains(value));
        assert!(has, "{message:?} and {value:?} are in no line of the log");
    }

    /// How many orders the journal records as accepted.
    pub(super) fn accepted_orders(&self) -> usize {
        let journal = self.world.terraform.folder().join("journal");
        let things = fs::read_dir(journal).into_iter().flatten().flatten();
        let files = things.flat_map(|thing| fs::read_dir(thing.path()).into_iter().flatten());
        let names = files.flatten().map(|file| file.file_name().display().to_string());
        names.filter(|name| name.ends_with("-accepted.json")).count()
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        if !thread::panicking() {
            secrets::assert_absent(&self.world, PASSWORD);
        }
    }
}

/// A `PATH` that begins with the Terraform of these tests and an `opa`.
fn path_with_tools(folder: &Path) -> String {
    fs::create_dir(folder).unwrap();
    let tool = |name: &str, command: &str| {
        let file = folder.join(name);
        fs::write(&file, format!("#!/bin/sh\nexec {command} \"$@\"\n")).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    };
    tool("terraform", &format!("'{}'", program().display()));
    let path = env::var("PATH").unwrap_or_default();
    if !env::split_paths(&path).any(|place| place.join("opa").is_file()) {
        tool("opa", &format!("'{}' opa", xtask().display()));
    }
    format!("{}:{path}", folder.display())
}

/// Builds `cargo xtask`, which replaces `opa` in the scripts if `opa` is not installed.
fn xtask() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "xtask", "--message-format=json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = serde_json::Deserializer::from_slice(&built.stdout).into_iter::<Value>();
    messages
        .map(Result::unwrap)
        .filter(|message| message.pointer("/target/name").is_some_and(|name| name == "xtask"))
        .find_map(|message| Some(message["executable"].as_str()?.into()))
        .expect("cargo says where it put xtask")
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (original, copied) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() == ".terraform" {
            // Someone has run Terraform in the example's folder.
        } else if original.is_dir() {
            copy(&original, &copied);
        } else {
            fs::copy(original, copied).unwrap();
        }
    }
}
