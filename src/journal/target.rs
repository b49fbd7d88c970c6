//! The target of an order, and the reference with which it is placed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::lumen::{ApiUrl, Client, CustomerNumber, ExternalId, ObjectId, SameApi, Settings};

/// Identifies what an order is about. It stays the same after a crash, and differs for every other target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderTarget(String);

/// A target that is stored in a state must name a folder inside the journal, even if somebody has edited the
/// state.
impl TryFrom<String> for OrderTarget {
    type Error = &'static str;

    fn try_from(folder: String) -> Result<Self, &'static str> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let is_name = !folder.is_empty() && folder.chars().all(is_plain);
        is_name.then_some(Self(folder)).ok_or("it names no target of an order")
    }
}

impl From<OrderTarget> for String {
    fn from(target: OrderTarget) -> Self {
        target.0
    }
}

impl OrderTarget {
    /// Creates a target of this kind, which `parts` distinguish from all other targets of the same customer.
    #[must_use]
    pub fn new(api: &ApiUrl, customer: &CustomerNumber, kind: &str, parts: &[&str]) -> Self {
        let api = api.canonical();
        let whose = [api.as_str(), customer.as_str(), kind];
        let hash = hash(whose.into_iter().chain(parts.iter().copied()));
        Self(format!("{kind}-{}", hash.chars().take(32).collect::<String>()))
    }

    /// Like [`Self::new`], with the API and the customer of this client.
    #[must_use]
    pub fn of(lumen: &Client, kind: &str, parts: &[&str]) -> Self {
        let Settings { base_url, customer_number, .. } = lumen.settings();
        Self::new(base_url, customer_number, kind, parts)
    }

    /// Whether both are of the same kind, such as a new connection.
    #[must_use]
    pub fn is_kind_of(&self, other: &Self) -> bool {
        let kind = |target: &Self| target.0.rsplit_once('-').map(|(kind, _)| kind.to_owned());
        kind(self) == kind(other)
    }

    /// The text that is shown to people: the name of its folder.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn in_folder(folder: &str) -> Self {
        Self(folder.to_owned())
    }

    /// The folder of its orders, below the journal's place.
    pub(super) fn folder(&self) -> &str {
        &self.0
    }

    /// The reference of its order with this number, which replaces these objects. It has twenty characters,
    /// the most that Lumen allows, and contains 68 bits of the hash.
    pub(super) fn reference(
        &self,
        generation: u32,
        replaced: &BTreeSet<ObjectId>,
    ) -> Option<ExternalId> {
        let generation = generation.to_string();
        let replaced = replaced.iter().map(ObjectId::as_str);
        let hash = hash([self.0.as_str(), &generation].into_iter().chain(replaced));
        format!("tf-{}", hash.chars().take(17).collect::<String>()).parse().ok()
    }
}

/// What an order is for, in terms by which a person would consider two orders the same although their targets
/// differ, because of a different name, a different reference, or a different address of Lumen's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Likeness {
    api: String,
    customer: CustomerNumber,
    terms: Vec<String>,
}

impl Likeness {
    /// What an order with these terms is for, for the customer of this client.
    #[must_use]
    pub fn of(lumen: &Client, terms: &[&str]) -> Self {
        let Settings { base_url, customer_number, .. } = lumen.settings();
        let terms = terms.iter().map(|term| (*term).to_owned()).collect();
        Self { api: base_url.canonical(), customer: customer_number.clone(), terms }
    }

    /// Whether both orders may be for the same thing.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.customer == other.customer
            && self.terms == other.terms
            && SameApi::of(&self.api, &other.api) != SameApi::No
    }
}

/// Lumen's ID of an object as part of a file name. Characters that may have a meaning in a path are encoded,
/// as in `%2F`.
pub(super) fn name_of_object(object: &ObjectId) -> String {
    object.as_str().bytes().fold(String::new(), |mut name, byte| {
        match byte {
            b'-' | b'_' | b'.' => name.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => name.push(byte.into()),
            // Writing to a string can't fail.
            byte => drop(write!(name, "%{byte:02X}")),
        }
        name
    })
}

/// Decodes the ID from a file name. Earlier versions wrote IDs without encoding them.
pub(super) fn object_in_name(name: &str) -> Option<ObjectId> {
    let read = || {
        let mut parts = name.split('%');
        let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
        for part in parts {
            let (digits, rest) = part.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            bytes.extend_from_slice(rest.as_bytes());
        }
        String::from_utf8(bytes).ok()
    };
    read().as_deref().unwrap_or(name).parse().ok()
}

/// The hash in hexadecimal. The length before each part distinguishes "ab", "c" from "a", "bc".
fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tested = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn orders_are_alike_if_customer_and_terms_are_the_same_and_the_api_may_be() -> Tested {
        let order = |api: &str, customer: &str, term: &str| {
            let customer = customer.parse::<CustomerNumber>();
            let terms = vec![term.to_owned()];
            customer.map(|customer| Likeness { api: api.to_owned(), customer, terms })
        };
        let (lumens, test) = ("https://api.lumen.com", "https://api-test.lumen.com");
        let one = order(lumens, "1-ABC", "site 1")?;
        for (other, is_like) in [
            (order(lumens, "1-ABC", "site 1")?, true),
            (order("https://gateway.example", "1-ABC", "site 1")?, true),
            (order(test, "1-ABC", "site 1")?, false),
            (order(lumens, "1-DEF", "site 1")?, false),
            (order(lumens, "1-ABC", "site 2")?, false),
            (order(test, "1-DEF", "site 2")?, false),
        ] {
            assert_eq!(one.is_like(&other), is_like, "{other:?}");
            assert_eq!(other.is_like(&one), is_like, "{other:?}");
        }
        Ok(())
    }

    #[test]
    fn targets_are_of_one_kind_whatever_they_are_called() -> Tested {
        let (api, customer) = ("https://api.example.com".parse()?, "1-ABC".parse()?);
        let target = |kind: &str, name: &str| OrderTarget::new(&api, &customer, kind, &[name]);

        let one = target("iod_connection", "a");

        assert!(one.is_kind_of(&target("iod_connection", "b")));
        assert!(!one.is_kind_of(&target("iod_connection-change", "a")));
        assert!(!one.is_kind_of(&target("tn_order", "a")));
        Ok(())
    }
}
