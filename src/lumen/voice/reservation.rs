//! A reservation that was ordered, and is checked until its numbers exist.
//!
//! Three sources are queried in this order, so that each answer is at least as recent as the one that it
//! explains: the order's status, the notifications about it, and inventory, the only source of the numbers.
//! What explains the end of an order may follow a little later, and is requested again for a while. An order
//! that reserved numbers never counts as failed, because reserved numbers can't be returned.

mod verdict;

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use self::verdict::Verdict;
use super::order_status::{Delay, LATE_CHECKS, known};
use super::{
    Notification, NumberQuery, OrderPart, ReservedNumber, ShortageAnswer, VoiceOrderState,
    is_same_name,
};
use crate::lumen::long_running::{Operation, Progress, Refusal};
use crate::lumen::{Client, Error, ExternalId, VoiceOrderId};

/// A reservation that was ordered, and what is known about it so far. It is kept between runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// The ID that Lumen returned when it accepted the order. It is unknown if that answer was lost.
    pub voice_order_id: Option<VoiceOrderId>,
    /// The reference with which it was ordered.
    pub external_order_id: ExternalId,
    /// Orders that were placed earlier with the same reference. None of them is this one.
    #[serde(default)]
    pub existing: BTreeSet<VoiceOrderId>,
    /// The rate center, such as `DENVER`.
    pub rate_center: String,
    /// The two-letter state code of the rate center.
    pub state: String,
    /// The quantity that was ordered.
    pub quantity: u32,
    /// What to answer if Lumen has fewer.
    pub on_shortage: ShortageAnswer,
    /// Whether a shortage was answered.
    pub answered: bool,
    /// The status of the order in Lumen's words, once it is known.
    pub status: Option<String>,
    /// The notifications about the order.
    pub notifications: Vec<Notification>,
    /// What has been unexpected so far and should be reported, such as a credit hold.
    #[serde(skip)]
    pub unexpected: BTreeSet<String>,
    #[serde(skip)]
    delay: Delay,
    /// How many numbers the last check found in inventory.
    #[serde(skip)]
    last_count: Option<u32>,
}

/// The outcome of a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// The numbers.
    pub numbers: Vec<ReservedNumber>,
    /// How many numbers there are.
    pub reserved_quantity: u32,
    /// How many numbers Lumen will add when it has them.
    pub backordered_quantity: u32,
    /// The notifications about the order.
    pub notifications: Vec<Notification>,
    /// The status of the order in Lumen's words, if it is known.
    pub status: Option<String>,
}

impl Reservation {
    /// Creates a reservation that is about to be ordered.
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
            unexpected: BTreeSet::new(),
            delay: Delay::default(),
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

    fn unexpected(&mut self) -> &mut BTreeSet<String> {
        &mut self.unexpected
    }

    /// Requests the order's status, its notifications and its numbers.
    async fn check(&mut self, lumen: &Client) -> Result<Progress<Reserved>, Error> {
        self.check_and(OnQuestion::Wait, lumen).await
    }

    /// Checks the order, and answers a shortage.
    async fn advance(&mut self, lumen: &Client) -> Result<Progress<Reserved>, Error> {
        self.check_and(OnQuestion::Answer, lumen).await
    }
}

/// What a check does about a shortage that waits for an answer. An answer can't be undone, so only an apply
/// gives one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnQuestion {
    Wait,
    Answer,
}

impl Reservation {
    async fn check_and(
        &mut self,
        on_question: OnQuestion,
        lumen: &Client,
    ) -> Result<Progress<Reserved>, Error> {
        let Some(id) = self.voice_order_id.clone() else { return self.look_for(lumen).await };
        let report = known(lumen.voice_order_status(&id).await)?;
        let told = known(lumen.notifications(&id).await)?;
        if report.is_none() && told.is_none() {
            return Ok(self.unknown(&id));
        }
        let retry_after = report.as_ref().and_then(|report| report.retry_after);
        let state = report.map(|report| report.state);
        self.note_status(state.as_ref());
        self.note_notifications(&told.unwrap_or_default());
        match self.explained_verdict(lumen, &id, state.as_ref()).await? {
            Verdict::Running => match self.on_shortage {
                // Inventory may show the available numbers long before the order ends.
                ShortageAnswer::AcceptWithBackorder if self.answered => {
                    self.check_inventory(lumen, retry_after).await
                }
                _ => Ok(Progress::Running { retry_after }),
            },
            Verdict::NeedsAnswer(shortage) => {
                if on_question == OnQuestion::Answer {
                    self.answer(lumen, &id, &shortage).await?;
                }
                Ok(Progress::Running { retry_after })
            }
            Verdict::Complete => self.check_inventory(lumen, retry_after).await,
            Verdict::Failed(refusal) => self.check_what_is_left(lumen, refusal).await,
        }
    }

