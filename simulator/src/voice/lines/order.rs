//! A placed order about active numbers: it is submitted, checked and completed. A port also waits for the
//! losing carrier, and can be supplemented meanwhile.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::active::ActiveNumbers;
use super::ledger::LineOrderKind;
use super::port::{PortTerms, Reply, is_slow};
use super::record::Line;
use super::request::{LineRequest, Task};
use super::supplement::Supplement;
use crate::business_days;
use crate::clock::seconds;
use crate::voice::acceptance::Acceptance;
use crate::voice::ledger::VoiceStatus;
use crate::voice::notifications::{
    ALREADY_IN_PROGRESS, CREDIT_HOLD, DISCONNECTED, FOC_SCHEDULED, INSTALLED, INVALID_NUMBER,
    LATE_CANCEL, Meaning, Notification, SUBMITTED,
};
use crate::voice::numbers::{Number, Numbers, Withdrawn};

/// How long the slow losing carrier takes in addition.
const SLOW_REPLY: Duration = Duration::from_hours(7 * 24);
/// How long after a late cancellation Lumen refuses it.
const CANCEL_REFUSED_AFTER: Duration = Duration::from_secs(1);

const NAME_MISMATCH: &str = "Rejected by the losing carrier: the name does not match.";
const JEOPARDY: &str = "Jeopardy: address not found.";

/// The stage of an order. Times are simulated times since the start.
#[derive(Clone, Copy)]
pub(super) enum Stage {
    /// Lumen is checking it.
    Checking { until: Duration },
    /// This notification holds it until it is released.
    Held { code: u32 },
    /// The losing carrier has not answered yet.
    AwaitsFoc { until: Duration },
    /// The losing carrier waits for a supplement.
    InJeopardy,
    /// It is carried out at this time.
    Scheduled { until: Duration },
    /// It has ended.
    Ended(VoiceStatus),
}

/// The numbers that an order changes.
pub(crate) struct Books<'l> {
    pub(crate) reserved: &'l mut Numbers,
    pub(crate) active: &'l mut ActiveNumbers,
}

/// An accepted order.
pub(crate) struct PlacedOrder {
    pub(crate) accepted: Acceptance,
    pub(crate) request: LineRequest,
    pub(crate) notifications: Vec<Notification>,
    pub(super) stage: Stage,
    pub(super) foc_date: Option<Timestamp>,
    pub(super) supplements: Vec<Supplement>,
    /// The numbers whose part of the order was canceled.
    cancelled: BTreeSet<Number>,
    /// The reserved numbers of an install order, which it gives back if it fails.
    withdrawn: Vec<Withdrawn>,
    /// A number that the customer has lost since the order was accepted.
    reclaimed: Option<Number>,
}

impl PlacedOrder {
    pub(crate) fn begin(
        accepted: Acceptance,
        request: LineRequest,
        reserved: &mut Numbers,
    ) -> PlacedOrder {
        let mut withdrawn = Vec::new();
        match request.task {
            Task::Install(_) => {
                let numbers = request.numbers.iter();
                withdrawn.extend(numbers.filter_map(|number| reserved.withdraw(*number)));
            }
            // Lumen reserves no number that it takes over.
            Task::PortIn(..) => request.numbers.iter().for_each(|number| reserved.take(*number)),
            Task::Change(_) | Task::Disconnect => {}
        }
        let mut order = PlacedOrder {
            notifications: vec![Notification::new(accepted.at, SUBMITTED)],
            stage: Stage::Ended(VoiceStatus::Created),
            foc_date: None,
            supplements: Vec::new(),
            cancelled: BTreeSet::new(),
            withdrawn,
            reclaimed: None,
            accepted,
            request,
        };
        order.stage = Stage::Checking { until: order.accepted.at + order.span() / 2 };
        order
    }

