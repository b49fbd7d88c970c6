//! The report: totals, a table for each workflow, and the broken cases.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use lumen_report::failure::Failure;
use lumen_report::page;
use lumen_terraform::provider;

use crate::case::{Case, RecordedRequests, distinct};
use crate::fault::Fault;
use crate::journal::Condition;
use crate::operator::Kind;
use crate::outcome::{Outcome, Verdict};
use crate::workflow::Workflow;

const PAGE: &str = "design/chaos.md";

const LEGEND: &str = "\
✓ applying again was enough. ? an error asked the operator, and then applying again was enough. ‼ ordered \
twice, because the journal was deleted while it held the only record of the order. ✗ broken. – not run \
here. Empty: does not apply. *Processed* means that Lumen did what the request asks for; *not processed*, that \
it did not.
";

/// The outcomes as Markdown tables.
pub(crate) fn tables(outcomes: &[Outcome], recorded: &RecordedRequests) -> String {
    let mut text = LEGEND.to_owned();
    for (workflow, requests) in recorded {
        let of_workflow =
            |it: &&Outcome| it.case.workflow == *workflow && it.case.condition == Condition::Local;
        let outcomes: Vec<&Outcome> = outcomes.iter().filter(of_workflow).collect();
        if !outcomes.is_empty() {
            text += &workflow_table(*workflow, &distinct(requests), &outcomes);
        }
    }
    let of_journal: Vec<&Outcome> =
        outcomes.iter().filter(|it| it.case.condition != Condition::Local).collect();
    if !of_journal.is_empty() {
        text += &journal_table(&of_journal);
    }
    text
}

