//! The reason why a command stops early, in words for its user.

use std::fmt::{self, Display};

/// The reason why a command stops early.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Turns an error or a missing value into a [`Failure`].
pub trait Context<T> {
    /// Adds what could not be done.
    ///
    /// # Errors
    ///
    /// Fails with `what`, followed by the error if there is one.
    fn context(self, what: impl Display) -> Result<T, Failure>;
}

impl<T, E: Display> Context<T> for Result<T, E> {
    fn context(self, what: impl Display) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(format!("{what}: {error}")))
    }
}

impl<T> Context<T> for Option<T> {
    fn context(self, what: impl Display) -> Result<T, Failure> {
        self.ok_or_else(|| Failure::new(what.to_string()))
    }
}
