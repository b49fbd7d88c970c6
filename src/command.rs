//! The command line for people: it shows what is in the order journal, and closes entries.
//!
//! Terraform starts the same program without arguments. `list` shows all open orders, `show` shows one, and
//! `settle` closes one. `words` has the texts about an order.

mod list;
mod settle;
mod show;
#[cfg(test)]
mod tests;
mod words;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::journal::{Journal, JournalError, JournalLocation};
use crate::lumen::ExternalId;
use crate::provider;

const NAME: &str = "terraform-provider-lumen";

/// Terraform provider for Lumen's on-demand network and voice services.
///
/// Terraform starts this program. Run it yourself only to check the orders of interrupted runs, and to
/// close them.
#[derive(Parser)]
#[command(name = NAME, version)]
struct Command {
    #[command(subcommand)]
    topic: Topic,
}

#[derive(Subcommand)]
enum Topic {
    /// Work with the order journal, which records each order before it is sent
    #[command(subcommand)]
    Journal(JournalCommand),
}

#[derive(Subcommand)]
enum JournalCommand {
    /// List the open orders, and what to do about each
    #[command(after_help = list::HELP)]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Treat a journal folder that does not exist as a journal without orders
        #[arg(long)]
        missing_ok: bool,
        #[command(flatten)]
        place: JournalArgument,
    },
    /// Show everything that the journal has about one order, open or closed
    #[command(after_help = show::HELP)]
    Show {
        /// The reference of the order, such as tf-5be0c3a19d7e42f86
        reference: ExternalId,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: JournalArgument,
    },
    /// Close the entry of an order, after Lumen has said what happened to the order
    #[command(after_help = settle::HELP)]
    Settle {
        /// The reference of the order, such as tf-5be0c3a19d7e42f86
        reference: ExternalId,
        #[command(flatten)]
        place: JournalArgument,
    },
}

#[derive(Args)]
struct JournalArgument {
    /// Folder or URL of the journal, as in `order_journal`
    ///
    /// The default is the folder `.terraform/lumen/orders` below the current folder.
    #[arg(long = "journal", value_name = "PLACE", env = "LUMEN_ORDER_JOURNAL")]
    place: Option<JournalLocation>,
}

/// The journal that a command is about.
struct Subject {
    journal: Journal,
    location: JournalLocation,
    /// The name or path with which this program was started.
    program: String,
}

/// What a command prints.
struct Report {
    text: String,
    /// Whether an open order needs attention.
    needs_attention: bool,
}

impl From<String> for Report {
    fn from(text: String) -> Self {
        Self { text, needs_attention: false }
    }
}

/// Runs the command on the command line. Returns `None` if there is no command, as when Terraform starts the
/// program.
pub async fn run() -> Option<ExitCode> {
    let mut arguments = std::env::args_os();
    let program = arguments.next().and_then(|program| program.into_string().ok());
    if arguments.next().is_none_or(|word| word == "-debug" || word == "--debug") {
        return None;
    }
    let command = match Command::try_parse() {
        Ok(Command { topic: Topic::Journal(command) }) => command,
        Err(error) => {
            // Printing fails only if the output is closed. The exit code of an error is 1, because 2 means that
            // an order is open.
            error.print().ok();
            return Some(if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS });
        }
    };
    let done = command.run(program.unwrap_or_else(|| NAME.to_owned())).await;
    let printed = done.and_then(|report| {
        let written = io::stdout().write_all(report.text.as_bytes());
        written.map(|()| report.needs_attention).map_err(|error| error.to_string())
    });
    Some(match printed {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(2),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    })
}

impl JournalCommand {
    async fn run(self, program: String) -> Result<Report, String> {
        match self {
            Self::List { json, missing_ok, place } => {
                list::run(&place.subject(program), json, missing_ok).await
            }
            Self::Show { reference, json, place } => {
                show::run(&place.subject(program), &reference, json).await
            }
            Self::Settle { reference, place } => {
                settle::run(&place.subject(program), &reference).await
            }
        }
    }
}

impl JournalArgument {
    fn subject(self, program: String) -> Subject {
        let variable = |name: &str| std::env::var(name).ok();
        let location = self.place.unwrap_or_else(|| provider::default_journal(variable));
        Subject { journal: Journal::new(location.clone()), location, program }
    }
}

impl Subject {
    /// A command for the same journal, to be pasted into a shell.
    fn command(&self, words: &str) -> String {
        self.journal.command(&self.program, words)
    }

    /// Returns an error if the journal's place does not exist.
    async fn check_exists(&self) -> Result<(), String> {
        let exists = self.journal.exists().await.map_err(|error| self.unusable(error))?;
        if exists { Ok(()) } else { Err(self.missing()) }
    }

    fn missing(&self) -> String {
        let place = self.journal.place();
        match self.location {
            JournalLocation::Folder(_) => format!(
                "There is no order journal in {place}: the folder does not exist.\n\
                 \n\
                 - If the journal is elsewhere, set its place with `--journal` or LUMEN_ORDER_JOURNAL.\n\
                 - If the place is the default, or a path relative to the configuration, run this\n  \
                   command in the folder of the configuration.\n\
                 - If the folder is on a shared disk, check that the disk is mounted.\n\
                 - If nothing was ordered with this journal yet, no order is open: the first order\n  \
                   creates the folder. `journal list --missing-ok` then succeeds."
            ),
            JournalLocation::Bucket(_) => format!(
                "There is no order journal in {place}: the bucket does not exist.\n\
                 \n\
                 - If the journal is elsewhere, set its place with `--journal` or LUMEN_ORDER_JOURNAL.\n\
                 - Otherwise create the bucket. An order does not create it."
            ),
        }
    }

    fn unusable(&self, error: JournalError) -> String {
        let place = self.journal.place();
        match error {
            JournalError::NoSuchOrder(reference) => format!(
                "The order journal in {place} has no order with the reference {reference}.\n\
                 \n\
                 - Check the reference, and that this is the journal of the run that ordered. This command\n  \
                   lists the open orders: {}\n\
                 - Entries are removed 30 days after they were closed, when the same object is ordered again.",
                self.command("list")
            ),
            error @ (JournalError::Unreadable { .. } | JournalError::Foreign { .. }) => {
                format!(
                    "An entry of the order journal in {place} can't be read: {error}.\n\n{}",
                    words::REPAIR
                )
            }
            error @ JournalError::Unavailable(_) => format!(
                "The order journal in {place} can't be used: {error}.\n\
                 \n\
                 Check the place, its permissions and its credentials, and run the command again."
            ),
        }
    }
}
