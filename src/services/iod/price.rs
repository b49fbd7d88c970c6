//! The `lumen_iod_price` data source: the price of Internet On-Demand at a site.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, nested, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::{Bandwidth, Error, HourlyPrice, MonthlyPrice, PortServiceId, SiteId};
use crate::services::{Session, explain};
use crate::{lumen, model};

/// The `lumen_iod_price` data source.
pub struct IodPrice(Arc<Session>);

model! {
    /// The offers at a site.
    pub struct Prices {
        master_site_id: Field<SiteId>,
        port_service_id: Field<PortServiceId>,
        offers: Field<Vec<Offer>>,
    }
}

model! {
    /// A bandwidth and its price.
    pub struct Offer {
        bandwidth: Field<Bandwidth>,
        hourly_price: Field<HourlyPrice>,
        monthly_price: Field<MonthlyPrice>,
    }
}

#[async_trait]
impl DataSource for IodPrice {
    const NAME: &'static str = "iod_price";
    type Session = Session;
    type Model = Prices;

    fn schema() -> Schema {
        Schema::new("Lists the bandwidths that Lumen sells at a site, with their prices. Reading prices costs nothing and places no order.")
            .attribute("master_site_id", string().required().about("ID of the site, from `lumen_locations`."))
            .attribute("port_service_id", string().about("UNI Service ID of your own port at the site. Leave it out for the site of a data center partner."))
            .attribute("offers", nested(Nesting::List, [
                ("bandwidth", string().computed().about("Bandwidth, such as `100 Mbps`.")),
                ("hourly_price", string().computed().about("Price in USD per hour.")),
                ("monthly_price", string().computed().about("Price in USD per month of 30 days.")),
            ]).computed().about("Bandwidths that Lumen sells at the site, lowest first."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: Prices, _: &Context) -> Result<Prices, Diagnostic> {
        let Field::Known(site) = &config.master_site_id else {
            return Err(Diagnostic::bug("a data source is read before its configuration is known"));
        };
        let offers = self.0.lumen()?.offers(site, config.port_service_id.known()).await;
        let offers = offers.map_err(|error| unpriced(site, &error))?;
        let mut offers = Arc::unwrap_or_clone(offers);
        offers.sort_by_key(|offer| offer.bandwidth);
        Ok(Prices { offers: Field::Known(offers.into_iter().map(Offer::from).collect()), ..config })
    }
}

/// The diagnostic for a site that has no prices.
pub(super) fn unpriced(site: &SiteId, error: &Error) -> Diagnostic {
    let summary = format!("Lumen returned no price for site `{site}`");
    match error {
        Error::Rejected(problem) if problem.is_about("masterSiteId") => explain::error(summary, error)
            .at("master_site_id")
            .remedy("Check that `naas_enabled` is true for the site in `lumen_locations`, and that `port_service_id` is set if the site is one of your own. Lumen can also return this error temporarily: if the site is right, run the same command again in a few minutes."),
        _ => explain::error(summary, error),
    }
}

impl From<lumen::ordering::Offer> for Offer {
    fn from(offer: lumen::ordering::Offer) -> Self {
        let lumen::ordering::Offer { bandwidth, hourly, monthly } = offer;
        Self {
            bandwidth: Field::Known(bandwidth),
            hourly_price: hourly.into(),
            monthly_price: monthly.into(),
        }
    }
}
