//! Diagnostics about a reservation: what happened, why, what exists, and what to do.

mod destroy;

use std::time::Duration;

pub(super) use self::destroy::{
    backorder_cancelled, backorder_stands, cancelled, never_reserved, not_cancelled, protected,
    replaced, retained,
};
use super::model::TnBlock;
use crate::framework::{Context, Diagnostic};
use crate::lumen::long_running::{Operation as _, Refusal};
use crate::lumen::voice::{Meaning, Member, Notification, Percent, Product, Reservation, Reserved};
use crate::lumen::{Error, ExternalId, Problem, VoiceOrderId};
use crate::services::explain;
use crate::services::orders::{Doubt, During, capitalised};

/// How long Lumen waits for an answer to a shortage.
const TIME_TO_ANSWER: Duration = Duration::from_hours(4);

/// Lumen refused the order and certainly does not have it.
pub(super) fn refused(object: &str, error: &Error) -> Diagnostic {
    let diagnostic = explain::error(format!("Numbers can't be ordered for {object}"), error);
    let meaning = error.problem().and_then(Problem::voice_meaning);
    match meaning.and_then(argument) {
        Some(argument) => {
            diagnostic.at(argument).remedy(format!("Correct `{argument}`, and apply again."))
        }
        None => advised(diagnostic, meaning),
    }
}

/// The argument that caused Lumen to refuse the request.
fn argument(meaning: Meaning) -> Option<&'static str> {
    let Meaning::Invalid(member) = meaning else { return None };
    Some(match member {
        Member::Product => "product",
        Member::RateCenter => "rate_center",
        Member::State => "state",
        Member::Quantity => "quantity",
        Member::Sequential => "sequential",
        Member::PbxIndex => "pbx_index",
        Member::PbxValue => "pbx_value",
        Member::CustomerServiceName => "customer_service_name",
        _ => return None,
    })
}

/// What to look for when it is not known whether an order arrived.
pub(super) fn doubt(object: &str, reference: &ExternalId) -> Doubt {
    Doubt {
        question: format!("whether numbers were ordered for {object}"),
        look: format!(
            "look for it with `lumen_voice_inventory` and `external_order_id = \"{reference}\"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID."
        ),
        exists: "If they were ordered, they are reserved, and can't be given back.".to_owned(),
    }
}

/// Numbers of the same reference exist, and it is not known which reservation they belong to.
pub(super) fn exists(object: &str, reference: &ExternalId, order: &VoiceOrderId) -> Diagnostic {
    Diagnostic::error(format!("Numbers already exist for {object}"))
        .because(format!(
            "Lumen's inventory has numbers of voice order {order}, which was placed under the reference of this reservation (`{reference}`): by a reservation that was destroyed, by another configuration, or by an earlier run whose order journal was lost"
        ))
        .remedy(format!("Import them with `terraform import` (ID `{order}`). To order others in addition, set `external_order_id` to your own reference."))
}

/// An earlier order to add numbers to the reservation exists, and its numbers are missing from the state.
pub(super) fn grown_before(
    object: &str,
    reference: &ExternalId,
    order: &VoiceOrderId,
    held: i64,
) -> Diagnostic {
    Diagnostic::error(format!("More numbers already exist for {object}"))
        .at("quantity")
        .because(format!(
            "Lumen's inventory has numbers of voice order {order}, which is not in the state. It was placed under the reference of this increase of `quantity` (`{reference}`), by an earlier run whose order journal and state were lost"
        ))
        .outcome("Nothing was ordered.")
        .remedy(format!("Set `quantity` to {held} to order nothing, and import these numbers as a separate reservation with `terraform import` (ID `{order}`). Order more numbers with that reservation."))
}

/// The inventory can't be read, so nothing can be ordered.
pub(super) fn unsearchable(object: &str, error: &Error) -> Diagnostic {
    explain::error(format!("Numbers can't be ordered for {object}"), error).outcome(
        "Nothing was ordered: the provider reads the inventory first, so that it orders nothing twice.",
    )
}

/// Adds what is known about the reason of a failure.
pub(super) fn explained(diagnostic: Diagnostic, refusal: &Refusal) -> Diagnostic {
    advised(diagnostic, refusal.code.as_deref().and_then(Meaning::of))
}

fn advised(diagnostic: Diagnostic, meaning: Option<Meaning>) -> Diagnostic {
    match meaning.and_then(advice) {
        Some((Some(argument), remedy)) => diagnostic.at(argument).remedy(remedy),
        Some((None, remedy)) => diagnostic.remedy(remedy),
        None => diagnostic,
    }
}

