//! Importing numbers that are in service: all numbers with one record, or the numbers that users name.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::facts::ReportedRecord;
use super::model::Subscription;
use super::order::SubscriptionOrder;
use super::record::{ServiceAddress, Subscriber};
use super::{StoredSubscription, diagnostics, read, target};
use crate::framework::{Diagnostic, Field};
use crate::journal::LatestOrder;
use crate::lumen::long_running::Operation as _;
use crate::lumen::voice::{
    ActiveNumber, ActiveNumbers, ActiveStatus, InvalidRange, MOST_NUMBERS, NumberQuery, Product,
    ReservedNumber, TelephoneNumber,
};
use crate::lumen::{Client, VoiceOrderId};
use crate::services::orders::OrderNotes;
use crate::services::{Session, explain};

/// What to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ImportedNumbers {
    /// All numbers with the record of this one.
    WithRecordOf(TelephoneNumber),
    /// Exactly these numbers.
    Exactly(BTreeSet<TelephoneNumber>),
}

/// Why a text doesn't say what to import.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidNumbers {
    #[error("{0:?} is not a telephone number")]
    NotANumber(String),
    #[error("{0}")]
    NotARange(InvalidRange),
    #[error("it has {0} numbers, and a subscription has at most {MOST_NUMBERS}")]
    TooMany(usize),
}

impl From<TelephoneNumber> for ImportedNumbers {
    fn from(number: TelephoneNumber) -> Self {
        Self::WithRecordOf(number)
    }
}

/// Parses a number, or several numbers and ranges with commas between them.
impl FromStr for ImportedNumbers {
    type Err = InvalidNumbers;

    fn from_str(text: &str) -> Result<Self, InvalidNumbers> {
        if let Ok(number) = text.parse() {
            return Ok(Self::WithRecordOf(number));
        }
        let mut numbers = BTreeSet::new();
        for part in text.split(',').map(str::trim) {
            match (part.parse(), ends_of_range(part)) {
                (Ok(number), _) => {
                    numbers.insert(number);
                }
                (_, Some((start, end))) => {
                    let range = TelephoneNumber::range(start, end);
                    numbers.extend(range.map_err(InvalidNumbers::NotARange)?);
                }
                _ => return Err(InvalidNumbers::NotANumber(part.to_owned())),
            }
        }
        if MOST_NUMBERS < numbers.len() {
            return Err(InvalidNumbers::TooMany(numbers.len()));
        }
        Ok(Self::Exactly(numbers))
    }
}

/// The ends of a range such as `+13035550110-+13035550119`. Numbers may also have hyphens in them.
fn ends_of_range(text: &str) -> Option<(TelephoneNumber, TelephoneNumber)> {
    let hyphens = text.match_indices('-');
    let mut sides = hyphens.filter_map(|(at, _)| text.split_at_checked(at));
    sides.find_map(|(start, end)| Some((start.parse().ok()?, end.strip_prefix('-')?.parse().ok()?)))
}

/// Writes numbers as users give them to `terraform import`: exactly these.
pub(super) fn import_id(numbers: &BTreeSet<TelephoneNumber>) -> String {
    let mut ranges: Vec<(TelephoneNumber, TelephoneNumber)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((start, end))
                if end.digits() + 1 == number.digits()
                    && TelephoneNumber::range(*start, *number).is_ok() =>
            {
                *end = *number;
            }
            _ => ranges.push((*number, *number)),
        }
    }
    let is_one = numbers.len() == 1;
    let ranges = ranges.into_iter().map(|(start, end)| {
        // A number alone names all numbers with its record.
        if start == end && !is_one { start.to_string() } else { format!("{start}-{end}") }
    });
    ranges.collect::<Vec<_>>().join(",")
}

/// Returns the subscription of numbers that are in service.
pub(super) async fn imported(
    session: &Session,
    wanted: &ImportedNumbers,
) -> Result<StoredSubscription, Diagnostic> {
    let report = session.lumen()?.active_numbers().await;
    let report = report.map_err(|error| {
        explain::error("The active numbers can't be read", &error).outcome("Nothing was imported.")
    })?;
    let numbers = match &*report {
        ActiveNumbers::Reported(numbers) => numbers,
        ActiveNumbers::NotOffered(problem) => return Err(diagnostics::nothing_to_look_up(problem)),
    };
    let named = match wanted {
        ImportedNumbers::WithRecordOf(number) => BTreeSet::from([*number]),
        ImportedNumbers::Exactly(numbers) => numbers.clone(),
    };
    let (mut group, mut missing) = (Vec::new(), BTreeSet::new());
    for number in &named {
        match report.find(*number) {
            Some(found) if stays(found) => group.push(found),
            _ => drop(missing.insert(*number)),
        }
    }
    if !missing.is_empty() {
        return Err(diagnostics::not_active(&whereabouts(session, &report, &missing).await));
    }
    if let (ImportedNumbers::WithRecordOf(_), [first]) = (wanted, group.as_slice()) {
        let record = ReportedRecord::of(first);
        let is_own = |number: &&ActiveNumber| stays(number) && ReportedRecord::of(number) == record;
        group = numbers.iter().filter(is_own).collect();
    }
    let groups = groups(group.iter().copied());
    match groups.as_slice() {
        [] => Err(Diagnostic::bug("an import names no number")),
        [group] if MOST_NUMBERS < group.len() => Err(diagnostics::too_many_to_import(group)),
        [group] => {
            Ok(StoredSubscription { model: found(group), private: OrderNotes::of_imported() })
        }
        groups => Err(diagnostics::differ(groups)),
    }
}

