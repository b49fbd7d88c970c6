//! `cargo xtask package`: builds the files of a release for one platform: what the Terraform Registry requires,
//! and the simulator.
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
use lumen_terraform::provider::{self, PACKAGE, VERSION, workspace};

use self::archive::Entry;
use self::compiler::Compiler;
use self::crates::Crates;
use crate::platform::Platform;

/// The name of the simulator's package and of its program.
const SIMULATOR: &str = "lumen-simulator";

const LICENSE: &str = "LICENSE";

/// The documents that are packaged with the provider.
const DOCUMENTS: [&str; 3] = ["CHANGELOG.md", LICENSE, "README.md"];

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

/// Packages the provider and the simulator, and lists the files.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let out = options.out.clone().unwrap_or_else(default_folder);
    if !options.checksums_only {
        let release = Release::new(&options.build, &out)?;
        release.pack_provider()?;
        release.pack_simulator()?;
    }
    let sums = checksums::write_list(&out)?;
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

/// Packages the provider into a folder, and returns the archive that Terraform downloads.
pub(crate) fn make(build: &Build, out: &Path) -> Result<PathBuf, Failure> {
    let archive = Release::new(build, out)?.pack_provider()?;
    checksums::write_list(out)?;
    Ok(archive)
}

/// A release for one platform.
struct Release<'a> {
    build: &'a Build,
    out: &'a Path,
    compiler: Compiler,
    target: String,
    platform: Platform,
    /// The crates of the provider.
    crates: Crates,
    moment: Timestamp,
}

impl<'a> Release<'a> {
    fn new(build: &'a Build, out: &'a Path) -> Result<Self, Failure> {
        let compiler = Compiler::installed()?;
        let target = build.target.as_ref().unwrap_or(&compiler.host).clone();
        let platform = Platform::of(&target);
        let crates = crates::shipped(&target)?;
        fs::create_dir_all(out).context(format_args!("{} can't be created", out.display()))?;
        Ok(Self { build, out, compiler, target, platform, crates, moment: moment()? })
    }

    /// Packs what the Registry requires of a provider.
    fn pack_provider(&self) -> Result<PathBuf, Failure> {
        let program = self.program(PACKAGE)?;
        let bill =
            bill::of_materials(&self.crates, &program, &self.compiler, &self.target, self.moment)?;
        write(&self.asset(PACKAGE, "cdx.json"), &bill)?;
        let manifest = self.out.join(format!("{PACKAGE}_{VERSION}_manifest.json"));
        write(&manifest, &read(&workspace().join(MANIFEST))?)?;

        let name = format!("{PACKAGE}_v{VERSION}{}", self.platform.program_suffix());
        self.archive(PACKAGE, &DOCUMENTS, Entry::program(name, program))
    }

    /// Packs the simulator, so that users can try the provider without a compiler.
    fn pack_simulator(&self) -> Result<PathBuf, Failure> {
        let name = format!("{SIMULATOR}{}", self.platform.program_suffix());
        self.archive(SIMULATOR, &[LICENSE], Entry::program(name, self.program(SIMULATOR)?))
    }

    fn program(&self, package: &str) -> Result<Vec<u8>, Failure> {
        let program = if self.build.debug {
            provider::built(provider::cargo_build(package), package)?
        } else {
            reproducible::build(package, &self.target, &self.compiler, &self.crates, self.moment)?
        };
        read(&program)
    }

    fn archive(
        &self,
        package: &str,
        documents: &[&str],
        program: Entry,
    ) -> Result<PathBuf, Failure> {
        let mut entries = Vec::new();
        for name in documents {
            entries.push(Entry::text(*name, read(&workspace().join(name))?));
        }
        entries.push(program);
        let archive = self.asset(package, "zip");
        let level = if self.build.debug { archive::QUICK } else { archive::SMALL };
        write(&archive, &archive::zip(&entries, level, self.moment)?)?;
        Ok(archive)
    }

    fn asset(&self, package: &str, kind: &str) -> PathBuf {
        self.out.join(format!("{package}_{VERSION}_{}.{kind}", self.platform))
    }
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
