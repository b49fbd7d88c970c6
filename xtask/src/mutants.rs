//! `cargo xtask mutants`: finds changes to the code that no test catches. `cargo mutants` makes the changes,
//! one at a time, in the parts where a mistake costs money.
//!
//! Building and running all tests for each mutant would take days. Therefore the unit tests of each part
//! run first and catch most mutants in seconds. The stories in `tests/provider` run only against the
//! mutants that survive.

mod outcome;
mod reasons;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use clap::{Args, ValueEnum};
use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider;
use tempfile::TempDir;

use self::outcome::Outcome;
use self::reasons::Reasons;

/// Which parts to mutate.
#[derive(Args)]
pub(crate) struct Options {
    /// Mutate only these parts
    parts: Vec<Part>,
    /// Mutate only code that has changed since this commit or branch
    #[arg(long, value_name = "BASE")]
    diff: Option<String>,
    /// Only print how many mutants there are
    #[arg(long)]
    list: bool,
    /// Resume an earlier run of the same sources: mutants that it caught are not tested again
    #[arg(long)]
    resume: bool,
}

/// A part of the code in which a mistake costs money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Part {
    #[value(name = "src/journal")]
    Journal,
    #[value(name = "src/services/orders")]
    Orders,
    #[value(name = "src/framework/resource/plan.rs")]
    Plan,
    #[value(name = "src/framework/resource/apply.rs")]
    Apply,
    #[value(name = "src/lumen/http/retry.rs")]
    Retry,
    #[value(name = "src/lumen/ordering/wire.rs")]
    OrderingWire,
    #[value(name = "src/lumen/voice/assumed.rs")]
    VoiceWire,
}

impl Part {
    /// The file or the folder.
    fn path(self) -> &'static str {
        match self {
            Self::Journal => "src/journal",
            Self::Orders => "src/services/orders",
            Self::Plan => "src/framework/resource/plan.rs",
            Self::Apply => "src/framework/resource/apply.rs",
            Self::Retry => "src/lumen/http/retry.rs",
            Self::OrderingWire => "src/lumen/ordering/wire.rs",
            Self::VoiceWire => "src/lumen/voice/assumed.rs",
        }
    }

    /// Its files, as `cargo mutants` selects them.
    fn glob(self) -> String {
        let path = self.path();
        if Path::new(path).extension().is_some() { path.to_owned() } else { format!("{path}/**") }
    }

    /// The prefixes of the names of its unit tests, or none if it has too few unit tests to run first.
    fn unit_tests(self) -> &'static [&'static str] {
        match self {
            Self::Journal => &["journal::", "command::"],
            // Only stories test them.
            Self::Orders => &[],
            Self::Plan | Self::Apply => &["framework::", "plugin::tests::"],
            Self::Retry => &["lumen::http::"],
            Self::OrderingWire => &["lumen::ordering::"],
            Self::VoiceWire => &["lumen::voice::"],
        }
    }
}

/// The tests to run against each mutant.
#[derive(Clone, Copy)]
enum Tests {
    /// The unit tests of its part.
    Unit,
    /// The stories, from gRPC to HTTP.
    Stories,
}

/// Tests the mutants, and prints a table and the survivors. Fails if a survivor has no reason.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    check_tools()?;
    let reasons = Reasons::read()?;
    let parts = if options.parts.is_empty() { Part::value_variants() } else { &options.parts };
    let folder = TempDir::new().context("a temporary folder can't be created")?;
    let diff = match &options.diff {
        Some(base) => Some(changes(base, folder.path())?),
        None => None,
    };
    println!(
        "| part | mutants | caught | missed | with a reason | unviable | timeouts | score | seconds per mutant |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut survivors = Vec::new();
    for part in parts {
        let count = listed(*part, diff.as_deref())?;
        if options.list || count == 0 {
            println!("| {} | {count} | | | | | | | |", part.path());
            continue;
        }
        let started = Instant::now();
        let outcome = mutated(*part, diff.as_deref(), options.resume)?;
        let seconds = started.elapsed().as_secs_f64() / f64::from(count);
        let missed = reasons.missing(&outcome.missed);
        println!("| {} |{} {seconds:.1} |", part.path(), outcome.row(missed.len()));
        survivors.extend(missed);
        if diff.is_none() {
            let stale = reasons.stale(part.path(), &outcome.missed);
            for name in stale {
                eprintln!("{} lists `{name}`, but a test catches it.", reasons::PAGE);
            }
        }
    }
    if survivors.is_empty() {
        return Ok(());
    }
    println!("\n{}", survivors.join("\n"));
    Err(Failure::new(format!(
        "No test catches these mutants. Write a test, or add a reason to {}.",
        reasons::PAGE
    )))
}

