//! What Terraform sees of a connection, and what is stored beside it.

use serde::{Deserialize, Serialize};
use tracing::info;

use super::order::{Bought, Quoted};
use super::{StoredConnection, diagnostics};
use crate::framework::schema::{boolean, object, string};
use crate::framework::{Context, Field, Rule, Schema, Value};
use crate::lumen::ordering::{Address, Goal, Offer, Outcome, PendingOrder, Service};
use crate::lumen::{
    Bandwidth, BillingAccountId, Client, ExternalId, HourlyPrice, MonthlyPrice, OrderId,
    OrderRequestId, PartnerId, PortServiceId, QuoteId, ServiceId, SiteId,
};
use crate::services::{Contact, contact, price_limit};
use crate::{identity, model};

/// The status of a connection whose order has not ended.
const PENDING: &str = "pending";

pub(super) const DEFAULT_BLOCK_SIZE: &str = "/29";
pub(super) const DEFAULT_VLAN: &str = "Auto Assign";
pub(super) const DEFAULT_ROUTING: &str = "Static";

model! {
    /// A connection.
    pub(crate) struct Connection {
        pub name: Field<String>,
        pub master_site_id: Field<SiteId>,
        pub bandwidth: Field<Bandwidth>,
        pub partner_id: Field<PartnerId>,
        pub port_service_id: Field<PortServiceId>,
        pub ipv4_block_size: Field<String>,
        pub vlan_assignment: Field<String>,
        pub routing: Field<String>,
        pub billing_account_id: Field<BillingAccountId>,
        pub contact: Field<Contact>,
        pub external_id: Field<ExternalId>,
        pub purchase_order_number: Field<String>,
        pub note: Field<String>,
        pub max_hourly_price: Field<HourlyPrice>,
        pub deletion_protection: Field<bool>,
        pub wait_for: Field<String>,
        pub id: Field<ServiceId>,
        pub service_id: Field<ServiceId>,
        pub order_id: Field<OrderId>,
        pub order_request_id: Field<OrderRequestId>,
        pub quote_id: Field<QuoteId>,
        pub status: Field<String>,
        pub hourly_price: Field<HourlyPrice>,
        pub monthly_price: Field<MonthlyPrice>,
        pub billing_account_name: Field<String>,
        pub location: Field<Location>,
    }
}

model! {
    /// Where a connection is.
    pub(crate) struct Location {
        pub street_address: Field<String>,
        pub city: Field<String>,
        pub state: Field<String>,
        pub country: Field<String>,
        pub post_code: Field<String>,
    }
}

identity! {
    /// The identity of a connection.
    service_id: ServiceId, "The service id, such as `77133831778`.",
    "service" by "service id", "lumen_iod_connection.example 77133831778"
}

/// What a plan of a connection looked up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LookedUp {
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) price: Option<Price>,
    /// The name of who pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) billing_account_name: Option<String>,
}

/// USD per hour and per month, in decimal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Price {
    pub(super) hourly: String,
    pub(super) monthly: String,
}

impl Price {
    /// What is planned, if that is known.
    pub(super) fn of(planned: &Connection) -> Option<Self> {
        let (hourly, monthly) = (planned.hourly_price.known()?, planned.monthly_price.known()?);
        Some(Self { hourly: hourly.to_string(), monthly: monthly.to_string() })
    }
}

