//! A reservation that was ordered, looked at until its numbers are there.
//!
//! Three witnesses are heard: the order's status, the notifications about it, of which the latest
//! decides, and inventory, which alone knows the numbers. Whatever was reserved is never called a
//! failure, because nothing gives numbers back.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::order_status::{Standing, known, standing};
use super::{
    Notification, NumberQuery, OrderKind, OrderPart, ReservedNumber, ShortageAnswer,
    VoiceOrderReport, VoiceOrderState, is_same_name,
};
use crate::lumen::long_running::{GRACE, Operation, Progress, Refusal, unknown_word};
use crate::lumen::{Client, Error, ExternalId, VoiceOrderId};

/// A reservation that was ordered, and what is known of it by now. It survives the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// What ordering it answered; unknown if that answer was lost.
    pub voice_order_id: Option<VoiceOrderId>,
    /// The reference under which it was ordered.
    pub external_order_id: ExternalId,
    /// Orders that were placed under the same reference before: none of them is this one.
    #[serde(default)]
    pub existing: BTreeSet<VoiceOrderId>,
    /// Such as `DENVER`.
    pub rate_center: String,
    /// The state of the rate center, of two letters.
    pub state: String,
    /// How many numbers were ordered.
    pub quantity: u32,
    /// What to answer where Lumen has fewer.
    pub on_shortage: ShortageAnswer,
    /// Whether it was answered.
    pub answered: bool,
    /// Lumen's word for where the order stands, once told.
    pub status: Option<String>,
    /// What Lumen told about the order.
    pub notifications: Vec<Notification>,
    /// What was seen on the way that a user should hear of, such as a credit hold.
    #[serde(skip)]
    pub oddities: BTreeSet<String>,
    /// Since when something is so that is fine for a moment only.
    #[serde(skip)]
    odd_since: Option<Instant>,
    /// How many numbers the last look at inventory found.
    #[serde(skip)]
    last_count: Option<u32>,
}

/// The end of a reservation: what is reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// The numbers.
    pub numbers: Vec<ReservedNumber>,
    /// How many they are.
    pub reserved_quantity: u32,
    /// How many Lumen adds when it has them.
    pub backordered_quantity: u32,
    /// What Lumen told about the order.
    pub notifications: Vec<Notification>,
    /// Lumen's word for where the order stands, if told.
    pub status: Option<String>,
}

impl Reservation {
    /// A reservation that is about to be ordered.
    #[must_use]
    pub fn new(request: &super::ReservationRequest<'_>, on_shortage: ShortageAnswer) -> Self {
        Self {
            voice_order_id: None,
            external_order_id: request.external_order_id.clone(),
            existing: BTreeSet::new(),
            rate_center: request.rate_center.to_owned(),
            state: request.state.to_owned(),
            quantity: request.quantity,
            on_shortage,
            answered: false,
            status: None,
            notifications: Vec::new(),
            oddities: BTreeSet::new(),
            odd_since: None,
            last_count: None,
        }
    }
}

impl Operation for Reservation {
    type Outcome = Reserved;

    fn title(&self) -> String {
        match &self.voice_order_id {
            Some(id) => format!("voice order {id}"),
            None => format!("the voice order of reference {}", self.external_order_id),
        }
    }

    fn oddities(&mut self) -> &mut BTreeSet<String> {
        &mut self.oddities
    }

    /// Looks at the order's status, its notifications and at inventory, and answers a shortage.
    async fn check(&mut self, lumen: &Client) -> Result<Progress<Reserved>, Error> {
        let Some(id) = self.voice_order_id.clone() else { return self.look_for(lumen).await };
        let asked = future::join(lumen.voice_order_status(&id), lumen.notifications(&id)).await;
        let report = known(asked.0)?;
        let told = known(asked.1)?;
        if report.is_none() && told.is_none() {
            return Ok(self.unknown(&id));
        }
        let retry_after = report.as_ref().and_then(|report| report.retry_after);
        let verdict = self.hear(report, told.unwrap_or_default());
        match verdict {
            Verdict::Running => match self.on_shortage {
                // The numbers that there are may be in inventory long before the order ends.
                ShortageAnswer::AcceptWithBackorder if self.answered => {
                    self.look_at_inventory(lumen, retry_after, None).await
                }
                _ => Ok(Progress::Running { retry_after }),
            },
            Verdict::NeedsAnswer(shortage) => {
                self.answer(lumen, &id, &shortage).await?;
                Ok(Progress::Running { retry_after })
            }
            Verdict::Complete => self.look_at_inventory(lumen, retry_after, None).await,
            Verdict::Failed(refusal) => {
                self.look_at_inventory(lumen, retry_after, Some(refusal)).await
            }
        }
    }
}