/// Runs the unit tests, and then the stories against the mutants that they miss.
fn mutated(part: Part, diff: Option<&Path>, resumes: bool) -> Result<Outcome, Failure> {
    let output = provider::workspace().join("target/mutants").join(part.path().replace('/', "-"));
    // An existing folder is left over from an earlier run.
    if output.exists() && !resumes {
        fs::remove_dir_all(&output)
            .context(format_args!("{} can't be removed", output.display()))?;
    }
    fs::create_dir_all(&output).context(format_args!("{} can't be created", output.display()))?;
    if part.unit_tests().is_empty() {
        return pass(part, diff, Tests::Stories, &output);
    }
    let first = pass(part, diff, Tests::Unit, &output)?;
    if first.missed.is_empty() {
        return Ok(first);
    }
    pass(part, diff, Tests::Stories, &output)
}

/// Runs one kind of test against every mutant that no earlier test has caught.
fn pass(part: Part, diff: Option<&Path>, tests: Tests, output: &Path) -> Result<Outcome, Failure> {
    let mut cargo = mutants(part, diff);
    cargo
        .args(["--gitignore=true", "--iterate", "--no-times", "--colors=never", "--output"])
        .arg(output);
    // `--cargo-arg` applies to the build too, so that cargo builds nothing else.
    match tests {
        Tests::Unit => cargo.args(["--cargo-arg=--lib", "--", "--"]).args(part.unit_tests()),
        // Nextest stops at the first story that fails.
        Tests::Stories => cargo.args(["--test-tool=nextest", "--cargo-arg=--test=provider"]),
    };
    // The mutated copies share one build folder, so that each mutant rebuilds only the code that depends
    // on it.
    cargo.env("CARGO_TARGET_DIR", provider::workspace().join("target/mutants/build"));
    cargo.env("CARGO_INCREMENTAL", "1");
    outcome::keep_unviable(output)?;
    let ended = cargo.status().context("cargo-mutants can't be run")?;
    match ended.code() {
        // All were caught; some were missed; some timed out.
        Some(0 | 2 | 3) => Outcome::read(output),
        Some(4) => Err(Failure::new("The tests fail or do not build without a mutant: see above.")),
        _ => Err(Failure::new(
            "The mutants can't be tested: see above. Don't change the sources during a run.",
        )),
    }
}

/// The number of mutants.
fn listed(part: Part, diff: Option<&Path>) -> Result<u32, Failure> {
    let listed =
        mutants(part, diff).arg("--list").output().context("cargo-mutants can't be run")?;
    if !listed.status.success() {
        let errors = String::from_utf8_lossy(&listed.stderr).into_owned();
        return Err(Failure::new(format!("The mutants can't be listed:\n{errors}")));
    }
    let count = String::from_utf8_lossy(&listed.stdout).lines().count();
    u32::try_from(count).context("too many mutants")
}

fn mutants(part: Part, diff: Option<&Path>) -> Command {
    let mut cargo = provider::nested_cargo();
    cargo.args(["mutants", "--package", provider::PACKAGE, "--file", &part.glob()]);
    if let Some(diff) = diff {
        cargo.arg("--in-diff").arg(diff);
    }
    cargo
}

/// Writes the changes since a commit to a file, and returns its path.
fn changes(base: &str, folder: &Path) -> Result<PathBuf, Failure> {
    let mut git = Command::new("git");
    git.args(["diff", base, "--", "src"]).current_dir(provider::workspace());
    let changed = git.output().context("git can't be run")?;
    if !changed.status.success() {
        let errors = String::from_utf8_lossy(&changed.stderr).into_owned();
        return Err(Failure::new(format!("The changes since `{base}` can't be read:\n{errors}")));
    }
    let file = folder.join("changes.diff");
    fs::write(&file, changed.stdout).context("the changes can't be written to a file")?;
    Ok(file)
}

fn check_tools() -> Result<(), Failure> {
    for tool in ["mutants", "nextest"] {
        let version = provider::nested_cargo().args([tool, "--version"]).output();
        if !version.is_ok_and(|version| version.status.success()) {
            return Err(Failure::new(format!(
                "cargo-{tool} was not found. Run `cargo install cargo-{tool} --locked`."
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_exists_and_is_called_by_its_path() {
        for part in Part::value_variants() {
            assert!(provider::workspace().join(part.path()).exists(), "{}", part.path());
            let name = part.to_possible_value().map(|value| value.get_name().to_owned());
            assert_eq!(name.as_deref(), Some(part.path()));
        }
        assert_eq!(Part::Journal.glob(), "src/journal/**");
        assert_eq!(Part::Retry.glob(), "src/lumen/http/retry.rs");
    }
}
