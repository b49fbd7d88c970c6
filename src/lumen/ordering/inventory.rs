//! `/ProductInventory`: the services that exist.

use std::collections::HashSet;
use std::sync::{MutexGuard, PoisonError};

use serde::Deserialize;

use super::super::bulk::Listed;
use super::super::page::{Listing, Pages};
use super::super::request::Request;
use super::super::scalar::{Many, Scalar};
use super::super::{Bandwidth, Client, Error, PartnerId, PortServiceId, ServiceId, SiteId};
use super::{Address, BillingAccountRef, Known, PRODUCT_CODE, ServiceStatus};

const PATH: &str = "ProductInventory/v1/inventory";
const SERVICES: Listing = Listing::of("serviceInventory", &["serviceId"]);

/// An Internet On-Demand service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Such as `77133831778`.
    pub service_id: ServiceId,
    /// The customer's name for it.
    pub name: Option<String>,
    /// What Lumen says of its state.
    pub status: ServiceStatus,
    /// Its bandwidth; while it changes, the old or the new one.
    pub bandwidth: Option<Bandwidth>,
    /// The site.
    pub master_site_id: Option<SiteId>,
    /// The partner, of a data-centre connection.
    pub partner_id: Option<PartnerId>,
    /// The port that the service uses. A data-centre connection has one too: it is the partner's,
    /// not one that an order could name.
    pub port_service_id: Option<PortServiceId>,
    /// Who pays.
    pub billing_account: Option<BillingAccountRef>,
    /// Where it is.
    pub address: Address,
    /// `/28`, `/29` or `/30`, if Lumen shows it.
    pub ipv4_block_size: Option<String>,
    /// Such as `Auto Assign`, if Lumen shows it.
    pub vlan_assignment: Option<String>,
    /// Such as `Static`, if Lumen shows it.
    pub routing: Option<String>,
}

/// Which services to list; what is not given doesn't restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceQuery {
    /// Services at this site.
    pub master_site_id: Option<SiteId>,
    /// Services of exactly this name.
    pub name: Option<String>,
}

impl ServiceQuery {
    fn fits(&self, service: &Service) -> bool {
        let Self { master_site_id, name } = self;
        (master_site_id.is_none() || *master_site_id == service.master_site_id)
            && (name.is_none() || *name == service.name)
    }
}

impl Client {
    /// One service, pending ones included. `GET /ProductInventory/v1/inventory?serviceId=`
    ///
    /// None only if Lumen clearly says that it isn't there: with an empty inventory, or with a 404
    /// of its own. A gateway's 404, or an answer about other services, is an error.
    ///
    /// # Errors
    /// As [`Error`] lists them; reading has no side effect.
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

    /// The same, from the pages of the inventory where many services are read in a run: as it was at
    /// most a minute ago, and never older than what this run has ordered for it. What the pages don't
    /// show, or not as active, is asked for.
    ///
    /// # Errors
    /// As [`Client::service`].
    pub async fn service_among_many(&self, id: &ServiceId) -> Result<Option<Service>, Error> {
        let is_active =
            |shown: &[Service]| matches!(shown, [only] if only.status == ServiceStatus::Active);
        match self.0.ordering.services.look(self, id, is_active).await {
            Some(mut shown) => Ok(shown.pop()),
            None => self.service(id).await,
        }
    }

    /// The services of this name at this site, before one is added. Pages that are a minute old may
    /// tell, unless this run has ordered a service of this name, or changes one.
    ///
    /// # Errors
    /// As [`Error`] lists them; reading has no side effect.
    pub async fn services_named(&self, site: &SiteId, name: &str) -> Result<Vec<Service>, Error> {
        let name = name.trim();
        let query =
            ServiceQuery { master_site_id: Some(site.clone()), name: Some(name.to_owned()) };
        if !self.0.ordering.named().contains(name) {
            let known = &self.0.ordering.services;
            if let Some(found) = known.all(self, |service| query.fits(service)).await? {
                return Ok(found);
            }
        }
        self.services(&query).await
    }

