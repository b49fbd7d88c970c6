//! The session of a configured provider, and how every call gets at it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Context, Diagnostic};

/// What configuring a provider yields, and what every object of it is given.
pub trait Session: Send + Sync + 'static {
    /// Warnings that belong to no object, such as a rate limit that slows the run down. They are
    /// added to the answer of the call that ends next, whatever way it ends.
    fn warnings(&self) -> Vec<Diagnostic> {
        Vec::new()
    }
}

impl Session for () {}

/// Where the session is once the provider has been configured.
pub(super) struct SharedSession<S>(Arc<RwLock<Option<Arc<S>>>>);

impl<S: Session> SharedSession<S> {
    /// The session.
    ///
    /// # Errors
    ///
    /// Before the provider is configured, which Terraform never does.
    pub(super) fn get(&self) -> Result<Arc<S>, Diagnostic> {
        let session = self.peek();
        session.ok_or_else(|| Diagnostic::bug("Terraform uses the provider before configuring it"))
    }

    pub(super) fn set(&self, session: S) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(session));
    }

    /// The context of a call, which ends with the warnings of the session.
    pub(super) fn context(&self, stop: CancellationToken, timeout: Duration) -> Context {
        let session = self.peek().map(|session| -> Arc<dyn Session> { session });
        Context::new(stop, timeout).with_session(session)
    }

    fn peek(&self) -> Option<Arc<S>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S> Clone for SharedSession<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Default for SharedSession<S> {
    fn default() -> Self {
        Self(Arc::default())
    }
}
