//! The person who is asked: they look into Lumen's portal, and do as the error says.

use std::thread;
use std::time::{Duration, Instant};

use lumen_report::failure::Failure;
use lumen_simulator::VoiceStatus;

use crate::course::Bench;
use crate::process::Ended;
use crate::workflow::Workflow;

/// How long somebody watches an order in the portal.
const PATIENCE: Duration = Duration::from_secs(5);

const SETTLE: &str = "journal settle ";

/// Why an error wants a person, if it does.
pub(crate) fn asked(ended: &Ended) -> Option<String> {
    if ended.succeeded() {
        return None;
    }
    let wants = |error: &&str| error.contains(SETTLE) || error.contains("terraform import");
    let error = ended.errors().find(wants)?;
    Some(error.lines().next().unwrap_or_default().to_owned())
}

/// Brings what was ordered under Terraform, and settles what the journal has in doubt.
pub(crate) fn decide(bench: &Bench<'_>, ended: &Ended) -> Result<(), Failure> {
    if bench.terraform.attributes().is_null()
        && let Some(id) = found_in_portal(bench)
    {
        let address = bench.workflow.address();
        let import = bench.terraform.run(&["import", "-input=false", "-no-color", address, &id])?;
        if !import.succeeded() {
            return Err(Failure::new(format!("{id} can't be imported: {}", import.text())));
        }
    }
    for arguments in settle_commands(&ended.output) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let settled = bench.terraform.run_provider(&arguments)?;
        if !settled.succeeded() {
            let command = arguments.join(" ");
            return Err(Failure::new(format!("`{command}` fails: {}", settled.text())));
        }
    }
    Ok(())
}

/// The id to import of what was ordered, once Lumen is done with it.
fn found_in_portal(bench: &Bench<'_>) -> Option<String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match bench.workflow {
            Workflow::Create => {
                let services = bench.lumen.services();
                let ordered = services.into_iter().find(|service| {
                    service.service_type == "Internet" && service.status == "Active"
                });
                if let Some(service) = ordered {
                    return Some(service.service_id);
                }
                bench.lumen.ledger().orders.first()?;
            }
            Workflow::Reserve => {
                let order = bench.lumen.ledger().voice_orders.into_iter().next()?;
                if order.status == VoiceStatus::Completed {
                    // The inventory lags behind.
                    thread::sleep(Duration::from_millis(200));
                    return Some(order.voice_order_id);
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

/// The arguments of every `journal settle` command in an output, each once.
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
    use super::settle_commands;

    #[test]
    fn commands_are_taken_out_of_what_terraform_prints() {
        let output = "\
Run the command below, and apply again.

  terraform-provider-lumen journal settle tf-1 --journal 's3://orders/a'

And once more:
  terraform-provider-lumen journal settle tf-1 --journal 's3://orders/a'
";

        let expected = ["journal", "settle", "tf-1", "--journal", "s3://orders/a"];
        assert_eq!(settle_commands(output), [expected.map(str::to_owned)]);
    }
}
