//! `/inventory/details`: Lumen's report of the numbers that are in service.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;
use serde_json::Value;

use super::{Product, SubscriberKind, TelephoneNumber, assumed, listing};
use crate::lumen::http::page::Pages;
use crate::lumen::http::request::{Host, Request};
use crate::lumen::{Client, Error, ExternalId, Problem, VoiceOrderId};

/// A number that is in service. What the report lacks is `None`, which means that nothing is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveNumber {
    /// The number.
    pub number: TelephoneNumber,
    /// Whether it stays as it is.
    pub status: ActiveStatus,
    /// What it is for.
    pub product: Option<Product>,
    /// Its route.
    pub customer_service_name: Option<String>,
    /// Its subscriber.
    pub subscriber: ReportedSubscriber,
    /// Its address.
    pub service_address: Option<ReportedAddress>,
    /// The address that emergency services see.
    pub emergency_address: Option<ReportedAddress>,
    /// The rate center, such as `DENVER`.
    pub rate_center: Option<String>,
    /// The two-letter state code of the rate center.
    pub state: Option<String>,
    /// The order that put it into service, or changed it.
    pub voice_order_id: Option<VoiceOrderId>,
    /// The caller's own reference of that order.
    pub external_order_id: Option<ExternalId>,
}

/// The status of a number that is in service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActiveStatus {
    /// No order changes it.
    Active,
    /// An order that changes it is in progress.
    Changing,
    /// An order that takes it out of service is in progress.
    Disconnecting,
    /// A word that Lumen does not document. The number counts as active.
    Unrecognized(String),
}

/// `active`, `changing`, `disconnecting`, or Lumen's word in lower case.
impl fmt::Display for ActiveStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Active => "active",
            Self::Changing => "changing",
            Self::Disconnecting => "disconnecting",
            Self::Unrecognized(word) => return formatter.write_str(&word.to_lowercase()),
        })
    }
}

/// The names of a subscriber in the report, in Lumen's spelling.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportedSubscriber {
    /// Whether it is a company or a person.
    pub kind: Option<SubscriberKind>,
    /// The name of the company.
    pub business_name: Option<String>,
    /// The first name of the person.
    pub first_name: Option<String>,
    /// The last name of the person.
    pub last_name: Option<String>,
    /// The middle initial of the person.
    pub middle_initial: Option<String>,
}

/// An address in the report, in Lumen's spelling: often in capitals and abbreviated.
/// [`ServiceAddress::agrees_with`](super::ServiceAddress::agrees_with) compares it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportedAddress {
    /// The whole street, if the report has it in one text. Its parts are then taken from the text, and are
    /// missing if the text can't be taken apart.
    pub street: Option<String>,
    /// The number of the house.
    pub street_number: Option<String>,
    /// The direction before the name of the street.
    pub street_pre_direction: Option<String>,
    /// The name of the street.
    pub street_name: Option<String>,
    /// The suffix of the street.
    pub street_suffix: Option<String>,
    /// The direction after the suffix.
    pub street_post_direction: Option<String>,
    /// The place in the building.
    pub secondary_location: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The two-letter state code.
    pub state: Option<String>,
    /// The ZIP code, with five or nine digits.
    pub zip: Option<String>,
}

/// What Lumen's report of active numbers says.
#[derive(Debug, Clone)]
pub enum ActiveNumbers {
    /// The numbers, in ascending order. A number that is missing is not in service.
    Reported(Vec<ActiveNumber>),
    /// Lumen does not offer the report at this path, and says nothing about any number.
    NotOffered(Box<Problem>),
}

impl ActiveNumbers {
    /// The numbers, or `None` if Lumen does not offer the report.
    #[must_use]
    pub fn numbers(&self) -> Option<&[ActiveNumber]> {
        match self {
            Self::Reported(numbers) => Some(numbers),
            Self::NotOffered(_) => None,
        }
    }

