//! How a state ends when nothing fails anymore: the processes run one after the other, Lumen completes its
//! orders, and people do what they are asked to do.

use crate::model::{Action, after, is_settled};
use crate::program::{Choice, choices};
use crate::setting::Setting;
use crate::state::{At, Fate, State};
use crate::surroundings::{Event, events};

/// The number of runs of each process. They include one that resumes, one that orders, and one that sees the
/// saved state.
const ROUNDS: usize = 4;

/// More steps than a run without faults needs.
const LONGEST_RUN: usize = 60;

/// Whether every entry ends up closed, or a person is asked.
pub(crate) fn ends_well(setting: &Setting, state: &State) -> bool {
    let mut state = state.clone();
    (state.crashes, state.faults, state.power_cuts, state.changes) = (0, 0, 0, 0);
    for _ in 0..ROUNDS {
        for process in 0..state.processes.len() {
            pass_time(setting, &mut state);
            state.processes[process].runs = 1;
            if !run(setting, &mut state, process) {
                return false;
            }
        }
        pass_time(setting, &mut state);
    }
    is_settled(&state)
}

/// Lumen ends its orders, searches become overdue, and people settle and import.
fn pass_time(setting: &Setting, state: &mut State) {
    for order in &mut state.orders {
        match order.fate {
            Fate::InFlight => order.fate = Fate::Failed,
            Fate::Building | Fate::Unseen => order.fate = Fate::Visible,
            Fate::Visible | Fate::Failed | Fate::Gone => {}
        }
    }
    for _ in 0..LONGEST_RUN {
        let mut next = None;
        events(setting, state, &mut |event| {
            if matches!(event, Event::Overdue(..) | Event::Settles(..) | Event::Imports(..)) {
                next.get_or_insert(event);
            }
        });
        let Some(event) = next else { return };
        *state = after(setting, state, Action::Event(event));
    }
}

/// Runs a process to its end, and returns whether it has ended.
fn run(setting: &Setting, state: &mut State, process: usize) -> bool {
    *state = after(setting, state, Action::Step(crate::state::bits(process), Choice::Goes));
    for _ in 0..LONGEST_RUN {
        if state.processes[process].at == At::Idle {
            return true;
        }
        let mut best = None;
        choices(setting, state, process, &mut |choice| {
            if best != Some(Choice::Goes) && !choice.is_fault() {
                best = Some(choice);
            }
        });
        let Some(choice) = best else { return false };
        *state = after(setting, state, Action::Step(crate::state::bits(process), choice));
    }
    false
}
