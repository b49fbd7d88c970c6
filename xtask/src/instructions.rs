//! `cargo xtask instructions`: counts the instructions of the provider's hot paths with callgrind. Unlike
//! a time, the count is the same on a busy machine.

use std::path::Path;
use std::process::{Command, Output};

use clap::Args;
use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider::{PACKAGE, built, nested_cargo};
use tempfile::TempDir;

/// The benches that can list their cases.
const BENCHES: [&str; 3] = ["codec", "plan", "inventory"];

/// Each case runs `FEW` times and then `MANY` times. The difference excludes the startup and the first
/// calls.
const FEW: u32 = 20;
const MANY: u32 = 120;

/// Which cases to count.
#[derive(Args)]
pub(crate) struct Options {
    /// Count only the cases whose names contain this text
    #[arg(default_value = "")]
    filter: String,
}

/// Builds the benches, counts their instructions, and prints a table.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    println!("| bench | case | instructions per call |\n|---|---|---:|");
    for bench in BENCHES {
        let mut cargo = nested_cargo();
        cargo.args(["bench", "--no-run", "--package", PACKAGE, "--bench", bench]);
        let program = built(cargo, bench)?;
        let cases = succeeded(Command::new(&program).arg("cases"))?;
        let cases = String::from_utf8_lossy(&cases.stdout).into_owned();
        for case in cases.lines().filter(|case| case.contains(&options.filter)) {
            let (few, many) = (count(&program, case, FEW)?, count(&program, case, MANY)?);
            println!("| {bench} | {case} | {} |", many.saturating_sub(few) / u64::from(MANY - FEW));
        }
    }
    Ok(())
}

/// Counts all instructions of a process that runs a case this many times.
fn count(program: &Path, case: &str, times: u32) -> Result<u64, Failure> {
    let folder = TempDir::new().context("the folder for callgrind can't be created")?;
    let mut valgrind = Command::new("valgrind");
    valgrind
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", folder.path().join("counts").display()))
        .arg(program)
        .args(["run", case, &times.to_string()]);
    let counted = succeeded(&mut valgrind)?;
    collected(&String::from_utf8_lossy(&counted.stderr))
        .context("the output of valgrind contains no instruction count")
}

/// The number in `==4711== Collected : 123456`.
fn collected(output: &str) -> Option<u64> {
    output.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}

fn succeeded(command: &mut Command) -> Result<Output, Failure> {
    let program = command.get_program().display().to_string();
    let output = command.output().context(format_args!("`{program}` can't be run"))?;
    if output.status.success() {
        Ok(output)
    } else {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Failure::new(format!("`{program}` failed:\n{errors}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_the_output_of_valgrind() {
        let output = "==12== Events    : Ir\n==12== Collected : 1733478367\n==12==\n";

        assert_eq!(collected(output), Some(1_733_478_367));
        assert_eq!(collected("==12== I refs:  7"), None);
    }
}
