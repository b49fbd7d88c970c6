//! The world outside of the processes: Lumen, disks, buckets and time.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use lumen_simulator::Simulator;
use tokio::time::Instant;

use crate::bucket::Bucket;
use crate::disk::Disk;
use crate::fault::Happening;
use crate::trace::Trace;

/// The part of the world that outlives every process.
pub(crate) struct Ground {
    began: Instant,
    /// Every Lumen, by its base URL.
    lumens: BTreeMap<String, Simulator>,
    disk: Mutex<Disk>,
    bucket: Mutex<Bucket>,
    /// The violations that are detected as soon as they happen.
    violations: Mutex<Vec<String>>,
    randomness: Mutex<fastrand::Rng>,
    trace: Mutex<Trace>,
    /// All effects, if they are recorded.
    effects: Option<Mutex<Vec<String>>>,
    scale: Scale,
    /// How often each kind of fault has happened.
    faults: Mutex<BTreeMap<String, u64>>,
}

/// The size and the speed of a world.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    /// A run with more effects counts as endless. The longest runs of a history have a few thousand effects.
    pub(crate) most_effects: u32,
    /// How many milliseconds an ordinary effect takes.
    pub(crate) moment: Range<u64>,
    /// How many versions of a state are kept.
    pub(crate) versions: usize,
}

impl Default for Scale {
    fn default() -> Self {
        Self { most_effects: 30_000, moment: 1..80, versions: 8 }
    }
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
            scale: Scale::default(),
            faults: Mutex::default(),
        }
    }

    /// The same world with another scale.
    pub(crate) fn on_scale(self, scale: Scale) -> Self {
        Self { scale, ..self }
    }

    pub(crate) fn scale(&self) -> &Scale {
        &self.scale
    }

    pub(crate) fn count_fault(&self, what: Happening) {
        let name = format!("{what:?}");
        let kind = name.split('(').next().unwrap_or_default().to_owned();
        *locked(&self.faults).entry(kind).or_default() += 1;
    }

    /// How often each kind of fault has happened.
    pub(crate) fn faults(&self) -> BTreeMap<String, u64> {
        locked(&self.faults).clone()
    }

    /// How much time has passed.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The true time.
    pub(crate) fn now(&self) -> Timestamp {
        beginning() + self.began.elapsed()
    }

    /// The Lumen at this address.
    pub(crate) fn lumen(&self, url: &str) -> Option<&Simulator> {
        self.lumens.get(url)
    }

    /// Raises all prices by half.
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

    /// How long an ordinary effect takes.
    pub(crate) fn moment(&self) -> Duration {
        Duration::from_millis(locked(&self.randomness).u64(self.scale.moment.clone()))
    }

    /// The random choices of the world, such as what survives a power cut.
    pub(crate) fn randomness(&self) -> MutexGuard<'_, fastrand::Rng> {
        locked(&self.randomness)
    }

    /// Records an effect, if effects are recorded.
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
