//! Building the provider with cargo.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lumen_report::failure::{Context, Failure};
use serde_json::Value;

/// The name of the provider's package and of its program.
pub const PACKAGE: &str = "terraform-provider-lumen";

/// The version that this workspace builds.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How cargo builds the provider.
#[derive(Clone, Copy)]
pub enum Profile {
    /// Quick to build.
    Debug,
    /// Optimized, as it ships.
    Release,
}

/// Builds the provider and returns its program.
///
/// # Errors
///
/// Fails if the provider does not build.
pub fn build(profile: Profile) -> Result<PathBuf, Failure> {
    let mut cargo = cargo_build(PACKAGE);
    if let Profile::Release = profile {
        cargo.arg("--release");
    }
    built(cargo, PACKAGE)
}

/// The command that makes a debug build of a package's program, which has the name of the package. [`built`]
/// runs it.
#[must_use]
pub fn cargo_build(package: &str) -> Command {
    let mut cargo = nested_cargo();
    cargo.args(["build", "--package", package, "--bin", package]);
    cargo
}

/// A command for the same cargo that runs this program, so that both use the same toolchain. It runs in the
/// workspace folder.
#[must_use]
pub fn nested_cargo() -> Command {
    nested(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A command for another program that runs cargo, in the workspace folder.
#[must_use]
pub fn nested(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    // The variables that cargo sets describe this package. With them, build scripts that read them, such as
    // the one of `ring`, would run again and trigger a rebuild of half of the crates.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| text.starts_with(start));
        if ours || text == "OUT_DIR" {
            command.env_remove(&name);
        }
    }
    command.current_dir(workspace());
    command
}

/// Runs a build and returns the program of this target.
///
/// # Errors
///
/// Fails if the target does not build.
pub fn built(mut cargo: Command, target: &str) -> Result<PathBuf, Failure> {
    // Cargo's own messages go to stderr as usual. Its messages on stdout contain the path of the program,
    // which depends on the target directory.
    cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    let built = cargo.output().context("cargo can't be run")?;
    if !built.status.success() {
        return Err(Failure::new(format!("`{target}` does not build: see above.")));
    }
    String::from_utf8_lossy(&built.stdout)
        .lines()
        .find_map(|message| program(message, target))
        .context(format_args!("cargo does not report the path of `{target}`"))
}

/// The path of the target's program, if this is the message that contains it.
fn program(message: &str, target: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_its = message.pointer("/target/name")?.as_str()? == target;
    let program = message.get("executable")?.as_str()?;
    is_its.then(|| PathBuf::from(program))
}

/// The workspace folder.
#[must_use]
pub fn workspace() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own)
}
