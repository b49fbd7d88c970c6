//! A change of an object, as Terraform asks for it and as we answer.

use super::{PlannedPrivate, StoredValue};
use crate::framework::{Diagnostic, Path, Value};

/// A planned change, as Terraform asks for it.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// What is there: null for a create.
    pub prior: Value,
    /// Whether the object is to be destroyed. Terraform says so by proposing a null state; any other
    /// state that it proposes follows from `config` and `prior`.
    pub is_destroy: bool,
    /// What users wrote.
    pub config: Value,
    /// What is stored beside the object, or what a review of its replacement left.
    pub private: Vec<u8>,
    /// What an earlier plan of the same change left.
    pub memory: PlannedPrivate<Vec<u8>>,
}

/// A planned change, as we see it.
#[derive(Clone, Debug)]
pub struct PlanResponse {
    /// What is going to be.
    pub planned: StoredValue,
    /// Changed attributes that force a replacement.
    pub replaces: Vec<Path>,
    /// What the user is told.
    pub diagnostics: Vec<Diagnostic>,
}

/// A change to apply.
#[derive(Clone, Debug)]
pub struct ApplyRequest {
    /// What is there: null for a create.
    pub prior: Value,
    /// What shall be: null for a destroy.
    pub planned: Value,
    /// What users wrote.
    pub config: Value,
    /// What the plan left for us.
    pub private: Vec<u8>,
}

/// What is there after an operation, and what the user is told.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The object; a null value is an absent object.
    pub stored: StoredValue,
    /// What the user is told.
    pub diagnostics: Vec<Diagnostic>,
}

impl Outcome {
    /// An operation that failed and left this behind.
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

    /// An object with nothing stored beside it.
    #[must_use]
    pub fn bare(value: Value) -> Self {
        Self { value, private: Vec::new(), identity: None }
    }
}
