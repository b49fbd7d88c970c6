//! What is canceled, and the messages about it. They depend on what the order is for.

use crate::framework::{Diagnostic, Field};
use crate::lumen::long_running::PendingReason;
use crate::lumen::voice::{
    Meaning, OrderKind, ReservedNumber, VoiceOrderSnapshot, VoiceOrderState,
};
use crate::lumen::{Error, Problem, VoiceOrderId};
use crate::services::explain;
use crate::services::voice::order_action::{is_unknown, not_done, words};

/// The order that is canceled, or the part of it.
pub(super) struct Subject {
    pub(super) id: VoiceOrderId,
    /// The ID of the transaction order, if only that is canceled.
    pub(super) part: Option<VoiceOrderId>,
    /// What the order is for, if Lumen says so.
    pub(super) kind: Option<OrderKind>,
    /// When Lumen takes over the numbers of a port.
    foc_date: Option<String>,
}

impl Subject {
    pub(super) fn new(id: VoiceOrderId, part: &Field<VoiceOrderId>) -> Self {
        Self { id, part: part.known().cloned(), kind: None, foc_date: None }
    }

    /// Takes over what Lumen reports about the order.
    pub(super) fn learn(&mut self, news: &VoiceOrderSnapshot) {
        self.kind = news.kind().or(self.kind);
        self.foc_date = news.foc_date().map(|date| date.to_string());
    }

    /// The ID that names what is canceled.
    pub(super) fn sent_id(&self) -> &VoiceOrderId {
        self.part.as_ref().unwrap_or(&self.id)
    }

    /// The argument that names what is canceled.
    fn argument(&self) -> &'static str {
        if self.part.is_some() { "transaction_order_id" } else { "voice_order_id" }
    }

    /// The status of what is canceled. The status of the order is the one of all its parts when it ends.
    pub(super) fn state<'n>(&self, news: &'n VoiceOrderSnapshot) -> Option<&'n VoiceOrderState> {
        let Some(part) = &self.part else { return news.state.as_ref() };
        let of_part = news.transaction_order(part).and_then(|part| part.state.as_ref());
        of_part.or_else(|| news.state.as_ref().filter(|state| state.is_refusal()))
    }

    /// The ID of the part, if Lumen lists the parts of the order, and this is none of them.
    pub(super) fn missing_part(&self, news: &VoiceOrderSnapshot) -> Option<&VoiceOrderId> {
        let parts = &news.details.transaction_orders;
        let is_listed = !parts.is_empty() && parts.iter().all(|part| part.id.is_some());
        self.part.as_ref().filter(|part| is_listed && news.transaction_order(part).is_none())
    }

    /// Whether the order may have reserved numbers, which nothing gives back.
    pub(super) fn may_reserve(&self) -> bool {
        matches!(self.kind, None | Some(OrderKind::Reservation))
    }

    /// What becomes of the numbers of a canceled order, as the end of a sentence about the order. The numbers of
    /// a reservation are looked up instead.
    pub(super) fn what_stays(&self) -> Option<&'static str> {
        match self.kind? {
            OrderKind::Reservation => None,
            OrderKind::Install => Some(" puts no numbers into service. They stay reserved."),
            OrderKind::Port => Some(" ports no numbers. They stay with their carrier."),
            OrderKind::Change => Some(" changes nothing."),
            OrderKind::Disconnect => Some(" disconnects no numbers. They stay in service."),
        }
    }

    /// What exists while the order is in progress.
    fn in_progress(&self) -> &'static str {
        match self.kind {
            None => "The order is still in progress. Numbers that it reserves can't be given back.",
            Some(OrderKind::Reservation) => {
                "The order is still in progress. If it completes, its numbers are reserved, and can't be given back."
            }
            Some(OrderKind::Install) => {
                "The order is still in progress. If it completes, its numbers are in service, and are billed."
            }
            Some(OrderKind::Port) => {
                "The order is still in progress. If it completes, its numbers leave their carrier, and are in service at Lumen."
            }
            Some(OrderKind::Change) => {
                "The order is still in progress. If it completes, its changes take effect."
            }
            Some(OrderKind::Disconnect) => {
                "The order is still in progress. If it completes, its numbers are out of service."
            }
        }
    }
}

/// Lumen has no such part of the order.
pub(super) fn no_such_part(
    subject: &Subject,
    part: &VoiceOrderId,
    news: &VoiceOrderSnapshot,
) -> Diagnostic {
    let ids = news.details.transaction_orders.iter().filter_map(|part| part.id.as_ref());
    let ids: Vec<String> = ids.map(|id| format!("`{id}`")).collect();
    Diagnostic::error(format!("Voice order `{}` has no transaction order `{part}`", subject.id))
        .at("transaction_order_id")
        .because(format!("Lumen reports these transaction orders: {}", ids.join(", ")))
        .outcome("Nothing was sent.")
        .remedy(
            "Set `transaction_order_id` to one of them, or remove it to cancel the entire order.",
        )
}

/// The order has ended without the action.
pub(super) fn ended(subject: &Subject, state: &VoiceOrderState) -> Diagnostic {
    Diagnostic::error(format!("Voice order `{}` has already ended", subject.sent_id()))
        .at(subject.argument())
        .because(format!("it is {state}, so there is nothing to cancel"))
        .outcome("Nothing was sent.")
        .remedy(format!("Remove the action, or correct `{}`.", subject.argument()))
}

