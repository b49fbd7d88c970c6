//! The types that objects and the shared code use to communicate about orders: what an operation does, what
//! an order is for, and what is left when it has ended.

use crate::lumen::{ExternalId, ObjectId};

/// The operation during which an order is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum During {
    Create,
    Read,
    Update,
    Delete,
}

impl During {
    /// The entry of the `timeouts` block that limits the operation.
    pub(super) fn timeout(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// What is left of an object when an order has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// The object exists.
    Object,
    /// The object does not exist, or no longer exists.
    Nothing,
}

/// What an order is for, as messages describe it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose {
    /// The object while the order is in progress, such as "is not active yet".
    pub(crate) unfinished: &'static str,
    /// The object once the order has succeeded, such as "is active".
    pub(crate) reached: &'static str,
    /// A sentence about what is billed while the order is in progress.
    pub(crate) billed: &'static str,
    /// The object when a destroy began to wait for the order and when the wait ended, such as "was still
    /// being built" and "was active", and a sentence about what is billed from then on. `None` if a destroy
    /// cancels the order instead of waiting.
    pub(crate) awaited: Option<(&'static str, &'static str, &'static str)>,
}

/// The reference of an order that makes a new object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewReference<'a> {
    pub(crate) reference: &'a ExternalId,
    /// Whether the user set the reference.
    pub(crate) is_given: bool,
    /// The object that the new one replaces.
    pub(crate) replaces: Option<&'a ObjectId>,
}

/// An order that a plan places, as messages describe it.
#[derive(Clone, Debug)]
pub(crate) struct PlannedOrder {
    /// The argument that differs.
    pub(crate) argument: &'static str,
    /// How the argument differs from what Lumen shows.
    pub(crate) difference: String,
    /// What is ordered, and at what price.
    pub(crate) order: String,
    /// The setting of the argument that orders nothing, such as `quantity = 3`, in backticks.
    pub(crate) keep: String,
}

/// What a failed order did not do.
#[derive(Clone, Debug)]
pub(crate) struct Undone {
    /// What Lumen did not do, such as build connection `backup`.
    pub(crate) what: String,
    /// A sentence about what exists, for an apply.
    pub(crate) exists: &'static str,
    /// A sentence about what exists and what the next plan shows, for a refresh.
    pub(crate) next: &'static str,
    /// Whether a change of the configuration can solve the problem, if Lumen gives a reason.
    pub(crate) is_mended_by_configuration: bool,
}
