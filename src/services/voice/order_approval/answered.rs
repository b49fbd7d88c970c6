//! An order whose shortage has been answered. It is followed until the result of the answer shows.

use std::collections::BTreeSet;

use super::question::{Question, is_as_rejected};
use crate::lumen::long_running::{Operation, Progress, Refusal};
use crate::lumen::voice::{
    Notification, OrderKind, PartStatus, ShortageAnswer, VoiceOrderSnapshot, VoiceOrderState,
};
use crate::lumen::{Client, Error};
use crate::services::voice::order_action::{WatchedOrder, named};

/// An order, and the answer that was given.
pub(super) struct AnsweredOrder<'a> {
    pub(super) order: WatchedOrder<'a>,
    pub(super) question: Question,
    pub(super) answer: ShortageAnswer,
    pub(super) given: Given,
    /// How many numbers the last check found.
    pub(super) last_count: Option<u32>,
}

/// When the answer was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// It was given by this run.
    Now,
    /// It was given before, by an earlier run or by someone else, and may be a different answer.
    Before,
}

/// The result of the answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// No numbers are reserved.
    Rejected,
    /// This many numbers are reserved.
    Reserved(u32),
    /// A different answer was given. The text describes how that shows.
    Otherwise(String),
    /// This many numbers are reserved, but that does not show which answer was given.
    Unclear(u32),
}

impl AnsweredOrder<'_> {
    /// Reports the result of the answer.
    pub(super) fn tell_of(&self, end: &End) {
        let place = named(&self.question.part);
        let backorder = self.answer == ShortageAnswer::AcceptWithBackorder;
        let what = match end {
            End::Rejected => format!(" reserves no numbers{place}."),
            End::Reserved(count) if backorder => format!(
                " has reserved {count} numbers{place}. Lumen adds the others when it has them."
            ),
            End::Reserved(count) => format!(" has reserved {count} numbers{place}."),
            End::Otherwise(_) | End::Unclear(_) => return,
        };
        self.order.report(&what);
    }

    /// Determines the result from the numbers that are reserved so far.
    fn judge(&self, news: &VoiceOrderSnapshot, count: u32) -> End {
        match self.given {
            Given::Now => End::Reserved(count),
            Given::Before => judge(self.answer, &self.evidence(news, count)),
        }
    }

    fn evidence(&self, news: &VoiceOrderSnapshot, count: u32) -> Evidence {
        Evidence {
            count,
            available: self.question.available,
            is_on_backorder: news.is_on_backorder(&self.question.part),
            is_over: news.state == Some(VoiceOrderState::Completed),
        }
    }
}

impl Operation for AnsweredOrder<'_> {
    type Outcome = End;

    fn title(&self) -> String {
        self.order.title()
    }

    fn unexpected(&mut self) -> &mut BTreeSet<String> {
        &mut self.order.unexpected
    }

    async fn check(&mut self, lumen: &Client) -> Result<Progress<End>, Error> {
        let news = self.order.check_reason(lumen, &self.question.part).await?;
        let running = Progress::Running { retry_after: news.retry_after };
        let status = news.part_status(&self.question.part, OrderKind::Reservation);
        let is_complete = status == PartStatus::Complete;
        match (status, self.answer) {
            (PartStatus::Refused(word), answer) if is_as_rejected(answer, word) => {
                return Ok(Progress::Done(End::Rejected));
            }
            (PartStatus::Refused(word), _) => return Ok(Progress::Failed(refusal(&news, word))),
            (PartStatus::Complete, ShortageAnswer::Reject) => {
                return Ok(Progress::Done(End::Otherwise(
                    "Lumen has completed the order".to_owned(),
                )));
            }
            (_, ShortageAnswer::Reject) => return Ok(running),
            _ => {}
        }
        let numbers = self.order.numbers(lumen, &self.question.part).await?;
        let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let is_steady = self.last_count.replace(count) == Some(count);
        // The available numbers may be in the inventory long before an order with a backorder ends.
        let is_settled = is_complete || self.answer == ShortageAnswer::AcceptWithBackorder;
        // Numbers appear in the inventory some time after Lumen reports them.
        let are_there = self.question.available.map_or(0 < count, |available| available <= count);
        // The numbers of a completed order show which answer it had, but not while they are still
        // appearing.
        let is_conclusive =
            self.given == Given::Now || news.state != Some(VoiceOrderState::Completed) || is_steady;
        Ok(if is_settled && are_there && is_conclusive {
            Progress::Done(self.judge(&news, count))
        } else {
            running
        })
    }
}

/// Why there are no numbers, in Lumen's words.
fn refusal(news: &VoiceOrderSnapshot, word: Option<&Notification>) -> Refusal {
    let state = news.state.as_ref().map_or_else(|| "ended".to_owned(), ToString::to_string);
    let reason = match word {
        Some(word) => format!("the order is {state}: {}", word.quoted()),
        None => format!("the order is {state}, and Lumen gave no reason"),
    };
    Refusal { code: word.map(|word| word.code.to_string()), reason }
}

/// What shows which answer an order had.
struct Evidence {
    count: u32,
    available: Option<u32>,
    is_on_backorder: bool,
    /// Whether no more numbers will be added.
    is_over: bool,
}

/// Compares the answer with the evidence, as far as that is conclusive.
fn judge(answer: ShortageAnswer, evidence: &Evidence) -> End {
    let Evidence { count, available, is_on_backorder, is_over } = *evidence;
    let is_backordered = is_on_backorder || available.is_some_and(|available| available < count);
    let is_not = is_over && available.is_some() && !is_backordered;
    let with_backorder = answer == ShortageAnswer::AcceptWithBackorder;
    match (is_backordered, is_not) {
        (true, _) if with_backorder => End::Reserved(count),
        (_, true) if !with_backorder => End::Reserved(count),
        (true, _) => End::Otherwise("Lumen has numbers on backorder".to_owned()),
        (_, true) => End::Otherwise("Lumen has completed the order without a backorder".to_owned()),
        _ => End::Unclear(count),
    }
}

#[cfg(test)]
mod tests {
    use super::ShortageAnswer::{AcceptAvailable, AcceptWithBackorder};
    use super::*;

    #[test]
    fn what_was_answered_before_is_told_by_what_came_of_it() {
        let judged = |answer, count, is_on_backorder, is_over| {
            let available = Some(12);
            judge(answer, &Evidence { count, available, is_on_backorder, is_over })
        };
        for (answer, count, is_on_backorder, is_over) in [
            (AcceptAvailable, 12, false, true),
            (AcceptWithBackorder, 12, true, false),
            (AcceptWithBackorder, 20, false, true),
        ] {
            let end = judged(answer, count, is_on_backorder, is_over);
            assert_eq!(end, End::Reserved(count), "{answer}");
        }
        for (answer, count, is_on_backorder, is_over) in [
            (AcceptAvailable, 12, true, false),
            (AcceptAvailable, 20, false, true),
            (AcceptWithBackorder, 12, false, true),
        ] {
            let end = judged(answer, count, is_on_backorder, is_over);
            assert!(matches!(end, End::Otherwise(_)), "{answer}: {end:?}");
        }
        assert_eq!(judged(AcceptWithBackorder, 12, false, false), End::Unclear(12));
    }
}
