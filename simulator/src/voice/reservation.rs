//! One rate center of a voice order on its way: submitted, checked, delivered; and what may come
//! between: a credit hold, too few numbers, a backorder.

use std::time::Duration;

use jiff::Timestamp;

use super::catalogue::{LEAST_UTILIZATION, RateCenter, Sales, rate_center};
use super::ledger::{Approval, VoiceOrder, VoiceStatus};
use super::notifications::{
    self as code, ALREADY_IN_PROGRESS, APPROVAL_EXPIRED, BACKORDER_UNCONFIRMED, CANCELLED, CLOSED,
    COMPLETE, CREDIT_HOLD, CYCLING, Meaning, NO_BACKORDERS, NO_PBX_BACKORDERS, NOT_COVERED,
    Notification, RECLAMATION, SUBMITTED, UNDERUSED, UNKNOWN_RATE_CENTER,
};
use super::numbers::{Number, Numbers, Origin, Source};
use super::order_form::{OrderForm, Wish};
use super::settings::VoiceSettings;
use crate::clock::seconds;

/// Where a reservation stands. Times are since the start.
#[derive(Clone, Copy)]
enum Stage {
    /// Lumen looks at it.
    Checking { until: Duration },
    /// This notification stops it until somebody releases it.
    Held { code: u32 },
    /// The customer must say what to do about too few numbers.
    AwaitsApproval { until: Duration },
    /// The numbers set aside are being reserved; the rest goes on backorder.
    Reserving { until: Duration, backorder: usize, then: u32 },
    /// So many numbers are still to come.
    Backordered { until: Duration, rest: usize, halved: bool },
    /// It is over.
    Ended(VoiceStatus),
}

/// The circumstances of an order.
#[derive(Clone)]
pub(crate) struct Acceptance {
    pub(crate) voice_order_id: String,
    pub(crate) at: Duration,
    pub(crate) date: Timestamp,
    /// The settings of that time.
    pub(crate) rules: VoiceSettings,
    /// The notification that was asked for it.
    pub(crate) destined: Option<u32>,
}

/// One rate center of an accepted voice order.
pub(crate) struct Reservation {
    pub(crate) accepted: Acceptance,
    pub(crate) form: OrderForm,
    pub(crate) wish: Wish,
    pub(crate) notifications: Vec<Notification>,
    stage: Stage,
    approvals: Vec<Approval>,
    set_aside: Vec<Number>,
    delivered: usize,
}

