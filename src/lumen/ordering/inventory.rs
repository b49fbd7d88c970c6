//! `/ProductInventory`: the services that exist.

pub(super) mod item;

use std::collections::HashSet;
use std::sync::{MutexGuard, PoisonError};

use serde::Deserialize;

use super::{Address, BillingAccountRef, Known, ServiceStatus};
use crate::lumen::http::list_cache::PagedList;
use crate::lumen::http::page::{Listing, Pages};
use crate::lumen::http::request::Request;
use crate::lumen::{Bandwidth, Client, Error, PartnerId, PortServiceId, ServiceId, SiteId};
use item::ServiceItem;

const PATH: &str = "ProductInventory/v1/inventory";
const SERVICES: Listing =
    Listing { doubts_nothing: true, ..Listing::of("serviceInventory", &["serviceId"]) };

/// An Internet On-Demand service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The service ID, such as `77133831778`.
    pub service_id: ServiceId,
    /// The customer's name for it.
    pub name: Option<String>,
    /// Its status.
    pub status: ServiceStatus,
    /// Its bandwidth. While a change is in progress, this is the old or the new one.
    pub bandwidth: Option<Bandwidth>,
    /// The site.
    pub master_site_id: Option<SiteId>,
    /// The partner, if this is a data-center connection.
    pub partner_id: Option<PartnerId>,
    /// The port that the service uses. The port of a data-center connection belongs to the partner, and an
    /// order can't name it.
    pub port_service_id: Option<PortServiceId>,
    /// The account that it is billed to.
    pub billing_account: Option<BillingAccountRef>,
    /// The address of the site.
    pub address: Address,
    /// The size of the IPv4 block: `/28`, `/29` or `/30`, if Lumen returns it.
    pub ipv4_block_size: Option<String>,
    /// The VLAN assignment, such as `Auto Assign`, if Lumen returns it.
    pub vlan_assignment: Option<String>,
    /// The kind of routing, such as `Static`, if Lumen returns it.
    pub routing: Option<String>,
}

/// Which services to list. A filter that is not set matches all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceQuery {
    /// Services at this site.
    pub master_site_id: Option<SiteId>,
    /// Services of exactly this name.
    pub name: Option<String>,
}

impl ServiceQuery {
    fn matches(&self, service: &Service) -> bool {
        let Self { master_site_id, name } = self;
        (master_site_id.is_none() || *master_site_id == service.master_site_id)
            && (name.is_none() || *name == service.name)
    }
}

impl Client {
    /// Reads one service, which may still be pending. `GET /ProductInventory/v1/inventory?serviceId=`
    ///
    /// Returns `None` only if Lumen clearly says that the service does not exist, with an empty inventory
    /// or with its own 404. A 404 from a gateway is an error, and so is an answer about other services.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn service(&self, id: &ServiceId) -> Result<Option<Service>, Error> {
        let request = Request::get(PATH).query("serviceId", id);
        let answer = match self.send(&request).await {
            Err(Error::NotFound(problem)) if problem.says_not_found() => return Ok(None),
            answer => answer?,
        };
        let receipt = answer.receipt.clone();
        let InventoryAnswer { service_inventory } = answer.decode()?;
        if service_inventory.is_empty() {
            return Ok(None);
        }
        service_inventory
            .into_iter()
            .filter_map(ServiceItem::read)
            .find(|service| service.service_id == *id)
            .map(Some)
            .ok_or_else(|| Error::nonsense("it is about other services", receipt))
    }

    /// Like [`Client::service`], but uses the pages of the inventory if this run reads many services. The
    /// pages are at most a minute old, and are not used for services that this run changes. A service that
    /// the pages lack or don't show as active is requested.
    ///
    /// # Errors
    /// See [`Client::service`].
    pub async fn service_among_many(&self, id: &ServiceId) -> Result<Option<Service>, Error> {
        let is_active =
            |found: &[Service]| matches!(found, [only] if only.status == ServiceStatus::Active);
        match self.0.ordering.services.get(self, id, is_active).await {
            Some(mut found) => Ok(found.pop()),
            None => self.service(id).await,
        }
    }

    /// Finds the services with this name at this site, before one is ordered. It uses pages that are up to
    /// a minute old, unless this run has ordered a service with this name or is changing one.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn services_named(&self, site: &SiteId, name: &str) -> Result<Vec<Service>, Error> {
        let name = name.trim();
        let query =
            ServiceQuery { master_site_id: Some(site.clone()), name: Some(name.to_owned()) };
        if !self.0.ordering.named().contains(name) {
            let known = &self.0.ordering.services;
            if let Some(found) = known.get_all(self, |service| query.matches(service)).await? {
                return Ok(found);
            }
        }
        self.services(&query).await
    }

    /// Lists the active services that match, for orders that are polled. Concurrent callers share one list,
    /// which may have been requested shortly before.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn recent_services(&self, query: &ServiceQuery) -> Result<Vec<Service>, Error> {
        let client = self.clone();
        let fetch = || async move { client.services(&ServiceQuery::default()).await };
        let all = self.0.ordering.recent.share(&(), fetch).await?;
        Ok(all.iter().filter(|service| query.matches(service)).cloned().collect())
    }

    /// Lists the active services that match. `GET /ProductInventory/v1/inventory`
    ///
    /// Lumen can't filter by site or name, so the services are filtered here.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn services(&self, query: &ServiceQuery) -> Result<Vec<Service>, Error> {
        let mut pages = self.service_pages(query);
        let mut services = Vec::new();
        while let Some(page) = pages.next().await? {
            services.extend(page);
        }
        Ok(services)
    }

    /// Like [`Client::services`], but page by page.
    #[must_use]
    pub fn service_pages<'a>(&'a self, query: &'a ServiceQuery) -> ServicePages<'a> {
        ServicePages { client: self, pages: pages(), query }
    }
}

impl Known {
    pub(super) fn named(&self) -> MutexGuard<'_, HashSet<String>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The list of active services, for [`Client::service_among_many`].
pub(super) struct ServiceList;

impl PagedList for ServiceList {
    type Item = ServiceItem;
    type Key = ServiceId;
    type Entry = Service;

    fn pages() -> Pages<ServiceItem> {
        pages()
    }

    fn read(item: ServiceItem) -> Vec<(ServiceId, Service)> {
        let service = item.is_on_demand().then(|| item.read()).flatten();
        service.map(|service| (service.service_id.clone(), service)).into_iter().collect()
    }
}

fn pages() -> Pages<ServiceItem> {
    // Lumen returns HTTP 500 for values other than `Internet` and `Port`.
    let request = Request::get(PATH)
        .query("serviceType", "Internet")
        .query("naasEnabled", "true")
        .query("entitled", "true");
    Pages::of(request, SERVICES)
}

/// Services that are listed page by page.
pub struct ServicePages<'a> {
    client: &'a Client,
    pages: Pages<ServiceItem>,
    query: &'a ServiceQuery,
}

impl ServicePages<'_> {
    /// Returns the matching services of the next page, and `None` at the end.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn next(&mut self) -> Result<Option<Vec<Service>>, Error> {
        let Some(page) = self.pages.next(self.client).await? else { return Ok(None) };
        let ours = page.into_iter().filter(ServiceItem::is_on_demand);
        let matches = |service: &Service| self.query.matches(service);
        Ok(Some(ours.filter_map(ServiceItem::read).filter(matches).collect()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InventoryAnswer {
    service_inventory: Vec<ServiceItem>,
}
