//! What every object that is ordered does, once: it is looked up in the journal, written down, sent
//! once, followed, resumed, kept in the state until its order has ended, and forgotten when it is gone.
//!
//! An object states what is its own in `object` (the trait [`OrderedObject`]) and what one of its orders
//! is in `purchase` (the trait [`Purchase`]). The rest is here: `place` places an order at most once,
//! `follow` follows it, `apply`, `refresh` and `review` are the object's life in Terraform, `notes` is
//! what is stored beside it, `owner` is whose it is, `replacements` knows what a run replaces and
//! `sightings` what else it has seen, and `diagnostics` and `doubt` have the words.

mod apply;
mod diagnostics;
mod doubt;
mod follow;
mod notes;
mod object;
mod open_orders;
mod owner;
mod place;
mod purchase;
mod refresh;
mod replacements;
mod resource;
mod review;
mod sightings;
mod waiting;

pub(crate) use diagnostics::failed;
pub(crate) use diagnostics::{KEPT, SAME_COMMAND, capitalised, later, reason};
pub(crate) use doubt::Doubt;
pub(crate) use follow::follow;
pub(crate) use notes::{OrderNotes, Promised};
pub(crate) use object::{
    During, Left, NewReference, Ordered, OrderedObject, PlannedOrder, Purpose, StoredObject, Undone,
};
pub(crate) use place::{SEARCH_TIME, SEARCH_TIME_OF_A_BUILD};
pub(crate) use purchase::{Order, Purchase, Receipt, Relation, Unsent};
pub(crate) use replacements::ReplacedObjects;
pub use replacements::Replacements;
pub(crate) use review::{named, next_reference};
pub use sightings::Sightings;
