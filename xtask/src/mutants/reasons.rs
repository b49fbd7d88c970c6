//! The reasons why some mutants may survive, from `design/mutants.md`.

use std::collections::BTreeMap;
use std::fs;

use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider;

/// The page with the reasons.
pub(super) const PAGE: &str = "design/mutants.md";

/// How many mutants of each name may survive.
#[derive(Debug, Default)]
pub(super) struct Reasons(BTreeMap<String, usize>);

impl Reasons {
    /// Reads the page.
    pub(super) fn read() -> Result<Self, Failure> {
        let page = fs::read_to_string(provider::workspace().join(PAGE));
        Self::parse(&page.context(format_args!("{PAGE} can't be read"))?)
    }

    /// Reads the rows of the table whose first cell is a mutant: `` | `src/a.rs: …` | 1 | why | ``.
    fn parse(page: &str) -> Result<Self, Failure> {
        let mut reasons = BTreeMap::new();
        for row in page.lines().filter_map(|line| line.strip_prefix("| `")) {
            let wrong =
                || Failure::new(format!("{PAGE} has a row without a number or a reason: {row}"));
            let (name, rest) = row.split_once("` |").ok_or_else(wrong)?;
            let (count, reason) = rest.split_once('|').ok_or_else(wrong)?;
            let count: usize = count.trim().parse().map_err(|_| wrong())?;
            if reason.trim_matches([' ', '|']).is_empty() {
                return Err(wrong());
            }
            // In a Markdown table, a vertical bar is escaped with a backslash.
            *reasons.entry(name.replace("\\|", "|")).or_default() += count;
        }
        Ok(Self(reasons))
    }

    /// The survivors that have no reason.
    pub(super) fn missing(&self, survivors: &[String]) -> Vec<String> {
        let mut left = self.0.clone();
        let has_none = |name: &&String| match left.get_mut(*name) {
            Some(count) if 0 < *count => {
                *count -= 1;
                false
            }
            _ => true,
        };
        survivors.iter().filter(has_none).cloned().collect()
    }

    /// The mutants of a part that are listed more often than they survive.
    pub(super) fn stale(&self, part: &str, survivors: &[String]) -> impl Iterator<Item = &str> {
        let survive = |name: &str| survivors.iter().filter(|own| *own == name).count();
        let listed = self.0.iter().filter(move |(name, _)| name.starts_with(part));
        listed.filter(move |(name, count)| survive(name) < **count).map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "Text.\n\n| mutant | how many | reason |\n|---|---:|---|\n\
        | `src/a.rs: replace < with <= in f` | 2 | They are never equal. |\n\
        | `src/b.rs: replace \\|\\| with && in g` | 1 | Both or none. |\n";

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_reason_counts_as_often_as_it_says() -> Result<(), Failure> {
        let reasons = Reasons::parse(TABLE)?;
        let own = "src/a.rs: replace < with <= in f";

        assert_eq!(reasons.missing(&names(&[own, own, own, "other"])), [own, "other"]);
        assert_eq!(reasons.missing(&names(&["src/b.rs: replace || with && in g"])), names(&[]));
        let stale: Vec<_> = reasons.stale("src/a", &[]).collect();
        assert_eq!(stale, [own]);
        assert_eq!(reasons.stale("src/a", &names(&[own, own])).count(), 0);
        Ok(())
    }

    #[test]
    fn a_row_without_a_reason_is_refused() {
        for row in
            ["| `src/a.rs: x` | 1 | |", "| `src/a.rs: x` | many | Why. |", "| `src/a.rs: x` |"]
        {
            assert!(Reasons::parse(row).is_err(), "{row}");
        }
    }

    #[test]
    fn the_reasons_are_about_files_that_exist() -> Result<(), Failure> {
        for name in Reasons::read()?.0.keys() {
            let file = name.split(':').next().unwrap_or_default();
            assert!(provider::workspace().join(file).is_file(), "{name}");
        }
        Ok(())
    }
}