/// What status and notifications say together.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Running,
    NeedsAnswer(Notification),
    Complete,
    Failed(Refusal),
}

impl Reservation {
    /// Notes what was told, and judges by it.
    fn hear(&mut self, report: Option<VoiceOrderReport>, told: Vec<Notification>) -> Verdict {
        let state = report.map(|report| report.state);
        if let Some(state) = &state {
            self.status = Some(state.to_string());
        }
        if let Some(VoiceOrderState::Unrecognized(word)) = &state {
            let oddity = unknown_word(&self.title(), word);
            self.oddities.insert(oddity);
        }
        // Lumen forgets after 180 days, and may tell only the latest: what was told is kept.
        for notification in told {
            if !self.notifications.contains(&notification) {
                self.notifications.push(notification);
            }
        }
        let oddities: Vec<_> =
            self.ours().filter_map(|told| told.unexpected(OrderKind::Reservation)).collect();
        self.oddities.extend(oddities);
        self.judge(state.as_ref())
    }

    fn judge(&self, state: Option<&VoiceOrderState>) -> Verdict {
        match standing(self.ours(), state) {
            Standing::Complete => Verdict::Complete,
            Standing::Refused(latest) => Verdict::Failed(self.refusal(latest, state)),
            Standing::Asking(shortage) if !self.answered => Verdict::NeedsAnswer(shortage.clone()),
            Standing::Asking(_) | Standing::Running => Verdict::Running,
        }
    }

    /// Why there are no numbers: our own answer if that was it, or else Lumen's latest word.
    fn refusal(&self, latest: Option<&Notification>, state: Option<&VoiceOrderState>) -> Refusal {
        let failed_otherwise = latest.is_some_and(|latest| {
            latest.is_failure(OrderKind::Reservation) && !latest.is_cancellation_as_asked()
        });
        let by_our_answer = self.was_rejected() && !failed_otherwise;
        if let Some(shortage) = self.shortage().filter(|_| by_our_answer) {
            let quoted = shortage.quoted();
            let reason = format!("Lumen was told to reserve none rather than fewer: {quoted}");
            return Refusal { code: Some(shortage.code.to_string()), reason };
        }
        let code = latest.map(|latest| latest.code.to_string());
        let quoted = latest.map(Notification::quoted);
        let reason = match (quoted, state.filter(|state| state.is_refusal())) {
            (Some(quoted), Some(state)) => format!("the order is {state}: {quoted}"),
            (Some(quoted), None) => quoted,
            (None, Some(state)) => format!("Lumen says that the order is {state}, and not why"),
            (None, None) => "Lumen gave no reason".to_owned(),
        };
        Refusal { code, reason }
    }

    /// Notifications about our rate center, or about the whole order.
    fn ours(&self) -> impl Iterator<Item = &Notification> + Clone {
        let is_ours =
            |told: &&Notification| self.is_here(told.rate_center.as_deref(), told.state.as_deref());
        self.notifications.iter().filter(is_ours)
    }

    /// Whether this is our rate center, or may be.
    fn is_here(&self, rate_center: Option<&str>, state: Option<&str>) -> bool {
        rate_center.is_none_or(|name| is_same_name(name, &self.rate_center))
            && state.is_none_or(|name| is_same_name(name, &self.state))
    }

    fn part(&self) -> OrderPart {
        let (rate_center, state) = (self.rate_center.clone(), self.state.clone());
        OrderPart { rate_center: Some(rate_center), state: Some(state) }
    }

    fn shortage(&self) -> Option<&Notification> {
        self.ours().filter(|told| told.is_shortage()).last()
    }

    fn was_rejected(&self) -> bool {
        self.answered && self.on_shortage == ShortageAnswer::Reject
    }

    async fn answer(
        &mut self,
        lumen: &Client,
        id: &VoiceOrderId,
        shortage: &Notification,
    ) -> Result<(), Error> {
        let answer = self.on_shortage;
        match lumen.answer_shortage(id, &self.part(), answer).await {
            // An answer that was given, and then forgotten by us.
            Err(Error::Rejected(problem)) if problem.is_not_waiting_for_an_answer() => {}
            Ok(()) => {
                self.oddities.insert(format!("{}. It was answered: {answer}", shortage.quoted()));
            }
            Err(error) => return Err(error),
        }
        self.answered = true;
        Ok(())
    }

