//! The monitor of traces: checks whether the rules allow what the real code did.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use crate::act::{Act, Key, Rule, Step};
use crate::event::{Event, LumenOp, RunOp, StoreOp, What};
use crate::reference::{is_derived, reference};
use crate::rules::{Kind, World};

/// A set of processes is a 64-bit number.
const MOST_PROCESSES: usize = 64;

/// No target is ordered more often than this. A larger number means a damaged file name.
const MOST_GENERATIONS: usize = 10_000;

/// The prefixes of the names of folders whose orders create something.
const BUILDS: [&str; 2] = ["iod_connection-", "voice_tn_reservation-"];

/// The event at which a trace breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// The index of the event in the trace, from 0.
    pub at: usize,
    /// The event.
    pub event: Event,
    /// The rule that it breaks.
    pub rule: Rule,
}

impl fmt::Display for Divergence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, event, rule } = self;
        write!(formatter, "event {at}: {event}. This breaks the rule: {rule}")
    }
}

impl std::error::Error for Divergence {}

/// Checks what processes did with one journal, which was empty when the first of them began.
///
/// # Errors
/// The first event that the protocol does not allow.
pub fn conforms(trace: &[Event]) -> Result<(), Divergence> {
    let mut monitor = Monitor::default();
    for (at, event) in trace.iter().enumerate() {
        let judged = monitor.observe(event);
        judged.map_err(|rule| Divergence { at, event: event.clone(), rule })?;
    }
    Ok(())
}

/// The world, and the names of the objects in it.
#[derive(Default)]
struct Monitor {
    world: World,
    processes: HashMap<u32, u8>,
    folders: HashMap<String, usize>,
    /// The replaced objects that each folder has noted, in every version. A reference is derived from one of
    /// the versions.
    replaced: Vec<Vec<BTreeSet<String>>>,
    names: Vec<String>,
    references: HashMap<String, (u32, Key)>,
    /// The intents that a process may have written and for which it has not sent an order.
    unsent: HashMap<u8, Vec<Key>>,
    sent: HashMap<(u8, u32), Key>,
}

/// A file of a target.
enum File {
    Entry(Key, Step),
    Replaced(usize, String),
    /// A file outside of the folders.
    OfNoTarget,
}

impl Monitor {
    fn observe(&mut self, event: &Event) -> Result<(), Rule> {
        let next = self.processes.len();
        let process = *self.processes.entry(event.process).or_insert(crate::state::bits(next));
        if MOST_PROCESSES <= usize::from(process) {
            return Err(Rule::TooManyProcesses);
        }
        match &event.what {
            What::Store(operation) => self.store(process, operation),
            What::Lumen(operation) => self.lumen(process, operation),
            What::Run(RunOp::StateSaved) => self.world.step(process, Act::StateSaved),
            What::Run(RunOp::StateLost) => self.world.step(process, Act::StateLost),
            What::Run(run @ (RunOp::Crashed | RunOp::Started)) => {
                self.unsent.remove(&process);
                let act = if *run == RunOp::Started { Act::Started } else { Act::Crashed };
                self.world.step(process, act)
            }
        }
    }

    fn store(&mut self, process: u8, operation: &StoreOp) -> Result<(), Rule> {
        let act = match operation {
            StoreOp::List { folder } if folder.is_empty() => Act::List(None),
            StoreOp::List { folder } => Act::List(Some(self.folder(folder))),
            StoreOp::Has { .. } => return Ok(()),
            StoreOp::Create { file, durable, outcome } => match self.file(file)? {
                File::Entry(key, step) => {
                    if step == Step::Intent {
                        self.unsent.entry(process).or_default().push(key);
                    }
                    Act::Create { key, step, durable: *durable, outcome: *outcome }
                }
                File::Replaced(folder, object) => {
                    // An existing file may be the process's own, if a proxy delivered the request twice.
                    self.note_replaced(folder, |replaced| replaced.insert(object));
                    return Ok(());
                }
                File::OfNoTarget => return Ok(()),
            },
            StoreOp::Read { file } => match self.file(file)? {
                File::Entry(key, step) => Act::Read(key, step),
                File::Replaced(..) | File::OfNoTarget => return Ok(()),
            },
            StoreOp::Remove { file } => match self.file(file)? {
                File::Entry(key, step) => Act::Remove(key, step),
                File::Replaced(folder, object) => {
                    self.note_replaced(folder, |replaced| replaced.remove(&object));
                    return Ok(());
                }
                File::OfNoTarget => return Ok(()),
            },
        };
        self.world.step(process, act)
    }

