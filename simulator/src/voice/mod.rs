//! `/Voice/v1/Numbers`: the Voice LI-ELS API, which reserves telephone numbers.
//!
//! Lumen publishes no specification of this API. The simulator uses the names of the fields that
//! Lumen's guides show; the structures around them are invented. Like Lumen, it has no endpoint
//! that releases a reserved number.
//!
//! [`VoiceSettings`] lists the rate centers in which orders fail.

mod acceptance;
mod catalogue;
mod codes;
mod coverage;
mod error;
mod ledger;
mod lines;
mod notifications;
mod numbers;
mod order_request;
mod orders;
mod rate_centers;
mod reservation;
mod settings;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;

pub use self::ledger::{Approval, VoiceOrder, VoiceStatus};
pub use self::lines::{
    Cnam, DirectoryListing, E911Option, Line, LineOrder, LineOrderKind, ServiceAddress, Subscriber,
    Supplemented,
};
pub use self::order_request::Pbx;
pub use self::settings::{
    CoverageMethods, NumberForm, ReportSettings, SupplementId, VoiceEnvelope, VoiceSettings,
};

use self::acceptance::Acceptance;
use self::error::{
    BAD_REQUEST, METHOD_NOT_ALLOWED, MISSING_CUSTOMER_NUMBER, NOT_AUTHENTICATED, NOT_FOUND,
    VoiceError, WRONG_KEY,
};
use self::lines::Lines;
use self::notifications::CREDIT_HOLD;
use self::numbers::Numbers;
use self::order_request::{OrderLine, OrderRequest};
use self::reservation::Reservation;
use crate::auth::authorization;
use crate::paging::{Page, Parameters};
use crate::problem::{Answer, Problem};
use crate::settings::Settings;
use crate::state::{Shared, Simulation};

/// The path prefix of the Voice API.
pub(crate) const PREFIX: &str = "/Voice/v1/Numbers";

const FIRST_ORDER: usize = 600_184_201;
/// The quantity and the product of the orders that the customer has at the start.
const SEED_QUANTITY: usize = 50;
const SEED_PRODUCT: &str = "2036";

pub(crate) fn routes(shared: &Shared) -> Router<Shared> {
    Router::new()
        .route("/rateCenters", get(rate_centers::list))
        .route("/rateCenters/utilization", post(rate_centers::utilizations))
        .route("/coverage", get(coverage::get).post(coverage::post))
        .route("/orderInventory", post(orders::place))
        .route("/customerApproval", post(orders::approve))
        .route("/orderStatus", get(orders::status))
        .route("/orderStatus/{id}", get(orders::status_by_path))
        .route("/notifications", get(orders::notifications))
        .route("/order/{id}/cancel", post(orders::cancel))
        .route("/inventory", get(numbers::inventory))
        .merge(lines::routes())
        .route_layer(middleware::from_fn_with_state(shared.clone(), authorize))
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
}

/// The kind of notification that holds an order.
#[derive(Clone, Copy)]
pub(crate) enum Hold {
    /// Notification 1807.
    Credit,
    /// Any other notification that does not end the order.
    Other,
}

/// The state of Voice.
#[derive(Default)]
pub(crate) struct Voice {
    /// Oldest first, and therefore sorted by order id, which is a counter. The rate centers of an
    /// order are adjacent.
    reservations: Vec<Reservation>,
    /// Positions in `reservations` of the reservations that have not ended.
    open: Vec<usize>,
    numbers: Numbers,
    lines: Lines,
    /// Ids of orders that were added without a request. They are not in the ledger.
    added: BTreeSet<String>,
    orders_numbered: usize,
}

impl Voice {
    /// Advances the orders to the current time.
    pub(crate) fn advance_to(&mut self, now: Duration) {
        let Voice { reservations, open, numbers, lines, .. } = self;
        lines.advance_to(numbers, now);
        open.retain(|position| match reservations.get_mut(*position) {
            Some(reservation) => !reservation.advance_to(numbers, now),
            None => false,
        });
    }

    fn record(&mut self, reservation: Reservation) {
        self.open.push(self.reservations.len());
        self.reservations.push(reservation);
    }

