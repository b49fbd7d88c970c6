//! What an operation has not saved yet.

use std::ops::{Deref, DerefMut};

use super::{Core, Object};

/// What the state file has while an operation goes on.
#[derive(Debug)]
pub(crate) struct Saved(Option<Object>);

/// An operation that goes on. If it is dropped before its end, the state is again what the state file
/// has: what it was before the operation, or what the last object carried out left.
pub(crate) struct Unsaved<'a> {
    core: &'a mut Core,
    /// An operation may be a part of another one, which then saves for both.
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

    /// Saves the state: whatever happens to the operation, it stays.
    pub(crate) fn save(&mut self, state: Option<Object>) {
        self.state = state;
        self.saved = None;
    }
}

impl Unsaved<'_> {
    /// Ends the operation: its state is saved.
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
