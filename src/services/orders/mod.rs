//! What every object that is ordered does, once.
//!
//! `purchase` is what an object states about an order, `place` places it at most once, `follow`
//! follows it to its end, `replacements` knows what a plan replaces, `diagnostics` is what users are
//! told.

mod diagnostics;
pub(in crate::services) mod follow;
mod place;
mod purchase;
pub(in crate::services) mod replacements;

pub(in crate::services) use diagnostics::Doubt;
pub(in crate::services) use purchase::{
    Placed, Purchase, Receipt, Relation, UnconfirmedEntries, Unsent, close, place, promise,
    record_best_effort,
};
pub use replacements::Replacements;
