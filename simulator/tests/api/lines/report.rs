//! The report of the numbers in service.

use expect_test::expect;
use lumen_simulator::{Line, NumberForm, StatusEndpoint, Subscriber};

use super::{a_full_install, an_install, office, office_with};

const FIRST: u64 = 13_035_550_100;

#[tokio::test(start_paused = true)]
async fn a_row_has_the_record_of_its_numbers() {
    let office = office().await;
    office.reserve(2);
    office.ordered("order", &a_full_install(&[FIRST, FIRST + 1])).await;
    office.pass(30);

    expect![[r#"
        {
          "pagination": [
            {
              "pageNumber": 1,
              "pageSize": 10,
              "totalRecords": 1
            }
          ],
          "tns": [
            {
              "businessName": "EXAMPLE CORP",
              "customerServiceName": "DENVER-SBC-1",
              "customerType": "B",
              "e911Address": {
                "city": "BROOMFIELD",
                "secondaryLocation": "STE 200",
                "state": "CO",
                "streetName": "ELDORADO",
                "streetNumber": "1025",
                "streetPostDirectional": "W",
                "streetPreDirectional": "N",
                "streetSuffix": "BLVD",
                "zip": "80021"
              },
              "endTN": 13035550101,
              "externalOrderID": "tf1a2b3c4d5e6f7a8b9c",
              "productID": "2042",
              "rateCenter": "DENVER",
              "serviceAddress": {
                "city": "BROOMFIELD",
                "secondaryLocation": "STE 200",
                "state": "CO",
                "streetName": "ELDORADO",
                "streetNumber": "1025",
                "streetPostDirectional": "W",
                "streetPreDirectional": "N",
                "streetSuffix": "BLVD",
                "zip": "80021"
              },
              "startTN": 13035550100,
              "state": "CO",
              "status": "Active",
              "voiceOrderId": "600184202"
            }
          ]
        }"#]]
    .assert_eq(&office.get("inventory/details").await.pretty());
}

#[tokio::test(start_paused = true)]
async fn the_row_of_a_residence_has_personal_names() {
    let office = office().await;
    let subscriber = Subscriber::Residence {
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        middle_initial: Some("K".into()),
    };
    let line = Line { subscriber: Some(subscriber), ..Line::new("2036", "DENVER-SBC-1") };
    office.lumen.add_lines(&[FIRST], &line);

    let row = office.get("inventory/details").await.body["tns"][0].take();

    expect![[r#"{"customerServiceName":"DENVER-SBC-1","customerType":"R","firstName":"ADA","lastName":"LOVELACE","middleInitial":"K","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active","tn":13035550100}"#]].assert_eq(&row.to_string());
}

#[tokio::test(start_paused = true)]
async fn names_may_be_as_they_were_ordered() {
    let office = office_with(|settings| settings.voice.report.capitals = false).await;
    office.reserve(1);
    office.ordered("order", &a_full_install(&[FIRST])).await;
    office.pass(30);

    let row = office.get("inventory/details").await.body["tns"][0].take();

    assert_eq!(row["businessName"], "Example Corp");
    assert_eq!(row["serviceAddress"]["streetName"], "Eldorado");
}

#[tokio::test(start_paused = true)]
async fn numbers_have_one_of_several_forms() {
    let office = office().await;
    office.lumen.add_lines(&[FIRST, FIRST + 1], &Line::new("2036", "DENVER-SBC-1"));
    let mut seen = Vec::new();

    for form in [
        NumberForm::Ranges,
        NumberForm::Single,
        NumberForm::NpaNxxLine,
        NumberForm::E164,
        NumberForm::TenDigits,
        NumberForm::Hyphens,
    ] {
        office.lumen.set(|settings| settings.voice.report.number_form = form);
        let rows = office.get("inventory/details").await.body["tns"].take();
        seen.extend(rows.as_array().unwrap().iter().map(ToString::to_string));
    }

    expect![[r#"
        {"customerServiceName":"DENVER-SBC-1","endTN":13035550101,"productID":"2036","rateCenter":"DENVER","startTN":13035550100,"state":"CO","status":"Active"}
        {"customerServiceName":"DENVER-SBC-1","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active","tn":13035550100}
        {"customerServiceName":"DENVER-SBC-1","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active","tn":13035550101}
        {"customerServiceName":"DENVER-SBC-1","line":"0100","npa":"303","nxx":"555","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active"}
        {"customerServiceName":"DENVER-SBC-1","line":"0101","npa":"303","nxx":"555","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active"}
        {"customerServiceName":"DENVER-SBC-1","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active","tn":"+13035550100"}
        {"customerServiceName":"DENVER-SBC-1","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active","tn":"+13035550101"}
        {"customerServiceName":"DENVER-SBC-1","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active","tn":"3035550100"}
        {"customerServiceName":"DENVER-SBC-1","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active","tn":"3035550101"}
        {"customerServiceName":"DENVER-SBC-1","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active","tn":"303-555-0100"}
        {"customerServiceName":"DENVER-SBC-1","productID":"2036","rateCenter":"DENVER","state":"CO","status":"Active","tn":"303-555-0101"}"#]].assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn the_report_is_filtered_and_paged() {
    let office = office().await;
    let line = Line::new("2036", "DENVER-SBC-1");
    office.lumen.add_lines(&[FIRST, FIRST + 2, FIRST + 4, 12_065_500_100], &line);
    let mut seen = Vec::new();

    for query in ["NPA=206", "NPA=303&NXX=555", "pageNumber=2&pageSize=3", "NPA=303&NXX=550"] {
        let body = office.get(&format!("inventory/details?{query}")).await.body;
        let rows: Vec<_> =
            body["tns"].as_array().unwrap().iter().map(|row| row["tn"].to_string()).collect();
        seen.push(format!("{query}: {} {}", body["pagination"][0], rows.join(" ")));
    }
    for query in ["pageNumber=0", "pageSize=x", "NXX=555"] {
        seen.push(office.get(&format!("inventory/details?{query}")).await.exception());
    }

    expect![[r#"
        NPA=206: {"pageNumber":1,"pageSize":10,"totalRecords":1} 12065500100
        NPA=303&NXX=555: {"pageNumber":1,"pageSize":10,"totalRecords":3} 13035550100 13035550102 13035550104
        pageNumber=2&pageSize=3: {"pageNumber":2,"pageSize":3,"totalRecords":4} 13035550104
        NPA=303&NXX=550: {"pageNumber":1,"pageSize":10,"totalRecords":0} 
        400 20103 Invalid page number
        400 20104 Invalid page size
        400 20091 Invalid NPA/NXX in telephone number Loca"#]].assert_eq(&seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn the_report_may_be_missing_empty_or_stale() {
    let office = office_with(|settings| settings.voice.report.lag_seconds = 600.0).await;
    office.reserve(1);
    office.ordered("order", &an_install(&[FIRST])).await;
    office.pass(600);
    assert_eq!(office.report().await, "", "it lags behind");
    office.pass(20);
    assert_eq!(office.report().await, "13035550100 Active DENVER-SBC-1");

    office.lumen.set(|settings| settings.voice.report.empty = true);
    assert_eq!(office.report().await, "");
    let mut seen = Vec::new();
    for endpoint in
        [StatusEndpoint::NotFound, StatusEndpoint::MethodNotAllowed, StatusEndpoint::NotImplemented]
    {
        office.lumen.set(|settings| settings.voice.report.endpoint = endpoint);
        seen.push(office.get("inventory/details").await.body.to_string());
    }

    expect![[r#"
        {"exception":{"code":"404001","detail":"","httpStatusCode":"404","message":"Requested resource not found"}}
        {"exception":{"code":"405001","detail":"","httpStatusCode":"405","message":"Method not allowed for resource"}}
        {"code":"501","info":"Not implemented yet","message":"Not Implemented"}"#]].assert_eq(&seen.join("\n"));
}
