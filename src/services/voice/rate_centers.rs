//! The `lumen_voice_rate_centers` data source: where telephone numbers can be reserved.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, boolean, nested, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::voice::{Product, RateCenterQuery};
use crate::services::voice;
use crate::services::{Session, explain};
use crate::{lumen, model};

/// The `lumen_voice_rate_centers` data source.
pub struct VoiceRateCenters(Arc<Session>);

model! {
    /// The matching rate centers.
    pub struct RateCenters {
        product: Field<Product>,
        state: Field<String>,
        rate_centers: Field<Vec<RateCenter>>,
    }
}

model! {
    /// One rate center.
    pub struct RateCenter {
        rate_center: Field<String>,
        state: Field<String>,
        static_911: Field<bool>,
    }
}

#[async_trait]
impl DataSource for VoiceRateCenters {
    const NAME: &'static str = "voice_rate_centers";
    type Session = Session;
    type Model = RateCenters;

    fn schema() -> Schema {
        Schema::new("Lists the rate centers where numbers for a product can be reserved.")
            .attribute("product", voice::product().required().about("Product that the numbers are for: `local_inbound` or `enhanced_local_service`."))
            .attribute("state", voice::state().about("Only rate centers in this state, such as `CO`."))
            .attribute("rate_centers", nested(Nesting::List, [
                ("rate_center", string().computed().about("Name of the rate center, such as `DENVER`.")),
                ("state", string().computed().about("State of the rate center, such as `CO`.")),
                ("static_911", boolean().computed().about("Whether Lumen provides static 911 in the rate center. Enhanced Local Service requires it unless you provide 911 yourself. Null if unknown.")),
            ]).computed().about("Rate centers, in the order that Lumen returns them."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: RateCenters, _: &Context) -> Result<RateCenters, Diagnostic> {
        let Field::Known(product) = config.product else {
            return Err(Diagnostic::bug("a data source is read before its configuration is known"));
        };
        let query = RateCenterQuery { product, state: config.state.known().cloned() };
        let found = self.0.lumen()?.rate_centers(&query).await;
        let found =
            found.map_err(|error| explain::error("The rate centers can't be listed", &error))?;
        let rate_centers = found.iter().cloned().map(RateCenter::from).collect();
        Ok(RateCenters { rate_centers: Field::Known(rate_centers), ..config })
    }
}

impl From<lumen::voice::RateCenter> for RateCenter {
    fn from(found: lumen::voice::RateCenter) -> Self {
        let lumen::voice::RateCenter { rate_center, state, static_911 } = found;
        Self {
            rate_center: Field::Known(rate_center),
            state: Field::Known(state),
            static_911: static_911.into(),
        }
    }
}
