//! `GET /inventory`: the numbers that the customer has reserved, and where they come from.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::catalogue::RateCenter;
use super::order_form::{Pbx, Wish};
use super::refusal::Refusal;
use super::settings::NumberForm;
use super::{Voice, answer, filter, page};
use crate::paging::Parameters;
use crate::problem::Answer;
use crate::state::Shared;

/// Lines below this one are Lumen's own.
const FIRST_LINE: usize = 100;
const LINES: usize = 10_000;

/// A telephone number as E.164 has it, without the plus: 1 303 555 0100.
pub(crate) type Number = u64;

/// A number that the customer holds.
pub(crate) struct Held {
    pub(crate) number: Number,
    pub(crate) rate_center: String,
    pub(crate) state: String,
    pub(crate) voice_order_id: String,
    pub(crate) external_order_id: Option<String>,
    /// When the inventory knows of it.
    pub(crate) shown_at: Duration,
}

/// Which numbers are gone from Lumen's stock, and which of them the customer holds.
#[derive(Default)]
pub(crate) struct Numbers {
    taken: BTreeSet<Number>,
    held: Vec<Held>,
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
            Source::Stock if wish.sequential => longest_sequence(&free, quantity),
            _ => scattered(&free, quantity),
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
        self.held.iter().map(|held| held.number).collect()
    }

    pub(crate) fn hold(&mut self, held: impl IntoIterator<Item = Held>) {
        self.held.extend(held);
    }

    /// Takes a number away from the customer; whether they had it.
    pub(crate) fn reclaim(&mut self, number: Number) -> bool {
        let before = self.held.len();
        self.held.retain(|held| held.number != number);
        self.held.len() < before
    }

    fn free(&self, center: &RateCenter, pbx: Option<Pbx>, source: Source) -> Vec<Number> {
        let lines = match source {
            Source::Stock => center.stock.min(LINES - FIRST_LINE),
            Source::Backorder => LINES - FIRST_LINE,
        };
        let exchange = u64::from(center.npa) * 1_000 + u64::from(center.nxx);
        let first = (10_000_000 + exchange * 10) * 1_000 + FIRST_LINE as u64;
        (first..)
            .take(lines)
            .filter(|number| !self.taken.contains(number))
            .filter(|number| pbx.is_none_or(|pbx| !pbx.excludes(*number)))
            .collect()
    }
}

/// Lines that end in 7 go last, so that ordinary reservations have gaps.
fn scattered(free: &[Number], quantity: usize) -> Vec<Number> {
    let (last, first): (Vec<_>, Vec<_>) = free.iter().partition(|number| *number % 10 == 7);
    first.into_iter().chain(last).take(quantity).collect()
}

/// The first sequence that is long enough, or else the longest.
fn longest_sequence(free: &[Number], quantity: usize) -> Vec<Number> {
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
        let Voice { numbers, .. } = &lumen.voice;
        let mut found: Vec<&Held> = numbers
            .held
            .iter()
            .filter(|held| held.shown_at <= now)
            .filter(|held| filter(&parameters, "voiceOrderID", Some(&held.voice_order_id)))
            .filter(|held| {
                filter(&parameters, "externalOrderID", held.external_order_id.as_deref())
            })
            .filter(|held| npa.is_none_or(|npa| held.number / 10_000_000 % 1_000 == npa))
            .filter(|held| nxx.is_none_or(|nxx| held.number / 10_000 % 1_000 == nxx))
            .collect();
        found.sort_by_key(|held| held.number);
        let rows = rows(&found, lumen.settings.voice.number_form);
        let page = page(&rows, &parameters, &lumen.settings)?;
        Ok(json!({ "pagination": page.pagination(), "tns": page.items }))
    })
}

fn three_digits(parameters: &Parameters, name: &str) -> Result<Option<u64>, Refusal> {
    let Some(text) = parameters.get(name) else { return Ok(None) };
    match text.parse() {
        Ok(number) if text.len() == 3 => Ok(Some(number)),
        _ => Err(Refusal::new(20_091).detail(format!("{name} must be three digits"))),
    }
}

/// The rows of the inventory. A range never spans two orders.
fn rows(found: &[&Held], form: NumberForm) -> Vec<Value> {
    let together = |a: &&Held, b: &&Held| {
        form == NumberForm::Ranges
            && a.number + 1 == b.number
            && a.voice_order_id == b.voice_order_id
    };
    let row = |run: &[&Held]| {
        let (first, last) = (run.first()?, run.last()?);
        let mut row = match form {
            NumberForm::Ranges if first.number < last.number => {
                json!({ "startTN": first.number, "endTN": last.number })
            }
            NumberForm::Ranges | NumberForm::Single => json!({ "tn": first.number }),
            NumberForm::NpaNxxLine => json!({
                "npa": format!("{:03}", first.number / 10_000_000 % 1_000),
                "nxx": format!("{:03}", first.number / 10_000 % 1_000),
                "line": format!("{:04}", first.number % 10_000),
            }),
        };
        row["rateCenter"] = first.rate_center.as_str().into();
        row["state"] = first.state.as_str().into();
        row["voiceOrderId"] = first.voice_order_id.as_str().into();
        row["externalOrderId"] = first.external_order_id.as_deref().into();
        row["status"] = "reserved".into();
        Some(row)
    };
    found.chunk_by(together).filter_map(row).collect()
}
