//! The stories of `tests/acceptance`: compiled once, told by column.

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

/// The test of cargo that they are.
const TEST: &str = "acceptance";

/// What came of a column's stories on one release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cell {
    /// All of them, this many, ended well.
    Passed(usize),
    Failed,
    /// The release does not have what they are about.
    Missing,
}

impl Cell {
    pub(crate) fn to_text(self) -> String {
        match self {
            Self::Passed(stories) => format!("✓ {stories}"),
            Self::Failed => "✗".to_owned(),
            Self::Missing => "–".to_owned(),
        }
    }
}

/// The compiled stories.
pub(crate) struct Stories {
    program: PathBuf,
    /// `module::story`
    names: Vec<String>,
}

impl Stories {
    pub(crate) fn build() -> Result<Self, Failure> {
        let program = compiled()?;
        let listed = Command::new(&program)
            .args(["--list", "--format=terse"])
            .output()
            .context("the stories can't be listed")?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let names = listed.lines().filter_map(|line| line.strip_suffix(": test"));
        Ok(Self { program, names: names.map(str::to_owned).collect() })
    }

    pub(crate) fn of(&self, column: Column) -> Vec<&str> {
        let is_its = |name: &&str| column.modules().contains(&module(name));
        self.names.iter().map(String::as_str).filter(is_its).collect()
    }

    /// A new module of stories must not be forgotten, nor must it stop everybody else.
    pub(crate) fn tell_who_is_left_out(&self) {
        let mut modules: BTreeSet<&str> = self.names.iter().map(|name| module(name)).collect();
        for column in Column::value_variants() {
            modules.retain(|module| !column.modules().contains(module));
        }
        let modules: Vec<&str> = modules.into_iter().collect();
        eprintln!("In no column of the table: {}.", modules.join(", "));
    }

    pub(crate) fn told_by(&self, program: &Program, column: Column) -> Result<Cell, Failure> {
        if !column.is_in(program) {
            return Ok(Cell::Missing);
        }
        let begin = Instant::now();
        let stories = self.of(column);
        let folder = kept().join(program.name());
        let file = folder.join(column.title()).with_extension("txt");
        let written = fs::create_dir_all(&folder)
            .and_then(|()| File::create(&file))
            .context(format_args!("{} can't be written", file.display()))?;
        let status = Command::new(&self.program)
            .arg("--exact")
            .args(&stories)
            .current_dir(provider::workspace())
            .env("TERRAFORM", program.path())
            .stdin(Stdio::null())
            .stdout(written.try_clone().context("no second handle of a file")?)
            .stderr(written)
            .status()
            .context("the stories can't be told")?;

        let told = fs::read_to_string(&file).unwrap_or_default();
        let passed = status.success() && told.contains(&format!(" {} passed;", stories.len()));
        let cell = if passed { Cell::Passed(stories.len()) } else { Cell::Failed };
        let seconds = begin.elapsed().as_secs();
        eprintln!("{}, {}: {} in {seconds} s", program.name(), column.title(), cell.to_text());
        if cell == Cell::Failed {
            for line in told.lines().filter(|line| line.ends_with("... FAILED")) {
                eprintln!("  {line}");
            }
            eprintln!("  {}", file.display());
        }
        Ok(cell)
    }
}

/// The first part of `module::story`.
fn module(name: &str) -> &str {
    name.split("::").next().unwrap_or(name)
}

/// Where everything that the stories write is kept.
pub(crate) fn kept() -> PathBuf {
    target().join("matrix")
}

/// Compiles them, and returns the program that tells them.
fn compiled() -> Result<PathBuf, Failure> {
    let mut cargo = provider::nested_cargo();
    cargo.args(["test", "--no-run", "--package", provider::PACKAGE, "--test", TEST]);
    provider::built(cargo, TEST)
}
