//! Handwritten traces: what a correct run of the real code does, and what it must never do.

use std::collections::BTreeSet;

use super::*;
use crate::event::Outcome;

const CONNECTION: &str = "iod_connection-5be0";
const SERVICE: &str = "iod_service-77aa";

/// Parses a trace in words. Each event is a process, what it does, and to what.
fn trace(lines: &str) -> Vec<Event> {
    lines.split([';', '\n']).map(str::trim).filter(|line| !line.is_empty()).map(event).collect()
}

fn event(line: &str) -> Event {
    let words: Vec<&str> = line.split_whitespace().collect();
    let about = words.get(2).copied().unwrap_or_default().to_owned();
    let reference = match about.as_str() {
        "first" => derived(CONNECTION, 0),
        "second" => derived(CONNECTION, 1),
        _ => about.clone(),
    };
    let outcome = match words.get(3) {
        Some(&"before") => Outcome::Before,
        Some(&"error") => Outcome::Error,
        _ => Outcome::Now,
    };
    let file =
        if about.contains('/') { about.clone() } else { format!("{CONNECTION}/{about}.json") };
    let named = words.get(3).filter(|word| word.contains('/')).map(|&word| word.to_owned());
    let what = match words[1] {
        "starts" => What::Run(RunOp::Started),
        "crashes" => What::Run(RunOp::Crashed),
        "saves" => What::Run(RunOp::StateSaved),
        "loses" => What::Run(RunOp::StateLost),
        "lists" if about.is_empty() => What::Store(StoreOp::List { folder: CONNECTION.to_owned() }),
        "lists" => What::Store(StoreOp::List { folder: about }),
        "creates" => What::Store(StoreOp::Create { file, durable: true, outcome }),
        "writes" => What::Store(StoreOp::Create { file, durable: false, outcome }),
        "reads" => What::Store(StoreOp::Read { file }),
        "removes" => What::Store(StoreOp::Remove { file }),
        "sends" => What::Lumen(LumenOp::OrderSent { reference, intent: named }),
        "accepted" => What::Lumen(LumenOp::OrderAccepted { reference }),
        "refused" => What::Lumen(LumenOp::OrderRefused { reference }),
        "lost" => What::Lumen(LumenOp::AnswerLost { reference }),
        "failed" => What::Lumen(LumenOp::OrderEnded { reference, is_done: false }),
        "done" => What::Lumen(LumenOp::OrderEnded { reference, is_done: true }),
        other => panic!("{other}"),
    };
    Event { process: words[0].parse().unwrap_or_default(), what }
}

fn derived(folder: &str, generation: usize) -> String {
    reference(folder, generation, &BTreeSet::new())
}

#[track_caller]
fn holds(lines: &str) {
    conforms(&trace(lines)).unwrap_or_else(|divergence| panic!("{divergence}"));
}

#[track_caller]
fn breaks(rule: Rule, lines: &str) {
    let trace = trace(lines);
    let Err(divergence) = conforms(&trace) else { panic!("no rule is broken by {lines}") };
    assert_eq!((divergence.rule, divergence.at), (rule, trace.len() - 1), "{divergence}");
}

/// The events from the start to Lumen's answer.
const PLACED: &str = "1 starts; 1 lists; 1 creates 0-intent; 1 sends first; 1 accepted first";

#[test]
fn an_order_from_its_intent_to_its_end() {
    holds(&format!(
        "{PLACED}; 1 creates 0-accepted; 1 writes 0-returned; 1 saves; 1 crashes
        2 starts; 2 lists; 2 writes 0-done"
    ));
}

#[test]
fn what_was_saved_is_closed_by_a_run_that_started_with_it_although_it_is_lost_meanwhile() {
    let saved = format!("{PLACED}; 1 creates 0-accepted; 1 saves; 1 crashes");
    holds(&format!("{saved}; 2 starts; 1 loses; 2 writes 0-done"));
    breaks(
        Rule::DoneBeforeSaved,
        &format!("{saved}; 2 saves; 2 reads 0-intent; 2 loses; 2 writes 0-done"),
    );
}

#[test]
fn a_lost_answer_is_found_by_another_process() {
    holds(
        "1 lists; 1 creates 0-intent; 1 sends first; 1 lost first; 1 crashes
        2 starts; 2 lists; 2 reads 0-intent; 2 done first; 2 creates 0-accepted
        2 writes 0-returned; 2 saves; 3 starts; 3 lists; 3 writes 0-done",
    );
}

#[test]
fn a_process_recognises_its_own_intent_when_the_store_loses_an_answer() {
    holds("1 lists; 1 creates 0-intent before; 1 reads 0-intent; 1 sends first");
    holds("1 lists; 1 creates 0-intent error; 1 reads 0-intent; 1 sends first");
    // The process has not read the intent back.
    breaks(Rule::SentWithoutOwnIntent, "1 lists; 1 creates 0-intent error; 1 sends first");
}

