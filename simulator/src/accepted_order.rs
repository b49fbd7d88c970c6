//! An accepted order: its progress over time, and how the status endpoint shows it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::seconds;
use crate::ledger::{Action, Order, OrderState};
use crate::order_request::OrderRequest;
use crate::services::{
    ACTIVE, CHANGE_PENDING, DISCONNECT_PENDING, DISCONNECTED, INSTALL_PENDING, Service, Services,
};
use crate::settings::Settings;
use crate::state::Simulation;

/// What an order does to a service.
pub(crate) enum Change {
    Install(Service),
    Resize { service_id: String, mbps: u32 },
    Rename { service_id: String, name: String },
    Disconnect { service_id: String },
}

impl Change {
    pub(crate) fn service_id(&self) -> &str {
        match self {
            Change::Install(service) => &service.service_id,
            Change::Resize { service_id, .. }
            | Change::Rename { service_id, .. }
            | Change::Disconnect { service_id } => service_id,
        }
    }

    /// The status of the service in the inventory while the order runs.
    pub(crate) fn pending_status(&self) -> &'static str {
        match self {
            Change::Install(_) => INSTALL_PENDING,
            Change::Resize { .. } | Change::Rename { .. } => CHANGE_PENDING,
            Change::Disconnect { .. } => DISCONNECT_PENDING,
        }
    }

    /// Applies the change to an active service.
    pub(crate) fn apply(&self, service: &mut Service, now: Duration) {
        match self {
            Change::Install(_) => {}
            Change::Resize { mbps, .. } => service.bandwidth_mbps = *mbps,
            Change::Rename { name, .. } => service.name.clone_from(name),
            Change::Disconnect { .. } => {
                service.status = DISCONNECTED.into();
                service.disconnected_at = Some(now);
            }
        }
    }
}

/// An accepted order. Its outcome and its times are decided when it is accepted. Times are
/// simulated times since the start.
pub(crate) struct AcceptedOrder {
    pub(crate) order_request_id: String,
    pub(crate) order_id: String,
    pub(crate) quote_id: Option<String>,
    purchase_order_number: Option<String>,
    pub(crate) change: Change,
    /// The reason why it will fail; `None` if it will succeed.
    pub(crate) failure: Option<String>,
    /// When its outcome appears in the inventory.
    pub(crate) inventory_at: Duration,
    /// Whether its service stays pending until a service-configuration request names this order.
    pub(crate) awaits_configuration: bool,
    /// Whether the service that it installs is in the inventory.
    installed: bool,
    /// The answer to the order request, which repeats the request.
    pub(crate) echo: Value,
    request: OrderRequest,
    pub(crate) accepted_at: Timestamp,
    began_at: Duration,
    order_known_at: Duration,
    service_known_at: Duration,
    ends_at: Duration,
}

impl AcceptedOrder {
    /// Accepts an order: decides its ids, its times and its outcome.
    pub(crate) fn accept(
        lumen: &mut Simulation,
        request: OrderRequest,
        change: Change,
        body: Value,
    ) -> AcceptedOrder {
        let (order_request_id, order_id) = lumen.iod.next_order_numbers();
        let quote_id = request.change.quote_id().map(str::to_owned);
        let quote = quote_id.as_ref().and_then(|id| lumen.iod.quotes.get(id));
        let purchase_order_number = quote.and_then(|quote| quote.purchase_order_number.clone());
        let now = lumen.clock.now();
        let settings = &mut lumen.settings;
        let takes = seconds(settings.order_seconds);
        let ends_at = now + takes;
        AcceptedOrder {
            echo: echo(body, &order_request_id),
            order_request_id,
            order_id,
            quote_id,
            purchase_order_number,
            failure: next_failure(settings),
            inventory_at: ends_at + seconds(settings.inventory_lag_seconds),
            awaits_configuration: settings.require_service_configuration
                && matches!(change, Change::Install(_)),
            installed: false,
            request,
            change,
            accepted_at: lumen.clock.date(now),
            began_at: now,
            order_known_at: now + takes / 4,
            service_known_at: now + takes / 2,
            ends_at,
        }
    }

    /// Applies the changes that are due by now to the services. Returns whether the order is finished.
    pub(crate) fn advance_to(&mut self, services: &mut Services, now: Duration) -> bool {
        if !self.installed && self.service_id(now).is_some() {
            self.installed = true;
            if let Change::Install(service) = &self.change {
                services.add(service.clone());
            }
        }
        if now < self.inventory_at || self.awaits_configuration {
            return false;
        }
        // A different status means that the control API has changed the service since the order was
        // accepted. That change wins.
        let service = services
            .get_mut(self.change.service_id())
            .filter(|service| service.status == self.change.pending_status());
        if let Some(service) = service {
            service.status = ACTIVE.into();
            if self.failure.is_none() {
                self.change.apply(service, self.inventory_at);
            }
        }
        true
    }

