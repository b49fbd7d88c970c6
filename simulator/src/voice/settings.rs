//! The settings of Voice, which can be changed while the simulator runs.

use serde::{Deserialize, Serialize};

/// The behavior of Voice LI-ELS. An order keeps the settings that applied when it was accepted.
///
/// There are 240 rate centers, twelve in each of twenty states, with 2,000 numbers each. Orders
/// fail in some of them, all in CO:
///
/// | Rate center | Behavior |
/// |---|---|
/// | BOULDER | Has 12 numbers: ordering more is a shortage (10001). |
/// | ASPEN | Has no numbers: every order is a shortage (10001). |
/// | GOLDEN | Has 5 numbers and accepts no backorders (10012). |
/// | PUEBLO | 60 % of the customer's numbers are in use; Lumen requires 75 % (1648). |
/// | LEADVILLE | Is closed (1302). |
/// | TELLURIDE | Is not covered (1303). |
///
/// An order with a restricted digit is rejected if there are too few numbers (10015). An order for an
/// unknown rate center is rejected (1304). [`next_notifications`](VoiceSettings::next_notifications)
/// can produce every other notification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VoiceSettings {
    /// How long an order takes if it is not held, in seconds. It is `created` for a quarter of this
    /// time and is checked after half of it.
    pub order_seconds: f64,
    /// How long after delivery the numbers appear in the inventory, in seconds.
    pub inventory_lag_seconds: f64,
    /// How long Lumen waits for an answer to notification 10001, in seconds.
    pub approval_seconds: f64,
    /// The time between two deliveries of a backorder, in seconds.
    pub backorder_seconds: f64,
    /// The notification that ends a backorder instead of its next delivery: 10004, 10009 or 10010.
    pub backorder_outcome: Option<u32>,
    /// Whether orders are put on credit hold (1807) until it is released.
    pub credit_hold: bool,
    /// The notifications that end or hold the next orders, one per order. A held order continues
    /// when it is released: by [`Simulator::release_credit_hold`] for 1807, and by
    /// [`Simulator::resume_voice_orders`] for all others.
    ///
    /// [`Simulator::release_credit_hold`]: crate::Simulator::release_credit_hold
    /// [`Simulator::resume_voice_orders`]: crate::Simulator::resume_voice_orders
    pub next_notifications: Vec<u32>,
    /// Whether notification 4011 rejects its order instead of holding it. Its text allows for both.
    pub reject_on_4011: bool,
    /// The names of the customer's routes. An order that names any other route is refused (1405). If
    /// it is not set, every name is accepted.
    pub customer_service_names: Option<Vec<String>>,
    /// The maximum quantity that an order can get, regardless of the stock.
    pub available: Option<u32>,
    /// The utilization of every rate center, in percent, overriding the catalogue.
    pub utilization: Option<u32>,
    /// The form of numbers in the inventory.
    pub number_form: NumberForm,
    /// The methods that `coverage` accepts. Lumen's guides contradict each other.
    pub coverage_methods: CoverageMethods,
    /// The error code for a token that is no longer valid: 403006, 403001 or 403002.
    pub expired_token_code: u32,
    /// The envelope of errors, which is not documented.
    pub envelope: VoiceEnvelope,
}

impl Default for VoiceSettings {
    fn default() -> VoiceSettings {
        VoiceSettings {
            order_seconds: 20.0,
            inventory_lag_seconds: 2.0,
            approval_seconds: 4.0 * 60.0 * 60.0,
            backorder_seconds: 60.0,
            backorder_outcome: None,
            credit_hold: false,
            next_notifications: Vec::new(),
            reject_on_4011: false,
            customer_service_names: None,
            available: None,
            utilization: None,
            number_form: NumberForm::Ranges,
            coverage_methods: CoverageMethods::Both,
            expired_token_code: 403_006,
            envelope: VoiceEnvelope::Exception,
        }
    }
}

/// The form of telephone numbers in the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// Consecutive numbers as `startTN` and `endTN`, single ones as `tn`: JSON numbers.
    Ranges,
    /// Every number as `tn`: a JSON number.
    Single,
    /// Every number as `npa`, `nxx` and `line`: JSON strings.
    NpaNxxLine,
}

/// The methods that `coverage` accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverageMethods {
    /// GET and POST.
    Both,
    /// Only GET; a POST is answered with 405 and code 405001.
    Get,
    /// Only POST; a GET is answered with 405 and code 405001.
    Post,
}

/// The envelope of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceEnvelope {
    /// `{"exception": {"httpStatusCode", "code", "message", "detail"}}`, as in another Lumen API.
    Exception,
    /// `{"code", "message"}`.
    Plain,
}
