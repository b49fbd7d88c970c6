//! The course of a cell: what was there, what goes wrong, and how it is set right.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use lumen_report::failure::{Context, Failure};
use lumen_simulator::{
    Fault, Options as SimulatorOptions, RetryAfter, Settings, Simulator, VoiceSettings,
};

use crate::Tools;
use crate::books;
use crate::cell::{Blow, Cell};
use crate::journal::{Condition, Journal, When};
use crate::person;
use crate::process::{Ended, Terraform};
use crate::store::Store;
use crate::strike::{Strike, Whom, orders};
use crate::workflow::Workflow;

/// How often somebody applies before giving up.
const TRIES: u32 = 3;
/// How long somebody stays away who is told to come back later.
const HOUR: Duration = Duration::from_hours(1);
/// How often a person may be asked.
const QUESTIONS: u32 = 2;
/// The pause between two Ctrl-C, and before what was held is cut.
const BREATH: Duration = Duration::from_millis(120);

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Applying again was enough.
    Recovered,
    /// A person had to decide, for this reason; then applying again was enough.
    Asked(String),
    /// It was ordered twice: only the journal knew of the first order, and it was deleted.
    Beyond,
    /// Something is wrong.
    Broken(String),
    /// This machine can't do that.
    NotRun(String),
}

/// A cell that was played.
pub(crate) struct Played {
    pub(crate) cell: Cell,
    pub(crate) verdict: Verdict,
    pub(crate) took: Duration,
    /// Where everything is, if something is wrong.
    pub(crate) kept: Option<PathBuf>,
}

/// Plays a cell from its beginning to its end.
pub(crate) fn play(tools: &Tools, cell: Cell, recorded: &[String]) -> Played {
    let began = Instant::now();
    let (verdict, kept) = match Bench::new(tools, &cell) {
        Err(failure) => (failure, None),
        Ok(mut bench) => match bench.course(&cell, recorded) {
            Ok(verdict) => (verdict, None),
            Err(failure) => (Verdict::Broken(failure.to_string()), Some(bench.terraform.keep())),
        },
    };
    Played { cell, verdict, took: began.elapsed(), kept }
}

/// The requests that a workflow makes when nothing fails.
pub(crate) fn record(tools: &Tools, workflow: Workflow) -> Result<Vec<String>, Failure> {
    let cell = Cell::calm(workflow);
    let mut bench = Bench::new(tools, &cell)
        .map_err(|verdict| Failure::new(format!("nothing can be recorded: {verdict:?}")))?;
    bench.prepare()?;
    let before = bench.lumen.requests().len();
    let ended = bench.terraform.run(workflow.command())?;
    if !ended.succeeded() {
        return Err(Failure::new(format!("{} fails by itself: {ended:?}", workflow.title())));
    }
    Ok(bench.lumen.requests().split_off(before))
}

/// Lumen, Terraform and the journal of one cell.
pub(crate) struct Bench<'tools> {
    pub(crate) workflow: Workflow,
    pub(crate) lumen: Simulator,
    pub(crate) terraform: Terraform<'tools>,
    pub(crate) journal: Journal,
    /// How many providers were killed, and could not clean up.
    pub(crate) killed: usize,
}

impl<'tools> Bench<'tools> {
    fn new(tools: &'tools Tools, cell: &Cell) -> Result<Self, Verdict> {
        let condition = cell.condition;
        if condition.needs_mounts() && !tools.can_mount {
            return Err(Verdict::NotRun("`unshare -rm` is not permitted here".into()));
        }
        let store = match &tools.store {
            _ if !condition.needs_store() => None,
            Err(why) => return Err(Verdict::NotRun(format!("no S3 server: {why}"))),
            Ok(store) => Some(store),
        };
        let made = || -> Result<Self, Failure> {
            let lumen = tools.runtime.block_on(Simulator::start(quick()));
            let lumen = lumen.context("the simulator can't be started")?;
            let mut terraform = Terraform::new(tools)?;
            let store = match store {
                Some(store) if condition.strikes_store() => {
                    Some(Arc::new(Store::new(&store.program, terraform.folder())?))
                }
                Some(store) => Some(store.shared.clone()),
                None => None,
            };
            let journal = Journal::new(condition, terraform.folder(), store)?;
            terraform.set(lumen.environment());
            Ok(Self { workflow: cell.workflow, lumen, terraform, journal, killed: 0 })
        };
        made().map_err(|failure| Verdict::Broken(failure.to_string()))
    }

