//! The inventory of telephone numbers.

use expect_test::expect;
use lumen_simulator::NumberForm;
use serde_json::json;

use super::a_reservation;
use crate::{world, world_with};

#[tokio::test]
async fn numbers_have_one_of_three_forms() {
    let world = world().await;
    world.reserve("DENVER", 9).await;
    world.pass(30);
    let mut seen = Vec::new();

    for form in [NumberForm::Ranges, NumberForm::Single, NumberForm::NpaNxxLine] {
        world.lumen.set(|settings| settings.voice.number_form = form);
        let rows = world.voice("inventory").await.body["tns"].take();
        let rows = rows.as_array().unwrap();
        seen.push(format!("{} rows, last {}", rows.len(), rows.last().unwrap()));
    }

    expect![[r#"
        2 rows, last {"endTN":13035550109,"externalOrderId":"lumen-1","rateCenter":"DENVER","startTN":13035550108,"state":"CO","status":"reserved","voiceOrderId":"600184201"}
        9 rows, last {"externalOrderId":"lumen-1","rateCenter":"DENVER","state":"CO","status":"reserved","tn":13035550109,"voiceOrderId":"600184201"}
        9 rows, last {"externalOrderId":"lumen-1","line":"0109","npa":"303","nxx":"555","rateCenter":"DENVER","state":"CO","status":"reserved","voiceOrderId":"600184201"}"#]].assert_eq(&seen.join("\n"));
}

#[tokio::test]
async fn the_inventory_is_filtered_and_paged() {
    let world = world().await;
    let denver = world.reserve("DENVER", 20).await;
    let mut other = a_reservation("BOULDER", 1);
    other["externalOrderID"] = json!("lumen-2");
    world.reserve_as(&other).await;
    world.pass(30);
    let mut seen = Vec::new();

    for query in [
        String::new(),
        format!("voiceOrderID={denver}"),
        "externalOrderID=lumen-2".into(),
        "NPA=303".into(),
        "NPA=303&NXX=550".into(),
        "NPA=206".into(),
        "pageNumber=2&pageSize=3".into(),
    ] {
        let body = world.voice(&format!("inventory?{query}")).await.body;
        let rows: Vec<_> = body["tns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| if row["tn"].is_null() { &row["startTN"] } else { &row["tn"] }.to_string())
            .collect();
        seen.push(format!("{}: {}", body["pagination"][0], rows.join(" ")));
    }
    for query in ["NXX=555", "NPA=3", "NPA=303&NXX=x", "pageNumber=0", "pageSize=no"] {
        seen.push(world.voice(&format!("inventory?{query}")).await.exception());
    }

    expect![[r#"
        {"pageNumber":1,"pageSize":10,"totalRecords":4}: 13035500100 13035550100 13035550108 13035550118
        {"pageNumber":1,"pageSize":10,"totalRecords":3}: 13035550100 13035550108 13035550118
        {"pageNumber":1,"pageSize":10,"totalRecords":1}: 13035500100
        {"pageNumber":1,"pageSize":10,"totalRecords":4}: 13035500100 13035550100 13035550108 13035550118
        {"pageNumber":1,"pageSize":10,"totalRecords":1}: 13035500100
        {"pageNumber":1,"pageSize":10,"totalRecords":0}: 
        {"pageNumber":2,"pageSize":3,"totalRecords":4}: 13035550118
        400 20091 Invalid NPA/NXX in telephone number Loca
        400 20091 Invalid NPA/NXX in telephone number Loca
        400 20091 Invalid NPA/NXX in telephone number Loca
        400 20103 Invalid page number
        400 20104 Invalid page size"#]].assert_eq(&seen.join("\n").replace(&denver, "{order}"));
}

#[tokio::test]
async fn numbers_appear_after_their_order_is_complete() {
    let world = world_with(|settings| settings.voice.inventory_lag_seconds = 10.0).await;
    let order = world.reserve("DENVER", 1).await;
    world.pass(20);

    assert_eq!(world.progress(&order).await, "901 10002: completed, 0 numbers");
    world.pass(10);
    assert_eq!(world.progress(&order).await, "901 10002: completed, 1 numbers");
}

#[tokio::test]
async fn sequences_and_restricted_digits_are_respected() {
    let world = world().await;
    let mut order = a_reservation("DENVER", 30);
    order["rateCenters"][0]["sequentialIndicator"] = json!("Y");
    let sequence = world.reserve_as(&order).await;
    let mut order = a_reservation("DENVER", 30);
    order["rateCenters"][0]["pbxIndex"] = json!("9");
    order["rateCenters"][0]["pbxValue"] = json!("4");
    let restricted = world.reserve_as(&order).await;
    world.pass(30);

    let sequence = world.numbers(&sequence).await;
    assert!(sequence.windows(2).all(|pair| pair[0] + 1 == pair[1]) && sequence.len() == 30);
    let restricted = world.numbers(&restricted).await;
    assert_eq!(restricted.len(), 30);
    assert!(restricted.iter().all(|number| number / 10 % 10 != 4 && !sequence.contains(number)));
}

#[tokio::test]
async fn a_sequence_can_be_longer_than_the_stock() {
    let world = world().await;
    world.reserve("BOULDER", 3).await;
    world.pass(30);
    let mut order = a_reservation("BOULDER", 10);
    order["rateCenters"][0]["sequentialIndicator"] = json!("Y");
    let order = world.reserve_as(&order).await;
    world.pass(30);

    assert_eq!(world.progress(&order).await, "901 10001: in progress, 0 numbers");
    world.approve(&order, "Accept available only").await;
    world.pass(30);
    assert_eq!(world.numbers(&order).await.len(), 9);
}

#[tokio::test]
async fn numbers_can_be_added_and_reclaimed() {
    let world = world().await;

    let order = world.lumen.add_voice_order("2036", "denver", "CO", 3).unwrap();

    assert_eq!(world.lumen.add_voice_order("2036", "ATLANTIS", "CO", 3), None);
    assert_eq!(world.progress(&order).await, "901 10002: completed, 3 numbers");
    assert!(
        world.lumen.ledger().voice_orders.is_empty(),
        "the numbers were added without an order"
    );
    assert!(world.lumen.reclaim(13_035_550_101));
    assert!(!world.lumen.reclaim(13_035_550_101), "it was reclaimed already");
    assert_eq!(world.numbers(&order).await, [13_035_550_100, 13_035_550_102]);
    let next = world.reserve("DENVER", 1).await;
    world.pass(30);
    assert_eq!(world.numbers(&next).await, [13_035_550_103], "no number is assigned twice");
}