/// Groups numbers that stay in service by their record, in the order of their lowest numbers. Each group is one
/// subscription.
pub(super) fn groups<'a>(
    numbers: impl Iterator<Item = &'a ActiveNumber>,
) -> Vec<Vec<&'a ActiveNumber>> {
    let mut groups = BTreeMap::<ReportedRecord, Vec<&ActiveNumber>>::new();
    for number in numbers.filter(|number| stays(number)) {
        groups.entry(ReportedRecord::of(number)).or_default().push(number);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| group.first().map(|first| first.number));
    groups
}

fn stays(number: &ActiveNumber) -> bool {
    number.status != ActiveStatus::Disconnecting
}

/// What is known about a number that can't be imported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whereabouts {
    /// It is reserved, by this order if the inventory shows it.
    Reserved(Option<VoiceOrderId>),
    /// An order that is in progress puts it into service.
    Ordered(String),
    /// An order that is in progress disconnects it.
    Leaving,
    /// Lumen does not report it.
    Unknown,
}

/// What is known about numbers that can't be imported.
async fn whereabouts(
    session: &Session,
    report: &ActiveNumbers,
    missing: &BTreeSet<TelephoneNumber>,
) -> BTreeMap<Whereabouts, BTreeSet<TelephoneNumber>> {
    let mut all = BTreeMap::<_, BTreeSet<_>>::new();
    let (mut reserved, mut exchange) = (Vec::new(), None);
    for number in missing {
        let own = (number.npa(), number.nxx());
        if exchange.as_ref() != Some(&own) {
            reserved = reserved_beside(session, *number).await;
            exchange = Some(own);
        }
        let is_own = |found: &&ReservedNumber| found.number == *number;
        let known = match (report.find(*number), order_in_progress(session, *number).await) {
            (Some(_), _) => Whereabouts::Leaving,
            (None, Some(order)) => Whereabouts::Ordered(order),
            (None, None) => match reserved.iter().find(is_own) {
                Some(found) => Whereabouts::Reserved(found.voice_order_id.clone()),
                None => Whereabouts::Unknown,
            },
        };
        all.entry(known).or_default().insert(*number);
    }
    all
}

/// The reserved numbers with the exchange of a number. They only explain an error, so they may be missing.
async fn reserved_beside(session: &Session, number: TelephoneNumber) -> Vec<ReservedNumber> {
    let Some(lumen) = &session.lumen else { return Vec::new() };
    let query = NumberQuery { npa: number.npa(), nxx: number.nxx(), ..NumberQuery::default() };
    lumen.reserved_numbers(&query).await.unwrap_or_default()
}

/// The order in the journal that puts a number into service, if the number is its lowest one.
async fn order_in_progress(session: &Session, number: TelephoneNumber) -> Option<String> {
    let lumen: &Client = session.lumen.as_ref()?;
    for product in [Product::LocalInbound, Product::EnhancedLocalService] {
        let target = target::of_install(lumen, product, number);
        if !session.open_entries().await?.has_target(&target) {
            continue;
        }
        let latest = session.journal.latest_order::<SubscriptionOrder>(&target).await;
        if let Ok(LatestOrder::Accepted(open) | LatestOrder::Unanswered(open)) = latest {
            return Some(open.receipt.title());
        }
    }
    None
}

/// The subscription of numbers with one record.
pub(super) fn found(group: &[&ActiveNumber]) -> Subscription {
    let Some(first) = group.first() else { return Subscription::default() };
    let numbers: BTreeSet<TelephoneNumber> = group.iter().map(|it| it.number).collect();
    let orders: BTreeSet<_> = group.iter().filter_map(|it| it.voice_order_id.clone()).collect();
    let mut model = Subscription {
        product: first.product.into(),
        customer_service_name: first.customer_service_name.clone().into(),
        subscriber: Subscriber::reported(&first.subscriber).into(),
        service_address: first.service_address.as_ref().map(ServiceAddress::reported).into(),
        check_numbers: Field::Known(true),
        wait_for: Field::Known("active".to_owned()),
        on_destroy: Field::Known("fail".to_owned()),
        disconnect_notice_days: Field::Known(1),
        id: numbers.first().copied().into(),
        telephone_numbers: Field::Known(numbers),
        voice_order_ids: Field::Known(orders.into_iter().collect()),
        notifications: Field::Known(Vec::new()),
        ..Subscription::default()
    };
    read::take_over(&mut model, group, true);
    model
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        match text.parse() {
            Ok(ImportedNumbers::WithRecordOf(number)) => Ok(format!("record of {number}")),
            Ok(ImportedNumbers::Exactly(numbers)) => Ok(import_id(&numbers)),
            Err(why) => Err(InvalidNumbers::to_string(&why)),
        }
    }

    #[test]
    fn a_number_is_its_record_and_everything_else_is_exact() {
        for (text, expected) in [
            ("+13035550100", "record of +13035550100"),
            ("303-555-0100", "record of +13035550100"),
            ("+13035550100-+13035550100", "+13035550100-+13035550100"),
            ("+13035550100-+13035550101, +13035550103", "+13035550100-+13035550101,+13035550103"),
            ("303-555-0100-303-555-0101", "+13035550100-+13035550101"),
            ("+13035559999,+13035560000", "+13035559999,+13035560000"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, why) in [
            ("", "\"\" is not a telephone number"),
            ("+13035550100,soon", "\"soon\" is not a telephone number"),
            ("+13035550100,", "\"\" is not a telephone number"),
            (
                "+13035550100-+13035559999",
                "it has 9900 numbers, and a subscription has at most 399",
            ),
        ] {
            assert_eq!(read(text), Err(why.to_owned()), "{text}");
        }
        for text in ["+13035550101-+13035550100", "+13035550100-+17205550100"] {
            assert!(read(text).is_err_and(|why| why.contains("not the ends of a range")), "{text}");
        }
    }
}
