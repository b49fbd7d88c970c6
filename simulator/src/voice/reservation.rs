//! A reservation: one rate center of an accepted voice order. It is submitted, checked and
//! delivered, unless a credit hold, a shortage or a backorder delays it.

use std::time::Duration;

use super::acceptance::Acceptance;
use super::catalogue::{LEAST_UTILIZATION, RateCenter, Sales, rate_center};
use super::ledger::{Approval, VoiceOrder, VoiceStatus};
use super::notifications::{
    self as code, ALREADY_IN_PROGRESS, APPROVAL_EXPIRED, BACKORDER_UNCONFIRMED, CANCELLED, CLOSED,
    COMPLETE, CREDIT_HOLD, CYCLING, Meaning, NO_BACKORDERS, NO_PBX_BACKORDERS, NOT_COVERED,
    Notification, RECLAMATION, SUBMITTED, UNDERUSED, UNKNOWN_RATE_CENTER,
};
use super::numbers::{Number, Numbers, Origin, Source};
use super::order_request::{OrderLine, OrderRequest};
use super::settings::VoiceSettings;
use crate::clock::seconds;

/// The stage of a reservation. Times are simulated times since the start.
#[derive(Clone, Copy)]
enum Stage {
    /// Lumen is checking it.
    Checking { until: Duration },
    /// This notification holds it until it is released.
    Held { code: u32 },
    /// The customer must decide what to do about too few numbers.
    AwaitsApproval { until: Duration },
    /// The numbers that were set aside are being reserved. Then the notification `then` is sent,
    /// and `backorder` numbers are backordered.
    Reserving { until: Duration, backorder: usize, then: u32 },
    /// `rest` numbers are still on backorder. The first half is delivered before the second.
    Backordered { until: Duration, rest: usize, halved: bool },
    /// It has ended.
    Ended(VoiceStatus),
}

/// One rate center of an accepted voice order.
pub(crate) struct Reservation {
    pub(crate) accepted: Acceptance,
    pub(crate) request: OrderRequest,
    pub(crate) line: OrderLine,
    pub(crate) notifications: Vec<Notification>,
    stage: Stage,
    approvals: Vec<Approval>,
    set_aside: Vec<Number>,
    delivered: usize,
}

impl Reservation {
    pub(crate) fn begin(
        accepted: Acceptance,
        request: &OrderRequest,
        line: &OrderLine,
    ) -> Reservation {
        let until = accepted.at + seconds(accepted.rules.order_seconds / 2.0);
        Reservation {
            request: request.clone(),
            line: line.clone(),
            notifications: vec![Notification::new(accepted.at, SUBMITTED)],
            stage: Stage::Checking { until },
            approvals: Vec::new(),
            set_aside: Vec::new(),
            delivered: 0,
            accepted,
        }
    }

    fn rules(&self) -> &VoiceSettings {
        &self.accepted.rules
    }

    /// Does everything that is due by now. Returns whether the reservation has ended.
    pub(crate) fn advance_to(&mut self, numbers: &mut Numbers, now: Duration) -> bool {
        while self.step(numbers, now) {}
        matches!(self.stage, Stage::Ended(_))
    }

    fn step(&mut self, numbers: &mut Numbers, now: Duration) -> bool {
        match self.stage {
            Stage::Checking { until } if until <= now => self.check(numbers, until),
            Stage::AwaitsApproval { until } if until <= now => self.expire(numbers, until),
            Stage::Reserving { until, backorder, then } if until <= now => {
                self.reserve(numbers, until, backorder, then);
            }
            Stage::Backordered { until, rest, halved } if until <= now => {
                self.deliver_backorder(numbers, until, rest, halved);
            }
            _ => return false,
        }
        true
    }

    fn check(&mut self, numbers: &mut Numbers, at: Duration) {
        match self.accepted.forced_notification {
            None if self.rules().credit_hold => self.hold(at, CREDIT_HOLD),
            None => self.allocate(numbers, at),
            Some(code) => match self.meaning(code) {
                Meaning::Running => self.hold(at, code),
                Meaning::Failure | Meaning::Cancellation => self.end(at, code),
                Meaning::NeedsAnswer | Meaning::Success => self.allocate(numbers, at),
            },
        }
    }

    fn meaning(&self, code: u32) -> Meaning {
        if code == ALREADY_IN_PROGRESS && self.rules().reject_on_4011 {
            return Meaning::Failure;
        }
        Meaning::of(code)
    }

