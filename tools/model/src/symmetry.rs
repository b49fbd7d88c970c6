//! Symmetry: of the states that differ only in the order of interchangeable processes, one is explored.

use crate::rules::Answer;
use crate::setting::{Condition, Setting};
use crate::state::State;

/// The state with its processes sorted, and for each position the process that was moved there.
pub(crate) fn canonical(setting: &Setting, mut state: State) -> (State, Vec<usize>) {
    let mut places: Vec<usize> = (0..setting.processes).collect();
    if setting.lacks(Condition::SecondJournal) {
        return (state, places);
    }
    if setting.layout.has_states() {
        places.sort_by(|left, right| {
            let key = |place: &usize| (&state.processes[*place], &state.states[*place]);
            key(left).cmp(&key(right))
        });
    } else {
        places.sort_by(|left, right| state.processes[*left].cmp(&state.processes[*right]));
    }
    if places.is_sorted() {
        return (state, places);
    }
    state.processes = places.iter().map(|place| state.processes[*place].clone()).collect();
    if setting.layout.has_states() {
        state.states = places.iter().map(|place| state.states[*place].clone()).collect();
    }
    let new_place = |old: u8| {
        let place = places.iter().position(|place| *place == usize::from(old));
        place.map_or(old, crate::state::bits)
    };
    let moved = |bits: u64| {
        let stays = bits >> setting.processes << setting.processes;
        let set = places.iter().enumerate().filter(|(_, old)| bits & (1 << **old) != 0);
        set.fold(stays, |all, (new, _)| all | 1 << new)
    };
    for journal in &mut state.journals {
        for entry in &mut journal.entries {
            entry.writer = new_place(entry.writer);
            entry.author = new_place(entry.author);
        }
    }
    state.world.ended = moved(state.world.ended);
    for folder in &mut state.world.folders {
        folder.listed = moved(folder.listed);
        for entry in &mut folder.entries {
            entry.writers = moved(entry.writers);
            entry.readers = moved(entry.readers);
            entry.started_with = moved(entry.started_with);
            if let Answer::UnderWay(process) = entry.answer {
                entry.answer = Answer::UnderWay(new_place(process));
            }
        }
    }
    (state, places)
}
