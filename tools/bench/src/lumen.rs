//! Lumen, simulated by a process of its own, so that its CPU is not the bench's.

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

/// How Lumen is.
#[derive(Args, Clone)]
pub(crate) struct Conditions {
    /// A pause of Lumen before every answer, in milliseconds.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    pub(crate) latency: u64,
    /// How long an order runs, in seconds, until it shows in the inventory.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    order_seconds: f64,
    /// How many seconds later Lumen wants to be asked again about an order that runs; it does not say
    /// so without this.
    #[arg(long, value_name = "SECONDS")]
    retry_after: Option<u64>,
    /// How many other active connections the customer has.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    services: usize,
    /// How many other telephone numbers the customer has.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    numbers: usize,
    /// How many requests Lumen answers in a second; all of them without it.
    #[arg(long, value_name = "COUNT")]
    requests_per_second: Option<u32>,
}

impl Conditions {
    /// What the simulator has no argument for.
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

/// Requests by method and path.
pub(crate) type Requests = BTreeMap<String, u64>;

/// Builds the simulator as one would ship it, and returns its program.
pub(crate) fn build() -> Result<PathBuf, Failure> {
    let mut cargo = provider::nested_cargo();
    cargo.args(["build", "--release", "--package", PACKAGE, "--bin", PACKAGE]);
    provider::built(cargo, PACKAGE)
}

/// A running simulator. It ends when this is dropped.
pub(crate) struct Lumen {
    process: Child,
    /// Of every start anew.
    settings: Value,
    /// What points a provider there.
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
            // The last line that it writes.
            if line.contains("LUMEN_BILLING_ACCOUNT_ID") {
                return Ok(lumen);
            }
        }
        Err(Failure::new("The simulator ended before it had said where it is."))
    }

    /// Forgets everything.
    pub(crate) fn start_anew(&self) -> Result<(), Failure> {
        self.send(Method::POST, "reset", &Value::Null)?;
        self.send(Method::PATCH, "settings", &self.settings).map(drop)
    }

    /// Every request since it started anew.
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
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What came in between.
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
