//! What users are told about a reservation: what happened, why, what exists, what to do.

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

/// Lumen certainly has no such order.
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

/// The argument that a request was refused for.
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

/// What to look for where it is not known whether an order arrived.
pub(super) fn doubt(object: &str, reference: &ExternalId) -> Doubt {
    Doubt {
        question: format!("whether numbers were ordered for {object}"),
        look: format!(
            "look for it with `lumen_voice_inventory` and `external_order_id = \"{reference}\"`, or ask Lumen about that reference. If there is an order, bring it under Terraform with `terraform import` by its voice order id."
        ),
        exists: "If they were ordered, they are reserved, and can't be given back.".to_owned(),
    }
}

/// Numbers of the same reference are there, and nothing says whose they are.
pub(super) fn exists(object: &str, reference: &ExternalId, order: &VoiceOrderId) -> Diagnostic {
    Diagnostic::error(format!("Numbers are there already for {object}"))
        .because(format!(
            "Lumen's inventory has numbers of voice order {order}, which was placed under the reference that this reservation derives (`{reference}`): by a reservation that was destroyed, by another configuration, or by an earlier run whose order journal was lost"
        ))
        .remedy(format!("Bring them under Terraform with `terraform import` (id `{order}`). If you want others beside them, set `external_order_id` to a reference of your own."))
}

/// Numbers of the same growth are there, and the state does not have them.
pub(super) fn grown_before(
    object: &str,
    reference: &ExternalId,
    order: &VoiceOrderId,
) -> Diagnostic {
    Diagnostic::error(format!("More numbers are there already for {object}"))
        .at("quantity")
        .because(format!(
            "Lumen's inventory has numbers of voice order {order}, which was placed under the reference that this growth derives (`{reference}`) and is not in the state: by an earlier run whose order journal and state were lost"
        ))
        .outcome("Nothing was ordered.")
        .remedy(format!("Set `quantity` to what the state shows, and bring these numbers under Terraform as a reservation of their own with `terraform import` (id `{order}`). Order further numbers by that reservation."))
}

/// The inventory can't be looked at, so that nothing can be ordered.
pub(super) fn unsearchable(object: &str, error: &Error) -> Diagnostic {
    explain::error(format!("Numbers can't be ordered for {object}"), error).outcome(
        "Nothing was ordered: the inventory is looked at first, so that nothing is ordered twice.",
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

/// The argument that explains why an order failed, if there is one, and what to do about it.
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
        Meaning::NoActiveService => (
            Some("quantity"),
            "Ask LEUOrders@Lumen.com, and apply again when Lumen has sorted it out.",
        ),
        Meaning::TooLittleUsed => (
            Some("rate_center"),
            "Assign more of the numbers that you have there: at 75 percent Lumen reserves more. `lumen_voice_utilization` tells how many.",
        ),
        Meaning::ApprovalExpired => (
            Some("on_shortage"),
            "Set `on_shortage` to what you accept, and apply again: it is then answered at once.",
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
            "Set `on_shortage` to `accept_with_backorder`, and apply again: it is then answered at once.",
        ),
        Meaning::BackorderNotOfferedForPbx => (
            Some("pbx_index"),
            "Lower `quantity`, or leave out `pbx_index` and `pbx_value`: numbers with a PBX rule can't be backordered.",
        ),
        Meaning::Invalid(Member::CustomerServiceName) => (
            Some("customer_service_name"),
            "Set `customer_service_name` to one of your routes, or leave it out.",
        ),
        Meaning::BackorderUnfulfilled => (
            None,
            "Ask LEUOrders@Lumen.com what there is, and apply again; or choose another rate center from `lumen_voice_rate_centers`.",
        ),
        Meaning::BackorderRateCenterEnded => (Some("rate_center"), ELSEWHERE),
        _ => return None,
    })
}

/// What exists where nothing was ordered.
pub(super) fn untouched(reservation: &TnBlock, during: During) -> String {
    let nothing = match during {
        During::Create | During::Read => return "Nothing was ordered.".to_owned(),
        During::Update => "No more numbers were ordered by this run. ",
        During::Delete => "",
    };
    format!("{nothing}The numbers of {} are still reserved.", reservation.object())
}

/// Warns of fewer numbers than ordered, as `on_shortage` allows.
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

/// Lumen waits for an answer to a shortage, and a refresh must not give it.
pub(super) fn not_answered(
    object: &str,
    order: &Reservation,
    shortage: &Notification,
) -> Diagnostic {
    let until = shortage.at.map(|at| at + TIME_TO_ANSWER);
    let until = until
        .map_or_else(|| "for four hours".to_owned(), |until| format!("until {until:.0} (UTC)"));
    Diagnostic::warning(format!("Lumen waits for an answer about {object}"))
        .at("on_shortage")
        .because(shortage.quoted())
        .outcome(format!(
            "Nothing was answered, because only an apply answers. Lumen waits {until}, and then rejects {}.",
            order.title()
        ))
        .remedy("Set `on_shortage` to what you accept, and run `terraform apply` before that: it answers as `on_shortage` says.")
}

