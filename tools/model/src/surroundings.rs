//! Events outside of the processes: at Lumen, over time, by people, and by accident.

use crate::act::{Act, Step, Steps};
use crate::program::rule_key;
use crate::setting::{Condition, Mutation, Setting};
use crate::state::{Age, At, Ending, Entry, Fate, Held, Journal, Process, State, Store, bits};

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A process is killed.
    Crash(u8),
    /// The machine loses power: every process ends, and files that were not durable are lost.
    PowerCut,
    /// A late request arrives, or never arrives.
    Arrives(u8),
    Vanishes(u8),
    /// Lumen reports an order as done, but the inventory does not show its result yet.
    Succeeds(u8),
    /// The inventory shows the result of an order.
    Shows(u8),
    /// Lumen does not carry out an order.
    Fails(u8),
    /// The time to search for the order of an entry is over.
    Overdue(u8, u8),
    /// The time for which a closed entry is kept is over.
    Ages(u8, u8),
    /// A person settles an entry, after Lumen's portal has shown no such order.
    Settles(u8, u8),
    /// A person imports an object into a state.
    Imports(u8, u8),
    /// A person wants another object, or another change.
    Wants,
    /// The state is replaced by an empty one.
    LosesState(u8),
    /// The journal is removed.
    LosesJournal,
}

/// The events that may happen next.
pub(crate) fn events(setting: &Setting, state: &State, add: &mut impl FnMut(Event)) {
    for (process, it) in state.processes.iter().enumerate() {
        if 0 < state.crashes && it.at != At::Idle {
            add(Event::Crash(bits(process)));
        }
    }
    if 0 < state.power_cuts {
        add(Event::PowerCut);
    }
    for (order, it) in state.orders.iter().enumerate() {
        let order = bits(order);
        match it.fate {
            Fate::InFlight => {
                add(Event::Arrives(order));
                add(Event::Vanishes(order));
            }
            Fate::Building => {
                add(Event::Shows(order));
                if setting.lags {
                    add(Event::Succeeds(order));
                }
                if 0 < state.faults {
                    add(Event::Fails(order));
                }
            }
            Fate::Unseen => add(Event::Shows(order)),
            Fate::Visible | Fate::Failed | Fate::Gone => {}
        }
    }
    for (place, journal) in state.journals.iter().enumerate() {
        for (generation, entry) in journal.entries.iter().enumerate() {
            let key = (bits(place), bits(generation));
            if may_be_overdue(setting, state, key, entry) {
                add(Event::Overdue(key.0, key.1));
            }
            if ages(setting, state, journal, generation) {
                add(Event::Ages(key.0, key.1));
            }
            if entry.asked && entry.is_open() && !may_be_at_lumen(setting, state, key) {
                add(Event::Settles(key.0, key.1));
            }
        }
    }
    let is_idle = state.processes.iter().all(|it| it.at == At::Idle);
    for (place, it) in state.states.iter().enumerate() {
        let users = state
            .processes
            .iter()
            .enumerate()
            .filter(|(process, _)| setting.state_of(*process) == place);
        let is_asked = users.into_iter().any(|(_, process)| process.asked);
        if setting.creates() && it.held.is_none() && is_asked && is_idle {
            let orders = state.orders.iter().enumerate();
            let shown = orders.filter(|(order, it)| {
                let author = state.entry(it.key).map(|entry| usize::from(entry.author));
                let is_own = !setting.layout.has_states() || author == Some(place);
                it.fate == Fate::Visible && is_own && !is_in_a_state(state, bits(*order))
            });
            shown.for_each(|(order, _)| add(Event::Imports(bits(place), bits(order))));
        }
        if setting.lacks(Condition::StateLost) && it.held.is_some() && it.lost == 0 {
            add(Event::LosesState(bits(place)));
        }
    }
    let has_what_was_wanted = !setting.creates()
        || state.states.iter().any(|it| it.held.is_some_and(|held| held.wish == state.wish));
    if 0 < state.changes && has_what_was_wanted {
        add(Event::Wants);
    }
    let is_kept = state.journals.iter().all(|it| it.entries.is_empty());
    if setting.lacks(Condition::JournalLost) && !is_kept && is_idle {
        add(Event::LosesJournal);
    }
}

fn is_in_a_state(state: &State, order: u8) -> bool {
    let held = state.states.iter().flat_map(|it| it.held.iter().chain(&it.deposed));
    held.into_iter().any(|held| held.order == order)
}

/// Whether a search may end. It lasts longer than Lumen needs to show an accepted order, and longer than a
/// running process needs to send an order that it has written down.
fn may_be_overdue(setting: &Setting, state: &State, key: (u8, u8), entry: &Entry) -> bool {
    if entry.age != Age::Fresh || !entry.is_open() || entry.is_answered() {
        return false;
    }
    let is_sending = is_being_sent(setting, state, key);
    let mut own = state.orders.iter().filter(|order| order.key == key);
    let is_unclear = own.any(|order| {
        order.fate == Fate::InFlight
            || setting.may_be_repeated() && matches!(order.fate, Fate::Building | Fate::Unseen)
    });
    setting.lacks(Condition::ClockSkew)
        || !is_unclear && (!is_sending || setting.lacks(Condition::LongPause) && 0 < state.faults)
}

