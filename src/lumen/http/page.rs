//! Lists that come in pages. Lumen's paging members differ from endpoint to endpoint and are not reliable.
//! A list therefore ends when a page has nothing new, or when a total that can't be misread is reached
//! exactly.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::marker::PhantomData;

use futures::future::join_all;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::client::Client;
use super::error::Error;
use super::problem::Problem;
use super::request::Answer;
use super::request::Request;
use crate::lumen::scalar::Scalar;

/// ASSUMED: Lumen returns this many items at once.
const PAGE_SIZE: usize = 100;

/// A list with more pages than this is treated as an error.
const MOST_PAGES: u32 = 10_000;

/// Where one endpoint keeps its items.
#[derive(Debug, Clone, Copy)]
pub(in crate::lumen) struct Listing {
    /// The member that holds them.
    pub(in crate::lumen) items: &'static str,
    /// Where else in the answer they may be.
    pub(in crate::lumen) otherwise: Otherwise,
    /// The page size to request.
    pub(in crate::lumen) page_size: usize,
    /// What to do if that page size is refused.
    pub(in crate::lumen) if_too_long: Option<Smaller>,
    /// The members that identify an item. An item with the same values is not new.
    pub(in crate::lumen) identity: &'static [&'static str],
    /// Members that may be next to the list, and then apply to each of its items.
    pub(in crate::lumen) inherited: &'static [&'static str],
    /// Whether to request an empty list once more: orders depend on what the list does not show, and a
    /// single answer may be a mistake.
    pub(in crate::lumen) doubts_nothing: bool,
}

/// Which page size to use if Lumen refuses the usual one.
#[derive(Debug, Clone, Copy)]
pub(in crate::lumen) struct Smaller {
    /// Whether an answer refuses the page size.
    pub(in crate::lumen) is_refusal: fn(&Problem) -> bool,
    pub(in crate::lumen) page_size: usize,
}

/// Where items may be if the expected member does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lumen) enum Otherwise {
    /// Nowhere, because Lumen documents the member.
    Nowhere,
    /// The answer itself, or its only list, because Lumen does not document the member.
    AnyList,
}

impl Listing {
    /// A list in a documented member, with pages of the usual size.
    pub(in crate::lumen) const fn of(
        items: &'static str,
        identity: &'static [&'static str],
    ) -> Self {
        let otherwise = Otherwise::Nowhere;
        let page_size = PAGE_SIZE;
        Self {
            items,
            otherwise,
            page_size,
            if_too_long: None,
            identity,
            inherited: &[],
            doubts_nothing: false,
        }
    }
}

/// A list that is read page by page.
pub(in crate::lumen) struct Pages<T> {
    request: Request,
    listing: Listing,
    /// The number of the last page that was read.
    number: u32,
    collected: Collected,
    more: More,
    items: PhantomData<fn() -> T>,
}

impl Client {
    /// Returns every item of a list, without duplicates.
    pub(in crate::lumen) async fn list<T: DeserializeOwned>(
        &self,
        request: Request,
        listing: Listing,
    ) -> Result<Vec<T>, Error> {
        let mut pages = Pages::of(request, listing);
        let mut items = Vec::new();
        while let Some(page) = pages.next(self).await? {
            items.extend(page);
        }
        Ok(items)
    }
}

impl<T: DeserializeOwned> Pages<T> {
    /// Creates a list before its first page.
    pub(in crate::lumen) fn of(request: Request, listing: Listing) -> Self {
        let (number, collected, more) = (0, Collected::default(), More::Maybe);
        Self { request, listing, number, collected, more, items: PhantomData }
    }

    /// How many pages were read.
    pub(in crate::lumen) fn read(&self) -> u32 {
        self.number
    }

    /// Whether the list has ended.
    pub(in crate::lumen) fn is_over(&self) -> bool {
        self.more == More::No
    }

    /// Returns the new items of the next page, and `None` at the end.
    pub(in crate::lumen) async fn next(
        &mut self,
        client: &Client,
    ) -> Result<Option<Vec<T>>, Error> {
        self.next_few(client, 1).await
    }

    /// Returns the new items of the next few pages, which are requested at once. The first page is always
    /// requested alone, because it shows whether there is a list and how long its pages may be.
    pub(in crate::lumen) async fn next_few(
        &mut self,
        client: &Client,
        few: u32,
    ) -> Result<Option<Vec<T>>, Error> {
        if self.more == More::No {
            return Ok(None);
        }
        let answers = match self.number {
            0 => vec![self.ask_first(client).await],
            read => {
                let numbers = read + 1..=read.saturating_add(few);
                join_all(numbers.map(|number| self.ask(client, number))).await
            }
        };
        let mut items = Vec::new();
        for answer in answers {
            items.extend(self.take(answer?)?);
            if self.more == More::No {
                break;
            }
        }
        if items.is_empty() && self.number == 1 && self.listing.doubts_nothing {
            (self.number, self.more) = (0, More::Maybe);
            items = self.take(self.ask(client, 1).await?)?;
        }
        Ok(Some(items))
    }

    /// Reads the next page from its answer.
    pub(super) fn take(&mut self, answer: Answer) -> Result<Vec<T>, Error> {
        self.number += 1;
        let Some(page) = Page::read(answer.bytes(), &self.listing) else {
            return Err(answer.nonsense(format!("it has no list `{}`", self.listing.items)));
        };
        let (new, more) = self.collected.add(page, &self.listing);
        if more == More::Maybe && self.number == MOST_PAGES {
            return Err(answer.nonsense(format!("the list has more than {MOST_PAGES} pages")));
        }
        self.more = more;
        let items = new.into_iter().map(|item| serde_json::from_str(item.get()));
        let items: Result<_, _> = items.collect();
        items.map_err(|error| answer.nonsense(error.to_string()))
    }

