//! What users are told about an answer: what happened, why, what exists, what to do.

use super::Wanted;
use super::answered::Given;
use crate::framework::Diagnostic;
use crate::lumen::long_running::{PendingReason, Refusal};
use crate::lumen::voice::{Notification, OrderPart, VoiceOrderSnapshot};
use crate::services::voice::order_action;

/// Lumen has not asked.
pub(super) fn nothing_to_answer(wanted: &Wanted, news: &VoiceOrderSnapshot) -> Diagnostic {
    let elsewhere = news.shortages(&OrderPart::default());
    if !elsewhere.is_empty() {
        return Diagnostic::error(format!("Voice order `{}` asks nothing about {}", wanted.id, wanted.part))
            .at("rate_center")
            .because(format!("Lumen asks about {}", places(&elsewhere)))
            .outcome("Nothing was sent.")
            .remedy("Set `rate_center` and `state` to one of these, or leave both out where there is only one.");
    }
    let state = news.state.as_ref().map_or_else(String::new, |state| format!(" It is {state}."));
    Diagnostic::error(format!("Voice order `{}` does not wait for an answer", wanted.id))
        .at("voice_order_id")
        .because(format!(
            "Lumen has not told of a shortage by notification 10001.{state}"
        ))
        .outcome("Nothing was sent.")
        .remedy("Invoke the action when `notifications` of the data source `lumen_voice_order` has code 10001, or remove it.")
}

/// Lumen asks about more than one rate center.
pub(super) fn several_questions(wanted: &Wanted, asked: &[&Notification]) -> Diagnostic {
    Diagnostic::error(format!("Voice order `{}` asks about several rate centers", wanted.id))
        .at("rate_center")
        .because(format!("Lumen asks about {}", places(asked)))
        .outcome("Nothing was sent.")
        .remedy("Set `rate_center` and `state` to one of these; write one action for each.")
}

fn places(asked: &[&Notification]) -> String {
    let places: Vec<String> = asked.iter().map(|asked| asked.part().to_string()).collect();
    places.join("; ")
}

/// The order has ended by itself.
pub(super) fn ended(
    wanted: &Wanted,
    news: &VoiceOrderSnapshot,
    word: Option<&Notification>,
) -> Diagnostic {
    let state = news.state.as_ref().map_or_else(|| "ended".to_owned(), ToString::to_string);
    let said = word.map_or_else(String::new, |word| format!(": {}", word.quoted()));
    Diagnostic::error(format!("Voice order `{}` can't be answered any more", wanted.id))
        .at("voice_order_id")
        .because(format!("it is {state}{said}"))
        .outcome("Nothing was sent.")
        .remedy("Order the numbers anew with a `lumen_voice_tn_reservation`, whose `on_shortage` answers at once.")
}

/// Somebody gave another answer.
pub(super) fn otherwise(wanted: &Wanted, what: &str) -> Diagnostic {
    let Wanted { id, answer, .. } = wanted;
    Diagnostic::error(format!("Voice order `{id}` was answered otherwise than `{answer}`"))
        .at("answer")
        .because(what)
        .outcome("An answer can't be changed. What is reserved is yours.")
        .remedy(format!("Read `lumen_voice_inventory` with `voice_order_id = \"{id}\"` to see its numbers, and set `answer` to what was answered, or remove the action."))
}

/// Somebody gave an answer, and it is not known which.
pub(super) fn unclear(wanted: &Wanted, count: u32) -> Diagnostic {
    let Wanted { id, answer, .. } = wanted;
    Diagnostic::warning(format!("Voice order `{id}` was answered before, and perhaps otherwise"))
        .because(format!("{count} numbers are reserved, which does not tell whether the answer was `{answer}`"))
        .outcome("Nothing waits for an answer any more.")
        .remedy(format!("Read `notifications` of the data source `lumen_voice_order` with `voice_order_id = \"{id}\"`."))
}

/// The answer was not sent, or it is not known whether it arrived.
pub(super) fn unanswered(wanted: &Wanted, why: &PendingReason) -> Diagnostic {
    let outcome = match why {
        PendingReason::Unreachable(error) if !error.may_have_arrived() => {
            "Lumen has no answer from this run, and rejects the order when four hours have passed."
        }
        _ => "It is not known whether the answer arrived. Giving it again does no harm.",
    };
    let summary = format!("Voice order `{}` could not be answered", wanted.id);
    order_action::not_done(summary, why).outcome(outcome)
}

/// The order went wrong after all.
pub(super) fn failed(wanted: &Wanted, refusal: &Refusal) -> Diagnostic {
    let Wanted { id, answer, .. } = wanted;
    Diagnostic::error(format!("Voice order `{id}` ended without the numbers"))
        .at("voice_order_id")
        .because(&refusal.reason)
        .outcome(format!("It was answered `{answer}` in vain. Numbers that it had reserved before stay yours."))
        .remedy("Order the numbers anew with a `lumen_voice_tn_reservation`, or ask LEUOrders@Lumen.com about the order.")
}

/// The answer is there, and has not shown yet.
pub(super) fn still_moving(wanted: &Wanted, given: Given, why: &PendingReason) -> Diagnostic {
    let done = match given {
        Given::Now => format!("Lumen has the answer `{}`.", wanted.answer),
        Given::Before => "Lumen has an answer, which was given before.".to_owned(),
    };
    order_action::still_moving(&wanted.id, why, &done)
}
