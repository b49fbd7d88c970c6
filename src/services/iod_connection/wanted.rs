//! What is wanted of a connection, with everything that an order for it needs.

use super::diagnostics;
use super::model::{Connection, DEFAULT_BLOCK_SIZE, DEFAULT_ROUTING, DEFAULT_VLAN};
use super::order::Bought;
use crate::framework::{Diagnostic, Field};
use crate::lumen::ordering::{
    BillingAccountQuery, BillingAccountRef, Contact, Goal, OrderAction, Quote, QuoteRequest,
};
use crate::lumen::{
    Bandwidth, BillingAccountId, ExternalId, HourlyPrice, PartnerId, PortServiceId, ServiceId,
    SiteId,
};
use crate::services::ordered::{self, NotOrdered};
use crate::services::{Session, explain};

/// A connection with everything that an order for it needs.
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) site: SiteId,
    pub(super) bandwidth: Bandwidth,
    pub(super) external_id: ExternalId,
    pub(super) billing_account: BillingAccountRef,
    partner_id: Option<PartnerId>,
    port_service_id: Option<PortServiceId>,
    ipv4_block_size: String,
    vlan_assignment: String,
    routing: String,
    pub(super) contact: Contact,
    purchase_order_number: Option<String>,
    pub(super) note: Option<String>,
    /// What the plan promised, in USD per hour.
    pub(super) planned_price: Option<HourlyPrice>,
    /// What may be spent, and which argument says so.
    pub(super) limit: Option<Limit>,
}

/// The lower of the two limits on the price.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub(super) price: HourlyPrice,
    /// Whether it stands at the connection, and not in the provider block.
    pub(super) is_own: bool,
}

impl Limit {
    pub(super) fn of(session: &Session, connection: &Connection) -> Option<Self> {
        let own =
            connection.max_hourly_price.known().map(|price| Self { price: *price, is_own: true });
        let general =
            session.max_hourly_price.known().map(|price| Self { price: *price, is_own: false });
        [own, general].into_iter().flatten().min_by_key(|limit| limit.price)
    }
}

/// What an order does to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It builds one.
    Add,
    /// It gives the service the wanted bandwidth.
    Bandwidth(ServiceId),
    /// It gives the service the wanted name.
    Rename(ServiceId),
    /// It disconnects the service.
    Disconnect(ServiceId),
}

impl Wanted {
    /// Everything that ordering the connection needs.
    ///
    /// # Errors
    ///
    /// Where an argument is missing that no plan could ask for.
    pub(super) async fn new(
        session: &Session,
        connection: &Connection,
    ) -> Result<Self, Diagnostic> {
        let missing =
            |name: &str| Diagnostic::bug(format!("`{name}` is not known at apply")).at(name);
        let text = |field: &Field<String>, default: &str| {
            field.known().cloned().unwrap_or_else(|| default.to_owned())
        };
        let name = connection.name.known().cloned().ok_or_else(|| missing("name"))?;
        let site =
            connection.master_site_id.known().cloned().ok_or_else(|| missing("master_site_id"))?;
        let external_id = match connection.external_id.known() {
            Some(external_id) => external_id.clone(),
            None => ordered::fresh_reference().map_err(NotOrdered::into_diagnostic)?,
        };
        let contact = connection.contact.clone().or(|| session.contact.clone());
        Ok(Self {
            billing_account: billing_account(session, connection).await?,
            contact: contact
                .known()
                .and_then(crate::services::Contact::for_order)
                .ok_or_else(diagnostics::no_contact)?,
            bandwidth: *connection.bandwidth.known().ok_or_else(|| missing("bandwidth"))?,
            partner_id: connection.partner_id.known().cloned(),
            port_service_id: connection.port_service_id.known().cloned(),
            ipv4_block_size: text(&connection.ipv4_block_size, DEFAULT_BLOCK_SIZE),
            vlan_assignment: text(&connection.vlan_assignment, DEFAULT_VLAN),
            routing: text(&connection.routing, DEFAULT_ROUTING),
            purchase_order_number: connection.purchase_order_number.known().cloned(),
            note: connection.note.known().cloned(),
            planned_price: connection.hourly_price.known().copied(),
            limit: Limit::of(session, connection),
            name,
            site,
            external_id,
        })
    }

    /// How to speak of it.
    pub(super) fn object(&self) -> String {
        format!("connection `{}`", self.name)
    }

