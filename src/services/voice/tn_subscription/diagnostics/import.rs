//! Diagnostics of importing and listing.

use std::collections::{BTreeMap, BTreeSet};

use super::super::facts::ReportedRecord;
use super::super::import::{Whereabouts, import_id};
use super::{import_command, listed};
use crate::framework::Diagnostic;
use crate::lumen::voice::{ActiveNumber, MOST_NUMBERS, TelephoneNumber};
use crate::lumen::{Problem, VoiceOrderId};

/// How many groups of numbers a message names.
const MOST_GROUPS: usize = 5;

/// The outcome of every import that is refused.
const NOTHING: &str = "Nothing was imported.";

/// What to do if Lumen does not offer the report.
const NO_REPORT: &str = "If Lumen's specification has another path, set `voice_paths.inventory_details` in the provider block. Otherwise, ask Lumen whether the product of your API key includes the report.";

/// Lumen does not offer the report, which alone shows what numbers have.
pub(in super::super) fn nothing_to_look_up(problem: &Problem) -> Diagnostic {
    Diagnostic::error("There are no active numbers to import")
        .because(format!("Lumen doesn't offer its report of active numbers: {problem}"))
        .outcome(NOTHING)
        .remedy(NO_REPORT)
}

/// Lumen does not offer the report, which alone lists the numbers in service.
pub(in super::super) fn not_listed(problem: &Problem) -> Diagnostic {
    Diagnostic::error("The subscriptions can't be listed")
        .because(format!("Lumen doesn't offer its report of active numbers: {problem}"))
        .remedy(NO_REPORT)
}

/// Some of the numbers are not in service.
pub(in super::super) fn not_active(
    missing: &BTreeMap<Whereabouts, BTreeSet<TelephoneNumber>>,
) -> Diagnostic {
    let told: Vec<String> = missing.iter().map(|(known, numbers)| told(known, numbers)).collect();
    let remedies = missing.keys().map(|known| match known {
        Whereabouts::Reserved(_) => "Reserved numbers are put into service by a subscription that has them in `telephone_numbers`.",
        Whereabouts::Ordered(_) => "Numbers of an order in progress can be imported when the order has ended.",
        Whereabouts::Leaving => "To keep a number that is being disconnected, cancel that order with the action `lumen_voice_order_cancel` before its date, and import the number after that.",
        Whereabouts::Unknown => "A number of a port is in service when the port has ended. Check the other numbers with `lumen_voice_subscribed_numbers`.",
    });
    let remedies: Vec<&str> = remedies.collect::<BTreeSet<_>>().into_iter().collect();
    Diagnostic::error("There are no active numbers to import")
        .because(told.join("; "))
        .outcome(NOTHING)
        .remedy(format!("Import only numbers that are in service. {}", remedies.join(" ")))
}

fn told(known: &Whereabouts, numbers: &BTreeSet<TelephoneNumber>) -> String {
    let are = if numbers.len() == 1 { "is" } else { "are" };
    let by = |order: &Option<VoiceOrderId>| {
        order.as_ref().map(|id| format!(" (voice order {id})")).unwrap_or_default()
    };
    // The report may have the order that put the number into service instead of the one that disconnects it.
    let what = match known {
        Whereabouts::Reserved(order) => format!("reserved{}", by(order)),
        Whereabouts::Ordered(order) => format!("not in service yet: {order} is in progress"),
        Whereabouts::Leaving => "being disconnected".to_owned(),
        Whereabouts::Unknown => "not in Lumen's report of active numbers".to_owned(),
    };
    format!("{} {are} {what}", listed(numbers))
}

/// The numbers belong to several subscriptions.
pub(in super::super) fn differ(groups: &[Vec<&ActiveNumber>]) -> Diagnostic {
    let records: Vec<ReportedRecord> = groups
        .iter()
        .filter_map(|group| group.first())
        .map(|first| ReportedRecord::of(first))
        .collect();
    let paths: BTreeSet<&str> = records
        .iter()
        .zip(records.iter().skip(1))
        .flat_map(|(one, other)| one.differences(other))
        .collect();
    let paths: Vec<String> = paths.into_iter().map(|path| format!("`{path}`")).collect();
    let numbers: Vec<BTreeSet<_>> = groups.iter().map(|group| numbers(group)).collect();
    let named: Vec<String> = numbers.iter().take(MOST_GROUPS).map(listed).collect();
    let commands = numbers.iter().take(MOST_GROUPS).map(|all| import_command(import_id(all)));
    let more = match groups.len().checked_sub(MOST_GROUPS) {
        None | Some(0) => String::new(),
        Some(more) => format!(" Another {more} follow."),
    };
    Diagnostic::error("The numbers to import belong to several subscriptions")
        .because(format!(
            "the numbers of a subscription have one record, and these differ in {}: {}",
            paths.join(", "),
            named.join("; ")
        ))
        .outcome(NOTHING)
        .remedy(format!(
            "Import each group as a subscription of its own: {}.{more}",
            commands.collect::<Vec<_>>().join("; ")
        ))
}

/// More numbers have one record than a subscription may have.
pub(in super::super) fn too_many_to_import(group: &[&ActiveNumber]) -> Diagnostic {
    too_many(Diagnostic::error(format!("A subscription has at most {MOST_NUMBERS} numbers")), group)
        .outcome(NOTHING)
}

/// The query leaves out a group with more numbers than a subscription may have.
pub(in super::super) fn too_many_listed(group: &[&ActiveNumber]) -> Diagnostic {
    let lead = group.first().map(|first| first.number.to_string()).unwrap_or_default();
    too_many(
        Diagnostic::warning(format!("The numbers with the record of {lead} are not listed")),
        group,
    )
    .outcome(format!(
        "A subscription has at most {MOST_NUMBERS} numbers, so the query leaves them out."
    ))
}

fn too_many(told: Diagnostic, group: &[&ActiveNumber]) -> Diagnostic {
    let numbers = numbers(group);
    let first: BTreeSet<_> = numbers.iter().take(MOST_NUMBERS).copied().collect();
    told.because(format!(
        "{} numbers have the same product, subscriber, address and route",
        numbers.len()
    ))
    .remedy(format!(
        "Import them as several subscriptions, each by its numbers or ranges, such as {}.",
        import_command(import_id(&first))
    ))
}

fn numbers(group: &[&ActiveNumber]) -> BTreeSet<TelephoneNumber> {
    group.iter().map(|each| each.number).collect()
}
