//! A setting to explore: what is ordered, by which processes, and what may fail how often.

use clap::ValueEnum;

/// The purpose of the orders of the explored target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A new object. It appears in the inventory when it is built.
    Build,
    /// A change that costs money and does not appear in the inventory: more numbers.
    Growth,
    /// A change that may be sent again: a new name, or a disconnection.
    Rename,
}

/// How the processes are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Runs of Terraform for one state that does not lock, such as two pipelines at once.
    Pipelines,
    /// Runs of Terraform for one state that locks: one after the other.
    Locked,
    /// Runs of Terraform, each for its own state.
    Elsewhere,
    /// Resource instances with one target in one provider process.
    Twins,
    /// Resource instances with one target in provider processes of one Terraform.
    Aliases,
}

impl Layout {
    /// Whether all processes belong to one run of Terraform: none starts after another one has ended.
    pub(crate) fn is_one_run(self) -> bool {
        matches!(self, Self::Twins | Self::Aliases)
    }

    /// Whether each process has a state, or an instance in a state, of its own.
    pub(crate) fn has_states(self) -> bool {
        matches!(self, Self::Elsewhere | Self::Twins | Self::Aliases)
    }
}

/// A condition of the promise that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Condition {
    /// A listing may not contain the newest file
    StaleListing,
    /// Clocks differ by more than the search time for an order
    ClockSkew,
    /// Clocks differ by a month: an entry may be pruned as soon as it is closed
    EarlyPruning,
    /// A process may pause for hours between writing down an order and sending it
    LongPause,
    /// Each process uses a journal of its own
    SecondJournal,
    /// The state may be replaced by an empty one
    StateLost,
    /// The journal may be removed
    JournalLost,
    /// The state of a replaced object does not lock, and plans promise nothing
    NoLock,
}

/// A mistake in the protocol, for which the model must find a counterexample.
#[cfg_attr(not(test), expect(dead_code, reason = "only tests use mutations"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutation {
    ClosesBeforeSaved,
    IntentNotDurable,
    SendsFirst,
    RetriesPost,
    GenerationNotAdvanced,
    ReferenceWithoutGeneration,
    UnconditionalPut,
    WrittenByNotCompared,
    ErrorTakenForSuccess,
    PrunesLatest,
    PrunesOpen,
    UnansweredSentAgain,
    UnansweredOverlooked,
    LostTakenForRefusal,
    NoLookAtInventory,
    NoLookAtEarlierOrder,
    EarlierOrderMustBeAccepted,
    FoundNotChecked,
    UnseenTakenForUndone,
    AuthorNotCompared,
    NoClaim,
    RepeatedUnderOneReference,
    StateNotCompared,
    NotesOfOthersCount,
    SendsLate,
}

/// The bounds of an exploration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) kind: Kind,
    pub(crate) layout: Layout,
    pub(crate) processes: usize,
    /// How often each process may start.
    pub(crate) runs: u8,
    /// How many processes may be killed.
    pub(crate) crashes: u8,
    /// How many faults may happen: lost answers, files that are not written, refused orders, and so on.
    pub(crate) faults: u8,
    /// How many power cuts may happen.
    pub(crate) power_cuts: u8,
    /// How often a person wants another object, or another change.
    pub(crate) changes: u8,
    /// Whether a replaced object ends before the new one is ordered.
    pub(crate) destroys_first: bool,
    /// Whether plans promise a reference, which they do since Terraform's protocol 6.11.
    pub(crate) promises: bool,
    /// Whether Lumen may report an order as done before the inventory shows its result.
    pub(crate) lags: bool,
    pub(crate) without: Option<Condition>,
    pub(crate) mutation: Option<Mutation>,
}

impl Setting {
    /// Two processes that order one object, with one crash and one fault.
    pub(crate) const SMALL: Self = Self {
        kind: Kind::Build,
        layout: Layout::Pipelines,
        processes: 2,
        runs: 2,
        crashes: 1,
        faults: 1,
        power_cuts: 0,
        changes: 0,
        destroys_first: false,
        promises: false,
        lags: false,
        without: None,
        mutation: None,
    };

    pub(crate) fn is(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    pub(crate) fn lacks(&self, condition: Condition) -> bool {
        self.without == Some(condition)
    }

    pub(crate) fn creates(&self) -> bool {
        self.kind == Kind::Build
    }

    pub(crate) fn may_be_repeated(&self) -> bool {
        self.kind == Kind::Rename
    }

    /// Whether the next plan sees in the inventory that a change is done.
    pub(crate) fn shows_when_done(&self) -> bool {
        self.kind == Kind::Rename
    }

    pub(crate) fn journal_of(&self, process: usize) -> usize {
        if self.lacks(Condition::SecondJournal) { process } else { 0 }
    }

    pub(crate) fn journals(&self) -> usize {
        if self.lacks(Condition::SecondJournal) { self.processes } else { 1 }
    }

    pub(crate) fn state_of(&self, process: usize) -> usize {
        if self.layout.has_states() { process } else { 0 }
    }

    pub(crate) fn states(&self) -> usize {
        if self.layout.has_states() { self.processes } else { 1 }
    }
}
