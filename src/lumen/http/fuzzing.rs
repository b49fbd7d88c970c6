//! The functions that read answers, for `fuzz/`. They are the real ones, but need no request.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::error::Error;
use super::page::{Listing, Otherwise, Pages};
use super::problem::Problem;
use super::request::{Answer, Request};
use super::retry;

/// Reads an answer that reports a refusal or a failure. A header that HTTP does not allow is left out.
#[must_use]
pub fn problem(status: u16, headers: &[(&'static str, &[u8])], body: &[u8]) -> Problem {
    let headers = headers.iter().filter_map(|(name, value)| {
        Some((HeaderName::from_static(name), HeaderValue::from_bytes(value).ok()?))
    });
    Problem::read("GET /Product/v1/price", status, &headers.collect::<HeaderMap>(), body)
}

/// Classifies an answer that is not a success.
#[must_use]
pub fn error(problem: Problem) -> Error {
    Error::from_answer(problem, None)
}

/// Reads a `Retry-After`.
#[must_use]
pub fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    retry::retry_after(header, now)
}

/// A list that is read page by page.
pub struct List(Pages<Value>);

impl List {
    /// Creates a list before its first page. Without `items`, it is a list of telephone numbers, which may
    /// be anywhere in the answer.
    #[must_use]
    pub fn new(
        items: Option<&'static str>,
        identity: &'static [&'static str],
        inherited: &'static [&'static str],
    ) -> Self {
        let otherwise = if items.is_some() { Otherwise::Nowhere } else { Otherwise::AnyList };
        let listing = Listing::of(items.unwrap_or("tns"), identity);
        Self(Pages::of(Request::get("list"), Listing { otherwise, inherited, ..listing }))
    }

    /// Reads the next page, and returns its new items.
    ///
    /// # Errors
    /// If the page has no list.
    pub fn take(&mut self, page: &[u8]) -> Result<Vec<Value>, Error> {
        let receipt = Problem::read("GET /list", 200, &HeaderMap::new(), page);
        self.0.take(Answer { text: page.to_vec(), retry_after: None, receipt })
    }

    /// Whether the list has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.0.is_over()
    }
}