    fn hold(&mut self, at: Duration, code: u32) {
        self.notify(at, code);
        self.stage = Stage::Held { code };
    }

    /// Sets numbers aside, or sends the notification that explains why this is not possible.
    fn allocate(&mut self, numbers: &mut Numbers, at: Duration) {
        let center = match self.open_rate_center() {
            Ok(center) => center,
            Err(code) => return self.end(at, code),
        };
        let short = self.accepted.forced_notification == Some(code::SHORTAGE);
        let quantity = if short { self.line.quantity / 2 } else { self.line.quantity };
        let most = self.rules().available.map_or(quantity, |most| quantity.min(most as usize));
        let found = numbers.set_aside(center, &self.line, most, Source::Stock);
        let available = found.len();
        self.set_aside = found;
        if available == self.line.quantity {
            let then = self
                .accepted
                .forced_notification
                .filter(|code| self.meaning(*code) == Meaning::Success);
            self.begin_reserving(at, 0, then.unwrap_or(COMPLETE));
        } else if short || (self.line.pbx.is_none() && center.backorders) {
            self.ask_for_approval(at, available);
        } else if self.line.pbx.is_some() {
            self.release_and_end(numbers, at, NO_PBX_BACKORDERS);
        } else {
            self.release_and_end(numbers, at, NO_BACKORDERS);
        }
    }

    fn ask_for_approval(&mut self, at: Duration, available: usize) {
        self.notifications.push(Notification::shortage(at, available));
        let until = at + seconds(self.rules().approval_seconds);
        self.stage = Stage::AwaitsApproval { until };
    }

