//! `journal list`: every open order, and what to do about it.

use std::fmt::Write as _;

use serde::Serialize;

use super::words::{self, OrderJson, State};
use super::{Report, Subject};
use crate::journal::{JournalError, JournalLocation, OpenOrder, Progress, Survey};

pub(super) const HELP: &str = "\
States of an open order:
  unanswered  Lumen's answer is not known: Lumen may have the order
  accepted    Lumen has the order, but Terraform was not informed
  returned    Terraform was informed; the next plan or apply closes the entry

Exit codes:
  0  no order needs attention: none is open, or all open ones are returned
  1  the journal can't be read, or its place does not exist
  2  an order is unanswered or accepted, or an entry can't be read

Example:
  terraform-provider-lumen journal list --journal s3://example/lumen-orders";

/// How many unreadable files are listed. A place that is not a journal may have thousands.
const MOST_UNREADABLE: usize = 20;

pub(super) async fn run(subject: &Subject, json: bool, missing_ok: bool) -> Result<Report, String> {
    // An order creates the folder of a journal, but not a bucket.
    let may_be_missing = missing_ok && matches!(subject.location, JournalLocation::Folder(_));
    if !may_be_missing {
        subject.check_exists().await?;
    }
    let mut survey = subject.journal.survey().await.map_err(|error| subject.unusable(error))?;
    let checked = subject.journal.check_answers(&mut survey).await;
    checked.map_err(|error| subject.unusable(error))?;
    report(subject, &survey, json)
}

pub(super) fn report(subject: &Subject, survey: &Survey, json: bool) -> Result<Report, String> {
    let is_urgent = |order: &OpenOrder| order.progress != Progress::Returned;
    let needs_attention = !survey.unreadable.is_empty() || survey.open.iter().any(is_urgent);
    let text =
        if json { words::json(&as_json(subject, survey))? } else { as_text(subject, survey) };
    Ok(Report { text, needs_attention })
}

fn as_text(subject: &Subject, survey: &Survey) -> String {
    let place = subject.journal.place();
    let mut text = match survey.open.len() {
        0 => format!("No order is open in {place}.\n"),
        1 => format!("1 order is open in {place}:\n\n"),
        many => format!("{many} orders are open in {place}:\n\n"),
    };
    if !survey.open.is_empty() {
        text += &table(&survey.open);
        text += "\nWhile a run of Terraform is in progress, its orders are listed too: wait until it ends.\n";
    }
    let settle = words::settle(subject, "REFERENCE");
    for progress in [Progress::Unanswered, Progress::Accepted, Progress::Returned] {
        if survey.open.iter().any(|order| order.progress == progress) {
            let (meaning, advice) = (words::meaning(progress), words::advice(progress, &settle));
            // Writing to a string can't fail.
            let _ = write!(text, "\n{progress}: {meaning}\n{advice}");
        }
    }
    text + &unreadable(&survey.unreadable)
}

fn table(orders: &[OpenOrder]) -> String {
    let row = |cells: [&str; 4]| {
        let [reference, state, written, what] = cells;
        format!("{reference:20}  {state:10}  {written:20}  {what}\n")
    };
    let mut text = row(["REFERENCE", "STATE", "RECORDED", "ORDER"]);
    for order in orders {
        let OpenOrder { reference, what, written_at, progress, .. } = order;
        text += &row([
            reference.as_str(),
            &progress.to_string(),
            &format!("{written_at:.0}"),
            &words::plain(what),
        ]);
        if let Some(origin) = words::origin(order) {
            let _ = writeln!(text, "{:20}  for {origin}", "");
        }
    }
    text
}

fn unreadable(errors: &[JournalError]) -> String {
    if errors.is_empty() {
        return String::new();
    }
    let mut text = "\nFiles that can't be read:\n".to_owned();
    for error in errors.iter().take(MOST_UNREADABLE) {
        let _ = writeln!(text, "  {}", words::plain(&error.to_string()));
    }
    if let Some(more @ 1..) = errors.len().checked_sub(MOST_UNREADABLE) {
        let _ = writeln!(text, "  and {more} more");
    }
    text + words::REPAIR
}

#[derive(Serialize)]
struct ListJson<'a> {
    journal: String,
    orders: Vec<OrderJson<'a>>,
    unreadable: Vec<UnreadableJson<'a>>,
}

#[derive(Serialize)]
struct UnreadableJson<'a> {
    file: Option<&'a str>,
    problem: String,
}

fn as_json<'a>(subject: &Subject, survey: &'a Survey) -> ListJson<'a> {
    let open = survey.open.iter();
    let unreadable = survey.unreadable.iter().map(|error| UnreadableJson {
        file: match error {
            JournalError::Unreadable { file, .. } | JournalError::Foreign { file } => Some(file),
            JournalError::Unavailable(_) | JournalError::NoSuchOrder(_) => None,
        },
        problem: error.to_string(),
    });
    ListJson {
        journal: subject.journal.place(),
        orders: open.map(|order| OrderJson::of(order, State::Open(order.progress))).collect(),
        unreadable: unreadable.collect(),
    }
}
