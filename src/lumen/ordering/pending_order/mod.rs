//! An order that was placed, looked at until what it was for is there.
//!
//! Two witnesses are heard: the status endpoint, which knows the order but is not offered
//! everywhere, and inventory, which knows the services but nothing of orders.

mod goal;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{OrderReport, OrderState, Service};
use crate::lumen::long_running::{GRACE, Operation, Progress, Refusal, unknown_word};
use crate::lumen::{Client, Error, OrderId, OrderRequestId, OrderStatusSource, ServiceId};

pub use goal::Goal;
use goal::{Target, Verdict};

/// An order that was placed, and what is known of it by now. It survives the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingOrder {
    /// What accepting it answered; unknown if that answer was lost.
    pub order_request_id: Option<OrderRequestId>,
    /// Lumen's order, once known.
    pub order_id: Option<OrderId>,
    /// What it is for.
    pub goal: Goal,
    /// What was seen on the way that a user should hear of, such as unknown status words.
    #[serde(skip)]
    pub oddities: BTreeSet<String>,
    #[serde(skip)]
    first_look: Option<Instant>,
    /// Whether Lumen says that it has succeeded.
    #[serde(skip)]
    has_succeeded: bool,
}

/// The end of an order that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Lumen's order, if it was ever told.
    pub order_id: Option<OrderId>,
    /// The service; none if the order was to disconnect it.
    pub service: Option<Service>,
}

impl PendingOrder {
    /// An order that has just been placed.
    #[must_use]
    pub fn new(order_request_id: Option<OrderRequestId>, goal: Goal) -> Self {
        Self {
            order_request_id,
            order_id: None,
            goal,
            oddities: BTreeSet::new(),
            first_look: None,
            has_succeeded: false,
        }
    }

    /// The service that the order builds, changes or disconnects, once known.
    #[must_use]
    pub fn service_id(&self) -> Option<&ServiceId> {
        self.goal.service_id()
    }
}

impl Operation for PendingOrder {
    type Outcome = Outcome;

    fn title(&self) -> String {
        match (&self.order_id, &self.order_request_id) {
            (Some(order), _) => format!("order {order}"),
            (None, Some(request)) => format!("order request {request}"),
            (None, None) => "the order".to_owned(),
        }
    }

    fn oddities(&mut self) -> &mut BTreeSet<String> {
        &mut self.oddities
    }

    fn has_succeeded_unseen(&self) -> bool {
        self.has_succeeded
    }

    /// Looks at the status endpoint and at inventory, as [`Client::order_status`],
    /// [`Client::service`] and [`Client::glance`] do.
    async fn check(&mut self, lumen: &Client) -> Result<Progress<Outcome>, Error> {
        match self.hear_status(lumen).await? {
            Heard::Failed(reason) => Ok(Progress::Failed(Refusal { code: None, reason })),
            Heard::NotYet { retry_after, oddity } => Ok(self.not_yet(retry_after, oddity)),
            Heard::MaybeDone { retry_after } => self.look_at_inventory(lumen, retry_after).await,
        }
    }
}

impl PendingOrder {
    /// What the status endpoint says, where it is offered and there is an id to ask with.
    async fn hear_status(&mut self, lumen: &Client) -> Result<Heard, Error> {
        let source = lumen.settings().order_status;
        let unavailable = lumen.0.ordering.has_no_status_endpoint.load(Ordering::Relaxed);
        let Some(id) = self.order_request_id.clone() else { return Ok(Heard::NOTHING) };
        if source == OrderStatusSource::Inventory || unavailable {
            return Ok(Heard::NOTHING);
        }
        let first_look = *self.first_look.get_or_insert_with(Instant::now);
        match lumen.order_status(&id).await {
            Ok(report) => Ok(self.hear(report)),
            Err(Error::NotFound(problem)) if problem.says_not_found() => {
                let is_new = first_look.elapsed() < GRACE;
                match source {
                    OrderStatusSource::StatusEndpoint => {
                        let oddity = format!("Lumen does not know the order request {id}");
                        Ok(Heard::NotYet { retry_after: None, oddity: (!is_new).then_some(oddity) })
                    }
                    _ => Ok(Heard::NOTHING),
                }
            }
            Err(Error::NotFound(_) | Error::NotImplemented(_))
                if source == OrderStatusSource::Auto =>
            {
                lumen.0.ordering.has_no_status_endpoint.store(true, Ordering::Relaxed);
                Ok(Heard::NOTHING)
            }
            Err(error) => Err(error),
        }
    }

    async fn look_at_inventory(
        &mut self,
        lumen: &Client,
        retry_after: Option<Duration>,
    ) -> Result<Progress<Outcome>, Error> {
        let service_id = match self.goal.target() {
            Target::Known(id) => id,
            Target::Unknown(query) => {
                let found = lumen.glance(&query).await?;
                match self.goal.pick(found).as_slice() {
                    [] => return Ok(Progress::Running { retry_after }),
                    [only] => only.clone(),
                    several => {
                        return Ok(Progress::Ambiguous(several.iter().map(Into::into).collect()));
                    }
                }
            }
        };
        self.goal.learn_service_id(&service_id);
        let service = lumen.service(&service_id).await?;
        Ok(match self.goal.judge(service.as_ref()) {
            Verdict::Reached => {
                let order_id = self.order_id.clone();
                Progress::Done(Outcome { order_id, service: self.goal.keep(service) })
            }
            Verdict::NotYet(oddity) => self.not_yet(retry_after, oddity),
            Verdict::Lost(reason) => Progress::Failed(Refusal { code: None, reason }),
        })
    }

    fn not_yet(
        &mut self,
        retry_after: Option<Duration>,
        oddity: Option<String>,
    ) -> Progress<Outcome> {
        self.oddities.extend(oddity);
        Progress::Running { retry_after }
    }

    fn hear(&mut self, report: OrderReport) -> Heard {
        let OrderReport { state, order_id, service_id, reason, retry_after } = report;
        if order_id.is_some() {
            self.order_id = order_id;
        }
        if let Some(id) = service_id {
            self.goal.learn_service_id(&id);
        }
        self.has_succeeded = state == OrderState::Succeeded;
        match state {
            OrderState::Running => Heard::NotYet { retry_after, oddity: None },
            OrderState::Succeeded => Heard::MaybeDone { retry_after },
            OrderState::Failed => {
                Heard::Failed(reason.unwrap_or_else(|| "Lumen gave no reason".to_owned()))
            }
            OrderState::Unrecognized(word) => {
                Heard::NotYet { retry_after, oddity: Some(unknown_word("the order", &word)) }
            }
        }
    }
}

/// What the first witness said.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    NotYet { retry_after: Option<Duration>, oddity: Option<String> },
    MaybeDone { retry_after: Option<Duration> },
    Failed(String),
}

impl Heard {
    /// The second witness decides alone.
    const NOTHING: Self = Self::MaybeDone { retry_after: None };
}

#[cfg(test)]
mod tests;