    /// What inventory has decides in the end. Numbers appear in it some time after Lumen says so.
    async fn look_at_inventory(
        &mut self,
        lumen: &Client,
        retry_after: Option<Duration>,
        refusal: Option<Refusal>,
    ) -> Result<Progress<Reserved>, Error> {
        let numbers = self.numbers(lumen).await?;
        let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let is_steady = self.last_count.replace(count) == Some(count);
        let missing = self.quantity.saturating_sub(count);
        if let Some(refusal) = refusal {
            if count == 0 {
                return Ok(Progress::Failed(refusal));
            }
            self.oddities.insert(refusal.reason);
            return Ok(Progress::Done(self.reserved(numbers, count, 0)));
        }
        if self.is_enough(count, is_steady) {
            let is_backordered = self.on_shortage == ShortageAnswer::AcceptWithBackorder;
            let backordered = if is_backordered { missing } else { 0 };
            return Ok(Progress::Done(self.reserved(numbers, count, backordered)));
        }
        if count == 0
            && let Some(refusal) = self.none_will_come()
        {
            return Ok(Progress::Failed(refusal));
        }
        self.note_unless_new(format!(
            "Lumen's inventory does not show all numbers of {} yet",
            self.title()
        ));
        Ok(Progress::Running { retry_after })
    }

    /// Why a complete order leaves no numbers: they were rejected, or there were none.
    fn none_will_come(&self) -> Option<Refusal> {
        let shortage = self.shortage()?;
        (self.was_rejected() || shortage.available() == Some(0))
            .then(|| self.refusal(Some(shortage), None))
    }

    /// Whether these are all numbers that will come soon: all that were ordered, or after a shortage
    /// all that Lumen said it had. If it didn't say how many, two looks must find the same.
    fn is_enough(&self, count: u32, is_steady: bool) -> bool {
        let Some(shortage) = self.shortage() else { return self.quantity <= count };
        match shortage.available() {
            Some(0) => self.on_shortage == ShortageAnswer::AcceptWithBackorder || 0 < count,
            Some(available) => available.min(self.quantity) <= count,
            None => self.quantity <= count || 0 < count && is_steady,
        }
    }

    fn reserved(&self, numbers: Vec<ReservedNumber>, count: u32, backordered: u32) -> Reserved {
        Reserved {
            numbers,
            reserved_quantity: count,
            backordered_quantity: backordered,
            notifications: self.ours().cloned().collect(),
            status: self.status.clone(),
        }
    }

    async fn numbers(&self, lumen: &Client) -> Result<Vec<ReservedNumber>, Error> {
        let query = match &self.voice_order_id {
            Some(id) => NumberQuery { voice_order_id: Some(id.clone()), ..NumberQuery::default() },
            None => NumberQuery {
                external_order_id: Some(self.external_order_id.clone()),
                ..NumberQuery::default()
            },
        };
        // An order without numbers may be one that inventory doesn't know.
        let mut numbers = known(lumen.reserved_numbers(&query).await)?.unwrap_or_default();
        numbers.retain(|each| self.is_here(each.rate_center.as_deref(), each.state.as_deref()));
        Ok(numbers)
    }

    /// Looks for an order whose acceptance was not answered: the numbers that carry its reference
    /// tell its id.
    async fn look_for(&mut self, lumen: &Client) -> Result<Progress<Reserved>, Error> {
        let numbers = self.numbers(lumen).await?;
        let is_ours = |number: &ReservedNumber| {
            let is_older = |id| self.existing.contains(id);
            number.external_order_id.as_ref() == Some(&self.external_order_id)
                && !number.voice_order_id.as_ref().is_some_and(is_older)
        };
        let ours: Vec<_> = numbers.into_iter().filter(is_ours).collect();
        self.voice_order_id = ours.iter().find_map(|number| number.voice_order_id.clone());
        let count = u32::try_from(ours.len()).unwrap_or(u32::MAX);
        if self.quantity <= count {
            return Ok(Progress::Done(self.reserved(ours, count, 0)));
        }
        Ok(Progress::Running { retry_after: None })
    }

    /// Lumen may not know an order that it has just accepted.
    fn unknown(&mut self, id: &VoiceOrderId) -> Progress<Reserved> {
        self.note_unless_new(format!("Lumen does not know the voice order {id}"));
        Progress::Running { retry_after: None }
    }

    fn note_unless_new(&mut self, oddity: String) {
        let odd_since = *self.odd_since.get_or_insert_with(Instant::now);
        if GRACE <= odd_since.elapsed() {
            self.oddities.insert(oddity);
        }
    }
}
