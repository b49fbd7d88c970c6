//! The data sources `lumen_locations` and `lumen_location`: the sites where Internet On-Demand is
//! available.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, boolean, list, nested, string};
use crate::framework::{Attribute, Context, DataSource, Diagnostic, Field, Schema, Type};
use crate::lumen::ordering::LocationQuery;
use crate::lumen::{Bandwidth, PartnerId, SiteId};
use crate::services::{Session, explain, matching};
use crate::{lumen, model};

/// The `lumen_locations` data source.
pub struct Locations(Arc<Session>);

/// The `lumen_location` data source.
pub struct OneLocation(Arc<Session>);

model! {
    /// The matching sites.
    pub struct Sites {
        partner_id: Field<PartnerId>,
        city: Field<String>,
        state: Field<String>,
        post_code: Field<String>,
        market: Field<String>,
        master_site_id: Field<SiteId>,
        locations: Field<Vec<Site>>,
    }
}

model! {
    /// One site.
    pub struct Site {
        partner_id: Field<PartnerId>,
        city: Field<String>,
        state: Field<String>,
        post_code: Field<String>,
        market: Field<String>,
        master_site_id: Field<SiteId>,
        street_address: Field<String>,
        locality: Field<String>,
        country: Field<String>,
        post_code_extension: Field<String>,
        network_status: Field<String>,
        naas_enabled: Field<bool>,
        partner: Field<String>,
        bandwidths: Field<Vec<Bandwidth>>,
    }
}

#[async_trait]
impl DataSource for Locations {
    const NAME: &'static str = "locations";
    type Session = Session;
    type Model = Sites;

    fn schema() -> Schema {
        let mut schema = Schema::new(
            "Lists Lumen's sites for Internet On-Demand. Arguments are filters; sites must match all of them. The filters for city, state, postal code and market are case-insensitive.",
        );
        for (name, attribute) in filters() {
            schema = schema.attribute(name, attribute.optional());
        }
        let site = filters().into_iter().chain(attributes());
        schema.attribute(
            "locations",
            nested(Nesting::List, site)
                .computed()
                .about("Matching sites, in the order that Lumen returns them."),
        )
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: Sites, _: &Context) -> Result<Sites, Diagnostic> {
        let Sites { partner_id, city, state, post_code, market, master_site_id, locations: _ } =
            config.clone();
        let filter =
            Site { partner_id, city, state, post_code, market, master_site_id, ..Site::default() };
        let locations = sites(&self.0, &filter).await?;
        Ok(Sites { locations: Field::Known(locations), ..config })
    }
}

#[async_trait]
impl DataSource for OneLocation {
    const NAME: &'static str = "location";
    type Session = Session;
    type Model = Site;

    fn schema() -> Schema {
        let mut schema = Schema::new(
            "Looks up one of Lumen's sites for Internet On-Demand. Arguments are filters; exactly one site must match all of them. The filters for city, state, postal code and market are case-insensitive.",
        );
        for (name, attribute) in filters() {
            schema = schema.attribute(name, attribute.optional_computed());
        }
        for (name, attribute) in attributes() {
            schema = schema.attribute(name, attribute);
        }
        schema
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: Site, _: &Context) -> Result<Site, Diagnostic> {
        let found = sites(&self.0, &config).await?;
        let named = |site: &Site| {
            let part = |field: &Field<String>| field.known().cloned().unwrap_or_default();
            let id = site.master_site_id.known().map(ToString::to_string).unwrap_or_default();
            format!(
                "{id} ({}, {} {})",
                part(&site.street_address),
                part(&site.city),
                part(&site.state)
            )
        };
        matching::exactly_one(
            "site",
            found,
            named,
            "Find the site in `lumen_locations`, and set `master_site_id`.",
        )
    }
}

/// The arguments that select sites.
fn filters() -> [(&'static str, Attribute); 6] {
    [
        ("partner_id", string().computed().about("ID of the data center partner, from `lumen_providers`. `partner_id` is set in the results only when you filter by it.")),
        ("city", string().computed().about("City.")),
        ("state", string().computed().about("State, such as `LA`.")),
        ("post_code", string().computed().about("Postal code.")),
        ("market", string().computed().about("Lumen market, such as `WASHINGTON DC`.")),
        ("master_site_id", string().computed().about("ID of the site. Use it as the `master_site_id` of a connection.")),
    ]
}

/// The computed attributes of a site.
fn attributes() -> [(&'static str, Attribute); 8] {
    [
        ("street_address", string().computed().about("Street address.")),
        ("locality", string().computed().about("Locality, if Lumen returns one.")),
        ("country", string().computed().about("Country, such as `US`.")),
        ("post_code_extension", string().computed().about("Last four digits of a ZIP+4 code.")),
        ("network_status", string().computed().about("Network status of the site, such as `ON_NET` for a site on Lumen's network.")),
        ("naas_enabled", boolean().computed().about("Whether on-demand services can be ordered at the site. Null if unknown.")),
        ("partner", string().computed().about("Partner's name for the site, as Lumen returns it.")),
        ("bandwidths", list(Type::String).computed().about("Bandwidths that Lumen lists for the site, lowest first. For the bandwidths that Lumen sells and their prices, use `lumen_iod_price`.")),
    ]
}

async fn sites(session: &Session, filter: &Site) -> Result<Vec<Site>, Diagnostic> {
    let query = LocationQuery { partner_id: filter.partner_id.known().cloned() };
    let found = session.lumen()?.locations(&query).await;
    let found = found.map_err(|error| explain::error("The sites can't be listed", &error))?;
    let fitting = found.iter().filter(|site| {
        matching::fits(filter.city.known(), site.city.as_ref())
            && matching::fits(filter.state.known(), site.state.as_ref())
            && matching::fits(filter.post_code.known(), site.post_code.as_ref())
            && matching::fits(filter.market.known(), site.market.as_ref())
            && filter.master_site_id.known().is_none_or(|id| *id == site.master_site_id)
    });
    Ok(fitting
        .map(|site| Site { partner_id: filter.partner_id.clone(), ..Site::from(site.clone()) })
        .collect())
}

/// Lumen does not return the partner of a site. It is known only from the request.
impl From<lumen::ordering::Location> for Site {
    fn from(location: lumen::ordering::Location) -> Self {
        let lumen::ordering::Location {
            master_site_id,
            street_address,
            city,
            state,
            locality,
            country,
            post_code,
            post_code_extension,
            network_status,
            naas_enabled,
            partner,
            market,
            bandwidths,
        } = location;
        Self {
            partner_id: Field::Null,
            city: city.into(),
            state: state.into(),
            post_code: post_code.into(),
            market: market.into(),
            master_site_id: Field::Known(master_site_id),
            street_address: street_address.into(),
            locality: locality.into(),
            country: country.into(),
            post_code_extension: post_code_extension.into(),
            network_status: network_status.into(),
            naas_enabled: naas_enabled.into(),
            partner: partner.into(),
            bandwidths: Field::Known(bandwidths),
        }
    }
}
