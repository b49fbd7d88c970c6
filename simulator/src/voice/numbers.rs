//! Telephone numbers: the stock of the rate centers, the numbers that are assigned to the customer,
//! and `GET /inventory`, which lists the customer's numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::catalogue::RateCenter;
use super::error::VoiceError;
use super::order_request::{OrderLine, Pbx};
use super::settings::NumberForm;
use super::{answer, page};
use crate::paging::Parameters;
use crate::problem::Answer;
use crate::state::Shared;

/// The first line number that is sold in an exchange code. Lumen uses the lower ones itself.
const FIRST_LINE: usize = 100;
const LINES: usize = 10_000;

/// A telephone number in E.164 without the plus sign: 1 303 555 0100.
pub(crate) type Number = u64;

/// Consecutive numbers of one delivery that are assigned to the customer.
struct AssignedRange {
    first: Number,
    last: Number,
    origin: Arc<Origin>,
    /// When they appear in the inventory.
    shown_at: Duration,
}

/// A reserved number that an install order has taken out of the inventory.
pub(crate) struct Withdrawn {
    pub(crate) number: Number,
    origin: Arc<Origin>,
    shown_at: Duration,
}

/// The order and the rate center for which numbers were reserved.
pub(crate) struct Origin {
    pub(crate) rate_center: String,
    pub(crate) state: String,
    pub(crate) voice_order_id: String,
    pub(crate) external_order_id: Option<String>,
}

/// The numbers that are no longer in stock, and those that are assigned to the customer.
#[derive(Default)]
pub(crate) struct Numbers {
    /// Numbers that are set aside or have been assigned.
    taken: BTreeSet<Number>,
    /// By their first number.
    assigned: BTreeMap<Number, AssignedRange>,
    /// The first numbers of the assigned ranges, by voice order id.
    by_order: BTreeMap<String, BTreeSet<Number>>,
}

/// The source that numbers are taken from.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    /// The numbers in stock.
    Stock,
    /// Every number of the exchange code.
    Backorder,
}

impl Numbers {
    /// Sets numbers aside for an order line: `quantity` of them, or fewer if there are not enough.
    pub(crate) fn set_aside(
        &mut self,
        center: &RateCenter,
        line: &OrderLine,
        quantity: usize,
        source: Source,
    ) -> Vec<Number> {
        let free = self.free(center, line.pbx, source);
        let mut found = match source {
            Source::Stock if line.sequential => longest_sequence(free, quantity),
            _ => scattered(free, quantity),
        };
        found.sort_unstable();
        self.taken.extend(&found);
        found
    }

    /// Returns numbers that were set aside to the stock.
    pub(crate) fn return_to_stock(&mut self, numbers: &[Number]) {
        for number in numbers {
            self.taken.remove(number);
        }
    }

    /// Every number that is assigned to the customer.
    pub(crate) fn assigned(&self) -> BTreeSet<Number> {
        self.assigned.values().flat_map(|range| range.first..=range.last).collect()
    }

    /// Assigns the numbers of one delivery, which must be sorted, to the customer.
    pub(crate) fn assign(&mut self, numbers: &[Number], origin: Origin, shown_at: Duration) {
        let origin = Arc::new(origin);
        for run in numbers.chunk_by(|a, b| a + 1 == *b) {
            if let (Some(&first), Some(&last)) = (run.first(), run.last()) {
                self.insert(AssignedRange { first, last, origin: Arc::clone(&origin), shown_at });
            }
        }
    }

    /// Whether a number is reserved for the customer.
    pub(crate) fn is_assigned(&self, number: Number) -> bool {
        self.assigned.range(..=number).next_back().is_some_and(|(_, range)| number <= range.last)
    }

    /// Makes sure that a number that is in service is never reserved.
    pub(crate) fn take(&mut self, number: Number) {
        self.taken.insert(number);
    }

    fn insert(&mut self, range: AssignedRange) {
        let of_order = self.by_order.entry(range.origin.voice_order_id.clone()).or_default();
        of_order.insert(range.first);
        self.assigned.insert(range.first, range);
    }

    /// Takes a number away from the customer. Returns whether the customer had it.
    pub(crate) fn reclaim(&mut self, number: Number) -> bool {
        self.withdraw(number).is_some()
    }

    /// Takes a reserved number out of the inventory. Returns `None` if it is not reserved.
    pub(crate) fn withdraw(&mut self, number: Number) -> Option<Withdrawn> {
        let first = match self.assigned.range(..=number).next_back() {
            Some((first, range)) if number <= range.last => *first,
            _ => return None,
        };
        let AssignedRange { last, origin, shown_at, .. } = self.assigned.remove(&first)?;
        let withdrawn = Withdrawn { number, origin: Arc::clone(&origin), shown_at };
        if let Some(of_order) = self.by_order.get_mut(&origin.voice_order_id) {
            of_order.remove(&first);
        }
        if first < number {
            self.insert(AssignedRange {
                first,
                last: number - 1,
                origin: Arc::clone(&origin),
                shown_at,
            });
        }
        if number < last {
            self.insert(AssignedRange { first: number + 1, last, origin, shown_at });
        }
        Some(withdrawn)
    }

    /// Returns a number to the inventory.
    pub(crate) fn put_back(&mut self, withdrawn: Withdrawn) {
        let Withdrawn { number, origin, shown_at } = withdrawn;
        self.insert(AssignedRange { first: number, last: number, origin, shown_at });
    }

