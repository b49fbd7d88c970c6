//! The settings of Voice, which can be changed while the simulator runs.

use serde::{Deserialize, Serialize};

use crate::settings::StatusEndpoint;

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
///
/// Numbers that the customer does not have can be ported if their exchange code is covered. The losing
/// carrier behaves differently for some of them, by their last four digits:
///
/// | Number | Behavior |
/// |---|---|
/// | 9001 | The port is rejected because the name does not match (904). |
/// | 9003 | It is not portable (20115). |
/// | 9004 | The account number must be 12345 (20112). |
/// | 9005 | The PIN must be 0000 (20113). |
/// | 9006 | The port is in jeopardy (904), and gets no FOC date until it is supplemented. |
/// | 9007 | The FOC date is five business days later than requested. |
/// | 9008 | It belongs to a mobile carrier: a port that does not say so is rejected as 9001 is. |
/// | 9009 | The FOC date is set seven days later. |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VoiceSettings {
    /// How long an order takes if it is not held, in seconds. It is `created` for a quarter of this
    /// time and is checked after half of it. An install order with a date waits for its date, as every
    /// disconnect order does.
    pub order_seconds: f64,
    /// How long a change order takes, in seconds.
    pub change_seconds: f64,
    /// How long after its acceptance the FOC date of a port is set (903), in seconds.
    pub foc_seconds: f64,
    /// By how many business days the FOC date is later than the requested date.
    pub foc_late_days: u32,
    /// How long after the FOC date is set a port is completed, in seconds. If it is not set, the port is
    /// completed at the FOC date.
    pub port_seconds: Option<f64>,
    /// How long after its check a disconnect order is completed, in seconds. If it is not set, the order is
    /// completed at its date.
    pub disconnect_seconds: Option<f64>,
    /// How long after its acceptance a supplement is applied (904), in seconds.
    pub supplement_seconds: f64,
    /// The id in the answer to a supplement.
    pub supplement_id: SupplementId,
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
    /// The names of the customer's routes. An order that names any other route is refused: with 1405,
    /// or with 20207 if it changes the route. If it is not set, every name is accepted.
    pub customer_service_names: Option<Vec<String>>,
    /// The maximum quantity that an order can get, regardless of the stock.
    pub available: Option<u32>,
    /// The utilization of every rate center, in percent, overriding the catalogue.
    pub utilization: Option<u32>,
    /// The form of numbers in the inventory.
    pub number_form: NumberForm,
    /// The methods that `coverage` accepts. Lumen's guides contradict each other.
    pub coverage_methods: CoverageMethods,
    /// Whether `GET /orderStatus?externalOrderID=` finds orders about active numbers. Lumen does not
    /// document it.
    pub order_lookup_by_reference: bool,
    /// The settings of the report of active numbers.
    pub report: ReportSettings,
    /// The error code for a token that is no longer valid: 403006, 403001 or 403002.
    pub expired_token_code: u32,
    /// The envelope of errors, which is not documented.
    pub envelope: VoiceEnvelope,
}

impl Default for VoiceSettings {
    fn default() -> VoiceSettings {
        VoiceSettings {
            order_seconds: 20.0,
            change_seconds: 5.0,
            foc_seconds: 30.0,
            foc_late_days: 0,
            port_seconds: None,
            disconnect_seconds: None,
            supplement_seconds: 5.0,
            supplement_id: SupplementId::Same,
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
            order_lookup_by_reference: false,
            report: ReportSettings::default(),
            expired_token_code: 403_006,
            envelope: VoiceEnvelope::Exception,
        }
    }
}

/// The id in the answer to a supplement, which Lumen does not document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplementId {
    /// The id of the port.
    Same,
    /// An id of its own, by which the port is found as well. It can't be canceled (20070).
    Own,
}

/// The settings of `GET /inventory/details`, the report of active numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSettings {
    /// Whether the report is available.
    pub endpoint: StatusEndpoint,
    /// How long after the end of an order the report shows its outcome, in seconds.
    pub lag_seconds: f64,
    /// The form of the numbers.
    pub number_form: NumberForm,
    /// Whether names and addresses are in capitals.
    pub capitals: bool,
    /// Whether the report is answered without any number.
    pub empty: bool,
}

impl Default for ReportSettings {
    fn default() -> ReportSettings {
        ReportSettings {
            endpoint: StatusEndpoint::On,
            lag_seconds: 2.0,
            number_form: NumberForm::Ranges,
            capitals: true,
            empty: false,
        }
    }
}

/// The form of telephone numbers in the inventory and in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// Consecutive numbers as `startTN` and `endTN`, single ones as `tn`: JSON numbers.
    Ranges,
    /// Every number as `tn`: a JSON number.
    Single,
    /// Every number as `npa`, `nxx` and `line`: JSON strings.
    NpaNxxLine,
    /// Every number as `tn` with a plus: `+13035550100`.
    E164,
    /// Every number as `tn` without the country code: `3035550100`.
    TenDigits,
    /// Every number as `tn` with hyphens: `303-555-0100`.
    Hyphens,
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
