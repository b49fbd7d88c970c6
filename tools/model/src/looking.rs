//! Reads the journal before an order: the latest order of the target decides, and old orders are pruned.

use crate::act::{Act, Step};
use crate::program::{Choice, Running, rule_key};
use crate::setting::{Kind, Layout, Mutation};
use crate::state::{Age, At, Entry, bits};

/// The latest order as a listing shows it.
#[derive(Clone, Copy)]
enum Latest {
    None,
    Done(u8),
    Accepted(u8),
    Unanswered(u8),
}

impl Running<'_> {
    /// `Placing::place`: the claim, `Journal::latest_order`, and the promise.
    pub(crate) fn look(&mut self) {
        if self.is_claimed() {
            return self.ends(true);
        }
        let journal = self.setting.journal_of(self.process);
        self.act(Act::List(Some(journal)));
        let latest = self.latest(journal);
        let notes = &self.state.journals[journal];
        let replaced = (notes.replaced_ids, notes.replaced_generations);
        let counts_others = !self.setting.promises || self.setting.is(Mutation::NotesOfOthersCount);
        let own = self.own();
        (own.replaced_ids, own.replaced_generations) = replaced;
        // `LatestOrder::replaces_only`
        if !counts_others {
            own.replaced_ids &= own.planned_ids;
            own.replaced_generations &= own.planned_generations;
        }
        let promise = own.promise;
        match latest {
            Latest::None => self.take_slot(0, promise),
            Latest::Done(generation) => {
                let is_stuck = self.setting.is(Mutation::GenerationNotAdvanced);
                self.take_slot(if is_stuck { generation } else { generation + 1 }, promise);
            }
            Latest::Unanswered(generation)
                if self.setting.is(Mutation::UnansweredOverlooked)
                    || self.prunes(journal, generation) =>
            {
                self.take_slot(generation + 1, promise);
            }
            Latest::Accepted(generation) | Latest::Unanswered(generation) => {
                self.own().generation = generation;
                let key = self.key();
                self.act(Act::Read(rule_key(key), Step::Intent));
                let entry = self.entry().clone();
                if promise.is_some_and(|(_, reference)| reference != entry.reference)
                    || self.is_of_another(&entry)
                {
                    return self.ends(true);
                }
                let own = self.own();
                own.has_adopted = true;
                own.existing = 0;
                if matches!(latest, Latest::Accepted(_)) {
                    own.order = entry.receipt;
                    self.goes_to(At::Relate);
                } else {
                    self.goes_to(At::Search);
                }
            }
        }
    }

    /// Whether another instance in this process is ordering the target: `Journal::claim`.
    fn is_claimed(&self) -> bool {
        let is_placing = |at: At| {
            !matches!(at, At::Idle | At::Confirm | At::CloseSaved | At::Note | At::Plan | At::Look)
                && !matches!(at, At::Returned | At::Save)
        };
        let mut others = self.state.processes.iter().enumerate();
        self.setting.layout == Layout::Twins
            && !self.setting.is(Mutation::NoClaim)
            && others.any(|(other, it)| other != self.process && is_placing(it.at))
    }

    /// The latest order, as far as the listing shows it: `Files::latest`.
    fn latest(&self, journal: usize) -> Latest {
        let mut entries = self.state.journals[journal].entries.clone();
        if self.choice == Choice::ListingIsStale
            && let Some(last) = entries.iter_mut().rfind(|entry| !entry.files.is_empty())
            && let Some(newest) = Step::ALL.into_iter().rfind(|step| last.files.has(*step))
        {
            last.files.remove(newest);
        }
        let Some(place) = entries.iter().rposition(|entry| !entry.files.is_empty()) else {
            return Latest::None;
        };
        let (entry, generation) = (&entries[place], bits(place));
        match () {
            () if entry.files.has(Step::Done) => Latest::Done(generation),
            () if entry.files.has(Step::Accepted) => Latest::Accepted(generation),
            () => Latest::Unanswered(generation),
        }
    }

    /// An order that creates something is resumed only for the state that it was placed for:
    /// `Placing::check_author`.
    fn is_of_another(&self, entry: &Entry) -> bool {
        if !self.setting.creates() || self.setting.is(Mutation::AuthorNotCompared) {
            return false;
        }
        match self.setting.layout {
            Layout::Pipelines | Layout::Locked => false,
            Layout::Twins => entry.returned,
            Layout::Elsewhere | Layout::Aliases => usize::from(entry.author) != self.process,
        }
    }

    /// Takes the slot of the next order, if it is the one that the plan promised: `LatestOrder::keeps`.
    fn take_slot(&mut self, generation: u8, promise: Option<(u8, u32)>) {
        if promise.is_some_and(|(promised, _)| promised < generation) {
            return self.ends(true);
        }
        let reference = self.own().promise.map(|(_, reference)| reference);
        let reference = reference.unwrap_or_else(|| self.reference(generation));
        let own = self.own();
        own.generation = generation;
        own.reference = reference;
        let journal = self.setting.journal_of(self.process);
        let old = (0..generation).find(|it| self.prunes(journal, *it));
        match old {
            Some(old) => self.goes_to(At::Prune(old)),
            None => self.goes_to_the_order(),
        }
    }

    fn goes_to_the_order(&mut self) {
        let next = match () {
            () if self.setting.kind != Kind::Rename => At::Prepare,
            () if self.setting.is(Mutation::SendsFirst) => At::Send,
            () => At::WriteDown,
        };
        self.goes_to(next);
    }

    /// Whether an entry is removed: `Journal::prune`.
    fn prunes(&self, journal: usize, generation: u8) -> bool {
        let entries = &self.state.journals[journal].entries;
        let latest = entries.iter().rposition(|entry| !entry.files.is_empty());
        let Some(entry) = entries.get(usize::from(generation)) else { return false };
        let is_latest = latest == Some(generation.into());
        entry.age == Age::Old
            && !entry.files.is_empty()
            && (entry.files.has(Step::Done) || self.setting.is(Mutation::PrunesOpen))
            && (!is_latest
                || self.setting.is(Mutation::PrunesLatest)
                || self.setting.is(Mutation::PrunesOpen))
    }

    /// Removes the next file of an entry. `done` is removed last.
    pub(crate) fn prune(&mut self, generation: u8) {
        let journal = self.setting.journal_of(self.process);
        let entry = &mut self.state.journals[journal].entries[usize::from(generation)];
        let next = Step::ALL.into_iter().find(|step| entry.files.has(*step));
        let Some(step) = next else { return self.goes_to_the_order() };
        entry.files.remove(step);
        entry.lossy.remove(step);
        let is_last = entry.files.is_empty();
        self.act(Act::Remove(rule_key((bits(journal), generation)), step));
        if is_last {
            self.goes_to_the_order();
        }
    }
}
