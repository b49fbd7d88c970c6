//! The operator: checks Lumen's portal, and does what an error asks for.

use std::thread;
use std::time::{Duration, Instant};

use lumen_report::failure::Failure;
use lumen_simulator::VoiceStatus;

use crate::configuration::{PORTED, RESERVED};
use crate::harness::Harness;
use crate::terraform::Finished;
use crate::workflow::Workflow;

/// How long the operator watches the portal for an order.
const TIMEOUT: Duration = Duration::from_secs(5);

const SETTLE: &str = "journal settle ";
const IMPORT: &str = "terraform import";

/// The question that an error asks the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) kind: Kind,
    /// The summary of the error.
    pub(crate) summary: String,
}

/// What the operator must find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Whether an object at Lumen, for which there is no order on this side, is the right one.
    Exists,
    /// Whether an order arrived.
    Unanswered,
}

/// The question that a failed command asks, if any: its error suggests importing an object or settling a
/// journal entry.
pub(crate) fn question(finished: &Finished) -> Option<Question> {
    if finished.succeeded() {
        return None;
    }
    finished.errors().find_map(|error| {
        let kind = if error.contains(SETTLE) {
            Kind::Unanswered
        } else if error.contains(IMPORT) {
            Kind::Exists
        } else {
            return None;
        };
        let summary = error.lines().next().unwrap_or_default().to_owned();
        Some(Question { kind, summary })
    })
}

/// Imports the object that was ordered, and settles every journal entry that the output names.
pub(crate) fn act(harness: &Harness<'_>, finished: &Finished) -> Result<(), Failure> {
    if harness.terraform.attributes().is_null()
        && let Some(id) = find_in_portal(harness)
    {
        let address = harness.workflow.address();
        let import =
            harness.terraform.run(&["import", "-input=false", "-no-color", address, &id])?;
        if !import.succeeded() {
            return Err(Failure::new(format!("{id} can't be imported: {}", import.text())));
        }
    }
    for arguments in settle_commands(&finished.output) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let settled = harness.terraform.run_provider(&arguments)?;
        if !settled.succeeded() {
            let command = arguments.join(" ");
            return Err(Failure::new(format!("`{command}` fails: {}", settled.text())));
        }
    }
    Ok(())
}

/// The id for importing the object that was ordered, as soon as Lumen has completed the order.
fn find_in_portal(harness: &Harness<'_>) -> Option<String> {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        match harness.workflow {
            Workflow::Create => {
                let services = harness.lumen.services();
                let ordered = services.into_iter().find(|service| {
                    service.service_type == "Internet" && service.status == "Active"
                });
                if let Some(service) = ordered {
                    return Some(service.service_id);
                }
                harness.lumen.ledger().orders.first()?;
            }
            Workflow::Reserve => {
                let order = harness.lumen.ledger().voice_orders.into_iter().next()?;
                if order.status == VoiceStatus::Completed {
                    // The numbers appear in the inventory a little later than the order completes.
                    thread::sleep(Duration::from_millis(200));
                    return Some(order.voice_order_id);
                }
            }
            Workflow::Subscribe => {
                harness.lumen.ledger().line_orders.first()?;
                let [lead, ..] = RESERVED;
                if harness.lumen.lines().contains_key(&lead) {
                    thread::sleep(Duration::from_millis(200));
                    return Some(format!("+{lead}"));
                }
            }
            // A port can be imported when its numbers are in service.
            Workflow::Port => {
                let order = harness.lumen.ledger().line_orders.into_iter().next()?;
                let [lead, ..] = PORTED;
                if harness.lumen.complete_port(&order.voice_order_id) {
                    thread::sleep(Duration::from_millis(200));
                    return Some(format!("+{lead}"));
                }
            }
            _ => return None,
        }
        if deadline < Instant::now() {
            return None;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// The arguments of every `journal settle` command in an output, without duplicates.
fn settle_commands(output: &str) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for (_, rest) in output.lines().filter_map(|line| line.split_once(SETTLE)) {
        let command = rest.split('`').next().unwrap_or_default();
        let mut arguments = vec!["journal".to_owned(), "settle".to_owned()];
        arguments.extend(command.split_whitespace().map(|it| it.trim_matches(['\'', '"']).into()));
        if !found.contains(&arguments) {
            found.push(arguments);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_taken_from_the_output_of_terraform() {
        let output = "\
Run the command below, and apply again.

  terraform-provider-lumen journal settle tf-1 --journal 's3://orders/a'

And once more:
  terraform-provider-lumen journal settle tf-1 --journal 's3://orders/a'
";

        let expected = ["journal", "settle", "tf-1", "--journal", "s3://orders/a"];
        assert_eq!(settle_commands(output), [expected.map(str::to_owned)]);
    }

    #[test]
    fn an_error_asks_by_what_it_offers() {
        let asked = |output: &str| {
            let finished = Finished { code: Some(1), output: output.to_owned() };
            question(&finished).map(|question| (question.kind, question.summary))
        };

        let unanswered =
            "Error: Unknown\n\nLook, or `terraform import` it.\n\n  x journal settle tf-1\n";
        let exists = "Error: Exists\n\nBring it in with `terraform import`.\n";
        assert_eq!(asked(unanswered), Some((Kind::Unanswered, "Unknown".to_owned())));
        assert_eq!(asked(exists), Some((Kind::Exists, "Exists".to_owned())));
        assert_eq!(asked("Error: Lumen is down\n\nRun it again.\n"), None);
    }
}
