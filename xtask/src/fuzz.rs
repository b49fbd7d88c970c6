//! `cargo xtask fuzz`: feeds hostile input to the code that reads input from outside. The targets in
//! `fuzz/` run one after the other, until one of them finds an input that makes it fail.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider;

/// How many lines of a crashed target's output are shown: enough for the panic and its location.
const SHOWN: usize = 80;

/// An input that takes longer than this counts as a hang.
const LONGEST_SECONDS: u32 = 10;

/// What to fuzz, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// How many minutes to spend on all targets together
    #[arg(long, default_value_t = 60)]
    minutes: u64,
    /// Run only these targets
    targets: Vec<String>,
}

/// The statistics that a target prints when it ends.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    executions: u64,
    coverage: u64,
    /// Such as `813/95Kb`.
    corpus: String,
}

/// Runs the targets, and prints a table. Stops at the first input that makes a target fail.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let host = host()?;
    check_cargo_fuzz()?;
    let targets = targets(&options.targets)?;
    let workspace = provider::workspace();
    // This pins the versions that ship. The crate keeps no lock file of its own.
    fs::copy(workspace.join("Cargo.lock"), workspace.join("fuzz/Cargo.lock"))
        .context("fuzz/Cargo.lock can't be written")?;
    let built = nightly(&["cargo", "fuzz", "build"]).status().context("cargo-fuzz can't be run")?;
    if !built.success() {
        return Err(Failure::new("The targets do not build: see above."));
    }
    // The programs are run directly, so that nothing is rebuilt if somebody edits the sources meanwhile.
    let programs = workspace.join("fuzz/target").join(host).join("release");
    let count = u64::try_from(targets.len()).unwrap_or(1).max(1);
    let seconds = (options.minutes * 60 / count).max(1);
    println!("| target | seconds | executions | coverage | corpus |\n|---|---:|---:|---:|---:|");
    for target in targets {
        let Told { executions, coverage, corpus } = one(&programs, &target, seconds)?;
        println!("| {target} | {seconds} | {executions} | {coverage} | {corpus} |");
    }
    Ok(())
}

/// Runs a target for this long.
fn one(programs: &Path, target: &str, seconds: u64) -> Result<Told, Failure> {
    let folder = provider::workspace().join("fuzz");
    let [corpus, seeds, artifacts] =
        ["corpus", "seeds", "artifacts"].map(|name| folder.join(name).join(target));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder)
            .context(format_args!("{} can't be created", folder.display()))?;
    }
    let mut command = Command::new(programs.join(target));
    command.arg(&corpus);
    // The corpus grows in its own folder. The seeds are in the repository and stay as they are.
    command.args(seeds.is_dir().then_some(&seeds));
    let options = [
        format!("-max_total_time={seconds}"),
        format!("-timeout={LONGEST_SECONDS}"),
        "-print_final_stats=1".to_owned(),
        format!("-artifact_prefix={}/", artifacts.display()),
    ];
    command.args(options).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = command.spawn().context(format_args!("`{target}` can't be run"))?;
    let lines = running.stderr.take().map(|errors| BufReader::new(errors).lines());
    let lines: Vec<String> = lines.into_iter().flatten().map_while(Result::ok).collect();
    let ended = running.wait().context(format_args!("`{target}` can't be waited for"))?;
    if ended.success() {
        return Ok(told(lines.iter().map(String::as_str)));
    }
    for line in lines.iter().skip(lines.len().saturating_sub(SHOWN)) {
        eprintln!("{line}");
    }
    Err(Failure::new(format!(
        "`{target}` has found an input that makes it fail. The input is under fuzz/artifacts/{target}.\n\
         Minimize it with `cargo +nightly fuzz tmin {target} FILE`, and use it in a test that fails."
    )))
}

/// Reads the output of libFuzzer: a line for each new input, and statistics at the end.
fn told<'a>(lines: impl Iterator<Item = &'a str>) -> Told {
    lines.fold(Told::default(), |mut told, line| {
        if let Some(executions) = line.strip_prefix("stat::number_of_executed_units:") {
            told.executions = executions.trim().parse().unwrap_or_default();
        }
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            match word {
                "cov:" => {
                    let coverage = words.next().and_then(|word| word.parse().ok());
                    told.coverage = coverage.unwrap_or(told.coverage);
                }
                "corp:" => words.next().unwrap_or_default().clone_into(&mut told.corpus),
                _ => {}
            }
        }
        told
    })
}

/// The targets to run: those that are named, or all.
fn targets(named: &[String]) -> Result<Vec<String>, Failure> {
    let folder = provider::workspace().join("fuzz/fuzz_targets");
    let files = fs::read_dir(&folder).context("fuzz/fuzz_targets can't be read")?;
    let files = files.filter_map(|file| Some(file.ok()?.path()));
    let name = |file: PathBuf| Some(file.file_stem()?.to_str()?.to_owned());
    let mut all: Vec<String> = files.filter_map(name).collect();
    all.sort();
    match named.iter().find(|named| !all.contains(named)) {
        Some(unknown) => Err(Failure::new(format!(
            "There is no target `{unknown}`. Targets: {}.",
            all.join(", ")
        ))),
        None if named.is_empty() => Ok(all),
        None => Ok(named.to_vec()),
    }
}

/// The platform of the nightly compiler. Only a nightly compiler can measure the coverage of an input.
fn host() -> Result<String, Failure> {
    let missing = "No nightly compiler was found. Run `rustup toolchain install nightly`.";
    let version = nightly(&["rustc", "-vV"]).output();
    let version = version.ok().filter(|version| version.status.success());
    let version = version.ok_or_else(|| Failure::new(missing))?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("the nightly compiler does not report its platform")
}

fn check_cargo_fuzz() -> Result<(), Failure> {
    let version = nightly(&["cargo", "fuzz", "--version"]).output();
    if version.is_ok_and(|version| version.status.success()) {
        return Ok(());
    }
    Err(Failure::new("cargo-fuzz was not found. Run `cargo install cargo-fuzz`."))
}

/// A command of the nightly toolchain.
fn nightly(command: &[&str]) -> Command {
    let mut rustup = provider::nested("rustup");
    rustup.args(["run", "nightly"]).args(command);
    rustup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_figures_count() {
        let output = "INFO: seed corpus: files: 8 min: 3b max: 98b total: 412b rss: 44Mb\n\
            #9\tINITED cov: 120 ft: 180 corp: 8/412b exec/s: 0 rss: 45Mb\n\
            #4096\tNEW    cov: 530 ft: 901 corp: 77/4Kb lim: 33 exec/s: 2048 rss: 51Mb L: 9/33 MS: 1 -\n\
            #8192\tDONE   cov: 531 ft: 902 corp: 78/5Kb lim: 40 exec/s: 2048 rss: 51Mb\n\
            stat::number_of_executed_units: 8192\n\
            stat::average_exec_per_sec:     2048\n";

        let corpus = "78/5Kb".to_owned();
        assert_eq!(told(output.lines()), Told { executions: 8192, coverage: 531, corpus });
    }

    #[test]
    fn seeds_belong_to_a_target_and_targets_have_names() -> Result<(), Failure> {
        let all = targets(&[])?;

        assert!(all.contains(&"codec".to_owned()));
        assert!(targets(&["codecs".to_owned()]).is_err());
        let seeds =
            fs::read_dir(provider::workspace().join("fuzz/seeds")).context("no seeds found")?;
        for folder in seeds.filter_map(Result::ok) {
            let name = folder.file_name().to_string_lossy().into_owned();
            assert!(all.contains(&name), "there are seeds for `{name}`, which is not a target");
        }
        Ok(())
    }
}
