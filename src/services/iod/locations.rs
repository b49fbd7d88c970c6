//! `lumen_locations` and `lumen_location`: the sites where Internet On-Demand can be had.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, boolean, list, nested, string};
use crate::framework::{Attribute, Context, DataSource, Diagnostic, Field, Schema, Type};
use crate::lumen::ordering::LocationQuery;
use crate::lumen::{Bandwidth, PartnerId, SiteId};
use crate::services::{Session, explain, matching};
use crate::{lumen, model};

/// `lumen_locations`
pub struct Locations(Arc<Session>);

/// `lumen_location`
pub struct OneLocation(Arc<Session>);

model! {
    /// The sites that fit.
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
            "The sites where Internet On-Demand can be had. Every argument that is set narrows the choice.",
        );
        for (name, attribute) in filters() {
            schema = schema.attribute(name, attribute.optional());
        }
        let site = filters().into_iter().chain(attributes());
        schema.attribute(
            "locations",
            nested(Nesting::List, site).computed().about("The sites that fit, in Lumen's order."),
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
            "One site where Internet On-Demand can be had: exactly one must fit all arguments that are set.",
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
            "location",
            found,
            named,
            "Look the site up in `lumen_locations`, and name it by `master_site_id`.",
        )
    }
}

/// What sites are selected by.
fn filters() -> [(&'static str, Attribute); 6] {
    [
        ("partner_id", string().computed().about("The data-centre partner, from `lumen_providers`. Sites tell their partner only if it is asked for.")),
        ("city", string().computed().about("The city, whatever its case.")),
        ("state", string().computed().about("The state, such as `LA`.")),
        ("post_code", string().computed().about("The post code.")),
        ("market", string().computed().about("Lumen's market, such as `WASHINGTON DC`.")),
        ("master_site_id", string().computed().about("The site's id, for `master_site_id` of a connection.")),
    ]
}

/// What else is known of a site.
fn attributes() -> [(&'static str, Attribute); 8] {
    [
        ("street_address", string().computed().about("Street and number.")),
        ("locality", string().computed().about("The locality, where Lumen names one.")),
        ("country", string().computed().about("The country, such as `US`.")),
        ("post_code_extension", string().computed().about("What follows the post code.")),
        ("network_status", string().computed().about("Whether the site is on Lumen's network, such as `ON_NET`.")),
        ("naas_enabled", boolean().computed().about("Whether on-demand services can be ordered there.")),
        ("partner", string().computed().about("The partner's site, in Lumen's words.")),
        ("bandwidths", list(Type::String).computed().about("The bandwidths that Lumen names for the site. What it sells, and at which price, is in `lumen_iod_price`.")),
    ]
}

async fn sites(session: &Session, filter: &Site) -> Result<Vec<Site>, Diagnostic> {
    let query = LocationQuery { partner_id: filter.partner_id.known().cloned() };
    let found = session.lumen()?.locations(&query).await;
    let found = found.map_err(|error| explain::error("The locations can't be listed", &error))?;
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

/// Lumen does not say of which partner a site is: that is known from the question.
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
