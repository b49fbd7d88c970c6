//! `cargo xtask chaos`: whatever fails, at most one order.
//!
//! Real Terraform runs the release build of the provider against a simulated Lumen, and something
//! goes wrong: `strike` and `journal` say what, `workflow` says in the midst of what. `course` plays
//! it and sets it right, with the help of `person` where one is asked; `books` checks what came of
//! it. `cell` lists what is played, `random` draws it, `report` tells of it.
#![cfg(target_os = "linux")]
#![expect(clippy::print_stdout, reason = "people follow on the screen what is played")]

mod books;
mod cell;
mod course;
mod journal;
mod person;
mod process;
mod random;
mod report;
mod store;
mod strike;
mod waits;
mod workflow;

use std::ops::Range;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use lumen_report::failure::{Context, Failure};
use lumen_report::narration::{chapter, told};
use lumen_terraform::provider::{self, Profile};
use tokio::runtime::Runtime;

use crate::cell::{Cell, Recorded};
use crate::course::{Played, Verdict};
use crate::report::Part;
use crate::store::Store;
use crate::workflow::Workflow;

/// What to play, and how.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    choice: Choice,
    /// How many to play at once; twice as many as there are processors if left out.
    #[arg(long)]
    jobs: Option<usize>,
    /// Write the result into docs/guides/ordering-guarantee.md.
    #[arg(long)]
    write: bool,
    /// Use a debug build of the provider: quicker to build, slower to play.
    #[arg(long)]
    debug: bool,
}

/// What to play; without any of these, the whole table.
#[derive(Args)]
struct Choice {
    /// Play this many random runs instead of the table.
    #[arg(long)]
    runs: Option<u64>,
    /// What the random runs follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Play only this one of the random runs.
    #[arg(long)]
    run: Option<u64>,
    /// Play only the cells whose name this is, or else those whose name contains it.
    #[arg(long)]
    only: Option<String>,
    /// Play only a few cells that say the most.
    #[arg(long)]
    short: bool,
    /// Play a hundred connections whose deadline passes before Lumen is done.
    #[arg(long)]
    waits: bool,
}

impl Choice {
    /// The numbers of the random runs, where it is these.
    fn numbers(&self) -> Option<Range<u64>> {
        match (self.run, self.runs) {
            (Some(run), _) => Some(run..run + 1),
            (None, Some(runs)) => Some(0..runs),
            (None, None) => None,
        }
    }

    /// What to play, in an order of its own.
    fn cells(&self, recorded: &Recorded) -> Vec<Cell> {
        if let Some(numbers) = self.numbers() {
            return numbers.map(|number| random::cell(self.seed, number, recorded)).collect();
        }
        let cells = if self.short { cell::short(recorded) } else { cell::table(recorded) };
        let Some(wanted) = &self.only else { return cells };
        let exact = cells.iter().any(|cell| cell.name() == *wanted);
        let is_wanted = |name: String| if exact { name == *wanted } else { name.contains(wanted) };
        cells.into_iter().filter(|cell| is_wanted(cell.name())).collect()
    }

    /// The command that plays one cell again, given its place among all.
    fn repeat(&self, place: usize, cell: &Cell) -> String {
        match self.numbers().and_then(|mut numbers| numbers.nth(place)) {
            Some(run) => format!("cargo xtask chaos --seed {} --run {run}", self.seed),
            None => format!("cargo xtask chaos --only '{}'", cell.name()),
        }
    }
}

/// What every cell uses.
struct Tools {
    terraform: PathBuf,
    provider: PathBuf,
    runtime: Runtime,
    /// Whether a process may have disks of its own.
    can_mount: bool,
    /// The S3 server, or why there is none.
    store: Result<Stores, String>,
}

/// How to get S3 servers, and one that cells share.
struct Stores {
    program: PathBuf,
    shared: Arc<Store>,
    _folder: tempfile::TempDir,
}

