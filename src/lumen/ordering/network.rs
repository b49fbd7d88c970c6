//! `/Network`: data-center partners and sites.

use std::sync::Arc;

use serde::Deserialize;

use crate::lumen::http::limit::RequestClass;
use crate::lumen::http::page::Listing;
use crate::lumen::http::request::Request;
use crate::lumen::scalar::{Many, Scalar};
use crate::lumen::{Bandwidth, Client, Error, PartnerId, SiteId};

const PARTNERS: Listing = Listing::of("listPartners", &["id"]);

/// A site may be listed once for each partner. In Lumen's example, members that describe a site are next to
/// the list and not in it, which works only for a single site.
const LOCATIONS: Listing = Listing {
    inherited: &["networkStatus", "naasEnabled", "partner", "market", "productFamily"],
    ..Listing::of("location", &["masterSiteId", "masterSiteid", "partner"])
};

/// A data-center partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The partner ID, such as `43558`.
    pub id: PartnerId,
    /// The name, such as `Equinix`.
    pub name: String,
    /// The partner's own portal.
    pub datacenter_fabric_url: Option<String>,
    /// The type of partner, such as `CLOUD_PARTNER`.
    pub partner_type: Option<String>,
}

/// Which sites to list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LocationQuery {
    /// Only sites of this partner. Without it, sites with customer ports are listed too.
    pub partner_id: Option<PartnerId>,
}

impl LocationQuery {
    /// Selects the sites of a partner.
    #[must_use]
    pub fn of(partner: PartnerId) -> Self {
        Self { partner_id: Some(partner) }
    }
}

impl Partner {
    /// Whether the bandwidth of an existing service can be changed at this partner's sites. Flexential is
    /// known to refuse such changes. Its ID is not documented, so it is recognized by its name.
    #[must_use]
    pub fn supports_bandwidth_changes(&self) -> bool {
        !self.name.to_ascii_lowercase().contains("flexential")
    }
}

/// A site at which Lumen sells something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The site ID, such as `PL0001247634`.
    pub master_site_id: SiteId,
    /// Street and number.
    pub street_address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Locality.
    pub locality: Option<String>,
    /// Country, such as `US`.
    pub country: Option<String>,
    /// Post code (ZIP code).
    pub post_code: Option<String>,
    /// The last four digits of a ZIP+4 code.
    pub post_code_extension: Option<String>,
    /// The network status, such as `ON_NET`.
    pub network_status: Option<String>,
    /// Whether Internet On-Demand is sold here, if Lumen says so.
    pub naas_enabled: Option<bool>,
    /// The partner's name for the site.
    pub partner: Option<String>,
    /// The market, such as `WASHINGTON DC`.
    pub market: Option<String>,
    /// The bandwidths offered, lowest first.
    pub bandwidths: Vec<Bandwidth>,
}

impl Client {
    /// Lists the data-center partners. They are requested once per run. `GET /Network/v1/provider`
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn partners(&self) -> Result<Arc<Vec<Partner>>, Error> {
        self.0.ordering.partners.get_or_fetch(&(), || self.clone().list_partners()).await
    }

    async fn list_partners(self) -> Result<Vec<Partner>, Error> {
        let partners = self
            .list::<PartnerItem>(
                Request::get("Network/v1/provider").class(RequestClass::Plan),
                PARTNERS,
            )
            .await?;
        Ok(partners.into_iter().filter_map(PartnerItem::read).collect())
    }

    /// Lists the sites. They are requested once per run. `GET /Network/v1/location`
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn locations(&self, query: &LocationQuery) -> Result<Arc<Vec<Location>>, Error> {
        let fetch = || self.clone().list_locations(query.clone());
        self.0.ordering.locations.get_or_fetch(query, fetch).await
    }

    async fn list_locations(self, query: LocationQuery) -> Result<Vec<Location>, Error> {
        let request = Request::get("Network/v1/location")
            .class(RequestClass::Plan)
            .query_if("partnerId", query.partner_id.as_ref());
        let locations = self.list::<LocationItem>(request, LOCATIONS).await?;
        Ok(locations.into_iter().filter_map(LocationItem::read).collect())
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct PartnerItem {
    id: Scalar,
    name: Scalar,
    datacenter_fabric_url: Scalar,
    partner_type: Scalar,
}

impl PartnerItem {
    /// Returns `None` for an item without an ID, because nothing could refer to it.
    fn read(self) -> Option<Partner> {
        let Self { id, name, datacenter_fabric_url, partner_type } = self;
        Some(Partner {
            id: id.parse()?,
            name: name.into_text().unwrap_or_default(),
            datacenter_fabric_url: datacenter_fabric_url.into_text(),
            partner_type: partner_type.into_text(),
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct LocationItem {
    master_site_id: Scalar,
    #[serde(rename = "masterSiteid")]
    master_siteid: Scalar,
    street_address: Scalar,
    city: Scalar,
    state_or_province: Scalar,
    locality: Scalar,
    country: Scalar,
    post_code: Scalar,
    post_code_extension: Scalar,
    network_status: Scalar,
    naas_enabled: Scalar,
    partner: Scalar,
    market: Scalar,
    product_family: Many<ProductFamily>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ProductFamily {
    product_family: Scalar,
    access_capabilities: Many<AccessCapabilities>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct AccessCapabilities {
    access_capability: Many<AccessCapability>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AccessCapability {
    speed: Scalar,
}

impl LocationItem {
    fn read(self) -> Option<Location> {
        let families = self.product_family.into_iter();
        let mut bandwidths: Vec<Bandwidth> = families
            .filter(|family| {
                family.product_family.as_str().is_none_or(|name| name == super::PRODUCT_NAME)
            })
            .flat_map(|family| family.access_capabilities)
            .flat_map(|capabilities| capabilities.access_capability)
            .filter_map(|capability| capability.speed.parse())
            .collect();
        bandwidths.sort_unstable();
        bandwidths.dedup();
        Some(Location {
            master_site_id: self.master_site_id.parse().or_else(|| self.master_siteid.parse())?,
            street_address: self.street_address.into_text(),
            city: self.city.into_text(),
            state: self.state_or_province.into_text(),
            locality: self.locality.into_text(),
            country: self.country.into_text(),
            post_code: self.post_code.into_text(),
            post_code_extension: self.post_code_extension.into_text(),
            network_status: self.network_status.into_text(),
            naas_enabled: self.naas_enabled.as_bool(),
            partner: self.partner.into_text(),
            market: self.market.into_text(),
            bandwidths,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_site_lists_its_bandwidths_once_lowest_first() {
        let capability = |speeds: &[&str]| {
            let speeds: Vec<_> = speeds.iter().map(|speed| json!({"speed": speed})).collect();
            json!({"accessCapability": speeds})
        };
        let item: LocationItem = serde_json::from_value(json!({
            "masterSiteid": "PL1", "postCode": 71203, "naasEnabled": "true",
            "productFamily": {"productFamily": "Internet On-Demand", "accessCapabilities":
                [capability(&["1000 mbps", "100 MBPS"]), capability(&["1 gbps", "fast"])]},
        }))
        .unwrap_or_default();
        let Some(location) = item.read() else { panic!("it has an id") };
        let speeds: Vec<_> = location.bandwidths.iter().map(ToString::to_string).collect();
        assert_eq!(speeds, ["100 Mbps", "1 Gbps"]);
        assert_eq!(location.post_code.as_deref(), Some("71203"));
        assert_eq!(location.naas_enabled, Some(true));
    }
}
