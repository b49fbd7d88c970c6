//! `cargo xtask package`: builds the release files that the Terraform Registry requires, for one platform.
//!
//! The same sources produce the same bytes on every machine and at every path, so that anybody can verify
//! that a release was built from its sources.

mod archive;
mod bill;
mod checksums;
mod compiler;
mod crates;
mod reproducible;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use jiff::Timestamp;
use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider::{self, PACKAGE, Profile, VERSION, workspace};

use self::archive::Entry;
use self::checksums::Sum;
use self::compiler::Compiler;
use crate::platform::Platform;

/// The documents that are packaged with the program.
const DOCUMENTS: [&str; 3] = ["CHANGELOG.md", "LICENSE", "README.md"];

/// Declares to the Registry which protocol the provider speaks.
const MANIFEST: &str = "terraform-registry-manifest.json";

/// What to package, and into which folder.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    build: Build,
    /// Folder for the files [default: target/package]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Build nothing; only write the checksums of the packages in the folder, for all platforms
    #[arg(long, conflicts_with_all = ["debug", "target"])]
    checksums_only: bool,
}

/// How to build the program that is packaged.
#[derive(Args)]
pub(crate) struct Build {
    /// Package a debug build, which is faster to build but too large to ship
    #[arg(long)]
    debug: bool,
    /// Target to build for, such as x86_64-unknown-linux-musl [default: the compiler's host]
    #[arg(long, value_name = "TRIPLE", conflicts_with = "debug")]
    target: Option<String>,
}

/// A package.
pub(crate) struct Package {
    /// The archive that Terraform downloads.
    pub(crate) archive: PathBuf,
    /// The checksums of every file in the folder.
    sums: Vec<Sum>,
}

/// Packages the provider, and lists the files.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let out = options.out.clone().unwrap_or_else(default_folder);
    let sums = if options.checksums_only {
        checksums::write_list(&out)?
    } else {
        make(&options.build, &out)?.sums
    };
    println!("{}", out.display());
    for sum in sums {
        println!("{:>12} bytes  {}  {}", sum.size, sum.sha256, sum.name);
    }
    Ok(())
}

/// The default folder for packages.
pub(crate) fn default_folder() -> PathBuf {
    workspace().join("target").join("package")
}

/// Packages the provider into a folder.
pub(crate) fn make(build: &Build, out: &Path) -> Result<Package, Failure> {
    let compiler = Compiler::installed()?;
    let target = build.target.as_deref().unwrap_or(&compiler.host);
    let platform = Platform::of(target);
    let moment = moment()?;
    let crates = crates::shipped(target)?;
    let program = if build.debug {
        provider::build(Profile::Debug)?
    } else {
        reproducible::build(target, &compiler, &crates, moment)?
    };
    let program = read(&program)?;

    fs::create_dir_all(out).context(format_args!("{} can't be created", out.display()))?;
    let asset = |ending: &str| out.join(format!("{PACKAGE}_{VERSION}_{ending}"));
    let bill = bill::of_materials(&crates, &program, &compiler, target, moment)?;
    write(&asset(&format!("{platform}.cdx.json")), &bill)?;
    write(&asset("manifest.json"), &read(&workspace().join(MANIFEST))?)?;

    let mut entries = Vec::new();
    for name in DOCUMENTS {
        entries.push(Entry::text(name, read(&workspace().join(name))?));
    }
    let name = format!("{PACKAGE}_v{VERSION}{}", platform.program_suffix());
    entries.push(Entry::program(name, program));
    let archive = asset(&format!("{platform}.zip"));
    write(&archive, &archive::zip(&entries, moment)?)?;
    let sums = checksums::write_list(out)?;
    Ok(Package { archive, sums })
}

/// The timestamp of everything in the package: `SOURCE_DATE_EPOCH`, or else the time of the commit. With
/// the current time, every package would be different.
fn moment() -> Result<Timestamp, Failure> {
    let seconds = std::env::var("SOURCE_DATE_EPOCH").or_else(|_| {
        let mut git = Command::new("git");
        git.args(["log", "-1", "--format=%ct"]).current_dir(workspace());
        let answer = git.output().context("git can't be run")?;
        String::from_utf8(answer.stdout).context("the output of git is not UTF-8")
    })?;
    let seconds = seconds.trim().parse().context(
        "the package needs a date: set SOURCE_DATE_EPOCH to seconds since 1970, or build from a commit",
    )?;
    Timestamp::from_second(seconds).context("SOURCE_DATE_EPOCH is not a date")
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).context(format_args!("{} can't be read", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(file, bytes).context(format_args!("{} can't be written", file.display()))
}
