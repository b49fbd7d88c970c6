//! The `lumen_voice_order_cancel` action: cancels a voice order that is in progress.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use super::order_action::{
    WatchedOrder, is_unknown, not_done, still_moving, unread, voice_order_id, within, words,
};
use crate::framework::{Action, Context, Diagnostic, Field, Progress, Schema};
use crate::lumen::long_running::{self, Followed, Operation, PendingReason, Refusal};
use crate::lumen::voice::{
    Meaning, Notification, OrderKind, OrderPart, PartStatus, ReservedNumber, VoiceOrderSnapshot,
    VoiceOrderState,
};
use crate::lumen::{Client, Error, VoiceOrderId};
use crate::model;
use crate::services::orders;
use crate::services::{Session, explain};

/// The `lumen_voice_order_cancel` action.
pub struct VoiceOrderCancel(Arc<Session>);

model! {
    /// The order to cancel.
    pub struct Cancellation {
        voice_order_id: Field<VoiceOrderId>,
    }
}

#[async_trait]
impl Action for VoiceOrderCancel {
    const NAME: &'static str = "voice_order_cancel";
    type Session = Session;
    type Model = Cancellation;

    fn schema() -> Schema {
        Schema::new("Cancels an entire voice order that is in progress, and waits until Lumen has canceled it. Numbers that are already reserved, such as those of an order with a backorder, stay in your Lumen inventory: Lumen offers no way to give them back. The action is safe to repeat.")
            .attribute("voice_order_id", voice_order_id())
            .timeout("invoke", "60m", "How long to wait for Lumen to cancel the order. If it takes longer, the action succeeds with a warning and Lumen continues to process the cancellation.")
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    /// Stops a plan only for reasons that are certain. What can't be checked now is checked when the action
    /// is invoked.
    async fn review(
        &self,
        config: &Cancellation,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        let (Some(lumen), Some(id)) = (&self.0.lumen, config.voice_order_id.known()) else {
            return Ok(());
        };
        let news = within(context, lumen.voice_order_snapshot(id)).await;
        match news {
            Ok(news) => check(id, &news).map_err(|why| vec![why]),
            Err(PendingReason::Unreachable(error)) if !error.is_passing() => {
                Err(vec![unread(id, &PendingReason::Unreachable(error))])
            }
            Err(_) => Ok(()),
        }
    }

    async fn invoke(
        &self,
        config: Cancellation,
        progress: &Progress,
        context: &Context,
    ) -> Result<(), Diagnostic> {
        let lumen = self.0.lumen()?;
        let Field::Known(id) = config.voice_order_id else {
            return Err(Diagnostic::bug("an action is invoked before its configuration is known"));
        };
        let mut order = WatchedOrder::new(id, progress);
        let done = cancel(lumen, &mut order, context).await;
        if done.is_ok() {
            tell_what_stays(lumen, &order, context).await;
        }
        done
    }
}

/// Checks the order, cancels it, and follows it until it is canceled.
async fn cancel(
    lumen: &Client,
    order: &mut WatchedOrder<'_>,
    context: &Context,
) -> Result<(), Diagnostic> {
    match within(context, order.check(lumen)).await {
        Ok(news) if news.state == Some(VoiceOrderState::Cancelled) => {
            order.report(" was already canceled.");
            return Ok(());
        }
        Ok(news) => check(&order.id, &news)?,
        // Lumen makes the final decision, and may still be able to cancel the order.
        Err(PendingReason::Unreachable(error)) if error.is_passing() => {}
        Err(why) => return Err(unread(&order.id, &why)),
    }
    match within(context, lumen.cancel_voice_order(&order.id)).await {
        Ok(()) => order.report(" is being canceled."),
        Err(PendingReason::Unreachable(Error::Rejected(problem)))
            if problem.is_cancelled_before() =>
        {
            order.report(&format!(" was already canceled: {}", words(&problem)));
            return Ok(());
        }
        Err(why) => return Err(not_cancelled(&order.id, &why)),
    }
    follow(lumen, order, context).await
}

async fn follow(
    lumen: &Client,
    order: &mut WatchedOrder<'_>,
    context: &Context,
) -> Result<(), Diagnostic> {
    let (id, title) = (order.id.clone(), order.title());
    match orders::follow(lumen, &title, &mut CancelledOrder(order), context).await {
        Followed::Done(()) => Ok(()),
        Followed::Failed(refusal) => Err(complete(&id, &refusal.reason)),
        Followed::StillPending(why) => {
            context.warn(still_moving(&id, &why, "Lumen has accepted the cancellation."));
            Ok(())
        }
    }
}

/// An order that is being canceled. It is followed until that is done.
struct CancelledOrder<'a, 'p>(&'a mut WatchedOrder<'p>);

impl Operation for CancelledOrder<'_, '_> {
    type Outcome = ();

    fn title(&self) -> String {
        self.0.title()
    }

    fn unexpected(&mut self) -> &mut BTreeSet<String> {
        &mut self.0.unexpected
    }

