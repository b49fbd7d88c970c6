//! Lumen's answer when it refuses a request or fails.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::lumen::scalar::Scalar;
use crate::lumen::word::plain;

/// How many bytes of an answer, and of each of its texts, are kept for error messages.
const KEPT: usize = 2048;

/// An answer that reports a problem, in any of the known envelopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Method and path, with `{id}` in place of identifiers, such as `POST /Product/v1/priceRequest`.
    pub endpoint: String,
    /// HTTP status.
    pub status: u16,
    /// Lumen's code, such as `invalidValue` or `403006`.
    pub code: Option<String>,
    /// What is wrong with this request.
    pub reason: Option<String>,
    /// What kind of problem it is.
    pub message: Option<String>,
    /// The value that the message is about. In newer envelopes, this is what is wrong.
    pub detail: Option<String>,
    /// The member of the request that is at fault, such as `masterSiteId`.
    pub property_path: Option<String>,
    /// The ID by which Lumen's support can find the request.
    pub tracking_id: Option<String>,
    /// The original answer, truncated to 2 kB.
    pub body: String,
}

impl Problem {
    /// Reads every envelope that Lumen and its gateways are known to use.
    pub(in crate::lumen) fn read(
        endpoint: &str,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Self {
        // A successful answer is kept in case an error is found in it later. It has no code.
        let is_success = (200..300).contains(&status);
        let value =
            if is_success { Value::Null } else { serde_json::from_slice(body).unwrap_or_default() };
        let layers = layers(&value);
        let member = |names: &[&str]| {
            let named = |layer: &&Value, name: &&str| layer.get(*name).map(Scalar::from);
            let found = names.iter().find_map(|name| {
                layers.iter().find_map(|layer| named(layer, name).and_then(Scalar::into_text))
            });
            found.map(|text| bounded(text.as_bytes()))
        };
        let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
        Self {
            endpoint: endpoint.to_owned(),
            status,
            code: member(&["code", "ErrorCode", "errorCode", "errorcode"]),
            reason: member(&["reason", "info", "error_description", "Error", "faultstring"]),
            message: member(&["message", "title"]),
            detail: member(&["detail"]),
            property_path: member(&["propertyPath", "pointer"]),
            tracking_id: ["trackingid", "x-tracking-id", "x-correlation-id", "traceparent"]
                .iter()
                .find_map(|name| header(name)),
            body: bounded(body),
        }
    }

    /// Whether the end of a text of an answer may be missing.
    pub(in crate::lumen) fn is_cut_off(text: &str) -> bool {
        // The text is cut off between two characters, which have at most four bytes.
        KEPT < text.len() + 4
    }

    /// Whether this member of the request is at fault, at any depth of nesting.
    #[must_use]
    pub fn is_about(&self, property: &str) -> bool {
        let path = self.property_path.as_deref().unwrap_or_default();
        let mut segments =
            path.rsplit(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        segments
            .find(|segment| segment.contains(|letter: char| !letter.is_ascii_digit()))
            .is_some_and(|last| last.eq_ignore_ascii_case(property))
    }

    /// Whether Lumen's code is this one, ignoring case and underscores: `invalidValue` is also sent as
    /// `INVALIDVALUE`.
    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_deref().is_some_and(|own| plain(own) == plain(code))
    }

    /// Whether the reason, the message or the detail contains this text, ignoring case.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        [&self.reason, &self.message, &self.detail]
            .into_iter()
            .flatten()
            .any(|said| said.to_lowercase().contains(&text))
    }

    /// Whether Lumen says that the object does not exist. A 404 from a gateway lacks this code: it only
    /// means that the path is unknown.
    pub(in crate::lumen) fn says_not_found(&self) -> bool {
        self.has_code("notFound")
    }

