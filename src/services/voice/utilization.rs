//! The `lumen_voice_utilization` data source: whether more numbers can be reserved in a rate center.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{boolean, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::voice::Product;
use crate::model;
use crate::services::voice;
use crate::services::{Session, explain};

/// The `lumen_voice_utilization` data source.
pub struct VoiceUtilization(Arc<Session>);

model! {
    /// How much of the reserved numbers in a rate center is in use.
    pub struct Utilization {
        product: Field<Product>,
        rate_center: Field<String>,
        state: Field<String>,
        percent: Field<String>,
        orderable: Field<bool>,
    }
}

#[async_trait]
impl DataSource for VoiceUtilization {
    const NAME: &'static str = "voice_utilization";
    type Session = Session;
    type Model = Utilization;

    fn schema() -> Schema {
        Schema::new("Share of your reserved numbers in a rate center that are in use. Lumen accepts new reservations there at 75 percent or more.")
            .attribute("product", voice::product().required().about("Product that the numbers are for: `local_inbound` or `enhanced_local_service`."))
            .attribute("rate_center", voice::rate_center().required().about("Name of the rate center, from `lumen_voice_rate_centers`."))
            .attribute("state", voice::state().required().about("State of the rate center, such as `CO`."))
            .attribute("percent", string().computed().about("Percentage of your reserved numbers that are in use, as a decimal number. Null if unknown."))
            .attribute("orderable", boolean().computed().about("Whether Lumen accepts new reservations: at 75 percent or more, or if you have no reserved numbers yet. Null if unknown."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: Utilization, _: &Context) -> Result<Utilization, Diagnostic> {
        let (Field::Known(product), Field::Known(rate_center), Field::Known(state)) =
            (&config.product, &config.rate_center, &config.state)
        else {
            return Err(Diagnostic::bug("a data source is read before its configuration is known"));
        };
        let found = self.0.lumen()?.utilization(*product, rate_center, state).await;
        let found = found.map_err(|error| {
            explain::error(
                format!("The utilization of `{rate_center}`, {state} can't be read"),
                &error,
            )
        })?;
        Ok(Utilization {
            percent: found.percent.map(|percent| percent.to_string()).into(),
            orderable: found.orderable.into(),
            ..config
        })
    }
}
