//! The cost of a page of a hundred services, from the request to the values that the provider keeps.
//! `cases/mod.rs` explains how to measure it. The page comes from a socket on this machine.
#![expect(clippy::expect_used, reason = "a bench that can't run has no result")]

mod cases;

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use terraform_provider_lumen::lumen::ordering::ServiceQuery;
use terraform_provider_lumen::lumen::voice::VoicePaths;
use terraform_provider_lumen::lumen::{Client, OrderStatusSource, Poll, Settings};
use tokio::runtime::Builder;

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let lumen = TcpListener::bind("127.0.0.1:0").expect("a port");
    let client = client(lumen.local_addr().expect("an address").port());
    thread::spawn(move || lumen.incoming().flatten().for_each(|caller| drop(answer(caller))));
    let query = ServiceQuery::default();
    let page = async || client.service_pages(&query).next().await;
    cases::measure(
        "inventory",
        vec![(
            "a page of 100 services",
            Box::new(|| {
                let page = runtime.block_on(page()).expect("an answer");
                assert_eq!(page.map(|services| services.len()), Some(100));
            }),
        )],
    );
}

fn client(port: u16) -> Client {
    let url = |path| format!("http://127.0.0.1:{port}/{path}").parse().expect("a URL");
    let pause = Duration::from_secs(1);
    Client::new(Settings {
        base_url: url(""),
        token_url: url("token"),
        voice_base_url: url(""),
        client_id: "bench".to_owned(),
        client_secret: SecretString::from("bench"),
        customer_number: "1-ABCDE".parse().expect("a customer number"),
        request_timeout: Duration::from_mins(1),
        max_retries: 0,
        max_concurrent_requests: 1,
        requests_per_second: None,
        poll: Poll { interval: pause, interval_max: pause },
        order_status: OrderStatusSource::Auto,
        voice_paths: VoicePaths::default(),
    })
    .expect("settings that work")
}

/// Answers a token request with a token, and every other request with the same page.
fn answer(mut caller: TcpStream) -> io::Result<()> {
    let token = response(&json!({ "access_token": "t", "expires_in": 86_400 }));
    let page = response(&page());
    let mut asked = Vec::new();
    loop {
        let mut read = [0; 4096];
        let length = caller.read(&mut read)?;
        asked.extend(read.get(..length).filter(|read| !read.is_empty()).ok_or(ErrorKind::Other)?);
        if asked.starts_with(b"POST") && asked.ends_with(b"grant_type=client_credentials") {
            caller.write_all(&token)?;
            asked.clear();
        } else if asked.starts_with(b"GET") && asked.ends_with(b"\r\n\r\n") {
            caller.write_all(&page)?;
            asked.clear();
        }
    }
}

fn response(body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A page as in Lumen's documentation.
fn page() -> Value {
    let services: Vec<Value> = (0..100).map(|number| service(77_133_831_700 + number)).collect();
    json!({ "serviceInventory": services, "pageNumber": 1, "pageSize": 100, "totalElements": 100 })
}

fn service(id: u64) -> Value {
    json!({
        "serviceId": id.to_string(),
        "serviceName": format!("edge-{id}"),
        "serviceType": "Internet",
        "productCode": "718",
        "productName": "Internet On-Demand",
        "status": "Active",
        "customerNumber": "1-ABCDE",
        "billingAccount": { "id": "5-RHQBGCGK", "name": "Example, Inc." },
        "location": {
            "addressLine1": "1905 LUNT AVE",
            "city": "ELK GROVE VILLAGE",
            "stateOrProvince": "IL",
            "country": "US",
            "postcode": "60007",
            "masterSiteId": "PL0001247634",
        },
        "locationProfile": {
            "dataCenter": true,
            "naasEnabled": true,
            "market": "CHICAGO",
            "relatedParty": { "id": "43558" },
        },
        "productCharacteristic": [
            { "name": "Bandwidth", "valueType": "String", "value": "100 Mbps" },
        ],
        "product": {
            "id": id.to_string(),
            "status": "Active",
            "productCharacteristic": [
                { "name": "Bandwidth", "value": "100 mbps" },
                { "name": "UNI Service ID", "value": "70/KFGS/100001/LUMN" },
            ],
        },
        "productPrice": [{ "priceType": "", "price": "", "unit": "" }],
    })
}
