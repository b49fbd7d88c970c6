//! The settings of the client.

use std::time::Duration;

use secrecy::SecretString;

use super::error::Error;
use super::url::ApiUrl;
use crate::lumen::ids::CustomerNumber;
use crate::lumen::voice::VoicePaths;

/// All settings of the client. Printing them reveals no secret.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The base URL of the API: `https://api.lumen.com`.
    pub base_url: ApiUrl,
    /// The URL of the token endpoint: `https://api.lumen.com/oauth/v2/token`.
    pub token_url: ApiUrl,
    /// The base URL of the Voice API.
    pub voice_base_url: ApiUrl,
    /// OAuth 2.0 client id (Lumen's "consumer key").
    pub client_id: String,
    /// OAuth 2.0 client secret (Lumen's "consumer secret").
    pub client_secret: SecretString,
    /// The customer number, which is sent with every request.
    pub customer_number: CustomerNumber,
    /// How long one HTTP request may take, including the time to connect.
    pub request_timeout: Duration,
    /// How many times to repeat a request that is safe to repeat.
    pub max_retries: u32,
    /// How many requests may be in flight at once.
    pub max_concurrent_requests: u32,
    /// How many requests may be sent per second. `None` means no limit.
    pub requests_per_second: Option<f64>,
    /// How often orders are polled.
    pub poll: Poll,
    /// Where the progress of an order is read from.
    pub order_status: OrderStatusSource,
    /// The paths of the Voice API that Lumen does not document.
    pub voice_paths: VoicePaths,
}

/// How often an order is polled if Lumen sends no `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poll {
    /// The first pause. Each later pause is 1.5 times the previous one.
    pub interval: Duration,
    /// The longest pause.
    pub interval_max: Duration,
}

/// Where the progress of an order is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderStatusSource {
    /// The status endpoint, or inventory where it is not offered.
    #[default]
    Auto,
    /// The status endpoint.
    StatusEndpoint,
    /// Inventory.
    Inventory,
}

impl Settings {
    /// Whether anything is sent without TLS. Such requests go to this machine itself, and must not go
    /// through a proxy.
    pub(in crate::lumen) fn sends_in_the_clear(&self) -> bool {
        self.schemes().contains(&"http")
    }

    /// Whether anything is sent over TLS.
    pub(in crate::lumen) fn uses_tls(&self) -> bool {
        self.schemes().contains(&"https")
    }

    fn schemes(&self) -> [&str; 3] {
        [&self.base_url, &self.token_url, &self.voice_base_url].map(|url| url.scheme())
    }

    /// Refuses settings that are not valid.
    pub(in crate::lumen) fn check(&self) -> Result<(), Error> {
        if self.requests_per_second.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
            return Err(Error::Misconfigured("requests_per_second must be above 0".to_owned()));
        }
        if self.max_concurrent_requests == 0 {
            return Err(Error::Misconfigured("max_concurrent_requests must be above 0".to_owned()));
        }
        if self.request_timeout.is_zero() {
            return Err(Error::Misconfigured("request_timeout must be above 0".to_owned()));
        }
        Ok(())
    }
}