/// Returns the argument that explains why an order failed, if there is one, and what to do about it.
fn advice(meaning: Meaning) -> Option<(Option<&'static str>, &'static str)> {
    const WHOSE: &str = "Check `customer_number` (`LUMEN_CUSTOMER_NUMBER`) in the provider block, and that Lumen has attached it to your API key.";
    const ELSEWHERE: &str = "Choose another rate center from `lumen_voice_rate_centers`.";
    Some(match meaning {
        Meaning::RateCenterClosed => (
            Some("rate_center"),
            "Choose another rate center from `lumen_voice_rate_centers`: this one is closed for orders.",
        ),
        Meaning::NotCovered => (
            Some("rate_center"),
            "Choose another rate center from `lumen_voice_rate_centers`: Lumen does not serve this one.",
        ),
        Meaning::UnknownRateCenter => (
            Some("rate_center"),
            "Correct `rate_center` and `state` as `lumen_voice_rate_centers` lists them.",
        ),
        Meaning::UnknownCustomer => (None, WHOSE),
        Meaning::NoActiveService => {
            (Some("quantity"), "Ask LEUOrders@Lumen.com, and apply again when Lumen has fixed it.")
        }
        Meaning::TooLittleUsed => (
            Some("rate_center"),
            "Assign more of your numbers there. Lumen reserves more once 75 percent are in use; `lumen_voice_utilization` shows the percentage.",
        ),
        Meaning::ApprovalExpired => (
            Some("on_shortage"),
            "Set `on_shortage` to what you accept, and apply again: the provider then answers at once.",
        ),
        Meaning::BackorderCancelledAsAsked => {
            (Some("quantity"), "Apply again if you still want the numbers.")
        }
        Meaning::Shortage => (
            Some("on_shortage"),
            "Set `on_shortage` to `accept_available` or `accept_with_backorder`, or lower `quantity`.",
        ),
        Meaning::BackorderNotOffered => (
            Some("quantity"),
            "Lower `quantity`, or choose another rate center from `lumen_voice_rate_centers`.",
        ),
        Meaning::BackorderNotConfirmed => (
            Some("on_shortage"),
            "Set `on_shortage` to `accept_with_backorder`, and apply again: the provider then answers at once.",
        ),
        Meaning::BackorderNotOfferedForPbx => (
            Some("pbx_index"),
            "Lower `quantity`, or remove `pbx_index` and `pbx_value`: numbers with a PBX rule can't be backordered.",
        ),
        Meaning::Invalid(Member::CustomerServiceName) => (
            Some("customer_service_name"),
            "Set `customer_service_name` to one of your routes, or remove it.",
        ),
        Meaning::BackorderUnfulfilled => (
            None,
            "Ask LEUOrders@Lumen.com which numbers are available, and apply again. Or choose another rate center from `lumen_voice_rate_centers`.",
        ),
        Meaning::BackorderRateCenterEnded => (Some("rate_center"), ELSEWHERE),
        _ => return None,
    })
}

/// What exists when nothing was ordered.
pub(super) fn untouched(reservation: &TnBlock, during: During) -> String {
    let nothing = match during {
        During::Create | During::Read => return "Nothing was ordered.".to_owned(),
        During::Update => "No more numbers were ordered by this run. ",
        During::Delete => "",
    };
    format!("{nothing}The numbers of {} are still reserved.", reservation.object())
}

/// Warns that fewer numbers than ordered were reserved, as `on_shortage` allows.
pub(super) fn tell_of_shortage(
    object: &str,
    order: &Reservation,
    reserved: &Reserved,
    context: &Context,
) {
    if reserved.reserved_quantity < order.quantity {
        context.warn(short(object, i64::from(order.quantity), reserved));
    }
}

/// Lumen is waiting for an answer to a shortage, which a refresh must not give.
pub(super) fn not_answered(
    object: &str,
    order: &Reservation,
    shortage: &Notification,
) -> Diagnostic {
    let until = shortage.at.map(|at| at + TIME_TO_ANSWER);
    let until = until
        .map_or_else(|| "for four hours".to_owned(), |until| format!("until {until:.0} (UTC)"));
    Diagnostic::warning(format!("Lumen is waiting for an answer about {object}"))
        .at("on_shortage")
        .because(shortage.quoted())
        .outcome(format!(
            "Nothing was answered, because only an apply answers. Lumen waits {until}, and then rejects {}.",
            order.title()
        ))
        .remedy("Set `on_shortage` to what you accept, and run `terraform apply` before that time. The apply sends that answer.")
}

/// Fewer numbers than ordered were reserved, as `on_shortage` allows.
fn short(object: &str, ordered: i64, reserved: &Reserved) -> Diagnostic {
    let Reserved { reserved_quantity, backordered_quantity, .. } = reserved;
    let diagnostic =
        Diagnostic::warning(format!("Lumen has reserved fewer numbers than ordered for {object}"))
            .because(format!("{ordered} were ordered, and {reserved_quantity} are reserved"));
    if *backordered_quantity == 0 {
        diagnostic
            .outcome("The others were not ordered: `on_shortage` accepts the available numbers.")
            .remedy("Raise `quantity` later to order the missing numbers too, or reserve them in another rate center.")
    } else {
        diagnostic
            .outcome(format!("Lumen adds {backordered_quantity} more when it has them."))
            .remedy(
                "Run `terraform apply -refresh-only` later to see the numbers that have arrived.",
            )
    }
}

