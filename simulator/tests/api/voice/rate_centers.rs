//! Rate centers, their utilization, and coverage.

use std::collections::BTreeSet;

use expect_test::expect;
use lumen_simulator::CoverageMethods;
use serde_json::json;

use super::VOICE;
use crate::{world, world_with};

#[tokio::test]
async fn rate_centers_are_listed_by_state() {
    let world = world().await;

    let answer = world.voice("rateCenters?productID=2042&state=co&pageNumber=2&pageSize=5").await;

    expect![[r#"
        {
          "pagination": [
            {
              "pageNumber": 2,
              "pageSize": 5,
              "totalRecords": 12
            }
          ],
          "rateCenters": [
            {
              "rateCenter": "DENVER",
              "state": "CO",
              "static911": true
            },
            {
              "rateCenter": "TELLURIDE",
              "state": "CO",
              "static911": true
            },
            {
              "rateCenter": "FORT COLLINS",
              "state": "CO",
              "static911": false
            },
            {
              "rateCenter": "GREELEY",
              "state": "CO",
              "static911": true
            },
            {
              "rateCenter": "LOVELAND",
              "state": "CO",
              "static911": true
            }
          ]
        }"#]]
    .assert_eq(&answer.pretty());
    let inbound = world.voice("rateCenters?productID=2036&state=CO&pageSize=1").await.body;
    assert_eq!(inbound["rateCenters"], json!([{ "rateCenter": "BOULDER", "state": "CO" }]));
}

#[tokio::test]
async fn pages_cover_every_rate_center_once() {
    let world = world().await;
    let mut seen = BTreeSet::new();
    let mut states = BTreeSet::new();

    for page in 1.. {
        let path = format!("rateCenters?productID=2036&pageNumber={page}&pageSize=100");
        let body = world.voice(&path).await.body;
        let items = body["rateCenters"].as_array().unwrap();
        if items.is_empty() {
            break;
        }
        for item in items {
            assert!(seen.insert(item.to_string()), "{item} twice");
            states.insert(item["state"].to_string());
        }
    }

    assert_eq!((seen.len(), states.len()), (240, 20));
}

#[tokio::test]
async fn a_malformed_list_request_is_refused() {
    let world = world().await;
    let mut seen = Vec::new();

    for query in [
        "state=CO",
        "productID=718",
        "productID=2036&state=COLORADO",
        "productID=2036&pageNumber=0",
        "productID=2036&pageNumber=x",
        "productID=2036&pageSize=-1",
    ] {
        seen.push(world.voice(&format!("rateCenters?{query}")).await.exception());
    }

    expect![[r#"
        400 20000 Invalid or missing product ID. Please ch
        400 20000 Invalid or missing product ID. Please ch
        400 20011 Address state is missing or invalid. Ple
        400 20103 Invalid page number
        400 20103 Invalid page number
        400 20104 Invalid page size"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn utilization_is_returned_by_rate_center() {
    let world = world().await;
    let path = format!("{VOICE}/rateCenters/utilization");
    let ask = |lines: serde_json::Value| json!({ "productID": "2036", "rateCenters": lines });
    let denver = json!({ "rateCenter": "DENVER", "state": "CO" });
    let pueblo = json!({ "rateCenter": "Pueblo", "state": "CO" });

    let told = world.post(&path, &ask(json!([denver, pueblo]))).await.body;
    let unknown = json!([{ "rateCenter": "ATLANTIS", "state": "CO" }]);
    let refused = [
        world.post(&path, &json!({ "rateCenters": [denver] })).await.exception(),
        world.post(&path, &ask(json!([]))).await.exception(),
        world.post(&path, &ask(json!([{ "rateCenter": "DENVER" }]))).await.exception(),
        world.post(&path, &ask(json!([{ "rateCenter": null, "state": "CO" }]))).await.exception(),
        world.post(&path, &ask(unknown)).await.exception(),
    ];
    world.lumen.set(|settings| settings.voice.utilization = Some(74));
    let less = world.post(&path, &ask(json!([denver]))).await.body;

    expect![[r#"[{"rateCenter":"DENVER","state":"CO","utilizationPercentage":85},{"rateCenter":"PUEBLO","state":"CO","utilizationPercentage":60}]"#]].assert_eq(&told["rateCenters"].to_string());
    expect![[r#"
        400 20000 Invalid or missing product ID. Please ch
        400 20088 Rate Center or state is missing
        400 20088 Rate Center or state is missing
        400 20085 Rate Center cannot be NULL.
        404 404001 Requested resource not found"#]]
    .assert_eq(&refused.join("\n"));
    assert_eq!(less["rateCenters"][0]["utilizationPercentage"], 74);
}

#[tokio::test]
async fn coverage_is_checked_by_location_or_by_number() {
    let world = world().await;
    let path = format!("{VOICE}/coverage");
    let numbers =
        json!({ "tnList": [13_035_550_100_u64, "+1 303-556-0100", "3035550100", "9995550100"] });

    let by_query = world.voice("coverage?tnLocCity=Denver&tnLocState=CO").await.body;
    let by_body = world.post(&path, &json!({ "tnLocNpa": "303", "tnLocNxx": 555 })).await.body;
    let by_number = world.post(&path, &numbers).await.body;

    assert_eq!(by_query, by_body);
    expect![[r#"{"coverage":[{"city":"DENVER","covered":true,"npa":"303","nxx":"555","portable":true,"rateCenter":"DENVER","state":"CO","zip":"80207"}]}"#]].assert_eq(&by_query.to_string());
    let lines: Vec<_> =
        by_number["coverage"].as_array().unwrap().iter().map(ToString::to_string).collect();
    expect![[r#"
        {"covered":true,"losingCarrier":"EXAMPLE TELEPHONE","portable":true,"rateCenter":"DENVER","state":"CO","tn":13035550100,"wireless":false}
        {"covered":false,"portable":false,"rateCenter":"TELLURIDE","state":"CO","tn":13035560100}
        {"covered":true,"losingCarrier":"EXAMPLE TELEPHONE","portable":true,"rateCenter":"DENVER","state":"CO","tn":13035550100,"wireless":false}
        {"covered":false,"portable":false,"rateCenter":null,"state":null,"tn":19995550100}"#]]
    .assert_eq(&lines.join("\n"));
    let by_list = world.voice("coverage?tnList=13035550100,13035560100").await.body;
    assert_eq!(by_list["coverage"][1], by_number["coverage"][1]);
}

#[tokio::test]
async fn a_malformed_coverage_request_is_refused() {
    let world = world().await;
    let path = format!("{VOICE}/coverage");
    let mut seen = Vec::new();

    for question in [
        json!({}),
        json!({ "tnList": ["13035550100"], "tnLocNpa": "303" }),
        json!({ "tnList": [] }),
        json!({ "tnList": ["555"] }),
        json!({ "tnLocNpa": "30" }),
        json!({ "tnLocNxx": "555" }),
        json!({ "tnLocState": "COLORADO" }),
        json!({ "tnLocZip": "8020" }),
    ] {
        seen.push(world.post(&path, &question).await.exception());
    }

    expect![[r#"
        400 20093 Invalid telephone number location.
        400 20090 Use only tnList or TN location attribute
        400 20015 Telephone number list must be populated.
        400 20016 Invalid telephone number. The telephone 
        400 20091 Invalid NPA/NXX in telephone number Loca
        400 20091 Invalid NPA/NXX in telephone number Loca
        400 20092 Invalid city, state, zip in telephone nu
        400 20092 Invalid city, state, zip in telephone nu"#]]
    .assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn coverage_can_be_limited_to_one_method() {
    let question = json!({ "tnLocState": "CO" });
    let mut seen = Vec::new();

    for methods in [CoverageMethods::Both, CoverageMethods::Get, CoverageMethods::Post] {
        let world = world_with(|settings| settings.voice.coverage_methods = methods).await;
        let get = world.voice("coverage?tnLocState=CO").await;
        let post = world.post(&format!("{VOICE}/coverage"), &question).await;
        for answer in [get, post] {
            seen.push(if answer.status == 200 { "200".into() } else { answer.exception() });
        }
    }

    expect![[r#"
        200
        200
        200
        405 405001 Method not allowed for resource
        405 405001 Method not allowed for resource
        200"#]]
    .assert_eq(&seen.join("\n"));
}
