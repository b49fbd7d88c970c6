//! Refused change orders and disconnect orders.

use expect_test::expect;
use lumen_simulator::Line;
use serde_json::json;

use super::super::{a_port, an_install, office, office_with, with};
use super::{FIRST, PORTED, refusals};

#[tokio::test(start_paused = true)]
async fn a_change_order_must_be_well_formed() {
    let office = office_with(|settings| {
        settings.voice.customer_service_names = Some(vec!["DENVER-SBC-1".into()]);
    })
    .await;
    office.reserve(1);
    office.lumen.add_lines(&[PORTED], &Line::new("2042", "DENVER-SBC-1"));
    let porting = 13_035_559_200;
    office.ordered("order", &a_port(&[porting])).await;
    let base = json!({ "tnList": [PORTED], "customerServiceName": "DENVER-SBC-1" });

    let seen = refusals(
        &office,
        "order/change",
        &base,
        &[
            ("/customerServiceName", json!(null)),
            ("/customerServiceName", json!("DENVER-SBC-2")),
            ("/tnList", json!([])),
            ("/tnList", json!(["555"])),
            ("/tnList", json!([13_035_559_300_u64])),
            ("/tnList", json!([FIRST])),
            ("/tnList", json!([porting])),
            ("/tnList", json!((PORTED..PORTED + 400).collect::<Vec<u64>>())),
            ("/businessName", json!("Example Corp")),
            ("/serviceAddress", json!({ "streetNumber": "1" })),
            ("/E911_Option", json!("OTHER")),
            ("/E911_Option", json!("STATIC")),
            ("/directoryListing", json!({ "directoryListingAction": "A" })),
            ("/directoryListing", json!({ "directoryListingAction": "D" })),
            ("/directoryListing", json!({ "directoryListingAction": "C" })),
            (
                "/directoryListing",
                json!({ "directoryListingAction": "C", "directoryListingType": "1" }),
            ),
            ("/cnam", json!({ "customerName": "EXAMPLE" })),
            ("/cnam", json!({ "blockCustomerName": "N" })),
            ("/cnam", json!({ "blockCustomerName": "N", "customerName": "SIXTEEN LETTERS." })),
        ],
    )
    .await;

    expect![[r#"
        /customerServiceName null: 400 20057 At least one of the fields <Customer Typ
        /customerServiceName "DENVER-SBC-2": 400 20207 Invalid or missing route plan name
        /tnList []: 400 20015 Telephone number list must be populated.
        /tnList ["555"]: 400 20016 Invalid telephone number. The telephone 
        /tnList [13035559300]: 400 20041 Customer number provided does not own th
        /tnList [13035550100]: 400 20042 Telephone number provided for change req
        /tnList [13035559200]: 400 20042 Telephone number provided for change req
        /tnList [13035559100,13035559101,13035559102,130: 400 10007 Order exceeds limit for 399 telephone nu
        /businessName "Example Corp": 400 20043 Customer Type Indicator must be provided
        /serviceAddress {"streetNumber":"1"}: 400 20008 Address street name is required.
        /E911_Option "OTHER": 400 20040 E911 option is invalid or missing. Pleas
        /E911_Option "STATIC": 400 20040 E911 option is invalid or missing. Pleas
        /directoryListing {"directoryListingAction":"A"}: 400 20051 Directory listing action must be C for c
        /directoryListing {"directoryListingAction":"D"}: 400 20051 Directory listing action must be C for c
        /directoryListing {"directoryListingAction":"C"}: 400 20021 Directory listing type is required. Plea
        /directoryListing {"directoryListingAction":"C","directory: 400 20052 One of directory listing attributes - di
        /cnam {"customerName":"EXAMPLE"}: 400 20023 Block Customer Name is required and it s
        /cnam {"blockCustomerName":"N"}: 400 20024 CNAM Customer Name is required
        /cnam {"blockCustomerName":"N","customerName":: 400 20218 Customer Name length should not be more "#]].assert_eq(&seen);
    let mut seen = Vec::new();
    for names in [
        json!({ "customerType": "R", "businessName": "Example Corp" }),
        json!({ "customerType": "B", "firstName": "Ada" }),
        json!({ "customerType": "R", "firstName": "Ada" }),
        json!({ "customerType": "R", "firstName": "Ada2", "lastName": "Lovelace" }),
    ] {
        let change = with(names.clone(), "/tnList", json!([PORTED]));
        let refused = office.post("order/change", &change).await.exception();
        seen.push(format!("{names}: {refused}"));
    }
    expect![[r#"
        {"businessName":"Example Corp","customerType":"R"}: 400 20044 Customer Type Indicator must be B for a 
        {"customerType":"B","firstName":"Ada"}: 400 20045 Customer Type Indicator must be R for a 
        {"customerType":"R","firstName":"Ada"}: 400 20046 For a Subscriber name change, both first
        {"customerType":"R","firstName":"Ada2","lastName":"Lovelace"}: 400 20210 Invalid format for first name. Special c"#]].assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_disconnect_order_must_be_well_formed() {
    let office = office().await;
    office.reserve(1);
    office.lumen.add_lines(&[PORTED], &Line::new("2036", "DENVER-SBC-1"));
    let base = json!({ "tnList": [PORTED], "customerRequestDate": "2026-12-01T17:00:00Z" });

    let seen = refusals(
        &office,
        "order/disconnect",
        &base,
        &[
            ("/customerRequestDate", json!(null)),
            ("/externalOrderID", json!("Größe")),
            ("/tnList", json!([])),
            ("/tnList", json!(["555"])),
            ("/tnList", json!([13_035_559_300_u64])),
            ("/tnList", json!([FIRST])),
            ("/tnList", json!((PORTED..PORTED + 400).collect::<Vec<u64>>())),
        ],
    )
    .await;

    expect![[r#"
        /customerRequestDate null: 400 20067 Customer requested date cannot be NULL
        /externalOrderID "Größe": 400 20237 Only basic Latin (Unicode block) upper a
        /tnList []: 400 20015 Telephone number list must be populated.
        /tnList ["555"]: 400 20016 Invalid telephone number. The telephone 
        /tnList [13035559300]: 400 20041 Customer number provided does not own th
        /tnList [13035550100]: 400 20061 Telephone number provided is not active.
        /tnList [13035559100,13035559101,13035559102,130: 400 10007 Order exceeds limit for 399 telephone nu"#]].assert_eq(&seen);
}

#[tokio::test(start_paused = true)]
async fn a_number_has_one_order_at_a_time() {
    let office = office().await;
    office.reserve(1);
    office.lumen.add_lines(&[PORTED], &Line::new("2036", "DENVER-SBC-1"));
    let change = json!({ "tnList": [PORTED], "customerServiceName": "DENVER-SBC-2" });
    let end = json!({ "tnList": [PORTED], "customerRequestDate": "2026-12-01T17:00:00Z" });
    let porting = a_port(&[13_035_559_200]);
    office.ordered("order", &an_install(&[FIRST])).await;
    office.ordered("order", &porting).await;
    office.ordered("order/change", &change).await;

    let mut seen = Vec::new();
    for (path, order) in [
        ("order", &an_install(&[FIRST])),
        ("order", &porting),
        ("order/change", &change),
        ("order/disconnect", &end),
    ] {
        seen.push(office.post(path, order).await.exception());
    }

    assert!(seen.iter().all(|code| code.starts_with("400 1612 This order cannot be")), "{seen:?}");
    office.pass(30);
    office.ordered("order/disconnect", &end).await;
}
