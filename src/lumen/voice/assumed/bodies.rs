//! The bodies of orders of lines. ASSUMED: all nesting, and every name and value that is not marked as
//! Lumen's. `productID`, `externalOrderID`, `customerServiceName`, `tnList`, `E911_Option`,
//! `directoryListingAction` and the names in a listing are Lumen's. The other names are made from Lumen's
//! words, such as "losing carrier PIN".
//!
//! What is not set is left out: errors 20005 and 20006 say that it must be null. ASSUMED: that this is enough.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use super::super::{
    CallerName, CallerNameDisplay, ChangeOrder, DirectoryListing, DisconnectOrder, EmergencyOption,
    LetterOfAuthorization, LineOrder, ListingChange, ListingKind, ListingName, LosingCarrier,
    PortIn, ServiceAddress, Subscriber, Supplement, SupplementBeforeFoc, TelephoneNumber,
};
use crate::lumen::VoiceOrderId;

/// The number types of an install and of a port. Lumen's words.
const NUMBER_TYPES: (&str, &str) = ("NEW", "LNP");

/// Lumen's customer types of a company and of a person.
const CUSTOMER_TYPES: (&str, &str) = ("B", "R");

/// The values for static 911 and for 911 that the customer provides. ASSUMED: both, from "static 911" and
/// "(CP911)".
const EMERGENCY_OPTIONS: (&str, &str) = ("STATIC", "CP911");

/// Lumen's values for an entry that is listed and published, and for one that is only listed.
const LISTING_TYPES: (&str, &str) = ("1", "2");

/// Lumen's actions: add with a new line, change, and remove. A change also adds, because error 20051 accepts
/// no other action in a change order. ASSUMED: `R` removes, as error 20021 says, and not `D`, as 20232 says.
const LISTING_ACTIONS: (&str, &str, &str) = ("A", "C", "R");

/// Members of a body that are set.
struct Members(Map<String, Value>);

