//! Rules for values: each has the words that users read and the code that checks them.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::sync::Arc;

use jiff::SignedDuration;

use super::path::Trail;
use super::schema::Visibility;
use super::{Diagnostic, Value};

/// A rule that a value must satisfy. A rule that parses text also says which texts are equivalent.
#[derive(Clone)]
pub struct Rule {
    /// The allowed values, in words that complete the sentence "Set it to …".
    pub allowed: String,
    check: Check,
    normalize: Option<Normalize>,
}

/// Checks a known value. The error is a fragment that says why the value is refused.
type Check = Arc<dyn Fn(&Value) -> Result<(), String> + Send + Sync>;

/// Returns one spelling for all equivalent texts; `None` if the text can't be parsed.
type Normalize = fn(&str) -> Option<String>;

impl Rule {
    /// A custom rule: the allowed values in words, and the check.
    pub fn new(
        allowed: impl Into<String>,
        check: impl Fn(&Value) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self { allowed: allowed.into(), check: Arc::new(check), normalize: None }
    }

    /// The value must be one of these texts.
    #[must_use]
    pub fn one_of(choices: &[&'static str]) -> Self {
        let choices = choices.to_vec();
        let quoted: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
        let allowed = match quoted.as_slice() {
            [only] => format!("{only}, the only allowed value"),
            several => format!("one of {}", several.join(", ")),
        };
        Self::new(allowed, move |value| match value.as_str() {
            Some(text) if !choices.contains(&text) => {
                Err("it is not one of the allowed values".to_owned())
            }
            _ => Ok(()),
        })
    }

    /// The value must be an integer within these bounds, inclusive.
    #[must_use]
    pub fn integer(smallest: i64, largest: i64) -> Self {
        Self::new(format!("a whole number from {smallest} to {largest}"), move |value| {
            let Value::Number(number) = value else { return Ok(()) };
            match number.to_i64() {
                Some(integer) if integer < smallest => Err("it is too small".to_owned()),
                Some(integer) if integer <= largest => Ok(()),
                Some(_) => Err("it is too large".to_owned()),
                None => Err("it is not a whole number, or is too large".to_owned()),
            }
        })
    }

    /// The text must have at most this many characters, and at least one that is not whitespace.
    #[must_use]
    pub fn length_up_to(longest: usize) -> Self {
        Self::new(format!("text of 1 to {longest} characters"), move |value| match value.as_str() {
            Some(text) if text.trim().is_empty() => Err("it is empty".to_owned()),
            Some(text) if longest < text.chars().count() => {
                Err(format!("it has {} characters", text.chars().count()))
            }
            _ => Ok(()),
        })
    }

    /// Like [`Self::length_up_to`], but without whitespace at the beginning or end: an API that trims the
    /// text would not return what was sent.
    #[must_use]
    pub fn trimmed_up_to(longest: usize) -> Self {
        let length = Self::length_up_to(longest);
        let allowed = format!("{} without leading or trailing whitespace", length.allowed);
        Self::new(allowed, move |value| match value.as_str() {
            Some(text) if !text.trim().is_empty() && text.trim() != text => {
                Err("it begins or ends with whitespace".to_owned())
            }
            _ => (length.check)(value),
        })
    }

    /// The text must parse as a `T`. Texts that parse to the same `T` are equivalent.
    pub fn reads_as<T: FromStr<Err: Display> + Display>(allowed: impl Into<String>) -> Self {
        let check = |value: &Value| match value.as_str().map(T::from_str) {
            Some(Err(why)) => Err(why.to_string()),
            _ => Ok(()),
        };
        let normalize: Normalize = |text| T::from_str(text).ok().map(|read| read.to_string());
        Self { allowed: allowed.into(), check: Arc::new(check), normalize: Some(normalize) }
    }

    /// The text must be a duration above zero, in Go's notation.
    #[must_use]
    pub fn duration() -> Self {
        Self::reads_as::<Span>("a duration with a unit, such as `90s`, `45m` or `2h`")
    }

    /// The error for the value at that path, if it breaks the rule. Null and unknown values pass.
    pub(super) fn violation(
        &self,
        trail: Trail<'_>,
        value: &Value,
        visibility: Visibility,
    ) -> Option<Diagnostic> {
        if value.is_null() || value.is_unknown() {
            return None;
        }
        let why = (self.check)(value).err()?;
        let shown = match value {
            _ if visibility != Visibility::Shown => {
                "the value given (not shown: it is sensitive)".to_owned()
            }
            Value::String(text) if text.contains("://") && text.contains(['@', '?']) => {
                "the address given (not shown: it may contain a secret)".to_owned()
            }
            Value::String(text) => format!("{text:?}"),
            Value::Number(number) => number.to_string(),
            _ => "the value given".to_owned(),
        };
        let path = trail.path();
        Some(
            Diagnostic::error(format!("`{path}` is not valid"))
                .because(format!("{shown} can't be used: {why}"))
                .remedy(format!("Set `{path}` to {}.", self.allowed))
                .at(path),
        )
    }

    /// Whether the two values are equivalent texts.
    pub(super) fn means_the_same(&self, one: &Value, other: &Value) -> bool {
        let Some(normalize) = self.normalize else { return false };
        match (one.as_str().and_then(normalize), other.as_str().and_then(normalize)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Rule").field(&self.allowed).finish()
    }
}

/// A duration above zero, as users write it, such as `90s`, `45m` or `1h30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(std::time::Duration);

impl Span {
    /// The span as a duration of the standard library.
    #[must_use]
    pub fn duration(self) -> std::time::Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span: SignedDuration = text.parse().map_err(|_| "it is not a duration".to_owned())?;
        match std::time::Duration::try_from(span) {
            Ok(span) if !span.is_zero() => Ok(Self(span)),
            _ => Err("it must be longer than zero".to_owned()),
        }
    }
}

impl Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn durations_read_as_go_writes_them() {
        let read = |text: &str| text.parse::<Span>().ok().map(Span::duration);

        assert_eq!(read("90s"), Some(Duration::from_secs(90)));
        assert_eq!(read("1h30m"), Some(Duration::from_mins(90)));
        assert_eq!(read("1.5h"), Some(Duration::from_mins(90)));
        assert_eq!(read("250ms"), Some(Duration::from_millis(250)));
        for wrong in ["", "90", "0s", "-5m", "soon"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    /// Users sometimes put credentials into an address.
    #[test]
    fn an_address_with_credentials_is_not_shown() {
        let rule = Rule::one_of(&["a"]);
        let refused = |text: &str| {
            let block = Trail::default();
            let trail = block.attribute("base_url");
            let told = rule.violation(trail, &Value::text(text), Visibility::Shown);
            told.map(|told| told.detail()).unwrap_or_default()
        };

        for address in ["https://key:hush@api.example.com", "s3://bucket?token=hush"] {
            assert!(!refused(address).contains("hush"), "{address}");
        }
        assert!(refused("http://api.example.com").contains("http://api.example.com"));
        assert!(refused("a@example.com").contains("a@example.com"));
    }

    #[test]
    fn sensitive_values_are_not_shown() {
        let refused = Rule::length_up_to(3).violation(
            Trail::default().attribute("client_secret"),
            &Value::text("hush"),
            Visibility::Sensitive,
        );

        assert!(!format!("{refused:?}").contains("hush"));
    }
}
