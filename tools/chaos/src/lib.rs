//! `cargo xtask chaos`: fault injection. Checks that at most one order is placed, whatever fails.
//!
//! Real Terraform runs the release build of the provider against a simulated Lumen. A `case` injects a
//! `fault` into a `workflow` or into the order `journal`. Its `scenario` runs in a `harness`: it applies the
//! configuration, injects the fault and recovers, with the help of the `operator` if an error asks for it.
//! Then the `invariants` must hold. The `report` shows every `outcome`.
#![cfg(target_os = "linux")]
#![expect(clippy::print_stdout, reason = "the tool prints its progress")]

mod case;
mod configuration;
mod deadlines;
mod fault;
mod harness;
mod invariants;
mod journal;
mod operator;
mod outcome;
mod random;
mod report;
mod s3_server;
mod scenario;
mod terraform;
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
use lumen_report::narration::{chapter, note};
use lumen_terraform::provider::{self, Profile};
use tokio::runtime::Runtime;

use crate::case::{Case, RecordedRequests};
use crate::outcome::{Outcome, Verdict};
use crate::report::Section;
use crate::s3_server::S3Server;
use crate::workflow::Workflow;

/// Which cases to run, and how.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    choice: Choice,
    /// How many cases to run at once [default: twice the number of processors]
    #[arg(long)]
    jobs: Option<usize>,
    /// Write the result into design/chaos.md
    #[arg(long)]
    write: bool,
    /// Use a debug build of the provider, which is faster to build but slower to run
    #[arg(long)]
    debug: bool,
}

/// Which cases to run. Without any of these options, every case of the table runs.
#[derive(Args)]
struct Choice {
    /// Run this many random cases instead of the table
    #[arg(long)]
    runs: Option<u64>,
    /// The seed that determines the random cases
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Run only the random case with this number
    #[arg(long)]
    run: Option<u64>,
    /// Run only the case with this name, or every case whose name contains it if there is none
    #[arg(long)]
    only: Option<String>,
    /// Run only twelve cases, for the worst moments to fail
    #[arg(long)]
    short: bool,
    /// Instead of injecting faults, order a hundred connections whose timeouts expire before Lumen is done
    #[arg(long, alias = "waits")]
    deadlines: bool,
}

impl Choice {
    /// The numbers of the random cases; `None` to run the table.
    fn numbers(&self) -> Option<Range<u64>> {
        match (self.run, self.runs) {
            (Some(run), _) => Some(run..run + 1),
            (None, Some(runs)) => Some(0..runs),
            (None, None) => None,
        }
    }

    fn cases(&self, recorded: &RecordedRequests) -> Vec<Case> {
        if let Some(numbers) = self.numbers() {
            return numbers.map(|number| random::case(self.seed, number, recorded)).collect();
        }
        let cases = if self.short { case::short(recorded) } else { case::all(recorded) };
        let Some(wanted) = &self.only else { return cases };
        let exact = cases.iter().any(|case| case.name() == *wanted);
        let is_wanted = |name: String| if exact { name == *wanted } else { name.contains(wanted) };
        cases.into_iter().filter(|case| is_wanted(case.name())).collect()
    }

    /// The command that repeats a case, given its position among all cases.
    fn repeat(&self, place: usize, case: &Case) -> String {
        match self.numbers().and_then(|mut numbers| numbers.nth(place)) {
            Some(run) => format!("cargo xtask chaos --seed {} --run {run}", self.seed),
            None => format!("cargo xtask chaos --only '{}'", case.name()),
        }
    }
}

/// The tools that all cases use.
struct Tools {
    terraform: PathBuf,
    provider: PathBuf,
    runtime: Runtime,
    /// Whether a process can mount disks that only it sees.
    can_mount: bool,
    /// S3, or the reason why there is none.
    s3: Result<S3, String>,
}

/// The program of the S3 server, and a server that cases share.
struct S3 {
    program: PathBuf,
    shared: Arc<S3Server>,
    _folder: tempfile::TempDir,
}

