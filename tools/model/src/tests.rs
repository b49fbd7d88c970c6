//! Checks that the model detects mistakes: each mistake in the protocol has a counterexample, and the
//! protocol itself has none.

use std::collections::BTreeSet;

use clap::ValueEnum as _;
use stateright::{Checker, HasDiscoveries, Model};

use crate::model::{ENDS, NOT_FORGOTTEN, ONE_ORDER, ONE_OWNER, ONE_REFERENCE, RULES};
use crate::setting::{Condition, Kind, Layout, Mutation, Setting};
use crate::story;

/// Two concurrent runs with one process each.
const ONCE: Setting = Setting { runs: 1, ..Setting::SMALL };

/// One process that starts more than once.
const ALONE: Setting = Setting { processes: 1, ..Setting::SMALL };

const REPLACED: Setting = Setting { changes: 1, ..ALONE };

/// Several instances in one run.
const TOGETHER: Setting = Setting { crashes: 0, faults: 0, ..ONCE };

/// Checks that the property holds without the mistake, and is violated with it.
#[track_caller]
fn bites(property: &'static str, mutation: Mutation, setting: Setting) {
    let found = |setting: Setting| {
        let looked_for = HasDiscoveries::AnyOf(BTreeSet::from([property]));
        let checker = setting.checker().finish_when(looked_for).spawn_bfs().join();
        let path = checker.discoveries().remove(property)?;
        Some(story::tell(&setting, &path.into_actions()))
    };
    let broken = found(Setting { mutation: Some(mutation), ..setting });
    assert!(broken.is_some(), "{mutation:?} has no counterexample");
    if let Some(story) = found(setting) {
        panic!("this property does not hold even without {mutation:?}: {property}\n{story}");
    }
}

#[track_caller]
fn holds(setting: Setting) {
    let checker = setting.checker().finish_when(HasDiscoveries::Any).spawn_bfs().join();
    assert!(100 < checker.unique_state_count(), "{}", checker.unique_state_count());
    if let Some((property, path)) = checker.discoveries().into_iter().next() {
        panic!(
            "this property does not hold: {property}\n{}",
            story::tell(&setting, &path.into_actions())
        );
    }
}

#[test]
fn the_protocol_holds_where_little_fails() {
    holds(ONCE);
    holds(Setting { promises: true, lags: true, ..ONCE });
    holds(Setting { faults: 2, ..ALONE });
    holds(Setting { power_cuts: 1, crashes: 0, ..ALONE });
}

#[test]
fn the_protocol_holds_for_changes() {
    let locked = Setting { layout: Layout::Locked, changes: 1, runs: 3, ..ALONE };
    holds(Setting { kind: Kind::Growth, ..locked });
    holds(Setting { kind: Kind::Rename, ..locked });
    holds(Setting { kind: Kind::Rename, crashes: 0, runs: 2, processes: 2, ..locked });
}

#[test]
fn the_protocol_holds_for_replacements() {
    holds(REPLACED);
    holds(Setting { destroys_first: true, ..REPLACED });
}

#[test]
fn the_protocol_holds_for_other_states_twins_and_aliases() {
    holds(Setting { layout: Layout::Elsewhere, ..ONCE });
    holds(Setting { layout: Layout::Twins, crashes: 1, faults: 1, ..TOGETHER });
    holds(Setting { layout: Layout::Aliases, crashes: 1, faults: 1, ..TOGETHER });
}

/// Which conditions the promise needs, and which ones the protocol does not need.
#[test]
fn without_a_condition_the_promise_may_not_hold() {
    let broken = |condition: Condition| {
        let setting = Setting { crashes: 0, ..condition.scenario(2).setting };
        let checker = setting.checker().finish_when(HasDiscoveries::Any).spawn_bfs().join();
        !checker.discoveries().is_empty()
    };
    let needed = Condition::value_variants().iter().copied().filter(|it| broken(*it));

    assert_eq!(
        needed.collect::<Vec<_>>(),
        [
            Condition::ClockSkew,
            Condition::EarlyPruning,
            Condition::SecondJournal,
            Condition::JournalLost,
            Condition::NoLock,
        ]
    );
}

#[test]
fn an_entry_that_is_closed_before_the_state_is_saved() {
    bites(NOT_FORGOTTEN, Mutation::ClosesBeforeSaved, ALONE);
    bites(RULES, Mutation::ClosesBeforeSaved, ALONE);
}

#[test]
fn an_intent_that_a_power_cut_takes() {
    let setting = Setting { crashes: 0, faults: 0, power_cuts: 1, ..ALONE };
    bites(ONE_ORDER, Mutation::IntentNotDurable, setting);
}

#[test]
fn an_order_that_is_sent_before_it_is_written_down() {
    bites(ONE_ORDER, Mutation::SendsFirst, ALONE);
}

