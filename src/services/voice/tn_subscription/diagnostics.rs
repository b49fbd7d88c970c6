//! Diagnostics about a subscription: what happened, why, what exists, and what to do.

mod destroy;
mod import;
mod plan;
mod port;
mod read;

use std::collections::BTreeSet;
use std::fmt::Display;

pub(super) use self::destroy::{
    cancelled, continues, disconnected_on, ended, not_cancelled, not_disconnected, protected,
    retained,
};
pub(super) use self::import::{
    differ, not_active, not_listed, nothing_to_look_up, too_many_listed, too_many_to_import,
};
pub(super) use self::plan::{
    are_active, cant_change, cant_port, in_flight_change, is_leaving, late_change,
    may_not_be_listed, name_stays, no_business_day, no_static_911, not_checked, not_ordered,
    not_portable, not_reserved, too_many, would_disconnect, wrong_date,
};
pub(super) use self::port::{in_flight, letter_in_future, missed, not_processed};
pub(super) use self::read::{
    disconnection_refused, gone, leaving, no_numbers_reported, not_offered, other_street,
    unreadable,
};
use super::model::Subscription;
use super::order::{LineAction, SubscriptionOrder};
use crate::framework::Diagnostic;
use crate::lumen::long_running::Refusal;
use crate::lumen::voice::{LineGoal, Meaning, Member, TelephoneNumber};
use crate::lumen::{Error, ExternalId, Problem};
use crate::services::explain;
use crate::services::orders::{Doubt, During, Purpose, Undone, capitalised};

/// The most numbers that a message lists.
const MOST_LISTED: usize = 10;

/// Lists numbers in a sentence, and counts those that are too many.
pub(super) fn listed(numbers: &BTreeSet<TelephoneNumber>) -> String {
    let few: Vec<String> =
        numbers.iter().take(MOST_LISTED).map(|number| format!("`{number}`")).collect();
    match numbers.len().checked_sub(MOST_LISTED) {
        None | Some(0) => few.join(", "),
        Some(more) => format!("{} and {more} more", few.join(", ")),
    }
}

/// Counts numbers in a sentence.
pub(super) fn counted(numbers: &BTreeSet<TelephoneNumber>) -> String {
    match numbers.len() {
        1 => "1 number".to_owned(),
        many => format!("{many} numbers"),
    }
}

/// Lumen refused the order and certainly does not have it.
pub(super) fn refused(object: &str, action: LineAction, error: &Error) -> Diagnostic {
    let summary = match action {
        LineAction::Create | LineAction::Add => format!("Numbers can't be subscribed for {object}"),
        LineAction::Port => format!("The port of {object} can't be ordered"),
        LineAction::Supplement => format!("The supplement of {object} was refused"),
        LineAction::Change => format!("Lumen refused the change of {object}"),
        LineAction::Remove | LineAction::End => {
            format!("The disconnection of {object} was refused")
        }
    };
    let diagnostic = explain::error(summary, error);
    if action == LineAction::Supplement && error.problem().is_some_and(Problem::is_busy) {
        return diagnostic
            .outcome("The port continues as it was before.")
            .remedy("Once the FOC date is set, only `request_date` can be changed. Undo the other changes, and apply again: each run reads the FOC date.");
    }
    let meaning = error.problem().and_then(Problem::voice_meaning);
    match meaning.and_then(argument) {
        Some(argument) => {
            diagnostic.at(argument).remedy(format!("Correct `{argument}`, and apply again."))
        }
        None => diagnostic,
    }
}

/// Another order for the numbers has been in progress until the time was up.
pub(super) fn busy(object: &str, error: &Error) -> Diagnostic {
    explain::error(format!("The numbers of {object} have another order in progress"), error)
        .remedy("Run the same command again when that order has ended. If no configuration placed it, look for it in Lumen's portal.")
}

/// Adds the argument that is at fault.
pub(super) fn explained(diagnostic: Diagnostic, refusal: &Refusal) -> Diagnostic {
    let meaning = refusal.code.as_deref().and_then(Meaning::of);
    match meaning.and_then(argument) {
        Some(argument) => diagnostic.at(argument),
        None => diagnostic,
    }
}

/// The argument that caused Lumen to refuse an order.
fn argument(meaning: Meaning) -> Option<&'static str> {
    if meaning == Meaning::NoActiveService {
        return Some("telephone_numbers");
    }
    let Meaning::Invalid(member) = meaning else { return None };
    Some(match member {
        Member::Product => "product",
        Member::CustomerServiceName => "customer_service_name",
        Member::TelephoneNumber | Member::Quantity => "telephone_numbers",
        Member::CustomerType => "subscriber.type",
        Member::PersonalName => "subscriber.last_name",
        Member::BusinessName => "subscriber.business_name",
        Member::StreetNumber => "service_address.street_number",
        Member::StreetName => "service_address.street_name",
        Member::StreetSuffix => "service_address.street_suffix",
        Member::City => "service_address.city",
        Member::State => "service_address.state",
        Member::Zip => "service_address.zip",
        Member::SecondaryLocation => "service_address.secondary_location",
        Member::ListingName | Member::ListingType => "directory_listing",
        Member::CallerName => "cnam.name",
        Member::EmergencyOption => "e911_option",
        Member::RequestDate => "request_date",
        Member::BillingNumber => "port_in.billing_telephone_number",
        Member::LoaName | Member::LoaReceived | Member::LoaDate => "port_in.loa",
        Member::LosingCarrierAccount => "port_in.losing_carrier_account_number",
        Member::LosingCarrierPin => "port_in.losing_carrier_pin",
        Member::LosingCarrierWireless => "port_in.wireless",
        _ => return None,
    })
}

