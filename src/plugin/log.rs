//! Logs in the format that Terraform reads from stderr: one JSON object in each line. Terraform
//! keeps the level of such lines.

use std::env;
use std::io::Write as _;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// The prefix of this program's own events. Only these are logged, because libraries log HTTP headers at
/// their lowest level, and headers contain tokens.
const OWN_EVENTS: &str = env!("CARGO_CRATE_NAME");

/// Starts logging at the level in `TF_LOG_PROVIDER` or `TF_LOG`. If neither is set, nothing is
/// logged.
pub(super) fn start(module: &'static str) {
    let level = ["TF_LOG_PROVIDER", "TF_LOG"].iter().find_map(|name| env::var(name).ok());
    let level = level.as_deref().map_or(LevelFilter::OFF, level_filter);
    // This fails only if logging has been started before, and then it continues.
    tracing_subscriber::registry().with(Lines { module }.with_filter(level)).try_init().ok();
}

/// Reads Terraform's names of the levels. `JSON` means all levels, and also changes the format of Terraform's
/// own output.
fn level_filter(word: &str) -> LevelFilter {
    match word.to_ascii_uppercase().as_str() {
        "TRACE" | "JSON" => LevelFilter::TRACE,
        "DEBUG" => LevelFilter::DEBUG,
        "INFO" => LevelFilter::INFO,
        "WARN" => LevelFilter::WARN,
        "ERROR" => LevelFilter::ERROR,
        _ => LevelFilter::OFF,
    }
}

/// Writes each event as one line.
struct Lines {
    /// The name of the provider in Terraform's log.
    module: &'static str,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().starts_with(OWN_EVENTS) {
            return;
        }
        let mut line = Line(Map::new());
        line.put("@level", level_word(*metadata.level()));
        // Terraform parses the line only if the seconds have exactly six decimal places.
        line.put("@timestamp", format!("{:.6}", Timestamp::now()));
        line.put("@module", self.module);
        event.record(&mut line);
        // If stderr is closed, the log has no reader.
        writeln!(std::io::stderr().lock(), "{}", Value::Object(line.0)).ok();
    }
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::TRACE => "trace",
        Level::DEBUG => "debug",
        Level::INFO => "info",
        Level::WARN => "warn",
        Level::ERROR => "error",
    }
}

/// The fields of one event.
struct Line(Map<String, Value>);

impl Line {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        let name = if name == "message" { "@message" } else { name };
        self.0.insert(name.to_owned(), value.into());
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.put(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value);
    }
}
