//! The `lumen_voice_notifications` data source: Lumen's notifications about a voice order, with their meanings.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;

use crate::framework::schema::{Nesting, boolean, nested, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Rule, Schema};
use crate::lumen::voice::{Date, NotificationClass, OrderKind};
use crate::lumen::{Client, VoiceOrderId};
use crate::services::voice;
use crate::services::{Session, explain};
use crate::{lumen, model};

/// How long Lumen keeps notifications.
const KEPT: SignedDuration = SignedDuration::from_hours(180 * 24);

/// The `lumen_voice_notifications` data source.
pub struct VoiceNotifications(Arc<Session>);

model! {
    /// The matching notifications.
    pub struct Notifications {
        voice_order_id: Field<VoiceOrderId>,
        latest: Field<bool>,
        since: Field<Date>,
        notifications: Field<Vec<Notification>>,
    }
}

model! {
    /// One notification.
    pub struct Notification {
        code: Field<String>,
        message: Field<String>,
        meaning: Field<String>,
        date: Field<String>,
        rate_center: Field<String>,
        state: Field<String>,
        foc_date: Field<String>,
    }
}

#[async_trait]
impl DataSource for VoiceNotifications {
    const NAME: &'static str = "voice_notifications";
    type Session = Session;
    type Model = Notifications;

    fn schema() -> Schema {
        Schema::new("Lists Lumen's notifications about a voice order of any kind. Lumen keeps them for 180 days.")
            .attribute("voice_order_id", voice::voice_order_id().required().about("ID of the voice order, such as `600184201`: one of the `voice_order_ids` of a `lumen_voice_tn_reservation` or a `lumen_voice_tn_subscription`."))
            .attribute("latest", boolean().about("Whether to return only the latest notification. Not together with `since`."))
            .attribute("since", string().rule(Rule::reads_as::<Date>("a date such as `2026-12-07T17:00:00Z`")).about("Only notifications that were sent at this date or later, such as `2026-12-07T17:00:00Z`. Notifications without a date are always returned. Lumen has none that are older than 180 days."))
            .attribute("notifications", nested(Nesting::List, [
                ("code", string().computed().about("Notification code, such as `903`.")),
                ("message", string().computed().about("Text of the notification.")),
                ("meaning", string().computed().about("What the notification says about an order of this kind: `success` (complete), `running` (in progress), `needs_answer` (Lumen waits for an answer to a shortage), `failed`, or `unknown`.")),
                ("date", string().computed().about("Date in UTC when Lumen sent the notification. Null if unknown.")),
                ("rate_center", string().computed().about("Rate center that the notification is about. Null if it is about the whole order.")),
                ("state", string().computed().about("State of the rate center.")),
                ("foc_date", string().computed().about("Date in UTC when Lumen takes over the numbers of a port (FOC date). Null if the notification doesn't say it.")),
            ]).computed().about("Notifications, in the order that Lumen returns them."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &Notifications) -> Vec<Diagnostic> {
        if config.latest != Field::Known(true) || config.since.is_null() {
            return Vec::new();
        }
        vec![
            Diagnostic::error("Both `latest` and `since` are set")
                .at("since")
                .because("`latest` returns one notification, whatever its date is")
                .remedy("Remove `latest` or `since`."),
        ]
    }

    async fn read(
        &self,
        config: Notifications,
        context: &Context,
    ) -> Result<Notifications, Diagnostic> {
        let Field::Known(id) = &config.voice_order_id else {
            return Err(Diagnostic::bug("a data source is read before its configuration is known"));
        };
        let lumen = self.0.lumen()?;
        let unread = |error| {
            let summary = format!("The notifications of voice order `{id}` can't be listed");
            explain::error(summary, &error).at("voice_order_id")
        };
        let order = lumen.voice_order_snapshot(id).await.map_err(unread)?;
        // What the order is for decides what its notifications mean.
        let kind = order.kind();
        let mut found = order.notifications;
        if let Field::Known(since) = config.since {
            warn_if_forgotten(lumen, since, context);
            found.retain(|sent| sent.at.is_none_or(|at| since.timestamp() <= at));
        }
        if config.latest == Field::Known(true) {
            found = latest(found).into_iter().collect();
        }
        let notifications = found.into_iter().map(|sent| Notification::of(sent, kind)).collect();
        Ok(Notifications { notifications: Field::Known(notifications), ..config })
    }
}

/// The latest notification by time. If some have no time, the last one.
fn latest(mut found: Vec<lumen::voice::Notification>) -> Option<lumen::voice::Notification> {
    if found.iter().all(|sent| sent.at.is_some()) {
        found.sort_by_key(|sent| sent.at);
    }
    found.pop()
}

/// Warns if Lumen no longer has all notifications that the user asks for.
fn warn_if_forgotten(lumen: &Client, since: Date, context: &Context) {
    if lumen.now().duration_since(since.timestamp()) <= KEPT {
        return;
    }
    context.warn(
        Diagnostic::warning("Lumen has no notifications from more than 180 days ago")
            .at("since")
            .because(format!("`since` is {since}, and Lumen keeps notifications for 180 days"))
            .outcome("Only notifications from the last 180 days are returned.")
            .remedy("Set `since` to a later date, or remove it."),
    );
}

impl Notification {
    fn of(sent: lumen::voice::Notification, kind: Option<OrderKind>) -> Self {
        let class = match kind {
            Some(kind) => sent.code.class_for(kind),
            None => sent.code.class_for_any(),
        };
        let lumen::voice::Notification { code, message, rate_center, state, at, foc_date } = sent;
        Self {
            code: Field::Known(code.to_string()),
            message: Field::Known(message),
            meaning: Field::Known(meaning(class).to_owned()),
            date: at.map(|at| Date::from(at).to_string()).into(),
            rate_center: rate_center.into(),
            state: state.into(),
            foc_date: foc_date.map(|date| date.to_string()).into(),
        }
    }
}

fn meaning(class: Option<NotificationClass>) -> &'static str {
    match class {
        Some(NotificationClass::Success) => "success",
        Some(NotificationClass::Running) => "running",
        Some(NotificationClass::NeedsAnswer) => "needs_answer",
        Some(NotificationClass::Failed) => "failed",
        None => "unknown",
    }
}
