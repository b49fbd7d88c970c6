//! What users install: packages, and the mirror that Terraform installs them from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::terraform::{SOURCE_ADDRESS, Terraform};

const VERSION: &str = env!("CARGO_PKG_VERSION");

const CONFIGURATION: &str = r#"
terraform {
  required_providers {
    lumen = {
      source = "registry.terraform.io/lumen-community/lumen"
    }
  }
}
"#;

#[test]
fn a_package_is_installed_locked_and_guarded() {
    let made = given_a_mirror();
    made.expect_consistent_assets();
    made.expect_a_bill_of_what_ships();

    let mut terraform = Terraform::with_mirror(Vec::new());
    fs::write(terraform.folder().join("terraform.rc"), &made.settings).unwrap();
    terraform.write("main.tf", CONFIGURATION);
    terraform.run(&["init", "-no-color"]).succeeds().says(&format!("/lumen v{VERSION}"));

    let installed = unpacked(terraform.module());
    let program = format!("terraform-provider-lumen_v{VERSION}");
    assert_eq!(names(&installed), ["CHANGELOG.md", "LICENSE", "README.md", &program]);
    assert_eq!(made.bill()["metadata"]["component"]["hashes"][0]["content"], {
        sha256(&installed.join(&program))
    });

    let lock = fs::read_to_string(terraform.module().join(".terraform.lock.hcl")).unwrap();
    assert!(lock.contains(&format!("provider \"{SOURCE_ADDRESS}\"")), "{lock}");
    assert!(lock.contains(&format!("version = \"{VERSION}\"")), "{lock}");
    assert!(lock.contains("\"h1:"), "{lock}");

    // The next runner has only the lock file.
    terraform.enter("elsewhere");
    terraform.write("main.tf", CONFIGURATION);
    terraform.write(".terraform.lock.hcl", &lock);
    terraform.run(&["init", "-lockfile=readonly", "-no-color"]).succeeds();
    terraform.run(&["validate", "-no-color"]).succeeds();
    assert_eq!(
        fs::read_to_string(terraform.module().join(".terraform.lock.hcl")).unwrap(),
        lock,
        "the lock file has nothing to learn"
    );

    // The archive has the right name, but different content.
    terraform.enter("tampered");
    terraform.write("main.tf", CONFIGURATION);
    terraform.write(".terraform.lock.hcl", &lock);
    tamper(&made.mirrored());
    terraform
        .run(&["init", "-lockfile=readonly", "-no-color"])
        .fails()
        .says("doesn't match any of the checksums previously recorded in the dependency lock file");
}

/// The folder with the release files that `cargo xtask package` makes of debug builds.
pub(crate) fn release() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("release");
        xtask(&["package", "--debug", "--out", &folder.display().to_string()]);
        folder
    })
}

/// Runs one of our own commands, and returns its output.
fn xtask(arguments: &[&str]) -> String {
    // The copy of the provider that the other tests use must be made before cargo builds for this test.
    crate::terraform::provider();
    let made = Command::new(env!("CARGO"))
        .arg("xtask")
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap()
}

/// The output of `cargo xtask mirror` for a debug build.
struct Made {
    folder: TempDir,
    /// The settings for Terraform that it printed.
    settings: String,
}

fn given_a_mirror() -> Made {
    let folder = TempDir::with_prefix("lumen-package-").unwrap();
    let inside = |name: &str| folder.path().join(name).display().to_string();
    let settings =
        xtask(&["mirror", "--debug", "--package", &inside("package"), "--out", &inside("mirror")]);
    Made { folder, settings }
}

impl Made {
    fn package(&self) -> PathBuf {
        self.folder.path().join("package")
    }

    /// A release asset, selected by the end of its name.
    fn asset(&self, ending: &str) -> PathBuf {
        let mut found = names(&self.package());
        found.retain(|name| name.ends_with(ending));
        assert_eq!(found.len(), 1, "one {ending}: {found:?}");
        self.package().join(&found[0])
    }

    /// The archive that Terraform installs the provider from.
    fn mirrored(&self) -> PathBuf {
        let archive = self.asset(".zip");
        let provider = self.folder.path().join("mirror").join(SOURCE_ADDRESS);
        provider.join(archive.file_name().unwrap())
    }

    fn expect_consistent_assets(&self) {
        let archive = self.asset(".zip");
        assert_eq!(fs::read(&archive).unwrap(), fs::read(self.mirrored()).unwrap());
        let release = format!("terraform-provider-lumen_{VERSION}_");
        let mut summed = Vec::new();
        for line in fs::read_to_string(self.asset("_SHA256SUMS")).unwrap().lines() {
            let (sum, name) = line.split_once("  ").expect("a sum and a name");
            assert!(name.starts_with(&release), "{name}");
            assert_eq!(sum, sha256(&self.package().join(name)), "{name}");
            summed.push(name.to_owned());
        }
        summed.push(format!("{release}SHA256SUMS"));
        summed.sort();
        assert_eq!(summed, names(&self.package()), "everything but the list itself is in the list");

        let manifest: Value =
            serde_json::from_slice(&fs::read(self.asset("_manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["version"], 1);
        assert_eq!(manifest["metadata"]["protocol_versions"], serde_json::json!(["6.0"]));
    }

    fn bill(&self) -> Value {
        serde_json::from_slice(&fs::read(self.asset(".cdx.json")).unwrap()).unwrap()
    }

    fn expect_a_bill_of_what_ships(&self) {
        let bill = self.bill();
        assert_eq!(bill["bomFormat"], "CycloneDX");
        assert_eq!(bill["specVersion"], "1.5");
        assert_eq!(bill["metadata"]["component"]["version"], VERSION);
        let components = bill["components"].as_array().unwrap();
        let named = |name: &str| components.iter().find(|it| it["name"] == name);
        for ships in ["tonic", "reqwest", "ring", "std"] {
            assert!(named(ships).is_some(), "{ships} ships");
        }
        for stays in ["criterion", "proptest", "lumen-simulator", "protox", "serde_derive", "zip"] {
            assert!(named(stays).is_none(), "{stays} stays at home");
        }
        for component in components {
            assert!(component["purl"].is_string(), "{component} has an address");
            assert!(
                component["licenses"][0]["expression"].is_string(),
                "{component} has a licence"
            );
        }
        let sum = &named("tonic").unwrap()["hashes"][0];
        let lock = include_str!("../../Cargo.lock");
        assert!(lock.contains(sum["content"].as_str().unwrap()), "Cargo.lock pins {sum}");
    }
}

/// The folder in which `init` installed the provider.
fn unpacked(module: &Path) -> PathBuf {
    let versions = module.join(".terraform/providers").join(SOURCE_ADDRESS).join(VERSION);
    let platforms = names(&versions);
    assert_eq!(platforms.len(), 1, "{platforms:?}");
    versions.join(&platforms[0])
}

/// Renames a file in the archive, which changes its content for Terraform.
fn tamper(archive: &Path) {
    let mut bytes = fs::read(archive).unwrap();
    // A name precedes the content, and is repeated in the directory at the end.
    for place in 0..bytes.len() {
        if bytes[place..].starts_with(b"LICENSE") {
            bytes[place..place + 7].copy_from_slice(b"LICENCE");
        }
    }
    fs::write(archive, bytes).unwrap();
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

fn sha256(file: &Path) -> String {
    use std::fmt::Write as _;
    Sha256::digest(fs::read(file).unwrap()).iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    })
}
