//! `cargo xtask package`: what the Terraform Registry wants of a release, for one platform.
//!
//! The same sources give the same bytes, whoever packages them and wherever they lie: anybody can
//! check that a release is what its sources say.

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

/// What users get beside the program.
const PAPERS: [&str; 3] = ["CHANGELOG.md", "LICENSE", "README.md"];

/// Tells the Registry which protocol the provider speaks.
const MANIFEST: &str = "terraform-registry-manifest.json";

/// What to package, and where to.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    build: Build,
    /// Put the files here [default: target/package]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Build nothing: write the checksums of the packages that are in the folder, of all platforms
    #[arg(long, conflicts_with_all = ["debug", "target"])]
    checksums_only: bool,
}

/// How to build what is packaged.
#[derive(Args)]
pub(crate) struct Build {
    /// Package a debug build: quicker to make, too large to ship
    #[arg(long)]
    debug: bool,
    /// Build for this target of the compiler, such as x86_64-unknown-linux-musl [default: its own]
    #[arg(long, value_name = "TRIPLE", conflicts_with = "debug")]
    target: Option<String>,
}

/// What was packaged.
pub(crate) struct Package {
    /// What Terraform downloads.
    pub(crate) archive: PathBuf,
    /// Of everything that is in the folder by now.
    sums: Vec<Sum>,
}

/// Packages the provider and shows what came of it.
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

/// Where packages are put, unless it is said otherwise.
pub(crate) fn default_folder() -> PathBuf {
    workspace().join("target").join("package")
}

/// Packages the provider into a folder.
pub(crate) fn make(build: &Build, out: &Path) -> Result<Package, Failure> {
    let compiler = Compiler::at_hand()?;
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

    fs::create_dir_all(out).context(format_args!("{} can't be made", out.display()))?;
    let asset = |ending: &str| out.join(format!("{PACKAGE}_{VERSION}_{ending}"));
    let bill = bill::of_materials(&crates, &program, &compiler, target, moment)?;
    write(&asset(&format!("{platform}.cdx.json")), &bill)?;
    write(&asset("manifest.json"), &read(&workspace().join(MANIFEST))?)?;

    let mut entries = Vec::new();
    for name in PAPERS {
        entries.push(Entry::text(name, read(&workspace().join(name))?));
    }
    let name = format!("{PACKAGE}_v{VERSION}{}", platform.program_suffix());
    entries.push(Entry::program(name, program));
    let archive = asset(&format!("{platform}.zip"));
    write(&archive, &archive::zip(&entries, moment)?)?;
    let sums = checksums::write_list(out)?;
    Ok(Package { archive, sums })
}

/// The time that everything in the package carries: `SOURCE_DATE_EPOCH`, in seconds, or else that of
/// the commit, but never the present.
fn moment() -> Result<Timestamp, Failure> {
    let seconds = std::env::var("SOURCE_DATE_EPOCH").or_else(|_| {
        let mut git = Command::new("git");
        git.args(["log", "-1", "--format=%ct"]).current_dir(workspace());
        let answer = git.output().context("git can't be run")?;
        String::from_utf8(answer.stdout).context("git does not speak UTF-8")
    })?;
    let seconds = seconds.trim().parse().context(
        "The package needs a date, and this is no commit: set SOURCE_DATE_EPOCH to seconds since 1970",
    )?;
    Timestamp::from_second(seconds).context("SOURCE_DATE_EPOCH is not a date")
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).context(format_args!("{} can't be read", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(file, bytes).context(format_args!("{} can't be written", file.display()))
}
