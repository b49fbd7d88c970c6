//! The rules of the journal's protocol: when an act is allowed, and what it changes.
//!
//! [`World`] is the knowledge about the journal and the orders that follows from the acts alone. Both the
//! model and the monitor of traces pass every act through [`World::step`], so the model can't allow an act
//! that the monitor refuses.

use crate::act::{Act, Key, Rule, Step, Steps};
use crate::event::Outcome;

/// The knowledge that follows from all acts so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct World {
    pub(crate) folders: Vec<Folder>,
    /// The processes that have ended.
    pub(crate) ended: u64,
}

/// The purpose of the orders in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// They create something. Only a state or a person remembers it reliably.
    Build,
    /// They change something that exists.
    Change,
}

/// The entries of a target, by their generation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Folder {
    kind: Kind,
    pub(crate) entries: Vec<Known>,
    /// The processes that have listed it.
    pub(crate) listed: u64,
}

/// The knowledge about an entry. Sets of processes are bit sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Known {
    /// The files that exist for certain.
    there: Steps,
    /// The files that exist or that a failed creation may have left.
    possible: Steps,
    /// The files that a power cut may delete.
    lossy: Steps,
    /// The files that were removed.
    removed: Steps,
    /// The processes that may have written the intent.
    pub(crate) writers: u64,
    /// The processes that have seen the entry.
    pub(crate) readers: u64,
    /// The processes that started from a state that has the object.
    pub(crate) started_with: u64,
    /// Whether a saved state has the object.
    saved: bool,
    pub(crate) answer: Answer,
    reference: Option<u32>,
}

/// The knowledge about Lumen's answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Answer {
    #[default]
    NotSent,
    /// This process is waiting for it.
    UnderWay(u8),
    Accepted,
    Refused,
    Lost,
    /// Lumen showed that it was not carried out.
    Ended,
}

impl Known {
    fn was_sent(&self) -> bool {
        !matches!(self.answer, Answer::NotSent | Answer::Refused)
    }

    /// Whether Lumen may have the order, so that its reference is taken.
    fn may_be_at_lumen(&self) -> bool {
        let is_sent = matches!(self.answer, Answer::UnderWay(_) | Answer::Accepted | Answer::Lost);
        is_sent && !self.possible.has(Step::Settled) && !self.possible.has(Step::Gone)
    }

    fn is_closed(&self) -> bool {
        self.possible.has(Step::Done) || self.removed.has(Step::Done)
    }

    /// A power cut deletes files that were not durable.
    pub(crate) fn lose(&mut self, steps: Steps) {
        self.there = self.there.without(steps);
        self.possible = self.possible.without(steps);
        self.lossy = self.lossy.without(steps);
    }
}

impl World {
    pub(crate) fn add_folder(&mut self, kind: Kind) {
        self.folders.push(Folder { kind, entries: Vec::new(), listed: 0 });
    }

    /// Records an act of a process.
    ///
    /// # Errors
    /// The rule that the act breaks. The act is recorded nevertheless.
    pub(crate) fn step(&mut self, process: u8, act: Act) -> Result<(), Rule> {
        let bit = 1_u64 << process;
        if self.ended & bit != 0 && !matches!(act, Act::Started | Act::Crashed | Act::StateLost) {
            return Err(Rule::ActsAfterItsEnd);
        }
        match act {
            Act::List(Some(folder)) => {
                self.folder(folder).listed |= bit;
                Ok(())
            }
            Act::List(None) => {
                self.folders.iter_mut().for_each(|folder| folder.listed |= bit);
                Ok(())
            }
            Act::Create { key, step: Step::Intent, durable, outcome } => {
                self.write_down(bit, key, durable, outcome)
            }
            Act::Create { key, step, durable, outcome } => {
                self.create(process, key, step, durable, outcome)
            }
            Act::Read(key, _) => {
                self.entry(key).readers |= bit;
                Ok(())
            }
            Act::Remove(key, step) => self.remove(key, step),
            Act::Sent { key, reference, fits } => self.send(process, key, reference, fits),
            Act::Accepted(key) => self.answered(process, key, Answer::Accepted),
            Act::Refused(key) => self.answered(process, key, Answer::Refused),
            Act::Lost(key) => self.answered(process, key, Answer::Lost),
            Act::Ended { key, is_done } => {
                let kind = self.folder(key.folder).kind;
                let entry = self.entry(key);
                entry.answer = match entry.answer {
                    _ if !is_done => Answer::Ended,
                    // The object that Lumen shows was not created by this order.
                    Answer::NotSent | Answer::Refused if kind == Kind::Build => entry.answer,
                    _ => Answer::Accepted,
                };
                Ok(())
            }
            Act::Crashed | Act::Started => {
                self.end(process);
                if act == Act::Started {
                    self.ended &= !bit;
                    self.each(|entry| {
                        if entry.saved {
                            entry.started_with |= bit;
                        }
                    });
                }
                Ok(())
            }
            Act::StateSaved => {
                self.each(|entry| {
                    entry.saved |= entry.readers & bit != 0 && entry.was_sent();
                });
                Ok(())
            }
            Act::StateLost => {
                self.each(|entry| {
                    entry.saved &= (entry.readers | entry.started_with) & bit == 0;
                });
                Ok(())
            }
        }
    }