/// Runs the cases and prints the report.
///
/// # Errors
///
/// Fails if a case is broken.
pub fn run(options: &Options) -> Result<(), Failure> {
    let tools = Tools::get(options)?;
    if options.choice.deadlines {
        return deadlines::run(&tools);
    }
    let jobs = options.jobs.unwrap_or_else(|| {
        2 * thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get)
    });
    chapter("Recording the requests of every workflow");
    let recorded: RecordedRequests = in_parallel(jobs, Workflow::ALL.to_vec(), |workflow| {
        scenario::record(&tools, workflow).map(|requests| (workflow, requests))
    })
    .into_iter()
    .collect::<Result<_, Failure>>()?;

    let cases = options.choice.cases(&recorded);
    if cases.is_empty() {
        return Err(Failure::new("There is no such case."));
    }
    chapter(&format!("Running {} cases", cases.len()));
    let (began, total, done) = (Instant::now(), cases.len(), AtomicUsize::new(0));
    let outcomes = in_parallel(jobs, cases, |case| {
        let requests = recorded.get(&case.workflow).map(Vec::as_slice).unwrap_or_default();
        let outcome = scenario::run(&tools, case, requests);
        print_progress(&outcome, done.fetch_add(1, Ordering::Relaxed) + 1, total);
        outcome
    });
    print_report(options, &recorded, &outcomes, began.elapsed())
}

fn print_progress(outcome: &Outcome, done: usize, total: usize) {
    let seconds = outcome.duration.as_secs_f64();
    let (sign, case) = (outcome.verdict.sign(), random::describe(&outcome.case));
    match &outcome.verdict {
        Verdict::NotRun(why) => println!("   {done}/{total} {sign} {case}: {why}"),
        Verdict::Broken(why) => {
            println!("   {done}/{total} {sign} {case} ({seconds:.1} s)\n     {why}");
        }
        _ => println!("   {done}/{total} {sign} {case} ({seconds:.1} s)"),
    }
}

fn print_report(
    options: &Options,
    recorded: &RecordedRequests,
    outcomes: &[Outcome],
    duration: Duration,
) -> Result<(), Failure> {
    let Choice { seed, runs, .. } = options.choice;
    let totals = report::totals(outcomes);
    let (section, text) = if let Some(runs) = runs {
        let command = format!("`cargo xtask chaos --runs {runs} --seed {seed}`");
        (Section::RandomCases, format!("{command}\n\n{totals}"))
    } else {
        let tables = report::tables(outcomes, recorded);
        (Section::Table, format!("`cargo xtask chaos`\n\n{totals}\n{tables}"))
    };
    chapter("Result");
    println!("\n{text}");
    note(&format!("It took {} seconds.", duration.as_secs()));
    if options.write {
        report::write(section, &text)?;
    }
    let broken = report::broken(outcomes, |place, case| options.choice.repeat(place, case));
    if broken.is_empty() { Ok(()) } else { Err(Failure::new(broken)) }
}

impl Tools {
    fn get(options: &Options) -> Result<Self, Failure> {
        let terraform = lumen_terraform::find()?;
        chapter("Building the provider (a few minutes the first time)");
        let profile = if options.debug { Profile::Debug } else { Profile::Release };
        let provider = provider::build(profile)?;
        let target = provider.ancestors().nth(2).unwrap_or(&provider).to_owned();
        let can_mount = Command::new("unshare")
            .args(["-rm", "true"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        let runtime = Runtime::new().context("the async runtime can't be started")?;
        let s3 = if options.choice.short || options.choice.deadlines {
            Err("no case needs it".to_owned())
        } else {
            S3::start(&target.join("chaos")).map_err(|failure| failure.to_string())
        };
        Ok(Self { terraform, provider, runtime, can_mount, s3 })
    }
}

impl S3 {
    fn start(folder: &std::path::Path) -> Result<Self, Failure> {
        let program = s3_server::install(&folder.join("s3"))?;
        let logs = tempfile::TempDir::with_prefix("lumen-chaos-")
            .context("a temporary folder can't be created")?;
        let shared = S3Server::new(&program, logs.path())?;
        shared.start()?;
        Ok(Self { program, shared: Arc::new(shared), _folder: logs })
    }
}

/// Does the work for all items, several of them at once, and returns the results in the order of the items.
fn in_parallel<Item: Send, Result: Send>(
    jobs: usize,
    items: Vec<Item>,
    work: impl Fn(Item) -> Result + Sync,
) -> Vec<Result> {
    let queue = Mutex::new(items.into_iter().enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
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
