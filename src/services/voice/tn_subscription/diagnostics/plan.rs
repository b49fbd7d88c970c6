//! Diagnostics of plans.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::model::Subscription;
use super::super::order::LineAction;
use super::{import_command, listed};
use crate::framework::Diagnostic;
use crate::lumen::voice::{ActiveNumber, Date, TelephoneNumber};

/// No number becomes active that is not reserved.
pub(in super::super) fn not_reserved(numbers: &BTreeSet<TelephoneNumber>) -> Diagnostic {
    let are = if numbers.len() == 1 { "is" } else { "are" };
    Diagnostic::error(format!("{} {are} not reserved", listed(numbers)))
        .at("telephone_numbers")
        .because("Lumen's inventory of reserved numbers doesn't show it")
        .outcome("Nothing was ordered.")
        .remedy("Use numbers that `lumen_voice_inventory` lists, or reserve numbers with `lumen_voice_tn_reservation`. To leave the decision to Lumen, set `check_numbers = false`.")
}

/// The subscription has just left the state. It may be about to be destroyed, and then nothing is ordered.
pub(in super::super) fn not_checked(planned: &Subscription) -> Diagnostic {
    let object = planned.object();
    Diagnostic::warning(format!("The numbers of {object} are not checked"))
        .at("telephone_numbers")
        .because("the subscription was in the state when this run began, and is planned as new")
        .outcome("Nothing was ordered.")
        .remedy("If this is a destroy, there is nothing left to do. Otherwise, Lumen checks the numbers when they are ordered: a number that was disconnected can't be ordered again, so choose another one, or remove the subscription from the configuration.")
}

/// The numbers are in service, so they can only be imported.
pub(in super::super) fn are_active(numbers: &BTreeSet<TelephoneNumber>) -> Diagnostic {
    let are = if numbers.len() == 1 { "is" } else { "are" };
    let told = Diagnostic::error(format!("{} {are} in service already", listed(numbers)))
        .at("telephone_numbers")
        .because("Lumen's report of active numbers shows it")
        .outcome("Nothing was ordered.");
    match numbers.first() {
        Some(first) => told.remedy(format!(
            "To manage what exists, import it: {}. If the state has it as tainted, run `terraform untaint` for it. Otherwise, remove the number from `telephone_numbers`.",
            import_command(first)
        )),
        None => told,
    }
}

/// The number is on its way out of service.
pub(in super::super) fn is_leaving(number: &ActiveNumber) -> Diagnostic {
    let order = match &number.voice_order_id {
        Some(id) => format!("voice order {id} disconnects it"),
        None => "an order disconnects it".to_owned(),
    };
    Diagnostic::error(format!("`{}` is being disconnected", number.number))
        .at("telephone_numbers")
        .because(order)
        .outcome("Nothing was ordered.")
        .remedy(format!(
            "Until its date, cancel that order with the action `lumen_voice_order_cancel`, and import the number: {}. Otherwise, remove it from `telephone_numbers`.",
            import_command(number.number)
        ))
}

/// Static 911 is not available where a number is.
pub(in super::super) fn no_static_911(rate_center: &str, state: &str) -> Diagnostic {
    Diagnostic::error(format!("`{rate_center}`, {state} has no static 911"))
        .at("e911_option")
        .because("Lumen does not list the rate center of the numbers for static 911")
        .outcome("Nothing was ordered.")
        .remedy("Set `e911_option` to `customer_provided` and provide 911 yourself, or use numbers of another rate center.")
}

/// Without Lumen's 911, Lumen may not list the numbers.
pub(in super::super) fn may_not_be_listed(object: &str) -> Diagnostic {
    Diagnostic::warning(format!("The numbers of {object} may not be listed in the directory"))
        .at("directory_listing")
        .because("`e911_option` is `customer_provided`, and Lumen lists no number whose rate center and address don't match")
        .outcome("The numbers are put into service with or without the entry.")
        .remedy("Make sure that `service_address` is in the rate center of the numbers, or remove `directory_listing`.")
}

/// Lumen accepts only dates in a window.
pub(in super::super) fn wrong_date(
    action: LineAction,
    what: &str,
    date: Date,
    first: i32,
    earliest: Timestamp,
    latest: Timestamp,
) -> Diagnostic {
    let undated = match action {
        LineAction::Port | LineAction::Supplement => "",
        _ => " Without a date, Lumen puts reserved numbers into service at once.",
    };
    Diagnostic::error(format!("`request_date` is {what}"))
        .at("request_date")
        .because(format!(
            "it is {date}, and Lumen accepts dates {first} to 30 days after the order"
        ))
        .outcome("Nothing was ordered.")
        .remedy(format!("Set it to a date from {earliest:.0} to {latest:.0}.{undated}"))
}

