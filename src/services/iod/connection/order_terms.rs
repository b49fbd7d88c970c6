//! The input of an order of a connection: its terms, the billing account, and the price limits.

use serde::{Deserialize, Serialize};

use super::model::{Connection, DEFAULT_BLOCK_SIZE, DEFAULT_ROUTING, DEFAULT_VLAN};
use super::order::Bought;
use super::{diagnostics, needs};
use crate::framework::{Diagnostic, Field};
use crate::journal::{Likeness, OrderTarget, Promise};
use crate::lumen::ordering::{BillingAccountRef, Contact, Goal, OrderAction, Quote, QuoteRequest};
use crate::lumen::{
    Bandwidth, BillingAccountId, Client, ExternalId, HourlyPrice, PartnerId, PortServiceId,
    ServiceId, SiteId,
};
use crate::services::Session;

/// Everything that an order of a connection needs.
pub(crate) struct OrderInput {
    pub(super) change: ConnectionChange,
    /// The service that is changed or disconnected.
    service: Option<ServiceId>,
    pub(super) terms: Terms,
    /// The reference that the user set.
    pub(super) external_id: Option<ExternalId>,
    /// The reference that the plan promised.
    pub(super) promise: Option<Promise>,
    pub(super) billing_account: BillingAccountRef,
    pub(super) contact: Contact,
    purchase_order_number: Option<String>,
    pub(super) note: Option<String>,
    /// The planned price in USD per hour.
    pub(super) planned_price: Option<HourlyPrice>,
    /// The price limit, and which argument sets it.
    pub(super) limit: Option<Limit>,
}

/// The terms that a new connection is ordered with.
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
    /// Describes how an earlier order differs from this one.
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

/// The lower of the two price limits.
#[derive(Clone)]
pub(super) struct Limit {
    pub(super) price: HourlyPrice,
    /// Whether the connection sets the limit, rather than the provider block.
    pub(super) is_own: bool,
}

impl Limit {
    pub(super) fn of(session: &Session, connection: &Connection) -> Option<Self> {
        let own = connection.max_hourly_price.known().map(|price| (price, true));
        let general = session.max_hourly_price.known().map(|price| (price, false));
        let lower = [own, general].into_iter().flatten().min_by_key(|(price, _)| *price);
        lower.map(|(price, is_own)| Self { price: price.clone(), is_own })
    }
}

/// What an order does to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionChange {
    /// It builds a connection.
    Add,
    /// It changes the bandwidth of the service.
    Bandwidth,
    /// It changes the name of the service.
    Rename,
    /// It disconnects the service.
    Disconnect,
}

