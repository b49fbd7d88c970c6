//! What all ordered objects have in common: an order is looked up in the journal, recorded, sent once,
//! followed, resumed, kept in the state until it has ended, and forgotten when its object is gone.
//!
//! An object implements the trait [`OrderedObject`] in `object`, and each of its orders the trait
//! [`Purchase`] in `purchase`; `vocabulary` has the types that they share with the rest. The rest is here:
//! `place` places an order at most once, `search` searches for one whose answer was lost, `follow` follows
//! it, `supplement` changes it while it is in progress, and `earlier` checks the orders before it. `apply`,
//! `destroy`, `refresh`, and `review` are the object's life in Terraform, `notes` is its private data, and
//! `owner` is its owner. `replacements` knows what a run replaces, `sightings` what else it has seen, and
//! `open_orders` warns about orders that earlier runs left open. `diagnostics`, `not_placed`, `doubt`, and
//! `waiting` have the messages.

mod apply;
mod destroy;
mod diagnostics;
mod doubt;
mod earlier;
mod follow;
mod made_by;
mod not_placed;
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
mod search;
mod sightings;
mod supplement;
mod vocabulary;
mod waiting;

pub(crate) use diagnostics::failed;
pub(crate) use diagnostics::{KEPT, SAME_COMMAND, capitalised, later, reason};
pub(crate) use doubt::Doubt;
pub(crate) use earlier::check_state_of_plan;
pub(crate) use follow::follow;
pub(crate) use notes::{OrderNotes, Promised};
pub(crate) use object::{OrderedObject, StoredObject};
pub(crate) use place::{SEARCH_TIME, SEARCH_TIME_OF_A_BUILD};
pub(crate) use purchase::{Order, Purchase, Receipt, Relation, Unsent};
pub(crate) use replacements::ReplacedObjects;
pub use replacements::Replacements;
pub(crate) use resource::Ordered;
pub(crate) use review::{named, next_reference};
pub use sightings::Sightings;
pub(crate) use vocabulary::{During, Left, NewReference, PlannedOrder, Purpose, Undone};