    /// The active services that fit, for who looks again and again: a list that is on its way serves
    /// everybody who waits for one, although it may have been asked for a little earlier.
    ///
    /// # Errors
    /// As [`Error`] lists them; reading has no side effect.
    pub async fn glance(&self, query: &ServiceQuery) -> Result<Vec<Service>, Error> {
        let client = self.clone();
        let ask = || async move { client.services(&ServiceQuery::default()).await };
        let all = self.0.ordering.glance.ask_now(&(), ask).await?;
        Ok(all.iter().filter(|service| query.fits(service)).cloned().collect())
    }

    /// The active services that fit. `GET /ProductInventory/v1/inventory`
    ///
    /// Lumen can't filter by site or name: that happens here.
    ///
    /// # Errors
    /// As [`Error`] lists them; reading has no side effect.
    pub async fn services(&self, query: &ServiceQuery) -> Result<Vec<Service>, Error> {
        let mut pages = self.service_pages(query);
        let mut services = Vec::new();
        while let Some(page) = pages.next().await? {
            services.extend(page);
        }
        Ok(services)
    }

    /// The same, page by page.
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

/// The active services, as reads in bulk want them.
pub(super) struct ServiceList;

impl Listed for ServiceList {
    type Item = ServiceItem;
    type Key = ServiceId;
    type Shown = Service;

    fn pages() -> Pages<ServiceItem> {
        pages()
    }