    fn course(&mut self, cell: &Cell, recorded: &[String]) -> Result<Verdict, Failure> {
        self.prepare()?;
        if let (Some(store), Condition::StoreHangs(_)) = (&self.journal.store, cell.condition) {
            store.start()?;
        }
        self.terraform.set(self.journal.environment());
        let ended = self.suffer(cell, recorded)?;
        self.lumen.clear_faults();
        self.check_nothing_is_forgotten(&ended)?;
        let mut only_the_journal_knew = false;
        if cell.condition == Condition::Deleted {
            only_the_journal_knew = self.journal.has_open_orders()?;
            self.journal.delete()?;
        }
        let verdict = self.recover(cell, recorded, ended)?;
        if only_the_journal_knew && books::has_doubles(self) {
            return Ok(Verdict::Beyond);
        }
        if books::check(self).is_err() {
            // A plan that finds nothing to do does not write down what it saw; applying it does.
            self.terraform.run(self.workflow.command())?;
        }
        books::check(self)?;
        Ok(verdict)
    }

    /// What is there before anything goes wrong, and the configuration of what is wanted then.
    fn prepare(&mut self) -> Result<(), Failure> {
        if let Some(before) = self.workflow.before() {
            self.terraform.write(&before.module())?;
            let ended = self.terraform.run(Workflow::Create.command())?;
            if !ended.succeeded() {
                return Err(Failure::new(format!("what is there before fails: {}", ended.text())));
            }
        }
        if let Some(after) = self.workflow.after() {
            self.terraform.write(&after.module())?;
        }
        Ok(())
    }

    /// The run in which it goes wrong.
    fn suffer(&mut self, cell: &Cell, recorded: &[String]) -> Result<Ended, Failure> {
        let hangs = match cell.condition {
            Condition::StoreHangs(when) => Some(when),
            _ => None,
        };
        if let (Some(When::Before), Some(store)) = (hangs, &self.journal.store) {
            store.hang();
        }
        let slowed = hangs.and_then(|when| slowed(when, recorded));
        if let Some(request) = slowed {
            self.lumen.fault(Fault::delay(&format!("{request}$"), BREATH * 4).times(1));
        }
        let can_tell = self.arm(&cell.blow, recorded) || slowed.is_some();
        let script = self.journal.script();
        let mut running = self.terraform.start(self.workflow.command(), script.as_deref())?;
        if slowed.is_some()
            && running.until(|| self.lumen.struck() > 0)?
            && let Some(store) = &self.journal.store
        {
            store.hang();
        }
        if let Some(whom) = cell.blow.strike.interrupts()
            && running.until(|| self.lumen.struck() > 0)?
        {
            thread::sleep(cell.wait);
            match whom {
                Whom::Provider => self.killed += self.terraform.kill_providers(),
                Whom::Terraform => running.kill(),
                Whom::Once => running.interrupt(),
                Whom::Twice => {
                    running.interrupt();
                    thread::sleep(BREATH);
                    running.interrupt();
                }
            }
            thread::sleep(BREATH);
            self.lumen.clear_faults();
        }
        let ended = running.finish()?;
        if cell.must_strike && can_tell && self.lumen.struck() == 0 {
            return Err(Failure::new("nothing went wrong: the request never came"));
        }
        if let Some(store) = &self.journal.store {
            match cell.condition {
                Condition::StoreHangs(_) => store.go_on(),
                Condition::StoreRefuses => store.start()?,
                _ => {}
            }
        }
        self.check_provider_ended()?;
        Ok(ended)
    }

    /// Lets a request meet what it is to meet; whether that can be seen later.
    fn arm(&self, blow: &Blow, recorded: &[String]) -> bool {
        if blow.strike == Strike::Refused {
            return self.close_before(blow, recorded);
        }
        let Some(mut fault) = blow.strike.fault(&blow.request) else { return false };
        fault = fault.skip(blow.skip);
        if let Some(times) = blow.times {
            fault = fault.times(times);
        }
        self.lumen.fault(fault);
        true
    }

