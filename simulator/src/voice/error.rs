//! Errors of the Voice API, by Lumen's error codes.

use axum::http::StatusCode;
use serde_json::json;

use super::codes::text;
use super::settings::VoiceEnvelope;
use crate::problem::Problem;

/// The body can't be read. Lumen documents no code for this; this one follows the scheme of the
/// others.
pub(crate) const BAD_REQUEST: u32 = 400_001;
/// The customer number is missing.
pub(crate) const MISSING_CUSTOMER_NUMBER: u32 = 20_102;
/// The customer number is not attached to the application's key.
pub(crate) const WRONG_KEY: u32 = 403_003;
pub(crate) const NOT_AUTHENTICATED: u32 = 403_001;
pub(crate) const NOT_FOUND: u32 = 404_001;
pub(crate) const METHOD_NOT_ALLOWED: u32 = 405_001;

/// The error of a request: a documented code and a detail.
#[derive(Debug)]
pub(crate) struct VoiceError {
    code: u32,
    detail: String,
}

impl VoiceError {
    pub(crate) fn new(code: u32) -> VoiceError {
        VoiceError { code, detail: String::new() }
    }

    /// Adds information that is not in the text of the code.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> VoiceError {
        self.detail = detail.into();
        self
    }

    pub(crate) fn into_problem(self, envelope: VoiceEnvelope) -> Problem {
        let status = status(self.code);
        let (code, message) = (self.code.to_string(), text(self.code));
        let body = match envelope {
            VoiceEnvelope::Exception => json!({ "exception": {
                "httpStatusCode": status.as_str(),
                "code": code,
                "message": message,
                "detail": self.detail,
            } }),
            VoiceEnvelope::Plain => json!({ "code": code, "message": message }),
        };
        Problem::with_body(status, body)
    }
}

/// The HTTP status of a code. Generic codes begin with their status; all others are bad requests.
fn status(code: u32) -> StatusCode {
    let generic = u16::try_from(code / 1_000).ok().filter(|_| code >= 400_000);
    generic.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::BAD_REQUEST)
}
