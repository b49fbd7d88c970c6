//! The bodies of orders of lines, member by member. Each is compared as text, with its members sorted.

use std::collections::BTreeSet;

use secrecy::SecretString;
use serde_json::Value;

use super::super::super::*;
use super::super::{cancel_body, change_body, disconnect_body, line_order_body, supplement_body};
use crate::lumen::ExternalId;

pub(in super::super::super) const PORT: &str = r#"
{ "productID": "2042",
  "externalOrderID": "tf1a2b3c4d5e6f7a8b9c",
  "numberType": "LNP",
  "customerRequestDate": "2026-12-07T17:00:00Z",
  "subscriberLines": [ {
    "customerType": "B",
    "businessName": "Example Corp",
    "serviceAddress": {
      "streetNumber": "1025", "streetPreDirectional": "N", "streetName": "Eldorado",
      "streetSuffix": "BLVD", "streetPostDirectional": "W", "secondaryLocation": "STE 200",
      "city": "Broomfield", "state": "CO", "zip": "80021" },
    "E911_Option": "STATIC",
    "directoryListing": {
      "directoryListingAction": "A", "directoryListingType": "1", "directoryBusinessName": "Example Corp" },
    "cnam": { "blockCustomerName": "N", "customerName": "EXAMPLE CORP" },
    "orderMappingList": [ { "customerServiceName": "DENVER-SBC-1", "tnList": [13035559100, 13035559101] } ],
    "lnp": {
      "billingTN": 13035559100,
      "loaName": "Ada Lovelace", "loaReceived": "Y", "loaDateTime": "2026-11-20T15:00:00Z",
      "losingCarrierAccountNumber": "12345", "losingCarrierPin": "0000", "losingCarrierWirelessLNP": "N" } } ] }"#;

const INSTALL: &str = r#"
{ "productID": "2036", "externalOrderID": "tf0f1e2d3c4b5a697887", "numberType": "NEW",
  "subscriberLines": [ { "orderMappingList": [ { "customerServiceName": "DENVER-SBC-1", "tnList": [13035550100] } ] } ] }"#;

pub(in super::super::super) const CHANGE: &str = r#"
{ "externalOrderID": "tf2b3c4d5e6f7a8b9c0d", "tnList": [13035550100, 13035550101],
  "customerType": "B", "businessName": "Example Corp West",
  "serviceAddress": {
    "streetNumber": "1025", "streetPreDirectional": "N", "streetName": "Eldorado",
    "streetSuffix": "BLVD", "streetPostDirectional": "W", "secondaryLocation": "STE 200",
    "city": "Broomfield", "state": "CO", "zip": "80021" },
  "E911_Option": "CP911",
  "directoryListing": { "directoryListingAction": "C", "directoryListingType": "1", "directoryBusinessName": "Example Corp West" },
  "cnam": { "blockCustomerName": "N", "customerName": "EXAMPLE WEST" },
  "customerServiceName": "DENVER-SBC-2" }"#;

pub(in super::super::super) const DISCONNECT: &str = r#"
{ "externalOrderID": "tf3c4d5e6f7a8b9c0d1e", "customerRequestDate": "2026-12-01T17:00:00Z", "tnList": [13035550100] }"#;

pub(in super::super::super) const SUPPLEMENT: &str = r#"
{ "externalOrderID": "tf4d5e6f7a8b9c0d1e2f", "customerRequestDate": "2026-12-09T17:00:00Z",
  "customerType": "B", "businessName": "Example Corp", "billingTN": 13035559100 }"#;

/// The JSON text with its members sorted and without spaces, as it is sent.
pub(in super::super::super) fn sent(text: &str) -> String {
    serde_json::from_str::<Value>(text).expect("JSON").to_string()
}

fn reference(text: &str) -> ExternalId {
    text.parse().expect("a reference")
}

pub(in super::super::super) fn numbers(digits: &[u64]) -> BTreeSet<TelephoneNumber> {
    digits.iter().map(|digits| TelephoneNumber::from_digits(*digits).expect("a number")).collect()
}

pub(in super::super::super) fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn business(name: &str) -> Subscriber {
    Subscriber::Business { business_name: name.to_owned() }
}

