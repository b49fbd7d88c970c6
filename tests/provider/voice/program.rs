//! Another program that orders at Lumen with the same credentials.

use jiff::Timestamp;
use reqwest::Client;
use serde_json::{Value, json};
use terraform_provider_lumen::lumen::voice::Date;

use crate::world::World;

/// The ID of the first order in every test.
pub(super) const ORDER_ID: &str = "600184201";

/// Lumen's words for the product Local Inbound and Enhanced Local Service.
const LOCAL_INBOUND: &str = "2036";
const ENHANCED_LOCAL_SERVICE: &str = "2042";

/// Orders something, and returns the ID of the voice order. `endpoint` is the end of the path, such as `order`.
pub(super) async fn order(world: &World, endpoint: &str, body: &Value) -> String {
    let url = world.lumen.url();
    // Another test may have installed the crypto provider; reqwest requires one even without TLS.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::new();
    let token: Value = client
        .post(format!("{url}/oauth/v2/token"))
        .basic_auth("simulator", Some("simulator-secret"))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let accepted: Value = client
        .post(format!("{url}/Voice/v1/Numbers/{endpoint}"))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .header("x-customer-number", "1-ABCDE")
        .json(body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = accepted["voiceOrderId"].as_str();
    id.unwrap_or_else(|| panic!("{accepted}")).to_owned()
}

/// Puts reserved numbers into service, for Local Inbound and without a subscriber.
pub(super) fn an_install(numbers: &[u64]) -> Value {
    json!({
        "productID": LOCAL_INBOUND,
        "externalOrderID": "install-1",
        "numberType": "NEW",
        "subscriberLines": [{ "orderMappingList": [mapping(numbers)] }],
    })
}

/// Puts reserved numbers into service, for Enhanced Local Service.
pub(super) fn a_whole_install(numbers: &[u64]) -> Value {
    let mut line = a_line(numbers);
    line["E911_Option"] = "STATIC".into();
    json!({
        "productID": ENHANCED_LOCAL_SERVICE,
        "externalOrderID": "install-2",
        "numberType": "NEW",
        "subscriberLines": [line],
    })
}

/// Takes numbers over from another carrier, seven business days from now.
pub(super) fn a_port(numbers: &[u64]) -> Value {
    let mut line = a_line(numbers);
    line["lnp"] = json!({
        "billingTN": numbers[0],
        "loaName": "Ada Lovelace",
        "loaReceived": "Y",
        "loaDateTime": "2026-01-20T15:00:00Z",
        "losingCarrierWirelessLNP": "N",
    });
    json!({
        "productID": LOCAL_INBOUND,
        "externalOrderID": "port-1",
        "numberType": "LNP",
        "customerRequestDate": next_date(),
        "subscriberLines": [line],
    })
}

/// Moves numbers to another route.
pub(super) fn a_change(numbers: &[u64]) -> Value {
    json!({ "externalOrderID": "change-1", "tnList": numbers, "customerServiceName": "DENVER-SBC-2" })
}

/// Disconnects numbers, seven business days from now.
pub(super) fn a_disconnection(numbers: &[u64]) -> Value {
    json!({ "externalOrderID": "end-1", "customerRequestDate": next_date(), "tnList": numbers })
}

/// Seven business days from now.
fn next_date() -> String {
    Date::from(Timestamp::now()).add_business_days(7).unwrap().to_string()
}

fn a_line(numbers: &[u64]) -> Value {
    json!({
        "customerType": "B",
        "businessName": "Example Corp",
        "serviceAddress": {
            "streetNumber": "1025",
            "streetName": "Eldorado",
            "streetSuffix": "BLVD",
            "secondaryLocation": "STE 200",
            "city": "Broomfield",
            "state": "CO",
            "zip": "80021",
        },
        "orderMappingList": [mapping(numbers)],
    })
}

fn mapping(numbers: &[u64]) -> Value {
    json!({ "customerServiceName": "DENVER-SBC-1", "tnList": numbers })
}
