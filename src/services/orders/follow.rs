//! What all orders have in common, whatever they are for: an order is sent once, followed as long as
//! the user's patience lasts, kept in the state until it has ended, and told of in the same words.

use crate::framework::{Context, Diagnostic, Resource, Unfinished};
use crate::lumen::long_running::{Followed, Operation, PendingReason, Refusal};
use crate::lumen::{Client, Error, ServiceId};
use crate::services::explain;

/// What an order is about, and for, in words.
pub(in crate::services) struct Subject<'a> {
    /// With a small letter: connection `backup`.
    pub(in crate::services) object: &'a str,
    /// What it is as long as the order has not ended: "is not active yet".
    pub(in crate::services) unfinished: &'static str,
    /// What it is when the order has succeeded: "is active".
    pub(in crate::services) reached: &'static str,
}

/// No order that Lumen is known to have accepted.
pub(in crate::services) enum NotOrdered {
    /// Lumen has no order of this.
    Nothing(Diagnostic),
    /// Lumen may have an order of this.
    Unsure(Diagnostic),
}

impl NotOrdered {
    /// Why, and what is known.
    pub(in crate::services) fn into_diagnostic(self) -> Diagnostic {
        match self {
            Self::Nothing(why) | Self::Unsure(why) => why,
        }
    }
}

impl<R: Resource> From<NotOrdered> for Unfinished<R> {
    fn from(not: NotOrdered) -> Self {
        match not {
            NotOrdered::Nothing(why) => Self::Nothing(why),
            NotOrdered::Unsure(why) => Self::Unsure(why),
        }
    }
}

/// Follows an order as long as the user's patience lasts, and passes on what was odd on the way.
pub(in crate::services) async fn follow<O: Operation>(
    lumen: &Client,
    object: &str,
    order: &mut O,
    context: &Context,
) -> Followed<O::Outcome> {
    let followed = lumen.follow(order, context.deadline, &context.stop).await;
    for oddity in std::mem::take(order.oddities()) {
        context.warn(odd(object, &oddity));
    }
    followed
}

/// The user did not want it any more.
pub(in crate::services) fn interrupted(object: &str) -> Diagnostic {
    Diagnostic::error(format!("Nothing was ordered for {object}"))
        .because("the run was interrupted before its order was sent")
        .remedy("Run `terraform apply` again to order it.")
}

/// The order stands, but is not done.
pub(in crate::services) fn still_pending(
    subject: &Subject<'_>,
    order: &impl Operation,
    why: &PendingReason,
    operation: &str,
) -> Diagnostic {
    let Subject { object, unfinished, reached } = subject;
    let remedy = match why {
        PendingReason::Ambiguous(_) => TELL_APART.to_owned(),
        _ => format!("Run `terraform apply` again later: it waits until it {reached}."),
    };
    Diagnostic::warning(format!("{} {unfinished}", capitalised(object)))
        .because(reason(why, operation))
        .outcome(format!(
            "Lumen has accepted {}; it stands, and is kept in the state. Nothing is ordered twice.",
            order.title()
        ))
        .remedy(remedy)
}

/// What applying a plan does about an order that has not ended.
pub(in crate::services) fn finishes_waiting(
    subject: &Subject<'_>,
    order: &impl Operation,
) -> Diagnostic {
    let Subject { object, reached, .. } = subject;
    Diagnostic::warning(format!("Applying waits until {object} {reached}"))
        .because(format!("{} has not ended", order.title()))
        .outcome("Waiting orders nothing.")
        .remedy("Run `terraform apply` to wait for it, or plan again later.")
}

/// The order of an object can't be looked at; it stands.
pub(in crate::services) fn unseen(object: &str, error: &Error) -> Diagnostic {
    explain::error(format!("The order of {object} can't be followed"), error)
        .outcome("The order stands, and stays in the state.")
}

/// The end of an order that failed: `undone` says what Lumen did not do.
pub(in crate::services) fn failed(
    undone: &str,
    order: &impl Operation,
    refusal: &Refusal,
    exists: &str,
) -> Diagnostic {
    Diagnostic::error(format!("Lumen did not {undone}"))
        .because(format!("{} failed: {}", order.title(), refusal.reason))
        .outcome(exists)
        .remedy("Correct what Lumen names, and apply again; or give Lumen's support the order.")
}

/// The same, found out by a refresh.
pub(in crate::services) fn failed_meanwhile(
    undone: &str,
    order: &impl Operation,
    refusal: &Refusal,
    next: &str,
) -> Diagnostic {
    Diagnostic::warning(format!("Lumen did not {undone}"))
        .because(format!("{} failed: {}", order.title(), refusal.reason))
        .outcome(next)
        .remedy(
            "Correct what Lumen names before applying again, or give Lumen's support the order.",
        )
}

/// Why an order was not followed to its end.
pub(in crate::services) fn reason(why: &PendingReason, operation: &str) -> String {
    match why {
        PendingReason::DeadlinePassed => {
            format!("the time that `timeouts.{operation}` allows has passed")
        }
        PendingReason::Stopped => "the run was interrupted".to_owned(),
        PendingReason::Unreachable(error) => {
            format!("its order can't be followed: {}", explain::cause(error))
        }
        PendingReason::Ambiguous(services) => several(services),
    }
}

/// What Lumen told on the way: a word that nobody documented, or something that holds the order.
pub(in crate::services) fn odd(object: &str, oddity: &str) -> Diagnostic {
    Diagnostic::warning(format!("Lumen has news of {object}"))
        .because(oddity)
        .remedy("Ask Lumen's support about it if it does not pass; and please report a word without a known meaning, so that a later version knows it.")
}

/// Which of several services fit an order.
pub(in crate::services) fn several(services: &[ServiceId]) -> String {
    let ids: Vec<&str> = services.iter().map(ServiceId::as_str).collect();
    format!("several new services fit its order: {}", ids.join(", "))
}

/// What to do where several services may be the one that was built.
pub(in crate::services) const TELL_APART: &str = "Find out in Lumen's portal which one it is, remove the connection from the state with `terraform state rm`, and bring it back with `terraform import`.";

/// The beginning of a sentence.
pub(in crate::services) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
