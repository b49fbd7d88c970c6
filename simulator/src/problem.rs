//! Error answers, in the envelopes that Lumen uses.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that is not a success.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    body: Value,
}

impl Problem {
    /// The envelope of the Internet On-Demand endpoints, which is MEF's.
    pub(crate) fn new(status: StatusCode, code: &str, reason: &str, message: &str) -> Problem {
        let body =
            json!({ "code": code, "reason": reason, "message": message, "referenceError": "" });
        Problem { status, body }
    }

    pub(crate) fn with_body(status: StatusCode, body: Value) -> Problem {
        Problem { status, body }
    }

    /// Names the property or query parameter at fault.
    pub(crate) fn about(mut self, property_path: &str) -> Problem {
        self.body["propertyPath"] = property_path.into();
        self
    }

    pub(crate) fn bad_request(code: &str, reason: &str) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, code, reason, reason)
    }

    pub(crate) fn unprocessable(code: &str, property_path: &str, reason: &str) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, reason, reason).about(property_path)
    }

    pub(crate) fn missing_property(path: &str) -> Problem {
        Problem::unprocessable("missingProperty", path, &format!("{path} is required"))
    }

    pub(crate) fn invalid_value(path: &str, reason: &str) -> Problem {
        Problem::unprocessable("invalidValue", path, reason)
    }

    /// The answer for a site that is never enabled and for one that is temporarily unavailable.
    /// Lumen does not distinguish them.
    pub(crate) fn not_naas_enabled() -> Problem {
        let reason = "Not a NaaS Enabled Location";
        Problem::unprocessable("INVALIDVALUE", "masterSiteId", reason)
    }

    pub(crate) fn not_found(reason: &str) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "notFound", reason, reason)
    }

    /// The envelope of the gateway in front of the services.
    pub(crate) fn gateway(status: StatusCode, info: &str) -> Problem {
        let message = status.canonical_reason().unwrap_or("Unknown");
        let body = json!({ "code": status.as_str(), "message": message, "info": info });
        Problem { status, body }
    }

    /// The gateway's answer to an unknown path.
    pub(crate) fn unknown_path() -> Problem {
        Problem::gateway(StatusCode::NOT_FOUND, "Requested resource not found")
    }

    /// The gateway's answer to a known path with a wrong method.
    pub(crate) fn unknown_method() -> Problem {
        Problem::gateway(StatusCode::METHOD_NOT_ALLOWED, "Requested method not allowed")
    }

    /// The envelope of the retired token endpoint.
    pub(crate) fn retired_token_endpoint(status: StatusCode, code: &str, error: &str) -> Problem {
        Problem { status, body: json!({ "ErrorCode": code, "Error": error }) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

/// The answer of an endpoint.
pub(crate) type Answer = Result<Json<Value>, Problem>;