    fn read(item: ServiceItem) -> Vec<(ServiceId, Service)> {
        let service = item.is_on_demand().then(|| item.read()).flatten();
        service.map(|service| (service.service_id.clone(), service)).into_iter().collect()
    }
}

fn pages() -> Pages<ServiceItem> {
    // Another value than `Internet` or `Port` is answered with HTTP 500.
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
    /// The services of the next page that fit; `None` at the end.
    ///
    /// # Errors
    /// As [`Error`] lists them; reading has no side effect.
    pub async fn next(&mut self) -> Result<Option<Vec<Service>>, Error> {
        let Some(page) = self.pages.next(self.client).await? else { return Ok(None) };
        let ours = page.into_iter().filter(ServiceItem::is_on_demand);
        let fits = |service: &Service| self.query.fits(service);
        Ok(Some(ours.filter_map(ServiceItem::read).filter(fits).collect()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InventoryAnswer {
    service_inventory: Vec<ServiceItem>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ServiceItem {
    service_id: Scalar,
    service_name: Scalar,
    product_code: Scalar,
    status: Scalar,
    billing_account: Option<AccountItem>,
    location: Option<LocationItem>,
    location_profile: Option<ProfileItem>,
    product_characteristic: Many<Characteristic>,
    product: Option<ProductItem>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AccountItem {
    id: Scalar,
    name: Scalar,
}

/// The same members as elsewhere, some of them in another spelling.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct LocationItem {
    #[serde(rename = "masterSiteid")]
    master_siteid: Scalar,
    master_site_id: Scalar,
    street_address: Scalar,
    city: Scalar,
    state_or_province: Scalar,
    country: Scalar,
    postcode: Scalar,
    post_code: Scalar,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ProfileItem {
    related_party: Many<PartyItem>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PartyItem {
    id: Scalar,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ProductItem {
    id: Scalar,
    status: Scalar,
    product_characteristic: Many<Characteristic>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Characteristic {
    name: Scalar,
    value: Scalar,
}

impl ServiceItem {
    fn is_on_demand(&self) -> bool {
        self.product_code.as_str().is_none_or(|code| code == PRODUCT_CODE)
    }

    /// None for an item without an id: nothing could refer to it.
    fn read(self) -> Option<Service> {
        let product = self.product.unwrap_or_default();
        // Some are at the item, some under its product, some in both places.
        let mut characteristics = self.product_characteristic.0;
        characteristics.extend(product.product_characteristic);
        let characteristic = |name: &str| {
            let named = |each: &&Characteristic| {
                each.name.as_str().is_some_and(|own| own.eq_ignore_ascii_case(name))
            };
            characteristics.iter().filter(named).find_map(|each| each.value.as_str())
        };
        let text = |name: &str| characteristic(name).map(ToOwned::to_owned);
        let location = self.location.unwrap_or_default();
        let parties = self.location_profile.unwrap_or_default().related_party;
        let status = self.status.into_text().or(product.status.into_text());
        Some(Service {
            service_id: self.service_id.parse().or_else(|| product.id.parse())?,
            name: self.service_name.into_text().or_else(|| text("Customer Service Name")),
            status: ServiceStatus::from_word(status.as_deref().unwrap_or_default()),
            bandwidth: characteristic("Bandwidth").and_then(|value| value.parse().ok()),
            master_site_id: location
                .master_siteid
                .parse()
                .or_else(|| location.master_site_id.parse()),
            partner_id: parties.into_iter().find_map(|party| party.id.parse()),
            port_service_id: characteristic("UNI Service ID").and_then(|value| value.parse().ok()),
            billing_account: self.billing_account.and_then(AccountItem::read),
            ipv4_block_size: text("IPV4 Block Size"),
            vlan_assignment: text("VLAN Assignment"),
            routing: text("Routing Options"),
            address: Address {
                street_address: location.street_address.into_text(),
                city: location.city.into_text(),
                state: location.state_or_province.into_text(),
                country: location.country.into_text(),
                post_code: location.postcode.into_text().or(location.post_code.into_text()),
            },
        })
    }
}

impl AccountItem {
    fn read(self) -> Option<BillingAccountRef> {
        Some(BillingAccountRef {
            id: self.id.parse()?,
            name: self.name.into_text().unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(item: serde_json::Value) -> Option<Service> {
        serde_json::from_value::<ServiceItem>(item).ok()?.read()
    }

    #[test]
    fn a_service_is_read_from_wherever_its_members_stand() {
        let service = read(json!({
            "serviceId": 77_133_831_778_u64, "serviceName": "My First NaaS", "serviceType": "Internet",
            "productCode": "718", "status": "Active",
            "billingAccount": { "id": "5-RHQBGCGK", "name": "Company or account name" },
            "location": { "masterSiteid": "PL0001247634", "streetAddress": "100 CenturyLink Dr", "city": "Monroe",
                "stateOrProvince": "LA", "country": "US", "postcode": "71203", "postcodeExtension": "2041" },
            "locationProfile": { "dataCenter": true, "market": "WASHINGTON DC", "relatedParty": { "id": "43558" } },
            "productCharacteristic": [{ "name": "bandwidth", "valueType": "String", "value": "100 MBPS" }],
            "product": { "id": "77133831778", "productCharacteristic": [
                { "name": "UNI Service ID", "value": "XX/XXXX/164523/LUMN" },
                { "name": "IPV4 Block Size", "value": "/29" } ] },
            "productPrice": [{ "priceType": "", "price": "", "unit": "" }],
        }));
        let text = |text: &str| Some(text.to_owned());
        let expected = || {
            Some(Service {
                service_id: "77133831778".parse().ok()?,
                name: text("My First NaaS"),
                status: ServiceStatus::Active,
                bandwidth: "100 Mbps".parse().ok(),
                master_site_id: "PL0001247634".parse().ok(),
                partner_id: "43558".parse().ok(),
                port_service_id: "XX/XXXX/164523/LUMN".parse().ok(),
                billing_account: Some(BillingAccountRef {
                    id: "5-RHQBGCGK".parse().ok()?,
                    name: "Company or account name".to_owned(),
                }),
                address: Address {
                    street_address: text("100 CenturyLink Dr"),
                    city: text("Monroe"),
                    state: text("LA"),
                    country: text("US"),
                    post_code: text("71203"),
                },
                ipv4_block_size: text("/29"),
                vlan_assignment: None,
                routing: None,
            })
        };
        assert_eq!(service, expected());
        assert!(service.is_some());
    }

    #[test]
    fn the_other_spellings_are_read_too() {
        let service = read(json!({
            "serviceName": null, "location": { "masterSiteId": "PL1", "postCode": 71203 },
            "product": { "id": "77001", "status": "pendingActive", "productCharacteristic": null },
        }));
        let read =
            service.map(|service| (service.service_id, service.master_site_id, service.status));
        let pending = ServiceStatus::Pending("pendingActive".to_owned());
        let expected = || Some(("77001".parse().ok()?, "PL1".parse().ok(), pending));
        assert_eq!(read, expected());
    }

    #[test]
    fn other_products_are_left_out() {
        let ours = |item| {
            serde_json::from_value::<ServiceItem>(item).is_ok_and(|item| item.is_on_demand())
        };
        assert!(ours(json!({ "serviceId": "1", "productCode": 718 })));
        assert!(ours(json!({ "serviceId": "1" })));
        assert!(!ours(json!({ "serviceId": "1", "productCode": "900" })));
    }
}
