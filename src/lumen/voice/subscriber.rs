//! What lines have in addition to their numbers: a subscriber, an address, the 911 option, a directory listing,
//! and a caller name.

use std::fmt;
use std::str::FromStr;

use super::{ReportedAddress, ReportedSubscriber, StreetSuffix};

/// The subscriber of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscriber {
    /// A company. Lumen's customer type `B`.
    Business {
        /// The name of the company.
        business_name: String,
    },
    /// A person. Lumen's customer type `R`.
    Residence {
        /// The first name.
        first_name: String,
        /// The last name.
        last_name: String,
        /// One letter.
        middle_initial: Option<String>,
    },
}

impl Subscriber {
    /// Whether everything that Lumen's report has of the subscriber means the same, whatever its case and its
    /// spaces. What the report lacks agrees.
    #[must_use]
    pub fn agrees_with(&self, reported: &ReportedSubscriber) -> bool {
        let ReportedSubscriber { kind, business_name, first_name, last_name, middle_initial } =
            reported;
        let (own_kind, own) = match self {
            Self::Business { business_name } => {
                (SubscriberKind::Business, [Some(business_name), None, None, None])
            }
            Self::Residence { first_name, last_name, middle_initial } => (
                SubscriberKind::Residence,
                [None, Some(first_name), Some(last_name), middle_initial.as_ref()],
            ),
        };
        let reported = [business_name, first_name, last_name, middle_initial];
        let mut pairs = own.into_iter().zip(reported);
        kind.is_none_or(|kind| kind == own_kind)
            && pairs.all(|(own, reported)| {
                reported
                    .as_ref()
                    .is_none_or(|reported| own.is_some_and(|own| is_same_text(own, reported)))
            })
    }
}

/// The kind of a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriberKind {
    /// A company.
    Business,
    /// A person.
    Residence,
}

/// `business` or `residence`.
impl fmt::Display for SubscriberKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Business => "business",
            Self::Residence => "residence",
        })
    }
}

/// The address of lines. With Lumen's 911, this is where help is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAddress {
    /// The number of the house.
    pub street_number: String,
    /// The direction before the name of the street.
    pub street_pre_direction: Option<Direction>,
    /// The name of the street, without its suffix.
    pub street_name: String,
    /// The suffix of the street, such as `ST`.
    pub street_suffix: Option<StreetSuffix>,
    /// The direction after the suffix.
    pub street_post_direction: Option<Direction>,
    /// The place in the building, such as `STE 200`. At most 20 characters.
    pub secondary_location: Option<String>,
    /// The city.
    pub city: String,
    /// The two-letter state code.
    pub state: String,
    /// The five-digit ZIP code.
    pub zip: String,
}

impl ServiceAddress {
    /// Whether everything that Lumen's report has of the address means the same, whatever its case, its
    /// spaces, and the spelling of its suffix. What the report lacks agrees.
    #[must_use]
    pub fn agrees_with(&self, reported: &ReportedAddress) -> bool {
        let agree = |own: Option<&str>, reported: Option<&String>| {
            reported.is_none_or(|reported| own.is_some_and(|own| is_same_text(own, reported)))
        };
        let zip = reported.zip.as_deref().map(|zip| zip.get(..5).unwrap_or(zip));
        let secondary = self.secondary_location.as_deref();
        self.has_street(reported)
            && agree(secondary, reported.secondary_location.as_ref())
            && agree(Some(&self.city), reported.city.as_ref())
            && agree(Some(&self.state), reported.state.as_ref())
            && zip.is_none_or(|zip| zip == self.zip)
    }

    fn has_street(&self, reported: &ReportedAddress) -> bool {
        let Self { street_number, street_name, secondary_location, .. } = self;
        let pre = self.street_pre_direction.map(|direction| direction.to_string());
        let suffix = self.street_suffix.map(|suffix| suffix.to_string());
        let post = self.street_post_direction.map(|direction| direction.to_string());
        let own = [
            Some(street_number.as_str()),
            pre.as_deref(),
            Some(street_name),
            suffix.as_deref(),
            post.as_deref(),
        ];
        if let Some(street) = &reported.street {
            let own = own.into_iter().flatten();
            let longer = own.clone().chain(secondary_location.as_deref());
            return street_words(street) == words_of(own)
                || street_words(street) == words_of(longer);
        }
        let reported = [
            &reported.street_number,
            &reported.street_pre_direction,
            &reported.street_name,
            &reported.street_suffix,
            &reported.street_post_direction,
        ];
        own.into_iter().zip(reported).all(|(own, reported)| {
            let reported = reported.as_deref();
            reported.is_none_or(|reported| {
                street_words(own.unwrap_or_default()) == street_words(reported)
            })
        })
    }
}

