//! Faults that are planned for a run: the effect at which each one happens, and what happens.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A fault of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fault {
    /// The kind of effect at which it happens.
    pub(crate) at: Effect,
    /// How many effects of this kind happen first, in all processes of the run.
    pub(crate) after: u16,
    /// What happens.
    pub(crate) what: Happening,
}

/// An interaction of a process with the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// Any effect.
    Any,
    /// A request that places an order.
    Order,
    /// A request for the status of an order.
    Status,
    /// A request for a list or an object.
    Inventory,
    /// A request for a price or a quote.
    Price,
    /// Any other request.
    Request,
    /// The journal writes the intent of an order.
    Intent,
    /// Any write to the journal.
    Write,
    /// The journal reads a file or lists files.
    Read,
}

/// What happens to an effect, or to the process that causes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Happening {
    /// It definitely fails: there is no connection, or the disk is full.
    Refused,
    /// It does not happen, but the process can't know.
    LostBefore,
    /// It happens, but the process can't know.
    LostAfter,
    /// It does not happen. A gateway answers with this status, or the store fails.
    Status(u16),
    /// It happens, but the answer is cut off.
    Cut,
    /// It happens at once, but the answer takes this many seconds.
    Slow(u32),
    /// A proxy delivers the request twice.
    Twice,
    /// An inventory answers as if it were empty.
    Nothing,
    /// Prices rise before it happens.
    Dearer,
    /// Terraform and the provider are killed before it happens.
    KillBefore,
    /// The same afterwards.
    KillAfter,
    /// The provider's process dies before it happens, and Terraform keeps running.
    CrashBefore,
    /// The same afterwards.
    CrashAfter,
    /// The machine loses power before it happens.
    PowerCutBefore,
    /// The same afterwards.
    PowerCutAfter,
    /// Somebody presses Ctrl-C before it happens.
    Stop,
}

impl Happening {
    /// Whether the process does not learn that the effect has happened.
    pub(crate) fn hides_answer(self) -> bool {
        matches!(
            self,
            Self::LostAfter | Self::Cut | Self::KillAfter | Self::CrashAfter | Self::PowerCutAfter
        )
    }

    /// Whether the effect happens.
    pub(crate) fn lets_happen(self) -> bool {
        !matches!(
            self,
            Self::Refused
                | Self::LostBefore
                | Self::Status(_)
                | Self::KillBefore
                | Self::CrashBefore
                | Self::PowerCutBefore
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, after, what } = self;
        write!(formatter, "{what:?} at {at:?} number {}", after + 1)
    }
}

/// The faults of a run that have not happened yet.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    left: Vec<Fault>,
    /// How many effects of each kind there were.
    counts: [u32; KINDS],
}

const KINDS: usize = Effect::Read as usize + 1;

impl Plan {
    pub(crate) fn new(faults: &[Fault]) -> Self {
        Self { left: faults.to_vec(), counts: [0; KINDS] }
    }

    /// Counts an effect, and returns what happens to it.
    pub(crate) fn next(&mut self, effect: Effect) -> Option<Happening> {
        let mut kinds = vec![Effect::Any, effect];
        if effect == Effect::Intent {
            kinds.push(Effect::Write);
        }
        let due = self.left.iter().position(|fault| {
            kinds.contains(&fault.at) && self.counts[fault.at as usize] == u32::from(fault.after)
        });
        for kind in kinds {
            self.counts[kind as usize] = self.counts[kind as usize].saturating_add(1);
        }
        due.map(|due| self.left.remove(due).what)
    }

    /// How many effects there were.
    pub(crate) fn effects(&self) -> u32 {
        self.counts[Effect::Any as usize]
    }
}
