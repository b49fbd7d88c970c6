//! What is wanted of a connection, with everything that an order for it needs.

use serde::{Deserialize, Serialize};

use super::diagnostics;
use super::model::{Connection, DEFAULT_BLOCK_SIZE, DEFAULT_ROUTING, DEFAULT_VLAN, Promised};
use super::order::Bought;
use crate::framework::{Diagnostic, Field};
use crate::journal::{OrderTarget, Promise};
use crate::lumen::ordering::{
    BillingAccountQuery, BillingAccountRef, Contact, Goal, OrderAction, Quote, QuoteRequest,
};
use crate::lumen::{
    Bandwidth, BillingAccountId, Client, ExternalId, HourlyPrice, PartnerId, PortServiceId,
    ServiceId, SiteId,
};
use crate::services::orders::Placed;
use crate::services::{Session, explain};

/// A connection with everything that an order for it needs.
pub(super) struct OrderInput {
    pub(super) terms: Terms,
    /// The reference that users gave it.
    pub(super) external_id: Option<ExternalId>,
    /// The reference that its plan promised.
    pub(super) promised: Option<Promise>,
    pub(super) billing_account: BillingAccountRef,
    pub(super) contact: Contact,
    purchase_order_number: Option<String>,
    pub(super) note: Option<String>,
    /// What the plan promised, in USD per hour.
    pub(super) planned_price: Option<HourlyPrice>,
    /// What may be spent, and which argument says so.
    pub(super) limit: Option<Limit>,
}

/// What a new connection is ordered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Terms {
    pub(super) name: String,
    pub(super) site: SiteId,
    pub(super) bandwidth: Bandwidth,
    partner_id: Option<PartnerId>,
    port_service_id: Option<PortServiceId>,
    ipv4_block_size: String,
    vlan_assignment: String,
    routing: String,
    billing_account: BillingAccountId,
}

impl Terms {
    /// Where an earlier order differs from this one, in words.
    pub(super) fn differences(&self, ordered: &Self) -> Vec<String> {
        fn text<T: ToString>(value: Option<&T>) -> String {
            value.map_or_else(|| "nothing".to_owned(), |value| format!("`{}`", value.to_string()))
        }
        fn pair<T: ToString>(
            name: &'static str,
            now: &T,
            then: &T,
        ) -> (&'static str, String, String) {
            (name, text(Some(now)), text(Some(then)))
        }
        let Self {
            name,
            site,
            bandwidth,
            partner_id: partner,
            port_service_id: port,
            ipv4_block_size,
            vlan_assignment,
            routing,
            billing_account,
        } = self;
        let pairs = [
            pair("name", name, &ordered.name),
            pair("master_site_id", site, &ordered.site),
            pair("bandwidth", bandwidth, &ordered.bandwidth),
            ("partner_id", text(partner.as_ref()), text(ordered.partner_id.as_ref())),
            ("port_service_id", text(port.as_ref()), text(ordered.port_service_id.as_ref())),
            pair("ipv4_block_size", ipv4_block_size, &ordered.ipv4_block_size),
            pair("vlan_assignment", vlan_assignment, &ordered.vlan_assignment),
            pair("routing", routing, &ordered.routing),
            pair("billing_account_id", billing_account, &ordered.billing_account),
        ];
        let differing = pairs.into_iter().filter(|(_, now, then)| now != then);
        differing.map(|(name, now, then)| format!("`{name}` was {then} and is {now}")).collect()
    }
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

impl OrderInput {
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
        let contact = connection.contact.clone().or(|| session.contact.clone());
        let billing_account = billing_account(session, connection).await?;
        let terms = Terms {
            name: connection.name.known().cloned().ok_or_else(|| missing("name"))?,
            site: connection
                .master_site_id
                .known()
                .cloned()
                .ok_or_else(|| missing("master_site_id"))?,
            bandwidth: *connection.bandwidth.known().ok_or_else(|| missing("bandwidth"))?,
            partner_id: connection.partner_id.known().cloned(),
            port_service_id: connection.port_service_id.known().cloned(),
            ipv4_block_size: text(&connection.ipv4_block_size, DEFAULT_BLOCK_SIZE),
            vlan_assignment: text(&connection.vlan_assignment, DEFAULT_VLAN),
            routing: text(&connection.routing, DEFAULT_ROUTING),
            billing_account: billing_account.id.clone(),
        };
        Ok(Self {
            terms,
            billing_account,
            contact: contact
                .known()
                .and_then(crate::services::Contact::for_order)
                .ok_or_else(diagnostics::no_contact)?,
            external_id: connection.external_id.known().cloned(),
            promised: None,
            purchase_order_number: connection.purchase_order_number.known().cloned(),
            note: connection.note.known().cloned(),
            planned_price: connection.hourly_price.known().copied(),
            limit: Limit::of(session, connection),
        })
    }

