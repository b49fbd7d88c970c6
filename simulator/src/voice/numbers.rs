//! `GET /inventory`: the numbers that the customer has reserved, and where they come from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::catalogue::RateCenter;
use super::order_form::{Pbx, Wish};
use super::refusal::Refusal;
use super::settings::NumberForm;
use super::{answer, page};
use crate::paging::Parameters;
use crate::problem::Answer;
use crate::state::Shared;

/// Lines below this one are Lumen's own.
const FIRST_LINE: usize = 100;
const LINES: usize = 10_000;

/// A telephone number as E.164 has it, without the plus: 1 303 555 0100.
pub(crate) type Number = u64;

/// Consecutive numbers that the customer holds, of one delivery.
struct Held {
    first: Number,
    last: Number,
    origin: Arc<Origin>,
    /// When the inventory knows of them.
    shown_at: Duration,
}

/// Where numbers come from: a rate center of an order.
pub(crate) struct Origin {
    pub(crate) rate_center: String,
    pub(crate) state: String,
    pub(crate) voice_order_id: String,
    pub(crate) external_order_id: Option<String>,
}

/// Which numbers are gone from Lumen's stock, and which of them the customer holds.
#[derive(Default)]
pub(crate) struct Numbers {
    taken: BTreeSet<Number>,
    /// By their first number.
    held: BTreeMap<Number, Held>,
    /// The first numbers of what is held, by voice order id.
    by_order: BTreeMap<String, BTreeSet<Number>>,
}

/// How far into an exchange code Lumen looks for numbers.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    /// What is in stock.
    Stock,
    /// What can be got later: everything.
    Backorder,
}

impl Numbers {
    /// Sets numbers aside for a wish: so many, or as many as there are.
    pub(crate) fn take(
        &mut self,
        center: &RateCenter,
        wish: &Wish,
        quantity: usize,
        source: Source,
    ) -> Vec<Number> {
        let free = self.free(center, wish.pbx, source);
        let mut found = match source {
            Source::Stock if wish.sequential => longest_sequence(free, quantity),
            _ => scattered(free, quantity),
        };
        found.sort_unstable();
        self.taken.extend(&found);
        found
    }

    /// Returns numbers to the stock that were set aside.
    pub(crate) fn put_back(&mut self, numbers: &[Number]) {
        for number in numbers {
            self.taken.remove(number);
        }
    }

    /// Every number that the customer holds.
    pub(crate) fn all(&self) -> BTreeSet<Number> {
        self.held.values().flat_map(|held| held.first..=held.last).collect()
    }

    /// Gives numbers to the customer: a delivery, in the order of the numbers.
    pub(crate) fn hold(&mut self, numbers: &[Number], origin: Origin, shown_at: Duration) {
        let origin = Arc::new(origin);
        for run in numbers.chunk_by(|a, b| a + 1 == *b) {
            if let (Some(&first), Some(&last)) = (run.first(), run.last()) {
                self.insert(Held { first, last, origin: Arc::clone(&origin), shown_at });
            }
        }
    }

    fn insert(&mut self, held: Held) {
        let of_order = self.by_order.entry(held.origin.voice_order_id.clone()).or_default();
        of_order.insert(held.first);
        self.held.insert(held.first, held);
    }

    /// Takes a number away from the customer; whether they had it.
    pub(crate) fn reclaim(&mut self, number: Number) -> bool {
        let first = match self.held.range(..=number).next_back() {
            Some((first, held)) if number <= held.last => *first,
            _ => return false,
        };
        let Some(Held { last, origin, shown_at, .. }) = self.held.remove(&first) else {
            return false;
        };
        if let Some(of_order) = self.by_order.get_mut(&origin.voice_order_id) {
            of_order.remove(&first);
        }
        if first < number {
            self.insert(Held { first, last: number - 1, origin: Arc::clone(&origin), shown_at });
        }
        if number < last {
            self.insert(Held { first: number + 1, last, origin, shown_at });
        }
        true
    }

    /// What the customer holds by number, all of it or that of one order.
    fn held(&self, voice_order_id: Option<&String>) -> Vec<&Held> {
        let Some(id) = voice_order_id else { return self.held.values().collect() };
        let numbers = self.by_order.get(id).into_iter().flatten();
        numbers.filter_map(|number| self.held.get(number)).collect()
    }

    /// What is left in an exchange code: looked for only as far as it is wanted.
    fn free(
        &self,
        center: &RateCenter,
        pbx: Option<Pbx>,
        source: Source,
    ) -> impl Iterator<Item = Number> + Clone {
        let lines = match source {
            Source::Stock => center.stock.min(LINES - FIRST_LINE),
            Source::Backorder => LINES - FIRST_LINE,
        };
        let exchange = u64::from(center.npa) * 1_000 + u64::from(center.nxx);
        let first = (10_000_000 + exchange * 10) * 1_000 + FIRST_LINE as u64;
        let mut taken = self.taken.range(first..).peekable();
        (first..)
            .take(lines)
            .filter(move |number| taken.next_if_eq(&number).is_none())
            .filter(move |number| pbx.is_none_or(|pbx| !pbx.excludes(*number)))
    }
}

