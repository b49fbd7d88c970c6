//! The steps of a run: what a process sees in its state, the journal and at Lumen, and what it does next.

use crate::act::{Act, Step};
use crate::program::{Choice, Running, candidates, earlier, rule_key};
use crate::setting::{Kind, Layout, Mutation};
use crate::state::{Age, At, Ending, Entry, Fate, Held, NONE, bits};

impl Running<'_> {
    /// Takes the next step.
    pub(crate) fn step(&mut self) {
        let key = self.key();
        match self.own().at {
            At::Idle => self.start(),
            At::Confirm => self.confirm(),
            At::CloseSaved => {
                if let Some(held) = self.own().held {
                    self.close(held.key, Ending::InState);
                }
                self.plan();
            }
            At::Note => self.note_replaced(),
            At::Plan => self.promise(),
            At::Look => self.look(),
            At::Prune(generation) => self.prune(generation),
            At::Prepare => self.prepare(),
            At::WriteDown => self.write_down(),
            At::ReadBack { after_error } => self.read_back(after_error),
            At::Send | At::SendAgain => self.send(),
            At::Search => self.search(),
            // If this entry was closed in the meantime, the result may belong to another order.
            At::CheckFound => {
                let is_unanswered = !self.entry().is_answered();
                let is_trusted = is_unanswered || self.setting.is(Mutation::FoundNotChecked);
                self.goes_to(if is_trusted { At::AcceptFound } else { At::Look });
            }
            At::AcceptFound => {
                self.accept();
                let has_adopted = self.own().has_adopted;
                self.goes_to(if has_adopted { At::Relate } else { At::Follow });
            }
            At::Relate => self.relate(),
            At::CloseReplaced => self.close_and_look(Ending::InState, false),
            At::CloseEarlier => {
                let order = self.own().order;
                let is_done = self.state.fate(order) == Some(Fate::Visible);
                let ending = if is_done { Ending::Reached } else { Ending::Failed };
                self.close_and_look(ending, false);
            }
            At::CloseRefusedForNow => self.close_and_look(Ending::NotAccepted, true),
            At::CloseUntraced => self.close_and_look(Ending::Untraced, true),
            At::CloseRefused => {
                self.close(key, Ending::NotAccepted);
                self.ends(true);
            }
            At::CloseFailed => {
                self.close(key, Ending::Failed);
                self.ends(true);
            }
            At::CloseReached => {
                self.close(key, Ending::Reached);
                let has_ordered = self.own().order != NONE;
                if has_ordered { self.goes_to(At::Save) } else { self.ends(false) }
            }
            At::Accept => {
                self.accept();
                self.goes_to(At::Follow);
            }
            At::Follow => self.follow(),
            At::CloseEarly => {
                self.close(key, Ending::InState);
                self.goes_to(At::Save);
            }
            At::Returned => {
                self.create(key, Step::Returned, false);
                let is_early = self.setting.is(Mutation::ClosesBeforeSaved);
                self.goes_to(if is_early { At::CloseEarly } else { At::Save });
            }
            At::Save => self.save(),
            At::Destroy => self.destroy(),
            At::NoteGone => self.note_gone(),
            At::SaveDestroyed => self.save_destroyed(),
        }
    }

    fn start(&mut self) {
        self.act(Act::Started);
        let place = self.setting.state_of(self.process);
        let (held, wish) = (self.state.states[place].held, self.state.wish);
        let deposed = self.state.states[place].deposed;
        let known = self.state.states[place].known;
        let own = self.own();
        own.known = known;
        own.runs -= 1;
        own.asked = false;
        own.held = held;
        own.deposed = deposed;
        own.wish = wish;
        match held {
            _ if deposed.is_some() => self.goes_to(At::Destroy),
            Some(held) if held.unconfirmed => self.goes_to(At::Confirm),
            _ => self.plan(),
        }
    }

    /// Closes an entry that the survey shows as open if the saved state has its object:
    /// `OrderNotes::confirm_read`.
    fn confirm(&mut self) {
        self.act(Act::List(None));
        let held = self.own().held;
        let is_open = held.and_then(|held| self.state.entry(held.key)).is_some_and(Entry::is_open);
        let journal = bits(self.setting.journal_of(self.process));
        let is_here = held.is_some_and(|held| held.key.0 == journal);
        if is_open && is_here { self.goes_to(At::CloseSaved) } else { self.plan() }
    }

    /// Decides what the run must do.
    fn plan(&mut self) {
        let own = self.own().clone();
        let is_failed = |held: Held| {
            let is_settled =
                self.state.entry(held.key).is_some_and(|it| it.files.has(Step::Settled));
            let fate = self.state.fate(held.order);
            fate == Some(Fate::Failed) || is_settled && fate != Some(Fate::Visible)
        };
        let held = own.held.filter(|held| !is_failed(*held));
        self.own().held = held;
        let is_had = held.is_some_and(|held| own.wish <= held.wish);
        if self.setting.creates() {
            match held {
                _ if is_had => self.ends_with_nothing_to_order(),
                Some(_) => self.goes_to(At::Note),
                None if self.setting.promises => self.goes_to(At::Plan),
                None => self.goes_to(At::Look),
            }
            return;
        }
        let mut orders = self.state.orders.iter();
        let shows = orders.any(|it| it.wish == own.wish && it.fate == Fate::Visible);
        match () {
            () if self.setting.shows_when_done() && shows => self.close_finished(),
            () if is_had => self.ends_with_nothing_to_order(),
            () => self.goes_to(At::Look),
        }
    }

    /// A plan warns of every open order that nothing in the run explains: `open_orders::tell`.
    fn ends_with_nothing_to_order(&mut self) {
        let held = self.own().held;
        let explained = held.map(|held| held.key);
        let journal = self.setting.journal_of(self.process);
        // A note of a plan that was never applied is void: `Replacements::is_kept`.
        if let Some(held) = held {
            let notes = &mut self.state.journals[journal];
            notes.replaced_ids &= !(1 << held.order);
            notes.replaced_generations &= !(1 << held.key.1);
        }
        let entries = self.state.journals[journal].entries.iter().enumerate();
        let mut open = entries.filter(|(_, entry)| entry.is_open());
        let is_left_open = open.any(|(place, _)| Some((bits(journal), bits(place))) != explained);
        self.ends(is_left_open);
    }

    /// Closes an open entry of a change that the inventory shows: `close_finished`.
    fn close_finished(&mut self) {
        let journal = self.setting.journal_of(self.process);
        self.act(Act::List(Some(journal)));
        let entries = &self.state.journals[journal].entries;
        let latest = entries.iter().rposition(|entry| !entry.files.is_empty());
        match latest.filter(|latest| entries[*latest].is_open()) {
            Some(generation) => {
                let own = self.own();
                own.generation = bits(generation);
                // It knows the change of this entry, and closes the entry if the change is done.
                let (wish, key) = (own.wish, self.key());
                let is_it = self.state.entry(key).is_some_and(|entry| entry.wish <= wish);
                self.act(Act::Read(rule_key(key), Step::Intent));
                if is_it { self.goes_to(At::CloseReached) } else { self.ends(false) }
            }
            None => self.ends(false),
        }
    }

    /// Notes which object is replaced: `Replacements::is_planned`.
    fn note_replaced(&mut self) {
        let held = self.own().held;
        let is_noted = self.choice == Choice::Goes;
        if let Some(held) = held {
            let is_known = self.state.fate(held.order) == Some(Fate::Visible);
            let (ids, generations) =
                if is_known { (1 << held.order, 0) } else { (0, 1 << held.key.1) };
            if self.setting.promises {
                let own = self.own();
                (own.planned_ids, own.planned_generations) = (ids, generations);
            }
            if is_noted {
                let journal = &mut self.state.journals[self.setting.journal_of(self.process)];
                journal.replaced_ids |= ids;
                journal.replaced_generations |= generations;
            }
        }
        let next = match () {
            () if self.setting.promises => At::Plan,
            () if self.setting.destroys_first => At::Destroy,
            () => At::Look,
        };
        self.goes_to(next);
    }

    /// Promises the reference of the next order: `LatestOrder::promise`.
    fn promise(&mut self) {
        let journal = self.setting.journal_of(self.process);
        self.act(Act::List(Some(journal)));
        let entries = &self.state.journals[journal].entries;
        let latest = entries.iter().rposition(|entry| !entry.files.is_empty());
        let slot = match latest {
            None => Some(0),
            Some(latest) if entries[latest].files.has(Step::Done) => Some(bits(latest + 1)),
            Some(_) => None,
        };
        let promise = slot.map(|generation| (generation, self.reference(generation)));
        self.own().promise = promise;
        let destroys = self.setting.destroys_first && self.own().held.is_some();
        self.goes_to(if destroys { At::Destroy } else { At::Look });
    }

    /// `OrderTarget::reference`, which differs by generation and by the replaced objects.
    pub(crate) fn reference(&self, generation: u8) -> u32 {
        let journal = &self.state.journals[self.setting.journal_of(self.process)];
        let own = &self.state.processes[self.process];
        let counted = match self.setting.mutation {
            Some(Mutation::ReferenceWithoutGeneration) => 0,
            Some(Mutation::RepeatedUnderOneReference) if own.is_again => generation - 1,
            _ => generation,
        };
        let ids = if self.setting.is(Mutation::ReferenceWithoutGeneration) {
            0
        } else {
            journal.replaced_ids
        };
        u32::from(counted) | u32::from(ids) << 4 | u32::from(journal.replaced_generations) << 12
    }

    /// Closes an entry that blocks this order, and reads the journal again:
    /// `Placing::close_blocking_entry`.
    fn close_and_look(&mut self, ending: Ending, is_again: bool) {
        let key = self.key();
        if self.close(key, ending) {
            let own = self.own();
            own.is_again |= is_again;
            // `Promise::after`
            if is_again && let Some((promised, _)) = &mut own.promise {
                *promised = (*promised).max(own.generation + 1);
            }
            own.has_adopted = false;
            own.order = NONE;
            self.goes_to(At::Look);
        } else {
            self.ends(true);
        }
    }

    /// Makes sure that no existing object could be the one to order: `wait_for_earlier_object`, and then
    /// `Purchase::prepare`.
    fn prepare(&mut self) {
        if self.setting.kind == Kind::Growth {
            let is_refused =
                self.state_lacks_an_order() && !self.setting.is(Mutation::StateNotCompared);
            return if is_refused { self.ends(true) } else { self.goes_to(At::WriteDown) };
        }
        let earlier = earlier(self.setting, self.state, self.process);
        let earlier = earlier.filter(|_| !self.setting.is(Mutation::NoLookAtEarlierOrder));
        if let Some((generation, order)) = earlier {
            let is_replaced = self.own().replaced_generations & (1 << generation) != 0;
            match order {
                None => return self.ends(true),
                Some(order) if is_replaced => self.own().replaced_ids |= 1 << order,
                Some(_) => {}
            }
        }
        let visible = self.state.visible();
        let rivals = visible & !self.own().replaced_ids;
        if rivals != 0 && !self.setting.is(Mutation::NoLookAtInventory) {
            return self.ends(true);
        }
        self.own().existing = visible;
        let sends_first = self.setting.is(Mutation::SendsFirst);
        self.goes_to(if sends_first { At::Send } else { At::WriteDown });
    }

    /// Whether the state of this run does not have the latest order that a state has taken over:
    /// `Placing::check_state`.
    fn state_lacks_an_order(&self) -> bool {
        let own = &self.state.processes[self.process];
        let journal = &self.state.journals[self.setting.journal_of(self.process)];
        let before = journal.entries[..own.generation.into()].iter().rev();
        let taken_over = before.filter(|entry| {
            let is_over = entry.files.has(Step::Gone) || entry.files.has(Step::Settled);
            entry.ending == Some(Ending::InState) && !is_over
        });
        for entry in taken_over {
            let mut orders = self.state.orders.iter();
            let shown = orders.position(|order| {
                order.fate == Fate::Visible && order.reference == entry.reference
            });
            let is_accepted = entry.files.has(Step::Accepted);
            let order = if is_accepted { Some(entry.receipt) } else { shown.map(bits) };
            match order {
                Some(order) if own.known & 1 << order != 0 => return false,
                Some(order) if self.state.fate(order) == Some(Fate::Failed) => {}
                _ => return true,
            }
        }
        false
    }

    /// Searches for an order whose answer is unknown: `Placing::search`.
    fn search(&mut self) {
        let key = self.key();
        let found = candidates(self.setting, self.state, self.process);
        let entry = self.entry();
        let (is_answered, is_overdue) = (entry.is_answered(), entry.age != Age::Fresh);
        match (found.as_slice(), self.choice) {
            ([], Choice::Goes) => self.goes_to(At::Look),
            ([only], Choice::Goes) => {
                self.own().order = *only;
                self.act(Act::Ended { key: rule_key(key), is_done: true });
                self.goes_to(At::CheckFound);
            }
            (_, Choice::Goes) if is_answered => self.goes_to(At::Look),
            ([], _) if is_overdue && self.may_be_repeated() => self.goes_to(At::CloseUntraced),
            (found, _) => {
                self.entry().asked |= is_overdue || 1 < found.len();
                self.ends(true);
            }
        }
    }

    fn may_be_repeated(&self) -> bool {
        self.setting.may_be_repeated() || self.setting.is(Mutation::UnansweredSentAgain)
    }

    /// Compares an order that was found with the wanted one: `Placing::adopt_or_wait`.
    fn relate(&mut self) {
        let (key, own) = (self.key(), self.own().clone());
        let fate = self.state.fate(own.order);
        if self.setting.creates() {
            // Once Lumen shows the object, it is known which object an order builds.
            let is_known = matches!(fate, Some(Fate::Visible | Fate::Unseen | Fate::Gone));
            let is_replaced = if is_known {
                own.replaced_ids & (1 << own.order) != 0
            } else {
                own.replaced_generations & (1 << key.1) != 0
            };
            return self.goes_to(if is_replaced { At::CloseReplaced } else { At::Follow });
        }
        let wish = self.state.entry(key).map(|entry| entry.wish);
        match fate {
            _ if wish == Some(own.wish) => self.goes_to(At::Follow),
            // More numbers can only be ordered on the terms of the open order.
            _ if !self.setting.shows_when_done() => self.ends(true),
            Some(Fate::Building | Fate::Unseen) => self.ends(true),
            _ => self.goes_to(At::CloseEarlier),
        }
    }

    /// Follows the order until it ends or the timeout expires: `conclude`.
    fn follow(&mut self) {
        let key = self.key();
        let order = self.own().order;
        let fate = self.state.fate(order);
        if self.setting.layout == Layout::Twins {
            self.entry().returned = true;
        }
        match fate {
            Some(Fate::Failed) => {
                self.act(Act::Ended { key: rule_key(key), is_done: false });
                self.goes_to(At::CloseFailed);
            }
            Some(Fate::Visible) if self.setting.shows_when_done() => self.goes_to(At::CloseReached),
            _ => self.goes_to(At::Returned),
        }
    }
}