    /// Whether a gateway refused the request with 503 before it reached Lumen. ASSUMED: the codes, which
    /// come from Lumen's API standard and from its gateway product. Neither was seen on these endpoints.
    pub(in crate::lumen) fn was_turned_away(&self) -> bool {
        const CODES: [&str; 3] =
            ["traffic.limit_exceeded", "traffic.quota_exceeded", "notAccepted"];
        self.status == 503
            && (CODES.iter().any(|code| self.has_code(code)) || self.says("not accepted"))
    }
}

impl Problem {
    /// All of Lumen's words, without repetitions: `reason; message (detail)`.
    ///
    /// A message that only names the HTTP status, such as `Forbidden`, is left out if there is a reason.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let status = StatusCode::from_u16(self.status).ok();
        let status = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
        let says_more = |message: &&str| !without_period(message).eq_ignore_ascii_case(status);
        let reason = self.reason.as_deref();
        let message = self.message.as_deref();
        let message = if reason.is_some() { message.filter(says_more) } else { message };
        let said = joined(reason, message, |reason, message| {
            format!("{}; {message}", without_period(reason))
        });
        joined(said.as_deref(), self.detail.as_deref(), |said, detail| {
            format!("{} ({detail})", without_period(said))
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HTTP {}", self.status)?;
        if let Some(code) = &self.code {
            write!(formatter, " {code}")?;
        }
        if let Some(words) = self.words() {
            write!(formatter, ": {words}")?;
        }
        match &self.tracking_id {
            Some(id) => write!(formatter, " ({}, tracking ID {id})", self.endpoint),
            None => write!(formatter, " ({})", self.endpoint),
        }
    }
}

/// Joins two texts. If one contains the other, ignoring case, this returns the longer one.
fn joined(
    first: Option<&str>,
    second: Option<&str>,
    join: impl FnOnce(&str, &str) -> String,
) -> Option<String> {
    let (Some(first), Some(second)) = (first, second) else {
        return first.or(second).map(ToOwned::to_owned);
    };
    let plain = |text: &str| without_period(text).to_lowercase();
    let (one, other) = (plain(first), plain(second));
    Some(if one.contains(&other) {
        first.to_owned()
    } else if other.contains(&one) {
        second.to_owned()
    } else {
        join(first, second)
    })
}

fn without_period(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

/// The objects of an answer that may contain the error, outermost first.
fn layers(value: &Value) -> Vec<&Value> {
    let root = value.get(0).unwrap_or(value);
    let nested =
        ["/exception", "/error", "/errors/0", "/error/errors/0", "/fault", "/fault/detail"];
    std::iter::once(root).chain(nested.iter().filter_map(|place| root.pointer(place))).collect()
}

/// The beginning of a text, cut off between two characters.
fn bounded(text: &[u8]) -> String {
    let beginning = text.get(..KEPT + 4).unwrap_or(text);
    // This runs for every answer, and almost all answers are valid UTF-8.
    let mut text = match str::from_utf8(beginning) {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(beginning).into_owned(),
    };
    text.truncate(text.floor_char_boundary(KEPT));
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(status: u16, body: &str) -> Problem {
        Problem::read("GET /Product/v1/price", status, &HeaderMap::new(), body.as_bytes())
    }

    /// The seven envelopes that Lumen, its gateways and its newer APIs use.
    #[test]
    fn every_envelope_is_read() {
        for (status, body, shown) in [
            (
                422,
                r#"{"reason":"Not a NaaS Enabled Location","code":"INVALIDVALUE","message":null,"propertyPath":"masterSiteId"}"#,
                "HTTP 422 INVALIDVALUE: Not a NaaS Enabled Location",
            ),
            (
                400,
                r#"{"exception":{"httpStatusCode":"400","code":"400004","message":"Bad request","detail":"NXX needs NPA"}}"#,
                "HTTP 400 400004: Bad request (NXX needs NPA)",
            ),
            (
                404,
                r#"{"code":"404","message":"Not Found","info":"Requested resource not found"}"#,
                "HTTP 404 404: Requested resource not found",
            ),
            (
                401,
                r#"{"ErrorCode":"invalid_client","Error":"Client identifier is required"}"#,
                "HTTP 401 invalid_client: Client identifier is required",
            ),
            (
                422,
                r#"{"title":"Unprocessable","status":422,"errors":[{"code":"VALIDATION_ERROR","message":"bad","pointer":"/masterSiteId"}]}"#,
                "HTTP 422 VALIDATION_ERROR: bad",
            ),
            (
                422,
                r#"{"code":"invalidValue","reason":"Speed is not offered here.","message":"Validation failed."}"#,
                "HTTP 422 invalidValue: Speed is not offered here; Validation failed.",
            ),
            (500, r#"{"code":500,"message":"boom"}"#, "HTTP 500 500: boom"),
            (502, "<html>Bad Gateway</html>", "HTTP 502"),
        ] {
            assert_eq!(
                problem(status, body).to_string(),
                format!("{shown} (GET /Product/v1/price)")
            );
        }
    }

    #[test]
    fn what_lumen_says_twice_is_shown_once() {
        for (body, words) in [
            (r#"{"reason":"No capacity.","message":" no capacity"}"#, "No capacity."),
            (
                r#"{"reason":"Not Found","message":"Order not found here."}"#,
                "Order not found here.",
            ),
            (r#"{"reason":"No capacity","message":"Unprocessable entity"}"#, "No capacity"),
            (r#"{"message":"Unprocessable Entity"}"#, "Unprocessable Entity"),
            (r#"{"reason":"A","message":"B.","detail":"C"}"#, "A; B (C)"),
            (r#"{"reason":"A","message":"B.","detail":"b"}"#, "A; B."),
            (r#"{"message":"Failed","detail":"no capacity"}"#, "Failed (no capacity)"),
            (r#"{"detail":"no capacity"}"#, "no capacity"),
        ] {
            assert_eq!(problem(422, body).words().as_deref(), Some(words), "{body}");
        }
        assert_eq!(problem(422, "{}").words(), None);
    }

    #[test]
    fn a_problem_answers_questions_whatever_the_spelling() {
        let about = problem(
            422,
            r#"{"code":"INVALID_VALUE","reason":"Not a NaaS Enabled Location","propertyPath":"$.priceRequest[0].masterSiteid"}"#,
        );
        assert!(about.has_code("invalidValue"));
        assert!(about.is_about("masterSiteId"));
        assert!(!about.is_about("priceRequest"));
        assert!(about.says("not a naas enabled"));
        let pointer = problem(422, r#"{"errors":[{"pointer":"/note/0"}]}"#);
        assert!(pointer.is_about("note"));
    }

    #[test]
    fn long_words_are_cut_between_characters() {
        let body =
            json!({ "code": "A", "reason": "B", "detail": format!("x{}", "é".repeat(70_000)) });

        let problem = problem(422, &body.to_string());

        assert_eq!(problem.detail.as_ref().map(String::len), Some(KEPT - 1));
        assert!(problem.to_string().starts_with("HTTP 422 A: B (xéé"));
    }

    #[test]
    fn the_tracking_id_is_found_in_the_headers() {
        let headers = [("trackingid", "T-1")].into_iter().filter_map(|(name, value)| {
            Some((reqwest::header::HeaderName::from_static(name), value.parse().ok()?))
        });
        let problem = Problem::read("GET /", 503, &headers.collect(), b"");
        assert_eq!(problem.to_string(), "HTTP 503 (GET /, tracking ID T-1)");
    }

    #[test]
    fn a_long_body_is_cut_between_characters() {
        let body = problem(502, &"é".repeat(4000)).body;
        assert_eq!((body.len(), body.chars().all(|letter| letter == 'é')), (2048, true));
        let body = problem(502, &format!("x{}", "é".repeat(4000))).body;
        assert_eq!((body.len(), body.ends_with('é')), (2047, true));
    }
}
