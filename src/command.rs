//! The command line for people: list the entries of the order journal, and close one manually.
//!
//! Terraform starts the same program without arguments.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::journal::{Journal, JournalError, JournalLocation, OpenOrder};
use crate::lumen::ExternalId;
use crate::provider;

/// Terraform provider for Lumen's on-demand network and voice services.
///
/// Terraform starts this program. People need it only to look after orders that were cut off.
#[derive(Parser)]
#[command(name = "terraform-provider-lumen", version)]
struct Command {
    #[command(subcommand)]
    topic: Topic,
}

#[derive(Subcommand)]
enum Topic {
    /// The orders that were written down before they were sent
    #[command(subcommand)]
    Journal(JournalCommand),
}

#[derive(Subcommand)]
enum JournalCommand {
    /// List the orders that never came into Terraform's state
    List(JournalArgument),
    /// Close an order, once it is known what became of it
    Settle {
        /// The reference of the order, such as tf-5be0c3a19d7e42f86
        reference: ExternalId,
        #[command(flatten)]
        place: JournalArgument,
    },
}

#[derive(Args)]
struct JournalArgument {
    /// Where the journal is, as in `order_journal`
    #[arg(long = "journal", value_name = "PLACE", env = "LUMEN_ORDER_JOURNAL")]
    place: Option<JournalLocation>,
}

impl JournalArgument {
    fn journal(self) -> Journal {
        let variable = |name: &str| std::env::var(name).ok();
        Journal::new(self.place.unwrap_or_else(|| provider::default_journal(variable)))
    }
}

/// Runs the command on the command line. Returns `None` if there is none, as when Terraform starts
/// the program.
pub async fn run() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|word| word == "-debug" || word == "--debug") {
        return None;
    }
    let Topic::Journal(command) = Command::parse().topic;
    let done = match command {
        JournalCommand::List(place) => list(&place.journal()).await,
        JournalCommand::Settle { reference, place } => settle(&place.journal(), &reference).await,
    };
    Some(match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    })
}

async fn list(journal: &Journal) -> Result<(), String> {
    let survey = journal.survey().await.map_err(|error| unusable(journal, error))?;
    let mut lines: Vec<String> = survey.open.iter().map(OpenOrder::to_string).collect();
    if lines.is_empty() {
        lines.push(format!("No order is open in {}.", journal.place()));
    }
    say(&lines)
}

async fn settle(journal: &Journal, reference: &ExternalId) -> Result<(), String> {
    let settled = journal.settle(reference).await.map_err(|error| unusable(journal, error))?;
    say(&[
        format!("Closed: {settled}"),
        "The next `terraform apply` does not look for it any more.".to_owned(),
    ])
}

fn unusable(journal: &Journal, error: JournalError) -> String {
    let place = journal.place();
    match error {
        JournalError::NoSuchOrder(reference) => {
            format!(
                "No open order in {place} has the reference {reference}: `journal list` shows all."
            )
        }
        error => format!("The order journal in {place} can't be used: {error}"),
    }
}

fn say(lines: &[String]) -> Result<(), String> {
    let mut stdout = io::stdout();
    lines.iter().try_for_each(|line| writeln!(stdout, "{line}")).map_err(|error| error.to_string())
}