/// Lines that end in 7 go last, so that ordinary reservations have gaps.
fn scattered(free: impl Iterator<Item = Number> + Clone, quantity: usize) -> Vec<Number> {
    let goes_last = |number: &Number| *number % 10 == 7;
    let first = free.clone().filter(|number| !goes_last(number));
    first.chain(free.filter(goes_last)).take(quantity).collect()
}

/// The first sequence that is long enough, or else the longest.
fn longest_sequence(free: impl Iterator<Item = Number>, quantity: usize) -> Vec<Number> {
    let free: Vec<Number> = free.collect();
    let mut best: &[Number] = &[];
    for run in free.chunk_by(|a, b| a + 1 == *b) {
        if run.len() >= quantity {
            return run.iter().copied().take(quantity).collect();
        }
        if run.len() > best.len() {
            best = run;
        }
    }
    best.to_vec()
}

pub(crate) async fn inventory(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Answer {
    answer(&shared, |lumen| {
        let now = lumen.clock.now();
        let npa = three_digits(&parameters, "NPA")?;
        let nxx = three_digits(&parameters, "NXX")?;
        if nxx.is_some() && npa.is_none() {
            return Err(Refusal::new(20_091).detail("NXX needs NPA"));
        }
        let external_order_id = parameters.get("externalOrderID");
        let is_of = |origin: &Origin| {
            external_order_id.is_none_or(|wanted| {
                origin.external_order_id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(wanted))
            })
        };
        let mut found = lumen.voice.numbers.held(parameters.get("voiceOrderID"));
        found.retain(|held| {
            held.shown_at <= now
                && npa.is_none_or(|npa| held.first / 10_000_000 % 1_000 == npa)
                && nxx.is_none_or(|nxx| held.first / 10_000 % 1_000 == nxx)
                && is_of(&held.origin)
        });
        let form = lumen.settings.voice.number_form;
        let page = page(&rows(&found, form), &parameters, &lumen.settings)?;
        let rows: Vec<Value> = page.items.iter().map(|row| row.to_json(form)).collect();
        Ok(json!({ "pagination": page.pagination(), "tns": rows }))
    })
}

fn three_digits(parameters: &Parameters, name: &str) -> Result<Option<u64>, Refusal> {
    let Some(text) = parameters.get(name) else { return Ok(None) };
    match text.parse() {
        Ok(number) if text.len() == 3 => Ok(Some(number)),
        _ => Err(Refusal::new(20_091).detail(format!("{name} must be three digits"))),
    }
}

/// A row of the inventory.
#[derive(Clone)]
struct Row<'l> {
    first: Number,
    last: Number,
    origin: &'l Origin,
}

/// The rows in this form. A range never spans two orders.
fn rows<'l>(found: &[&'l Held], form: NumberForm) -> Vec<Row<'l>> {
    let together = |a: &&Held, b: &&Held| {
        a.last + 1 == b.first && a.origin.voice_order_id == b.origin.voice_order_id
    };
    let ranges = found.chunk_by(together).filter_map(|run| {
        let (first, last) = (run.first()?, run.last()?);
        Some(Row { first: first.first, last: last.last, origin: &first.origin })
    });
    match form {
        NumberForm::Ranges => ranges.collect(),
        NumberForm::Single | NumberForm::NpaNxxLine => ranges
            .flat_map(|Row { first, last, origin }| {
                (first..=last).map(move |number| Row { first: number, last: number, origin })
            })
            .collect(),
    }
}

impl Row<'_> {
    fn to_json(&self, form: NumberForm) -> Value {
        let Row { first, last, origin } = self;
        let mut row = match form {
            NumberForm::Ranges if first < last => json!({ "startTN": first, "endTN": last }),
            NumberForm::Ranges | NumberForm::Single => json!({ "tn": first }),
            NumberForm::NpaNxxLine => json!({
                "npa": format!("{:03}", first / 10_000_000 % 1_000),
                "nxx": format!("{:03}", first / 10_000 % 1_000),
                "line": format!("{:04}", first % 10_000),
            }),
        };
        let Origin { rate_center, state, voice_order_id, external_order_id } = origin;
        row["rateCenter"] = rate_center.as_str().into();
        row["state"] = state.as_str().into();
        row["voiceOrderId"] = voice_order_id.as_str().into();
        row["externalOrderId"] = external_order_id.as_deref().into();
        row["status"] = "reserved".into();
        row
    }
}
