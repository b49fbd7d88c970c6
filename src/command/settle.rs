//! `journal settle`: a person closes the entry of an order.

use super::{Report, Subject, words};
use crate::journal::{Ending, EntryStep, History, OpenOrder, Progress};
use crate::lumen::ExternalId;

pub(super) const HELP: &str = "\
Before you run this command, ask Lumen what happened to the order: runs no longer search for it
afterwards. The command orders nothing and cancels nothing at Lumen.

Exit codes:
  0  the entry is closed
  1  the journal has no such order, or can't be written

Example:
  terraform-provider-lumen journal settle tf-5be0c3a19d7e42f86";

const WAITING: &str =
    "If a Terraform state still waits for this order, the next plan shows it as ended:
  - A new object leaves the state, and the plan shows it as new.
  - A change is shown again.
If the state has what the order built, nothing changes there.
";

const BILLED: &str = "
Warning: Lumen has accepted this order. If Lumen completes it, what it builds exists and is
billed, regardless of the journal. Find it in Lumen's portal, and import it or have it disconnected.
";

pub(super) async fn run(subject: &Subject, reference: &ExternalId) -> Result<Report, String> {
    subject.check_exists().await?;
    let (journal, unusable) = (&subject.journal, |error| subject.unusable(error));
    let before = journal.history(reference).await.map_err(unusable)?;
    journal.settle(reference).await.map_err(unusable)?;
    Ok(text(&before).into())
}

/// Describes what was done, and what the next run does. `before` is the history of the order before that.
fn text(before: &History) -> String {
    let History { order, ending, .. } = before;
    let OpenOrder { reference, what, progress, .. } = order;
    let what = words::plain(what);
    let closed = format!("Closed: order {reference}, which was {progress}: {what}\n\n");
    match (ending, progress) {
        (None, Progress::Unanswered) => {
            closed
                + "Runs no longer search for this order. The next apply orders again what is still configured.
If Lumen does have the order, what it builds is billed, and no Terraform state has it.
"
        }
        (None, Progress::Accepted) => {
            closed
                + "Runs no longer resume this order. The next apply orders again what is still configured.
" + BILLED
        }
        (None, Progress::Returned) => closed + WAITING + BILLED,
        (Some(_), _) if before.has(EntryStep::Settled) => {
            format!("Order {reference} was already settled: {what}\n\nNothing has changed.\n")
        }
        (Some(Ending::InState), _) => {
            format!("Noted: order {reference} has ended: {what}\n\nIts entry was already closed, because a Terraform state has the object.\n{WAITING}{BILLED}")
        }
        (Some(ending), _) => format!(
            "The entry of order {reference} was already closed: {what}\n\nThe reason: {}. No run searches for this order.\n",
            words::ending(*ending)
        ),
    }
}