    /// The shortage that waits for an answer, if there is one.
    #[must_use]
    pub fn open_question(&self) -> Option<&Notification> {
        self.shortage().filter(|_| !self.answered)
    }

    /// Judges the order. Lumen may send the reason for a refusal later than the status, so notifications are
    /// requested again until the reason is known.
    async fn explained_verdict(
        &mut self,
        lumen: &Client,
        id: &VoiceOrderId,
        state: Option<&VoiceOrderState>,
    ) -> Result<Verdict, Error> {
        for _ in 0..LATE_CHECKS {
            if self.is_explained(state) {
                break;
            }
            lumen.pause_before_late_check().await;
            let told = known(lumen.notifications(id).await)?;
            self.note_notifications(&told.unwrap_or_default());
        }
        Ok(self.judge(state))
    }

    /// The notifications about our rate center, or about the whole order.
    fn ours(&self) -> impl Iterator<Item = &Notification> + Clone {
        let is_ours =
            |told: &&Notification| self.is_here(told.rate_center.as_deref(), told.state.as_deref());
        self.notifications.iter().filter(is_ours)
    }

    /// Whether this is, or may be, our rate center: a name may be missing.
    fn is_here(&self, rate_center: Option<&str>, state: Option<&str>) -> bool {
        rate_center.is_none_or(|name| is_same_name(name, &self.rate_center))
            && state.is_none_or(|name| is_same_name(name, &self.state))
    }

    fn part(&self) -> OrderPart {
        let (rate_center, state) = (self.rate_center.clone(), self.state.clone());
        OrderPart { rate_center: Some(rate_center), state: Some(state) }
    }

    async fn answer(
        &mut self,
        lumen: &Client,
        id: &VoiceOrderId,
        shortage: &Notification,
    ) -> Result<(), Error> {
        let answer = self.on_shortage;
        match lumen.answer_shortage(id, &self.part(), answer).await {
            // An earlier run sent the answer, but could not save that it did.
            Err(Error::Rejected(problem)) if problem.is_not_waiting_for_an_answer() => {}
            Ok(()) => {
                self.unexpected
                    .insert(format!("{}. The provider answered `{answer}`", shortage.quoted()));
            }
            Err(error) => return Err(error),
        }
        self.answered = true;
        Ok(())
    }

    /// Checks whether inventory shows the numbers of an order that is in progress or complete. They appear
    /// there some time after Lumen says that the order is complete.
    async fn check_inventory(
        &mut self,
        lumen: &Client,
        retry_after: Option<Duration>,
    ) -> Result<Progress<Reserved>, Error> {
        let mut numbers = self.numbers(lumen).await?;
        let mut count = count_of(&numbers);
        let is_steady = self.last_count.replace(count) == Some(count);
        if self.is_enough(count, is_steady) {
            let is_backordered = self.on_shortage == ShortageAnswer::AcceptWithBackorder;
            let missing = self.quantity.saturating_sub(count);
            let backordered = if is_backordered { missing } else { 0 };
            return Ok(Progress::Done(self.reserved(numbers, backordered)));
        }
        if count == 0
            && let Some(refusal) = self.none_will_come()
        {
            numbers = self.late_numbers(lumen).await?;
            count = count_of(&numbers);
            if count == 0 {
                return Ok(Progress::Failed(refusal));
            }
            self.last_count = Some(count);
        }
        self.note_if_long(format!(
            "Lumen's inventory does not show all numbers of {} yet",
            self.title()
        ));
        Ok(Progress::Running { retry_after })
    }

