//! The `lumen_voice_order` data source: the progress of a voice order, what Lumen reports about it, and Lumen's
//! notifications about it.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Notification, notification, order_action};
use crate::framework::schema::{Nesting, nested, set, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Rule, Schema, Type};
use crate::lumen::voice::{OrderDetails, TelephoneNumber, VoiceOrderReport, VoiceOrderSnapshot};
use crate::lumen::{Client, Error, ExternalId, VoiceOrderId};
use crate::model;
use crate::services::voice;
use crate::services::{Session, explain};

/// The `lumen_voice_order` data source.
pub struct VoiceOrder(Arc<Session>);

model! {
    /// A voice order.
    pub struct Order {
        voice_order_id: Field<VoiceOrderId>,
        external_order_id: Field<ExternalId>,
        kind: Field<String>,
        status: Field<String>,
        request_date: Field<String>,
        foc_date: Field<String>,
        telephone_numbers: Field<BTreeSet<TelephoneNumber>>,
        notifications: Field<Vec<Notification>>,
    }
}

#[async_trait]
impl DataSource for VoiceOrder {
    const NAME: &'static str = "voice_order";
    type Session = Session;
    type Model = Order;

    fn schema() -> Schema {
        Schema::new("Reads the status of a voice order of any kind, and Lumen's notifications about it from the last 180 days. Set `voice_order_id` or `external_order_id`.")
            .attribute("voice_order_id", voice::voice_order_id().optional_computed().about("ID of the voice order, such as `600184201`: one of the `voice_order_ids` of a `lumen_voice_tn_reservation` or a `lumen_voice_tn_subscription`."))
            .attribute("external_order_id", string().optional_computed().rule(Rule::reads_as::<ExternalId>("text of 1 to 20 characters")).about("Your reference for the voice order. Lumen doesn't document that orders can be found by it. Null if you set `voice_order_id`, and Lumen doesn't return the reference."))
            .attribute("kind", string().computed().about("What the order is for: `reservation`, `install`, `port_in`, `change`, or `disconnect`. Null if Lumen doesn't return it."))
            .attribute("status", string().computed().about("Status of the order: `created`, `in progress`, `pending credit check`, `credit check rejected`, `rejected`, `cancelled`, `completed`, or, if none of these applies, Lumen's own status in lowercase. Null if Lumen returns only notifications, which is possible for a port."))
            .attribute("request_date", string().computed().about("Requested date in UTC, such as `2026-12-07T17:00:00Z`. Null if Lumen doesn't return it."))
            .attribute("foc_date", string().computed().about("Date in UTC when Lumen takes over the numbers of a port (FOC date). Null until the losing carrier has agreed to it."))
            .attribute("telephone_numbers", set(Type::String).computed().about("Numbers of the order in E.164 format. Empty if Lumen doesn't return them, as for a reservation: see `lumen_voice_inventory`."))
            .attribute(
                "notifications",
                nested(Nesting::List, notification())
                    .computed()
                    .about("Notifications, in the order that Lumen returns them. The data source `lumen_voice_notifications` also has their dates and meanings."),
            )
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &Order) -> Vec<Diagnostic> {
        match (config.voice_order_id.is_null(), config.external_order_id.is_null()) {
            (true, true) => vec![
                Diagnostic::error("Neither `voice_order_id` nor `external_order_id` is set")
                    .because("a voice order is looked up by its ID or by your reference")
                    .remedy("Set `voice_order_id` or `external_order_id`."),
            ],
            (false, false) => vec![
                Diagnostic::error("Both `voice_order_id` and `external_order_id` are set")
                    .at("external_order_id")
                    .because("each of them names an order, and they may name different ones")
                    .remedy("Remove `external_order_id`."),
            ],
            _ => Vec::new(),
        }
    }

    async fn read(&self, config: Order, _: &Context) -> Result<Order, Diagnostic> {
        let lumen = self.0.lumen()?;
        let (id, argument) = match (&config.voice_order_id, &config.external_order_id) {
            (Field::Known(id), _) => (id.clone(), "voice_order_id"),
            (_, Field::Known(reference)) => (find(lumen, reference).await?, "external_order_id"),
            _ => {
                return Err(Diagnostic::bug(
                    "a data source is read before its configuration is known",
                ));
            }
        };
        let order = read(lumen, &id).await.map_err(|error| {
            explain::error(format!("Voice order `{id}` can't be read"), &error).at(argument)
        })?;
        let external_order_id =
            config.external_order_id.known().or(order.details.external_order_id.as_ref()).cloned();
        Ok(Order {
            voice_order_id: Field::Known(id),
            external_order_id: external_order_id.into(),
            kind: order.kind().map(|kind| kind.to_string()).into(),
            status: order.state.as_ref().map(ToString::to_string).into(),
            request_date: order.details.request_date.map(|date| date.to_string()).into(),
            foc_date: order.foc_date().map(|date| date.to_string()).into(),
            notifications: Field::Known(
                order.notifications.iter().map(Notification::from).collect(),
            ),
            telephone_numbers: Field::Known(order.details.telephone_numbers),
        })
    }
}

/// Finds an order by the user's own reference.
async fn find(lumen: &Client, reference: &ExternalId) -> Result<VoiceOrderId, Diagnostic> {
    let summary = format!("No voice order can be found by the reference `{reference}`");
    let found = lumen.find_voice_order(reference).await;
    let found =
        found.map_err(|error| explain::error(summary.clone(), &error).at("external_order_id"))?;
    found.ok_or_else(|| {
        Diagnostic::error(summary)
            .at("external_order_id")
            .because("Lumen returned no order with this reference. Lumen doesn't document that orders can be found by their reference, so this doesn't prove that there is none")
            .remedy("Set `voice_order_id` instead. For reserved numbers, `lumen_voice_inventory` with `external_order_id` shows it.")
    })
}

/// Reads the status of an order and its notifications. A status that Lumen doesn't return for this kind of
/// order is left out if there are notifications.
async fn read(lumen: &Client, id: &VoiceOrderId) -> Result<VoiceOrderSnapshot, Error> {
    // The notifications are requested after the status, so that they are not older than the status that they
    // explain.
    let unknown = match lumen.voice_order_status(id).await {
        Ok(VoiceOrderReport { state, retry_after, details }) => {
            let (state, notifications) = (Some(state), lumen.notifications(id).await?);
            return Ok(VoiceOrderSnapshot { state, notifications, retry_after, details });
        }
        Err(error) if is_unknown(&error) => error,
        Err(error) => return Err(error),
    };
    match lumen.notifications(id).await {
        Ok(notifications) if !notifications.is_empty() => {
            let (state, retry_after, details) = (None, None, OrderDetails::default());
            Ok(VoiceOrderSnapshot { state, notifications, retry_after, details })
        }
        _ => Err(unknown),
    }
}

/// Whether Lumen has no status of the order.
fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::NotFound(_) | Error::NotImplemented(_))
        || order_action::is_unknown(error)
}
