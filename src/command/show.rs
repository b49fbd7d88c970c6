//! `journal show`: everything that the journal has about one order.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::words::{self, OrderJson, State};
use super::{Report, Subject};
use crate::journal::{Ending, EntryStep, History, OpenOrder};
use crate::lumen::ExternalId;

pub(super) const HELP: &str = "\
Exit codes:
  0  the journal has the order
  1  it does not, or the journal can't be read

Example:
  terraform-provider-lumen journal show tf-5be0c3a19d7e42f86";

/// The members of a receipt that hold Lumen's IDs, and their names for people. Nothing else in a receipt is
/// shown, because what Lumen says about an order may contain people's names.
const IDS: [(&str, &str); 4] = [
    ("order_request_id", "Order request"),
    ("order_id", "Order"),
    ("service_id", "Service"),
    ("voice_order_id", "Voice order"),
];

/// The depth at which the IDs of an order are in its receipt, as in `order.goal.Built.service_id`.
const DEPTH: usize = 4;

pub(super) async fn run(
    subject: &Subject,
    reference: &ExternalId,
    json: bool,
) -> Result<Report, String> {
    subject.check_exists().await?;
    let history = subject.journal.history(reference).await;
    let history = history.map_err(|error| subject.unusable(error))?;
    let text =
        if json { words::json(&as_json(subject, &history))? } else { text(subject, &history) };
    Ok(text.into())
}

pub(super) fn text(subject: &Subject, history: &History) -> String {
    let History { order, steps, ending, receipt } = history;
    let OpenOrder { reference, what, progress, .. } = order;
    let state = match ending {
        None => progress.to_string(),
        Some(ending) => format!("closed: {}", words::ending(*ending)),
    };
    let mut lines = vec![
        ("Reference", reference.to_string()),
        ("State", state),
        ("Order", words::plain(what)),
        ("For", words::origin(order).unwrap_or_else(|| "an unknown state".to_owned())),
        ("Journal", subject.journal.place()),
        ("Target", words::plain(order.key.target().as_str())),
    ];
    let found = ids(receipt);
    for (member, name) in IDS {
        lines.extend(found.get(member).map(|id| (name, words::plain(id))));
    }
    // Writing to a string can't fail.
    let mut text = String::new();
    for (name, value) in lines {
        let _ = writeln!(text, "{:15}{value}", format!("{name}:"));
    }
    text.push('\n');
    for (step, at) in steps {
        let _ = writeln!(text, "{at:.0}  {}", words::step(*step));
    }
    text + "\n" + &now(subject, history)
}

/// What the state means now, and what to do.
fn now(subject: &Subject, history: &History) -> String {
    let OpenOrder { reference, progress, .. } = &history.order;
    let settle = words::settle(subject, reference.as_str());
    match history.ending {
        None => format!(
            "{}\n{}",
            words::meaning(*progress),
            words::advice(*progress, &settle)
        ),
        Some(Ending::InState) if !history.has(EntryStep::Settled) => format!(
            "Nothing to do. Only if the state still waits for the order, and Lumen says that the order has
ended or never existed, run this command. The next plan then shows the order as ended:
  {settle}
"
        ),
        Some(_) => "Nothing to do.\n".to_owned(),
    }
}

/// Finds Lumen's IDs in a receipt, by member.
fn ids(receipt: &Value) -> BTreeMap<&'static str, String> {
    let mut found = BTreeMap::new();
    collect_ids(receipt, DEPTH, &mut found);
    found
}

fn collect_ids(value: &Value, depth: usize, found: &mut BTreeMap<&'static str, String>) {
    let (Some(members), Some(below)) = (value.as_object(), depth.checked_sub(1)) else { return };
    for (name, value) in members {
        if let (Some((member, _)), Some(id)) =
            (IDS.iter().find(|(member, _)| member == name), value.as_str())
        {
            found.insert(member, id.to_owned());
        }
        collect_ids(value, below, found);
    }
}

#[derive(Serialize)]
struct ShowJson<'a> {
    #[serde(flatten)]
    order: OrderJson<'a>,
    journal: String,
    ending: Option<Ending>,
    steps: Vec<StepJson>,
    ids: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct StepJson {
    step: EntryStep,
    at: Timestamp,
}

fn as_json<'a>(subject: &Subject, history: &'a History) -> ShowJson<'a> {
    let History { order, steps, ending, receipt } = history;
    let state = ending.map_or(State::Open(order.progress), |_| State::Closed);
    ShowJson {
        order: OrderJson::of(order, state),
        journal: subject.journal.place(),
        ending: *ending,
        steps: steps.iter().map(|(step, at)| StepJson { step: *step, at: *at }).collect(),
        ids: ids(receipt),
    }
}
