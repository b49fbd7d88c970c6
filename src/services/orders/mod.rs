//! What every object that is ordered does, once: it is looked up in the journal, written down, sent
//! once, followed, resumed, kept in the state until its order has ended, and forgotten when it is gone.
//!
//! An object states what is its own in `object` (the trait [`OrderedObject`]) and what one of its orders
//! is in `purchase` (the trait [`Purchase`]); `vocabulary` is how they speak to the rest. That is here:
//! `place` places an order at most once, `search` looks for one whose answer was lost, `follow` follows
//! it, `earlier` looks at those before. `apply`, `destroy`, `refresh` and `review` are the object's life in Terraform, `notes` is what is
//! stored beside it, `owner` is whose it is. `replacements` knows what a run replaces, `sightings` what
//! else it has seen, `open_orders` speaks of what earlier runs left. `diagnostics`, `not_placed`, `doubt`
//! and `waiting` have the words.

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
mod vocabulary;
mod waiting;

pub(crate) use diagnostics::failed;
pub(crate) use diagnostics::{KEPT, SAME_COMMAND, capitalised, later, reason};
pub(crate) use doubt::Doubt;
pub(crate) use earlier::check_state_of_plan;
pub(crate) use follow::follow;
pub(crate) use notes::{OrderNotes, Promised};
pub(crate) use object::{Ordered, OrderedObject, StoredObject};
pub(crate) use place::{SEARCH_TIME, SEARCH_TIME_OF_A_BUILD};
pub(crate) use purchase::{Order, Purchase, Receipt, Relation, Unsent};
pub(crate) use replacements::ReplacedObjects;
pub use replacements::Replacements;
pub(crate) use review::{named, next_reference};
pub use sightings::Sightings;
pub(crate) use vocabulary::{During, Left, NewReference, PlannedOrder, Purpose, Undone};