impl Members {
    fn new() -> Self {
        Self(Map::new())
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn with_some<V: Into<Value>>(self, name: &str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn and(mut self, others: Option<Self>) -> Self {
        self.0.extend(others.into_iter().flat_map(|others| others.0));
        self
    }
}

impl From<Members> for Value {
    fn from(members: Members) -> Self {
        Self::Object(members.0)
    }
}

/// The body of `POST /order`: one subscriber line with one route.
pub(in super::super) fn line_order_body(order: &LineOrder) -> Value {
    let LineOrder {
        product,
        external_order_id,
        telephone_numbers,
        customer_service_name,
        request_date,
        subscriber,
        service_address,
        emergency_option,
        directory_listing,
        caller_name,
        port_in,
    } = order;
    let mapping = json!({
        "customerServiceName": plain_text(customer_service_name),
        "tnList": list_of(telephone_numbers),
    });
    let line = Members::new()
        .and(subscriber.as_ref().map(subscriber_members))
        .with_some("serviceAddress", service_address.as_ref().map(address))
        .with_some("E911_Option", emergency_option.map(emergency))
        .with_some(
            "directoryListing",
            directory_listing.as_ref().map(|entry| listing(LISTING_ACTIONS.0, entry)),
        )
        .with_some("cnam", caller_name.as_ref().map(cnam))
        .with("orderMappingList", vec![mapping])
        .with_some("lnp", port_in.as_ref().map(lnp));
    let is_port = port_in.is_some();
    Members::new()
        .with("productID", product.id())
        .with("externalOrderID", external_order_id.as_str())
        .with("numberType", if is_port { NUMBER_TYPES.1 } else { NUMBER_TYPES.0 })
        .with_some("customerRequestDate", request_date.map(|date| date.to_string()))
        .with("subscriberLines", vec![Value::from(line)])
        .into()
}

/// The body of `POST /order/{id}/supplement`. After the FOC date is set, it has only the date: other carriers
/// accept nothing else then.
pub(in super::super) fn supplement_body(supplement: &Supplement) -> Value {
    let Supplement { external_order_id, request_date, before_foc } = supplement;
    let members = Members::new()
        .with("externalOrderID", external_order_id.as_str())
        .with("customerRequestDate", request_date.to_string());
    let before_foc = before_foc.as_ref().map(
        |SupplementBeforeFoc { subscriber, billing_telephone_number, service_address }| {
            subscriber_members(subscriber)
                .with("billingTN", billing_telephone_number.digits())
                .with_some("serviceAddress", service_address.as_ref().map(address))
        },
    );
    members.and(before_foc).into()
}

/// The body of `POST /order/change`. ASSUMED: a change of the route alone has no other member. Error 20057, which
/// lists what a change must contain, is older than changes of the route.
pub(in super::super) fn change_body(order: &ChangeOrder) -> Value {
    let ChangeOrder {
        external_order_id,
        telephone_numbers,
        subscriber,
        service_address,
        emergency_option,
        directory_listing,
        caller_name,
        customer_service_name,
    } = order;
    Members::new()
        .with("externalOrderID", external_order_id.as_str())
        .with("tnList", list_of(telephone_numbers))
        .and(subscriber.as_ref().map(subscriber_members))
        .with_some("serviceAddress", service_address.as_ref().map(address))
        .with_some("E911_Option", emergency_option.map(emergency))
        .with_some(
            "directoryListing",
            directory_listing.as_ref().map(|change| match change {
                ListingChange::Set(entry) => listing(LISTING_ACTIONS.1, entry),
                ListingChange::Remove => json!({ "directoryListingAction": LISTING_ACTIONS.2 }),
            }),
        )
        .with_some("cnam", caller_name.as_ref().map(cnam))
        .with_some("customerServiceName", customer_service_name.as_deref().map(plain_text))
        .into()
}

/// The body of `POST /order/disconnect`.
pub(in super::super) fn disconnect_body(order: &DisconnectOrder) -> Value {
    let DisconnectOrder { external_order_id, request_date, telephone_numbers } = order;
    json!({
        "externalOrderID": external_order_id,
        "customerRequestDate": request_date.to_string(),
        "tnList": list_of(telephone_numbers),
    })
}

/// The body of a cancellation, which names the order if the path doesn't.
pub(in super::super) fn cancel_body(id: &VoiceOrderId, path_has_id: bool) -> Value {
    if path_has_id { json!({}) } else { json!({ "voiceOrderId": id }) }
}

/// Numbers as Lumen's documentation writes them: JSON numbers with the country code and without a plus.
/// ASSUMED: that a list of them has no ranges.
fn list_of(numbers: &BTreeSet<TelephoneNumber>) -> Vec<u64> {
    numbers.iter().map(|number| number.digits()).collect()
}

fn subscriber_members(subscriber: &Subscriber) -> Members {
    match subscriber {
        Subscriber::Business { business_name } => Members::new()
            .with("customerType", CUSTOMER_TYPES.0)
            .with("businessName", plain_text(business_name)),
        Subscriber::Residence { first_name, last_name, middle_initial } => Members::new()
            .with("customerType", CUSTOMER_TYPES.1)
            .with("firstName", plain_text(first_name))
            .with("lastName", plain_text(last_name))
            .with_some("middleInitial", middle_initial.as_deref().map(plain_text)),
    }
}

fn address(address: &ServiceAddress) -> Value {
    let ServiceAddress {
        street_number,
        street_pre_direction,
        street_name,
        street_suffix,
        street_post_direction,
        secondary_location,
        city,
        state,
        zip,
    } = address;
    Members::new()
        .with("streetNumber", plain_text(street_number))
        .with_some("streetPreDirectional", street_pre_direction.map(|it| it.to_string()))
        .with("streetName", plain_text(street_name))
        .with_some("streetSuffix", street_suffix.map(|it| it.to_string()))
        .with_some("streetPostDirectional", street_post_direction.map(|it| it.to_string()))
        .with_some("secondaryLocation", secondary_location.as_deref().map(plain_text))
        .with("city", plain_text(city))
        .with("state", plain_text(state))
        .with("zip", plain_text(zip))
        .into()
}

fn emergency(option: EmergencyOption) -> &'static str {
    match option {
        EmergencyOption::Static => EMERGENCY_OPTIONS.0,
        EmergencyOption::CustomerProvided => EMERGENCY_OPTIONS.1,
    }
}

fn listing(action: &str, DirectoryListing { kind, name }: &DirectoryListing) -> Value {
    let kind = match kind {
        ListingKind::ListAndPublish => LISTING_TYPES.0,
        ListingKind::ListOnly => LISTING_TYPES.1,
    };
    let members =
        Members::new().with("directoryListingAction", action).with("directoryListingType", kind);
    match name {
        ListingName::Business(name) => members.with("directoryBusinessName", plain_text(name)),
        ListingName::Person { first_name, last_name } => members
            .with("directoryFirstName", plain_text(first_name))
            .with("directoryLastName", plain_text(last_name)),
    }
    .into()
}

fn cnam(CallerName { name, display }: &CallerName) -> Value {
    json!({
        "blockCustomerName": yes_or_no(*display == CallerNameDisplay::Blocked),
        "customerName": plain_text(name),
    })
}

/// ASSUMED: that the working telephone number, which error 20204 names, is not needed. Its meaning is not
/// documented.
fn lnp(port: &PortIn) -> Value {
    let PortIn {
        billing_telephone_number,
        losing_carrier_account_number,
        losing_carrier_pin,
        losing_carrier,
        authorization: LetterOfAuthorization { name, date_time },
    } = port;
    let exposed = |secret: &SecretString| plain_text(secret.expose_secret());
    Members::new()
        .with("billingTN", billing_telephone_number.digits())
        .with("loaName", plain_text(name))
        .with("loaReceived", yes_or_no(true))
        .with("loaDateTime", date_time.to_string())
        .with_some(
            "losingCarrierAccountNumber",
            losing_carrier_account_number.as_ref().map(exposed),
        )
        .with_some("losingCarrierPin", losing_carrier_pin.as_ref().map(exposed))
        .with("losingCarrierWirelessLNP", yes_or_no(*losing_carrier == LosingCarrier::Wireless))
        .into()
}

fn yes_or_no(flag: bool) -> &'static str {
    if flag { "Y" } else { "N" }
}

/// A text without spaces at its ends, and with single spaces between its words.
fn plain_text(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
