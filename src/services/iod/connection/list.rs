//! `terraform query` for connections: returns the services in Lumen's inventory page by page.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use async_trait::async_trait;

use super::IodConnection;
use super::model::{Connection, Identity};
use crate::framework::schema::string;
use crate::framework::{
    Context, Detail, Diagnostic, Field, Found, ListResource, Listed, Rule, Schema,
};
use crate::lumen::ordering::{Offer, Service, ServiceQuery};
use crate::lumen::{Client, PortServiceId, SiteId};
use crate::model;
use crate::services::identity::ObjectIdentity as _;
use crate::services::orders::Ordered;
use crate::services::{Session, explain, matching};

/// The `lumen_iod_connection` list resource.
pub(crate) struct ConnectionList(Arc<Session>);

model! {
    /// The filters of the query.
    pub(crate) struct Wish {
        master_site_id: Field<SiteId>,
        name: Field<String>,
        status: Field<String>,
    }
}

#[async_trait]
impl ListResource for ConnectionList {
    type Resource = Ordered<IodConnection>;
    type Model = Wish;

    fn schema() -> Schema {
        Schema::new("Lists your active Internet On-Demand services. Arguments are filters; services must match all of them.")
            .attribute("master_site_id", string().rule(Rule::reads_as::<SiteId>("the `master_site_id` of one of `lumen_locations`")).about("Only services at the site with this `master_site_id`, from `lumen_locations`."))
            .attribute("name", string().about("Only services with this name."))
            .attribute("status", string().rule(Rule::one_of(&["active", "suspended", "changing", "pending"])).about("Only services with this status. Lumen lists only active services."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn list(
        &self,
        wish: Wish,
        detail: Detail,
        mut found: Found<'_, Ordered<IodConnection>>,
        context: &Context,
    ) -> Result<(), Diagnostic> {
        let lumen = self.0.lumen()?;
        let query = ServiceQuery {
            master_site_id: wish.master_site_id.known().cloned(),
            name: wish.name.known().cloned(),
        };
        let mut prices = ListPrices { lumen, known: BTreeMap::new() };
        let mut pages = lumen.service_pages(&query);
        loop {
            let page = tokio::select! {
                biased;
                () = context.stop.cancelled() => return Err(matching::interrupted("connections")),
                page = pages.next() => page,
            };
            let page =
                page.map_err(|error| explain::error("The connections can't be listed", &error))?;
            let Some(page) = page else { return Ok(()) };
            for service in page {
                if !matching::fits(wish.status.known(), Some(&service.status.to_string())) {
                    continue;
                }
                let listed = self.listed(&service, detail, &mut prices).await;
                if found.push(listed).await.is_break() {
                    return Ok(());
                }
            }
        }
    }
}

impl ConnectionList {
    async fn listed(
        &self,
        service: &Service,
        detail: Detail,
        prices: &mut ListPrices<'_>,
    ) -> Listed<Ordered<IodConnection>> {
        let Service { service_id, name, .. } = service;
        let object = match detail {
            Detail::Identity => None,
            Detail::Object => {
                let mut connection = Connection::found(service);
                prices.show(&mut connection).await;
                Some(connection)
            }
        };
        Listed {
            identity: Identity::new(
                self.0.customer_number.clone(),
                Field::Known(service_id.clone()),
            ),
            display_name: name.clone().unwrap_or_else(|| service_id.to_string()),
            object,
        }
    }
}

/// Lumen's prices, looked up once for each site.
struct ListPrices<'a> {
    lumen: &'a Client,
    known: BTreeMap<(SiteId, Option<PortServiceId>), Arc<Vec<Offer>>>,
}

impl ListPrices<'_> {
    async fn show(&mut self, connection: &mut Connection) {
        let Field::Known(site) = &connection.master_site_id else { return };
        let offers =
            match self.known.entry((site.clone(), connection.port_service_id.known().cloned())) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    let (site, port) = unknown.key();
                    let offers = self.lumen.offers(site, port.as_ref()).await;
                    unknown.insert(offers.unwrap_or_default())
                }
            };
        connection.show_price_among(offers);
    }
}
