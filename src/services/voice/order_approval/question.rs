//! Finds the question of Lumen's that is to be answered, without any requests.

use super::{Wanted, diagnostics};
use crate::framework::Diagnostic;
use crate::lumen::voice::{
    Notification, OrderKind, OrderPart, PartStatus, ShortageAnswer, VoiceOrderSnapshot,
};

/// A question that Lumen asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// The rate center that the question is about.
    pub(super) part: OrderPart,
    /// How many numbers Lumen has available, if it reported that.
    pub(super) available: Option<u32>,
    /// Whether Lumen continued after the question, so that it certainly has an answer.
    pub(super) is_closed: bool,
}

/// Returns the only matching question, unless it can no longer get this answer.
pub(super) fn find(wanted: &Wanted, news: &VoiceOrderSnapshot) -> Result<Question, Diagnostic> {
    let asked = news.shortages(&wanted.part);
    let is_open = |asked: &&&Notification| is_open(news, asked);
    let mut open = asked.iter().filter(is_open);
    let question = match (open.next(), open.next(), asked.as_slice()) {
        (Some(question), None, _) | (None, _, [question]) => question,
        (None, _, []) => return Err(diagnostics::nothing_to_answer(wanted, news)),
        _ => return Err(diagnostics::several_questions(wanted, &asked)),
    };
    let part = question.part();
    let is_closed = match news.part_status(&part, OrderKind::Reservation) {
        PartStatus::Asking(_) | PartStatus::Running => false,
        PartStatus::Complete if wanted.answer == ShortageAnswer::Reject => {
            return Err(diagnostics::otherwise(wanted, "Lumen has completed the order"));
        }
        PartStatus::Complete => true,
        PartStatus::Refused(word) if is_as_rejected(wanted.answer, word) => true,
        PartStatus::Refused(word) => return Err(diagnostics::ended(wanted, news, word)),
    };
    Ok(Question { part, available: question.available(), is_closed })
}

fn is_open(news: &VoiceOrderSnapshot, asked: &Notification) -> bool {
    let status = news.part_status(&asked.part(), OrderKind::Reservation);
    matches!(status, PartStatus::Asking(_) | PartStatus::Running)
}

/// Whether an order that ended without numbers ended because it was answered `reject`.
pub(super) fn is_as_rejected(answer: ShortageAnswer, word: Option<&Notification>) -> bool {
    let failed = word.is_some_and(|word| {
        word.is_failure(OrderKind::Reservation) && !word.is_cancellation_as_asked()
    });
    answer == ShortageAnswer::Reject && !failed
}
