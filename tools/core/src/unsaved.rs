//! An operation whose changes to the state are not saved yet.

use std::ops::{Deref, DerefMut};

use super::{Core, Object};

/// The content of the state file while an operation is in progress.
#[derive(Debug)]
pub(crate) struct Saved(Option<Object>);

/// An operation in progress. If it is dropped before its end, the state is restored from the state file: to
/// the state before the operation, or to the state that the last saved object left.
pub(crate) struct Unsaved<'a> {
    core: &'a mut Core,
    /// Whether it is not part of another operation. An outer operation saves for both.
    is_outermost: bool,
}

impl Core {
    /// Begins an operation.
    pub(crate) fn begin(&mut self) -> Unsaved<'_> {
        let is_outermost = self.saved.is_none();
        if is_outermost {
            self.saved = Some(Saved(self.state.clone()));
        }
        Unsaved { core: self, is_outermost }
    }

    /// Saves the state. It remains saved whatever happens to the operation.
    pub(crate) fn save(&mut self, state: Option<Object>) {
        self.state = state;
        self.saved = None;
    }
}

impl Unsaved<'_> {
    /// Ends the operation and saves its state.
    pub(crate) fn end(self) {
        if self.is_outermost {
            self.core.saved = None;
        }
    }
}

impl Drop for Unsaved<'_> {
    fn drop(&mut self) {
        if self.is_outermost
            && let Some(Saved(state)) = self.core.saved.take()
        {
            self.core.state = state;
        }
    }
}

impl Deref for Unsaved<'_> {
    type Target = Core;

    fn deref(&self) -> &Core {
        self.core
    }
}

impl DerefMut for Unsaved<'_> {
    fn deref_mut(&mut self) -> &mut Core {
        self.core
    }
}
