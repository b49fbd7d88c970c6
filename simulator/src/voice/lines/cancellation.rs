//! The cancellation of orders about active numbers.

use axum::http::StatusCode;

use super::Lines;
use super::ledger::LineOrderKind;
use super::order::PlacedOrder;
use crate::state::Simulation;
use crate::voice::error::VoiceError;
use crate::voice::ledger::VoiceStatus;
use crate::voice::numbers::Number;

/// How many digits the id of a transaction order has after that of its order.
const PART_DIGITS: usize = 2;

impl Lines {
    /// The order with this id and all of its numbers, or the order with this transaction order and the
    /// numbers of that.
    fn cancellable(&self, id: &str) -> Option<(&PlacedOrder, Vec<Number>)> {
        if let Some(order) = self.order(id) {
            return Some((order, order.request.numbers.clone()));
        }
        let order = self.order(id.get(..id.len().checked_sub(PART_DIGITS)?)?)?;
        let part = order.transaction_orders().into_iter().find(|part| part.id == id)?;
        Some((order, part.numbers))
    }
}

impl Simulation {
    /// Cancels an order, or a transaction order within it. Returns 202 if it is too late for a port, which
    /// a notification says later, and `None` if there is no such order.
    pub(crate) fn cancel_line_order(&mut self, id: &str) -> Option<Result<StatusCode, VoiceError>> {
        if self.voice.lines.supplement_ids.contains_key(id) {
            return Some(Err(VoiceError::new(20_070)));
        }
        let (order, numbers) = self.voice.lines.cancellable(id)?;
        let now = self.clock.now();
        if let Some(code) = refusal(order, &numbers, order.status(now)) {
            return Some(Err(VoiceError::new(code)));
        }
        let is_late = order.is_past_cancellation(now);
        let order_id = order.accepted.voice_order_id.clone();
        let voice = &mut self.voice;
        voice.lines.for_open_orders(&mut voice.numbers, |order, books| {
            if order.accepted.voice_order_id == order_id {
                if is_late {
                    order.refuse_cancellation(now);
                } else {
                    order.cancel(books, &numbers);
                }
            }
        });
        if !is_late {
            voice.lines.in_progress.retain(|number, _| !numbers.contains(number));
        }
        Some(Ok(if is_late { StatusCode::ACCEPTED } else { StatusCode::OK }))
    }
}

/// The code that refuses a cancellation; `None` if it is not too late for this kind of order.
fn refusal(order: &PlacedOrder, numbers: &[Number], status: VoiceStatus) -> Option<u32> {
    let is_cancelled = numbers.iter().all(|number| order.is_cancelled(*number));
    match (status, order.kind()) {
        _ if is_cancelled => Some(20_108),
        (VoiceStatus::Cancelled, _) => Some(20_108),
        (status, _) if !status.is_final() => None,
        (_, LineOrderKind::Disconnect) => Some(20_065),
        _ => Some(20_238),
    }
}
