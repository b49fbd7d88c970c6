//! `/Voice/v1/Numbers`: Voice LI-ELS, which reserves telephone numbers.
//!
//! Lumen publishes no specification of it: the names of fields that its guides print are kept, the
//! shapes around them are made up. No endpoint releases a reserved number, as at Lumen.
//!
//! Which rate centers are there to go wrong is said at [`VoiceSettings`].

mod catalogue;
mod coverage;
mod ledger;
mod notifications;
mod numbers;
mod order_form;
mod orders;
mod rate_centers;
mod refusal;
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
pub use self::order_form::Pbx;
pub use self::settings::{CoverageMethods, NumberForm, VoiceEnvelope, VoiceSettings};

use self::notifications::CREDIT_HOLD;
use self::numbers::Numbers;
use self::order_form::{OrderForm, Wish};
use self::refusal::{
    METHOD_NOT_ALLOWED, NO_CUSTOMER, NOT_AUTHENTICATED, NOT_FOUND, Refusal, UNREADABLE, WRONG_KEY,
};
use self::reservation::{Acceptance, Reservation};
use crate::auth::authorization;
use crate::paging::{Page, Parameters};
use crate::problem::{Answer, Problem};
use crate::settings::Settings;
use crate::state::{Shared, Simulation};

/// Where Voice lives.
pub(crate) const PREFIX: &str = "/Voice/v1/Numbers";

const FIRST_ORDER: usize = 600_184_201;
/// What the customer has at first: so many numbers in an order, of this product.
const IMPORTED_TOGETHER: usize = 50;
const IMPORTED_PRODUCT: &str = "2036";

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
        .route_layer(middleware::from_fn_with_state(shared.clone(), admit))
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
}

/// What can hold an order.
#[derive(Clone, Copy)]
pub(crate) enum Hold {
    /// Notification 1807.
    Credit,
    /// Any other notification of an order that goes on.
    Other,
}

/// Voice's books.
#[derive(Default)]
pub(crate) struct Voice {
    /// By order id: these count up. The rate centers of an order stand together.
    reservations: Vec<Reservation>,
    /// Positions in `reservations` of those that are not over.
    open: Vec<usize>,
    numbers: Numbers,
    /// Order ids of numbers that were never ordered here.
    imported: BTreeSet<String>,
    orders_numbered: usize,
}

impl Voice {
    /// Brings orders to where they are by now.
    pub(crate) fn settle(&mut self, now: Duration) {
        let Voice { reservations, open, numbers, .. } = self;
        open.retain(|position| match reservations.get_mut(*position) {
            Some(reservation) => !reservation.settle(numbers, now),
            None => false,
        });
    }

    fn record(&mut self, reservation: Reservation) {
        self.open.push(self.reservations.len());
        self.reservations.push(reservation);
    }

    /// Every accepted order, oldest first.
    pub(crate) fn entries(&self, now: Duration) -> Vec<VoiceOrder> {
        let ordered = |part: &&Reservation| !self.imported.contains(&part.accepted.voice_order_id);
        self.reservations.iter().filter(ordered).map(|part| part.entry(now)).collect()
    }

    pub(crate) fn reject_credit(&mut self) {
        self.reservations.iter_mut().for_each(Reservation::reject_credit);
    }

    /// Takes a number away from the customer; whether they had it.
    pub(crate) fn reclaim(&mut self, number: u64) -> bool {
        self.numbers.reclaim(number)
    }

    /// Every number that the customer holds.
    pub(crate) fn telephone_numbers(&self) -> BTreeSet<u64> {
        self.numbers.all()
    }

    fn order(&self, id: &str) -> &[Reservation] {
        &self.reservations[self.positions(id)]
    }

    /// The rate centers of an order, and the numbers that they may want.
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
    /// Lets voice orders go on that a notification holds.
    pub(crate) fn release_voice(&mut self, hold: Hold) {
        let now = self.clock.now();
        let Voice { reservations, numbers, .. } = &mut self.voice;
        for part in reservations {
            part.release(numbers, now, |code| match hold {
                Hold::Credit => code == CREDIT_HOLD,
                Hold::Other => code != CREDIT_HOLD,
            });
        }
        self.voice.settle(now);
    }

