//! The `lumen_voice_order` data source: the progress of a voice order, and Lumen's notifications about it.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Notification, notification};
use crate::framework::schema::{Nesting, nested, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Rule, Schema};
use crate::lumen::VoiceOrderId;
use crate::model;
use crate::services::{Session, explain};

/// The `lumen_voice_order` data source.
pub struct VoiceOrder(Arc<Session>);

model! {
    /// A voice order.
    pub struct Order {
        voice_order_id: Field<VoiceOrderId>,
        status: Field<String>,
        notifications: Field<Vec<Notification>>,
    }
}

#[async_trait]
impl DataSource for VoiceOrder {
    const NAME: &'static str = "voice_order";
    type Session = Session;
    type Model = Order;

    fn schema() -> Schema {
        Schema::new("Reads the status of a voice order and Lumen's notifications about it from the last 180 days.")
            .attribute(
                "voice_order_id",
                string().required().rule(Rule::reads_as::<VoiceOrderId>("a voice order ID, such as `600184201`")).about(
                    "ID of the voice order, such as `600184201`: one of the `voice_order_ids` of a `lumen_voice_tn_reservation`.",
                ),
            )
            .attribute("status", string().computed().about("Status of the order: `created`, `in progress`, `pending credit check`, `credit check rejected`, `rejected`, `cancelled`, `completed`, or, if none of these applies, Lumen's own status in lowercase."))
            .attribute(
                "notifications",
                nested(Nesting::List, notification())
                    .computed()
                    .about("Notifications, in the order that Lumen returns them."),
            )
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: Order, _: &Context) -> Result<Order, Diagnostic> {
        let Field::Known(id) = &config.voice_order_id else {
            return Err(Diagnostic::bug("a data source is read before its configuration is known"));
        };
        let lumen = self.0.lumen()?;
        let unread = |error| {
            explain::error(format!("Voice order `{id}` can't be read"), &error).at("voice_order_id")
        };
        let status = lumen.voice_order_status(id).await.map_err(unread)?.state.to_string();
        // The notifications are requested after the status, so that they are not older than the status that
        // they explain.
        let notifications = lumen.notifications(id).await.map_err(unread)?;
        Ok(Order {
            status: Field::Known(status),
            notifications: Field::Known(notifications.iter().map(Notification::from).collect()),
            ..config
        })
    }
}
