//! Diagnostics about an answer: what happened, why, what exists, and what to do.

use super::Wanted;
use super::answered::Given;
use crate::framework::Diagnostic;
use crate::lumen::long_running::{PendingReason, Refusal};
use crate::lumen::voice::{Notification, OrderPart, VoiceOrderSnapshot};
use crate::services::voice::order_action;

/// Lumen has not asked a question.
pub(super) fn nothing_to_answer(wanted: &Wanted, news: &VoiceOrderSnapshot) -> Diagnostic {
    let elsewhere = news.shortages(&OrderPart::default());
    if !elsewhere.is_empty() {
        return Diagnostic::error(format!(
            "Voice order `{}` has no shortage in {}",
            wanted.id, wanted.part
        ))
        .at("rate_center")
        .because(format!("Lumen has reported a shortage in {}", places(&elsewhere)))
        .outcome("Nothing was sent.")
        .remedy(
            "Set `rate_center` and `state` to one of these, or remove both if there is only one.",
        );
    }
    let state =
        news.state.as_ref().map_or_else(String::new, |state| format!(" The order is {state}."));
    Diagnostic::error(format!("Voice order `{}` is not waiting for an answer", wanted.id))
        .at("voice_order_id")
        .because(format!(
            "Lumen has not reported a shortage with notification 10001.{state}"
        ))
        .outcome("Nothing was sent.")
        .remedy("Invoke the action when `notifications` of the data source `lumen_voice_order` has code 10001, or remove the action.")
}

/// Lumen asks about more than one rate center.
pub(super) fn several_questions(wanted: &Wanted, asked: &[&Notification]) -> Diagnostic {
    Diagnostic::error(format!("Voice order `{}` has shortages in several rate centers", wanted.id))
        .at("rate_center")
        .because(format!("Lumen has reported shortages in {}", places(asked)))
        .outcome("Nothing was sent.")
        .remedy("Set `rate_center` and `state` to one of these, and write one action for each.")
}

fn places(asked: &[&Notification]) -> String {
    let places: Vec<String> = asked.iter().map(|asked| asked.part().to_string()).collect();
    places.join("; ")
}

/// The order has ended without an answer.
pub(super) fn ended(
    wanted: &Wanted,
    news: &VoiceOrderSnapshot,
    word: Option<&Notification>,
) -> Diagnostic {
    let state = news.state.as_ref().map_or_else(|| "ended".to_owned(), ToString::to_string);
    let said = word.map_or_else(String::new, |word| format!(": {}", word.quoted()));
    Diagnostic::error(format!("Voice order `{}` can no longer be answered", wanted.id))
        .at("voice_order_id")
        .because(format!("it is {state}{said}"))
        .outcome("Nothing was sent.")
        .remedy("Order the numbers again with a `lumen_voice_tn_reservation`, whose `on_shortage` answers at once.")
}

/// A different answer was given.
pub(super) fn otherwise(wanted: &Wanted, what: &str) -> Diagnostic {
    let Wanted { id, answer, .. } = wanted;
    Diagnostic::error(format!("Voice order `{id}` already has an answer other than `{answer}`"))
        .at("answer")
        .because(what)
        .outcome("An answer can't be changed. The reserved numbers are yours.")
        .remedy(format!("Read `lumen_voice_inventory` with `voice_order_id = \"{id}\"` to see its numbers, and set `answer` to the answer that was given, or remove the action."))
}

/// An answer was given, but it is not known which one.
pub(super) fn unclear(wanted: &Wanted, count: u32) -> Diagnostic {
    let Wanted { id, answer, .. } = wanted;
    Diagnostic::warning(format!("Voice order `{id}` was already answered, perhaps differently"))
        .because(format!("{count} numbers are reserved, which does not show whether the answer was `{answer}`"))
        .outcome("Lumen no longer waits for an answer.")
        .remedy(format!("Read `notifications` of the data source `lumen_voice_order` with `voice_order_id = \"{id}\"`."))
}

/// The answer was not sent, or it is not known whether it arrived.
pub(super) fn unanswered(wanted: &Wanted, why: &PendingReason) -> Diagnostic {
    let outcome = match why {
        PendingReason::Unreachable(error) if !error.may_have_arrived() => {
            "Lumen has no answer from this run, and rejects the order when four hours have passed."
        }
        _ => "It is not known whether the answer arrived. Sending it again does no harm.",
    };
    let summary = format!("Voice order `{}` could not be answered", wanted.id);
    order_action::not_done(summary, why).outcome(outcome)
}

/// The order failed after the answer.
pub(super) fn failed(wanted: &Wanted, refusal: &Refusal) -> Diagnostic {
    let Wanted { id, answer, .. } = wanted;
    Diagnostic::error(format!("Voice order `{id}` ended without the numbers"))
        .at("voice_order_id")
        .because(&refusal.reason)
        .outcome(format!("It was answered `{answer}`, and failed anyway. Numbers that it had reserved before stay yours."))
        .remedy("Order the numbers again with a `lumen_voice_tn_reservation`, or ask LEUOrders@Lumen.com about the order.")
}

/// The answer was given, but its result does not show yet.
pub(super) fn still_moving(wanted: &Wanted, given: Given, why: &PendingReason) -> Diagnostic {
    let done = match given {
        Given::Now => format!("Lumen has the answer `{}`.", wanted.answer),
        Given::Before => "Lumen has an answer, which was given before.".to_owned(),
    };
    order_action::still_moving(&wanted.id, why, &done)
}