    /// The same, whose reference users did not give but the plan promised.
    pub(super) fn promised_by_plan(mut self, promised: Option<Promised>) -> Self {
        let promise = promised.and_then(|promised| promised.order);
        if promise.as_ref().map(|promise| &promise.reference) == self.external_id.as_ref() {
            self.external_id = None;
            self.promised = promise;
        }
        self
    }

    /// What an order for this change is about.
    pub(super) fn thing(&self, lumen: &Client, change: &Change) -> OrderTarget {
        match change {
            Change::Add => {
                new_thing(lumen, self.external_id.as_ref(), &self.terms.name, &self.terms.site)
            }
            Change::Bandwidth(service) | Change::Rename(service) | Change::Disconnect(service) => {
                OrderTarget::of(lumen, "iod_service", &[service.as_str()])
            }
        }
    }

    /// How to speak of it.
    pub(super) fn object(&self) -> String {
        format!("connection `{}`", self.terms.name)
    }

    /// What is there now that it is ordered.
    pub(super) fn bought(&self, placed: &Placed<Bought>) -> Connection {
        let Bought { order, quoted, .. } = &placed.receipt;
        let mut now = Connection {
            external_id: Field::Known(placed.reference.clone()),
            billing_account_id: Field::Known(self.billing_account.id.clone()),
            billing_account_name: Field::Known(self.billing_account.name.clone()),
            order_request_id: order.order_request_id.clone().into(),
            quote_id: quoted.as_ref().map(|quoted| quoted.id.clone()).into(),
            ..Connection::default()
        };
        now.note_price(&placed.receipt);
        now
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
                name: &self.terms.name,
                ipv4_block_size: &self.terms.ipv4_block_size,
                vlan_assignment: &self.terms.vlan_assignment,
                routing: &self.terms.routing,
            },
            Change::Bandwidth(service_id) => {
                OrderAction::ChangeBandwidth { service_id, quote: &quote?.id }
            }
            Change::Rename(service_id) => {
                OrderAction::Rename { service_id, name: &self.terms.name }
            }
            Change::Disconnect(service_id) => OrderAction::Delete { service_id },
        })
    }

    /// A quote for it.
    pub(super) fn quote_request(&self) -> QuoteRequest {
        QuoteRequest {
            site: self.terms.site.clone(),
            bandwidth: self.terms.bandwidth,
            partner_id: self.terms.partner_id.clone(),
            port: self.terms.port_service_id.clone(),
            description: None,
            purchase_order_number: self.purchase_order_number.clone(),
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
                name: self.terms.name.clone(),
                site: self.terms.site.clone(),
                bandwidth: self.terms.bandwidth,
                existing: existing.into_iter().collect(),
                service_id: None,
            },
            Change::Bandwidth(service_id) => Goal::Changed {
                service_id: service_id.clone(),
                bandwidth: Some(self.terms.bandwidth),
                name: None,
            },
            Change::Rename(service_id) => Goal::Changed {
                service_id: service_id.clone(),
                bandwidth: None,
                name: Some(self.terms.name.clone()),
            },
            Change::Disconnect(service_id) => Goal::Gone { service_id: service_id.clone() },
        }
    }
}

/// What the order of a new connection is about: whatever users say, or a name at a site.
pub(super) fn new_thing(
    lumen: &Client,
    given: Option<&ExternalId>,
    name: &str,
    site: &SiteId,
) -> OrderTarget {
    match given {
        Some(reference) => {
            OrderTarget::of(lumen, "iod_connection", &["reference", reference.as_str()])
        }
        None => OrderTarget::of(lumen, "iod_connection", &["name", name.trim(), site.as_str()]),
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
    /// What ordering it is about, as far as that is known.
    pub(in crate::services) fn thing(&self, lumen: &Client) -> Option<OrderTarget> {
        let (name, site) = (self.name.known()?, self.master_site_id.known()?);
        Some(new_thing(lumen, None, name, site))
    }

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
