//! A counterexample as a readable story.

use std::fmt::Write as _;

use crate::model::{Action, after};
use crate::program::{Choice, key, leaving};
use crate::setting::{Condition, Setting};
use crate::state::{At, NONE, State};
use crate::surroundings::Event;
use crate::symmetry::canonical;

/// The actions that led to a state, one per line, and the final state.
pub(crate) fn tell(setting: &Setting, actions: &[Action]) -> String {
    let mut state = State::new(setting);
    // The model reorders processes. The story names them by their original positions.
    let mut names: Vec<usize> = (0..setting.processes).collect();
    let mut story = String::new();
    for (number, action) in actions.iter().enumerate() {
        // Writing to a string can't fail.
        let _ =
            writeln!(story, "{:>4}. {}", number + 1, sentence(setting, &state, &names, *action));
        let broken = state.broken;
        let next = after(setting, &state, *action);
        if let Some(rule) = next.broken.filter(|_| broken.is_none()) {
            let _ = writeln!(story, "      This breaks a rule: {rule}.");
        }
        let (next, places) = canonical(setting, next);
        names = places.iter().map(|place| names[*place]).collect();
        state = next;
    }
    let _ = write!(story, "{}", outcome(&state));
    story
}

fn sentence(setting: &Setting, state: &State, names: &[usize], action: Action) -> String {
    let name = |process: u8| format!("process {}", names[usize::from(process)] + 1);
    match action {
        Action::Step(process, choice) => {
            format!("{} {}", name(process), step(setting, state, process.into(), choice))
        }
        Action::Event(event) => match event {
            Event::Crash(process) => format!("{} is killed", name(process)),
            Event::PowerCut => "the power fails; files that were not durable are lost".to_owned(),
            Event::Arrives(order) => format!("the late request of order {order} arrives"),
            Event::Vanishes(order) => format!("the late request of order {order} never arrives"),
            Event::Succeeds(order) => {
                format!("Lumen reports order {order} as done, but does not show its result yet")
            }
            Event::Shows(order) => format!("Lumen shows the result of order {order}"),
            Event::Fails(order) => format!("Lumen does not carry out order {order}"),
            Event::Overdue(_, generation) => {
                format!("the time to search for the order of entry {generation} is over")
            }
            Event::Ages(_, generation) => format!("entry {generation} is now a month old"),
            Event::Settles(_, generation) => {
                format!(
                    "a person sees that Lumen has no order for entry {generation}, and settles it"
                )
            }
            Event::Imports(place, order) => {
                format!("a person imports the object of order {order} into state {place}")
            }
            Event::Wants => "a person wants another object or change".to_owned(),
            Event::LosesState(place) => format!("state {place} is lost"),
            Event::LosesJournal => "the journal is lost".to_owned(),
        },
    }
}

fn step(setting: &Setting, state: &State, process: usize, choice: Choice) -> String {
    let own = &state.processes[process];
    let (journal, generation) = key(setting, own, process);
    let journal = if setting.lacks(Condition::SecondJournal) {
        format!(" of journal {journal}")
    } else {
        String::new()
    };
    let file = |step: &str| format!("`{generation}-{step}`{journal}{}", how(choice));
    let order = if own.order == NONE { String::new() } else { format!(" {}", own.order) };
    match own.at {
        At::Idle => {
            let held = state.states[setting.state_of(process)].held;
            let held = held.map_or_else(
                || "an empty state".to_owned(),
                |held| format!("a state that has order {}", held.order),
            );
            format!("starts with {held}")
        }
        At::Confirm => "checks whether the journal has an open entry for it".to_owned(),
        At::CloseSaved => {
            let closed = own.held.map_or(generation, |held| held.key.1);
            format!("closes entry {closed} as saved{}", how(choice))
        }
        At::Note => format!("notes which object is replaced{}", how(choice)),
        At::Plan => "plans, and promises a reference".to_owned(),
        At::Look if choice == Choice::ListingIsStale => {
            "lists the target, but does not see the newest file".to_owned()
        }
        At::Look => "lists the target".to_owned(),
        At::Prune(generation) => format!("removes a file of entry {generation}"),
        At::Prepare if choice == Choice::GivesUp => {
            "stops waiting for the previous order".to_owned()
        }
        At::Prepare => "searches for existing objects".to_owned(),
        At::WriteDown => format!("creates {}", file("intent")),
        At::ReadBack { .. } => format!("reads {}", file("intent")),
        At::Send | At::SendAgain => {
            let sent = format!("sends the order of entry {generation}");
            let number = state.orders.len();
            match choice {
                Choice::AnswerIsLost => format!("{sent} (order {number}); the answer is lost"),
                Choice::RequestIsLost => format!("{sent}; the request is lost"),
                Choice::RequestIsLate => format!("{sent} (order {number}); the request is late"),
                Choice::IsRefused => format!("{sent}; Lumen refuses it"),
                Choice::IsRefusedForNow => format!("{sent}; Lumen refuses it for now"),
                _ => format!("{sent} (order {number}); Lumen accepts it"),
            }
        }
        At::Search if choice == Choice::GivesUp => {
            format!("searches for the order of entry {generation}, but finds nothing")
        }
        At::Search => format!("searches for the order of entry {generation}, and finds an answer"),
        At::CheckFound => format!("checks whether entry {generation} is still unanswered"),
        At::AcceptFound => format!("creates {} with order{order}", file("accepted")),
        At::Accept => format!("creates {}", file("accepted")),
        At::Relate => format!("compares order{order} with the wanted one"),
        At::CloseReplaced
        | At::CloseEarlier
        | At::CloseRefused
        | At::CloseRefusedForNow
        | At::CloseUntraced
        | At::CloseFailed
        | At::CloseReached
        | At::CloseEarly => format!("creates {}", file("done")),
        At::Follow => format!("follows order{order}"),
        At::Returned => format!("creates {}", file("returned")),
        At::Save => format!("returns order{order}, and Terraform saves it"),
        At::Destroy => match leaving(&state.processes[process]) {
            Some(held) if choice == Choice::Goes => {
                format!("destroys the object of order {}", held.order)
            }
            _ => "stops waiting for the order of the object that it destroys".to_owned(),
        },
        At::NoteGone => format!("notes that it is gone{}", how(choice)),
        At::SaveDestroyed => "returns, and Terraform saves that it is gone".to_owned(),
    }
}

fn how(choice: Choice) -> &'static str {
    match choice {
        Choice::StoreLosesAnswer => {
            "; the store's answer is lost, and the repeated request finds the file"
        }
        Choice::StoreFails => "; the file exists, but the store reports an error",
        Choice::StoreRefuses => "; the store fails",
        _ => "",
    }
}

/// The final journal, orders and states.
fn outcome(state: &State) -> String {
    let mut text = String::new();
    for (place, order) in state.orders.iter().enumerate() {
        let (_, generation) = order.key;
        let _ = writeln!(
            text,
            "      Order {place} belongs to entry {generation}, for change {}: {:?}.",
            order.wish, order.fate
        );
    }
    for journal in &state.journals {
        for (generation, entry) in journal.entries.iter().enumerate() {
            let ending = entry
                .ending
                .map_or_else(|| "open".to_owned(), |ending| format!("closed as {ending:?}"));
            let _ = writeln!(text, "      Entry {generation} has {}: {ending}.", entry.files);
        }
    }
    for (place, it) in state.states.iter().enumerate() {
        let held = it.held.map_or_else(
            || "is empty".to_owned(),
            |held| format!("has order {} of entry {}", held.order, held.key.1),
        );
        let _ = writeln!(text, "      State {place} {held}.");
    }
    text
}