    /// Connections are refused from the answer on that comes before the request: whatever the client
    /// still has open is closed by then, and not a byte of the request can be sent.
    fn close_before(&self, blow: &Blow, recorded: &[String]) -> bool {
        let skip = usize::try_from(blow.skip).unwrap_or(usize::MAX);
        let places = recorded.iter().enumerate().filter(|(_, request)| **request == blow.request);
        let place = places.map(|(place, _)| place).nth(skip).unwrap_or_default();
        let earlier = recorded.get(..place).unwrap_or_default();
        let Some((last, rest)) = earlier.split_last() else {
            self.lumen.refuse_connections();
            return false;
        };
        let passed = rest.iter().filter(|request| *request == last).count();
        let passed = u32::try_from(passed).unwrap_or(u32::MAX);
        self.lumen.fault(Fault::close(&format!("{last}$")).skip(passed).times(1));
        true
    }

    /// Applies until nothing is left to do; a person helps when asked.
    fn recover(
        &mut self,
        cell: &Cell,
        recorded: &[String],
        first: Ended,
    ) -> Result<Verdict, Failure> {
        let mut last = first;
        let (mut tries, mut questions) = (0, 0);
        let mut verdict = Verdict::Recovered;
        let mut second = cell.second.as_ref();
        loop {
            if last.succeeded() && self.nothing_is_left(&mut last)? {
                return Ok(verdict);
            }
            if self.journal.age()? {
                // Somebody comes back an hour later, as they were told.
                self.lumen.advance(HOUR);
            } else if let Some(reason) = person::asked(&last) {
                questions += 1;
                if questions > QUESTIONS {
                    return Err(Failure::new(format!("it asks again and again: {reason}")));
                }
                verdict = Verdict::Asked(reason);
                person::decide(self, &last)?;
                tries = 0;
            } else if tries == TRIES {
                let why = last.summary().unwrap_or("the plan is not empty");
                return Err(Failure::new(format!("{TRIES} applies were not enough: {why}")));
            }
            match second.take() {
                Some(blow) => {
                    self.arm(blow, recorded);
                }
                None => tries += 1,
            }
            last = self.terraform.run(self.workflow.command())?;
            self.lumen.clear_faults();
            self.check_provider_ended()?;
            self.check_nothing_is_forgotten(&last)?;
        }
    }

    /// Asks for a plan. One that fails takes the place of what ended last.
    fn nothing_is_left(&self, last: &mut Ended) -> Result<bool, Failure> {
        let planned = self.terraform.run(self.workflow.question())?;
        match planned.code {
            Some(0) => return Ok(true),
            Some(2) => {}
            _ => *last = planned,
        }
        Ok(false)
    }

    fn check_provider_ended(&self) -> Result<(), Failure> {
        if self.terraform.providers_ended() {
            return Ok(());
        }
        self.terraform.kill_providers();
        Err(Failure::new("the provider outlives Terraform"))
    }

    fn check_nothing_is_forgotten(&self, ended: &Ended) -> Result<(), Failure> {
        if self.journal.condition == Condition::Deleted {
            return Ok(());
        }
        let known = [self.terraform.state_text(), self.journal.text()?, ended.text()].join("\n");
        match books::forgotten(&self.lumen, &known) {
            None => Ok(()),
            Some(order) => {
                Err(Failure::new(format!("neither state nor journal nor any error knows {order}")))
            }
        }
    }
}

/// The request at which a store starts to hang.
fn slowed(when: When, recorded: &[String]) -> Option<&str> {
    let order = recorded.iter().position(|request| orders(request))?;
    match when {
        When::Before => None,
        When::During => recorded.get(order).map(String::as_str),
        When::After => recorded.get(order + 1).map(String::as_str),
    }
}

/// Lumen, in a hurry.
fn quick() -> SimulatorOptions {
    let settings = Settings {
        order_seconds: 0.3,
        inventory_lag_seconds: 0.1,
        retry_after: RetryAfter::None,
        voice: VoiceSettings {
            order_seconds: 0.2,
            inventory_lag_seconds: 0.1,
            ..VoiceSettings::default()
        },
        ..Settings::default()
    };
    SimulatorOptions { settings, ..SimulatorOptions::default() }
}
