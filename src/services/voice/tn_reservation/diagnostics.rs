//! What users are told about a reservation: what happened, why, what exists, what to do.

use std::time::Duration;

use super::model::TnBlock;
use crate::framework::{Context, Diagnostic};
use crate::lumen::long_running::{Operation as _, PendingReason, Refusal};
use crate::lumen::voice::{Meaning, Member, Notification, Percent, Product, Reservation, Reserved};
use crate::lumen::{Error, ExternalId, Problem, VoiceOrderId};
use crate::services::explain;
use crate::services::orders::{Doubt, capitalised, reason};

/// How long Lumen waits for an answer to a shortage.
const TIME_TO_ANSWER: Duration = Duration::from_hours(4);

/// Lumen certainly has no such order.
pub(super) fn refused(object: &str, error: &Error) -> Diagnostic {
    let diagnostic = explain::error(format!("Numbers can't be ordered for {object}"), error)
        .outcome("Nothing was ordered.");
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
            "Look for it with `lumen_voice_inventory` and `external_order_id = \"{reference}\"`, or ask Lumen about that reference. If there is an order, bring it under Terraform with `terraform import` by its voice order id."
        ),
    }
}

/// Numbers of the same reference are there, and nothing says whose they are.
pub(super) fn exists(object: &str, reference: &ExternalId, order: &VoiceOrderId) -> Diagnostic {
    Diagnostic::error(format!("Numbers are there already for {object}"))
        .because(format!(
            "Lumen's inventory has numbers of voice order {order}, which was placed under the reference that this reservation derives (`{reference}`): by a reservation that was destroyed, by another configuration, or by an earlier run whose order journal was lost"
        ))
        .outcome("Nothing was ordered.")
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

/// An order that is destroyed before it has ended, and could not be cancelled.
pub(super) fn not_cancelled(
    object: &str,
    order: &Reservation,
    why: &PendingReason,
    refusal: Option<&Error>,
) -> Diagnostic {
    let cause = match refusal {
        Some(error) => explain::cause(error),
        None => reason(why, "delete"),
    };
    Diagnostic::error(format!("The order of {object} is not called off yet"))
        .because(cause)
        .outcome(format!("{} stands, and is kept in the state.", capitalised(&order.title())))
        .remedy("Run the same command again later: it looks whether the order has ended.")
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

/// Numbers that may still come after the reservation is destroyed.
pub(super) fn backorder_stands(object: &str, order: &Reservation, error: &Error) -> Diagnostic {
    explain::warning(format!("The backorder of {object} could not be called off"), error)
        .outcome(format!("Numbers of {} may still come, and are yours then.", order.title()))
        .remedy("Look for them later in `lumen_voice_inventory`, or ask LEUOrders@Lumen.com to cancel the backorder.")
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

/// What is destroyed stays the customer's.
pub(super) fn retained(object: &str, reservation: &TnBlock) -> Diagnostic {
    Diagnostic::warning(format!("The numbers of {object} stay in your Lumen inventory"))
        .because("Lumen offers no way to give reserved numbers back")
        .outcome(format!(
            "{} They still count against the 75 percent that must be used.",
            listed(reservation)
        ))
        .remedy(format!(
            "Ask LEUOrders@Lumen.com to take them back, or bring them back under Terraform: {}.",
            imports(reservation)
        ))
}

/// What is replaced stays the customer's.
pub(super) fn replaced(reservation: &TnBlock, arguments: &str) -> Diagnostic {
    Diagnostic::warning(format!(
        "The numbers of {} stay in your Lumen inventory when it is replaced",
        reservation.object()
    ))
    .because(format!("a change of {arguments} forces a replacement, and Lumen offers no way to give reserved numbers back"))
    .outcome(format!("{} The apply orders new numbers beside them.", listed(reservation)))
    .remedy(format!("To keep these numbers in use, undo the change of {arguments}."))
}

fn listed(reservation: &TnBlock) -> String {
    let numbers = reservation.telephone_numbers.known().cloned().unwrap_or_default();
    let named: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    if named.is_empty() {
        return "None of its numbers is known to be unassigned.".to_owned();
    }
    format!("Reserved and not assigned: {}.", named.join(", "))
}

fn imports(reservation: &TnBlock) -> String {
    let commands: Vec<String> = reservation
        .orders()
        .iter()
        .map(|order| format!("`terraform import lumen_voice_tn_reservation.NAME {order}`"))
        .collect();
    commands.join(" and ")
}

/// `on_destroy = "fail"` holds.
pub(super) fn protected(reservation: &TnBlock, verb: &str) -> Diagnostic {
    Diagnostic::error(format!("{} would be {verb}", capitalised(&reservation.object())))
        .at("on_destroy")
        .because("`on_destroy` is \"fail\" in the state, because its numbers can't be given back")
        .remedy("Set `on_destroy = \"retain\"`, and apply that before any other change of the reservation; or run `terraform state rm` to let Terraform forget it.")
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
