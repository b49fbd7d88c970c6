//! Records what the processes do with the bucket that contains their journals, for the monitor of the model:
//! the code must follow the protocol that the model explores.
//!
//! The trace ends when something happens that the model does not include: somebody removes an object from a
//! state, imports one, or loses the journal.

use std::collections::BTreeSet;

use lumen_model::{Event, LumenOp, Outcome, RunOp, StoreOp, What, conforms};

/// The maximum number of processes, which is below the monitor's limit.
const MOST_PROCESSES: usize = 60;

/// The location of the journal in the bucket.
const PLACE: &str = "orders/";

/// The prefix of the names of files that are not entries.
const CHECK: &str = "conditional-write-check-";

/// The events so far, in order.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    events: Vec<Event>,
    processes: BTreeSet<u32>,
    has_ended: bool,
}

impl Trace {
    /// Stops recording.
    pub(crate) fn end(&mut self) {
        self.has_ended = true;
    }

    /// Whether events are still recorded.
    pub(crate) fn is_recording(&self) -> bool {
        !self.has_ended
    }

    /// Called when a process begins with the saved state.
    pub(crate) fn starts(&mut self, process: u32) {
        self.processes.insert(process);
        if MOST_PROCESSES < self.processes.len() {
            self.has_ended = true;
        }
        self.add(process, What::Run(RunOp::Started));
    }

    pub(crate) fn ends(&mut self, process: u32, is_saved: bool) {
        if !self.processes.contains(&process) {
            return;
        }
        if is_saved {
            self.add(process, What::Run(RunOp::StateSaved));
        }
        self.add(process, What::Run(RunOp::Crashed));
    }

    pub(crate) fn lumen(&mut self, process: u32, op: LumenOp) {
        self.add(process, What::Lumen(op));
    }

    pub(crate) fn create(&mut self, process: u32, path: &str, outcome: Outcome) {
        if let Some(file) = file(path) {
            self.add(process, What::Store(StoreOp::Create { file, durable: true, outcome }));
        }
    }

    pub(crate) fn read(&mut self, process: u32, path: &str) {
        if let Some(file) = file(path) {
            self.add(process, What::Store(StoreOp::Read { file }));
        }
    }

    pub(crate) fn has(&mut self, process: u32, path: &str) {
        if let Some(file) = file(path) {
            self.add(process, What::Store(StoreOp::Has { file }));
        }
    }

    pub(crate) fn remove(&mut self, process: u32, path: &str) {
        if let Some(file) = file(path) {
            self.add(process, What::Store(StoreOp::Remove { file }));
        }
    }

    pub(crate) fn list(&mut self, process: u32, prefix: &str) {
        let folder = prefix.strip_prefix(PLACE).unwrap_or_default().to_owned();
        self.add(process, What::Store(StoreOp::List { folder }));
    }

    fn add(&mut self, process: u32, what: What) {
        if !self.has_ended {
            self.events.push(Event { process, what });
        }
    }

    /// The event at which the code breaks the protocol, if there is one.
    pub(crate) fn divergence(&self) -> Option<String> {
        let divergence = conforms(&self.events).err()?;
        let before = self.events.iter().take(divergence.at + 1);
        let before: Vec<String> = before.map(|event| format!("  {event}")).collect();
        let story = before[before.len().saturating_sub(24)..].join("\n");
        Some(format!("the code breaks the journal's protocol: {divergence}\n{story}"))
    }
}

fn file(path: &str) -> Option<String> {
    let file = path.strip_prefix(PLACE)?;
    (!file.starts_with(CHECK)).then(|| file.to_owned())
}
