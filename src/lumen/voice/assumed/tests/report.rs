//! The report of active numbers, in all the forms that it may have.

use super::super::super::*;
use super::super::active_numbers;
use super::bodies::address;
use serde_json::{Value, json};

/// The report's item in the form that the provider expects.
fn item() -> Value {
    json!({ "startTN": 13_035_550_100_u64, "endTN": 13_035_550_101_u64, "status": "Active",
        "productID": "2042", "customerServiceName": "DENVER-SBC-1", "rateCenter": "DENVER",
        "state": "CO", "customerType": "B", "businessName": "EXAMPLE CORP",
        "serviceAddress": { "streetNumber": "1025", "streetPreDirectional": "N",
            "streetName": "ELDORADO", "streetSuffix": "BLVD", "streetPostDirectional": "W",
            "secondaryLocation": "STE 200", "city": "BROOMFIELD", "state": "CO", "zip": "80021" },
        "e911Address": { "streetNumber": "1", "streetName": "MAIN", "zip": "80021-1234" },
        "voiceOrderId": "600184207", "externalOrderID": "tf1a" })
}

fn read(item: &Value) -> Vec<ActiveNumber> {
    active_numbers(item).unwrap_or_else(|error| panic!("{item}: {error}"))
}

/// The item without some members, and with others.
fn changed(remove: &[&str], add: &Value) -> Value {
    let mut item = item();
    let members = item.as_object_mut().expect("an object");
    for name in remove {
        assert!(members.remove(*name).is_some(), "{name}");
    }
    members.extend(add.as_object().expect("an object").clone());
    item
}

#[test]
fn an_item_is_read_whole() {
    let [first, second] = &read(&item())[..] else { panic!("two numbers") };
    let expected = ActiveNumber {
        number: "+13035550100".parse().expect("a number"),
        status: ActiveStatus::Active,
        product: Some(Product::EnhancedLocalService),
        customer_service_name: Some("DENVER-SBC-1".into()),
        subscriber: ReportedSubscriber {
            kind: Some(SubscriberKind::Business),
            business_name: Some("EXAMPLE CORP".into()),
            ..ReportedSubscriber::default()
        },
        service_address: Some(ReportedAddress {
            street: None,
            street_number: Some("1025".into()),
            street_pre_direction: Some("N".into()),
            street_name: Some("ELDORADO".into()),
            street_suffix: Some("BLVD".into()),
            street_post_direction: Some("W".into()),
            secondary_location: Some("STE 200".into()),
            city: Some("BROOMFIELD".into()),
            state: Some("CO".into()),
            zip: Some("80021".into()),
        }),
        emergency_address: Some(ReportedAddress {
            street_number: Some("1".into()),
            street_name: Some("MAIN".into()),
            zip: Some("80021-1234".into()),
            ..ReportedAddress::default()
        }),
        rate_center: Some("DENVER".into()),
        state: Some("CO".into()),
        voice_order_id: "600184207".parse().ok(),
        external_order_id: "tf1a".parse().ok(),
    };
    assert_eq!(*first, expected);
    let number = "+13035550101".parse().expect("a number");
    assert_eq!(*second, ActiveNumber { number, ..expected });
}

