//! The outcome of testing the mutants: the lists that `cargo mutants` writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lumen_report::failure::{Context, Failure};

/// The mutants of a part, by the result of the tests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) caught: Vec<String>,
    pub(super) missed: Vec<String>,
    /// They do not compile.
    pub(super) unviable: Vec<String>,
    pub(super) timeouts: Vec<String>,
}

/// The mutants that did not compile in earlier runs. `cargo mutants` lists them as caught.
const UNVIABLE: &str = "unviable.txt";

/// Saves the list of mutants that did not compile before the next run replaces it.
pub(super) fn keep_unviable(output: &Path) -> Result<(), Failure> {
    let lists = [output.join(UNVIABLE), output.join("mutants.out").join(UNVIABLE)];
    let all: BTreeSet<String> = lists.iter().flat_map(|list| lines(list)).collect();
    let text: String = all.into_iter().map(|line| line + "\n").collect();
    fs::write(&lists[0], text).context(format_args!("{} can't be written", lists[0].display()))
}

impl Outcome {
    /// Reads the lists of the latest run in a folder, and of the earlier runs that it resumed.
    pub(super) fn read(output: &Path) -> Result<Self, Failure> {
        keep_unviable(output)?;
        let latest = output.join("mutants.out");
        let unviable = lines(&output.join(UNVIABLE));
        let mut caught = lines(&latest.join("caught.txt"));
        caught.extend(lines(&latest.join("previously_caught.txt")));
        caught.retain(|mutant| !unviable.contains(mutant));
        let unplaced = |mutants: Vec<String>| mutants.iter().map(|line| unplaced(line)).collect();
        Ok(Self {
            caught: unplaced(caught),
            missed: unplaced(lines(&latest.join("missed.txt"))),
            unviable: unplaced(unviable),
            timeouts: unplaced(lines(&latest.join("timeout.txt"))),
        })
    }

    /// The cells of a table row, given the number of mutants that were missed without a reason.
    pub(super) fn row(&self, missed: usize) -> String {
        let Self { caught, missed: survived, unviable, timeouts } = self;
        // A mutant that hangs counts as caught.
        let noticed = caught.len() + timeouts.len();
        let (all, viable) = (noticed + survived.len() + unviable.len(), noticed + missed);
        let excused = survived.len() - missed.min(survived.len());
        let score = (noticed * 100).checked_div(viable).unwrap_or(100);
        format!(
            " {all} | {} | {missed} | {excused} | {} | {} | {score} % |",
            caught.len(),
            unviable.len(),
            timeouts.len()
        )
    }
}

/// The lines of a list, or none if the list was not written.
fn lines(list: &Path) -> Vec<String> {
    fs::read_to_string(list).unwrap_or_default().lines().map(ToOwned::to_owned).collect()
}

/// `src/a.rs:7:3: replace < with <= in f` without the line and column, which move with every change.
fn unplaced(line: &str) -> String {
    let mut parts = line.splitn(4, ':');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match (parts.next(), number(parts.next()), number(parts.next()), parts.next()) {
        (Some(file), true, true, Some(change)) => format!("{file}:{change}"),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_mutant_has_the_same_name_wherever_its_line_is() {
        assert_eq!(
            unplaced("src/a.rs:7:30: replace < with <= in f"),
            "src/a.rs: replace < with <= in f"
        );
        assert_eq!(unplaced("src/a.rs: replace < with <="), "src/a.rs: replace < with <=");
        let path = "src/a.rs:7:3: replace A::f -> b::C with Default::default()";
        assert_eq!(unplaced(path), "src/a.rs: replace A::f -> b::C with Default::default()");
    }

    #[test]
    fn a_run_that_goes_on_counts_what_was_tried_before() -> Result<(), Failure> {
        let output = TempDir::new().context("no folder")?;
        let latest = output.path().join("mutants.out");
        let write = |list: &str, text: &str| fs::write(latest.join(list), text).context(list);
        fs::create_dir(&latest).context("no folder")?;
        write("caught.txt", "a\nb\n")?;
        write("unviable.txt", "u\n")?;
        keep_unviable(output.path())?;
        write("caught.txt", "c\n")?;
        write("previously_caught.txt", "a\nb\nu\n")?;
        write("unviable.txt", "v\n")?;
        write("missed.txt", "d\ne\n")?;

        let outcome = Outcome::read(output.path())?;

        assert_eq!(outcome.caught, ["c", "a", "b"]);
        assert_eq!(
            (outcome.unviable, outcome.missed),
            (vec!["u".into(), "v".into()], vec!["d".into(), "e".into()])
        );
        Ok(())
    }

    #[test]
    fn the_score_is_of_what_compiles_and_has_no_reason() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let outcome = Outcome {
            caught: names(&["a", "b", "c"]),
            missed: names(&["d", "e"]),
            unviable: names(&["u"]),
            timeouts: Vec::new(),
        };

        assert_eq!(outcome.row(1), " 6 | 3 | 1 | 1 | 1 | 0 | 75 % |");
        assert_eq!(Outcome::default().row(0), " 0 | 0 | 0 | 0 | 0 | 0 | 100 % |");
    }
}
