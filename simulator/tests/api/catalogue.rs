//! Partners, sites, prices, quotes and billing accounts.

use std::collections::BTreeSet;

use expect_test::expect;
use lumen_simulator::PageFaults;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    EQUINIX, FLEXENTIAL, FLEXENTIAL_SITE, PORT, PORT_SITE, SITE, World, a_price_request, world,
    world_with,
};

const PRICE_REQUEST: &str = "/Product/v1/priceRequest";

#[tokio::test]
async fn providers_are_listed_as_documented() {
    let answer = world().await.get("/Network/v1/provider?pageSize=2").await;

    expect![[r#"
        {
          "listPartners": [
            {
              "datacenterFabricUrl": "https://ecxfabric.equinix.com/",
              "id": "43558",
              "name": "Equinix",
              "partnerType": "CLOUD_PARTNER"
            },
            {
              "datacenterFabricUrl": "https://www.digitalrealty.com/platform-digital/connectivity/service-fabric/connect",
              "id": "362232",
              "name": "Digital Realty",
              "partnerType": "CLOUD_PARTNER"
            }
          ],
          "pagination": [
            {
              "pageNumber": 1,
              "pageSize": 2,
              "totalRecords": 3
            }
          ]
        }"#]].assert_eq(&answer.pretty());
}

#[tokio::test]
async fn attributes_of_a_location_are_next_to_the_list_and_in_it() {
    let mut answer = world().await.get("/Network/v1/location?partnerId=43558&pageSize=1").await;

    let item = answer.body["location"][0].clone();
    for member in ["networkStatus", "naasEnabled", "partner", "market", "productFamily"] {
        assert_eq!(item[member], answer.body[member].take(), "{member}");
    }
    let speeds = &mut answer.body["location"][0]["productFamily"]["accessCapabilities"][0]["accessCapability"];
    assert_eq!(speeds.as_array().unwrap().len(), 10);
    *speeds = json!([speeds[6]]);
    expect![[r#"
        {
          "location": [
            {
              "city": "Monroe",
              "country": "US",
              "locality": "string",
              "market": "WASHINGTON DC",
              "masterSiteId": "PL0001247634",
              "naasEnabled": true,
              "networkStatus": "ON_NET",
              "partner": "Equinix Ethernet Exchange - Silicon Valley IBX",
              "postCode": "71203",
              "postCodeExtension": "2041",
              "productFamily": {
                "accessCapabilities": [
                  {
                    "accessCapability": [
                      {
                        "circuitType": "Hosted-NNI Internet",
                        "displayValue": "1 gbps",
                        "speed": "1000 mbps"
                      }
                    ]
                  }
                ],
                "productFamily": "Internet On-Demand"
              },
              "stateOrProvince": "LA",
              "streetAddress": "100 CenturyLink Dr"
            }
          ],
          "market": null,
          "naasEnabled": null,
          "networkStatus": null,
          "pagination": [
            {
              "pageNumber": 1,
              "pageSize": 1,
              "totalRecords": 140
            }
          ],
          "partner": null,
          "productFamily": null
        }"#]]
    .assert_eq(&answer.pretty());
}

#[tokio::test]
async fn every_location_is_on_exactly_one_page() {
    let world = world().await;

    let all = sites(&world, "").await;
    let of_partners: usize = sites(&world, "&partnerId=43558").await.len()
        + sites(&world, "&partnerId=362232").await.len()
        + sites(&world, "&partnerId=501877").await.len();

    let unique: BTreeSet<_> = all.iter().map(|site| site["masterSiteId"].to_string()).collect();
    assert_eq!((all.len(), unique.len(), of_partners), (320, 320, 260));
    assert!(all.iter().any(|site| site["naasEnabled"] == false));
}

async fn sites(world: &World, filter: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for page in 1.. {
        let path = format!("/Network/v1/location?pageSize=100&pageNumber={page}{filter}");
        let answer = world.get(&path).await;
        let items = answer.body["location"].as_array().unwrap();
        if items.is_empty() {
            break;
        }
        all.extend(items.clone());
    }
    all
}

#[tokio::test]
async fn pages_can_have_faults() {
    let world = world().await;
    let third = "/Network/v1/provider?pageSize=2&pageNumber=3";
    let second = "/Network/v1/provider?pageSize=2&pageNumber=2";
    let ids = |answer: crate::Answer| {
        let partners = answer.body["listPartners"].as_array().unwrap().clone();
        let ids: Vec<_> =
            partners.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        format!("{} {}", ids.join(","), answer.body["pagination"][0])
    };

    let mut seen = Vec::new();
    for faults in [
        PageFaults::None,
        PageFaults::RepeatLastPage,
        PageFaults::OverlapPages,
        PageFaults::WrongTotals,
        PageFaults::MissingTotals,
    ] {
        world.lumen.set(|settings| settings.page_faults = faults);
        seen.push(format!("{faults:?} 2: {}", ids(world.get(second).await)));
        seen.push(format!("{faults:?} 3: {}", ids(world.get(third).await)));
    }

    expect![[r#"
        None 2: 501877 {"pageNumber":2,"pageSize":2,"totalRecords":3}
        None 3:  {"pageNumber":3,"pageSize":2,"totalRecords":3}
        RepeatLastPage 2: 501877 {"pageNumber":2,"pageSize":2,"totalRecords":3}
        RepeatLastPage 3: 501877 {"pageNumber":3,"pageSize":2,"totalRecords":3}
        OverlapPages 2: 362232,501877 {"pageNumber":2,"pageSize":2,"totalRecords":3}
        OverlapPages 3:  {"pageNumber":3,"pageSize":2,"totalRecords":3}
        WrongTotals 2: 501877 {"pageNumber":2,"pageSize":1,"totalRecords":10}
        WrongTotals 3:  {"pageNumber":3,"pageSize":1,"totalRecords":10}
        MissingTotals 2: 501877 {"pageNumber":2,"pageSize":2}
        MissingTotals 3:  {"pageNumber":3,"pageSize":2}"#]]
    .assert_eq(&seen.join("\n"));
    let nonsense = world.get("/Network/v1/provider?pageNumber=0").await;
    expect!["400 invalidQuery at pageNumber: pageNumber must be a whole number from 1"]
        .assert_eq(&nonsense.problem());
}

#[tokio::test]
async fn a_site_has_a_price_for_each_of_its_speeds() {
    let path = format!("/Product/v1/price?productCode=718&masterSiteId={SITE}");

    let answer = world().await.get(&path).await;

    let prices: Vec<_> = answer.body["pricePerSpeed"].as_array().unwrap().iter().collect();
    let lines: Vec<_> = prices.iter().map(ToString::to_string).collect();
    expect![[r#"
        {"displayValue":"10 Mbps","price":"$0.14","speed":"10 Mbps","term":"Hourly Rate"}
        {"displayValue":"20 Mbps","price":"$0.19","speed":"20 Mbps","term":"Hourly Rate"}
        {"displayValue":"50 Mbps","price":"$0.31","speed":"50 Mbps","term":"Hourly Rate"}
        {"displayValue":"100 Mbps","price":"$0.46","speed":"100 Mbps","term":"Hourly Rate"}
        {"displayValue":"200 Mbps","price":"$0.68","speed":"200 Mbps","term":"Hourly Rate"}
        {"displayValue":"500 Mbps","price":"$1.12","speed":"500 Mbps","term":"Hourly Rate"}
        {"displayValue":"1 Gbps","price":"$1.65","speed":"1000 Mbps","term":"Hourly Rate"}
        {"displayValue":"2 Gbps","price":"$2.58","speed":"2000 Mbps","term":"Hourly Rate"}
        {"displayValue":"5 Gbps","price":"$4.95","speed":"5000 Mbps","term":"Hourly Rate"}
        {"displayValue":"10 Gbps","price":"$8.25","speed":"10000 Mbps","term":"Hourly Rate"}"#]]
    .assert_eq(&lines.join("\n"));
}

#[tokio::test]
async fn a_price_is_refused_for_what_is_missing_unexpected_or_not_enabled() {
    let world = world().await;
    let mut seen = Vec::new();

    for query in [
        "productCode=718".to_owned(),
        format!("masterSiteId={SITE}"),
        format!("productCode=718&masterSiteId={SITE}&partnerId={EQUINIX}"),
        "productCode=718&masterSiteId=PL0000000000".to_owned(),
        "productCode=718&masterSiteId=PL0001247686".to_owned(),
        format!("productCode=718&masterSiteId={PORT_SITE}"),
        format!("productCode=718&masterSiteId=PL0001247896&serviceId={PORT}"),
    ] {
        seen.push(world.get(&format!("/Product/v1/price?{query}")).await.problem());
    }
    let path =
        format!("/Product/v1/price?productCode=718&masterSiteId={PORT_SITE}&serviceId={PORT}");
    assert_eq!(world.get(&path).await.status, StatusCode::OK);

    world.lumen.set(|settings| settings.naas_transient = true);
    seen.push(world.get(&path).await.problem());
    expect![[r#"
        400 missingQueryParameter at masterSiteId: The query parameter masterSiteId is required
        400 missingQueryParameter at productCode: The query parameter productCode is required
        422 unexpectedProperty at partnerId: partnerId is not expected here
        422 INVALIDVALUE at masterSiteId: Not a NaaS Enabled Location
        422 INVALIDVALUE at masterSiteId: Not a NaaS Enabled Location
        422 INVALIDVALUE at masterSiteId: Not a NaaS Enabled Location
        422 INVALIDVALUE at masterSiteId: Not a NaaS Enabled Location
        422 INVALIDVALUE at masterSiteId: Not a NaaS Enabled Location"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_quote_is_answered_as_documented() {
    let world = world().await;

    let answer = world.post(PRICE_REQUEST, &a_price_request(SITE, "100 Mbps")).await;

    assert_eq!(answer.status, StatusCode::OK);
    expect![[r#"
        {
          "id": "NaaS-1466",
          "price": [
            {
              "price": "$0.46",
              "speed": "100 Mbps",
              "term": "Hourly Rate"
            },
            {
              "price": "$331.20000000000005",
              "speed": "100 Mbps",
              "term": "Monthly Rate"
            }
          ],
          "priceRequest": {
            "currencyCode": "usd",
            "customerNumber": "1-ABCDE",
            "masterSiteId": "PL0001247634",
            "partnerId": "43558",
            "productCode": "718",
            "sourceSystem": "NaaS ExternalAPI",
            "speed": "100 Mbps"
          }
        }"#]]
    .assert_eq(&answer.pretty());
    assert_eq!(world.quote("1 gbps").await, "NaaS-1467", "every spelling of a speed is accepted");
}

#[tokio::test]
async fn a_quote_is_refused_for_what_is_missing_or_wrong() {
    let world = world().await;
    let mut seen = Vec::new();
    let mut refuse = async |site: &str, member: &str, value: Value| {
        let mut request = a_price_request(site, "100 Mbps");
        request[member] = value;
        seen.push(world.post(PRICE_REQUEST, &request).await.problem());
    };

    for member in ["sourceSystem", "customerNumber", "currencyCode", "masterSiteId", "productCode"]
    {
        refuse(SITE, member, Value::Null).await;
    }
    refuse(SITE, "speed", Value::Null).await;
    refuse(SITE, "partnerId", Value::Null).await;
    refuse(SITE, "customerNumber", json!("1-OTHER")).await;
    refuse(SITE, "currencyCode", json!("EUR")).await;
    refuse(SITE, "speed", json!("123 Mbps")).await;
    refuse(SITE, "partnerId", json!(FLEXENTIAL)).await;
    refuse(SITE, "serviceId", json!(PORT)).await;
    refuse("PL0001247640", "speed", json!("10000 Mbps")).await;
    refuse(PORT_SITE, "serviceId", json!(PORT)).await;

    expect![[r#"
        422 missingProperty at sourceSystem: sourceSystem is required
        422 missingProperty at customerNumber: customerNumber is required
        422 missingProperty at currencyCode: currencyCode is required
        422 missingProperty at masterSiteId: masterSiteId is required
        422 missingProperty at productCode: productCode is required
        422 missingProperty at speed: speed is required
        422 missingProperty at partnerId: partnerId is required
        422 invalidValue at customerNumber: customerNumber must be "1-ABCDE", not "1-OTHER"
        422 invalidValue at currencyCode: currencyCode must be "USD", not "EUR"
        422 invalidValue at speed: The speed 123 Mbps is not available at PL0001247634
        422 invalidValue at partnerId: The partner is not present at this location
        422 otherIssue at serviceId: No matching rule found for portSpeed=0 and deviceCode=null
        422 invalidValue at speed: The speed 10000 Mbps is not available at PL0001247640
        422 invalidValue at partnerId: The partner is not present at this location"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn a_price_change_applies_to_new_quotes() {
    let world = world().await;
    world.lumen.set(|settings| settings.price_factor = 1.5);

    let mut request = a_price_request(FLEXENTIAL_SITE, "100 Mbps");
    request["partnerId"] = FLEXENTIAL.into();
    let answer = world.post(PRICE_REQUEST, &request).await;

    assert_eq!(answer.body["price"][0]["price"], "$0.69");
}

#[tokio::test]
async fn billing_accounts_are_filtered_and_counted() {
    let world = world_with(|settings| settings.page_size_default = 1).await;
    let path = "/Account/v1/billingAccount";

    expect![[r#"
        {
          "billingAccount": [
            {
              "countryCode": "100",
              "currency": "USD",
              "hqCountry": "US",
              "id": "5-RHQBGCGK",
              "invoiceDisplayNumber": "5-RHQBGCGK",
              "name": "Company or account name",
              "stringAddress": [
                {
                  "city": "BROOMFIELD",
                  "country": "USA",
                  "postcode": "80021",
                  "stateOrProvince": "CO",
                  "streetAddress": "1025 ELDORADO BLVD.,  14C-511"
                }
              ]
            }
          ],
          "pageNumber": 1,
          "pageSize": 1,
          "resultCount": 4
        }"#]]
    .assert_eq(&world.get(path).await.pretty());

    let mut counts = Vec::new();
    for query in ["entitled=True", "countryCode=100", "currencyCode=usd", "currencyCode=EUR"] {
        let answer = world.get(&format!("{path}?{query}")).await;
        counts.push(format!("{query}: {}", answer.body["resultCount"]));
    }
    expect![[r#"
        entitled=True: 3
        countryCode=100: 3
        currencyCode=usd: 4
        currencyCode=EUR: 0"#]]
    .assert_eq(&counts.join("\n"));
}
