//! The data sources `lumen_providers` and `lumen_provider`: the data-center and cloud partners for Internet
//! On-Demand.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Session, explain, matching};
use crate::framework::schema::{Nesting, nested, string};
use crate::framework::{Attribute, Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::PartnerId;
use crate::{lumen, model};

/// The `lumen_providers` data source.
pub struct Providers(Arc<Session>);

/// The `lumen_provider` data source.
pub struct OneProvider(Arc<Session>);

model! {
    /// All partners.
    pub struct Partners {
        providers: Field<Vec<Partner>>,
    }
}

model! {
    /// One partner.
    pub struct Partner {
        id: Field<PartnerId>,
        name: Field<String>,
        datacenter_fabric_url: Field<String>,
        partner_type: Field<String>,
    }
}

#[async_trait]
impl DataSource for Providers {
    const NAME: &'static str = "providers";
    type Session = Session;
    type Model = Partners;

    fn schema() -> Schema {
        Schema::new(
            "Lists the partners through which Lumen offers Internet On-Demand: data center and cloud providers.",
        )
        .attribute(
            "providers",
            nested(Nesting::List, attributes()).computed().about("Partners, in the order that Lumen returns them."),
        )
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, _: Partners, _: &Context) -> Result<Partners, Diagnostic> {
        let partners = partners(&self.0).await?;
        Ok(Partners { providers: Field::Known(partners.into_iter().map(Partner::from).collect()) })
    }
}

#[async_trait]
impl DataSource for OneProvider {
    const NAME: &'static str = "provider";
    type Session = Session;
    type Model = Partner;

    fn schema() -> Schema {
        let mut schema = Schema::new(
            "Looks up one partner through which Lumen offers Internet On-Demand, by `id` or `name`.",
        );
        schema.attributes = attributes()
            .map(|(name, attribute)| match name {
                "id" | "name" => (name, attribute.optional_computed()),
                _ => (name, attribute),
            })
            .into();
        schema
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &Partner) -> Vec<Diagnostic> {
        matching::id_or_name("partner", config.id.is_null(), config.name.is_null())
    }

    async fn read(&self, config: Partner, _: &Context) -> Result<Partner, Diagnostic> {
        let mut partners = partners(&self.0).await?;
        partners.retain(|partner| {
            config.id.known().is_none_or(|id| *id == partner.id)
                && matching::fits(config.name.known(), Some(&partner.name))
        });
        let named =
            |partner: &lumen::ordering::Partner| format!("{} ({})", partner.name, partner.id);
        matching::exactly_one(
            "partner",
            partners,
            named,
            "Find the partner in `lumen_providers`, and set `id`.",
        )
        .map(Partner::from)
    }
}

/// The attributes of a partner.
fn attributes() -> [(&'static str, Attribute); 4] {
    [
        ("id", string().computed().about("ID of the partner. Use it as `partner_id`.")),
        ("name", string().computed().about("Name of the partner, such as `Equinix`.")),
        (
            "datacenter_fabric_url",
            string().computed().about("URL where the partner sells connections to its fabric."),
        ),
        (
            "partner_type",
            string()
                .computed()
                .about("Type of partner as Lumen returns it, such as `CLOUD_PARTNER`."),
        ),
    ]
}

async fn partners(session: &Session) -> Result<Vec<lumen::ordering::Partner>, Diagnostic> {
    let partners = session.lumen()?.partners().await;
    let partners =
        partners.map_err(|error| explain::error("The partners can't be listed", &error))?;
    Ok(Arc::unwrap_or_clone(partners))
}

impl From<lumen::ordering::Partner> for Partner {
    fn from(partner: lumen::ordering::Partner) -> Self {
        let lumen::ordering::Partner { id, name, datacenter_fabric_url, partner_type } = partner;
        Self {
            id: Field::Known(id),
            name: Field::Known(name),
            datacenter_fabric_url: datacenter_fabric_url.into(),
            partner_type: partner_type.into(),
        }
    }
}