    /// Gives the customer numbers as if they had been ordered long ago. None when there is no such
    /// rate center.
    pub(crate) fn add_voice_order(
        &mut self,
        product_id: &str,
        rate_center: &str,
        state: &str,
        quantity: usize,
    ) -> Option<String> {
        let center = catalogue::rate_center(rate_center, state)?;
        let wish = Wish {
            rate_center: center.name.into(),
            state: center.state.into(),
            quantity,
            sequential: false,
            pbx: None,
        };
        let form = OrderForm {
            product_id: product_id.into(),
            external_order_id: None,
            customer_service_name: None,
            wishes: vec![wish.clone()],
        };
        let now = self.clock.now();
        let id = self.voice.next_order_id();
        let accepted = Acceptance {
            voice_order_id: id.clone(),
            at: now,
            date: self.clock.date(now),
            rules: VoiceSettings { inventory_lag_seconds: 0.0, ..self.settings.voice.clone() },
            destined: None,
        };
        let mut part = Reservation::begin(accepted, &form, &wish);
        part.complete(&mut self.voice.numbers, center, now);
        self.voice.record(part);
        self.voice.imported.insert(id.clone());
        Some(id)
    }

    /// Gives the customer so many numbers, in orders of 50 over ordinary rate centers.
    pub(crate) fn add_numbers(&mut self, numbers: usize) {
        let ordinary: Vec<_> =
            catalogue::RATE_CENTERS.iter().filter(|center| center.is_ordinary()).collect();
        let mut left = numbers;
        for center in ordinary.into_iter().cycle().take(numbers.div_ceil(IMPORTED_TOGETHER)) {
            let quantity = left.min(IMPORTED_TOGETHER);
            left -= quantity;
            // A rate center of the catalogue exists.
            let _ = self.add_voice_order(IMPORTED_PRODUCT, center.name, center.state, quantity);
        }
    }
}

/// Lets a request pass with a good token for the right customer.
async fn admit(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    check(&shared.lock(), request.headers())?;
    Ok(next.run(request).await)
}

fn check(lumen: &Simulation, headers: &HeaderMap) -> Result<(), Problem> {
    let envelope = lumen.settings.voice.envelope;
    check_caller(lumen, headers).map_err(|refusal| refusal.in_envelope(envelope))
}

fn check_caller(lumen: &Simulation, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(token) = authorization(headers, "Bearer ") else {
        return Err(Refusal::new(NOT_AUTHENTICATED).detail("There is no bearer token"));
    };
    if !lumen.tokens.accepts(token, lumen.clock.now()) {
        return Err(Refusal::new(lumen.settings.voice.expired_token_code));
    }
    let Some(number) = headers.get("x-customer-number") else {
        return Err(Refusal::new(NO_CUSTOMER).detail("The header x-customer-number is required"));
    };
    if number.as_bytes() != lumen.settings.customer_number.as_bytes() {
        let detail = "The customer number is not attached to this key";
        return Err(Refusal::new(WRONG_KEY).detail(detail));
    }
    Ok(())
}

async fn unknown_path(State(shared): State<Shared>) -> Answer {
    answer(&shared, |_| Err(Refusal::new(NOT_FOUND)))
}

async fn unknown_method(State(shared): State<Shared>) -> Answer {
    answer(&shared, |_| Err(Refusal::new(METHOD_NOT_ALLOWED)))
}

/// Answers out of the books; a refusal goes out in the envelope that is set.
fn answer(
    shared: &Shared,
    decide: impl FnOnce(&mut Simulation) -> Result<Value, Refusal>,
) -> Answer {
    let mut lumen = shared.lock();
    let envelope = lumen.settings.voice.envelope;
    decide(&mut lumen).map(Json).map_err(|refusal| refusal.in_envelope(envelope))
}

fn object(body: &Bytes) -> Result<Value, Refusal> {
    match serde_json::from_slice(body) {
        Ok(body @ Value::Object(_)) => Ok(body),
        _ => Err(Refusal::new(UNREADABLE).detail("The body is not a JSON object")),
    }
}

/// Whether a value is the one that a query parameter asks for, if it does.
fn filter(parameters: &Parameters, name: &str, value: Option<&str>) -> bool {
    let wanted = parameters.get(name);
    wanted.is_none_or(|wanted| value.is_some_and(|value| value.eq_ignore_ascii_case(wanted)))
}

/// Cuts the page that is asked for.
fn page<T: Clone>(
    all: &[T],
    parameters: &Parameters,
    settings: &Settings,
) -> Result<Page<T>, Refusal> {
    let positive = |name: &str, code: u32| match parameters.get(name).map(|text| text.parse()) {
        None => Ok(None),
        Some(Ok(number)) if number > 0 => Ok(Some(number)),
        Some(_) => Err(Refusal::new(code)),
    };
    let number = positive("pageNumber", 20_103)?;
    let size = positive("pageSize", 20_104)?;
    Ok(Page::cut(all, number, size, settings))
}
