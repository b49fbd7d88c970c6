//! Pages of a list, optionally with faults.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::problem::Problem;
use crate::settings::{PageFaults, Settings};

/// The query parameters of a request.
pub(crate) type Parameters = BTreeMap<String, String>;

/// One page, with its number, size and totals.
pub(crate) struct Page<T> {
    number: usize,
    size: usize,
    total: usize,
    faults: PageFaults,
    pub(crate) items: Vec<T>,
}

impl<T: Clone> Page<T> {
    /// Returns the page that the parameters `pageNumber` (from 1) and `pageSize` select.
    pub(crate) fn of(
        all: &[T],
        parameters: &Parameters,
        settings: &Settings,
    ) -> Result<Page<T>, Problem> {
        let number = positive(parameters, "pageNumber")?;
        let size = positive(parameters, "pageSize")?;
        Ok(Page::select(all, number, size, settings))
    }

    /// Returns the page with this number (from 1) and size.
    pub(crate) fn select(
        all: &[T],
        number: Option<usize>,
        size: Option<usize>,
        settings: &Settings,
    ) -> Page<T> {
        let number = number.unwrap_or(1);
        let size =
            size.unwrap_or(settings.page_size_default).clamp(1, settings.page_size_max.max(1));
        let faults = settings.page_faults;
        let last = all.len().div_ceil(size).max(1);

        let (skipped, taken) = match faults {
            PageFaults::RepeatLastPage => ((number.min(last) - 1).saturating_mul(size), size),
            PageFaults::OverlapPages if number > 1 => {
                ((number - 1).saturating_mul(size) - 1, size + 1)
            }
            _ => ((number - 1).saturating_mul(size), size),
        };
        let items = all.iter().skip(skipped).take(taken).cloned().collect();
        Page { number, size, total: all.len(), faults, items }
    }

    /// The `pagination` member of the Network endpoints: a list of one object.
    pub(crate) fn pagination(&self) -> Value {
        let mut described = json!({ "pageNumber": self.number, "pageSize": self.reported_size() });
        if let Some(total) = self.reported(self.total) {
            described["totalRecords"] = total.into();
        }
        json!([described])
    }

    /// Adds the members of the Account endpoint: flat, with the number of items on all pages.
    pub(crate) fn flat_total(&self, answer: Value) -> Value {
        self.flat(answer, self.total)
    }

    /// Adds the members of the inventory endpoint: flat, with the number of items on this page.
    pub(crate) fn flat_count(&self, answer: Value) -> Value {
        self.flat(answer, self.items.len())
    }

    fn flat(&self, mut answer: Value, count: usize) -> Value {
        answer["pageNumber"] = self.number.into();
        answer["pageSize"] = self.reported_size().into();
        if let Some(count) = self.reported(count) {
            answer["resultCount"] = count.into();
        }
        answer
    }

    /// The reported total. A wrong total is always too high: if it were too low, no client could
    /// notice the missing items.
    fn reported(&self, count: usize) -> Option<usize> {
        match self.faults {
            PageFaults::WrongTotals => Some(count + 7),
            PageFaults::MissingTotals => None,
            _ => Some(count),
        }
    }

    fn reported_size(&self) -> usize {
        if self.faults == PageFaults::WrongTotals { 1 } else { self.size }
    }
}

fn positive(parameters: &Parameters, name: &str) -> Result<Option<usize>, Problem> {
    let Some(text) = parameters.get(name) else { return Ok(None) };
    match text.parse() {
        Ok(number) if number > 0 => Ok(Some(number)),
        _ => {
            let reason = format!("{name} must be a whole number from 1");
            Err(Problem::bad_request("invalidQuery", &reason).about(name))
        }
    }
}
