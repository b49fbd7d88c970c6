//! Requests to the control API of the simulator. They are few, and no HTTP client is worth them.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use lumen_report::failure::{Context, Failure};
use serde_json::Value;

/// Sends JSON to `http://host:port`, and returns the JSON that is answered.
pub(crate) fn send(method: &str, url: &str, path: &str, body: &Value) -> Result<Value, Failure> {
    let answer = exchange(method, url.trim_start_matches("http://"), path, &body.to_string())
        .context(format_args!("{method} {path} of the simulator"))?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the simulator speaks no HTTP")?;
    if !head.split_whitespace().nth(1).is_some_and(|status| status.starts_with('2')) {
        return Err(Failure::new(format!("{method} {path} of the simulator: {answer}")));
    }
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(body).context(format_args!("{method} {path} of the simulator"))
}

/// HTTP/1.0 ends with the connection.
fn exchange(method: &str, host: &str, path: &str, body: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(host)?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
