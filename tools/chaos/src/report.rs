//! What came of it all: tables, totals, and what to do about the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use lumen_report::failure::Failure;
use lumen_report::page;
use lumen_terraform::provider;

use crate::cell::{Cell, Recorded, distinct};
use crate::course::{Played, Verdict};
use crate::journal::Condition;
use crate::strike::Strike;
use crate::workflow::Workflow;

const PAGE: &str = "docs/guides/ordering-guarantee.md";

/// Why some errors need a person: the words that tell them, and what the provider can't know.
const REASONS: [(&str, &str); 2] = [
    (
        "not known whether",
        "The order was written down, no answer came back, and Lumen shows nothing of it when it \
         should: an order that never arrived and one that does not show look the same from here, and \
         a wrong guess costs a second order or none at all.",
    ),
    (
        "there already",
        "Lumen has what is to be ordered, and nothing that is left remembers ordering it: whether it \
         is this one or another one is for whoever wants it to say.",
    ),
];

/// The verdicts of the table, as Markdown.
pub(crate) fn tables(played: &[Played], recorded: &Recorded) -> String {
    let mut text = String::from(
        "✓ applying again was enough. ? a person was asked, and then applying again was enough. \
         ‼ ordered twice, because the journal was deleted while only it knew of the order. \
         ✗ broken. – not run here. An empty place: does not apply.\n",
    );
    for (workflow, requests) in recorded {
        let of_workflow =
            |it: &&Played| it.cell.workflow == *workflow && it.cell.condition == Condition::Local;
        let cells: Vec<&Played> = played.iter().filter(of_workflow).collect();
        if !cells.is_empty() {
            text += &table_of(*workflow, &distinct(requests), &cells);
        }
    }
    let in_trouble: Vec<&Played> =
        played.iter().filter(|it| it.cell.condition != Condition::Local).collect();
    if !in_trouble.is_empty() {
        text += &table_of_journals(&in_trouble);
    }
    text
}

fn table_of(workflow: Workflow, requests: &[&str], cells: &[&Played]) -> String {
    let mut text = format!("\n### {}\n\n", workflow.title());
    let names: Vec<String> = requests.iter().map(|request| short(request)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    head(&mut text, &[""], &names);
    for strike in Strike::all() {
        let mut signs = requests.iter().map(|request| {
            let is_it =
                |it: &&&Played| it.cell.blow.strike == strike && it.cell.blow.request == **request;
            cells.iter().find(is_it).map_or("", |it| sign(&it.verdict))
        });
        if signs.clone().any(|sign| !sign.is_empty()) {
            let signs: Vec<&str> = signs.by_ref().collect();
            row(&mut text, &[&strike.title()], &signs);
        }
    }
    text
}

fn table_of_journals(cells: &[&Played]) -> String {
    let workflows: BTreeSet<Workflow> = cells.iter().map(|it| it.cell.workflow).collect();
    let rows: BTreeSet<(Condition, Strike)> =
        cells.iter().map(|it| (it.cell.condition, it.cell.blow.strike)).collect();
    let names: Vec<&str> = workflows.iter().map(|workflow| workflow.title()).collect();
    let mut text = String::from("\n### The journal, and what the order meets\n\n");
    head(&mut text, &["", ""], &names);
    for (condition, strike) in rows {
        let signs = workflows.iter().map(|workflow| {
            let key = (*workflow, condition, strike);
            let is_it =
                |it: &&&Played| (it.cell.workflow, it.cell.condition, it.cell.blow.strike) == key;
            cells.iter().find(is_it).map_or("", |it| sign(&it.verdict))
        });
        let signs: Vec<&str> = signs.collect();
        row(&mut text, &[condition.title(), &strike.title()], &signs);
    }
    text
}

fn head(text: &mut String, first: &[&str], names: &[&str]) {
    row(text, first, names);
    row(text, &vec!["---"; first.len()], &vec!["---"; names.len()]);
}

fn row(text: &mut String, first: &[&str], rest: &[&str]) {
    let _ = writeln!(text, "| {} |", [first, rest].concat().join(" | "));
}

/// `POST orderRequest`, `GET orderRequest/{id}`
fn short(request: &str) -> String {
    let (method, path) = request.split_once(' ').unwrap_or(("", request));
    let segments: Vec<&str> = path.split('/').collect();
    let named = segments.iter().rposition(|segment| !segment.starts_with('{')).unwrap_or_default();
    let tail = segments.get(named..).unwrap_or_default().join("/");
    format!("`{method} {tail}`")
}

fn sign(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Recovered => "✓",
        Verdict::Asked(_) => "?",
        Verdict::Beyond => "‼",
        Verdict::Broken(_) => "✗",
        Verdict::NotRun(_) => "–",
    }
}

