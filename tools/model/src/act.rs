//! What the model and the monitor have in common: the files of an entry, and what a process does.

use std::fmt;

use crate::event::Outcome;

/// The steps of an order, one file each; the same as `EntryStep` of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Step {
    Intent,
    Accepted,
    Returned,
    Gone,
    Settled,
    Done,
}

impl Step {
    /// In the order in which pruning removes them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Intent, Self::Accepted, Self::Returned, Self::Gone, Self::Settled, Self::Done];

    /// As the names of files end.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Intent => "-intent.json",
            Self::Accepted => "-accepted.json",
            Self::Returned => "-returned.json",
            Self::Gone => "-gone.json",
            Self::Settled => "-settled.json",
            Self::Done => "-done.json",
        }
    }
}

/// A set of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Steps(u8);

impl Steps {
    pub(crate) fn has(self, step: Step) -> bool {
        self.0 & (1 << step as u8) != 0
    }

    pub(crate) fn add(&mut self, step: Step) {
        self.0 |= 1 << step as u8;
    }

    pub(crate) fn remove(&mut self, step: Step) {
        self.0 &= !(1 << step as u8);
    }

    pub(crate) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = Step::ALL.into_iter().filter(|step| self.has(*step));
        let names: Vec<_> = there.map(|step| &step.suffix()[1..step.suffix().len() - 5]).collect();
        formatter.write_str(&if names.is_empty() { "no file".to_owned() } else { names.join(", ") })
    }
}

/// An entry: the place of its folder, and the number of its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) folder: usize,
    pub(crate) generation: usize,
}

/// What a process does, or what is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Lists a folder, or all of them.
    List(Option<usize>),
    Create {
        key: Key,
        step: Step,
        durable: bool,
        outcome: Outcome,
    },
    Read(Key, Step),
    Remove(Key, Step),
    /// Sends the order of an entry; `fits` says whether its reference is that of the entry.
    Sent {
        key: Key,
        reference: u32,
        fits: bool,
    },
    Accepted(Key),
    Refused(Key),
    Lost(Key),
    Ended {
        key: Key,
        is_done: bool,
    },
    Crashed,
    Started,
    StateSaved,
    StateLost,
}

/// A rule of the protocol that an act breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// A process that ended does something.
    ActsAfterItsEnd,
    /// An intent is written down by a process that has not listed the target.
    WritesWithoutLooking,
    /// An intent is created without waiting until it is durable.
    IntentNotDurable,
    /// One file is created twice.
    CreatedTwice,
    /// An entry is begun while the one before it is open, or a number is left out.
    GenerationTooEarly,
    /// An order is sent by a process that is not known to have written its intent.
    SentWithoutOwnIntent,
    /// An order is sent although its entry is closed.
    SentAfterDone,
    /// The order of one entry is sent again, although Lumen may have it.
    SentTwice,
    /// An order has the reference of another generation.
    ReferenceOfAnotherGeneration,
    /// An order has the reference of another one that Lumen may have.
    ReferenceUsedTwice,
    /// Lumen answers to an order that this process has not sent.
    AnswerWithoutOrder,
    /// A step is written down of an order whose intent is not there.
    NoIntent,
    /// An order is written down as accepted or returned that was not sent, or was refused.
    NotSent,
    /// An entry is closed before a state has its object, and without any other proof.
    DoneBeforeSaved,
    /// An entry is closed while its order is being sent.
    DoneWhileUnderWay,
    /// An object is noted as gone whose entry is open.
    GoneBeforeDone,
    /// A file of an open entry is removed.
    RemovesOpen,
    /// A file of the latest entry of a target is removed.
    RemovesLatest,
    /// The mark that an entry is closed is removed while other files of it are there.
    RemovesDoneFirst,
    /// The trace has more processes than the monitor can tell apart.
    TooManyProcesses,
    /// A file has a name that the journal never writes.
    ForeignFile,
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ActsAfterItsEnd => "a process that has ended does nothing",
            Self::WritesWithoutLooking => "a target is listed before an order is written down",
            Self::IntentNotDurable => "an intent is durable before its order is sent",
            Self::CreatedTwice => "a file is created only once",
            Self::GenerationTooEarly => "a generation begins when the one before it is closed",
            Self::SentWithoutOwnIntent => "an order is sent by the process that wrote its intent",
            Self::SentAfterDone => "the order of a closed entry is not sent",
            Self::SentTwice => "an order is sent again only if Lumen certainly refused it",
            Self::ReferenceOfAnotherGeneration => "an order has the reference of its generation",
            Self::ReferenceUsedTwice => "two orders that Lumen may have differ in their references",
            Self::AnswerWithoutOrder => "Lumen answers to what this process has sent",
            Self::NoIntent => "an entry begins with its intent",
            Self::NotSent => "only an order that was sent, and not refused, can be accepted",
            Self::DoneBeforeSaved => {
                "an entry is closed when a state has its object, when Lumen showed its end, or by a person"
            }
            Self::DoneWhileUnderWay => "an entry stays open until its request is answered or lost",
            Self::GoneBeforeDone => "`gone` completes an entry that is closed",
            Self::RemovesOpen => "the files of an open entry stay",
            Self::RemovesLatest => "the latest entry of a target stays",
            Self::RemovesDoneFirst => "`done` is removed last",
            Self::TooManyProcesses => "a trace has at most 64 processes",
            Self::ForeignFile => "files have the names that the journal gives them",
        })
    }
}
