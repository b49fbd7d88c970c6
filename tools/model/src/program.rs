//! The steps of a process: one step for each operation of the store, each request that places an order, and
//! each read from Lumen. The table in the crate's documentation lists the corresponding functions of the
//! provider.

use crate::act::{Act, Key, Step};
use crate::event::Outcome;
use crate::setting::{Condition, Layout, Mutation, Setting};
use crate::state::{Age, At, Ending, Entry, Fate, Held, NONE, Order, Process, State, Store, bits};

/// The outcome of a step of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The step succeeds.
    Goes,
    /// The store creates a file, but its answer is lost. The repeated request finds the file.
    StoreLosesAnswer,
    /// The store creates a file, but the process gets an error.
    StoreFails,
    /// The store creates no file, and the process gets an error.
    StoreRefuses,
    /// A listing does not contain the newest file.
    ListingIsStale,
    /// Lumen accepts the order, but its answer is lost.
    AnswerIsLost,
    /// The request is lost.
    RequestIsLost,
    /// The request arrives later or never, and its sender no longer waits for the answer.
    RequestIsLate,
    /// Lumen refuses the order.
    IsRefused,
    /// Lumen refuses the order, but may accept it if it is placed again.
    IsRefusedForNow,
    /// The waiting time expires before the expected result appears.
    GivesUp,
}

impl Choice {
    /// Whether it counts as a fault.
    pub(crate) fn is_fault(self) -> bool {
        !matches!(self, Self::Goes | Self::GivesUp)
    }

    fn store(self) -> Store {
        match self {
            Self::StoreLosesAnswer => Store::LosesAnswer,
            Self::StoreFails => Store::Fails,
            Self::StoreRefuses => Store::Refuses,
            _ => Store::Works,
        }
    }
}

/// The possible outcomes of the next step of a process.
pub(crate) fn choices(
    setting: &Setting,
    state: &State,
    process: usize,
    add: &mut impl FnMut(Choice),
) {
    let own = &state.processes[process];
    let can_fail = 0 < state.faults;
    match own.at {
        At::Idle => {
            let is_locked = setting.layout == Layout::Locked
                && state.processes.iter().any(|other| other.at != At::Idle);
            let is_late = setting.layout.is_one_run()
                && state.processes.iter().any(|other| other.at == At::Idle && other.runs == 0);
            if 0 < own.runs && !is_locked && !is_late {
                add(Choice::Goes);
            }
        }
        At::Look if can_fail && setting.lacks(Condition::StaleListing) => {
            add(Choice::Goes);
            add(Choice::ListingIsStale);
        }
        At::Send | At::SendAgain => {
            add(Choice::Goes);
            if can_fail {
                add(Choice::AnswerIsLost);
                add(Choice::RequestIsLost);
                add(Choice::RequestIsLate);
                add(Choice::IsRefused);
                add(Choice::IsRefusedForNow);
            }
        }
        // Other store faults make no difference here: an error of a note or a read only ends the run.
        At::Note | At::ReadBack { .. } if can_fail => {
            add(Choice::Goes);
            add(Choice::StoreRefuses);
        }
        At::WriteDown
        | At::AcceptFound
        | At::Accept
        | At::CloseSaved
        | At::CloseReplaced
        | At::CloseEarlier
        | At::CloseRefused
        | At::CloseRefusedForNow
        | At::CloseUntraced
        | At::CloseFailed
        | At::CloseReached
        | At::Returned
        | At::NoteGone
            if can_fail =>
        {
            add(Choice::Goes);
            if own.at == At::WriteDown {
                add(Choice::StoreLosesAnswer);
            }
            add(Choice::StoreFails);
            add(Choice::StoreRefuses);
        }
        At::Search => {
            add(Choice::GivesUp);
            if is_answered(setting, state, process)
                || !candidates(setting, state, process).is_empty()
            {
                add(Choice::Goes);
            }
        }
        At::Prepare | At::Relate | At::Destroy => {
            add(if waits(setting, state, process) { Choice::GivesUp } else { Choice::Goes });
        }
        _ => add(Choice::Goes),
    }
}

/// The entry that a process is working on.
pub(crate) fn key(setting: &Setting, own: &Process, process: usize) -> (u8, u8) {
    (bits(setting.journal_of(process)), own.generation)
}

pub(crate) fn rule_key((folder, generation): (u8, u8)) -> Key {
    Key { folder: folder.into(), generation: generation.into() }
}

/// Whether another process has written down the outcome of the order that this process searches for.
fn is_answered(setting: &Setting, state: &State, process: usize) -> bool {
    let own = &state.processes[process];
    let entry = state.entry(key(setting, own, process));
    entry.is_some_and(Entry::is_answered)
}

