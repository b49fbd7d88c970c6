//! The model that `stateright` explores, and the properties that must hold in every state.

use stateright::{Model, Property};

use crate::act::Step;
use crate::program::{Choice, Running, choices};
use crate::setting::Setting;
use crate::state::{At, Fate, State};
use crate::surroundings::{Event, events, happen};
use crate::symmetry::canonical;

/// The next thing to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A process takes its next step.
    Step(u8, Choice),
    /// Something happens around the processes.
    Event(Event),
}

impl Model for Setting {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for process in 0..self.processes {
            let mut add = |choice| actions.push(Action::Step(crate::state::bits(process), choice));
            choices(self, state, process, &mut add);
        }
        events(self, state, &mut |event| actions.push(Action::Event(event)));
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let next = after(self, last, action);
        // A step that changes nothing, such as reading again, leads to no new state.
        (next != *last).then(|| canonical(self, next).0)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(ONE_ORDER, at_most_one_order),
            Property::always(NOT_FORGOTTEN, nothing_is_forgotten),
            Property::always(ONE_REFERENCE, references_differ),
            Property::always(ONE_OWNER, objects_have_one_owner),
            Property::always(RULES, |_, state: &State| state.broken.is_none()),
            Property::always(ENDS, |setting, state| {
                !is_quiet(state) || crate::calm::ends_well(setting, state)
            }),
        ]
    }
}

pub(crate) const ONE_ORDER: &str = "at most one order is carried out for one change";
pub(crate) const NOT_FORGOTTEN: &str = "no order that Lumen carries out is forgotten";
pub(crate) const ONE_REFERENCE: &str = "no two orders share a reference";
pub(crate) const ONE_OWNER: &str = "no object is in two states";
pub(crate) const RULES: &str = "every act follows the rules of the journal";
pub(crate) const ENDS: &str = "once faults stop, every entry is closed or a person is asked";

/// The state after an action, before its processes are sorted.
pub(crate) fn after(setting: &Setting, last: &State, action: Action) -> State {
    let mut state = last.clone();
    match action {
        Action::Step(process, choice) => {
            if choice.is_fault() {
                state.faults -= 1;
            }
            let process = process.into();
            Running { setting, state: &mut state, process, choice }.step();
        }
        Action::Event(event) => happen(setting, &mut state, event),
    }
    state
}

/// Whether no process is running or will run.
fn is_quiet(state: &State) -> bool {
    state.processes.iter().all(|it| it.at == At::Idle && it.runs == 0)
}

/// A second order is allowed for a change that may be repeated, because it does nothing and costs nothing.
fn at_most_one_order(setting: &Setting, state: &State) -> bool {
    let placed = |wish| {
        let orders = state.orders.iter();
        orders.filter(|order| order.wish == wish && order.fate.is_carried_out()).count()
    };
    setting.may_be_repeated() || (1..=state.wish).all(|wish| placed(wish) <= 1)
}

/// Every order that Lumen carries out is in a state, in an open entry, or in a run that is about to return
/// it.
fn nothing_is_forgotten(setting: &Setting, state: &State) -> bool {
    let is_known = |(place, order): (usize, &crate::state::Order)| {
        let place = crate::state::bits(place);
        let is_open = state.entry(order.key).is_some_and(crate::state::Entry::is_open);
        let in_state = state.states.iter().any(|it| {
            let has = |held: &crate::state::Held| held.order == place;
            let has_change = |held: &crate::state::Held| order.wish <= held.wish;
            it.held.iter().chain(&it.deposed).any(has)
                || it.lost & (1 << place) != 0
                || !setting.creates() && it.held.iter().any(has_change)
        });
        is_open
            || in_state
            || setting.may_be_repeated()
            || state.processes.iter().any(|it| it.order == place)
    };
    let mut orders = state.orders.iter().enumerate();
    orders.all(|(place, order)| !order.fate.exists() || is_known((place, order)))
}

fn references_differ(_: &Setting, state: &State) -> bool {
    let at_lumen = |fate| !matches!(fate, Fate::Failed);
    let orders = state.orders.iter().enumerate();
    orders.filter(|(_, order)| at_lumen(order.fate)).all(|(place, order)| {
        let mut others = state.orders.iter().skip(place + 1);
        !others.any(|other| at_lumen(other.fate) && other.reference == order.reference)
    })
}

fn objects_have_one_owner(setting: &Setting, state: &State) -> bool {
    let held: Vec<u8> =
        state.states.iter().filter_map(|it| it.held).map(|held| held.order).collect();
    !setting.creates() || (1..held.len()).all(|place| !held[place..].contains(&held[place - 1]))
}

/// Whether every entry of the journals is closed, or a person was asked about it.
pub(crate) fn is_settled(state: &State) -> bool {
    let mut entries = state.journals.iter().flat_map(|journal| &journal.entries);
    let is_asked = state.processes.iter().any(|it| it.asked);
    entries.all(|entry| {
        let is_open = entry.files.has(Step::Intent) && !entry.files.has(Step::Done);
        !is_open || entry.asked || is_asked
    })
}
