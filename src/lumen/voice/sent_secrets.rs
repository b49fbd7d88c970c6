//! The secrets that this process has sent in orders. Lumen may repeat them in an answer, so they are struck out
//! of everything that users and logs see of it.

use std::fmt::Write as _;
use std::sync::Mutex;

use secrecy::{ExposeSecret as _, SecretString};

use super::PortIn;
use crate::lumen::http::request::Answer;
use crate::lumen::{Error, Problem};

/// What stands in the place of a secret.
const STRUCK: &str = "(sensitive value)";

/// The shortest secret that is also struck out inside of a word. A shorter one would make a text unreadable.
const SHORTEST_IN_WORDS: usize = 4;

/// The secrets that were sent, in every spelling in which an answer may repeat them.
#[derive(Default)]
pub(super) struct SentSecrets(Mutex<Vec<SecretString>>);

impl SentSecrets {
    /// Records the secrets of a port before it is sent.
    pub(super) fn record(&self, port: &PortIn) {
        let sent = port.losing_carrier_account_number.iter().chain(&port.losing_carrier_pin);
        for secret in sent.map(SecretString::expose_secret).filter(|secret| !secret.is_empty()) {
            self.add(secret);
            let escaped = escaped(secret);
            if escaped != secret {
                self.add(&escaped);
            }
        }
    }

    /// Longer secrets come first, because they may contain shorter ones.
    fn add(&self, secret: &str) {
        let Ok(mut known) = self.0.lock() else { return };
        if known.iter().all(|known| known.expose_secret() != secret) {
            known.push(secret.into());
            known.sort_by_key(|known| std::cmp::Reverse(known.expose_secret().len()));
        }
    }

    /// Strikes the secrets out of an answer.
    pub(super) fn strike_answer(&self, answer: Result<Answer, Error>) -> Result<Answer, Error> {
        match answer {
            Ok(mut answer) => {
                self.strike_problem(&mut answer.receipt);
                Ok(answer)
            }
            Err(mut error) => {
                if let Some(problem) = error.problem_mut() {
                    self.strike_problem(problem);
                }
                Err(error)
            }
        }
    }

    /// The code stays, because it decides what happens next.
    fn strike_problem(&self, problem: &mut Problem) {
        let Problem { reason, message, detail, property_path, body, .. } = problem;
        for text in [reason, message, detail, property_path].into_iter().flatten() {
            self.strike(text);
        }
        self.strike(body);
    }

    /// Strikes the secrets out of a text.
    pub(super) fn strike(&self, text: &mut String) {
        // After a panic elsewhere, it is not known what is secret.
        let Ok(known) = self.0.lock() else { return STRUCK.clone_into(text) };
        for secret in known.iter() {
            *text = without(text, secret.expose_secret());
        }
    }
}

/// The secret as a JSON text has it.
fn escaped(secret: &str) -> String {
    let mut escaped = String::new();
    // Writing to a string can't fail.
    let _ = write!(escaped, "{}", serde_json::Value::from(secret));
    escaped.get(1..escaped.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// The text without the secret, whatever its case. Its beginning at the end of the text is part of it, because
/// long texts are cut off.
fn without(text: &str, secret: &str) -> String {
    // Only the case of ASCII changes, so the positions are the same in both.
    let (lower, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in lower.match_indices(&secret) {
        let end = at + secret.len();
        if is_own_word(&lower, at, end) || SHORTEST_IN_WORDS <= secret.len() {
            kept.push_str(text.get(from..at).unwrap_or_default());
            kept.push_str(STRUCK);
            from = end;
        }
    }
    let rest = text.get(from..).unwrap_or_default();
    let cut =
        Problem::is_cut_off(text).then(|| length_of_beginning(&rest.to_ascii_lowercase(), &secret));
    match cut {
        Some(length @ 1..) => {
            kept.push_str(rest.get(..rest.len() - length).unwrap_or_default());
            kept.push_str(STRUCK);
        }
        _ => kept.push_str(rest),
    }
    kept
}

/// Whether no letter and no digit stands directly before or after this part of the text.
fn is_own_word(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    !before.into_iter().chain(after).any(char::is_alphanumeric)
}

/// How many bytes at the end of the text are the beginning of the secret.
fn length_of_beginning(text: &str, secret: &str) -> usize {
    let beginnings = secret.char_indices().skip(1).map(|(length, _)| length);
    let found =
        beginnings.filter(|length| secret.get(..*length).is_some_and(|it| text.ends_with(it)));
    found.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(secrets: &[&str], text: &str) -> String {
        let sent = SentSecrets::default();
        for secret in secrets {
            sent.add(secret);
        }
        let mut text = text.to_owned();
        sent.strike(&mut text);
        text
    }

    #[test]
    fn a_secret_is_struck_out_wherever_it_stands() {
        for (text, expected) in [
            ("the PIN PIN-4711 is wrong", "the PIN (sensitive value) is wrong"),
            (r#"{"losingCarrierPin":"pin-4711"}"#, r#"{"losingCarrierPin":"(sensitive value)"}"#),
            ("xPIN-4711x, PIN-4711", "x(sensitive value)x, (sensitive value)"),
            ("PIN-471", "PIN-471"),
        ] {
            assert_eq!(struck(&["PIN-4711"], text), expected);
        }
    }

    #[test]
    fn a_short_secret_is_struck_out_only_as_a_word() {
        assert_eq!(
            struck(&["1"], "HTTP 411: PIN 1, code 1612"),
            "HTTP 411: PIN (sensitive value), code 1612"
        );
    }

    #[test]
    fn the_longer_of_two_secrets_is_struck_out_first() {
        assert_eq!(struck(&["4711", "4711-0815"], "4711-0815"), STRUCK);
    }

    #[test]
    fn a_json_text_has_other_characters() {
        assert_eq!(escaped("a\"\\b"), r#"a\"\\b"#);
    }

    #[test]
    fn a_secret_at_the_end_of_a_long_text_may_be_cut_off() {
        let long = format!("{}PIN-47", "x".repeat(2042));
        assert!(struck(&["PIN-4711"], &long).ends_with("xx(sensitive value)"));
        assert_eq!(struck(&["PIN-4711"], "the PIN-47"), "the PIN-47");
    }
}
