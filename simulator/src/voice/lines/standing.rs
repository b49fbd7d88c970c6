//! What a telephone number is to the customer, and what an order for it must check.

use super::ledger::LineOrderKind;
use super::port::is_portable;
use crate::state::Simulation;
use crate::voice::error::VoiceError;
use crate::voice::numbers::Number;

/// What a telephone number is to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not the customer's.
    Elsewhere,
    /// Reserved.
    Reserved,
    /// In service.
    Active,
    /// An order about it is in progress.
    Ordered(LineOrderKind),
}

/// The code for a number that has another order in progress.
const ORDER_IN_PROGRESS: u32 = 1_612;

impl Simulation {
    /// What a number is to the customer.
    pub(crate) fn standing(&self, number: Number) -> Standing {
        let lines = &self.voice.lines;
        if let Some(kind) = lines.order_in_progress(number) {
            Standing::Ordered(kind)
        } else if lines.active.get(number).is_some() {
            Standing::Active
        } else if self.voice.numbers.is_assigned(number) {
            Standing::Reserved
        } else {
            Standing::Elsewhere
        }
    }

    /// Checks that an order of this kind is possible for every number.
    pub(crate) fn check_numbers(
        &self,
        kind: LineOrderKind,
        numbers: &[Number],
    ) -> Result<(), VoiceError> {
        for number in numbers {
            if let Some(code) = refusal(kind, self.standing(*number), *number) {
                return Err(VoiceError::new(code).detail(number.to_string()));
            }
        }
        Ok(())
    }
}

/// The code that refuses an order for a number; `None` if the order is possible.
fn refusal(kind: LineOrderKind, standing: Standing, number: Number) -> Option<u32> {
    use LineOrderKind::{Change, Disconnect, Install, PortIn};

    match (kind, standing) {
        (Install, Standing::Reserved) | (Change | Disconnect, Standing::Active) => None,
        (PortIn, Standing::Elsewhere) if is_portable(number) => None,
        (Change, Standing::Reserved | Standing::Ordered(PortIn)) => Some(20_042),
        (Disconnect, Standing::Reserved | Standing::Ordered(PortIn)) => Some(20_061),
        (_, Standing::Ordered(_)) => Some(ORDER_IN_PROGRESS),
        (Install, _) => Some(20_016),
        (PortIn, _) => Some(20_115),
        (Change | Disconnect, _) => Some(20_041),
    }
}
