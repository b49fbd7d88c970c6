//! Requests to the control API of the simulator.

use reqwest::blocking::Client;
use reqwest::{Method, StatusCode};
use rustls::crypto::ring;
use serde_json::Value;

use lumen_report::failure::{Context, Failure};

/// Sends JSON to `http://host:port`, and returns the JSON of the answer.
pub(crate) fn send(method: Method, url: &str, path: &str, body: &Value) -> Result<Value, Failure> {
    let what = format!("{method} {path} of the simulator");
    let (status, answer) = exchange(method, &format!("{url}{path}"), body).context(&what)?;
    if !status.is_success() {
        return Err(Failure::new(format!("{what}: {status}, {answer}")));
    }
    if answer.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&answer).context(what)
}

fn exchange(method: Method, url: &str, body: &Value) -> reqwest::Result<(StatusCode, String)> {
    // The client requires a TLS provider, although nothing is encrypted here. An error means that the same
    // one is already installed.
    ring::default_provider().install_default().ok();
    let client = Client::builder().no_proxy().build()?;
    let answer = client.request(method, url).json(body).send()?;
    Ok((answer.status(), answer.text()?))
}
