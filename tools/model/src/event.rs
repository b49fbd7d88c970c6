//! What a run of the real code did, event by event: what [`conforms`](crate::conforms) judges.
//!
//! Whoever records events keeps their order: an operation is recorded when its outcome is known to the
//! process. An operation that a crash interrupts is recorded before the crash, as an error.

use std::fmt;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The provider process to which it happened: any number. At most 64 of them may be in one trace.
    pub process: u32,
    /// What happened.
    pub what: What,
}

/// What happened to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The journal's store did something for it.
    Store(StoreOp),
    /// It spoke with Lumen.
    Lumen(LumenOp),
    /// It began or ended, or Terraform's state changed.
    Run(RunOp),
}

/// What the store did. File names are those below the journal's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreOp {
    /// Listed the files of a target, or of all targets if the name is empty.
    List {
        /// The target's folder.
        folder: String,
    },
    /// Was asked to create a file that does not exist.
    Create {
        /// Such as `iod_connection-5be0/0-intent.json`.
        file: String,
        /// Whether the caller waited until the file was durable.
        durable: bool,
        /// What the caller was told.
        outcome: Outcome,
    },
    /// Read a file.
    Read {
        /// The file.
        file: String,
    },
    /// Said whether a file exists.
    Has {
        /// The file.
        file: String,
    },
    /// Was asked to remove a file.
    Remove {
        /// The file.
        file: String,
    },
}

/// What the caller of a creation was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The file was created.
    Now,
    /// The file was there: another one's, or its own if an answer of the store was lost.
    Before,
    /// Nothing certain.
    Error,
}

/// What a process and Lumen told each other about an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LumenOp {
    /// A request that orders was sent.
    OrderSent {
        /// The reference in it.
        reference: String,
        /// The file of the intent that has this reference, if whoever records can tell: the references
        /// that users give do not say it.
        intent: Option<String>,
    },
    /// Lumen's answer says that it has the order.
    OrderAccepted {
        /// The reference of the request.
        reference: String,
    },
    /// Lumen's answer says that it does not have the order.
    OrderRefused {
        /// The reference of the request.
        reference: String,
    },
    /// No answer says whether Lumen has the order.
    AnswerLost {
        /// The reference of the request.
        reference: String,
    },
    /// Lumen showed the process that the order has ended. A build may be closed as failed after this only.
    OrderEnded {
        /// The reference of the order.
        reference: String,
        /// Whether what it was for is done; otherwise it failed.
        is_done: bool,
    },
}

/// What became of a process, or of the state that Terraform keeps for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOp {
    /// It was killed, or ended.
    Crashed,
    /// It began, and Terraform handed it what the saved state has. A process that acts without this event
    /// began with an empty state.
    Started,
    /// Terraform saved what it returned.
    StateSaved,
    /// The state that has what it knew of was lost.
    StateLost,
}

impl fmt::Display for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "process {} ", self.process)?;
        match &self.what {
            What::Store(StoreOp::List { folder }) => write!(formatter, "lists `{folder}`"),
            What::Store(StoreOp::Create { file, durable, outcome }) => {
                let durable = if *durable { "" } else { ", without waiting for the disk" };
                write!(formatter, "creates `{file}`{durable}: {outcome:?}")
            }
            What::Store(StoreOp::Read { file }) => write!(formatter, "reads `{file}`"),
            What::Store(StoreOp::Has { file }) => write!(formatter, "looks for `{file}`"),
            What::Store(StoreOp::Remove { file }) => write!(formatter, "removes `{file}`"),
            What::Lumen(LumenOp::OrderSent { reference, .. }) => {
                write!(formatter, "sends {reference}")
            }
            What::Lumen(LumenOp::OrderAccepted { reference }) => {
                write!(formatter, "is told that {reference} is accepted")
            }
            What::Lumen(LumenOp::OrderRefused { reference }) => {
                write!(formatter, "is told that {reference} is refused")
            }
            What::Lumen(LumenOp::AnswerLost { reference }) => {
                write!(formatter, "gets no answer about {reference}")
            }
            What::Lumen(LumenOp::OrderEnded { reference, is_done }) => {
                let how = if *is_done { "is done" } else { "has failed" };
                write!(formatter, "sees that {reference} {how}")
            }
            What::Run(RunOp::Crashed) => write!(formatter, "ends"),
            What::Run(RunOp::Started) => write!(formatter, "starts"),
            What::Run(RunOp::StateSaved) => write!(formatter, "has its state saved"),
            What::Run(RunOp::StateLost) => write!(formatter, "loses its state"),
        }
    }
}
