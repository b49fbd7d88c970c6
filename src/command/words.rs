//! The texts that the commands print about an order: its state, what to do, and the same as JSON.

use serde::Serialize;

use super::Subject;
use crate::journal::{Ending, EntryStep, OpenOrder, OrderTarget, Progress};
use crate::lumen::ExternalId;

/// What to do about a file that can't be read.
pub(super) const REPAIR: &str = "\
Nothing is ordered for the objects of these files until they can be read.
  - A newer version of the provider wrote the file: use that version.
  - The file is damaged: restore it. If you know what happened to all orders in its folder, you
    can move the folder out of the journal instead.
  - The file does not belong to this journal: move it out. If there are many, check the place.
  Don't delete the journal.
";

/// What each state means.
pub(super) fn meaning(progress: Progress) -> &'static str {
    match progress {
        Progress::Unanswered => {
            "Lumen's answer is not known. Lumen may have the order, and may complete it."
        }
        Progress::Accepted => {
            "Lumen has the order and processes it. Terraform was not informed. A new service is billed."
        }
        Progress::Returned => {
            "Terraform was informed of the order, and saved it unless it was killed at that moment."
        }
    }
}

/// What to do about an order in this state. `settle` is the command that closes its entry.
pub(super) fn advice(progress: Progress, settle: &str) -> String {
    match progress {
        Progress::Unanswered => format!(
            "  1. Run the same Terraform command again for the same state. The run searches for the
     order, and adopts it if Lumen has it. Nothing is ordered twice.
  2. If the run does not find the order, ask Lumen about the reference.
  3. Only if Lumen has no such order, close the entry. The next apply then orders again:
     {settle}
"
        ),
        Progress::Accepted => format!(
            "  1. Run the same Terraform command again for the same state. The run resumes the order.
     Nothing is ordered twice.
  2. If the entry is still open after that run, or the order is no longer wanted: look in
     Lumen's portal for what the order built, import it or have it disconnected if necessary,
     and close the entry:
     {settle}
"
        ),
        Progress::Returned => {
            "  Nothing to do: the next plan or apply that reads the object closes the entry. If the
  entry stays open, run `terraform apply` again for the same state, without `-target`.
"
            .to_owned()
        }
    }
}

/// Why an entry is closed.
pub(super) fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::InState => "a Terraform state has the object",
        Ending::Reached => "Lumen's inventory shows what was ordered",
        Ending::NotAccepted => "Lumen did not accept the order",
        Ending::Untraced => "Lumen does not show the order, and repeating it does no harm",
        Ending::Failed => "Lumen accepted the order, but did not complete it",
        Ending::Gone => "what the order built no longer exists",
        Ending::Settled => "a person closed it with `journal settle`",
    }
}

/// What each step means.
pub(super) fn step(step: EntryStep) -> &'static str {
    match step {
        EntryStep::Intent => "The order was recorded, before it was sent to Lumen.",
        EntryStep::Accepted => "Lumen accepted the order.",
        EntryStep::Returned => "Terraform was informed of the order.",
        EntryStep::Gone => "What the order built no longer exists.",
        EntryStep::Settled => "A person marked the order as ended with `journal settle`.",
        EntryStep::Done => "The entry was closed.",
    }
}

/// Replaces control characters in a text of the journal. Others may be able to write to the journal, and a
/// terminal must not interpret what they write.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The Terraform state that will have the object.
pub(super) fn origin(order: &OpenOrder) -> Option<String> {
    order.author.origin.as_ref().map(|origin| plain(&origin.to_string()))
}

/// An order as JSON. The guide describes it. Members may be added, but none may change or be removed.
#[derive(Serialize)]
pub(super) struct OrderJson<'a> {
    reference: &'a ExternalId,
    state: State,
    what: &'a str,
    written_at: jiff::Timestamp,
    workspace: Option<&'a str>,
    origin: Option<String>,
    target: &'a OrderTarget,
}

/// The state of an entry. Only open entries have a progress.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Closed,
    #[serde(untagged)]
    Open(Progress),
}

impl<'a> OrderJson<'a> {
    pub(super) fn of(order: &'a OpenOrder, state: State) -> Self {
        let OpenOrder { key, reference, what, written_at, author, .. } = order;
        let origin = author.origin.as_ref();
        Self {
            reference,
            state,
            what,
            written_at: *written_at,
            workspace: origin.map(crate::journal::Origin::workspace),
            origin: origin.map(ToString::to_string),
            target: key.target(),
        }
    }
}

/// JSON for scripts.
pub(super) fn json(value: &impl Serialize) -> Result<String, String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

/// The command that closes this entry.
pub(super) fn settle(subject: &Subject, reference: &str) -> String {
    subject.command(&format!("settle {reference}"))
}
