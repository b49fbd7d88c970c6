//! Faults that are planned for a run: at which of its effects, and what happens there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A fault of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fault {
    /// The kind of effect that it meets.
    pub(crate) at: Effect,
    /// How many effects of this kind the run has before, in all of its processes.
    pub(crate) after: u16,
    /// What happens.
    pub(crate) what: Happening,
}

/// What a process does to the world outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// Any of them.
    Any,
    /// A request that places an order.
    Order,
    /// A request about one order.
    Status,
    /// A request for a list or an object.
    Inventory,
    /// A request for a price or a quote.
    Price,
    /// Another request.
    Request,
    /// The journal writes that an order is going to be sent.
    Intent,
    /// The journal writes something.
    Write,
    /// The journal reads a file, or lists them.
    Read,
}

/// What happens to an effect, or to whoever causes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Happening {
    /// It certainly does not happen: there is no connection, or the disk is full.
    Refused,
    /// It does not happen, and nobody can tell.
    LostBefore,
    /// It happens, and nobody can tell.
    LostAfter,
    /// A gateway answers with this status instead; a store fails.
    Status(u16),
    /// It happens, and the answer breaks off.
    Cut,
    /// It happens at once, and the answer takes this many seconds.
    Slow(u32),
    /// A proxy delivers the request twice.
    Twice,
    /// An inventory answers as if nothing was there.
    Nothing,
    /// Prices rise before it happens.
    Dearer,
    /// Terraform and the provider are killed before it happens.
    KillBefore,
    /// The same afterwards.
    KillAfter,
    /// The provider's process dies before it happens, and Terraform goes on.
    CrashBefore,
    /// The same afterwards.
    CrashAfter,
    /// The machine loses its power before it happens.
    PowerCutBefore,
    /// The same afterwards.
    PowerCutAfter,
    /// Somebody presses Ctrl-C before it happens.
    Stop,
}

impl Happening {
    /// Whether nobody is told of an effect that comes to be.
    pub(crate) fn hides_answer(self) -> bool {
        matches!(
            self,
            Self::LostAfter | Self::Cut | Self::KillAfter | Self::CrashAfter | Self::PowerCutAfter
        )
    }

    /// Whether the effect comes to be.
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