/// The order is complete, and no cancellation undoes it.
pub(super) fn complete(subject: &Subject, why: &str) -> Diagnostic {
    let id = &subject.id;
    let again = "To take them out of service, set `on_destroy` of their `lumen_voice_tn_subscription` to `disconnect`, apply, and remove them.";
    let (exists, remedy) = match subject.kind {
        None => (
            "Numbers that it has reserved stay in your Lumen inventory, and count toward the 75 percent that must be in use.",
            format!("Ask LEUOrders@Lumen.com to take the numbers back, or import them: `terraform import lumen_voice_tn_reservation.NAME {id}`."),
        ),
        Some(OrderKind::Reservation) => (
            "Its numbers stay in your Lumen inventory, and count toward the 75 percent that must be in use.",
            format!("Ask LEUOrders@Lumen.com to take the numbers back, or import them: `terraform import lumen_voice_tn_reservation.NAME {id}`."),
        ),
        Some(OrderKind::Install) => ("Its numbers are in service, and are billed.", again.to_owned()),
        Some(OrderKind::Port) => (
            "Its numbers have left their carrier, and are in service at Lumen.",
            format!("{again} To move them back, order a port at another carrier."),
        ),
        Some(OrderKind::Change) => (
            "Its changes are in effect.",
            "To undo them, change the numbers again.".to_owned(),
        ),
        Some(OrderKind::Disconnect) => (
            "Its numbers are out of service.",
            "To get them back, open a ticket with Lumen within 30 days. Lumen charges a fee for it.".to_owned(),
        ),
    };
    Diagnostic::error(format!(
        "Voice order `{}` is complete, and can't be canceled",
        subject.sent_id()
    ))
    .at(subject.argument())
    .because(why)
    .outcome(exists)
    .remedy(remedy)
}

/// It is too late to cancel a port, which continues.
pub(super) fn too_late(subject: &Subject, words: &str) -> Diagnostic {
    let date = subject.foc_date.as_ref().map(|date| format!(" on {date}")).unwrap_or_default();
    Diagnostic::error(format!("Voice order `{}` can no longer be canceled", subject.sent_id()))
        .at(subject.argument())
        .because(words)
        .outcome(format!("The port continues. Lumen takes over its numbers{date}."))
        .remedy("Wait until the port is complete, and then disconnect the numbers: set `on_destroy` of their `lumen_voice_tn_subscription` to `disconnect`, apply, and remove them. In urgent cases, ask Lumen's porting desk.")
}

/// The ID is the one of a supplement, which Lumen doesn't cancel.
fn is_supplement(subject: &Subject, problem: &Problem) -> Diagnostic {
    Diagnostic::error(format!("Voice order `{}` is a supplement, and can't be canceled", subject.sent_id()))
        .at(subject.argument())
        .because(words(problem))
        .outcome("The port that it changes is still in progress.")
        .remedy("To cancel the port, set `voice_order_id` to the ID of the port. To undo the change, change the port again.")
}

/// Lumen did not cancel the order, or possibly did not.
pub(super) fn not_cancelled(subject: &Subject, why: &PendingReason) -> Diagnostic {
    let summary = format!("Voice order `{}` could not be canceled", subject.sent_id());
    match why {
        PendingReason::Unreachable(Error::Rejected(problem)) if problem.is_complete() => {
            complete(subject, &problem.to_string())
        }
        PendingReason::Unreachable(Error::Rejected(problem)) if problem.is_too_late_to_cancel() => {
            too_late(subject, &words(problem))
        }
        PendingReason::Unreachable(Error::Rejected(problem))
            if problem.voice_meaning() == Some(Meaning::NotCancellable) =>
        {
            is_supplement(subject, problem)
        }
        PendingReason::Unreachable(error @ Error::Rejected(_)) if !is_unknown(error) => {
            not_done(summary, why)
                .outcome(subject.in_progress())
                .remedy("Ask LEUOrders@Lumen.com to cancel it, or let it complete.")
        }
        PendingReason::Unreachable(error) if !error.may_have_arrived() => {
            not_done(summary, why).outcome(subject.in_progress())
        }
        _ => not_done(summary, why).outcome(
            "It is not known whether Lumen cancels the order. Canceling it again does no harm.",
        ),
    }
}

/// Lumen has accepted the cancellation, and reports no status that shows its result.
pub(super) fn untold(subject: &Subject) -> Diagnostic {
    let (id, sent_id) = (&subject.id, subject.sent_id());
    Diagnostic::warning(format!("Lumen doesn't report whether voice order `{sent_id}` is canceled"))
        .because("Lumen returns no status of it")
        .outcome("Lumen has accepted the cancellation, and has not refused it for two minutes.")
        .remedy(format!("Read `notifications` of the data source `lumen_voice_order` with `voice_order_id = \"{id}\"` later. Notification 20066 means that a port continues."))
}

/// The order had reserved numbers before it was canceled.
pub(super) fn numbers_stay(id: &VoiceOrderId, numbers: &[ReservedNumber]) -> Diagnostic {
    let listed: Vec<String> = numbers.iter().map(|found| found.number.to_string()).collect();
    Diagnostic::warning(format!("Numbers of voice order `{id}` stay in your Lumen inventory"))
        .because("Lumen had reserved them before the order was canceled, and offers no way to give them back")
        .outcome(format!("Reserved: {}.", listed.join(", ")))
        .remedy(format!("Ask LEUOrders@Lumen.com to take them back, or import them: `terraform import lumen_voice_tn_reservation.NAME {id}`."))
}

/// It could not be checked whether the order had reserved numbers.
pub(super) fn numbers_unknown(id: &VoiceOrderId, error: &Error) -> Diagnostic {
    let summary = format!("It is not known whether voice order `{id}` left reserved numbers");
    let remedy = format!("Read `lumen_voice_inventory` with `voice_order_id = \"{id}\"` later.");
    explain::warning(summary, error).remedy(remedy)
}