/// Plays what was asked for.
///
/// # Errors
///
/// Fails if anything is broken.
pub fn run(options: &Options) -> Result<(), Failure> {
    let tools = Tools::get(options)?;
    if options.choice.waits {
        return waits::run(&tools);
    }
    let jobs = options.jobs.unwrap_or_else(|| {
        2 * thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get)
    });
    chapter("Recording the requests of every workflow");
    let recorded: Recorded = in_parallel(jobs, Workflow::ALL.to_vec(), |workflow| {
        course::record(&tools, workflow).map(|requests| (workflow, requests))
    })
    .into_iter()
    .collect::<Result<_, Failure>>()?;

    let cells = options.choice.cells(&recorded);
    if cells.is_empty() {
        return Err(Failure::new("there is no such cell"));
    }
    chapter(&format!("Playing {}", cells.len()));
    let (began, total, done) = (Instant::now(), cells.len(), AtomicUsize::new(0));
    let played = in_parallel(jobs, cells, |cell| {
        let requests = recorded.get(&cell.workflow).map(Vec::as_slice).unwrap_or_default();
        let played = course::play(&tools, cell, requests);
        progress(&played, done.fetch_add(1, Ordering::Relaxed) + 1, total);
        played
    });
    conclude(options, &recorded, &played, began.elapsed())
}

fn progress(played: &Played, done: usize, total: usize) {
    let seconds = played.took.as_secs_f64();
    let what = random::describe(&played.cell);
    match &played.verdict {
        Verdict::Broken(why) => println!("   {done}/{total} ✗ {what} ({seconds:.1} s)\n     {why}"),
        Verdict::Asked(_) => println!("   {done}/{total} ? {what} ({seconds:.1} s)"),
        Verdict::NotRun(why) => println!("   {done}/{total} – {what}: {why}"),
        Verdict::Beyond => println!("   {done}/{total} ‼ {what} ({seconds:.1} s)"),
        Verdict::Recovered => println!("   {done}/{total} ✓ {what} ({seconds:.1} s)"),
    }
}

fn conclude(
    options: &Options,
    recorded: &Recorded,
    played: &[Played],
    took: Duration,
) -> Result<(), Failure> {
    let Choice { seed, runs, .. } = options.choice;
    let totals = report::totals(played);
    let (part, text) = if let Some(runs) = runs {
        (Part::Runs, format!("`cargo xtask chaos --runs {runs} --seed {seed}`\n\n{totals}"))
    } else {
        let tables = report::tables(played, recorded);
        (Part::Table, format!("`cargo xtask chaos`\n\n{totals}\n{tables}"))
    };
    chapter("What came of it");
    println!("\n{text}");
    told(&format!("It took {} seconds.", took.as_secs()));
    if options.write {
        report::write(part, &text)?;
    }
    let broken = report::broken(played, |place, cell| options.choice.repeat(place, cell));
    if broken.is_empty() { Ok(()) } else { Err(Failure::new(broken)) }
}

impl Tools {
    fn get(options: &Options) -> Result<Self, Failure> {
        let terraform = lumen_terraform::find()?;
        chapter("Building the provider (a few minutes the first time)");
        let profile = if options.debug { Profile::Debug } else { Profile::Release };
        let provider = provider::build(profile)?;
        // Cargo may replace its program while cells are played; they all use the same one.
        let target = provider.ancestors().nth(2).unwrap_or(&provider).to_owned();
        let can_mount = Command::new("unshare")
            .args(["-rm", "true"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        let runtime = Runtime::new().context("no runtime")?;
        let store = if options.choice.short || options.choice.waits {
            Err("not wanted".to_owned())
        } else {
            Stores::get(&target.join("chaos")).map_err(|failure| failure.to_string())
        };
        Ok(Self { terraform, provider, runtime, can_mount, store })
    }
}

impl Stores {
    fn get(folder: &std::path::Path) -> Result<Self, Failure> {
        let program = store::install(&folder.join("s3"))?;
        let logs = tempfile::TempDir::with_prefix("lumen-chaos-").context("no folder")?;
        let shared = Store::new(&program, logs.path())?;
        shared.start()?;
        Ok(Self { program, shared: Arc::new(shared), _folder: logs })
    }
}

/// Does something with every item, so many at once, and returns what came of them in their order.
fn in_parallel<Item: Send, Result: Send>(
    jobs: usize,
    items: Vec<Item>,
    work: impl Fn(Item) -> Result + Sync,
) -> Vec<Result> {
    let waiting = Mutex::new(items.into_iter().enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((number, item)) = next else { return };
                    let result = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}