pub(in super::super::super) fn address() -> ServiceAddress {
    ServiceAddress {
        street_number: "1025".to_owned(),
        street_pre_direction: "N".parse().ok(),
        street_name: "  Eldorado ".to_owned(),
        street_suffix: "Boulevard".parse().ok(),
        street_post_direction: "west".parse().ok(),
        secondary_location: Some("STE  200".to_owned()),
        city: "Broomfield".to_owned(),
        state: "CO".to_owned(),
        zip: "80021".to_owned(),
    }
}

fn listing(kind: ListingKind, name: &str) -> DirectoryListing {
    DirectoryListing { kind, name: ListingName::Business(name.to_owned()) }
}

fn caller_name(name: &str) -> CallerName {
    CallerName { name: name.to_owned(), display: CallerNameDisplay::Shown }
}

pub(in super::super::super) fn port() -> LineOrder {
    LineOrder {
        product: Product::EnhancedLocalService,
        external_order_id: reference("tf1a2b3c4d5e6f7a8b9c"),
        telephone_numbers: numbers(&[13_035_559_101, 13_035_559_100]),
        customer_service_name: "DENVER-SBC-1".to_owned(),
        request_date: Some(date("2026-12-07T10:00:00-07:00")),
        subscriber: Some(business("Example Corp")),
        service_address: Some(address()),
        emergency_option: Some(EmergencyOption::Static),
        directory_listing: Some(listing(ListingKind::ListAndPublish, "Example Corp")),
        caller_name: Some(caller_name("EXAMPLE CORP")),
        port_in: Some(PortIn {
            billing_telephone_number: "+13035559100".parse().expect("a number"),
            losing_carrier_account_number: Some(SecretString::from("12345")),
            losing_carrier_pin: Some(SecretString::from("0000")),
            losing_carrier: LosingCarrier::Wireline,
            authorization: LetterOfAuthorization {
                name: "Ada Lovelace".to_owned(),
                date_time: date("2026-11-20T15:00:00Z"),
            },
        }),
    }
}

pub(in super::super::super) fn install() -> LineOrder {
    LineOrder {
        product: Product::LocalInbound,
        external_order_id: reference("tf0f1e2d3c4b5a697887"),
        telephone_numbers: numbers(&[13_035_550_100]),
        request_date: None,
        subscriber: None,
        service_address: None,
        emergency_option: None,
        directory_listing: None,
        caller_name: None,
        port_in: None,
        ..port()
    }
}

pub(in super::super::super) fn supplement(before_foc: bool) -> Supplement {
    Supplement {
        external_order_id: reference("tf4d5e6f7a8b9c0d1e2f"),
        request_date: date("2026-12-09T17:00:00Z"),
        before_foc: before_foc.then(|| SupplementBeforeFoc {
            subscriber: business("Example Corp"),
            billing_telephone_number: "+13035559100".parse().expect("a number"),
            service_address: None,
        }),
    }
}

pub(in super::super::super) fn change() -> ChangeOrder {
    ChangeOrder {
        external_order_id: reference("tf2b3c4d5e6f7a8b9c0d"),
        telephone_numbers: numbers(&[13_035_550_100, 13_035_550_101]),
        subscriber: Some(business("Example Corp West")),
        service_address: Some(address()),
        emergency_option: Some(EmergencyOption::CustomerProvided),
        directory_listing: Some(ListingChange::Set(listing(
            ListingKind::ListAndPublish,
            "Example Corp West",
        ))),
        caller_name: Some(caller_name("EXAMPLE WEST")),
        customer_service_name: Some("DENVER-SBC-2".to_owned()),
    }
}

pub(in super::super::super) fn disconnect() -> DisconnectOrder {
    DisconnectOrder {
        external_order_id: reference("tf3c4d5e6f7a8b9c0d1e"),
        request_date: date("2026-12-01T17:00:00Z"),
        telephone_numbers: numbers(&[13_035_550_100]),
    }
}