/// The orders that a search may take for the lost one.
pub(crate) fn candidates(setting: &Setting, state: &State, process: usize) -> Vec<u8> {
    let own = &state.processes[process];
    let Some(entry) = state.entry(key(setting, own, process)) else { return Vec::new() };
    let in_state = own.held.map_or(0, |held| 1 << held.order);
    let fits = |(place, order): &(usize, &Order)| {
        order.fate == Fate::Visible
            && match setting.kind {
                crate::setting::Kind::Build => (entry.existing | in_state) & (1 << place) == 0,
                crate::setting::Kind::Growth => order.reference == entry.reference,
                crate::setting::Kind::Rename => order.wish == entry.wish,
            }
    };
    let orders = state.orders.iter().enumerate().filter(fits);
    let found = orders.map(|(place, _)| bits(place));
    // Setting the same name twice has the same result, so any order will do.
    if setting.may_be_repeated() { found.take(1).collect() } else { found.collect() }
}

/// Whether the next step is to wait for Lumen.
fn waits(setting: &Setting, state: &State, process: usize) -> bool {
    let own = &state.processes[process];
    match own.at {
        At::Prepare => {
            let earlier = earlier(setting, state, process);
            earlier.is_some_and(|(generation, order)| {
                order.is_none() && own.replaced_generations & (1 << generation) != 0
            })
        }
        At::Relate => {
            let wish = state.entry(key(setting, own, process)).map(|entry| entry.wish);
            let is_earlier = !setting.creates() && wish != Some(own.wish);
            is_earlier && matches!(state.fate(own.order), Some(Fate::Building | Fate::Unseen))
        }
        At::Destroy => {
            let is_running =
                |held: Held| matches!(state.fate(held.order), Some(Fate::Building | Fate::Unseen));
            leaving(own).is_some_and(is_running)
        }
        _ => false,
    }
}

/// The object that a process destroys, if any.
pub(crate) fn leaving(own: &Process) -> Option<Held> {
    own.deposed.or(own.held)
}

/// The generation and the order of the previous entry, if a state has taken over its object and nothing shows
/// that it is gone: `Journal::earlier_object`. The order is `None` if Lumen has not shown its object yet.
pub(crate) fn earlier(
    setting: &Setting,
    state: &State,
    process: usize,
) -> Option<(u8, Option<u8>)> {
    let own = &state.processes[process];
    let (journal, generation) = key(setting, own, process);
    let entry = state.entry((journal, generation.checked_sub(1)?))?;
    let is_accepted = entry.files.has(Step::Accepted);
    let is_taken_over = entry.files.has(Step::Done)
        && !entry.files.has(Step::Gone)
        && !entry.files.has(Step::Settled)
        && entry.ending == Some(Ending::InState)
        && (is_accepted || !setting.is(Mutation::EarlierOrderMustBeAccepted));
    // If `accepted` could not be written, the order is found by the receipt of the intent.
    let shown = state.visible() & !entry.existing;
    let found = (shown != 0).then(|| bits(shown.trailing_zeros() as usize));
    let order = if is_accepted { Some(entry.receipt) } else { found };
    let is_shown = |order| match state.fate(order) {
        Some(Fate::Building) => false,
        // The inventory may show it soon.
        Some(Fate::Unseen) => setting.is(Mutation::UnseenTakenForUndone),
        _ => true,
    };
    is_taken_over.then_some((generation - 1, order.filter(|order| is_shown(*order))))
}

/// A process with the setting and the state: the steps that write files and send orders.
pub(crate) struct Running<'a> {
    pub(crate) setting: &'a Setting,
    pub(crate) state: &'a mut State,
    pub(crate) process: usize,
    pub(crate) choice: Choice,
}

