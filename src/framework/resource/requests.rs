//! Terraform's requests to plan or apply a change, and the responses.

use super::{PlannedPrivate, StoredValue};
use crate::framework::{Diagnostic, Path, Value};

/// The request to plan a change.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// The current state: null for a create.
    pub prior: Value,
    /// Whether the object is to be destroyed. Terraform indicates this by proposing a null state. Any other
    /// state that it proposes follows from `config` and `prior`.
    pub is_destroy: bool,
    /// The configuration.
    pub config: Value,
    /// The private data of the object, or those that the review of its replacement left.
    pub private: Vec<u8>,
    /// The private data that an earlier plan of the same change left.
    pub planned_private: PlannedPrivate<Vec<u8>>,
}

/// The planned change.
#[derive(Clone, Debug)]
pub struct PlanResponse {
    /// The object as it will be.
    pub planned: StoredValue,
    /// The changed attributes that force a replacement.
    pub replaces: Vec<Path>,
    /// The errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// The request to apply a change.
#[derive(Clone, Debug)]
pub struct ApplyRequest {
    /// The current state: null for a create.
    pub prior: Value,
    /// The planned state: null for a destroy.
    pub planned: Value,
    /// The configuration.
    pub config: Value,
    /// The private data of the plan.
    pub private: Vec<u8>,
}

/// The state of an object after an apply, a read or an import.
#[derive(Clone, Debug)]
pub struct StateResponse {
    /// The object; its value is null if it does not exist.
    pub stored: StoredValue,
    /// The errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

impl StateResponse {
    /// The response of an operation that failed, with the object as it is now.
    #[must_use]
    pub fn failed(stored: StoredValue, why: Diagnostic) -> Self {
        Self { stored, diagnostics: vec![why] }
    }
}

impl StoredValue {
    /// No object.
    #[must_use]
    pub fn absent() -> Self {
        Self::bare(Value::Null)
    }

    /// An object without private data and identity.
    #[must_use]
    pub fn bare(value: Value) -> Self {
        Self { value, private: Vec::new(), identity: None }
    }
}
