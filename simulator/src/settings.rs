//! What can be turned while the simulator runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::voice::VoiceSettings;

/// How the simulated Lumen behaves. Changes hold for requests that arrive afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The OAuth client that may ask for tokens.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The only customer that the client may act for.
    pub customer_number: String,
    /// How long a token is accepted, in seconds.
    pub token_lifetime: u64,
    /// A pause before every answer, in milliseconds.
    pub latency_ms: u64,
    /// How many requests are let in in each second of the simulated time, whatever they ask; the
    /// others are turned away with 429, `traffic.limit_exceeded` and `Retry-After: 1`. Unlimited
    /// without it: Lumen publishes no number.
    pub requests_per_second: Option<u32>,
    /// Further headers of every answer, such as `Deprecation` and `Sunset`.
    pub answer_headers: BTreeMap<String, String>,
    /// How long a quote can be ordered, in seconds.
    pub quote_seconds: f64,
    /// How long an order runs, in seconds. Its order id is known after a quarter of it, the service
    /// id after half of it.
    pub order_seconds: f64,
    /// How long after its end an order shows in the inventory, in seconds.
    pub inventory_lag_seconds: f64,
    /// Whether `GET /Customer/v3/Ordering/orderRequest/{id}` is there.
    pub status_endpoint: StatusEndpoint,
    /// How long an accepted order is still unknown to that endpoint (404 `notFound`), in seconds.
    pub status_lag_seconds: f64,
    /// The word for a running order, instead of `RUNNING`.
    pub status_word: Option<String>,
    /// The word for an order that succeeded, instead of `SUCCEEDED`.
    pub success_word: Option<String>,
    /// What the status of a running order says about asking again.
    pub retry_after: RetryAfter,
    /// Orders accepted while this is set end as `FAILED`, for this reason.
    pub fail_orders: Option<String>,
    /// How many orders `fail_orders` is for; all of them without it.
    pub fail_orders_count: Option<u32>,
    /// Multiplies every price from now on; quotes already given keep theirs.
    pub price_factor: f64,
    /// Orders accepted per day (GMT); unlimited without it.
    pub daily_quota: Option<u32>,
    /// Items per page when a request does not say.
    pub page_size_default: usize,
    /// Items per page at most; a larger wish is cut down without a word.
    pub page_size_max: usize,
    /// How pages go wrong.
    pub page_faults: PageFaults,
    /// New services stay pending until a service-configuration request arrives.
    pub require_service_configuration: bool,
    /// Every price and quote answers 422 `Not a NaaS Enabled Location`, as Lumen does at bad times.
    pub naas_transient: bool,
    /// How Voice behaves.
    pub voice: VoiceSettings,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            client_id: "simulator".into(),
            client_secret: "simulator-secret".into(),
            customer_number: "1-ABCDE".into(),
            token_lifetime: 1799,
            latency_ms: 0,
            requests_per_second: None,
            answer_headers: BTreeMap::new(),
            quote_seconds: 900.0,
            order_seconds: 20.0,
            inventory_lag_seconds: 2.0,
            status_endpoint: StatusEndpoint::On,
            status_lag_seconds: 0.0,
            status_word: None,
            success_word: None,
            retry_after: RetryAfter::Seconds(1),
            fail_orders: None,
            fail_orders_count: None,
            price_factor: 1.0,
            daily_quota: None,
            page_size_default: 10,
            page_size_max: 100,
            page_faults: PageFaults::None,
            require_service_configuration: false,
            naas_transient: false,
            voice: VoiceSettings::default(),
        }
    }
}

/// The state of the order-status endpoint, which may not be rolled out everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusEndpoint {
    /// It answers.
    On,
    /// The gateway does not know the path: 404.
    NotFound,
    /// The path only takes POST: 405.
    MethodNotAllowed,
    /// It is announced and not built: 501 `notImplemented`.
    NotImplemented,
}

/// The `Retry-After` header of a running order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// No header.
    None,
    /// A number of seconds.
    Seconds(u64),
    /// This many seconds ahead, sent as an HTTP date on the simulated calendar, as `Date` is.
    Date(u64),
}

/// How lists misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageFaults {
    /// They behave.
    None,
    /// A page past the end is the last page again, not an empty one.
    RepeatLastPage,
    /// Every page begins with the last item of the one before.
    OverlapPages,
    /// Totals are too high and the echoed page size is wrong.
    WrongTotals,
    /// No totals at all.
    MissingTotals,
}
