//! The state of the simulator, behind one lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::auth::Tokens;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::iod::Iod;
use crate::ledger::Ledger;
use crate::rate_limit::RateLimit;
use crate::request_log::RequestLog;
use crate::services::Service;
use crate::settings::Settings;
use crate::voice::Voice;

/// The simulated Lumen.
pub(crate) struct Simulation {
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    pub(crate) iod: Iod,
    pub(crate) voice: Voice,
    pub(crate) faults: Faults,
    pub(crate) tokens: Tokens,
    pub(crate) requests: RequestLog,
    pub(crate) rate_limit: RateLimit,
    /// The number of answers so far. Tracking ids are made from it.
    pub(crate) answers: u64,
    /// The settings that a reset restores.
    initial: Settings,
    /// The services and numbers that a reset restores.
    seed: Seed,
}

/// The services and numbers that the customer has at the start, without an order in the ledger.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seed {
    pub(crate) services: usize,
    pub(crate) numbers: usize,
}

impl Simulation {
    pub(crate) fn new(clock: Clock, settings: Settings, seed: Seed) -> Simulation {
        let mut lumen = Simulation {
            clock,
            settings: settings.clone(),
            iod: Iod::new(seed.services),
            voice: Voice::default(),
            faults: Faults::default(),
            tokens: Tokens::default(),
            requests: RequestLog::default(),
            rate_limit: RateLimit::default(),
            answers: 0,
            initial: settings,
            seed,
        };
        lumen.add_numbers(seed.numbers);
        lumen
    }

    pub(crate) fn ledger(&self) -> Ledger {
        let now = self.clock.now();
        let orders = self.iod.orders.iter().map(|order| order.ledger_entry(now)).collect();
        let voice_orders = self.voice.ledger_entries(now);
        let line_orders = self.voice.line_ledger_entries(now);
        Ledger { orders, voice_orders, line_orders, requests: self.requests.counts() }
    }

    /// Changes a service outside of any order, and returns it.
    pub(crate) fn change_service(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Service),
    ) -> Option<&Service> {
        self.iod.services.change(id, self.clock.now(), change)
    }

    /// Restores the initial state, except for the time, which never moves backward.
    pub(crate) fn reset(&mut self) {
        self.settings = self.initial.clone();
        self.iod = Iod::new(self.seed.services);
        self.voice = Voice::default();
        self.faults.clear();
        self.tokens = Tokens::default();
        self.requests = RequestLog::default();
        self.rate_limit = RateLimit::default();
        self.add_numbers(self.seed.numbers);
    }
}

/// The simulation, shared by every connection and the `Simulator` handle.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Simulation>>);

impl Shared {
    pub(crate) fn new(simulation: Simulation) -> Shared {
        Shared(Arc::new(Mutex::new(simulation)))
    }

    /// Locks the simulation and advances its orders to the current time. Orders need no timers,
    /// because nothing can observe them without this lock.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Simulation> {
        let mut lumen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = lumen.clock.now();
        lumen.iod.advance_to(now);
        lumen.voice.advance_to(now);
        lumen
    }
}