/// The totals, and every reason for which a person was asked or a cell was not run.
pub(crate) fn totals(played: &[Played]) -> String {
    let count = |wanted: &str| played.iter().filter(|it| sign(&it.verdict) == wanted).count();
    let mut text = format!(
        "{} runs: {} recovered by themselves, {} asked a person, {} are broken, {} could not be run.\n",
        played.len(),
        count("✓"),
        count("?"),
        count("✗"),
        count("–"),
    );
    let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
    let mut not_run: BTreeMap<&str, usize> = BTreeMap::new();
    for it in played {
        match &it.verdict {
            Verdict::Asked(reason) => *asked.entry(reason).or_default() += 1,
            Verdict::NotRun(reason) => *not_run.entry(reason).or_default() += 1,
            Verdict::Recovered | Verdict::Beyond | Verdict::Broken(_) => {}
        }
    }
    let mut told: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
    for (reason, runs) in asked {
        let known = REASONS.iter().find(|(words, _)| reason.contains(words));
        let (sum, examples) = told.entry(known.map_or("", |(_, why)| *why)).or_default();
        *sum += runs;
        examples.push(format!("{runs} × \"{reason}\""));
    }
    for (why, (runs, examples)) in told {
        let _ = write!(text, "\n- {runs} asked. {why}\n");
        for example in examples {
            let _ = writeln!(text, "  - {example}");
        }
    }
    if count("‼") > 0 {
        let _ = write!(
            text,
            "\n- {} ordered twice, after somebody deleted the journal while it held the only trace of \
             an order: no provider can know what nobody remembers. Keep the journal, or share one.",
            count("‼")
        );
    }
    for (reason, runs) in not_run {
        let _ = write!(text, "\n- {runs} not run: {reason}.");
    }
    text + "\n"
}

/// The same, with every broken run and the command that repeats it.
pub(crate) fn broken(played: &[Played], repeat: impl Fn(usize, &Cell) -> String) -> String {
    let mut text = String::new();
    for (number, it) in played.iter().enumerate() {
        let Verdict::Broken(why) = &it.verdict else { continue };
        let _ = write!(text, "\n✗ {}\n  {why}\n  {}\n", it.cell.name(), repeat(number, &it.cell));
        if let Some(kept) = &it.kept {
            let _ = writeln!(text, "  {}", kept.display());
        }
    }
    text
}

/// What a part of the page is about.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Table,
    Runs,
}

impl Part {
    fn markers(self) -> [&'static str; 2] {
        match self {
            Self::Table => ["<!-- chaos: begin -->", "<!-- chaos: end -->"],
            Self::Runs => ["<!-- chaos --runs: begin -->", "<!-- chaos --runs: end -->"],
        }
    }
}

/// Replaces a part of the page.
pub(crate) fn write(part: Part, text: &str) -> Result<(), Failure> {
    page::fill(provider::workspace(), PAGE, part.markers(), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_after_what_is_asked() {
        assert_eq!(short("POST /oauth/v2/token"), "`POST token`");
        assert_eq!(short("GET /v3/orderRequest/{id}"), "`GET orderRequest/{id}`");
    }
}
