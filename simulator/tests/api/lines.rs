//! Lines: telephone numbers in service, and the orders about them. The stories begin on a Friday.

mod change;
mod control;
mod disconnect;
mod holds;
mod install;
mod port;
mod refusals;
mod report;
mod supplement;

use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use lumen_simulator::{Options, Reply, Settings, Simulator};
use serde_json::{Value, json};

use crate::Answer;
use crate::voice::VOICE;

const START: &str = "2026-11-20T12:00:00Z";
const DAY: u64 = 24 * 60 * 60;

/// A simulator without a server, and what it answers.
struct Office {
    lumen: Simulator,
}

async fn office() -> Office {
    office_with(|_| {}).await
}

async fn office_with(change: impl FnOnce(&mut Settings)) -> Office {
    let mut options = Options::default();
    options.settings.token_lifetime = 1_000 * DAY;
    change(&mut options.settings);
    let lumen = Simulator::offline(options, START.parse().unwrap()).unwrap();
    let sign_in = Request::post("/oauth/v2/token")
        .header("authorization", "Basic c2ltdWxhdG9yOnNpbXVsYXRvci1zZWNyZXQ=")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"grant_type=client_credentials"));
    lumen.answer(sign_in.unwrap()).await;
    Office { lumen }
}

impl Office {
    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.lumen.url()))
            .header("authorization", "Bearer eyJzaW11bGF0b3IiOnRydWV9.00000001")
            .header("x-customer-number", "1-ABCDE")
            .body(Bytes::from(body))
            .unwrap();
        let Reply::Whole(response) = self.lumen.answer(request).await else { panic!("cut") };
        let (parts, body) = response.into_parts();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", &format!("{VOICE}/{path}"), &Value::Null).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", &format!("{VOICE}/{path}"), body).await
    }

    async fn control(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send(method, &format!("/_simulator/{path}"), body).await
    }

    /// Places an order, and returns its id.
    async fn ordered(&self, path: &str, body: &Value) -> String {
        let placed = self.post(path, body).await;
        assert_eq!(placed.status, 202, "{}", placed.body);
        placed.body["voiceOrderId"].as_str().unwrap().to_owned()
    }

    async fn cancel(&self, order: &str) -> Answer {
        self.post(&format!("order/{order}/cancel"), &json!({})).await
    }

    async fn supplement(&self, order: &str, body: &Value) -> Answer {
        self.post(&format!("order/{order}/supplement"), body).await
    }

    /// The notification codes so far and the status: `901 902: completed`.
    async fn progress(&self, order: &str) -> String {
        let sent = self.notifications(order).await;
        let codes = sent.iter().map(|sent| sent["notificationCode"].as_str().unwrap());
        let codes = codes.collect::<Vec<_>>().join(" ");
        let status = self.get(&format!("orderStatus?voiceOrderId={order}")).await.body;
        format!("{codes}: {}", status["status"].as_str().unwrap())
    }

    async fn notifications(&self, order: &str) -> Vec<Value> {
        let path = format!("notifications?voiceOrderId={order}");
        self.get(&path).await.body["notifications"].as_array().unwrap().clone()
    }

    /// The message of the latest notification.
    async fn message(&self, order: &str) -> String {
        let sent = self.notifications(order).await;
        sent.last().unwrap()["notificationMessage"].as_str().unwrap().to_owned()
    }

    /// The rows of the report, short: `13035550100-13035550101 Active DENVER-SBC-1`.
    async fn report(&self) -> String {
        let rows = self.get("inventory/details?pageSize=100").await.body["tns"].take();
        let short = |row: &Value| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            format!("{} {} {}", numbers(row), text("status"), text("customerServiceName"))
        };
        rows.as_array().unwrap().iter().map(short).collect::<Vec<_>>().join("\n")
    }

    /// The numbers in the inventory of reserved numbers: `13035550100-13035550102`.
    async fn reserved(&self) -> String {
        let rows = self.get("inventory?pageSize=100").await.body["tns"].take();
        rows.as_array().unwrap().iter().map(numbers).collect::<Vec<_>>().join(" ")
    }

    /// Reserves 13035550100 and the numbers after it, without an order in the ledger.
    fn reserve(&self, quantity: usize) {
        self.lumen.add_voice_order("2042", "DENVER", "CO", quantity).unwrap();
    }

    fn pass(&self, seconds: u64) {
        self.lumen.advance(Duration::from_secs(seconds));
    }
}

fn numbers(row: &Value) -> String {
    match row["tn"].as_u64() {
        Some(number) => number.to_string(),
        None => format!("{}-{}", row["startTN"], row["endTN"]),
    }
}

/// The smallest order: Local Inbound, without a subscriber, at once.
fn an_install(numbers: &[u64]) -> Value {
    json!({
        "productID": "2036",
        "externalOrderID": "tf0f1e2d3c4b5a697887",
        "numberType": "NEW",
        "subscriberLines": [{
            "orderMappingList": [{ "customerServiceName": "DENVER-SBC-1", "tnList": numbers }],
        }],
    })
}

/// An order for Enhanced Local Service with everything that an order for reserved numbers can have.
fn a_full_install(numbers: &[u64]) -> Value {
    let mut order = a_port(numbers);
    order["numberType"] = "NEW".into();
    let line = order["subscriberLines"][0].as_object_mut().unwrap();
    line.remove("lnp");
    order.as_object_mut().unwrap().remove("customerRequestDate");
    order
}

/// A port to Enhanced Local Service with everything that an order can have.
fn a_port(numbers: &[u64]) -> Value {
    json!({
        "productID": "2042",
        "externalOrderID": "tf1a2b3c4d5e6f7a8b9c",
        "numberType": "LNP",
        "customerRequestDate": "2026-12-07T17:00:00Z",
        "subscriberLines": [{
            "customerType": "B",
            "businessName": "Example Corp",
            "serviceAddress": {
                "streetNumber": "1025", "streetPreDirectional": "N", "streetName": "Eldorado",
                "streetSuffix": "BLVD", "streetPostDirectional": "W", "secondaryLocation": "STE 200",
                "city": "Broomfield", "state": "CO", "zip": "80021",
            },
            "E911_Option": "STATIC",
            "directoryListing": {
                "directoryListingAction": "A",
                "directoryListingType": "1",
                "directoryBusinessName": "Example Corp",
            },
            "cnam": { "blockCustomerName": "N", "customerName": "EXAMPLE CORP" },
            "orderMappingList": [{ "customerServiceName": "DENVER-SBC-1", "tnList": numbers }],
            "lnp": {
                "billingTN": 13_035_559_100_u64,
                "loaName": "Ada Lovelace",
                "loaReceived": "Y",
                "loaDateTime": "2026-11-20T15:00:00Z",
                "losingCarrierAccountNumber": "12345",
                "losingCarrierPin": "0000",
                "losingCarrierWirelessLNP": "N",
            },
        }],
    })
}

/// The order with another value at a pointer such as `/subscriberLines/0/cnam`. Null removes the member.
fn with(mut order: Value, pointer: &str, value: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = order.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(member);
    } else {
        parent.insert(member.into(), value);
    }
    order
}
