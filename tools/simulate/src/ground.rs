//! The world outside of all processes: Lumen, disks, buckets and the time.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use lumen_simulator::Simulator;
use tokio::time::Instant;

use crate::bucket::Bucket;
use crate::disk::Disk;
use crate::trace::Trace;

/// What outlives every process.
pub(crate) struct Ground {
    began: Instant,
    /// Every Lumen, by its base URL.
    lumens: BTreeMap<String, Simulator>,
    disk: Mutex<Disk>,
    bucket: Mutex<Bucket>,
    /// What must not have happened, as soon as it happens.
    violations: Mutex<Vec<String>>,
    randomness: Mutex<fastrand::Rng>,
    trace: Mutex<Trace>,
    /// Every effect, where somebody wants to read them.
    effects: Option<Mutex<Vec<String>>>,
}

/// The time at which every history begins.
pub(crate) fn beginning() -> Timestamp {
    Timestamp::constant(1_790_000_000, 0)
}

impl Ground {
    pub(crate) fn new(lumens: BTreeMap<String, Simulator>, seed: u64, notes_effects: bool) -> Self {
        Self {
            began: Instant::now(),
            lumens,
            disk: Mutex::default(),
            bucket: Mutex::default(),
            violations: Mutex::default(),
            trace: Mutex::default(),
            randomness: Mutex::new(fastrand::Rng::with_seed(seed)),
            effects: notes_effects.then(Mutex::default),
        }
    }

    /// The true time.
    pub(crate) fn now(&self) -> Timestamp {
        beginning() + self.began.elapsed()
    }

    /// The Lumen at this address.
    pub(crate) fn lumen(&self, url: &str) -> Option<&Simulator> {
        self.lumens.get(url)
    }

    /// Everything costs half as much again.
    pub(crate) fn raise_prices(&self) {
        for lumen in self.lumens.values() {
            lumen.set(|settings| settings.price_factor *= 1.5);
        }
    }

    pub(crate) fn disk(&self) -> MutexGuard<'_, Disk> {
        locked(&self.disk)
    }

    pub(crate) fn bucket(&self) -> MutexGuard<'_, Bucket> {
        locked(&self.bucket)
    }

    /// What processes do with the journals in the bucket.
    pub(crate) fn trace(&self) -> MutexGuard<'_, Trace> {
        locked(&self.trace)
    }

    /// How long something takes that has no reason to take long.
    pub(crate) fn moment(&self) -> Duration {
        Duration::from_millis(locked(&self.randomness).u64(1..80))
    }

    /// Chances of the world, such as what a power cut leaves.
    pub(crate) fn randomness(&self) -> MutexGuard<'_, fastrand::Rng> {
        locked(&self.randomness)
    }

    /// Notes an effect, if somebody wants to read of it.
    pub(crate) fn note(&self, effect: impl FnOnce() -> String) {
        if let Some(effects) = &self.effects {
            let seconds = self.began.elapsed().as_secs_f64();
            locked(effects).push(format!("   {seconds:.3} {}", effect()));
        }
    }

    pub(crate) fn notes_effects(&self) -> bool {
        self.effects.is_some()
    }

    pub(crate) fn take_effects(&self) -> Vec<String> {
        self.effects.as_ref().map(|it| std::mem::take(&mut *locked(it))).unwrap_or_default()
    }

    pub(crate) fn violated(&self, what: String) {
        locked(&self.violations).push(what);
    }

    pub(crate) fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut locked(&self.violations))
    }
}

pub(crate) fn locked<T: ?Sized>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
