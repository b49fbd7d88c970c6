//! What can be turned on the Voice side while the simulator runs.

use serde::{Deserialize, Serialize};

/// How Voice LI-ELS behaves. An order keeps the settings that it was accepted under.
///
/// There are 240 rate centers, twelve in each of twenty states, with 2,000 numbers each. Some, all
/// in CO, are there to go wrong:
///
/// | rate center | what happens to an order |
/// |---|---|
/// | BOULDER | has 12 numbers: more are a shortage (10001) |
/// | ASPEN | has no number: everything is a shortage (10001) |
/// | GOLDEN | has 5 numbers and takes no backorders (10012) |
/// | PUEBLO | 60 % of the customer's numbers are in use, and 75 % must be (1648) |
/// | LEADVILLE | is closed (1302) |
/// | TELLURIDE | is not covered (1303) |
///
/// An order for a restricted digit that falls short is rejected (10015), one for a rate center that
/// nobody knows as well (1304). [`next_notifications`](VoiceSettings::next_notifications) brings
/// every other notification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VoiceSettings {
    /// How long an order runs that nothing stops, in seconds. It is `created` for a quarter of it,
    /// and checked after half of it.
    pub order_seconds: f64,
    /// How long after their delivery numbers show in the inventory, in seconds.
    pub inventory_lag_seconds: f64,
    /// How long Lumen waits for an answer to notification 10001, in seconds.
    pub approval_seconds: f64,
    /// The time between two deliveries of a backorder, in seconds.
    pub backorder_seconds: f64,
    /// A backorder ends with this notification instead of its next delivery: 10004, 10009, 10010.
    pub backorder_outcome: Option<u32>,
    /// Orders are put on credit hold (1807) until it is released.
    pub credit_hold: bool,
    /// The next orders end with these notifications, or are held by them, one order each. An order
    /// that is held goes on when it is released, by [`Simulator::release_credit_hold`] for 1807 and
    /// by [`Simulator::resume_voice_orders`] for all others.
    ///
    /// [`Simulator::release_credit_hold`]: crate::Simulator::release_credit_hold
    /// [`Simulator::resume_voice_orders`]: crate::Simulator::resume_voice_orders
    pub next_notifications: Vec<u32>,
    /// Whether notification 4011 rejects its order; otherwise it holds it. Its text allows both.
    pub reject_on_4011: bool,
    /// The customer's routes, one of which an order may name; any name will do without it (1405).
    pub customer_service_names: Option<Vec<String>>,
    /// No order finds more than this many numbers, however many there are.
    pub available: Option<u32>,
    /// The utilization of every rate center, in percent, instead of its own.
    pub utilization: Option<u32>,
    /// How numbers are written in the inventory.
    pub number_form: NumberForm,
    /// Which methods `coverage` takes: Lumen's guides disagree.
    pub coverage_methods: CoverageMethods,
    /// What a token that is not good any more is refused with: 403006, 403001 or 403002.
    pub expired_token_code: u32,
    /// The envelope of errors, which is documented nowhere.
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

/// How a telephone number is written in the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// Consecutive numbers as `startTN` and `endTN`, single ones as `tn`: JSON numbers.
    Ranges,
    /// Every number as `tn`: a JSON number.
    Single,
    /// Every number as `npa`, `nxx` and `line`: texts.
    NpaNxxLine,
}

/// The methods that `coverage` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverageMethods {
    /// GET and POST.
    Both,
    /// GET; a POST is answered 405 with 405001.
    Get,
    /// POST; a GET is answered 405 with 405001.
    Post,
}

/// What an error is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceEnvelope {
    /// `{"exception": {"httpStatusCode", "code", "message", "detail"}}`, as a sister API has it.
    Exception,
    /// `{"code", "message"}`.
    Plain,
}