/// Lumen will add numbers later.
pub(super) fn backordered(object: &str, order: &str, outstanding: i64) -> Diagnostic {
    Diagnostic::warning(format!("{} has backordered numbers", capitalised(object)))
        .because(format!("{outstanding} of {order} are backordered"))
        .outcome("Lumen adds them when it has them; nothing is ordered again.")
        .remedy("Run `terraform apply -refresh-only` later to see the numbers that have arrived.")
}

/// Numbers on backorder will not be added.
pub(super) fn backorder_ended(object: &str, order: &str, told: &Notification) -> Diagnostic {
    let Notification { code, message, .. } = told;
    Diagnostic::warning(format!("The backorder of {object} has ended without its numbers"))
        .because(format!(
            "the backorder of {order} has ended. Lumen says: \"{message}\" (notification {code})"
        ))
        .outcome("Numbers that are already reserved stay reserved.")
        .remedy("Raise `quantity` to order more, or reserve them in another rate center.")
}

/// Reserved numbers can't be given back.
pub(super) fn shrinks(reservation: &TnBlock, after: i64) -> Diagnostic {
    let held = reservation.held();
    Diagnostic::error(format!("{} can't shrink", capitalised(&reservation.object())))
        .at("quantity")
        .because(format!("{held} numbers are reserved or on order, `quantity` is {after}, and Lumen offers no way to give numbers back"))
        .remedy(format!("Set `quantity` to {held} or more."))
}

/// Only one of the two PBX arguments is set.
pub(super) fn half_a_pbx(set: &str, missing: &str) -> Diagnostic {
    Diagnostic::error(format!("`{set}` is set without `{missing}`"))
        .at(set)
        .because("Lumen needs both the position and the digit to exclude")
        .remedy(format!("Set `{missing}` too, or remove `{set}`."))
}

/// Lumen does not accept this combination, which is known before anything is ordered.
pub(super) fn no_backorder_with_pbx() -> Diagnostic {
    Diagnostic::error("Numbers with a PBX rule can't be backordered")
        .at("on_shortage")
        .because("Lumen supports no backorders of numbers from which a digit is excluded")
        .remedy("Set `on_shortage` to `reject` or `accept_available`, or remove `pbx_index` and `pbx_value`.")
}

/// The product has no such rate center.
pub(super) fn no_rate_center(
    rate_center: &str,
    state: &str,
    product: Product,
    names: &[&str],
) -> Diagnostic {
    let cause = match names {
        [] => format!("Lumen lists none in {state} for `{product}`"),
        names => {
            let few: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
            let more = if names.len() <= 8 { "" } else { ", …" };
            format!(
                "Lumen lists {} in {state} for `{product}`: {}{more}",
                names.len(),
                few.join(", ")
            )
        }
    };
    Diagnostic::error(format!("There is no rate center `{rate_center}` in {state}"))
        .at("rate_center")
        .because(cause)
        .outcome("Nothing was ordered.")
        .remedy("Set `rate_center` to one of `lumen_voice_rate_centers`.")
}

/// Enhanced Local Service requires 911 in the rate center.
pub(super) fn no_static_911(rate_center: &str, state: &str) -> Diagnostic {
    Diagnostic::warning(format!("Lumen provides no static 911 in `{rate_center}`, {state}"))
        .at("rate_center")
        .because("Enhanced Local Service needs 911, and Lumen does not list the rate center for it")
        .remedy(
            "Make sure that you provide 911 yourself, or choose a rate center with `static_911`.",
        )
}

/// Too few of the reserved numbers are used: the 75 percent rule.
pub(super) fn too_little_used(
    rate_center: &str,
    state: &str,
    percent: Option<&Percent>,
) -> Diagnostic {
    let used = percent.map_or_else(|| "too few".to_owned(), |percent| format!("{percent} percent"));
    Diagnostic::error(format!("Lumen reserves no more numbers in `{rate_center}`, {state}"))
        .at("rate_center")
        .because(format!("{used} of your numbers there are in use, and Lumen requires 75 percent"))
        .outcome("Nothing was ordered.")
        .remedy("Assign more of your numbers, or choose another rate center. To leave the decision to Lumen, set `check_utilization = false`.")
}

/// Lumen does not serve the place in the argument.
pub(super) fn not_covered(argument: &str, place: &str) -> Diagnostic {
    Diagnostic::error(format!("Lumen does not serve {place}"))
        .at(argument)
        .because("Lumen's coverage list shows it as not covered")
        .outcome("Nothing was ordered.")
        .remedy("Choose another rate center from `lumen_voice_rate_centers`. `lumen_voice_coverage` shows where Lumen provides service.")
}

/// There is nothing to import.
pub(super) fn nothing_to_import(id: &VoiceOrderId) -> Diagnostic {
    Diagnostic::error(format!("Voice order `{id}` has no numbers to import"))
        .because("Lumen's inventory has no unassigned number that this order reserved")
        .remedy("Find the order in `lumen_voice_inventory`, and check `customer_number`. Import it when its numbers have arrived.")
}