    async fn ask(&self, client: &Client, number: u32) -> Result<Answer, Error> {
        let request = self.request.clone().query("pageNumber", &number);
        client.send(&request.query("pageSize", &self.listing.page_size)).await
    }

    async fn ask_first(&mut self, client: &Client) -> Result<Answer, Error> {
        match (self.ask(client, 1).await, self.listing.if_too_long) {
            (Err(Error::Rejected(problem)), Some(Smaller { is_refusal, page_size }))
                if is_refusal(&problem) =>
            {
                self.listing = Listing { page_size, if_too_long: None, ..self.listing };
                self.ask(client, 1).await
            }
            (answer, _) => answer,
        }
    }
}

/// A page as text. Each item is parsed once, directly into its final type. Building a tree of the whole page
/// first would cost time and memory.
#[derive(Debug)]
struct Page<'a> {
    items: Vec<Cow<'a, RawValue>>,
    total: Option<usize>,
}

type Members<'a> = BTreeMap<String, &'a RawValue>;

impl<'a> Page<'a> {
    /// Returns `None` if there is no list where one must be. An empty list is not the same as no list.
    fn read(text: &'a [u8], listing: &Listing) -> Option<Self> {
        if let Ok(items) = serde_json::from_slice::<Vec<&RawValue>>(text) {
            let is_here = listing.otherwise == Otherwise::AnyList;
            let items = items.into_iter().map(Cow::Borrowed).collect();
            return is_here.then_some(Self { items, total: None });
        }
        let body: Members<'a> = serde_json::from_slice(text).ok()?;
        let list: Vec<&RawValue> = serde_json::from_str(place(&body, listing)?.get()).ok()?;
        let inherited = listing.inherited.iter();
        let inherited: Vec<_> =
            inherited.filter_map(|name| Some((*name, *body.get(*name)?))).collect();
        let total = total(&body, list.len());
        let items = list.into_iter().map(|item| with(item, &inherited)).collect();
        Some(Self { items, total })
    }
}

/// Adds the members that are next to the list to an item that lacks them.
fn with<'a>(item: &'a RawValue, inherited: &[(&str, &'a RawValue)]) -> Cow<'a, RawValue> {
    if inherited.is_empty() {
        return Cow::Borrowed(item);
    }
    let Ok(mut members) = serde_json::from_str::<Members<'_>>(item.get()) else {
        return Cow::Borrowed(item);
    };
    for (name, value) in inherited {
        members.entry((*name).to_owned()).or_insert(value);
    }
    to_raw_value(&members).map_or(Cow::Borrowed(item), Cow::Owned)
}

/// The member that holds the items.
fn place<'a>(body: &Members<'a>, listing: &Listing) -> Option<&'a RawValue> {
    if listing.otherwise == Otherwise::Nowhere || body.contains_key(listing.items) {
        return body.get(listing.items).copied();
    }
    let is_list =
        |name: &str, value: &RawValue| value.get().starts_with('[') && name != "pagination";
    let mut lists = body.iter().filter(|(name, value)| is_list(name, value));
    let (_, only) = lists.next()?;
    lists.next().is_none().then_some(*only)
}

/// How many items the whole list has, if the page says so reliably.
///
/// `pagination` is an array of one object, an object, or absent with its members at the top level. A
/// `resultCount` counts the whole list on some endpoints and this page on others, so it is a total only if
/// it is higher than the number of items on this page. The echoed `pageSize` can't distinguish the two: a
/// server that returns fewer items at once may echo the size that was requested. A total below the number of
/// items on this page is wrong.
fn total(body: &Members<'_>, on_this_page: usize) -> Option<usize> {
    let on_top = |name| serde_json::from_str::<Value>(body.get(name)?.get()).ok();
    let pagination = on_top("pagination").unwrap_or_default();
    let pagination = pagination.get(0).unwrap_or(&pagination);
    let member = |name| -> Option<usize> {
        match pagination.get(name) {
            Some(value) => Scalar::from(value).parse(),
            None => Scalar::from(&on_top(name)?).parse(),
        }
    };
    let total = member("totalRecords").or_else(|| member("total"));
    total
        .filter(|total| on_this_page <= *total)
        .or_else(|| member("resultCount").filter(|count| on_this_page < *count))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum More {
    Maybe,
    No,
}

/// The items that have been read so far.
#[derive(Debug, Default)]
struct Collected {
    seen: HashSet<String>,
}

impl Collected {
    /// Returns the new items of a page, and whether there may be more. A total that is lower than the number
    /// of items read so far is wrong, and doesn't end the list.
    fn add<'a>(&mut self, page: Page<'a>, listing: &Listing) -> (Vec<Cow<'a, RawValue>>, More) {
        let mut new = page.items;
        new.retain(|item| self.seen.insert(identity(item, listing)));
        let complete = page.total == Some(self.seen.len());
        let more = if new.is_empty() || complete { More::No } else { More::Maybe };
        (new, more)
    }
}

/// The identity of an item. If it has no identifying members, this is the whole item.
fn identity(item: &RawValue, listing: &Listing) -> String {
    let members: Members<'_> = serde_json::from_str(item.get()).unwrap_or_default();
    let members = listing.identity.iter().filter_map(|name| Some(members.get(*name)?.get()));
    let identity = members.collect::<Vec<_>>().join(",");
    if identity.is_empty() { item.get().to_owned() } else { identity }
}
