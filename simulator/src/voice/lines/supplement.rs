//! `POST /order/{voiceOrderId}/supplement`: changes a port that is in progress.

use std::time::Duration;

use jiff::Timestamp;

use super::members::Members;
use super::order::{PlacedOrder, Stage};
use super::request::{LineChange, Task};
use super::{address, dates, port, subscriber};
use crate::clock::seconds;
use crate::state::Simulation;
use crate::voice::error::VoiceError;
use crate::voice::notifications::PORT_UPDATED;
use crate::voice::numbers::Number;
use crate::voice::settings::SupplementId;

/// An accepted supplement.
pub(crate) struct Supplement {
    pub(crate) accepted_at: Timestamp,
    pub(crate) due: Duration,
    pub(crate) is_applied: bool,
    pub(crate) request_date: Timestamp,
    pub(crate) change: LineChange,
    pub(crate) billing_number: Option<Number>,
    pub(crate) sent: Vec<String>,
}

/// A well-formed supplement.
struct SupplementRequest {
    request_date: Timestamp,
    change: LineChange,
    billing_number: Option<Number>,
    sent: Vec<String>,
}

impl Simulation {
    /// Accepts a supplement of a port, and returns its id.
    ///
    /// # Errors
    ///
    /// 20109 if the order is no port or has ended, and 409001 if it changes more than the date after the
    /// FOC date is set.
    pub(crate) fn accept_supplement(
        &mut self,
        id: &str,
        body: Members,
    ) -> Result<String, VoiceError> {
        let now = self.clock.now();
        let date = self.clock.date(now);
        let due = now + seconds(self.settings.voice.supplement_seconds);
        let order = self.voice.lines.order_mut(id).ok_or_else(|| VoiceError::new(20_049))?;
        if !order.is_open_port() {
            return Err(VoiceError::new(20_109));
        }
        let SupplementRequest { request_date, change, billing_number, sent } = read(body, date)?;
        if order.foc_date().is_some() && changes_more_than_the_date(order, &change, billing_number)
        {
            return Err(VoiceError::new(409_001));
        }
        let accepted_at = date;
        order.supplements.push(Supplement {
            accepted_at,
            due,
            is_applied: false,
            request_date,
            change,
            billing_number,
            sent,
        });
        if self.settings.voice.supplement_id == SupplementId::Same {
            return Ok(id.into());
        }
        let own_id = self.voice.next_order_id();
        self.voice.lines.supplement_ids.insert(own_id.clone(), id.into());
        Ok(own_id)
    }
}

fn read(body: Members, now: Timestamp) -> Result<SupplementRequest, VoiceError> {
    const MEMBERS: [&str; 8] = [
        "customerRequestDate",
        "customerRequestedDate",
        "customerType",
        "businessName",
        "firstName",
        "lastName",
        "billingTN",
        "serviceAddress",
    ];

    body.check_texts()?;
    if !MEMBERS.iter().any(|name| body.has(name)) {
        return Err(VoiceError::new(20_048));
    }
    let subscriber = subscriber::of_change(body)?;
    if subscriber.is_none() && body.has("customerType") {
        // A customer type without names is refused as in a new order.
        subscriber::of_new(body)?;
    }
    let service_address = match body.find("serviceAddress") {
        Some(_) => Some(address::service_address(body.object("serviceAddress"))?),
        None => None,
    };
    let billing_number = port::billing_number(body)?;
    Ok(SupplementRequest {
        request_date: dates::of_supplement(body, now)?,
        change: LineChange { subscriber, service_address, ..LineChange::default() },
        billing_number,
        sent: body.paths(),
    })
}

fn changes_more_than_the_date(
    order: &PlacedOrder,
    change: &LineChange,
    billing_number: Option<Number>,
) -> bool {
    let Some((line, terms)) = order.port() else { return false };
    let mut changed = line.clone();
    change.apply(&mut changed);
    changed != *line || billing_number.is_some_and(|number| number != terms.billing_number)
}

impl PlacedOrder {
    /// Applies a supplement that is due.
    pub(crate) fn apply_supplement(&mut self, position: usize) {
        let Some(supplement) = self.supplements.get_mut(position) else { return };
        supplement.is_applied = true;
        let at = supplement.due;
        let has_new_date = self.request.request_date != Some(supplement.request_date);
        self.request.request_date = Some(supplement.request_date);
        if let Task::PortIn(line, terms) = &mut self.request.task {
            supplement.change.apply(line);
            terms.billing_number = supplement.billing_number.unwrap_or(terms.billing_number);
        }
        self.notify(at, PORT_UPDATED);
        let is_answered = matches!(self.stage, Stage::Scheduled { .. }) && has_new_date;
        if is_answered || matches!(self.stage, Stage::InJeopardy) {
            self.foc_date = None;
            self.stage = Stage::AwaitsFoc { until: at + self.span() };
        }
    }
}
