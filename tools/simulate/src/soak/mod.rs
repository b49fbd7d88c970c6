//! `cargo xtask soak`: three pipelines with thousands of objects, for a day of virtual time.
//!
//! The provider, Lumen and Terraform Core are those of the simulation. Each pipeline works through its
//! states repeatedly, and all pipelines share a journal in a bucket. In the meantime, people edit the
//! configurations and change services in the portal, orders fail, requests are lost, and runs are killed.
//! When the day is over, nothing fails anymore, and everything must end up as configured.
//!
//! - `estate` is the configuration and its edits. A `lane` is a pipeline with its states. `portal` is what
//!   happens at Lumen, and `people` do what the messages ask for.
//! - `record` is what is measured. `audit` checks what must hold at the end, and `report` prints the results.
//! - `plant` makes losses that the audit must detect.
//!
//! `design/soak.md` has the figures.

mod audit;
mod estate;
mod lane;
mod memory;
mod people;
mod plant;
mod portal;
mod record;
mod report;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fastrand::Rng;
use futures::future::join_all;
use lumen_core::Program;
use lumen_simulator::{Options as LumenOptions, RetryAfter, Settings, Simulator, VoiceSettings};
use terraform_provider_lumen::provider;

use crate::campaign::print;
use crate::configuration::LUMEN;
use crate::ground::{Ground, Scale, beginning};
use crate::history::{Command, Environment, Invocation};
use crate::pipeline::Pipeline;
use audit::Books;
use lane::{Lane, State};
use plant::Plant;
use record::{Record, has_secret};
use report::Memory;

/// How long an order takes, in seconds.
const ORDER_SECONDS: f64 = 120.0;

/// How late the inventory shows a change, in seconds.
const LAG_SECONDS: f64 = 5.0;

/// More effects than any run has. A run with a thousand new objects has some ten thousand.
const MOST_EFFECTS: u32 = 2_000_000;

/// The maximum number of violations that are printed.
const MOST_SHOWN: usize = 40;

/// `cargo xtask soak`
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Number of connections that are configured.
    #[arg(long, default_value_t = 10_000)]
    pub connections: usize,
    /// Number of reservations of telephone numbers that are configured.
    #[arg(long, default_value_t = 2_000)]
    pub reservations: usize,
    /// Hours of simulated time with faults and edits.
    #[arg(long, default_value_t = 24)]
    pub hours: u64,
    /// Seed of all random choices.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Requests per second that Lumen accepts, from all pipelines together.
    #[arg(long, default_value_t = 50)]
    pub rate: u32,
    /// Latency of Lumen's answers, in milliseconds.
    #[arg(long, default_value_t = 80)]
    pub latency: u64,
    /// After a successful soak, plant losses and check that they are detected.
    #[arg(long)]
    pub plant: bool,
}

/// The outcome of a soak.
#[derive(Debug)]
pub struct Outcome {
    /// A table of what it did and how long it took.
    pub table: String,
    /// The violations.
    pub violations: Vec<String>,
    /// The number of planted losses that were detected, and the losses that were not.
    pub noticed: (usize, Vec<String>),
}

