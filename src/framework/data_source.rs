//! The trait of something that is only looked up.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Context, Diagnostic, Model, Schema};

/// Something that is only looked up.
#[async_trait]
pub trait DataSource: Send + Sync + Sized + 'static {
    /// Its name without the provider's: `locations`.
    const NAME: &'static str;
    /// What configuring the provider yields.
    type Session: Send + Sync + 'static;
    /// What users ask and what they get.
    type Model: Model;

    /// What users may write and what they get.
    fn schema() -> Schema;

    /// The data source of a configured provider.
    fn new(session: Arc<Self::Session>) -> Self;

    /// Checks that no single attribute can, offline, with values that may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Looks it up.
    ///
    /// # Errors
    ///
    /// Where nothing fits, too much fits, or Lumen can't be asked.
    async fn read(&self, config: Self::Model, context: &Context)
    -> Result<Self::Model, Diagnostic>;
}