    fn open_rate_center(&self) -> Result<&'static RateCenter, u32> {
        let OrderLine { rate_center: name, state, .. } = &self.line;
        let center = rate_center(name, state).ok_or(UNKNOWN_RATE_CENTER)?;
        match center.sales {
            Sales::Closed => Err(CLOSED),
            Sales::NotCovered => Err(NOT_COVERED),
            Sales::Open if utilization(center, self.rules()) < LEAST_UTILIZATION => Err(UNDERUSED),
            Sales::Open => Ok(center),
        }
    }

    fn begin_reserving(&mut self, at: Duration, backorder: usize, then: u32) {
        let until = at + seconds(self.rules().order_seconds / 2.0);
        self.stage = Stage::Reserving { until, backorder, then };
    }

    fn reserve(&mut self, numbers: &mut Numbers, at: Duration, backorder: usize, then: u32) {
        self.deliver(numbers, at);
        self.notify(at, then);
        if backorder == 0 {
            self.stage = Stage::Ended(VoiceStatus::Completed);
        } else {
            self.notify(at, RECLAMATION);
            self.await_backorder(at, backorder, false);
        }
    }

    fn await_backorder(&mut self, at: Duration, rest: usize, halved: bool) {
        let until = at + seconds(self.rules().backorder_seconds);
        self.stage = Stage::Backordered { until, rest, halved };
    }

    /// Delivers half of the missing numbers, and the other half on the next delivery.
    fn deliver_backorder(
        &mut self,
        numbers: &mut Numbers,
        at: Duration,
        rest: usize,
        halved: bool,
    ) {
        if let Some(code) = self.rules().backorder_outcome {
            return self.end(at, code);
        }
        let Some(center) = rate_center(&self.line.rate_center, &self.line.state) else {
            return self.end(at, UNKNOWN_RATE_CENTER);
        };
        let share = if halved { rest } else { rest.div_ceil(2) };
        self.set_aside = numbers.set_aside(center, &self.line, share, Source::Backorder);
        self.deliver(numbers, at);
        if share < rest {
            self.notify(at, CYCLING);
            self.await_backorder(at, rest - share, true);
        } else {
            self.end(at, COMPLETE);
        }
    }

    fn deliver(&mut self, numbers: &mut Numbers, at: Duration) {
        let shown_at = at + seconds(self.rules().inventory_lag_seconds);
        let delivered = std::mem::take(&mut self.set_aside);
        self.delivered += delivered.len();
        let origin = Origin {
            rate_center: self.line.rate_center.to_uppercase(),
            state: self.line.state.to_uppercase(),
            voice_order_id: self.accepted.voice_order_id.clone(),
            external_order_id: self.request.external_order_id.clone(),
        };
        numbers.assign(&delivered, origin, shown_at);
    }

    /// Ends the reservation because the customer has not answered in time. If no number was
    /// available, the customer could only have confirmed a backorder, which has its own
    /// notification.
    fn expire(&mut self, numbers: &mut Numbers, at: Duration) {
        let nothing = self.set_aside.is_empty();
        self.release_and_end(
            numbers,
            at,
            if nothing { BACKORDER_UNCONFIRMED } else { APPROVAL_EXPIRED },
        );
    }

    fn release_and_end(&mut self, numbers: &mut Numbers, at: Duration, code: u32) {
        numbers.return_to_stock(&std::mem::take(&mut self.set_aside));
        self.end(at, code);
    }

    fn end(&mut self, at: Duration, code: u32) {
        self.notify(at, code);
        self.stage = Stage::Ended(match self.meaning(code) {
            Meaning::Success => VoiceStatus::Completed,
            Meaning::Cancellation => VoiceStatus::Cancelled,
            _ => VoiceStatus::Rejected,
        });
    }

    fn notify(&mut self, at: Duration, code: u32) {
        self.notifications.push(Notification::new(at, code));
    }

    pub(crate) fn awaits_approval(&self) -> bool {
        matches!(self.stage, Stage::AwaitsApproval { .. })
    }

    /// Applies the customer's answer to notification 10001.
    pub(crate) fn approve(&mut self, numbers: &mut Numbers, approval: Approval, now: Duration) {
        self.approvals.push(approval);
        match approval {
            Approval::AcceptAvailable => self.begin_reserving(now, 0, COMPLETE),
            Approval::AcceptWithBackorder => {
                let missing = self.line.quantity - self.set_aside.len().min(self.line.quantity);
                self.begin_reserving(now, missing, COMPLETE);
            }
            Approval::Reject => self.release_and_end(numbers, now, CANCELLED),
        }
    }

    /// Lets it continue if a notification with one of these codes holds it.
    pub(crate) fn release(
        &mut self,
        numbers: &mut Numbers,
        now: Duration,
        released: impl Fn(u32) -> bool,
    ) {
        if matches!(self.stage, Stage::Held { code } if released(code)) {
            self.allocate(numbers, now);
        }
    }

    /// Rejects it after a credit check. Lumen has no notification for this.
    pub(crate) fn reject_credit(&mut self) {
        if matches!(self.stage, Stage::Held { code: CREDIT_HOLD }) {
            self.stage = Stage::Ended(VoiceStatus::CreditCheckRejected);
        }
    }

    /// Cancels it. The customer keeps the numbers that were delivered.
    pub(crate) fn cancel(&mut self, numbers: &mut Numbers, now: Duration) {
        if !self.status(now).is_final() {
            self.release_and_end(numbers, now, CANCELLED);
        }
    }

    /// Completes it at once, for numbers that are added without a request.
    pub(crate) fn complete(&mut self, numbers: &mut Numbers, center: &RateCenter, now: Duration) {
        self.set_aside =
            numbers.set_aside(center, &self.line, self.line.quantity, Source::Backorder);
        self.deliver(numbers, now);
        self.end(now, COMPLETE);
    }

    pub(crate) fn status(&self, now: Duration) -> VoiceStatus {
        match self.stage {
            Stage::Checking { .. }
                if now < self.accepted.at + seconds(self.rules().order_seconds / 4.0) =>
            {
                VoiceStatus::Created
            }
            Stage::Held { code: CREDIT_HOLD } => VoiceStatus::PendingCreditCheck,
            Stage::Ended(status) => status,
            _ => VoiceStatus::InProgress,
        }
    }

    /// The reservation in the ledger.
    pub(crate) fn ledger_entry(&self, now: Duration) -> VoiceOrder {
        VoiceOrder {
            voice_order_id: self.accepted.voice_order_id.clone(),
            external_order_id: self.request.external_order_id.clone(),
            product_id: self.request.product_id.clone(),
            customer_service_name: self.request.customer_service_name.clone(),
            rate_center: self.line.rate_center.clone(),
            state: self.line.state.clone(),
            quantity: self.line.quantity,
            sequential: self.line.sequential,
            pbx: self.line.pbx,
            approvals: self.approvals.clone(),
            status: self.status(now),
            telephone_numbers: self.delivered,
            accepted_at: self.accepted.date,
        }
    }
}

/// The percentage of the customer's numbers in a rate center that are in use.
pub(crate) fn utilization(center: &RateCenter, settings: &VoiceSettings) -> u32 {
    settings.utilization.unwrap_or(center.utilization)
}
