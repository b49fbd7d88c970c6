//! `/coverage`: whether Lumen serves a place, and whether a number can be ported from another
//! carrier.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{MOST_PORTED_NUMBERS, TelephoneNumber, assumed, get};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::http::request::{Answer, Host, Request};
use crate::lumen::http::retry::Effect;
use crate::lumen::{Client, Error, Problem};

const PATH: &str = "Voice/v1/Numbers/coverage";

/// What to check: numbers or a place. Lumen does not accept both.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CoverageQuery {
    /// Whether these numbers are covered, and can be ported.
    TelephoneNumbers(Vec<TelephoneNumber>),
    /// Whether this place is covered.
    Location(Place),
}

/// The place to which numbers belong. A filter that is not set matches all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Place {
    /// Area code.
    pub npa: Option<String>,
    /// Exchange.
    pub nxx: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Two-letter state code.
    pub state: Option<String>,
    /// Five-digit ZIP code.
    pub zip: Option<String>,
}

/// The coverage of one number or place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// The number, if numbers were checked.
    pub telephone_number: Option<TelephoneNumber>,
    /// The rate center to which it belongs.
    pub rate_center: Option<String>,
    /// The state of the rate center.
    pub state: Option<String>,
    /// Whether Lumen serves it, if the answer says so.
    pub covered: Option<bool>,
    /// Whether the number can be ported to Lumen, if the answer says so.
    pub portable: Option<bool>,
    /// The name of the carrier that has the number, if the answer says so.
    pub losing_carrier: Option<String>,
    /// Whether that is a mobile carrier, if the answer says so.
    pub wireless: Option<bool>,
}

impl Client {
    /// Checks whether Lumen serves numbers or a place. `GET /Voice/v1/Numbers/coverage`
    ///
    /// Some of Lumen's guides say GET and others POST. If GET is not allowed, POST is used as long as the
    /// client lives.
    ///
    /// # Errors
    /// See [`Error`]. The request has no side effects.
    pub async fn coverage(&self, query: &CoverageQuery) -> Result<Arc<Vec<Coverage>>, Error> {
        let fetch = || self.clone().ask_coverage(query.clone());
        self.0.voice.coverage.get_or_fetch(query, fetch).await
    }

    /// Checks whether numbers can be ported to Lumen, with as many numbers in each request as a port can have.
    /// The answer is in the order of the numbers. A number that Lumen does not report is missing from it.
    ///
    /// # Errors
    /// As [`Client::coverage`].
    pub async fn portability(
        &self,
        numbers: &BTreeSet<TelephoneNumber>,
    ) -> Result<Vec<Coverage>, Error> {
        let numbers: Vec<_> = numbers.iter().copied().collect();
        let mut found: Vec<Coverage> = Vec::new();
        for some in numbers.chunks(MOST_PORTED_NUMBERS) {
            let query = CoverageQuery::TelephoneNumbers(some.to_vec());
            let answer = self.coverage(&query).await?;
            let is_asked_for = |each: &&Coverage| match each.telephone_number {
                Some(number) => some.contains(&number),
                None => false,
            };
            found.extend(answer.iter().filter(is_asked_for).cloned());
        }
        found.sort_by_key(|each| each.telephone_number);
        Ok(found)
    }

    async fn ask_coverage(self, query: CoverageQuery) -> Result<Vec<Coverage>, Error> {
        let answer = match self.coverage_by_get(&query).await? {
            Some(answer) => answer,
            None => self.coverage_by_post(&query).await?,
        };
        match assumed::coverage(&answer.json()) {
            Some(coverage) => Ok(coverage),
            None => Err(answer.nonsense("it doesn't describe coverage")),
        }
    }

    /// Returns `None` if Lumen requires POST.
    async fn coverage_by_get(&self, query: &CoverageQuery) -> Result<Option<Answer>, Error> {
        let takes_post = &self.0.voice.coverage_takes_post;
        if takes_post.load(Ordering::Relaxed) {
            return Ok(None);
        }
        match self.send(&assumed::coverage_query(get(PATH).class(RequestClass::Plan), query)).await
        {
            Err(error) if is_wrong_method(&error) => {
                takes_post.store(true, Ordering::Relaxed);
                Ok(None)
            }
            answer => answer.map(Some),
        }
    }

    async fn coverage_by_post(&self, query: &CoverageQuery) -> Result<Answer, Error> {
        let body = assumed::coverage_body(query);
        self.send(
            &Request::post(PATH, body, Effect::Repeatable)
                .to(Host::Voice)
                .class(RequestClass::Plan),
        )
        .await
    }
}

fn is_wrong_method(error: &Error) -> bool {
    matches!(error, Error::NotImplemented(_))
        || error.problem().is_some_and(Problem::is_wrong_method)
}
