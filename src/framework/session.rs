//! The session of a configured provider, and how calls access it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Context, Diagnostic};

/// The result of configuring a provider, such as a client. All objects of the provider share it.
pub trait Session: Send + Sync + 'static {
    /// Warnings that don't belong to an object, such as a rate limit that slows the run down. They are added
    /// to the response of the next call that ends, whether it succeeds or fails.
    fn warnings(&self) -> Vec<Diagnostic> {
        Vec::new()
    }
}

impl Session for () {}

/// The slot for the session, which is empty until the provider is configured. All objects share it.
pub(super) struct SharedSession<S>(Arc<RwLock<Option<Arc<S>>>>);

impl<S: Session> SharedSession<S> {
    /// The session.
    ///
    /// # Errors
    ///
    /// The provider is not configured yet. Terraform always configures it first.
    pub(super) fn get(&self) -> Result<Arc<S>, Diagnostic> {
        let session = self.peek();
        session.ok_or_else(|| Diagnostic::bug("Terraform uses the provider before configuring it"))
    }

    pub(super) fn set(&self, session: S) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(session));
    }

    /// The context of a call. When the call ends, it takes over the warnings of the session.
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
