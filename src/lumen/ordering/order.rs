//! `/Customer/v3/Ordering`: placing an order and reading its status.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BillingAccountRef, Known, wire};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::http::request::Request;
use crate::lumen::http::retry::Effect;
use crate::lumen::scalar::Scalar;
use crate::lumen::{Client, Error, ExternalId, OrderId, OrderRequestId, QuoteId, ServiceId};

/// The contact for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// First and last name, with a space between them.
    pub name: String,
    /// The email address to which Lumen sends the result.
    pub email: String,
    /// A US telephone number, such as `+16157691234`.
    pub phone: String,
    /// The company.
    pub organization: String,
    /// Extension of the telephone number.
    pub phone_extension: Option<String>,
}

/// An order to be placed.
#[derive(Debug, Clone, Copy)]
pub struct OrderRequest<'a> {
    /// The caller's own reference.
    pub external_id: &'a ExternalId,
    /// The billing account. Its `is_orderable` must be true.
    pub billing_account: &'a BillingAccountRef,
    /// The contact.
    pub contact: &'a Contact,
    /// Free text that Lumen keeps with the order.
    pub note: Option<&'a str>,
    /// What the order does.
    pub action: OrderAction<'a>,
}

/// What an order does.
#[derive(Debug, Clone, Copy)]
pub enum OrderAction<'a> {
    /// Build a new service.
    Add {
        /// The quote, which names the site, the bandwidth, and the partner or port.
        quote: &'a QuoteId,
        /// The customer's name for the service.
        name: &'a str,
        /// The size of the IPv4 block: `/28`, `/29` or `/30`.
        ipv4_block_size: &'a str,
        /// The VLAN assignment: `Auto Assign`.
        vlan_assignment: &'a str,
        /// The kind of routing: `Static`.
        routing: &'a str,
    },
    /// Change the bandwidth of a service to the quoted one.
    ChangeBandwidth {
        /// The service.
        service_id: &'a ServiceId,
        /// The quote for its new bandwidth.
        quote: &'a QuoteId,
    },
    /// Rename a service.
    Rename {
        /// The service.
        service_id: &'a ServiceId,
        /// Its new name.
        name: &'a str,
    },
    /// Disconnect a service.
    Delete {
        /// The service.
        service_id: &'a ServiceId,
    },
}

/// The status of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderReport {
    /// The progress of the order.
    pub state: OrderState,
    /// Lumen's ID of the order, as soon as it exists.
    pub order_id: Option<OrderId>,
    /// The service that the order builds or changes, as soon as it exists.
    pub service_id: Option<ServiceId>,
    /// Why it failed, in Lumen's words.
    pub reason: Option<String>,
    /// How long Lumen asks to wait before the next check.
    pub retry_after: Option<Duration>,
}

/// The progress of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderState {
    /// It is in progress.
    Running,
    /// It has succeeded. Inventory may show the result a little later.
    Succeeded,
    /// It has failed.
    Failed,
    /// A word that Lumen does not document. It is treated as "not yet" and reported.
    Unrecognized(String),
}

/// `running`, `succeeded`, `failed`, or Lumen's word in lower case.
impl fmt::Display for OrderState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Unrecognized(word) => return formatter.write_str(&word.to_lowercase()),
        })
    }
}

impl Known {
    /// Stops using cached answers about what the order changes, whether or not the order succeeds.
    fn is_about_to_change(&self, action: &OrderAction<'_>) {
        let name = match action {
            OrderAction::Add { name, .. } => Some(name),
            OrderAction::Rename { name, service_id } => {
                self.services.invalidate(service_id);
                Some(name)
            }
            OrderAction::ChangeBandwidth { service_id, .. }
            | OrderAction::Delete { service_id } => {
                self.services.invalidate(service_id);
                None
            }
        };
        if let Some(name) = name {
            self.named().insert(name.trim().to_owned());
        }
    }
}

impl Client {
    /// Places an order, which costs money. It is sent at most once, and never after `until`.
    /// `POST /Customer/v3/Ordering/orderRequest`
    ///
    /// # Errors
    /// After an error for which [`Error::may_have_arrived`] is true, the caller must find out what happened
    /// to the order before placing it again.
    pub async fn place(
        &self,
        request: &OrderRequest<'_>,
        until: Timestamp,
    ) -> Result<OrderRequestId, Error> {
        self.0.ordering.is_about_to_change(&request.action);
        let body = wire::order_body(request);
        let post = Request::post("Customer/v3/Ordering/orderRequest", body, Effect::Once);
        let answer = self.send(&post.until(until)).await?;
        match answer.json().get("id").map(Scalar::from).and_then(|id| id.parse()) {
            Some(order_request_id) => Ok(order_request_id),
            None => Err(answer.nonsense("it has no `id` to follow the order by")),
        }
    }

    /// Reads the status of an order. `GET /Customer/v3/Ordering/orderRequest/{id}`
    ///
    /// # Errors
    /// [`Error::NotFound`] is possible soon after the order was placed. Where Lumen does not offer this
    /// endpoint, the error is [`Error::NotFound`] or [`Error::NotImplemented`].
    pub async fn order_status(&self, id: &OrderRequestId) -> Result<OrderReport, Error> {
        let request = Request::get("Customer/v3/Ordering/orderRequest/{id}")
            .class(RequestClass::Order)
            .id(id);
        let answer = self.send(&request).await?;
        match wire::order_report(&answer.json(), answer.retry_after) {
            Some(report) => Ok(report),
            None => Err(answer.nonsense("it doesn't describe an order")),
        }
    }
}