/// Fewer numbers than ordered, as `on_shortage` allows.
fn short(object: &str, ordered: i64, reserved: &Reserved) -> Diagnostic {
    let Reserved { reserved_quantity, backordered_quantity, .. } = reserved;
    let diagnostic =
        Diagnostic::warning(format!("Lumen has reserved fewer numbers than ordered for {object}"))
            .because(format!("{ordered} were ordered, and {reserved_quantity} are reserved"));
    if *backordered_quantity == 0 {
        diagnostic
            .outcome("The others were not ordered: `on_shortage` accepts what there is.")
            .remedy("Raise `quantity` later to order more, or reserve them in another rate center.")
    } else {
        diagnostic
            .outcome(format!("Lumen adds {backordered_quantity} when it has them."))
            .remedy("Run `terraform apply -refresh-only` later to see the numbers that have come.")
    }
}

/// Numbers that come later.
pub(super) fn backordered(object: &str, order: &str, outstanding: i64) -> Diagnostic {
    Diagnostic::warning(format!("Numbers of {object} are still to come"))
        .because(format!("{outstanding} of {order} are backordered"))
        .outcome("Lumen adds them when it has them; nothing is ordered again.")
        .remedy("Run `terraform apply -refresh-only` later to see the numbers that have come.")
}

/// Numbers that do not come any more.
pub(super) fn backorder_ended(object: &str, order: &str, told: &Notification) -> Diagnostic {
    let Notification { code, message, .. } = told;
    Diagnostic::warning(format!("The numbers that were still to come for {object} are not coming"))
        .because(format!(
            "the backorder of {order} has ended: Lumen says: \"{message}\" (notification {code})"
        ))
        .outcome("What is reserved by now stays reserved.")
        .remedy("Raise `quantity` to order more, or reserve them in another rate center.")
}

/// Reserved numbers can't be given back.
pub(super) fn shrinks(reservation: &TnBlock, before: i64, after: i64) -> Diagnostic {
    Diagnostic::error(format!("{} can't shrink", capitalised(&reservation.object())))
        .at("quantity")
        .because(format!("{before} numbers are ordered, {after} are asked for, and Lumen offers no way to give numbers back"))
        .remedy(format!("Set `quantity` to {before} or more."))
}

/// One half of a PBX rule.
pub(super) fn half_a_pbx(set: &str, missing: &str) -> Diagnostic {
    Diagnostic::error(format!("`{set}` is set without `{missing}`"))
        .at(set)
        .because("a digit is excluded at a place: Lumen needs both")
        .remedy(format!("Set `{missing}` too, or leave out `{set}`."))
}

/// Lumen's rule, known before anything is ordered.
pub(super) fn no_backorder_with_pbx() -> Diagnostic {
    Diagnostic::error("Numbers with a PBX rule can't be backordered")
        .at("on_shortage")
        .because("Lumen supports no backorders of numbers from which a digit is excluded")
        .remedy("Set `on_shortage` to `reject` or `accept_available`, or leave out `pbx_index` and `pbx_value`.")
}

/// There is no such rate center for the product.
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

/// Enhanced Local Service needs 911.
pub(super) fn no_static_911(rate_center: &str, state: &str) -> Diagnostic {
    Diagnostic::warning(format!("Lumen provides no static 911 in `{rate_center}`, {state}"))
        .at("rate_center")
        .because("Enhanced Local Service needs 911, and Lumen does not list the rate center for it")
        .remedy(
            "Make sure that you provide 911 yourself, or choose a rate center with `static_911`.",
        )
}

/// The 75 percent rule.
pub(super) fn too_little_used(
    rate_center: &str,
    state: &str,
    percent: Option<&Percent>,
) -> Diagnostic {
    let used =
        percent.map_or_else(|| "too little".to_owned(), |percent| format!("{percent} percent"));
    Diagnostic::error(format!("Lumen reserves no more numbers in `{rate_center}`, {state}"))
        .at("rate_center")
        .because(format!("{used} of the numbers that you have there are used, and Lumen wants 75 percent"))
        .outcome("Nothing was ordered.")
        .remedy("Assign more of the numbers that you have, or choose another rate center. Set `check_utilization = false` if you know better.")
}

/// Lumen does not serve a place, which the argument names.
pub(super) fn not_covered(argument: &str, place: &str) -> Diagnostic {
    Diagnostic::error(format!("Lumen does not serve {place}"))
        .at(argument)
        .because("Lumen's coverage lists it as out of reach")
        .outcome("Nothing was ordered.")
        .remedy("Choose another rate center from `lumen_voice_rate_centers`; `lumen_voice_coverage` tells where Lumen serves.")
}

/// There is nothing to import.
pub(super) fn nothing_to_import(id: &VoiceOrderId) -> Diagnostic {
    Diagnostic::error(format!("Voice order `{id}` has no numbers to import"))
        .because("Lumen's inventory has none that it reserved and that are assigned to nobody yet")
        .remedy("Look the order up in `lumen_voice_inventory`, and check `customer_number`. Import it when its numbers are there.")
}