impl OrderInput {
    /// Collects everything that an order of the connection needs.
    ///
    /// # Errors
    ///
    /// Fails if an argument that no plan could check is missing.
    pub(super) async fn new(
        session: &Session,
        change: ConnectionChange,
        service: Option<ServiceId>,
        connection: &Connection,
        promise: Option<Promise>,
    ) -> Result<Self, Diagnostic> {
        if change != ConnectionChange::Add && service.is_none() {
            return Err(diagnostics::lost(&connection.title()));
        }
        let missing =
            |name: &str| Diagnostic::bug(format!("`{name}` is not known at apply")).at(name);
        let own_or_default = |own: &Field<String>, default: &Field<String>| {
            own.clone().or(|| default.clone()).known().cloned()
        };
        let text = |field: &Field<String>, default: &str| {
            field.known().cloned().unwrap_or_else(|| default.to_owned())
        };
        let contact = needs::contact(session, connection);
        let billing_account = needs::billing_account(session, connection, change).await?;
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
            change,
            service,
            terms,
            billing_account,
            contact: contact
                .known()
                .and_then(crate::services::Contact::for_order)
                .ok_or_else(|| diagnostics::no_contact(&connection.object(), change))?,
            external_id: connection.external_id.known().cloned(),
            promise,
            purchase_order_number: own_or_default(
                &connection.purchase_order_number,
                &session.purchase_order_number,
            ),
            note: own_or_default(&connection.note, &session.note),
            planned_price: connection.hourly_price.known().cloned(),
            limit: Limit::of(session, connection),
        })
    }

    /// The target of the order.
    pub(super) fn target(&self, lumen: &Client) -> Result<OrderTarget, Diagnostic> {
        Ok(match self.change {
            ConnectionChange::Add => {
                let Terms { name, site, .. } = &self.terms;
                new_target(lumen, name, site)
            }
            _ => target_of_changes(lumen, self.service()?),
        })
    }

    /// The service that is changed or disconnected.
    pub(super) fn service(&self) -> Result<&ServiceId, Diagnostic> {
        self.service.as_ref().ok_or_else(|| diagnostics::lost(&self.terms.name))
    }

    /// The object as messages refer to it, such as connection `backup`.
    pub(super) fn object(&self) -> String {
        format!("connection `{}`", self.terms.name)
    }

    /// Describes what is ordered.
    pub(super) fn description(&self) -> String {
        let Terms { name, site, bandwidth, .. } = &self.terms;
        let service = self.service.as_ref().map(ServiceId::as_str).unwrap_or_default();
        match self.change {
            ConnectionChange::Add => format!("connection `{name}` of {bandwidth} at site {site}"),
            ConnectionChange::Bandwidth => {
                format!("{bandwidth} for connection `{name}` (service {service})")
            }
            ConnectionChange::Rename => format!("the name `{name}` for service {service}"),
            ConnectionChange::Disconnect => {
                format!("the disconnection of connection `{name}` (service {service})")
            }
        }
    }

    /// Records what Lumen returned when the new connection was ordered.
    pub(super) fn note_in(&self, now: &mut Connection, bought: &Bought, reference: &ExternalId) {
        let Bought { order, quoted, .. } = bought;
        now.external_id = Field::Known(reference.clone());
        now.billing_account_id = Field::Known(self.billing_account.id.clone());
        now.billing_account_name = Field::Known(self.billing_account.name.clone());
        now.order_request_id = order.order_request_id.clone().into();
        now.quote_id = quoted.as_ref().map(|quoted| quoted.id.clone()).into();
    }

    /// The action that the order requests.
    pub(super) fn action<'a>(
        &'a self,
        quote: Option<&'a Quote>,
    ) -> Result<OrderAction<'a>, Diagnostic> {
        let quoted = || quote.ok_or_else(|| Diagnostic::bug("an order lacks its quote"));
        Ok(match self.change {
            ConnectionChange::Add => OrderAction::Add {
                quote: &quoted()?.id,
                name: &self.terms.name,
                ipv4_block_size: &self.terms.ipv4_block_size,
                vlan_assignment: &self.terms.vlan_assignment,
                routing: &self.terms.routing,
            },
            ConnectionChange::Bandwidth => {
                OrderAction::ChangeBandwidth { service_id: self.service()?, quote: &quoted()?.id }
            }
            ConnectionChange::Rename => {
                OrderAction::Rename { service_id: self.service()?, name: &self.terms.name }
            }
            ConnectionChange::Disconnect => OrderAction::Delete { service_id: self.service()? },
        })
    }

    /// The request for a quote.
    pub(super) fn quote_request(&self) -> QuoteRequest {
        QuoteRequest {
            site: self.terms.site.clone(),
            bandwidth: self.terms.bandwidth,
            partner_id: self.terms.partner_id.clone(),
            port: self.terms.port_service_id.clone(),
            purchase_order_number: self.purchase_order_number.clone(),
        }
    }

    /// The state of the service once the order has completed.
    pub(super) fn goal(
        &self,
        existing: impl IntoIterator<Item = ServiceId>,
    ) -> Result<Goal, Diagnostic> {
        let Terms { name, site, bandwidth, .. } = &self.terms;
        Ok(match self.change {
            ConnectionChange::Add => Goal::Built {
                name: name.clone(),
                site: site.clone(),
                bandwidth: *bandwidth,
                existing: existing.into_iter().collect(),
                service_id: None,
            },
            ConnectionChange::Bandwidth => Goal::Changed {
                service_id: self.service()?.clone(),
                bandwidth: Some(*bandwidth),
                name: None,
            },
            ConnectionChange::Rename => Goal::Changed {
                service_id: self.service()?.clone(),
                bandwidth: None,
                name: Some(name.clone()),
            },
            ConnectionChange::Disconnect => Goal::Gone { service_id: self.service()?.clone() },
        })
    }
}

/// The target of an order for a new connection: a name at a site, regardless of the reference, because the
/// inventory shows nothing else.
pub(super) fn new_target(lumen: &Client, name: &str, site: &SiteId) -> OrderTarget {
    OrderTarget::of(lumen, "iod_connection", &["name", name.trim(), site.as_str()])
}

/// The target of the orders that change or disconnect a service.
pub(super) fn target_of_changes(lumen: &Client, service: impl AsRef<str>) -> OrderTarget {
    OrderTarget::of(lumen, "iod_service", &[service.as_ref()])
}

/// The likeness of a new connection at a site, regardless of its name.
pub(super) fn likeness(lumen: &Client, site: &SiteId, bandwidth: Bandwidth) -> Likeness {
    Likeness::of(lumen, &["iod_connection", site.as_str(), &bandwidth.to_string()])
}
