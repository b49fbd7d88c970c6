//! The output that users see, as text for snapshots.

use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::attribute_path::step::Selector;
use terraform_provider_lumen::plugin::proto::tfplugin6::diagnostic::Severity;
use terraform_provider_lumen::plugin::proto::tfplugin6::{AttributePath, Diagnostic};

/// Diagnostics in Terraform's order, one below the other. Details that differ from run to run are left out:
/// the simulator's port, numbers that count answers, and random references.
#[must_use]
pub fn diagnostics(diagnostics: &[Diagnostic]) -> String {
    let shown: Vec<String> = diagnostics.iter().map(diagnostic).collect();
    shown.join("\n")
}

fn diagnostic(diagnostic: &Diagnostic) -> String {
    let Diagnostic { summary, detail, attribute, .. } = diagnostic;
    let severity = match diagnostic.severity() {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Invalid => "Invalid",
    };
    let place = attribute.as_ref().map_or_else(String::new, |at| format!(" (at {})", path(at)));
    steady(&format!("{severity}: {summary}{place}\n\n{detail}\n"))
}

/// A path as users write it: `contact.name`.
pub(crate) fn path(path: &AttributePath) -> String {
    let steps = path.steps.iter().enumerate().map(|(position, step)| match &step.selector {
        Some(Selector::AttributeName(name)) if position == 0 => name.clone(),
        Some(Selector::AttributeName(name)) => format!(".{name}"),
        Some(Selector::ElementKeyString(key)) => format!("[{key:?}]"),
        Some(Selector::ElementKeyInt(index)) => format!("[{index}]"),
        None => panic!("rule broken: every step of a path selects something"),
    });
    steps.collect()
}

/// A value in Terraform's own notation.
#[must_use]
pub fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Unknown(_) => "(known after apply)".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(elements) | Value::Set(elements) => {
            let elements: Vec<String> = elements.iter().map(self::value).collect();
            format!("[{}]", elements.join(", "))
        }
        Value::Map(attributes) => {
            let set = attributes.iter().filter(|(_, value)| !value.is_null());
            let set: Vec<String> =
                set.map(|(name, value)| format!("{name} = {}", self::value(value))).collect();
            format!("{{ {} }}", set.join(", "))
        }
        Value::Dynamic(typed) => self::value(&typed.1),
    }
}

/// The attributes of an object that are set, one per line.
#[must_use]
pub fn object(object: &Value) -> String {
    let set = object.as_map().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let shown: Vec<String> =
        set.map(|(name, value)| format!("{name} = {}\n", self::value(value))).collect();
    steady(&shown.concat())
}

/// The changes of a plan, one attribute per line.
pub(crate) fn changes(prior: &Value, planned: &Value) -> String {
    let names = planned.as_map().or(prior.as_map()).into_iter().flatten().map(|(name, _)| name);
    let changed: Vec<String> = names
        .filter(|name| prior.get(name) != planned.get(name))
        .map(|name| format!("{name}: {} -> {}\n", value(prior.get(name)), value(planned.get(name))))
        .collect();
    changed.concat()
}

/// The kinds of targets. The names of their folders in the journal contain a hash.
const THINGS: [&str; 4] = ["iod_connection", "iod_service", "voice_tn_reservation", "voice_growth"];

fn steady(text: &str) -> String {
    let text =
        replaced(text, "tracking ID ", "…", |letter| letter.is_ascii_hexdigit() || letter == '-');
    let text = replaced(&text, "127.0.0.1:", "…", |letter| letter.is_ascii_digit());
    let text = replaced(&text, "--journal ", "…", |letter| !letter.is_whitespace());
    let text = replaced(&text, "journal in `", "…", |letter| letter != '`');
    let text = replaced(&text, "Make `", "…", |letter| letter != '`');
    let here = std::env::current_dir().unwrap_or_default();
    let text = text.replace(&format!("`{}`", here.display()), "`…`");
    let text = text.replace(&format!("{}/", std::env::temp_dir().display()), "/tmp/");
    let text = replaced(&text, "/tmp/", "…", |letter| !" :`\"".contains(letter));
    let text = THINGS.iter().fold(text, |text, thing| {
        replaced(&text, &format!("`{thing}-"), "…", |letter| letter.is_ascii_hexdigit())
    });
    let text =
        replaced(&text, "recorded at ", "…", |letter| !letter.is_whitespace() && letter != ';');
    let text =
        replaced(&text, "searching until at least ", "…", |letter| !letter.is_whitespace());
    let text = replaced(&text, "Lumen waits until ", "…", |letter| !letter.is_whitespace());
    let text = replaced(&text, "tf-", "…", |letter| letter.is_ascii_hexdigit());
    replaced(&text, "has order `tf-…` of ", "…", |letter| !letter.is_whitespace())
}

/// Replaces the sequence of matching characters after every occurrence of a text.
fn replaced(text: &str, before: &str, with: &str, run: impl Fn(char) -> bool) -> String {
    let mut parts = text.split(before);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str(before);
        shown.push_str(with);
        shown.push_str(part.trim_start_matches(&run));
    }
    shown
}
