//! `lumen_iod_price`: what Internet On-Demand costs at a site.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, nested, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::{Bandwidth, Error, HourlyPrice, MonthlyPrice, PortServiceId, SiteId};
use crate::services::{Session, explain};
use crate::{lumen, model};

/// `lumen_iod_price`
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
    /// One bandwidth and its price.
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
        Schema::new("What Lumen sells at a site, and at which price. Asking costs nothing and orders nothing.")
            .attribute("master_site_id", string().required().about("The site, from `lumen_locations`."))
            .attribute("port_service_id", string().about("The customer port, by its UNI Service ID; not for sites of a data-centre partner."))
            .attribute("offers", nested(Nesting::List, [
                ("bandwidth", string().computed().about("The bandwidth, such as `100 Mbps`.")),
                ("hourly_price", string().computed().about("USD per hour.")),
                ("monthly_price", string().computed().about("USD per month of 30 days.")),
            ]).computed().about("What is sold there, by bandwidth."))
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

/// Why a site has no prices.
pub(super) fn unpriced(site: &SiteId, error: &Error) -> Diagnostic {
    let summary = format!("Lumen names no price for site `{site}`");
    match error {
        Error::Rejected(problem) if problem.is_about("masterSiteId") => explain::error(summary, error)
            .at("master_site_id")
            .remedy("Pick a site with `naas_enabled` from `lumen_locations`, and set `port_service_id` if it is one of your own ports. Lumen also answers this for a while at sites that it does sell: if the site is right, try again in some minutes."),
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