impl Reservation {
    pub(crate) fn begin(accepted: Acceptance, form: &OrderForm, wish: &Wish) -> Reservation {
        let until = accepted.at + seconds(accepted.rules.order_seconds / 2.0);
        Reservation {
            form: form.clone(),
            wish: wish.clone(),
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

    /// Does everything that is due by now; whether it is over.
    pub(crate) fn settle(&mut self, numbers: &mut Numbers, now: Duration) -> bool {
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
        match self.accepted.destined {
            None if self.rules().credit_hold => self.hold(at, CREDIT_HOLD),
            None => self.allot(numbers, at),
            Some(code) => match self.meaning(code) {
                Meaning::Running => self.hold(at, code),
                Meaning::Failure | Meaning::Cancellation => self.end(at, code),
                Meaning::NeedsAnswer | Meaning::Success => self.allot(numbers, at),
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

    /// Sets numbers aside, or says why not.
    fn allot(&mut self, numbers: &mut Numbers, at: Duration) {
        let center = match self.sellable() {
            Ok(center) => center,
            Err(code) => return self.end(at, code),
        };
        let short = self.accepted.destined == Some(code::SHORTAGE);
        let quantity = if short { self.wish.quantity / 2 } else { self.wish.quantity };
        let most = self.rules().available.map_or(quantity, |most| quantity.min(most as usize));
        let found = numbers.take(center, &self.wish, most, Source::Stock);
        let available = found.len();
        self.set_aside = found;
        if available == self.wish.quantity {
            let then =
                self.accepted.destined.filter(|code| self.meaning(*code) == Meaning::Success);
            self.begin_reserving(at, 0, then.unwrap_or(COMPLETE));
        } else if short || (self.wish.pbx.is_none() && center.backorders) {
            self.ask(at, available);
        } else if self.wish.pbx.is_some() {
            self.give_up(numbers, at, NO_PBX_BACKORDERS);
        } else {
            self.give_up(numbers, at, NO_BACKORDERS);
        }
    }

    fn ask(&mut self, at: Duration, available: usize) {
        self.notifications.push(Notification::shortage(at, available));
        let until = at + seconds(self.rules().approval_seconds);
        self.stage = Stage::AwaitsApproval { until };
    }

    fn sellable(&self) -> Result<&'static RateCenter, u32> {
        let Wish { rate_center: name, state, .. } = &self.wish;
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

    /// Half of what is missing arrives, then the other half.
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
        let Some(center) = rate_center(&self.wish.rate_center, &self.wish.state) else {
            return self.end(at, UNKNOWN_RATE_CENTER);
        };
        let share = if halved { rest } else { rest.div_ceil(2) };
        self.set_aside = numbers.take(center, &self.wish, share, Source::Backorder);
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
            rate_center: self.wish.rate_center.to_uppercase(),
            state: self.wish.state.to_uppercase(),
            voice_order_id: self.accepted.voice_order_id.clone(),
            external_order_id: self.form.external_order_id.clone(),
        };
        numbers.hold(&delivered, origin, shown_at);
    }

    /// Nobody answered in time. Without a single number only a backorder was left to confirm.
    fn expire(&mut self, numbers: &mut Numbers, at: Duration) {
        let nothing = self.set_aside.is_empty();
        self.give_up(numbers, at, if nothing { BACKORDER_UNCONFIRMED } else { APPROVAL_EXPIRED });
    }

    fn give_up(&mut self, numbers: &mut Numbers, at: Duration, code: u32) {
        numbers.put_back(&std::mem::take(&mut self.set_aside));
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

    /// The customer's answer to notification 10001.
    pub(crate) fn approve(&mut self, numbers: &mut Numbers, approval: Approval, now: Duration) {
        self.approvals.push(approval);
        match approval {
            Approval::AcceptAvailable => self.begin_reserving(now, 0, COMPLETE),
            Approval::AcceptWithBackorder => {
                let missing = self.wish.quantity - self.set_aside.len().min(self.wish.quantity);
                self.begin_reserving(now, missing, COMPLETE);
            }
            Approval::Reject => self.give_up(numbers, now, CANCELLED),
        }
    }

    /// Lets it go on where a notification with one of these codes holds it.
    pub(crate) fn release(
        &mut self,
        numbers: &mut Numbers,
        now: Duration,
        released: impl Fn(u32) -> bool,
    ) {
        if matches!(self.stage, Stage::Held { code } if released(code)) {
            self.allot(numbers, now);
        }
    }

    /// The customer's credit is not good enough. There is no notification for it.
    pub(crate) fn reject_credit(&mut self) {
        if matches!(self.stage, Stage::Held { code: CREDIT_HOLD }) {
            self.stage = Stage::Ended(VoiceStatus::CreditCheckRejected);
        }
    }

    /// Calls it off. What was delivered stays with the customer.
    pub(crate) fn cancel(&mut self, numbers: &mut Numbers, now: Duration) {
        if !self.status(now).is_final() {
            self.give_up(numbers, now, CANCELLED);
        }
    }

    /// Reserves everything at once, as if it had been ordered long ago.
    pub(crate) fn complete(&mut self, numbers: &mut Numbers, center: &RateCenter, now: Duration) {
        self.set_aside = numbers.take(center, &self.wish, self.wish.quantity, Source::Backorder);
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

    /// The order as the ledger shows it.
    pub(crate) fn entry(&self, now: Duration) -> VoiceOrder {
        VoiceOrder {
            voice_order_id: self.accepted.voice_order_id.clone(),
            external_order_id: self.form.external_order_id.clone(),
            product_id: self.form.product_id.clone(),
            customer_service_name: self.form.customer_service_name.clone(),
            rate_center: self.wish.rate_center.clone(),
            state: self.wish.state.clone(),
            quantity: self.wish.quantity,
            sequential: self.wish.sequential,
            pbx: self.wish.pbx,
            approvals: self.approvals.clone(),
            status: self.status(now),
            telephone_numbers: self.delivered,
            accepted_at: self.accepted.date,
        }
    }
}

/// How many percent of the customer's numbers in a rate center are in use.
pub(crate) fn utilization(center: &RateCenter, settings: &VoiceSettings) -> u32 {
    settings.utilization.unwrap_or(center.utilization)
}
