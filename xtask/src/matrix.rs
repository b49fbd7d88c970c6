//! `cargo xtask matrix`: every story with every Terraform.
//!
//! The stories are those of `tests/acceptance`, compiled once. A column of the table is some of its
//! modules, a row is a release of Terraform, or of `OpenTofu` where one is installed.

mod column;
mod program;
mod stories;

use std::fmt::Write as _;

use clap::{Args, ValueEnum as _};
use lumen_report::failure::Failure;
use lumen_report::page;
use lumen_terraform::provider;
use lumen_terraform::release::Release;

use self::column::Column;
use self::stories::{Cell, Stories};

const PAGE: &str = "docs/guides/compatibility.md";
const MARKERS: [&str; 2] = ["<!-- matrix: begin -->", "<!-- matrix: end -->"];

/// What of the table is measured, and where it goes.
#[derive(Args)]
pub(crate) struct Options {
    /// Only this release: a version such as 1.15, or `oldest`, or `newest`. May be repeated.
    #[arg(long, value_name = "VERSION", conflicts_with = "write")]
    only: Vec<Release>,
    /// Only these columns, with commas between them.
    #[arg(long, value_delimiter = ',', conflicts_with = "write")]
    columns: Vec<Column>,
    /// Puts the table into docs/guides/compatibility.md.
    #[arg(long)]
    write: bool,
}

/// Tells the stories, and prints the table. Fails if a story fails, after all have been told.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let stories = Stories::build()?;
    let columns = match options.columns.as_slice() {
        [] => Column::value_variants(),
        some => some,
    };
    for column in columns {
        if stories.of(*column).is_empty() {
            let modules = column.modules().join(".rs, ");
            return Err(Failure::new(format!(
                "The column {} has no story: there is none in {modules}.rs of tests/acceptance.",
                column.title()
            )));
        }
    }
    stories.tell_who_is_left_out();

    let mut rows = Vec::new();
    for program in program::all(&options.only)? {
        let cells = columns.iter().map(|column| stories.told_by(&program, *column));
        rows.push((program.name(), cells.collect::<Result<Vec<_>, _>>()?));
    }

    let table = table(columns, &rows);
    println!("{table}");
    if options.write {
        page::fill(provider::workspace(), PAGE, MARKERS, &table)?;
    }
    if rows.iter().any(|(_, cells)| cells.contains(&Cell::Failed)) {
        let kept = stories::kept();
        return Err(Failure::new(format!(
            "Stories failed: {} has what they wrote.",
            kept.display()
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