    /// Every accepted reservation order, oldest first.
    pub(crate) fn ledger_entries(&self, now: Duration) -> Vec<VoiceOrder> {
        let ordered = |part: &&Reservation| !self.added.contains(&part.accepted.voice_order_id);
        self.reservations.iter().filter(ordered).map(|part| part.ledger_entry(now)).collect()
    }

    /// Every accepted order about active numbers, oldest first.
    pub(crate) fn line_ledger_entries(&self, now: Duration) -> Vec<LineOrder> {
        self.lines.ledger_entries(now)
    }

    pub(crate) fn reject_credit(&mut self) {
        self.reservations.iter_mut().for_each(Reservation::reject_credit);
        self.lines.reject_credit(&mut self.numbers);
    }

    /// Takes a reserved number away from the customer, also if it is being installed. Returns whether the
    /// customer had it.
    pub(crate) fn reclaim(&mut self, number: u64) -> bool {
        self.numbers.reclaim(number) || self.lines.reclaim(number)
    }

    /// Every number that is reserved for the customer.
    pub(crate) fn telephone_numbers(&self) -> BTreeSet<u64> {
        self.numbers.assigned()
    }

    /// Whether an order of this id reserves numbers.
    fn is_reservation(&self, id: &str) -> bool {
        !self.order(id).is_empty()
    }

    fn order(&self, id: &str) -> &[Reservation] {
        &self.reservations[self.positions(id)]
    }

    /// The rate centers of an order, and the numbers, which are needed to change them.
    fn order_mut(&mut self, id: &str) -> (&mut [Reservation], &mut Numbers) {
        let positions = self.positions(id);
        (&mut self.reservations[positions], &mut self.numbers)
    }

    fn positions(&self, id: &str) -> Range<usize> {
        let id_of = |part: &Reservation| part.accepted.voice_order_id.as_str().cmp(id);
        let first = self.reservations.partition_point(|part| id_of(part).is_lt());
        first..self.reservations.partition_point(|part| id_of(part).is_le())
    }

    fn next_order_id(&mut self) -> String {
        self.orders_numbered += 1;
        (FIRST_ORDER + self.orders_numbered - 1).to_string()
    }
}

impl Simulation {
    /// Releases the voice orders that a notification of this kind holds.
    pub(crate) fn release_voice(&mut self, hold: Hold) {
        let now = self.clock.now();
        let Voice { reservations, numbers, lines, .. } = &mut self.voice;
        lines.release(numbers, hold, now);
        for part in reservations {
            part.release(numbers, now, |code| match hold {
                Hold::Credit => code == CREDIT_HOLD,
                Hold::Other => code != CREDIT_HOLD,
            });
        }
        self.voice.advance_to(now);
    }

    /// Adds a completed order that is not in the ledger, and returns its id. Returns `None` if
    /// there is no such rate center.
    pub(crate) fn add_voice_order(
        &mut self,
        product_id: &str,
        rate_center: &str,
        state: &str,
        quantity: usize,
    ) -> Option<String> {
        let center = catalogue::rate_center(rate_center, state)?;
        let line = OrderLine {
            rate_center: center.name.into(),
            state: center.state.into(),
            quantity,
            sequential: false,
            pbx: None,
        };
        let request = OrderRequest {
            product_id: product_id.into(),
            external_order_id: None,
            customer_service_name: None,
            lines: vec![line.clone()],
        };
        let now = self.clock.now();
        let id = self.voice.next_order_id();
        let accepted = Acceptance {
            voice_order_id: id.clone(),
            at: now,
            date: self.clock.date(now),
            rules: VoiceSettings { inventory_lag_seconds: 0.0, ..self.settings.voice.clone() },
            forced_notification: None,
        };
        let mut part = Reservation::begin(accepted, &request, &line);
        part.complete(&mut self.voice.numbers, center, now);
        self.voice.record(part);
        self.voice.added.insert(id.clone());
        Some(id)
    }

