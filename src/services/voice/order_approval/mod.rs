//! The `lumen_voice_order_approval` action: answers Lumen's question when it has fewer numbers than a voice
//! order requested.
//!
//! `question` finds the question to answer, `answered` follows the result of the answer, and `diagnostics`
//! holds the messages.

mod answered;
mod diagnostics;
mod question;

use std::sync::Arc;

use async_trait::async_trait;

use self::answered::{AnsweredOrder, End, Given};
use self::question::Question;
use super::order_action::{WatchedOrder, named, unread, voice_order_id, within, words};
use crate::framework::schema::string;
use crate::framework::{Action, Context, Diagnostic, Progress, Rule, Schema};
use crate::lumen::long_running::{Followed, Operation as _, PendingReason};
use crate::lumen::voice::{OrderPart, ShortageAnswer};
use crate::lumen::{Client, Error, VoiceOrderId};
use crate::model;
use crate::services::Session;
use crate::services::orders;
use crate::services::voice;

/// The `lumen_voice_order_approval` action.
pub struct VoiceOrderApproval(Arc<Session>);

model! {
    /// An answer to a shortage.
    pub struct Approval {
        voice_order_id: Field<VoiceOrderId>,
        answer: Field<ShortageAnswer>,
        rate_center: Field<String>,
        state: Field<String>,
    }
}

/// The question to answer, and the answer to give.
struct Wanted {
    id: VoiceOrderId,
    answer: ShortageAnswer,
    part: OrderPart,
}

#[async_trait]
impl Action for VoiceOrderApproval {
    const NAME: &'static str = "voice_order_approval";
    type Session = Session;
    type Model = Approval;

    fn schema() -> Schema {
        let answers = Rule::one_of(&["reject", "accept_available", "accept_with_backorder"]);
        Schema::new("Answers notification 10001 of a voice order: Lumen has fewer numbers than ordered. Lumen waits four hours for the answer, and then rejects the order. While Terraform waits for a `lumen_voice_tn_reservation`, the provider answers automatically, according to `on_shortage`. Use this action for orders that no run is waiting for, and for orders that were placed without Terraform. The action is safe to repeat.")
            .attribute("voice_order_id", voice_order_id())
            .attribute("answer", string().required().rule(answers).about("Answer to Lumen: `reject` reserves no numbers, `accept_available` reserves the available numbers, and `accept_with_backorder` also backorders the rest, which Lumen adds when it has them."))
            .attribute("rate_center", voice::rate_center().optional().about("Rate center that the answer is for. Required only if Lumen reports a shortage in several rate centers of the order."))
            .attribute("state", voice::state().optional().about("State of the rate center, such as `CO`. Required only if Lumen reports a shortage in rate centers of the same name in several states."))
            .timeout("invoke", "60m", "How long to wait for the result of the answer. If it takes longer, the action succeeds with a warning and Lumen continues to process the order.")
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    /// Stops a plan only for reasons that are certain. What can't be checked now is checked when the action
    /// is invoked.
    async fn review(&self, config: &Approval, context: &Context) -> Result<(), Vec<Diagnostic>> {
        let (Some(lumen), Some(wanted)) = (&self.0.lumen, Wanted::known_in(config)) else {
            return Ok(());
        };
        let news = within(context, lumen.voice_order_snapshot(&wanted.id)).await;
        match news {
            Ok(news) => question::find(&wanted, &news).map(drop).map_err(|why| vec![why]),
            Err(PendingReason::Unreachable(error)) if !error.is_passing() => {
                Err(vec![unread(&wanted.id, &PendingReason::Unreachable(error))])
            }
            Err(_) => Ok(()),
        }
    }

    async fn invoke(
        &self,
        config: Approval,
        progress: &Progress,
        context: &Context,
    ) -> Result<(), Diagnostic> {
        let lumen = self.0.lumen()?;
        let wanted = Wanted::known_in(&config).ok_or_else(|| {
            Diagnostic::bug("an action is invoked before its configuration is known")
        })?;
        let order = WatchedOrder::new(wanted.id.clone(), progress);

        approve(lumen, &wanted, order, context).await
    }
}

impl Wanted {
    /// Returns `None` while a value that selects the question is unknown.
    fn known_in(config: &Approval) -> Option<Self> {
        let Approval { voice_order_id, answer, rate_center, state } = config;
        if rate_center.is_unknown() || state.is_unknown() {
            return None;
        }
        let part =
            OrderPart { rate_center: rate_center.known().cloned(), state: state.known().cloned() };
        Some(Self { id: voice_order_id.known()?.clone(), answer: *answer.known()?, part })
    }
}

/// Finds the question, answers it, and follows the result.
async fn approve(
    lumen: &Client,
    wanted: &Wanted,
    mut order: WatchedOrder<'_>,
    context: &Context,
) -> Result<(), Diagnostic> {
    let news = within(context, order.check_reason(lumen, &wanted.part))
        .await
        .map_err(|why| unread(&wanted.id, &why))?;
    let question = question::find(wanted, &news)?;
    let given = if question.is_closed {
        order.report(&format!("{} was already answered.", named(&question.part)));
        Given::Before
    } else {
        answer(lumen, wanted, &question, &order, context).await?
    };

    let mut order =
        AnsweredOrder { order, question, answer: wanted.answer, given, last_count: None };
    let title = order.title();
    match orders::follow(lumen, &title, &mut order, context).await {
        Followed::Done(End::Otherwise(what)) => Err(diagnostics::otherwise(wanted, &what)),
        Followed::Done(End::Unclear(count)) => {
            context.warn(diagnostics::unclear(wanted, count));
            Ok(())
        }
        Followed::Done(end) => {
            order.tell_of(&end);
            Ok(())
        }
        Followed::Failed(refusal) => Err(diagnostics::failed(wanted, &refusal)),
        Followed::StillPending(why) => {
            context.warn(diagnostics::still_moving(wanted, given, &why));
            Ok(())
        }
    }
}

/// Sends the answer. It is not an error if an answer was given before, possibly by an earlier run.
async fn answer(
    lumen: &Client,
    wanted: &Wanted,
    question: &Question,
    order: &WatchedOrder<'_>,
    context: &Context,
) -> Result<Given, Diagnostic> {
    let sent = lumen.answer_shortage(&wanted.id, &question.part, wanted.answer);
    match within(context, sent).await {
        Ok(()) => {
            order.report(&format!("{} is answered: {}.", named(&question.part), wanted.answer));
            Ok(Given::Now)
        }
        Err(PendingReason::Unreachable(Error::Rejected(problem)))
            if problem.is_not_waiting_for_an_answer() =>
        {
            let place = named(&question.part);
            order.report(&format!("{place} was already answered: {}", words(&problem)));
            Ok(Given::Before)
        }
        Err(why) => Err(diagnostics::unanswered(wanted, &why)),
    }
}