    async fn check(&mut self, lumen: &Client) -> Result<long_running::Progress<()>, Error> {
        let news = self.0.check(lumen).await?;
        Ok(match end(&news) {
            None => long_running::Progress::Running { retry_after: news.retry_after },
            Some(End::Complete) => long_running::Progress::Failed(Refusal {
                code: None,
                reason: "Lumen completed it before the cancellation took effect".to_owned(),
            }),
            Some(End::Without) => long_running::Progress::Done(()),
        })
    }
}

/// How an order has ended.
enum End {
    Complete,
    /// It was canceled or rejected.
    Without,
}

/// Returns how the order has ended. The status decides: an order with a backorder sends the notification
/// about its first numbers long before it ends.
fn end(news: &VoiceOrderSnapshot) -> Option<End> {
    match &news.state {
        Some(VoiceOrderState::Completed) => Some(End::Complete),
        Some(state) if state.is_refusal() => Some(End::Without),
        Some(_) => None,
        None => match news.part_status(&OrderPart::default(), OrderKind::Reservation) {
            // For an order to port numbers, this reason means that the order continues.
            PartStatus::Refused(Some(reason)) if is_too_late(reason) => None,
            PartStatus::Refused(_) => Some(End::Without),
            // The notification about completion may concern only the first numbers.
            PartStatus::Complete | PartStatus::Running | PartStatus::Asking(_) => None,
        },
    }
}

fn is_too_late(reason: &Notification) -> bool {
    reason.code.meaning() == Some(Meaning::TooLateToCancel)
}

/// Checks whether the order can still be canceled. It is not an error if it is already canceled.
fn check(id: &VoiceOrderId, news: &VoiceOrderSnapshot) -> Result<(), Diagnostic> {
    let Some(state) = &news.state else { return Ok(()) };
    match state {
        VoiceOrderState::Completed => Err(complete(id, "Lumen has completed it")),
        VoiceOrderState::Rejected | VoiceOrderState::CreditCheckRejected => {
            let summary = format!("Voice order `{id}` has already ended");
            Err(Diagnostic::error(summary)
                .at("voice_order_id")
                .because(format!("it is {state}, so there is nothing to cancel"))
                .outcome("Nothing was sent.")
                .remedy("Remove the action, or correct `voice_order_id`."))
        }
        _ => Ok(()),
    }
}

/// Lumen did not cancel the order, or possibly did not.
fn not_cancelled(id: &VoiceOrderId, why: &PendingReason) -> Diagnostic {
    let summary = format!("Voice order `{id}` could not be canceled");
    match why {
        PendingReason::Unreachable(Error::Rejected(problem)) if problem.is_complete() => {
            complete(id, &problem.to_string())
        }
        PendingReason::Unreachable(error @ Error::Rejected(_)) if !is_unknown(error) => {
            not_done(summary, why)
                .outcome("The order is still in progress. If it completes, its numbers are reserved, and can't be given back.")
                .remedy("Ask LEUOrders@Lumen.com to cancel it, or let it complete.")
        }
        PendingReason::Unreachable(error) if !error.may_have_arrived() => {
            not_done(summary, why).outcome("The order is still in progress. If it completes, its numbers are reserved, and can't be given back.")
        }
        _ => not_done(summary, why).outcome(
            "It is not known whether Lumen cancels the order. Canceling it again does no harm.",
        ),
    }
}

/// The order is complete: no order or action gives numbers back.
fn complete(id: &VoiceOrderId, why: &str) -> Diagnostic {
    Diagnostic::error(format!("Voice order `{id}` is complete, and can't be canceled"))
        .at("voice_order_id")
        .because(why)
        .outcome("Its numbers stay in your Lumen inventory, and count toward the 75 percent that must be in use.")
        .remedy(format!("Ask LEUOrders@Lumen.com to take the numbers back, or import them: `terraform import lumen_voice_tn_reservation.NAME {id}`."))
}

/// Warns about numbers that the order reserved before it was canceled.
async fn tell_what_stays(lumen: &Client, order: &WatchedOrder<'_>, context: &Context) {
    let id = &order.id;
    let numbers = match within(context, order.numbers(lumen, &OrderPart::default())).await {
        Ok(numbers) if numbers.is_empty() => return,
        Ok(numbers) => numbers,
        Err(PendingReason::Unreachable(error)) => {
            let summary =
                format!("It is not known whether voice order `{id}` left reserved numbers");
            let remedy =
                format!("Read `lumen_voice_inventory` with `voice_order_id = \"{id}\"` later.");
            return context.warn(explain::warning(summary, &error).remedy(remedy));
        }
        // After an interrupt or a timeout, the user knows what is in progress.
        Err(_) => return,
    };
    let number = |found: &ReservedNumber| found.number.to_string();
    let listed: Vec<String> = numbers.iter().map(number).collect();
    context.warn(
        Diagnostic::warning(format!("Numbers of voice order `{id}` stay in your Lumen inventory"))
            .because("Lumen had reserved them before the order was canceled, and offers no way to give them back")
            .outcome(format!("Reserved: {}.", listed.join(", ")))
            .remedy(format!("Ask LEUOrders@Lumen.com to take them back, or import them: `terraform import lumen_voice_tn_reservation.NAME {id}`.")),
    );
}
