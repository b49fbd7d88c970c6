//! Everything that the simulator knows, behind one lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::auth::Tokens;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::ledger::Ledger;
use crate::services::Service;
use crate::settings::Settings;
use crate::traffic::Traffic;
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
    pub(crate) traffic: Traffic,
    /// Answers given so far, to number them.
    pub(crate) answers: u64,
    /// The settings to return to.
    initial: Settings,
    /// What the customer has at first.
    stock: Stock,
}

/// What the customer has as if it had been ordered long ago.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stock {
    pub(crate) services: usize,
    pub(crate) numbers: usize,
}

impl Simulation {
    pub(crate) fn new(clock: Clock, settings: Settings, stock: Stock) -> Simulation {
        let mut lumen = Simulation {
            clock,
            settings: settings.clone(),
            world: World::new(stock.services),
            voice: Voice::default(),
            faults: Faults::default(),
            tokens: Tokens::default(),
            traffic: Traffic::default(),
            answers: 0,
            initial: settings,
            stock,
        };
        lumen.add_numbers(stock.numbers);
        lumen
    }

    pub(crate) fn ledger(&self) -> Ledger {
        let now = self.clock.now();
        let orders = self.world.runs.iter().map(|run| run.entry(now)).collect();
        let voice_orders = self.voice.entries(now);
        Ledger { orders, voice_orders, requests: self.traffic.counts() }
    }

    /// Changes a service behind everybody's back, and returns it.
    pub(crate) fn change_service(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Service),
    ) -> Option<&Service> {
        self.world.services.change(id, self.clock.now(), change)
    }

    /// Forgets everything but the time, which only moves forward.
    pub(crate) fn reset(&mut self) {
        self.settings = self.initial.clone();
        self.world = World::new(self.stock.services);
        self.voice = Voice::default();
        self.faults.clear();
        self.tokens = Tokens::default();
        self.traffic = Traffic::default();
        self.add_numbers(self.stock.numbers);
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
