//! What an order sets, so that it can be compared with another order and with Lumen's report without keeping
//! anybody's name or address: a hash of each argument.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::model::Subscription;
use super::record::{ServiceAddress, Subscriber};
use crate::framework::Field;
use crate::lumen::ExternalId;
use crate::lumen::voice::{ActiveNumber, StreetSuffix};

/// The hash of each argument that an order sets. The reference of the order is part of the hash, so that
/// hashes of different orders can't be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Facts(BTreeMap<String, String>);

/// The arguments of a record by their paths, in one spelling for all that mean the same.
type Arguments = BTreeMap<&'static str, String>;

const REQUEST_DATE: &str = "request_date";

impl Facts {
    /// What the first order of a subscription sets.
    pub(super) fn of_all(reference: &ExternalId, wanted: &Subscription) -> Self {
        let mut all = arguments(wanted);
        all.extend(of_port(wanted));
        Self::of(reference, all)
    }

    /// What a supplement sets: the date, and what else differs.
    pub(super) fn of_supplement(
        reference: &ExternalId,
        now: &Subscription,
        wanted: &Subscription,
    ) -> Self {
        let with_port = |it: &Subscription| {
            let mut all = arguments(it);
            all.extend(of_port(it));
            all
        };
        let (before, mut after) = (with_port(now), with_port(wanted));
        after.retain(|path, value| *path == REQUEST_DATE || before.get(path) != Some(value));
        Self::of(reference, after)
    }

    /// What a change order sets: what differs.
    pub(super) fn of_change(
        reference: &ExternalId,
        now: &Subscription,
        wanted: &Subscription,
    ) -> Self {
        let before = arguments(now);
        let mut after = arguments(wanted);
        after.retain(|path, value| before.get(path) != Some(value));
        // A removed entry in the directory is distinguished from one that stays.
        if now.directory_listing.known().is_some() && wanted.directory_listing.is_null() {
            after.insert("directory_listing", String::new());
        }
        Self::of(reference, after)
    }

    fn of(reference: &ExternalId, arguments: Arguments) -> Self {
        let hashed = arguments.into_iter();
        Self(hashed.map(|(path, value)| (path.to_owned(), hash(reference, path, &value))).collect())
    }

    /// The paths of the arguments that differ.
    pub(super) fn differences(&self, other: &Self) -> Vec<String> {
        let paths: BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        let differ = paths.into_iter().filter(|path| self.0.get(*path) != other.0.get(*path));
        differ.cloned().collect()
    }

    /// Whether another order sets all of this to the same values.
    pub(super) fn are_part_of(&self, other: &Self) -> bool {
        self.0.iter().all(|(path, value)| other.0.get(path) == Some(value))
    }

    /// Whether the report shows every argument of this, so that it proves that an order was carried out.
    pub(super) fn can_be_shown(&self) -> bool {
        !["e911_option", "directory_listing", "cnam"].into_iter().any(|name| self.have(name))
    }

    /// Whether the report shows everything of this that it can show, and at least one argument.
    pub(super) fn are_shown(&self, reference: &ExternalId, number: &ActiveNumber) -> bool {
        let reported = reported(number);
        let mut shown = self.0.iter().filter_map(|(path, expected)| {
            let (path, value) = reported.get_key_value(path.as_str())?;
            Some(*expected == hash(reference, path, value))
        });
        shown.next().is_some_and(|first| first && shown.all(|is_shown| is_shown))
    }

    /// Whether the order sets this argument, or a member of it.
    pub(super) fn have(&self, argument: &str) -> bool {
        self.0.keys().any(|path| path.split('.').next() == Some(argument))
    }
}

/// What a port has in addition.
fn of_port(wanted: &Subscription) -> impl Iterator<Item = (&'static str, String)> + use<> {
    let port_in = wanted.port_in.known();
    let billing = port_in.and_then(|port_in| port_in.billing_telephone_number.known());
    let billing = billing.map(|it| ("port_in.billing_telephone_number", it.to_string()));
    let date = wanted.request_date.known().filter(|_| port_in.is_some());
    billing.into_iter().chain(date.map(|it| (REQUEST_DATE, it.to_string())))
}

