//! The status of an order about active numbers, with its transaction orders: one for each rate center.

use std::time::Duration;

use serde_json::{Value, json};

use super::ledger::LineOrderKind;
use super::order::PlacedOrder;
use crate::voice::catalogue::rate_center_of;
use crate::voice::ledger::VoiceStatus;
use crate::voice::numbers::{Number, number_members, ranges};
use crate::voice::settings::NumberForm;

/// The part of an order in one rate center.
pub(crate) struct TransactionOrder {
    /// The id of the order, followed by two digits.
    pub(crate) id: String,
    pub(crate) numbers: Vec<Number>,
}

impl PlacedOrder {
    /// Its parts, in the order of their first numbers.
    pub(crate) fn transaction_orders(&self) -> Vec<TransactionOrder> {
        let exchange = |number: &Number| number / 10_000;
        let groups = self.request.numbers.chunk_by(|a, b| exchange(a) == exchange(b));
        let part = |(index, numbers): (usize, &[Number])| TransactionOrder {
            id: format!("{}{:02}", self.accepted.voice_order_id, index + 1),
            numbers: numbers.to_vec(),
        };
        groups.enumerate().map(part).collect()
    }

    /// The answer of `GET /orderStatus`.
    pub(crate) fn to_json(&self, now: Duration) -> Value {
        let parts = self.transaction_orders();
        let parts: Vec<Value> = parts.iter().map(|part| self.part_to_json(part, now)).collect();
        let mut status = json!({
            "voiceOrderId": self.accepted.voice_order_id,
            "orderType": order_type(self.kind()),
            "status": self.status(now).word(),
            "transactionOrders": parts,
        });
        let optional = [
            ("externalOrderID", self.request.external_order_id.clone()),
            ("customerRequestDate", self.request.request_date.map(|date| date.to_string())),
            ("focDate", self.foc_date().map(|date| date.to_string())),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                status[name] = value.into();
            }
        }
        status
    }

    fn part_to_json(&self, part: &TransactionOrder, now: Duration) -> Value {
        let center = part.numbers.first().and_then(|number| rate_center_of(*number));
        let is_cancelled = part.numbers.iter().all(|number| self.is_cancelled(*number));
        let status = if is_cancelled { VoiceStatus::Cancelled } else { self.status(now) };
        let numbers = ranges(&part.numbers);
        let numbers: Vec<Value> = numbers
            .iter()
            .map(|(first, last)| number_members(*first, *last, NumberForm::Ranges))
            .collect();
        json!({
            "transactionOrderId": part.id,
            "rateCenter": center.map(|center| center.name),
            "state": center.map(|center| center.state),
            "status": status.word(),
            "tns": numbers,
        })
    }
}

fn order_type(kind: LineOrderKind) -> &'static str {
    match kind {
        LineOrderKind::Install => "NEW",
        LineOrderKind::PortIn => "LNP",
        LineOrderKind::Change => "CHANGE",
        LineOrderKind::Disconnect => "DISCONNECT",
    }
}
