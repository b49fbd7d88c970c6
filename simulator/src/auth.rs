//! `/oauth`: issues tokens, and checks the token and the customer number of every request.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::problem::{Answer, Problem};
use crate::state::{Shared, Simulation};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/oauth/v2/token", post(token))
        .route("/oauth/v1/token", get(token_v1_get).post(token_v1_post))
}

/// The tokens that were issued.
#[derive(Default)]
pub(crate) struct Tokens {
    /// Tokens that were not revoked, and when they expire.
    expiry: BTreeMap<String, Duration>,
    issued: Vec<String>,
}

impl Tokens {
    fn issue(&mut self, expires_at: Duration) -> String {
        let token = format!("eyJzaW11bGF0b3IiOnRydWV9.{:08}", self.issued.len() + 1);
        self.issued.push(token.clone());
        self.expiry.insert(token.clone(), expires_at);
        token
    }

    pub(crate) fn accepts(&self, token: &str, now: Duration) -> bool {
        self.expiry.get(token).is_some_and(|expires_at| now < *expires_at)
    }

    /// Every token issued so far, including invalid ones.
    pub(crate) fn issued(&self) -> &[String] {
        &self.issued
    }

    /// Makes every token invalid.
    pub(crate) fn revoke(&mut self) {
        self.expiry.clear();
    }
}

async fn token(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Answer {
    let mut lumen = shared.lock();
    let Some(given) = authorization(&headers, "Basic ") else {
        return Err(unauthorized("missingCredentials", "Missing or no credentials provided"));
    };
    let settings = &lumen.settings;
    let wanted = STANDARD.encode(format!("{}:{}", settings.client_id, settings.client_secret));
    if given != wanted {
        return Err(unauthorized("invalidCredentials", "Invalid client credentials"));
    }
    if !is_client_credentials_form(&headers, &body) {
        let reason = "grant_type=client_credentials is required, as a form";
        return Err(Problem::bad_request("invalidBody", reason));
    }

    let now = lumen.clock.now();
    let lifetime = lumen.settings.token_lifetime;
    let access_token = lumen.tokens.issue(now.saturating_add(Duration::from_secs(lifetime)));
    // Every member is a string, numbers included.
    Ok(Json(json!({
        "refresh_token_expires_in": "0",
        "api_product_list": "[Internet-On-Demand, Voice]",
        "api_product_list_json": ["Internet-On-Demand", "Voice"],
        "organization_name": "ext",
        "developer.email": "developer@lumen-simulator.example",
        "token_type": "Bearer",
        "issued_at": lumen.clock.date(now).as_millisecond().to_string(),
        "client_id": lumen.settings.client_id,
        "access_token": access_token,
        "application_name": "c68be277-5587-41d9-bb3c-9f9b49304b9f",
        "scope": "",
        "expires_in": lifetime.to_string(),
        "refresh_count": "0",
        "status": "approved",
    })))
}

fn is_client_credentials_form(headers: &HeaderMap, body: &Bytes) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
        && body.split(|byte| *byte == b'&').any(|pair| pair == b"grant_type=client_credentials")
}

async fn token_v1_get() -> Problem {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Problem::retired_token_endpoint(status, "invalid_grant_type", "grant_type is required")
}

async fn token_v1_post() -> Problem {
    let error = "Client identifier is required";
    Problem::retired_token_endpoint(StatusCode::UNAUTHORIZED, "invalid_client", error)
}

/// Checks that a request to an Internet On-Demand endpoint has a valid token and the right customer
/// number.
pub(crate) async fn authorize(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    check(&shared.lock(), request.headers())?;
    Ok(next.run(request).await)
}

fn check(lumen: &Simulation, headers: &HeaderMap) -> Result<(), Problem> {
    check_token(lumen, headers)?;
    check_customer(lumen, headers)
}

fn check_token(lumen: &Simulation, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(token) = authorization(headers, "Bearer ") else {
        return Err(unauthorized("missingCredentials", "Missing or no credentials provided"));
    };
    if lumen.tokens.accepts(token, lumen.clock.now()) {
        return Ok(());
    }
    Err(unauthorized("invalidCredentials", "Invalid or expired access token"))
}

fn check_customer(lumen: &Simulation, headers: &HeaderMap) -> Result<(), Problem> {
    let name = "x-customer-number";
    let Some(number) = headers.get(name) else {
        let reason = format!("The header {name} is required");
        return Err(Problem::bad_request("missingQueryParameter", &reason).about(name));
    };
    if number.as_bytes() == lumen.settings.customer_number.as_bytes() {
        return Ok(());
    }
    let reason = "The customer number is not attached to this key";
    Err(Problem::new(StatusCode::FORBIDDEN, "accessDenied", reason, reason).about(name))
}

pub(crate) fn authorization<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix(scheme)
}

fn unauthorized(code: &str, reason: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, reason, &format!("000 -- {reason}"))
}
