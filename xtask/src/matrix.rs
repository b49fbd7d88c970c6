//! `cargo xtask matrix`: runs every acceptance test with every release of Terraform.
//!
//! A column of the table is a group of modules of `tests/acceptance`, which are compiled once. A row is a
//! release of Terraform, or of `OpenTofu` if it is installed.

mod acceptance;
mod column;
mod program;

use std::fmt::Write as _;

use clap::{Args, ValueEnum as _};
use lumen_report::failure::Failure;
use lumen_report::page;
use lumen_terraform::provider;
use lumen_terraform::release::Release;

use self::acceptance::{AcceptanceTests, Cell};
use self::column::Column;

const PAGE: &str = "docs/guides/compatibility.md";
const MARKERS: [&str; 2] = ["<!-- matrix: begin -->", "<!-- matrix: end -->"];

/// Which part of the table to measure, and whether to write it.
#[derive(Args)]
pub(crate) struct Options {
    /// Test only this release: a version such as 1.15, or `oldest`, or `newest`. Can be repeated
    #[arg(long, value_name = "VERSION", conflicts_with = "write")]
    only: Vec<Release>,
    /// Test only these columns, separated by commas
    #[arg(long, value_delimiter = ',', conflicts_with = "write")]
    columns: Vec<Column>,
    /// Write the table into docs/guides/compatibility.md
    #[arg(long)]
    write: bool,
}

/// Runs the tests, and prints the table. Fails at the end if any test failed.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let tests = AcceptanceTests::build()?;
    let columns = match options.columns.as_slice() {
        [] => Column::value_variants(),
        some => some,
    };
    for column in columns {
        if tests.of(*column).is_empty() {
            let modules = column.modules().join(".rs, ");
            return Err(Failure::new(format!(
                "The column {} has no tests: none were found in {modules}.rs of tests/acceptance.",
                column.title()
            )));
        }
    }
    tests.print_modules_without_column();

    let mut rows = Vec::new();
    for program in program::all(&options.only)? {
        let cells = columns.iter().map(|column| tests.run(&program, *column));
        rows.push((program.name(), cells.collect::<Result<Vec<_>, _>>()?));
    }

    let table = table(columns, &rows);
    println!("{table}");
    if options.write {
        page::fill(provider::workspace(), PAGE, MARKERS, &table)?;
    }
    if rows.iter().any(|(_, cells)| cells.contains(&Cell::Failed)) {
        let folder = acceptance::output_folder();
        return Err(Failure::new(format!(
            "Tests failed. Their output is in {}.",
            folder.display()
        )));
    }
    Ok(())
}

fn table(columns: &[Column], rows: &[(String, Vec<Cell>)]) -> String {
    let mut text = String::new();
    let titles: Vec<&str> = columns.iter().map(|column| column.title()).collect();
    let _ = writeln!(text, "| | {} |", titles.join(" | "));
    let _ = writeln!(text, "|---{}|", "|---".repeat(columns.len()));
    for (name, cells) in rows {
        let cells: Vec<String> = cells.iter().map(|cell| cell.to_text()).collect();
        let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_release_and_a_column_is_what_it_can_do() {
        let row = ("Terraform 1.8.4".to_owned(), vec![Cell::Passed(7), Cell::Missing]);

        let text = table(&[Column::Import, Column::Actions], &[row]);

        assert_eq!(text, "| | import | actions |\n|---|---|---|\n| Terraform 1.8.4 | ✓ 7 | – |\n");
    }
}
