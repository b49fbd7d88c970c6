//! A simulated Lumen in a process of its own, so that its CPU time is not part of the bench.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use clap::Args;
use reqwest::Method;
use serde_json::{Value, json};

use super::control;
use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider;

const PACKAGE: &str = "lumen-simulator";

/// The conditions at Lumen.
#[derive(Args, Clone)]
pub(crate) struct Conditions {
    /// Latency of every answer from Lumen, in milliseconds.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    pub(crate) latency: u64,
    /// How long an order takes to appear in the inventory, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    order_seconds: f64,
    /// `Retry-After` in the status of an order in progress, in seconds. Not sent by default.
    #[arg(long, value_name = "SECONDS")]
    retry_after: Option<u64>,
    /// Number of other active connections that the customer has.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    services: usize,
    /// Number of other telephone numbers that the customer has.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    numbers: usize,
    /// Maximum number of requests per second that Lumen answers. Unlimited by default.
    #[arg(long, value_name = "COUNT")]
    requests_per_second: Option<u32>,
}

impl Conditions {
    /// The settings for which the simulator has no argument.
    fn settings(&self) -> Value {
        let seconds = self.order_seconds;
        json!({
            "order_seconds": seconds,
            "inventory_lag_seconds": 0.0,
            "retry_after": self.retry_after.map_or(json!("none"), |it| json!({ "seconds": it })),
            "voice": { "order_seconds": seconds, "inventory_lag_seconds": 0.0 },
        })
    }
}

/// The number of requests by method and path.
pub(crate) type Requests = BTreeMap<String, u64>;

/// Makes a release build of the simulator, and returns the path of its program.
pub(crate) fn build() -> Result<PathBuf, Failure> {
    let mut cargo = provider::nested_cargo();
    cargo.args(["build", "--release", "--package", PACKAGE, "--bin", PACKAGE]);
    provider::built(cargo, PACKAGE)
}

/// A running simulator. It ends when this is dropped.
pub(crate) struct Lumen {
    process: Child,
    /// The settings that are restored by every reset.
    settings: Value,
    /// The variables that make a provider use it.
    pub(crate) environment: Vec<(String, String)>,
}

impl Lumen {
    pub(crate) fn start(program: &Path, conditions: &Conditions) -> Result<Self, Failure> {
        let Conditions { latency, services, numbers, requests_per_second, .. } = conditions;
        let mut command = Command::new(program);
        command.args(["--port", "0", "--quota", "0"]);
        command.args(["--latency", &latency.to_string()]);
        command.args(["--services", &services.to_string(), "--numbers", &numbers.to_string()]);
        if let Some(limit) = requests_per_second {
            command.args(["--requests-per-second", &limit.to_string()]);
        }
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("the simulator can't be run")?;
        let lines = process.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines());
        let settings = conditions.settings();
        let mut lumen = Self { process, settings, environment: Vec::new() };
        for line in lines.map_while(Result::ok) {
            if let Some(variable) = exported(&line) {
                lumen.environment.push(variable);
            }
            // This is the last line that the simulator prints.
            if line.contains("LUMEN_BILLING_ACCOUNT_ID") {
                return Ok(lumen);
            }
        }
        Err(Failure::new("The simulator ended before it printed its address."))
    }

    /// Resets the simulator.
    pub(crate) fn start_anew(&self) -> Result<(), Failure> {
        self.send(Method::POST, "reset", &Value::Null)?;
        self.send(Method::PATCH, "settings", &self.settings).map(drop)
    }

    /// All requests since the last reset.
    pub(crate) fn requests(&self) -> Result<Requests, Failure> {
        let told = self.send(Method::GET, "requests", &Value::Null)?;
        serde_json::from_value(told).context("the simulator does not count requests")
    }

    pub(crate) fn url(&self) -> &str {
        let url = self.environment.iter().find(|(name, _)| name == "LUMEN_BASE_URL");
        url.map_or("", |(_, url)| url)
    }

    fn send(&self, method: Method, path: &str, body: &Value) -> Result<Value, Failure> {
        control::send(method, self.url(), &format!("/_simulator/{path}"), body)
    }
}

impl Drop for Lumen {
    fn drop(&mut self) {
        // The process may already have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The requests in between.
pub(crate) fn difference(before: &Requests, after: &Requests) -> Requests {
    let more = |(name, count): (&String, &u64)| {
        let more = count - before.get(name).copied().unwrap_or(0).min(*count);
        (more > 0).then(|| (name.clone(), more))
    };
    after.iter().filter_map(more).collect()
}

/// The variable that a line of a shell script exports.
fn exported(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
    Some((name.to_owned(), value.trim_matches('\'').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_from_what_people_would_paste() {
        let read = exported("export LUMEN_BASE_URL='http://127.0.0.1:8787'");

        assert_eq!(read, Some(("LUMEN_BASE_URL".into(), "http://127.0.0.1:8787".into())));
        assert_eq!(exported("# Point Terraform at it:"), None);
    }

    #[test]
    fn only_what_is_new_is_counted() {
        let before = Requests::from([("GET /a".into(), 2), ("GET /b".into(), 1)]);
        let after = Requests::from([("GET /a".into(), 5), ("GET /b".into(), 1)]);

        assert_eq!(difference(&before, &after), Requests::from([("GET /a".into(), 3)]));
    }
}