    /// How long it takes from acceptance to its end, or to the answer of the losing carrier.
    pub(super) fn span(&self) -> Duration {
        let rules = &self.accepted.rules;
        seconds(match self.request.task.kind() {
            LineOrderKind::Install | LineOrderKind::Disconnect => rules.order_seconds,
            LineOrderKind::PortIn => rules.foc_seconds,
            LineOrderKind::Change => rules.change_seconds,
        })
    }

    /// The numbers whose part of the order was not canceled.
    pub(crate) fn numbers(&self) -> Vec<Number> {
        let is_left = |number: &Number| !self.cancelled.contains(number);
        self.request.numbers.iter().copied().filter(is_left).collect()
    }

    pub(crate) fn is_cancelled(&self, number: Number) -> bool {
        self.cancelled.contains(&number)
    }

    pub(crate) fn kind(&self) -> LineOrderKind {
        self.request.task.kind()
    }

    pub(crate) fn foc_date(&self) -> Option<Timestamp> {
        self.foc_date
    }

    /// The record and the terms of a port.
    pub(crate) fn port(&self) -> Option<(&Line, PortTerms)> {
        match &self.request.task {
            Task::PortIn(line, terms) => Some((line, *terms)),
            _ => None,
        }
    }

    pub(crate) fn is_open_port(&self) -> bool {
        self.port().is_some() && !self.has_ended()
    }

    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    /// Does everything that is due by now. Returns whether the order has ended.
    pub(crate) fn advance_to(&mut self, books: &mut Books, now: Duration) -> bool {
        while self.step(books, now) {}
        self.has_ended()
    }

    /// Does what is due next.
    fn step(&mut self, books: &mut Books, now: Duration) -> bool {
        let due = match self.stage {
            Stage::Checking { until } | Stage::AwaitsFoc { until } | Stage::Scheduled { until } => {
                Some(until)
            }
            Stage::Held { .. } | Stage::InJeopardy => None,
            Stage::Ended(_) => return false,
        };
        let next = self.supplements.iter().position(|supplement| !supplement.is_applied);
        let supplement_due = next.and_then(|at| Some(self.supplements.get(at)?.due));
        if let (Some(at), Some(time)) = (next, supplement_due)
            && time <= now
            && due.is_none_or(|due| time <= due)
        {
            self.apply_supplement(at);
            return true;
        }
        let Some(at) = due.filter(|due| *due <= now) else { return false };
        match self.stage {
            Stage::Checking { .. } => self.check(books, at),
            Stage::AwaitsFoc { .. } => self.hear_losing_carrier(at),
            _ => self.complete(books, at),
        }
        true
    }

    fn check(&mut self, books: &mut Books, at: Duration) {
        if let Some(number) = self.reclaimed {
            self.notifications.push(Notification::invalid_number(at, number));
            return self.fail(books, VoiceStatus::Rejected);
        }
        match self.accepted.forced_notification {
            None if self.accepted.rules.credit_hold => self.hold(at, CREDIT_HOLD),
            None => self.proceed(at),
            Some(code) => match self.meaning(code) {
                Meaning::Running | Meaning::NeedsAnswer => self.hold(at, code),
                Meaning::Success => self.proceed(at),
                Meaning::Cancellation => self.end(books, at, code, VoiceStatus::Cancelled),
                Meaning::Failure => self.end(books, at, code, VoiceStatus::Rejected),
            },
        }
    }

    /// What a notification means for this kind of order.
    fn meaning(&self, code: u32) -> Meaning {
        match code {
            ALREADY_IN_PROGRESS if self.accepted.rules.reject_on_4011 => Meaning::Failure,
            // It refuses a cancellation, and the order continues.
            LATE_CANCEL => Meaning::Running,
            code => Meaning::of(code),
        }
    }

    fn hold(&mut self, at: Duration, code: u32) {
        self.notify(at, code);
        self.stage = Stage::Held { code };
    }

