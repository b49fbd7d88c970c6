//! The `lumen_voice_order_cancel` action: cancels a voice order of any kind that is in progress, or a part of
//! it.
//!
//! This file has the action, `cancelled` follows the order, and `diagnostics` holds the messages.

mod cancelled;
mod diagnostics;

use std::sync::Arc;

use async_trait::async_trait;

use self::cancelled::{CancelledOrder, End};
use self::diagnostics::Subject;
use super::order_action::{WatchedOrder, still_moving, unread, voice_order_id, within, words};
use crate::framework::{Action, Context, Diagnostic, Field, Progress, Schema};
use crate::lumen::long_running::{Followed, Operation as _, PendingReason};
use crate::lumen::voice::{OrderPart, VoiceOrderSnapshot, VoiceOrderState};
use crate::lumen::{Client, Error, VoiceOrderId};
use crate::model;
use crate::services::{Session, orders, voice};

/// The `lumen_voice_order_cancel` action.
pub struct VoiceOrderCancel(Arc<Session>);

model! {
    /// The order to cancel.
    pub struct Cancellation {
        voice_order_id: Field<VoiceOrderId>,
        transaction_order_id: Field<VoiceOrderId>,
    }
}

#[async_trait]
impl Action for VoiceOrderCancel {
    const NAME: &'static str = "voice_order_cancel";
    type Session = Session;
    type Model = Cancellation;

    fn schema() -> Schema {
        Schema::new("Cancels a voice order of any kind that is in progress, and waits until Lumen has canceled it. Numbers that are already reserved, such as those of an order with a backorder, stay in your Lumen inventory: Lumen offers no way to give them back. Numbers of a canceled port stay with their carrier; Lumen cancels a port only up to one business day before its FOC date. A supplement can't be canceled. The action is safe to repeat.")
            .attribute("voice_order_id", voice_order_id())
            .attribute("transaction_order_id", voice::voice_order_id().about("ID of a transaction order within the voice order, such as `60018420701`: the part of the order in one rate center. Only its numbers are canceled. Default: the entire order."))
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
            Ok(news) => {
                let mut subject = Subject::new(id.clone(), &config.transaction_order_id);
                subject.learn(&news);
                check(&subject, &news).map_err(|why| vec![why])
            }
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
        let subject = Subject::new(id.clone(), &config.transaction_order_id);
        let mut order = CancelledOrder::new(WatchedOrder::new(id, progress), subject);
        let done = cancel(lumen, &mut order, context).await;
        if done.is_ok() && order.subject.may_reserve() {
            tell_what_stays(lumen, &order, context).await;
        }
        done
    }
}

/// Checks the order, cancels it, and follows it until it is canceled.
async fn cancel(
    lumen: &Client,
    order: &mut CancelledOrder<'_>,
    context: &Context,
) -> Result<(), Diagnostic> {
    match within(context, order.look(lumen)).await {
        Ok(news) if order.subject.state(&news) == Some(&VoiceOrderState::Cancelled) => {
            order.report(" was already canceled.");
            return Ok(());
        }
        Ok(news) => check(&order.subject, &news)?,
        // Lumen makes the final decision, and may still be able to cancel the order.
        Err(PendingReason::Unreachable(error)) if error.is_passing() => {}
        Err(why) => return Err(unread(&order.subject.id, &why)),
    }
    match within(context, lumen.cancel_voice_order(order.subject.sent_id())).await {
        Ok(()) => order.report(" is being canceled."),
        Err(PendingReason::Unreachable(Error::Rejected(problem)))
            if problem.is_cancelled_before() =>
        {
            order.report(&format!(" was already canceled: {}", words(&problem)));
            return Ok(());
        }
        Err(why) => return Err(diagnostics::not_cancelled(&order.subject, &why)),
    }
    follow(lumen, order, context).await
}

async fn follow(
    lumen: &Client,
    order: &mut CancelledOrder<'_>,
    context: &Context,
) -> Result<(), Diagnostic> {
    let title = order.title();
    order.is_accepted();
    let followed = orders::follow(lumen, &title, order, context).await;
    let subject = &order.subject;
    match followed {
        Followed::Done(End::Cancelled) => {
            if let Some(what) = subject.what_stays() {
                order.report(what);
            }
            Ok(())
        }
        Followed::Done(End::Complete) => Err(diagnostics::complete(
            subject,
            "Lumen completed it before the cancellation took effect",
        )),
        Followed::Done(End::TooLate(words)) => Err(diagnostics::too_late(subject, &words)),
        Followed::Done(End::Untold) => {
            context.warn(diagnostics::untold(subject));
            Ok(())
        }
        Followed::Failed(refusal) => Err(diagnostics::complete(subject, &refusal.reason)),
        Followed::StillPending(why) => {
            let done = "Lumen has accepted the cancellation.";
            context.warn(still_moving(&subject.id, &why, done));
            Ok(())
        }
    }
}

/// Checks whether the order can still be canceled. It is not an error if it is already canceled.
fn check(subject: &Subject, news: &VoiceOrderSnapshot) -> Result<(), Diagnostic> {
    if let Some(part) = subject.missing_part(news) {
        return Err(diagnostics::no_such_part(subject, part, news));
    }
    let Some(state) = subject.state(news) else { return Ok(()) };
    match state {
        VoiceOrderState::Completed => Err(diagnostics::complete(subject, "Lumen has completed it")),
        VoiceOrderState::Rejected | VoiceOrderState::CreditCheckRejected => {
            Err(diagnostics::ended(subject, state))
        }
        _ => Ok(()),
    }
}

/// Warns about numbers that the order reserved before it was canceled.
async fn tell_what_stays(lumen: &Client, order: &CancelledOrder<'_>, context: &Context) {
    let id = &order.subject.id;
    match within(context, order.order.numbers(lumen, &OrderPart::default())).await {
        Ok(numbers) if numbers.is_empty() => {}
        Ok(numbers) => context.warn(diagnostics::numbers_stay(id, &numbers)),
        Err(PendingReason::Unreachable(error)) => {
            context.warn(diagnostics::numbers_unknown(id, &error));
        }
        // After an interrupt or a timeout, the user knows what is in progress.
        Err(_) => {}
    }
}
