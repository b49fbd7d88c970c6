//! `lumen_voice_utilization`: whether more numbers may be reserved in a rate center.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{boolean, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::voice::Product;
use crate::model;
use crate::services::voice;
use crate::services::{Session, explain};

/// `lumen_voice_utilization`
pub struct VoiceUtilization(Arc<Session>);

model! {
    /// How much of what is reserved in a rate center is used.
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
        Schema::new("How much of the numbers that you have reserved in a rate center is used. Lumen reserves more only from 75 percent on.")
            .attribute("product", voice::product().required().about("What the numbers are for: `local_inbound` or `enhanced_local_service`."))
            .attribute("rate_center", voice::rate_center().required().about("The rate center, from `lumen_voice_rate_centers`."))
            .attribute("state", voice::state().required().about("Its state, such as `CO`."))
            .attribute("percent", string().computed().about("Percent, as a decimal; null where Lumen does not say."))
            .attribute("orderable", boolean().computed().about("Whether more may be reserved: from 75 percent on, or where nothing is reserved yet; null where that can't be told."))
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
