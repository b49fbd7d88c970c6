//! The members of a request body. Lumen's guides spell some names in several ways, so a name is found in
//! any case, with and without underscores.

use serde_json::{Map, Value};

use crate::voice::error::VoiceError;

/// A JSON object in a request body. A member that is null or blank counts as absent.
#[derive(Clone, Copy)]
pub(crate) struct Members<'l>(&'l Map<String, Value>);

impl<'l> Members<'l> {
    /// The members of an object; `None` for any other value.
    pub(crate) fn of(value: &'l Value) -> Option<Members<'l>> {
        value.as_object().map(Members)
    }

    pub(crate) fn find(self, name: &str) -> Option<&'l Value> {
        let wanted = plain(name);
        let (_, value) = self.0.iter().find(|(name, _)| plain(name) == wanted)?;
        let is_blank = value.as_str().is_some_and(|text| text.trim().is_empty());
        (!value.is_null() && !is_blank).then_some(value)
    }

    pub(crate) fn has(self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A text. A number is accepted as its digits.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        match self.find(name)? {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Whether a member is `Y`; `None` if it is neither `Y` nor `N`.
    pub(crate) fn yes_or_no(self, name: &str) -> Option<bool> {
        match self.text(name)?.as_str() {
            "Y" => Some(true),
            "N" => Some(false),
            _ => None,
        }
    }

    pub(crate) fn object(self, name: &str) -> Option<Members<'l>> {
        Members::of(self.find(name)?)
    }

    /// The elements of a list; `None` if there is no such list.
    pub(crate) fn list(self, name: &str) -> Option<&'l [Value]> {
        Some(self.find(name)?.as_array()?.as_slice())
    }

    /// The paths of the members that have a value of their own, such as `lnp.billingTN`, without values.
    pub(crate) fn paths(self) -> Vec<String> {
        let mut paths = Vec::new();
        collect_paths(self.0, "", &mut paths);
        paths
    }

    /// Checks that every text is ASCII.
    pub(crate) fn check_texts(self) -> Result<(), VoiceError> {
        self.0.iter().try_for_each(|(name, value)| check_text(name, value))
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').map(|letter| letter.to_ascii_lowercase()).collect()
}

fn collect_paths(members: &Map<String, Value>, parent: &str, paths: &mut Vec<String>) {
    for (name, value) in members {
        let path = if parent.is_empty() { name.clone() } else { format!("{parent}.{name}") };
        let within: Vec<_> = match value {
            Value::Object(members) => vec![members],
            Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
            _ => Vec::new(),
        };
        if within.is_empty() && !paths.contains(&path) {
            paths.push(path);
        } else {
            for members in within {
                collect_paths(members, &path, paths);
            }
        }
    }
}

fn check_text(name: &str, value: &Value) -> Result<(), VoiceError> {
    match value {
        Value::String(text) if !text.is_ascii() => Err(VoiceError::new(20_237).detail(name)),
        Value::Array(items) => items.iter().try_for_each(|item| check_text(name, item)),
        Value::Object(members) => {
            members.iter().try_for_each(|(name, item)| check_text(name, item))
        }
        _ => Ok(()),
    }
}