    fn proceed(&mut self, at: Duration) {
        let half = at + self.span() / 2;
        let requested = self.request.request_date.map(|date| self.accepted.time_of(date));
        self.stage = match self.kind() {
            LineOrderKind::PortIn => {
                let slow = if is_slow(&self.numbers()) { SLOW_REPLY } else { Duration::ZERO };
                Stage::AwaitsFoc { until: half + slow }
            }
            LineOrderKind::Disconnect => {
                let date = requested.unwrap_or(half).max(at);
                let early = self.accepted.rules.disconnect_seconds.map(|after| at + seconds(after));
                Stage::Scheduled { until: early.unwrap_or(date) }
            }
            LineOrderKind::Install | LineOrderKind::Change => {
                Stage::Scheduled { until: requested.unwrap_or(half).max(half) }
            }
        };
    }

    fn hear_losing_carrier(&mut self, at: Duration) {
        let late = self.accepted.rules.foc_late_days;
        let Some((_, terms)) = self.port() else { return };
        match terms.reply(&self.numbers(), late) {
            // The customer's supplement is the answer to the jeopardy.
            Reply::Jeopardy if self.supplements.iter().any(|supplement| supplement.is_applied) => {
                self.schedule(at, late, None);
            }
            Reply::Jeopardy => {
                self.notifications.push(Notification::port_update(at, JEOPARDY));
                self.stage = Stage::InJeopardy;
            }
            Reply::Refuses => self.reject(at, NAME_MISMATCH),
            Reply::Agrees { business_days_late } => self.schedule(at, business_days_late, None),
        }
    }

    /// Sets the FOC date: this one, or the requested one if that is possible.
    fn schedule(&mut self, at: Duration, business_days_late: u32, date: Option<Timestamp>) {
        let earliest = self.accepted.date_of(at);
        let earliest = Timestamp::from_second(earliest.as_second()).unwrap_or(earliest);
        let requested = self.request.request_date.unwrap_or(earliest).max(earliest);
        let usual = business_days::after(business_days::on_or_after(requested), business_days_late);
        let foc_date = date.unwrap_or(usual);
        self.foc_date = Some(foc_date);
        self.notifications.push(Notification {
            foc_date: Some(foc_date),
            ..Notification::new(at, FOC_SCHEDULED)
        });
        let until = match self.accepted.rules.port_seconds {
            Some(after) => at + seconds(after),
            None => self.accepted.time_of(foc_date).max(at),
        };
        self.stage = Stage::Scheduled { until };
    }

    /// Rejects a port. Its numbers stay with the losing carrier.
    fn reject(&mut self, at: Duration, reason: &str) {
        self.notifications.push(Notification::port_update(at, reason));
        self.stage = Stage::Ended(VoiceStatus::Rejected);
    }

    fn complete(&mut self, books: &mut Books, at: Duration) {
        let numbers = self.numbers();
        let shown_at = at + seconds(self.accepted.rules.report.lag_seconds);
        match &self.request.task {
            Task::Install(line) | Task::PortIn(line, _) => {
                let line = Line {
                    voice_order_id: Some(self.accepted.voice_order_id.clone()),
                    external_order_id: self.request.external_order_id.clone(),
                    ..line.clone()
                };
                for number in &numbers {
                    books.active.add(*number, line.clone(), shown_at);
                }
            }
            Task::Change(change) => {
                for number in &numbers {
                    books.active.change(*number, shown_at, |line| change.apply(line));
                }
            }
            Task::Disconnect => {
                for number in &numbers {
                    books.active.remove(*number, shown_at);
                }
            }
        }
        let usual = if self.kind() == LineOrderKind::Disconnect { DISCONNECTED } else { INSTALLED };
        let forced = self.accepted.forced_notification;
        let forced = forced.filter(|code| self.meaning(*code) == Meaning::Success);
        self.notify(at, forced.unwrap_or(usual));
        self.stage = Stage::Ended(VoiceStatus::Completed);
    }

