//! The orders that states know. A state may be older than the journal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{self, EntryStep};
use super::{Ending, EntryKey, Journal, JournalError};
use crate::lumen::ObjectId;

/// Identifies an order in the journal for a state, which keeps it for longer than a journal may exist. After
/// a journal was lost, another order may have the key, but it was written down at another time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryId {
    /// The key of its entry.
    #[serde(flatten)]
    pub key: EntryKey,
    /// When it was written down. States of earlier versions do not have this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl EntryId {
    /// The order with this key that was written down at this time.
    #[must_use]
    pub fn new(key: EntryKey, since: Timestamp) -> Self {
        Self { key, since: Some(since) }
    }

    /// Whether the order with this key, which was written down at this time, is this one.
    #[must_use]
    pub fn is(&self, key: &EntryKey, written_at: Timestamp) -> bool {
        self.key == *key && self.since.is_none_or(|since| since == written_at)
    }

    /// A placeholder for the object that its order makes, until its ID at Lumen is known. It contains the
    /// target, because the new object of a replacement may have another target than the replaced one.
    #[must_use]
    pub fn as_object(&self) -> Option<ObjectId> {
        let since = self.since.map_or(0, Timestamp::as_nanosecond);
        let (folder, generation) = (self.key.target().folder(), self.key.generation());
        format!("order-{folder}-{generation}-{since}").parse().ok()
    }
}

impl Journal {
    /// Closes the entry of an order that a state has, in the same way. Returns false also if another order has
    /// its key.
    ///
    /// # Errors
    /// If this can't be determined or written down.
    pub async fn close_order(&self, order: &EntryId, ending: Ending) -> Result<bool, JournalError> {
        // An entry that is closed stays closed, whatever order it is. Only `Gone` adds something to it.
        let is_closed = self.store().await?.has(&order.key.file(EntryStep::Done)).await?;
        if (is_closed && ending != Ending::Gone) || self.has_order(order).await? {
            return self.close(&order.key, ending).await;
        }
        Ok(false)
    }

    /// Whether this journal has an order that a state knows.
    ///
    /// # Errors
    /// If this can't be determined.
    pub async fn has_order(&self, order: &EntryId) -> Result<bool, JournalError> {
        if !self.has(&order.key).await? {
            return Ok(false);
        }
        let file = order.key.file(EntryStep::Intent);
        let intent = record::read_intent(&file, &self.store().await?.read(&file).await?)?;
        Ok(order.is(&order.key, intent.written_at))
    }

    /// Whether a person has settled an order that a state knows.
    ///
    /// # Errors
    /// If this can't be determined.
    pub async fn is_settled(&self, order: &EntryId) -> Result<bool, JournalError> {
        let is_settled = self.store().await?.has(&order.key.file(EntryStep::Settled)).await?;
        Ok(is_settled && self.has_order(order).await?)
    }
}
