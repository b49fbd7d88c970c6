//! What tests and people do to lines without an order: what happens in Lumen's portal, at another
//! carrier, or at Lumen.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::order::{Books, PlacedOrder};
use super::record::Line;
use crate::Simulator;
use crate::state::Simulation;

impl Simulator {
    /// Every telephone number in service, such as 13035550100, with its record.
    #[must_use]
    pub fn lines(&self) -> BTreeMap<u64, Line> {
        self.shared.lock().lines()
    }

    /// Puts telephone numbers into service without an order, as if they had been there for a long time.
    pub fn add_lines(&self, telephone_numbers: &[u64], line: &Line) {
        self.shared.lock().add_lines(telephone_numbers, line);
    }

    /// Changes a telephone number without an order. Returns whether it is in service.
    #[must_use]
    pub fn change_line(&self, telephone_number: u64, change: impl FnOnce(&mut Line)) -> bool {
        self.shared.lock().change_line(telephone_number, change)
    }

    /// Takes a telephone number out of service without an order, as if another carrier had taken it over.
    /// Returns whether it was in service.
    #[must_use]
    pub fn remove_line(&self, telephone_number: u64) -> bool {
        self.shared.lock().remove_line(telephone_number)
    }

    /// Sets the FOC date of a port now. Without a date, it is the requested one, or the next business day.
    /// Returns whether there is such a port in progress.
    #[must_use]
    pub fn schedule_foc(&self, voice_order_id: &str, date: Option<Timestamp>) -> bool {
        self.shared.lock().schedule_foc(voice_order_id, date)
    }

    /// Rejects a port now, as the losing carrier does, for this reason. Returns whether there is such a
    /// port in progress.
    #[must_use]
    pub fn reject_port(&self, voice_order_id: &str, reason: Option<&str>) -> bool {
        self.shared.lock().reject_port(voice_order_id, reason)
    }

    /// Completes a port now. Returns whether there is such a port in progress.
    #[must_use]
    pub fn complete_port(&self, voice_order_id: &str) -> bool {
        self.shared.lock().complete_port(voice_order_id)
    }
}

impl Simulation {
    pub(crate) fn lines(&self) -> BTreeMap<u64, Line> {
        let all = self.voice.lines.active.all();
        all.map(|(number, line)| (number, line.clone())).collect()
    }

    pub(crate) fn add_lines(&mut self, telephone_numbers: &[u64], line: &Line) {
        let now = self.clock.now();
        for number in telephone_numbers {
            // A number in service is neither in stock nor reserved.
            self.voice.numbers.reclaim(*number);
            self.voice.numbers.take(*number);
            self.voice.lines.active.add(*number, line.clone(), now);
        }
    }

    pub(crate) fn change_line(&mut self, number: u64, change: impl FnOnce(&mut Line)) -> bool {
        let now = self.clock.now();
        self.voice.lines.active.change(number, now, change)
    }

    pub(crate) fn remove_line(&mut self, number: u64) -> bool {
        let now = self.clock.now();
        self.voice.lines.active.remove(number, now)
    }

    pub(crate) fn schedule_foc(&mut self, id: &str, date: Option<Timestamp>) -> bool {
        self.change_port(id, |order, _, now| order.schedule_now(date, now))
    }

    pub(crate) fn reject_port(&mut self, id: &str, reason: Option<&str>) -> bool {
        self.change_port(id, |order, _, now| order.reject_now(reason, now))
    }

    pub(crate) fn complete_port(&mut self, id: &str) -> bool {
        self.change_port(id, PlacedOrder::complete_now)
    }

    /// Changes a port that is in progress. Returns whether there is one with this id.
    fn change_port(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut PlacedOrder, &mut Books, Duration),
    ) -> bool {
        let now = self.clock.now();
        let mut change = Some(change);
        let voice = &mut self.voice;
        voice.lines.for_open_orders(&mut voice.numbers, |order, books| {
            if order.accepted.voice_order_id == id
                && order.is_open_port()
                && let Some(change) = change.take()
            {
                change(order, books, now);
            }
        });
        change.is_none()
    }
}