    /// Adds this many numbers to the customer, in orders of 50, spread over ordinary rate centers.
    pub(crate) fn add_numbers(&mut self, numbers: usize) {
        let ordinary: Vec<_> =
            catalogue::RATE_CENTERS.iter().filter(|center| center.is_ordinary()).collect();
        let mut left = numbers;
        for center in ordinary.into_iter().cycle().take(numbers.div_ceil(SEED_QUANTITY)) {
            let quantity = left.min(SEED_QUANTITY);
            left -= quantity;
            // This can't fail, because the rate center is from the catalogue.
            let _ = self.add_voice_order(SEED_PRODUCT, center.name, center.state, quantity);
        }
    }
}

/// Checks that a request has a valid token and the right customer number.
async fn authorize(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    check(&shared.lock(), request.headers())?;
    Ok(next.run(request).await)
}

fn check(lumen: &Simulation, headers: &HeaderMap) -> Result<(), Problem> {
    let envelope = lumen.settings.voice.envelope;
    check_caller(lumen, headers).map_err(|error| error.into_problem(envelope))
}

fn check_caller(lumen: &Simulation, headers: &HeaderMap) -> Result<(), VoiceError> {
    let Some(token) = authorization(headers, "Bearer ") else {
        return Err(VoiceError::new(NOT_AUTHENTICATED).detail("There is no bearer token"));
    };
    if !lumen.tokens.accepts(token, lumen.clock.now()) {
        return Err(VoiceError::new(lumen.settings.voice.expired_token_code));
    }
    let Some(number) = headers.get("x-customer-number") else {
        return Err(VoiceError::new(MISSING_CUSTOMER_NUMBER)
            .detail("The header x-customer-number is required"));
    };
    if number.as_bytes() != lumen.settings.customer_number.as_bytes() {
        let detail = "The customer number is not attached to this key";
        return Err(VoiceError::new(WRONG_KEY).detail(detail));
    }
    Ok(())
}

async fn unknown_path(State(shared): State<Shared>) -> Answer {
    answer(&shared, |_| Err(VoiceError::new(NOT_FOUND)))
}

async fn unknown_method(State(shared): State<Shared>) -> Answer {
    answer(&shared, |_| Err(VoiceError::new(METHOD_NOT_ALLOWED)))
}

/// Answers a request. An error is sent in the envelope of the settings.
fn answer(
    shared: &Shared,
    decide: impl FnOnce(&mut Simulation) -> Result<Value, VoiceError>,
) -> Answer {
    let mut lumen = shared.lock();
    let envelope = lumen.settings.voice.envelope;
    decide(&mut lumen).map(Json).map_err(|error| error.into_problem(envelope))
}

fn json_object(body: &Bytes) -> Result<Value, VoiceError> {
    match serde_json::from_slice(body) {
        Ok(body @ Value::Object(_)) => Ok(body),
        _ => Err(VoiceError::new(BAD_REQUEST).detail("The body is not a JSON object")),
    }
}

/// Whether a text can be the id of an order.
fn is_order_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is the order of another customer, which exists so that requests for it can be refused.
fn is_foreign_order(id: &str) -> bool {
    id.parse() == Ok(FIRST_ORDER - 1)
}

/// Whether a value matches the filter in a query parameter. If the filter is not set, every value
/// matches.
fn matches_filter(parameters: &Parameters, name: &str, value: Option<&str>) -> bool {
    let wanted = parameters.get(name);
    wanted.is_none_or(|wanted| value.is_some_and(|value| value.eq_ignore_ascii_case(wanted)))
}

/// Returns the page that the query parameters select.
fn page<T: Clone>(
    all: &[T],
    parameters: &Parameters,
    settings: &Settings,
) -> Result<Page<T>, VoiceError> {
    let positive = |name: &str, code: u32| match parameters.get(name).map(|text| text.parse()) {
        None => Ok(None),
        Some(Ok(number)) if number > 0 => Ok(Some(number)),
        Some(_) => Err(VoiceError::new(code)),
    };
    let number = positive("pageNumber", 20_103)?;
    let size = positive("pageSize", 20_104)?;
    Ok(Page::select(all, number, size, settings))
}