    /// A number in the report.
    #[must_use]
    pub fn find(&self, number: TelephoneNumber) -> Option<&ActiveNumber> {
        let numbers = self.numbers()?;
        let index = numbers.binary_search_by_key(&number, |each| each.number).ok()?;
        numbers.get(index)
    }
}

/// The latest report of this run. Requests for it are numbered, because a report answers the requests that
/// were made before Lumen was asked for it.
#[derive(Default)]
pub(super) struct LatestReport {
    /// The last request that the report answers, and the report.
    report: tokio::sync::Mutex<Option<(u64, Arc<ActiveNumbers>)>>,
    last_request: AtomicU64,
    /// The request of the last order that changed what the report shows.
    last_change: AtomicU64,
}

impl LatestReport {
    /// Makes the next caller read the report again, because an order has changed what it shows.
    pub(super) fn forget(&self) {
        self.last_change.fetch_max(self.next_request(), Ordering::Relaxed);
    }

    fn next_request(&self) -> u64 {
        self.last_request.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Client {
    /// Reads the report of active numbers, once for all callers of this run: all pages, or none. The report is
    /// read again after this run has sent an order of lines. Whether Lumen offers it is found out only once.
    /// `GET /Voice/v1/Numbers/inventory/details?pageNumber=&pageSize=`, or another path: see
    /// [`VoicePaths`](super::VoicePaths).
    ///
    /// # Errors
    /// See [`Error`]. An item of the report that can't be read is an error, because its numbers would be taken
    /// for disconnected. Reading has no side effects.
    pub async fn active_numbers(&self) -> Result<Arc<ActiveNumbers>, Error> {
        let last_change = self.0.voice.active_numbers.last_change.load(Ordering::Relaxed);
        self.active_numbers_for(last_change).await
    }

    /// Reads the report of active numbers as it is now. Callers that wait at the same time share one report,
    /// which was requested after each of them called.
    ///
    /// # Errors
    /// As [`Client::active_numbers`].
    pub async fn active_numbers_now(&self) -> Result<Arc<ActiveNumbers>, Error> {
        self.active_numbers_for(self.0.voice.active_numbers.next_request()).await
    }

    async fn active_numbers_for(&self, request: u64) -> Result<Arc<ActiveNumbers>, Error> {
        let latest = &self.0.voice.active_numbers;
        let mut known = latest.report.lock().await;
        if let Some((answered, report)) = &*known
            && (request <= *answered || matches!(**report, ActiveNumbers::NotOffered(_)))
        {
            return Ok(Arc::clone(report));
        }
        let answered = latest.last_request.load(Ordering::Relaxed);
        let report = Arc::new(self.request_active_numbers().await?);
        *known = Some((answered, Arc::clone(&report)));
        Ok(report)
    }

    async fn request_active_numbers(&self) -> Result<ActiveNumbers, Error> {
        let path = &self.settings().voice_paths.inventory_details;
        let request = Request::read(path.method.clone(), path.path.clone()).to(Host::Voice);
        let mut pages: Pages<Block> = Pages::of(request, listing("tns", &[]));
        let mut numbers = Vec::new();
        loop {
            match pages.next(self).await {
                Ok(Some(page)) => numbers.extend(page.into_iter().flat_map(|block| block.0)),
                Ok(None) => break,
                Err(Error::NotImplemented(problem)) => {
                    return Ok(ActiveNumbers::NotOffered(problem));
                }
                Err(Error::NotFound(problem)) if !problem.says_not_found() => {
                    return Ok(ActiveNumbers::NotOffered(problem));
                }
                Err(error) => return Err(error),
            }
        }
        numbers.sort_by_key(|each: &ActiveNumber| each.number);
        numbers.dedup_by_key(|each| each.number);
        Ok(ActiveNumbers::Reported(numbers))
    }
}

/// One item of the report: a number, or a range of numbers.
#[derive(Deserialize)]
#[serde(try_from = "Value")]
struct Block(Vec<ActiveNumber>);

impl TryFrom<Value> for Block {
    type Error = String;

    fn try_from(item: Value) -> Result<Self, String> {
        assumed::active_numbers(&item).map(Self)
    }
}
