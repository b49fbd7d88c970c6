//! Everything that the simulator knows, behind one lock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::auth::Tokens;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::ledger::Ledger;
use crate::settings::Settings;
use crate::voice::Voice;
use crate::world::World;

/// The simulated Lumen at one moment.
pub(crate) struct Simulation {
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    pub(crate) world: World,
    pub(crate) voice: Voice,
    pub(crate) faults: Faults,
    pub(crate) tokens: Tokens,
    /// Every request by the name that the ledger gives it, oldest first.
    pub(crate) requests: Vec<String>,
    /// Answers given so far, to number them.
    pub(crate) answers: u64,
    /// The settings to return to.
    initial: Settings,
}

impl Simulation {
    pub(crate) fn new(clock: Clock, settings: Settings) -> Simulation {
        Simulation {
            clock,
            settings: settings.clone(),
            world: World::new(),
            voice: Voice::default(),
            faults: Faults::default(),
            tokens: Tokens::default(),
            requests: Vec::new(),
            answers: 0,
            initial: settings,
        }
    }

    pub(crate) fn ledger(&self) -> Ledger {
        let now = self.clock.now();
        let orders = self.world.runs.iter().map(|run| run.entry(now)).collect();
        let voice_orders = self.voice.entries(now);
        let mut requests = BTreeMap::new();
        for request in &self.requests {
            *requests.entry(request.clone()).or_default() += 1;
        }
        Ledger { orders, voice_orders, requests }
    }

    /// Forgets everything but the time, which only moves forward.
    pub(crate) fn reset(&mut self) {
        self.settings = self.initial.clone();
        self.world = World::new();
        self.voice = Voice::default();
        self.faults.clear();
        self.tokens = Tokens::default();
        self.requests.clear();
    }
}

/// The simulation, shared by every connection and the `Simulator` handle.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Simulation>>);

impl Shared {
    pub(crate) fn new(simulation: Simulation) -> Shared {
        Shared(Arc::new(Mutex::new(simulation)))
    }

    /// The simulation as of now. Orders move on whenever somebody looks.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Simulation> {
        let mut lumen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = lumen.clock.now();
        lumen.world.settle(now);
        lumen.voice.settle(now);
        lumen
    }
}
