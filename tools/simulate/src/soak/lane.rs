//! A pipeline of a soak, which works through its states repeatedly, one after the other.

use std::collections::HashSet;
use std::time::Duration;

use fastrand::Rng;
use lumen_core::{Object, Status};
use tokio::time::Instant;

use super::{Day, estate, people};
use crate::fault::{Effect, Fault, Happening};
use crate::history::{Command, Environment, Invocation, Resource};
use crate::pipeline::{Pipeline, Slot, Told};

/// The pause between two runs of a pipeline, in seconds.
const PAUSE: std::ops::Range<u64> = 30..180;

/// How many runs a state gets to settle after the day is over.
const ROUNDS: u32 = 16;

/// The number of rounds after which the pauses between them become longer.
const SHORT_ROUNDS: u32 = 5;

/// A pipeline. Each of its states is a [`Pipeline`] of the simulation.
pub(super) struct Lane<'a> {
    day: &'a Day,
    rng: Rng,
    pub(super) states: Vec<State>,
}

/// A state, with the changes that are not made yet.
pub(super) struct State {
    pub(super) number: usize,
    pub(super) pipeline: Pipeline,
    /// For each address, since when its configuration differs from what exists.
    wishes: Vec<Option<Instant>>,
    /// The number of consecutive runs that ended in an error or, after the day, left something to do.
    pub(super) bad_runs: u32,
    has_run: bool,
}

impl State {
    pub(super) fn new(number: usize, pipeline: Pipeline) -> Self {
        let wishes = vec![None; pipeline.slots.len()];
        Self { number, pipeline, wishes, bad_runs: 0, has_run: false }
    }

    /// The ids of the services in it.
    fn services(&self) -> HashSet<String> {
        let objects = self.pipeline.slots.iter().filter_map(|slot| slot.core.state.as_ref());
        let services = objects.map(|object| object.text("service_id").to_owned());
        services.filter(|id| !id.is_empty()).collect()
    }
}

impl<'a> Lane<'a> {
    pub(super) fn new(day: &'a Day, rng: Rng, states: Vec<State>) -> Self {
        Self { day, rng, states }
    }

    /// Works until the day is over.
    pub(super) async fn work(&mut self) {
        loop {
            for at in 0..self.states.len() {
                if !self.day.goes_on() {
                    return;
                }
                if self.states[at].has_run {
                    self.edit(at);
                }
                let command = self.command(at);
                let faults = faults(&mut self.rng);
                self.run(at, command, faults).await;
                tokio::time::sleep(Duration::from_secs(self.rng.u64(PAUSE))).await;
            }
        }
    }

    /// Runs until nothing is left to do in any state, without faults. Returns a violation for each state that
    /// does not settle.
    pub(super) async fn settle(&mut self) -> Vec<String> {
        let mut endless = Vec::new();
        for at in 0..self.states.len() {
            let mut told = Told::default();
            let mut is_done = false;
            for round in 1..=ROUNDS {
                told = self.run(at, Command::Apply, Vec::new()).await;
                is_done = !told.failed()
                    && told.actions.is_empty()
                    && !self.states[at].pipeline.is_pending();
                if is_done {
                    break;
                }
                let minutes = if round <= SHORT_ROUNDS { 10 } else { 180 };
                tokio::time::sleep(Duration::from_mins(minutes)).await;
            }
            if !is_done {
                let (number, shown) = (self.states[at].number, told.shown());
                let shown: String = shown.chars().take(4000).collect();
                endless.push(format!(
                    "something is left to do in state {number} after {ROUNDS} runs: {:?}\n{shown}",
                    told.actions
                ));
            }
        }
        endless
    }

    fn edit(&mut self, at: usize) {
        let state = &mut self.states[at];
        for _ in 0..self.rng.u8(0..5) {
            let address = self.rng.usize(0..state.pipeline.slots.len());
            let slot = &mut state.pipeline.slots[address];
            if !estate::edit(state.number, address, &mut slot.config, &mut self.rng) {
                continue;
            }
            state.wishes[address].get_or_insert_with(Instant::now);
            self.day.record.borrow_mut().edits += 1;
        }
    }