/// Runs a soak, and prints its outcome.
#[must_use]
pub fn main(options: &Options) -> ExitCode {
    match run(options) {
        Ok(outcome) => {
            print(&outcome.table);
            for violation in outcome.violations.iter().take(MOST_SHOWN) {
                print(&format!("Violated: {violation}"));
            }
            let (noticed, unnoticed) = &outcome.noticed;
            print(&format!(
                "{} violations; {noticed} planted losses detected, {} not detected {unnoticed:?}",
                outcome.violations.len(),
                unnoticed.len()
            ));
            let is_well = outcome.violations.is_empty() && unnoticed.is_empty();
            if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            print(&format!("The soak can't be run: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs a soak.
///
/// # Errors
/// Fails if the runtime or the simulator can't be started.
pub fn run(options: &Options) -> io::Result<Outcome> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    fastrand::seed(options.seed);
    runtime.block_on(soak(options))
}

/// What all pipelines share.
struct Day {
    ground: Arc<Ground>,
    length: Duration,
    runs: Cell<u64>,
    drifts: Cell<u64>,
    record: RefCell<Record>,
}

impl Day {
    fn new(options: &Options) -> io::Result<Self> {
        let settings = Settings {
            latency_ms: options.latency,
            requests_per_second: Some(options.rate),
            order_seconds: ORDER_SECONDS,
            inventory_lag_seconds: LAG_SECONDS,
            retry_after: RetryAfter::None,
            voice: VoiceSettings {
                order_seconds: ORDER_SECONDS / 2.0,
                inventory_lag_seconds: LAG_SECONDS,
                ..VoiceSettings::default()
            },
            ..Settings::default()
        };
        let lumen = LumenOptions { settings, ..LumenOptions::default() };
        let lumen = Simulator::offline(lumen, beginning())?;
        let lumens = BTreeMap::from([(LUMEN.to_owned(), lumen)]);
        let scale = Scale { most_effects: MOST_EFFECTS, moment: 1..40, versions: 0 };
        let ground = Ground::new(lumens, options.seed, false).on_scale(scale);
        // The monitor of the model is only for histories with a few runs.
        ground.trace().end();
        Ok(Self {
            ground: Arc::new(ground),
            length: Duration::from_hours(options.hours),
            runs: Cell::new(0),
            drifts: Cell::new(0),
            record: RefCell::default(),
        })
    }

    fn lumen(&self) -> &Simulator {
        match self.ground.lumen(LUMEN) {
            Some(lumen) => lumen,
            None => unreachable!("Lumen exists from the beginning"),
        }
    }

    fn goes_on(&self) -> bool {
        self.ground.elapsed() < self.length
    }

    fn next_run(&self) -> u64 {
        self.runs.set(self.runs.get() + 1);
        self.runs.get()
    }
}

async fn soak(options: &Options) -> io::Result<Outcome> {
    let began = Instant::now();
    let day = Day::new(options)?;
    let before = memory::now();
    let mut rng = Rng::with_seed(options.seed);
    let mut lanes = lanes(options, &day, &mut rng);
    let weather = portal::drift(&day, rng.fork());
    let work = join_all(lanes.iter_mut().map(Lane::work));
    tokio::select! {
        _ = async { tokio::join!(work, weather) } => {}
        () = tell_progress(&day, began) => {}
    }
    day.lumen().set(|settings| settings.fail_orders = None);
    let mut violations = join_all(lanes.iter_mut().map(Lane::settle)).await.concat();
    let mut states: Vec<&mut State> = lanes.iter_mut().flat_map(|lane| &mut lane.states).collect();
    violations.extend(audited(&day, &mut states).await);
    let shared: Vec<&State> = states.iter().map(|state| &**state).collect();
    let mut rows = report::table(options, &day, &shared, began.elapsed());
    let noticed = if options.plant && violations.is_empty() {
        noticed(&day, &mut states).await
    } else {
        (0, Vec::new())
    };
    let after = memory::now();
    drop(states);
    drop(lanes);
    let simulator = memory::remaining(|| drop(day.lumen().ledger()));
    rows.extend(report::memory(Memory { before, after, simulator }));
    Ok(Outcome { table: report::markdown(&rows), violations, noticed })
}

/// The pipelines, with their states.
fn lanes<'a>(options: &Options, day: &'a Day, rng: &mut Rng) -> Vec<Lane<'a>> {
    let program = Program::new(provider::registry);
    let objects = (options.connections, options.reservations);
    let count = estate::states(objects.0 + objects.1);
    let states = (0..count).map(|number| {
        let settings = estate::state(number, count, objects, rng);
        State::new(number, Pipeline::new(number, settings, &program))
    });
    let mut states: Vec<State> = states.collect();
    let each = count / estate::PIPELINES;
    let lanes = (0..estate::PIPELINES).map(|_| states.drain(..each).collect());
    let lanes: Vec<Vec<State>> = lanes.collect();
    lanes.into_iter().map(|states| Lane::new(day, rng.fork(), states)).collect()
}

/// Prints a line for each hour.
async fn tell_progress(day: &Day, began: Instant) {
    for hour in 1_u64.. {
        tokio::time::sleep(Duration::from_hours(1)).await;
        let (runs, failed) = (day.record.borrow().runs, day.record.borrow().failed);
        let (ledger, traffic) = (day.lumen().ledger(), day.lumen().traffic());
        print(&format!(
            "after {hour} h: {} orders, {} orders of numbers, {runs} runs ({failed} failed), {} requests ({} refused), {} MiB, {:.0} s",
            ledger.orders.len(),
            ledger.voice_orders.len(),
            traffic.requests,
            traffic.refused,
            memory::now().unwrap_or_default(),
            began.elapsed().as_secs_f64(),
        ));
    }
}

/// All violations: at Lumen, in a final plan of each state, and in the messages.
async fn audited(day: &Day, states: &mut [&mut State]) -> Vec<String> {
    let mut violations = Vec::new();
    for state in &mut *states {
        let invocation = Invocation {
            pipeline: 0,
            command: Command::Plan,
            faults: Vec::new(),
            environment: Environment::Usual,
        };
        let told = state.pipeline.run(&day.ground, day.next_run(), &invocation, None).await;
        day.record.borrow_mut().ran(&told);
        if told.failed() || !told.actions.is_empty() {
            let shown: String = told.shown().chars().take(4000).collect();
            let (number, actions) = (state.number, told.actions);
            violations.push(format!(
                "the final plan of state {number} is not empty: {actions:?}\n{shown}"
            ));
        }
        if has_secret(&state.pipeline.state_text()) {
            violations.push(format!("a secret is in state {}", state.number));
        }
    }
    let (ledger, services) = (day.lumen().ledger(), day.lumen().services());
    let record = day.record.borrow();
    let books = Books {
        ledger: &ledger,
        services: &services,
        named: &record.named,
        portal: &record.portal,
    };
    let shared: Vec<&State> = states.iter().map(|state| &**state).collect();
    violations.extend(audit::audit(&books, &shared));
    violations.extend(record.violations.iter().cloned());
    violations.extend(day.ground.take_violations());
    let bucket = day.ground.bucket();
    let open = bucket.open_entries();
    if !open.is_empty() {
        let (count, first) = (open.len(), open.first());
        violations.push(format!("{count} entries of the journal are open, such as {first:?}"));
    }
    let entries = bucket.objects.iter();
    let secret = entries.filter(|(_, entry)| has_secret(&String::from_utf8_lossy(&entry.text)));
    violations.extend(secret.map(|(path, _)| format!("a secret is in the journal: {path}")));
    violations
}

/// Plants losses, one after the other, and returns how many were detected, and the ones that were not.
async fn noticed(day: &Day, states: &mut [&mut State]) -> (usize, Vec<String>) {
    let (mut noticed, mut unnoticed) = (0, Vec::new());
    let mut known = Vec::new();
    for plant in Plant::ALL {
        plant.plant(day, states);
        let violations = audited(day, states).await;
        if violations.iter().any(|violation| !known.contains(violation)) {
            noticed += 1;
        } else {
            unnoticed.push(format!("{plant:?}"));
        }
        known = violations;
    }
    (noticed, unnoticed)
}
