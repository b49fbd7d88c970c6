//! Building the provider with cargo.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lumen_report::failure::{Context, Failure};
use serde_json::Value;

/// The provider's package and program.
pub(crate) const PACKAGE: &str = "terraform-provider-lumen";

/// The version that this workspace builds.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Optimised for the one who builds or for the one who runs.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    Debug,
    Release,
}

/// Builds the provider and returns its program.
pub(crate) fn build(profile: Profile) -> Result<PathBuf, Failure> {
    let mut cargo = cargo_build();
    if let Profile::Release = profile {
        cargo.arg("--release");
    }
    finish(cargo)
}

/// Cargo, about to build the provider as it builds for development: with [`finish`] it does.
pub(crate) fn cargo_build() -> Command {
    let mut cargo = nested_cargo();
    cargo.args(["build", "--package", PACKAGE, "--bin", PACKAGE]);
    cargo
}

/// The cargo that runs us, so that both use the same toolchain, in the folder of the workspace.
pub(crate) fn nested_cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo told us about this package is not meant for others: build scripts that read it, such
    // as that of `ring`, would run again, and with them half of the build.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| text.starts_with(start));
        if ours || text == "OUT_DIR" {
            cargo.env_remove(&name);
        }
    }
    cargo.current_dir(workspace());
    cargo
}

/// Lets cargo build and returns the program.
pub(crate) fn finish(cargo: Command) -> Result<PathBuf, Failure> {
    built(cargo, PACKAGE)
}

/// Lets cargo build, and returns the program of this target.
pub(crate) fn built(mut cargo: Command, target: &str) -> Result<PathBuf, Failure> {
    // Cargo's own messages go to stderr as always; stdout tells where the program is, which depends
    // on the target directory.
    cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    let built = cargo.output().context("cargo can't be run")?;
    if !built.status.success() {
        return Err(Failure::new(format!("`{target}` does not build: see above.")));
    }
    String::from_utf8_lossy(&built.stdout)
        .lines()
        .find_map(|message| program(message, target))
        .context(format_args!("cargo does not say where it put `{target}`"))
}

/// The program of the target, if this is the message that names it.
fn program(message: &str, target: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_its = message.pointer("/target/name")?.as_str()? == target;
    let program = message.get("executable")?.as_str()?;
    is_its.then(|| PathBuf::from(program))
}

/// The folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}