    fn command(&mut self, at: usize) -> Command {
        let slots = &self.states[at].pipeline.slots;
        let address = self.rng.usize(0..slots.len());
        let slot = &slots[address];
        let is_connection = matches!(slot.config, Some(Resource::Connection(_)));
        match u16::try_from(address) {
            Ok(address)
                if self.rng.u8(0..20) == 0 && is_connection && slot.core.state.is_some() =>
            {
                Command::Replace(address)
            }
            _ => Command::Apply,
        }
    }

    /// Runs Terraform, and then people do what it asks for.
    async fn run(&mut self, at: usize, command: Command, faults: Vec<Fault>) -> Told {
        let day = self.day;
        let state = &mut self.states[at];
        if !state.has_run {
            state.has_run = true;
            state.wishes.fill(Some(Instant::now()));
        }
        let invocation = Invocation {
            pipeline: u8::try_from(state.number).unwrap_or(u8::MAX),
            command,
            faults,
            environment: Environment::Usual,
        };
        let began = Instant::now();
        let told = state.pipeline.run(&day.ground, day.next_run(), &invocation, None).await;
        state.note(day, &told, began.elapsed());
        let is_bad = told.failed() || !day.goes_on();
        state.bad_runs = if is_bad { state.bad_runs + 1 } else { 0 };
        people::act(day, state, &told).await;
        told
    }
}

impl State {
    /// Records the output of a run, and which wishes it has fulfilled.
    fn note(&mut self, day: &Day, told: &Told, took: Duration) {
        let number = self.number;
        let mut record = day.record.borrow_mut();
        record.ran(told);
        record
            .longest_run
            .note(took, || format!("state {number}, {} changes planned", told.actions.len()));
        record.held.insert(number, self.services());
        for (address, (wish, slot)) in self.wishes.iter_mut().zip(&self.pipeline.slots).enumerate()
        {
            let Some(since) = wish.filter(|_| is_as_configured(slot)) else { continue };
            *wish = None;
            record.fulfilled += 1;
            record
                .longest_wish
                .note(since.elapsed(), || format!("state {number}, address {address}"));
        }
    }
}

/// Whether an address has the configured object, and nothing is pending.
pub(super) fn is_as_configured(slot: &Slot) -> bool {
    if !slot.deposed.is_empty() {
        return false;
    }
    let has =
        |object: &Object| object.status == Status::Ready && object.text("status") != "pending";
    match (&slot.config, &slot.core.state) {
        (None, None) => true,
        (Some(Resource::Connection(wanted)), Some(object)) => {
            has(object)
                && object.text("name") == wanted.name
                && object.text("bandwidth") == format!("{} Mbps", wanted.mbps)
        }
        (Some(Resource::Numbers(wanted)), Some(object)) => {
            let numbers = match object.value.get("telephone_numbers") {
                terraform_provider_lumen::framework::Value::Set(numbers) => numbers.len(),
                _ => 0,
            };
            has(object) && numbers == usize::from(wanted.quantity)
        }
        _ => false,
    }
}

/// The faults of a run. One run in six has faults.
fn faults(rng: &mut Rng) -> Vec<Fault> {
    if rng.u8(0..6) != 0 {
        return Vec::new();
    }
    (0..rng.u8(1..4)).map(|_| fault(rng)).collect()
}

fn fault(rng: &mut Rng) -> Fault {
    let (at, after) = match rng.u8(0..10) {
        0..2 => (Effect::Any, rng.u16(0..3000)),
        2..5 => (Effect::Order, rng.u16(0..4)),
        5 => (Effect::Status, rng.u16(0..20)),
        6 => (Effect::Inventory, rng.u16(0..150)),
        7 => (Effect::Price, rng.u16(0..8)),
        8 => (Effect::Write, rng.u16(0..20)),
        _ => (Effect::Read, rng.u16(0..200)),
    };
    let what = match rng.u8(0..16) {
        0 => Happening::Refused,
        1 | 2 => Happening::LostBefore,
        3..6 => Happening::LostAfter,
        6 | 7 => Happening::Status([500, 502, 503, 504][rng.usize(0..4)]),
        8 => Happening::Cut,
        9 => Happening::Slow([3, 29, 31][rng.usize(0..3)]),
        10 => Happening::KillBefore,
        11 | 12 => Happening::KillAfter,
        13 => Happening::CrashBefore,
        14 => Happening::CrashAfter,
        _ => Happening::Stop,
    };
    Fault { at, after, what }
}
