//! `lumen_providers` and `lumen_provider`: the data-centre and cloud partners behind Internet
//! On-Demand.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Session, explain, matching};
use crate::framework::schema::{Nesting, nested, string};
use crate::framework::{Attribute, Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::PartnerId;
use crate::{lumen, model};

/// `lumen_providers`
pub struct Providers(Arc<Session>);

/// `lumen_provider`
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
            "All partners through which Lumen offers Internet On-Demand: data centres and clouds.",
        )
        .attribute(
            "providers",
            nested(Nesting::List, attributes()).computed().about("The partners, in Lumen's order."),
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
            "One partner through which Lumen offers Internet On-Demand, by `id` or by `name`.",
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
        matching::id_or_name("provider", config.id.is_null(), config.name.is_null())
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
            "provider",
            partners,
            named,
            "Look the partner up in `lumen_providers`, and name it by `id`.",
        )
        .map(Partner::from)
    }
}

/// The attributes of a partner.
fn attributes() -> [(&'static str, Attribute); 4] {
    [
        ("id", string().computed().about("The partner's id, for `partner_id`.")),
        ("name", string().computed().about("The partner's name, such as `Equinix`.")),
        (
            "datacenter_fabric_url",
            string().computed().about("Where the partner sells connections to its fabric."),
        ),
        (
            "partner_type",
            string()
                .computed()
                .about("The kind of partner, in Lumen's words, such as `CLOUD_PARTNER`."),
        ),
    ]
}

async fn partners(session: &Session) -> Result<Vec<lumen::ordering::Partner>, Diagnostic> {
    let partners = session.lumen()?.partners().await;
    let partners =
        partners.map_err(|error| explain::error("The providers can't be listed", &error))?;
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
