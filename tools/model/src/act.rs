//! Types that the model and the monitor share: the files of an entry, and the acts of a process.

use std::fmt;

use crate::event::Outcome;

/// The steps of an order, with one file each. They match `EntryStep` of the journal.
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
    /// All steps, in the order in which pruning removes their files.
    pub(crate) const ALL: [Self; 6] =
        [Self::Intent, Self::Accepted, Self::Returned, Self::Gone, Self::Settled, Self::Done];

    /// The suffix in the name of its file.
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

/// An entry: the index of its folder, and the number of its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) folder: usize,
    pub(crate) generation: usize,
}

/// Something that a process does, or that happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Lists a folder, or all folders.
    List(Option<usize>),
    Create {
        key: Key,
        step: Step,
        durable: bool,
        outcome: Outcome,
    },
    Read(Key, Step),
    Remove(Key, Step),
    /// Sends the order of an entry. `fits` is whether its reference belongs to the entry.
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
    /// A process does something after it has ended.
    ActsAfterItsEnd,
    /// A process writes an intent without having listed the target.
    WritesWithoutLooking,
    /// An intent is created without waiting until it is durable.
    IntentNotDurable,
    /// The same file is created twice.
    CreatedTwice,
    /// An entry begins while the one before it is open, or a number is skipped.
    GenerationTooEarly,
    /// A process sends an order without being known to have written its intent.
    SentWithoutOwnIntent,
    /// An order is sent although its entry is closed.
    SentAfterDone,
    /// The order of an entry is sent again, although Lumen may have it.
    SentTwice,
    /// An order has the reference of another generation.
    ReferenceOfAnotherGeneration,
    /// An order has the reference of another order that Lumen may have.
    ReferenceUsedTwice,
    /// A process receives an answer to an order that it has not sent.
    AnswerWithoutOrder,
    /// A step is written for an order without an intent.
    NoIntent,
    /// An order that was not sent or was refused is written down as accepted or returned.
    NotSent,
    /// An entry is closed before a state has its object, and without other proof.
    DoneBeforeSaved,
    /// An entry is closed while its order is being sent.
    DoneWhileUnderWay,
    /// An object is noted as gone although its entry is open.
    GoneBeforeDone,
    /// A file of an open entry is removed.
    RemovesOpen,
    /// A file of the latest entry of a target is removed.
    RemovesLatest,
    /// The file `done` of an entry is removed while other files of the entry exist.
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
            Self::SentTwice => "an order is sent again only if Lumen has definitely refused it",
            Self::ReferenceOfAnotherGeneration => "an order has the reference of its generation",
            Self::ReferenceUsedTwice => "orders that Lumen may have never share a reference",
            Self::AnswerWithoutOrder => "a process receives answers only to the orders that it sent",
            Self::NoIntent => "an entry begins with its intent",
            Self::NotSent => "only an order that was sent and not refused can be accepted",
            Self::DoneBeforeSaved => {
                "an entry is closed when a state has its object, when Lumen has shown its end, or by a person"
            }
            Self::DoneWhileUnderWay => "an entry stays open until its request is answered or lost",
            Self::GoneBeforeDone => "`gone` is added only to a closed entry",
            Self::RemovesOpen => "the files of an open entry are kept",
            Self::RemovesLatest => "the latest entry of a target is kept",
            Self::RemovesDoneFirst => "`done` is removed last",
            Self::TooManyProcesses => "a trace has at most 64 processes",
            Self::ForeignFile => "every file has a name that the journal uses",
        })
    }
}