fn is_being_sent(setting: &Setting, state: &State, key: (u8, u8)) -> bool {
    let is_about_to_be_sent = |(process, it): (usize, &Process)| {
        crate::program::key(setting, it, process) == key
            && matches!(it.at, At::ReadBack { .. } | At::Send | At::SendAgain | At::WriteDown)
    };
    state.processes.iter().enumerate().any(is_about_to_be_sent)
}

/// Whether an entry may age. Entries are kept for longer than a run takes.
fn ages(setting: &Setting, state: &State, journal: &Journal, generation: usize) -> bool {
    let entry = &journal.entries[generation];
    let is_pruned_late = generation + 1 < journal.entries.len()
        || setting.is(Mutation::PrunesLatest)
        || setting.is(Mutation::PrunesOpen);
    let is_closed =
        entry.files.has(Step::Done) || setting.is(Mutation::PrunesOpen) && !entry.files.is_empty();
    let is_quiet = state.processes.iter().all(|it| it.at == At::Idle);
    entry.age != Age::Old
        && is_closed
        && is_pruned_late
        && (is_quiet || setting.lacks(Condition::EarlyPruning))
}

/// Whether Lumen may have the order, as a person sees it in Lumen's portal once no request can be in flight.
fn may_be_at_lumen(setting: &Setting, state: &State, key: (u8, u8)) -> bool {
    let mut orders = state.orders.iter().filter(|order| order.key == key);
    let is_there = orders.any(|order| order.fate.exists() || order.fate == Fate::InFlight);
    let mut processes = state.processes.iter().enumerate();
    let is_coming = processes
        .any(|(process, it)| crate::program::key(setting, it, process) == key && it.at == At::Send);
    is_there
        || is_coming && !setting.lacks(Condition::LongPause) && !setting.lacks(Condition::ClockSkew)
}

/// Applies an event.
pub(crate) fn happen(setting: &Setting, state: &mut State, event: Event) {
    let person = setting.processes;
    match event {
        Event::Crash(process) => {
            state.crashes -= 1;
            state.end(setting, process.into(), false);
        }
        Event::PowerCut => {
            state.power_cuts -= 1;
            for process in 0..setting.processes {
                if state.processes[process].at != At::Idle {
                    state.end(setting, process, false);
                }
            }
            lose_files(state);
        }
        Event::Arrives(order) => set(state, order, Fate::Building),
        Event::Vanishes(order) => set(state, order, Fate::Failed),
        Event::Succeeds(order) => set(state, order, Fate::Unseen),
        Event::Shows(order) => set(state, order, Fate::Visible),
        Event::Fails(order) => {
            state.faults -= 1;
            set(state, order, Fate::Failed);
        }
        Event::Overdue(journal, generation) => {
            // A pause counts as a fault. Otherwise a process could start over forever.
            if setting.lacks(Condition::LongPause)
                && is_being_sent(setting, state, (journal, generation))
            {
                state.faults -= 1;
            }
            entry(state, journal, generation).age = Age::Overdue;
        }
        Event::Ages(journal, generation) => entry(state, journal, generation).age = Age::Old,
        Event::Settles(journal, generation) => {
            let key = (journal.into(), generation.into());
            state.create(setting, person, key, Step::Settled, true, Store::Works);
            state.create(setting, person, key, Step::Done, true, Store::Works);
            let entry = entry(state, journal, generation);
            entry.ending = Some(Ending::Settled);
            entry.asked = false;
        }
        Event::Imports(place, order) => {
            let Some(it) = state.orders.get(usize::from(order)) else { return };
            let (key, wish) = (it.key, it.wish);
            let unconfirmed = state.entry(key).is_some_and(Entry::is_open);
            state.states[usize::from(place)].held = Some(Held { order, key, wish, unconfirmed });
            state.act(person, Act::Read(rule_key(key), Step::Intent));
            state.act(person, Act::StateSaved);
        }
        Event::Wants => {
            state.changes -= 1;
            state.wish += 1;
        }
        Event::LosesState(place) => {
            let it = &mut state.states[usize::from(place)];
            it.known = 0;
            for held in it.held.take().into_iter().chain(it.deposed.take()) {
                it.lost |= 1 << held.order;
            }
        }
        Event::LosesJournal => {
            for (place, journal) in state.journals.iter_mut().enumerate() {
                *journal = Journal::default();
                state.world.folders[place].entries.clear();
            }
        }
    }
}

fn set(state: &mut State, order: u8, fate: Fate) {
    state.orders[usize::from(order)].fate = fate;
}

fn entry(state: &mut State, journal: u8, generation: u8) -> &mut Entry {
    &mut state.journals[usize::from(journal)].entries[usize::from(generation)]
}

fn lose_files(state: &mut State) {
    for (folder, journal) in state.journals.iter_mut().enumerate() {
        for (generation, entry) in journal.entries.iter_mut().enumerate() {
            let lost = std::mem::take(&mut entry.lossy);
            if lost.is_empty() {
                continue;
            }
            entry.files = entry.files.without(lost);
            if lost.has(Step::Done) {
                entry.ending = None;
            }
            if let Some(known) = state.world.folders[folder].entries.get_mut(generation) {
                known.lose(lost);
            }
            if entry.files == Steps::default() {
                *entry = Entry::default();
            }
        }
    }
}