#[test]
fn nobody_sends_what_another_one_has_written_down() {
    let both = "1 lists; 2 lists; 1 creates 0-intent; 2 creates 0-intent before; 2 reads 0-intent";
    holds(&format!("{both}; 1 sends first"));
    breaks(Rule::SentWithoutOwnIntent, &format!("{both}; 2 sends first"));
    breaks(Rule::SentWithoutOwnIntent, "1 lists; 1 sends first");
    // A process that was killed and starts again counts as a different process.
    breaks(
        Rule::SentWithoutOwnIntent,
        "1 lists; 1 creates 0-intent; 1 crashes; 1 starts; 1 lists; 1 reads 0-intent; 1 sends first",
    );
}

#[test]
fn an_intent_is_written_down_after_a_look_and_durably() {
    breaks(Rule::WritesWithoutLooking, "1 starts; 1 creates 0-intent");
    breaks(Rule::IntentNotDurable, "1 lists; 1 writes 0-intent");
    breaks(Rule::CreatedTwice, "1 lists; 2 lists; 1 creates 0-intent; 2 creates 0-intent");
}

#[test]
fn a_generation_begins_when_the_one_before_is_closed() {
    breaks(Rule::GenerationTooEarly, &format!("{PLACED}; 2 lists; 2 creates 1-intent"));
    breaks(Rule::GenerationTooEarly, "1 lists; 1 creates 1-intent");
    holds(
        "1 lists; 1 creates 0-intent; 1 sends first; 1 refused first; 1 creates 0-done
        1 lists; 1 creates 1-intent; 1 sends second",
    );
}

#[test]
fn an_order_is_sent_again_only_after_a_refusal() {
    let sent = "1 lists; 1 creates 0-intent; 1 sends first";
    holds(&format!("{sent}; 1 refused first; 1 sends first; 1 accepted first"));
    breaks(Rule::SentTwice, &format!("{sent}; 1 lost first; 1 sends first"));
    breaks(Rule::SentTwice, &format!("{sent}; 1 accepted first; 1 sends first"));
}

#[test]
fn a_lost_build_is_closed_by_a_person_and_a_lost_rename_by_the_next_one() {
    let lost = "1 lists; 1 creates 0-intent; 1 sends first; 1 lost first";
    breaks(Rule::DoneBeforeSaved, &format!("{lost}; 1 creates 0-done"));
    holds(&format!(
        "{lost}; 9 creates 0-settled; 9 creates 0-done; 1 lists; 1 creates 1-intent; 1 sends second"
    ));
    let rename = format!("1 lists {SERVICE}; 1 creates {SERVICE}/0-intent.json; 1 sends a");
    holds(&format!(
        "{rename}; 1 lost a; 1 creates {SERVICE}/0-done.json
        1 lists {SERVICE}; 1 creates {SERVICE}/1-intent.json; 1 sends b"
    ));
    breaks(Rule::DoneWhileUnderWay, &format!("{rename}; 2 creates {SERVICE}/0-done.json"));
}

#[test]
fn an_entry_stays_open_until_a_state_has_its_object() {
    breaks(Rule::DoneBeforeSaved, &format!("{PLACED}; 1 creates 0-accepted; 1 writes 0-done"));
    breaks(Rule::DoneBeforeSaved, &format!("{PLACED}; 1 done first; 1 writes 0-done"));
    holds(&format!("{PLACED}; 1 creates 0-accepted; 1 failed first; 1 creates 0-done"));
}

#[test]
fn what_was_not_sent_is_not_accepted() {
    breaks(Rule::NoIntent, "1 lists; 1 creates 0-accepted");
    breaks(Rule::NoIntent, "1 lists; 1 writes 0-done");
    breaks(Rule::NotSent, "1 lists; 1 creates 0-intent; 1 creates 0-accepted");
    let refused = "1 lists; 1 creates 0-intent; 1 sends first; 1 refused first";
    breaks(Rule::NotSent, &format!("{refused}; 2 lists; 2 done first; 2 creates 0-accepted"));
    breaks(Rule::GoneBeforeDone, &format!("{PLACED}; 1 creates 0-gone"));
    breaks(Rule::AnswerWithoutOrder, "1 lists; 1 creates 0-intent; 1 accepted first");
    breaks(Rule::SentAfterDone, "1 lists; 1 creates 0-intent; 1 creates 0-done; 1 sends first");
}

#[test]
fn references_are_those_of_their_generation_and_differ() {
    breaks(Rule::ReferenceOfAnotherGeneration, "1 lists; 1 creates 0-intent; 1 sends second");
    let saved =
        format!("{PLACED}; 1 creates 0-accepted; 1 saves; 1 crashes; 2 starts; 2 writes 0-done");
    holds(&format!("{saved}; 2 lists; 2 creates 1-intent; 2 sends second"));
    breaks(
        Rule::ReferenceUsedTwice,
        &format!("{saved}; 2 lists; 2 creates 1-intent; 2 sends first"),
    );
    // The plan has promised the reference, and Lumen has refused the first order for now.
    holds(
        "1 lists; 1 creates 0-intent; 1 sends first; 1 refused first; 1 creates 0-done
        1 lists; 1 creates 1-intent; 1 sends first; 1 accepted first",
    );
    // Two orders of one process are distinguished by their references.
    holds(&format!(
        "1 lists; 1 lists {SERVICE}; 1 creates {SERVICE}/0-intent.json; 1 creates 0-intent
        1 sends first; 1 sends {}; 1 accepted first; 1 creates 0-accepted",
        derived(SERVICE, 0)
    ));
}