    /// What is there now that it is ordered.
    pub(super) fn bought(&self, Bought { order, quote }: &Bought) -> Connection {
        Connection {
            external_id: Field::Known(self.external_id.clone()),
            billing_account_id: Field::Known(self.billing_account.id.clone()),
            billing_account_name: Field::Known(self.billing_account.name.clone()),
            order_request_id: order.order_request_id.clone().into(),
            quote_id: quote.as_ref().map(|quote| quote.id.clone()).into(),
            hourly_price: quote.as_ref().map(|quote| quote.hourly).into(),
            monthly_price: quote.as_ref().map(|quote| quote.monthly).into(),
            ..Connection::default()
        }
    }

    /// What the order asks for; none where a quote is missing that it needs.
    pub(super) fn action<'a>(
        &'a self,
        change: &'a Change,
        quote: Option<&'a Quote>,
    ) -> Option<OrderAction<'a>> {
        Some(match change {
            Change::Add => OrderAction::Add {
                quote: &quote?.id,
                name: &self.name,
                ipv4_block_size: &self.ipv4_block_size,
                vlan_assignment: &self.vlan_assignment,
                routing: &self.routing,
            },
            Change::Bandwidth(service_id) => {
                OrderAction::ChangeBandwidth { service_id, quote: &quote?.id }
            }
            Change::Rename(service_id) => OrderAction::Rename { service_id, name: &self.name },
            Change::Disconnect(service_id) => OrderAction::Delete { service_id },
        })
    }

    /// A quote for it.
    pub(super) fn quote_request(&self) -> QuoteRequest {
        QuoteRequest {
            site: self.site.clone(),
            bandwidth: self.bandwidth,
            partner_id: self.partner_id.clone(),
            port: self.port_service_id.clone(),
            description: None,
            purchase_order_number: self.purchase_order_number.clone(),
        }
    }

    /// The reference under which the order is placed.
    pub(super) fn reference(&self, change: &Change) -> Result<ExternalId, NotOrdered> {
        match change {
            Change::Add => Ok(self.external_id.clone()),
            Change::Bandwidth(_) | Change::Rename(_) | Change::Disconnect(_) => {
                ordered::fresh_reference()
            }
        }
    }

    /// What is there once the order has done it.
    pub(super) fn goal(
        &self,
        change: &Change,
        existing: impl IntoIterator<Item = ServiceId>,
    ) -> Goal {
        match change {
            Change::Add => Goal::Built {
                name: self.name.clone(),
                site: self.site.clone(),
                bandwidth: self.bandwidth,
                existing: existing.into_iter().collect(),
                service_id: None,
            },
            Change::Bandwidth(service_id) => Goal::Changed {
                service_id: service_id.clone(),
                bandwidth: Some(self.bandwidth),
                name: None,
            },
            Change::Rename(service_id) => Goal::Changed {
                service_id: service_id.clone(),
                bandwidth: None,
                name: Some(self.name.clone()),
            },
            Change::Disconnect(service_id) => Goal::Gone { service_id: service_id.clone() },
        }
    }
}

/// The account with its name, which Lumen wants in every order.
async fn billing_account(
    session: &Session,
    connection: &Connection,
) -> Result<BillingAccountRef, Diagnostic> {
    let id = connection.billing_account_id.known().or(session.billing_account_id.known());
    let id: &BillingAccountId = id.ok_or_else(diagnostics::no_billing_account)?;
    if let Some(name) = connection.billing_account_name.known() {
        return Ok(BillingAccountRef { id: id.clone(), name: name.clone() });
    }
    let accounts = session.lumen()?.billing_accounts(&BillingAccountQuery::default()).await;
    let accounts = accounts.map_err(|error| {
        explain::error(format!("Billing account `{id}` can't be looked up"), &error)
            .outcome("Nothing was ordered.")
    })?;
    diagnostics::orderable(id, &accounts)
}

impl Connection {
    /// The orders that make it what is planned, one after the other.
    pub(super) fn changes_towards(&self, planned: &Self) -> Vec<Change> {
        let Some(service_id) = self.service_id.known() else { return Vec::new() };
        let differs = [
            (self.bandwidth != planned.bandwidth, Change::Bandwidth(service_id.clone())),
            (self.name != planned.name, Change::Rename(service_id.clone())),
        ];
        differs.into_iter().filter(|(differs, _)| *differs).map(|(_, change)| change).collect()
    }
}