#[test]
fn the_form_of_an_item_makes_no_difference() {
    let expected = &read(&item())[..1];
    let ends = ["startTN", "endTN"];
    for number in [
        json!({ "tn": 13_035_550_100_u64 }),
        json!({ "startTN": "13035550100" }),
        json!({ "telephoneNumber": "+1 303-555-0100" }),
        json!({ "NUMBER": "3035550100" }),
        json!({ "NPA": "303", "NXX": 555, "line": "0100" }),
    ] {
        assert_eq!(read(&changed(&ends, &number)), expected, "{number}");
    }
    let one = json!({ "endTN": 13_035_550_100_u64 });
    let same = |remove: &[&str], add: Value| {
        let remove: Vec<_> = remove.iter().copied().chain(["endTN"]).collect();
        let mut changed = changed(&remove, &add);
        changed.as_object_mut().expect("an object").extend(one.as_object().expect("one").clone());
        assert_eq!(read(&changed), expected, "{changed}");
    };
    let address = item()["serviceAddress"].clone();
    same(&["status"], json!({}));
    same(&["status"], json!({ "TN_STATUS": "In Service" }));
    same(&["productID"], json!({ "product": "Enhanced Local Service" }));
    same(&["productID"], json!({ "productId": 2042 }));
    same(&["productID"], json!({ "product": "ELS" }));
    same(&["customerServiceName"], json!({ "CSN": "DENVER-SBC-1" }));
    same(&["customerServiceName"], json!({ "routePlanName": "DENVER-SBC-1" }));
    same(&["customerType"], json!({ "CustomerTypeIndicator": "Business" }));
    same(
        &["customerType", "businessName"],
        json!({ "subscriber": { "customerType": "b", "BUSINESSNAME": "EXAMPLE CORP" } }),
    );
    same(&["serviceAddress"], json!({ "address": address }));
    same(&["serviceAddress"], json!({ "subscriberAddress": address }));
    same(&["rateCenter", "state"], json!({ "rateCenterName": "DENVER", "rateCenterState": "CO" }));
    let mut flat = address.clone();
    flat["rateCenterState"] = json!("CO");
    same(&["serviceAddress", "state"], flat);
    same(
        &["serviceAddress"],
        json!({ "serviceAddress": { "STREET_NUMBER": 1025, "streetPreDir": "N",
            "street": "ELDORADO", "streetSuffix": "BLVD", "streetPostDir": "W",
            "secondaryLocation": "STE 200", "city": "BROOMFIELD", "stateCode": "CO",
            "postalCode": "80021" } }),
    );
    let e911 = item()["e911Address"].clone();
    same(&["e911Address"], json!({ "E911_Address": e911 }));
    same(&["e911Address"], json!({ "emergencyAddress": e911 }));
    same(&["voiceOrderId"], json!({ "voiceOrderID": 600_184_207 }));
}

#[test]
fn what_is_missing_is_not_known() {
    let [only] = &read(&json!({ "tn": 13_035_550_100_u64 }))[..] else { panic!("one number") };
    assert_eq!(
        *only,
        ActiveNumber {
            number: "+13035550100".parse().expect("a number"),
            status: ActiveStatus::Active,
            product: None,
            customer_service_name: None,
            subscriber: ReportedSubscriber::default(),
            service_address: None,
            emergency_address: None,
            rate_center: None,
            state: None,
            voice_order_id: None,
            external_order_id: None,
        }
    );
    let unclear = json!({ "tn": 13_035_550_100_u64, "product": "LI-ish", "state": "CO" });
    assert_eq!(read(&unclear)[0].product, Some(Product::LocalInbound));
    assert_eq!(read(&unclear)[0].state, None, "it may be the state of an address");
    assert_eq!(read(&json!({ "tn": 13_035_550_100_u64, "product": "9999" }))[0].product, None);
    for unreadable in [json!({ "status": "Active" }), json!({ "tn": "x" }), json!(null)] {
        assert!(active_numbers(&unreadable).is_err(), "{unreadable}");
    }
}

#[test]
fn a_status_word_is_read_whatever_its_spelling() {
    let unknown = ActiveStatus::Unrecognized("Frozen".to_owned());
    for (word, expected) in [
        ("Active", Some(ActiveStatus::Active)),
        ("SUBSCRIBED", Some(ActiveStatus::Active)),
        ("In-Service", Some(ActiveStatus::Active)),
        ("assigned", Some(ActiveStatus::Active)),
        ("Working", Some(ActiveStatus::Active)),
        ("Pending Disconnect", Some(ActiveStatus::Disconnecting)),
        ("disconnecting", Some(ActiveStatus::Disconnecting)),
        ("Pending Change", Some(ActiveStatus::Changing)),
        ("in progress", Some(ActiveStatus::Changing)),
        ("Reserved", None),
        ("AVAILABLE", None),
        ("Inactive", None),
        ("cancelled", None),
        ("Canceled", None),
        ("terminated", None),
        ("Ported Out", None),
        ("Frozen", Some(unknown)),
    ] {
        let found = read(&json!({ "tn": 13_035_550_100_u64, "status": word }));
        assert_eq!(found.into_iter().next().map(|each| each.status), expected, "{word}");
    }
}