#[test]
fn a_reference_counts_what_is_replaced() {
    let replaced = BTreeSet::from(["1000".to_owned()]);
    let noted = "1 creates replaces-1000; 1 lists; 1 creates 0-intent; 1 sends";
    holds(&format!("{noted} {}", reference(CONNECTION, 0, &replaced)));
    // Another plan may have noted it in the meantime.
    holds(&format!("{noted} first"));
    holds(
        "1 creates replaces-1000; 1 removes replaces-1000; 1 lists; 1 creates 0-intent; 1 sends first",
    );
}

#[test]
fn only_old_closed_entries_are_removed_and_done_is_the_last_file() {
    let closed =
        format!("{PLACED}; 1 creates 0-accepted; 1 saves; 1 crashes; 2 starts; 2 writes 0-done");
    breaks(Rule::RemovesLatest, &format!("{closed}; 2 removes 0-intent"));
    breaks(Rule::RemovesOpen, &format!("{PLACED}; 2 removes 0-intent"));
    let next = format!("{closed}; 2 lists; 2 creates 1-intent; 2 sends second");
    holds(&format!("{next}; 3 removes 0-intent; 3 removes 0-accepted; 3 removes 0-done"));
    breaks(Rule::RemovesDoneFirst, &format!("{next}; 3 removes 0-intent; 3 removes 0-done"));
    // A slow process still considers the number to be free.
    breaks(
        Rule::CreatedTwice,
        &format!(
            "4 lists; {next}; 3 removes 0-intent; 3 removes 0-accepted; 3 removes 0-done; 4 creates 0-intent"
        ),
    );
}

#[test]
fn a_process_that_has_ended_does_nothing() {
    breaks(Rule::ActsAfterItsEnd, "1 lists; 1 creates 0-intent; 1 crashes; 1 reads 0-intent");
    breaks(Rule::ActsAfterItsEnd, "1 lists; 1 crashes; 1 lists");
}

#[test]
fn files_of_no_order_are_told() {
    let check = StoreOp::Create {
        file: "conditional-write-check-1".to_owned(),
        durable: true,
        outcome: Outcome::Now,
    };
    assert_eq!(conforms(&[Event { process: 1, what: What::Store(check) }]), Ok(()));
    breaks(Rule::ForeignFile, "1 creates iod_connection-5be0/0-other.json");
    breaks(Rule::ForeignFile, "1 creates iod_connection-5be0/99999999-intent.json");
}

#[test]
fn a_divergence_names_the_event_and_the_rule() {
    let Err(divergence) = conforms(&trace("1 lists; 1 creates 1-intent")) else {
        panic!("no rule is broken");
    };

    assert_eq!(
        divergence.to_string(),
        "event 1: process 1 creates `iod_connection-5be0/1-intent.json`: Now. This breaks the rule: a generation begins when the one before it is closed"
    );
}

#[test]
fn a_trace_has_a_limited_number_of_processes() {
    let lists = |process| format!("{process} lists;");
    holds(&(0..64).map(lists).collect::<String>());
    breaks(Rule::TooManyProcesses, &(0..65).map(lists).collect::<String>());
}

#[test]
fn derived_references_are_those_of_the_provider() {
    let replaced = BTreeSet::from(["1000".to_owned(), "order-0".to_owned()]);

    // A test of the journal contains the same references.
    assert_eq!(derived(CONNECTION, 0), "tf-144d3a08b98d0ea31");
    assert_eq!(reference(CONNECTION, 1, &replaced), "tf-718eb39667b5c5bdc");
    assert!(is_derived(&derived(CONNECTION, 0)) && !is_derived("tf-edge") && !is_derived("mine"));
}

/// A reference that a user set does not show which of two orders has it.
#[test]
fn an_intent_that_is_named_is_that_of_the_order() {
    let other = "iod_connection-77bb";
    let begins = format!(
        "1 starts; 1 lists {CONNECTION}; 1 lists {other}
         1 creates {CONNECTION}/0-intent.json; 1 creates {other}/0-intent.json
         1 sends ours {other}/0-intent.json; 1 sends first {CONNECTION}/0-intent.json
         1 accepted ours; 1 creates {other}/0-accepted.json"
    );

    holds(&begins);
    let mistaken =
        begins.replace(&format!("ours {other}/0-intent"), &format!("ours {CONNECTION}/0-intent"));
    assert!(conforms(&trace(&mistaken)).is_err());
}
