//! The Terraform model of a connection, and the data stored with it.

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

/// The status of a connection whose order is in progress.
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
    /// The address of a connection.
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
    service_id: ServiceId, "ID of the service, such as `77133831778`.",
    "service" by "service ID", "lumen_iod_connection.example 77133831778"
}

/// What a plan of a connection has looked up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LookedUp {
    /// The price of the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) price: Option<Price>,
    /// The name of the billing account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) billing_account_name: Option<String>,
}

/// Prices in USD per hour and per month, as decimal numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Price {
    pub(super) hourly: String,
    pub(super) monthly: String,
}

impl Price {
    /// Returns the planned price, if it is known.
    pub(super) fn of(planned: &Connection) -> Option<Self> {
        let (hourly, monthly) = (planned.hourly_price.known()?, planned.monthly_price.known()?);
        Some(Self { hourly: hourly.to_string(), monthly: monthly.to_string() })
    }
}

pub(super) fn schema() -> Schema {
    Schema::new("Manages an Internet On-Demand connection at one site. **Creating this resource orders a service that is billed by the hour until it is disconnected**: the plan shows the price, and `max_hourly_price` limits it.")
        .attribute("name", string().required().rule(Rule::trimmed_up_to(255)).about("Name of the service (Lumen calls it *Customer Service Name*). Changing it places an order that renames the service at no cost."))
        .attribute("master_site_id", string().required().replaces().rule(Rule::reads_as::<SiteId>("the `master_site_id` of one of `lumen_locations`")).about("Site of the connection, by its `master_site_id` in `lumen_locations`."))
        .attribute("bandwidth", string().required().rule(Rule::reads_as::<Bandwidth>("a bandwidth with a unit, such as `100 Mbps` or `1 Gbps`")).about("Bandwidth with a unit, such as `100 Mbps` or `1 Gbps`. Changing it orders the new bandwidth for the existing service, at the new price."))
        .attribute("partner_id", string().replaces().rule(Rule::reads_as::<PartnerId>("the `id` of one of `lumen_providers`")).about("Data center partner at the site, by its `id` in `lumen_providers`. Set exactly one of `partner_id` and `port_service_id`."))
        .attribute("port_service_id", string().replaces().rule(Rule::reads_as::<PortServiceId>("the UNI Service ID of one of your ports")).about("Your own port at the site. Set exactly one of `partner_id` and `port_service_id`."))
        .attribute("ipv4_block_size", string().default(Value::text(DEFAULT_BLOCK_SIZE)).replaces().rule(Rule::one_of(&["/28", "/29", "/30"])).about("Size of the public IPv4 address block: `/28`, `/29` or `/30`."))
        .attribute("vlan_assignment", string().default(Value::text(DEFAULT_VLAN)).replaces().rule(Rule::one_of(&["Auto Assign"])).about("VLAN assignment. Lumen offers only `Auto Assign`."))
        .attribute("routing", string().default(Value::text(DEFAULT_ROUTING)).replaces().rule(Rule::one_of(&["Static"])).about("Routing of the traffic. Lumen offers only `Static`."))
        .attribute("billing_account_id", string().optional_computed().stable().replaces().documented_default("the provider's `billing_account_id`").rule(Rule::reads_as::<BillingAccountId>("the `id` of one of `lumen_billing_accounts` that is `orderable`")).about("Billing account to charge; see `lumen_billing_accounts`. The account holder must be headquartered in the United States."))
        .attribute("contact", contact().documented_default("the provider's `contact`").about("Contact for future orders. Lumen emails order results here. Changing it places no order."))
        .attribute("external_id", string().optional_computed().stable().replaces().documented_default("derived from `name` and `master_site_id` when the connection is ordered").rule(Rule::reads_as::<ExternalId>("text of 1 to 20 characters")).about("Your reference for the order of the connection, sent to Lumen as `externalId`."))
        .attribute("purchase_order_number", string().documented_default("the provider's `purchase_order_number`").rule(Rule::length_up_to(64)).about("Your purchase order number for future quotes. Changing it places no order."))
        .attribute("note", string().documented_default("the provider's `note`").rule(Rule::length_up_to(255)).about("Note that Lumen keeps with future orders. Changing it places no order."))
        .attribute("max_hourly_price", string().rule(price_limit()).about("Maximum price of this connection, in USD per hour. If a new connection or a new bandwidth costs more, the plan or the apply fails, and nothing is ordered. The lower of this and the provider's `max_hourly_price` applies. See [Spend control](../guides/spend-control.md)."))
        .attribute("deletion_protection", boolean().default(Value::Bool(false)).about("Whether plans that destroy or replace the connection fail. To remove a protected connection, first set this to `false` and apply."))
        .attribute("wait_for", string().default(Value::text("active")).rule(Rule::one_of(&["active", "accepted"])).about("What creation waits for: `active`, until the connection is active, or `accepted`, until Lumen has accepted the order. With `accepted`, a later refresh shows when the connection is active. See [Slow orders](../guides/slow-orders.md)."))
        .attribute("id", string().computed().stable().about("ID of the service, the same as `service_id`."))
        .attribute("service_id", string().computed().stable().about("ID of the service, such as `77133831778`. Null until Lumen returns it."))
        .attribute("order_id", string().computed().stable().about("ID of the Lumen order that built the connection. Include it in support requests. Null for an imported connection."))
        .attribute("order_request_id", string().computed().stable().about("ID that Lumen returned when the order was placed. Use it with the `lumen_iod_order` data source."))
        .attribute("quote_id", string().computed().stable().about("ID of the quote that the connection was ordered with."))
        .attribute("status", string().computed().about("Status of the connection: `pending`, `active`, `changing`, `suspended`, `terminated`, or, if none of these applies, Lumen's own status in lowercase."))
        .attribute("hourly_price", string().computed().about("Price in USD per hour. In a plan that orders, this is Lumen's current price; after the apply, it is the price that was ordered. For a connection that was imported, or whose bandwidth was changed outside Terraform, it is Lumen's price at that time."))
        .attribute("monthly_price", string().computed().about("Price in USD per month of 30 days."))
        .attribute("billing_account_name", string().computed().stable().about("Name of the billing account."))
        .attribute("location", object([
            ("street_address", string().computed().about("Street address.")),
            ("city", string().computed().about("City.")),
            ("state", string().computed().about("State, such as `LA`.")),
            ("country", string().computed().about("Country, such as `US`.")),
            ("post_code", string().computed().about("Postal code.")),
        ]).computed().stable().about("Address of the site."))
        .timeout("create", "60m", "How long to wait for the connection to become active. If it takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("read", "5m", "How long reading the connection may take.")
        .timeout("update", "30m", "How long to wait for a change to complete. If it takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("delete", "60m", "How long to wait for Lumen to disconnect the service. If it takes longer, the destroy fails, the connection stays in the state, and the next destroy resumes waiting.")
}

impl Connection {
    /// The name to use in messages.
    pub(super) fn title(&self) -> String {
        self.name.known().cloned().unwrap_or_else(|| "(not named yet)".to_owned())
    }

    /// The object as messages refer to it, such as connection `backup`.
    pub(super) fn object(&self) -> String {
        format!("connection `{}`", self.title())
    }

    /// Writes the planned price to the log. Terraform plans again before it applies; if the price has
    /// changed by then, it stops with a message of its own. The log shows both prices.
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

    /// Whether a create is complete as soon as Lumen has accepted the order.
    pub(super) fn waits_only_for_acceptance(&self) -> bool {
        self.wait_for.known().is_some_and(|wait| wait == "accepted")
    }

    /// Creates the model of an existing service from the values that the inventory shows.
    pub(super) fn found(service: &Service) -> Self {
        let mut connection = Self::default();
        connection.take_over(service);
        connection.assume_defaults();
        connection
    }

    /// Updates the model from the inventory. Values that can't change on an existing service, and values
    /// that the inventory does not show, are left as they are.
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

    /// Records the outcome of a completed order.
    pub(super) fn finish(&mut self, goal: &Goal, outcome: &Outcome) {
        self.note_order(goal, outcome.order_id.as_ref());
        if let Some(service) = &outcome.service {
            self.take_over(service);
        }
    }

    /// Records the price, if one was quoted.
    pub(super) fn note_price(&mut self, bought: &Bought) {
        if let Some(Quoted { price, .. }) = &bought.quoted {
            self.hourly_price = price.hourly.parse().ok().into();
            self.monthly_price = price.monthly.parse().ok().into();
        }
    }

    /// Sets the defaults of arguments that the inventory does not show. They are assumed until a
    /// configuration sets other values.
    pub(super) fn assume_defaults(&mut self) {
        fill_if_unknown(&mut self.ipv4_block_size, Some(&DEFAULT_BLOCK_SIZE.to_owned()));
        fill_if_unknown(&mut self.vlan_assignment, Some(&DEFAULT_VLAN.to_owned()));
        fill_if_unknown(&mut self.routing, Some(&DEFAULT_ROUTING.to_owned()));
        self.wait_for = Field::Known("active".to_owned());
        self.deletion_protection = Field::Known(false);
    }

    /// Sets Lumen's current price for the bandwidth, if it is available: the inventory has no prices.
    pub(super) async fn price_at_list(&mut self, lumen: &Client) {
        let Some(site) = self.master_site_id.known() else { return };
        let offers = lumen.offers(site, self.port_service_id.known()).await;
        self.show_price_among(&offers.unwrap_or_default());
    }

    /// Sets Lumen's current price for the bandwidth, taken from these offers.
    pub(super) fn show_price_among(&mut self, offers: &[Offer]) {
        let offer = offers.iter().find(|offer| self.bandwidth.known() == Some(&offer.bandwidth));
        self.hourly_price = offer.and_then(|offer| offer.hourly.clone()).into();
        self.monthly_price = offer.and_then(|offer| offer.monthly.clone()).into();
    }

    /// Marks as unknown what becomes known only when an order has ended.
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

    /// Records that an order is in progress, with what is known about it so far.
    pub(super) fn note_pending(&mut self, order: &PendingOrder) {
        self.status = Field::Known(PENDING.to_owned());
        fill_if_unknown(&mut self.id, order.service_id());
        fill_if_unknown(&mut self.service_id, order.service_id());
        self.note_order(&order.goal, order.order_id.as_ref());
    }

    /// Records the order that built the connection. A connection that was adopted or imported has none.
    fn note_order(&mut self, goal: &Goal, order_id: Option<&OrderId>) {
        if matches!(goal, Goal::Built { .. }) {
            fill_if_unknown(&mut self.order_id, order_id);
        }
    }
}

/// Replaces the known value with the one that the inventory shows.
fn overwrite<T: Clone>(known: &mut Field<T>, shown: Option<&T>) {
    if let Some(shown) = shown {
        *known = Field::Known(shown.clone());
    }
}

/// Uses the value that the inventory shows if none is known yet.
fn fill_if_unknown<T: Clone>(known: &mut Field<T>, shown: Option<&T>) {
    if known.known().is_none() {
        *known = shown.cloned().into();
    }
}

impl StoredConnection {
    /// Keeps the real price until the next refresh if it differs from the planned one, because the result
    /// of an apply must match the plan. The real price can only be lower, or come from an order that was
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

    /// Shows the real price that `keep_real_price` kept.
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
