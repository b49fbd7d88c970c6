//! The tests in `tests/acceptance`, which are compiled once and run by column.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::ValueEnum as _;
use lumen_report::failure::{Context, Failure};
use lumen_terraform::install::target;
use lumen_terraform::provider;

use super::column::Column;
use super::program::Program;

/// The name of their cargo target.
const TARGET: &str = "acceptance";

/// The result of a column's tests on one release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cell {
    /// All of them passed. The value is their number.
    Passed(usize),
    Failed,
    /// The release lacks the feature.
    Missing,
}

impl Cell {
    pub(crate) fn to_text(self) -> String {
        match self {
            Self::Passed(count) => format!("✓ {count}"),
            Self::Failed => "✗".to_owned(),
            Self::Missing => "–".to_owned(),
        }
    }
}

/// The compiled tests.
pub(crate) struct AcceptanceTests {
    program: PathBuf,
    /// `module::test`
    names: Vec<String>,
}

impl AcceptanceTests {
    pub(crate) fn build() -> Result<Self, Failure> {
        let program = compiled()?;
        let listed = Command::new(&program)
            .args(["--list", "--format=terse"])
            .output()
            .context("the tests can't be listed")?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let names = listed.lines().filter_map(|line| line.strip_suffix(": test"));
        Ok(Self { program, names: names.map(str::to_owned).collect() })
    }

    pub(crate) fn of(&self, column: Column) -> Vec<&str> {
        let is_its = |name: &&str| column.modules().contains(&module(name));
        self.names.iter().map(String::as_str).filter(is_its).collect()
    }

    /// Prints the modules that are in no column, so that a new one is not forgotten. This is not a failure.
    pub(crate) fn print_modules_without_column(&self) {
        let mut modules: BTreeSet<&str> = self.names.iter().map(|name| module(name)).collect();
        for column in Column::value_variants() {
            modules.retain(|module| !column.modules().contains(module));
        }
        let modules: Vec<&str> = modules.into_iter().collect();
        eprintln!("Modules that are in no column of the table: {}.", modules.join(", "));
    }

    /// Runs the tests of a column with a program.
    pub(crate) fn run(&self, program: &Program, column: Column) -> Result<Cell, Failure> {
        if !column.is_in(program) {
            return Ok(Cell::Missing);
        }
        let begin = Instant::now();
        let tests = self.of(column);
        let folder = output_folder().join(program.name());
        let file = folder.join(column.title()).with_extension("txt");
        let written = fs::create_dir_all(&folder)
            .and_then(|()| File::create(&file))
            .context(format_args!("{} can't be written", file.display()))?;
        let status = Command::new(&self.program)
            .arg("--exact")
            .args(&tests)
            .current_dir(provider::workspace())
            .env("TERRAFORM", program.path())
            .stdin(Stdio::null())
            .stdout(written.try_clone().context("the file handle can't be duplicated")?)
            .stderr(written)
            .status()
            .context("the tests can't be run")?;

        let output = fs::read_to_string(&file).unwrap_or_default();
        let passed = status.success() && output.contains(&format!(" {} passed;", tests.len()));
        let cell = if passed { Cell::Passed(tests.len()) } else { Cell::Failed };
        let seconds = begin.elapsed().as_secs();
        eprintln!("{}, {}: {} in {seconds} s", program.name(), column.title(), cell.to_text());
        if cell == Cell::Failed {
            for line in output.lines().filter(|line| line.ends_with("... FAILED")) {
                eprintln!("  {line}");
            }
            eprintln!("  {}", file.display());
        }
        Ok(cell)
    }
}

/// The first part of `module::test`.
fn module(name: &str) -> &str {
    name.split("::").next().unwrap_or(name)
}

/// The folder for the output of the tests.
pub(crate) fn output_folder() -> PathBuf {
    target().join("matrix")
}

/// Compiles the tests, and returns their program.
fn compiled() -> Result<PathBuf, Failure> {
    let mut cargo = provider::nested_cargo();
    cargo.args(["test", "--no-run", "--package", provider::PACKAGE, "--test", TARGET]);
    provider::built(cargo, TARGET)
}
