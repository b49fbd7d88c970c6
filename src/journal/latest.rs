//! The latest order of a target: its progress, and what it or an earlier order is about.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::entry::{EarlierObject, Entry, EntryKey, LatestOrder, OpenEntry, Slot};
use super::record::{self, EntryStep, Intent};
use super::{Ending, Journal, JournalError, OrderTarget};

impl Journal {
    /// Returns the latest order of a target.
    ///
    /// # Errors
    /// If this can't be determined with certainty. Nothing may be ordered then.
    pub async fn latest_order<Receipt: Serialize + DeserializeOwned>(
        &self,
        target: &OrderTarget,
    ) -> Result<LatestOrder<Receipt>, JournalError> {
        let files = self.files(target).await?;
        let Some((generation, steps)) = files.latest() else {
            return Ok(LatestOrder::None(Slot::new(self, target, 0, files.replaced)));
        };
        if steps.contains_key(&EntryStep::Done) {
            self.prune(target, &files).await;
            return Ok(LatestOrder::None(Slot::new(self, target, generation + 1, files.replaced)));
        }
        let key = EntryKey::new(target, generation);
        let intent = self.intent(&key, steps).await?;
        let accepted = if steps.contains_key(&EntryStep::Accepted) {
            let file = key.file(EntryStep::Accepted);
            Some(record::read_accepted(&file, &self.store().await?.read(&file).await?)?)
        } else {
            None
        };
        let Intent { reference, what, written_at: since, receipt: sent, author, .. } = intent;
        let is_returned = steps.contains_key(&EntryStep::Returned);
        let (entry, replaced) = (Entry::new(self, key.clone(), since), files.replaced);
        let is_accepted = accepted.is_some();
        let receipt = match accepted {
            Some(receipt) => receipt,
            None => record::receipt(&key.file(EntryStep::Intent), sent)?,
        };
        let open =
            OpenEntry { entry, reference, receipt, what, since, author, is_returned, replaced };
        Ok(if is_accepted { LatestOrder::Accepted(open) } else { LatestOrder::Unanswered(open) })
    }

    /// Returns the object of the latest order before this one that a state has taken over, unless the object
    /// is known to be gone. If Lumen's answer could not be written down, the receipt is that of the intent,
    /// which is enough to find the object. Orders that made nothing are skipped.
    ///
    /// # Errors
    /// If this can't be determined with certainty.
    pub async fn earlier_object<Receipt: DeserializeOwned>(
        &self,
        next: &EntryKey,
    ) -> Result<Option<EarlierObject<Receipt>>, JournalError> {
        let files = self.files(next.target()).await?;
        let store = self.store().await?;
        for (generation, steps) in files.generations.range(..next.generation()).rev() {
            let has = |step| steps.contains_key(&step);
            let is_over = has(EntryStep::Gone) || has(EntryStep::Settled);
            // Pruning removes the intent first.
            if is_over || !has(EntryStep::Done) || !has(EntryStep::Intent) {
                continue;
            }
            let key = EntryKey::new(next.target(), *generation);
            let (done, accepted) = (key.file(EntryStep::Done), key.file(EntryStep::Accepted));
            if record::read_ending(&done, &store.read(&done).await?)? != Ending::InState {
                continue;
            }
            let intent = self.intent(&key, steps).await?;
            let Intent { reference, what, written_at: since, receipt: sent, author, .. } = intent;
            let receipt = if has(EntryStep::Accepted) {
                record::read_accepted(&accepted, &store.read(&accepted).await?)?
            } else {
                record::receipt(&key.file(EntryStep::Intent), sent)?
            };
            return Ok(Some(EarlierObject { key, receipt, reference, what, since, author }));
        }
        Ok(None)
    }

    /// Returns the receipt of the latest order of a target, whether or not the order has ended. Returns
    /// `None` if there is no order, or if Lumen can't have carried it out.
    ///
    /// # Errors
    /// If this can't be determined with certainty.
    pub async fn latest_receipt<Receipt: DeserializeOwned>(
        &self,
        target: &OrderTarget,
    ) -> Result<Option<Receipt>, JournalError> {
        let files = self.files(target).await?;
        let Some((generation, steps)) = files.latest() else { return Ok(None) };
        let (key, store) = (EntryKey::new(target, generation), self.store().await?);
        if steps.contains_key(&EntryStep::Accepted) {
            let file = key.file(EntryStep::Accepted);
            return record::read_accepted(&file, &store.read(&file).await?).map(Some);
        }
        if steps.contains_key(&EntryStep::Done) {
            return Ok(None);
        }
        let Intent { receipt, .. } = self.intent(&key, steps).await?;
        record::receipt(&key.file(EntryStep::Intent), receipt).map(Some)
    }
}
