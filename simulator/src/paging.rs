//! Pages of a list, well-behaved or not.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::problem::Problem;
use crate::settings::{PageFaults, Settings};

/// The query parameters of a request.
pub(crate) type Parameters = BTreeMap<String, String>;

/// One page, and what it says about itself.
pub(crate) struct Page<T> {
    number: usize,
    size: usize,
    total: usize,
    faults: PageFaults,
    pub(crate) items: Vec<T>,
}

impl<T: Clone> Page<T> {
    /// Cuts the page that `pageNumber` (from 1) and `pageSize` ask for.
    pub(crate) fn of(
        all: &[T],
        parameters: &Parameters,
        settings: &Settings,
    ) -> Result<Page<T>, Problem> {
        let number = positive(parameters, "pageNumber")?;
        let size = positive(parameters, "pageSize")?;
        Ok(Page::cut(all, number, size, settings))
    }

    /// Cuts the page with this number, from 1, and of this size.
    pub(crate) fn cut(
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

    /// `pagination` as the Network endpoints give it: a list of one object.
    pub(crate) fn pagination(&self) -> Value {
        let mut described = json!({ "pageNumber": self.number, "pageSize": self.told_size() });
        if let Some(total) = self.told(self.total) {
            described["totalRecords"] = total.into();
        }
        json!([described])
    }

    /// Members as the Account endpoint gives them: flat, counting everything.
    pub(crate) fn flat_total(&self, answer: Value) -> Value {
        self.flat(answer, self.total)
    }

    /// Members as the inventory gives them: flat, counting this page.
    pub(crate) fn flat_count(&self, answer: Value) -> Value {
        self.flat(answer, self.items.len())
    }

    fn flat(&self, mut answer: Value, count: usize) -> Value {
        answer["pageNumber"] = self.number.into();
        answer["pageSize"] = self.told_size().into();
        if let Some(count) = self.told(count) {
            answer["resultCount"] = count.into();
        }
        answer
    }

    /// Totals go wrong upwards only: no client could notice records behind a total too low.
    fn told(&self, count: usize) -> Option<usize> {
        match self.faults {
            PageFaults::WrongTotals => Some(count + 7),
            PageFaults::MissingTotals => None,
            _ => Some(count),
        }
    }

    fn told_size(&self) -> usize {
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