pub(super) fn schema() -> Schema {
    Schema::new("An Internet On-Demand connection at one site. **Creating it orders and costs money**: the plan shows the price, and `max_hourly_price` limits it.")
        .attribute("name", string().required().rule(Rule::trimmed_up_to(255)).about("The name of the service, which Lumen calls *Customer Service Name*. Changing it renames the service by an order that costs nothing."))
        .attribute("master_site_id", string().required().replaces().rule(Rule::reads_as::<SiteId>("the `master_site_id` of one of `lumen_locations`")).about("The site, from `lumen_locations`."))
        .attribute("bandwidth", string().required().rule(Rule::reads_as::<Bandwidth>("a bandwidth with its unit, such as `100 Mbps` or `1 Gbps`")).about("The bandwidth with its unit, such as `100 Mbps` or `1 Gbps`. Changing it orders the change at the new price, in place."))
        .attribute("partner_id", string().replaces().rule(Rule::reads_as::<PartnerId>("the `id` of one of `lumen_providers`")).about("The data-centre partner of the site, from `lumen_providers`. Exactly one of `partner_id` and `port_service_id` is set."))
        .attribute("port_service_id", string().replaces().rule(Rule::reads_as::<PortServiceId>("the UNI Service ID of one of your ports")).about("Your own port at the site, by its UNI Service ID."))
        .attribute("ipv4_block_size", string().default(Value::text(DEFAULT_BLOCK_SIZE)).replaces().rule(Rule::one_of(&["/28", "/29", "/30"])).about("The size of the block of public IPv4 addresses: `/28`, `/29` or `/30`."))
        .attribute("vlan_assignment", string().default(Value::text(DEFAULT_VLAN)).replaces().rule(Rule::one_of(&["Auto Assign"])).about("How the VLAN is assigned. Lumen offers `Auto Assign` only."))
        .attribute("routing", string().default(Value::text(DEFAULT_ROUTING)).replaces().rule(Rule::one_of(&["Static"])).about("How traffic is routed. Lumen offers `Static` only."))
        .attribute("billing_account_id", string().optional_computed().stable().replaces().documented_default("the provider's").rule(Rule::reads_as::<BillingAccountId>("the `id` of one of `lumen_billing_accounts` that is `orderable`")).about("Who pays, from `lumen_billing_accounts`. The holder must have its headquarters in the United States."))
        .attribute("contact", contact().documented_default("the provider's").about("The order contact, to whom Lumen writes about orders from now on. Changing it orders nothing."))
        .attribute("external_id", string().optional_computed().stable().replaces().documented_default("derived from `name` and site when it is ordered").rule(Rule::reads_as::<ExternalId>("text of 1 to 20 characters")).about("The reference under which the connection is ordered, at most 20 characters."))
        .attribute("purchase_order_number", string().rule(Rule::length_up_to(64)).about("Your purchase order, for quotes from now on. Changing it orders nothing."))
        .attribute("note", string().rule(Rule::length_up_to(255)).about("A note that Lumen keeps with orders from now on. Changing it orders nothing."))
        .attribute("max_hourly_price", string().rule(price_limit()).about("Nothing dearer than this, in USD per hour, is ordered for this connection. The lower of this and the provider's holds."))
        .attribute("deletion_protection", boolean().default(Value::Bool(false)).about("Whether plans that destroy or replace the connection fail."))
        .attribute("wait_for", string().default(Value::text("active")).rule(Rule::one_of(&["active", "accepted"])).about("What creating waits for: `active`, or only `accepted` by Lumen; a later refresh then tells when it is active."))
        .attribute("id", string().computed().stable().about("The service id, the same as `service_id`."))
        .attribute("service_id", string().computed().stable().about("The service, such as `77133831778`; null until Lumen knows it."))
        .attribute("order_id", string().computed().stable().about("Lumen's order that built it, for support requests."))
        .attribute("order_request_id", string().computed().stable().about("What placing that order answered, for `lumen_iod_order`."))
        .attribute("quote_id", string().computed().stable().about("The quote that was ordered."))
        .attribute("status", string().computed().about("`pending`, `active`, `changing`, `suspended`, `terminated`, or Lumen's own word in lower case."))
        .attribute("hourly_price", string().computed().about("USD per hour: while planning what Lumen asks now, later what was ordered."))
        .attribute("monthly_price", string().computed().about("USD per month of 30 days."))
        .attribute("billing_account_name", string().computed().stable().about("The name of the billing account."))
        .attribute("location", object([
            ("street_address", string().computed().about("Street and number.")),
            ("city", string().computed().about("The city.")),
            ("state", string().computed().about("The state, such as `LA`.")),
            ("country", string().computed().about("The country, such as `US`.")),
            ("post_code", string().computed().about("The post code.")),
        ]).computed().stable().about("Where the site is."))
        .timeout("create", "60m", "How long to wait for the connection to become active. If it takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("read", "5m", "How long reading the connection may take.")
        .timeout("update", "30m", "How long to wait for a change to complete. If it takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("delete", "60m", "How long to wait for Lumen to disconnect the service. If it takes longer, the destroy fails, the connection stays in the state, and the next destroy resumes waiting.")
}

impl Connection {
    /// The name in messages.
    pub(super) fn title(&self) -> String {
        self.name.known().cloned().unwrap_or_else(|| "(not named yet)".to_owned())
    }

    /// How to speak of it.
    pub(super) fn object(&self) -> String {
        format!("connection `{}`", self.title())
    }

    /// Writes the planned price to the log. Terraform plans once more before it applies, and where the
    /// price has moved by then, it stops with a message of its own: the log shows both prices.
    pub(super) fn log_price(&self) {
        fn text<T: ToString>(field: &Field<T>) -> String {
            field.known().map_or_else(|| "unknown".to_owned(), ToString::to_string)
        }
        info!(
            connection = text(&self.name),
            site = text(&self.master_site_id),
            bandwidth = text(&self.bandwidth),
            hourly_price = text(&self.hourly_price),
            monthly_price = text(&self.monthly_price),
            "planned the price of a connection, in USD"
        );
    }

    /// Whether creating it ends with Lumen's acceptance of the order.
    pub(super) fn waits_only_for_acceptance(&self) -> bool {
        self.wait_for.known().is_some_and(|wait| wait == "accepted")
    }

    /// The connection of an existing service, as far as inventory shows it.
    pub(super) fn found(service: &Service) -> Self {
        let mut connection = Self::default();
        connection.take_over(service);
        connection.assume_defaults();
        connection
    }

    /// Takes over what inventory shows. What an existing service can't change, and what inventory
    /// does not tell, stays as it is.
    pub(super) fn take_over(&mut self, service: &Service) {
        let Service {
            service_id,
            name,
            status,
            bandwidth,
            master_site_id,
            partner_id,
            port_service_id,
            billing_account,
            address,
            ipv4_block_size,
            vlan_assignment,
            routing,
        } = service;
        self.id = Field::Known(service_id.clone());
        self.service_id = Field::Known(service_id.clone());
        self.status = Field::Known(status.to_string());
        self.location = Field::Known(Location::from(address));
        overwrite(&mut self.name, name.as_ref());
        overwrite(&mut self.bandwidth, bandwidth.as_ref());
        fill_if_unknown(&mut self.master_site_id, master_site_id.as_ref());
        if self.port_service_id.is_null() {
            fill_if_unknown(&mut self.partner_id, partner_id.as_ref());
        }
        if self.partner_id.is_null() {
            fill_if_unknown(&mut self.port_service_id, port_service_id.as_ref());
        }
        fill_if_unknown(
            &mut self.billing_account_id,
            billing_account.as_ref().map(|account| &account.id),
        );
        fill_if_unknown(
            &mut self.billing_account_name,
            billing_account.as_ref().map(|account| &account.name),
        );
        fill_if_unknown(&mut self.ipv4_block_size, ipv4_block_size.as_ref());
        fill_if_unknown(&mut self.vlan_assignment, vlan_assignment.as_ref());
        fill_if_unknown(&mut self.routing, routing.as_ref());
    }

    /// Takes over the end of an order that leaves a service.
    pub(super) fn finish(&mut self, goal: &Goal, outcome: &Outcome) {
        self.note_order(goal, outcome.order_id.as_ref());
        if let Some(service) = &outcome.service {
            self.take_over(service);
        }
    }

    /// Takes over what it costs, where that was quoted.
    pub(super) fn note_price(&mut self, bought: &Bought) {
        if let Some(Quoted { price, .. }) = &bought.quoted {
            self.hourly_price = price.hourly.parse().ok().into();
            self.monthly_price = price.monthly.parse().ok().into();
        }
    }

    /// Inventory does not tell everything of a service that users may set: what it keeps to itself
    /// is taken to be the default, until a configuration says otherwise.
    pub(super) fn assume_defaults(&mut self) {
        fill_if_unknown(&mut self.ipv4_block_size, Some(&DEFAULT_BLOCK_SIZE.to_owned()));
        fill_if_unknown(&mut self.vlan_assignment, Some(&DEFAULT_VLAN.to_owned()));
        fill_if_unknown(&mut self.routing, Some(&DEFAULT_ROUTING.to_owned()));
        self.wait_for = Field::Known("active".to_owned());
        self.deletion_protection = Field::Known(false);
    }

    /// Shows the price that Lumen asks for the bandwidth now, if it can be asked: inventory has no prices.
    pub(super) async fn price_at_list(&mut self, lumen: &Client) {
        let Some(site) = self.master_site_id.known() else { return };
        let offers = lumen.offers(site, self.port_service_id.known()).await;
        self.show_price_among(&offers.unwrap_or_default());
    }

    /// Shows what Lumen asks for the bandwidth, of these offers.
    pub(super) fn show_price_among(&mut self, offers: &[Offer]) {
        let offer = offers.iter().find(|offer| self.bandwidth.known() == Some(&offer.bandwidth));
        self.hourly_price = offer.and_then(|offer| offer.hourly.clone()).into();
        self.monthly_price = offer.and_then(|offer| offer.monthly.clone()).into();
    }

    /// Makes unknown what becomes known only when an order has ended.
    pub(super) fn leave_open(&mut self) {
        fn open<T>(field: &mut Field<T>) {
            if field.is_null() {
                *field = Field::Unknown;
            }
        }
        open(&mut self.id);
        open(&mut self.service_id);
        open(&mut self.order_id);
        open(&mut self.location);
        self.status = Field::Unknown;
    }

    /// Records that an order has not ended, with what is known of it by now.
    pub(super) fn note_pending(&mut self, order: &PendingOrder) {
        self.status = Field::Known(PENDING.to_owned());
        fill_if_unknown(&mut self.id, order.service_id());
        fill_if_unknown(&mut self.service_id, order.service_id());
        self.note_order(&order.goal, order.order_id.as_ref());
    }

    /// Takes over the order that built the connection. An adopted or imported one has none.
    fn note_order(&mut self, goal: &Goal, order_id: Option<&OrderId>) {
        if matches!(goal, Goal::Built { .. }) {
            fill_if_unknown(&mut self.order_id, order_id);
        }
    }
}

/// What inventory shows replaces what was known.
fn overwrite<T: Clone>(known: &mut Field<T>, shown: Option<&T>) {
    if let Some(shown) = shown {
        *known = Field::Known(shown.clone());
    }
}

/// What inventory shows is taken where nothing was known.
fn fill_if_unknown<T: Clone>(known: &mut Field<T>, shown: Option<&T>) {
    if known.known().is_none() {
        *known = shown.cloned().into();
    }
}

impl StoredConnection {
    /// Keeps the real price until the next refresh, if it differs from the planned one: the result of an
    /// apply must have the planned price. The real price can only be lower, or that of an order that was
    /// placed before this plan was made.
    pub(super) fn keep_real_price(&mut self, bought: &Bought, context: &Context) {
        let Some(Quoted { price, .. }) = &bought.quoted else { return };
        self.private.own = None;
        let (Some(planned), Ok(real)) =
            (self.model.hourly_price.known(), price.hourly.parse::<HourlyPrice>())
        else {
            return;
        };
        if real != *planned {
            context.warn(diagnostics::another_price(&self.model.title(), planned, &real));
            self.private.own = Some(price.clone());
        }
    }

    /// Shows a price that was not what was planned.
    pub(super) fn show_real_price(&mut self) {
        if let Some(Price { hourly, monthly }) = self.private.own.take() {
            self.model.hourly_price = hourly.parse().ok().into();
            self.model.monthly_price = monthly.parse().ok().into();
        }
    }
}

impl From<&Address> for Location {
    fn from(address: &Address) -> Self {
        let Address { street_address, city, state, country, post_code } = address;
        Self {
            street_address: street_address.clone().into(),
            city: city.clone().into(),
            state: state.clone().into(),
            country: country.clone().into(),
            post_code: post_code.clone().into(),
        }
    }
}