/// The argument identifies what exists.
pub(in super::super) fn cant_change(prior: &Subscription, argument: &'static str) -> Diagnostic {
    Diagnostic::error(format!("`{argument}` can't be changed"))
        .at(argument)
        .because(format!("no order of Lumen changes it for the numbers of {}", prior.object()))
        .remedy(format!(
            "Set `{argument}` as the state shows it. For other numbers, use another subscription."
        ))
}

/// Nothing removes a caller name.
pub(in super::super) fn name_stays() -> Diagnostic {
    Diagnostic::error("The CNAM name can't be removed")
        .at("cnam")
        .because("no order of Lumen removes a name, and it would still be shown")
        .remedy("Set another `cnam.name`, or hide the name with `block = true`.")
}

/// `on_destroy = "fail"` protects numbers that would leave.
pub(in super::super) fn would_disconnect(numbers: &BTreeSet<TelephoneNumber>) -> Diagnostic {
    Diagnostic::error(format!("Removing {} would disconnect it", listed(numbers)))
        .at("on_destroy")
        .because("it is missing from `telephone_numbers`, and `on_destroy` is \"fail\", because a disconnected number goes back to the carrier")
        .outcome("Nothing was ordered.")
        .remedy("Add it to `telephone_numbers` again to keep it. To disconnect it, set `on_destroy = \"disconnect\"`. To leave it in service and billed, but unmanaged, set `on_destroy = \"retain\"`.")
}

/// Lumen can't take over the numbers.
pub(in super::super) fn not_portable(numbers: &BTreeSet<TelephoneNumber>) -> Diagnostic {
    Diagnostic::error(format!("{} can't be ported", listed(numbers)))
        .at("telephone_numbers")
        .because("Lumen's coverage shows it as not covered, or as not portable")
        .outcome("Nothing was ordered.")
        .remedy("Check the numbers with `lumen_voice_coverage`. To leave the decision to Lumen, set `check_numbers = false`.")
}

/// A port has at most 49 numbers.
pub(in super::super) fn too_many(count: usize) -> Diagnostic {
    Diagnostic::error("A port has at most 49 numbers")
        .at("telephone_numbers")
        .because(format!("`telephone_numbers` has {count} numbers, and Lumen takes over at most 49 with one order"))
        .outcome("Nothing was ordered.")
        .remedy("Divide the numbers among several subscriptions.")
}

/// Numbers are ported on business days.
pub(in super::super) fn no_business_day(date: Date) -> Diagnostic {
    Diagnostic::warning("`request_date` is not a business day")
        .at("request_date")
        .because(format!("{date} is a Saturday, a Sunday or a US federal holiday in Denver, and carriers port numbers on business days"))
        .remedy("Choose a business day, such as the one that `provider::lumen::add_business_days` returns.")
}

/// Numbers in service are not ported.
pub(in super::super) fn cant_port(prior: &Subscription) -> Diagnostic {
    Diagnostic::error("`port_in` can't be added to numbers that exist")
        .at("port_in")
        .because(format!("{} was created without it", prior.object()))
        .remedy("Remove `port_in`. For numbers of another carrier, use another subscription.")
}

/// No supplement changes the argument.
pub(in super::super) fn in_flight_change(object: &str, argument: &'static str) -> Diagnostic {
    Diagnostic::error(format!("`{argument}` can't be changed while its port is in progress"))
        .at(argument)
        .because(format!("Lumen changes only the date, the subscriber, the address and the billing telephone number of a port in progress, and {object} is being ported"))
        .outcome(PORT_CONTINUES)
        .remedy(format!("Change it when `status` is `active`. {REORDER}"))
}

/// Once the FOC date is set, a supplement changes only the date.
pub(in super::super) fn late_change(object: &str, argument: &'static str) -> Diagnostic {
    Diagnostic::error(format!("`{argument}` can't be changed after the FOC date is set"))
        .at(argument)
        .because(format!("the losing carrier has agreed to the port of {object}, and accepts only another date from then on"))
        .outcome(PORT_CONTINUES)
        .remedy(format!("Change only `request_date`, or change `{argument}` when `status` is `active`. {REORDER}"))
}

const PORT_CONTINUES: &str = "The port continues as it was ordered.";
const REORDER: &str = "Or cancel the port: set `on_destroy = \"disconnect\"`, apply, destroy the subscription, and create it again.";

/// The report of an imported subscription lacks the argument.
pub(in super::super) fn not_ordered(object: &str, argument: &'static str) -> Diagnostic {
    Diagnostic::warning(format!("`{argument}` of {object} is recorded without an order"))
        .at(argument)
        .because("the subscription was imported, and Lumen's report doesn't show whether Lumen has this value already")
        .outcome("The apply takes the value in the configuration for what Lumen has, and orders nothing for it.")
        .remedy(format!("If Lumen has another value, apply this first, and change `{argument}` after that: later changes are ordered."))
}
