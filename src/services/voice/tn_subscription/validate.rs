//! The offline rules of a subscription: what the schema of a single attribute can't check.

use super::UNTIL_FOC;
use super::model::Subscription;
use super::port_in::PortIn;
use super::record::{DirectoryListing, Subscriber};
use crate::framework::{Diagnostic, Field};
use crate::lumen::voice::Product;

/// Checks a configuration, with values that may be unknown.
pub(super) fn validate(config: &Subscription) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    match config.product.known() {
        Some(Product::EnhancedLocalService) => found.extend(check_required(config)),
        Some(Product::LocalInbound) => found.extend(check_unsupported(config)),
        None => {}
    }
    if let Some(port_in) = config.port_in.known() {
        found.extend(check_port(config, port_in));
    }
    if config.port_in.is_null() && config.wait_for.known().is_some_and(|goal| goal == UNTIL_FOC) {
        found.push(
            Diagnostic::error("`wait_for` is \"foc\" without `port_in`")
                .at("wait_for")
                .because("only a port has a FOC date")
                .remedy("Set `wait_for` to `active` or `accepted`, or add `port_in`."),
        );
    }
    if let Some(subscriber) = config.subscriber.known() {
        found.extend(check_subscriber(subscriber));
        if let Some(listing) = config.directory_listing.known() {
            found.extend(check_listing(listing, subscriber));
        }
    }
    found
}

/// Enhanced Local Service needs a subscriber, an address and a 911 option.
fn check_required(config: &Subscription) -> Vec<Diagnostic> {
    let required = [
        ("subscriber", config.subscriber.is_null()),
        ("service_address", config.service_address.is_null()),
        ("e911_option", config.e911_option.is_null()),
    ];
    let missing = required.into_iter().filter(|(_, is_missing)| *is_missing);
    missing.map(|(name, _)| is_missing(name, "`enhanced_local_service` requires it")).collect()
}

/// A port needs a subscriber, an address and a date, and a mobile carrier needs the account and its PIN.
fn check_port(config: &Subscription, port_in: &PortIn) -> Vec<Diagnostic> {
    let is_wireless = port_in.wireless == Field::Known(true);
    let carriers = "a port from a mobile carrier requires it";
    let required = [
        ("subscriber", config.subscriber.is_null(), "a port requires it"),
        ("service_address", config.service_address.is_null(), "a port requires it"),
        ("request_date", config.request_date.is_null(), "a port requires it"),
        (
            "port_in.losing_carrier_account_number",
            is_wireless && port_in.losing_carrier_account_number.is_null(),
            carriers,
        ),
        (
            "port_in.losing_carrier_pin_wo_version",
            !port_in.losing_carrier_pin_wo.is_null()
                && port_in.losing_carrier_pin_wo_version.is_null(),
            "it says which version of the write-only PIN was sent",
        ),
        (
            "port_in.losing_carrier_pin_wo",
            port_in.losing_carrier_pin_wo.is_null()
                && !port_in.losing_carrier_pin_wo_version.is_null(),
            "`losing_carrier_pin_wo_version` is its version",
        ),
        (
            "port_in.losing_carrier_pin",
            is_wireless
                && port_in.losing_carrier_pin.is_null()
                && port_in.losing_carrier_pin_wo.is_null()
                && port_in.losing_carrier_pin_wo_version.is_null(),
            carriers,
        ),
    ];
    let missing = required.into_iter().filter(|(_, is_missing, _)| *is_missing);
    let mut found: Vec<Diagnostic> = missing.map(|(name, _, why)| is_missing(name, why)).collect();
    if !port_in.losing_carrier_pin.is_null() && !port_in.losing_carrier_pin_wo.is_null() {
        found.push(does_not_apply(
            "port_in.losing_carrier_pin",
            "a port with `losing_carrier_pin_wo`",
            "there is only one PIN",
        ));
    }
    found
}

/// Local Inbound takes calls only: it has neither 911 nor an entry in the directory.
fn check_unsupported(config: &Subscription) -> Vec<Diagnostic> {
    let unsupported = [
        ("e911_option", !config.e911_option.is_null()),
        ("directory_listing", !config.directory_listing.is_null()),
    ];
    let set = unsupported.into_iter().filter(|(_, is_set)| *is_set);
    set.map(|(name, _)| {
        does_not_apply(name, "`local_inbound`", "only `enhanced_local_service` has it")
    })
    .collect()
}

/// A subscriber has the names of its type, and no others.
fn check_subscriber(subscriber: &Subscriber) -> Vec<Diagnostic> {
    let Subscriber { r#type, business_name, first_name, last_name, middle_initial } = subscriber;
    let business = ("subscriber.business_name", business_name);
    let first_name = ("subscriber.first_name", first_name);
    let last_name = ("subscriber.last_name", last_name);
    let initial = ("subscriber.middle_initial", middle_initial);
    match r#type.known().map(String::as_str) {
        Some("business") => {
            check_names("a business", &[business], &[first_name, last_name, initial])
        }
        Some("residence") => check_names("a residence", &[first_name, last_name], &[business]),
        _ => Vec::new(),
    }
}

/// The names in the directory are of the subscriber's type. A person has both names.
fn check_listing(listing: &DirectoryListing, subscriber: &Subscriber) -> Vec<Diagnostic> {
    let DirectoryListing { business_name, first_name, last_name, .. } = listing;
    let business = ("directory_listing.business_name", business_name);
    let person =
        [("directory_listing.first_name", first_name), ("directory_listing.last_name", last_name)];
    match subscriber.r#type.known().map(String::as_str) {
        Some("business") => check_names("a business", &[], &person),
        Some("residence") => {
            let is_set = !first_name.is_null() || !last_name.is_null();
            check_names("a residence", if is_set { &person } else { &[] }, &[business])
        }
        _ => Vec::new(),
    }
}

type Named<'a> = (&'static str, &'a Field<String>);

fn check_names(whose: &str, required: &[Named<'_>], unsupported: &[Named<'_>]) -> Vec<Diagnostic> {
    let missing = required.iter().filter(|(_, name)| name.is_null());
    let missing = missing.map(|(path, _)| is_missing(path, &format!("{whose} requires it")));
    let set = unsupported.iter().filter(|(_, name)| !name.is_null());
    let set = set.map(|(path, _)| {
        does_not_apply(path, whose, "Lumen refuses an order that has names of both types")
    });
    missing.chain(set).collect()
}

fn is_missing(path: &'static str, why: &str) -> Diagnostic {
    Diagnostic::error(format!("`{path}` is missing"))
        .at(path)
        .because(why)
        .remedy(format!("Set `{path}`."))
}

fn does_not_apply(path: &'static str, whose: &str, why: &str) -> Diagnostic {
    Diagnostic::error(format!("`{path}` does not apply to {whose}"))
        .at(path)
        .because(why)
        .remedy(format!("Remove `{path}`."))
}
