//! An order that was placed, and is checked until its goal is reached.
//!
//! Two sources are polled: the status endpoint, which knows the order but is not offered everywhere, and
//! inventory, which knows the services but not the orders. Inventory is queried after the status, so that its
//! answer is at least as recent: a service may appear a little after its order succeeded, but never before.

mod goal;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{OrderReport, OrderState, Service};
use crate::lumen::long_running::{GRACE, NO_REASON, Operation, Progress, Refusal, unknown_word};
use crate::lumen::{Client, Error, OrderId, OrderRequestId, OrderStatusSource, ServiceId};

pub use goal::Goal;
use goal::{Target, Verdict};

/// An order that was placed, and what is known about it so far. It is kept between runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingOrder {
    /// The ID that Lumen returned when it accepted the order. It is unknown if that answer was lost.
    pub order_request_id: Option<OrderRequestId>,
    /// Lumen's ID of the order, once known.
    pub order_id: Option<OrderId>,
    /// What it is for.
    pub goal: Goal,
    /// What has been unexpected so far and should be reported, such as unknown status words.
    #[serde(skip)]
    pub unexpected: BTreeSet<String>,
    #[serde(skip)]
    first_poll: Option<Instant>,
    /// Whether Lumen says that it has succeeded.
    #[serde(skip)]
    has_succeeded: bool,
}

/// The end of an order that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Lumen's ID of the order, if it is known.
    pub order_id: Option<OrderId>,
    /// The service, or `None` if the order disconnected it.
    pub service: Option<Service>,
}

impl PendingOrder {
    /// Creates an order that has just been placed.
    #[must_use]
    pub fn new(order_request_id: Option<OrderRequestId>, goal: Goal) -> Self {
        Self {
            order_request_id,
            order_id: None,
            goal,
            unexpected: BTreeSet::new(),
            first_poll: None,
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

    fn unexpected(&mut self) -> &mut BTreeSet<String> {
        &mut self.unexpected
    }

    fn has_succeeded_unseen(&self) -> bool {
        self.has_succeeded
    }

    /// Polls the status endpoint and then inventory, as [`Client::order_status`],
    /// [`Client::service`] and [`Client::recent_services`] do.
    async fn check(&mut self, lumen: &Client) -> Result<Progress<Outcome>, Error> {
        match self.poll_status(lumen).await? {
            Polled::Failed(reason) => Ok(Progress::Failed(Refusal { code: None, reason })),
            Polled::NotYet { retry_after, unexpected } => Ok(self.not_yet(retry_after, unexpected)),
            Polled::MaybeDone { retry_after } => self.check_inventory(lumen, retry_after).await,
        }
    }
}

impl PendingOrder {
    /// Polls the status endpoint, if it is offered and the order's ID is known.
    async fn poll_status(&mut self, lumen: &Client) -> Result<Polled, Error> {
        let source = lumen.settings().order_status;
        let unavailable = lumen.0.ordering.has_no_status_endpoint.load(Ordering::Relaxed);
        let Some(id) = self.order_request_id.clone() else { return Ok(Polled::NOTHING) };
        if source == OrderStatusSource::Inventory || unavailable {
            return Ok(Polled::NOTHING);
        }
        let first_poll = *self.first_poll.get_or_insert_with(Instant::now);
        match lumen.order_status(&id).await {
            Ok(report) => Ok(self.note(report)),
            Err(Error::NotFound(problem)) if problem.says_not_found() => {
                let is_new = first_poll.elapsed() < GRACE;
                match source {
                    OrderStatusSource::StatusEndpoint => {
                        let unknown = format!("Lumen has no order request {id}");
                        let unexpected = (!is_new).then_some(unknown);
                        Ok(Polled::NotYet { retry_after: None, unexpected })
                    }
                    _ => Ok(Polled::NOTHING),
                }
            }
            Err(Error::NotFound(_) | Error::NotImplemented(_))
                if source == OrderStatusSource::Auto =>
            {
                lumen.0.ordering.has_no_status_endpoint.store(true, Ordering::Relaxed);
                Ok(Polled::NOTHING)
            }
            Err(error) => Err(error),
        }
    }

    /// Checks whether inventory shows that the goal is reached.
    async fn check_inventory(
        &mut self,
        lumen: &Client,
        retry_after: Option<Duration>,
    ) -> Result<Progress<Outcome>, Error> {
        let service_id = match self.goal.target() {
            Target::Known(id) => id,
            Target::Unknown(query) => {
                let found = lumen.recent_services(&query).await?;
                match self.goal.pick(found).as_slice() {
                    [] => return Ok(Progress::Running { retry_after }),
                    [only] => only.clone(),
                    several => {
                        return Ok(Progress::Ambiguous(several.iter().map(Into::into).collect()));
                    }
                }
            }
        };
        self.goal.fill_service_id(&service_id);
        let mut service = lumen.service(&service_id).await?;
        if service.is_none() && matches!(self.goal, Goal::Gone { .. }) && !self.has_succeeded {
            // Only inventory shows that it is gone, and a single answer without it may be a mistake.
            service = lumen.service(&service_id).await?;
        }
        Ok(match self.goal.judge(service.as_ref()) {
            Verdict::Reached => {
                let order_id = self.order_id.clone();
                Progress::Done(Outcome { order_id, service: self.goal.keep(service) })
            }
            Verdict::NotYet(unexpected) => self.not_yet(retry_after, unexpected),
            Verdict::Lost(reason) => Progress::Failed(Refusal { code: None, reason }),
        })
    }

    fn not_yet(
        &mut self,
        retry_after: Option<Duration>,
        unexpected: Option<String>,
    ) -> Progress<Outcome> {
        self.unexpected.extend(unexpected);
        Progress::Running { retry_after }
    }

    fn note(&mut self, report: OrderReport) -> Polled {
        let OrderReport { state, order_id, service_id, reason, retry_after } = report;
        if order_id.is_some() {
            self.order_id = order_id;
        }
        if let Some(id) = service_id {
            self.goal.fill_service_id(&id);
        }
        self.has_succeeded = state == OrderState::Succeeded;
        match state {
            OrderState::Running => Polled::NotYet { retry_after, unexpected: None },
            OrderState::Succeeded => Polled::MaybeDone { retry_after },
            OrderState::Failed => Polled::Failed(reason.unwrap_or_else(|| NO_REASON.to_owned())),
            OrderState::Unrecognized(word) => {
                let unexpected = Some(unknown_word("the order", &word));
                Polled::NotYet { retry_after, unexpected }
            }
        }
    }
}

/// The result of polling the status endpoint.
#[derive(Debug, PartialEq, Eq)]
enum Polled {
    NotYet { retry_after: Option<Duration>, unexpected: Option<String> },
    MaybeDone { retry_after: Option<Duration> },
    Failed(String),
}

impl Polled {
    /// No result, so inventory alone decides.
    const NOTHING: Self = Self::MaybeDone { retry_after: None };
}

#[cfg(test)]
mod tests;
