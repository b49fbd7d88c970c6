//! The API of the simulator, tested over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails by panicking")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes its snapshots so")]

mod auth;
mod catalogue;
mod control;
mod faults;
mod inventory;
mod lines;
mod offline;
mod order_status;
mod ordering;
mod scale;
mod voice;

use std::time::Duration;

use lumen_simulator::{Options, Settings, Simulator};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

const ORDER: &str = "/Customer/v3/Ordering/orderRequest";
const INVENTORY: &str = "/ProductInventory/v1/inventory";

/// The site of Lumen's own examples, in one of Equinix's data centres.
const SITE: &str = "PL0001247634";
const EQUINIX: &str = "43558";
/// A site at Flexential, and one of the customer's own sites with its port.
const FLEXENTIAL_SITE: &str = "PL0001247854";
const FLEXENTIAL: &str = "501877";
const PORT_SITE: &str = "PL0001247894";
const PORT: &str = "70/KFGS/100001/LUMN";

/// A simulator and a client with a valid token.
struct World {
    lumen: Simulator,
    http: Client,
    token: String,
}

/// The answer to a request.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    /// The status and the content of the error envelope: `422 invalidValue at speed: not sold`.
    fn problem(&self) -> String {
        let text = |member: &str| self.body[member].as_str().unwrap_or_default();
        let code = format!("{} {}", self.status.as_u16(), text("code"));
        format!("{code} at {}: {}", text("propertyPath"), text("reason"))
    }

    fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }

    fn pretty(&self) -> String {
        serde_json::to_string_pretty(&self.body).unwrap()
    }
}

async fn world() -> World {
    world_with(|_| {}).await
}

async fn world_with(change: impl FnOnce(&mut Settings)) -> World {
    let mut options = Options::default();
    change(&mut options.settings);
    world_of(options).await
}

async fn world_of(options: Options) -> World {
    let lumen = Simulator::start(options).await.unwrap();
    // Another test may have installed it already. reqwest needs a provider even without TLS.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().no_proxy().build().unwrap();
    let mut world = World { lumen, http, token: String::new() };
    world.sign_in().await;
    world
}

impl World {
    async fn sign_in(&mut self) {
        let mut answer = send(self.token_request("/oauth/v2/token")).await;
        self.token = serde_json::from_value(answer.body["access_token"].take()).unwrap();
    }

    fn token_request(&self, path: &str) -> RequestBuilder {
        self.http
            .post(format!("{}{path}", self.lumen.url()))
            .basic_auth("simulator", Some("simulator-secret"))
            .form(&[("grant_type", "client_credentials")])
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.lumen.url()))
            .bearer_auth(&self.token)
            .header("x-customer-number", "1-ABCDE")
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    /// Sends a request to the control API.
    async fn control(&self, method: Method, path: &str, body: &Value) -> Answer {
        let url = format!("{}/_simulator/{path}", self.lumen.url());
        send(self.http.request(method, url).json(body)).await
    }

    async fn quote(&self, speed: &str) -> String {
        self.post("/Product/v1/priceRequest", &a_price_request(SITE, speed)).await.id()
    }

    async fn order(&self, order: &Value) -> Answer {
        self.post(ORDER, order).await
    }

    /// Orders a connection at 100 Mbps, and returns the order's id.
    async fn ordered(&self, name: &str) -> String {
        let quote = self.quote("100 Mbps").await;
        self.order(&an_add(&quote, name)).await.id()
    }

    /// Orders a connection, waits until it is active, and returns its service id.
    async fn connected(&self, name: &str) -> String {
        let order = self.ordered(name).await;
        self.pass(22);
        self.status(&order).await.body["serviceId"].as_str().unwrap().to_owned()
    }

    async fn status(&self, order: &str) -> Answer {
        self.get(&format!("{ORDER}/{order}")).await
    }

    /// The service that the inventory returns by id.
    async fn service(&self, id: &str) -> Value {
        self.get(&format!("{INVENTORY}?serviceId={id}")).await.body["serviceInventory"][0].clone()
    }

    fn pass(&self, seconds: u64) {
        self.lumen.advance(Duration::from_secs(seconds));
    }
}

async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, headers, body }
}

fn a_price_request(site: &str, speed: &str) -> Value {
    json!({
        "sourceSystem": "NaaS ExternalAPI",
        "customerNumber": "1-ABCDE",
        "currencyCode": "usd",
        "masterSiteId": site,
        "productCode": "718",
        "partnerId": EQUINIX,
        "speed": speed,
    })
}

/// An order without the members that only its action needs.
fn an_order(action: &str) -> Value {
    json!({
        "externalId": "EXT-000027740",
        "billingAccount": { "id": "5-RHQBGCGK", "name": "Company or account name" },
        "channel": [{ "id": "99", "name": "NaaS ExternalAPI" }],
        "productOrderItem": [{
            "id": "line-1",
            "quantity": 1,
            "action": action,
            "product": {
                "productCharacteristic": [],
                "productSpecification": { "id": "5001", "name": "NaaS Internet" },
            },
            "productOffering": { "id": "718", "name": "NaaS Internet" },
        }],
        "relatedContactInformation": [{
            "number": "+16157691234",
            "emailAddress": "first.lastname@domain.com",
            "role": "Order Contact",
            "organization": "Org Name",
            "name": "FirstName LastName",
            "numberExtension": "",
        }],
    })
}

fn an_add(quote: &str, name: &str) -> Value {
    let mut order = an_order("add");
    order["productOrderItem"][0]["product"]["productCharacteristic"] = json!([
        { "name": "Customer Service Name", "valueType": "String", "value": name },
        { "name": "VLAN Assignment", "valueType": "String", "value": "Auto Assign" },
        { "name": "IPV4 Block Size", "valueType": "String", "value": "/29" },
        { "name": "Routing Options", "valueType": "String", "value": "Static" },
    ]);
    order["quote"] = json!([{ "id": quote, "name": "quoteId" }]);
    order
}

fn a_resize(service: &str, quote: &str) -> Value {
    let mut order = an_order("modify");
    order["productOrderItem"][0]["product"]["id"] = service.into();
    order["quote"] = json!([{ "id": quote, "name": "quoteId" }]);
    order
}

fn a_rename(service: &str, name: &str) -> Value {
    let mut order = an_order("modify");
    order["productOrderItem"][0]["product"]["id"] = service.into();
    order["productOrderItem"][0]["product"]["productCharacteristic"] =
        json!([{ "name": "Customer Service Name", "valueType": "String", "value": name }]);
    order
}

fn a_delete(service: &str) -> Value {
    let mut order = an_order("delete");
    order["productOrderItem"][0]["product"]["id"] = service.into();
    order
}

#[tokio::test]
async fn only_loopback_addresses_are_accepted() {
    let options = Options { host: [0, 0, 0, 0].into(), ..Options::default() };

    let refused = Simulator::start(options).await.err().unwrap();

    assert_eq!(refused.to_string(), "0.0.0.0 is not a loopback address");
}

#[tokio::test]
async fn a_dropped_simulator_no_longer_listens() {
    let World { lumen, http, .. } = world().await;
    let url = lumen.url();

    drop(lumen);
    // The aborted server task ends when the runtime polls it.
    tokio::task::yield_now().await;

    assert!(http.get(url).send().await.is_err());
}