#[test]
fn a_street_in_one_text_is_taken_apart() {
    let taken = |street: &str| {
        let item =
            json!({ "tn": 13_035_550_100_u64, "serviceAddress": { "streetAddress": street } });
        let address = read(&item).remove(0).service_address.expect("an address");
        assert_eq!(address.street.as_deref(), Some(street));
        let parts = [
            address.street_number,
            address.street_pre_direction,
            address.street_name,
            address.street_suffix,
            address.street_post_direction,
        ];
        parts.map(|part| part.unwrap_or_else(|| "-".to_owned())).join("|")
    };
    for (street, expected) in [
        ("1025 N ELDORADO BLVD W", "1025|N|ELDORADO|BLVD|W"),
        ("1025 ELDORADO BLVD", "1025|-|ELDORADO|BLVD|-"),
        ("1025 North Avenue", "1025|-|North|Avenue|-"),
        ("12 E 16 AVE", "12|E|16|AVE|-"),
        ("7 BROADWAY", "7|-|BROADWAY|-|-"),
        ("7 MARTIN LUTHER KING BLVD", "7|-|MARTIN LUTHER KING|BLVD|-"),
        ("7 N", "7|-|N|-|-"),
        ("PO BOX 7", "-|-|-|-|-"),
        ("7", "-|-|-|-|-"),
    ] {
        assert_eq!(taken(street), expected, "{street}");
    }
}

#[test]
fn an_address_agrees_whatever_its_spelling() {
    let reported = |address: Value| {
        let item = json!({ "tn": 13_035_550_100_u64, "serviceAddress": address });
        read(&item).remove(0).service_address.expect("an address")
    };
    let same = [
        item()["serviceAddress"].clone(),
        json!({ "streetNumber": "1025", "streetName": "Eldorado", "streetSuffix": "Boul." }),
        json!({ "city": "BROOMFIELD", "zip": "80021-1234" }),
        json!({ "streetAddress": "1025 N. ELDORADO BOULEVARD WEST", "city": "Broomfield" }),
        json!({ "streetAddress": "1025 N ELDORADO BLVD W STE 200", "city": "Broomfield" }),
    ];
    for address_in_report in same {
        assert!(address().agrees_with(&reported(address_in_report.clone())), "{address_in_report}");
    }
    let other = [
        json!({ "streetNumber": "1026" }),
        json!({ "streetName": "ELDORADO", "streetSuffix": "AVE" }),
        json!({ "streetPreDirectional": "S", "city": "BROOMFIELD" }),
        json!({ "secondaryLocation": "STE 201" }),
        json!({ "city": "DENVER" }),
        json!({ "city": "BROOMFIELD", "state": "WY" }),
        json!({ "zip": "80022" }),
        json!({ "streetAddress": "1025 N ELDORADO AVE W" }),
    ];
    for address_in_report in other {
        assert!(
            !address().agrees_with(&reported(address_in_report.clone())),
            "{address_in_report}"
        );
    }
}

#[test]
fn a_subscriber_agrees_whatever_its_spelling() {
    let business = Subscriber::Business { business_name: "Example  Corp".to_owned() };
    let ada = Subscriber::Residence {
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        middle_initial: None,
    };
    let reported = |item: Value| {
        let mut item = item;
        item["tn"] = json!(13_035_550_100_u64);
        read(&item).remove(0).subscriber
    };
    for (subscriber, item, agrees) in [
        (&business, json!({}), true),
        (&business, json!({ "businessName": "EXAMPLE CORP" }), true),
        (&business, json!({ "customerType": "R" }), false),
        (&business, json!({ "businessName": "EXAMPLE INC" }), false),
        (&business, json!({ "firstName": "ADA" }), false),
        (&ada, json!({ "customerType": "R", "firstName": "ADA", "lastName": "LOVELACE" }), true),
        (&ada, json!({ "lastName": "BYRON" }), false),
        (&ada, json!({ "middleInitial": "K" }), false),
    ] {
        assert_eq!(subscriber.agrees_with(&reported(item.clone())), agrees, "{item}");
    }
}