/// What an order is for.
pub(super) fn purpose(order: &SubscriptionOrder) -> Purpose {
    let (unfinished, reached, billed) = match order.action {
        LineAction::Port if order.placed.goal == LineGoal::Commitment => {
            ("has no FOC date yet", "has a FOC date", STAYS)
        }
        LineAction::Port | LineAction::Supplement => ("is being ported", "is in service", STAYS),
        LineAction::Create | LineAction::Add => (
            "is not in service yet",
            "is in service",
            "Its numbers are billed once they are in service.",
        ),
        LineAction::Change => {
            ("is not changed yet", "is changed", "Its numbers stay in service and billed.")
        }
        LineAction::Remove | LineAction::End => (
            "is being disconnected",
            "is disconnected",
            "Its numbers are billed until the date of the disconnection.",
        ),
    };
    // A destroy cancels an order of new numbers, and does not wait for the date of a disconnection.
    Purpose { unfinished, reached, billed, awaited: None }
}

const STAYS: &str = "Its numbers stay with their carrier until the date of the port.";

/// What a failed order did not do, and what exists.
pub(super) fn undone(object: &str, order: &SubscriptionOrder) -> Undone {
    let numbers = listed(&order.placed.telephone_numbers);
    let (what, exists, next) = match order.action {
        LineAction::Create => (
            format!("put {object} into service"),
            "None of its numbers is in service.",
            "None of its numbers is in service: the plan shows it as new.",
        ),
        LineAction::Port => (
            format!("port the numbers of {object}"),
            "The numbers stay with their carrier.",
            "The numbers stay with their carrier. The plan shows the subscription as new, and applying it orders another port.",
        ),
        LineAction::Supplement => (
            format!("port the numbers of {object} as changed"),
            "The numbers stay with their carrier.",
            "The numbers stay with their carrier.",
        ),
        LineAction::Add => (
            format!("put {numbers} into service for {object}"),
            "The other numbers are in service.",
            "The other numbers are in service: the plan shows these as new.",
        ),
        LineAction::Change => (
            format!("change {object}"),
            "It is in service as it was before.",
            "It is in service as it was before: the plan shows the change again.",
        ),
        LineAction::Remove | LineAction::End => (
            format!("disconnect {numbers} of {object}"),
            "They stay in service and billed.",
            "They stay in service and billed: the plan shows their removal again.",
        ),
    };
    Undone { what, exists, next, is_mended_by_configuration: true }
}

/// What to look for when it is not known whether an order arrived.
pub(super) fn doubt(object: &str, lost: &SubscriptionOrder, reference: &ExternalId) -> Doubt {
    let numbers = listed(&lost.placed.telephone_numbers);
    let (question, exists) = match lost.action {
        LineAction::Create | LineAction::Add => (
            format!("whether numbers were ordered for {object}"),
            format!("If Lumen has the order, it puts {numbers} into service."),
        ),
        LineAction::Port => (
            format!("whether the port of {object} was ordered"),
            format!("If Lumen has the order, it takes over {numbers}. Lumen's LNP desk knows it."),
        ),
        LineAction::Supplement => (
            format!("whether the port of {object} was supplemented"),
            "The port continues: if Lumen has the supplement, it continues as changed.".to_owned(),
        ),
        LineAction::Change => (
            format!("whether the change of {object} was ordered"),
            format!("If Lumen has the order, it changes {numbers}."),
        ),
        LineAction::Remove | LineAction::End => (
            format!("whether the disconnection of {object} was ordered"),
            format!(
                "If Lumen has the order, it disconnects {numbers}, which are in service and billed until its date."
            ),
        ),
    };
    let look = format!(
        "look for it in Lumen's portal, or ask Lumen about the reference `{reference}` and {numbers}."
    );
    Doubt { question, look, exists }
}

/// What exists when nothing was ordered.
pub(super) fn untouched(subscription: &Subscription, during: During) -> String {
    match during {
        During::Create | During::Read => "Nothing was ordered.".to_owned(),
        During::Update => format!(
            "Nothing more was ordered by this run. {} is as the state shows it.",
            capitalised(&subscription.object())
        ),
        During::Delete => {
            format!("The numbers of {} stay in service and billed.", subscription.object())
        }
    }
}

/// The command that imports a number, or several.
fn import_command(id: impl Display) -> String {
    format!("`terraform import lumen_voice_tn_subscription.NAME {id}`")
}
