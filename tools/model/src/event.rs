//! The events of a run of the real code, which [`conforms`](crate::conforms) checks.
//!
//! The recorder must keep the events in order: an operation is recorded when the process learns its outcome.
//! An operation that a crash interrupts is recorded before the crash, as an error.

use std::fmt;

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The provider process to which it happened, as an arbitrary number. A trace may have at most 64
    /// processes.
    pub process: u32,
    /// What happened.
    pub what: What,
}

/// What happened to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The journal's store did something for it.
    Store(StoreOp),
    /// It exchanged messages with Lumen.
    Lumen(LumenOp),
    /// It began or ended, or Terraform's state changed.
    Run(RunOp),
}

/// An operation of the store. File names are relative to the journal's location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreOp {
    /// Listed the files of a target, or of all targets if the name is empty.
    List {
        /// The target's folder.
        folder: String,
    },
    /// Was asked to create a file that must not exist yet.
    Create {
        /// Such as `iod_connection-5be0/0-intent.json`.
        file: String,
        /// Whether the caller waited until the file was durable.
        durable: bool,
        /// The outcome that the caller received.
        outcome: Outcome,
    },
    /// Read a file.
    Read {
        /// The file.
        file: String,
    },
    /// Reported whether a file exists.
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

/// The outcome of a creation that the caller received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The file was created.
    Now,
    /// The file already existed. It is another process's, or its own if an answer of the store was lost.
    Before,
    /// An error, after which it is unknown whether the file exists.
    Error,
}

/// The messages between a process and Lumen about an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LumenOp {
    /// A request that places an order was sent.
    OrderSent {
        /// The reference in it.
        reference: String,
        /// The file of the intent that has this reference, if the recorder knows it. It can't be derived from
        /// a reference that a user set.
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
    /// Lumen showed the process that the order has ended. A build may be closed as failed only after this.
    OrderEnded {
        /// The reference of the order.
        reference: String,
        /// Whether the order succeeded. Otherwise it failed.
        is_done: bool,
    },
}

/// An event of a process, or of the state that Terraform keeps for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOp {
    /// It was killed, or ended.
    Crashed,
    /// It began, and Terraform passed it the saved state. A process that acts without this event began with
    /// an empty state.
    Started,
    /// Terraform saved the state that it returned.
    StateSaved,
    /// The state with the objects that it knew was lost.
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
                write!(formatter, "learns that {reference} is accepted")
            }
            What::Lumen(LumenOp::OrderRefused { reference }) => {
                write!(formatter, "learns that {reference} is refused")
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