    fn lumen(&mut self, process: u8, operation: &LumenOp) -> Result<(), Rule> {
        let act = match operation {
            LumenOp::OrderSent { reference, intent } => {
                let intent = intent.as_deref().map(|file| self.file(file)).transpose()?;
                self.sends(process, reference, intent.as_ref())?
            }
            LumenOp::OrderAccepted { reference } => Act::Accepted(self.sent(process, reference)?),
            LumenOp::OrderRefused { reference } => Act::Refused(self.sent(process, reference)?),
            LumenOp::AnswerLost { reference } => Act::Lost(self.sent(process, reference)?),
            LumenOp::OrderEnded { reference, is_done } => {
                // The order that has ended may have been placed by a person.
                let Some((_, key)) = self.references.get(reference) else { return Ok(()) };
                Act::Ended { key: *key, is_done: *is_done }
            }
        };
        self.world.step(process, act)
    }

    /// Finds the entry whose order is sent: among the entries that the process wrote, the one with the named
    /// file or with this reference. A later entry may keep the reference of one that was never sent.
    fn sends(&mut self, process: u8, text: &str, intent: Option<&File>) -> Result<Act, Rule> {
        let next = u32::try_from(self.references.len()).unwrap_or(u32::MAX);
        let known = self.references.get(text).copied();
        let number = known.map_or(next, |(number, _)| number);
        let unsent = self.unsent.entry(process).or_default().clone();
        let is_own = |key: &&Key| self.world.may_have_written(process, **key);
        let matching = unsent.iter().filter(is_own).find(|key| self.has_reference(**key, text));
        let again = self.sent.get(&(process, number)).copied();
        let again = again.filter(|key| !self.world.is_closed(*key));
        let named = match intent {
            Some(File::Entry(key, _)) => {
                unsent.iter().filter(is_own).chain(&again).find(|own| *own == key)
            }
            _ => None,
        };
        let key =
            named.or(matching).copied().or(again).or_else(|| unsent.iter().find(is_own).copied());
        let key = key.ok_or(Rule::SentWithoutOwnIntent)?;
        // A user may set a reference, even one that a message has shown.
        let fits = matching.is_some() || known.is_some() || !is_derived(text);
        self.references.insert(text.to_owned(), (number, key));
        self.sent.insert((process, number), key);
        self.unsent.entry(process).or_default().retain(|other| *other != key);
        Ok(Act::Sent { key, reference: number, fits })
    }

    fn sent(&self, process: u8, reference: &str) -> Result<Key, Rule> {
        let number = self.references.get(reference).map(|(number, _)| *number);
        let key = number.and_then(|number| self.sent.get(&(process, number)));
        key.copied().ok_or(Rule::AnswerWithoutOrder)
    }

    fn has_reference(&self, key: Key, text: &str) -> bool {
        let (name, versions) = (&self.names[key.folder], &self.replaced[key.folder]);
        versions.iter().rev().any(|replaced| reference(name, key.generation, replaced) == text)
    }

    fn note_replaced(&mut self, folder: usize, change: impl FnOnce(&mut BTreeSet<String>) -> bool) {
        let versions = &mut self.replaced[folder];
        let mut latest = versions.last().cloned().unwrap_or_default();
        if change(&mut latest) {
            versions.push(latest);
        }
    }

    fn folder(&mut self, name: &str) -> usize {
        if let Some(folder) = self.folders.get(name) {
            return *folder;
        }
        let is_build = BUILDS.iter().any(|kind| name.starts_with(kind));
        self.world.add_folder(if is_build { Kind::Build } else { Kind::Change });
        self.replaced.push(vec![BTreeSet::new()]);
        self.names.push(name.to_owned());
        self.folders.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }

    fn file(&mut self, path: &str) -> Result<File, Rule> {
        let Some((folder, name)) = path.rsplit_once('/') else { return Ok(File::OfNoTarget) };
        let folder = self.folder(folder);
        let replaced = name.strip_prefix("replaces-").and_then(|name| name.strip_suffix(".json"));
        if let Some(object) = replaced {
            return Ok(File::Replaced(folder, object.to_owned()));
        }
        let step = Step::ALL.into_iter().find_map(|step| {
            let generation: usize = name.strip_suffix(step.suffix())?.parse().ok()?;
            (generation < MOST_GENERATIONS).then_some((generation, step))
        });
        let (generation, step) = step.ok_or(Rule::ForeignFile)?;
        Ok(File::Entry(Key { folder, generation }, step))
    }
}

#[cfg(test)]
mod tests;
