//! `/inventory`: numbers that are reserved and not assigned yet.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::{TelephoneNumber, assumed, get, listing};
use crate::lumen::http::list_cache::PagedList;
use crate::lumen::http::page::Pages;
use crate::lumen::{Client, Error, ExternalId, VoiceOrderId};

/// A number that is reserved and not assigned yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservedNumber {
    /// The number.
    pub number: TelephoneNumber,
    /// The rate center, such as `DENVER`.
    pub rate_center: Option<String>,
    /// The two-letter state code of the rate center.
    pub state: Option<String>,
    /// The order that reserved it.
    pub voice_order_id: Option<VoiceOrderId>,
    /// Our reference of that order.
    pub external_order_id: Option<ExternalId>,
    /// Lumen's word for its status.
    pub status: Option<String>,
}

/// Which numbers to list. A filter that is not set matches all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberQuery {
    /// Only numbers that this order reserved.
    pub voice_order_id: Option<VoiceOrderId>,
    /// Only numbers that were ordered with this reference.
    pub external_order_id: Option<ExternalId>,
    /// Only numbers with this area code.
    pub npa: Option<String>,
    /// Only numbers with this exchange. It requires an area code.
    pub nxx: Option<String>,
}

impl NumberQuery {
    /// Filters again: if a server ignores a filter, other numbers must not be taken for ours.
    fn fits(&self, number: &ReservedNumber) -> bool {
        fn agrees<T: PartialEq>(wanted: Option<&T>, told: Option<&T>) -> bool {
            wanted.is_none() || told.is_none() || wanted == told
        }
        let Self { voice_order_id, external_order_id, npa, nxx } = self;
        agrees(voice_order_id.as_ref(), number.voice_order_id.as_ref())
            && agrees(external_order_id.as_ref(), number.external_order_id.as_ref())
            && agrees(npa.as_ref(), number.number.npa().as_ref())
            && agrees(nxx.as_ref(), number.number.nxx().as_ref())
    }
}

impl Client {
    /// Lists the numbers that are reserved and not assigned yet.
    /// `GET /Voice/v1/Numbers/inventory?voiceOrderID=&externalOrderID=&NPA=&NXX=`
    ///
    /// Numbers appear some time after their order is complete.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn reserved_numbers(
        &self,
        query: &NumberQuery,
    ) -> Result<Vec<ReservedNumber>, Error> {
        let mut pages = self.number_pages(query);
        let mut numbers = Vec::new();
        while let Some(page) = pages.next().await? {
            numbers.extend(page);
        }
        numbers.sort_by_key(|each| each.number);
        numbers.dedup_by_key(|each| each.number);
        Ok(numbers)
    }

    /// Like [`Client::reserved_numbers`], but page by page and in Lumen's order.
    #[must_use]
    pub fn number_pages<'a>(&'a self, query: &'a NumberQuery) -> NumberPages<'a> {
        NumberPages { client: self, pages: pages(query), query }
    }

    /// Finds the numbers that were ordered with this reference, before an order with it is planned. If this
    /// run looks up many references, pages that are up to a minute old may be used to show that there are no
    /// such numbers.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn numbers_under(
        &self,
        reference: &ExternalId,
    ) -> Result<Vec<ReservedNumber>, Error> {
        if self.0.voice.references.lacks(self, reference).await {
            return Ok(Vec::new());
        }
        let external_order_id = Some(reference.clone());
        let query = NumberQuery { external_order_id, ..NumberQuery::default() };
        let mut numbers = self.reserved_numbers(&query).await?;
        // A number without a reference passes the filter of the query, but proves nothing here.
        numbers.retain(|number| number.external_order_id.as_ref() == Some(reference));
        Ok(numbers)
    }

    /// Finds the numbers of these orders in the pages of the inventory, if this run reads many reservations.
    /// Returns `None` if the pages show fewer than `at_least`. The pages are at most a minute old.
    pub async fn numbers_among_many(
        &self,
        orders: &[VoiceOrderId],
        at_least: usize,
    ) -> Option<BTreeSet<TelephoneNumber>> {
        let mut numbers = BTreeSet::new();
        for order in orders {
            let left = at_least.saturating_sub(numbers.len());
            let is_enough = |shown: &[TelephoneNumber]| 1 < orders.len() || left <= shown.len();
            numbers.extend(self.0.voice.numbers.get(self, order, is_enough).await?);
        }
        (at_least <= numbers.len()).then_some(numbers)
    }
}

fn pages(query: &NumberQuery) -> Pages<Block> {
    let NumberQuery { voice_order_id, external_order_id, npa, nxx } = query;
    let request = get("Voice/v1/Numbers/inventory")
        .query_if("voiceOrderID", voice_order_id.as_ref())
        .query_if("externalOrderID", external_order_id.as_ref())
        .query_if("NPA", npa.as_ref())
        .query_if("NXX", nxx.as_ref());
    Pages::of(request, listing("tns", &[]))
}

/// The list of numbers by order, for [`Client::numbers_among_many`].
pub(super) struct NumberList;

impl PagedList for NumberList {
    type Item = Block;
    type Key = VoiceOrderId;
    type Entry = TelephoneNumber;

    fn pages() -> Pages<Block> {
        pages(&NumberQuery::default())
    }

    fn read(block: Block) -> Vec<(VoiceOrderId, TelephoneNumber)> {
        let numbers = block.0.into_iter();
        numbers.filter_map(|found| Some((found.voice_order_id?, found.number))).collect()
    }
}

/// The references in the list of numbers, for [`Client::numbers_under`].
pub(super) struct ReferenceList;

impl PagedList for ReferenceList {
    type Item = Block;
    type Key = ExternalId;
    type Entry = ();

    fn pages() -> Pages<Block> {
        pages(&NumberQuery::default())
    }

    fn read(block: Block) -> Vec<(ExternalId, ())> {
        let references = block.0.into_iter().filter_map(|found| found.external_order_id);
        references.map(|reference| (reference, ())).collect()
    }
}

/// Reserved numbers that are listed page by page.
pub struct NumberPages<'a> {
    client: &'a Client,
    pages: Pages<Block>,
    query: &'a NumberQuery,
}

impl NumberPages<'_> {
    /// Returns the matching numbers of the next page, and `None` at the end.
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn next(&mut self) -> Result<Option<Vec<ReservedNumber>>, Error> {
        let Some(page) = self.pages.next(self.client).await? else { return Ok(None) };
        let numbers = page.into_iter().flat_map(|block| block.0);
        Ok(Some(numbers.filter(|number| self.query.fits(number)).collect()))
    }
}

/// One item of the answer: a number, or a range of numbers. An item that can't be read is an error, because
/// its numbers would be missing.
#[derive(Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Block(Vec<ReservedNumber>);

impl TryFrom<Value> for Block {
    type Error = String;

    fn try_from(item: Value) -> Result<Self, String> {
        assumed::reserved_numbers(&item).map(Self)
    }
}
