//! The scenarios that `cargo xtask model` explores.

use crate::setting::{Condition, Kind, Layout, Setting};

/// A setting and its name.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) setting: Setting,
}

/// The scenarios in which everything must hold, with two or three processes.
pub(crate) fn all(processes: usize) -> Vec<Scenario> {
    let is_two = processes == 2;
    let base = Setting { processes, runs: if is_two { 2 } else { 1 }, ..Setting::SMALL };
    let locked = Setting { layout: Layout::Locked, ..base };
    let together = Setting { runs: 1, faults: 2, ..base };
    let scenario = |name, setting| Scenario { name, setting };
    vec![
        scenario(
            "instances of one target in one process",
            Setting { layout: Layout::Twins, ..together },
        ),
        scenario(
            "instances of one target, each with a provider",
            Setting { layout: Layout::Aliases, ..together },
        ),
        scenario(
            "a rename that may be repeated",
            Setting { kind: Kind::Rename, changes: 1, faults: 2, ..locked },
        ),
        scenario(
            "more numbers, one run after the other",
            Setting { kind: Kind::Growth, changes: 1, faults: 2, ..locked },
        ),
        scenario(
            "more numbers, pipelines at once",
            Setting { kind: Kind::Growth, changes: u8::from(is_two), ..base },
        ),
        scenario("runs for a state each", Setting { layout: Layout::Elsewhere, ..base }),
        scenario("pipelines at once", base),
        scenario(
            "pipelines at once, and a power cut",
            Setting { crashes: 0, power_cuts: 1, ..base },
        ),
        scenario("a replacement, made before the old one ends", Setting { changes: 1, ..locked }),
        scenario(
            "a replacement, made after the old one ended",
            Setting { changes: 1, destroys_first: true, ..locked },
        ),
        scenario(
            "pipelines at once, with promises",
            Setting { promises: true, lags: true, ..base },
        ),
        scenario(
            "a replacement, pipelines at once, with promises",
            Setting { changes: 1, promises: true, ..base },
        ),
        scenario(
            "pipelines at once, two faults and two crashes",
            Setting { faults: 2, crashes: 2, lags: true, ..base },
        ),
        scenario("pipelines at once, one more run each", Setting { runs: base.runs + 1, ..base }),
    ]
}

impl Condition {
    /// The scenario to explore without the condition.
    pub(crate) fn scenario(self, processes: usize) -> Scenario {
        let base = Setting { processes, without: Some(self), ..Setting::SMALL };
        let setting = match self {
            // Lumen refuses two orders for now, so that the first entry is no longer the latest.
            Self::EarlyPruning => Setting { runs: 1, crashes: 0, faults: 2, ..base },
            Self::NoLock => Setting { changes: 1, ..base },
            _ => base,
        };
        Scenario { name: "without a condition", setting }
    }
}
