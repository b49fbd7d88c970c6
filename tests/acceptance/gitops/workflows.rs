//! Checks that the workflow files call exactly the scripts that the other tests run.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use yaml_serde::Value;

use super::pipeline::EXAMPLE;

const GITHUB: [&str; 3] = ["plan", "apply", "drift"];

#[test]
fn every_script_is_a_step_of_both_pipelines_and_every_step_exists() {
    let scripts = scripts();

    let github = GITHUB.map(|name| commands(&read(&format!(".github/workflows/{name}.yml"))));
    assert_eq!(called(&github.concat()), scripts);
    assert_eq!(called(&commands(&read(".gitlab-ci.yml"))), scripts);
}

#[test]
fn the_steps_are_in_the_order_in_which_they_are_tried() {
    for (workflow, job, order) in [
        (".github/workflows/plan.yml", "test", &["check.sh", "test.sh"][..]),
        (".github/workflows/plan.yml", "plan", &["plan.sh", "comment.sh", "policy.sh"]),
        (".github/workflows/apply.yml", "apply", &["apply.sh", "journal.sh"]),
        (".github/workflows/drift.yml", "drift", &["drift.sh", "journal.sh"]),
        (".gitlab-ci.yml", "test", &["check.sh", "test.sh"]),
        (".gitlab-ci.yml", "plan", &["plan.sh", "comment.sh", "policy.sh"]),
        (".gitlab-ci.yml", "apply", &["apply.sh", "journal.sh"]),
        (".gitlab-ci.yml", "drift", &["drift.sh", "journal.sh"]),
    ] {
        let workflow_file = read(workflow);
        let job = workflow_file.get("jobs").unwrap_or(&workflow_file).get(job).expect(job);
        assert_eq!(scripts_in(&commands(job)), order, "{workflow}");
    }
}

#[test]
fn applies_never_overlap_and_somebody_protects_production() {
    let github = read(".github/workflows/apply.yml");
    assert_eq!(github["concurrency"]["cancel-in-progress"], false);
    assert_eq!(github["jobs"]["apply"]["environment"], "production");

    let gitlab = read(".gitlab-ci.yml");
    assert_eq!(gitlab["apply"]["resource_group"], "production");
    assert_eq!(gitlab["apply"]["interruptible"], false);
    assert_eq!(gitlab["apply"]["environment"], "production");
}

/// These steps run the provider with real orders. `test.sh` has a journal of its own.
#[test]
fn every_step_that_may_order_or_plan_orders_has_the_journal() {
    const STEPS: [&str; 4] = ["plan.sh", "apply.sh", "drift.sh", "journal.sh"];
    for step in STEPS {
        // Without the variable, the script reports that and exits without running Terraform.
        let ended = std::process::Command::new(Path::new(EXAMPLE).join("scripts").join(step))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(said.contains("LUMEN_ORDER_JOURNAL: names the order journal"), "{step}: {said}");
    }

    for name in GITHUB {
        let workflow = read(&format!(".github/workflows/{name}.yml"));
        for (job, steps) in workflow["jobs"].as_mapping().unwrap() {
            let called = scripts_in(&commands(steps));
            if called.iter().any(|script| STEPS.contains(&script.as_str())) {
                let journal = steps["env"]["LUMEN_ORDER_JOURNAL"].as_str();
                assert_eq!(journal, Some("${{ vars.LUMEN_ORDER_JOURNAL }}"), "{name}: {job:?}");
            }
        }
    }
}

#[test]
fn what_the_pages_say_to_run_exists() {
    let scripts = scripts();
    for page in ["examples/gitops/README.md", "docs/guides/gitops.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        assert_eq!(called(&[text]), scripts, "{page}");
    }
}

fn read(workflow: &str) -> Value {
    let file = Path::new(EXAMPLE).join(workflow);
    yaml_serde::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// The names of all scripts. Each of them must be executable.
fn scripts() -> BTreeSet<String> {
    let entries = fs::read_dir(Path::new(EXAMPLE).join("scripts")).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o111, 0o111, "{name} can't be run");
            name
        })
        .collect()
}

/// Every command of a workflow or a job, in order.
fn commands(yaml: &Value) -> Vec<String> {
    match yaml {
        Value::Mapping(members) => members
            .iter()
            .flat_map(|(name, member)| match (name.as_str(), member) {
                (Some("run"), Value::String(command)) => vec![command.clone()],
                (Some("script" | "before_script" | "after_script"), Value::Sequence(lines)) => {
                    lines.iter().filter_map(Value::as_str).map(str::to_owned).collect()
                }
                (_, member) => commands(member),
            })
            .collect(),
        Value::Sequence(members) => members.iter().flat_map(commands).collect(),
        _ => Vec::new(),
    }
}

fn called(commands: &[String]) -> BTreeSet<String> {
    scripts_in(commands).into_iter().collect()
}

/// The names after `scripts/`.
fn scripts_in(commands: &[String]) -> Vec<String> {
    let calls = commands.iter().flat_map(|command| command.split("scripts/").skip(1));
    let is_name = |letter: &char| letter.is_alphanumeric() || ['.', '-', '_'].contains(letter);
    let names = calls.map(|call| call.chars().take_while(is_name).collect::<String>());
    // The text may mention the folder itself.
    names.filter(|name| !name.is_empty()).collect()
}
