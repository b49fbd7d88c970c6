//! Secrets that must never be stored: the client secret, and every token that Lumen issued.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::world::World;

/// Searches all files that the test left behind.
pub(crate) fn assert_none_leaked(world: &World) {
    assert_all_absent(world, &secrets(world));
}

/// Searches for another text that must not be stored.
pub(crate) fn assert_absent(world: &World, secret: &str) {
    assert_all_absent(world, &[secret.to_owned()]);
}

fn assert_all_absent(world: &World, secrets: &[String]) {
    let trace = world.terraform.folder().join("trace.log");
    // A test that ended early, because this Terraform lacks a feature, has not run anything.
    let ran_nothing = files(&world.terraform.folder().join("output")).is_empty();
    assert!(trace.exists() || ran_nothing, "Terraform's trace is not where it is looked for");

    for file in files(world.terraform.folder()) {
        let content = fs::read(&file).unwrap_or_default();
        assert_clean(&file, &content, secrets);
        if content.starts_with(b"PK") {
            // A saved plan is compressed, so Terraform has to show its content.
            let shown = world.terraform.show(&[file.to_str().unwrap()]);
            assert_clean(&file, shown.to_string().as_bytes(), secrets);
        }
        for private in private_data(&content) {
            assert_clean(&file, &private, secrets);
        }
    }
}

fn secrets(world: &World) -> Vec<String> {
    let variables = world.lumen.environment();
    let variable = |wanted: &str| {
        let found = variables.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.clone()).unwrap()
    };
    let secret = variable("LUMEN_CLIENT_SECRET");
    let basic = STANDARD.encode(format!("{}:{secret}", variable("LUMEN_CLIENT_ID")));
    [vec![secret, basic], world.lumen.tokens()].concat()
}

fn assert_clean(file: &Path, content: &[u8], secrets: &[String]) {
    let text = String::from_utf8_lossy(content);
    for secret in secrets {
        assert!(!text.contains(secret), "{} holds the secret {secret}", file.display());
    }
}

/// The private data of the objects, which Terraform encodes.
fn private_data(state: &[u8]) -> Vec<Vec<u8>> {
    let Ok(state) = serde_json::from_slice::<Value>(state) else { return Vec::new() };
    let resources = state["resources"].as_array().into_iter().flatten();
    resources
        .flat_map(|resource| resource["instances"].as_array().into_iter().flatten())
        .filter_map(|instance| instance["private"].as_str())
        .map(|private| STANDARD.decode(private).expect("Terraform encodes it as base64"))
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        // Programs are not searched.
        if kind.is_dir() && entry.file_name() != "mirror" && entry.file_name() != "providers" {
            found.extend(files(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found
}