    /// Whether a process may have written an intent.
    pub(crate) fn may_have_written(&self, process: u8, key: Key) -> bool {
        self.known(key).is_some_and(|entry| entry.writers & (1 << process) != 0)
    }

    pub(crate) fn is_closed(&self, key: Key) -> bool {
        self.known(key).is_some_and(Known::is_closed)
    }

    fn known(&self, key: Key) -> Option<&Known> {
        self.folders.get(key.folder)?.entries.get(key.generation)
    }

    fn write_down(
        &mut self,
        bit: u64,
        key: Key,
        durable: bool,
        outcome: Outcome,
    ) -> Result<(), Rule> {
        let folder = self.folder(key.folder);
        let has_looked = folder.listed & bit != 0;
        let before = key.generation.checked_sub(1);
        let is_next = before.is_none_or(|it| folder.entries.get(it).is_some_and(Known::is_closed));
        let entry = self.entry(key);
        let was_there = entry.there.has(Step::Intent) || entry.removed.has(Step::Intent);
        match outcome {
            Outcome::Now => {
                entry.there.add(Step::Intent);
                entry.writers = bit;
                entry.readers |= bit;
            }
            // It is its own if an answer of the store was lost. Only reading it shows that.
            _ if was_there => entry.readers &= !bit,
            Outcome::Before => {
                entry.there.add(Step::Intent);
                entry.writers |= bit;
                entry.readers &= !bit;
            }
            Outcome::Error => {
                entry.writers |= bit;
                entry.readers &= !bit;
            }
        }
        entry.possible.add(Step::Intent);
        if !durable {
            entry.lossy.add(Step::Intent);
        }
        match () {
            () if !has_looked => Err(Rule::WritesWithoutLooking),
            () if !durable => Err(Rule::IntentNotDurable),
            () if outcome == Outcome::Now && was_there => Err(Rule::CreatedTwice),
            () if !is_next && outcome != Outcome::Before => Err(Rule::GenerationTooEarly),
            () => Ok(()),
        }
    }

    fn create(
        &mut self,
        process: u8,
        key: Key,
        step: Step,
        durable: bool,
        outcome: Outcome,
    ) -> Result<(), Rule> {
        let kind = self.folder(key.folder).kind;
        let entry = self.entry(key);
        let is_new = !entry.possible.has(step);
        let is_twice = outcome == Outcome::Now && entry.there.has(step) && !entry.lossy.has(step);
        let broken = match step {
            _ if !entry.possible.has(Step::Intent) && !entry.removed.has(Step::Intent) => {
                Some(Rule::NoIntent)
            }
            // Lumen may refuse a change because it is already in progress, and later show that it is this
            // order. And another process can mistake the effect of an earlier order for the effect of an
            // order that was not sent.
            Step::Accepted | Step::Returned if kind == Kind::Change => {
                let is_own = entry.writers & (1 << process) != 0;
                (is_own && entry.answer == Answer::NotSent).then_some(Rule::NotSent)
            }
            Step::Accepted | Step::Returned => (!entry.was_sent()).then_some(Rule::NotSent),
            Step::Gone => (!entry.is_closed()).then_some(Rule::GoneBeforeDone),
            Step::Done if is_new => entry.may_not_be_closed(kind, process),
            Step::Intent | Step::Settled | Step::Done => None,
        };
        entry.possible.add(step);
        if outcome != Outcome::Error {
            entry.there.add(step);
        }
        if !durable && is_new {
            entry.lossy.add(step);
        }
        match broken {
            Some(rule) => Err(rule),
            None if is_twice => Err(Rule::CreatedTwice),
            None => Ok(()),
        }
    }

    fn remove(&mut self, key: Key, step: Step) -> Result<(), Rule> {
        let is_latest = self.folder(key.folder).entries.len() <= key.generation + 1;
        let entry = self.entry(key);
        let is_closed = entry.is_closed();
        entry.there.remove(step);
        entry.possible.remove(step);
        entry.removed.add(step);
        match () {
            () if !is_closed => Err(Rule::RemovesOpen),
            () if is_latest => Err(Rule::RemovesLatest),
            () if step == Step::Done && !entry.there.is_empty() => Err(Rule::RemovesDoneFirst),
            () => Ok(()),
        }
    }