    /// The ranges that are assigned to the customer, or only those of one order, sorted by number.
    fn ranges(&self, voice_order_id: Option<&String>) -> Vec<&AssignedRange> {
        let Some(id) = voice_order_id else { return self.assigned.values().collect() };
        let numbers = self.by_order.get(id).into_iter().flatten();
        numbers.filter_map(|number| self.assigned.get(number)).collect()
    }

    /// The free numbers of an exchange code. The iterator is lazy, because callers need only a few
    /// of up to 9,900 numbers.
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

/// Takes numbers that end in 7 last, so that most reservations have gaps.
fn scattered(free: impl Iterator<Item = Number> + Clone, quantity: usize) -> Vec<Number> {
    let goes_last = |number: &Number| *number % 10 == 7;
    let first = free.clone().filter(|number| !goes_last(number));
    first.chain(free.filter(goes_last)).take(quantity).collect()
}

/// Takes the first sequence that is long enough, or the longest one if none is.
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
        let is_wanted = exchange_filter(&parameters)?;
        let external_order_id = parameters.get("externalOrderID");
        let is_of = |origin: &Origin| {
            external_order_id.is_none_or(|wanted| {
                origin.external_order_id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(wanted))
            })
        };
        let mut found = lumen.voice.numbers.ranges(parameters.get("voiceOrderID"));
        found.retain(|range| {
            range.shown_at <= now && is_wanted(range.first) && is_of(&range.origin)
        });
        let form = lumen.settings.voice.number_form;
        let page = page(&rows(&found, form), &parameters, &lumen.settings)?;
        let rows: Vec<Value> = page.items.iter().map(|row| row.to_json(form)).collect();
        Ok(json!({ "pagination": page.pagination(), "tns": rows }))
    })
}

/// Returns whether a number has the area code and the exchange code in the query parameters.
pub(crate) fn exchange_filter(
    parameters: &Parameters,
) -> Result<impl Fn(Number) -> bool + use<>, VoiceError> {
    let npa = three_digits(parameters, "NPA")?;
    let nxx = three_digits(parameters, "NXX")?;
    if nxx.is_some() && npa.is_none() {
        return Err(VoiceError::new(20_091).detail("NXX needs NPA"));
    }
    Ok(move |number| {
        npa.is_none_or(|npa| number / 10_000_000 % 1_000 == npa)
            && nxx.is_none_or(|nxx| number / 10_000 % 1_000 == nxx)
    })
}

fn three_digits(parameters: &Parameters, name: &str) -> Result<Option<u64>, VoiceError> {
    let Some(text) = parameters.get(name) else { return Ok(None) };
    match text.parse() {
        Ok(number) if text.len() == 3 => Ok(Some(number)),
        _ => Err(VoiceError::new(20_091).detail(format!("{name} must be three digits"))),
    }
}

/// The first and the last numbers of consecutive numbers.
pub(crate) fn ranges(numbers: &[Number]) -> Vec<(Number, Number)> {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    runs.filter_map(|run| Some((*run.first()?, *run.last()?))).collect()
}

/// An object with the members that name these numbers. Only ranges can name more than one.
pub(crate) fn number_members(first: Number, last: Number, form: NumberForm) -> Value {
    match form {
        NumberForm::Ranges if first < last => json!({ "startTN": first, "endTN": last }),
        NumberForm::Ranges | NumberForm::Single => json!({ "tn": first }),
        NumberForm::NpaNxxLine => json!({
            "npa": format!("{:03}", first / 10_000_000 % 1_000),
            "nxx": format!("{:03}", first / 10_000 % 1_000),
            "line": format!("{:04}", first % 10_000),
        }),
        NumberForm::E164 => json!({ "tn": format!("+{first}") }),
        NumberForm::TenDigits => json!({ "tn": format!("{:010}", first % 10_000_000_000) }),
        NumberForm::Hyphens => json!({ "tn": format!(
            "{:03}-{:03}-{:04}",
            first / 10_000_000 % 1_000,
            first / 10_000 % 1_000,
            first % 10_000
        ) }),
    }
}

/// A row of the inventory.
#[derive(Clone)]
struct Row<'l> {
    first: Number,
    last: Number,
    origin: &'l Origin,
}

/// The rows in the given form. A range never spans two orders.
fn rows<'l>(found: &[&'l AssignedRange], form: NumberForm) -> Vec<Row<'l>> {
    let together = |a: &&AssignedRange, b: &&AssignedRange| {
        a.last + 1 == b.first && a.origin.voice_order_id == b.origin.voice_order_id
    };
    let ranges = found.chunk_by(together).filter_map(|run| {
        let (first, last) = (run.first()?, run.last()?);
        Some(Row { first: first.first, last: last.last, origin: &first.origin })
    });
    match form {
        NumberForm::Ranges => ranges.collect(),
        _ => ranges
            .flat_map(|Row { first, last, origin }| {
                (first..=last).map(move |number| Row { first: number, last: number, origin })
            })
            .collect(),
    }
}

impl Row<'_> {
    fn to_json(&self, form: NumberForm) -> Value {
        let Row { first, last, origin } = self;
        let mut row = number_members(*first, *last, form);
        let Origin { rate_center, state, voice_order_id, external_order_id } = origin;
        row["rateCenter"] = rate_center.as_str().into();
        row["state"] = state.as_str().into();
        row["voiceOrderId"] = voice_order_id.as_str().into();
        row["externalOrderId"] = external_order_id.as_deref().into();
        row["status"] = "reserved".into();
        row
    }
}