    /// Checks whether an order that Lumen has refused reserved numbers anyway.
    async fn check_what_is_left(
        &mut self,
        lumen: &Client,
        refusal: Refusal,
    ) -> Result<Progress<Reserved>, Error> {
        let mut numbers = self.numbers(lumen).await?;
        if numbers.is_empty() && self.has_accepted_numbers() {
            numbers = self.late_numbers(lumen).await?;
        }
        if numbers.is_empty() {
            return Ok(Progress::Failed(refusal));
        }
        self.unexpected.insert(refusal.reason);
        Ok(Progress::Done(self.reserved(numbers, 0)))
    }

    /// Requests the numbers again, because inventory may show them later.
    async fn late_numbers(&self, lumen: &Client) -> Result<Vec<ReservedNumber>, Error> {
        for _ in 0..LATE_CHECKS {
            lumen.pause_before_late_check().await;
            let numbers = self.numbers(lumen).await?;
            if !numbers.is_empty() {
                return Ok(numbers);
            }
        }
        Ok(Vec::new())
    }

    /// Whether the answer to a shortage was to reserve the available numbers.
    fn has_accepted_numbers(&self) -> bool {
        self.answered && self.on_shortage != ShortageAnswer::Reject
    }

    /// Why a complete order has no numbers: they were rejected, or none were available.
    fn none_will_come(&self) -> Option<Refusal> {
        let shortage = self.shortage()?;
        (self.was_rejected() || shortage.available() == Some(0))
            .then(|| self.refusal(Some(shortage), None))
    }

    /// Whether no more numbers are expected soon: these are all that were ordered or, after a shortage, all
    /// that Lumen said were available. If Lumen did not say how many, two checks must find the same count.
    fn is_enough(&self, count: u32, is_steady: bool) -> bool {
        let Some(shortage) = self.shortage() else { return self.quantity <= count };
        match shortage.available() {
            Some(0) => self.on_shortage == ShortageAnswer::AcceptWithBackorder || 0 < count,
            Some(available) => available.min(self.quantity) <= count,
            None => self.quantity <= count || 0 < count && is_steady,
        }
    }

    fn reserved(&self, numbers: Vec<ReservedNumber>, backordered: u32) -> Reserved {
        Reserved {
            reserved_quantity: count_of(&numbers),
            numbers,
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
        // Inventory may not know an order that has no numbers.
        let mut numbers = known(lumen.reserved_numbers(&query).await)?.unwrap_or_default();
        numbers.retain(|each| self.is_here(each.rate_center.as_deref(), each.state.as_deref()));
        Ok(numbers)
    }

    /// Searches for an order whose ID is unknown because the answer was lost. Its numbers show its reference
    /// and its ID.
    async fn look_for(&mut self, lumen: &Client) -> Result<Progress<Reserved>, Error> {
        let numbers = self.numbers(lumen).await?;
        let is_ours = |number: &ReservedNumber| {
            let is_older = |id| self.existing.contains(id);
            number.external_order_id.as_ref() == Some(&self.external_order_id)
                && !number.voice_order_id.as_ref().is_some_and(is_older)
        };
        let ours: Vec<_> = numbers.into_iter().filter(is_ours).collect();
        self.voice_order_id = ours.iter().find_map(|number| number.voice_order_id.clone());
        if self.quantity <= count_of(&ours) {
            return Ok(Progress::Done(self.reserved(ours, 0)));
        }
        Ok(Progress::Running { retry_after: None })
    }

    /// Keeps waiting: Lumen may not find an order that it has just accepted.
    fn unknown(&mut self, id: &VoiceOrderId) -> Progress<Reserved> {
        self.note_if_long(format!("Lumen has no voice order {id}"));
        Progress::Running { retry_after: None }
    }

    fn note_if_long(&mut self, delay: String) {
        self.unexpected.extend(self.delay.note(delay));
    }
}

fn count_of(numbers: &[ReservedNumber]) -> u32 {
    u32::try_from(numbers.len()).unwrap_or(u32::MAX)
}
