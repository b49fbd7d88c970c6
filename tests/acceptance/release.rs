//! The workflow that builds a release. It does not run before the first release, so these tests check it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The platforms of a release, with the names that Terraform and the compiler use.
const PLATFORMS: [(&str, &str); 6] = [
    ("darwin_amd64", "x86_64-apple-darwin"),
    ("darwin_arm64", "aarch64-apple-darwin"),
    ("linux_amd64", "x86_64-unknown-linux-musl"),
    ("linux_arm64", "aarch64-unknown-linux-musl"),
    ("windows_amd64", "x86_64-pc-windows-msvc"),
    ("windows_arm64", "aarch64-pc-windows-msvc"),
];

#[test]
fn a_release_is_made_for_every_platform() {
    let release = workflow("release");

    let packaged = release["jobs"]["package"]["strategy"]["matrix"]["include"].as_array().unwrap();
    let packaged: BTreeMap<&str, &str> =
        packaged.iter().map(|it| (text(&it["platform"]), text(&it["target"]))).collect();
    assert_eq!(packaged, BTreeMap::from(PLATFORMS));

    let attested = release["jobs"]["attest"]["strategy"]["matrix"]["platform"].as_array().unwrap();
    let attested: BTreeSet<&str> = attested.iter().map(text).collect();
    assert_eq!(attested, packaged.into_keys().collect());
}

#[test]
fn what_workflows_run_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = BTreeSet::new();
    for name in ["ci", "release"] {
        for script in steps(&workflow(name)).iter().filter_map(|step| step["run"].as_str()) {
            for line in script.lines().map(str::trim) {
                if let Some(arguments) = line.strip_prefix("cargo xtask ") {
                    let (command, arguments) = arguments.split_once(' ').unwrap_or((arguments, ""));
                    let help = help(command);
                    for flag in arguments.split(' ').filter(|it| it.starts_with("--")) {
                        assert!(help.contains(&format!("{flag} ")), "{line}\n{help}");
                        checked.insert(flag.to_owned());
                    }
                } else if let Some(script) = line.strip_prefix(".ci/") {
                    assert!(root.join(".ci").join(script).is_file(), "{line}");
                    checked.insert(line.to_owned());
                }
            }
        }
    }
    let expected = ["--checksums-only", "--out", "--target", ".ci/run"];
    assert_eq!(checked, expected.map(str::to_owned).into());
}

#[test]
fn only_jobs_without_our_code_may_write() {
    let release = workflow("release");
    assert_eq!(release["permissions"], serde_json::json!({}), "nothing is granted to all");

    let jobs = release["jobs"].as_object().unwrap();
    let may_write = |job: &Value| job["permissions"].to_string().contains("write");
    let runs_code = |job: &Value| job["steps"].to_string().contains("cargo");
    let writers: Vec<&String> =
        jobs.iter().filter(|(_, job)| may_write(job)).map(|it| it.0).collect();
    assert_eq!(writers, ["attest", "publish"]);
    let builders: Vec<&String> =
        jobs.iter().filter(|(_, job)| runs_code(job)).map(|it| it.0).collect();
    assert_eq!(builders, ["collect", "package", "reproduce"]);
}

#[test]
fn actions_are_pinned() {
    for name in ["ci", "release"] {
        for action in steps(&workflow(name)).iter().filter_map(|step| step["uses"].as_str()) {
            let (_, version) = action.split_once('@').expect("an action has a version");
            let is_major = version.strip_prefix('v').is_some_and(|it| it.parse::<u8>().is_ok());
            let is_commit = version.len() == 40;
            assert!(is_major || is_commit, "{action}");
        }
    }
}

fn workflow(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let yaml = std::fs::read_to_string(file.join(name).with_extension("yml")).unwrap();
    yaml_serde::from_str(&yaml).unwrap()
}

/// The steps of all jobs.
fn steps(workflow: &Value) -> Vec<Value> {
    let jobs = workflow["jobs"].as_object().unwrap().values();
    jobs.flat_map(|job| job["steps"].as_array().unwrap().clone()).collect()
}

fn help(command: &str) -> String {
    let mut xtask = Command::new(env!("CARGO"));
    xtask.args(["xtask", command, "--help"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let answer = xtask.output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8(answer.stdout).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
