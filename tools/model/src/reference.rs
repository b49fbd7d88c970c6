//! The references that the provider derives for its orders. This is a second implementation of
//! `OrderTarget::reference`, so that neither side can change without the other.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

const PREFIX: &str = "tf-";

/// The number of hexadecimal digits that follow.
const DIGITS: usize = 17;

/// Whether a reference looks like one that the provider derives.
pub(crate) fn is_derived(reference: &str) -> bool {
    let digits = reference.strip_prefix(PREFIX);
    digits.is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// The reference of an order in this folder that replaces these objects.
pub(crate) fn reference(folder: &str, generation: usize, replaced: &BTreeSet<String>) -> String {
    let mut hasher = Sha256::new();
    let generation = generation.to_string();
    let parts = [folder, &generation].into_iter().chain(replaced.iter().map(String::as_str));
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part);
    }
    let mut text = PREFIX.to_owned();
    for byte in hasher.finalize() {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.truncate(PREFIX.len() + DIGITS);
    text
}
