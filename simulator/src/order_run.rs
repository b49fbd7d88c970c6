//! An accepted order on its way: what is known when, and how it is told.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::seconds;
use crate::ledger::{Action, Order, OrderState};
use crate::order_form::OrderForm;
use crate::services::{
    ACTIVE, CHANGE_PENDING, DISCONNECT_PENDING, DISCONNECTED, INSTALL_PENDING, Service, Services,
};
use crate::settings::Settings;
use crate::state::Simulation;

/// What an order will have done in the end.
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

    /// What the inventory says about the service meanwhile.
    pub(crate) fn pending_status(&self) -> &'static str {
        match self {
            Change::Install(_) => INSTALL_PENDING,
            Change::Resize { .. } | Change::Rename { .. } => CHANGE_PENDING,
            Change::Disconnect { .. } => DISCONNECT_PENDING,
        }
    }

    /// Does to an active service what was ordered.
    pub(crate) fn apply(&self, service: &mut Service, now: Duration) {
        match self {
            Change::Install(_) => {}
            Change::Resize { mbps, .. } => service.bandwidth_mbps = *mbps,
            Change::Rename { name, .. } => service.name.clone_from(name),
            Change::Disconnect { .. } => {
                service.status = DISCONNECTED.into();
                service.gone_since = Some(now);
            }
        }
    }
}

/// An order from its acceptance on. How it will go is decided then; times are since the start.
pub(crate) struct OrderRun {
    pub(crate) order_request_id: String,
    pub(crate) order_id: String,
    pub(crate) quote_id: Option<String>,
    purchase_order_number: Option<String>,
    pub(crate) change: Change,
    /// Why it will fail, if it will.
    pub(crate) failure: Option<String>,
    /// When its outcome reaches the inventory.
    pub(crate) inventory_at: Duration,
    /// Its service stays pending until a service-configuration request names this order.
    pub(crate) awaits_configuration: bool,
    /// The service that it installs has appeared.
    installed: bool,
    /// The accepted request, as it was answered.
    pub(crate) echo: Value,
    form: OrderForm,
    pub(crate) accepted_at: Timestamp,
    began_at: Duration,
    order_known_at: Duration,
    service_known_at: Duration,
    ends_at: Duration,
}

impl OrderRun {
    /// Accepts an order: fixes its numbers, its times and its outcome.
    pub(crate) fn begin(
        lumen: &mut Simulation,
        form: OrderForm,
        change: Change,
        body: Value,
    ) -> OrderRun {
        let (order_request_id, order_id) = lumen.world.next_order_numbers();
        let quote_id = form.wish.quote_id().map(str::to_owned);
        let quote = quote_id.as_ref().and_then(|id| lumen.world.quotes.get(id));
        let purchase_order_number = quote.and_then(|quote| quote.purchase_order_number.clone());
        let now = lumen.clock.now();
        let settings = &mut lumen.settings;
        let takes = seconds(settings.order_seconds);
        let ends_at = now + takes;
        OrderRun {
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
            form,
            change,
            accepted_at: lumen.clock.date(now),
            began_at: now,
            order_known_at: now + takes / 4,
            service_known_at: now + takes / 2,
            ends_at,
        }
    }

    /// Does to the services what is due by now; whether nothing more is to be done.
    pub(crate) fn settle(&mut self, services: &mut Services, now: Duration) -> bool {
        if !self.installed && self.service_id(now).is_some() {
            self.installed = true;
            if let Change::Install(service) = &self.change {
                services.add(service.clone());
            }
        }
        if now < self.inventory_at || self.awaits_configuration {
            return false;
        }
        // Something outside of the order may have changed the service since; then that holds.
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

    /// Lumen's order number, once it is told.
    pub(crate) fn order_id(&self, now: Duration) -> Option<&str> {
        (self.order_known_at <= now).then_some(&self.order_id)
    }

    /// The service, once it is told. An installation that fails never has one.
    pub(crate) fn service_id(&self, now: Duration) -> Option<&str> {
        let fails = matches!(self.change, Change::Install(_)) && self.failure.is_some();
        (self.service_known_at <= now && !fails).then(|| self.change.service_id())
    }

    /// Whether the status endpoint has heard of it.
    pub(crate) fn shows_status(&self, now: Duration, settings: &Settings) -> bool {
        self.began_at + seconds(settings.status_lag_seconds) <= now
    }

    /// What the status endpoint tells: the order as it was answered, and where it stands.
    pub(crate) fn status(&self, now: Duration, settings: &Settings) -> Value {
        let word = |custom: &Option<String>, usual: &str| custom.as_deref().unwrap_or(usual).into();
        let (status, item_state): (Value, _) = match self.state(now) {
            OrderState::Running => (word(&settings.status_word, "RUNNING"), "inProgress"),
            OrderState::Succeeded => (word(&settings.success_word, "SUCCEEDED"), "completed"),
            OrderState::Failed => ("FAILED".into(), "failed"),
        };
        let mut told = self.echo.clone();
        told["status"] = status;
        // Lumen's own example answers a reference of digits as a number.
        if let Ok(number) = self.form.external_id.parse::<u64>()
            && number.to_string() == self.form.external_id
        {
            told["externalId"] = number.into();
        }
        if let Some(item) = told.pointer_mut("/productOrderItem/0") {
            item["state"] = item_state.into();
        }
        if let Some(order_id) = self.order_id(now) {
            told["orderId"] = order_id.into();
        }
        if let Some(service_id) = self.service_id(now) {
            told["serviceId"] = service_id.into();
        }
        if let (OrderState::Failed, Some(reason)) = (self.state(now), &self.failure) {
            told["error"] = json!({
                "code": "otherIssue",
                "reason": reason,
                "message": reason,
                "referenceError": "",
            });
        }
        told
    }

    /// The order as the ledger shows it.
    pub(crate) fn entry(&self, now: Duration) -> Order {
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
        Order {
            order_request_id: self.order_request_id.clone(),
            external_id: self.form.external_id.clone(),
            action,
            state: self.state(now),
            order_id: self.order_id(now).map(str::to_owned),
            service_id: service_id.map(str::to_owned),
            quote_id: self.quote_id.clone(),
            purchase_order_number: self.purchase_order_number.clone(),
            note: self.form.note.clone(),
            customer_service_name: name.cloned(),
            bandwidth_mbps: mbps,
            billing_account_id: self.form.billing_account_id.clone(),
            contact: self.form.contact.clone(),
            accepted_at: self.accepted_at,
        }
    }
}

/// Whether this order will fail, counting down the failures that were asked for.
fn next_failure(settings: &mut Settings) -> Option<String> {
    let reason = settings.fail_orders.clone()?;
    if let Some(left) = settings.fail_orders_count {
        settings.fail_orders_count = Some(left.checked_sub(1)?);
    }
    Some(reason)
}

/// The request itself with an id, and the members of a TM Forum item that nobody set.
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
