//! What the processes did with the bucket that has their journals, for the monitor of the model: the code
//! must follow the protocol that the model explores.
//!
//! Only what the model knows is recorded: when somebody takes an object out of a state, brings one in, or
//! loses the journal, the trace ends.

use std::collections::BTreeSet;

use lumen_model::{Event, LumenOp, Outcome, RunOp, StoreOp, What, conforms};

/// The monitor tells no more processes apart.
const MOST_PROCESSES: usize = 60;

/// Where the journal is in the bucket.
const PLACE: &str = "orders/";

/// The beginning of the name of a file that is no entry.
const CHECK: &str = "conditional-write-check-";

/// What happened so far, in the order in which it happened.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    events: Vec<Event>,
    processes: BTreeSet<u32>,
    has_ended: bool,
}

impl Trace {
    /// Nothing is recorded from now on.
    pub(crate) fn end(&mut self) {
        self.has_ended = true;
    }

    /// Whether anything is recorded.
    pub(crate) fn is_recording(&self) -> bool {
        !self.has_ended
    }

    /// A process begins, with what the saved state has.
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

    /// Where the code has left the protocol.
    pub(crate) fn divergence(&self) -> Option<String> {
        let divergence = conforms(&self.events).err()?;
        let before = self.events.iter().take(divergence.at + 1);
        let before: Vec<String> = before.map(|event| format!("  {event}")).collect();
        let story = before[before.len().saturating_sub(24)..].join("\n");
        Some(format!("the code leaves the journal's protocol: {divergence}\n{story}"))
    }
}

fn file(path: &str) -> Option<String> {
    let file = path.strip_prefix(PLACE)?;
    (!file.starts_with(CHECK)).then(|| file.to_owned())
}