    fn end(&mut self, books: &mut Books, at: Duration, code: u32, status: VoiceStatus) {
        // Only the text of this code names a number.
        match self.request.numbers.first() {
            Some(number) if code == INVALID_NUMBER => {
                self.notifications.push(Notification::invalid_number(at, *number));
            }
            _ => self.notify(at, code),
        }
        self.fail(books, status);
    }

    /// Ends the order without a result: the numbers of an install order are reserved again.
    fn fail(&mut self, books: &mut Books, status: VoiceStatus) {
        for number in self.withdrawn.drain(..) {
            books.reserved.put_back(number);
        }
        self.stage = Stage::Ended(status);
    }

    pub(super) fn notify(&mut self, at: Duration, code: u32) {
        self.notifications.push(Notification::new(at, code));
    }

    /// Lets it continue if a notification with one of these codes holds it.
    pub(crate) fn release(&mut self, now: Duration, released: impl Fn(u32) -> bool) {
        if matches!(self.stage, Stage::Held { code } if released(code)) {
            self.proceed(now);
        }
    }

    /// Rejects it after a credit check. Lumen has no notification for this.
    pub(crate) fn reject_credit(&mut self, books: &mut Books) {
        if matches!(self.stage, Stage::Held { code: CREDIT_HOLD }) {
            self.fail(books, VoiceStatus::CreditCheckRejected);
        }
    }

    /// Whether it is too late to cancel: the FOC date of the port is less than a business day ahead.
    pub(crate) fn is_past_cancellation(&self, now: Duration) -> bool {
        let earliest = business_days::after(self.accepted.date_of(now), 1);
        self.foc_date.is_some_and(|date| date <= earliest)
    }

    /// Refuses a late cancellation with a notification.
    pub(crate) fn refuse_cancellation(&mut self, now: Duration) {
        self.notify(now + CANCEL_REFUSED_AFTER, LATE_CANCEL);
    }

    /// Cancels the part of the order that is about these numbers.
    pub(crate) fn cancel(&mut self, books: &mut Books, numbers: &[Number]) {
        self.cancelled.extend(numbers);
        let withdrawn = std::mem::take(&mut self.withdrawn);
        for number in withdrawn {
            if self.cancelled.contains(&number.number) {
                books.reserved.put_back(number);
            } else {
                self.withdrawn.push(number);
            }
        }
        if self.numbers().is_empty() {
            self.stage = Stage::Ended(VoiceStatus::Cancelled);
        }
    }

    /// Takes a reserved number out of an install order that is being checked. Returns whether it was in
    /// the order.
    pub(crate) fn reclaim(&mut self, number: Number) -> bool {
        if !matches!(self.stage, Stage::Checking { .. }) {
            return false;
        }
        let before = self.withdrawn.len();
        self.withdrawn.retain(|withdrawn| withdrawn.number != number);
        let was_withdrawn = self.withdrawn.len() < before;
        if was_withdrawn {
            self.reclaimed = Some(number);
        }
        was_withdrawn
    }

    /// Sets the FOC date of an open port now, as the losing carrier does.
    pub(crate) fn schedule_now(&mut self, date: Option<Timestamp>, now: Duration) {
        self.schedule(now, self.accepted.rules.foc_late_days, date);
    }

    /// Rejects an open port now, as the losing carrier does.
    pub(crate) fn reject_now(&mut self, reason: Option<&str>, now: Duration) {
        self.reject(now, reason.unwrap_or(NAME_MISMATCH));
    }

    /// Completes an open port now.
    pub(crate) fn complete_now(&mut self, books: &mut Books, now: Duration) {
        self.complete(books, now);
    }

    pub(crate) fn status(&self, now: Duration) -> VoiceStatus {
        match self.stage {
            Stage::Checking { .. } if now < self.accepted.at + self.span() / 4 => {
                VoiceStatus::Created
            }
            Stage::Held { code: CREDIT_HOLD } => VoiceStatus::PendingCreditCheck,
            Stage::Ended(status) => status,
            _ => VoiceStatus::InProgress,
        }
    }
}
