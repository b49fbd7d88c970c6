//! Refused install orders.

use expect_test::expect;
use serde_json::{Value, json};

use super::super::{a_full_install, an_install, office, office_with, with};
use super::{ADDRESS, FIRST, LINE, PORTED, refusals};

fn residence(line: Value) -> Value {
    let line = with(line, "/subscriberLines/0/businessName", Value::Null);
    let line = with(line, "/subscriberLines/0/customerType", "R".into());
    let line = with(line, "/subscriberLines/0/firstName", "Ada".into());
    with(line, "/subscriberLines/0/lastName", "Lovelace".into())
}

#[tokio::test(start_paused = true)]
async fn an_install_order_must_be_well_formed() {
    let office = office_with(|settings| {
        settings.voice.customer_service_names = Some(vec!["DENVER-SBC-1".into()]);
    })
    .await;
    office.reserve(3);
    let mapping = |member: &str| format!("{LINE}/orderMappingList/0/{member}");
    let many: Vec<u64> = (FIRST..FIRST + 400).collect();
    let two_lines = json!([{}, {}]);

    let seen = refusals(
        &office,
        "order",
        &a_full_install(&[FIRST]),
        &[
            ("/productID", json!("9999")),
            ("/productID", json!(null)),
            ("/numberType", json!("OLD")),
            ("/externalOrderID", json!("Größe")),
            (&format!("{LINE}/businessName"), json!("Größe")),
            ("/subscriberLines", json!(null)),
            ("/subscriberLines", json!([])),
            ("/subscriberLines", json!(["line"])),
            ("/subscriberLines", two_lines),
            (&format!("{LINE}/customerType"), json!(null)),
            (&format!("{LINE}/customerType"), json!("X")),
            (&format!("{LINE}/customerType"), json!("R")),
            (&format!("{LINE}/businessName"), json!(null)),
            (&format!("{LINE}/middleInitial"), json!("K")),
            (&format!("{LINE}/serviceAddress"), json!(null)),
            (&format!("{ADDRESS}/streetNumber"), json!("")),
            (&format!("{ADDRESS}/streetName"), json!(null)),
            (&format!("{ADDRESS}/streetSuffix"), json!("BOULEVARD")),
            (&format!("{ADDRESS}/city"), json!(null)),
            (&format!("{ADDRESS}/state"), json!("Colorado")),
            (&format!("{ADDRESS}/state"), json!("XX")),
            (&format!("{ADDRESS}/zip"), json!(null)),
            (&format!("{ADDRESS}/zip"), json!("80021-1234")),
            (&format!("{ADDRESS}/secondaryLocation"), json!("123456789012345678901")),
            (&format!("{LINE}/orderMappingList"), json!(null)),
            (&mapping("customerServiceName"), json!(null)),
            (&mapping("customerServiceName"), json!("DENVER-SBC-2")),
            (&mapping("tnList"), json!([])),
            (&mapping("tnList"), json!(["555"])),
            (&mapping("tnList"), json!([{ "startTN": FIRST, "endTN": FIRST - 1 }])),
            (&mapping("tnList"), json!(many)),
            (&mapping("tnList"), json!([PORTED])),
        ],
    )
    .await;

    expect![[r#"
        /productID "9999": 400 20000 Invalid or missing product ID. Please ch
        /productID null: 400 20000 Invalid or missing product ID. Please ch
        /numberType "OLD": 400 400001 Bad request
        /externalOrderID "Größe": 400 20237 Only basic Latin (Unicode block) upper a
        /subscriberLines/0/businessName "Größe": 400 20237 Only basic Latin (Unicode block) upper a
        /subscriberLines null: 400 20029 Invalid or missing subscriber line infor
        /subscriberLines []: 400 20029 Invalid or missing subscriber line infor
        /subscriberLines ["line"]: 400 20029 Invalid or missing subscriber line infor
        /subscriberLines [{},{}]: 400 20030 There must be one subscriber line submit
        /subscriberLines/0/customerType null: 400 20001 Invalid customer type. Valid values B- B
        /subscriberLines/0/customerType "X": 400 20001 Invalid customer type. Valid values B- B
        /subscriberLines/0/customerType "R": 400 20003 First name and last name are required wh
        /subscriberLines/0/businessName null: 400 20004 Business name is required when customer 
        /subscriberLines/0/middleInitial "K": 400 20006 First name and last name must be NULL wh
        /subscriberLines/0/serviceAddress null: 400 20007 Address street number is required.
        /subscriberLines/0/serviceAddress/streetNumber "": 400 20007 Address street number is required.
        /subscriberLines/0/serviceAddress/streetName null: 400 20008 Address street name is required.
        /subscriberLines/0/serviceAddress/streetSuffix "BOULEVARD": 400 20009 Address street suffix is not a valid.
        /subscriberLines/0/serviceAddress/city null: 400 20010 Address city is required.
        /subscriberLines/0/serviceAddress/state "Colorado": 400 20011 Address state is missing or invalid. Ple
        /subscriberLines/0/serviceAddress/state "XX": 400 20011 Address state is missing or invalid. Ple
        /subscriberLines/0/serviceAddress/zip null: 400 20012 Address zip code is required.
        /subscriberLines/0/serviceAddress/zip "80021-1234": 400 20013 Zip code must be a 5-digit numeric value
        /subscriberLines/0/serviceAddress/secondaryLocation "123456789012345678901": 400 20014 Secondary location exceeds 20 character 
        /subscriberLines/0/orderMappingList null: 400 20032 Invalid or missing Customer Service Name
        /subscriberLines/0/orderMappingList/0/customerServiceName null: 400 20032 Invalid or missing Customer Service Name
        /subscriberLines/0/orderMappingList/0/customerServiceName "DENVER-SBC-2": 400 1405 Customer service name is invalid for giv
        /subscriberLines/0/orderMappingList/0/tnList []: 400 20015 Telephone number list must be populated.
        /subscriberLines/0/orderMappingList/0/tnList ["555"]: 400 20016 Invalid telephone number. The telephone 
        /subscriberLines/0/orderMappingList/0/tnList [{"endTN":13035550099,"startTN":13035550: 400 20016 Invalid telephone number. The telephone 
        /subscriberLines/0/orderMappingList/0/tnList [13035550100,13035550101,13035550102,130: 400 10007 Order exceeds limit for 399 telephone nu
        /subscriberLines/0/orderMappingList/0/tnList [13035559100]: 400 20016 Invalid telephone number. The telephone "#]].assert_eq(&seen);
    assert!(office.lumen.ledger().line_orders.is_empty(), "what is refused is not recorded");
    assert_eq!(office.reserved().await, "13035550100-13035550102");
}

#[tokio::test(start_paused = true)]
async fn features_and_dates_of_an_install_order_must_be_valid() {
    let office = office().await;
    office.reserve(1);
    let listing = |member: &str| format!("{LINE}/directoryListing/{member}");

    let seen = refusals(
        &office,
        "order",
        &a_full_install(&[FIRST]),
        &[
            (&format!("{LINE}/E911_Option"), json!(null)),
            (&format!("{LINE}/E911_Option"), json!("OTHER")),
            (&format!("{ADDRESS}/state"), json!("WY")),
            (&listing("directoryListingAction"), json!(null)),
            (&listing("directoryListingAction"), json!("C")),
            (&listing("directoryListingType"), json!("3")),
            (&listing("directoryBusinessName"), json!(null)),
            (&format!("{LINE}/cnam/blockCustomerName"), json!(null)),
            (&format!("{LINE}/cnam/customerName"), json!(null)),
            (&format!("{LINE}/cnam/customerName"), json!("SIXTEEN LETTERS.")),
            ("/customerRequestDate", json!("2026-12-07")),
            ("/customerRequestDate", json!("2026-11-19T17:00:00Z")),
            ("/customerRequestDate", json!("2026-11-26T17:00:00Z")),
            ("/customerRequestDate", json!("2026-12-21T17:00:00Z")),
        ],
    )
    .await;

    expect![[r#"
        /subscriberLines/0/E911_Option null: 400 20040 E911 option is invalid or missing. Pleas
        /subscriberLines/0/E911_Option "OTHER": 400 20040 E911 option is invalid or missing. Pleas
        /subscriberLines/0/serviceAddress/state "WY": 400 20040 E911 option is invalid or missing. Pleas
        /subscriberLines/0/directoryListing/directoryListingAction null: 400 20022 Directory listing action must equal A (A
        /subscriberLines/0/directoryListing/directoryListingAction "C": 400 20232 Directory listing action C (Change) or D
        /subscriberLines/0/directoryListing/directoryListingType "3": 400 20021 Directory listing type is required. Plea
        /subscriberLines/0/directoryListing/directoryBusinessName null: 400 20019 For a business customer, the directory l
        /subscriberLines/0/cnam/blockCustomerName null: 400 20023 Block Customer Name is required and it s
        /subscriberLines/0/cnam/customerName null: 400 20024 CNAM Customer Name is required
        /subscriberLines/0/cnam/customerName "SIXTEEN LETTERS.": 400 20218 Customer Name length should not be more 
        /customerRequestDate "2026-12-07": 400 20215 Customer request date should be in date 
        /customerRequestDate "2026-11-19T17:00:00Z": 400 20214 Customer request date can not be less th
        /customerRequestDate "2026-11-26T17:00:00Z": 400 20231 Customer request date can not be less th
        /customerRequestDate "2026-12-21T17:00:00Z": 400 20213 Customer requested date should not excee"#]].assert_eq(&seen);
}

#[tokio::test(start_paused = true)]
async fn a_residence_has_names() {
    let office = office().await;
    office.reserve(1);

    let seen = refusals(
        &office,
        "order",
        &residence(a_full_install(&[FIRST])),
        &[
            (&format!("{LINE}/firstName"), json!(null)),
            (&format!("{LINE}/lastName"), json!(null)),
            (&format!("{LINE}/businessName"), json!("Example Corp")),
            (&format!("{LINE}/firstName"), json!("Ada2")),
            (&format!("{LINE}/lastName"), json!("Love_lace")),
            (&format!("{LINE}/directoryListing/directoryFirstName"), json!("Ada")),
        ],
    )
    .await;

    expect![[r#"
        /subscriberLines/0/firstName null: 400 20003 First name and last name are required wh
        /subscriberLines/0/lastName null: 400 20003 First name and last name are required wh
        /subscriberLines/0/businessName "Example Corp": 400 20005 Business name must be NULL when customer
        /subscriberLines/0/firstName "Ada2": 400 20210 Invalid format for first name. Special c
        /subscriberLines/0/lastName "Love_lace": 400 20211 Invalid format for last name. Special ch
        /subscriberLines/0/directoryListing/directoryFirstName "Ada": 400 20020 For a residential customer, the director"#]].assert_eq(&seen);
}

#[tokio::test(start_paused = true)]
async fn local_inbound_has_no_911_option_and_no_listing() {
    let office = office().await;
    office.reserve(1);
    let listing = json!({ "directoryListingAction": "A", "directoryListingType": "1" });

    let seen = refusals(
        &office,
        "order",
        &an_install(&[FIRST]),
        &[
            (&format!("{LINE}/E911_Option"), json!("CP911")),
            (&format!("{LINE}/directoryListing"), listing),
            (&format!("{LINE}/businessName"), json!("Example Corp")),
        ],
    )
    .await;

    expect![[r#"
        /subscriberLines/0/E911_Option "CP911": 400 20040 E911 option is invalid or missing. Pleas
        /subscriberLines/0/directoryListing {"directoryListingAction":"A","directory: 400 400001 Bad request
        /subscriberLines/0/businessName "Example Corp": 400 20001 Invalid customer type. Valid values B- B"#]].assert_eq(&seen);
}
