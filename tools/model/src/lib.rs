//! A model of the order journal's protocol, and a monitor that checks traces of the real code.
//!
//! `cargo xtask model` runs two and three provider processes that order the same object, in every possible
//! interleaving of their steps, with every possible failure: processes are killed, the power fails, answers
//! from Lumen and the store are lost, files are not written, requests arrive late. The properties in `model`
//! must hold in every state. [`conforms`] checks a trace of the real code against the same rules that the
//! model follows: both pass every act through `World::step` in `rules`.
//!
//! # Correspondence with the code
//!
//! A step of a process is an operation of the store, a request that places an order, or a read from Lumen or
//! the state. Reads that nothing can come between are a single step.
//!
//! | step (`At`) | function of the provider |
//! |---|---|
//! | `Idle` | Terraform starts the provider, and passes it the state |
//! | `Confirm`, `CloseSaved` | `OrderNotes::confirm_read`, `UnconfirmedEntries::close_one` |
//! | the decision after that | `refresh::read` (an order that failed, or was settled), `open_orders::tell`, `close_finished` |
//! | `Note` | `Replacements::is_planned`, `Journal::replaces` |
//! | `Plan` | `place::promise`, `LatestOrder::promise` |
//! | `Look` | `Placing::place`: `Journal::claim`, `Journal::latest_order`, `LatestOrder::keeps`; `Placing::check_author` |
//! | `Prune` | `Journal::prune` |
//! | `Prepare` | `Placing::wait_for_earlier_object`, `Placing::check_state`, `Journal::earlier_object`; `Purchase::prepare` (`Buying::existing`) |
//! | `WriteDown`, `ReadBack` | `Slot::write_down`, `Store::create`, `written_by` |
//! | `Send` | `Purchase::send` |
//! | `Accept`, `AcceptFound` | `Placing::accepted`, `Entry::accept` |
//! | `Search`, `CheckFound` | `Placing::search`, `Placing::look`, `Journal::answered`, `Journal::is_answered` |
//! | `Relate`, `CloseReplaced`, `CloseEarlier` | `Placing::resume`, `Placing::adopt_or_wait`, `Placing::close_blocking_entry` |
//! | `CloseRefused`, `CloseRefusedForNow` | `Placing::order` |
//! | `CloseUntraced` | `Placing::search`, where `Purchase::may_be_repeated` |
//! | `Follow`, `CloseFailed`, `CloseReached`, `Returned` | `conclude`, `Journal::close`, `Journal::returned` |
//! | `Save` | Terraform saves what `apply::create` and `apply::update` return |
//! | `Destroy`, `NoteGone`, `SaveDestroyed` | `destroy::delete`, without its own order; `forget` |
//!
//! | event (`Event`) | what it represents |
//! |---|---|
//! | `Crash`, `PowerCut` | `kill -9` between two steps; the end of a machine, which loses files from `Store::create_soon` |
//! | `Arrives`, `Vanishes` | a request whose sender no longer waits |
//! | `Shows`, `Succeeds`, `Fails` | Lumen completes an order; its status is ahead of its inventory; it gives up |
//! | `Overdue`, `Ages` | `Purchase::search_time` passes; thirty days pass |
//! | `Settles`, `Imports`, `Wants` | `Journal::settle`, `refresh::import`, and a changed configuration, by a person, after a check of Lumen's portal |
//! | `LosesState`, `LosesJournal` | a lost state or journal, which happens only without the condition that excludes it |
//!
//! `design/ordering.md` lists what is not modeled.

mod act;
mod calm;
mod check;
mod event;
mod looking;
mod model;
mod program;
mod reference;
mod rules;
mod saving;
mod scenario;
mod setting;
mod state;
mod steps;
mod story;
mod surroundings;
mod symmetry;
#[cfg(test)]
mod tests;
mod trace;

use std::num::NonZeroUsize;
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use lumen_report::failure::Failure;
use lumen_report::narration::{chapter, note};

pub use act::Rule;
pub use event::{Event, LumenOp, Outcome, RunOp, StoreOp, What};
pub use trace::{Divergence, conforms};

use check::{Explored, Limits, explore};
use scenario::Scenario;
use setting::Condition;

/// How much to explore.
#[derive(Args)]
pub struct Options {
    /// Maximum number of minutes to explore, in total
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Maximum number of steps in a story; unlimited by default
    #[arg(long)]
    depth: Option<usize>,
    /// Number of processes; by default, explores with two and with three
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=3))]
    processes: Option<u8>,
    /// Explore only scenarios whose names contain this text
    #[arg(long)]
    only: Option<String>,
    /// Explore without this condition of the promise, and show what happens
    #[arg(long)]
    without: Option<Condition>,
}

/// Explores the model, and prints how much was explored.
///
/// # Errors
///
/// Fails with the story of a counterexample if there is one.
pub fn run(options: &Options) -> Result<(), Failure> {
    let scenarios = options.scenarios();
    let threads = thread::available_parallelism().map_or(2, NonZeroUsize::get);
    let time = Duration::try_from_secs_f64(options.minutes * 60.0)
        .map_err(|_| Failure::new("--minutes must be a positive number"))?;
    let ends = Instant::now() + time;
    chapter("Exploring the protocol of the journal");
    let mut violations = Vec::new();
    let number = scenarios.len();
    for (place, Scenario { name, setting }) in scenarios.into_iter().enumerate() {
        // Few scenarios need much time. The time that one does not use is available to the ones after it.
        let left = ends.saturating_duration_since(Instant::now());
        let time = left / u32::try_from((number - place).min(3)).unwrap_or(1);
        let explored = explore(setting, Limits { time, depth: options.depth, threads });
        let name = format!("{} processes: {name}", setting.processes);
        note(&format!("{name}\n   {}", told(&explored)));
        violations.extend(explored.violation.map(|violation| format!("{name}. {violation}")));
    }
    if violations.is_empty() {
        return Ok(());
    }
    let stories = violations.join("\n");
    if options.without.is_some() {
        note(&stories);
        return Ok(());
    }
    Err(Failure::new(stories))
}

impl Options {
    fn scenarios(&self) -> Vec<Scenario> {
        let processes = self.processes.map_or_else(|| vec![2, 3], |it| vec![it.into()]);
        if let Some(condition) = self.without {
            return vec![condition.scenario(processes[0])];
        }
        let all = processes.into_iter().flat_map(scenario::all);
        let is_wanted = |it: &Scenario| {
            self.only.as_ref().is_none_or(|wanted| it.name.contains(wanted.as_str()))
        };
        all.filter(is_wanted).collect()
    }
}

/// Describes the result of an exploration.
fn told(explored: &Explored) -> String {
    let Explored { reached, unique, depth, time, is_exhausted, violation } = explored;
    let end = match violation {
        Some(_) => "a counterexample",
        None if *is_exhausted => "everything was explored",
        None => "not everything was explored",
    };
    format!("{end}: {unique} states, reached {reached} times, {depth} steps deep, in {time:.1?}")
}
