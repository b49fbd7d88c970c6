//! Reads the report of active numbers. ASSUMED: all names, except for those of order IDs, of the route, of
//! `startTN` and `endTN`. Lumen says only that the report has "subscriber, address, E911 address, and customer
//! service name details".

use serde_json::Value;

use super::super::{
    ActiveNumber, ActiveStatus, Direction, Product, ReportedAddress, ReportedSubscriber,
    StreetSuffix, SubscriberKind,
};
use super::{members, range, text};
use crate::lumen::word::plain;

/// Reads one item of `GET /inventory/details`: a number, or a range of numbers. A number that is not in
/// service is left out.
pub(in super::super) fn active_numbers(item: &Value) -> Result<Vec<ActiveNumber>, String> {
    let numbers = range(item)?;
    let word = text(item, &["status", "tnStatus", "telephoneNumberStatus"]);
    let Some(status) = status(word) else { return Ok(Vec::new()) };
    let address = object(item, &["serviceAddress", "address", "subscriberAddress"]);
    // Without an object for the address, the state in the item may be the one of the address.
    let state =
        text(item, &["rateCenterState"]).or_else(|| address.and_then(|_| text(item, &["state"])));
    let active = |number| ActiveNumber {
        number,
        status: status.clone(),
        product: text(item, &["productId", "product"]).and_then(|product| read_product(&product)),
        customer_service_name: text(
            item,
            &["customerServiceName", "csn", "routePlanName", "routeName"],
        ),
        subscriber: subscriber(item),
        service_address: reported_address(address.unwrap_or(item)),
        emergency_address: object(item, &["e911Address", "emergencyAddress"])
            .and_then(reported_address),
        rate_center: text(item, &["rateCenter", "rateCenterName"]),
        state: state.clone(),
        voice_order_id: text(item, &["voiceOrderId"]).and_then(|id| id.parse().ok()),
        external_order_id: text(item, &["externalOrderId"]).and_then(|id| id.parse().ok()),
    };
    Ok(numbers.map(active).collect())
}

/// Returns `None` if the number is not in service. A number without a status is, because the report lists
/// active numbers.
fn status(word: Option<String>) -> Option<ActiveStatus> {
    let Some(word) = word else { return Some(ActiveStatus::Active) };
    let known = plain(&word);
    Some(match known.as_str() {
        "active" | "subscribed" | "inservice" | "assigned" | "working" => ActiveStatus::Active,
        "reserved" | "available" | "inactive" | "cancelled" | "canceled" | "terminated"
        | "portedout" => return None,
        _ if known.contains("disconnect") => ActiveStatus::Disconnecting,
        _ if ["pending", "progress", "change"].iter().any(|part| known.contains(part)) => {
            ActiveStatus::Changing
        }
        _ => ActiveStatus::Unrecognized(word),
    })
}

/// Reads the ID of a product, or a name of it that has one of these words.
fn read_product(product: &str) -> Option<Product> {
    let mut words = product.split(|sign: char| !sign.is_ascii_alphanumeric());
    words.find_map(|word| match word.to_ascii_lowercase().as_str() {
        "2036" | "li" => Some(Product::LocalInbound),
        "2042" | "els" => Some(Product::EnhancedLocalService),
        word if word.contains("inbound") => Some(Product::LocalInbound),
        word if word.contains("enhanced") => Some(Product::EnhancedLocalService),
        _ => None,
    })
}

fn subscriber(item: &Value) -> ReportedSubscriber {
    let inner = object(item, &["subscriber"]);
    let text =
        |names: &[&str]| inner.and_then(|inner| text(inner, names)).or_else(|| text(item, names));
    let kind = text(&["customerType", "customerTypeIndicator"]);
    ReportedSubscriber {
        kind: kind.and_then(|kind| match plain(&kind).as_str() {
            "b" | "business" => Some(SubscriberKind::Business),
            "r" | "residence" | "residential" => Some(SubscriberKind::Residence),
            _ => None,
        }),
        business_name: text(&["businessName"]),
        first_name: text(&["firstName"]),
        last_name: text(&["lastName"]),
        middle_initial: text(&["middleInitial"]),
    }
}

fn object<'a>(item: &'a Value, names: &[&str]) -> Option<&'a Value> {
    members(item, names).find(|value| value.is_object())
}

/// Returns `None` if the object has no part of an address but a state, which may be the one of a rate center.
fn reported_address(object: &Value) -> Option<ReportedAddress> {
    let text = |names: &[&str]| text(object, names);
    let street = text(&["streetAddress", "addressLine1"]);
    let parts = street.as_deref().and_then(take_apart).unwrap_or_default();
    let found = ReportedAddress {
        street,
        street_number: text(&["streetNumber"]).or(parts.street_number),
        street_pre_direction: text(&["streetPreDirectional", "streetPreDir"])
            .or(parts.street_pre_direction),
        street_name: text(&["streetName", "street"]).or(parts.street_name),
        street_suffix: text(&["streetSuffix"]).or(parts.street_suffix),
        street_post_direction: text(&["streetPostDirectional", "streetPostDir"])
            .or(parts.street_post_direction),
        secondary_location: text(&["secondaryLocation"]),
        city: text(&["city"]),
        state: None,
        zip: text(&["zip", "zipCode", "postalCode"]),
    };
    let state = text(&["state", "stateCode"]);
    (found != ReportedAddress::default()).then_some(ReportedAddress { state, ..found })
}

/// Takes a street apart that is one text, such as `1025 N ELDORADO BLVD W`: the first word is the number, and
/// a direction after it or at the end, and a suffix at the end, are taken if words for the name remain.
fn take_apart(street: &str) -> Option<ReportedAddress> {
    let mut words: Vec<&str> = street.split_whitespace().collect();
    let is_direction = |word: &str| word.parse::<Direction>().is_ok();
    let number =
        words.first().filter(|word| word.starts_with(|sign: char| sign.is_ascii_digit()))?;
    let street_number = Some((*number).to_owned());
    words.remove(0);
    let pre = (3 <= words.len()).then(|| words.first().copied()).flatten();
    let pre = pre.filter(|word| is_direction(word));
    if pre.is_some() {
        words.remove(0);
    }
    let mut last_if = |is_part: &dyn Fn(&str) -> bool| {
        let last = words.last().copied().filter(|word| 2 <= words.len() && is_part(word))?;
        words.pop();
        Some(last.to_owned())
    };
    let street_post_direction = last_if(&is_direction);
    let street_suffix = last_if(&|word| word.parse::<StreetSuffix>().is_ok());
    let street_name = Some(words.join(" ")).filter(|name| !name.is_empty())?;
    Some(ReportedAddress {
        street_number,
        street_pre_direction: pre.map(ToOwned::to_owned),
        street_name: Some(street_name),
        street_suffix,
        street_post_direction,
        ..ReportedAddress::default()
    })
}