    pub(crate) fn state(&self, now: Duration) -> OrderState {
        match &self.failure {
            _ if now < self.ends_at => OrderState::Running,
            Some(_) => OrderState::Failed,
            None => OrderState::Succeeded,
        }
    }

    /// Lumen's order id, once the customer can see it.
    pub(crate) fn order_id(&self, now: Duration) -> Option<&str> {
        (self.order_known_at <= now).then_some(&self.order_id)
    }

    /// The service id, once the customer can see it. A failed installation never has one.
    pub(crate) fn service_id(&self, now: Duration) -> Option<&str> {
        let fails = matches!(self.change, Change::Install(_)) && self.failure.is_some();
        (self.service_known_at <= now && !fails).then(|| self.change.service_id())
    }

    /// Whether the status endpoint already knows the order.
    pub(crate) fn shows_status(&self, now: Duration, settings: &Settings) -> bool {
        self.began_at + seconds(settings.status_lag_seconds) <= now
    }

    /// The body that the status endpoint returns: the answer to the order request and the state.
    pub(crate) fn status(&self, now: Duration, settings: &Settings) -> Value {
        let word = |custom: &Option<String>, usual: &str| custom.as_deref().unwrap_or(usual).into();
        let (status, item_state): (Value, _) = match self.state(now) {
            OrderState::Running => (word(&settings.status_word, "RUNNING"), "inProgress"),
            OrderState::Succeeded => (word(&settings.success_word, "SUCCEEDED"), "completed"),
            OrderState::Failed => ("FAILED".into(), "failed"),
        };
        let mut answer = self.echo.clone();
        answer["status"] = status;
        // Lumen's own example returns a reference that consists of digits as a JSON number.
        if let Ok(number) = self.request.external_id.parse::<u64>()
            && number.to_string() == self.request.external_id
        {
            answer["externalId"] = number.into();
        }
        if let Some(item) = answer.pointer_mut("/productOrderItem/0") {
            item["state"] = item_state.into();
        }
        if let Some(order_id) = self.order_id(now) {
            answer["orderId"] = order_id.into();
        }
        if let Some(service_id) = self.service_id(now) {
            answer["serviceId"] = service_id.into();
        }
        if let (OrderState::Failed, Some(reason)) = (self.state(now), &self.failure) {
            answer["error"] = json!({
                "code": "otherIssue",
                "reason": reason,
                "message": reason,
                "referenceError": "",
            });
        }
        answer
    }

    /// The order in the ledger.
    pub(crate) fn ledger_entry(&self, now: Duration) -> Order {
        let (action, name, mbps) = match &self.change {
            Change::Install(service) => {
                (Action::Add, Some(&service.name), Some(service.bandwidth_mbps))
            }
            Change::Resize { mbps, .. } => (Action::Modify, None, Some(*mbps)),
            Change::Rename { name, .. } => (Action::Modify, Some(name), None),
            Change::Disconnect { .. } => (Action::Delete, None, None),
        };
        let service_id = match action {
            Action::Add => self.service_id(now),
            Action::Modify | Action::Delete => Some(self.change.service_id()),
        };
        let site = match &self.change {
            Change::Install(service) => Some(service.master_site_id.clone()),
            _ => None,
        };
        Order {
            order_request_id: self.order_request_id.clone(),
            external_id: self.request.external_id.clone(),
            action,
            state: self.state(now),
            order_id: self.order_id(now).map(str::to_owned),
            service_id: service_id.map(str::to_owned),
            quote_id: self.quote_id.clone(),
            purchase_order_number: self.purchase_order_number.clone(),
            note: self.request.note.clone(),
            customer_service_name: name.cloned(),
            master_site_id: site,
            bandwidth_mbps: mbps,
            billing_account_id: self.request.billing_account_id.clone(),
            contact: self.request.contact.clone(),
            accepted_at: self.accepted_at,
        }
    }
}

/// The reason why the next order fails, if it does. Counts down `fail_orders_count`.
fn next_failure(settings: &mut Settings) -> Option<String> {
    let reason = settings.fail_orders.clone()?;
    if let Some(left) = settings.fail_orders_count {
        settings.fail_orders_count = Some(left.checked_sub(1)?);
    }
    Some(reason)
}

/// The request with an id, and with null for the members of a TM Forum item that it does not set.
fn echo(mut body: Value, order_request_id: &str) -> Value {
    const UNSET: [&str; 14] = [
        "appointment",
        "billingAccount",
        "itemPrice",
        "itemTerm",
        "itemTotalPrice",
        "payment",
        "productOfferingQualificationItem",
        "productOrderItem",
        "productOrderItemRelationship",
        "qualification",
        "quoteItem",
        "state",
        "@baseType",
        "@schemaLocation",
    ];
    body["id"] = order_request_id.into();
    if let Some(Value::Object(item)) = body.pointer_mut("/productOrderItem/0") {
        for member in UNSET {
            item.entry(member).or_insert(Value::Null);
        }
        item.insert("@type".into(), "ProductOrderItem".into());
    }
    body
}
