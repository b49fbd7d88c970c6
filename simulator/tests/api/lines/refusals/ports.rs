//! Refused ports, and refused supplements of ports.

use expect_test::expect;
use serde_json::{Value, json};

use super::super::{a_port, office, with};
use super::{FIRST, LINE, PORTED, refusals};

#[tokio::test(start_paused = true)]
async fn a_port_must_be_well_formed() {
    let office = office().await;
    office.reserve(1);
    let lnp = |member: &str| format!("{LINE}/lnp/{member}");
    let numbers = format!("{LINE}/orderMappingList/0/tnList");
    let many: Vec<u64> = (PORTED..PORTED + 50).collect();

    let seen = refusals(
        &office,
        "order",
        &a_port(&[PORTED]),
        &[
            ("/subscriberLines", json!([{}, {}])),
            (&numbers, json!([])),
            (&numbers, json!(many)),
            (&numbers, json!(["555"])),
            (&numbers, json!([FIRST])),
            (&numbers, json!([13_035_559_003_u64])),
            (&numbers, json!([13_035_569_100_u64])),
            (&numbers, json!([19_995_550_100_u64])),
            (&format!("{LINE}/lnp"), json!(null)),
            (&lnp("loaName"), json!(null)),
            (&lnp("loaReceived"), json!("N")),
            (&lnp("loaDateTime"), json!(null)),
            (&lnp("loaDateTime"), json!("2026-11-20")),
            (&lnp("billingTN"), json!(null)),
            (&lnp("billingTN"), json!("555")),
            (&lnp("losingCarrierWirelessLNP"), json!(null)),
            (&lnp("losingCarrierWirelessLNP"), json!("yes")),
            (&lnp("workingTN"), json!("555")),
            ("/customerRequestDate", json!(null)),
            ("/customerRequestDate", json!("2026-12-07T17:00:00+00:00")),
            ("/customerRequestDate", json!("2026-11-20T11:00:00Z")),
            ("/customerRequestDate", json!("2026-11-21T11:59:59Z")),
            ("/customerRequestDate", json!("2026-12-20T12:00:01Z")),
        ],
    )
    .await;

    expect![[r#"
        /subscriberLines [{},{}]: 400 20031 There must be one subscriber line submit
        /subscriberLines/0/orderMappingList/0/tnList []: 400 20015 Telephone number list must be populated.
        /subscriberLines/0/orderMappingList/0/tnList [13035559100,13035559101,13035559102,130: 400 10007 Order exceeds limit for 399 telephone nu
        /subscriberLines/0/orderMappingList/0/tnList ["555"]: 400 20115 Invalid or missing telephone number.
        /subscriberLines/0/orderMappingList/0/tnList [13035550100]: 400 20115 Invalid or missing telephone number.
        /subscriberLines/0/orderMappingList/0/tnList [13035559003]: 400 20115 Invalid or missing telephone number.
        /subscriberLines/0/orderMappingList/0/tnList [13035569100]: 400 20115 Invalid or missing telephone number.
        /subscriberLines/0/orderMappingList/0/tnList [19995550100]: 400 20115 Invalid or missing telephone number.
        /subscriberLines/0/lnp null: 400 20026 Letter of authorization (LOA) name is re
        /subscriberLines/0/lnp/loaName null: 400 20026 Letter of authorization (LOA) name is re
        /subscriberLines/0/lnp/loaReceived "N": 400 20027 Please indicate "Y" or "N" if letter of 
        /subscriberLines/0/lnp/loaDateTime null: 400 20028 Letter of authorization (LOA) date time 
        /subscriberLines/0/lnp/loaDateTime "2026-11-20": 400 20047 Letter of authorization (LOA) date time 
        /subscriberLines/0/lnp/billingTN null: 400 20025 Telephone number is invalid or missing. 
        /subscriberLines/0/lnp/billingTN "555": 400 20025 Telephone number is invalid or missing. 
        /subscriberLines/0/lnp/losingCarrierWirelessLNP null: 400 20114 Invalid losing carrier wireless LNP. It 
        /subscriberLines/0/lnp/losingCarrierWirelessLNP "yes": 400 20114 Invalid losing carrier wireless LNP. It 
        /subscriberLines/0/lnp/workingTN "555": 400 20204 Invalid or missing working telephone num
        /customerRequestDate null: 400 20067 Customer requested date cannot be NULL
        /customerRequestDate "2026-12-07T17:00:00+00:00": 400 20050 Customer request date should be in date 
        /customerRequestDate "2026-11-20T11:00:00Z": 400 20214 Customer request date can not be less th
        /customerRequestDate "2026-11-21T11:59:59Z": 400 20068 Customer request date must be at least 1
        /customerRequestDate "2026-12-20T12:00:01Z": 400 20213 Customer requested date should not excee"#]].assert_eq(&seen);
}

#[tokio::test(start_paused = true)]
async fn the_losing_carrier_wants_its_account_number_and_pin() {
    let office = office().await;
    let lnp = "/subscriberLines/0/lnp";
    let mut seen = Vec::new();

    for (number, wireless, member) in [
        (PORTED, "Y", "losingCarrierAccountNumber"),
        (PORTED, "Y", "losingCarrierPin"),
        (13_035_559_004, "N", "losingCarrierAccountNumber"),
        (13_035_559_005, "N", "losingCarrierPin"),
    ] {
        let order = with(a_port(&[number]), &format!("{lnp}/{member}"), Value::Null);
        let order = with(order, &format!("{lnp}/losingCarrierWirelessLNP"), json!(wireless));
        seen.push(format!("{number} {}", office.post("order", &order).await.exception()));
    }

    expect![[r#"
        13035559100 400 20112 Invalid losing carrier account number
        13035559100 400 20113 Invalid losing carrier PIN
        13035559004 400 20112 Invalid losing carrier account number
        13035559005 400 20113 Invalid losing carrier PIN"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_supplement_must_be_well_formed() {
    let office = office().await;
    let order = office.ordered("order", &a_port(&[PORTED])).await;
    let path = format!("order/{order}/supplement");
    let base = json!({
        "customerRequestDate": "2026-12-08T17:00:00Z",
        "customerType": "B",
        "businessName": "Example Corp",
    });
    let mut seen = vec![
        refusals(
            &office,
            &path,
            &base,
            &[
                ("/customerRequestDate", json!(null)),
                ("/customerRequestDate", json!("2026-12-08")),
                ("/customerRequestDate", json!("2026-11-19T17:00:00Z")),
                ("/customerRequestDate", json!("2026-11-21T11:00:00Z")),
                ("/customerRequestDate", json!("2026-12-30T17:00:00Z")),
                ("/customerType", json!(null)),
                ("/customerType", json!("X")),
                ("/customerType", json!("R")),
                ("/businessName", json!(null)),
                ("/firstName", json!("Ada")),
                ("/billingTN", json!("555")),
                ("/serviceAddress", json!({ "streetNumber": "1" })),
            ],
        )
        .await,
    ];

    for names in [
        json!({ "customerType": "R" }),
        json!({ "customerType": "R", "firstName": "Ada" }),
        json!({ "customerType": "B", "firstName": "Ada" }),
        json!({
            "customerType": "R", "firstName": "Ada", "lastName": "Lovelace", "businessName": "Corp",
        }),
        json!({}),
    ] {
        seen.push(format!("{names}: {}", office.supplement(&order, &names).await.exception()));
    }

    expect![[r#"
        /customerRequestDate null: 400 20067 Customer requested date cannot be NULL
        /customerRequestDate "2026-12-08": 400 20069 Invalid format for customer requested da
        /customerRequestDate "2026-11-19T17:00:00Z": 400 20214 Customer request date can not be less th
        /customerRequestDate "2026-11-21T11:00:00Z": 400 20068 Customer request date must be at least 1
        /customerRequestDate "2026-12-30T17:00:00Z": 400 20213 Customer requested date should not excee
        /customerType null: 400 20043 Customer Type Indicator must be provided
        /customerType "X": 400 20001 Invalid customer type. Valid values B- B
        /customerType "R": 400 20044 Customer Type Indicator must be B for a 
        /businessName null: 400 20004 Business name is required when customer 
        /firstName "Ada": 400 20006 First name and last name must be NULL wh
        /billingTN "555": 400 20025 Telephone number is invalid or missing. 
        /serviceAddress {"streetNumber":"1"}: 400 20008 Address street name is required.
        {"customerType":"R"}: 400 20003 First name and last name are required wh
        {"customerType":"R","firstName":"Ada"}: 400 20046 For a Subscriber name change, both first
        {"customerType":"B","firstName":"Ada"}: 400 20045 Customer Type Indicator must be R for a 
        {"businessName":"Corp","customerType":"R","firstName":"Ada","lastName":"Lovelace"}: 400 20005 Business name must be NULL when customer
        {}: 400 20048 At least one of the fields <Customer Typ"#]].assert_eq(&seen.join("\n"));
}