fn words_of<'a>(parts: impl Iterator<Item = &'a str>) -> Vec<String> {
    parts.flat_map(street_words).collect()
}

/// The words of a street in capitals and without punctuation, with standard abbreviations of suffixes and
/// directions.
fn street_words(text: &str) -> Vec<String> {
    let standard = |word: &str| match (word.parse::<StreetSuffix>(), word.parse::<Direction>()) {
        (Ok(suffix), _) => suffix.to_string(),
        (_, Ok(direction)) => direction.to_string(),
        _ => word.to_ascii_uppercase(),
    };
    let words = text.split(|sign: char| sign.is_whitespace() || matches!(sign, '.' | ','));
    words.filter(|word| !word.is_empty()).map(standard).collect()
}

/// Whether two texts mean the same to Lumen, which returns texts in capitals.
#[must_use]
pub fn is_same_text(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_uppercase).collect::<Vec<_>>();
    words(one) == words(other)
}

/// A direction in the name of a street.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direction(&'static str);

/// The directions, and how they are spelled out.
const DIRECTIONS: [(&str, &str); 8] = [
    ("N", "NORTH"),
    ("S", "SOUTH"),
    ("E", "EAST"),
    ("W", "WEST"),
    ("NE", "NORTHEAST"),
    ("NW", "NORTHWEST"),
    ("SE", "SOUTHEAST"),
    ("SW", "SOUTHWEST"),
];

/// `N`, `S`, `E`, `W`, `NE`, `NW`, `SE` or `SW`.
impl fmt::Display for Direction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// Parses `N` and `North`, in any case.
impl FromStr for Direction {
    type Err = UnknownDirection;

    fn from_str(text: &str) -> Result<Self, UnknownDirection> {
        let mut directions = DIRECTIONS.iter();
        let found = directions.find(|(short, long)| {
            text.eq_ignore_ascii_case(short) || text.eq_ignore_ascii_case(long)
        });
        found.map(|(short, _)| Self(short)).ok_or(UnknownDirection)
    }
}

/// The error for a string that is not a [`Direction`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is neither `N`, `S`, `E`, `W`, `NE`, `NW`, `SE` nor `SW`")]
pub struct UnknownDirection;

/// Where emergency calls find the address of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmergencyOption {
    /// Lumen registers the service address.
    Static,
    /// The customer provides 911 in another way.
    CustomerProvided,
}

/// `static_911` or `customer_provided`.
impl fmt::Display for EmergencyOption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Static => "static_911",
            Self::CustomerProvided => "customer_provided",
        })
    }
}

impl FromStr for EmergencyOption {
    type Err = UnknownEmergencyOption;

    fn from_str(text: &str) -> Result<Self, UnknownEmergencyOption> {
        match text {
            "static_911" => Ok(Self::Static),
            "customer_provided" => Ok(Self::CustomerProvided),
            _ => Err(UnknownEmergencyOption),
        }
    }
}

/// The error for a string that is not an [`EmergencyOption`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is neither `static_911` nor `customer_provided`")]
pub struct UnknownEmergencyOption;

/// An entry in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryListing {
    /// Whether it is published.
    pub kind: ListingKind,
    /// The name in the directory, which must be one of the subscriber's kind.
    pub name: ListingName,
}

/// Whether an entry in the directory is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListingKind {
    /// It is published, and directory assistance has it.
    ListAndPublish,
    /// Only directory assistance has it.
    ListOnly,
}

/// A name in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingName {
    /// The name of a company.
    Business(String),
    /// The name of a person.
    Person {
        /// The first name.
        first_name: String,
        /// The last name.
        last_name: String,
    },
}

/// `list_and_publish` or `list_only`.
impl fmt::Display for ListingKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ListAndPublish => "list_and_publish",
            Self::ListOnly => "list_only",
        })
    }
}

impl FromStr for ListingKind {
    type Err = UnknownListingKind;

    fn from_str(text: &str) -> Result<Self, UnknownListingKind> {
        match text {
            "list_and_publish" => Ok(Self::ListAndPublish),
            "list_only" => Ok(Self::ListOnly),
            _ => Err(UnknownListingKind),
        }
    }
}

/// The error for a string that is not a [`ListingKind`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is neither `list_and_publish` nor `list_only`")]
pub struct UnknownListingKind;

/// The name that is shown when these numbers call (CNAM).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerName {
    /// The name, with at most 15 characters.
    pub name: String,
    /// Whether the name is shown.
    pub display: CallerNameDisplay,
}

/// Whether the name of a caller is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerNameDisplay {
    /// It is shown.
    Shown,
    /// It is hidden.
    Blocked,
}
