//! The `lumen_voice_inventory` data source: numbers that are reserved and not yet assigned.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, nested, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Rule, Schema};
use crate::lumen::voice::{NumberQuery, TelephoneNumber};
use crate::lumen::{ExternalId, VoiceOrderId};
use crate::services::voice;
use crate::services::{Session, explain};
use crate::{lumen, model};

/// The `lumen_voice_inventory` data source.
pub struct VoiceInventory(Arc<Session>);

model! {
    /// The matching numbers.
    pub struct Inventory {
        voice_order_id: Field<VoiceOrderId>,
        external_order_id: Field<ExternalId>,
        npa: Field<String>,
        nxx: Field<String>,
        numbers: Field<Vec<ReservedNumber>>,
    }
}

model! {
    /// One number.
    pub struct ReservedNumber {
        telephone_number: Field<TelephoneNumber>,
        rate_center: Field<String>,
        state: Field<String>,
        voice_order_id: Field<VoiceOrderId>,
        external_order_id: Field<ExternalId>,
        status: Field<String>,
    }
}

#[async_trait]
impl DataSource for VoiceInventory {
    const NAME: &'static str = "voice_inventory";
    type Session = Session;
    type Model = Inventory;

    fn schema() -> Schema {
        Schema::new("Lists the telephone numbers that you have reserved but not assigned yet. Arguments are filters; numbers must match all of them.")
            .attribute("voice_order_id", voice::voice_order_id().about("Only numbers of the voice order with this ID, such as `600184201`."))
            .attribute("external_order_id", string().rule(Rule::reads_as::<ExternalId>("text of 1 to 20 characters")).about("Only numbers ordered with this `external_order_id`."))
            .attribute("npa", string().rule(voice::three_digits()).about("Only numbers with this area code (NPA), such as `303`."))
            .attribute("nxx", string().rule(voice::three_digits()).about("Only numbers with this exchange (NXX), such as `555`. Requires `npa`."))
            .attribute("numbers", nested(Nesting::List, [
                ("telephone_number", string().computed().about("Number in E.164 format, such as `+13035550100`.")),
                ("rate_center", string().computed().about("Rate center of the number.")),
                ("state", string().computed().about("State of the rate center.")),
                ("voice_order_id", string().computed().about("ID of the voice order that reserved the number.")),
                ("external_order_id", string().computed().about("Reference that the voice order was placed with.")),
                ("status", string().computed().about("Status of the number, as Lumen returns it.")),
            ]).computed().about("Matching numbers, in ascending order."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &Inventory) -> Vec<Diagnostic> {
        voice::nxx_needs_npa(config.npa.is_null(), config.nxx.is_null())
    }

    async fn read(&self, config: Inventory, _: &Context) -> Result<Inventory, Diagnostic> {
        let query = NumberQuery {
            voice_order_id: config.voice_order_id.known().cloned(),
            external_order_id: config.external_order_id.known().cloned(),
            npa: config.npa.known().cloned(),
            nxx: config.nxx.known().cloned(),
        };
        let found = self.0.lumen()?.reserved_numbers(&query).await;
        let mut found = found
            .map_err(|error| explain::error("The reserved numbers can't be listed", &error))?;
        found.sort_by_key(|found| found.number);
        let numbers = found.into_iter().map(ReservedNumber::from).collect();
        Ok(Inventory { numbers: Field::Known(numbers), ..config })
    }
}

impl From<lumen::voice::ReservedNumber> for ReservedNumber {
    fn from(found: lumen::voice::ReservedNumber) -> Self {
        let lumen::voice::ReservedNumber {
            number,
            rate_center,
            state,
            voice_order_id,
            external_order_id,
            status,
        } = found;
        Self {
            telephone_number: Field::Known(number),
            rate_center: rate_center.into(),
            state: state.into(),
            voice_order_id: voice_order_id.into(),
            external_order_id: external_order_id.into(),
            status: status.into(),
        }
    }
}