#[test]
fn every_order_has_its_body() {
    assert_eq!(line_order_body(&port()).to_string(), sent(PORT));
    assert_eq!(line_order_body(&install()).to_string(), sent(INSTALL));
    assert_eq!(change_body(&change()).to_string(), sent(CHANGE));
    assert_eq!(disconnect_body(&disconnect()).to_string(), sent(DISCONNECT));
    let supplement = |before_foc| supplement_body(&supplement(before_foc)).to_string();
    assert_eq!(supplement(true), sent(SUPPLEMENT));
    assert_eq!(
        supplement(false),
        r#"{"customerRequestDate":"2026-12-09T17:00:00Z","externalOrderID":"tf4d5e6f7a8b9c0d1e2f"}"#
    );
    let id = "600184207".parse().expect("an ID");
    assert_eq!(cancel_body(&id, true).to_string(), "{}");
    assert_eq!(cancel_body(&id, false).to_string(), r#"{"voiceOrderId":"600184207"}"#);
}

#[test]
fn an_address_is_supplemented_only_if_it_changes() {
    let mut supplement = supplement(true);
    if let Some(before_foc) = &mut supplement.before_foc {
        before_foc.service_address = Some(address());
    }
    let body = supplement_body(&supplement);
    assert_eq!(body["serviceAddress"], change_body(&change())["serviceAddress"]);
}

#[test]
fn a_person_has_other_names_than_a_company() {
    let residence = Subscriber::Residence {
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        middle_initial: Some("K".to_owned()),
    };
    let order = LineOrder {
        subscriber: Some(residence),
        directory_listing: Some(DirectoryListing {
            kind: ListingKind::ListOnly,
            name: ListingName::Person { first_name: "Ada".into(), last_name: "Lovelace".into() },
        }),
        caller_name: Some(CallerName {
            name: "LOVELACE A".to_owned(),
            display: CallerNameDisplay::Blocked,
        }),
        ..install()
    };
    let line = &line_order_body(&order)["subscriberLines"][0];
    assert_eq!(
        line.to_string(),
        sent(
            r#"{ "customerType": "R", "firstName": "Ada", "lastName": "Lovelace", "middleInitial": "K",
            "directoryListing": { "directoryListingAction": "A", "directoryListingType": "2",
                "directoryFirstName": "Ada", "directoryLastName": "Lovelace" },
            "cnam": { "blockCustomerName": "Y", "customerName": "LOVELACE A" },
            "orderMappingList": [ { "customerServiceName": "DENVER-SBC-1", "tnList": [13035550100] } ] }"#
        )
    );
}

#[test]
fn a_mobile_carrier_is_named_as_one_and_what_is_not_set_is_left_out() {
    let mut order = port();
    if let Some(port) = &mut order.port_in {
        port.losing_carrier = LosingCarrier::Wireless;
        port.losing_carrier_account_number = None;
        port.losing_carrier_pin = None;
    }
    let lnp = &line_order_body(&order)["subscriberLines"][0]["lnp"];
    assert_eq!(
        lnp.to_string(),
        sent(
            r#"{ "billingTN": 13035559100, "loaName": "Ada Lovelace", "loaReceived": "Y",
            "loaDateTime": "2026-11-20T15:00:00Z", "losingCarrierWirelessLNP": "Y" }"#
        )
    );
}

#[test]
fn a_change_has_only_what_changes() {
    let nothing = ChangeOrder {
        subscriber: None,
        service_address: None,
        emergency_option: None,
        directory_listing: None,
        caller_name: None,
        customer_service_name: None,
        telephone_numbers: numbers(&[13_035_550_100]),
        ..change()
    };
    let body = |change: &ChangeOrder| {
        let mut body = change_body(change);
        let members = body.as_object_mut().expect("an object");
        assert!(members.remove("externalOrderID").is_some() && members.remove("tnList").is_some());
        body.to_string()
    };
    let route =
        ChangeOrder { customer_service_name: Some("DENVER-SBC-2".to_owned()), ..nothing.clone() };
    assert_eq!(body(&route), r#"{"customerServiceName":"DENVER-SBC-2"}"#);
    let removed = ChangeOrder { directory_listing: Some(ListingChange::Remove), ..nothing.clone() };
    assert_eq!(body(&removed), r#"{"directoryListing":{"directoryListingAction":"R"}}"#);
    assert_eq!(body(&nothing), "{}");
}

#[test]
fn printing_an_order_reveals_neither_account_nor_pin() {
    let mut order = port();
    if let Some(port) = &mut order.port_in {
        port.losing_carrier_account_number = Some(SecretString::from("acct-77"));
        port.losing_carrier_pin = Some(SecretString::from("pin-4711"));
    }
    let printed = format!("{order:?}");
    assert!(printed.contains("Ada Lovelace"), "{printed}");
    assert!(!printed.contains("acct-77") && !printed.contains("pin-4711"), "{printed}");
}
