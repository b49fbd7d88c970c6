//! An order of lines that was placed, and is followed until it ends.
//!
//! The status of the order and its notifications are requested as for every voice order. The report of active
//! numbers shows the result, some time after the end. It also shows what happened to an order whose answer was
//! lost.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::order_status::{Delay, known, note_new, part_status, refusal};
use super::{
    ActiveNumber, ActiveNumbers, ActiveStatus, Date, Notification, OrderKind, OrderPart,
    PartStatus, PortBefore, Supplement, TelephoneNumber, VoiceOrderSnapshot, VoiceOrderState,
    is_same_text,
};
use crate::lumen::long_running::{Operation, Progress, unknown_word};
use crate::lumen::{Client, Error, ExternalId, VoiceOrderId};

/// An install, a port, a change or a disconnection that was ordered, and what is known about it so far. It is
/// kept between runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLineOrder {
    /// What was ordered.
    pub kind: OrderKind,
    /// The ID that Lumen returned when it accepted the order. It is unknown if that answer was lost, or if
    /// Lumen accepted a change or a disconnection without an ID.
    pub voice_order_id: Option<VoiceOrderId>,
    /// The reference with which it was ordered.
    pub external_order_id: ExternalId,
    /// The numbers.
    pub telephone_numbers: BTreeSet<TelephoneNumber>,
    /// The route that was ordered. Only the numbers of an install that have it are taken for its result.
    pub customer_service_name: Option<String>,
    /// The status of the order in Lumen's words, once it is known.
    pub status: Option<String>,
    /// When Lumen takes over the numbers of a port, once the losing carrier has agreed to it.
    pub foc_date: Option<Date>,
    /// The notifications about the order.
    pub notifications: Vec<Notification>,
    /// How far to follow it.
    #[serde(skip)]
    pub goal: LineGoal,
    /// What has been unexpected so far and should be reported, such as a credit hold.
    #[serde(skip)]
    pub unexpected: BTreeSet<String>,
    #[serde(skip)]
    delay: Delay,
    #[serde(skip)]
    has_ended: bool,
}

/// How far to follow an order of lines. To find out only whether Lumen refuses an order soon, follow it to its
/// end with a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineGoal {
    /// Until it ends and the report shows its result.
    #[default]
    End,
    /// Until the losing carrier has agreed to the date of a port (FOC).
    Commitment,
}

/// The outcome of an order of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineOutcome {
    /// The numbers are in service, as the report shows them. There are none if Lumen doesn't offer the report.
    InService(Vec<ActiveNumber>),
    /// The numbers are out of service, or will be on the date of the order if its answer was lost.
    Disconnected,
    /// The losing carrier has agreed to the date of the port.
    Committed,
    /// Lumen has processed a supplement of the port, which is still in progress.
    Supplemented,
}

impl PendingLineOrder {
    /// Creates an order that is about to be placed.
    #[must_use]
    pub fn new(
        kind: OrderKind,
        external_order_id: ExternalId,
        telephone_numbers: BTreeSet<TelephoneNumber>,
    ) -> Self {
        Self {
            kind,
            voice_order_id: None,
            external_order_id,
            telephone_numbers,
            customer_service_name: None,
            status: None,
            foc_date: None,
            notifications: Vec::new(),
            goal: LineGoal::End,
            unexpected: BTreeSet::new(),
            delay: Delay::default(),
            has_ended: false,
        }
    }
}

impl Operation for PendingLineOrder {
    type Outcome = LineOutcome;

    fn title(&self) -> String {
        match &self.voice_order_id {
            Some(id) => format!("voice order {id}"),
            None => format!("the voice order of reference {}", self.external_order_id),
        }
    }

    fn unexpected(&mut self) -> &mut BTreeSet<String> {
        &mut self.unexpected
    }

    fn has_succeeded_unseen(&self) -> bool {
        self.has_ended
    }

    async fn check(&mut self, lumen: &Client) -> Result<Progress<LineOutcome>, Error> {
        let Some(id) = self.voice_order_id.clone() else { return self.look_for(lumen).await };
        let whole = OrderPart::default();
        let snapshot = lumen.explained_voice_order_snapshot(&id, &whole, self.kind).await;
        let Some(snapshot) = known(snapshot)? else {
            self.note_if_long(format!("Lumen has no voice order {id}"));
            return self.check_port(lumen, None).await;
        };
        self.note(&snapshot);
        let VoiceOrderSnapshot { state, retry_after, .. } = snapshot;
        match part_status(self.notifications.iter(), state.as_ref(), self.kind) {
            PartStatus::Complete => self.check_result(lumen, retry_after).await,
            PartStatus::Refused(reason) => Ok(Progress::Failed(refusal(reason, state.as_ref()))),
            PartStatus::Running | PartStatus::Asking(_) => {
                if self.goal == LineGoal::Commitment && self.is_committed() {
                    return Ok(Progress::Done(LineOutcome::Committed));
                }
                self.check_port(lumen, retry_after).await
            }
        }
    }
}

impl PendingLineOrder {
    /// Whether the losing carrier has agreed to the date of the port.
    #[must_use]
    pub fn is_committed(&self) -> bool {
        self.foc_date.is_some() || self.notifications.iter().any(|told| told.code.is_commitment())
    }