#[test]
fn a_request_that_is_repeated() {
    bites(ONE_ORDER, Mutation::RetriesPost, ALONE);
}

#[test]
fn a_generation_that_is_not_advanced() {
    bites(ENDS, Mutation::GenerationNotAdvanced, ALONE);
}

#[test]
fn a_reference_that_does_not_count_the_generation() {
    bites(
        ONE_REFERENCE,
        Mutation::ReferenceWithoutGeneration,
        Setting { destroys_first: true, ..REPLACED },
    );
}

#[test]
fn a_store_that_ignores_the_condition() {
    bites(ONE_ORDER, Mutation::UnconditionalPut, ONCE);
}

#[test]
fn an_intent_of_another_process_that_is_taken_for_its_own() {
    bites(ONE_ORDER, Mutation::WrittenByNotCompared, ONCE);
}

#[test]
fn an_error_of_the_store_that_is_taken_for_success() {
    bites(ONE_ORDER, Mutation::ErrorTakenForSuccess, ALONE);
}

#[test]
fn a_latest_entry_that_is_pruned() {
    bites(RULES, Mutation::PrunesLatest, Setting { runs: 3, ..ALONE });
}

#[test]
fn more_numbers_of_another_run_that_the_state_lacks() {
    let setting = Setting { kind: Kind::Growth, crashes: 0, faults: 0, ..Setting::SMALL };
    bites(ONE_ORDER, Mutation::StateNotCompared, setting);
}

#[test]
fn a_note_of_another_run_that_replaces() {
    let setting = Setting { changes: 1, promises: true, crashes: 0, faults: 0, ..Setting::SMALL };
    bites(ONE_ORDER, Mutation::NotesOfOthersCount, setting);
}

#[test]
fn an_order_that_is_sent_after_a_long_pause() {
    let without = Some(Condition::LongPause);
    let setting = Setting { without, crashes: 0, ..Setting::SMALL };
    bites(ONE_ORDER, Mutation::SendsLate, setting);
}

#[test]
fn an_open_entry_that_is_pruned() {
    bites(NOT_FORGOTTEN, Mutation::PrunesOpen, ALONE);
}

#[test]
fn an_order_without_an_answer_that_is_sent_again() {
    bites(ONE_ORDER, Mutation::UnansweredSentAgain, ALONE);
}

#[test]
fn an_order_without_an_answer_that_is_overlooked() {
    bites(ONE_ORDER, Mutation::UnansweredOverlooked, ALONE);
}

#[test]
fn a_lost_answer_that_is_taken_for_a_refusal() {
    bites(NOT_FORGOTTEN, Mutation::LostTakenForRefusal, ALONE);
}

#[test]
fn an_inventory_that_is_not_looked_at() {
    bites(
        ONE_ORDER,
        Mutation::NoLookAtInventory,
        Setting { crashes: 0, faults: 0, ..Setting::SMALL },
    );
}

#[test]
fn an_earlier_order_that_is_not_looked_at() {
    let setting = Setting { crashes: 0, faults: 0, ..Setting::SMALL };
    bites(ONE_ORDER, Mutation::NoLookAtEarlierOrder, setting);
}

#[test]
fn an_earlier_order_that_is_overlooked_because_its_answer_could_not_be_written_down() {
    let setting = Setting { crashes: 0, ..Setting::SMALL };
    bites(ONE_ORDER, Mutation::EarlierOrderMustBeAccepted, setting);
}

#[test]
fn an_earlier_order_that_lumen_calls_done_and_does_not_show() {
    let setting = Setting { crashes: 0, faults: 0, lags: true, ..Setting::SMALL };
    bites(ONE_ORDER, Mutation::UnseenTakenForUndone, setting);
}

#[test]
fn an_object_of_the_next_order_that_is_taken_for_the_lost_one() {
    bites(RULES, Mutation::FoundNotChecked, Setting { crashes: 0, ..Setting::SMALL });
}

#[test]
fn an_entry_of_another_state_that_is_resumed() {
    let setting = Setting { layout: Layout::Elsewhere, crashes: 0, faults: 0, ..ONCE };
    bites(ONE_OWNER, Mutation::AuthorNotCompared, setting);
    bites(ONE_OWNER, Mutation::AuthorNotCompared, Setting { layout: Layout::Aliases, ..TOGETHER });
}

#[test]
fn a_target_that_two_instances_order_at_once() {
    bites(ONE_OWNER, Mutation::NoClaim, Setting { layout: Layout::Twins, faults: 1, ..TOGETHER });
}

#[test]
fn a_repetition_under_the_same_reference() {
    let setting = Setting { kind: Kind::Rename, ..ALONE };
    bites(RULES, Mutation::RepeatedUnderOneReference, setting);
}
