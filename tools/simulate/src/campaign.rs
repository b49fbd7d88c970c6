//! Tries many histories, and reports the ones that are violated.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::ground::locked;
use crate::regression::{self, Regression};
use crate::shrink::{Shrunk, shrink};
use crate::trial::{Verdict, try_history};
use crate::violation::kind;
use crate::{bite, generate};

/// How many histories of each kind of violation are shrunk and printed. For the rest, only the seeds are
/// printed.
const STORIES: u64 = 2;

const HISTORIES: u64 = 10_000;

/// `cargo xtask simulate`
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Number of histories to try: 10,000 by default, or 20,000 for each fault of `--bite`.
    #[arg(long)]
    pub(crate) histories: Option<u64>,
    /// Seed of the first history.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Stop after this many minutes.
    #[arg(long)]
    pub(crate) minutes: Option<u64>,
    /// Number of threads that try histories.
    #[arg(long, default_value_t = 2)]
    pub(crate) threads: usize,
    /// Stop at the first violation.
    #[arg(long)]
    pub(crate) first: bool,
    /// Print everything that happens in the history of `--seed`, or in those of `--replay`.
    #[arg(long)]
    tell: bool,
    /// Try every history twice, and compare the results.
    #[arg(long)]
    twice: bool,
    /// Folder for violated histories, which are made as small as possible.
    #[arg(long, value_name = "FOLDER", default_value = "target/simulate-violations")]
    pub(crate) keep: PathBuf,
    /// Try only the histories in this file or folder.
    #[arg(long, value_name = "PLACE", conflicts_with_all = ["bite", "twice"])]
    replay: Option<PathBuf>,
    /// Plant faults into a copy of the provider, one at a time: all of `tools/simulate/faults`, or those
    /// with these names. Each of them must be found.
    #[arg(long, value_name = "NAME", num_args = 0.., conflicts_with_all = ["tell", "twice"])]
    bite: Option<Vec<String>>,
}

/// Tries histories, and reports the ones that are violated.
#[must_use]
pub fn run(arguments: &Arguments) -> ExitCode {
    // A panic is reported as a violation.
    panic::set_hook(Box::new(|_| {}));
    let is_well = if let Some(names) = &arguments.bite {
        bite::bite(names, arguments)
    } else if let Some(place) = &arguments.replay {
        replay(place, arguments.tell)
    } else if arguments.tell {
        let history = generate::history(arguments.seed);
        let verdict = try_history(&history, true);
        print(&crate::story::tell(&history, &verdict));
        verdict.violations.is_empty()
    } else {
        Campaign::new(arguments).run()
    };
    let _ = panic::take_hook();
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints a text in one piece, even if other threads print too.
pub(crate) fn print(text: &str) {
    let mut out = io::stdout().lock();
    // If the reader has closed the pipe, the output is not needed.
    let _ = writeln!(out, "{text}");
}

fn replay(place: &Path, tells: bool) -> bool {
    let files = match regression::files(place) {
        Ok(files) => files,
        Err(error) => {
            print(&error);
            return false;
        }
    };
    let mut is_well = true;
    for file in files {
        let regression = match Regression::read(&file) {
            Ok(regression) => regression,
            Err(error) => {
                print(&error);
                is_well = false;
                continue;
            }
        };
        let verdict = regression.replay(tells);
        let holds = verdict.violations.is_empty();
        is_well &= holds;
        let word = if holds { "holds" } else { "VIOLATED" };
        print(&format!("{word}: {} ({})", regression.title(), file.display()));
        if tells || !holds {
            print(&regression.story(&verdict));
        }
    }
    is_well
}

/// Many histories, tried by several threads.
struct Campaign<'a> {
    arguments: &'a Arguments,
    began: Instant,
    next: AtomicU64,
    is_over: AtomicBool,
    done: AtomicU64,
    asked: AtomicU64,
    requests: AtomicU64,
    /// How often each kind of violation was found.
    kinds: Mutex<BTreeMap<String, u64>>,
}

impl<'a> Campaign<'a> {
    fn new(arguments: &'a Arguments) -> Self {
        Self {
            arguments,
            began: Instant::now(),
            next: AtomicU64::new(arguments.seed),
            is_over: AtomicBool::new(false),
            done: AtomicU64::new(0),
            asked: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            kinds: Mutex::default(),
        }
    }

    fn run(self) -> bool {
        std::thread::scope(|scope| {
            for _ in 0..self.arguments.threads.max(1) {
                scope.spawn(|| while self.try_next() {});
            }
        });
        let Self { began, done, asked, requests, kinds, .. } = self;
        let kinds = kinds.into_inner().unwrap_or_default();
        let violated: u64 = kinds.values().sum();
        let mut text = String::new();
        for (kind, count) in &kinds {
            let _ = writeln!(text, "{count} x {kind}");
        }
        let seconds = began.elapsed().as_secs_f64();
        let _ = write!(
            text,
            "{done:?} histories in {seconds:.1} s: {violated} violated, {asked:?} needed a person, {requests:?} requests"
        );
        print(&text);
        kinds.is_empty()
    }

    /// Tries a history. Returns whether there may be more to try.
    fn try_next(&self) -> bool {
        let Arguments { seed, histories, minutes, first, .. } = self.arguments;
        let limit = minutes.map(Duration::from_mins);
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        if seed.saturating_add(histories.unwrap_or(HISTORIES)) <= next
            || limit.is_some_and(|limit| limit < self.began.elapsed())
            || self.is_over.load(Ordering::Relaxed)
        {
            return false;
        }
        let history = generate::history(next);
        let verdict = try_history(&history, false);
        self.done.fetch_add(1, Ordering::Relaxed);
        self.requests.fetch_add(verdict.requests, Ordering::Relaxed);
        self.asked.fetch_add((0 < verdict.questions).into(), Ordering::Relaxed);
        if self.arguments.twice && try_history(&history, false).log != verdict.log {
            self.count("a history is not reproducible");
            print(&format!("seed {next} is not reproducible"));
        }
        let is_told =
            verdict.violations.is_empty() || *first && self.is_over.swap(true, Ordering::Relaxed);
        if !is_told {
            self.violated(next, &verdict);
        }
        true
    }

    fn count(&self, kind: &str) -> u64 {
        let mut kinds = locked(&self.kinds);
        let count = kinds.entry(kind.to_owned()).or_default();
        *count += 1;
        *count
    }

    /// Shrinks a violated history, saves it, and prints its story.
    fn violated(&self, seed: u64, verdict: &Verdict) {
        let Some(violation) = verdict.violations.first() else { return };
        let kind = kind(violation);
        if STORIES < self.count(&kind) {
            print(&format!("seed {seed}: {kind}"));
            return;
        }
        let history = generate::history(seed);
        let before = history.steps.len();
        let Shrunk { history, attempts } = shrink(history, &kind);
        let after = history.steps.len();
        let verdict = try_history(&history, false);
        let violation = verdict.violations.first().unwrap_or(violation);
        let regression = Regression::found(seed, violation, history);
        let kept = match regression.keep(&self.arguments.keep) {
            Ok(file) => format!("saved as {}", file.display()),
            Err(error) => format!("can't be saved in {}: {error}", self.arguments.keep.display()),
        };
        print(&format!(
            "\nSeed {seed} is violated. Shrunk from {before} steps to {after} in {attempts} attempts; {kept}\n{}\n",
            regression.story(&verdict)
        ));
    }
}
