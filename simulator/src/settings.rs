//! The settings of the simulator, which can be changed while it runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::voice::VoiceSettings;

/// The behavior of the simulated Lumen. Changes apply to requests that arrive afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The OAuth client id that tokens are issued to.
    pub client_id: String,
    /// The secret of the OAuth client.
    pub client_secret: String,
    /// The only customer number that the client may use.
    pub customer_number: String,
    /// The lifetime of a token, in seconds.
    pub token_lifetime: u64,
    /// The latency of every answer, in milliseconds.
    pub latency_ms: u64,
    /// How many requests are accepted per second of simulated time. The rest are answered with 429,
    /// `traffic.limit_exceeded` and `Retry-After: 1`. Unlimited if not set, because Lumen publishes
    /// no limit.
    pub requests_per_second: Option<u32>,
    /// Additional headers of every answer, such as `Deprecation` and `Sunset`.
    pub answer_headers: BTreeMap<String, String>,
    /// How long a quote is valid, in seconds.
    pub quote_seconds: f64,
    /// How long an order runs, in seconds. The order id is known after a quarter of this time, the
    /// service id after half of it.
    pub order_seconds: f64,
    /// How long after the end of an order the inventory shows its outcome, in seconds.
    pub inventory_lag_seconds: f64,
    /// Whether `GET /Customer/v3/Ordering/orderRequest/{id}` is available.
    pub status_endpoint: StatusEndpoint,
    /// How long that endpoint answers 404 `notFound` for an accepted order, in seconds.
    pub status_lag_seconds: f64,
    /// The status word of a running order, instead of `RUNNING`.
    pub status_word: Option<String>,
    /// The status word of an order that succeeded, instead of `SUCCEEDED`.
    pub success_word: Option<String>,
    /// The `Retry-After` header in the status of a running order.
    pub retry_after: RetryAfter,
    /// Orders accepted while this is set end as `FAILED`, for this reason.
    pub fail_orders: Option<String>,
    /// How many orders `fail_orders` applies to; all if not set.
    pub fail_orders_count: Option<u32>,
    /// The factor of all prices. Existing quotes keep their price.
    pub price_factor: f64,
    /// How many orders are accepted per day (GMT); unlimited if not set.
    pub daily_quota: Option<u32>,
    /// The number of items per page if the request does not set one.
    pub page_size_default: usize,
    /// The maximum number of items per page. A larger `pageSize` is reduced without an error.
    pub page_size_max: usize,
    /// The fault in the pages of lists.
    pub page_faults: PageFaults,
    /// Whether new services stay pending until a service-configuration request arrives.
    pub require_service_configuration: bool,
    /// Whether every price and quote request is answered with 422 `Not a NaaS Enabled Location`, as
    /// Lumen does temporarily.
    pub naas_transient: bool,
    /// The settings of Voice.
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

/// The availability of an endpoint that may not be deployed everywhere: the order status of Internet
/// On-Demand, and the report of active numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusEndpoint {
    /// It is available.
    On,
    /// The gateway does not know the path: 404.
    NotFound,
    /// The path accepts only POST: 405.
    MethodNotAllowed,
    /// It is announced but not implemented: 501 `notImplemented`.
    NotImplemented,
}

/// The `Retry-After` header in the status of a running order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// No header.
    None,
    /// A number of seconds.
    Seconds(u64),
    /// This many seconds in the future, as an HTTP date on the simulated calendar, like `Date`.
    Date(u64),
}

/// The fault in the pages of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageFaults {
    /// No fault.
    None,
    /// A page past the end repeats the last page instead of being empty.
    RepeatLastPage,
    /// Every page begins with the last item of the previous page.
    OverlapPages,
    /// Totals are too high, and the reported page size is wrong.
    WrongTotals,
    /// Totals are missing.
    MissingTotals,
}
