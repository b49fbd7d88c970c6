//! What the client needs to know before its first request.

use std::time::Duration;

use secrecy::SecretString;

use super::error::Error;
use super::url::ApiUrl;
use crate::lumen::ids::CustomerNumber;

/// Everything that the client can be told. Printing it shows no secret.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the API lives: `https://api.lumen.com`.
    pub base_url: ApiUrl,
    /// Where access tokens come from: `https://api.lumen.com/oauth/v2/token`.
    pub token_url: ApiUrl,
    /// Where the Voice API lives, if elsewhere.
    pub voice_base_url: ApiUrl,
    /// OAuth 2.0 client id (Lumen's "consumer key").
    pub client_id: String,
    /// OAuth 2.0 client secret (Lumen's "consumer secret").
    pub client_secret: SecretString,
    /// Sent with every request.
    pub customer_number: CustomerNumber,
    /// How long one HTTP request may take, connecting included.
    pub request_timeout: Duration,
    /// How often a request that is safe to repeat is repeated.
    pub max_retries: u32,
    /// How many requests may be in flight at once.
    pub max_concurrent_requests: u32,
    /// How many requests may be sent in a second; none for no limit.
    pub requests_per_second: Option<f64>,
    /// The pace at which orders are followed.
    pub poll: Poll,
    /// Where the progress of an order is read.
    pub order_status: OrderStatusSource,
}

/// The pace of polling where Lumen doesn't send `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poll {
    /// The first pause; later ones grow by half.
    pub interval: Duration,
    /// The longest pause.
    pub interval_max: Duration,
}

/// Where the progress of an order is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderStatusSource {
    /// The status endpoint, or inventory where it isn't offered.
    #[default]
    Auto,
    /// The status endpoint.
    StatusEndpoint,
    /// Inventory.
    Inventory,
}

impl Settings {
    /// Whether something is sent in the clear, to this machine itself: a proxy could read it.
    pub(in crate::lumen) fn sends_in_the_clear(&self) -> bool {
        self.schemes().contains(&"http")
    }

    /// Whether something is sent over TLS: everything, but for a Lumen on this machine.
    pub(in crate::lumen) fn uses_tls(&self) -> bool {
        self.schemes().contains(&"https")
    }

    fn schemes(&self) -> [&str; 3] {
        [&self.base_url, &self.token_url, &self.voice_base_url].map(|url| url.scheme())
    }

    /// Refuses settings that can't work.
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
