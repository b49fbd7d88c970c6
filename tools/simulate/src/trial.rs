//! Trying histories.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use lumen_core::Program;
use terraform_provider_lumen::provider;

use crate::history::History;
use crate::world::World;
use crate::{generate, invariants, operator};

/// `cargo xtask simulate`
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many histories are tried.
    #[arg(long, default_value_t = 10_000)]
    histories: u64,
    /// The seed of the first one.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Ends after so many minutes.
    #[arg(long)]
    minutes: Option<u64>,
    /// How many threads try histories.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Tells everything that happens in the first history.
    #[arg(long)]
    tell: bool,
    /// Tries every history twice, and compares.
    #[arg(long)]
    twice: bool,
}

/// What came of a history.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) violations: Vec<String>,
    pub(crate) log: Vec<String>,
    pub(crate) questions: usize,
    pub(crate) requests: u64,
}

/// Tries histories, and tells of those that are violated.
#[must_use]
#[expect(clippy::print_stdout, reason = "that is what it is for")]
pub fn run(arguments: &Arguments) -> ExitCode {
    let next = AtomicU64::new(arguments.seed);
    let end = arguments.seed.saturating_add(arguments.histories);
    let began = Instant::now();
    let limit = arguments.minutes.map(Duration::from_mins);
    let (asked, failed, requests) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if end <= seed || limit.is_some_and(|limit| limit < began.elapsed()) {
                        return;
                    }
                    let verdict = try_history(&generate::history(seed), arguments.tell);
                    if arguments.twice {
                        let again = try_history(&generate::history(seed), arguments.tell);
                        if again.log != verdict.log {
                            println!("seed {seed} is not the same twice");
                        }
                    }
                    requests.fetch_add(verdict.requests, Ordering::Relaxed);
                    if 0 < verdict.questions {
                        asked.fetch_add(1, Ordering::Relaxed);
                    }
                    if arguments.tell {
                        println!("{:#?}\n{}", generate::history(seed), verdict.log.join("\n"));
                    }
                    if !verdict.violations.is_empty() {
                        failed.fetch_add(1, Ordering::Relaxed);
                        println!("seed {seed}: {}", verdict.violations.join("\n"));
                    }
                }
            });
        }
    });
    let _ = panic::take_hook();
    let done = next.load(Ordering::Relaxed).min(end) - arguments.seed;
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{done} histories in {seconds:.1} s: {failed:?} violated, {asked:?} asked a person, {requests:?} requests"
    );
    if failed.into_inner() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

thread_local! {
    /// The schemas are the same in all histories.
    static PROGRAM: RefCell<Option<Program>> = const { RefCell::new(None) };
}

fn program() -> Program {
    PROGRAM.with_borrow_mut(|program| {
        program.get_or_insert_with(|| Program::new(provider::registry)).clone()
    })
}

/// Tries one history.
pub(crate) fn try_history(history: &History, notes_effects: bool) -> Verdict {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let violations = vec![format!("there is no runtime: {error}")];
            return Verdict { violations, log: Vec::new(), questions: 0, requests: 0 };
        }
    };
    fastrand::seed(history.seed);
    let program = program();
    let log = RefCell::new(Vec::new());
    let tried = runtime.block_on(async {
        AssertUnwindSafe(tell(history, &program, notes_effects, &log)).catch_unwind().await
    });
    let (violations, questions, requests) = tried.unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        (vec![text.unwrap_or_else(|| "a panic without words".to_owned())], 0, 0)
    });
    Verdict { violations, log: log.into_inner(), questions, requests }
}

async fn tell(
    history: &History,
    program: &Program,
    notes_effects: bool,
    log: &RefCell<Vec<String>>,
) -> (Vec<String>, usize, u64) {
    let mut world = match World::new(history, program, notes_effects) {
        Ok(world) => world,
        Err(error) => return (vec![format!("there is no Lumen: {error}")], 0, 0),
    };
    let mut violations = Vec::new();
    for step in &history.steps {
        world.step(step).await;
        violations = invariants::check(&mut world);
        log.borrow_mut().push(format!("-- {step:?}"));
        log.borrow_mut().append(&mut world.log);
        if !violations.is_empty() {
            break;
        }
    }
    if violations.is_empty() {
        violations = operator::settle(&mut world).await;
    }
    log.borrow_mut().append(&mut world.log);
    let requests = world.lumen().ledger().requests.values().sum();
    (violations, world.questions, requests)
}