    fn send(&mut self, process: u8, key: Key, reference: u32, fits: bool) -> Result<(), Rule> {
        let bit = 1_u64 << process;
        let is_taken = self.folders.iter().enumerate().any(|(place, folder)| {
            folder.entries.iter().enumerate().any(|(generation, entry)| {
                let is_other = (Key { folder: place, generation }) != key;
                is_other && entry.reference == Some(reference) && entry.may_be_at_lumen()
            })
        });
        // A plan may have promised the reference, and Lumen may have refused the first order with it for now.
        let earlier = self.folder(key.folder).entries.iter().take(key.generation);
        let mut refused = earlier.filter(|entry| entry.answer == Answer::Refused);
        let fits = fits || refused.any(|entry| entry.reference == Some(reference));
        let entry = self.entry(key);
        let is_own = entry.writers & bit != 0
            && entry.readers & bit != 0
            && entry.possible.has(Step::Intent);
        let is_again = !matches!(entry.answer, Answer::NotSent | Answer::Refused);
        let is_durable = !entry.lossy.has(Step::Intent);
        let is_closed = entry.is_closed();
        entry.there.add(Step::Intent);
        entry.possible.add(Step::Intent);
        entry.writers = bit;
        entry.answer = Answer::UnderWay(process);
        entry.reference = Some(reference);
        match () {
            () if !is_own => Err(Rule::SentWithoutOwnIntent),
            () if !is_durable => Err(Rule::IntentNotDurable),
            () if is_closed => Err(Rule::SentAfterDone),
            () if is_again => Err(Rule::SentTwice),
            () if !fits => Err(Rule::ReferenceOfAnotherGeneration),
            () if is_taken => Err(Rule::ReferenceUsedTwice),
            () => Ok(()),
        }
    }

    fn answered(&mut self, process: u8, key: Key, answer: Answer) -> Result<(), Rule> {
        let entry = self.entry(key);
        // Another process may have seen the end of the order in the meantime.
        let is_sender =
            matches!(entry.answer, Answer::Ended) || entry.answer == Answer::UnderWay(process);
        if entry.answer != Answer::Ended {
            entry.answer = answer;
        }
        if is_sender { Ok(()) } else { Err(Rule::AnswerWithoutOrder) }
    }

    /// Forgets what a process knew when it ends.
    fn end(&mut self, process: u8) {
        let bit = 1_u64 << process;
        self.ended |= bit;
        for folder in &mut self.folders {
            folder.listed &= !bit;
        }
        self.each(|entry| {
            entry.writers &= !bit;
            entry.readers &= !bit;
            entry.started_with &= !bit;
            if entry.answer == Answer::UnderWay(process) {
                entry.answer = Answer::Lost;
            }
        });
    }

    fn each(&mut self, change: impl FnMut(&mut Known)) {
        self.folders.iter_mut().flat_map(|folder| &mut folder.entries).for_each(change);
    }

    /// A folder. Both the model and the monitor add it before its first act.
    fn folder(&mut self, folder: usize) -> &mut Folder {
        while self.folders.len() <= folder {
            self.add_folder(Kind::Build);
        }
        &mut self.folders[folder]
    }

    pub(crate) fn entry(&mut self, key: Key) -> &mut Known {
        let entries = &mut self.folder(key.folder).entries;
        if entries.len() <= key.generation {
            entries.resize(key.generation + 1, Known::default());
        }
        &mut entries[key.generation]
    }
}

impl Known {
    /// The rule that forbids this process to close the entry now, if any.
    fn may_not_be_closed(&self, kind: Kind, process: u8) -> Option<Rule> {
        let bit = 1_u64 << process;
        let is_settled = self.possible.has(Step::Settled);
        if matches!(self.answer, Answer::UnderWay(_)) && !is_settled {
            return Some(Rule::DoneWhileUnderWay);
        }
        let is_proven = match kind {
            // Either Lumen shows the change, or a second order has no effect.
            Kind::Change => true,
            Kind::Build => self.saved || self.started_with & bit != 0,
        };
        // If nothing was sent, only the process that would have sent it knows that.
        let is_void = match self.answer {
            Answer::Refused | Answer::Ended => true,
            Answer::NotSent => self.writers & bit != 0,
            _ => false,
        };
        (!is_proven && !is_void && !is_settled).then_some(Rule::DoneBeforeSaved)
    }
}