/// The record of a number as the report shows it, which all numbers of a subscription share. Texts that mean the
/// same are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReportedRecord(Arguments);

impl ReportedRecord {
    pub(super) fn of(number: &ActiveNumber) -> Self {
        let mut all = reported(number);
        all.extend(number.product.map(|product| ("product", product.to_string())));
        Self(all)
    }

    /// The paths of the arguments in which they differ.
    pub(super) fn differences(&self, other: &Self) -> BTreeSet<&'static str> {
        let paths = self.0.keys().chain(other.0.keys()).copied();
        paths.filter(|path| self.0.get(path) != other.0.get(path)).collect()
    }
}

fn arguments(wanted: &Subscription) -> Arguments {
    let mut found = Arguments::new();
    let route = &wanted.customer_service_name;
    add(&mut found, "customer_service_name", route);
    if let Some(subscriber) = wanted.subscriber.known() {
        add_subscriber(&mut found, subscriber);
    }
    if let Some(address) = wanted.service_address.known() {
        add_address(&mut found, address);
    }
    if let Some(option) = wanted.e911_option.known() {
        found.insert("e911_option", option.to_string());
    }
    if let Some(listing) = wanted.directory_listing.known() {
        add(&mut found, "directory_listing.type", &listing.r#type);
        add(&mut found, "directory_listing.business_name", &listing.business_name);
        add(&mut found, "directory_listing.first_name", &listing.first_name);
        add(&mut found, "directory_listing.last_name", &listing.last_name);
    }
    if let Some(cnam) = wanted.cnam.known() {
        add(&mut found, "cnam.name", &cnam.name);
        found.insert("cnam.block", (cnam.block == Field::Known(true)).to_string());
    }
    found
}

/// What the report shows of the arguments.
fn reported(number: &ActiveNumber) -> Arguments {
    let mut found = Arguments::new();
    add(&mut found, "customer_service_name", &number.customer_service_name.clone().into());
    if let Some(subscriber) = Subscriber::reported(&number.subscriber) {
        add_subscriber(&mut found, &subscriber);
    }
    if let Some(address) = &number.service_address {
        add_address(&mut found, &ServiceAddress::reported(address));
    }
    found
}

fn add_subscriber(found: &mut Arguments, subscriber: &Subscriber) {
    add(found, "subscriber.type", &subscriber.r#type);
    add(found, "subscriber.business_name", &subscriber.business_name);
    add(found, "subscriber.first_name", &subscriber.first_name);
    add(found, "subscriber.last_name", &subscriber.last_name);
    add(found, "subscriber.middle_initial", &subscriber.middle_initial);
}

fn add_address(found: &mut Arguments, address: &ServiceAddress) {
    let standard = |suffix: String| match suffix.parse::<StreetSuffix>() {
        Ok(suffix) => suffix.to_string(),
        Err(_) => suffix,
    };
    add(found, "service_address.street_number", &address.street_number);
    add(found, "service_address.street_pre_direction", &address.street_pre_direction);
    add(found, "service_address.street_name", &address.street_name);
    add(found, "service_address.street_suffix", &address.street_suffix.clone().map(standard));
    add(found, "service_address.street_post_direction", &address.street_post_direction);
    add(found, "service_address.secondary_location", &address.secondary_location);
    add(found, "service_address.city", &address.city);
    add(found, "service_address.state", &address.state);
    add(found, "service_address.zip", &address.zip);
}

fn add(found: &mut Arguments, path: &'static str, field: &Field<String>) {
    if let Some(text) = field.known() {
        let words: Vec<String> = text.split_whitespace().map(str::to_uppercase).collect();
        found.insert(path, words.join(" "));
    }
}

/// A part of the hash, in hexadecimal. The length before each part distinguishes "ab", "c" from "a", "bc".
fn hash(reference: &ExternalId, path: &str, value: &str) -> String {
    let mut hasher = Sha256::new();
    for part in [reference.as_str(), path, value] {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(10).fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
