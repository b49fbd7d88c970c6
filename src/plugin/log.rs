//! Logs as Terraform reads them: one JSON object a line on stderr, which keeps its level under
//! `TF_LOG`.

use std::env;
use std::io::Write as _;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// Libraries log headers at their lowest level, and headers hold tokens: only our own events leave.
const OURS: &str = env!("CARGO_CRATE_NAME");

/// Logs as `TF_LOG_PROVIDER` or `TF_LOG` says; nothing where neither is set.
pub(super) fn start(module: &'static str) {
    let level = ["TF_LOG_PROVIDER", "TF_LOG"].iter().find_map(|name| env::var(name).ok());
    let level = level.as_deref().map_or(LevelFilter::OFF, level_filter);
    // A second start would only mean that logging has begun already.
    tracing_subscriber::registry().with(Lines { module }.with_filter(level)).try_init().ok();
}

/// Terraform's words for levels; `JSON` means all of them, in another format for people.
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

struct Lines {
    /// The name that the lines have in Terraform's log.
    module: &'static str,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().starts_with(OURS) {
            return;
        }
        let mut line = Line(Map::new());
        line.put("@level", level_word(*metadata.level()));
        // Terraform takes a line for plain text unless there are exactly six digits.
        line.put("@timestamp", format!("{:.6}", Timestamp::now()));
        line.put("@module", self.module);
        event.record(&mut line);
        // Whoever closed stderr does not want to read it.
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