impl Running<'_> {
    pub(crate) fn own(&mut self) -> &mut Process {
        self.state.process(self.process)
    }

    pub(crate) fn goes_to(&mut self, at: At) {
        self.own().at = at;
    }

    pub(crate) fn ends(&mut self, asked: bool) {
        self.state.end(self.setting, self.process, asked);
    }

    pub(crate) fn key(&self) -> (u8, u8) {
        key(self.setting, &self.state.processes[self.process], self.process)
    }

    pub(crate) fn entry(&mut self) -> &mut Entry {
        let (journal, generation) = self.key();
        let entries = &mut self.state.journals[usize::from(journal)].entries;
        if entries.len() <= generation.into() {
            entries.resize(usize::from(generation) + 1, Entry::default());
        }
        &mut entries[usize::from(generation)]
    }

    pub(crate) fn act(&mut self, act: Act) {
        self.state.act(self.process, act);
    }

    /// Creates a file of the entry.
    pub(crate) fn create(&mut self, key: (u8, u8), step: Step, durable: bool) -> Outcome {
        let key = (usize::from(key.0), usize::from(key.1));
        let store = self.choice.store();
        self.state.create(self.setting, self.process, key, step, durable, store)
    }

    /// Closes an entry, and returns whether that is known to have succeeded: `Journal::close`.
    pub(crate) fn close(&mut self, key: (u8, u8), ending: Ending) -> bool {
        let is_open = self.state.entry(key).is_some_and(Entry::is_open);
        if !is_open {
            return true;
        }
        let waits = !matches!(ending, Ending::InState | Ending::Reached);
        let outcome = self.create(key, Step::Done, waits);
        let entry = &mut self.state.journals[usize::from(key.0)].entries[usize::from(key.1)];
        if entry.files.has(Step::Done) {
            entry.ending.get_or_insert(ending);
        }
        outcome != Outcome::Error
    }

    /// Notes that Lumen has accepted the order: `Entry::accept`.
    pub(crate) fn accept(&mut self) {
        let order = self.own().order;
        let key = self.key();
        self.create(key, Step::Accepted, true);
        let entry = self.entry();
        if entry.files.has(Step::Accepted) && entry.receipt == NONE {
            entry.receipt = order;
        }
    }

    /// Writes the order down: `Slot::write_down`.
    pub(crate) fn write_down(&mut self) {
        let durable = !self.setting.is(Mutation::IntentNotDurable);
        let was_there =
            self.entry().files.has(Step::Intent) && !self.setting.is(Mutation::UnconditionalPut);
        let key = self.key();
        let outcome = self.create(key, Step::Intent, durable);
        let (writer, own) = (bits(self.process), self.own().clone());
        let entry = self.entry();
        if !was_there && entry.files.has(Step::Intent) {
            entry.writer = writer;
            entry.author = writer;
            entry.wish = own.wish;
            entry.reference = own.reference;
            entry.existing = own.existing;
        }
        let is_trusted = match outcome {
            Outcome::Now => true,
            Outcome::Before => self.setting.is(Mutation::WrittenByNotCompared),
            Outcome::Error => self.setting.is(Mutation::ErrorTakenForSuccess),
        };
        let after_error = outcome == Outcome::Error;
        match () {
            () if !is_trusted => self.goes_to(At::ReadBack { after_error }),
            () if !self.setting.is(Mutation::SendsFirst) => self.goes_to(At::Send),
            () if own.order == NONE => self.goes_to(At::Search),
            () => self.goes_to(At::Accept),
        }
    }

    /// Checks whether the existing intent is its own, by its `written_by`.
    pub(crate) fn read_back(&mut self, after_error: bool) {
        let key = self.key();
        let process = self.process;
        let entry = self.entry();
        let (is_there, is_own) =
            (entry.files.has(Step::Intent), usize::from(entry.writer) == process);
        let is_read = is_there && self.choice == Choice::Goes;
        if is_read {
            self.act(Act::Read(rule_key(key), Step::Intent));
        }
        match () {
            () if is_read && is_own => self.goes_to(At::Send),
            () if is_read && !after_error => self.goes_to(At::Look),
            () => self.ends(true),
        }
    }

    /// Whether so much time has passed on its own clock since it wrote down the order that others may have
    /// given up the order: `Error::HeldUp`.
    fn is_held_up(&mut self) -> bool {
        let is_late = self.entry().age != Age::Fresh || self.entry().files.has(Step::Settled);
        is_late
            && !self.setting.lacks(Condition::ClockSkew)
            && !self.setting.is(Mutation::SendsLate)
            && !self.setting.is(Mutation::SendsFirst)
    }

    /// Sends the order: `Purchase::send`.
    pub(crate) fn send(&mut self) {
        if self.is_held_up() {
            return self.goes_to(At::CloseRefusedForNow);
        }
        let (key, own) = (self.key(), self.own().clone());
        let fits = u32::from(key.1) == own.reference & 15
            || self.setting.is(Mutation::ReferenceWithoutGeneration)
            || self.setting.is(Mutation::RepeatedUnderOneReference);
        self.act(Act::Sent { key: rule_key(key), reference: own.reference, fits });
        let fate = match self.choice {
            Choice::RequestIsLate => Some(Fate::InFlight),
            Choice::Goes | Choice::AnswerIsLost => Some(Fate::Building),
            _ => None,
        };
        if let Some(fate) = fate {
            let (reference, wish) = (own.reference, own.wish);
            self.state.orders.push(Order { key, reference, wish, fate });
        }
        match self.choice {
            Choice::Goes => {
                self.own().order = bits(self.state.orders.len() - 1);
                self.act(Act::Accepted(rule_key(key)));
                let sends_first = self.setting.is(Mutation::SendsFirst);
                self.goes_to(if sends_first { At::WriteDown } else { At::Accept });
            }
            Choice::IsRefused | Choice::IsRefusedForNow => {
                self.act(Act::Refused(rule_key(key)));
                let for_now = self.choice == Choice::IsRefusedForNow;
                self.goes_to(if for_now { At::CloseRefusedForNow } else { At::CloseRefused });
            }
            _ => {
                self.act(Act::Lost(rule_key(key)));
                let is_first = self.own().at == At::Send;
                self.goes_to(match self.setting.mutation {
                    Some(Mutation::RetriesPost) if is_first => At::SendAgain,
                    Some(Mutation::LostTakenForRefusal) => At::CloseRefused,
                    Some(Mutation::SendsFirst) => At::WriteDown,
                    _ => At::Search,
                });
            }
        }
    }
}