    /// Checks whether Lumen has processed a supplement of this port. `own_id` is the ID of the supplement if it is
    /// not that of the port: then Lumen may report it under either of them.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn check_supplement(
        &mut self,
        lumen: &Client,
        supplement: &Supplement,
        own_id: Option<&VoiceOrderId>,
        before: PortBefore,
    ) -> Result<Progress<LineOutcome>, Error> {
        let running = Progress::Running { retry_after: None };
        let Some(port) = self.voice_order_id.clone() else { return Ok(running) };
        let whole = OrderPart::default();
        let mut snapshot = lumen.explained_voice_order_snapshot(&port, &whole, self.kind).await?;
        if let Some(id) = own_id
            && let Some(told) = known(lumen.notifications(id).await)?
        {
            note_new(&mut snapshot.notifications, &told);
        }
        self.note(&snapshot);
        // The supplement itself is an update of the port.
        let usual = self.notifications.iter().filter(|told| told.is_usual_update());
        for usual in usual.map(Notification::quoted) {
            self.unexpected.remove(&usual);
        }
        match snapshot.part_status(&whole, self.kind) {
            PartStatus::Refused(reason) => {
                return Ok(Progress::Failed(refusal(reason, snapshot.state.as_ref())));
            }
            PartStatus::Complete => return Ok(Progress::Done(LineOutcome::Supplemented)),
            PartStatus::Running | PartStatus::Asking(_) => {}
        }
        if supplement.has_arrived(before, &snapshot) {
            return Ok(Progress::Done(LineOutcome::Supplemented));
        }
        Ok(running)
    }

    fn note(&mut self, snapshot: &VoiceOrderSnapshot) {
        if let Some(state) = &snapshot.state {
            self.status = Some(state.to_string());
        }
        if let Some(VoiceOrderState::Unrecognized(word)) = &snapshot.state {
            let unexpected = unknown_word(&self.title(), word);
            self.unexpected.insert(unexpected);
        }
        let (kind, earlier) = (self.kind, self.notifications.len());
        note_new(&mut self.notifications, &snapshot.notifications);
        // News are reported once. The next run knows the notifications that this one has noted.
        let new = self.notifications.iter().skip(earlier);
        self.unexpected.extend(new.filter_map(|told| told.unexpected(kind)));
        self.foc_date = snapshot.foc_date().or(self.foc_date);
    }

    /// Checks whether the report shows the result of an order that has ended.
    async fn check_result(
        &mut self,
        lumen: &Client,
        retry_after: Option<Duration>,
    ) -> Result<Progress<LineOutcome>, Error> {
        if self.kind == OrderKind::Disconnect {
            return Ok(Progress::Done(LineOutcome::Disconnected));
        }
        self.has_ended = true;
        let report = lumen.active_numbers_now().await?;
        if let ActiveNumbers::NotOffered(_) = *report {
            return Ok(Progress::Done(LineOutcome::InService(Vec::new())));
        }
        if let Some(numbers) = self.numbers_in(&report) {
            return Ok(Progress::Done(LineOutcome::InService(numbers)));
        }
        self.note_if_long(format!(
            "Lumen's report of active numbers does not show all numbers of {} yet",
            self.title()
        ));
        Ok(Progress::Running { retry_after })
    }

    /// Checks whether the report shows all numbers of a port: which notification ends a port is not
    /// documented. A report that can't be read changes nothing while the order is in progress.
    async fn check_port(
        &mut self,
        lumen: &Client,
        retry_after: Option<Duration>,
    ) -> Result<Progress<LineOutcome>, Error> {
        if self.kind == OrderKind::Port
            && let Ok(report) = lumen.active_numbers_now().await
            && let Some(numbers) = self.numbers_in(&report)
        {
            return Ok(Progress::Done(LineOutcome::InService(numbers)));
        }
        Ok(Progress::Running { retry_after })
    }

    /// Searches for an order whose ID is unknown. The report can't show whether a change was ordered, because
    /// it lacks some of what a change sets. The caller compares the rest.
    async fn look_for(&mut self, lumen: &Client) -> Result<Progress<LineOutcome>, Error> {
        let running = Progress::Running { retry_after: None };
        if self.kind == OrderKind::Port {
            self.voice_order_id = lumen.find_voice_order(&self.external_order_id).await?;
            return self.check_port(lumen, None).await;
        }
        let report = lumen.active_numbers_now().await?;
        match self.kind {
            OrderKind::Install => {
                let numbers = self.numbers_in(&report).filter(|numbers| self.have_route(numbers));
                let Some(numbers) = numbers else { return Ok(running) };
                self.voice_order_id = numbers.iter().find_map(|each| each.voice_order_id.clone());
                Ok(Progress::Done(LineOutcome::InService(numbers)))
            }
            OrderKind::Disconnect if self.are_leaving(&report) => {
                Ok(Progress::Done(LineOutcome::Disconnected))
            }
            _ => Ok(running),
        }
    }

    /// All numbers of the order, if the report shows all of them.
    fn numbers_in(&self, report: &ActiveNumbers) -> Option<Vec<ActiveNumber>> {
        self.telephone_numbers.iter().map(|number| report.find(*number).cloned()).collect()
    }

    fn have_route(&self, numbers: &[ActiveNumber]) -> bool {
        numbers.iter().all(|each| {
            let routes =
                self.customer_service_name.as_ref().zip(each.customer_service_name.as_ref());
            routes.is_none_or(|(ordered, reported)| is_same_text(ordered, reported))
        })
    }

    /// Whether none of the numbers stays in service. A report without any number proves nothing.
    fn are_leaving(&self, report: &ActiveNumbers) -> bool {
        let is_leaving = |number: &TelephoneNumber| {
            report.find(*number).is_none_or(|each| each.status == ActiveStatus::Disconnecting)
        };
        report.numbers().is_some_and(|numbers| !numbers.is_empty())
            && self.telephone_numbers.iter().all(is_leaving)
    }

    fn note_if_long(&mut self, delay: String) {
        self.unexpected.extend(self.delay.note(delay));
    }
}
