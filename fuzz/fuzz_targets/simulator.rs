//! The simulator, which other tools also call. It answers every body with JSON, accepts at most one order
//! per request, and accepts none for a request that it refuses.

#![no_main]

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;

use libfuzzer_sys::fuzz_target;
use lumen_simulator::{Options, Simulator};
use serde_json::Value;

const PATHS: [&str; 8] = [
    "/Customer/v3/Ordering/orderRequest",
    "/Product/v1/priceRequest",
    "/Voice/v1/Numbers/orderInventory",
    "/Voice/v1/Numbers/customerApproval",
    "/Voice/v1/Numbers/coverage",
    "/Voice/v1/Numbers/rateCenters/utilization",
    "/serviceProvisioning/v2/internet",
    "/_simulator/voice/orders",
];

const NAMES: [&str; 42] = [
    "externalId",
    "billingAccount",
    "id",
    "name",
    "channel",
    "productOrderItem",
    "quantity",
    "action",
    "product",
    "productCharacteristic",
    "valueType",
    "value",
    "productSpecification",
    "productOffering",
    "relatedContactInformation",
    "role",
    "emailAddress",
    "number",
    "numberExtension",
    "organization",
    "quote",
    "note",
    "text",
    "sourceSystem",
    "customerNumber",
    "currencyCode",
    "masterSiteId",
    "productCode",
    "speed",
    "partnerId",
    "serviceId",
    "productID",
    "externalOrderID",
    "rateCenters",
    "rateCenter",
    "state",
    "sequentialIndicator",
    "pbxIndex",
    "pbxValue",
    "voiceOrderId",
    "tnList",
    "tnLocNpa",
];

thread_local! {
    static RUN: Box<dyn Fn(&str, &[u8])> = Box::new(runner());
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let json = lumen_fuzz::input(rest, &NAMES).map(|json| json.to_string().into_bytes());
    let body = json.unwrap_or_else(|| rest.to_vec());
    RUN.with(|run| run(PATHS[usize::from(*choice) % PATHS.len()], &body));
});

/// A simulator in a thread of its own, and a connection to it.
fn runner() -> impl Fn(&str, &[u8]) {
    let (started, simulator) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let simulator = Simulator::start(Options::default()).await.expect("a simulator");
            started.send(std::sync::Arc::new(simulator)).expect("a reader");
            std::future::pending::<()>().await;
        });
    });
    let simulator = simulator.recv().expect("a simulator");
    let variable = |name| {
        let found = simulator.environment().into_iter().find(|(own, _)| *own == name);
        found.expect("a variable").1
    };
    let customer = variable("LUMEN_CUSTOMER_NUMBER");
    let credentials = (variable("LUMEN_CLIENT_ID"), variable("LUMEN_CLIENT_SECRET"));
    let stream = TcpStream::connect(simulator.url().trim_start_matches("http://"));
    let stream = stream.expect("a connection");
    stream.set_nodelay(true).expect("a connection");
    let stream = RefCell::new(BufReader::new(stream));
    move |path, body| {
        let mut stream = stream.borrow_mut();
        // The effects of a request must not influence the next one.
        let reset = post(&mut stream, "/_simulator/reset", "", b"");
        assert!(reset.0 < 300, "{reset:?}");
        let basic = basic(&credentials.0, &credentials.1);
        let form = format!(
            "Authorization: Basic {basic}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        );
        let (status, token) =
            post(&mut stream, "/oauth/v2/token", &form, b"grant_type=client_credentials");
        assert_eq!(status, 200, "{token}");
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let headers = format!(
            "Authorization: Bearer {token}\r\nx-customer-number: {customer}\r\nContent-Type: application/json\r\n"
        );
        let orders = || {
            let ledger = simulator.ledger();
            ledger.orders.len() + ledger.voice_orders.len()
        };
        let before = orders();
        let (status, answer) = post(&mut stream, path, &headers, body);
        assert!(status < 500, "{status} {answer}");
        let taken = orders() - before;
        assert!(taken == 0 || status < 300, "an order for a refused request: {status} {answer}");
        // An order for numbers has an entry for each of its rate centers.
        assert!(taken <= 1 || path.contains("orderInventory"), "{taken} orders for one request");
    }
}

fn basic(user: &str, password: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = format!("{user}:{password}");
    let groups = text.as_bytes().chunks(3).map(|group| {
        let bits =
            (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*group.get(at).unwrap_or(&0)));
        (0..4).map(move |at| match at <= group.len() {
            true => char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]),
            false => '=',
        })
    });
    groups.flatten().collect()
}

fn post(stream: &mut BufReader<TcpStream>, path: &str, headers: &str, body: &[u8]) -> (u16, Value) {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: simulator\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    let request = [head.as_bytes(), body].concat();
    stream.get_mut().write_all(&request).expect("a connection");
    let mut status = 0;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).expect("an answer");
        assert!(!line.is_empty(), "the simulator closed the connection to {path}");
        let lower = line.trim().to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("http/1.1 ") {
            status = rest.get(..3).and_then(|code| code.parse().ok()).expect("a status");
        } else if let Some(rest) = lower.strip_prefix("content-length:") {
            length = rest.trim().parse().expect("a length");
        } else if lower.is_empty() {
            break;
        }
    }
    let mut text = vec![0; length];
    stream.read_exact(&mut text).expect("an answer");
    let answer =
        if text.is_empty() { Value::Null } else { serde_json::from_slice(&text).expect("JSON") };
    (status, answer)
}
