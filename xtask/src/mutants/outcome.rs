//! What became of the mutants: the lists that `cargo mutants` leaves.

use std::fs;
use std::path::Path;

use lumen_report::failure::{Context, Failure};

/// The mutants of a part, by what the tests did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) caught: Vec<String>,
    pub(super) missed: Vec<String>,
    /// They do not compile.
    pub(super) unviable: Vec<String>,
    pub(super) timeouts: Vec<String>,
}

impl Outcome {
    /// Reads the lists in a folder.
    pub(super) fn read(folder: &Path) -> Result<Self, Failure> {
        let list = |name: &str| -> Result<Vec<String>, Failure> {
            let text = fs::read_to_string(folder.join(name));
            let text = text.context(format_args!("{name} of cargo-mutants can't be read"))?;
            Ok(text.lines().map(unplaced).collect())
        };
        Ok(Self {
            caught: list("caught.txt")?,
            missed: list("missed.txt")?,
            unviable: list("unviable.txt")?,
            timeouts: list("timeout.txt")?,
        })
    }

    /// With what other tests did with those that these have missed.
    pub(super) fn then(mut self, other: Self) -> Self {
        self.caught.extend(other.caught);
        self.unviable.extend(other.unviable);
        self.timeouts.extend(other.timeouts);
        Self { missed: other.missed, ..self }
    }

    /// The cells of a table, where this many were missed without a reason.
    pub(super) fn row(&self, missed: usize) -> String {
        let Self { caught, missed: survived, unviable, timeouts } = self;
        // A mutant that hangs is noticed.
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

/// `src/a.rs:7:3: replace < with <= in f` without the place, which moves with every change.
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
    fn the_last_tests_decide_what_is_missed() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let unit = Outcome {
            caught: names(&["a", "b"]),
            missed: names(&["c", "d", "e"]),
            ..Outcome::default()
        };
        let unit = Outcome { unviable: names(&["u"]), ..unit };
        let stories =
            Outcome { caught: names(&["c"]), missed: names(&["d", "e"]), ..Outcome::default() };

        let outcome = unit.then(stories);

        assert_eq!(outcome.missed, ["d", "e"]);
        assert_eq!(outcome.row(1), " 6 | 3 | 1 | 1 | 1 | 0 | 75 % |");
        assert_eq!(Outcome::default().row(0), " 0 | 0 | 0 | 0 | 0 | 0 | 100 % |");
    }
}
