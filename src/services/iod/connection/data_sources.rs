//! The data sources `lumen_iod_connection` and `lumen_iod_connections`: the services in Lumen's inventory,
//! no matter how they were ordered.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, nested, object, string};
use crate::framework::{Attribute, Context, DataSource, Diagnostic, Field, Rule, Schema};
use crate::lumen::ordering::ServiceQuery;
use crate::lumen::{Bandwidth, BillingAccountId, PartnerId, PortServiceId, ServiceId, SiteId};
use crate::services::{Session, explain, matching};
use crate::{lumen, model};

/// The `lumen_iod_connections` data source.
pub struct Connections(Arc<Session>);

/// The `lumen_iod_connection` data source.
pub struct OneConnection(Arc<Session>);

model! {
    /// The matching services.
    pub struct Services {
        master_site_id: Field<SiteId>,
        name: Field<String>,
        status: Field<String>,
        connections: Field<Vec<Service>>,
    }
}

model! {
    /// One service.
    pub struct Service {
        service_id: Field<ServiceId>,
        name: Field<String>,
        status: Field<String>,
        bandwidth: Field<Bandwidth>,
        master_site_id: Field<SiteId>,
        partner_id: Field<PartnerId>,
        port_service_id: Field<PortServiceId>,
        billing_account_id: Field<BillingAccountId>,
        billing_account_name: Field<String>,
        location: Field<Location>,
    }
}

model! {
    /// The address of a service.
    pub struct Location {
        street_address: Field<String>,
        city: Field<String>,
        state: Field<String>,
        country: Field<String>,
        post_code: Field<String>,
    }
}

#[async_trait]
impl DataSource for Connections {
    const NAME: &'static str = "iod_connections";
    type Session = Session;
    type Model = Services;

    fn schema() -> Schema {
        Schema::new("Lists your active Internet On-Demand services. Arguments are filters; services must match all of them.")
            .attribute("master_site_id", string().about("Only services at the site with this `master_site_id`, from `lumen_locations`."))
            .attribute("name", string().about("Only services with this name."))
            .attribute("status", string().rule(Rule::one_of(&["active", "suspended", "changing", "pending"])).about("Only services with this status. Lumen lists only active services; look up others by their `service_id` with `lumen_iod_connection`."))
            .attribute("connections", nested(Nesting::List, [("service_id", string().computed().about("ID of the service, such as `77133831778`."))].into_iter().chain(attributes())).computed().about("Matching services, in the order that Lumen returns them."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: Services, _: &Context) -> Result<Services, Diagnostic> {
        let query = ServiceQuery {
            master_site_id: config.master_site_id.known().cloned(),
            name: config.name.known().cloned(),
        };
        let found = self.0.lumen()?.services(&query).await;
        let found =
            found.map_err(|error| explain::error("The connections can't be listed", &error))?;
        let fitting = found.into_iter().filter(|service| {
            matching::fits(config.status.known(), Some(&service.status.to_string()))
        });
        Ok(Services { connections: Field::Known(fitting.map(Service::from).collect()), ..config })
    }
}

#[async_trait]
impl DataSource for OneConnection {
    const NAME: &'static str = "iod_connection";
    type Session = Session;
    type Model = Service;

    fn schema() -> Schema {
        let schema = Schema::new(
            "Looks up one Internet On-Demand service by its ID, including one that is not active yet.",
        )
        .attribute(
            "service_id",
            string()
                .required()
                .rule(Rule::reads_as::<ServiceId>("a service ID, such as `77133831778`"))
                .about("ID of the service, such as `77133831778`."),
        );
        attributes()
            .into_iter()
            .fold(schema, |schema, (name, attribute)| schema.attribute(name, attribute))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: Service, _: &Context) -> Result<Service, Diagnostic> {
        let Field::Known(id) = &config.service_id else {
            return Err(Diagnostic::bug("a data source is read before its configuration is known"));
        };
        let service = self.0.lumen()?.service(id).await;
        let service = service.map_err(|error| {
            explain::error(format!("Service `{id}` can't be looked up"), &error)
        })?;
        service.map(Service::from).ok_or_else(|| {
            Diagnostic::error(format!("There is no service `{id}`"))
                .at("service_id")
                .because("Lumen's inventory does not have it")
                .remedy("Find the ID in `lumen_iod_connections`, and check `customer_number`.")
        })
    }
}

/// The attributes of a service, except its ID.
fn attributes() -> [(&'static str, Attribute); 9] {
    [
        ("name", string().computed().about("Name of the service.")),
        ("status", string().computed().about("Status of the service: `pending`, `active`, `changing`, `suspended`, `terminated`, or, if none of these applies, Lumen's own status in lowercase.")),
        ("bandwidth", string().computed().about("Bandwidth of the service, such as `100 Mbps`.")),
        ("master_site_id", string().computed().about("ID of the site.")),
        ("partner_id", string().computed().about("ID of the data center partner, if the service is at a partner's site.")),
        ("port_service_id", string().computed().about("UNI Service ID of the port, if Lumen returns one. At a partner's site, the port belongs to the partner.")),
        ("billing_account_id", string().computed().about("ID of the billing account that is charged.")),
        ("billing_account_name", string().computed().about("Name of the billing account.")),
        ("location", object([
            ("street_address", string().computed().about("Street address.")),
            ("city", string().computed().about("City.")),
            ("state", string().computed().about("State, such as `LA`.")),
            ("country", string().computed().about("Country, such as `US`.")),
            ("post_code", string().computed().about("Postal code.")),
        ]).computed().about("Address of the site.")),
    ]
}

impl From<lumen::ordering::Service> for Service {
    fn from(service: lumen::ordering::Service) -> Self {
        let lumen::ordering::Service {
            service_id,
            name,
            status,
            bandwidth,
            master_site_id,
            partner_id,
            port_service_id,
            billing_account,
            address,
            ipv4_block_size: _,
            vlan_assignment: _,
            routing: _,
        } = service;
        let lumen::ordering::Address { street_address, city, state, country, post_code } = address;
        let (billing_account_id, billing_account_name) =
            billing_account.map(|account| (account.id, account.name)).unzip();
        Self {
            service_id: Field::Known(service_id),
            name: name.into(),
            status: Field::Known(status.to_string()),
            bandwidth: bandwidth.into(),
            master_site_id: master_site_id.into(),
            partner_id: partner_id.into(),
            port_service_id: port_service_id.into(),
            billing_account_id: billing_account_id.into(),
            billing_account_name: billing_account_name.into(),
            location: Field::Known(Location {
                street_address: street_address.into(),
                city: city.into(),
                state: state.into(),
                country: country.into(),
                post_code: post_code.into(),
            }),
        }
    }
}
