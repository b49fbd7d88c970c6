//! In what an object and the shared parts speak to each other of orders: what is being done, what an
//! order is for, what is left when it has ended.

use crate::lumen::{ExternalId, ObjectId};

/// What is being done to an object while its order is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum During {
    Create,
    Read,
    Update,
    Delete,
}

impl During {
    /// The entry of the `timeouts` block that limits it.
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
    /// It exists.
    Object,
    /// It does not exist, or no more.
    Nothing,
}

/// What an order is for, in words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose {
    /// What the object is as long as the order has not ended: "is not active yet".
    pub(crate) unfinished: &'static str,
    /// What it is when the order has succeeded: "is active".
    pub(crate) reached: &'static str,
    /// What is billed as long as the order has not ended: a sentence.
    pub(crate) billed: &'static str,
    /// What it was when a destroy began to wait for the order, and when that ended: "was still being
    /// built", "was active". None where a destroy does not wait, but cancels the order.
    pub(crate) awaited: Option<(&'static str, &'static str)>,
}

/// The reference of an order that makes a new object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewReference<'a> {
    pub(crate) reference: &'a ExternalId,
    /// Whether users gave it.
    pub(crate) is_given: bool,
    /// The object in whose place the new one comes.
    pub(crate) replaces: Option<&'a ObjectId>,
}

/// An order that a plan places, in words.
#[derive(Clone, Debug)]
pub(crate) struct PlannedOrder {
    /// The argument that differs.
    pub(crate) argument: &'static str,
    /// How it differs from what Lumen shows.
    pub(crate) difference: String,
    /// What is ordered, and at which price.
    pub(crate) order: String,
    /// How the argument is set so that nothing is ordered: `quantity = 3`, in backquotes.
    pub(crate) keep: String,
}

/// What a failed order did not do.
#[derive(Clone, Debug)]
pub(crate) struct Undone {
    /// What Lumen did not do: build connection `backup`.
    pub(crate) what: String,
    /// What exists, where an apply finds out: a sentence.
    pub(crate) exists: &'static str,
    /// What exists, and what the plan shows, where a refresh finds out: a sentence.
    pub(crate) next: &'static str,
    /// Whether another configuration can mend it, if Lumen says why.
    pub(crate) is_mended_by_configuration: bool,
}