fn workflow_table(workflow: Workflow, requests: &[&str], outcomes: &[&Outcome]) -> String {
    let mut text = format!("\n### {}\n\n", workflow.title());
    let names: Vec<String> = requests.iter().map(|request| short(request)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    head(&mut text, &["Fault"], &names);
    for fault in Fault::all() {
        let sign = |request: &&str| {
            let injected = |it: &&&Outcome| {
                it.case.injection.fault == fault && it.case.injection.request == **request
            };
            outcomes.iter().find(injected).map_or("", |it| it.verdict.sign())
        };
        let signs: Vec<&str> = requests.iter().map(sign).collect();
        if signs.iter().any(|sign| !sign.is_empty()) {
            row(&mut text, &[&fault.title()], &signs);
        }
    }
    text
}

fn journal_table(outcomes: &[&Outcome]) -> String {
    let workflows: BTreeSet<Workflow> = outcomes.iter().map(|it| it.case.workflow).collect();
    let rows: BTreeSet<(Condition, Fault)> =
        outcomes.iter().map(|it| (it.case.condition, it.case.injection.fault)).collect();
    let names: Vec<&str> = workflows.iter().map(|workflow| workflow.title()).collect();
    let mut text = String::from("\n### Journal failures\n\n");
    head(&mut text, &["Journal", "Fault of the order request"], &names);
    for (condition, fault) in rows {
        let sign = |workflow: &Workflow| {
            let wanted = (*workflow, condition, fault);
            let is_it = |it: &&&Outcome| {
                (it.case.workflow, it.case.condition, it.case.injection.fault) == wanted
            };
            outcomes.iter().find(is_it).map_or("", |it| it.verdict.sign())
        };
        let signs: Vec<&str> = workflows.iter().map(sign).collect();
        row(&mut text, &[condition.title(), &fault.title()], &signs);
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

/// The method and the path of a request from the last fixed segment on: `GET orderRequest/{id}`.
fn short(request: &str) -> String {
    let (method, path) = request.split_once(' ').unwrap_or(("", request));
    let segments: Vec<&str> = path.split('/').collect();
    let named = segments.iter().rposition(|segment| !segment.starts_with('{')).unwrap_or_default();
    let tail = segments.get(named..).unwrap_or_default().join("/");
    format!("`{method} {tail}`")
}

/// The reason why the provider can't answer the question itself.
fn reason(kind: Kind) -> &'static str {
    match kind {
        Kind::Unanswered => {
            "The journal has the order, no answer to it arrived, and Lumen does not show it after the time \
             in which it should appear. The provider can't distinguish an order that never arrived from \
             one that Lumen does not show; a wrong guess would order twice or not at all."
        }
        Kind::Exists => {
            "Lumen already has such an object, and neither the state nor the journal has an order for it. \
             Only its owner knows whether it is the one in the configuration."
        }
    }
}

/// The totals, and every reason why the operator was asked or a case was not run.
pub(crate) fn totals(outcomes: &[Outcome]) -> String {
    let count = |sign: &str| outcomes.iter().filter(|it| it.verdict.sign() == sign).count();
    let mut text = format!(
        "{} runs: {} recovered without help, {} asked the operator, {} are broken, {} could not be run.\n",
        outcomes.len(),
        count("✓"),
        count("?"),
        count("✗"),
        count("–"),
    );
    let mut questions: BTreeMap<Kind, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut not_run: BTreeMap<&str, usize> = BTreeMap::new();
    for it in outcomes {
        match &it.verdict {
            Verdict::AskedOperator(question) => {
                let summaries = questions.entry(question.kind).or_default();
                *summaries.entry(&question.summary).or_default() += 1;
            }
            Verdict::NotRun(reason) => *not_run.entry(reason).or_default() += 1,
            Verdict::Recovered | Verdict::JournalLost | Verdict::Broken(_) => {}
        }
    }
    for (kind, summaries) in questions {
        let sum: usize = summaries.values().sum();
        let _ = write!(text, "\n- {sum} asked the operator. {}\n", reason(kind));
        for (summary, runs) in summaries {
            let _ = writeln!(text, "  - {runs} × \"{summary}\"");
        }
    }
    let lost = count("‼");
    if lost > 0 {
        let _ = write!(
            text,
            "\n- {lost} ordered twice, because the journal was deleted while it held the only record of an \
             order. No provider can prevent that: keep the journal, or share it.\n"
        );
    }
    for (reason, runs) in not_run {
        let _ = write!(text, "\n- {runs} not run: {reason}.\n");
    }
    text
}

/// Every broken case, with the command that repeats it.
pub(crate) fn broken(outcomes: &[Outcome], repeat: impl Fn(usize, &Case) -> String) -> String {
    let mut text = String::new();
    for (place, it) in outcomes.iter().enumerate() {
        let Verdict::Broken(why) = &it.verdict else { continue };
        let _ = write!(text, "\n✗ {}\n  {why}\n  {}\n", it.case.name(), repeat(place, &it.case));
        if let Some(folder) = &it.folder {
            let _ = writeln!(text, "  {}", folder.display());
        }
    }
    text
}

/// A generated section of the page.
#[derive(Clone, Copy)]
pub(crate) enum Section {
    Table,
    RandomCases,
}

impl Section {
    fn markers(self) -> [&'static str; 2] {
        match self {
            Self::Table => ["<!-- chaos: begin -->", "<!-- chaos: end -->"],
            Self::RandomCases => ["<!-- chaos --runs: begin -->", "<!-- chaos --runs: end -->"],
        }
    }
}

/// Replaces a section of the page.
pub(crate) fn write(section: Section, text: &str) -> Result<(), Failure> {
    page::fill(provider::workspace(), PAGE, section.markers(), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_after_the_request() {
        assert_eq!(short("POST /oauth/v2/token"), "`POST token`");
        assert_eq!(short("GET /v3/orderRequest/{id}"), "`GET orderRequest/{id}`");
    }

    #[test]
    fn the_guide_has_the_rows_of_this_table() -> std::io::Result<()> {
        let guide = std::fs::read_to_string(provider::workspace().join(PAGE))?;

        assert!(guide.contains(LEGEND));
        for fault in Fault::all() {
            let title = fault.title();
            assert!(guide.contains(&format!("\n| {title} | ")), "{PAGE} has no row `{title}`");
        }
        Ok(())
    }
}
